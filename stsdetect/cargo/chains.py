"""Where the cargo of an event went: ranked candidates, from the event over other ships to a quay.

The ship that took the cargo is followed to her next calls. At each of them she left it with some probability,
if she still had it; the probabilities of her calls, each times that of having kept the cargo so far, add up
to at most 1, and so do those over both ships that could have taken it. The rest is that of a quay that the
dump does not show.
"""

from __future__ import annotations

import polars as pl

from stsdetect.cargo.hull_sizes import hull_sizes
from stsdetect.cargo.sides.direction import with_direction
from stsdetect.cargo.sides.event_sides import event_sides
from stsdetect.cargo.sides.event_tonnes import with_event_tonnes
from stsdetect.cargo.sides.loads import with_loads
from stsdetect.cargo.sides.quay_stops import passed_on, quay_stops
from stsdetect.cargo.tonnes import interval
from stsdetect.cargo.typed_draughts import changing_draughts, without_constant_draughts
from stsdetect.params import ChainParams, DraughtParams, ScoreParams, TonnesParams
from stsdetect.schema import (
    CHAINS,
    EVENTS,
    FEATURES,
    GAPS,
    HIDDEN_CALLS,
    IDENTITY,
    PORT_VISITS,
    STATIC,
    Frame,
)
from stsdetect.units import MS_PER_H


def find_chains(
    events: Frame,
    features: Frame,
    port_visits: Frame,
    *,
    hidden_calls: Frame | None = None,
    gaps: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    params: ChainParams | None = None,
    tonnes_params: TonnesParams | None = None,
    draught_params: DraughtParams | None = None,
    score_params: ScoreParams | None = None,
) -> pl.DataFrame:
    """Follow the cargo of each event to the quays where it may have been unloaded.

    Parameters
    ----------
    events : EVENTS frame
    features : FEATURES frame
        From `build_features`: of these events, and perhaps of other candidates.
    port_visits : PORT_VISITS frame
    hidden_calls, gaps, identity, static : frame, optional
        Without HIDDEN_CALLS and GAPS only calls that were seen end a chain; without IDENTITY no size is
        known and there are no tonnes; without STATIC none rest on draughts.
    params : ChainParams, optional
    tonnes_params : TonnesParams, optional
    draught_params : DraughtParams, optional
    score_params : ScoreParams, optional
        The flags under embargo.

    Returns
    -------
    polars.DataFrame
        CHAINS, the candidates of each event by rank. An event without candidates has no rows: neither ship
        was seen at a quay within `ChainParams.max_days`.

    Raises
    ------
    SchemaError
        When a table lacks a column or holds a value that it may not.

    Examples
    --------
    >>> find_chains(EVENTS.empty(), FEATURES.empty(), PORT_VISITS.empty()).height
    0
    """
    params, tonnes_params = ChainParams.of(params), TonnesParams.of(tonnes_params)
    draught_params = DraughtParams.of(draught_params)
    events, visits = EVENTS.validate(events), PORT_VISITS.validate(port_visits)
    gaps, static = GAPS.optional(gaps), STATIC.optional(static)
    visits, static = without_constant_draughts(visits, static), changing_draughts(static)
    sides = event_sides(
        events,
        FEATURES.validate(features),
        hulls=hull_sizes(IDENTITY.optional(identity), static, tonnes_params),
        visits=visits,
        static=static,
        draught_params=draught_params,
        params=params,
    )
    stops = quay_stops(
        sides,
        visits=visits,
        hidden_calls=HIDDEN_CALLS.optional(hidden_calls),
        gaps=gaps,
        params=params,
        draught_params=draught_params,
    )
    embargoed = ScoreParams.of(score_params).embargoed_flags
    sides = with_direction(sides, stops, embargoed=embargoed, params=params, draught_params=draught_params)
    sides = with_loads(sides, tonnes_params, draught_params)
    sides = with_event_tonnes(sides, tonnes_params, draught_params)
    steps = _followed(sides, pl.concat([stops, passed_on(sides, params)], how="diagonal"), params)
    return _chains(steps, sides, events, params)


