"""What matches a listed ship exactly, nearly and not."""

import tracemalloc

import numpy as np
import pandas as pd
import polars as pl
import polars.testing
import pytest
from rapidfuzz import fuzz

from stsdetect.lists import list_matches, match_watchlist
from stsdetect.lists.list_matches import WATCHLIST_MATCHES, _alike, _one_digit_apart
from stsdetect.lists.listed_ships import WATCHLIST
from stsdetect.params import ContextParams

# Arms Control Wonk 1209892: 8314811 and 8814811 both keep the check digit and differ in one digit
LISTED = pd.DataFrame(
    {"imo": [8314811], "mmsi": [445123000], "name": ["YON PUNG 3"], "length_m": [146.0], "list": ["test"]}
)


def kinds(listed: pd.DataFrame = LISTED, **ship: object) -> list[str]:
    row = pd.DataFrame([{"mmsi": 520000001, "imo": None, "shipname": None, "length_m": None} | ship])
    return match_watchlist(row, listed)["kind"].to_list()


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


def test_near_numbers_equal_the_plain_version() -> None:
    rng = np.random.default_rng(1)
    # Few digits, so that many are one apart, some equal, and some twice.
    one, other = (rng.integers(1, 3, (60, 7)) @ 10 ** np.arange(7) for _ in range(2))
    plain = [
        (i, j)
        for i, a in enumerate(one.tolist())
        for j, b in enumerate(other.tolist())
        if sum(x != y for x, y in zip(str(a), str(b), strict=True)) == 1
    ]
    i, j = _one_digit_apart(one, other)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == plain
    assert len(plain) > 100


@pytest.mark.parametrize("pairs_at_once", [1, 30, 10_000])
def test_names_a_few_at_a_time_equal_the_plain_version(
    pairs_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_matches, "_PAIRS_AT_ONCE", pairs_at_once)
    rng = np.random.default_rng(2)
    one, other = (["".join(rng.choice(list("AB"), 10)) for _ in range(n)] for n in (30, 20))
    plain = [
        (i, j, fuzz.ratio(a, b) / 100.0)
        for i, a in enumerate(one)
        for j, b in enumerate(other)
        if fuzz.ratio(a, b) / 100.0 >= 0.8
    ]
    assert list(zip(*(found.tolist() for found in _alike(one, other, 0.8)), strict=True)) == plain
    assert len(plain) > 100


def test_many_ships_and_a_long_list_take_little_memory() -> None:
    """All pairs at once were 80 MB of similarities and twice as much of digits here, 5 GB for 30,000 and 20,000."""
    n_ships, n_listed = 5_000, 2_000
    numbers = [7 * 10**6 + 10 * k for k in range(n_ships)]
    imo = [n + sum(int(d) * w for d, w in zip(str(n), range(7, 1, -1), strict=False)) % 10 for n in numbers]
    ships = pl.DataFrame(
        {"mmsi": np.arange(n_ships) + 1, "imo": imo, "shipname": [f"SHIP {n}" for n in numbers]}
    )
    listed = WATCHLIST.ordered(
        pl.DataFrame({"imo": imo[:n_listed], "name": [f"VESSEL {n}" for n in range(n_listed)], "list": "x"})
    )
    match_watchlist(ships.head(10), listed)
    tracemalloc.start()
    found = match_watchlist(ships, listed)
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert found.filter(pl.col("kind") == "imo").height == n_listed
    assert peak_mb < 60


def test_without_ships_or_without_a_list_nothing_matches() -> None:
    no_ships = pd.DataFrame({"mmsi": pd.Series([], dtype="int64")})
    nothing = WATCHLIST_MATCHES.optional(None)
    pl.testing.assert_frame_equal(match_watchlist(no_ships, LISTED), nothing)
    ship = pd.DataFrame({"mmsi": [1], "imo": [9074729], "shipname": ["X"]})
    pl.testing.assert_frame_equal(match_watchlist(ship, WATCHLIST.empty()), nothing)
