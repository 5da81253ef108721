"""Columns of any type become text, numbers and codes."""

import polars as pl
import pytest

from stsdetect.decode import text_id_to_mmsi
from stsdetect.decode.tables import convert


def test_text_ids_are_stable_and_exact() -> None:
    numbers = [text_id_to_mmsi(str(k)) for k in range(10_000)]
    assert len(set(numbers)) == 10_000
    assert all(-(2**50) < n < 0 for n in numbers)
    assert text_id_to_mmsi("1") == numbers[1]


def test_words_for_nothing_known_are_null() -> None:
    column = pl.Series([" EAGLE ", "", "N/A", "Unknown", "-", "nan", None])
    assert convert.as_text(column).to_list() == ["EAGLE", *[None] * 6]
    assert convert.as_text(pl.Series([5])).to_list() == ["5"]


def test_numbers_may_have_blanks_and_decimal_commas_and_must_be_finite() -> None:
    column = pl.Series(["1.5", " 2 ", "3,5", "1,000,5", "12 kn", "inf", "nan", None])
    assert convert.as_number(column).to_list() == [1.5, 2.0, 3.5, *[None] * 5]
    assert convert.as_number(pl.Series([1.0, float("nan")])).to_list() == [1.0, None]
    assert convert.as_number(pl.Series([1, None])).to_list() == [1.0, None]


def test_codes_are_numbers_or_known_words() -> None:
    column = pl.Series(["5", "Moored", " moored", "afloat", None])
    assert convert.as_code(column, {"moored": 5}).to_list() == [5, 5, 5, None, None]


def test_values_outside_the_range_are_null_its_end_excluded() -> None:
    column = pl.Series([-0.1, 0.0, 359.9, 360.0, None])
    assert convert.within(column, 0.0, 360.0).to_list() == [None, 0.0, 359.9, None, None]


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "expected"),
    [
        ("speed", "m/s", 5.144444, 10.0),
        ("speed", "km/h", 18.52, 10.0),
        ("speed", "dkn", 100, 10.0),
        ("position", "1e-4min", 18_150_000, 30.25),
        ("length", "ft", 100, 30.48),
    ],
)
def test_units_are_factors_to_knots_degrees_and_metres(
    quantity: str, unit: str, value: float, expected: float
) -> None:
    assert value * convert.UNITS[quantity][unit] == pytest.approx(expected, abs=1e-5)
