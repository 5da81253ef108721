"""XML of OFAC, the United Nations, the European Union and the United Kingdom."""

import io
from datetime import date

import pytest

from stsdetect.errors import ContextError
from stsdetect.lists.ship_list import Entry, ShipList
from stsdetect.lists.xml_lists import read_xml_list
from tests.builders.lists import EU_XML, OFSI_XML, SDN_XML, UK_XML, UN_XML, XML_FORMS

DAY, LISTED = date(2024, 8, 7), date(2023, 3, 1)


def read(text: str) -> ShipList:
    return read_xml_list(io.BytesIO(text.encode()), "watchlist x.xml", "x.xml")


def facts(entry: Entry) -> tuple[object, ...]:
    return entry.imo, entry.mmsi, entry.names, entry.flag, entry.listed_on


def test_ofac() -> None:
    found = read(SDN_XML)
    alfa, charlie = found.entries
    assert facts(alfa) == (("1234567",), ("412000001",), ("ALFA STAR", "BRAVO STAR"), "Panama", None)
    assert (alfa.callsign, alfa.key, charlie.imo) == ("ABCD1", "103", ("7654329",))
    assert (found.list_date, found.others) == (DAY, [4, 6])


def test_united_nations() -> None:
    found = read(UN_XML)
    alfa, charlie, *of_company = found.entries
    assert facts(alfa) == (("1234567",), ("412000001",), ("ALFA STAR", "BRAVO STAR"), None, LISTED)
    assert (charlie.names, charlie.imo) == (("CHARLIE",), ("7654329",)), "a telephone number is none"
    assert [(e.imo, e.names) for e in of_company] == [(("1111117",), ()), (("2222224",), ())]
    assert (found.list_date, len(found.others)) == (DAY, 2)


def test_european_union() -> None:
    found = read(EU_XML)
    alfa, charlie = found.entries
    assert facts(alfa) == (("1234567",), ("412000001",), ("ALFA STAR", "BRAVO STAR"), None, LISTED)
    assert (charlie.imo, charlie.listed_on) == (("IMO 7654329",), None)
    assert (found.list_date, len(found.others)) == (DAY, 3)


def test_united_kingdom() -> None:
    found = read(UK_XML)
    alfa, charlie = found.entries
    assert facts(alfa) == (("1234567",), (), ("ALFA STAR", "BRAVO STAR"), "Panama", LISTED)
    assert (charlie.key, found.list_date, len(found.others)) == ("RUS0002", DAY, 1)


def test_united_kingdom_ofsi() -> None:
    found = read(OFSI_XML)
    assert [e.names for e in found.entries] == [("ALFA STAR",), ("BRAVO STAR",), ("CHARLIE",)]
    assert [e.imo for e in found.entries] == [("1234567",), ("1234567",), ("7654329",)]
    assert (found.entries[0].listed_on, len(found.others)) == (LISTED, 1)


@pytest.mark.parametrize("name", XML_FORMS)
def test_a_file_that_was_cut_is_refused_and_one_without_ships_is_empty(name: str) -> None:
    text = XML_FORMS[name]
    for share in (0.3, 0.9, 0.99):
        with pytest.raises(ContextError, match="it ends in the middle"):
            read(text[: int(len(text) * share)])
    root = text[text.index("<", 2) :].split(">")[0].strip("<").split()[0]
    assert read(f"<{root}></{root}>").entries == []


def test_an_unknown_list_names_those_that_are_known() -> None:
    with pytest.raises(
        ContextError, match="its root is <ships>, known are <sdnList>, <Sanctions>, <CONSOLIDATED"
    ):
        read("<ships/>")
