"""What may stand behind a time of day: an offset from UTC, the name of a zone, or both.

Offsets of abbreviations are those of the IANA time zone database [L50]. An abbreviation that means several
zones (CST is that of Shanghai, Chicago and Havana) is not understood, so that no time is hours off unnoticed.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

OFFSET_MIN: dict[str, int] = {
    "utc": 0, "gmt": 0, "ut": 0, "z": 0, "zulu": 0, "wet": 0, "cet": 60, "mez": 60, "west": 60, "wat": 60,
    "eet": 120, "cest": 120, "mesz": 120, "cat": 120, "sast": 120, "msk": 180, "eest": 180, "idt": 180,
    "eat": 180, "trt": 180, "msd": 240, "pkt": 300, "ict": 420, "wib": 420, "hkt": 480, "sgt": 480,
    "wita": 480, "awst": 480, "jst": 540, "kst": 540, "wit": 540, "aest": 600, "aedt": 660, "nzst": 720,
    "nzdt": 780, "brt": -180, "adt": -180, "edt": -240, "est": -300, "mdt": -360, "mst": -420, "pdt": -420,
    "pst": -480, "akdt": -480, "akst": -540, "hst": -600,
}  # fmt: skip
"""Minutes east of UTC, by lower-case abbreviation."""

AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "cst": ("Asia/Shanghai", "America/Chicago", "America/Havana"), "cdt": ("America/Chicago",
        "America/Havana"),
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"), "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"), "gst": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "sst": ("Asia/Singapore", "Pacific/Pago_Pago"), "amt": ("America/Manaus", "Asia/Yerevan"),
    "pht": ("Asia/Manila",), "ect": ("America/Guayaquil", "America/Port_of_Spain"),
    "act": ("America/Rio_Branco", "Australia/Adelaide"), "art": ("America/Argentina/Buenos_Aires",
        "Africa/Cairo"),
    "wst": ("Australia/Perth", "Pacific/Apia"),
}  # fmt: skip
"""Abbreviations of several zones, in lower case, with examples of these zones."""

_OFFSET = re.compile(
    r"(?:(?:utc|gmt)\s*)?([+\u2212-])\s?(\d{1,2})(?::?([0-5]\d))?(?:\s+[a-z]{1,5}|\s*\[[\w/+-]{1,40}\]|\s*\([^)]{1,40}\))?"
)
_NAME = re.compile(r"[A-Z][A-Za-z_]{1,20}/[A-Za-z_/+-]{2,40}")
_MAX_OFFSET_MIN = 14 * 60
_MAX_CHARS = 64


@lru_cache(maxsize=10_000)
def offset_min(text: str) -> int | None:
    """Minutes by which a clock is ahead of UTC, from the text behind its time of day.

    Parameters
    ----------
    text : str
        Such as ``Z``, ``+08:00``, ``UTC+8``, ``+0000 UTC``, ``MSK``; empty text means UTC.

    Returns
    -------
    int or None
        None where the text is not understood whole.

    Examples
    --------
    >>> [offset_min(t) for t in ("", "Z", "UTC+8", "-05:30", "+0800 CST", "MSK", "CST", "o'clock")]
    [0, 0, 480, -330, 480, 180, None, None]
    """
    if len(text) > _MAX_CHARS:
        return None
    word = _without_brackets(text).lower()
    if not word:
        return 0
    if word in OFFSET_MIN:
        return OFFSET_MIN[word]
    found = _OFFSET.fullmatch(word)
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    size = int(hours) * 60 + int(minutes or 0)
    return None if size > _MAX_OFFSET_MIN else size if sign == "+" else -size


@lru_cache(maxsize=10_000)
def zone_name(text: str) -> str | None:
    """Name of a zone of the IANA database that a text spells out, such as ``Asia/Shanghai``; else None.

    Examples
    --------
    >>> zone_name(" [Asia/Shanghai]"), zone_name("MSK"), zone_name("Sea/Nowhere")
    ('Asia/Shanghai', None, None)
    """
    name = _without_brackets(text)
    if not _NAME.fullmatch(name):
        return None
    try:
        pl.Series([0]).cast(pl.Datetime("ms")).dt.replace_time_zone(name)
    except pl.exceptions.PolarsError:
        return None
    return name


@lru_cache(maxsize=1_000)
def means(word: str, zone: str) -> bool:
    """Whether an abbreviation may be that of a zone.

    Examples
    --------
    >>> means("CST", "Asia/Shanghai"), means("CST", "Europe/Oslo"), means("CST", "+08:00")
    (True, False, True)
    """
    if offset_min(zone) is not None:
        return True
    if zone in AMBIGUOUS.get(word.lower(), ()):
        return True
    names = {datetime(2024, month, 1, tzinfo=ZoneInfo(zone)).tzname() for month in (1, 7)}
    return word.upper() in names


def _without_brackets(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if text[:1] + text[-1:] in ("()", "[]") else text
