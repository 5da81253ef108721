"""OFAC's SDN.CSV, CONS_PRIM.CSV and ALT.CSV, which have no header, by the data specification of OFAC.

Fields are separated by commas, ``-0-`` is null, and a record is one line. IMO number, MMSI and former names
of a vessel stand in its remarks; further names are in ALT.CSV, by the number of the entry.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from stsdetect.errors import ContextError
from stsdetect.lists.entry_text import imo_numbers_in, kind_of, mmsi_in, other_names_in
from stsdetect.lists.ship_list import Entry, ShipList
from stsdetect.lists.text_table import is_null, some_lines

_N_ENTRY, _N_ALIAS, _N_ADDRESS = 12, 5, 6
_TYPES = ("", "individual", "vessel", "aircraft", "entity")
_ALIASES = ("aka", "fka", "nka")
_END_OF_FILE = "\x1a"
_LINES_LOOKED_AT = 20


def read_ofac_csv(text: str, name: str, title: str) -> ShipList | None:
    r"""Read a text that is one of the files; None where it is none of them.

    Raises
    ------
    ContextError
        When it is a file of addresses.

    Examples
    --------
    >>> row = '7,"ALFA","vessel","X",-0- ,"AB",-0- ,-0- ,-0- ,"Panama",-0- ,"IMO 9074729; f.k.a. \'BRAVO\'."'
    >>> entry = read_ofac_csv(row, "watchlist sdn.csv", "sdn.csv").entries[0]
    >>> entry.imo, entry.names, entry.flag, entry.mmsi
    (('9074729',), ('ALFA', 'BRAVO'), 'Panama', ())
    """
    rows = _rows(text)
    looked_at = [cells for _, cells in islice(_rows(text), _LINES_LOOKED_AT)]
    if _most(looked_at, _is_entry):
        return _entries(rows, ShipList(name, "OFAC SDN.CSV or CONS_PRIM.CSV", f"OFAC, {title}"))
    if _most(looked_at, _is_alias):
        return _aliases(rows, ShipList(name, "OFAC ALT.CSV", f"OFAC, {title}"))
    if _most(looked_at, _is_address):
        raise ContextError(f"{name} holds addresses of OFAC entries and no ships; give SDN.CSV.")
    return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line; null cells are empty."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        line = line.strip(_END_OF_FILE)
        if not line.strip():
            continue
        try:
            cells = next(csv.reader([line], skipinitialspace=True), [])
        except csv.Error:
            cells = []
        yield number, ["" if is_null(cell) else " ".join(cell.split()) for cell in cells]


def _most(rows: list[list[str]], check: Callable[[list[str]], bool]) -> bool:
    return bool(rows) and sum(map(check, rows)) > len(rows) / 2


def _is_entry(cells: list[str]) -> bool:
    return len(cells) == _N_ENTRY and cells[0].isdecimal() and cells[2].casefold() in _TYPES


def _is_alias(cells: list[str]) -> bool:
    return (
        len(cells) == _N_ALIAS
        and cells[0].isdecimal()
        and cells[1].isdecimal()
        and cells[2].casefold() in _ALIASES
    )


def _is_address(cells: list[str]) -> bool:
    return len(cells) == _N_ADDRESS and cells[0].isdecimal() and cells[1].isdecimal()


def _entries(rows: Iterable[tuple[int, list[str]]], found: ShipList) -> ShipList:
    odd = []
    for line, cells in rows:
        if not _is_entry(cells):
            odd.append(line)
        elif kind_of(cells[2]) != "ship":
            found.others.append(line)
        else:
            remarks = cells[11]
            found.add(
                Entry(
                    line,
                    "ship",
                    imo=tuple(imo_numbers_in(remarks)),
                    mmsi=tuple(mmsi_in(remarks)),
                    names=(*filter(None, [cells[1]]), *other_names_in(remarks)),
                    callsign=cells[5] or None,
                    flag=cells[9] or None,
                    key=cells[0],
                )
            )
    return _with_odd_rows(found, odd)


def _aliases(rows: Iterable[tuple[int, list[str]]], found: ShipList) -> ShipList:
    odd = []
    for line, cells in rows:
        if _is_alias(cells) and cells[3]:
            found.other_names.setdefault(cells[0], []).append(cells[3])
        else:
            odd.append(line)
    return _with_odd_rows(found, odd)


def _with_odd_rows(found: ShipList, lines: list[int]) -> ShipList:
    if lines:
        found.remarks.append(
            f"{found.name}: {len(lines)} row(s) do not have the columns of {found.form} and were left out "
            f"({some_lines(lines)})"
        )
    return found
