"""How strongly a stop speaks for a hull alongside that was never received."""

from __future__ import annotations

import polars as pl

from stsdetect.itu import carries_cargo
from stsdetect.params import DraughtParams, SoloStopParams

_SAYS_NOTHING = (0, 90, 99)  # not available, and other ships of no further kind (table 53)


def support_of_stop(params: SoloStopParams, draught_params: DraughtParams) -> pl.Expr:
    """Log-odds that another hull lay alongside during a stop [nat].

    Parameters
    ----------
    params : SoloStopParams
        The weights.
    draught_params : DraughtParams
        When a draught counts as changed.

    Returns
    -------
    polars.Expr
        Over the columns of SOLO_STOPS, ``outside``, whether the stop lies outside ports and anchorages, and
        ``on_land``, as the map has it.
    """
    p = params
    reading = pl.col("log_lr_borrowed").fill_null(0.0)
    changed = pl.col("draught_change_m").abs() >= draught_params.min_change_m
    shows = (reading > 0.0) | (pl.col("status") == "moored") | changed
    came, went = (pl.col(c).fill_null(0.0) for c in ("came_from_m", "went_to_m"))
    known_type = pl.col("ship_type").is_not_null() & ~pl.col("ship_type").is_in(_SAYS_NOTHING)
    carrier = carries_cargo(pl.col("ship_type"))
    return (
        p.bias_nat
        + p.borrowed_share * reading
        + p.shared_pivot_nat * _holds((pl.col("n_sharing_pivot") > 0) & (reading > 0))
        + p.in_turn_share * _in_turn(shows, params)
        + p.moored_nat * _holds(pl.col("status") == "moored")
        + p.draught_nat * _holds(changed)
        + p.carrier_nat * _holds(known_type & carrier)
        - p.other_type_nat * _holds(known_type & ~carrier)
        + p.offshore_nat * _holds(pl.col("outside") & (pl.col("shore_distance_m") >= p.min_offshore_m))
        - p.inland_nat * _holds(pl.col("on_land"))
        - p.adrift_nat * _holds(pl.col("drift_kn") >= p.min_adrift_kn)
        + p.called_nat * _holds(pl.min_horizontal(came, went) >= p.min_call_m)
        + p.short_stop_nat * _holds(pl.col("duration_h") <= p.max_short_stop_h)
        - p.long_stop_nat * (pl.col("duration_h") / p.typical_stop_h).log().clip(lower_bound=0.0)
        - p.routine_nat * _holds(pl.col("n_own_stops") >= p.min_routine_stops)
        + p.small_nat * _holds(pl.col("length_m") <= p.max_small_m)
    )


def _in_turn(shows: pl.Expr, params: SoloStopParams) -> pl.Expr:
    """What ships in turn say: less where nothing else shows a guest, nothing at an anchor of her own."""
    log_lr = pl.col("log_lr_in_turn").fill_null(0.0)
    alone = log_lr.clip(upper_bound=params.max_in_turn_alone_nat)
    found = pl.when(shows.fill_null(value=False)).then(log_lr).otherwise(alone)
    return pl.when(pl.col("log_lr_borrowed").fill_null(0.0) >= 0.0).then(found).otherwise(0.0)


def _holds(condition: pl.Expr) -> pl.Expr:
    """1 where a condition is known to hold, else 0."""
    return condition.fill_null(value=False).cast(pl.Float64)
