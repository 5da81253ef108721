"""Fleets of ships that are received as often as a test needs, and what is estimated from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Floats
from tests.builders import fixes, points, together

H = 3600.0
DAY = np.arange(0.0, 24 * H, 300.0)
"""A fix each five minutes for a day [s]."""

FIRST_MMSI = 412_000_000


def fleet(
    n: int = 8,
    *,
    seconds: Floats = DAY,
    gaps: Mapping[int, tuple[float, float]] | None = None,
    sog: float = 0.1,
) -> pd.DataFrame:
    """POINTS of ships at anchor in a row, 1 km apart; `gaps` gives of some the hours between which none is received."""
    parts = []
    for k in range(n):
        t = seconds
        if gaps and k in gaps:
            start_h, end_h = gaps[k]
            t = t[(t <= start_h * H) | (t >= end_h * H)]
        parts.append(points(fixes(FIRST_MMSI + k, t, 1000.0 * k, sog=sog)))
    return together(*parts)


def counts(rows: Iterable[tuple[int, int, int, int, int]]) -> pl.DataFrame:
    """Counts of reception from rows ``cell, time_bin, kind, n, received``."""
    types = {"cell": pl.Int64, "time_bin": pl.Int32, "kind": pl.Int8, "n": pl.Int32, "received": pl.Int32}
    return pl.DataFrame(list(rows), schema=types, orient="row")
