"""From entries of lists to WATCHLIST: numbers are checked, and a ship has one id in all lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

import polars as pl

from stsdetect.errors import ContextError
from stsdetect.exact_numbers import whole_number
from stsdetect.itu import valid_imo
from stsdetect.lists.ship_list import Entry, ShipList
from stsdetect.lists.text_table import is_null, some_lines
from stsdetect.schema.table import Column, Table

WATCHLIST = Table(
    "watchlist",
    "One ship to look out for, under one of its names and numbers.",
    (
        Column("imo", "int64", "IMO number", null=True),
        Column("mmsi", "int64", "MMSI", null=True),
        Column("name", "string", "name, present or former", null=True),
        Column("length_m", "float64", "length over all", "m", null=True),
        Column("list", "string", "name of the list, with its date"),
        Column("callsign", "string", "call sign on the list", null=True),
        Column("flag", "string", "flag, as the list writes it", null=True),
        Column("listed_on", "timestamp", "day on which it was listed, at midnight", "UTC", null=True),
        Column("list_date", "timestamp", "day of the list itself, at midnight", "UTC", null=True),
        Column("list_sha256", "string", "SHA-256 of the file of the list", null=True),
        Column("ship_id", "string", "the ship: equal in all rows of all lists that name one ship", null=True),
    ),
    ("list", "imo", "mmsi", "name"),
)

_SEVERAL = re.compile(r"[;|/\n]|,(?=\s*(?:IMO|MMSI)?\s*\d{7})", re.IGNORECASE)
_LABEL = r"(?i)^[\s'\"=\u2019]*(?:IMO|MMSI)[\s:.#\-]*(?:number|num|no|nr)?[\s:.#\u00b0\-]*"
_RULES = {
    "imo": "no IMO numbers (seven digits, the last a check digit)",
    "mmsi": "no MMSIs (nine digits)",
}


def listed_ships(lists: Sequence[ShipList]) -> list[pl.DataFrame]:
    """WATCHLIST of each list; what could not be used of it is added to its `ShipList.remarks`.

    Parameters
    ----------
    lists : sequence of ShipList

    Returns
    -------
    list of polars.DataFrame
        As many tables as lists, with the columns of WATCHLIST; empty for files of further names only.

    Raises
    ------
    ContextError
        When a number lost its last digits and nothing else identifies the ship, or a list identifies no ship.

    Examples
    --------
    >>> one, other = (ShipList(f"list {k}", "CSV", k) for k in "ab")
    >>> one.add(Entry(2, imo=("IMO 9074729",), mmsi=("412000001",), names=("ALFA", "BRAVO")))
    >>> other.add(Entry(2, mmsi=("412000001",)))
    >>> [table["ship_id"].to_list() for table in listed_ships([one, other])]
    [['imo 9074729', 'imo 9074729'], ['imo 9074729']]
    """
    ships = [_ships(one) for one in lists]
    by_mmsi: dict[int, set[str]] = {}
    for ship in (ship for of_list in ships for ship in of_list if ship.imo):
        for mmsi in ship.mmsi:
            by_mmsi.setdefault(mmsi, set()).add(_imo_id(ship))
    return [
        pl.DataFrame(
            [row for ship in of_list for row in _rows(one, ship, by_mmsi)], schema=_SCHEMA, orient="row"
        ).unique(maintain_order=True)
        for one, of_list in zip(lists, ships, strict=True)
    ]


class _Ship(NamedTuple):
    """An entry with what of it passed the checks."""

    entry: Entry
    imo: list[int]
    mmsi: list[int]


def _ships(found: ShipList) -> list[_Ship]:
    """The entries of a list that identify a ship."""
    imo, mmsi = _numbers(found, "imo"), _numbers(found, "mmsi")
    names = {i for i, entry in enumerate(found.entries) if entry.names}
    lost = sorted((imo.lost | mmsi.lost) - imo.found.keys() - mmsi.found.keys() - names)
    if lost:
        raise ContextError(
            f"{found.name}: a number lost its last digits, as spreadsheets do (9.07E+06), and nothing "
            f"else identifies the ship ({_lines(found, lost)}). Take the list from its source again, or "
            "format the column as a whole number before saving."
        )
    ships, nameless = [], []
    for i, entry in enumerate(found.entries):
        ship = _Ship(_with_possible_dates(entry, found), imo.found.get(i, []), mmsi.found.get(i, []))
        if ship.imo or ship.mmsi or entry.names:
            ships.append(ship)
        else:
            nameless.append(i)
    impossible = [
        i for i, e in enumerate(found.entries) if e.listed_on and not _with_possible_dates(e, found).listed_on
    ]
    for where, what in (
        (nameless, "row(s) identify no ship and were left out"),
        (impossible, "ship(s) were listed after the date of the list, so when they were counts as unknown"),
    ):
        if where:
            found.remarks.append(f"{found.name}: {len(where)} {what} ({_lines(found, where)})")
    if found.others:
        found.remarks.append(
            f"{found.name}: {len(found.others)} row(s) are persons, companies or other things and not ships, "
            f"and were left out ({some_lines(found.others)})"
        )
    if not ships and not found.other_names:
        reasons = "; ".join(found.remarks) or "it has no rows"
        raise ContextError(f"{found.name} identifies no ship: {reasons}.")
    return ships


def _with_possible_dates(entry: Entry, found: ShipList) -> Entry:
    """The entry without a date of listing that the list itself is older than."""
    list_date = entry.list_date or found.list_date
    is_possible = entry.listed_on is None or list_date is None or entry.listed_on <= list_date
    return entry._replace(list_date=list_date, listed_on=entry.listed_on if is_possible else None)


def _rows(found: ShipList, ship: _Ship, by_mmsi: dict[int, set[str]]) -> Iterator[tuple[Any, ...]]:
    """Rows for each of several numbers or names of a ship, with the first of the others beside it."""
    entry = ship.entry
    first = (*ship.imo[:1], None)[0], (*ship.mmsi[:1], None)[0], (*entry.names[:1], None)[0]
    ship_id = _ship_id(ship, by_mmsi)
    for i, m, n in zip_longest(ship.imo, ship.mmsi, entry.names):
        yield (
            first[0] if i is None else i,
            first[1] if m is None else m,
            first[2] if n is None else n,
            entry.length_m,
            entry.list_name or found.title,
            entry.callsign,
            entry.flag,
            _midnight(entry.listed_on),
            _midnight(entry.list_date),
            found.sha256 or None,
            ship_id,
        )


def _ship_id(ship: _Ship, by_mmsi: dict[int, set[str]]) -> str:
    """By IMO number; else as the one ship that another entry names by the same MMSI; else by MMSI or name."""
    if ship.imo:
        return _imo_id(ship)
    if ship.mmsi:
        known = by_mmsi.get(ship.mmsi[0], set())
        return next(iter(known)) if len(known) == 1 else f"mmsi {ship.mmsi[0]}"
    return f"name {letters_and_digits(ship.entry.names[0])}"


def _imo_id(ship: _Ship) -> str:
    return f"imo {ship.imo[0]}"


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


class _Numbers(NamedTuple):
    """Numbers of ships by entry, and the entries with one that lost its last digits."""

    found: dict[int, list[int]]
    lost: set[int]


def _numbers(found: ShipList, column: Literal["imo", "mmsi"]) -> _Numbers:
    """IMO numbers or MMSIs by entry; what is none goes to the remarks of the list."""
    cells = [(i, cell) for i, entry in enumerate(found.entries) for cell in getattr(entry, column)]
    whole = whole_number(without_label(cell for _, cell in cells))[0]
    parts = [
        (i, part.strip())
        for (i, cell), number in zip(cells, whole, strict=True)
        for part in ([cell] if number is not None else _SEVERAL.split(cell))
        if not is_null(part) or len(cell) == len(part)
    ]
    numbers = pl.DataFrame(
        {"row": [i for i, _ in parts], "text": [t for _, t in parts]}, {"row": pl.Int64, "text": pl.String}
    )
    number, digits_lost = whole_number(without_label(numbers["text"]))
    numbers = numbers.with_columns(number=number, digits_lost=digits_lost).filter(
        ~pl.col("number").is_in([0, -1]).fill_null(value=False)  # not known
    )
    good = valid_imo(pl.col("number")) if column == "imo" else has_nine_digits(pl.col("number"))
    numbers = numbers.with_columns(good=good.fill_null(value=False))
    for wrong, what in (
        (numbers.filter(~pl.col("good") & ~pl.col("digits_lost")), f"are {_RULES[column]}"),
        (numbers.filter("digits_lost"), "lost their last digits, as in a spreadsheet,"),
    ):
        if wrong.height:
            sample = ", ".join(repr(t[:40]) for t in wrong["text"].head(3))
            found.remarks.append(
                f"{found.name}, column '{column}': {wrong.height} value(s) {what} and were not used, for "
                f"example {sample} ({_lines(found, wrong['row'].to_list())})"
            )
    by_entry: dict[int, list[int]] = {}
    for row, value in numbers.filter("good").select("row", "number").unique(maintain_order=True).iter_rows():
        by_entry.setdefault(row, []).append(value)
    return _Numbers(by_entry, set(numbers.filter("digits_lost")["row"]))


def _lines(found: ShipList, entries: Iterable[int]) -> str:
    return some_lines([found.entries[i].line for i in entries])


def without_label(texts: Iterable[str]) -> pl.Series:
    """Texts without the words IMO and MMSI before their numbers."""
    return pl.Series("text", list(texts), dtype=pl.String).str.replace(_LABEL, "")


def has_nine_digits(mmsi: pl.Expr) -> pl.Expr:
    """Whether a number can be an MMSI."""
    return mmsi.is_between(100_000_000, 999_999_999)


def letters_and_digits(name: str) -> str:
    """A name in upper case without blanks and punctuation, which may differ."""
    return re.sub(r"[^\w]+", "", name.upper())


_SCHEMA = WATCHLIST.polars_schema
