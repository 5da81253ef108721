"""SDN.CSV and ALT.CSV, known by their columns."""

import pytest

from stsdetect.errors import ContextError
from stsdetect.lists.ofac_csv import read_ofac_csv
from stsdetect.lists.ship_list import ShipList
from tests.builders.lists import ADD_CSV, ALT_CSV, SDN_CSV


def read(text: str) -> ShipList | None:
    return read_ofac_csv(text, "watchlist x.csv", "x.csv")


def test_vessels_with_what_stands_in_their_remarks() -> None:
    found = read(SDN_CSV)
    assert found is not None
    alfa, charlie = found.entries
    assert (alfa.line, alfa.key, alfa.imo, alfa.mmsi) == (3, "103", ("1234567",), ("412000001",))
    assert (alfa.names, alfa.callsign, alfa.flag) == (("ALFA STAR", "BRAVO STAR"), "ABCD1", "Panama")
    assert (charlie.imo, charlie.mmsi, charlie.callsign, charlie.flag) == (("7654329",), (), None, None)
    assert (found.others, found.remarks) == ([1, 2, 5], [])


def test_other_names_are_known_by_the_number_of_their_entry() -> None:
    found = read(ALT_CSV)
    assert found is not None
    assert found.entries == []
    assert found.other_names == {"102": ["SEA EAGLE"], "104": ["DELTA ROSE", "ECHO ROSE"], "999": ["ORPHAN"]}


def test_addresses_and_other_tables_are_not_lists() -> None:
    with pytest.raises(ContextError, match="holds addresses of OFAC entries"):
        read(ADD_CSV)
    assert read("imo,mmsi,name\n1234567,,A\n") is None
    assert read("") is None
    assert read("1,A,vessel\n2,B,vessel\n") is None


def test_a_row_of_another_width_is_counted() -> None:
    found = read(SDN_CSV + '\n106,"CUT","vessel"')
    assert found is not None
    assert len(found.entries) == 2
    assert "1 row(s) do not have the columns of OFAC SDN.CSV" in found.remarks[0]
    assert read(SDN_CSV.replace('"CHARLIE"', '"CHAR"LIE"')) is not None
    old = read(SDN_CSV.replace("\r\n", "\r"))  # as the specification of OFAC has it
    assert old is not None
    assert len(old.entries) == 2
