"""The mapping file of a user: which column of an unknown table is which field, and in which units.

`read_mapping` reads it; `suggested_mapping` writes one for a table that was refused, as far as names and
values show what the columns are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from stsdetect.decode.batch import MAX_MMSI, MIN_SHIP_MMSI
from stsdetect.decode.tables.code_words import plain_words
from stsdetect.decode.tables.convert import UNITS, as_number
from stsdetect.decode.tables.profiles import FIELDS, GENERIC
from stsdetect.decode.times.time_zones import offset_min, zone_name
from stsdetect.decode.times.timestamps import EARLIEST_MS, GIVE_MAPPING, TIME_FORMATS, epoch_ms, time_format
from stsdetect.errors import DecodeError
from stsdetect.foreign_text import made_visible
from stsdetect.nearest_names import nearest_name
from stsdetect.params import DecodeParams
from stsdetect.toml_files import parse_toml, shown, toml_text

_TABLES = ("columns", "units", "time", "ship_types")
_N_SHOWN, _N_CHARS = 30, 60
_SAMPLE_ROWS = 1_000
_MIN_CHARS = 3  # any name resembles one of a letter or two
_MOST = 0.9
_HINTS: dict[str, tuple[str, ...]] = {
    "mmsi": ("mmsi", "ident", "ship", "vessel", "boat"),
    "time": ("time", "date", "stamp", "when", "seen", "received", "utc", "zeit", "tid"),
    "lat": ("lat", "y", "north", "breit", "bredde", "phi"),
    "lon": ("lon", "lng", "x", "east", "laeng", "läng", "lengde", "lambda"),
}
"""What names of columns have in them."""
_OTHER_TIMES = ("eta", "arriv", "depart", "created", "updated", "insert", "ingest", "load", "build")


@dataclass(frozen=True, kw_only=True, slots=True)
class TableMapping:
    """What a mapping file says; what it does not say is found as without one.

    Attributes
    ----------
    name : str
        Name of the file.
    columns : mapping
        Field to column names; empty for a field that is to be left out.
    units : mapping
        Quantity (speed, position, course, length, draught) to unit.
    order : str
        ``auto`` or one of `timestamps.TIME_FORMATS`.
    zone : str
        Zone of times that name none; empty where it is not given.
    ship_types : mapping
        Words of the table to ship types of M.1371.
    """

    name: str
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    order: str = "auto"
    zone: str = ""
    ship_types: Mapping[str, int] = field(default_factory=dict)


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a file of the user.

    Parameters
    ----------
    path : Path
        TOML. Table ``[columns]`` maps fields to column names, nested keys of JSON with dots. Tables
        ``[units]`` (``speed``, ``position``, ``course``, ``length``, ``draught``), ``[time]``
        (``order``, ``zone``) and ``[ship_types]`` (word to code) are optional.

    Returns
    -------
    TableMapping

    Raises
    ------
    DecodeError
        If the file cannot be read, is not TOML, or names an unknown field, unit, order or zone.
    """
    try:
        data = parse_toml(toml_text(path))
    except (OSError, ValueError) as error:
        raise DecodeError(f"mapping file {path} cannot be read: {error}") from error
    _check_names(path, data, _TABLES, "table")
    columns, units, time, ship_types = (_table(path, data, name) for name in _TABLES)
    _check_names(path, columns, FIELDS, "field")
    _check_names(path, units, tuple(UNITS), "unit of")
    _check_names(path, time, ("order", "zone"), "key in [time]")
    for name, unit in units.items():
        _check_names(path, {_text(path, name, unit): None}, tuple(UNITS[name]), f"{name} unit")
    order, zone = (
        _text(path, key, time.get(key, default)) for key, default in (("order", "auto"), ("zone", ""))
    )
    _check_names(path, {order: None}, ("auto", *TIME_FORMATS), "time order")
    if zone and offset_min(zone) is None and zone_name(zone) is None:
        raise DecodeError(
            f"mapping file {path}: unknown zone {shown(zone)}; give a name such as Asia/Shanghai, or an "
            "offset from "
            "UTC such as +08:00"
        )
    for word, code in ship_types.items():
        if not isinstance(code, int) or isinstance(code, bool) or not 0 <= code <= 99:
            raise DecodeError(
                f"mapping file {path}: ship type {shown(word)} must be a code from 0 to 99, not {shown(code)}"
            )
    words = plain_words(pl.Series(list(ship_types), dtype=pl.String)).to_list()
    return TableMapping(
        name=path.name,
        columns={f: _headers(path, f, names) for f, names in columns.items()},
        units=units,
        order=order,
        zone=zone,
        ship_types=dict(zip(words, ship_types.values(), strict=True)),
    )


