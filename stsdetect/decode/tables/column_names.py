"""Which fields a column may hold by its name, and in which unit.

Names are compared without regard to case, blanks and punctuation; a unit that a name ends in is the unit of
the column (``SOG_mps``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from stsdetect.decode.tables.mapping import TableMapping
from stsdetect.decode.tables.profiles import FIELDS, GENERIC, PROFILES, Profile
from stsdetect.decode.times.date_columns import CALENDAR
from stsdetect.decode.times.time_zones import AMBIGUOUS, offset_min, zone_name

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


class NamedColumn(NamedTuple):
    """A column that may hold a field, by its name."""

    column: str
    unit: str = ""


def named_columns(
    header: Sequence[str], mapping: TableMapping | None = None
) -> tuple[Profile, dict[str, list[NamedColumn]]]:
    """The profile that fits a header, and for each field the columns that may hold it, the best first.

    Examples
    --------
    >>> profile, names = named_columns(["MMSI", "Time", "Latitude_degrees", "lon", "SOG [m/s]"])
    >>> profile.name, names["lat"][0].unit, names["sog"]
    ('generic', 'deg', [NamedColumn(column='SOG [m/s]', unit='m/s')])
    """
    keys = {header_key(h) for h in header}
    profile = next((p for p, signature in _SIGNATURES if signature <= keys), GENERIC)
    names = _matches(header, _ALIASES[profile.name])
    if mapping is not None:
        plain = {h.strip().lower(): h for h in reversed(header)}
        by_key = {header_key(h): h for h in reversed(header)}
        for f, wanted in mapping.columns.items():
            exact = [plain.get(w.strip().lower()) or by_key.get(header_key(w)) for w in wanted]
            names[f] = [NamedColumn(h, _own_unit(f, h)) for h in exact if h is not None]
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


def missing_fields(names: Mapping[str, Sequence[NamedColumn]], *, placed: bool = True) -> list[str]:
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


def _matches(header: Sequence[str], aliases: Mapping[str, Sequence[_Alias]]) -> dict[str, list[NamedColumn]]:
    """For each field the columns that may hold it, the best first."""
    found: dict[str, dict[str, tuple[tuple[bool, int, bool], NamedColumn]]] = {}
    for name, reading in _without_lone_letters([(h, r) for h in header for r in _readings(h)]):
        for field, rank in aliases.get(reading.key, ()):
            unit = _unit_of_word(field, reading.unit)
            if unit is None:
                continue
            order = (reading.nested, rank, unit not in ("", "kn", "deg", "m", "UTC"))
            of_field = found.setdefault(field, {})
            if name not in of_field or order < of_field[name][0]:
                of_field[name] = order, NamedColumn(name, unit)
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


def unit_of(
    name: str, profile: Profile, names: Sequence[NamedColumn], column: str, mapping: TableMapping | None
) -> str:
    """The unit of a field's column: as a mapping says, as its own name says, or as the profile has it."""
    quantity = QUANTITY[name]
    default = {"speed": "kn", "position": "deg", "course": "deg"}.get(quantity, "m")
    in_name = next((n.unit for n in names if n.column == column), "")
    # A heading has whole degrees even where the course has tenths.
    if name == "heading":
        return in_name or default
    if mapping is not None and quantity in mapping.units:
        return mapping.units[quantity]
    return in_name or profile.units.get(quantity, default)
