"""Convert columns of a table to text and numbers, with the nulls and units of the package.

`UNITS` has the units that a profile or mapping file can name. Nothing becomes null unseen: conversions that
may not understand a value tell where.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence

import polars as pl

from stsdetect.exact_numbers import whole_number
from stsdetect.itu import has_imo_digits
from stsdetect.units import KN_TO_MPS, NM_TO_M

_LENGTHS = {"m": 1.0, "dm": 0.1, "cm": 0.01, "ft": 0.3048}
UNITS: dict[str, dict[str, float]] = {
    "speed": {"kn": 1.0, "dkn": 0.1, "m/s": 1 / KN_TO_MPS, "km/h": 1000 / NM_TO_M, "mph": 1609.344 / NM_TO_M},
    "position": {
        "deg": 1.0, "1e-4min": 1 / 600_000, "1e-6deg": 1e-6, "1e-7deg": 1e-7, "rad": 180 / math.pi,
    },
    "course": {"deg": 1.0, "ddeg": 0.1, "rad": 180 / math.pi},
    "length": _LENGTHS,
    "draught": _LENGTHS,
}  # fmt: skip
"""Units by quantity, as factors to knots, degrees and metres."""

_SAME = 1e-6
_NULL_WORDS = ("", "none", "null", "nan", "n/a", "na", "unknown", "undefined", "unknown value", "\\n", "-")


def text_id_to_mmsi(text: str) -> int:
    """A negative integer in place of the MMSI, for a vessel that a table identifies by text.

    It depends on the text only, so it is the same in every run.

    Parameters
    ----------
    text : str
        The identifier in the table.

    Returns
    -------
    int
        Between -2**50 and 0, so that a float64 holds it exactly.

    Examples
    --------
    >>> text_id_to_mmsi("a1b2") == text_id_to_mmsi("a1b2") < 0
    True
    >>> text_id_to_mmsi("a1b2") != text_id_to_mmsi("a1b3")
    True
    """
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return -1 - int.from_bytes(digest, "big") % (2**50 - 2)


def as_text(column: pl.Series) -> pl.Series:
    """As text without blanks around it; null for words like "unknown" or "n/a"."""
    if column.dtype != pl.String:
        column = column.cast(pl.String, strict=False)
    text = column.str.strip_chars()
    return text.set(text.str.to_lowercase().is_in(_NULL_WORDS), None)


def as_number(column: pl.Series) -> pl.Series:
    """As float64; null for everything but finite numbers."""
    if column.dtype == pl.String:
        number = column.cast(pl.Float64, strict=False)
        if number.null_count() > column.null_count():
            # Blanks and decimal commas are the most frequent reasons; anything else stays null.
            text = column.str.strip_chars().str.replace(r"^([+-]?[0-9]+),([0-9]+)$", "${1}.${2}")
            number = text.cast(pl.Float64, strict=False)
    elif column.dtype == pl.Boolean or not column.dtype.is_numeric():
        number = column.cast(pl.String, strict=False).cast(pl.Float64, strict=False)
    else:
        number = column.cast(pl.Float64)
    finite = number.is_finite()
    return number if finite.all() else number.set(~finite, None)


def as_degrees(column: pl.Series, *, positive: str, negative: str) -> pl.Series:
    """As float64 degrees; null where a value is neither a number nor an angle with its hemisphere.

    Angles may have minutes and seconds where a letter or a degree sign shows that they do.

    Parameters
    ----------
    column : polars.Series
        Shape (n,), text or numbers.
    positive, negative : str
        Letters of the hemispheres, such as N and S.

    Examples
    --------
    >>> texts = pl.Series(["30.5", "30,5 N", "30°06.0'S", "N 30 06 36", "30 06.0", "30.5E"])
    >>> as_degrees(texts, positive="N", negative="S").round(6).to_list()
    [30.5, 30.5, -30.1, 30.11, None, None]
    """
    number = as_number(column)
    if column.dtype != pl.String:
        return number
    odd = (number.is_null() & column.is_not_null()).arg_true()
    if not odd.len():
        return number
    return number.scatter(odd, _angles(column.gather(odd), positive, negative))


def _angles(text: pl.Series, positive: str, negative: str) -> pl.Series:
    letters = f"(?P<{{}}>[{positive}{negative}{positive.lower()}{negative.lower()}])?"
    mark = "[\u00b0\u00ba:\\s-]"
    pattern = (
        rf"^\s*{letters.format('before')}\s*(?P<sign>[+-])?(?P<deg>\d{{1,3}}(?:[.,]\d+)?)(?P<mark>\s*{mark}\s*)?"
        r"(?:(?P<min>\d{1,2}(?:[.,]\d+)?)\s*(?:['\u2032\u2019:m]|\s|-)?\s*)?"
        r"(?:(?P<sec>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|\u2033|\u201d|''|s)?\s*)?"
        rf"{letters.format('after')}\s*$"
    )
    part = text.str.extract_groups(pattern).struct.unnest()
    degree, minute, second = (
        pl.col(name).str.replace(",", ".").cast(pl.Float64, strict=False) for name in ("deg", "min", "sec")
    )
    letter = pl.coalesce("before", "after").str.to_uppercase()
    one_sign = pl.sum_horizontal(pl.col("before", "sign", "after").is_not_null()) <= 1
    shown = letter.is_not_null() | pl.col("mark").str.contains("[\u00b0\u00ba]")
    # Only the last part may have decimals.
    whole = (minute.is_null() | ((degree == degree.floor()) & pl.col("mark").is_not_null())) & (
        second.is_null() | (minute == minute.floor())
    )
    small = (minute.fill_null(0) < 60) & (second.fill_null(0) < 60)
    size = degree + minute.fill_null(0) / 60 + second.fill_null(0) / 3600
    minus = (letter == negative).fill_null(value=False) | (pl.col("sign") == "-").fill_null(value=False)
    angle = pl.when(minus).then(-size).otherwise(size)
    understood = one_sign & shown.fill_null(value=False) & whole & small
    return part.select(pl.when(understood).then(angle).alias("angle"))["angle"]


def imo_numbers(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """IMO numbers of a column, and where it has a value that is not one.

    Parameters
    ----------
    column : polars.Series
        Text, with or without the letters IMO, or numbers, shape (n,).

    Returns
    -------
    number : polars.Series of Int64
        Shape (n,); null for 0, and for what has not seven digits. One that fails its check digit is kept: it
        shows that an identity may be false.
    lost : polars.Series of Boolean
        Shape (n,).

    Examples
    --------
    >>> number, lost = imo_numbers(pl.Series(["IMO9074729", "9074729.0", "0", "9074728", "7"]))
    >>> number.to_list(), lost.to_list()
    ([9074729, 9074729, None, 9074728, None], [False, False, False, False, True])
    """
    given = column
    if column.dtype == pl.String:
        column = as_text(column).str.replace(r"(?i)^imo[\s:.#-]*(?:no\.?|number)?[\s:]*", "")
        given = column.set(column == "", None)
    elif column.dtype.is_float():
        given = column.fill_nan(None)
    number, _ = whole_number(given)
    valid = pl.DataFrame({"imo": number}).select(has_imo_digits(pl.col("imo"))).to_series()
    lost = given.is_not_null() & (number != 0).fill_null(value=True) & ~valid.fill_null(value=False)
    return number.set(~valid.fill_null(value=False), None), lost


def convert_distinct(column: pl.Series, convert: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A column with each of its distinct values converted only once."""
    values = column.unique()
    converted = convert(values)
    if column.null_count() == column.len():
        return pl.Series(column.name, [None], dtype=converted.dtype).new_from_index(0, column.len())
    return column.replace_strict(values, converted, return_dtype=converted.dtype)


