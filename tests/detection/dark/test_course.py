"""Courses at both ends of a gap: bound for a stop 20 nm east, and coming from it."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import find_dark_encounters
from stsdetect.detection.dark.course import course_log_lr
from stsdetect.params import DarkParams
from tests.builders.gaps import NM, gap, loitering

P = DarkParams()
EAST = {"start_sog_kn": 10.0, "start_cog": 90.0}
BACK = {"end_sog_kn": 10.0, "end_cog": 270.0}


def found(
    stops: pd.DataFrame, p_off: float = 0.9, hours: float = 12.0, **columns: float | None
) -> pd.DataFrame:
    return find_dark_encounters(gap(9, 0, hours, p_off=p_off, **EAST | BACK | columns), stops)


def stop(east_nm: float = 20.0, north_nm: float = 0.0, **columns: float) -> pd.DataFrame:
    return loitering(5, -20, 30, (east_nm, north_nm), **columns)


def test_bound_for_a_stop_and_coming_from_it() -> None:
    dark = found(stop()).iloc[0]
    assert dark["start_course_off_deg"] == pytest.approx(0.0, abs=0.2)
    assert dark["end_course_off_deg"] == pytest.approx(0.0, abs=0.2)
    assert dark["course_log_lr"] == pytest.approx(2 * 2.47, abs=0.03)


def test_a_stop_to_one_side() -> None:
    # 20 nm east and 20 nm north: 45 degrees off the course out, and off the one back.
    dark = found(stop(20.0, 20.0)).iloc[0]
    assert (dark["start_course_off_deg"], dark["end_course_off_deg"]) == pytest.approx((45.0, 45.0), abs=0.3)
    assert dark["course_log_lr"] < 0.0


def test_the_stop_astern_speaks_against_it() -> None:
    dark = found(stop(-20.0)).iloc[0]
    assert dark["start_course_off_deg"] == pytest.approx(180.0, abs=0.2)
    assert dark["course_log_lr"] == pytest.approx(2 * -3.31, abs=0.03)


@pytest.mark.parametrize(
    ("columns", "known"),
    [
        ({"start_sog_kn": 2.9}, (False, True)),
        ({"start_sog_kn": 3.0}, (True, True)),
        ({"start_sog_kn": None}, (False, True)),
        ({"end_cog": None}, (True, False)),
        ({"start_cog": None, "end_cog": None}, (False, False)),
    ],
)
def test_only_the_course_of_a_ship_under_way(columns: dict, known: tuple[bool, bool]) -> None:
    dark = found(stop(), **columns).iloc[0]
    ends = dark[["start_course_off_deg", "end_course_off_deg"]]
    assert tuple(ends.notna()) == known
    assert pd.notna(dark["course_log_lr"]) == any(known)


def test_the_ship_ahead_is_the_better_candidate() -> None:
    aside = loitering(6, -20, 30, (0.0, 20.0))
    dark = found(pd.concat([stop(), aside])).set_index("mmsi_2")
    assert dark.loc[5, "p_contact"] > 5 * dark.loc[6, "p_contact"]


def test_a_host_adrift_was_ahead_when_the_ship_came() -> None:
    # It drifts 12 nm north in 12 h, and the guest reaches it after 2 h: then it is 2 nm north, 5.7 degrees off.
    lat, lon = (stop().iloc[0][c] for c in ("lat", "lon"))
    path = {"start_lat": lat, "start_lon": lon, "end_lat": lat + 12.0 * NM / 110_900.0, "end_lon": lon}
    drift = loitering(5, 0, 12, (20.0, 6.0), radius_m=9_000.0, **path)
    dark = found(drift).iloc[0]
    assert dark["start_course_off_deg"] == pytest.approx(5.7, abs=0.3)


@pytest.mark.parametrize(("hours", "n"), [(7.1, 1), (6.9, 0)])
def test_a_ship_that_stopped_meanwhile_is_searched_though_reception_explains_the_gap(
    hours: float, n: int
) -> None:
    # Under way at both ends, with 3 h left over besides the 4 h there and back at 10 kn.
    left_h = hours - 4.0
    assert len(found(stop(), p_off=0.05, hours=hours, slack_h=left_h)) == n
    assert found(stop(), p_off=0.05, hours=hours, slack_h=left_h, end_sog_kn=2.9).empty


def test_log_likelihood_ratios() -> None:
    far, near = np.full(3, 50_000.0), np.full(3, 500.0)
    off = np.array([0.0, 10.0, 180.0])
    # 360 / (2 * 10 * atan(18)) = 11.87 at the middle, half of it one spread off.
    assert course_log_lr(off, far, P) == pytest.approx(np.log([11.87, 5.94, 0.0365]), abs=0.03)
    # From 500 m the ship may be bound for either side of it: 45 degrees say little.
    assert course_log_lr(off, near, P)[0] == pytest.approx(1.09, abs=0.05)
    assert course_log_lr(np.array([np.nan]), np.array([1.0]), P).tolist() == pytest.approx(
        [np.nan], nan_ok=True
    )
