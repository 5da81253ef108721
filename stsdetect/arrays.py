"""Types of the arrays that functions take and return, and a few operations that numpy lacks."""

from __future__ import annotations

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
