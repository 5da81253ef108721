"""WATCHLIST of several lists: one id for one ship, days of listing that can be, numbers that are."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from stsdetect.errors import ContextError
from stsdetect.lists.listed_ships import WATCHLIST, listed_ships
from stsdetect.lists.ship_list import Entry, ShipList

ALFA, CHARLIE = 1234567, 7654329


def of(name: str, *entries: Entry, list_date: date | None = None) -> ShipList:
    return ShipList(
        f"watchlist {name}", "CSV", name, entries=list(entries), list_date=list_date, sha256=name * 64
    )


def ids(*lists: ShipList) -> list[list[str]]:
    return [table["ship_id"].unique(maintain_order=True).to_list() for table in listed_ships(lists)]


def test_lists_that_name_one_ship_by_different_numbers_give_it_one_id() -> None:
    a = of("a", Entry(2, imo=(str(ALFA),), mmsi=("412000001",), names=("ALFA",)))
    b = of(
        "b",
        Entry(2, mmsi=("412000001",)),
        Entry(3, imo=(f"IMO {ALFA}",), names=("ONCE ALFA",)),
        Entry(4, names=("ALFA",)),
    )
    assert ids(a, b) == [["imo 1234567"], ["imo 1234567", "name ALFA"]]


def test_an_mmsi_of_two_ships_joins_neither() -> None:
    a = of(
        "a",
        Entry(2, imo=(str(ALFA),), mmsi=("412000001",)),
        Entry(3, imo=(str(CHARLIE),), mmsi=("412000001",)),
    )
    assert ids(a, of("b", Entry(2, mmsi=("412000001",)))) == [
        ["imo 1234567", "imo 7654329"],
        ["mmsi 412000001"],
    ]


def test_days_and_hash_stand_in_each_row() -> None:
    (table,) = listed_ships(
        [of("a", Entry(2, imo=(str(ALFA),), listed_on=date(2023, 3, 1)), list_date=date(2024, 8, 7))]
    )
    WATCHLIST.validate(table)
    assert table.select("listed_on", "list_date", "list_sha256").row(0) == (
        datetime(2023, 3, 1, tzinfo=UTC),
        datetime(2024, 8, 7, tzinfo=UTC),
        "a" * 64,
    )


def test_a_ship_is_not_listed_after_the_day_of_its_list() -> None:
    late = of("a", Entry(2, names=("A",), listed_on=date(2024, 8, 8)), list_date=date(2024, 8, 7))
    (table,) = listed_ships([late])
    assert table["listed_on"].to_list() == [None]
    assert "1 ship(s) were listed after the date of the list" in late.remarks[0]
    (table,) = listed_ships(
        [of("a", Entry(2, names=("A",), listed_on=date(2024, 8, 7)), list_date=date(2024, 8, 7))]
    )
    assert table["listed_on"].null_count() == 0


def test_a_list_without_ships_is_refused_and_says_what_it_held() -> None:
    found = of("a", Entry(2, imo=("7654328",)))
    found.others.append(3)
    with pytest.raises(
        ContextError, match=r"identifies no ship: .*no IMO numbers.*; .*1 row\(s\) identify no ship.*persons"
    ):
        listed_ships([found])


def test_no_list_gives_no_table() -> None:
    assert listed_ships([]) == []
    empty = pl.DataFrame(schema=WATCHLIST.polars_schema)
    assert WATCHLIST.ordered(empty).is_empty()
