import xml.etree.ElementTree as ET

from stsdetect.report.draw.svg import element, svg, text
from tests.builders.report import HOSTILE


def test_hostile_text_stays_text() -> None:
    drawn = ET.fromstring(svg(10.0, 10.0, HOSTILE, [text(0.0, 0.0, HOSTILE), element("rect", fill=HOSTILE)]))
    label, rect = drawn
    assert drawn.attrib["aria-label"] == label.text == rect.attrib["fill"] == HOSTILE


def test_floats_are_rounded_and_underscores_become_hyphens() -> None:
    assert element("rect", stroke_width=1.26) == '<rect stroke-width="1.3"></rect>'
