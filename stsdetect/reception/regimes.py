"""Regimes of reception: latent states of a region in a time bin, each a log-odds shift from the baseline.

Reception changes with time: a satellite passes, a station fails. In each region, band of baselines and time
bin, reception is in one of a few regimes; in regime k the log-odds of every vessel's detection probability
differ from its baseline by ``regime_log_odds[k]``. Given the regime, vessels are received independently
(Bernoulli trials), so the log-likelihoods of the regimes are sums over the vessels present. How often each
regime occurs is fitted by EM over all groups, as mixing proportions of a finite mixture whose components are
known; the posterior of a group then weighs the regimes, and a few vessels cannot move it far.

References
----------
Dempster, Laird and Rubin, Maximum likelihood from incomplete data via the EM algorithm, J. R. Stat. Soc. B 39
(1977) 1-38. McLachlan and Peel, Finite Mixture Models (2000), chapter 2.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, row_sum, sum_in_order
from stsdetect.geo.grid import larger_cell
from stsdetect.params import ReceptionParams


def reception_probability(
    rows: pl.DataFrame, baselines: pl.DataFrame, weights: pl.DataFrame, params: ReceptionParams
) -> pl.Series:
    """Detection probability: the baseline, shifted by each regime and averaged over their posterior.

    Parameters
    ----------
    rows : polars.DataFrame
        ``cell, time_bin, kind``.
    baselines : polars.DataFrame
        ``cell, kind, baseline, region, band``.
    weights : polars.DataFrame
        From `regime_weights`.
    params : ReceptionParams

    Returns
    -------
    polars.Series
        ``p``, one value per row; null where no vessel of the kind was ever present.
    """
    at = with_baseline(rows.select("cell", "time_bin", "kind"), baselines)
    at = at.join(weights, on=["region", "band", "time_bin"], how="left", maintain_order="left")
    p = sum_in_order(
        pl.col(w) * add_log_odds(pl.col("baseline"), s)
        for w, s in zip(regime_columns("w", params), params.regime_log_odds, strict=True)
    )
    known = pl.col(regime_columns("w", params)[0]).is_not_null()
    return at.select(p=pl.when(known).then(p.clip(params.min_p, params.max_p)))["p"]


def fit_regime_shares(log_likelihoods: pl.DataFrame, params: ReceptionParams, allowed: Bools) -> Floats:
    """Fit how often each regime occurs, by EM from equal shares.

    EM stops after `regime_em_rounds`, before the shares of rare regimes have converged, so these stay closer
    to equal shares than at the maximum of the likelihood.

    Parameters
    ----------
    log_likelihoods : polars.DataFrame
        ``ll_0 ...``: log-likelihood of each regime, one row per group.
    params : ReceptionParams
        No share of an allowed regime falls below `min_regime_share`.
    allowed : numpy.ndarray of bool
        Which regimes may occur, shape (s,).

    Returns
    -------
    numpy.ndarray
        Shares of the s regimes, their sum is 1; 0 where not allowed.

    Examples
    --------
    Three groups in which all was received and one in which nothing was, with the regimes "down" and
    "baseline":

    >>> params = ReceptionParams(regime_log_odds=(-6.0, 0.0))
    >>> groups = pl.DataFrame({"ll_0": [-50.0, -50.0, -50.0, 0.0], "ll_1": [0.0, 0.0, 0.0, -50.0]})
    >>> fit_regime_shares(groups, params, np.array([True, True])).round(3).tolist()
    [0.25, 0.75]
    """
    shares = np.where(allowed, 1.0 / allowed.sum(), 0.0)
    for _ in range(params.regime_em_rounds if log_likelihoods.height else 0):
        shares = regime_probabilities(log_likelihoods, shares).mean(axis=0)
        shares = np.where(allowed, np.maximum(shares, params.min_regime_share), 0.0)
        shares /= shares.sum()
    return shares


def regime_probabilities(log_likelihoods: pl.DataFrame, shares: Floats) -> Floats:
    """Posterior probability of each regime by Bayes' rule: shape (n, s).

    Parameters
    ----------
    log_likelihoods : polars.DataFrame
        ``ll_0 ...``, n rows.
    shares : numpy.ndarray
        Prior probability of each regime, shape (s,) or (n, s).

    Returns
    -------
    numpy.ndarray
    """
    with np.errstate(divide="ignore"):
        ll = log_likelihoods.select(pl.col("^ll_\\d+$")).to_numpy() + np.log(shares)
    ll -= ll.max(axis=1, keepdims=True, initial=-np.inf) if len(ll) else 0.0
    weights = np.exp(ll)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def regime_log_likelihoods(
    counts: pl.DataFrame, p: str, by: list[str], params: ReceptionParams
) -> pl.DataFrame:
    """Log-likelihood of each regime per group of counts.

    Parameters
    ----------
    counts : polars.DataFrame
        ``n`` vessels present and ``received``, their detection probability in column `p`, and columns `by`.
    p : str
        Name of that column.
    by : list of str
        Columns that make a group.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        Columns `by`, ``n`` and ``ll_0 ...``, sorted.
    """
    received, missed = pl.col("received"), pl.col("n") - pl.col("received")
    sums = {
        name: row_sum(received * ll_received + missed * ll_missed)
        for name, (ll_missed, ll_received) in zip(
            regime_columns("ll", params), report_log_likelihoods(p, params), strict=True
        )
    }
    return (
        counts.group_by(by, maintain_order=True)
        .agg(n=pl.col("n").sum().cast(pl.Float64), **sums)
        .sort(by, maintain_order=True)
    )


def report_log_likelihoods(p: str, params: ReceptionParams) -> list[tuple[pl.Expr, pl.Expr]]:
    """For each regime: log-likelihood of a present vessel that was not received, and of one that was."""
    out = []
    for s in params.regime_log_odds:
        q = add_log_odds(pl.col(p), s).clip(params.min_p, params.max_neighbour_p)
        out.append(((1.0 - q).log(), q.log()))
    return out


def regime_weights(regions: pl.DataFrame, region_shares: Floats, params: ReceptionParams) -> pl.DataFrame:
    """Posterior ``w_0 ...`` of the regimes per ``region, band, time_bin``.

    Parameters
    ----------
    regions : polars.DataFrame
        ``region, band, time_bin, ll_0 ...``.
    region_shares : numpy.ndarray
        Prior of the regimes per band, shape (`n_baseline_bands`, s).
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
    """
    weights = regime_probabilities(regions, region_shares[regions["band"].to_numpy()])
    return regions.select("region", "band", "time_bin").hstack(
        pl.DataFrame(weights, schema=regime_columns("w", params))
    )


def regime_columns(stem: str, params: ReceptionParams) -> list[str]:
    """Names of a column per regime: ``ll_0, ll_1 ...``."""
    return [f"{stem}_{k}" for k in range(len(params.regime_log_odds))]


def with_baseline(rows: pl.DataFrame, baselines: pl.DataFrame) -> pl.DataFrame:
    """Add ``baseline, region, band`` of each row's ``cell, kind``; null where no vessel was ever present."""
    of_cell = baselines.select("cell", "kind", "baseline", "region", "band")
    return rows.join(of_cell, on=["cell", "kind"], how="left", maintain_order="left")


