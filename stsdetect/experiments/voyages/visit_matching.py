"""Which true visit a port visit of a run is about: the same hull at the same place at the same time."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.schema import PORT_VISITS, SHIPS, TRUE_VISITS, Frame

MAX_APART_M = 5_000.0
"""Between the place of a visit in a run and the true berth [m] [J]: berths of one port, not the next port."""

MAX_ROADS_APART_M = 30_000.0
"""The same for roads, where the visit of the run goes on to a berth, at which it is placed [m] [J]."""

MIN_SHARED = 0.5
"""Least overlap, as a share of the shorter of both [J]."""


def match_visits(port_visits: Frame, true_visits: Frame, ships: Frame) -> pl.DataFrame:
    """Find the true visits that each port visit of a run is about.

    A port visit is about a true visit of the same hull, by any of its transponders, when both overlap in time
    by half of the shorter and lie within 5 km, or 30 km where it is true roads and a berth in the run. A port
    visit may be about several true visits, as when a ship waits in the roads and then berths, or shifts from
    one berth to the next. Where several port visits are about one true visit the one with the longest overlap
    counts, and the others are splits.

    Parameters
    ----------
    port_visits : PORT_VISITS frame
        Of a run; one that is open ends at its `last_time`.
    true_visits : TRUE_VISITS frame
        Of the sea; one that is open lasts until the sea ends.
    ships : SHIPS frame
        Which MMSIs share a hull.

    Returns
    -------
    polars.DataFrame
        One row per pair: `visit_id` of the run, `true_visit_id`, `overlap_s`, `apart_m`, and `is_split`.
    """
    hulls = SHIPS.validate(ships).select("mmsi", "hull_id").unique("mmsi", keep="first", maintain_order=True)
    found = (
        PORT_VISITS.validate(port_visits)
        .join(hulls, on="mmsi", maintain_order="left")
        .select(
            "visit_id", "hull_id", "kind", "lat", "lon",
            pl.col("start_time").alias("from"), pl.coalesce("end_time", "last_time").alias("to"),
        )
    )  # fmt: skip
    true = TRUE_VISITS.validate(true_visits)
    last = pl.max_horizontal(pl.col("start_time").max(), pl.col("end_time").max())
    true = true.select(
        pl.col("visit_id").alias("true_visit_id"), "hull_id", pl.col("kind").alias("true_kind"),
        pl.col("lat").alias("true_lat"),
        pl.col("lon").alias("true_lon"), "start_time", pl.col("end_time").fill_null(last),
    )  # fmt: skip
    pairs = found.join(true, on="hull_id", maintain_order="left")
    overlap = pl.min_horizontal("to", "end_time") - pl.max_horizontal("from", "start_time")
    pairs = pairs.with_columns(
        overlap_s=overlap.dt.total_milliseconds() / 1000.0,
        shorter_s=pl.min_horizontal(pl.col("to") - pl.col("from"), pl.col("end_time") - pl.col("start_time"))
        .dt.total_milliseconds() / 1000.0,
    )  # fmt: skip
    apart_m = (
        distance_m(*(pairs[c].to_numpy() for c in ("lat", "lon", "true_lat", "true_lon")))
        if pairs.height
        else np.empty(0)
    )
    on_to_berth = (pl.col("kind") == "berth") & (pl.col("true_kind") != "berth")
    pairs = (
        pairs.with_columns(pl.Series("apart_m", apart_m, dtype=pl.Float64))
        .filter(
            (pl.col("overlap_s") > 0.0)
            & (pl.col("overlap_s") >= MIN_SHARED * pl.col("shorter_s"))
            & (pl.col("apart_m") <= pl.when(on_to_berth).then(MAX_ROADS_APART_M).otherwise(MAX_APART_M))
        )
        .sort("true_visit_id", "overlap_s", "visit_id", descending=[False, True, False])
    )
    nth = pl.int_range(pl.len()).over("true_visit_id")
    return pairs.with_columns(is_split=nth > 0).select(
        "visit_id", "true_visit_id", "overlap_s", "apart_m", "is_split"
    )
