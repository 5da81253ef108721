"""Where a ship could have left the cargo of an event: calls at quays, hidden calls, and later events."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ChainParams, DraughtParams
from stsdetect.units import MS_PER_H


def quay_stops(
    sides: pl.DataFrame,
    *,
    visits: pl.DataFrame,
    hidden_calls: pl.DataFrame,
    gaps: pl.DataFrame,
    params: ChainParams,
    draught_params: DraughtParams,
) -> pl.DataFrame:
    """Where each side of an event could have left the cargo, in order of time.

    Parameters
    ----------
    sides : polars.DataFrame
        From `event_sides`.
    visits, hidden_calls, gaps : polars.DataFrame
        Validated PORT_VISITS, HIDDEN_CALLS and GAPS.
    params : ChainParams
        Probabilities and the horizon.
    draught_params : DraughtParams
        From which change on a draught counts as changed [m].

    Returns
    -------
    polars.DataFrame
        One row per event, side and place: ``event_id side vessel_id stop_kind`` (visit or gap), ``stop_id
        stop_time``, ``p_left``: the probability that it left the cargo there if it still had it, ``visit_id
        port_id port_name stop_lat stop_lon fall_m`` [m], ``why`` and ``against``. The places of one gap
        share their ``stop_id``.
    """
    keys = sides.select("event_id", "side", "vessel_id", event_end="end_time")
    found = pl.concat(
        [
            _visits(keys, visits, params, draught_params.min_change_m),
            _hidden(keys, hidden_calls, gaps, params, draught_params.min_change_m),
        ],
        how="diagonal",
    )
    return _in_time(found, params)


def passed_on(sides: pl.DataFrame, params: ChainParams) -> pl.DataFrame:
    """Later events of each side, in which it may have passed the cargo on to the other ship.

    Parameters
    ----------
    sides : polars.DataFrame
        With the columns of `with_direction`.
    params : ChainParams

    Returns
    -------
    polars.DataFrame
        As `quay_stops`, with ``stop_kind`` event and ``next_event_id next_side``, the ship that took it.
    """
    takers = sides.select(
        next_event_id="event_id",
        next_side="side",
        vessel_id="partner_id",
        stop_kind=pl.lit("event"),
        stop_id="event_id",
        stop_time="start_time",
        stop_lat="lat",
        stop_lon="lon",
        p_left=pl.col("p_contact") * pl.col("p_took") * params.p_passed_on,
        why=pl.lit("lay alongside the ship of the next step"),
    ).filter(pl.col("vessel_id").is_not_null())
    keys = sides.select("event_id", "side", "vessel_id", event_end="end_time")
    rows = keys.join(takers, on="vessel_id", maintain_order="left")
    return _in_time(rows.filter(pl.col("next_event_id") != pl.col("event_id")), params)


def _in_time(stops: pl.DataFrame, params: ChainParams) -> pl.DataFrame:
    window = pl.duration(milliseconds=int(params.max_days * 24 * MS_PER_H))
    after = pl.col("stop_time") - pl.col("event_end")
    kept = stops.filter(after.is_between(pl.duration(), window) & (pl.col("p_left") > 0))
    order = [
        c for c in ("event_id", "side", "stop_time", "stop_id", "port_id", "next_side") if c in kept.columns
    ]
    return kept.sort(order, nulls_last=True, maintain_order=True)


def _visits(keys: pl.DataFrame, visits: pl.DataFrame, p: ChainParams, least_m: float) -> pl.DataFrame:
    fall = pl.col("draught_in_m") - pl.col("draught_out_m")
    berth = pl.col("kind") == "berth"
    is_open = pl.col("end_time").is_null()
    calls = visits.select(
        "vessel_id",
        pl.lit("visit").alias("stop_kind"),
        pl.col("visit_id").alias("stop_id"),
        "visit_id",
        "port_id",
        "port_name",
        "start_time",
        "last_time",
        "rest_h",
        stop_lat="lat",
        stop_lon="lon",
        fall_m=fall.round(2),
        berth=berth,
        is_open=is_open,
    )
    lighter = (pl.col("fall_m") >= least_m).fill_null(value=False)
    deeper = (pl.col("fall_m") <= -least_m).fill_null(value=False)
    unchanged = pl.col("fall_m").is_not_null() & ~lighter & ~deeper
    at_berth = (
        pl.when(lighter)
        .then(p.p_quay_lighter)
        .when(deeper)
        .then(p.p_quay_deeper)
        .when(unchanged & ~pl.col("is_open"))
        .then(p.p_quay_unchanged)
        .when("is_open")
        .then(p.p_quay_open)
        .otherwise(p.p_quay)
    )
    elsewhere = pl.when(lighter).then(p.p_anchorage_lighter).otherwise(p.p_anchorage)
    short = pl.col("berth") & (pl.col("rest_h") < p.min_unload_h) & ~pl.col("is_open") & ~lighter
    p_left = pl.when("berth").then(at_berth).otherwise(elsewhere) * pl.when(short).then(
        p.short_call_share
    ).otherwise(1.0)
    rows = keys.join(calls, on="vessel_id", maintain_order="left").with_columns(p_left=p_left)
    # Of a visit that the event fell into, what is left of it counts: roads first, the quay afterwards.
    within = (pl.col("start_time") < pl.col("event_end")) & (pl.col("last_time") > pl.col("event_end"))
    rest_h = (pl.col("last_time") - pl.col("event_end")).dt.total_milliseconds() / MS_PER_H
    rows = rows.filter(
        (pl.col("start_time") >= pl.col("event_end"))
        | (within & pl.col("berth") & (rest_h >= p.min_unload_h))
    )
    why = (
        pl.when(lighter)
        .then(pl.format("lay at a berth for {} h and left {} m lighter", _hours(), pl.col("fall_m").round(1)))
        .when(pl.col("berth"))
        .then(pl.format("lay at a berth for {} h", _hours()))
        .otherwise(pl.lit("lay at an anchorage or in roads"))
    )
    against = pl.concat_str(
        [
            pl.when(deeper).then(pl.format("left {} m deeper", -pl.col("fall_m"))),
            pl.when(unchanged).then(pl.lit("broadcast no change of draught")),
            pl.when(pl.col("fall_m").is_null()).then(pl.lit("draughts unknown")),
            pl.when(short).then(pl.lit("a short call")),
            pl.when("is_open").then(pl.lit("still there when the dump ended")),
            pl.when(within).then(pl.lit("the event fell into this call at the port")),
        ],
        separator="; ",
        ignore_nulls=True,
    )
    return rows.with_columns(
        stop_time=pl.max_horizontal("start_time", "event_end"),
        why=why,
        against=pl.when(against != "").then(against),
    ).drop("start_time", "last_time", "rest_h", "berth", "is_open")


def _hidden(
    keys: pl.DataFrame, hidden_calls: pl.DataFrame, gaps: pl.DataFrame, p: ChainParams, least_m: float
) -> pl.DataFrame:
    calls = hidden_calls.filter(pl.col("p") >= p.min_hidden_p).join(
        gaps.select("gap_id", "draught_change_m"), on="gap_id", how="left", maintain_order="left"
    )
    fall = -pl.col("draught_change_m")
    left = (
        pl.when(fall >= least_m)
        .then(p.p_quay_lighter)
        .when(fall <= -least_m)
        .then(p.p_quay_deeper)
        .when(fall.is_not_null())
        .then(p.p_quay_unchanged)
        .otherwise(p.p_quay)
    )
    calls = calls.select(
        "vessel_id",
        pl.lit("gap").alias("stop_kind"),
        pl.col("gap_id").alias("stop_id"),
        "port_id",
        "port_name",
        stop_time="earliest_arrival",
        stop_lat="lat",
        stop_lon="lon",
        fall_m=fall,
        p_left=pl.col("p") * left,
        why=pl.format(
            "could have called there in a gap, {} % likely", (pl.col("p") * 100).round(0).cast(pl.Int64)
        ),
        against=pl.lit("no position of that call"),
    )
    return keys.join(calls, on="vessel_id", maintain_order="left").filter(
        pl.col("stop_time") >= pl.col("event_end")
    )


def _hours() -> pl.Expr:
    return pl.col("rest_h").round(1)
