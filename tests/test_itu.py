"""Codes and intervals of ITU-R M.1371, and the check digit of the IMO number."""

import polars as pl
import pytest

from stsdetect import itu


def flags(expr, ship_types) -> list[bool]:
    return pl.DataFrame({"t": ship_types}).select(expr(pl.col("t")))["t"].to_list()


def test_cargo_ships_are_70_to_79_and_tankers_80_to_89() -> None:
    ship_types = [69, 70, 79, 80, 89, 90, None]
    assert flags(itu.is_cargo, ship_types) == [False, True, True, False, False, False, False]
    assert flags(itu.is_tanker, ship_types) == [False, False, False, True, True, False, False]
    assert flags(itu.carries_cargo, ship_types) == [False, True, True, True, True, False, False]


def test_types_that_carry_no_cargo() -> None:
    ship_types = [None, 0, 19, 20, 69, 70, 89, 90]
    expected = [False, False, False, True, True, False, False, True]
    assert flags(itu.carries_no_cargo, ship_types) == expected


def test_no_ship_type_is_in_two_groups() -> None:
    groups = [itu.FISHING, itu.TUG, itu.DREDGER, itu.SERVICE_CRAFT, range(70, 80), range(80, 90)]
    every = [code for group in groups for code in group]
    assert len(every) == len(set(every))


def test_the_imo_check_digit_is_the_weighted_sum_of_the_other_digits() -> None:
    # 9x7 + 0x6 + 7x5 + 4x4 + 7x3 + 2x2 = 139, so the last digit is 9
    imo = pl.DataFrame({"imo": [9074729, 9074728, 0, 123, None, 90747290]})
    valid = imo.select(itu.valid_imo(pl.col("imo")))["imo"].to_list()
    assert valid == [True, False, False, False, None, False]


@pytest.mark.parametrize(
    ("sog", "at_rest", "class_b", "interval_s"),
    [
        (0.0, True, False, 180.0),  # table 1: at anchor, not faster than 3 kn
        (3.1, True, False, 10.0),
        (0.0, False, False, 10.0),
        (14.0, False, False, 10.0),
        (14.1, False, False, 6.0),
        (23.1, False, False, 2.0),
        (2.0, False, True, 180.0),  # table 2: class B CS, not faster than 2 kn
        (2.1, False, True, 30.0),
    ],
)
def test_reporting_intervals(sog: float, at_rest: bool, class_b: bool, interval_s: float) -> None:
    assert itu.reporting_interval_s(sog, at_rest=at_rest, class_b=class_b) == interval_s
