"""The probability that two hulls lay alongside: a logistic rule over a few measures of a spell.

The measures are chosen so that 0 is neutral; the weights stand in `EncounterParams`.
"""

from __future__ import annotations

import math

import polars as pl

from stsdetect.params import EncounterParams


def contact_measures(encounters: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    """What the rule looks at, one column a weight.

    Parameters
    ----------
    encounters : polars.DataFrame
        Columns of ENCOUNTERS and ``under_way_h``.

    params : EncounterParams
        How far candidates reach.

    Returns
    -------
    polars.DataFrame
        ``gap``: log-likelihood ratio of the median gap for hulls that touch against hulls anywhere up to
        ``candidate_hull_gap_m`` apart, normal errors, within -8 and 4 nat; ``rigidity``: log-likelihood ratio
        within +-5 nat; ``duration``: ln of hours, from a quarter to twelve; ``abreast``, ``observed``: share
        less one half; ``parted``: ln of the distances before and after over ``parted_m``, each within +-1.5,
        0 where not seen; ``sailing``: ln of 1 plus the hours under way.

    Examples
    --------
    >>> contact_measures(pl.DataFrame({
    ...     "median_hull_gap_m": [30.0], "hull_gap_error_m": [10.0], "rigidity": [8.0], "duration_h": [1.0],
    ...     "abreast": [1.0], "observed_fraction": [0.5], "under_way_h": [0.0],
    ... }), EncounterParams()).row(0)
    (-2.42..., 5.0, 0.0, 0.5, 0.0, 0.0, 0.0)
    """
    return encounters.select(
        gap=_gap_log_lr(params),
        rigidity=pl.col("rigidity").clip(-5.0, 5.0),
        duration=pl.col("duration_h").clip(0.25, 12.0).log(),
        abreast=pl.col("abreast") - 0.5,
        observed=pl.col("observed_fraction") - 0.5,
        parted=_parted("approach_from_m", params) + _parted("departure_to_m", params),
        sailing=(1.0 + pl.col("under_way_h")).log(),
    )


def p_contact(encounters: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """Probability of contact of each encounter; one hull taken for two gets the small value set for it."""
    weights = {
        "gap": params.contact_gap_weight,
        "rigidity": params.contact_rigidity_weight,
        "duration": params.contact_duration_weight,
        "abreast": params.contact_abreast_weight,
        "observed": params.contact_observed_weight,
        "parted": params.contact_parted_weight,
        "sailing": params.contact_sailing_weight,
    }
    log_odds = params.contact_bias + pl.sum_horizontal(pl.col(m) * w for m, w in weights.items())
    p = contact_measures(encounters, params).select(p_contact=1.0 / (1.0 + (-log_odds).exp()))["p_contact"]
    return encounters.select(
        pl.when("same_hull_suspected").then(params.contact_same_hull).otherwise(p).alias("p_contact")
    )["p_contact"]


def _gap_log_lr(params: EncounterParams) -> pl.Expr:
    error = pl.col("hull_gap_error_m").clip(lower_bound=1e-9)
    touching = -0.5 * (pl.col("median_hull_gap_m") / error) ** 2 - (error * math.sqrt(math.pi / 2.0)).log()
    return (touching + math.log(params.candidate_hull_gap_m)).clip(-8.0, 4.0)


def _parted(distance: str, params: EncounterParams) -> pl.Expr:
    return (pl.col(distance).cast(pl.Float64) / params.parted_m).log().clip(-1.5, 1.5).fill_null(0.0)
