"""Columns of a stranger's table by the names of fields, and checks of what they hold."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from stsdetect.errors import DecodeError


def require_plain(frame: pl.DataFrame, columns: Mapping[str, str], source: str) -> None:
    """Check that columns hold one value per row.

    Raises
    ------
    DecodeError
        If one holds lists or objects.
    """
    for name, column in columns.items():
        dtype = frame.schema[column]
        if dtype.is_nested() or dtype.is_object() or isinstance(dtype, pl.BaseExtension):
            raise DecodeError(
                f"{source}: column '{column}' holds {dtype}, not one value per row, so it cannot be {name}. "
                "Write it as numbers or text."
            )


def fields_of(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """The columns of some fields, under the names of the fields.

    Names of columns are those of a stranger; for polars ``*`` and ``^lat$`` in an expression are patterns.

    Examples
    --------
    >>> fields_of(pl.DataFrame({"^lat$": [1], "lat": [2]}), {"sog": "^lat$"}).to_dict(as_series=False)
    {'sog': [1]}
    """
    return pl.DataFrame([frame[column].alias(name) for name, column in columns.items()])


def share_of(matches: pl.Series) -> float:
    """Share of the rows that match; a null does not."""
    return float(matches.fill_null(value=False).mean() or 0.0)  # type: ignore[arg-type]
