"""What a ship did between its last call at a quay and the next one: ports, gaps, hidden calls, events."""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.params import DeliveryParams, DraughtParams
from stsdetect.units import MS_PER_H


def approaches(
    visits: pl.DataFrame,
    *,
    gaps: pl.DataFrame,
    hidden_calls: pl.DataFrame,
    loads: pl.DataFrame,
    params: DeliveryParams,
    draught_params: DraughtParams,
) -> pl.DataFrame:
    """Describe how each port visit was approached.

    Parameters
    ----------
    visits, gaps, hidden_calls : polars.DataFrame
        Validated PORT_VISITS, GAPS and HIDDEN_CALLS.
    loads : polars.DataFrame
        ``vessel_id start_time p_load``: encounters in which a vessel may have taken cargo.
    params : DeliveryParams
    draught_params : DraughtParams

    Returns
    -------
    polars.DataFrame
        The rows of `visits`, in their order, with ``since``: the end of the last call at a quay before, null
        where there is none in time; ``last_port``, ``last_country`` of that call; ``embargoed_port``, name of
        the last port under embargo at which it was seen since, that call included; ``dark_h``, the hours in
        long gaps; ``p_off`` of the likeliest switch-off among them; ``p_embargoed``, that it called at a port
        under embargo in one that was a switch-off; ``hidden_port`` and ``hidden_p``, the likeliest call in a
        gap; ``gap_rise_m``, by how much its draught changed over these gaps [m]; ``identity_changed`` in one;
        and ``p_load``.
    """
    # Gaps at the quay itself are not those of the voyage.
    rows = _since_last_quay(visits.drop("dark_h"), params)
    long = gaps.filter(
        (pl.col("duration_h") >= params.min_dark_h) & ~pl.col("in_port") & ~pl.col("feed_outage")
    )
    with_calls = long.join(_by_gap(hidden_calls, params), on="gap_id", how="left", maintain_order="left")
    seen = rows.select("row", "vessel_id", "since", "earliest", "start_time")
    opens = pl.coalesce("since", "earliest")
    inside = (
        seen.join(
            with_calls.select(
                "vessel_id",
                "gap_id",
                "duration_h",
                "p_off",
                "draught_change_m",
                "p_embargoed_gap",
                "hidden_port",
                "hidden_country",
                "hidden_p",
                gap_start="start_time",
                gap_end="end_time",
                changed=pl.col("name_changed").fill_null(value=False) | pl.col("mmsi_after").is_not_null(),
            ),
            on="vessel_id",
            maintain_order="left",
        )
        .filter(
            (pl.col("gap_end") > opens)
            & (pl.col("gap_start") < pl.col("start_time"))
            & (pl.col("gap_start") >= opens)
        )
        .sort("row", "gap_start", "gap_id", maintain_order=True)
    )
    likeliest = pl.col("hidden_p").fill_null(-1.0).arg_max()
    of_gaps = inside.group_by("row", maintain_order=True).agg(
        dark_h=row_sum(pl.col("duration_h")),
        p_off=pl.col("p_off").max(),
        p_embargoed=1.0
        - row_sum((1.0 - pl.col("p_embargoed_gap").fill_null(0.0) * pl.col("p_off")).log()).exp(),
        hidden_port=pl.col("hidden_port").get(likeliest),
        hidden_country=pl.col("hidden_country").get(likeliest),
        hidden_p=pl.col("hidden_p").get(likeliest),
        gap_rise_m=row_sum(pl.col("draught_change_m")).round(2),
        n_changes=pl.col("draught_change_m").is_not_null().sum(),
        identity_changed=(pl.col("changed") & (pl.col("p_off") >= params.min_p_off)).any(),
    )
    taken = (
        seen.join(loads.rename({"start_time": "load_time"}), on="vessel_id", maintain_order="left")
        .filter((pl.col("load_time") >= opens) & (pl.col("load_time") < pl.col("start_time")))
        .group_by("row", maintain_order=True)
        .agg(pl.col("p_load").max())
    )
    rows = rows.join(of_gaps, on="row", how="left", maintain_order="left")
    rows = rows.join(taken, on="row", how="left", maintain_order="left")
    return rows.sort("row", maintain_order=True).with_columns(
        pl.col("dark_h", "p_off", "p_embargoed", "p_load").fill_null(0.0),
        pl.col("identity_changed").fill_null(value=False),
        gap_rise_m=pl.when(pl.col("n_changes") > 0).then("gap_rise_m"),
    )


def _since_last_quay(visits: pl.DataFrame, params: DeliveryParams) -> pl.DataFrame:
    """Visits with the last call at a quay before each, and the last port under embargo since."""
    horizon = pl.duration(milliseconds=int(params.max_voyage_days * 24 * MS_PER_H))
    rows = visits.with_row_index("row").sort("vessel_id", "start_time", "visit_id", maintain_order=True)
    quay = pl.col("kind") == "berth"
    embargoed = pl.col("country").is_in(params.embargoed_countries).fill_null(value=False)

    def before(column: str, when: pl.Expr) -> pl.Expr:
        last = pl.when(when).then(pl.col(column)).forward_fill().over("vessel_id")
        return last.shift(1).over("vessel_id")

    rows = rows.with_columns(
        earliest=pl.col("start_time") - horizon,
        since=before("last_time", quay),
        since_start=before("start_time", quay),
        last_port=before("port_name", quay),
        last_country=before("country", quay),
        embargoed_time=before("start_time", embargoed),
        embargoed_name=before("port_name", embargoed),
    )
    in_time = (pl.col("since") >= pl.col("earliest")).fill_null(value=False)
    floor = pl.coalesce(pl.when(in_time).then("since_start"), "earliest")
    return rows.with_columns(
        *(pl.when(in_time).then(c).alias(c) for c in ("since", "last_port", "last_country")),
        embargoed_port=pl.when(pl.col("embargoed_time") >= floor).then(
            pl.col("embargoed_name").fill_null("a port under embargo")
        ),
    ).drop("since_start", "embargoed_time", "embargoed_name")


def _by_gap(hidden_calls: pl.DataFrame, params: DeliveryParams) -> pl.DataFrame:
    """Of each gap the likeliest port, and the probability of any under embargo."""
    embargoed = pl.col("country").is_in(params.embargoed_countries).fill_null(value=False)
    return (
        hidden_calls.sort("gap_id", "rank", "port_id", maintain_order=True)
        .group_by("gap_id", maintain_order=True)
        .agg(
            p_embargoed_gap=row_sum(pl.col("p").filter(embargoed)).fill_null(0.0).clip(0.0, 1.0),
            hidden_port=pl.col("port_name").first(),
            hidden_country=pl.col("country").first(),
            hidden_p=pl.col("p").first(),
        )
    )