def within(
    raw: pl.Series, number: pl.Series, low: float, below: float, *, not_available: Sequence[float] = ()
) -> tuple[pl.Series, pl.Series]:
    """Numbers inside [low, below), and where a value is neither that nor one that means "not available".

    Parameters
    ----------
    raw : polars.Series
        The column as it came, shape (n,).
    number : polars.Series
        The column as numbers in the units of the package, shape (n,).
    low, below : float
        What is outside becomes null.
    not_available : sequence of float
        Numbers, in either unit, that mean it.

    Returns
    -------
    number : polars.Series of Float64
        Shape (n,).
    lost : polars.Series of Int64
        Rows, ascending.

    Examples
    --------
    >>> raw = pl.Series(["7.5", "1023", "fast", "", "-3"])
    >>> number, lost = within(raw, as_number(raw), 0, 102.25, not_available=[1023])
    >>> number.to_list(), lost.to_list()
    ([7.5, None, None, None, None], [2, 4])
    """
    inside = (number >= low) & (number < below)
    out = number if inside.all() else pl.select(pl.when(inside).then(number)).to_series()
    n_odd = out.null_count() - raw.null_count()
    # Where all that is outside means "not available", as it mostly does, no value needs a closer look.
    outside = [sentinel for sentinel in not_available if n_odd and not low <= sentinel < below]
    if n_odd == sum(int(((number - sentinel).abs() < _SAME).sum()) for sentinel in outside):
        return out, pl.Series([], dtype=pl.UInt32)
    rows = (out.is_null() & raw.is_not_null()).arg_true()
    if not_available:
        values = pl.DataFrame({"converted": number.gather(rows), "given": as_number(raw.gather(rows))})
        known = pl.any_horizontal((pl.all() - sentinel).abs() < _SAME for sentinel in not_available)
        rows = rows.filter(~values.select(known.fill_null(value=False)).to_series())
    return out, rows.filter(as_text(raw.gather(rows)).is_not_null())
