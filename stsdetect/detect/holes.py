"""Holes: silences of single ships that neither the ship nor the place made, learnt from the feed itself.

Feeds thin out, hand over between networks and lose single ships for hours. Such silences come in all lengths:
beside every one that looks like a switch-off there are some that nearly do. Switch-offs are not like that: of
a ship that others vouch for, hours of silence say much or nothing. So the silences that say little tell how
many holes must be expected among those that say much, and no switched-off ship teaches that it was a hole.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import polars as pl
from scipy.optimize import brentq

from stsdetect.context.cells import Floats
from stsdetect.params import GapParams
from stsdetect.schema import GAPS

_STEEPEST = 50.0  # per nat: nothing is left a tenth of a nat on


def allow_for_holes(gaps: Any, *, params: GapParams | None = None) -> pd.DataFrame:
    """Lower ``p_off`` by what the feed's own holes explain.

    A silence is a switch-off, not received, or a hole. Holes are learnt from ships that lay still at their
    last fix, whose place is known: the evidence ``log_lr_off`` of their silences between `min_hole_log_lr`
    and `max_hole_log_lr` is taken to fall off exponentially, and the number beyond that this lets expect is
    held against the number seen. A ship that comes back elsewhere after more time than it needed, or with
    another draught, name or number, is the less likely to have met with a hole.

    Parameters
    ----------
    gaps : GAPS frame
        All silences of a dump, from `find_gaps` with ``some_ships=True``; those with a `hole_share` stay.
    params : GapParams

    Returns
    -------
    pandas.DataFrame
        GAPS with ``hole_share``: of silences that say so much in this feed, the share that are holes.

    Raises
    ------
    SchemaError
        When `gaps` is not a GAPS table.

    References
    ----------
    Efron, Large-Scale Inference (2010), chapter 5: the false discovery rate with an empirical null.

    Examples
    --------
    >>> len(allow_for_holes(GAPS.empty()))
    0
    """
    params = params or GapParams()
    found = GAPS.validate(gaps)
    share = hole_share(_taught(found, params), params=params)
    odds = share / (1.0 - share) * _chance_of_return(params)
    asked = pl.col("can_judge") & pl.col("hole_share").is_null()
    return GAPS.to_pandas(
        found.with_columns(
            hole_share=pl.when(asked).then(share).otherwise("hole_share"),
            p_off=pl.when(asked).then(1.0 / (1.0 / pl.col("p_off") + odds)).otherwise("p_off"),
        )
    )


def hole_share(log_lr: Floats, *, params: GapParams) -> float:
    """Share of holes among silences beyond `max_hole_log_lr`.

    Parameters
    ----------
    log_lr : numpy.ndarray
        Evidence of silences, shape (n,) [nat].
    params : GapParams

    Returns
    -------
    float
        At most `max_hole_share`.

    Examples
    --------
    Where silences get rarer by half each nat, 1 of 128 that say 5 nats and more says 12 and more. Cut off at
    12, their mean is 1 / ln 2 - 7 / 127 = 1.3876 nat beyond 5. So of 127 below and 10 above one is a hole:

    >>> import numpy as np
    >>> log_lr = np.repeat([6.3876, 20.0], [127, 10])
    >>> round(hole_share(log_lr, params=GapParams(usual_holes=0.0)), 3)
    0.1
    """
    low, width = params.min_hole_log_lr, params.max_hole_log_lr - params.min_hole_log_lr
    beyond = log_lr[(log_lr >= low) & (log_lr < low + width)] - low
    n_telling = int((log_lr >= low + width).sum())
    if not len(beyond) or not n_telling:
        return 0.0
    usual = params.usual_holes * _mean_beyond(params.usual_hole_slope, width)
    mean = (float(beyond.sum()) + usual) / (len(beyond) + params.usual_holes)
    # As even as they can be: as many say much as say little, and more.
    slope = brentq(lambda s: _mean_beyond(s, width) - mean, 1e-6, _STEEPEST) if mean < 0.499 * width else 1e-6
    n_holes = len(beyond) / math.expm1(slope * width)
    return min(n_holes / n_telling, params.max_hole_share)


def _mean_beyond(slope: float, width: float) -> float:
    """Mean of an exponential distribution that is cut off at `width`."""
    return 1.0 / slope - width / math.expm1(slope * width)


def _taught(gaps: pl.DataFrame, params: GapParams) -> Floats:
    """Evidence of the silences that teach: at rest at sea, where others vouch and no outage explains it."""
    at_rest = pl.col("start_sog_kn").fill_null(0.0) < params.max_rest_sog_kn
    taught = gaps.filter(at_rest & pl.col("can_judge") & ~pl.col("feed_outage") & ~pl.col("in_port"))
    return taught["log_lr_off"].to_numpy()


def _chance_of_return(params: GapParams) -> pl.Expr:
    """How often a ship that met with a hole would come back like this; 1 where it was bound to."""
    elsewhere = (pl.col("distance_m") > params.max_still_move_m) & (pl.col("slack_h") >= params.min_gap_h)
    changed = (
        pl.col("name_changed").fill_null(value=False)
        | pl.col("mmsi_after").is_not_null()
        | (pl.col("draught_change_m").abs() >= params.min_draught_change_m).fill_null(value=False)
    )
    return pl.when(elsewhere.fill_null(value=False)).then(params.usual_slack_share).otherwise(1.0) * pl.when(
        changed
    ).then(params.usual_change_share).otherwise(1.0)
