"""By which log-odds a time bin of time differs from what is usual, as those who were present tell it.

The chance that a ship is heard: what is usual at its place, moved by how its region fared in the time bin.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats
from stsdetect.geo.grid import larger_cell
from stsdetect.params import ReceptionParams

_EM_ROUNDS = 20


def shift_log_odds(p: pl.Expr, shift: float | pl.Expr) -> pl.Expr:
    """A chance moved by log-odds."""
    return (
        1.0 / (1.0 + ((1.0 - p) / p) * pl.lit(-shift).exp())
        if isinstance(shift, float)
        else 1.0 / (1.0 + ((1.0 - p) / p) * (-shift).exp())
    )


def miss_and_hit(p: str, params: ReceptionParams) -> list[tuple[pl.Expr, pl.Expr]]:
    """For each shift: log-likelihood of a present ship that was not heard, and of one that was."""
    out = []
    for s in params.regime_log_odds:
        q = shift_log_odds(pl.col(p), s).clip(params.min_p, params.max_neighbour_p)
        out.append(((1.0 - q).log(), q.log()))
    return out


def regime_log_likelihoods(
    rows: pl.DataFrame, p: str, by: list[str], params: ReceptionParams
) -> pl.DataFrame:
    """Log-likelihood ``ll_0 ...`` of each shift by group, and ``n``, of ``n`` present and ``heard``."""
    heard, missed = pl.col("heard"), pl.col("n") - pl.col("heard")
    sums = {
        name: (heard * hit + missed * miss).sum()
        for name, (miss, hit) in zip(regime_columns("ll", params), miss_and_hit(p, params), strict=True)
    }
    return rows.group_by(by).agg(n=pl.col("n").sum().cast(pl.Float64), **sums).sort(by)


def regime_probabilities(sums: pl.DataFrame, shares: Floats) -> Floats:
    """Probability of each shift, from ``ll_0 ...`` and how often it comes: shape (n, s)."""
    with np.errstate(divide="ignore"):
        ll = sums.select(pl.col("^ll_\\d+$")).to_numpy() + np.log(shares)
    ll -= ll.max(axis=1, keepdims=True, initial=-np.inf) if len(ll) else 0.0
    weights = np.exp(ll)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def fit_regime_shares(sums: pl.DataFrame, params: ReceptionParams, allowed: Bools) -> Floats:
    """How often each of the allowed shifts comes, by expectation and maximisation from equal shares."""
    shares = np.where(allowed, 1.0 / allowed.sum(), 0.0)
    for _ in range(_EM_ROUNDS if sums.height else 0):
        shares = regime_probabilities(sums, shares).mean(axis=0)
        shares = np.where(allowed, np.maximum(shares, params.min_regime_share), 0.0)
        shares /= shares.sum()
    return shares


def regime_columns(stem: str, params: ReceptionParams) -> list[str]:
    """A column for each shift: ``ll_0, ll_1 ...``."""
    return [f"{stem}_{k}" for k in range(len(params.regime_log_odds))]


def region_of(cell: pl.Series, params: ReceptionParams) -> pl.Series:
    """Number of the region that each cell lies in."""
    return pl.Series("region", larger_cell(cell.to_numpy(), params.cell_km, params.region_km), dtype=pl.Int64)


def band(mean: pl.Expr) -> pl.Expr:
    """Third of the scale of `mean`: what a shore station hears tells nothing about a satellite's pass."""
    return (mean * 3).floor().clip(0, 2).cast(pl.Int8).alias("band")


def placed(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Add ``mean, region, band`` of each row's ``cell, kind``; null where nobody ever was."""
    of_place = places.select("cell", "kind", "mean", "region", "band")
    return rows.join(of_place, on=["cell", "kind"], how="left", maintain_order="left")


def with_weights(regions: pl.DataFrame, region_shares: Floats, params: ReceptionParams) -> pl.DataFrame:
    """Probability ``w_0 ...`` of each shift by ``region, band, time_bin``."""
    weights = regime_probabilities(regions, region_shares[regions["band"].to_numpy()])
    return regions.select("region", "band", "time_bin").hstack(
        pl.DataFrame(weights, schema=regime_columns("w", params))
    )


def chance(
    rows: pl.DataFrame, places: pl.DataFrame, weights: pl.DataFrame, params: ReceptionParams
) -> pl.Series:
    """Chance ``p`` by ``cell, time_bin, kind``, from `with_weights`; null where nobody ever was."""
    at = placed(rows.select("cell", "time_bin", "kind"), places)
    at = at.join(weights, on=["region", "band", "time_bin"], how="left", maintain_order="left")
    p = pl.sum_horizontal(
        pl.col(w) * shift_log_odds(pl.col("mean"), s)
        for w, s in zip(regime_columns("w", params), params.regime_log_odds, strict=True)
    )
    known = pl.col(regime_columns("w", params)[0]).is_not_null()
    return at.select(p=pl.when(known).then(p.clip(params.min_p, params.max_p)))["p"]
