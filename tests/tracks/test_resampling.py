"""Epoch-aligned instants between fixes."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.params import TrackParams
from stsdetect.schema import RESAMPLED
from stsdetect.tracks import QualityFlag, resample
from tests.builders import at, fixes, points, together

P = TrackParams(resample_step_s=60)


def test_instants_are_multiples_of_the_step_and_ages_count_to_the_nearer_fix():
    out = resample(points(fixes(1, [30, 210], [0, 180])), params=P)
    assert out["timestamp"].tolist() == [at(60), at(120), at(180)]
    assert out["interp_age_s"].tolist() == [30, 90, 30]


def test_a_fix_at_an_instant_is_that_fix():
    out = resample(points(fixes(1, [60, 120], [0, 60], sog=[1.0, 3.0])), params=P)
    assert out["interp_age_s"].tolist() == [0, 0]
    assert out["sog"].tolist() == [1, 3]
    assert out["position_error_m"].tolist() == [10, 10]


@pytest.mark.parametrize(("interval_s", "n"), [(3600, 59), (3601, 0)])
def test_intervals_longer_than_the_limit_are_not_interpolated(interval_s, n):
    assert len(resample(points(fixes(1, [1, 1 + interval_s], sog=5.0)), params=P)) == n + (n > 0)


TWO_HOURS = 7200.0
"""Longer than any ship is interpolated that moves."""


@pytest.mark.parametrize(
    ("interval_s", "moved_m", "sog", "n"),
    [
        (TWO_HOURS, 100.0, 0.1, 121),
        (14_400.0, 100.0, 0.1, 241),
        (14_460.0, 100.0, 0.1, 2),  # longer than max_rest_interval_s: only the fixes themselves
        (TWO_HOURS, 499.0, 0.1, 121),
        (TWO_HOURS, 501.0, 0.1, 2),  # farther than max_rest_move_m
        (TWO_HOURS, 100.0, 1.0, 121),
        (TWO_HOURS, 100.0, [0.1, 1.1], 2),  # faster than max_rest_sog_kn at one end
        (TWO_HOURS, 100.0, [1.1, 0.1], 2),
        (TWO_HOURS, 100.0, np.nan, 121),  # no speed: the distance decides
    ],
)
def test_ships_at_rest_are_bridged_for_hours(interval_s, moved_m, sog, n):
    assert len(resample(points(fixes(1, [0, interval_s], [0, moved_m], sog=sog)), params=P)) == n


def test_the_error_of_a_ship_at_rest_grows_up_to_her_swing():
    out = resample(points(fixes(1, [0, TWO_HOURS], [0, 100], sog=0.0)), params=P).set_index("timestamp")
    error = out["position_error_m"]
    assert error[at(0)] == error[at(7200)] == 10.0
    # 100 m in 2 h are 0.027 kn; with 0.2 kn of margin she makes 7.0 m in a minute. Both fixes share in the
    # position: 10 * hypot(119, 1) / 120.
    assert error[at(60)] == pytest.approx(np.hypot(10 * np.hypot(119, 1) / 120, 7.0), abs=0.02)
    # half-way 10 + 0.4 * 100 m
    assert error[at(3600)] == pytest.approx(np.hypot(10 / np.sqrt(2), 50.0), abs=0.01)
    assert out["interval_s"].tolist() == [0.0, *[7200.0] * 119, 0.0]
    assert out["interp_age_s"].max() == 3600.0


def test_within_an_hour_nothing_changes_for_a_ship_at_rest():
    hour = resample(points(fixes(1, [0, 3600], [0, 100], sog=0.0)), params=P)
    # 100 m in 1 h are 0.054 kn; with 0.2 kn of margin she makes 235 m in half an hour
    assert hour["position_error_m"].max() == pytest.approx(np.hypot(10 / np.sqrt(2), 235.2), abs=0.1)


def test_a_limit_at_rest_of_an_hour_bridges_nothing():
    p = points(fixes(1, [0, 3660], sog=0.0))
    assert len(resample(p, params=TrackParams(resample_step_s=60, max_rest_interval_s=3600))) == 2


def test_a_ship_at_rest_across_the_dateline_is_bridged():
    out = resample(points(fixes(1, [0, TWO_HOURS], [-50, 50], sog=0.1, place=(0.0, 180.0))), params=P)
    assert len(out) == 121
    assert out["lon"].abs().min() > 179.999


def test_halves_of_a_bridged_span_agree():
    p = points(fixes(1, [0, 9000, 20_000], [0, 30, 0], sog=0.1))
    whole = resample(p, params=P, start=at(600), end=at(18_000))
    halves = [resample(p, params=P, start=at(a), end=at(b)) for a, b in ((600, 9600), (9600, 18_000))]
    pd.testing.assert_frame_equal(whole, pd.concat(halves, ignore_index=True))


def test_nothing_is_interpolated_between_two_segments():
    p = points(fixes(1, [1, 119]))
    p["segment_id"] = ["a", "b"]
    assert resample(p, params=P).empty


def test_heading_turns_along_the_shorter_arc_and_is_not_the_course_of_a_slow_ship():
    out = resample(points(fixes(1, [0, 120], heading=[350.0, 10.0], sog=0.5, cog=90.0)), params=P)
    assert out["heading"].tolist() == [350, 0, 10]
    slow = resample(points(fixes(1, [0, 120], sog=0.9, cog=90.0)), params=P)
    assert slow["heading"].isna().all()
    assert slow["cog"].isna().all()
    quick = resample(points(fixes(1, [0, 120], sog=3.0, cog=90.0)), params=P)
    assert quick["heading"].tolist() == [90, 90, 90]
    assert quick["heading_from_cog"].all()


def test_speed_comes_from_positions_where_none_is_reported():
    out = resample(points(fixes(1, [0, 720], [0, 3704])), params=P)
    assert out["sog"].iloc[1] == pytest.approx(10, rel=1e-3)
    assert out["cog"].iloc[1] == pytest.approx(90, abs=0.1)


def test_the_error_grows_with_the_interval_and_is_bounded_by_speed():
    short, long = (
        resample(points(fixes(1, [0, h], [0, h * 5.144], sog=10)), params=P)["position_error_m"].max()
        for h in (120, 1800)
    )
    assert 10 < short < long <= 10.3 * 0.5144 * 900 + 10


def test_of_two_fixes_at_one_instant_the_fine_one_is_used():
    both = points(together(fixes(1, [0, 120], [0, 600]), fixes(1, [0, 120], [90, 690], msg_type=27)))
    both.loc[both["msg_type"] == 27, "quality_flags"] = int(QualityFlag.COARSE)
    fine = points(fixes(1, [0, 120], [0, 600]))
    pd.testing.assert_frame_equal(resample(both, params=P), resample(fine, params=P))


def test_a_coarse_fix_has_the_error_of_a_tenth_of_a_minute():
    coarse = points(fixes(1, [0], msg_type=27)).assign(quality_flags=int(QualityFlag.COARSE))
    assert resample(coarse, params=P)["position_error_m"].item() == P.coarse_fix_error_m == 80


def test_a_span_and_its_halves_agree():
    p = points(together(fixes(1, np.arange(0, 7200, 170), sog=0.1), fixes(2, np.arange(0, 7200, 55))))
    whole = resample(p, params=P, start=at(600), end=at(6000))
    halves = [resample(p, params=P, start=at(a), end=at(b)) for a, b in ((600, 1800), (1800, 6000))]
    both = pd.concat(halves, ignore_index=True)
    pd.testing.assert_frame_equal(whole, both)
    assert whole["timestamp"].min() == at(600)
    assert whole["timestamp"].max() == at(5940)


def test_without_points_there_are_no_instants():
    pd.testing.assert_frame_equal(resample(points(fixes(1, []))), RESAMPLED.empty())


def test_across_the_dateline():
    out = resample(points(fixes(1, [0, 120], [0, 3000], place=(0.0, 179.99))), params=P)
    # 1,500 m east of 179.99 E are 0.013475 degrees
    assert out["lon"].iloc[1] == pytest.approx(179.99 + 0.013475 - 360.0, abs=1e-5)
