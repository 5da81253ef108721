"""Join dates and times of day that a table has in columns of their own."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.decode.times.gregorian import NO_TIME, calendar_ms
from stsdetect.units import MS_PER_S, S_PER_DAY

CALENDAR = ("year", "month", "day", "hour", "minute")
"""Fields that must all be there for a time in parts; ``second`` may be."""

_MIDNIGHT = r"[T ]00:00(?::00(?:\.0+)?)?\s*Z?$"
_NO_DATE = r"^(?:1899|1900)-\d\d-\d\d[T ]"
_ZEROS = {k: "0" * k for k in range(1, 6)}
_DAY_MS = S_PER_DAY * MS_PER_S
_SHARE_OF_ZEROS = 0.05
_SHORT_DIGITS = r"^\d{1,6}(?:\.\d*)?$"


def joined_times(raw: pl.DataFrame) -> pl.Series:
    """Times of rows from column ``time``, from ``date`` and ``time``, or from `CALENDAR`.

    Parameters
    ----------
    raw : polars.DataFrame
        Columns named by field, of any type.

    Returns
    -------
    polars.Series
        Shape (n,); text where a date and a time of day are joined, since both may be written in many forms.

    Examples
    --------
    >>> joined_times(pl.DataFrame({"date": ["2023-11-14"], "time": ["13:01:00"]})).to_list()
    ['2023-11-14 13:01:00']
    """
    if "date" in raw.columns:
        date, clock = _date_text(raw["date"]), _clock_text(raw["time"])
        zone = getattr(raw["date"].dtype, "time_zone", None)
        if zone is not None:
            clock = clock + f" {zone}"
        return pl.select(pl.concat_str([pl.lit(date), pl.lit(clock)], separator=" ")).to_series()
    if "year" in raw.columns:
        return _from_parts(raw)
    return raw["time"]


def _date_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d")
    if column.dtype.is_numeric():
        return column.cast(pl.Int64, strict=False).cast(pl.String)
    # Spreadsheets write a date with the midnight it begins with.
    return column.cast(pl.String, strict=False).str.strip_chars().str.replace(_MIDNIGHT, "")


def _clock_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Time:
        return column.cast(pl.String)
    if isinstance(column.dtype, pl.Duration):
        ms = column.dt.total_milliseconds()
        column = ms.set(~ms.is_between(0, _DAY_MS - 1), None).cast(pl.Datetime("ms"))
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.strftime("%H:%M:%S%.f")
    numeric = column.dtype.is_numeric()
    if column.dtype.is_integer():
        text = column.cast(pl.String)
    elif numeric:
        whole = column.cast(pl.Int64, strict=False)
        exact = (whole.cast(pl.Float64) == column.cast(pl.Float64)).fill_null(value=False)
        text = whole.cast(pl.String).zip_with(exact, column.cast(pl.String))
    else:
        # Spreadsheets write a time of day with the date they count from.
        text = column.cast(pl.String, strict=False).str.strip_chars().str.replace(_NO_DATE, "")
    digits = text.str.contains(_SHORT_DIGITS).fill_null(value=False)
    if not digits.any():
        return text
    n_digits = text.str.find(r"\.").fill_null(text.str.len_chars())
    # 93015 is 09:30:15 without its zero, but 1301 may be 13:01, or 00:13:01 without them.
    if _most(n_digits.filter(digits) >= 5):
        missing = (6 - n_digits.cast(pl.Int64)).clip(lower_bound=0)
        padded = pl.select(pl.concat_str(pl.lit(missing).replace_strict(_ZEROS, default=""), pl.lit(text)))
        return text.zip_with(~digits, padded.to_series())
    zeros = text.filter(digits).str.starts_with("0").mean() or 0.0
    minutes = digits & (n_digits == 4)
    keeps_zeros = not numeric and _most(minutes.filter(digits)) and zeros > _SHARE_OF_ZEROS  # type: ignore[operator]
    return text.set(digits & ~minutes if keeps_zeros else digits, None)


def _most(mask: pl.Series) -> bool:
    return bool((mask.mean() or 0.0) > 0.5)  # type: ignore[operator]


def _from_parts(raw: pl.DataFrame) -> pl.Series:
    whole = {}
    for field in CALENDAR:
        number = raw[field].cast(pl.Float64, strict=False)
        whole[field] = number.set(~(number == number.round()).fill_null(value=False), None)
    zero = pl.Series([0.0]).new_from_index(0, raw.height)
    second = raw["second"].cast(pl.Float64, strict=False) if "second" in raw.columns else zero
    known = second.is_between(0, 61).fill_null(value=False)
    for number in whole.values():
        known &= number.is_between(0, 9999).fill_null(value=False)
    ms = (second.fill_null(0).clip(0, 61) * MS_PER_S).round().cast(pl.Int64).to_numpy()
    parts = [number.set(~known, None).fill_null(0).cast(pl.Int64).to_numpy() for number in whole.values()]
    year, month, day, hour, minute = parts
    out = calendar_ms(year, month, day, hour, minute, ms // MS_PER_S, ms % MS_PER_S)
    out = np.where(known.to_numpy(), out, NO_TIME)
    times = pl.Series(out)
    return times.set(times == NO_TIME, None).cast(pl.Datetime("ms"))
