"""Which of the two ships of an event took the cargo, as a probability."""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import expit_expr, sum_in_order
from stsdetect.params import ChainParams, DraughtParams


def with_direction(
    sides: pl.DataFrame,
    stops: pl.DataFrame,
    *,
    embargoed: tuple[str, ...],
    params: ChainParams,
    draught_params: DraughtParams,
) -> pl.DataFrame:
    """Add the kind of cargo and the probability that each side took it.

    Parameters
    ----------
    sides : polars.DataFrame
        From `event_sides`.
    stops : polars.DataFrame
        From `quay_stops`; the first stop after an event at which the draught changed counts.
    embargoed : tuple of str
        Flags under embargo, ISO 3166 alpha-3.
    params : ChainParams
        Weights [nat].
    draught_params : DraughtParams
        From which change on a draught counts as changed [m].

    Returns
    -------
    polars.DataFrame
        `sides` with ``commodity`` (dry, liquid, sand or unknown), ``p_took`` (the two sides of an event add
        up to 1), ``quay_fall_m`` [m], by how much the draught fell at the first such stop, and
        ``quay_stop_id``, the first call at which it probably unloaded.
    """
    p, least_m = params, draught_params.min_change_m
    sides = sides.with_columns(commodity=_commodity())
    sides = _with_first(sides, stops.filter(pl.col("fall_m").abs() >= least_m), "fall_m", "quay_fall_m")
    likely = stops.filter(pl.col("p_left") >= p.min_quay_p)
    sides = _with_first(sides, likely, "stop_id", "quay_stop_id")
    rise, fall = pl.col("rise_m").fill_null(0.0), pl.col("quay_fall_m").fill_null(0.0)
    is_embargoed = pl.col("flag").is_in(embargoed).fill_null(value=False)
    took = sum_in_order(
        [
            p.own_change_nat * _sign(rise, least_m),
            p.quay_change_nat * _sign(fall, least_m),
            pl.when(pl.col("hull") == "dredger").then(-p.dredger_nat),
            pl.when(pl.col("hull") == "barge").then(p.barge_nat),
            # Dry cargo and sand leave the country under embargo, oil goes there.
            pl.when(is_embargoed).then(pl.when(pl.col("commodity") == "liquid").then(1.0).otherwise(-1.0))
            * p.embargoed_flag_nat,
            pl.when(_much_smaller(p) & (pl.col("commodity") == "liquid")).then(p.smaller_tanker_nat),
            pl.when("quay_after").then(p.next_quay_nat),
            pl.when("quay_before").then(-p.came_from_quay_nat),
        ]
    )
    sides = sides.with_columns(log_odds=took)
    # Each sign of one ship is a sign against the other; of one that was never received there is none.
    other = sides.select("event_id", side=3 - pl.col("side"), other_log_odds="log_odds")
    sides = sides.join(other, on=["event_id", "side"], how="left", maintain_order="left")
    difference = pl.col("log_odds") - pl.col("other_log_odds").fill_null(0.0)
    return sides.with_columns(p_took=expit_expr(difference)).drop("log_odds", "other_log_odds")


def _much_smaller(params: ChainParams) -> pl.Expr:
    """Whether the ship is much shorter than the other of the event."""
    longest = pl.col("hull_length_m").max().over("event_id")
    return (pl.col("hull_length_m") <= params.max_smaller_ratio * longest).fill_null(value=False)


def _commodity() -> pl.Expr:
    """Kind of cargo by the hulls of both sides."""

    def any_of(hull: str) -> pl.Expr:
        return (pl.col("hull") == hull).any().over("event_id")

    carrier = any_of("dry") | any_of("barge")
    return (
        pl.when(any_of("dredger") | (pl.col("category") == "dredging"))
        .then(pl.lit("sand"))
        .when(any_of("tanker") & ~carrier)
        .then(pl.lit("liquid"))
        .when(carrier & ~any_of("tanker"))
        .then(pl.lit("dry"))
        .otherwise(pl.lit("unknown"))
    )


def _with_first(sides: pl.DataFrame, stops: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Add a column of the first of some calls that were seen after each event; null where there is none."""
    first = (
        stops.filter(pl.col("stop_kind") == "visit")
        .sort("event_id", "side", "stop_time", "stop_id", maintain_order=True)
        .unique(["event_id", "side"], keep="first", maintain_order=True)
        .select("event_id", "side", pl.col(column).alias(name))
    )
    return sides.join(first, on=["event_id", "side"], how="left", maintain_order="left")


def _sign(change: pl.Expr, least: float) -> pl.Expr:
    """1, -1 or 0 where the change is smaller than `least`."""
    return pl.when(change.abs() >= least).then(change.sign()).otherwise(0.0)
