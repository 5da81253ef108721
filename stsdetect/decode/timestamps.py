"""Instants in milliseconds since 1970, what stands for none, and which can be times of AIS at all.

Times of table columns: numbers since 1970, ISO text, or a written order of day and month.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Ints
from stsdetect.errors import DecodeError

NO_TIME = np.iinfo(np.int64).min
# AIS began in the late 1990s; epoch times of other years are counters, not times.
EARLIEST_MS = 852_076_800_000  # 1997-01-01
LATEST_MS = 4_102_444_800_000  # 2100-01-01

_DAYS_TO_MONTH = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], np.int64)
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def calendar_ms(
    year: Ints, month: Ints, day: Ints, hour: Ints, minute: Ints, second: Ints, milli: Ints
) -> Ints:
    """Milliseconds since 1970, `NO_TIME` where the calendar has no such time."""
    m = np.where((month >= 1) & (month <= 12), month, 0)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    sound = (m > 0) & (day >= 1) & (day <= _DAYS_IN_MONTH[m] + (leap & (m == 2)))
    sound &= (hour < 24) & (minute < 60) & (second <= 60) & (year > 1900)
    y = year - 1
    days = 365 * (year - 1970) + (y // 4 - y // 100 + y // 400) - 477
    days += _DAYS_TO_MONTH[m] + (leap & (m > 2)) + day - 1
    return np.where(sound, ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milli, NO_TIME)


_SLASHED = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})"
CLOCK = r"[T ,;_](\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:Z|UTC|GMT|([+-]\d\d):?(\d\d)?)?"
_ISO = r"^\s*(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)" + CLOCK
_SAMPLE = 5_000
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

ORDERS = ("iso", "day_first", "month_first", "epoch")


def time_order(column: pl.Series, name: str, source: str) -> str:
    """How a column writes its times, from its first values; one of `ORDERS`.

    Raises
    ------
    DecodeError
        If day and month cannot be told apart.
    """
    if column.dtype != pl.String:
        return "epoch" if column.dtype.is_numeric() else "iso"
    sample = column.drop_nulls()
    some = sample.head(_SAMPLE).str.strip_chars()
    if some.len() and some.str.contains(r"^\d{9,19}(\.\d+)?$").mean() > 0.5:  # type: ignore[operator]
        return "epoch"
    if not some.len() or some.str.contains(_SLASHED).mean() < 0.5:  # type: ignore[operator]
        return "iso"
    first = sample.str.extract(_SLASHED, 1).cast(pl.Int32, strict=False).max() or 0
    second = sample.str.extract(_SLASHED, 2).cast(pl.Int32, strict=False).max() or 0
    if first > 12 >= second:  # type: ignore[operator]
        return "day_first"
    if second > 12 >= first:  # type: ignore[operator]
        return "month_first"
    raise DecodeError(
        f"{source}: dates in column '{name}' can be read two ways, for example {some[0]!r}: day or month "
        f"first? "
        'Say so in a mapping file: [time] order = "day_first" or "month_first".'
    )


def epoch_ms(column: pl.Series, order: str) -> pl.Series:
    """Milliseconds since 1970 UTC; null where a value is not a time."""
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is None:
            column = column.dt.replace_time_zone("UTC")
        return column.dt.epoch("ms")
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("ms", "UTC")).dt.epoch("ms")
    if order == "epoch":
        return _from_epoch(column)
    if order == "iso":
        return _from_iso(column)
    return instants_ms(column, _SLASHED + CLOCK, "dmY" if order == "day_first" else "mdY")


def _from_epoch(column: pl.Series) -> pl.Series:
    number = column.cast(pl.Float64, strict=False) if column.dtype == pl.String else column.cast(pl.Float64)
    whole = column.cast(pl.Int64, strict=False)
    exact = whole.is_not_null() & (number == whole.cast(pl.Float64))
    frame = pl.DataFrame({"x": number, "i": whole, "exact": exact})
    x, i = pl.col("x"), pl.col("i")
    by_size = (
        pl.when(x < 1e11)
        .then((x * 1000).round())
        .when(x < 1e14)
        .then(x.round())
        .when(x < 1e17)
        .then(pl.when("exact").then(i // 1000).otherwise(x / 1000))
        .otherwise(pl.when("exact").then(i // 1_000_000).otherwise(x / 1e6))
    )
    return frame.select(by_size.cast(pl.Int64, strict=False).alias("ms"))["ms"]


def _from_iso(column: pl.Series) -> pl.Series:
    """The two plain forms at full speed, whatever else is ISO 8601 one by one."""
    text = column
    for form in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        plain = text.str.to_datetime(form, strict=False, time_unit="ms").dt.epoch("ms")
        if plain.null_count() * 2 <= text.len():
            break
    rest = plain.is_null() & text.is_not_null()
    if rest.any():
        slow = instants_ms(text.filter(rest), _ISO, "Ymd")
        plain = plain.scatter(rest.arg_true(), slow)
    return plain


def instants_ms(text: pl.Series, pattern: str, order: str) -> pl.Series:
    """Milliseconds since 1970 UTC of texts that a pattern of date and `CLOCK` fits, else null."""
    part = text.str.extract_groups(pattern).struct.unnest()
    part.columns = [*order, "H", "M", "S", "f", "z", "Z"]
    n = part.select(
        pl.col("Y", "m", "d", "H", "M", "z", "Z").cast(pl.Int64, strict=False),
        pl.col("S").cast(pl.Int64, strict=False).fill_null(0),
        (pl.concat_str(pl.lit("0."), "f").cast(pl.Float64, strict=False).fill_null(0) * 1000)
        .cast(pl.Int64)
        .alias("f"),
        pl.when(pl.col("z").str.starts_with("-")).then(-1).otherwise(1).alias("sign"),
    )
    zone_min = (pl.col("z") * 60 + pl.col("sign") * pl.col("Z").fill_null(0)).fill_null(0)
    return n.select((calendar_ms_expr() - zone_min * 60_000).alias("ms"))["ms"]


def calendar_ms_expr() -> pl.Expr:
    """Milliseconds since 1970 of the integer columns Y m d H M S f [ms], else null."""
    # The proleptic Gregorian day number, by Hinnant's days_from_civil: the calendar's own rules, no
    # text in between.
    y = pl.col("Y") - (pl.col("m") <= 2).cast(pl.Int64)
    month = (pl.col("m") + 9) % 12
    day = 365 * y + y // 4 - y // 100 + y // 400 + (153 * month + 2) // 5 + pl.col("d") - 719_469
    last = pl.col("m").replace_strict(dict(enumerate(_DAYS, 1)), default=0, return_dtype=pl.Int64)
    leap = ((pl.col("Y") % 4 == 0) & (pl.col("Y") % 100 != 0)) | (pl.col("Y") % 400 == 0)
    last = last + (leap & (pl.col("m") == 2)).cast(pl.Int64)
    sound = (
        pl.col("d").is_between(1, last)
        & pl.col("H").is_between(0, 23)
        & pl.col("M").is_between(0, 59)
        & pl.col("S").is_between(0, 60)
    )
    clock_s = pl.col("H") * 3600 + pl.col("M") * 60 + pl.col("S")
    return pl.when(sound).then((day * 86_400 + clock_s) * 1000 + pl.col("f"))
