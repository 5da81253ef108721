import xml.etree.ElementTree as ET

import numpy as np
import pytest

from stsdetect.report.draw.event_plots import SHIP_COLOURS, hull_plan, plan_reach_m, time_plots
from stsdetect.report.draw.pair_tracks import Size, Track, instants, track_of
from tests.builders import EPOCH, fixes, points

T0 = EPOCH.timestamp()
SVG = "{http://www.w3.org/2000/svg}"
SIZE = Size(80, 20, 8, 8)


def plan(size_1: Size | None, heading: float | None = 90.0) -> ET.Element:
    one = track_of(points(fixes(1, [0], heading=heading)))
    two = track_of(points(fixes(2, [0], 0.0, 30.0, heading=90.0)))
    at = instants(one, two, size_1, SIZE, [T0])
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


def drawn(one: Track, two: Track, hours: float = 4.0) -> ET.Element:
    span = {"start_s": T0, "end_s": T0 + hours * 3600, "event_start_s": T0 + 3600, "event_end_s": T0 + 7200}
    return ET.fromstring(time_plots(one, two, SIZE, SIZE, **span))


def test_time_plots_show_fixes_gaps_and_event() -> None:
    seconds = np.r_[0:3600:300, 9000:14400:300]
    one = track_of(points(fixes(1, seconds, sog=1.0, heading=10.0)))
    two = track_of(points(fixes(2, np.arange(0, 14400, 300), 40.0, sog=2.0, heading=10.0)))
    svg = drawn(one, two)
    bars = [r for r in svg.findall(f"{SVG}rect") if r.attrib["fill"] == SHIP_COLOURS[0]]
    assert len(bars) == 1  # ship 1 fell silent once
    assert not [r for r in svg.findall(f"{SVG}rect") if r.attrib["fill"] == SHIP_COLOURS[1]]
    titles = [t.text for t in svg.findall(f"{SVG}text")]
    assert "speed over ground, kn" in titles
    assert {"1 m", "10 m", "100 m", "1 km"} <= set(titles)


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_fix(n: int) -> None:
    track = track_of(points(fixes(1, np.zeros(n))))
    assert "no heading was broadcast" in [t.text for t in drawn(track, track).findall(f"{SVG}text")]


def test_speed_without_broadcast_says_so() -> None:
    one = track_of(points(fixes(1, [0, 600, 1200], [0, 100, 200])))
    assert "speed between fixes, kn" in [t.text for t in drawn(one, one).findall(f"{SVG}text")]


def test_a_dense_track_stays_small() -> None:
    seconds = np.arange(0, 48 * 3600, 2.0)
    one = track_of(points(fixes(1, seconds, sog=0.1, heading=10.0)))
    svg = time_plots(
        one, one, SIZE, SIZE, start_s=T0, end_s=T0 + 48 * 3600, event_start_s=T0, event_end_s=T0 + 9
    )
    assert len(svg) < 45_000
