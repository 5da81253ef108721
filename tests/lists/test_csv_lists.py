"""CSV with a header: OpenSanctions, EU, UK and anyone's own; what is common to all is in test_watchlist."""

from datetime import date
from pathlib import Path

import pytest

from stsdetect.lists.csv_lists import read_csv_list
from stsdetect.lists.ship_list import Entry, ShipList
from tests.builders.lists import (
    ANNEX_CSV,
    EU_CSV,
    MARITIME_CSV,
    OFSI_CSV,
    SIMPLE_CSV,
    UK_CSV,
    UN_1718_CSV,
)

DAY, LISTED = date(2024, 8, 7), date(2023, 3, 1)


def read(text: str) -> ShipList:
    return read_csv_list(text.encode(), Path("x.csv"), "watchlist x.csv")


def facts(entry: Entry) -> tuple[object, ...]:
    return entry.imo, entry.mmsi, entry.names, entry.flag, entry.listed_on


def test_opensanctions_maritime() -> None:
    found = read(MARITIME_CSV)
    alfa, charlie, nameless = found.entries
    assert facts(alfa) == (
        ("IMO1234567",),
        ("412000001;412000002",),
        ("ALFA STAR", "BRAVO STAR", "ALFA, STAR"),
        "pa",
        None,
    )
    assert (charlie.imo, nameless.imo, found.others) == (("IMO7654329",), (), [5])
    assert any("1 ship(s) were detained by port State control" in text for text in found.remarks)


def test_opensanctions_targets() -> None:
    found = read(SIMPLE_CSV)
    alfa, charlie = found.entries
    assert facts(alfa) == (
        ("1234567",),
        ("412000001",),
        ("ALFA STAR", "BRAVO STAR", "ALFA; STAR"),
        None,
        LISTED,
    )
    assert (charlie.listed_on, found.others) == (None, [4, 5])


def test_european_union() -> None:
    found = read(EU_CSV)
    alfa, charlie = found.entries
    assert facts(alfa) == (("1234567",), (), ("ALFA STAR", "BRAVO STAR"), None, LISTED)
    assert (charlie.imo, charlie.listed_on) == (("7654329",), None)
    assert (found.list_date, found.others) == (DAY, [6, 7, 8])


def test_united_kingdom() -> None:
    found = read(UK_CSV)
    assert [e.names for e in found.entries] == [("ALFA STAR",), ("BRAVO STAR",), ("CHARLIE",)]
    assert [e.imo for e in found.entries] == [("IMO1234567",), ("IMO1234567",), ("7654329",)]
    assert (found.entries[0].listed_on, found.entries[0].flag) == (LISTED, "Panama")
    assert (found.list_date, found.others, found.remarks) == (DAY, [6, 7], [])
    found = read(OFSI_CSV)
    assert [(e.imo, e.mmsi) for e in found.entries] == [
        (("1234567",), ("412000001",)),
        (("1234567",), ()),
        (("7654329",), ()),
    ]
    assert (found.list_date, found.entries[0].listed_on, found.others) == (DAY, LISTED, [6])


def test_united_nations_1718_and_the_annex_of_a_regulation() -> None:
    alfa, charlie = read(UN_1718_CSV).entries
    assert facts(alfa) == (
        ("1234567",),
        ("412000001", "412000002"),
        ("ALFA STAR", "BRAVO STAR"),
        "Panama",
        LISTED,
    )
    assert (charlie.callsign, charlie.mmsi) == (None, ())
    found = read(ANNEX_CSV)
    assert facts(found.entries[0]) == (
        ("1234567",),
        ("412000001",),
        ("ALFA STAR", "BRAVO STAR"),
        "Panama",
        LISTED,
    )
    assert found.others == [4]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("03/04/2021", "24/04/2021"), date(2021, 4, 3)),
        (("03/04/2021", "04/24/2021"), date(2021, 3, 4)),
        (("2021-04-03", "x"), date(2021, 4, 3)),
        (("03/04/2021", ""), None),
        (("2021", ""), None),
    ],
)
def test_dates_are_read_by_what_the_column_shows(dates: tuple[str, str], expected: date | None) -> None:
    found = read(f"name,Date Listed\nA,{dates[0]}\nB,{dates[1]}\n")
    assert found.entries[0].listed_on == expected
    assert any("date(s) of listing are not dates" in text for text in found.remarks) == (
        expected is None or "x" in dates
    )
