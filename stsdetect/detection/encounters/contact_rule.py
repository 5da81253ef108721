"""The probability that two hulls lay alongside: a logistic rule over a few measures of a spell.

The measures are chosen so that 0 is neutral; the weights stand in `EncounterParams`.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import log_ndtr

from stsdetect.params import EncounterParams


def contact_measures(encounters: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    """What the rule looks at, one column a weight.

    Parameters
    ----------
    encounters : polars.DataFrame
        Columns of ENCOUNTERS.
    params : EncounterParams
        How far candidates reach, and the range of each measure.

    Returns
    -------
    polars.DataFrame
        ``gap``: log-likelihood ratio of the median gap, hulls that touch against hulls anywhere up to
        ``candidate_hull_gap_m`` apart, normal errors, so 0 where the error is larger than that;
        ``rigidity``: log-likelihood ratio; ``duration``: ln of hours; ``abreast``, ``observed``: share less
        one half; ``parted``: sum of the logarithms of the distances before and after over ``parted_m``, each
        0 where not seen.

    Examples
    --------
    >>> measures = contact_measures(pl.DataFrame({
    ...     "median_hull_gap_m": [30.0], "hull_gap_error_m": [10.0], "rigidity": [8.0],
    ...     "duration_h": [1.0], "abreast": [1.0], "observed_fraction": [0.5],
    ...     "approach_from_m": [None], "departure_to_m": [500.0],
    ... }), EncounterParams())
    >>> [round(v, 2) for v in measures.row(0)]
    [-2.42, 5.0, 0.0, 0.5, 0.0, -0.34]
    """
    return encounters.select(
        gap=_gap_log_lr(encounters, params),
        rigidity=pl.col("rigidity").clip(-params.contact_rigidity_cap_nat, params.contact_rigidity_cap_nat),
        duration=pl.col("duration_h").clip(*params.duration_range_h).log(),
        abreast=pl.col("abreast") - 0.5,
        observed=pl.col("observed_fraction") - 0.5,
        parted=_parted("approach_from_m", params) + _parted("departure_to_m", params),
    )


def p_contact(encounters: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """Probability of contact of each encounter, before anything is ruled out."""
    weights = {
        "gap": params.contact_gap_weight,
        "rigidity": params.contact_rigidity_weight,
        "duration": params.contact_duration_weight,
        "abreast": params.contact_abreast_weight,
        "observed": params.contact_observed_weight,
        "parted": params.contact_parted_weight,
    }
    log_odds = params.contact_bias + pl.sum_horizontal(pl.col(m) * w for m, w in weights.items())
    return contact_measures(encounters, params).select(p_contact=1.0 / (1.0 + (-log_odds).exp()))["p_contact"]


def at_most_ruled_out(params: EncounterParams) -> pl.Expr:
    """`p_contact`, no more than `contact_ruled_out` where the two cannot lie alongside."""
    most = pl.when(pl.col("ruled_out").is_not_null()).then(params.contact_ruled_out)
    return pl.min_horizontal("p_contact", most).alias("p_contact")


def _gap_log_lr(encounters: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """Density of the observed gap, folded at 0, if the hulls touch, over that of a gap anywhere in reach."""
    error = np.maximum(encounters["hull_gap_error_m"].to_numpy(), 1e-9)
    gap, reach = encounters["median_hull_gap_m"].to_numpy() / error, params.candidate_hull_gap_m / error
    touching = np.log(2.0 * reach) - 0.5 * (gap**2 + np.log(2.0 * np.pi))
    near, far = log_ndtr(reach - gap), log_ndtr(-reach - gap)
    low, high = params.gap_range_nat
    apart = near + np.log1p(-np.exp(far - near))
    return pl.Series(np.clip(touching - apart, low, high))


def _parted(distance: str, params: EncounterParams) -> pl.Expr:
    return (
        (pl.col(distance).cast(pl.Float64) / params.parted_m).log().clip(*params.parted_range).fill_null(0.0)
    )
