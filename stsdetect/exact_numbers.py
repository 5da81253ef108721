"""Whole numbers such as MMSI and IMO number, taken only where all their digits are there.

A spreadsheet shows a long number as ``4.12E+08``, puts an apostrophe before it, or groups its digits; single
precision cannot hold nine digits. A number whose last digits are lost must not pass for another ship's.
"""

from __future__ import annotations

import polars as pl

_AROUND = " \t\r\n\u00a0\u202f\ufeff'\u2018\u2019`\u00b4\"="
"""Characters around a number: blanks, and the marks that make a spreadsheet keep it as text."""

_PLAIN = r"^([+-]?[0-9]+)(?:[.,]0*)?$"
_ONE_GROUP = r"^[+-]?[0-9]{1,3}[.,][0-9]{3}$"  # 412,000: a fraction, or thousands
_GROUPS = "|".join(
    rf"^[+-]?[0-9]{{1,3}}(?:{mark}[0-9]{{3}}){{2,}}$" for mark in (",", r"\.", "[ \u00a0\u202f]", "['\u2019]")
)
_SCIENTIFIC = r"^([+-]?)([0-9]+)(?:[.,]([0-9]*))?[eE]([+-]?[0-9]{1,3})$"


def whole_number(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Whole numbers of a column, and where digits of them are lost.

    Apostrophes and quotation marks around a number are passed over, ``412000001.0`` is a whole number, and
    digits may be grouped in at least two groups of three (``9,074,729``). In ``4.12000011E8`` all digits are
    given; in ``4.12E+08`` six of them are not.

    Parameters
    ----------
    column : polars.Series
        Shape (n,), text or numbers.

    Returns
    -------
    number : polars.Series of Int64
        Shape (n,); null where there is no whole number, or one without its last digits.
    digits_lost : polars.Series of Boolean
        Shape (n,), without nulls; whether there is a number whose last digits are not given.

    Examples
    --------
    >>> number, digits_lost = whole_number(pl.Series(["'412000001", "4.12000011E8", "4.12E+08", "12.5"]))
    >>> number.to_list(), digits_lost.to_list()
    ([412000001, 412000011, None, None], [False, False, True, False])
    """
    if column.dtype.is_integer():
        number = column.cast(pl.Int64, strict=False)
        return number, number.is_null() & column.is_not_null()
    if column.dtype.is_float():
        return _from_float(column)
    if column.dtype != pl.String:
        column = column.cast(pl.String, strict=False)
    # Nearly all are digits and nothing else.
    number = column.cast(pl.Int64, strict=False)
    digits_lost = pl.Series(column.name, [False]).new_from_index(0, column.len())
    odd = (number.is_null() & column.is_not_null()).arg_true()
    if not odd.len():
        return number, digits_lost
    odd_number, odd_digits_lost = _from_text(column.gather(odd))
    return number.scatter(odd, odd_number), digits_lost.scatter(odd, odd_digits_lost)


def _from_float(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    bits = 24 if column.dtype == pl.Float32 else 53  # of the significand, the implicit one included
    value = column.cast(pl.Float64)
    digits_lost = (value.is_finite() & (value.abs() > 2.0**bits)).fill_null(value=False)
    whole = value.is_finite() & (value == value.round()) & ~digits_lost
    return value.set(~whole.fill_null(value=False), None).cast(pl.Int64), digits_lost


def _from_text(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    text = pl.col("text")
    plain = text.str.extract(_PLAIN).cast(pl.Int64, strict=False)
    grouped = pl.when(text.str.contains(_GROUPS)).then(
        text.str.replace_all("[^0-9+-]", "").cast(pl.Int64, strict=False)
    )
    sign, whole, fraction, exponent = (text.str.extract(_SCIENTIFIC, k) for k in range(1, 5))
    fraction = fraction.fill_null("")
    # The digits after the point that the exponent moves before it must all be given.
    given = fraction.str.len_chars().cast(pl.Int64)
    moved = exponent.str.strip_prefix("+").cast(pl.Int64)
    some = whole.str.contains("[1-9]") | fraction.str.contains("[1-9]")
    places = moved.clip(lower_bound=0, upper_bound=1000)
    rest_is_zero = ~fraction.str.slice(places).str.contains("[1-9]")
    scientific = pl.when((moved >= 0) & (moved <= given) & rest_is_zero).then(
        (sign + whole + fraction.str.slice(0, places)).str.strip_prefix("+").cast(pl.Int64, strict=False)
    )
    number = pl.coalesce(pl.when(~text.str.contains(_ONE_GROUP)).then(plain), grouped, scientific)
    frame = pl.DataFrame({"text": column.str.strip_chars(_AROUND)}).select(
        number=number, digits_lost=((moved > given) & some).fill_null(value=False)
    )
    return frame["number"], frame["digits_lost"]
