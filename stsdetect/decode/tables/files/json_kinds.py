"""Known JSON feeds whose objects are not rows as they come: `kind_of` names one, `KINDS` converts it.

Each converter takes an object and gives a row with the column names of the generic profile, in its units, or
None for an object that is not about a ship.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from stsdetect.decode.tables.convert import UNITS

Object = Mapping[str, Any]
Row = dict[str, Any]

_DEGREES = UNITS["position"]["1e-4min"]
_TENTHS_OF_MINUTES = 1 / 600
# Long range reports have whole knots and degrees; 63 kn and 511 degrees mean "not available"
# (Rec. ITU-R M.1371-5, annex 8, 3.25).
_LONG_RANGE, _NO_LONG_RANGE_SPEED, _NO_LONG_RANGE_COURSE = 27, 63, 511
_AIRCRAFT = 9
_AUXILIARY = "98"
_STATIC = ("callsign", "shipname", "destination", "imo", "to_bow", "to_stern", "to_port", "to_starboard")


def kind_of(row: Object) -> str:
    """Name of the known feed an object is from; empty for any other.

    Examples
    --------
    >>> kind_of({"class": "AIS", "device": "AIS-catcher", "rxuxtime": "1700000001.25", "mmsi": "412000001"})
    'AIS-catcher'
    >>> kind_of({"mmsi": "412000001", "class": "A"})
    ''
    """
    class_ = row.get("class")
    if isinstance(row.get("Message"), dict) and "MessageType" in row:
        return "aisstream"
    if class_ == "AIS" and ("rxuxtime" in row or "rxtime" in row):
        return "AIS-catcher"
    if class_ == "AIS" or (
        class_ in ("VERSION", "DEVICES", "DEVICE", "WATCH", "TPV", "SKY") and "mmsi" not in row
    ):
        return "gpsd"
    properties = row.get("properties")
    if isinstance(properties, dict) and "timestampExternal" in properties:
        return "digitraffic"
    if "mmsi" in row and ("refA" in row or "referencePointA" in row) and "posType" in row:
        return "digitraffic-vessels"
    if "msgtime" in row and "mmsi" in row:
        return "barentswatch"
    return ""


class Gpsd:
    """Converts gpsd's objects; those without a time take that of the last fix of the receiver."""

    def __init__(self) -> None:
        self._last_time: object = None

    def __call__(self, row: Object) -> Row | None:
        """The row of an AIS object, with raw integers scaled."""
        self._last_time = row.get("time") or self._last_time
        if row.get("class") != "AIS":
            return None
        out = _named(row)
        out["timestamp"] = row.get("time") or self._last_time
        if row.get("scaled") is False:
            _scale(out)
        return _without_unavailable(out)


def _scale(row: Row) -> None:
    """Raw integers of M.1371 in degrees, knots and metres."""
    type_ = _number(row.get("msg_type"))
    degrees = _TENTHS_OF_MINUTES if type_ in (17, _LONG_RANGE) else _DEGREES
    tenths = 1.0 if type_ in (_AIRCRAFT, _LONG_RANGE) else 0.1
    course = 1.0 if type_ == _LONG_RANGE else 0.1
    for name, factor in (
        ("lat", degrees), ("lon", degrees), ("speed", tenths), ("course", course), ("draught", 0.1),
    ):  # fmt: skip
        row[name] = _scaled(row.get(name), factor)


def _ais_catcher(row: Object) -> Row | None:
    """The row of a decoded object of AIS-catcher; its speeds and places are scaled always."""
    if row.get("class") != "AIS":
        return None
    out = _named(row)
    received = _number(row.get("rxuxtime"))
    # Without a time that is a number, the text is YYYYMMDDhhmmss in UTC.
    out["timestamp"] = _iso(received) if received is not None else _spelt(row.get("rxtime"))
    if row.get("scaled") is False:
        _scale(out)
    return _without_unavailable(out)


def _named(row: Object) -> Row:
    """The members of an object of gpsd or AIS-catcher by the names of the generic profile."""
    names = ("mmsi", "lat", "lon", "speed", "course", "heading", "status", "draught", *_STATIC)
    out = {name: row.get(name) for name in names}
    out["msg_type"], out["ship_type"] = row.get("type"), row.get("shiptype")
    if str(row.get("type")) == "21":
        out["shipname"] = row.get("shipname") or row.get("name")
    return _without_mothership(out)


def _aisstream(row: Object) -> Row | None:
    """The row of a message of aisstream.io; None for types without a position or static data."""
    kind, meta = row["MessageType"], row.get("MetaData")
    body = row["Message"].get(kind) if isinstance(kind, str) else None
    if not isinstance(body, dict) or kind not in _AISSTREAM:
        return None
    meta = meta if isinstance(meta, dict) else {}
    out: Row = {
        "mmsi": meta.get("MMSI") or body.get("UserID"),
        "timestamp": meta.get("time_utc"),
        "msg_type": body.get("MessageID") or _AISSTREAM[kind],
        "lat": body.get("Latitude"), "lon": body.get("Longitude"), "speed": body.get("Sog"),
        "course": body.get("Cog"), "heading": body.get("TrueHeading"),
        "status": body.get("NavigationalStatus"),
        "shipname": body.get("Name") or meta.get("ShipName"),
    }  # fmt: skip
    static: Object = body
    if kind == "StaticDataReport":
        part_a, static = _part(body, "ReportA"), _part(body, "ReportB")
        out["shipname"] = part_a.get("Name") or meta.get("ShipName")
    size = static.get("Dimension")
    size = size if isinstance(size, dict) else {}
    out |= {
        "imo": static.get("ImoNumber"), "callsign": static.get("CallSign"),
        "ship_type": static.get("ShipType", static.get("Type")),
        "to_bow": size.get("A"), "to_stern": size.get("B"), "to_port": size.get("C"),
        "to_starboard": size.get("D"), "draught": static.get("MaximumStaticDraught"),
        "destination": static.get("Destination"),
    }  # fmt: skip
    if kind == "AidsToNavigationReport":
        out["ship_type"] = None
    return _without_unavailable(_without_mothership(out))


