"""The contact rule: a logistic rule that turns the statistics of a spell into `p_contact`.

This is the detector's own estimate. A run replaces it by that of the trained contact model, but an encounter
that is ruled out keeps the low probability it gets here.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import log_ndtr

from stsdetect.arrays import expit_expr, sum_in_order
from stsdetect.model.ceiling import ContactCeiling
from stsdetect.params import EncounterParams

_LEAST_ERROR_M = 1e-9  # only keeps the division finite


def p_contact(encounters: pl.DataFrame, params: EncounterParams) -> pl.Series:
    r"""Probability of contact of each encounter, before anything is ruled out.

    Parameters
    ----------
    encounters : polars.DataFrame
        Columns of ENCOUNTERS that `predictors` needs.
    params : EncounterParams
        ``contact_bias``, one ``contact_*_weight`` per predictor, and the ceiling.

    Returns
    -------
    polars.Series
        ``p_contact``, 0 to 1.

    Notes
    -----
    With the predictors :math:`x_j` and their weights :math:`w_j`, whose fit `EncounterParams` describes,

    .. math::

        p = \frac{1}{1 + e^{-L}}, \qquad L = \min\Big(b + \sum_j w_j x_j,\ L_\max\Big)

    where :math:`L` are log-odds [nat], :math:`b` is ``contact_bias`` [nat] and :math:`L_\max` the ceiling of
    `stsdetect.model.ceiling` for what was not seen. Each predictor is 0 where it favours neither side, and
    bounded, so that no single one decides alone.
    """
    weights = {
        "gap": params.contact_gap_weight,
        "rigidity": params.contact_rigidity_weight,
        "duration": params.contact_duration_weight,
        "abreast": params.contact_abreast_weight,
        "observed": params.contact_observed_weight,
        "parted": params.contact_parted_weight,
    }
    log_odds = params.contact_bias + sum_in_order(pl.col(x) * w for x, w in weights.items())
    seen = (encounters[c].to_numpy() for c in ("median_hull_gap_m", "hull_gap_error_m", "observed_fraction"))
    ceiling = ContactCeiling.of(params).log_odds(*seen)
    return (
        predictors(encounters, params)
        .with_columns(ceiling=ceiling)
        .select(p_contact=expit_expr(pl.min_horizontal(log_odds, "ceiling")))["p_contact"]
    )


def predictors(encounters: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    r"""Predictors of the contact rule, one column per weight.

    Parameters
    ----------
    encounters : polars.DataFrame
        ``median_hull_gap_m``, ``hull_gap_error_m``, ``rigidity``, ``duration_h``, ``abreast``,
        ``observed_fraction``, ``approach_from_m``, ``departure_to_m``.
    params : EncounterParams
        Bounds of each predictor, ``candidate_hull_gap_m``, ``parted_m`` and ``contact_neutral_share``.

    Returns
    -------
    polars.DataFrame
        ``gap``: log-likelihood ratio of the median gap [nat], see the notes; ``rigidity``: that of the
        rigid-body test [nat]; ``duration``: ln of the duration in hours; ``abreast``, ``observed``: shares
        less ``contact_neutral_share``; ``parted``: ln of the greatest distance before the spell over
        ``parted_m``, plus the same after it, each 0 where it is not known.

    Notes
    -----
    The observed gap :math:`g` [m] has a normal error :math:`\sigma` [m] and, as a distance, no sign: the
    normal density is folded at 0. Hulls that touch are compared with hulls whose true gap may be anything up
    to :math:`R`, ``candidate_hull_gap_m`` [m], with equal probability:

    .. math::

        x_\mathrm{gap} = \ln \frac{\frac{2}{\sigma}\,\varphi(g / \sigma)}
        {\frac{1}{R} \left[ \Phi\!\left(\frac{R - g}{\sigma}\right) -
        \Phi\!\left(\frac{-R - g}{\sigma}\right) \right]}

    with :math:`\varphi` and :math:`\Phi` the density and the distribution function of the standard normal.
    Where the error is much larger than :math:`R`, the ratio tends to 0: such a gap favours neither.

    Examples
    --------
    >>> x = predictors(pl.DataFrame({
    ...     "median_hull_gap_m": [30.0], "hull_gap_error_m": [10.0], "rigidity": [8.0],
    ...     "duration_h": [1.0], "abreast": [1.0], "observed_fraction": [0.5],
    ...     "approach_from_m": [None], "departure_to_m": [500.0],
    ... }), EncounterParams())
    >>> [round(v, 2) for v in x.row(0)]
    [-2.42, 5.0, 0.0, 0.5, 0.0, -0.34]
    """
    cap = params.contact_rigidity_cap_nat
    return encounters.select(
        gap=_gap_log_lr(encounters, params),
        rigidity=pl.col("rigidity").clip(-cap, cap),
        duration=pl.col("duration_h").clip(*params.duration_range_h).log(),
        abreast=pl.col("abreast") - params.contact_neutral_share,
        observed=pl.col("observed_fraction") - params.contact_neutral_share,
        parted=_log_parted("approach_from_m", params) + _log_parted("departure_to_m", params),
    )


def capped_where_ruled_out(params: EncounterParams) -> pl.Expr:
    """`p_contact`, at most ``contact_ruled_out`` where ``ruled_out`` gives a reason against contact."""
    cap = pl.when(pl.col("ruled_out").is_not_null()).then(params.contact_ruled_out)
    return pl.min_horizontal("p_contact", cap).alias("p_contact")


def _gap_log_lr(encounters: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """The ratio of `predictors`, in units of the error, from logarithms that do not underflow."""
    error = np.maximum(encounters["hull_gap_error_m"].to_numpy(), _LEAST_ERROR_M)
    gap, reach = encounters["median_hull_gap_m"].to_numpy() / error, params.candidate_hull_gap_m / error
    touching = np.log(2.0 * reach) - 0.5 * (gap**2 + np.log(2.0 * np.pi))
    upper, lower = log_ndtr(reach - gap), log_ndtr(-reach - gap)
    apart = upper + np.log1p(-np.exp(lower - upper))
    low, high = params.gap_range_nat
    return pl.Series(np.clip(touching - apart, low, high))


def _log_parted(distance: str, params: EncounterParams) -> pl.Expr:
    return (
        (pl.col(distance).cast(pl.Float64) / params.parted_m).log().clip(*params.parted_range).fill_null(0.0)
    )