def _followed(sides: pl.DataFrame, stops: pl.DataFrame, params: ChainParams) -> pl.DataFrame:
    """All candidates as rows with their steps as lists: event, side of each step, and stop of each step."""
    stops = _p_if_taken(stops)
    start = sides.filter(pl.col("p_took") > 0).select(
        "event_id",
        p="p_took",
        at_event="event_id",
        at_side="side",
        path=pl.concat_list(pl.lit([], pl.List(pl.Int64))),
    )
    stops = stops.with_row_index("stop").with_columns(pl.col("stop").cast(pl.Int64))
    keys = stops.select("stop", "p_here", "next_event_id", "next_side", at_event="event_id", at_side="side")
    ended, reached = [], start
    for _ in range(params.max_steps):
        step = reached.join(keys, on=["at_event", "at_side"], maintain_order="left_right").with_columns(
            p=pl.col("p") * pl.col("p_here"), path=pl.concat_list("path", "stop")
        )
        step = step.filter(pl.col("p") >= params.min_p)
        ended.append(step.filter(pl.col("next_event_id").is_null()).select("event_id", "p", "path"))
        reached = step.filter(pl.col("next_event_id").is_not_null()).select(
            "event_id", "p", "path", at_event="next_event_id", at_side="next_side"
        )
    chains = pl.concat(ended)
    chains = chains.with_columns(path_key=pl.col("path").cast(pl.List(pl.String)).list.join("-"))
    chains = chains.sort(
        "event_id", "p", "path_key", descending=[False, True, False], maintain_order=True
    ).with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("event_id"))
    chains = chains.filter(pl.col("rank") <= params.max_candidates)
    return (
        chains.explode("path")
        .with_columns(step=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("event_id", "rank"))
        .join(
            stops.rename({"event_id": "step_event_id"}),
            left_on="path",
            right_on="stop",
            maintain_order="left",
        )
    )


def _p_if_taken(stops: pl.DataFrame) -> pl.DataFrame:
    """Probability that the cargo was left at each place, given that this side took it, as ``p_here``."""
    key = ["event_id", "side"]
    order = [*key, "stop_time", "stop_id"]
    whole = (
        stops.group_by(order, maintain_order=True)
        .agg(left=pl.col("p_left").sum().clip(0.0, 1.0))
        .sort(order, maintain_order=True)
        .with_columns(kept=(1.0 - pl.col("left")).cum_prod().over(key))
        .with_columns(had=pl.col("kept").shift(1).over(key).fill_null(1.0))
    )
    stops = stops.join(whole.select(*order, "had"), on=order, maintain_order="left")
    return stops.with_columns(p_here=pl.col("had") * pl.col("p_left")).sort(
        *order, "port_id", "next_side", nulls_last=True, maintain_order=True
    )


def _chains(
    steps: pl.DataFrame, sides: pl.DataFrame, events: pl.DataFrame, params: ChainParams
) -> pl.DataFrame:
    """CHAINS of the steps: who carried the cargo, how much, what it rests on and what speaks against it."""
    cargo = sides.select(
        "cargo_log", "cargo_sigma", "most_log", "method", "commodity", "balance", "p_took",
        step_event_id="event_id", side="side",
    )  # fmt: skip
    carriers = sides.select(step_event_id="event_id", side="side", mmsi="mmsi")
    chain = ["event_id", "rank"]
    amounts = steps.select(*chain, "step", "step_event_id", "side").join(
        cargo, on=["step_event_id", "side"], maintain_order="left"
    )
    first = amounts.filter(pl.col("step") == 1).select(
        *chain, "commodity", "balance", "p_took", first_side="side"
    )
    # What arrives is no more than what passed the narrowest step.
    narrowest = (
        amounts.sort(*chain, "cargo_log", "step", nulls_last=True, maintain_order=True)
        .unique(chain, keep="first", maintain_order=True)
        .select(*chain, "cargo_log", "cargo_sigma", "most_log", "method")
    )
    rows = (
        steps.join(first, on=chain, maintain_order="left")
        .join(narrowest, on=chain, maintain_order="left")
        .join(carriers, on=["step_event_id", "side"], maintain_order="left")
        .join(
            events.select("event_id", "source_id", event_end="end_time"), on="event_id", maintain_order="left"
        )
    )
    taker = pl.format("ship {} took the cargo, {} % likely", "first_side", _percent(pl.col("p_took")))
    evidence = pl.concat_str([taker, pl.col("why"), pl.col("balance")], separator="; ", ignore_nulls=True)
    after_ms = (pl.col("stop_time") - pl.col("event_end")).dt.total_milliseconds()
    rows = rows.with_columns(
        chain_id=pl.format("chain-{}-{}", "source_id", "rank"),
        arrival_time="stop_time",
        hours_after=after_ms / MS_PER_H,
        draught_change_m=-pl.col("fall_m"),
        end_basis=pl.col("stop_kind").replace_strict(
            {"visit": "seen", "gap": "hidden_call", "event": "event"}, return_dtype=pl.String
        ),
        evidence=evidence,
    ).with_columns(interval(pl.col("cargo_log"), pl.col("cargo_sigma"), pl.col("most_log")))
    return CHAINS.ordered(rows)


def _percent(p: pl.Expr) -> pl.Expr:
    return (p * 100.0).round(0).cast(pl.Int64)
