import xml.etree.ElementTree as ET

import numpy as np
import pytest

from stsdetect.report.draw.hull_plan import hull_plan, plan_reach_m
from stsdetect.report.draw.pair_tracks import Hull, Instant, Pair, Size, instants
from stsdetect.report.draw.svg import SHIP_COLOURS
from tests.builders import EPOCH, fixes
from tests.builders.report import track

T0 = EPOCH.timestamp()
SVG = "{http://www.w3.org/2000/svg}"
SIZE = Size(80, 20, 8, 8)


def plan(size_1: Size | None, heading: float | None = 90.0) -> ET.Element:
    one = track(fixes(1, [0], heading=heading))
    two = track(fixes(2, [0], 0.0, 30.0, heading=90.0))
    at = instants(Pair((one, two), (size_1, SIZE)), [T0])
    return ET.fromstring(hull_plan(at[0], reach_m=plan_reach_m(at), label="<b>"))


def test_hulls_are_to_scale() -> None:
    svg = plan(SIZE)
    first, second = svg.findall(f"{SVG}polygon")
    ends = np.array([[float(v) for v in p.split(",")] for p in first.attrib["points"].split()])
    length_px = np.ptp(ends[:, 1])
    bar = svg.find(f"{SVG}path").attrib["d"]
    bar_px = float(bar.split("h")[1].split("v")[0])
    bar_m = next(float(t.text.removesuffix(" m")) for t in svg.findall(f"{SVG}text") if t.text.endswith(" m"))
    assert length_px / bar_px == pytest.approx(100.0 / bar_m, rel=0.01)
    assert "rotate(90.0)" in first.attrib["transform"]
    assert [p.attrib["stroke"] for p in (first, second)] == list(SHIP_COLOURS)
    assert {p.attrib["stroke-dasharray"] for p in (first, second)} == {"none"}


def test_unknown_size_is_a_dashed_outline() -> None:
    dashes = [p.attrib["stroke-dasharray"] for p in plan(None).findall(f"{SVG}polygon")]
    assert dashes == ["4 3", "none"]


def test_unknown_heading_is_a_dashed_circle() -> None:
    svg = plan(SIZE, heading=None)
    assert len(svg.findall(f"{SVG}polygon")) == 1
    assert [c.attrib["stroke-dasharray"] for c in svg.findall(f"{SVG}circle") if "stroke" in c.attrib] == [
        "4 3"
    ]


def test_the_label_is_escaped() -> None:
    assert plan(SIZE).attrib["aria-label"] == "<b>"


def test_the_reach_holds_the_farthest_end_of_a_hull() -> None:
    hull = Hull(30.0, 40.0, 0.0, SIZE)  # antenna 50 m from the middle, bow 80 m ahead of it
    assert plan_reach_m([Instant(T0, (hull, None), np.nan, np.nan)]) == pytest.approx(1.12 * 130.0)
    assert plan_reach_m([]) == pytest.approx(1.12 * 40.0)


@pytest.mark.parametrize(
    ("received", "text"),
    [((True, False), "ship 2 was not received"), ((False, False), "neither ship was received")],
)
def test_a_missing_ship_is_named(received: tuple[bool, bool], text: str) -> None:
    hulls = tuple(Hull(0.0, 0.0, 0.0, SIZE) if r else None for r in received)
    plan = hull_plan(Instant(T0, hulls, np.nan, np.nan), reach_m=100.0)
    assert text in plan
