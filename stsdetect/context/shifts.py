"""By which log-odds a slice of time differs from what is usual, as those who were present tell it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.context.cells import Floats
from stsdetect.params import ReceptionParams

_EM_ROUNDS = 20


def shifted(p: pl.Expr, shift: float | pl.Expr) -> pl.Expr:
    """A chance moved by log-odds."""
    return (
        1.0 / (1.0 + ((1.0 - p) / p) * pl.lit(-shift).exp())
        if isinstance(shift, float)
        else 1.0 / (1.0 + ((1.0 - p) / p) * (-shift).exp())
    )


def miss_and_hit(p: str, params: ReceptionParams) -> list[tuple[pl.Expr, pl.Expr]]:
    """For each shift: log-likelihood of a present ship that was not heard, and of one that was."""
    out = []
    for s in params.shifts:
        q = shifted(pl.col(p), s).clip(params.min_p, params.max_neighbour_p)
        out.append(((1.0 - q).log(), q.log()))
    return out


def sums_of_shifts(rows: pl.DataFrame, p: str, by: list[str], params: ReceptionParams) -> pl.DataFrame:
    """Log-likelihood ``ll_0 ...`` of each shift by group, and ``n``, of ``n`` present and ``heard``."""
    heard, missed = pl.col("heard"), pl.col("n") - pl.col("heard")
    sums = {
        name: (heard * hit + missed * miss).sum()
        for name, (miss, hit) in zip(names("ll", params), miss_and_hit(p, params), strict=True)
    }
    return rows.group_by(by).agg(n=pl.col("n").sum().cast(pl.Float64), **sums).sort(by)


def shift_weights(sums: pl.DataFrame, shares: Floats) -> Floats:
    """Probability of each shift, from ``ll_0 ...`` and how often it comes: shape (n, s)."""
    with np.errstate(divide="ignore"):
        ll = sums.select(pl.col("^ll_\\d+$")).to_numpy() + np.log(shares)
    ll -= ll.max(axis=1, keepdims=True, initial=-np.inf) if len(ll) else 0.0
    weights = np.exp(ll)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def shares_of_shifts(sums: pl.DataFrame, params: ReceptionParams, allowed: NDArray[np.bool_]) -> Floats:
    """How often each of the allowed shifts comes, by expectation and maximisation from equal shares."""
    shares = np.where(allowed, 1.0 / allowed.sum(), 0.0)
    for _ in range(_EM_ROUNDS if sums.height else 0):
        shares = shift_weights(sums, shares).mean(axis=0)
        shares = np.where(allowed, np.maximum(shares, params.min_shift_share), 0.0)
        shares /= shares.sum()
    return shares


def names(stem: str, params: ReceptionParams) -> list[str]:
    """A column for each shift: ``ll_0, ll_1 ...``."""
    return [f"{stem}_{k}" for k in range(len(params.shifts))]
