"""Whole numbers with all their digits."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.exact_numbers import whole_number


def one(value: object, dtype: type[pl.DataType] | None = None) -> tuple[int | None, bool]:
    number, digits_lost = whole_number(pl.Series("mmsi", [value], dtype=dtype))
    assert (number.dtype, digits_lost.dtype, number.name) == (pl.Int64, pl.Boolean, "mmsi")
    return number[0], digits_lost[0]


@pytest.mark.parametrize(
    "text",
    [
        "412000001", " 412000001 ", "\u00a0412000001", "+412000001", "412000001.0", "412000001.", "412000001,00",
        "'412000001", "\u2019412000001", '"412000001"', '="412000001"', "412,000,001", "412.000.001", "412 000 001",
        "412\u202f000\u202f001", "412'000'001", "4.12000001E8", "4.12000001e+08", "4,12000001E+08", "412000001E0",
        "0412000001",
    ],
)  # fmt: skip
def test_the_same_number_in_many_hands(text: str) -> None:
    assert one(text) == (412000001, False)


@pytest.mark.parametrize(
    "text", ["4.12E+08", "4.12e8", "4,12E+08", "4.1200001E+08", "412E6", "'4.12E+08", "9E999"]
)
def test_a_number_whose_last_digits_are_not_given_is_none(text: str) -> None:
    assert one(text) == (None, True)


def test_all_digits_may_be_given_with_an_exponent() -> None:
    assert one("9.074729E6") == (9074729, False)
    assert one("9.07E+06") == (None, True)
    assert one("9.0747290E+06") == (9074729, False)
    assert one("0.00E+00") == (0, False)


@pytest.mark.parametrize(
    "text",
    ["", "x", "12.5", "412,000", "412.000", "15E-1", "########", "41 2000001", "99999999999999999999", None],
)
def test_what_is_no_whole_number_is_none(text: str | None) -> None:
    assert one(text, pl.String) == (None, False)


def test_minus_one_is_a_number_and_no_ship() -> None:
    assert one("-1") == one(-1) == one(-1.0) == (-1, False)


def test_single_precision_has_seven_digits_and_double_nine() -> None:
    """2**24 is 16 777 216: 412 000 001 and 412 000 000 are the same in single precision."""
    assert one(412000001.0, pl.Float32) == (None, True)
    assert one(412000001.0, pl.Float64) == (412000001, False)
    assert one(9074729.0, pl.Float32) == (9074729, False)
    assert one(1e300, pl.Float64) == (None, True)
    assert (
        one(1.5, pl.Float64)
        == one(float("nan"), pl.Float64)
        == one(float("inf"), pl.Float64)
        == (None, False)
    )


def test_other_types() -> None:
    assert one(True, pl.Boolean) == (None, False)
    assert one(2**63 + 1, pl.UInt64) == (None, True)
    number, digits_lost = whole_number(pl.Series("mmsi", [], dtype=pl.String))
    assert number.to_list() == digits_lost.to_list() == []


@given(st.integers(0, 999_999_999), st.integers(0, 9))
def test_a_rounded_number_is_never_another(number: int, digits: int) -> None:
    text = f"{number:.{digits}E}"
    found, digits_lost = one(text)
    assert found == number or (found is None and digits_lost)
    assert one(f"{number:,}" if number >= 10**6 else f"{number}") == (number, False)


@given(
    st.lists(st.one_of(st.none(), st.text(max_size=12), st.from_regex(r"[0-9.,E+' -]{1,14}", fullmatch=True)))
)
def test_a_cell_changes_no_other(cells: list[str | None]) -> None:
    number, digits_lost = whole_number(pl.Series(cells, dtype=pl.String))
    assert list(zip(number, digits_lost, strict=True)) == [one(c, pl.String) for c in cells]
    assert not (number.is_not_null() & digits_lost).any()
