import numpy as np
import pytest

from stsdetect.report.draw.pair_tracks import Size, distances, holes, hull_gaps, instants, speeds_kn, track_of
from tests.builders import EPOCH, fixes, points

T0 = EPOCH.timestamp()
SMALL, LARGE = Size(40, 10, 5, 5), Size(80, 20, 8, 8)


def test_hulls_alongside_by_hand() -> None:
    one = track_of(points(fixes(1, [0, 600], heading=0.0)))
    two = track_of(points(fixes(2, [0, 600], 16.0, heading=0.0)))
    (at,) = instants(one, two, SMALL, LARGE, [T0 + 300])
    assert at.distance_m == pytest.approx(16.0, abs=0.01)
    assert at.hull_gap_m == pytest.approx(16.0 - 5.0 - 8.0, abs=0.01)
    assert [h.east_m for h in at.hulls if h] == pytest.approx([-8.0, 8.0], abs=0.01)
    time_s, gap = hull_gaps(one, two, SMALL, LARGE)
    assert (time_s - T0).tolist() == [0.0, 600.0]
    assert gap == pytest.approx([3.0, 3.0], abs=0.01)


def test_a_size_without_antenna_gives_no_hull_gap() -> None:
    one = track_of(points(fixes(1, [0, 600], heading=0.0)))
    two = track_of(points(fixes(2, [0, 600], 16.0, heading=0.0)))
    for size in (None, Size(25, 25, 5, 5, placed=False)):
        assert len(hull_gaps(one, two, SMALL, size)[1]) == 0
        assert np.isnan(instants(one, two, SMALL, size, [T0])[0].hull_gap_m)


def test_no_heading_no_hull_gap() -> None:
    one = track_of(points(fixes(1, [0, 600])))
    assert len(hull_gaps(one, one, SMALL, LARGE)[1]) == 0


def test_distance_is_interpolated_but_not_over_a_hole() -> None:
    one = track_of(points(fixes(1, [0, 300, 600], 0.0)))
    two = track_of(points(fixes(2, [0, 600], [100.0, 300.0])))
    time_s, apart = distances(one, two)
    assert (time_s - T0).tolist() == [0.0, 300.0, 600.0]
    assert apart == pytest.approx([100.0, 200.0, 300.0], abs=0.01)
    far = track_of(points(fixes(2, [0, 7200], [100.0, 300.0])))
    assert (distances(one, far)[0] - T0).tolist() == [0.0]


def test_pair_across_the_date_line() -> None:
    one = track_of(points(fixes(1, [0], place=(0.0, 179.9999))))
    two = track_of(points(fixes(2, [0], 30.0, place=(0.0, 179.9999))))
    assert two.lon[0] < 0
    (at,) = instants(one, two, None, None, [T0])
    assert at.distance_m == pytest.approx(30.0, abs=0.01)


def test_a_ship_that_was_not_heard_is_none() -> None:
    one = track_of(points(fixes(1, [0, 600])))
    nobody = track_of(points(fixes(2, [])))
    (at,) = instants(one, nobody, SMALL, LARGE, [T0])
    assert at.hulls[1] is None
    assert at.hulls[0] is not None
    (late,) = instants(one, nobody, SMALL, LARGE, [T0 + 601])
    assert late.hulls == (None, None)
    assert holes(nobody, T0, T0 + 7200) == [(T0, T0 + 7200)]


def test_speed_from_positions_where_none_is_broadcast() -> None:
    track = track_of(points(fixes(1, [0, 600, 1200], [0.0, 1852.0 / 6, 1852.0 / 3])))
    time_s, sog, broadcast = speeds_kn(track)
    assert not broadcast
    assert (time_s - T0).tolist() == [300.0, 900.0]
    assert sog == pytest.approx([1.0, 1.0], abs=0.01)
