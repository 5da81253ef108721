"""Lists of ships as CSV with a header: of OpenSanctions, the EU, the United Kingdom, and anyone's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from stsdetect.exact_numbers import whole_number
from stsdetect.itu import valid_imo
from stsdetect.lists.entry_text import imo_numbers_in, is_company_name, kind_of, mmsi_in, values_of
from stsdetect.lists.list_dates import Order, date_of, order_of
from stsdetect.lists.listed_ships import has_nine_digits, without_label
from stsdetect.lists.ship_list import Entry, Kind, ShipList
from stsdetect.lists.text_table import TextTable, plain_header, read_text_table, some_lines
from stsdetect.tracks.mmsi import flag_of

_NUMBER = "(?:number|numbers|num|nummer|numero|no|nos|nr|id|code|identifier|identificationnumber)?"
_NAME_PARTS = tuple(f"name_{n}" for n in range(1, 6))
_KNOWN = {
    "imo": f"(?:no|n|number)?(?:lr|vessel|ship)?imo(?:ship|vessel)?{_NUMBER}(?:lrno)?|lrimoshipno|lrno",
    "mmsi": f"(?:vessel|ship|ais)?mmsi{_NUMBER}|ssvid|maritimemobileserviceidentity{_NUMBER}",
    "name": "(?:current|primary|main)?(?:vessels?|ships?)?names?|n?shipname|caption|vessels?|ships?|name6"
    "|nameof(?:the)?(?:vessel|ship)|(?:vessel|ship)(?:ship|vessel)name|namealiaswholename",
    "other_names": "(?:weak)?alias(?:es)?|(?:previous|former|other|old|ex)(?:vessel|ship)?names?|aka|fka",
    **{part: f"name{part[-1]}" for part in _NAME_PARTS},
    "callsign": "(?:vessel|ship|radio)?callsign",
    "flag": "(?:current|vessel|ship)?flag(?:state)?|currentbelievedflagofship",
    "length_m": "(?:vessel|ship|overall)?(?:length|loa)(?:overall|oa|loa)?(?:m|metres?|meters?)?",
    "list": "list(?:name)?",
    "list_date": "listdate|filegenerationdate",
    "listed_on": "(?:date)?(?:listed|designated)(?:on|date)?|listingdate|(?:entity)?designationdate|startdate"
    "|dateof(?:listing|designation)|entityregulation(?:publication|entryintoforce)date",
    "schema": "schema|type|(?:sdn|group|entity|record|party|subject|designation)type",
    "risk": "risk",
}
"""Names of columns as `plain_header` has them."""

_NEEDED = ("imo", "mmsi", "name")
_SIMPLE_IDS = re.compile(r"(?:IMO)([0-9]{7})", re.IGNORECASE)
_ONLY_DETAINED = frozenset(["mare.detained"])
"""Risk of a ship that port State control detained, for faults and not for its trade."""

_TITLE = re.compile(
    r"\s*\"?(?:Report Date|Last Updated|Date)\s*:?\s*,?\s*\"?([^\",;\r\n]{6,30})", re.IGNORECASE
)
_UNUSED_SHARE = 0.5


class _Form(NamedTuple):
    """A published form of a CSV."""

    title: str
    publisher: str
    columns: frozenset[str]
    """Names, as `plain_header` has them, that all stand in its header."""
    order: Order | None
    """Order of its dates where they are numbers such as 03/04/2021."""


_MARITIME = _Form(
    "OpenSanctions maritime.csv", "OpenSanctions", frozenset(["caption", "imo", "risk", "datasets"]), None
)
_SIMPLE = _Form(
    "OpenSanctions targets.simple.csv",
    "OpenSanctions",
    frozenset(["schema", "aliases", "identifiers", "sanctions"]),
    None,
)
_EU = _Form(
    "EU financial sanctions CSV", "EU", frozenset(["entitylogicalid", "namealiaswholename"]), "day_first"
)
_UK = _Form(
    "UK sanctions list CSV", "UK", frozenset(["uniqueid", "ofsigroupid", "designationtype"]), "day_first"
)
_OFSI = _Form(
    "UK OFSI consolidated list CSV", "UK OFSI", frozenset(["grouptype", "groupid", "name6"]), "day_first"
)
_UN_1718 = _Form(
    "UN 1718 designated vessels CSV",
    "UN 1718",
    frozenset(["vesselname", "imonumber", "dateofdesignation"]),
    None,
)
OWN_FORM = "CSV of ships"
"""What a CSV is called that has the form of no publisher."""

_OWN = _Form(OWN_FORM, "", frozenset(), None)
_FORMS = (_MARITIME, _SIMPLE, _EU, _UK, _OFSI, _UN_1718)


def read_csv_list(data: bytes, path: Path, name: str) -> ShipList:
    r"""Read a list that names its columns.

    Parameters
    ----------
    data : bytes
        The content.
    path : Path
        Its file.
    name : str
        What it is, for messages.

    Raises
    ------
    ContextError
        When it is not a CSV, or has none of the columns imo, mmsi and name.

    Examples
    --------
    >>> found = read_csv_list(b"IMO No.;Vessel\n9074729;ALFA\n", Path("a.csv"), "watchlist a.csv")
    >>> found.form, found.entries[0].imo, found.entries[0].names
    ('CSV of ships', ('9074729',), ('ALFA',))
    """
    table = read_text_table(path, "watchlist", _KNOWN, needed=_NEEDED, data=data)
    header = set(map(plain_header, table.headers[0]))
    form = next((one for one in _FORMS if one.columns <= header), _OWN)
    title = f"{form.publisher}, {path.name}" if form.publisher else path.name
    found = ShipList(name, form.title, title, remarks=table.remarks)
    found.list_date = _list_date(data, table, form)
    entries = _european_union(table, form) if form is _EU else _rows(found, table, form)
    for entry in entries:
        found.add(entry)
    if form is _OWN:
        table.remarks += _unused(table)
    return found


def _rows(found: ShipList, table: TextTable, form: _Form) -> Iterator[Entry]:
    """One entry per row."""
    single = {c: table.first(c) for c in ("list", "callsign", "flag", "list_date")}
    imo, mmsi = _several(table, "imo"), _several(table, "mmsi")
    names, kinds, lengths = _all_names(table), _kinds(table), _lengths(table)
    listed_on = _dates(table, "listed_on", form.order)
    keys = _column(table, "uniqueid", "groupid", "id")
    text = _column(table, "identifiers" if form is _SIMPLE else "otherinformation", "remarks")
    sanctions = _column(table, "sanctions")
    detained = []
    for i, (line, _, _) in enumerate(table.rows):
        kind = kinds.get(i, "unclear")
        if form in (_SIMPLE, _UK, _OFSI) and kind == "ship":
            more_imo, more_mmsi = _from_text(text[i] or "", form)
            imo.setdefault(i, more_imo)
            mmsi.setdefault(i, more_mmsi)
        if form is _SIMPLE and (day := _first_day(sanctions[i] or "")):
            listed_on[i] = day
        risk = frozenset(values_of(_cell(table, i, "risk"))) if form is _MARITIME else frozenset()
        if kind != "other" and risk and risk <= _ONLY_DETAINED:
            detained.append(line)
            continue
        yield Entry(
            line,
            kind,
            imo=tuple(imo.get(i, ())),
            mmsi=tuple(mmsi.get(i, ())),
            names=tuple(names.get(i, ())),
            callsign=single["callsign"][i],
            flag=next(iter(values_of(single["flag"][i] or "")), None),
            length_m=lengths.get(i),
            listed_on=listed_on.get(i),
            list_name=single["list"][i],
            list_date=date_of(single["list_date"][i] or ""),
            key=keys[i],
        )
    if detained:
        found.remarks.append(
            f"{found.name}: {len(detained)} ship(s) were detained by port State control and not listed for "
            f"anything else, and were left out ({some_lines(detained)})"
        )


def _european_union(table: TextTable, form: _Form) -> Iterator[Entry]:
    """One entry per entity: each of its rows gives a name or an identification."""
    column = {
        name: _column(table, name)
        for name in ("entitylogicalid", "identificationtypecode", "identificationnumber",
                     "identificationlatinnumber", "entitysubjecttype", "entitysubjecttypeclassificationcode")
    }  # fmt: skip
    names = _all_names(table)
    dates: dict[int, list[date]] = {}
    for i, cell in table.cells("listed_on"):
        if day := date_of(cell, form.order):
            dates.setdefault(i, []).append(day)
    entities: dict[str, list[int]] = {}
    for i, key in enumerate(column["entitylogicalid"]):
        entities.setdefault(key or f"row {i}", []).append(i)
    for key, rows in entities.items():
        numbers: dict[str, list[str]] = {"imo": [], "mmsi": []}
        for i in rows:
            number = column["identificationnumber"][i] or column["identificationlatinnumber"][i]
            kind = (column["identificationtypecode"][i] or "").casefold()
            if kind in numbers and number and number not in numbers[kind]:
                numbers[kind].append(number)
        codes = {
            (column[c][i] or "").casefold()
            for c in ("entitysubjecttype", "entitysubjecttypeclassificationcode")
            for i in rows
        }
        own = list(dict.fromkeys(n for i in rows for n in names.get(i, ())))
        is_ship = "ship" in map(kind_of, codes)
        may_be = numbers["imo"] and codes.isdisjoint(("p", "person")) and not any(map(is_company_name, own))
        yield Entry(
            table.rows[rows[0]][0],
            "ship" if is_ship or may_be else "other",
            imo=tuple(numbers["imo"]),
            mmsi=tuple(numbers["mmsi"]),
            names=tuple(own),
            listed_on=min((d for i in rows for d in dates.get(i, ())), default=None),
            key=key,
        )


def _column(table: TextTable, *plain_names: str) -> list[str | None]:
    """Cells of the first column, by row, that has one of the names."""
    at = []
    for header in table.headers:
        plain = [plain_header(name) for name in header]
        at.append(next((plain.index(name) for name in plain_names if name in plain), None))
    return [None if at[h] is None else cells[at[h]].strip() or None for _, h, cells in table.rows]  # type: ignore[index]


def _cell(table: TextTable, row: int, column: str) -> str:
    _, header, cells = table.rows[row]
    columns = table.columns[header]
    return cells[columns.index(column)] if column in columns else ""


def _several(table: TextTable, column: str) -> dict[int, list[str]]:
    """The cells of a column by row, those that are numbered as ``1: A 2: B`` taken apart."""
    found: dict[int, list[str]] = {}
    for i, cell in table.cells(column):
        found.setdefault(i, []).extend(values_of(cell) if re.match("[0-9]: ", cell) else [cell])
    return found


def _all_names(table: TextTable) -> dict[int, list[str]]:
    """Names by row: the name, in one cell or in parts, then other names."""
    found: dict[int, list[str]] = {}
    parts: dict[int, list[str]] = {}
    for part in _NAME_PARTS:
        for i, cell in table.cells(part):
            parts.setdefault(i, []).append(cell)
    cells: Iterable[tuple[int, str]] = [
        *((i, " ".join([*parts.pop(i, []), cell])) for i, cell in _split_if_numbered(table.cells("name"))),
        *((i, " ".join(words)) for i, words in parts.items()),
        *((i, name) for i, cell in table.cells("other_names") for name in values_of(cell)),
    ]
    for i, cell in cells:
        name = " ".join(cell.split())
        if name != "0" and name not in found.get(i, []):
            found.setdefault(i, []).append(name)
    return found


def _split_if_numbered(cells: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for i, cell in cells:
        for name in values_of(cell) if re.match("[0-9]: ", cell) else [cell]:
            yield i, name


def _kinds(table: TextTable) -> dict[int, Kind]:
    found: dict[int, Kind] = {}
    for i, cell in table.cells("schema"):
        kind = kind_of(cell)
        if kind == "other" or found.get(i, "unclear") == "unclear":
            found[i] = kind
    return found


def _from_text(text: str, form: _Form) -> tuple[list[str], list[str]]:
    """IMO numbers and MMSIs among identifiers or in remarks."""
    if form is not _SIMPLE:
        return imo_numbers_in(text), mmsi_in(text)
    values = values_of(text)
    imo = [found[1] for value in values if (found := _SIMPLE_IDS.fullmatch(value))]
    mmsi = [int(value) for value in values if re.fullmatch("[2-7][0-9]{8}", value)]
    return imo, [str(m) for m, flag in zip(mmsi, flag_of(mmsi), strict=True) if flag is not None]


def _first_day(sanctions: str) -> date | None:
    """The earliest day among sanctions, each as ``programme - reason - status - start - end``."""
    days = (
        date_of(part)
        for text in values_of(sanctions)
        for part in text.split(" - ")
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", part.strip())
    )
    return min(filter(None, days), default=None)


def _dates(table: TextTable, column: str, order: Order | None) -> dict[int, date]:
    """Dates by row, the earliest of several columns; what is none goes to the remarks."""
    cells = list(table.cells(column))
    order = order or order_of([cell for _, cell in cells])
    found: dict[int, date] = {}
    unread = []
    for i, cell in cells:
        day = date_of(cell, order)
        if day is None:
            unread.append((i, cell))
        else:
            found[i] = min(day, found.get(i, day))
    if unread:
        sample = ", ".join(repr(cell[:40]) for _, cell in unread[:3])
        table.remarks.append(
            f"{table.name}: {len(unread)} date(s) of listing are not dates to the day, or may mean two, and "
            f"count as unknown, for example {sample} ({table.lines([i for i, _ in unread])}); write them as "
            "2021-04-03"
        )
    return found


def _list_date(data: bytes, table: TextTable, form: _Form) -> date | None:
    """Date of the whole list, in a line above the header or in a column."""
    if form in (_UK, _OFSI):
        head = data[:500].decode("utf-8", "replace").lstrip("\ufeff")
        found = _TITLE.match(head)
        return date_of(found[1], form.order) if found else None
    days = {date_of(cell, form.order) for _, cell in table.cells("list_date")}
    return max(filter(None, days), default=None) if form is _EU else None


_MAX_LENGTH_M = 500.0  # no ship has been longer than 458 m


def _lengths(table: TextTable) -> dict[int, float]:
    """Lengths [m] by row."""
    cells = list(table.cells("length_m"))
    text = pl.Series([c for _, c in cells], dtype=pl.String).str.replace(
        r"(?i)\s*(?:m|metres|meters)\.?$", ""
    )
    number = text.str.replace(r"^([0-9]+),([0-9]+)$", "${1}.${2}").cast(pl.Float64, strict=False)
    usable = (number.is_between(0.0, _MAX_LENGTH_M) | (number == -1.0)).fill_null(value=False)
    wrong = [i for (i, _), ok in zip(cells, usable, strict=True) if not ok]
    if wrong:
        sample = ", ".join(repr(c[:40]) for c in text.filter(~usable).head(3))
        table.remarks.append(
            f"{table.name}: {len(wrong)} length(s) are not metres of a ship and were not used, for example "
            f"{sample} ({table.lines(wrong)})"
        )
    return {i: v for (i, _), v, ok in zip(cells, number, usable, strict=True) if ok and v > 0.0}


def _unused(table: TextTable) -> list[str]:
    """Remarks on columns that are not used although they look like numbers of ships, or lengths."""
    remarks = []
    for name, cells in table.unused():
        shown = f"{table.name}: column '{name[:40]}'"
        if re.match("length|loa", plain_header(name)) and cells:
            remarks.append(f"{shown} is not used; write lengths in metres in a column length_m")
        if not cells:
            continue
        number = whole_number(without_label(cells))[0].to_frame("number")
        share = {
            kind: float(number.select(good.fill_null(value=False).mean()).item())
            for kind, good in (
                ("imo", valid_imo(pl.col("number"))),
                ("mmsi", has_nine_digits(pl.col("number"))),
            )
        }
        kind = max(share, key=lambda k: share[k])
        if share[kind] >= _UNUSED_SHARE:
            remarks.append(
                f"{shown} looks like {'IMO numbers' if kind == 'imo' else 'MMSIs'} and is not used; name it "
                f"{kind} if that is what it holds"
            )
        elif labelled := _n_labelled(cells):
            remarks.append(
                f"{shown} names IMO numbers or MMSIs in {labelled} row(s) and is not used; write them in "
                "columns imo and mmsi"
            )
    return remarks


def _n_labelled(cells: Sequence[str]) -> int:
    return sum(bool(re.search(r"(?i)\b(?:IMO|MMSI)\W*(?:number|no)?\W*\d{7}", c)) for c in cells)
