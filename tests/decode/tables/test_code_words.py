"""Words and foreign codes become codes of M.1371, or are told as not understood."""

import polars as pl
import pytest

from stsdetect.decode.tables.code_words import CLASS_WORDS, classes, nav_statuses, ship_types


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # Codes of M.1371, of the US Coast Guard, and beside their word.
        ("80", 80), (" 70.0 ", 70), ("255", 255), ("1004", 70), ("1012", 60), ("1017", 80), ("1024", 80),
        ("1025", 52), ("80 - Tanker", 80), ("70: Cargo", 70), ("Tanker (81)", 81),
        # Words of public and commercial tables.
        ("Crude Oil Tanker", 80), ("Oil/Chemical Tanker", 80), ("LPG Tanker", 80), ("LNG tanker", 80),
        ("Tanker, all ships of this type", 80), ("Tanker - Hazard A (Major)", 80), ("Bunkering Tanker", 80),
        ("Oil Products Tanker", 80), ("bunker_or_tanker", 80), ("Bulk Carrier", 70), ("Container Ship", 70),
        ("General Cargo", 70), ("Cargo:DG,HS,MP(X)", 70), ("Vehicles Carrier", 70), ("Inland, Motor Freighter", 70),
        ("Passenger/Ro-Ro Cargo", 60), ("Ferry", 60), ("Fishing vessel", 30), ("squid_jigger", 30), ("Tug", 52),
        ("Tugboat", 52), ("Hopper Dredger", 33), ("Pilot Vessel", 50), ("Search and Rescue", 51), ("Yacht", 37),
        ("Sailing Vessel", 36), ("High Speed Craft", 40), ("Offshore Supply Ship", 90), ("Law Enforcement", 55),
        ("油船", 80), ("散货船", 70),
    ],
)  # fmt: skip
def test_ship_types(text: str, code: int) -> None:
    found, lost = ship_types(pl.Series([text, None]), {})
    assert (found.to_list(), lost.to_list()) == ([code, None], [False, False])


@pytest.mark.parametrize(
    "text", ["0", "", "Unspecified", "Not available (default)", "UNKNOWN", "Reserved", "-"]
)
def test_ship_types_that_are_not_available_are_not_lost(text: str) -> None:
    found, lost = ship_types(pl.Series([text]), {})
    assert (found.to_list(), lost.to_list()) == ([None], [False])


@pytest.mark.parametrize(
    "text", ["Starship", "Stanker", "Cargotug", "300", "1999", "-5", "35.5", "AIS.19", "Ore/Oil Carrier"]
)
def test_ship_types_that_are_not_understood_are_told(text: str) -> None:
    found, lost = ship_types(pl.Series([text]), {})
    assert (found.to_list(), lost.to_list()) == ([None], [True])


def test_numbers_and_words_of_a_mapping() -> None:
    found, lost = ship_types(pl.Series([80, 0, 1024, 999, None]), {})
    assert found.to_list() == [80, None, 80, None, None]
    assert lost.to_list() == [False, False, False, True, False]
    assert ship_types(pl.Series(["Öltanker A"]), {"öltanker a": 81})[0].to_list() == [81]


def test_navigational_statuses() -> None:
    given = ["5", " Moored", "At anchor", "0 - Under way using engine", "Underway Sailing", "Constrained by draught",
             "15", "99", "-99", "-1", "Not defined", "Unknown value", "16", "afloat", None]  # fmt: skip
    found, lost = nav_statuses(pl.Series(given), {})
    assert found.to_list() == [5, 5, 1, 0, 8, 4, *[None] * 9]
    assert [g for g, gone in zip(given, lost, strict=True) if gone] == ["16", "afloat"]


def test_classes() -> None:
    found, lost = classes(pl.Series(["A", "Class B", "SAR Airborne", "cargo", "unknown", None]), CLASS_WORDS)
    assert found.to_list() == ["A", "B", "sar", None, None, None]
    assert lost.to_list() == [False, False, False, True, False, False]


@pytest.mark.parametrize("kind", [pl.Time, pl.Date, pl.Datetime("ms"), pl.Boolean, pl.Binary])
@pytest.mark.parametrize("n", [1, 2, 9])
def test_columns_of_other_types_hold_no_codes(kind: pl.DataType, n: int) -> None:
    column = (
        pl.Series([bytes([k]) for k in range(n)]) if kind == pl.Binary else pl.Series(range(n)).cast(kind)
    )
    for code, lost in (ship_types(column, {}), nav_statuses(column, {}), classes(column, {})):
        assert code.null_count() == n
        assert int(lost.sum()) == n


def test_not_a_number_is_no_value_as_the_word_is_none() -> None:
    for column in (pl.Series([70.0, float("nan"), None]), pl.Series(["70", "nan", None])):
        code, lost = ship_types(column, {})
        assert (code.to_list(), lost.to_list()) == ([70, None, None], [False] * 3)
    for column in (pl.Series([7.0, float("nan"), None]), pl.Series(["7", "nan", None])):
        code, lost = nav_statuses(column, {})
        assert (code.to_list(), lost.to_list()) == ([7, None, None], [False] * 3)


def test_a_column_of_another_type_without_values_holds_no_codes() -> None:
    column = pl.Series([None, None], dtype=pl.Time)
    for code, lost in (ship_types(column, {}), nav_statuses(column, {})):
        assert (code.null_count(), lost.any()) == (2, False)
