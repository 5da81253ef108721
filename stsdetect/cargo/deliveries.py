"""Direct deliveries: a ship that came laden from a place that matters, berthed, and unloaded at the quay.

What matters is an origin under embargo, seen or possible in a gap, or a voyage whose origin the dump does
not show. A ship that comes from a quay that was seen, with AIS on, trades as others do: not a candidate.
"""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import expit_expr, sum_in_order
from stsdetect.cargo.approaches import approaches
from stsdetect.cargo.embargo_grounds import embargo_grounds
from stsdetect.cargo.hidden_deliveries import hidden_deliveries
from stsdetect.cargo.hull_sizes import hull_sizes
from stsdetect.cargo.renamed_ships import renamed_gaps
from stsdetect.cargo.tonnes import (
    interval,
    most_of,
    with_ballast,
    with_capacity_tonnes,
    with_draught_tonnes,
)
from stsdetect.cargo.typed_draughts import without_constant_draughts
from stsdetect.cargo.unloading import p_unloaded
from stsdetect.geo.land import is_land
from stsdetect.lists.list_matches import WATCHLIST_MATCHES
from stsdetect.params import ChainParams, DeliveryParams, DraughtParams, ScoreParams, TonnesParams
from stsdetect.schema import (
    DELIVERIES,
    ENCOUNTERS,
    GAPS,
    HIDDEN_CALLS,
    IDENTITY,
    PORT_VISITS,
    STATIC,
    VOYAGES,
    Frame,
)

_CARRIERS = ("barge", "dry", "tanker", "dredger", "unknown")


def find_deliveries(
    port_visits: Frame,
    voyages: Frame,
    *,
    hidden_calls: Frame | None = None,
    gaps: Frame | None = None,
    encounters: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    matches: pl.DataFrame | None = None,
    params: DeliveryParams | None = None,
    chain_params: ChainParams | None = None,
    tonnes_params: TonnesParams | None = None,
    draught_params: DraughtParams | None = None,
    score_params: ScoreParams | None = None,
) -> pl.DataFrame:
    """Find the calls at which a ship may have unloaded cargo that it brought straight from its origin.

    Parameters
    ----------
    port_visits, voyages : PORT_VISITS, VOYAGES frame
    hidden_calls, gaps, encounters, identity, static : frame, optional
        Without them nothing is known of hidden calls, gaps, cargo taken at sea, sizes and draughts.
    matches : WATCHLIST_MATCHES frame, optional
        From `match_watchlist`.
    params : DeliveryParams, optional
    chain_params, tonnes_params, draught_params, score_params : optional
        Probabilities of unloading, tonnes, changes of draught, and the flags and ports under embargo.

    Returns
    -------
    polars.DataFrame
        DELIVERIES whose `p` is at least `DeliveryParams.min_p`. `p` is the product of two probabilities: that
        the ship unloaded during the call, and that its cargo came from an origin that matters.

    Raises
    ------
    SchemaError
        When a table lacks a column or holds a value that it may not.

    Examples
    --------
    >>> find_deliveries(PORT_VISITS.empty(), VOYAGES.empty()).height
    0
    """
    params, chain_params = DeliveryParams.of(params), ChainParams.of(chain_params)
    tonnes_params, draught_params = TonnesParams.of(tonnes_params), DraughtParams.of(draught_params)
    score_params = ScoreParams.of(score_params)
    visits, voyages = PORT_VISITS.validate(port_visits), VOYAGES.validate(voyages)
    gaps, hidden_calls = GAPS.optional(gaps), HIDDEN_CALLS.optional(hidden_calls)
    identity, static = IDENTITY.optional(identity), STATIC.optional(static)
    visits = without_constant_draughts(visits, static)
    known = WATCHLIST_MATCHES.optional(None) if matches is None else matches
    grounds = embargo_grounds(identity, known, embargoed=score_params.embargoed_flags)
    hulls = hull_sizes(identity, static, tonnes_params)
    renamed = renamed_gaps(gaps, identity, params)
    loads = _loads(ENCOUNTERS.optional(encounters), hulls, params, draught_params)
    calls = approaches(
        visits,
        gaps=pl.concat([gaps, renamed]),
        hidden_calls=hidden_calls,
        loads=loads,
        params=params,
        draught_params=draught_params,
    )
    rows = calls.join(hulls, on="vessel_id", how="left", maintain_order="left")
    rows = rows.filter(pl.col("hull").is_in(_CARRIERS))
    rows = rows.join(grounds, on="vessel_id", how="left", maintain_order="left")
    rows = rows.join(_laden(voyages), on="visit_id", how="left", maintain_order="left")
    rows = rows.join(
        _destinations(rows, static, score_params), on="visit_id", how="left", maintain_order="left"
    )
    rows = rows.with_columns(
        pl.col("embargoed_flag", "listed", "embargoed_destination").fill_null(value=False),
        pl.col("laden").fill_null("unknown"),
        fall_m=(pl.col("draught_in_m") - pl.col("draught_out_m")).round(2),
        embargoed_quay=pl.col("country").is_in(params.embargoed_countries).fill_null(value=False),
        commodity=_commodity(),
    )
    rows = rows.with_columns(_origin())
    unloaded = p_unloaded(params, chain_params, least_m=draught_params.min_change_m)
    rows = rows.with_columns(p_unloaded=unloaded, p_origin=_p_origin(params, draught_params.min_change_m))
    rows = rows.with_columns(p=pl.col("p_unloaded") * pl.col("p_origin")).filter(pl.col("p") >= params.min_p)
    rows = _with_words(_with_tonnes(rows, tonnes_params, draught_params), params)
    hidden = hidden_deliveries(
        hidden_calls,
        gaps=gaps,
        hulls=hulls,
        grounds=grounds,
        loads=loads,
        params=params,
        chain_params=chain_params,
        tonnes_params=tonnes_params,
        draught_params=draught_params,
    )
    return DELIVERIES.ordered(pl.concat([DELIVERIES.validate(rows), hidden]))


