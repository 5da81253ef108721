"""Date and time as text, read to its end.

What is not understood whole is not a time: ``01:05:00 PM`` read as 01:05 would be twelve hours off and
nothing would say so. So a text is a date, a time of day, perhaps AM or PM, and perhaps a zone, and nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from stsdetect.decode.times.gregorian import MS_PER_MIN, NO_TIME, calendar_ms
from stsdetect.decode.times.time_zones import AMBIGUOUS, means, offset_min, zone_name

DATE_ORDERS = ("iso", "day_first", "month_first")
"""Order of the parts of a date that is written in numbers: year first, day first or month first."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = r"(?i:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_NAMED_MONTH = rf"(?P<b>(?i:{'|'.join(_MONTHS)}))[a-zA-Z]{{0,6}}\.?"
_NUMERIC_DATES = {
    "iso": r"(?P<Y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
    "day_first": r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<Y>\d{4})",
    "month_first": r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<Y>\d{4})",
}
_OTHER_DATES = (
    r"(?P<Y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    r"(?P<Y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日",
    rf"{_WEEKDAY}(?P<d>\d{{1,2}})[ ./-]{{0,2}}{_NAMED_MONTH}[ ,./-]{{0,2}}(?P<Y>\d{{4}})",
    rf"{_WEEKDAY}{_NAMED_MONTH} {{0,2}}(?P<d>\d{{1,2}}),? {{1,2}}(?P<Y>\d{{4}})",
)
# What separates the time of day from the date.
_BETWEEN = r"\s*[Tt ,;_-]\s*"
_HALF = r"(?P<early>上午|下午|午前|午後|오전|오후)?\s*"
_CLOCKS = (
    r"(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,](?P<f>\d+))?)?",
    r"(?P<H>\d\d)(?P<M>\d\d)(?:(?P<S>\d\d)(?:[.,](?P<f>\d+))?)?",
)
_REST = r"\s*(?P<late>[AaPp]\.?\s?[Mm]\b\.?)?\s*(?P<zone>.*?)\s*$"
_DIGITS = (
    r"(?P<Y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?P<H>\d\d)(?P<M>\d\d)(?:(?P<S>\d\d)(?:[.,]?(?P<f>\d+))?)?"
    + _REST
)
_AFTERNOON = ("p", "下午", "午後", "오후")
_GROUPS = ("Y", "m", "b", "d", "early", "H", "M", "S", "f", "late", "zone")


class Read(NamedTuple):
    """Result of `read_texts`, each of shape (n,)."""

    ms: pl.Series
    """Milliseconds since 1970 UTC; null where the text is not a time."""
    half_day: pl.Series
    """Whether it says AM or PM, in any language."""
    zoned: pl.Series
    """Whether it names a zone or an offset."""


def read_texts(text: pl.Series, order: str = "iso", *, zone: str = "UTC") -> Read:
    """Read date and time of each text, or null where it holds anything else.

    Parameters
    ----------
    text : polars.Series
        Strings, shape (n,).
    order : str
        One of `DATE_ORDERS`, for dates in numbers; dates with the year first or with the name of a month are
        read in any case.
    zone : str
        Zone of the IANA database, or offset from UTC, for texts that name none.

    Returns
    -------
    Read

    Examples
    --------
    >>> texts = pl.Series(["2023-11-14 1:05 PM", "14 Nov 2023 21:05 UTC+8", "2023-11-14 13:05 o'clock"])
    >>> read_texts(texts).ms.to_list()
    [1699967100000, 1699967100000, None]
    """
    plain = text.str.replace_all("[\u00a0\u2007\u2009\u202f]", " ")
    patterns = _patterns(order)
    parts = pl.DataFrame(schema=dict.fromkeys(_GROUPS, pl.String)).clear(text.len())
    left = pl.Series(plain.is_not_null())
    for pattern in patterns:
        if not left.any():
            break
        found = _extract(plain, pattern)
        matched = left & found["Y"].is_not_null()
        if matched.any():
            parts = parts.select(
                pl.when(pl.lit(matched)).then(pl.lit(found[name])).otherwise(pl.col(name)).alias(name)
                for name in _GROUPS
            )
            left &= ~matched
    return _read(parts, zone)


def half_day_pattern() -> str:
    """Pattern of a time of day with AM or PM, as `read_texts` understands it."""
    return r"\d\s*[AaPp]\.?\s?[Mm]\b|上午|下午|午前|午後|오전|오후"


def _patterns(order: str) -> Iterable[str]:
    dates = [_NUMERIC_DATES[order], *_OTHER_DATES]
    if order != "iso":
        dates.append(_NUMERIC_DATES["iso"])
    for date in dates:
        for clock in _CLOCKS:
            yield rf"^\s*{date}{_BETWEEN}{_HALF}{clock}{_REST}"
    yield rf"^\s*{_DIGITS}"


def _extract(text: pl.Series, pattern: str) -> pl.DataFrame:
    found = text.str.extract_groups(pattern).struct.unnest()
    return found.with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in _GROUPS if name not in found.columns)
    )


