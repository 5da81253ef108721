"""Plain words for codes, and numbers as a reader wants them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

TIERS = ("high", "medium", "low", "info")

CATEGORIES = {
    "transfer": "Possible cargo transfer",
    "bunkering": "Consistent with bunkering",
    "towing": "Consistent with towing or pushing",
    "pilotage": "Consistent with a pilot or service boat",
    "fishing": "Consistent with fishing",
    "dredging": "Consistent with dredging",
    "berth": "Consistent with neighbouring berths",
    "anchorage_neighbours": "Consistent with neighbours at anchor",
    "same_hull": "Consistent with two AIS sets on one hull",
    "unknown": "Reading unclear",
}

_TYPES = {
    20: "wing-in-ground craft",
    30: "fishing",
    31: "towing",
    32: "towing, long or wide tow",
    33: "dredging or underwater work",
    34: "diving",
    35: "military",
    36: "sailing",
    37: "pleasure craft",
    50: "pilot",
    51: "search and rescue",
    52: "tug",
    53: "port tender",
    54: "anti-pollution",
    55: "law enforcement",
    58: "medical transport",
}
_TYPE_TENS = {4: "high-speed craft", 6: "passenger", 7: "cargo", 8: "tanker", 9: "other"}
_CHINA = (17.0, 54.0, 105.0, 131.0)


def ship_type(code: Any) -> str:
    """Words for an ITU-R M.1371 ship type; empty where it is not known.

    Examples
    --------
    >>> ship_type(52), ship_type(81), ship_type(79), ship_type(None)
    ('tug', 'tanker, hazard category A', 'cargo', '')
    """
    if unknown(code) or int(code) == 0:
        return ""
    code = int(code)
    if code in _TYPES:
        return _TYPES[code]
    tens = _TYPE_TENS.get(code // 10)
    if tens is None:
        return f"type {code}"
    return f"{tens}, hazard category {'ABCD'[code % 10 - 1]}" if code % 10 in (1, 2, 3, 4) else tens


def unknown(value: Any) -> bool:
    """Whether a table's value is null."""
    return value is None or bool(pd.isna(value))


def number(value: Any, digits: int = 0, unit: str = "") -> str:
    """A number for reading, or a dash.

    Examples
    --------
    >>> number(1234.567, 1, "m"), number(float("nan"))
    ('1,234.6 m', '–')
    """
    if unknown(value) or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    text = f"{value:,.{digits}f}"
    return f"{text} {unit}" if unit else text


def percent(share: Any) -> str:
    """A probability for reading; never quite none or all.

    Examples
    --------
    >>> percent(0.9997), percent(0.42), percent(0.0), percent(None)
    ('over 99 %', '42 %', 'under 1 %', '–')
    """
    if unknown(share):
        return "–"
    if share > 0.99:
        return "over 99 %"
    return "under 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def signed(value: Any, digits: int = 2) -> str:
    """A number with its sign, or a dash.

    Examples
    --------
    >>> signed(0.5), signed(-1.0, 1)
    ('+0.50', '−1.0')
    """
    return "–" if unknown(value) else f"{value:+.{digits}f}".replace("-", "−")


def utc(value: Any, *, date: bool = True) -> str:
    """A time to the minute.

    Examples
    --------
    >>> utc(pd.Timestamp("2019-08-14T06:05:59Z"))
    '2019-08-14 06:05'
    """
    if unknown(value):
        return "–"
    return f"{value:%Y-%m-%d %H:%M}" if date else f"{value:%H:%M}"


def span(start: Any, end: Any) -> str:
    """Two times, the date once where it is the same.

    Examples
    --------
    >>> span(pd.Timestamp("2019-08-14T22:00Z"), pd.Timestamp("2019-08-15T03:00Z"))
    '2019-08-14 22:00 – 2019-08-15 03:00'
    """
    same = not unknown(end) and start.date() == end.date()
    return f"{utc(start)} – {utc(end, date=not same)}"


def local_times(start: Any, end: Any, lat: float, lon: float) -> list[tuple[str, str]]:
    """The span in local solar time, and in China time where that is the clock ashore.

    Examples
    --------
    >>> local_times(pd.Timestamp("2019-08-14T20:00Z"), pd.Timestamp("2019-08-14T22:00Z"), 30.0, 122.5)
    [('local solar', '2019-08-15 04:10 – 06:10'), ('China time', '2019-08-15 04:00 – 06:00')]
    """
    clocks = [("local solar", timedelta(hours=lon / 15.0))]
    south, north, west, east = _CHINA
    if south <= lat <= north and west <= lon <= east:
        clocks.append(("China time", timedelta(hours=8)))
    return [(name, span(start + shift, end + shift)) for name, shift in clocks]


def position(lat: float, lon: float) -> str:
    """Degrees and decimal minutes, as on a chart.

    Examples
    --------
    >>> position(30.2, -122.6)
    "30°12.00' N 122°36.00' W"
    """
    parts = []
    for value, signs in ((lat, "NS"), (lon, "EW")):
        minutes = round(abs(value) * 60.0, 2)
        parts.append(f"{int(minutes // 60)}°{minutes % 60:05.2f}' {signs[value < 0]}")
    return " ".join(parts)


def size(length_m: Any, width_m: Any) -> str:
    """Length by width, or that it is not known.

    Examples
    --------
    >>> size(98.0, 16.0), size(None, 16.0)
    ('98 × 16 m', 'not broadcast')
    """
    if unknown(length_m) or unknown(width_m) or length_m <= 0 or width_m <= 0:
        return "not broadcast"
    return f"{length_m:.0f} × {width_m:.0f} m"


def instant(epoch_s: float) -> str:
    """Seconds since the epoch as a time of day.

    Examples
    --------
    >>> instant(0.0)
    '1970-01-01 00:00'
    """
    return utc(datetime.fromtimestamp(epoch_s, UTC))
