"""Columns of any type become text and numbers."""

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


def test_values_outside_the_range_are_null_and_told_its_end_excluded() -> None:
    raw = pl.Series([-0.1, 0.0, 359.9, 360.0, 511.0, float("nan"), None])
    number, lost = convert.within(raw, convert.as_number(raw), 0.0, 360.0, not_available=[511])
    assert number.to_list() == [None, 0.0, 359.9, None, None, None, None]
    assert lost.to_list() == [0, 3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30.5", 30.5),
        ("-30,5", -30.5),
        ("30.5N", 30.5),
        ("30.5 s", -30.5),
        ("N30.5", 30.5),
        ("30°", 30.0),
        ("30°30'N", 30.5),
        ("30° 30.6' N", 30.51),
        ("30°30'36\"S", -30.51),
        ("S 30 30 36", -30.51),
        ("30:30:36N", 30.51),
        ("30-30.6N", 30.51),
        ("30 30.0", None),  # no letter and no degree sign
        ("3030.0N", None),  # as in NMEA 0183
        ("30.5E", None),
        ("-30.5S", None),
        ("30°61'N", None),
        ("30.5°30'N", None),
        ("N30.5S", None),
        ("north", None),
    ],
)
def test_latitudes_may_have_minutes_and_letters(text: str, expected: float | None) -> None:
    column = pl.Series([text, "1.25"])
    found = convert.as_degrees(column, positive="N", negative="S").to_list()
    assert found == [None if expected is None else pytest.approx(expected), 1.25]


@pytest.mark.parametrize(
    ("given", "number", "lost"),
    [
        ("9074729", 9074729, False),
        ("IMO 9074729", 9074729, False),
        ("imo no. 9074729", 9074729, False),
        ("9,074,729", 9074729, False),
        ("9.074729E6", 9074729, False),
        ("9.07E+06", None, True),
        ("9074720", 9074720, False),  # its check digit should be 9: kept, as evidence of a false identity
        ("907472", None, True),
        ("none of them", None, True),
        ("IMO0000000", None, False),
        ("IMO", None, False),
        ("unknown", None, False),
    ],
)
def test_imo_numbers_have_seven_digits(given: str, number: int | None, lost: bool) -> None:
    found, missing = convert.imo_numbers(pl.Series([given, None]))
    assert (found.to_list(), missing.to_list()) == ([number, None], [lost, False])


def test_imo_numbers_of_number_columns() -> None:
    found, lost = convert.imo_numbers(pl.Series([9074729.0, 0.0, float("nan"), 7.5]))
    assert (found.to_list(), lost.to_list()) == ([9074729, None, None, None], [False, False, False, True])


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "expected"),
    [
        ("speed", "m/s", 5.144444, 10.0),
        ("speed", "km/h", 18.52, 10.0),
        ("speed", "mph", 11.50779, 10.0),
        ("position", "1e-7deg", 302_500_000, 30.25),
        ("position", "rad", 0.52796, 30.25),
        ("draught", "cm", 950, 9.5),
        ("speed", "dkn", 100, 10.0),
        ("position", "1e-4min", 18_150_000, 30.25),
        ("length", "ft", 100, 30.48),
    ],
)
def test_units_are_factors_to_knots_degrees_and_metres(
    quantity: str, unit: str, value: float, expected: float
) -> None:
    assert value * convert.UNITS[quantity][unit] == pytest.approx(expected, abs=1e-3)