def _read(parts: pl.DataFrame, zone: str) -> Read:
    month = (
        pl.col("b").str.to_lowercase().replace_strict({m: k for k, m in enumerate(_MONTHS, 1)}, default=None)
    )
    half = pl.coalesce(pl.col("late").str.to_lowercase().str.head(1), "early")
    hour = pl.col("H").cast(pl.Int64, strict=False)
    afternoon = half.is_in(_AFTERNOON)
    number = parts.select(
        pl.col("Y", "d", "M").cast(pl.Int64, strict=False).fill_null(-1),
        pl.coalesce(pl.col("m").cast(pl.Int64, strict=False), month.cast(pl.Int64)).fill_null(-1).alias("m"),
        # Twelve hours from midnight or noon; 13 PM and 0 AM are not times of that clock.
        pl.when(half.is_null())
        .then(hour)
        .when(hour.is_between(1, 12))
        .then(hour % 12 + pl.when(afternoon).then(12).otherwise(0))
        .fill_null(-1)
        .alias("H"),
        pl.col("S").cast(pl.Int64, strict=False).fill_null(0),
        pl.col("f").str.head(3).str.pad_end(3, "0").cast(pl.Int64, strict=False).fill_null(0),
    )
    ms = pl.Series("ms", calendar_ms(*(number[name].to_numpy() for name in "YmdHMSf")))
    ms = ms.set(ms == NO_TIME, None)
    ms = _in_utc(ms, parts["zone"], zone)
    zoned = (parts["zone"] != "").fill_null(value=False)
    return Read(ms, parts.select(half.is_not_null()).to_series(), zoned)


def _in_utc(local_ms: pl.Series, rest: pl.Series, zone: str) -> pl.Series:
    """Times of clocks in zones to UTC; null where the text behind the time of day is not a zone."""
    distinct = rest.unique().drop_nulls()
    named = {text: name for text in distinct.to_list() if (name := zone_name(text)) is not None}
    if zone != "UTC":
        named[""] = zone
        # The zone of the column settles what CST means in it.
        words = (t for t in distinct.to_list() if t.strip("()[]").lower() in AMBIGUOUS)
        named |= {word: zone for word in words if means(word.strip("()[]"), zone)}
    offsets = {t: m for t in distinct.to_list() if t not in named and (m := offset_min(t)) is not None}
    out = local_ms - rest.replace_strict(offsets, default=None, return_dtype=pl.Int64) * MS_PER_MIN
    for text, name in named.items():
        rows = rest == text
        out = out.zip_with(~rows.fill_null(value=False), zoned_ms(local_ms, name))
    return out.alias("ms")


def zoned_ms(local_ms: pl.Series, zone: str) -> pl.Series:
    """UTC of the clock of a zone [ms]; null in hours that a change of the clock skips or repeats.

    Parameters
    ----------
    local_ms : polars.Series
        Milliseconds since 1970 on the clock of the zone.
    zone : str
        Name in the IANA database, or an offset from UTC.

    Examples
    --------
    >>> [zoned_ms(pl.Series([28_800_000]), zone).to_list() for zone in ("Asia/Shanghai", "+08:00")]
    [[0], [0]]
    """
    offset = offset_min(zone)
    if offset is not None:
        return local_ms - offset * MS_PER_MIN
    clock = local_ms.cast(pl.Datetime("ms"))
    return clock.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.epoch("ms")
