"""Holes: silences of single ships that neither the ship nor the place made, learnt from the feed itself.

Feeds thin out, hand over between networks and lose single ships for hours. Such silences come in all lengths:
beside every one that looks like a switch-off there are some that nearly do, and some too short to hide a
transfer. Switch-offs are not like that: of a ship that others vouch for, hours of silence say much or
nothing. So what says little or is short tells how many holes must be expected among the silences that say
much and are long, and no switched-off ship teaches that it was a hole.
"""

from __future__ import annotations

import math

import pandas as pd
import polars as pl
from scipy.optimize import brentq

from stsdetect.arrays import Floats
from stsdetect.params import DraughtParams, GapParams
from stsdetect.schema import GAPS, Frame
from stsdetect.units import MS_PER_H

_STEEPEST = 50.0  # per nat: nothing is left a tenth of a nat on
_EVEN = 0.499  # of the width: silences that do not get rarer, of which there is no end


def adjust_for_dropouts(
    gaps: Frame, *, params: GapParams | None = None, draught_params: DraughtParams | None = None
) -> pd.DataFrame:
    """Lower ``p_off`` by what the feed's own holes explain.

    A silence is a switch-off, not received, or a hole. Holes are learnt from ships that lay still at their
    last fix, whose place is known. Either the evidence ``log_lr_off`` of their silences tells, which between
    `min_dropout_log_lr` and `max_dropout_log_lr` is taken to fall off exponentially; or, where ships are heard so
    well that all hours of silence say more than that, silences shorter than `min_gap_h`, which are as many as
    longer ones. The number of holes that the more of the two lets expect is held against the number of
    silences seen. A ship under way that comes back elsewhere after more time than it needed, or any with
    another draught, name or number, is the less likely to have met with a hole.

    Parameters
    ----------
    gaps : GAPS frame
        All silences of a dump, from `gaps_of_shard`, those that only teach too; what has
        a `dropout_share` stays as it is.
    params : GapParams
    draught_params : DraughtParams, optional
        When a draught counts as changed.

    Returns
    -------
    pandas.DataFrame
        Silences of `min_gap_h` and more, with ``dropout_share``: the share of holes among those of this feed
        that look like switch-offs.

    Raises
    ------
    SchemaError
        When `gaps` is not a GAPS table.

    References
    ----------
    Efron, Large-Scale Inference (2010), chapter 5: the false discovery rate with an empirical null.

    Examples
    --------
    >>> len(adjust_for_dropouts(GAPS.empty()))
    0
    """
    params = params or GapParams()
    found = GAPS.validate(gaps)
    is_long = (pl.col("duration_h") * MS_PER_H).round() >= params.min_gap_h * MS_PER_H
    taught = _taught(found, params)
    short_and_telling = taught.filter(~is_long & (pl.col("log_lr_off") >= params.max_dropout_log_lr))
    share = dropout_share(
        taught.filter(is_long)["log_lr_off"].to_numpy(), short_and_telling.height, params=params
    )
    odds = share / (1.0 - share) * _chance_of_return(params, draught_params or DraughtParams())
    asked = pl.col("can_judge") & pl.col("dropout_share").is_null()
    return GAPS.to_pandas(
        found.filter(is_long).with_columns(
            dropout_share=pl.when(asked).then(share).otherwise("dropout_share"),
            p_off=pl.when(asked).then(1.0 / (1.0 / pl.col("p_off") + odds)).otherwise("p_off"),
        )
    )


def dropout_share(log_lr: Floats, n_short: int = 0, *, params: GapParams) -> float:
    """Share of holes among silences beyond `max_dropout_log_lr`.

    Parameters
    ----------
    log_lr : numpy.ndarray
        Evidence of silences, shape (n,) [nat].
    n_short : int
        Silences too short to be among these that say more than `max_dropout_log_lr`.
    params : GapParams

    Returns
    -------
    float
        At most `max_dropout_share`.

    Examples
    --------
    Where silences get rarer by half each nat, 1 of 128 that say 5 nats and more says 12 and more. Cut off at
    12, their mean is 1 / ln 2 - 7 / 127 = 1.3876 nat beyond 5. So of 127 below and 10 above one is a hole:

    >>> import numpy as np
    >>> log_lr = np.repeat([6.3876, 20.0], [127, 10])
    >>> round(dropout_share(log_lr, params=GapParams(baseline_dropouts=0.0)), 3)
    0.1
    """
    n_telling = int((log_lr >= params.max_dropout_log_lr).sum())
    if not n_telling:
        return 0.0
    n_holes = max(_by_evidence(log_lr, params), params.long_to_short_dropouts * n_short)
    return min(n_holes / n_telling, params.max_dropout_share)


def _by_evidence(log_lr: Floats, params: GapParams) -> float:
    """Number of holes that say more than `max_dropout_log_lr`, as those that say less tell."""
    width = params.max_dropout_log_lr - params.min_dropout_log_lr
    beyond = log_lr - params.min_dropout_log_lr
    beyond = beyond[(beyond >= 0.0) & (beyond < width)]
    if not len(beyond):
        return 0.0
    usual = params.baseline_dropouts * _mean_beyond(params.baseline_dropout_slope, width)
    mean = (float(beyond.sum()) + usual) / (len(beyond) + params.baseline_dropouts)
    if mean >= _EVEN * width:
        return math.inf
    slope = brentq(lambda s: _mean_beyond(s, width) - mean, 1e-6, _STEEPEST)
    return len(beyond) / math.expm1(slope * width)


def _mean_beyond(slope: float, width: float) -> float:
    """Mean of an exponential distribution that is cut off at `width`."""
    return 1.0 / slope - width / math.expm1(slope * width)


def _taught(gaps: pl.DataFrame, params: GapParams) -> pl.DataFrame:
    """The silences that teach: at rest at sea, where others vouch and no outage explains it."""
    at_rest = pl.col("start_sog_kn").fill_null(0.0) < params.max_rest_sog_kn
    return gaps.filter(at_rest & pl.col("can_judge") & ~pl.col("feed_outage") & ~pl.col("in_port"))


def _chance_of_return(params: GapParams, draught_params: DraughtParams) -> pl.Expr:
    """How often a ship that met with a hole would come back like this; 1 where it was bound to."""
    sailed = pl.col("start_sog_kn") >= params.max_rest_sog_kn
    moved = pl.col("distance_m") > params.max_rest_move_m
    elsewhere = sailed & moved & (pl.col("slack_h") >= params.min_gap_h)
    changed = (
        pl.col("name_changed").fill_null(value=False)
        | pl.col("mmsi_after").is_not_null()
        | (pl.col("draught_change_m").abs() >= draught_params.min_change_m).fill_null(value=False)
    )
    return pl.when(elsewhere.fill_null(value=False)).then(params.baseline_slack_share).otherwise(
        1.0
    ) * pl.when(changed).then(params.baseline_change_share).otherwise(1.0)
