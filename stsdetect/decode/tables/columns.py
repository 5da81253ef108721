"""Choose the column of each field of a table, by its name and by what it holds.

Names are compared without regard to case, blanks and punctuation; a unit that a name ends in is the unit of
the column (``SOG_mps``). Of several columns that may be the time, the one with plausible times is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from stsdetect.decode.tables.mapping import (
    TableMapping,
    guessed_columns,
    shown_guesses,
    shown_names,
    suggested_mapping,
)
from stsdetect.decode.tables.profiles import (
    BY_VALUE,
    FIELDS,
    GENERIC,
    HEMISPHERES,
    PROFILES,
    TIME_PARTS,
    Profile,
)
from stsdetect.decode.times.date_columns import CALENDAR, joined_times
from stsdetect.decode.times.time_zones import AMBIGUOUS, offset_min, zone_name
from stsdetect.decode.times.timestamps import (
    EARLIEST_MS,
    EPOCH,
    GIVE_MAPPING,
    TimeFormat,
    epoch_ms,
    time_format,
)
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S, S_PER_MIN

QUANTITY = {
    "lat": "position", "lon": "position", "sog": "speed", "cog": "course", "heading": "course",
    "to_bow": "length", "to_stern": "length", "to_port": "length", "to_starboard": "length",
    "length_m": "length", "width_m": "length", "draught": "draught",
}  # fmt: skip
"""Fields that have a unit."""

_ANGLES = {
    **dict.fromkeys(("deg", "degs", "degree", "degrees", "dd", "decimaldegrees", "decimal", "°"), "deg"),
    **dict.fromkeys(("rad", "radian", "radians"), "rad"),
}
_TENTHS = ("x10", "tenths", "10")
_METRES = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres", "mtr"), "m"),
    **dict.fromkeys(("ft", "feet", "foot"), "ft"),
    "dm": "dm",
    "cm": "cm",
}
UNIT_WORDS: dict[str, dict[str, str]] = {
    "speed": dict.fromkeys(("kn", "kt", "kts", "knot", "knots"), "kn")
    | dict.fromkeys(("ms", "mps", "msec", "mpersec", "meterspersecond", "metrespersecond"), "m/s")
    | dict.fromkeys(("kmh", "kmph", "kph", "kmhr"), "km/h")
    | {"mph": "mph"}
    | dict.fromkeys(("dkn", "deciknots", "110kn", "110knot", "01kn", "110kts", *_TENTHS), "dkn"),
    "position": _ANGLES
    | dict.fromkeys(("wgs84", "n", "e"), "deg")
    | dict.fromkeys(("e7", "1e7"), "1e-7deg")
    | dict.fromkeys(("e6", "1e6", "microdeg", "microdegrees"), "1e-6deg"),
    "course": _ANGLES | dict.fromkeys(("true", "t"), "deg") | dict.fromkeys(("ddeg", *_TENTHS), "ddeg"),
    "length": _METRES,
    "draught": _METRES | dict.fromkeys(_TENTHS, "dm"),
}
"""Unit by quantity and by the words that names of columns end in."""

_TIME_WORDS = frozenset(
    ("utc", "gmt", "z", "zulu", "ms", "msec", "s", "sec", "secs", "seconds", "millis", "milliseconds",
    "unix", "epoch",
     "iso", "iso8601", "us", "ns", "utciso", "unixms")
)  # fmt: skip
_LOCAL_WORDS = frozenset(("local", "lt", "lmt", "localtime"))
_PARTS_OF_NAME = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+|°")
_BRACKETS = re.compile(r"^(.+?)\s*[(\[]\s*(.+?)\s*[)\]]\s*$")
_OFFSET_AT_END = re.compile(r"^(.+?)[\s_]*((?:utc|gmt)[+-]\d{1,2}(?::?\d\d)?)$", re.IGNORECASE)
_OTHER_PLACES = frozenset(
    ("destination", "dest", "port", "origin", "departure", "arrival", "next", "previous", "last")
)
"""Parts of nested keys that are not the place of the ship."""
_DIMENSIONS = frozenset("abcd")
"""M.1371 names the distances from the antenna so, and so do tables, which have all four."""
_HEMISPHERE = r"^\s*(?i:[nsew]|north|south|east|west)\s*$"
_MOST_LETTERS = 0.5
_ROW_IDS = frozenset(("id", "oid", "uuid"))
_MIN_ROWS_OF_ID = 20
_CLOCK = r"^\s*\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*$"
_DATE_ONLY = r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*$"
_EXCEL_DAYS = (30_000, 80_000)
_ZONE_STEP_MS, _MAX_ZONE_MS = 15 * S_PER_MIN * MS_PER_S, 14 * 60 * S_PER_MIN * MS_PER_S
_DAY_MS = 24 * 60 * S_PER_MIN * MS_PER_S
_SAME_MS = 61 * MS_PER_S
_MIN_ROWS_TO_REFUSE = 10


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


class _Name(NamedTuple):
    """A column that may hold a field, by its name."""

    column: str
    unit: str = ""


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
    times, more = _Times(frame, profile, names, source, params, latest_ms, mapping).choose()
    form = times.form
    if profile.if_epoch and form.order == EPOCH:
        by_value = BY_VALUE[profile.if_epoch]
        units_of_all = {**by_value.units, **(mapping.units if mapping else {})}
        profile = replace(
            profile, name=by_value.name if mapping is None else profile.name, units=units_of_all
        )
    units = {f: _unit(f, profile, names[f], columns[f], mapping) for f in QUANTITY if f in columns}
    zone_named = bool(times.zone) or form.zoned or form.order == EPOCH or form.zone != "UTC"
    return Choice(profile, {**columns, **times.columns}, units, form, zone_named, (*notes, *more))


def named_columns(
    header: Sequence[str], mapping: TableMapping | None = None
) -> tuple[Profile, dict[str, list[_Name]]]:
    """The profile that fits a header, and for each field the columns that may hold it, the best first.

    Examples
    --------
    >>> profile, names = named_columns(["MMSI", "Time", "Latitude_degrees", "lon", "SOG [m/s]"])
    >>> profile.name, names["lat"], names["sog"]
    ('generic', [_Name(column='Latitude_degrees', unit='deg')], [_Name(column='SOG [m/s]', unit='m/s')])
    """
    keys = {header_key(h) for h in header}
    profile = next((p for p, signature in _SIGNATURES if signature <= keys), GENERIC)
    names = _matches(header, _ALIASES[profile.name])
    if mapping is not None:
        plain = {h.strip().lower(): h for h in reversed(header)}
        by_key = {header_key(h): h for h in reversed(header)}
        for f, wanted in mapping.columns.items():
            exact = [plain.get(w.strip().lower()) or by_key.get(header_key(w)) for w in wanted]
            names[f] = [_Name(h, _own_unit(f, h)) for h in exact if h is not None]
        claimed = {names[f][0].column for f in mapping.columns if names[f]}
        for f in FIELDS:
            if f not in mapping.columns:
                names[f] = [n for n in names[f] if n.column not in claimed]
        profile = replace(
            profile,
            name=f"mapping {mapping.name}",
            units={**profile.units, **mapping.units},
            ship_type_words={**profile.ship_type_words, **mapping.ship_types},
        )
    return profile, names


def candidate_columns(header: Sequence[str], mapping: TableMapping | None = None) -> frozenset[str]:
    """The columns that may hold a field, judging by their names; no other one needs to be read.

    Examples
    --------
    >>> sorted(candidate_columns(["mmsi", "lat", "lon", "time", "timestamp", "notes"]))
    ['lat', 'lon', 'mmsi', 'time', 'timestamp']
    """
    _, names = named_columns(header, mapping)
    return frozenset(name.column for columns in names.values() for name in columns)


@lru_cache(maxsize=10_000)
def header_key(header: str) -> str:
    """Letters and digits of a column name, in lower case.

    Examples
    --------
    >>> [header_key(name) for name in ("# Timestamp", "Base_Date_Time", "@timestamp", "position.lat")]
    ['timestamp', 'basedatetime', 'timestamp', 'positionlat']
    """
    return re.sub(r"[\W_]+", "", header).lower()


def may_be_positions(header: Sequence[str], mapping: TableMapping | None = None) -> bool:
    """Whether one of some names may be a latitude, which is quickly known of any line of a table.

    Examples
    --------
    >>> may_be_positions(["no", "data"]), may_be_positions(["LAT [deg]", "lon"])
    (False, True)
    """
    wanted = {header_key(name) for name in mapping.columns.get("lat", ())} if mapping is not None else set()
    return any(_may_be_latitude(name) or header_key(name) in wanted for name in header)


@lru_cache(maxsize=10_000)
def _may_be_latitude(name: str) -> bool:
    return any(reading.key in _LATITUDES for reading in _readings(name))


def missing_fields(names: Mapping[str, Sequence[_Name]], *, placed: bool = True) -> list[str]:
    """Fields that a table of positions must have and for which no column is named.

    Examples
    --------
    >>> missing_fields(named_columns(["MMSI", "Latitude"])[1])
    ['time', 'lon']
    """
    missing = [f for f in ("lat", "lon") if not names.get(f)] if placed else []
    if not names.get("time") and not all(names.get(f) for f in CALENDAR):
        missing.insert(0, "time")
    if not names.get("mmsi") and not names.get("text_id"):
        missing.insert(0, "mmsi")
    return missing


def require_fields(
    frame: pl.DataFrame, names: Mapping[str, Sequence[_Name]], source: str, *, placed: bool = True
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


def require_plain(frame: pl.DataFrame, columns: Mapping[str, str], source: str) -> None:
    """Check that columns hold one value per row.

    Raises
    ------
    DecodeError
        If one holds lists or objects.
    """
    for name, column in columns.items():
        dtype = frame.schema[column]
        if dtype.is_nested() or dtype.is_object() or isinstance(dtype, pl.BaseExtension):
            raise DecodeError(
                f"{source}: column '{column}' holds {dtype}, not one value per row, so it cannot be {name}. "
                "Write it as numbers or text."
            )


def fields_of(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """The columns of some fields, under the names of the fields.

    Names of columns are those of a stranger; for polars ``*`` and ``^lat$`` in an expression are patterns.

    Examples
    --------
    >>> fields_of(pl.DataFrame({"^lat$": [1], "lat": [2]}), {"sog": "^lat$"}).to_dict(as_series=False)
    {'sog': [1]}
    """
    return pl.DataFrame([frame[column].alias(name) for name, column in columns.items()])


class _Alias(NamedTuple):
    """A field that a name may stand for, and how specific the name is."""

    field: str
    rank: int


def _aliases(profile: Profile) -> dict[str, list[_Alias]]:
    out: dict[str, list[_Alias]] = {}
    for field, names in profile.columns.items():
        for key, rank in {header_key(n): k for k, n in reversed(list(enumerate(names)))}.items():
            out.setdefault(key, []).append(_Alias(field, rank))
    return out


_ALIASES = {profile.name: _aliases(profile) for profile in (*PROFILES, GENERIC)}
_LATITUDES = frozenset(header_key(n) for p in (*PROFILES, GENERIC) for n in p.columns.get("lat", ()))
_SIGNATURES = [(profile, {header_key(name) for name in profile.signature}) for profile in PROFILES]


class _Reading(NamedTuple):
    """One way to take a column name: what it names, and in which unit."""

    key: str
    unit: str
    nested: bool


@lru_cache(maxsize=10_000)
def _readings(header: str) -> tuple[_Reading, ...]:
    out = _readings_of(header, nested=False)
    *path, last = header.split(".")
    if path and last and not _OTHER_PLACES & {w.lower() for p in path for w in _PARTS_OF_NAME.findall(p)}:
        out += _readings_of(last, nested=True)
    return tuple(out)


def _readings_of(header: str, *, nested: bool) -> list[_Reading]:
    out = [_Reading(header_key(header), "", nested)]
    bracket = _BRACKETS.match(header)
    if bracket:
        out = out if header_key(bracket[2]) else []
        out.append(_Reading(header_key(bracket[1]), bracket[2], nested))
    offset = _OFFSET_AT_END.match(header)
    if offset:
        out.append(_Reading(header_key(offset[1]), offset[2], nested))
    words = _PARTS_OF_NAME.findall(header)
    for n in (3, 2, 1):
        if len(words) > n:
            out.append(_Reading("".join(words[:-n]).lower(), "".join(words[-n:]), nested))
    return out


def _matches(header: Sequence[str], aliases: Mapping[str, Sequence[_Alias]]) -> dict[str, list[_Name]]:
    """For each field the columns that may hold it, the best first."""
    found: dict[str, dict[str, tuple[tuple[bool, int, bool], _Name]]] = {}
    for name, reading in _without_lone_letters([(h, r) for h in header for r in _readings(h)]):
        for field, rank in aliases.get(reading.key, ()):
            unit = _unit_of_word(field, reading.unit)
            if unit is None:
                continue
            order = (reading.nested, rank, unit not in ("", "kn", "deg", "m", "UTC"))
            of_field = found.setdefault(field, {})
            if name not in of_field or order < of_field[name][0]:
                of_field[name] = order, _Name(name, unit)
    return {f: [n for _, n in sorted(found.get(f, {}).values(), key=lambda known: known[0])] for f in FIELDS}


def _without_lone_letters(readings: Sequence[tuple[str, _Reading]]) -> list[tuple[str, _Reading]]:
    """The readings, but for a letter that names no distance, since the other three do not stand beside it."""
    letters: dict[str, set[str]] = {}
    for header, reading in readings:
        letters.setdefault(header.rpartition(".")[0], set()).add(reading.key)
    return [
        (header, reading)
        for header, reading in readings
        if reading.key not in _DIMENSIONS
        or letters[place := header.rpartition(".")[0]] >= _DIMENSIONS
        or header_key(place.rpartition(".")[2]).startswith("dim")
    ]


def _unit_of_word(name: str, word: str) -> str | None:
    """The unit that a word names, empty for none; None where it is not a unit of the field."""
    if not word:
        return ""
    key = header_key(word) or word
    if name in QUANTITY:
        return UNIT_WORDS[QUANTITY[name]].get(key)
    if name not in ("time", "date"):
        return None
    if key in _TIME_WORDS:
        return "UTC" if key in ("utc", "gmt", "z", "zulu") else ""
    if key in _LOCAL_WORDS or key in AMBIGUOUS:
        return "?"
    offset = offset_min(word)
    return word if offset is not None or zone_name(word) is not None else None


def _own_unit(name: str, header: str) -> str:
    """The unit at the end of a name that the user chose, whatever it names."""
    units = (_unit_of_word(name, r.unit) for r in _readings(header) if r.unit)
    return next((u for u in units if u), "")


def _unit(
    name: str, profile: Profile, names: Sequence[_Name], column: str, mapping: TableMapping | None
) -> str:
    quantity = QUANTITY[name]
    default = {"speed": "kn", "position": "deg", "course": "deg"}.get(quantity, "m")
    in_name = next((n.unit for n in names if n.column == column), "")
    # A heading has whole degrees even where the course has tenths.
    if name == "heading":
        return in_name or default
    if mapping is not None and quantity in mapping.units:
        return mapping.units[quantity]
    return in_name or profile.units.get(quantity, default)


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
    return _share(known.str.contains(_HEMISPHERE)) >= _MOST_LETTERS


class _Candidate(NamedTuple):
    columns: dict[str, str]
    form: TimeFormat
    ms: pl.Series
    times: pl.Series
    zone: str

    @property
    def shown(self) -> str:
        return " and ".join(f"'{c}'" for c in self.columns.values())


class _Times(NamedTuple):
    """The choice of the time column."""

    frame: pl.DataFrame
    profile: Profile
    names: Mapping[str, Sequence[_Name]]
    source: str
    params: DecodeParams
    latest_ms: int
    mapping: TableMapping | None

    def choose(self) -> tuple[_Candidate, list[str]]:
        """The candidate to take, and notes."""
        errors: list[DecodeError] = []
        tried: list[_Candidate] = []
        options = self._options()
        for columns, zone in options:
            try:
                tried.append(self._candidate(columns, zone))
            except DecodeError as error:
                errors.append(error)
        good = [c for c in tried if self._plausible(c)]
        # A date, and the time at which a table was written, are the same on every row or at midnight.
        for keep in (self._varies, self._has_clock):
            good = [c for c in good if keep(c)] or good
        if not good and errors:
            raise errors[0]
        if not good:
            self._refuse(tried)
            return tried[0], []
        best, notes = self._best(good)
        if best.zone == "?" and not best.form.zoned:
            raise DecodeError(
                f"{self.source}: column {best.shown} names a local clock, for example "
                f"{best.times.drop_nulls()[0]!r}. Say which in a mapping file: [time] zone = "
                '"Asia/Shanghai" or '
                f'"+08:00". {GIVE_MAPPING}'
            )
        return best, notes

    def _options(self) -> list[tuple[dict[str, str], str]]:
        """Columns that may be the time, the likeliest first, each with the zone in its name."""
        times, dates = self.names.get("time", ()), self.names.get("date", ())
        mapped = self.mapping.columns if self.mapping else {}
        pairs = [
            ({"date": d.column, "time": t.column}, t.unit or d.unit)
            for d in dates[:2] for t in times if d.column != t.column
        ]  # fmt: skip
        single = [({"time": t.column}, t.unit) for t in times]
        parts = []
        if all(self.names.get(f) for f in CALENDAR):
            used = (*CALENDAR, "second") if self.names.get("second") else CALENDAR
            parts = [({f: self.names[f][0].column for f in used}, "")]
        if mapped.get("date"):
            return pairs or single
        if mapped.get("year"):
            return parts or single
        return single + pairs + parts

    def _candidate(self, columns: dict[str, str], zone: str) -> _Candidate:
        require_plain(self.frame, columns, self.source)
        raw = fields_of(self.frame, columns)
        times = joined_times(raw)
        order, named = ("auto", "") if self.mapping is None else (self.mapping.order, self.mapping.zone)
        known_zone = named or (zone if zone not in ("", "?") else "UTC")
        form = time_format(
            times, source=self.source, params=self.params, order=order, zone=known_zone,
            day_first=self.profile.day_first, name=" and ".join(columns.values()),
        )  # fmt: skip
        head = times.head(self.params.time_format_rows)
        return _Candidate(columns, form, epoch_ms(head, form), times, "" if named else zone)

    def _plausible(self, candidate: _Candidate) -> bool:
        column = candidate.times.head(self.params.time_format_rows)
        if column.dtype == pl.Date:
            return False
        n_known = column.len() - column.null_count()
        n_good = int(candidate.ms.is_between(EARLIEST_MS, self.latest_ms).sum())
        return n_good > 0 and n_good >= self.params.time_format_share * n_known

    def _varies(self, candidate: _Candidate) -> bool:
        return candidate.ms.drop_nulls().n_unique() > 1

    def _has_clock(self, candidate: _Candidate) -> bool:
        return bool((candidate.ms % _DAY_MS != 0).any())

    def _best(self, good: Sequence[_Candidate]) -> tuple[_Candidate, list[str]]:
        """The first candidate, or one that shows that it is a counter or a clock of a zone."""
        best = good[0]
        for other in good[1:]:
            if len(other.columns) > 1 or (best.form.order == EPOCH) == (other.form.order == EPOCH):
                continue
            number, text = (best, other) if best.form.order == EPOCH else (other, best)
            lag = (text.ms - number.ms).drop_nulls()
            if not lag.len() or text.times.dtype != pl.String:
                continue
            median = float(lag.median() or 0.0)  # type: ignore[arg-type]
            in_steps = abs(median - round(median / _ZONE_STEP_MS) * _ZONE_STEP_MS)
            if abs(median) <= _SAME_MS:
                continue
            if in_steps <= _SAME_MS and abs(median) <= _MAX_ZONE_MS and not text.form.zoned:
                hours = round(median / _ZONE_STEP_MS) / 4
                return number, [
                    f"times in {text.shown} are {hours:+g} h from those in {number.shown}, which are "
                    "taken since "
                    "Unix times are UTC"
                ]
            return text, [
                f"{text.shown} and {number.shown} both look like times and do not agree; {text.shown} is "
                "taken"
            ]
        return best, []

    def _refuse(self, tried: Sequence[_Candidate]) -> None:
        """Raise where it is plain why a column is not the time; a few odd values show nothing."""
        joined = next((c for c in tried if "date" in c.columns), None)
        for candidate in tried:
            reason = self._reason(candidate) if len(candidate.columns) == 1 else ""
            if reason and joined is not None:
                example = str(next(iter(joined.times.drop_nulls()), ""))
                raise DecodeError(
                    f"{self.source}: columns {joined.shown} together are not understood as times, for "
                    f"example {example!r}. Write them as 2023-11-14 and 13:01:00, or name others in a "
                    f'mapping file: [columns] date = "...", time = "...". {GIVE_MAPPING}'
                )
            if reason:
                known = candidate.times.drop_nulls()
                raise DecodeError(
                    f"{self.source}: column {candidate.shown} {reason}, for example {str(known[0])!r}."
                    + (f" {GIVE_MAPPING}" if "[" in reason else "")
                )

    def _reason(self, candidate: _Candidate) -> str:
        column = candidate.times.head(self.params.time_format_rows).drop_nulls()
        if not column.len():
            return ""
        share = self.params.time_format_share
        if column.dtype == pl.Time:
            return 'holds times of day without a date; name the column of the date: [columns] date = "..."'
        if column.dtype == pl.Date:
            return "holds dates without a time of day"
        if column.dtype == pl.String:
            text = column
            if _share(text.str.contains(_CLOCK)) > share:
                return (
                    'holds times of day without a date; name the column of the date: [columns] date = "..."'
                )
            if _share(text.str.contains(_DATE_ONLY)) > share:
                return (
                    "holds dates without a time of day; name that column: "
                    '[columns] date = "...", time = "..."'
                )
            if _share(text.str.contains(r"^\s*\d[\d.,]*[eE]\+?\d+\s*$")) > share:
                return "has lost digits of its times in a spreadsheet; export it again with times as text"
        number = column.cast(pl.Float64, strict=False)
        if _share(number.is_between(*_EXCEL_DAYS)) > share:
            return (
                "seems to hold days as a spreadsheet counts them; write it again as 2023-11-14 13:01:00, "
                'or say so in a mapping file: [time] order = "excel"'
            )
        if _share(number.is_between(0, 60)) > share and column.len() > 1:
            return "holds the second of the minute, or a counter, and not the time"
        good = candidate.ms.is_between(EARLIEST_MS, self.latest_ms)
        if column.len() >= _MIN_ROWS_TO_REFUSE and not good.any():
            return (
                "has no value that is a time between 1997 and now; name the column of the time: "
                '[columns] time = "..."'
            )
        return ""


def _share(matches: pl.Series) -> float:
    return float(matches.fill_null(value=False).mean() or 0.0)  # type: ignore[arg-type]
