"""A stop where a vessel in a gap lay at rest: which gaps are searched for it, and how far it may be."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import find_dark_encounters
from tests.builders.gaps import NM, gap, loitering

AT_REST = {"p_off": 0.05, "distance_m": 0.0, "start_sog_kn": 0.1, "end_sog_kn": 0.1}  # explained by reception


def found(gaps: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    return find_dark_encounters(gaps, stops)


def stop(metres: float, start_h: float = 1, end_h: float = 9) -> pd.DataFrame:
    return loitering(5, start_h, end_h, (metres / NM, 0.0))


def test_a_ship_that_came_and_left_beside_one_not_received() -> None:
    dark = found(gap(9, 0, 10, **AT_REST), stop(150.0)).iloc[0]
    assert (dark["mmsi_1"], dark["mmsi_2"], dark["stop_within"]) == (9, 5, True)
    assert dark["rest_apart_m"] == pytest.approx(150.0, abs=1.0)
    assert dark["p_contact"] > dark["p_off"]


@pytest.mark.parametrize(
    ("columns", "n"),
    [
        ({}, 1),
        ({"start_sog_kn": 0.5, "end_sog_kn": 0.5}, 1),
        ({"start_sog_kn": 2.1}, 1),  # under way before, at rest after
        ({"end_sog_kn": None}, 1),
        ({"start_sog_kn": 2.0, "end_sog_kn": 2.1}, 1),  # adrift, without a course
        ({"start_sog_kn": 2.1, "end_sog_kn": 2.1}, 0),  # under way at both ends
        ({"start_sog_kn": 2.1, "end_sog_kn": None}, 0),  # not known to rest
        ({"in_port": True}, 0),
        ({"feed_outage": True}, 0),
    ],
)
def test_only_of_a_ship_at_rest_before_or_after(columns: dict, n: int) -> None:
    assert len(found(gap(9, 0, 10, **AT_REST | columns), stop(150.0))) == n


@pytest.mark.parametrize(("metres", "n"), [(590.0, 1), (610.0, 0)])
def test_only_within_twice_the_swing(metres: float, n: int) -> None:
    assert len(found(gap(9, 0, 10, **AT_REST), stop(metres))) == n


@pytest.mark.parametrize(("start_h", "end_h", "n"), [(0, 10, 1), (-0.1, 9, 0), (1, 10.1, 0)])
def test_only_if_it_came_and_left_within_the_gap(start_h: float, end_h: float, n: int) -> None:
    # A neighbour that lay there before, or stays, shows nothing.
    assert len(found(gap(9, 0, 10, **AT_REST), stop(150.0, start_h, end_h))) == n


def test_a_ship_that_left_meanwhile_had_lain_there() -> None:
    left = gap(9, 0, 10, (0.0, 0.0), (5.0, 0.0), **AT_REST | {"distance_m": 5.0 * NM, "end_sog_kn": 9.0})
    dark = found(left, stop(150.0))
    assert dark["rest_apart_m"].tolist() == pytest.approx([150.0], abs=1.0)


@pytest.mark.parametrize(
    ("start_sog_kn", "end_sog_kn", "apart_m"), [(0.1, 0.1, 200.0), (0.1, 9.0, 300.0), (9.0, 0.1, 200.0)]
)
def test_the_nearer_end_at_rest_counts(start_sog_kn: float, end_sog_kn: float, apart_m: float) -> None:
    speeds = {"start_sog_kn": start_sog_kn, "end_sog_kn": end_sog_kn}
    dark = found(gap(9, 0, 10, (0.0, 0.0), (500.0 / NM, 0.0), **AT_REST | speeds), stop(300.0)).iloc[0]
    assert dark["rest_apart_m"] == pytest.approx(apart_m, abs=1.0)
    assert dark["beside"] == pytest.approx(np.exp(-apart_m / 300.0), abs=0.003)


def test_a_ship_adrift_is_where_its_drift_took_it() -> None:
    # 1.5 kn east for 2 h: a stop that begins 3 nm east is right there, but known to 300 + 0.5 * 5556 m only.
    drift = {"start_sog_kn": 1.5, "start_cog": 90.0, "end_sog_kn": 9.0}
    dark = found(gap(9, 0, 10, (0.0, 0.0), (9.0, 0.0), **AT_REST | drift), stop(3 * NM, 2, 9)).iloc[0]
    assert dark["rest_apart_m"] == pytest.approx(0.0, abs=5.0)
    assert dark["beside"] == pytest.approx(300.0 / 3078.0, abs=0.002)
    assert found(gap(9, 0, 10, (0.0, 0.0), (9.0, 0.0), **AT_REST | drift), stop(7 * NM, 2, 9)).empty
