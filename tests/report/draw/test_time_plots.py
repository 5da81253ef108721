import xml.etree.ElementTree as ET

import numpy as np
import pytest

from stsdetect.report.draw.pair_tracks import Pair, Size, Track
from stsdetect.report.draw.svg import SHIP_COLOURS
from stsdetect.report.draw.time_plots import TimeAxis, time_plots
from tests.builders import EPOCH, fixes
from tests.builders.report import track

T0 = EPOCH.timestamp()
SVG = "{http://www.w3.org/2000/svg}"
SIZE = Size(80, 20, 8, 8)


def drawn(one: Track, two: Track, hours: float = 4.0) -> ET.Element:
    axis = TimeAxis(T0, T0 + hours * 3600)
    span = {"event_start_s": T0 + 3600, "event_end_s": T0 + 7200}
    return ET.fromstring(time_plots(Pair((one, two), (SIZE, SIZE)), axis, **span))


def test_time_plots_show_fixes_gaps_and_event() -> None:
    seconds = np.r_[0:3600:300, 9000:14400:300]
    one = track(fixes(1, seconds, sog=1.0, heading=10.0))
    two = track(fixes(2, np.arange(0, 14400, 300), 40.0, sog=2.0, heading=10.0))
    svg = drawn(one, two)
    bars = [r for r in svg.findall(f"{SVG}rect") if r.attrib["fill"] == SHIP_COLOURS[0]]
    assert len(bars) == 1  # ship 1 was not received from 1 h to 2.5 h
    assert not [r for r in svg.findall(f"{SVG}rect") if r.attrib["fill"] == SHIP_COLOURS[1]]
    titles = [t.text for t in svg.findall(f"{SVG}text")]
    assert "speed over ground, kn" in titles
    assert {"1 m", "10 m", "100 m", "1 km"} <= set(titles)


@pytest.mark.parametrize("n", [0, 1])
def test_a_track_of_hardly_any_fix_is_drawn(n: int) -> None:
    short = track(fixes(1, np.zeros(n)))
    assert "no heading was broadcast" in [t.text for t in drawn(short, short).findall(f"{SVG}text")]


def test_a_derived_speed_is_labelled_so() -> None:
    one = track(fixes(1, [0, 600, 1200], [0, 100, 200]))
    assert "speed between fixes, kn" in [t.text for t in drawn(one, one).findall(f"{SVG}text")]


def test_a_dense_track_stays_small() -> None:
    seconds = np.arange(0, 48 * 3600, 2.0)
    one = track(fixes(1, seconds, sog=0.1, heading=10.0))
    axis = TimeAxis(T0, T0 + 48 * 3600)
    svg = time_plots(Pair((one, one), (SIZE, SIZE)), axis, event_start_s=T0, event_end_s=T0 + 9)
    assert len(svg) < 45_000


@pytest.mark.parametrize(("km", "highest"), [(0.9, "1 km"), (1.1, "10 km")])
def test_the_distance_axis_ends_at_the_next_power_of_ten(km: float, highest: str) -> None:
    one, two = track(fixes(1, [0, 600])), track(fixes(2, [0, 600], km * 1000.0))
    labels = [t.text for t in drawn(one, two).findall(f"{SVG}text")]
    assert next(t for t in reversed(labels) if t and t.endswith(" km")) == highest
