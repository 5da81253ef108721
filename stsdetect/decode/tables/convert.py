"""Convert columns of a table to text, numbers and codes, with the nulls and units of the package.

`UNITS` has the units that a profile or mapping file can name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import polars as pl

from stsdetect.units import KN_TO_MPS, NM_TO_M

UNITS: dict[str, dict[str, float]] = {
    "speed": {"kn": 1.0, "dkn": 0.1, "m/s": 1 / KN_TO_MPS, "km/h": 1000 / NM_TO_M},
    "position": {"deg": 1.0, "1e-4min": 1 / 600_000, "1e-6deg": 1e-6},
    "course": {"deg": 1.0, "ddeg": 0.1},
    "length": {"m": 1.0, "dm": 0.1, "ft": 0.3048},
    "draught": {"m": 1.0, "dm": 0.1, "ft": 0.3048},
}
"""Units by quantity, as factors to knots, degrees and metres."""

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
        column = column.cast(pl.String)
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


def as_code(column: pl.Series, words: Mapping[str, int]) -> pl.Series:
    """As float64; lower-case words are looked up in `words`."""

    def codes(values: pl.Series) -> pl.Series:
        key = values.str.strip_chars().str.to_lowercase()
        known = key.replace_strict(dict(words), default=None, return_dtype=pl.Float64)
        return as_number(values).fill_null(known)

    return convert_distinct(column, codes) if column.dtype == pl.String else as_number(column)


def convert_distinct(column: pl.Series, convert: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A column with each of its distinct values converted only once."""
    values = column.unique()
    return column.replace_strict(values, convert(values))


def within(number: pl.Series, low: float, below: float) -> pl.Series:
    """Null outside [low, below)."""
    inside = (number >= low) & (number < below)
    return number if inside.all() else pl.select(pl.when(inside).then(number)).to_series()
