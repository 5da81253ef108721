"""Times of a column, as numbers, dates or text, to milliseconds since 1970 UTC.

`time_format` finds how a column writes its times, and `epoch_ms` converts it. Both logs and tables accept a
receive time from `EARLIEST_MS` to the moment decoding began only: see `latest_ms`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Ints
from stsdetect.decode.times.time_text import DATE_ORDERS, half_day_pattern, read_texts, zoned_ms
from stsdetect.decode.times.time_zones import AMBIGUOUS
from stsdetect.errors import DecodeError
from stsdetect.itu import FIRST_AIS_YEAR
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

EARLIEST_MS = int(datetime(FIRST_AIS_YEAR, 1, 1, tzinfo=UTC).timestamp()) * MS_PER_S
"""Times before it are counters or wrong clocks, not receive times."""

EPOCH, EXCEL = "epoch", "excel"
TIME_FORMATS = (*DATE_ORDERS, EPOCH, EXCEL)
"""How a column of a table may write its times: a date order, Unix time, or days as Excel counts them."""

GIVE_MAPPING = 'Give the mapping file with --mapping mapping.toml; in Python, with mapping="mapping.toml".'

_SLASHED = r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"
_ZONE_WORD = r"[\s(\[]([A-Za-z]{3})[)\]]?\s*$"
_EXCEL_EPOCH_DAYS, _DAY_MS = 25_569, 86_400_000
_EPOCH = r"^\s*(?:\d{9,11}|\d{13}|\d{15,16}|\d{18,19})([.,]\d*)?\s*$"
_PLAIN = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
_LOST_DIGITS = r"[eE]"
# 20231114221321 as a number: fourteen digits are a date, since no Unix time of this millennium has as many.
_DIGITS_FROM, _DIGITS_BELOW = 19_000_000_000_000, 22_000_000_000_000


class TimeFormat(NamedTuple):
    """How a column writes its times."""

    order: str
    """One of `TIME_FORMATS`."""
    zone: str = "UTC"
    """Zone of the IANA database, or offset from UTC, for times that name none."""
    half_days: bool = False
    """Whether most of its times say AM or PM: then one that does not is ambiguous."""
    zoned: bool = False
    """Whether most of its times name a zone: then one that does not is ambiguous."""


def latest_ms(began: datetime, params: DecodeParams) -> int:
    """The last receive time that is believed [ms since 1970 UTC].

    Parameters
    ----------
    began : datetime
        When decoding began, with a zone.
    params : DecodeParams
        `max_clock_lead_s`.

    Examples
    --------
    >>> latest_ms(datetime(1970, 1, 2, tzinfo=UTC), DecodeParams(max_clock_lead_s=10))
    86410000
    """
    return round((began.timestamp() + params.max_clock_lead_s) * MS_PER_S)


def time_format(
    column: pl.Series,
    *,
    source: str,
    params: DecodeParams,
    order: str = "auto",
    zone: str = "UTC",
    day_first: bool = False,
    name: str | None = None,
) -> TimeFormat:
    """How a column writes its times, from its first values.

    Parameters
    ----------
    column : polars.Series
        Times as the table has them, of any type.
    source : str
        Name of the file, for the error message.
    params : DecodeParams
        `time_format_rows`, `time_format_share`, `date_order_share` and `date_order_dissent`.
    order : str
        One of `TIME_FORMATS` where it is known.
    zone : str
        Zone of the IANA database, or offset from UTC, for times that name none.
    day_first : bool
        Whether the day comes first unless many values show that it does not.
    name : str, optional
        Name of the column in the table, for the error message; by default that of `column`.

    Returns
    -------
    TimeFormat

    Raises
    ------
    DecodeError
        If the values do not show whether day or month comes first or contradict each other, name a zone that
        may be several, or are Unix times in single precision.

    Examples
    --------
    >>> time_format(pl.Series("t", ["31/12/2021 00:00"]), source="a.csv", params=DecodeParams()).order
    'day_first'
    >>> time_format(pl.Series("t", ["12/31/2021 1:05 PM"]), source="a.csv", params=DecodeParams())
    TimeFormat(order='month_first', zone='UTC', half_days=True, zoned=False)
    """
    name = column.name if name is None else name
    if column.dtype != pl.String:
        if not column.dtype.is_numeric():
            return TimeFormat("iso", zone)
        if column.dtype == pl.Float32 and order in ("auto", EPOCH):
            raise DecodeError(
                f"{source}: column '{name}' has times in single precision (float32), which cannot "
                "hold "
                "a Unix time to better than two minutes. Write the table again with 64-bit times."
            )
        return TimeFormat(EXCEL if order == EXCEL else EPOCH, zone)
    values = column.drop_nulls()
    sample = values.head(params.time_format_rows).str.strip_chars()
    share = params.time_format_share
    if order in (EPOCH, EXCEL):
        return TimeFormat(order, zone)
    if not sample.len():
        return TimeFormat("iso" if order == "auto" else order, zone)
    if order == "auto":
        if _share(sample.str.contains(_EPOCH)) > share:
            return TimeFormat(EPOCH, zone)
        order = _date_order(name, values, sample, source=source, params=params, day_first=day_first)
    half_days = _share(sample.str.contains(half_day_pattern())) > share
    zoned = False
    if not _all_plain(sample):
        read = read_texts(sample, order, zone=zone)
        zoned = _share(read.zoned) > share
        _require_one_zone(name, sample.filter(read.ms.is_null()), sample.len(), source, share)
    return TimeFormat(order, zone, half_days=half_days, zoned=zoned)


def _date_order(
    name: str, values: pl.Series, sample: pl.Series, *, source: str, params: DecodeParams, day_first: bool
) -> str:
    """By the votes of dates that have a day above 12; a few of them may be junk."""
    if _share(sample.str.contains(_SLASHED)) < params.time_format_share:
        return "iso"
    first, second = (values.str.extract(_SLASHED, k).cast(pl.Int32, strict=False) for k in (1, 2))
    for_day = (first.is_between(13, 31) & second.is_between(1, 12)).fill_null(value=False)
    for_month = (second.is_between(13, 31) & first.is_between(1, 12)).fill_null(value=False)
    n_day, n_month = int(for_day.sum()), int(for_month.sum())
    n = len(first) - first.null_count()
    if day_first and n_month <= params.date_order_dissent * n:
        return "day_first"
    enough = max(1, params.date_order_share * n)
    settle = f'Say so in a mapping file: [time] order = "day_first" or "month_first". {GIVE_MAPPING}'
    if min(n_day, n_month) > params.date_order_dissent * (n_day + n_month):
        raise DecodeError(
            f"{source}: dates in column '{name}' contradict each other: {values.filter(for_day)[0]!r} "
            "has the "
            f"day first, {values.filter(for_month)[0]!r} the month. {settle}"
        )
    if max(n_day, n_month) >= enough:
        return "day_first" if n_day > n_month else "month_first"
    raise DecodeError(
        f"{source}: dates in column '{name}' are ambiguous, for example {sample[0]!r}: day or month "
        f"first? {settle}"
    )


def _require_one_zone(name: str, unread: pl.Series, n: int, source: str, share: float) -> None:
    """Raise where most times are not read since they name a zone that may be several."""
    words = unread.str.extract(_ZONE_WORD).str.to_lowercase()
    several = words.is_in(list(AMBIGUOUS)).fill_null(value=False)
    if int(several.sum()) <= share * n:
        return
    word, text = words.filter(several)[0], unread.filter(several)[0]
    zones = " or ".join(f'"{zone}"' for zone in AMBIGUOUS[word])
    raise DecodeError(
        f"{source}: times in column '{name}' name the zone {word.upper()}, which is that of several "
        "places, for "
        f"example {text!r}. Say which in a mapping file: [time] zone = {zones}. {GIVE_MAPPING}"
    )


def epoch_ms(column: pl.Series, form: TimeFormat) -> pl.Series:
    """Milliseconds since 1970 UTC of a column; null where a value is not a time.

    Parameters
    ----------
    column : polars.Series
        Dates and times, numbers, or text.
    form : TimeFormat
        From `time_format`.

    Examples
    --------
    >>> epoch_ms(pl.Series(["1970-01-01T01:00:01+01:00", "soon"]), TimeFormat("iso")).to_list()
    [1000, None]
    """
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is not None:
            return column.dt.epoch("ms")
        return _from_zone(column.dt.epoch("ms"), form.zone)
    if column.dtype == pl.Date:
        return _from_zone(column.cast(pl.Datetime("ms")).dt.epoch("ms"), form.zone)
    if form.order == EPOCH:
        return _from_epoch(column, form.zone)
    if form.order == EXCEL:
        days = column.cast(pl.Float64, strict=False)
        days = days.set(~(days.is_finite() & (days.abs() < 1e6)), None)
        return _from_zone(((days - _EXCEL_EPOCH_DAYS) * _DAY_MS).round().cast(pl.Int64), form.zone)
    if column.dtype != pl.String:
        # Times of day and durations are not times.
        return pl.Series(column.name, [None], dtype=pl.Int64).new_from_index(0, column.len())
    return _from_text(column, form)


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


def _share(matches: pl.Series) -> float:
    return float(matches.mean() or 0.0)  # type: ignore[arg-type]


def _from_zone(local_ms: pl.Series, zone: str) -> pl.Series:
    return local_ms if zone == "UTC" else zoned_ms(local_ms, zone)


def _from_epoch(column: pl.Series, zone: str) -> pl.Series:
    """As `unix_ms`, for numbers with decimals and for text; dates of fourteen digits are read as such."""
    if column.dtype == pl.String:
        column = column.str.strip_chars().str.replace(",", ".", literal=True)
        # 1.7E+09 is what a spreadsheet leaves of a time: off by years.
        column = column.set(column.str.contains(_LOST_DIGITS).fill_null(value=False), None)
    number = column.cast(pl.Float64, strict=False)
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
    ms = frame.select(by_size.cast(pl.Int64, strict=False).alias("ms"))["ms"]
    digits = ((number >= _DIGITS_FROM) & (number < _DIGITS_BELOW)).fill_null(value=False)
    if digits.any():
        read = read_texts(whole.filter(digits).cast(pl.String), zone=zone).ms
        ms = ms.scatter(digits.arg_true(), read)
    return ms


def _from_text(column: pl.Series, form: TimeFormat) -> pl.Series:
    """The two plain forms by the fast parser of polars, the others by pattern."""
    plain = pl.Series("ms", [None], dtype=pl.Int64).new_from_index(0, column.len())
    if form.order == "iso" and not form.zoned and not form.half_days:
        for pattern in _PLAIN:
            clock = column.str.to_datetime(pattern, strict=False, time_unit="ms")
            plain = _from_zone(clock.dt.epoch("ms"), form.zone)
            if clock.null_count() * 2 <= column.len():
                break
    rest = plain.is_null() & column.is_not_null()
    if rest.any():
        read = read_texts(column.filter(rest), form.order, zone=form.zone)
        ms = read.ms
        if form.half_days:
            ms = ms.set(~read.half_day, None)
        if form.zoned:
            ms = ms.set(~read.zoned, None)
        plain = plain.scatter(rest.arg_true(), ms)
    return plain


def _all_plain(sample: pl.Series) -> bool:
    return any(sample.str.to_datetime(p, strict=False).null_count() == 0 for p in _PLAIN)
