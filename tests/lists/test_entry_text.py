"""Numbers, names and kinds inside the text of a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.lists.entry_text import (
    imo_numbers_in,
    is_company_name,
    kind_of,
    mmsi_in,
    other_names_in,
    values_of,
)


@pytest.mark.parametrize(
    "text",
    ["IMO 1234567", "IMO1234567", "imo number: 1234567", "(IMO number):1234567 (Flag of ship):X", "IMO No. 1234567;",
     "ALFA (IMO: 1234567)", "Vessel Registration Identification IMO 1234567; MMSI 412000001.", "IMO-1234567 and IMO 1234567"],
)  # fmt: skip
def test_an_imo_number_after_its_label(text: str) -> None:
    assert imo_numbers_in(text) == ["1234567"]


@pytest.mark.parametrize(
    "text",
    ["1234567", "IMO 12345678", "IMO 123456", "Company IMO number 5555555", "IMO company number 5555555", "TIMO 1234567",
     "company: IMO 5555555", "Passport 1234567"],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert imo_numbers_in(text) == []


def test_numbers_in_a_row_after_one_label_need_their_check_digit() -> None:
    text = "Tel 1234567. Ships with IMO numbers: (a) ALFA 1111117; (b) BRAVO 2222224, 2222225. Company IMO number 5555555."
    assert imo_numbers_in(text, unlabelled=True) == ["1111117", "2222224"]
    assert imo_numbers_in("call 1111117", unlabelled=True) == []


def test_mmsi_and_other_names() -> None:
    text = "f.k.a. 'ALFA I'; a.k.a. \"BRAVO 2\"; n.k.a. \u2018CHARLIE\u2019, MMSI 412000001; alt. MMSI: 412000002; MMSI 41200000."
    assert mmsi_in(text) == ["412000001", "412000002"]
    assert other_names_in(text) == ["ALFA I", "BRAVO 2", "CHARLIE"]
    assert other_names_in("a.k.a. 'CHON'MA-SAN'.") == ["CHON'MA-SAN"]
    assert other_names_in("Linked To: 'ALFA LTD'.") == []


def test_cells_with_several_values() -> None:
    assert values_of("ALFA; BRAVO;;-") == ["ALFA", "BRAVO"]
    assert values_of('"ALFA; I";BRAVO') == ["ALFA; I", "BRAVO"]
    assert values_of("1: ALFA 2: BRAVO") == ["ALFA", "BRAVO"]
    assert values_of("12: 30 TIME") == ["30 TIME"]
    assert values_of("MAERSK 1:2") == ["MAERSK 1:2"]
    assert values_of("") == []


def test_kinds_and_companies() -> None:
    assert [kind_of(w) for w in ("Vessel", "SHIP", "Individual", "Legal Entity", "ORGANIZATION", "Oil Tanker", "P", "")] == [
        "ship", "ship", "other", "other", "other", "unclear", "unclear", "unclear",
    ]  # fmt: skip
    assert is_company_name("Sea Star Co., Ltd.")
    assert is_company_name("ALFA SHIPMANAGEMENT")
    assert not is_company_name("INCA STAR")
    assert not is_company_name("OCEAN MARITIME")


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for number in [*imo_numbers_in(text, unlabelled=True), *mmsi_in(text)]:
        assert number in text
    assert all(value.strip() for value in [*values_of(text)])
    other_names_in(text)
    is_company_name(text)


def test_long_text_takes_no_long_time() -> None:
    for piece in ("IMO ", "a.k.a. '", "company IMO ", "1: ", "IMO" + " " * 50):
        text = piece * 50_000
        imo_numbers_in(text, unlabelled=True)
        other_names_in(text)
        values_of(text)