def _loads(
    encounters: pl.DataFrame, hulls: pl.DataFrame, params: DeliveryParams, draught_params: DraughtParams
) -> pl.DataFrame:
    """Encounters in which a ship may have taken cargo, by what its draught did, else by its size.

    Of two ships that say nothing the smaller one is more likely to have come for the cargo.
    """
    lengths = hulls.select("vessel_id", "hull_length_m")
    for side in (1, 2):
        own = lengths.rename({"vessel_id": f"vessel_id_{side}", "hull_length_m": f"length_{side}"})
        encounters = encounters.join(own, on=f"vessel_id_{side}", how="left", maintain_order="left")
    parts = []
    for side in (1, 2):
        smaller = pl.col(f"length_{side}") < pl.col(f"length_{3 - side}")
        unknown = (
            pl.when(smaller)
            .then(params.smaller_took_share)
            .when(~smaller)
            .then(1.0 - params.smaller_took_share)
            .otherwise(0.5)
        )
        change = pl.col(f"draught_change_m_{side}").fill_null(0.0)
        lost = change <= -draught_params.min_change_m
        gained = change >= draught_params.min_change_m
        share = pl.when(lost).then(0.0).when(gained).then(1.0).otherwise(unknown)
        parts.append(
            encounters.filter(~pl.col("same_hull_suspected")).select(
                pl.col(f"vessel_id_{side}").alias("vessel_id"),
                "start_time",
                "p_contact",
                p_load=pl.col("p_contact") * share,
            )
        )
    return pl.concat(parts)


def _laden(voyages: pl.DataFrame) -> pl.DataFrame:
    """Whether the voyage to each visit was made laden."""
    arriving = voyages.filter(pl.col("to_visit_id").is_not_null())
    return arriving.select("laden", visit_id="to_visit_id").unique(
        "visit_id", keep="first", maintain_order=True
    )


