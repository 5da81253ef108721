"""Ships in turn at one spot, against ships that anchor by chance where others lay."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.solo.in_turn import with_ships_in_turn
from stsdetect.params import SoloStopParams
from stsdetect.schema import LOITERING
from tests.builders import together
from tests.builders.gaps import NM, loitering

P = SoloStopParams()


def stop(mmsi: int, start_h: float, east_m: float = 0.0, hours: float = 5.0, **columns) -> pd.DataFrame:
    return loitering(mmsi, start_h, start_h + hours, (east_m / NM, 0.0), **columns)


def in_turn(*stops: pd.DataFrame, n_own_stops: int = 0) -> pl.DataFrame:
    rows = LOITERING.validate(together(*stops)).with_columns(n_own_stops=pl.lit(n_own_stops))
    return with_ships_in_turn(rows, P).select("mmsi", "n_in_turn", "log_lr_in_turn")


def test_three_ships_one_after_another() -> None:
    found = in_turn(stop(1, 0), stop(2, 6), stop(3, 12))
    assert found["n_in_turn"].to_list() == [2, 2, 2]
    # Two where (500 / 3000)^2 = 1 / 36 is the least that is expected: 2 ln(72) - 2 + 1 / 36.
    assert found["log_lr_in_turn"].to_list() == pytest.approx([min(2 * np.log(72) - 2 + 1 / 36, 4.0)] * 3)


@pytest.mark.parametrize(("east_m", "n"), [(499.0, 1), (501.0, 0)])
def test_at_one_spot_and_just_not(east_m: float, n: int) -> None:
    assert in_turn(stop(1, 0), stop(2, 6, east_m))["n_in_turn"].to_list() == [n, n]


@pytest.mark.parametrize(("start_h", "n"), [(5.0, 1), (4.9, 0)])
def test_in_turn_and_just_at_once(start_h: float, n: int) -> None:
    assert in_turn(stop(1, 0), stop(2, start_h))["n_in_turn"].to_list() == [n, n]


def test_in_an_anchorage_ships_lie_where_others_lay() -> None:
    # 71 others within 3 km, each in turn: 2 of them at one spot are what chance has there.
    around = [stop(100 + k, 10.0 * k, 1000.0 + 25.0 * k) for k in range(1, 71)]
    found = in_turn(stop(1, -50), stop(2, -40, 10.0), stop(3, -30, 20.0), *around)
    assert found["n_in_turn"][0] == 2
    assert found["log_lr_in_turn"][0] == pytest.approx(0.0, abs=0.05)


def test_a_ship_that_comes_again_or_stops_all_the_time_is_at_work() -> None:
    assert in_turn(stop(1, 0), stop(2, 6), stop(2, 12))["n_in_turn"].to_list() == [0, 0, 0]
    assert in_turn(stop(1, 0), stop(2, 6), n_own_stops=3)["n_in_turn"].to_list() == [0, 0]


def test_across_the_dateline_and_of_nothing() -> None:
    place = (0.0, 179.9999)
    assert in_turn(stop(1, 0, place=place), stop(2, 6, 100.0, place=place))["n_in_turn"].to_list() == [1, 1]
    assert in_turn(LOITERING.empty()).is_empty()
