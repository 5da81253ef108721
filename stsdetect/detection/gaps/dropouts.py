"""Dropouts: gaps of single vessels that neither the vessel nor the place caused, but the feed.

Feeds thin out, are handed over between networks and lose single vessels for hours. Such gaps come in all
lengths and with all log-likelihood ratios, ever fewer the larger these are. Switch-offs do not: hours of them
among received neighbours give much evidence. So gaps with little evidence, or too short to hide a transfer,
are a sample of the null hypothesis ("dropout"). The density fitted to them, extrapolated to long gaps with
much evidence, gives the number of dropouts to expect there, and that number over the number of gaps found
there is a false discovery rate. Real switch-offs hardly enter the null sample, so they do not raise the rate.

References
----------
Efron, Large-Scale Inference (2010), chapters 5 and 6: false discovery rates with an empirical null.
"""

from __future__ import annotations

import math

import polars as pl
from scipy.optimize import brentq

from stsdetect.arrays import Floats
from stsdetect.params import DraughtParams, GapParams
from stsdetect.units import MS_PER_H

_SLOPES = (1e-6, 50.0)  # per nat: bracket of the root search


def adjust_for_dropouts(
    gaps: pl.DataFrame, *, params: GapParams | None = None, draught_params: DraughtParams | None = None
) -> pl.DataFrame:
    """Lower ``p_off`` by what the feed's own dropouts explain.

    A gap is a switch-off, a vessel not received, or a dropout. The null sample consists of gaps, outside
    outages, of vessels at rest at sea, whose position is known. The expected number of dropouts is the larger
    of two estimates: from the log-likelihood ratios between `min_dropout_log_lr` and `max_dropout_log_lr`,
    whose density is taken to be exponential; and, where vessels are received so well that every gap of hours
    lies beyond, from gaps shorter than `min_gap_h`, `long_to_short_dropouts` times their number. A gap is
    less likely a dropout if the vessel, under way, came back elsewhere after more time than it needed, or
    with another draught, name or MMSI.

    Parameters
    ----------
    gaps : polars.DataFrame
        Validated GAPS: all gaps of a dump from `gaps_of_shard`, the short ones included. Gaps that have a
        `dropout_share` are returned as they are.
    params : GapParams, optional
    draught_params : DraughtParams, optional
        When a draught counts as changed.

    Returns
    -------
    polars.DataFrame
        Gaps longer than `min_gap_h`, with ``dropout_share``: the share of dropouts among the gaps of this
        feed that look like switch-offs.

    Examples
    --------
    >>> from stsdetect.schema import GAPS
    >>> adjust_for_dropouts(GAPS.optional(None)).height
    0
    """
    params = GapParams.of(params)
    is_long = (pl.col("duration_h") * MS_PER_H).round() > params.min_gap_h * MS_PER_H
    null = _null_sample(gaps, params)
    strong_but_short = null.filter(~is_long & (pl.col("log_lr_off") >= params.max_dropout_log_lr))
    share = dropout_share(
        null.filter(is_long)["log_lr_off"].to_numpy(), strong_but_short.height, params=params
    )
    odds = share / (1.0 - share) * _return_likelihood(params, DraughtParams.of(draught_params))
    open_question = pl.col("can_judge") & pl.col("dropout_share").is_null()
    return gaps.filter(is_long).with_columns(
        dropout_share=pl.when(open_question).then(share).otherwise("dropout_share"),
        p_off=pl.when(open_question).then(1.0 / (1.0 / pl.col("p_off") + odds)).otherwise("p_off"),
    )


def dropout_share(log_lr: Floats, n_short: int = 0, *, params: GapParams) -> float:
    """Share of dropouts among gaps with a log-likelihood ratio beyond `max_dropout_log_lr`.

    Parameters
    ----------
    log_lr : numpy.ndarray
        Log-likelihood ratios of the null sample's gaps longer than `min_gap_h`, shape (n,) [nat].
    n_short : int
        Number of shorter gaps in the null sample with a ratio beyond `max_dropout_log_lr`.
    params : GapParams

    Returns
    -------
    float
        At most `max_dropout_share`.

    Examples
    --------
    If the number of dropouts halves per nat, 1 in 128 of those beyond 5 nats lies beyond 12. Truncated at 12,
    their mean is 1 / ln 2 - 7 / 127 = 1.3876 nats beyond 5. So for 127 gaps below 12, one of 10 gaps above is
    a dropout:

    >>> import numpy as np
    >>> log_lr = np.repeat([6.3876, 20.0], [127, 10])
    >>> round(dropout_share(log_lr, params=GapParams(baseline_dropouts=0.0)), 3)
    0.1
    """
    n_beyond = int((log_lr >= params.max_dropout_log_lr).sum())
    if not n_beyond:
        return 0.0
    n_dropouts = max(_extrapolated_dropouts(log_lr, params), params.long_to_short_dropouts * n_short)
    return min(n_dropouts / n_beyond, params.max_dropout_share)


def _extrapolated_dropouts(log_lr: Floats, params: GapParams) -> float:
    """Expected number of dropouts beyond `max_dropout_log_lr`, from the gaps below it.

    The slope of the truncated exponential density is the maximum likelihood estimate (its mean is the sample
    mean), with `baseline_dropouts` pseudo-observations of the slope `baseline_dropout_slope`.
    """
    width = params.max_dropout_log_lr - params.min_dropout_log_lr
    excess = log_lr - params.min_dropout_log_lr
    excess = excess[(excess >= 0.0) & (excess < width)]
    if not len(excess):
        return 0.0
    baseline = params.baseline_dropouts * _truncated_mean(params.baseline_dropout_slope, width)
    mean = (float(excess.sum()) + baseline) / (len(excess) + params.baseline_dropouts)
    if mean >= params.max_null_mean_share * width:
        return math.inf
    slope = brentq(lambda s: _truncated_mean(s, width) - mean, *_SLOPES)
    return len(excess) / math.expm1(slope * width)


def _truncated_mean(slope: float, width: float) -> float:
    """Mean of an exponential distribution truncated at `width`."""
    return 1.0 / slope - width / math.expm1(slope * width)


def _null_sample(gaps: pl.DataFrame, params: GapParams) -> pl.DataFrame:
    """Gaps that show how often the feed drops vessels: at rest at sea, can be judged, not in an outage."""
    at_rest = pl.col("start_sog_kn").fill_null(0.0) < params.max_rest_sog_kn
    # Where ships lie moored outside known ports, transponders that are off count as dropouts: this only
    # lowers what is made of other gaps.
    in_known_port = pl.col("in_port") & ~pl.col("unmapped_port").fill_null(value=False)
    return gaps.filter(at_rest & pl.col("can_judge") & ~pl.col("feed_outage") & ~in_known_port)


def _return_likelihood(params: GapParams, draught_params: DraughtParams) -> pl.Expr:
    """How often a vessel lost by a dropout would return like this; 1 where nothing has changed."""
    sailed = pl.col("start_sog_kn") >= params.max_rest_sog_kn
    moved = pl.col("distance_m") > params.max_rest_move_m
    elsewhere = sailed & moved & (pl.col("slack_h") >= params.min_gap_h)
    changed = (
        pl.col("name_changed").fill_null(value=False)
        | pl.col("mmsi_after").is_not_null()
        | (pl.col("draught_change_m").abs() >= draught_params.min_change_m).fill_null(value=False)
    )
    elsewhere = elsewhere.fill_null(value=False)
    of_place = pl.when(elsewhere).then(params.baseline_slack_share).otherwise(1.0)
    return of_place * pl.when(changed).then(params.baseline_change_share).otherwise(1.0)
