"""Read watchlists in the forms that they are published in, which are known by content and not by name."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pandas as pd
import polars as pl

from stsdetect.errors import ContextError, StsWarning
from stsdetect.lists.csv_lists import OWN_FORM, read_csv_list
from stsdetect.lists.listed_ships import WATCHLIST, listed_ships
from stsdetect.lists.ofac_csv import read_ofac_csv
from stsdetect.lists.ship_list import ShipList
from stsdetect.lists.text_table import content_of, decoded
from stsdetect.lists.xml_lists import read_xml_list
from stsdetect.stored_files import is_there

BUNDLED = ("us-advisory-2018-02-23",)
"""Names of the bundled lists."""

Source = str | Path
Sources = Source | Sequence[Source] | None
"""One list or several, as files or names of bundled ones."""

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEAD_BYTES = 1_000


class ListFile(NamedTuple):
    """What is known of one list of a run."""

    source: str
    """As it was given."""
    form: str
    """In which published form it is."""
    title: str
    """Name of the list on cards, for ships whose row does not give one."""
    list_date: date | None
    """Date of the list itself, where it says so."""
    sha256: str
    """SHA-256 of the file."""
    n_entries: int
    """How many entries it has, of any kind."""
    n_not_ships: int
    """How many of them are persons, companies or other things."""
    n_ships: int
    """How many different ships it names."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in ``run.json``."""
        return self._asdict() | {"list_date": None if self.list_date is None else self.list_date.isoformat()}


class Watchlists(NamedTuple):
    """Several lists as one."""

    ships: pd.DataFrame
    """WATCHLIST."""
    files: tuple[ListFile, ...]
    """The lists, in the order given."""


def read_watchlist(source: Source | Sequence[Source]) -> pd.DataFrame:
    """Read watchlists, as files as they are published or bundled ones by name, into one table.

    These forms are known by their content: SDN.CSV, CONS_PRIM.CSV and ALT.CSV (beside the first), SDN.XML,
    CONSOLIDATED.XML and the Advanced XML of OFAC; the consolidated XML of the UN Security Council; the XML
    and CSV of the European Union and of the United Kingdom; maritime.csv and targets.simple.csv of
    OpenSanctions; and any CSV that names its columns, under the names that lists are published with, in any
    case and with or without blanks, points, hyphens and underscores: ``imo``, ``IMO No.``, ``imoNumber``,
    ``mmsi_number``, ``Vessel Name``, ``caption``, ``LOA``, ``date_listed`` and so on. Separator and encoding
    are recognised, and lines before the header are passed over.

    Parameters
    ----------
    source : str or Path, or sequence of these
        Files, and names among `BUNDLED`.

    Returns
    -------
    pandas.DataFrame
        WATCHLIST, without rows that identify no ship; persons and companies are never ships.

    Raises
    ------
    ContextError
        When a file is missing, damaged or not a list, or identifies no ship; or when a number lost its last
        digits in a spreadsheet (``9.07E+06``) and nothing else in its row identifies the ship.

    Warns
    -----
    StsWarning
        What was not used, with the number of rows and the first lines: entries that are not ships or identify
        none, IMO numbers that do not have seven digits or fail the check digit, MMSIs that do not have nine
        digits, dates that may mean two, and columns that look like numbers of ships under another name.

    Examples
    --------
    >>> read_watchlist("us-advisory-2018-02-23")["name"].head(2).tolist()
    ['AN SAN 1', 'RYE SONG GANG 1']
    """
    return read_watchlists(sources_of(source)).ships


def read_watchlists(sources: Sequence[Source], *, warn: bool = True) -> Watchlists:
    """As `read_watchlist`, with what is known of each list beside the ships.

    Parameters
    ----------
    sources : sequence of str or Path
        Files, and names among `BUNDLED`.
    warn : bool
        Whether to warn of what was not used.

    Examples
    --------
    >>> lists = read_watchlists(["us-advisory-2018-02-23"])
    >>> lists.files[0].n_ships, lists.files[0].form, str(lists.files[0].list_date)
    (22, 'CSV of ships', '2018-02-23')
    """
    lists = [_read(source) for source in sources]
    _with_other_names(lists)
    tables = listed_ships(lists)
    if warn:
        for remark in dict.fromkeys(remark for one in lists for remark in one.remarks):
            warnings.warn(remark, StsWarning, stacklevel=3)
    ships = pl.concat([pl.DataFrame(schema=WATCHLIST.polars_schema), *tables]).unique(maintain_order=True)
    return Watchlists(
        WATCHLIST.to_pandas(ships),
        tuple(_about(*parts) for parts in zip(sources, lists, tables, strict=True)),
    )


