"""Watchlists: reading them, and what matches exactly, nearly and not."""

from pathlib import Path

import pandas as pd
import polars as pl
import polars.testing
import pytest

from stsdetect.context import load_context
from stsdetect.errors import ContextError
from stsdetect.itu import valid_imo
from stsdetect.lists import match_watchlist, read_watchlist
from stsdetect.lists.watchlist import WATCHLIST, WATCHLIST_MATCHES
from stsdetect.params import ContextParams

# Arms Control Wonk 1209892: 8314811 and 8814811 both keep the check digit and differ in one digit
LISTED = pd.DataFrame(
    {"imo": [8314811], "mmsi": [445123000], "name": ["YON PUNG 3"], "length_m": [146.0], "list": ["test"]}
)


def kinds(listed: pd.DataFrame = LISTED, **ship: object) -> list[str]:
    row = pd.DataFrame([{"mmsi": 520000001, "imo": None, "shipname": None, "length_m": None} | ship])
    return match_watchlist(row, listed)["kind"].to_list()


def test_the_bundled_list_has_22_tankers_with_valid_numbers() -> None:
    ships = read_watchlist("us-advisory-2018-02-23")
    assert len(ships) == 22
    assert pl.DataFrame(ships).select(valid_imo(pl.col("imo")))["imo"].all()
    assert ships["list"].unique().tolist() == ["US advisory 2018-02-23"]
    assert load_context().watchlist.empty, "a list is used only when asked for"


@pytest.mark.parametrize(
    ("ship", "expected"),
    [
        ({"imo": 8314811}, ["imo"]),
        ({"mmsi": 445123000}, ["mmsi"]),
        ({"imo": 8814811}, ["near_imo"]),
        ({"imo": 8814881}, []),  # as printed in the article: check digit fails
        ({"imo": 8824803}, []),  # valid, but more than one digit off
        ({"shipname": "YON PUNG 3"}, ["name"]),
        ({"shipname": "yon-pung 3"}, ["name"]),
        ({"shipname": "YONG PUNG 3"}, ["near_name"]),
        ({"shipname": "YON PUNG 5"}, []),  # another ship of the fleet
        ({"shipname": "JON BUNG 3"}, []),
        ({"shipname": ""}, []),
    ],
)
def test_what_resembles_a_listed_ship(ship: dict, expected: list[str]) -> None:
    assert kinds(**ship) == expected


@pytest.mark.parametrize(("length_m", "agrees"), [(146.0, True), (150.0, True), (151.0, False), (None, None)])
def test_the_length_shows_whether_a_near_imo_number_may_be_the_same_hull(
    length_m: float | None, agrees: bool | None
) -> None:
    ship = pd.DataFrame({"mmsi": [520000001], "imo": [8814811], "length_m": [length_m]})
    assert match_watchlist(ship, LISTED)["length_agrees"].to_list() == [agrees]


def test_short_names_must_be_equal() -> None:
    listed = pd.DataFrame({"name": ["PAEK"], "list": ["x"]})
    assert kinds(listed, shipname="PAEK") == ["name"]
    assert kinds(listed, shipname="PAEKO") == []


def test_names_are_alike_from_the_threshold_on() -> None:
    listed, ship = (
        pd.DataFrame({"name": ["ABCDEFGHIJ"], "list": ["x"]}),
        pd.DataFrame({"mmsi": [1], "shipname": ["ABCDEFGHIX"]}),
    )
    # nine of ten letters: ratio 2 * 9 / 20 = 0.9
    assert match_watchlist(ship, listed, params=ContextParams(min_name_similarity=0.9))["kind"].to_list() == [
        "near_name"
    ]
    assert match_watchlist(ship, listed, params=ContextParams(min_name_similarity=0.91)).is_empty()


def test_one_row_per_mmsi_and_listed_ship_in_any_order_of_rows() -> None:
    ships = pd.DataFrame(
        {
            "mmsi": [2, 1, 1],
            "imo": [8314811, 8314811, 8314811],
            "shipname": ["A", "YON PUNG 3", "B"],
            "length_m": [None, 90.0, 146.0],
        }
    )
    got = match_watchlist(ships, LISTED)
    assert got.equals(match_watchlist(ships.iloc[::-1], LISTED))
    exact = got.filter(pl.col("kind") == "imo")
    assert exact["mmsi"].to_list() == [1, 2]
    assert exact["length_agrees"].to_list() == [True, None]


def test_without_ships_or_without_a_list_nothing_matches() -> None:
    no_ships = pd.DataFrame({"mmsi": pd.Series([], dtype="int64")})
    nothing = WATCHLIST_MATCHES.optional(None)
    pl.testing.assert_frame_equal(match_watchlist(no_ships, LISTED), nothing)
    ship = pd.DataFrame({"mmsi": [1], "imo": [9074729], "shipname": ["X"]})
    pl.testing.assert_frame_equal(match_watchlist(ship, WATCHLIST.empty()), nothing)


def test_reading_is_lenient_about_form(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        '\ufeffIMO , MMSI,Name\nIMO 8405311,,SAM JONG 1\n,,\n,445000001,"WITH, COMMA"\n', encoding="utf-8"
    )
    got = read_watchlist(file)
    assert got["imo"].tolist()[0] == 8405311
    assert got["name"].tolist() == ["SAM JONG 1", "WITH, COMMA"]
    assert set(got["list"]) == {"mine.csv"}


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("ship,flag\nA,B\n", "none of the columns imo, mmsi and name; present: ship, flag"),
        ("imo,name\n84O5311,X\n", "1 value\\(s\\) are not numbers, for example \\['84O5311'\\] \\(row 2"),
        ("", "is not a CSV"),
        (None, "no such watchlist; bundled: us-advisory-2018-02-23"),
    ],
)
def test_an_unusable_list_is_refused_with_its_reason(tmp_path: Path, text: str | None, match: str) -> None:
    file = tmp_path / "bad.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ContextError, match=match):
        read_watchlist(file)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(b"imo,name\n\xff\xfe\x00,\x80\n")
    with pytest.raises(ContextError, match="as UTF-8 text"):
        read_watchlist(file)
