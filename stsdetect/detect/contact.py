"""The probability that two hulls lay alongside: a logistic rule over a few measures of a spell.

The measures are chosen so that 0 is neutral; the weights stand in `EncounterParams`.
"""

from __future__ import annotations

import polars as pl

from stsdetect.params import EncounterParams


def contact_measures(encounters: pl.DataFrame) -> pl.DataFrame:
    """What the rule looks at, one column a weight.

    Parameters
    ----------
    encounters : polars.DataFrame
        Columns of ENCOUNTERS.

    Returns
    -------
    polars.DataFrame
        ``gap``: median gap over its error, softened; ``rigidity``: log-likelihood ratio within +-5 nat;
        ``duration``: ln of hours, from a quarter to twelve; ``abreast``, ``observed``: share less one half;
        ``speed``: knots above 1.

    Examples
    --------
    >>> contact_measures(pl.DataFrame({
    ...     "median_hull_gap_m": [30.0], "hull_gap_error_m": [10.0], "rigidity": [8.0], "duration_h": [1.0],
    ...     "abreast": [1.0], "observed_fraction": [0.5], "median_sog_kn": [0.4],
    ... })).row(0)
    (3.0, 5.0, 0.0, 0.5, 0.0, 0.0)
    """
    return encounters.select(
        gap=(pl.col("median_hull_gap_m") / pl.col("hull_gap_error_m").clip(lower_bound=1e-9)).clip(0.0, 10.0),
        rigidity=pl.col("rigidity").clip(-5.0, 5.0),
        duration=pl.col("duration_h").clip(0.25, 12.0).log(),
        abreast=pl.col("abreast") - 0.5,
        observed=pl.col("observed_fraction") - 0.5,
        speed=(pl.col("median_sog_kn") - 1.0).clip(lower_bound=0.0),
    )


def p_contact(encounters: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """Probability of contact of each encounter; one hull taken for two gets the small value set for it."""
    weights = {
        "gap": params.contact_gap_weight,
        "rigidity": params.contact_rigidity_weight,
        "duration": params.contact_duration_weight,
        "abreast": params.contact_abreast_weight,
        "observed": params.contact_observed_weight,
        "speed": params.contact_speed_weight,
    }
    log_odds = params.contact_bias + pl.sum_horizontal(pl.col(m) * w for m, w in weights.items())
    p = contact_measures(encounters).select(p_contact=1.0 / (1.0 + (-log_odds).exp()))["p_contact"]
    return encounters.select(
        pl.when("same_hull_suspected").then(params.contact_same_hull).otherwise(p).alias("p_contact")
    )["p_contact"]