def sources_of(given: Sources) -> list[Source]:
    """One list, several or none as a list of them.

    Examples
    --------
    >>> sources_of("a.csv"), sources_of(["a.csv", "b.xml"]), sources_of(None)
    (['a.csv'], ['a.csv', 'b.xml'], [])
    """
    return [given] if isinstance(given, str | Path) else list(given or [])


def list_lines(path: Path) -> list[str]:
    """What a file is that is a list of ships, one finding per line; nothing where it is none.

    A CSV that no publisher has the form of is one where each ship has few rows, and an IMO number or an MMSI
    and a name: a table of positions has many rows per ship.

    Examples
    --------
    >>> list_lines(Path("no_such_list.csv"))
    []
    """
    try:
        found = _read(path)
        ships = listed_ships([found])[0]
    except ContextError:
        return []
    about = _about(path, found, ships)
    n_dated = ships.filter(pl.col("listed_on").is_not_null())["ship_id"].n_unique()
    n_imo, n_mmsi = (
        ships.filter(pl.col(column).is_not_null())["ship_id"].n_unique() for column in ("imo", "mmsi")
    )
    n_named = ships.filter(pl.col("mmsi").is_not_null() & pl.col("name").is_not_null()).height
    if about.form == OWN_FORM and (not n_imo + n_named or about.n_entries > 2 * about.n_ships):
        return []
    what = (
        f"{about.n_entries:,} other names of entries in SDN.CSV or CONS_PRIM.CSV, which is to be given too"
        if found.other_names
        else f"ships: {about.n_ships:,}, of which {n_imo:,} with an IMO number, {n_mmsi:,} with an MMSI, "
        f"{n_dated:,} with the day of listing"
    )
    return [
        f"{path.name}: list of ships, {about.form}, SHA-256 {about.sha256}",
        f"date of the list: {about.list_date or 'not given'}",
        what,
        *(f"note: {remark}" for remark in found.remarks),
        "use it with --watchlist",
    ]


def _about(source: Source, one: ShipList, ships: pl.DataFrame) -> ListFile:
    dates = [d for d in (one.list_date, ships["list_date"].dt.date().max()) if isinstance(d, date)]
    return ListFile(
        str(source),
        one.form,
        one.title,
        max(dates, default=None),
        one.sha256,
        one.n_entries,
        len(one.others),
        ships["ship_id"].n_unique(),
    )


def _read(source: Source) -> ShipList:
    if str(source) in BUNDLED:
        name = f"{source}.csv"
        return _of_content(
            (files("stsdetect.lists.data") / name).read_bytes(), Path(name), f"watchlist {name}"
        )
    path = Path(source)
    if not is_there(path):
        raise ContextError(f"{path}: no such watchlist; bundled: {', '.join(BUNDLED)}.")
    name = f"watchlist {path.name}"
    if path.is_file() and _is_xml(_head(path, name)):
        with path.open("rb") as file:
            stream = _Hashed(file)
            found = read_xml_list(stream, name, path.name)  # type: ignore[arg-type]
        found.sha256 = stream.digest.hexdigest()
        return found
    return _of_content(content_of(path, name), path, name)


def _of_content(data: bytes, path: Path, name: str) -> ShipList:
    text, _ = decoded(data, name)
    found = read_ofac_csv(text, name, path.name) or read_csv_list(data, path, name)
    found.sha256 = hashlib.sha256(data).hexdigest()
    return found


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise ContextError(f"cannot read the {name}: {error}") from error


def _is_xml(head: bytes) -> bool:
    """Whether a file begins as XML does; a page of HTML is left to the reader of text, which names it."""
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    start = head.replace(b"\0", b"").lstrip().lower()
    return start.startswith(b"<") and not start.startswith((b"<!doctype html", b"<html"))


class _Hashed:
    """A binary file whose bytes are hashed as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, n: int) -> bytes:
        """The next bytes."""
        data = self._file.read(n)
        self.digest.update(data)
        return data


def _with_other_names(lists: Sequence[ShipList]) -> None:
    """Give the names of an ALT.CSV to the ships of the lists that it belongs to."""
    names: dict[str, list[str]] = {}
    for one in lists:
        for key, values in one.other_names.items():
            names.setdefault(key, []).extend(values)
    if not names:
        return
    ofac = [one for one in lists if one.form.startswith("OFAC") and not one.other_names]
    if not ofac:
        found = next(one for one in lists if one.other_names)
        raise ContextError(
            f"{found.name} gives other names of OFAC entries and no ships; give SDN.CSV or CONS_PRIM.CSV too."
        )
    for one in ofac:
        one.entries = [
            entry._replace(names=tuple(dict.fromkeys([*entry.names, *names.get(entry.key or "", [])])))
            for entry in one.entries
        ]
