"""The map of a chain."""

import re
from itertools import pairwise

import numpy as np
import pytest

from stsdetect.report.draw.chain_map import Leg, Stop, chain_map
from stsdetect.report.draw.pair_tracks import NO_TRACK, Track
from tests.builders.report import HOSTILE

SEA = Stop(30.2, 122.6, ("1. A with B", "2019-08-14"), is_quay=False)
QUAY = Stop(30.59, 121.21, ("Zhapu", "2019-08-16", "draught 5.1 → 3.2 m"), is_quay=True)


def track(*fixes: tuple[float, float, float]) -> Track:
    time_s, lat, lon = np.array(fixes, dtype=float).T
    return Track(time_s, lat, lon, *(np.full(len(fixes), 9.0),) * 3)


def lines(picture: str) -> dict[str, str]:
    """The path of a leg as received, and that over gaps."""
    found = re.findall(r'<path d="([^"]+)" stroke="#0b6e8a"[^>]*stroke-dasharray="([^"]+)"', picture)
    return {dashes: path for path, dashes in found}


def test_without_fixes_a_leg_is_a_dashed_line() -> None:
    picture = chain_map([SEA, QUAY], [Leg(NO_TRACK, "B")])
    assert list(lines(picture)) == ["2 5"]
    assert lines(picture)["2 5"].count("L") == 1
    assert picture.count("<circle") == 1


def test_a_gap_is_dashed_and_the_rest_is_not() -> None:
    fixes = [(0.0, 30.2, 122.6), (600.0, 30.3, 122.4), (9000.0, 30.4, 121.9), (9600.0, 30.5, 121.5)]
    found = lines(chain_map([SEA, QUAY], [Leg(track(*fixes), "B")]))
    assert found["none"].count("M") == 2
    assert found["2 5"].count("M") == 2  # the gap, and from the last fix to the quay
    assert "MM" not in found["2 5"]


def test_what_is_written_beside_a_stop() -> None:
    picture = chain_map([SEA, QUAY], [Leg(NO_TRACK, "B")])
    for line in (*SEA.lines, *QUAY.lines, "B"):
        assert f">{line}<" in picture
    assert re.search(r">\d+ km<", picture)


def test_all_stops_lie_in_the_picture_also_across_the_dateline() -> None:
    here, there = Stop(10.0, 179.5, ("x",), is_quay=False), Stop(10.5, -179.4, ("y",), is_quay=False)
    picture = chain_map([here, there], [Leg(NO_TRACK, "B")])
    xs = [float(x) for x in re.findall(r'<circle cx="([-\d.]+)"', picture)]
    assert len(xs) == 2
    assert 0.0 < xs[0] < xs[1] < 760.0


def test_a_track_that_wanders_off_is_shown_whole() -> None:
    far = track((0.0, 30.2, 122.6), (600.0, 29.0, 124.0), (1200.0, 30.5, 121.5))
    coordinates = re.findall(r"([-\d.]+) ([-\d.]+)", lines(chain_map([SEA, QUAY], [Leg(far, "B")]))["none"])
    assert len(coordinates) == 3
    assert all(0.0 <= float(x) <= 760.0 and 0.0 <= float(y) <= 400.0 for x, y in coordinates)


def test_two_stops_at_one_place() -> None:
    assert chain_map([SEA, SEA], [Leg(NO_TRACK, "B")]).count("<circle") == 2


@pytest.mark.parametrize("where", ["line", "name"])
def test_hostile_text_is_text(where: str) -> None:
    stop = SEA._replace(lines=(HOSTILE,)) if where == "line" else SEA
    picture = chain_map([stop, QUAY], [Leg(NO_TRACK, HOSTILE)])
    assert "<script" not in picture
    assert "<img" not in picture


def test_a_long_track_stays_small() -> None:
    t = np.arange(50_000) * 60.0
    wave = Track(t, 30.2 + 0.3 * np.sin(t / 5e4), 122.6 - t / 3e6 * 1.3, *(np.full(len(t), 9.0),) * 3)
    picture = chain_map([SEA, QUAY], [Leg(wave, "B")])
    assert len(picture) < 60_000


def test_what_is_written_beside_two_stops_at_one_place_does_not_overlap() -> None:
    picture = chain_map([SEA, QUAY._replace(lat=SEA.lat, lon=SEA.lon)], [Leg(NO_TRACK, "B")])
    found = {
        line: float(re.search(rf'y="([\d.]+)"[^>]*>{re.escape(line)}<', picture).group(1))
        for line in (*SEA.lines, *QUAY.lines)
    }
    heights = list(found.values())
    assert [b - a for a, b in pairwise(heights)] == pytest.approx([13.0] * 4)
