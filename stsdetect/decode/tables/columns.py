"""Choose the column of each field of a table, by its name and by what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from stsdetect.decode.tables.column_names import (
    QUANTITY,
    NamedColumn,
    header_key,
    missing_fields,
    named_columns,
    unit_of,
)
from stsdetect.decode.tables.column_values import fields_of, require_plain, share_of
from stsdetect.decode.tables.mapping import (
    TableMapping,
    guessed_columns,
    shown_guesses,
    shown_names,
    suggested_mapping,
)
from stsdetect.decode.tables.profiles import BY_VALUE, FIELDS, HEMISPHERES, TIME_PARTS, Profile
from stsdetect.decode.tables.time_columns import TimeColumns
from stsdetect.decode.times.timestamps import EPOCH, TimeFormat
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

_HEMISPHERE = r"^\s*(?i:[nsew]|north|south|east|west)\s*$"
_MOST_LETTERS = 0.5
_ROW_IDS = frozenset(("id", "oid", "uuid"))
_MIN_ROWS_OF_ID = 20


class NotAisError(DecodeError):
    """A table without columns for id, time and position."""


class Choice(NamedTuple):
    """How a table is read."""

    profile: Profile
    columns: dict[str, str]
    """Field to column."""
    units: dict[str, str]
    """Unit of the fields in `QUANTITY` that have a column."""
    time: TimeFormat
    zone_named: bool = False
    """Whether the times, the name of their column or a mapping say which zone they are in."""
    notes: tuple[str, ...] = ()
    """What the analyst should know."""


def choose_columns(
    frame: pl.DataFrame,
    *,
    source: str,
    params: DecodeParams,
    latest_ms: int,
    mapping: TableMapping | None = None,
    placed: bool = True,
) -> Choice:
    """The column of each field, its unit, and how the times are written.

    Parameters
    ----------
    frame : polars.DataFrame
        First rows of the table.
    source : str
        Name of the file, for messages.
    params : DecodeParams
        Limits.
    latest_ms : int
        Later times are not believed [ms since 1970 UTC].
    mapping : TableMapping, optional
        What the user says of the columns.
    placed : bool
        Whether latitude and longitude are required.

    Returns
    -------
    Choice

    Raises
    ------
    NotAisError
        If there is no column for id, time or position; a note of the error has a mapping to complete.
    DecodeError
        If the times cannot be read, or only in a way that may be wrong.
    """
    profile, names = named_columns(frame.columns, mapping)
    columns = {f: names[f][0].column for f in FIELDS if names.get(f) and f not in ("time", *TIME_PARTS)}
    if "mmsi" in columns:
        columns.pop("text_id", None)
    elif "text_id" in columns:
        columns["text_id"] = _id_of_ships(frame, [n.column for n in names["text_id"]], mapping)
    require_plain(frame, {f: columns[f] for f in HEMISPHERES if f in columns}, source)
    for f in HEMISPHERES:
        if f in columns and not _holds_letters(fields_of(frame, {f: columns[f]})[f]):
            del columns[f]
    columns = _each_once({f: c for f, c in columns.items() if c})
    notes = [
        f"the mapping file names {' or '.join(wanted)} for {f}, which is not among the columns"
        for f, wanted in (mapping.columns.items() if mapping else ())
        if wanted and not names.get(f)
    ]
    held = {**names, **{f: [] for f in ("mmsi", "text_id") if f not in columns}}
    require_fields(frame, held, source, placed=placed)
    times, more = TimeColumns(frame, profile, names, source, params, latest_ms, mapping).choose()
    form = times.form
    if profile.if_epoch and form.order == EPOCH:
        by_value = BY_VALUE[profile.if_epoch]
        units_of_all = {**by_value.units, **(mapping.units if mapping else {})}
        profile = replace(
            profile, name=by_value.name if mapping is None else profile.name, units=units_of_all
        )
    units = {f: unit_of(f, profile, names[f], columns[f], mapping) for f in QUANTITY if f in columns}
    zone_named = bool(times.zone) or form.zoned or form.order == EPOCH or form.zone != "UTC"
    return Choice(profile, {**columns, **times.columns}, units, form, zone_named, (*notes, *more))


def require_fields(
    frame: pl.DataFrame, names: Mapping[str, Sequence[NamedColumn]], source: str, *, placed: bool = True
) -> None:
    """Check that there are columns for id, time and position.

    Raises
    ------
    NotAisError
        If one is missing; a note of the error has a mapping to complete.
    """
    missing = missing_fields(names, placed=placed)
    if not missing:
        return
    found = _each_once({f: names[f][0].column for f in FIELDS if names.get(f)})
    guesses = guessed_columns(frame, found, missing)
    error = NotAisError(
        f"{source}: no column for {', '.join(missing)} among {shown_names(frame.columns)}. "
        f"{shown_guesses(guesses)}Rename the columns, or name them in a mapping file (--mapping)."
    )
    error.add_note(suggested_mapping({**found, **guesses}))
    raise error


def _each_once(columns: Mapping[str, str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, column in columns.items():
        if column not in out.values():
            out[name] = column
    return out


def _id_of_ships(frame: pl.DataFrame, columns: Sequence[str], mapping: TableMapping | None) -> str:
    """The first column that may identify ships; a number of its own for every row does not."""
    for column in columns:
        known = fields_of(frame, {"id": column})["id"].drop_nulls()
        counts_rows = known.len() >= _MIN_ROWS_OF_ID and known.n_unique() == known.len()
        chosen = mapping is not None and "text_id" in mapping.columns
        if chosen or header_key(column) not in _ROW_IDS or not counts_rows:
            return column
    return ""


def _holds_letters(column: pl.Series) -> bool:
    known = column.cast(pl.String, strict=False).drop_nulls()
    return share_of(known.str.contains(_HEMISPHERE)) >= _MOST_LETTERS
