import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import find_loitering
from stsdetect.schema import LOITERING, POINTS
from tests.builders import at, fixes, points, together

H = 3600.0
KN = 0.514444


def sailing_then_resting(rest_h: float, **columns) -> pd.DataFrame:
    """An hour at 10 kn, a rest, an hour at 10 kn; a fix each five minutes."""
    t = np.arange(0.0, (2 + rest_h) * H + 1, 300.0)
    way = 10 * KN * (np.minimum(t, H) + np.maximum(t - (1 + rest_h) * H, 0.0))
    sog = np.where((t > H) & (t <= (1 + rest_h) * H), 0.0, 10.0)
    return points(fixes(1, t, way, **(columns or {"sog": sog})))


@pytest.mark.parametrize(("rest_h", "n"), [(2.0, 0), (2.25, 1)])
def test_the_shortest_stay(rest_h: float, n: int) -> None:
    assert len(find_loitering(sailing_then_resting(rest_h))) == n  # the first slow fix comes five minutes in


def test_a_stay_is_measured() -> None:
    stay = find_loitering(sailing_then_resting(5.0)).iloc[0]
    assert stay["start_time"] == at(H + 300)
    assert stay["end_time"] == at(6 * H)
    assert stay["radius_m"] == pytest.approx(0.0, abs=0.1)
    assert stay["mean_sog_kn"] == pytest.approx(0.0, abs=0.01)
    assert stay["observed_fraction"] == 1.0


def test_without_speeds_the_way_tells() -> None:
    stays = find_loitering(sailing_then_resting(5.0, sog=None))
    assert len(stays) == 1
    assert stays["start_time"][0] == at(H + 300)


def test_a_stay_does_not_run_through_silence() -> None:
    t = np.concatenate([np.arange(0.0, 4 * H, 300.0), np.arange(10 * H, 14 * H, 300.0)])
    stays = find_loitering(points(fixes(1, t, sog=0.0)))
    assert len(stays) == 2
    assert (stays["duration_h"] < 4.0).all()


@pytest.mark.parametrize(
    ("hole_h", "moved_m", "n"), [(4.0, 999.0, 1), (4.1, 999.0, 2), (4.0, 1001.0, 2), (2.0, 1001.0, 1)]
)
def test_a_silence_too_short_to_have_left_is_part_of_a_stay(hole_h: float, moved_m: float, n: int) -> None:
    t = np.arange(0.0, 4 * H + 1, 300.0)
    ship = fixes(1, np.append(t, t + (4 + hole_h) * H), np.repeat([0.0, moved_m], len(t)), sog=0.0)
    assert len(find_loitering(points(ship))) == n


@pytest.mark.parametrize(("kn", "n"), [(3.0, 1), (3.1, 2)])
def test_a_ship_adrift_runs_with_the_tide_and_does_not_leave(kn: float, n: int) -> None:
    t = np.arange(0.0, 9 * H, 300.0)
    sog = np.where((t >= 3 * H) & (t <= 5 * H), kn, 1.0)
    assert len(find_loitering(points(fixes(1, t, np.cumsum(sog) * 300.0 * KN, sog=sog)))) == n


@pytest.mark.parametrize(("minutes", "n"), [(10, 1), (20, 2)])
def test_a_short_burst_is_no_departure(minutes: int, n: int) -> None:
    t = np.arange(0.0, 8 * H, 300.0)
    sog = np.where((t >= 4 * H) & (t <= 4 * H + minutes * 60), 5.0, 0.3)
    assert len(find_loitering(points(fixes(1, t, sog=sog)))) == n


@pytest.mark.parametrize(("sog", "n"), [(1.9, 1), (2.0, 0)])
def test_the_greatest_speed(sog: float, n: int) -> None:
    t = np.arange(0.0, 4 * H, 300.0)
    assert len(find_loitering(points(fixes(1, t, t * sog * KN, sog=sog)))) == n


def test_dateline_order_and_empty() -> None:
    t = np.arange(0.0, 4 * H, 300.0)
    ship = points(fixes(1, t, 50.0 * np.sin(t / 2000.0), sog=0.0, place=(30.0, 180.0)))
    other = points(fixes(2, t, sog=0.0))
    stays = find_loitering(together(ship, other))
    assert abs(stays["lon"][0]) == pytest.approx(180.0, abs=0.001)
    assert stays["radius_m"][0] < 60.0
    shuffled = together(other, ship).sample(frac=1.0, random_state=3)
    pd.testing.assert_frame_equal(stays, find_loitering(shuffled))
    pd.testing.assert_frame_equal(find_loitering(POINTS.empty()), LOITERING.empty())
