"""Objects of any depth as columns of text with dotted names: `columns_of`."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import polars as pl

from stsdetect.decode.tables.column_names import header_key
from stsdetect.decode.tables.profiles import GENERIC

Row = Mapping[str, Any]
_MAX_DEPTH = 6
# Feeds have some hundred keys; a file that has one of its own in each row must not fill the memory.
_MAX_COLUMNS = 1_000
_MAX_ITEMS = 4
# Parts of rows that are about something other than the vessel at the time of the row.
_ELSEWHERE = re.compile(
    r"port|dest|origin|eta|etd|predict|forecast|next|prev|station|receiver|sensor|base|antenna|depart|arriv|"
    r"own|voyage|bbox|bounds|area|zone|region|owner|manager|history|past|first|last_port|track"
)


def names_of(field: str) -> frozenset[str]:
    """What the column of a field may be called, as `columns.header_key` gives it.

    Examples
    --------
    >>> "latitude" in names_of("lat")
    True
    """
    return frozenset(header_key(name) for name in GENERIC.columns[field])


_POSITION = names_of("lat") | names_of("lon")


def columns_of(rows: Sequence[Row], lose: Callable[[str, int, list[str]], None]) -> dict[str, pl.Series]:
    """The values of some objects as columns of text, one for every key that any of them has.

    Parameters
    ----------
    rows : sequence of mapping
        Objects; numbers are given as the text they have in the file.
    lose : callable
        Takes a name, a count and samples of values beyond the greatest number of columns.

    Returns
    -------
    dict
        Column by name. Keys of inner objects follow their outer key and a dot, places in short lists too;
        longer lists are JSON. The columns of an inner object also have their own names where only one of
        them is about the vessel, and a point also gives ``longitude`` and ``latitude``.

    Examples
    --------
    >>> rows = [{"mmsi": "412000001"}, {"position": {"lat": "30.1", "lon": "122.1"}, "mmsi": "412000002"}]
    >>> columns = columns_of(rows, print)
    >>> list(columns), columns["lat"].to_list()
    (['mmsi', 'position.lat', 'position.lon', 'lat', 'lon'], [None, '30.1'])
    """
    out: dict[str, pl.Series] = {}
    points: list[str] = []
    _add("", rows, out, points, _MAX_DEPTH, lose)
    out = _with_points(out, points)
    return out | _leaves(out, points)


def flat_text(value: object) -> str | None:
    """A value as text; lists and objects as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _add(
    prefix: str,
    rows: Sequence[Row],
    out: dict[str, pl.Series],
    points: list[str],
    depth: int,
    lose: Callable[[str, int, list[str]], None],
) -> None:
    keys = _keys(rows, _MAX_COLUMNS - len(out), prefix, lose)
    for key in keys:
        name = prefix + _encodable(key) if not key.startswith("$") or not prefix else prefix[:-1]
        values = [row.get(key) for row in rows]
        _add_values(name, values, out, points, depth, lose)


def _add_values(
    name: str,
    values: list[Any],
    out: dict[str, pl.Series],
    points: list[str],
    depth: int,
    lose: Callable[[str, int, list[str]], None],
) -> None:
    kinds = set(map(type, values))
    if depth and dict in kinds:
        inner = [v if type(v) is dict else {} for v in values]
        _add(f"{name}.", inner, out, points, depth - 1, lose)
        if any(v.get("type") == "Point" and "coordinates" in v for v in inner):
            points.append(name)
            out.pop(f"{name}.type", None)
        values = [None if type(v) is dict else v for v in values]
        kinds.discard(dict)
    if depth and list in kinds:
        short = [v if type(v) is list and len(v) <= _MAX_ITEMS else [] for v in values]
        for k in range(max(map(len, short))):
            items = [v[k] if k < len(v) else None for v in short]
            _add_values(f"{name}.{k}", items, out, points, depth - 1, lose)
        values = [None if type(v) is list and 0 < len(v) <= _MAX_ITEMS else v for v in values]
    if not kinds <= {str, type(None)}:
        values = [flat_text(v) for v in values]
    if name not in out or kinds - {type(None), list}:
        column = _text_column(values)
        out[name] = column if name not in out else out[name].zip_with(out[name].is_not_null(), column)
    if out[name].null_count() == len(values) and any(n.startswith(f"{name}.") for n in out):
        del out[name]


def _text_column(values: list[str | None]) -> pl.Series:
    """Values as a column without a name, which polars would take for a pattern."""
    try:
        return pl.Series(values, dtype=pl.String)
    except UnicodeEncodeError:
        return pl.Series([v if v is None else _encodable(v) for v in values], dtype=pl.String)


def _encodable(text: str) -> str:
    """A text without halves of characters, which JSON can escape."""
    return text.encode("utf-8", "replace").decode()


def _keys(
    rows: Sequence[Row], n_most: int, prefix: str, lose: Callable[[str, int, list[str]], None]
) -> list[str]:
    keys = list(dict.fromkeys(chain.from_iterable(rows)))
    if len(keys) <= n_most:
        return keys
    # The most frequent ones, whatever the order of the rows.
    counts = Counter(chain.from_iterable(rows))
    ordered = sorted(counts, key=lambda key: (-counts[key], key))
    rare = ordered[max(n_most, 0) :]
    lose("rare keys", sum(counts[key] for key in rare), [prefix + key for key in rare[:3]])
    return ordered[: max(n_most, 0)]


def _with_points(columns: dict[str, pl.Series], points: Iterable[str]) -> dict[str, pl.Series]:
    """The columns, with longitude and latitude of the only point that is about the vessel."""
    own = [name for name in points if not _ELSEWHERE.search(name.lower())]
    if len(own) != 1 or any(header_key(name) in _POSITION for name in columns):
        return columns
    lon, lat = f"{own[0]}.coordinates.0", f"{own[0]}.coordinates.1"
    if lon not in columns or lat not in columns:
        return columns
    return columns | {
        "longitude": columns[lon],
        "latitude": columns[lat],
    }


def _leaves(columns: Mapping[str, pl.Series], points: Sequence[str]) -> dict[str, pl.Series]:
    """Columns of inner objects under their own names, where it is plain which one is meant."""
    taken = {header_key(name) for name in columns if "." not in name}
    found: dict[str, list[str]] = {}
    for name in columns:
        outer, _, leaf = name.rpartition(".")
        if not outer or leaf.isdigit() or header_key(leaf) in taken:
            continue
        if outer not in points and not _ELSEWHERE.search(outer.lower()):
            found.setdefault(header_key(leaf), []).append(name)
    positions = {found[n][0].rpartition(".")[0] for n in _POSITION if len(found.get(n, ())) == 1}
    out: dict[str, pl.Series] = {}
    for names in found.values():
        # Of several times, the one beside the position is meant.
        near = [n for n in names if n.rpartition(".")[0] in positions] if len(names) > 1 else names
        if len(near) == 1:
            name = near[0].rpartition(".")[2]
            out[name] = columns[near[0]]
    return out
