"""The Advanced XML of OFAC: what codes mean stands in the file, and parts refer to each other."""

import io
from datetime import date

from stsdetect.lists.ship_list import ShipList
from stsdetect.lists.xml_lists import read_xml_list
from tests.builders.lists import ADVANCED_XML


def read(text: str) -> ShipList:
    return read_xml_list(io.BytesIO(text.encode()), "watchlist x.xml", "x.xml")


def test_ships_with_numbers_of_their_documents_and_the_first_day_of_listing() -> None:
    found = read(ADVANCED_XML)
    alfa, charlie = found.entries
    assert (alfa.key, alfa.imo, alfa.mmsi) == ("10", ("1234567",), ("412000001",))
    assert alfa.names == ("ALFA STAR", "BRAVO STAR"), "the primary name comes first, wherever it stands"
    assert (alfa.callsign, alfa.flag, alfa.listed_on) == ("ABCD1", "Panama", date(2023, 3, 1))
    assert (charlie.imo, charlie.names, charlie.listed_on) == (("7654329",), ("CHARLIE",), None)
    assert (found.list_date, len(found.others)) == (date(2024, 8, 7), 1)


def test_a_document_of_another_kind_gives_no_imo_number() -> None:
    found = read(ADVANCED_XML.replace("Vessel Registration Identification", "Registration Number"))
    assert [entry.imo for entry in found.entries] == [(), ()]


def test_without_the_words_for_its_codes_nothing_is_a_ship() -> None:
    found = read(ADVANCED_XML.replace(">Vessel</PartySubType>", ">Craft</PartySubType>"))
    assert (found.entries, len(found.others)) == ([], 3)
