"""Broadcast text in sentences: cleaned, cut, and the MMSI where there is no name."""

import polars as pl
import pytest

from stsdetect.score.terms.phrases import chance, number, plural, with_phrases
from tests.builders.score import feature_rows


def phrase(column: str, **columns: object) -> str:
    return with_phrases(feature_rows(columns))[column][0]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("YU SON", "“YU SON”"),
        ("  A \x1b[31m  LI ", "“A 31m LI”"),
        ("<b>“x”</b>", "“b x /b”"),
        ("{}", "MMSI 412000001"),
        (None, "MMSI 412000001"),
        ("X" * 41, f"“{'X' * 40}”"),
    ],
)
def test_a_ship_is_called_by_its_cleaned_name_or_else_by_its_mmsi(name: str | None, label: str) -> None:
    assert phrase("label_1", shipname_1=name) == label


def test_an_mmsi_has_nine_digits_and_a_made_up_one_is_not_shown() -> None:
    assert phrase("label_2", shipname_2=None, mmsi_2=2_320_001) == "MMSI 002320001"
    assert phrase("label_2", shipname_2=None, mmsi_2=-7) == "Ship 2"


def test_an_earlier_identity_may_be_longer_than_a_name() -> None:
    before = "YU SON, IMO 8405311, MMSI 412000001, and more than forty characters"
    assert phrase("identity_before_text_1", identity_before_1=before) == before


def test_broadcast_columns_stay_as_they_are() -> None:
    rows = feature_rows({"shipname_1": "<A>"})
    assert with_phrases(rows).select(rows.columns).equals(rows)


def test_values_that_are_not_known_are_called_unknown_and_no_count_is_zero() -> None:
    empty = pl.DataFrame({"x": [None]}, schema={"x": pl.Float64})
    got = empty.select(n=number(pl.col("x"), 0), c=plural(pl.col("x").cast(pl.Int64), "ship", "ships"))
    assert got.row(0) == ("unknown", "0 ships")


def test_no_probability_is_shown_as_certain() -> None:
    shares = pl.DataFrame({"p": [0.0, 0.0099, 0.01, 0.99, 0.9901, 1.0]})
    assert shares.select(chance(pl.col("p"))).to_series().to_list() == [
        "under 1 %", "under 1 %", "1 %", "99 %", "over 99 %", "over 99 %",
    ]  # fmt: skip