def guessed_columns(frame: pl.DataFrame, found: Mapping[str, str], missing: Sequence[str]) -> dict[str, str]:
    """The column that each missing field may be in, judging by names and values; empty where none may.

    Parameters
    ----------
    frame : polars.DataFrame
        First rows of the table.
    found : mapping
        Field to column.
    missing : sequence of str
        Fields to guess.

    Examples
    --------
    >>> frame = pl.DataFrame({"breite": ["53.5", "53.6"], "lomgitude": ["9.9", "9.8"]})
    >>> guessed_columns(frame, {"mmsi": "nr"}, ["time", "lat", "lon"])
    {'time': '', 'lat': 'breite', 'lon': 'lomgitude'}
    """
    guesses: dict[str, str] = {}
    for name in missing:
        taken = {*found.values(), *guesses.values()} & set(frame.columns)
        guesses[name] = _guess(frame[[c for c in frame.columns if c not in taken]], name)
    return guesses


def shown_guesses(guesses: Mapping[str, str]) -> str:
    """A sentence for a message on the columns that were guessed; empty if none was.

    Examples
    --------
    >>> shown_guesses({"time": "", "lat": "breite"})
    "Nearest: 'breite' for lat. "
    """
    pairs = [f"'{_plain(column)}' for {name}" for name, column in guesses.items() if column]
    return f"Nearest: {', '.join(pairs)}. " if pairs else ""


def suggested_mapping(columns: Mapping[str, str]) -> str:
    """A mapping file for a table that was refused, and how to give it.

    Parameters
    ----------
    columns : mapping
        Field to column, as found or guessed; empty where none is known.

    Examples
    --------
    >>> text = suggested_mapping({"mmsi": "nr", "lat": "breite", "time": ""})
    >>> print(text[text.index("[columns]") : text.index("Give")].strip())
    [columns]
    mmsi = "nr"
    time = ""  # which column?
    lat = "breite"
    """
    lines = [
        f"{name} = {_quoted(columns[name])}" + ("" if columns[name] else "  # which column?")
        for name in FIELDS
        if name in columns
    ]
    return (
        "Complete this and save it as mapping.toml:\n\n"
        + "\n".join(["[columns]", *lines])
        + f"\n\n{GIVE_MAPPING}"
    )


def shown_names(header: Sequence[str]) -> str:
    """The first column names for a message; a hostile header cannot disturb a terminal."""
    more = f" and {len(header) - _N_SHOWN} more" if len(header) > _N_SHOWN else ""
    return ", ".join(_plain(name) for name in header[:_N_SHOWN]) + more


def _guess(frame: pl.DataFrame, name: str) -> str:
    """The column whose values fit a field, one with a similar name first; empty where none does."""
    fitting = [c for c in frame.columns if not frame.height or _fits(frame[c].head(_SAMPLE_ROWS), name)]
    hints = _HINTS.get(name, ())
    named = [
        c for c in fitting if any(h in c.lower() if len(h) > 1 else c.lower().strip() == h for h in hints)
    ]
    similar = nearest_name([n for n in GENERIC.columns[name] if len(n) >= _MIN_CHARS], fitting)
    named = named or ([similar] if similar else [])
    if name in ("lat", "lon", "time"):
        # Values alone do not tell a latitude from a course, or a receive time from another.
        return named[0] if named else ""
    return (named or (fitting if frame.height else []) or [""])[0]


def _fits(column: pl.Series, name: str) -> bool:
    known = column.alias("").drop_nulls()  # polars would take its name for a pattern
    if not known.len():
        return False
    if name == "time":
        if any(word in column.name.lower() for word in _OTHER_TIMES):
            return False
        try:
            form = time_format(known, source="", params=DecodeParams(), day_first=True)
            return _share(epoch_ms(known, form) >= EARLIEST_MS) >= _MOST
        except (DecodeError, pl.exceptions.PolarsError):
            return False
    number = as_number(known)
    if name == "lat":
        return _share(number.abs() <= 91) >= _MOST
    if name == "lon":
        return _share(number.abs() <= 181) >= _MOST
    if name == "mmsi":
        return _share(number.is_between(MIN_SHIP_MMSI, MAX_MMSI)) >= _MOST
    return False


def _share(matches: pl.Series) -> float:
    return float(matches.fill_null(value=False).mean() or 0.0)  # type: ignore[arg-type]


def _quoted(text: str) -> str:
    """As TOML."""
    return json.dumps(_plain(text), ensure_ascii=False)


def _plain(text: str) -> str:
    plain = made_visible(text)
    return plain if len(plain) <= _N_CHARS else plain[:_N_CHARS] + "..."


def _table(path: Path, data: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise DecodeError(f"mapping file {path}: [{name}] must be a table, not {shown(table)}")
    return table


def _text(path: Path, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise DecodeError(f"mapping file {path}: {name} must be text, not {shown(value)}")
    return value


def _headers(path: Path, name: str, given: object) -> tuple[str, ...]:
    if given == "":
        return ()
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(n, str) and n for n in names):
        raise DecodeError(f"mapping file {path}: {name} must be the name of a column, not {shown(given)}")
    return tuple(names)


def _check_names(path: Path, given: Mapping[str, object], known: Sequence[str], what: str) -> None:
    unknown = [_plain(n) for n in given if n not in known]
    if unknown:
        raise DecodeError(
            f"mapping file {path}: unknown {what} {', '.join(unknown[:_N_SHOWN])}; known: {', '.join(known)}"
        )