def _part(body: Object, name: str) -> Object:
    """A part of a static data report; empty where it was not received."""
    part = body.get(name)
    return part if isinstance(part, dict) and part.get("Valid", True) else {}


_AISSTREAM = {
    "PositionReport": 1, "StandardClassBPositionReport": 18, "ExtendedClassBPositionReport": 19,
    "LongRangeAisBroadcastMessage": 27, "StaticDataReport": 24, "ShipStaticData": 5,
    "StandardSearchAndRescueAircraftReport": 9, "BaseStationReport": 4, "AidsToNavigationReport": 21,
}  # fmt: skip
"""Messages of aisstream.io with a position or static data, and their type in M.1371."""


def _digitraffic(row: Object) -> Row | None:
    """A vessel location of Digitraffic: a GeoJSON feature, whose ``timestamp`` is the second."""
    properties = row["properties"]
    out = {
        n: properties.get(n)
        for n in ("sog", "cog", "navStat", "posAcc", "raim", "heading", "timestampExternal")
    }
    mmsi = row.get("mmsi", properties.get("mmsi"))
    return {"mmsi": mmsi, "lon": row.get("longitude"), "lat": row.get("latitude"), **out}


def _digitraffic_vessel(row: Object) -> Row | None:
    """Static data of Digitraffic, with draughts in tenths of a metre."""
    return {
        "mmsi": row.get("mmsi"), "timestamp": row.get("timestamp"), "lat": None, "lon": None,
        "shipname": row.get("name"), "callsign": row.get("callSign"), "imo": row.get("imo"),
        "ship_type": row.get("shipType", row.get("type")), "destination": row.get("destination"),
        "draught": _scaled(row.get("draught"), 0.1),
        "to_bow": row.get("refA", row.get("referencePointA")),
        "to_stern": row.get("refB", row.get("referencePointB")),
        "to_port": row.get("refC", row.get("referencePointC")),
        "to_starboard": row.get("refD", row.get("referencePointD")),
    }  # fmt: skip


def _barentswatch(row: Object) -> Row | None:
    """A row of BarentsWatch, with draughts in tenths of a metre."""
    names = {
        "mmsi": "mmsi", "timestamp": "msgtime", "lat": "latitude", "lon": "longitude",
        "sog": "speedOverGround", "cog": "courseOverGround", "heading": "trueHeading",
        "nav_status": "navigationalStatus",
        "ais_class": "aisClass", "msg_type": "messageType", "shipname": "name", "callsign": "callSign",
        "imo": "imoNumber", "ship_type": "shipType", "destination": "destination", "to_bow": "dimensionA",
        "to_stern": "dimensionB", "to_port": "dimensionC", "to_starboard": "dimensionD",
        "length_m": "shipLength", "width_m": "shipWidth",
    }  # fmt: skip
    out = {ours: row.get(theirs) for ours, theirs in names.items()}
    return {**out, "draught": _scaled(row.get("draught"), 0.1)}


def _without_unavailable(row: Row) -> Row:
    """A long range report without the values that mean "not available"."""
    if _number(row.get("msg_type")) == _LONG_RANGE:
        if (_number(row.get("speed")) or 0) >= _NO_LONG_RANGE_SPEED:
            row["speed"] = None
        if _number(row.get("course")) == _NO_LONG_RANGE_COURSE:
            row["course"] = None
    return row


def _without_mothership(row: Row) -> Row:
    """Auxiliary craft send the MMSI of their mother ship in the place of their size."""
    if str(row.get("mmsi") or "").startswith(_AUXILIARY):
        row.update(dict.fromkeys(("to_bow", "to_stern", "to_port", "to_starboard")))
    return row


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _scaled(value: object, factor: float) -> object:
    number = _number(value)
    # Not a number: left as it is, so that it is counted where the column is converted.
    return value if number is None else f"{number * factor:.10g}"


def _iso(seconds: float) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _spelt(text: object) -> object:
    if not isinstance(text, str) or len(text) != len("YYYYMMDDhhmmss") or not text.isdigit():
        return text
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}Z"


Converter = Callable[[Object], Row | None]
KINDS: Mapping[str, Callable[[], Converter]] = {
    "aisstream": lambda: _aisstream,
    "AIS-catcher": lambda: _ais_catcher,
    "gpsd": Gpsd,
    "digitraffic": lambda: _digitraffic,
    "digitraffic-vessels": lambda: _digitraffic_vessel,
    "barentswatch": lambda: _barentswatch,
}
"""Makes a converter for the objects of one file, by the name of the feed."""
