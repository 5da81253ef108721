import numpy as np
import pytest

from stsdetect.report.draw.pair_tracks import (
    Pair,
    Size,
    Track,
    distances,
    expected_reports,
    hull_gaps,
    instants,
    speeds_kn,
    unreceived_spans,
)
from tests.builders import EPOCH, fixes
from tests.builders.report import track

T0 = EPOCH.timestamp()
SMALL, LARGE = Size(40, 10, 5, 5), Size(80, 20, 8, 8)


def pair(one: Track, two: Track, size_1: Size | None = SMALL, size_2: Size | None = LARGE) -> Pair:
    return Pair((one, two), (size_1, size_2))


def test_hulls_alongside_by_hand() -> None:
    one = track(fixes(1, [0, 600], heading=0.0))
    two = track(fixes(2, [0, 600], 16.0, heading=0.0))
    (at,) = instants(pair(one, two), [T0 + 300])
    assert at.distance_m == pytest.approx(16.0, abs=0.01)
    assert at.hull_gap_m == pytest.approx(16.0 - 5.0 - 8.0, abs=0.01)
    assert [h.east_m for h in at.hulls if h] == pytest.approx([-8.0, 8.0], abs=0.01)
    time_s, gap = hull_gaps(pair(one, two))
    assert (time_s - T0).tolist() == [0.0, 600.0]
    assert gap == pytest.approx([3.0, 3.0], abs=0.01)


def test_a_size_without_antenna_gives_no_hull_gap() -> None:
    one = track(fixes(1, [0, 600], heading=0.0))
    two = track(fixes(2, [0, 600], 16.0, heading=0.0))
    for size in (None, Size(25, 25, 5, 5, placed=False)):
        assert len(hull_gaps(pair(one, two, SMALL, size))[1]) == 0
        assert np.isnan(instants(pair(one, two, SMALL, size), [T0])[0].hull_gap_m)


def test_no_heading_no_hull_gap() -> None:
    one = track(fixes(1, [0, 600]))
    assert len(hull_gaps(pair(one, one, SMALL, LARGE))[1]) == 0


def test_distance_is_interpolated_but_not_across_a_long_interval() -> None:
    one = track(fixes(1, [0, 300, 600], 0.0))
    two = track(fixes(2, [0, 600], [100.0, 300.0]))
    time_s, apart = distances(pair(one, two))
    assert (time_s - T0).tolist() == [0.0, 300.0, 600.0]
    assert apart == pytest.approx([100.0, 200.0, 300.0], abs=0.01)
    far = track(fixes(2, [0, 7200], [100.0, 300.0]))
    assert (distances(pair(one, far))[0] - T0).tolist() == [0.0]


def test_a_pair_across_the_dateline() -> None:
    one = track(fixes(1, [0], place=(0.0, 179.9999)))
    two = track(fixes(2, [0], 30.0, place=(0.0, 179.9999)))
    assert two.lon[0] < 0
    (at,) = instants(pair(one, two, None, None), [T0])
    assert at.distance_m == pytest.approx(30.0, abs=0.01)


def test_a_ship_that_was_not_received_has_no_hull() -> None:
    one = track(fixes(1, [0, 600]))
    absent = track(fixes(2, []))
    (at,) = instants(
        pair(
            one,
            absent,
        ),
        [T0],
    )
    assert at.hulls[1] is None
    assert at.hulls[0] is not None
    (late,) = instants(
        pair(
            one,
            absent,
        ),
        [T0 + 601],
    )
    assert late.hulls == (None, None)
    assert unreceived_spans(absent, T0, T0 + 7200) == [(T0, T0 + 7200)]


def test_speed_is_derived_where_none_is_broadcast() -> None:
    drifting = track(fixes(1, [0, 600, 1200], [0.0, 1852.0 / 6, 1852.0 / 3]))
    time_s, sog, broadcast = speeds_kn(drifting)
    assert not broadcast
    assert (time_s - T0).tolist() == [300.0, 900.0]
    assert sog == pytest.approx([1.0, 1.0], abs=0.01)


def test_swapped_ships_have_the_same_distances() -> None:
    one = track(fixes(1, [0, 300, 600], heading=0.0))
    two = track(fixes(2, [0, 600], 16.0, heading=0.0))
    swapped = pair(two, one, LARGE, SMALL)
    for forward, backward in zip(hull_gaps(pair(one, two)), hull_gaps(swapped), strict=True):
        assert forward == pytest.approx(backward, abs=1e-6)
    assert distances(pair(one, two))[1] == pytest.approx(distances(swapped)[1], abs=1e-6)


@pytest.mark.parametrize(("interval_s", "n"), [(3600, 0), (3601, 1)])
def test_an_interval_of_more_than_an_hour_is_not_received(interval_s: int, n: int) -> None:
    spans = unreceived_spans(track(fixes(1, [0, interval_s])), T0, T0 + interval_s)
    assert len(spans) == n


def test_reports_are_due_at_the_rate_of_the_latest_fix() -> None:
    # Class A at anchor reports every 180 s, under way at 10 kn every 10 s.
    ship = track(fixes(1, [0, 1800], sog=[0.0, 10.0], nav_status=[1, 0]))
    assert expected_reports(ship, T0, T0 + 1800) == pytest.approx(10.0)
    assert expected_reports(ship, T0, T0 + 2700) == pytest.approx(10.0 + 90.0)
    assert np.isnan(expected_reports(track(fixes(1, [])), T0, T0 + 60))