def _destinations(rows: pl.DataFrame, static: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Calls before which, or after which, a destination under embargo was broadcast."""
    named = (
        static.filter(pl.col("destination").str.to_uppercase().str.contains_any(list(params.embargoed_ports)))
        .select("mmsi", "timestamp")
        .sort("timestamp", "mmsi", maintain_order=True)
    )
    keys = rows.select("visit_id", "mmsi", "start_time", "earliest", "since").sort(
        "start_time", "visit_id", maintain_order=True
    )
    found = keys.join_asof(
        named, left_on="start_time", right_on="timestamp", by="mmsi", check_sortedness=False
    )
    opens = pl.coalesce("since", "earliest")
    return found.select(
        "visit_id", embargoed_destination=(pl.col("timestamp") >= opens).fill_null(value=False)
    )


def _commodity() -> pl.Expr:
    kinds = {"tanker": "liquid", "dredger": "sand", "barge": "dry", "dry": "dry"}
    return pl.col("hull").replace_strict(kinds, default="unknown", return_dtype=pl.String)


def _origin() -> list[pl.Expr]:
    """``origin_basis``, ``origin_port`` and ``origin_p`` of a call."""
    seen, hidden = pl.col("embargoed_port").is_not_null(), pl.col("hidden_port").is_not_null()
    gap, edge = pl.col("dark_h") > 0, pl.col("since").is_null()
    return [
        pl.when(seen)
        .then(pl.lit("seen"))
        .when(hidden)
        .then(pl.lit("hidden_call"))
        .when(gap)
        .then(pl.lit("gap"))
        .when(edge)
        .then(pl.lit("edge"))
        .otherwise(pl.lit("seen"))
        .alias("origin_basis"),
        pl.when(seen)
        .then("embargoed_port")
        .when(hidden)
        .then("hidden_port")
        .when(~gap & ~edge)
        .then("last_port")
        .alias("origin_port"),
        pl.when(seen).then(1.0).when(hidden).then("hidden_p").when(gap).then(1.0 - pl.col("p_embargoed"))
        .otherwise(1.0).alias("origin_p"),
    ]  # fmt: skip


def _p_origin(p: DeliveryParams, least_m: float) -> pl.Expr:
    """Probability that the cargo came from an origin that matters."""
    dark = pl.col("p_off") * (pl.col("dark_h") > 0)
    gap_m = pl.col("gap_rise_m").fill_null(0.0)
    tanker_there = pl.col("embargoed_quay") & (pl.col("hull") == "tanker")
    log_odds = sum_in_order(
        [
            pl.lit(p.bias_nat),
            pl.when(pl.col("embargoed_port").is_not_null()).then(p.embargoed_origin_nat),
            pl.when(tanker_there).then(p.embargoed_origin_nat),
            p.hidden_origin_nat * pl.col("p_embargoed"),
            p.gap_nat * dark,
            pl.when(gap_m >= least_m)
            .then(p.gained_in_gap_nat)
            .when(gap_m <= -least_m)
            .then(-p.lost_in_gap_nat),
            pl.when(pl.col("since").is_null()).then(p.edge_nat),
            pl.when("embargoed_flag").then(p.embargoed_flag_nat),
            pl.when("listed").then(p.listed_nat),
            pl.when("identity_changed").then(p.identity_nat),
            pl.when("embargoed_destination").then(p.destination_nat),
        ]
    )
    # What it took from another ship in view did not come straight from the origin of a gap or of the edge.
    own = pl.col("embargoed_port").is_not_null() | pl.col("embargoed_flag") | pl.col("listed")
    straight = pl.when(own).then(1.0).otherwise(1.0 - pl.col("p_load"))
    return expit_expr(log_odds) * straight


def _with_tonnes(rows: pl.DataFrame, params: TonnesParams, draught_params: DraughtParams) -> pl.DataFrame:
    """Tonnes of the fall of the draught, else of what such a ship carries."""
    fall = pl.when(pl.col("fall_m") >= draught_params.min_change_m).then("fall_m")
    on_land = is_land(rows["lat"].to_numpy(), rows["lon"].to_numpy())
    rows = rows.with_columns(fell_m=fall, fresh_water=pl.Series(on_land))
    rows = with_draught_tonnes(rows, params, change="fell_m", out="draught")
    rows = with_ballast(rows, params, before="draught_in_m", after="draught_out_m", out="draught")
    rows = with_capacity_tonnes(rows, params, out="capacity").with_columns(most=most_of("capacity"))
    log = pl.coalesce("draught_log", "capacity_log")
    by_draught = pl.col("draught_log").is_not_null()
    sigma = pl.when(by_draught).then("draught_sigma").otherwise("capacity_sigma")
    return rows.with_columns(
        *interval(log, sigma, pl.col("most")),
        method=pl.when(by_draught)
        .then(pl.lit("draught"))
        .when(pl.col("capacity_log").is_not_null())
        .then(pl.lit("capacity"))
        .otherwise(pl.lit("none")),
    )


def _with_words(rows: pl.DataFrame, params: DeliveryParams) -> pl.DataFrame:
    """Grounds, evidence, what speaks against, and the innocent explanation."""
    probable = pl.col("p_embargoed") >= params.min_origin_p
    names = {
        "embargoed_origin": pl.col("embargoed_port").is_not_null() | probable,
        "embargoed_destination": pl.col("embargoed_quay") | pl.col("embargoed_destination"),
        "listed_ship": pl.col("listed"),
        "embargoed_flag": pl.col("embargoed_flag"),
        "identity_change": pl.col("identity_changed"),
    }
    grounds = pl.concat_str(
        [pl.when(held).then(pl.lit(name)) for name, held in names.items()], separator=", ", ignore_nulls=True
    )
    dark = pl.format("in gaps for {} h", pl.col("dark_h").round(0).cast(pl.Int64))
    evidence = pl.concat_str(
        [
            pl.when(pl.col("embargoed_port").is_not_null()).then(
                pl.format("seen at {} before", "embargoed_port")
            ),
            pl.when(pl.col("dark_h") > 0).then(dark),
            pl.when(pl.col("hidden_port").is_not_null()).then(
                pl.format("in which a call at {} was possible", "hidden_port")
            ),
            pl.when(pl.col("gap_rise_m") > 0).then(pl.format("came out of them {} m deeper", "gap_rise_m")),
            pl.when(pl.col("since").is_null()).then(pl.lit("no earlier call at a quay in the data")),
            pl.format("lay at the berth for {} h", pl.col("rest_h").round(1)),
            pl.when(pl.col("fall_m") > 0).then(pl.format("left {} m lighter", "fall_m")),
        ],
        separator="; ",
        ignore_nulls=True,
    )
    against = pl.concat_str(
        [
            pl.when(pl.col("fall_m") < 0).then(pl.format("left {} m deeper", -pl.col("fall_m"))),
            pl.when(pl.col("fall_m") == 0).then(pl.lit("broadcast no change of draught")),
            pl.when(pl.col("fall_m").is_null()).then(pl.lit("draughts unknown")),
            pl.when(pl.col("laden") == "no").then(pl.lit("arrived light by its draught")),
            pl.when(pl.col("p_load") >= 0.5).then(pl.lit("lay alongside another ship on the voyage")),
            pl.when(pl.col("kind") != "berth").then(pl.lit("lay at an anchorage or in roads")),
        ],
        separator="; ",
        ignore_nulls=True,
    )
    return rows.with_columns(
        delivery_id=pl.format("delivery-{}", "visit_id"),
        arrival_time="start_time",
        departure_time="end_time",
        draught_change_m=-pl.col("fall_m"),
        embargo_grounds=pl.when(grounds != "").then(grounds),
        evidence=evidence,
        against=pl.when(against != "").then(against),
        innocent_explanation=_innocent(),
    )


def _innocent() -> pl.Expr:
    sand = pl.lit("A dredger brings sand that it took under a licence.")
    return (
        pl.when(pl.col("commodity") == "sand")
        .then(sand)
        .when(pl.col("origin_basis") == "edge")
        .then(pl.lit("The ship came from a port outside the data with a lawful cargo."))
        .when((pl.col("origin_basis") == "seen") & pl.col("embargoed_port").is_not_null())
        .then(pl.lit("The ship brought goods that no resolution forbids, or came in ballast to load."))
        .when(pl.col("dark_h") > 0)
        .then(
            pl.lit("The gap is lost reception on a voyage from a port outside the data, with a lawful cargo.")
        )
        .otherwise(pl.lit("An ordinary call with a lawful cargo."))
    )