def region_of(cell: pl.Series, params: ReceptionParams) -> pl.Series:
    """Index of the region that holds each cell."""
    return pl.Series("region", larger_cell(cell.to_numpy(), params.cell_km, params.region_km), dtype=pl.Int64)


def baseline_band(baseline: pl.Expr, params: ReceptionParams) -> pl.Expr:
    """``band``: which of `n_baseline_bands` equal parts of [0, 1] a baseline lies in.

    Regimes are fitted per band: vessels in range of a shore station carry no information about satellite
    passes, which decide whether vessels far from the coast are received.
    """
    last = params.n_baseline_bands - 1
    return (baseline * params.n_baseline_bands).floor().clip(0, last).cast(pl.Int8).alias("band")


def add_log_odds(p: pl.Expr, log_odds: float | pl.Expr) -> pl.Expr:
    """Probability whose log-odds exceed those of `p` by `log_odds`.

    Examples
    --------
    >>> pl.select(add_log_odds(pl.lit(0.5), pl.lit(3.0).log())).item()
    0.75
    """
    added = pl.lit(log_odds) if isinstance(log_odds, float) else log_odds
    return 1.0 / (1.0 + ((1.0 - p) / p) * (-added).exp())


def add_log_odds_to(p: Floats, log_odds: float) -> Floats:
    """As `add_log_odds`, of an array."""
    return np.asarray(1.0 / (1.0 + (1.0 - p) / p * np.exp(-log_odds)))
