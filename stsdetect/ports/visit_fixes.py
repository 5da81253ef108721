"""Fixes before, after and between visits: what one part of the fixes of the dump holds of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.geo.geodesy import distance_m

_PARTS = (
    "voyage_id",
    "first_time",
    "first_lat",
    "first_lon",
    "final_time",
    "final_lat",
    "final_lon",
    "path_m",
)


def last_before(points: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Time of the last fix of the vessel before each visit.

    Parameters
    ----------
    points : polars.DataFrame
        POINTS: all fixes of some vessels under some MMSIs.
    visits : polars.DataFrame
        ``visit_id, vessel_id, start_time``.

    Returns
    -------
    polars.DataFrame
        ``visit_id, before_time, after_time``; the last is null.
    """
    return _beside(points, visits, "start_time", "before_time", "backward")


def first_after(points: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Time of the first fix of the vessel after each visit; as `last_before`, with ``last_time``."""
    return _beside(points, visits, "last_time", "after_time", "forward")


def _beside(points: pl.DataFrame, visits: pl.DataFrame, key: str, name: str, strategy: str) -> pl.DataFrame:
    fixes = points.select("vessel_id", "timestamp").sort("timestamp", "vessel_id", maintain_order=True)
    found = (
        visits.select("visit_id", "vessel_id", at=key)
        .sort("at", "visit_id", maintain_order=True)
        .join_asof(
            fixes.with_columns(pl.col("timestamp").alias(name)),
            left_on="at",
            right_on="timestamp",
            by="vessel_id",
            strategy=strategy,  # type: ignore[arg-type]
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col(name).is_not_null())
    )
    empty = pl.lit(None, pl.Datetime("ms", "UTC"))
    other = "after_time" if name == "before_time" else "before_time"
    return found.with_columns(empty.alias(other)).select("visit_id", "before_time", "after_time")


def path_parts(points: pl.DataFrame, voyages: pl.DataFrame) -> pl.DataFrame:
    """Length of the path of each voyage as far as these fixes show it.

    Parameters
    ----------
    points : polars.DataFrame
        POINTS: all fixes of some vessels under some MMSIs.
    voyages : polars.DataFrame
        ``voyage_id, vessel_id, start_time, end_time``; those of one vessel do not overlap.

    Returns
    -------
    polars.DataFrame
        One row per voyage and MMSI: ``voyage_id``, time and place of the first and of the last fix,
        ``path_m`` from fix to fix between them [m].
    """
    fixes = points.select("vessel_id", "mmsi", "timestamp", "lat", "lon").sort(
        "timestamp", "vessel_id", "mmsi", "lat", "lon", maintain_order=True
    )
    spans = voyages.select("voyage_id", "vessel_id", "start_time", "end_time").sort(
        "start_time", "voyage_id", maintain_order=True
    )
    on_voyage = (
        fixes.join_asof(
            spans, left_on="timestamp", right_on="start_time", by="vessel_id", check_sortedness=False
        )
        .filter(pl.col("timestamp") <= pl.col("end_time"))
        .sort("voyage_id", "mmsi", "timestamp", maintain_order=True)
    )
    lat, lon = on_voyage["lat"].to_numpy(), on_voyage["lon"].to_numpy()
    step = np.append(0.0, distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]))[: len(lat)]
    new = (pl.col("voyage_id") != pl.col("voyage_id").shift()) | (pl.col("mmsi") != pl.col("mmsi").shift())
    return (
        on_voyage.with_columns(step_m=pl.when(new.fill_null(value=True)).then(0.0).otherwise(pl.Series(step)))
        .group_by("voyage_id", "mmsi", maintain_order=True)
        .agg(
            first_time=pl.col("timestamp").first(),
            first_lat=pl.col("lat").first(),
            first_lon=pl.col("lon").first(),
            final_time=pl.col("timestamp").last(),
            final_lat=pl.col("lat").last(),
            final_lon=pl.col("lon").last(),
            path_m=row_sum(pl.col("step_m")),
        )
        .select(_PARTS)
    )


def joined_paths(parts: pl.DataFrame) -> pl.DataFrame:
    """Length of the path of each voyage from the parts that several MMSIs and files hold.

    From one part to the next the vessel sailed straight; of parts that overlap in time, as of two
    transponders on one hull, the longer counts.

    Parameters
    ----------
    parts : polars.DataFrame
        From `path_parts`.

    Returns
    -------
    polars.DataFrame
        ``voyage_id, distance_m``.
    """
    alone = parts.filter(pl.len().over("voyage_id") == 1).select("voyage_id", distance_m="path_m")
    several = parts.filter(pl.len().over("voyage_id") > 1)
    rows = [
        {"voyage_id": voyage, "distance_m": _joined_m(group.rows(named=True))}
        for (voyage,), group in several.sort(_PARTS, maintain_order=True).group_by(
            "voyage_id", maintain_order=True
        )
    ]
    joined = pl.DataFrame(rows, schema={"voyage_id": pl.String, "distance_m": pl.Float64})
    return pl.concat([alone, joined])


def _joined_m(parts: list[dict[str, Any]]) -> float:
    """Length of one path from its parts, the longest ones first [m]."""
    kept: list[dict[str, Any]] = []
    for part in sorted(parts, key=lambda p: (-p["path_m"], p["first_time"])):
        if all(part["first_time"] > k["final_time"] or part["final_time"] < k["first_time"] for k in kept):
            kept.append(part)
    kept.sort(key=lambda p: p["first_time"])
    between = [
        float(distance_m(a["final_lat"], a["final_lon"], b["first_lat"], b["first_lon"]))
        for a, b in pairwise(kept)
    ]
    return float(sum(k["path_m"] for k in kept) + sum(between))
