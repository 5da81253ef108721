"""Types of the arrays that functions take and return, and a few operations that numpy lacks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]

MIX = np.uint64(0x9E3779B97F4A7C15)
"""Odd constant near 2**64 over the golden ratio: multiplying by it spreads low bits over the word."""


def ragged_index(lengths: Ints) -> tuple[Ints, Ints]:
    """Row, and position within the row, of each element of rows of unequal length laid end to end.

    Parameters
    ----------
    lengths : numpy.ndarray
        Length of each row, shape (n,).

    Returns
    -------
    row, nth : numpy.ndarray
        Shape (sum of `lengths`,); `nth` counts from 0 in each row.

    Examples
    --------
    >>> row, nth = ragged_index(np.array([2, 0, 3]))
    >>> row.tolist(), nth.tolist()
    ([0, 0, 2, 2, 2], [0, 1, 0, 1, 2])
    """
    row = np.repeat(np.arange(len(lengths)), lengths)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def sum_in_order(terms: Iterable[pl.Expr]) -> pl.Expr:
    """Sum of one or more columns from the first to the last, null counting as 0.

    `polars.sum_horizontal` adds on several threads in an order that changes the last bits from run to run.

    Examples
    --------
    >>> pl.DataFrame({"a": [1.0], "b": [None]}).select(s=sum_in_order([pl.col("a"), pl.col("b")])).item()
    1.0
    """
    return reduce(add, (term.fill_null(0.0) for term in terms))


def row_sum(column: pl.Expr) -> pl.Expr:
    """Sum of the rows of a group that are not null, from the first to the last.

    A sum of fractions depends on the order of its terms, and `polars.Expr.sum` adds up as many parts of a
    group as there are threads.

    Examples
    --------
    >>> rows = pl.DataFrame({"g": [1, 1, 2], "x": [0.5, None, 2.0]})
    >>> rows.group_by("g", maintain_order=True).agg(row_sum(pl.col("x")))["x"].to_list()
    [0.5, 2.0]
    """
    return column.implode().list.sum()


def row_mean(column: pl.Expr) -> pl.Expr:
    """Mean of the rows of a group that are not null, as `row_sum`.

    Examples
    --------
    >>> rows = pl.DataFrame({"g": [1, 1, 2], "x": [0.5, None, 2.0]})
    >>> rows.group_by("g", maintain_order=True).agg(row_mean(pl.col("x")))["x"].to_list()
    [0.5, 2.0]
    """
    return column.implode().list.mean()


def row_variance(column: pl.Expr) -> pl.Expr:
    """Mean squared deviation of the rows of a group from their mean, as `row_sum`.

    Examples
    --------
    >>> rows = pl.DataFrame({"g": [1, 1, 2], "x": [0.5, 1.5, 2.0]})
    >>> rows.group_by("g", maintain_order=True).agg(row_variance(pl.col("x")))["x"].to_list()
    [0.25, 0.0]
    """
    return column.implode().list.var(ddof=0)


def expit(log_odds: Floats) -> Floats:
    """Probability of log-odds, which are clipped at 500 nats.

    Examples
    --------
    >>> expit(np.array([0.0, 1e9])).tolist()
    [0.5, 1.0]
    """
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0))))


def expit_expr(log_odds: pl.Expr) -> pl.Expr:
    """Probability of log-odds, as a polars expression.

    Examples
    --------
    >>> pl.select(p=expit_expr(pl.lit(0.0))).item()
    0.5
    """
    return 1.0 / (1.0 + (-log_odds).exp())
