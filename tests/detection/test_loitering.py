"""Loitering: vessels at rest, adrift and passing, with a fix each five minutes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from polars.testing import assert_frame_equal

from stsdetect.detection.loitering import find_loitering, loitering_spells
from stsdetect.schema import LOITERING, POINTS
from stsdetect.tracks import build_tracks
from stsdetect.units import KN_TO_MPS, S_PER_H
from tests.builders import at, fixes, points, together

H = S_PER_H


def sailing_then_resting(rest_h: float, **columns: Any) -> pd.DataFrame:
    """An hour at 10 kn, a rest, an hour at 10 kn."""
    t = np.arange(0.0, (2 + rest_h) * H + 1, 300.0)
    sailed_m = 10 * KN_TO_MPS * (np.minimum(t, H) + np.maximum(t - (1 + rest_h) * H, 0.0))
    sog = np.where((t > H) & (t <= (1 + rest_h) * H), 0.0, 10.0)
    return points(fixes(1, t, sailed_m, **(columns or {"sog": sog})))


@pytest.mark.parametrize(("rest_h", "n"), [(2.0, 0), (2.25, 1)])
def test_loitering_lasts_two_hours_or_more(rest_h: float, n: int) -> None:
    assert len(find_loitering(sailing_then_resting(rest_h))) == n  # the first slow fix comes five minutes in


def test_a_rest_is_measured() -> None:
    found = find_loitering(sailing_then_resting(5.0)).iloc[0]
    assert found["start_time"] == at(H + 300)
    assert found["end_time"] == at(6 * H)
    assert found["radius_m"] == pytest.approx(0.0, abs=0.1)
    assert found["mean_sog_kn"] == pytest.approx(0.0, abs=0.01)
    assert found["observed_fraction"] == 1.0


def test_the_radius_leaves_out_a_stray_fix() -> None:
    t = np.arange(0.0, 4 * H, 300.0)
    east = np.where(t == 3000.0, 150.0, 0.0)
    found = find_loitering(points(fixes(1, t, east, sog=0.0)))
    assert found["radius_m"].tolist() == pytest.approx([0.0], abs=0.1)


def test_a_long_interval_is_observed_for_a_quarter_of_an_hour_from_either_end() -> None:
    t = np.append(np.arange(0.0, 2 * H + 1, 300.0), 4 * H)
    found = find_loitering(points(fixes(1, t, sog=0.0)))
    assert found["observed_fraction"].tolist() == pytest.approx([2.5 / 4.0])


def test_without_speeds_the_distance_between_fixes_gives_them() -> None:
    found = find_loitering(sailing_then_resting(5.0, sog=None))
    assert len(found) == 1
    assert found["start_time"][0] == at(H + 300)


def test_loitering_does_not_continue_through_a_long_gap() -> None:
    t = np.concatenate([np.arange(0.0, 4 * H, 300.0), np.arange(10 * H, 14 * H, 300.0)])
    found = find_loitering(points(fixes(1, t, sog=0.0)))
    assert len(found) == 2
    assert (found["duration_h"] < 4.0).all()


@pytest.mark.parametrize(
    ("interval_h", "moved_m", "n"), [(4.0, 999.0, 1), (4.1, 999.0, 2), (4.0, 1001.0, 2), (2.0, 1001.0, 1)]
)
def test_an_interval_too_short_to_leave_and_return_is_bridged(
    interval_h: float, moved_m: float, n: int
) -> None:
    t = np.arange(0.0, 4 * H + 1, 300.0)
    ship = fixes(1, np.append(t, t + (4 + interval_h) * H), np.repeat([0.0, moved_m], len(t)), sog=0.0)
    assert len(find_loitering(points(ship))) == n


@pytest.mark.parametrize(("kn", "n"), [(3.0, 1), (3.1, 2)])
def test_a_vessel_that_the_tide_carries_does_not_leave(kn: float, n: int) -> None:
    t = np.arange(0.0, 9 * H, 300.0)
    sog = np.where((t >= 3 * H) & (t <= 5 * H), kn, 1.0)
    assert len(find_loitering(points(fixes(1, t, np.cumsum(sog) * 300.0 * KN_TO_MPS, sog=sog)))) == n


@pytest.mark.parametrize(("minutes", "n"), [(10, 1), (20, 2)])
def test_a_short_burst_of_speed_is_not_a_departure(minutes: int, n: int) -> None:
    t = np.arange(0.0, 8 * H, 300.0)
    sog = np.where((t >= 4 * H) & (t <= 4 * H + minutes * 60), 5.0, 0.3)
    assert len(find_loitering(points(fixes(1, t, sog=sog)))) == n


@pytest.mark.parametrize(("sog", "n"), [(1.9, 1), (2.0, 0)])
def test_loitering_is_slower_than_two_knots(sog: float, n: int) -> None:
    t = np.arange(0.0, 4 * H, 300.0)
    assert len(find_loitering(points(fixes(1, t, t * sog * KN_TO_MPS, sog=sog)))) == n


def test_neither_the_dateline_nor_the_order_of_rows_matters() -> None:
    t = np.arange(0.0, 4 * H, 300.0)
    ship = points(fixes(1, t, 50.0 * np.sin(t / 2000.0), sog=0.0, place=(30.0, 180.0)))
    other = points(fixes(2, t, sog=0.0))
    found = find_loitering(together(ship, other))
    assert abs(found["lon"][0]) == pytest.approx(180.0, abs=0.001)
    assert found["radius_m"][0] < 60.0
    shuffled = together(other, ship).sample(frac=1.0, random_state=3)
    pd.testing.assert_frame_equal(found, find_loitering(shuffled))


def test_the_pipeline_gets_the_same_table() -> None:
    sea = sailing_then_resting(5.0)
    found = loitering_spells(POINTS.validate(sea))
    assert_frame_equal(found, LOITERING.validate(find_loitering(sea)))


def test_empty_input_gives_an_empty_table() -> None:
    pd.testing.assert_frame_equal(find_loitering(POINTS.empty()), LOITERING.empty())


@pytest.mark.parametrize(("sog", "n"), [(1.99, 1), (2.0, 0), (2.01, 0)])
def test_a_slow_ship_is_slower_than_2_kn_as_published(sog: float, n: int) -> None:
    t = np.arange(0.0, 3 * H, 300.0)
    assert len(find_loitering(points(fixes(1, t, sog=sog)))) == n


@pytest.mark.parametrize(("more_s", "n"), [(-1.0, 0), (0.0, 1), (1.0, 1)])
def test_a_rest_of_just_two_hours_is_loitering(more_s: float, n: int) -> None:
    t = np.append(np.arange(0.0, 2 * H - 1, 300.0), 2 * H + more_s)
    assert len(find_loitering(points(fixes(1, t, sog=0.0)))) == n


@pytest.mark.parametrize(("more_s", "n"), [(0.0, 1), (1.0, 0)])
def test_an_interval_of_just_two_hours_is_no_gap_and_ends_no_rest(more_s: float, n: int) -> None:
    """Out of place, so that `max_interval_h` holds; each half is shorter than a spell."""
    first = np.arange(0.0, H + 1, 300.0)
    t = np.append(first, 3 * H + more_s + first)
    east = np.where(t > 2 * H, 1_100.0, 0.0)
    assert len(find_loitering(points(fixes(1, t, east, sog=0.5)))) == n


@pytest.mark.parametrize(("changed", "n"), [({}, 1), ({"quarantined": True}, 0), ({"kind": "base"}, 0)])
def test_with_segments_only_sound_tracks_of_ships_loiter(changed: dict[str, Any], n: int) -> None:
    tracks = build_tracks(fixes(412000001, np.arange(0.0, 5 * H, 300.0), sog=0.0))
    segments = tracks.segments.assign(**changed)
    assert len(find_loitering(tracks.points, segments=segments)) == n
    assert len(find_loitering(tracks.points)) == 1


def test_status_and_heading_of_a_stop() -> None:
    t = np.arange(0.0, 3 * H, 300.0)
    half = np.where(np.arange(len(t)) % 2 == 0, 5.0, 1.0)
    found = find_loitering(
        points(fixes(1, t, sog=0.0, nav_status=half, heading=np.where(half == 5, 359.0, 1.0)))
    )
    assert found[["moored_share", "anchored_share"]].to_numpy().tolist() == [[0.5, 0.5]]
    assert (
        found["heading_deg"][0] % 360.0 == pytest.approx(0.0, abs=1e-9) or found["heading_deg"][0] > 359.999
    )
    assert found["heading_scatter_deg"].tolist() == pytest.approx([1.0], abs=0.01)


def test_without_status_and_heading_they_are_null() -> None:
    found = find_loitering(points(fixes(1, np.arange(0.0, 3 * H, 300.0), sog=0.0)))
    columns = ["moored_share", "anchored_share", "heading_deg", "heading_scatter_deg"]
    assert found[columns].isna().all(axis=None)
