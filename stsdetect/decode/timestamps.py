"""Times of day and date, as numbers or text, to milliseconds since 1970 UTC.

`epoch_ms` converts a column of a table, once `time_format` has found how the column writes its times;
`text_ms` converts text by a pattern. Both logs and tables accept a receive time from `EARLIEST_MS` up to
`LATEST_MS` only.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl

from stsdetect.arrays import Ints
from stsdetect.errors import DecodeError
from stsdetect.itu import FIRST_AIS_YEAR
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

MS_PER_MIN = 60 * MS_PER_S
NO_TIME = np.iinfo(np.int64).min
"""Marks an unknown time in arrays of milliseconds."""
EARLIEST_MS = int(datetime(FIRST_AIS_YEAR, 1, 1, tzinfo=UTC).timestamp()) * MS_PER_S
LATEST_MS = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * MS_PER_S
"""Times before `EARLIEST_MS` or from `LATEST_MS` on are counters or wrong clocks, not receive times."""

TIME_FORMATS = ("iso", "day_first", "month_first", "epoch")
"""How a column of a table may write its times."""

CLOCK = r"[T ,;_](\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:Z|UTC|GMT|([+-]\d\d):?(\d\d)?)?"
"""Pattern of a time of day behind a date: hour, minute, second, fraction, hours and minutes of the zone."""
_SLASHED = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})"
_ISO = r"^\s*(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)" + CLOCK
_EPOCH = r"^\d{9,19}(\.\d+)?$"

_DAYS_BEFORE_MONTH = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], np.int64)
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def time_format(column: pl.Series, *, source: str, params: DecodeParams) -> str:
    """How a column writes its times, from its first values.

    Parameters
    ----------
    column : polars.Series
        Times as the table has them, of any type.
    source : str
        Name of the file, for the error message.
    params : DecodeParams
        `time_format_rows` and `time_format_share`.

    Returns
    -------
    str
        One of `TIME_FORMATS`.

    Raises
    ------
    DecodeError
        If no value shows whether day or month comes first.

    Examples
    --------
    >>> time_format(pl.Series("t", ["31/12/2021 00:00"]), source="a.csv", params=DecodeParams())
    'day_first'
    """
    if column.dtype != pl.String:
        return "epoch" if column.dtype.is_numeric() else "iso"
    values = column.drop_nulls()
    sample = values.head(params.time_format_rows).str.strip_chars()
    if sample.len() and sample.str.contains(_EPOCH).mean() > params.time_format_share:  # type: ignore[operator]
        return "epoch"
    if not sample.len() or sample.str.contains(_SLASHED).mean() < params.time_format_share:  # type: ignore[operator]
        return "iso"
    first, second = (values.str.extract(_SLASHED, k).cast(pl.Int32, strict=False).max() or 0 for k in (1, 2))
    if first > 12 >= second:  # type: ignore[operator]
        return "day_first"
    if second > 12 >= first:  # type: ignore[operator]
        return "month_first"
    raise DecodeError(
        f"{source}: dates in column '{column.name}' are ambiguous, for example {sample[0]!r}: day or month "
        'first? Say so in a mapping file: [time] order = "day_first" or "month_first".'
    )


def epoch_ms(column: pl.Series, form: str) -> pl.Series:
    """Milliseconds since 1970 UTC of a column; null where a value is not a time.

    Parameters
    ----------
    column : polars.Series
        Dates and times, numbers, or text; text without a zone is taken as UTC.
    form : str
        One of `TIME_FORMATS`.

    Examples
    --------
    >>> epoch_ms(pl.Series(["1970-01-01T01:00:01+01:00", "soon"]), "iso").to_list()
    [1000, None]
    """
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is None:
            column = column.dt.replace_time_zone("UTC")
        return column.dt.epoch("ms")
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("ms", "UTC")).dt.epoch("ms")
    if form == "epoch":
        return _from_epoch(column)
    if form == "iso":
        return _from_iso(column)
    return text_ms(column, _SLASHED + CLOCK, "dmY" if form == "day_first" else "mdY")


def text_ms(text: pl.Series, pattern: str, order: str) -> pl.Series:
    """Milliseconds since 1970 UTC of text that matches a pattern, else null.

    Parameters
    ----------
    text : polars.Series
        Of strings.
    pattern : str
        Regular expression of three groups for the date, followed by `CLOCK`.
    order : str
        The order of year, month and day in the pattern: a permutation of ``Ymd``.
    """
    groups = text.str.extract_groups(pattern).struct.unnest()
    groups.columns = [*order, "H", "M", "S", "f", "z", "Z"]
    part = groups.select(
        pl.col("Y", "m", "d", "H", "M").cast(pl.Int64, strict=False).fill_null(-1),
        pl.col("z", "Z").cast(pl.Int64, strict=False),
        pl.col("S").cast(pl.Int64, strict=False).fill_null(0),
        (pl.concat_str(pl.lit("0."), "f").cast(pl.Float64, strict=False).fill_null(0) * MS_PER_S)
        .cast(pl.Int64)
        .alias("f"),
        pl.when(pl.col("z").str.starts_with("-")).then(-1).otherwise(1).alias("sign"),
    )
    ms = pl.Series("ms", calendar_ms(*(part[name].to_numpy() for name in "YmdHMSf")))
    zone_min = (pl.col("z") * 60 + pl.col("sign") * pl.col("Z").fill_null(0)).fill_null(0)
    local = pl.lit(ms.set(ms == NO_TIME, None))
    return part.select((local - zone_min * MS_PER_MIN).alias("ms"))["ms"]


def calendar_ms(
    year: Ints, month: Ints, day: Ints, hour: Ints, minute: Ints, second: Ints, milli: Ints
) -> Ints:
    """Milliseconds since 1970 of dates and times of day; a leap second counts as the next second.

    Returns
    -------
    numpy.ndarray
        Shape (n,); `NO_TIME` where the Gregorian calendar has no such time, or the year is 1900 or earlier.

    Examples
    --------
    >>> parts = np.array([[2000, 1, 1, 0, 0, 1, 5], [2001, 2, 29, 0, 0, 0, 0]]).T
    >>> calendar_ms(*parts).tolist() == [946684801005, NO_TIME]
    True
    """
    m = np.where((month >= 1) & (month <= 12), month, 0)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    exists = (m > 0) & (day >= 1) & (day <= _DAYS_IN_MONTH[m] + (leap & (m == 2)))
    exists &= (hour >= 0) & (hour < 24) & (minute >= 0) & (minute < 60)
    exists &= (second >= 0) & (second <= 60) & (year > 1900)
    y = year - 1
    days = 365 * (year - 1970) + (y // 4 - y // 100 + y // 400) - 477
    days += _DAYS_BEFORE_MONTH[m] + (leap & (m > 2)) + day - 1
    ms = ((days * 24 + hour) * 60 + minute) * MS_PER_MIN + second * MS_PER_S + milli
    return np.where(exists, ms, NO_TIME)


def unix_ms(number: Ints) -> Ints:
    """Milliseconds since 1970 of Unix times of unknown unit: seconds, milli-, micro- or nanoseconds by size.

    Examples
    --------
    >>> unix_ms(np.array([1_700_000_000, 1_700_000_000_000])).tolist()
    [1700000000000, 1700000000000]
    """
    return np.select(
        [number < 10**11, number < 10**14, number < 10**17],
        [number * 1000, number, number // 1000],
        number // 10**6,
    )


def _from_epoch(column: pl.Series) -> pl.Series:
    """As `unix_ms`, for numbers with decimals and for text."""
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
    """The two plain forms by the fast parser of polars, the rest of ISO 8601 by pattern."""
    for form in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        plain = column.str.to_datetime(form, strict=False, time_unit="ms").dt.epoch("ms")
        if plain.null_count() * 2 <= column.len():
            break
    rest = plain.is_null() & column.is_not_null()
    if rest.any():
        plain = plain.scatter(rest.arg_true(), text_ms(column.filter(rest), _ISO, "Ymd"))
    return plain
