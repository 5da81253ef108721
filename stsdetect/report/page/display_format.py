"""How the report writes codes, numbers, times and positions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

TIERS = ("high", "medium", "low", "info")

CATEGORIES = {
    "transfer": "Possible cargo transfer",
    "bunkering": "Consistent with bunkering",
    "towing": "Consistent with towing or pushing",
    "pilotage": "Consistent with pilotage or a service boat",
    "fishing": "Consistent with fishing",
    "dredging": "Consistent with dredging",
    "berth": "Consistent with neighbouring berths",
    "anchorage_neighbours": "Consistent with neighbours at anchor",
    "same_hull": "Consistent with two transponders on one hull",
    "unknown": "Unclear encounter",
}

METHODS = {
    "draught": "a change of draught",
    "capacity": "what such a ship carries",
    "none": "nothing: neither draughts nor a size are known",
}
"""What tonnes rest on."""

_ORIGINS = {
    "seen": "{port}, where it was seen",
    "hidden_call": "{port}, where it could have called during a gap ({p})",
    "gap": "a place that a gap hides",
    "edge": "beyond the edge of the dump",
}

_TYPES = {
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
    56: "local vessel",
    57: "local vessel",
    58: "medical transport",
    59: "neutral ship or aircraft",
}
_TYPE_TENS = {
    2: "wing-in-ground craft",
    4: "high-speed craft",
    6: "passenger",
    7: "cargo",
    8: "tanker",
    9: "other",
}
_CHINA = (17.0, 54.0, 105.0, 131.0)


def event_title(event_type: str, category: str) -> str:
    """What an event resembles, in words.

    Examples
    --------
    >>> event_title("dark_encounter", "bunkering"), event_title("solo", "unknown")
    ('Consistent with bunkering during an AIS gap', 'Possible, unseen partner')
    >>> event_title("delivery", "delivery")
    'Consistent with a direct delivery'
    """
    if event_type == "solo":
        return "Possible, unseen partner"
    if event_type == "delivery":
        return "Consistent with a direct delivery"
    title = CATEGORIES.get(category, category)
    return f"{title} during an AIS gap" if event_type == "dark_encounter" else title


def origin(delivery: Mapping[str, Any]) -> str:
    """Where the ship of a direct delivery came from, in words.

    Examples
    --------
    >>> origin({"origin_basis": "hidden_call", "origin_port": "Nampo", "origin_p": 0.62})
    'Nampo, where it could have called during a gap (62 %)'
    """
    words = _ORIGINS.get(delivery["origin_basis"])
    if words is None:
        return str(delivery["origin_basis"])
    return words.format(port=delivery["origin_port"] or "a port", p=percent(delivery["origin_p"]))


def ship_type(code: int | None) -> str:
    """An ITU-R M.1371 ship type in words; empty where it is not known.

    Examples
    --------
    >>> ship_type(52), ship_type(81), ship_type(79), ship_type(12), ship_type(None)
    ('tug', 'tanker, hazard category A', 'cargo', 'reserved ship type 12', '')
    """
    if not code:
        return ""
    if code in _TYPES:
        return _TYPES[code]
    tens = _TYPE_TENS.get(code // 10)
    if tens is None:
        return f"reserved ship type {code}"
    return f"{tens}, hazard category {'ABCD'[code % 10 - 1]}" if code % 10 in (1, 2, 3, 4) else tens


def unknown(value: object) -> bool:
    """Whether a value is null or not a finite number.

    Examples
    --------
    >>> unknown(None), unknown(float("nan")), unknown(""), unknown(0)
    (True, True, False, False)
    """
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number with thousands separated, or a dash where it is not known.

    Examples
    --------
    >>> number(1234.567, 1, "m"), number(float("nan"))
    ('1,234.6 m', '–')
    """
    if value is None or unknown(value):
        return "–"
    text = f"{value:,.{digits}f}"
    return f"{text} {unit}" if unit else text


def percent(share: float | None) -> str:
    """A probability in per cent, never given as 0 or 100, or a dash where it is not known.

    Examples
    --------
    >>> percent(0.9997), percent(0.42), percent(0.0), percent(None)
    ('over 99 %', '42 %', 'under 1 %', '–')
    """
    if share is None or unknown(share):
        return "–"
    if share > 0.99:
        return "over 99 %"
    return "under 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def tonnes(low: float | None, value: float | None, high: float | None) -> str:
    """A mass with its interval, to two digits; it is never given without one.

    Examples
    --------
    >>> tonnes(8_140.0, 12_345.0, 17_200.0), tonnes(0.0, 840.0, 1_960.0), tonnes(None, None, None)
    ('12,000 t (8,100 to 17,000 t)', '840 t (0 to 2,000 t)', 'not known')
    """
    if low is None or value is None or high is None or unknown(low + value + high):
        return "not known"
    return f"{_two_digits(value)} t ({_two_digits(low)} to {_two_digits(high)} t)"


def _two_digits(value: float) -> str:
    return f"{round(value, 1 - math.floor(math.log10(value))):,.0f}" if value >= 1.0 else "0"


def signed(value: float | None, digits: int = 2) -> str:
    """A number with its sign, or a dash where it is not known.

    Examples
    --------
    >>> signed(0.5), signed(-1.0, 1)
    ('+0.50', '−1.0')
    """
    return "–" if value is None or unknown(value) else f"{value:+.{digits}f}".replace("-", "−")


def utc(value: datetime | None, *, date: bool = True) -> str:
    """A time to the minute, or a dash where it is not known.

    Examples
    --------
    >>> utc(datetime(2019, 8, 14, 6, 5, 59, tzinfo=UTC))
    '2019-08-14 06:05'
    """
    if value is None:
        return "–"
    return f"{value:%Y-%m-%d %H:%M}" if date else f"{value:%H:%M}"


def span(start: datetime, end: datetime | None) -> str:
    """A span of time; the date is not repeated where both ends have the same.

    Examples
    --------
    >>> span(datetime(2019, 8, 14, 22, tzinfo=UTC), datetime(2019, 8, 15, 3, tzinfo=UTC))
    '2019-08-14 22:00 – 2019-08-15 03:00'
    """
    same = end is not None and start.date() == end.date()
    return f"{utc(start)} – {utc(end, date=not same)}"


def local_times(start: datetime, end: datetime, lat: float, lon: float) -> list[tuple[str, str]]:
    """A span in local solar time and, in and off China, in China Standard Time.

    Examples
    --------
    >>> local_times(datetime(2019, 8, 14, 20, tzinfo=UTC), datetime(2019, 8, 14, 22, tzinfo=UTC), 30.0, 122.5)
    [('solar time', '2019-08-15 04:10 – 06:10'), ('China time', '2019-08-15 04:00 – 06:00')]
    """
    clocks = [("solar time", timedelta(hours=lon / 15.0))]
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


def size(length_m: float | None, width_m: float | None) -> str:
    """Length by width, or that it was not broadcast.

    Examples
    --------
    >>> size(98.0, 16.0), size(None, 16.0)
    ('98 × 16 m', 'not broadcast')
    """
    if not length_m or not width_m:
        return "not broadcast"
    return f"{length_m:.0f} × {width_m:.0f} m"


def instant(epoch_s: float) -> str:
    """Seconds since the epoch as a time to the minute.

    Examples
    --------
    >>> instant(0.0)
    '1970-01-01 00:00'
    """
    return utc(datetime.fromtimestamp(epoch_s, UTC))
