"""Numbers, names and kinds of ships inside the cells and remarks of a list."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

from stsdetect.lists.ship_list import Kind
from stsdetect.lists.text_table import is_null, plain_header

_AFTER_LABEL = r"[\s:.#)\-]{0,5}(?:number|numbers|num|nos|no|nr)?[\s:.#)\-]{0,5}"
_IMO = re.compile(rf"\bIMO{_AFTER_LABEL}([0-9]{{7}})(?![0-9])", re.IGNORECASE)
_MMSI = re.compile(rf"\bMMSI{_AFTER_LABEL}([0-9]{{9}})(?![0-9])", re.IGNORECASE)
_SEVEN_DIGITS = re.compile(r"(?<![0-9])([0-9]{7})(?![0-9])")
_OTHER_NAME = re.compile(
    r"\b[afn]\.?k\.?a\.?,?\s{0,3}['\"\u2018\u201c]([^;\"]{1,80}?)['\"\u2019\u201d](?=\s{0,3}(?:[;.,()]|$))",
    re.IGNORECASE,
)
_OF_A_COMPANY = re.compile(r"company\W{0,5}(?:\w{1,15}\W{1,3}){0,2}$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:^|(?<=[\s;,]))[0-9]{1,2}:\s{1,3}")
_CHARS_BEFORE = 40
_MAX_TEXT_CHARS = 200_000

_SHIPS = frozenset(["vessel", "ship", "boat", "vessels", "ships"])
_OTHERS = frozenset(
    ["person", "company", "organization", "organisation", "legalentity", "individual", "entity", "enterprise",
     "airplane", "aircraft", "publicbody", "address", "cryptowallet", "security", "owner", "operator",
     "group", "asset"]
)  # fmt: skip
"""What a list of sanctions holds beside ships; their names must not match ships'."""

_COMPANY_WORDS = frozenset(
    ["ag", "bhd", "bv", "co", "company", "corp", "corporation", "fze", "fzco", "fzc", "gmbh", "group",
     "holding", "holdings", "inc", "incorporated", "jsc", "kg", "limited", "llc", "lp", "llp", "ltd",
     "management", "nv", "ooo", "organisation", "organization", "oy", "pjsc", "plc", "pte", "pty", "sa",
     "sarl", "shipmanagement", "shipmanagers", "sdn", "trading"]
)  # fmt: skip


def kind_of(text: str) -> Kind:
    """What a word of a list such as "Vessel", "Individual" or "LegalEntity" means.

    Examples
    --------
    >>> kind_of("VESSEL"), kind_of("Legal Entity"), kind_of("Crude Oil Tanker")
    ('ship', 'other', 'unclear')
    """
    word = plain_header(text)
    return "ship" if word in _SHIPS else "other" if word in _OTHERS else "unclear"


def imo_numbers_in(text: str, *, unlabelled: bool = False) -> list[str]:
    """IMO numbers of ships in a sentence, those of companies left out.

    Parameters
    ----------
    text : str
        Remarks or comments.
    unlabelled : bool
        Whether all numbers after the word IMO count that have seven digits and a correct check digit.

    Examples
    --------
    >>> imo_numbers_in("Vessel Registration Identification IMO 9074729; company IMO 8405311.")
    ['9074729']
    >>> imo_numbers_in("ships with IMO numbers: (a) ALFA 9074729, (b) BRAVO 8405311", unlabelled=True)
    ['9074729', '8405311']
    """
    text = text[:_MAX_TEXT_CHARS]
    matches = list(_IMO.finditer(text))
    if unlabelled and (label := re.search(r"\bIMO\b", text, re.IGNORECASE)):
        matches += [m for m in _SEVEN_DIGITS.finditer(text, label.end()) if _has_check_digit(m[1])]
    found = (
        m[1] for m in matches if not _OF_A_COMPANY.search(text[max(m.start() - _CHARS_BEFORE, 0) : m.start()])
    )
    return list(dict.fromkeys(found))


def mmsi_in(text: str) -> list[str]:
    """MMSIs in a sentence.

    Examples
    --------
    >>> mmsi_in("Vessel Registration Identification IMO 9074729; MMSI 412000001.")
    ['412000001']
    """
    return list(dict.fromkeys(_MMSI.findall(text[:_MAX_TEXT_CHARS])))


def other_names_in(text: str) -> list[str]:
    """Former and other names in a sentence.

    Examples
    --------
    >>> other_names_in("IMO 9074729; f.k.a. 'ALFA I'; a.k.a. 'CHON'MA'.")
    ['ALFA I', "CHON'MA"]
    """
    return list(dict.fromkeys(m.strip() for m in _OTHER_NAME.findall(text[:_MAX_TEXT_CHARS])))


def values_of(cell: str) -> list[str]:
    """The values of a cell with semicolons between them, or numbered as ``1: A 2: B``.

    Examples
    --------
    >>> values_of('ALFA;"BRAVO; 2";-'), values_of("1: ALFA 2: BRAVO"), values_of("ALFA 1")
    (['ALFA', 'BRAVO; 2'], ['ALFA', 'BRAVO'], ['ALFA 1'])
    """
    if _NUMBERED.match(cell):
        parts: Iterable[str] = _NUMBERED.split(cell)
    else:
        try:
            parts = next(
                csv.reader(
                    [cell.replace("\n", ";").replace("\r", ";")], delimiter=";", skipinitialspace=True
                ),
                [],
            )
        except csv.Error:
            parts = cell.split(";")
    return [part.strip(" ;,") for part in parts if part.strip(" ;,") and not is_null(part)]


def is_company_name(name: str) -> bool:
    """Whether a name has a word that companies have in theirs, such as LTD.

    Examples
    --------
    >>> is_company_name("ALFA SHIPPING CO., LTD"), is_company_name("Alfa S.A."), is_company_name("COCO STAR")
    (True, True, False)
    """
    words = re.sub(r"[^\w\s]", "", name.casefold().replace(",", " ")).split()
    return not _COMPANY_WORDS.isdisjoint(words)


def _has_check_digit(number: str) -> bool:
    """Whether the last of seven digits is the check digit of an IMO number."""
    return sum(int(d) * w for d, w in zip(number, range(7, 1, -1), strict=False)) % 10 == int(number[6])
