"""Deliveries of oil that no position shows: a tanker may have called at a port under embargo in a gap."""

from __future__ import annotations

import polars as pl

from stsdetect.cargo.tonnes import interval, most_of, with_capacity_tonnes, with_draught_tonnes
from stsdetect.params import ChainParams, DeliveryParams, DraughtParams, TonnesParams
from stsdetect.schema import DELIVERIES
from stsdetect.units import MS_PER_H


def hidden_deliveries(
    hidden_calls: pl.DataFrame,
    *,
    gaps: pl.DataFrame,
    hulls: pl.DataFrame,
    grounds: pl.DataFrame,
    loads: pl.DataFrame,
    params: DeliveryParams,
    chain_params: ChainParams,
    tonnes_params: TonnesParams,
    draught_params: DraughtParams,
) -> pl.DataFrame:
    """Find gaps of tankers in which oil may have been unloaded at a port under embargo.

    Parameters
    ----------
    hidden_calls, gaps : polars.DataFrame
        Validated HIDDEN_CALLS and GAPS.
    hulls : polars.DataFrame
        From `hull_sizes`.
    grounds : polars.DataFrame
        From `embargo_grounds`.
    loads : polars.DataFrame
        ``vessel_id start_time p_contact p_load``: encounters in which a vessel may have taken cargo. Oil that
        was taken at sea in the days before is a reason to go there, as a switch-off is: a ship may sail out
        of range with AIS on.
    params : DeliveryParams
    chain_params : ChainParams
        Probabilities of having unloaded, by the change of draught over the gap.
    tonnes_params : TonnesParams
    draught_params : DraughtParams

    Returns
    -------
    polars.DataFrame
        DELIVERIES without a ``visit_id``, one row per gap: the likeliest port under embargo.
    """
    least_m = draught_params.min_change_m
    tankers = hulls.filter(pl.col("hull") == "tanker")
    embargoed = pl.col("country").is_in(params.embargoed_countries).fill_null(value=False)
    best = (
        hidden_calls.filter(embargoed)
        .sort("gap_id", "rank", "port_id", maintain_order=True)
        .with_columns(p_country=pl.col("p").cum_sum().last().over("gap_id"))
        .unique("gap_id", keep="first", maintain_order=True)
    )
    of_gap = gaps.filter((pl.col("duration_h") >= params.min_dark_h) & ~pl.col("feed_outage")).select(
        "gap_id", "duration_h", "p_off", gap_start="start_time", fall_m=-pl.col("draught_change_m")
    )
    rows = (
        best.join(tankers, on="vessel_id", maintain_order="left")
        .join(of_gap, on="gap_id", maintain_order="left")
        .join(grounds, on="vessel_id", how="left", maintain_order="left")
    )
    rows = _with_load(rows, loads, params)
    fall = pl.col("fall_m")
    # Switched off, or with oil that was taken at sea: either is a reason to have gone there.
    went = 1.0 - (1.0 - pl.col("p_off")) * (1.0 - pl.col("p_load"))
    lighter, deeper = fall >= least_m, fall <= -least_m
    unloaded = (
        pl.when(lighter)
        .then(chain_params.p_quay_lighter)
        .when(deeper)
        .then(chain_params.p_quay_deeper)
        .when(fall.is_not_null())
        .then(chain_params.p_quay_unchanged * went)
        .otherwise(chain_params.p_quay * went)
    )
    rows = rows.with_columns(p=pl.col("p_country") * unloaded).filter(pl.col("p") >= params.min_p)
    rows = rows.with_columns(fell_m=pl.when(lighter).then(fall), fresh_water=pl.lit(value=False))
    rows = with_draught_tonnes(rows, tonnes_params, change="fell_m", out="draught")
    rows = with_capacity_tonnes(rows, tonnes_params, out="capacity").with_columns(most=most_of("capacity"))
    by_draught = pl.col("draught_log").is_not_null()
    log = pl.coalesce("draught_log", "capacity_log")
    sigma = pl.when(by_draught).then("draught_sigma").otherwise("capacity_sigma")
    method = pl.when(by_draught).then(pl.lit("draught")).when(log.is_not_null()).then(pl.lit("capacity"))
    names = {
        "embargoed_destination": pl.col("p_country") >= params.min_origin_p,
        "listed_ship": pl.col("listed").fill_null(value=False),
        "embargoed_flag": pl.col("embargoed_flag").fill_null(value=False),
    }
    held = pl.concat_str(
        [pl.when(on).then(pl.lit(name)) for name, on in names.items()], separator=", ", ignore_nulls=True
    )
    rows = rows.with_columns(
        *interval(log, sigma, pl.col("most")),
        delivery_id=pl.format("delivery-{}", "gap_id"),
        visit_id=pl.lit(None, pl.String),
        arrival_time="earliest_arrival",
        departure_time=pl.lit(None, pl.Datetime("ms", "UTC")),
        origin_basis=pl.lit("gap"),
        origin_port=pl.lit(None, pl.String),
        origin_p=pl.lit(1.0),
        dark_h="duration_h",
        method=method.otherwise(pl.lit("none")),
        commodity=pl.lit("liquid"),
        draught_change_m=-fall,
        embargo_grounds=pl.when(held != "").then(held),
        innocent_explanation=pl.lit(
            "The gap is lost reception, or the tanker unloaded at another port, out of reach of the dump."
        ),
        against=pl.lit("no position of that call"),
        evidence=pl.concat_str(
            [
                pl.format(
                    "in a gap of {} h a call at {} was possible",
                    pl.col("duration_h").round(0).cast(pl.Int64),
                    "port_name",
                ),
                pl.when(lighter).then(pl.format("came out of it {} m lighter", fall.round(1))),
            ],
            separator="; ",
            ignore_nulls=True,
        ),
    )
    return DELIVERIES.validate(rows)


def _with_load(rows: pl.DataFrame, loads: pl.DataFrame, params: DeliveryParams) -> pl.DataFrame:
    """Add ``p_load``, that the tanker took oil at sea in the days before the gap."""
    window = pl.duration(milliseconds=int(params.max_load_days * 24 * MS_PER_H))
    before = (
        rows.select("gap_id", "vessel_id", "gap_start")
        .join(loads, on="vessel_id", maintain_order="left")
        .filter(pl.col("start_time").is_between(pl.col("gap_start") - window, pl.col("gap_start")))
        .group_by("gap_id", maintain_order=True)
        .agg(
            pl.when(pl.col("p_load") > 0)
            .then(pl.max_horizontal("p_load", params.took_oil_share * pl.col("p_contact")))
            .otherwise(0.0)
            .max()
            .alias("p_load")
        )
    )
    rows = rows.join(before, on="gap_id", how="left", maintain_order="left")
    return rows.with_columns(pl.col("p_load").fill_null(0.0))
