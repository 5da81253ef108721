"""The rows inside a JSON value, however it wraps them: `RowFinder`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.column_names import header_key
from stsdetect.decode.tables.files.flatten import flat_text, names_of
from stsdetect.decode.tables.files.points import lonlat_of
from stsdetect.errors import DecodeError

Object = dict[str, Any]
_IDS = names_of("mmsi") | {"mmsistring"}
_POSITIONS = names_of("lat") | names_of("lon")
_TIMES = ("time", "date", "stamp", "epoch", "seen", "received", "updated", "utc")
_SHORT_TIMES = frozenset({"t", "ts", "dt", "tst"})
# Fields that a vessel has once and its list of positions does not repeat.
_INHERITED = ("mmsi", "time", "imo", "callsign", "shipname", "ship_type", "ais_class")
_FIELD_OF = {name: field for field in _INHERITED for name in names_of(field)}
_MAX_DEPTH = 5


class RowFinder:
    """Takes the rows out of JSON values.

    Rows may stand alone, in lists, in the list of a wrapper (``{"data": [...]}``), in a GeoJSON collection,
    under their MMSI (``{"412000001": {...}}``), as lists below a list of names, or as a list per column.

    Parameters
    ----------
    report : DecodeReport
        Counts what is not a row.

    Examples
    --------
    >>> finder = RowFinder(DecodeReport("a.json"))
    >>> list(finder.rows({"data": [{"mmsi": "412000001"}], "success": True}))
    [{'mmsi': '412000001'}]
    >>> list(finder.rows({"mmsi": ["412000001", "412000002"], "lat": ["30.1", None]}))
    [{'mmsi': '412000001', 'lat': '30.1'}, {'mmsi': '412000002', 'lat': None}]
    """

    def __init__(self, report: DecodeReport) -> None:
        self.report = report
        self._names: list[str] | None = None
        self._crs: object = None

    def rows(self, value: object, *, depth: int = _MAX_DEPTH) -> Iterator[Object]:
        """The rows of a value, as objects.

        Raises
        ------
        DecodeError
            If the columns of a table have different lengths, its system of coordinates is not known, or the
            service that wrote it reports an error.
        """
        if isinstance(value, list):
            if value and not any(isinstance(v, list | dict) for v in value):
                yield from self._listed(value)
                return
            for item in value:
                if isinstance(item, list) and not depth:
                    self._reject("bad_json", item)
                else:
                    yield from self.rows(item, depth=depth - isinstance(item, list))
        elif isinstance(value, dict):
            yield from self._of_object(value, depth)
        else:
            self._reject("bad_json", value)

    def _of_object(self, value: Object, depth: int) -> Iterator[Object]:
        if _is_status(value):
            self._status(value)
        elif _is_flat(value) or ("MessageType" in value and "Message" in value):
            yield value
        elif isinstance(value.get("properties"), dict) and "geometry" in value:
            yield self._feature(value)
        elif value.get("type") == "FeatureCollection":
            self._crs = value.get("crs")
            yield from self.rows(value.get("features", []), depth=depth)
        elif (table := self._as_table(value)) is not None:
            yield from table
        elif depth > 0 and (lists := _lists(value)):
            for outer, items in lists:
                for item in self.rows(items, depth=depth - 1):
                    yield _with_inherited(item, outer)
        else:
            yield value

    def _listed(self, values: list[Any]) -> Iterator[Object]:
        """A row that is a list, below the list of the names."""
        if self._names is None and all(isinstance(v, str) for v in values) and _names_position(values):
            self._names = values
        elif self._names is not None and len(values) == len(self._names):
            yield dict(zip(self._names, values, strict=True))
        else:
            self._reject("bad_json" if self._names is None else "wrong_number_of_fields", values)

    def _as_table(self, value: Object) -> Iterator[Object] | None:
        """The rows of an object that is a table: names and rows, or a list per column, or objects by key."""
        if not _has(value, _IDS | _POSITIONS, 0):
            # Such as ERDDAP's, one level down.
            inside = (v for v in value.values() if isinstance(v, dict) and "rows" in v)
            value = next(inside, value)
        for names, rows in (
            ("columns", "data"),
            ("columnNames", "rows"),
            ("fields", "rows"),
            ("columns", "rows"),
        ):
            if _is_list_of(value.get(names), str) and isinstance(value.get(rows), list):
                return self._under(value[names], value[rows])
        if len(value) < 2 and not any(_is_mmsi(key) for key in value):
            return None
        inner = list(value.values())
        if all(isinstance(v, list) for v in inner) and _names_position(value):
            return self._transposed(value)
        if all(isinstance(v, dict) for v in inner):
            if _names_position(value):
                keys = dict.fromkeys(key for column in inner for key in column)
                return ({name: column.get(key) for name, column in value.items()} for key in keys)
            if all(_is_mmsi(key) or key.isdigit() for key in value):
                return (row for key, v in value.items() for row in self._keyed(key, v))
        if all(isinstance(v, list) for v in inner) and all(_is_mmsi(key) for key in value):
            return (row for key, v in value.items() for row in self._keyed(key, v))
        return None

    def _under(self, names: list[str], rows: list[Any]) -> Iterator[Object]:
        for row in rows:
            if isinstance(row, list) and len(row) == len(names):
                yield dict(zip(names, row, strict=True))
            elif isinstance(row, dict):
                yield row
            else:
                self._reject("wrong_number_of_fields", row)

    def _transposed(self, columns: Object) -> Iterator[Object]:
        lengths = {name: len(values) for name, values in columns.items()}
        if len(set(lengths.values())) > 1:
            shown = ", ".join(f"{name} {n}" for name, n in list(lengths.items())[:6])
            raise DecodeError(
                f"{self.report.source}: the columns have different lengths ({shown}), so it is not known "
                "which values belong together. Write one object per row."
            )
        return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))

    def _keyed(self, key: str, value: object) -> Iterator[Object]:
        for row in self.rows(value, depth=1):
            yield {"mmsi": key, **row} if _is_mmsi(key) and not _has(row, _IDS) else row

    def _feature(self, feature: Object) -> Object:
        """A GeoJSON feature as a row: its properties and its point."""
        geometry = feature.get("geometry")
        row = {k: v for k, v in feature.items() if k not in ("type", "geometry", "bbox", "crs")}
        lonlat = lonlat_of(geometry, self._crs, self.report)
        if lonlat is None:
            # Without a point, coordinates among the properties are the position.
            own = row.get("properties")
            if isinstance(own, dict) and _has(own, _POSITIONS):
                return row
            if geometry is not None:
                self.report.lose("geometry", 1, [flat_text(geometry) or ""])
            lonlat = None, None
        return row | {"longitude": lonlat[0], "latitude": lonlat[1]}

    def _status(self, value: Object) -> None:
        # AISHub puts an object with the outcome before the list of ships.
        if value.get("ERROR") is True:
            raise DecodeError(f"{self.report.source} is an error of the service: {flat_text(value)}")
        self.report.rows_in += 1
        self.report.set_aside["status_objects"] += 1

    def _reject(self, reason: str, value: object) -> None:
        self.report.rows_in += 1
        self.report.reject(reason, 1, [flat_text(value) or "null"])


def _is_flat(value: Object) -> bool:
    """Whether an object holds nothing but values, as most rows do."""
    return "type" not in value and not any(isinstance(v, dict | list) for v in value.values())


def _is_status(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("ERROR"), bool) and not _has(value, _IDS)


def _is_mmsi(key: str) -> bool:
    return len(key) == 9 and key.isdigit()


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, kind) for v in value)


def _names_position(names: Iterable[Any]) -> bool:
    """Whether some names are those of the columns of a table of positions."""
    lower = {header_key(str(n)) for n in names}
    return bool(lower & _IDS) or len(lower & _POSITIONS) > 1


def _has(value: Mapping[str, Any], names: frozenset[str], depth: int = 3) -> bool:
    """Whether an object has one of some keys, itself or inside."""
    if any(header_key(key) in names for key in value):
        return True
    return depth > 0 and any(isinstance(v, dict) and _has(v, names, depth - 1) for v in value.values())


def _lists(value: Object, depth: int = _MAX_DEPTH) -> list[tuple[Object, list[Any]]]:
    """The lists of rows inside an object, each with the object that it is in.

    Of several lists, those with the MMSIs of vessels are meant, or with their positions. An object with an
    MMSI and a position is a row whatever lists it has.
    """
    if _has(value, _POSITIONS, 0) and _has(value, _IDS, 0):
        return []
    found: list[tuple[Object, list[Any]]] = []
    for inner in value.values():
        if (isinstance(inner, list) and inner and all(isinstance(v, dict) for v in inner[:10])) or (
            isinstance(inner, list) and _is_list_of(inner, list) and _is_list_of(inner[0], str)
        ):
            found.append((value, inner))
        elif isinstance(inner, dict) and depth and not _has(value, _IDS, 0):
            found += _lists(inner, depth - 1)
    with_ids = [f for f in found if isinstance(f[1][0], list) or _has(f[1][0], _IDS)]
    if with_ids:
        return with_ids
    if _has(value, _IDS, 0):
        return [f for f in found if _has(f[1][0], _POSITIONS)]
    longest = max(found, key=lambda f: len(f[1]), default=None)
    return [] if longest is None else [longest]


def _with_inherited(row: Object, outer: Object) -> Object:
    """A row with what its list has in common: the vessel, and the time where the row has none."""
    own = {_FIELD_OF.get(header_key(key)) for key in _keys(row)}
    more = {}
    for key, value in outer.items():
        field = _FIELD_OF.get(header_key(key))
        if field is None or field in own or isinstance(value, list | dict):
            continue
        if field == "time" and any(_is_time(name) for name in _keys(row)):
            continue
        more[key] = value
    return {**more, **row} if more else row


def _keys(row: Object, depth: int = 2) -> Iterator[str]:
    for key, value in row.items():
        yield key
        if depth and isinstance(value, dict):
            yield from _keys(value, depth - 1)


def _is_time(key: str) -> bool:
    lower = key.lower()
    return lower in _SHORT_TIMES or any(word in lower for word in _TIMES)
