"""One vessel_id for a hull that changed its MMSI, in every table of the tracks stage."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from stsdetect.params import TrackParams
from stsdetect.schema import IDENTITY, POINTS, SEGMENTS
from stsdetect.tracks import link_vessels


def join_hulls(
    folder: Path, segments: pl.DataFrame, identity: pl.DataFrame, *, params: TrackParams
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Link the MMSIs of one hull, and rewrite the points that change their vessel_id.

    Parameters
    ----------
    folder : Path
        The run folder; files below ``points/`` are rewritten where a vessel_id changes.
    segments, identity : polars.DataFrame
        SEGMENTS and IDENTITY of all buckets.
    params : TrackParams

    Returns
    -------
    segments, identity : polars.DataFrame
        With the joined vessel_id and, in `identity`, the evidence for it.
    """
    links = pl.DataFrame(link_vessels(segments, identity, params=params))
    old = segments.select("segment_id", "mmsi", pl.col("vessel_id").alias("old_id"))
    changed = pl.col("vessel_id") != pl.col("old_id")
    linked = links.join(old, on="segment_id").filter(changed | pl.col("vessel_evidence").is_not_null())
    if linked.is_empty():
        return segments, identity
    by_segment = linked.filter(changed).select("segment_id", pl.col("vessel_id").alias("new_id"))
    by_vessel = linked.select(
        "mmsi", pl.col("old_id").alias("vessel_id"), pl.col("vessel_id").alias("new_id"), "vessel_evidence"
    ).unique(["mmsi", "vessel_id"], keep="first", maintain_order=True)
    for file in sorted((folder / "points").rglob("*.parquet")):
        points = POINTS.scan(file)
        if points["segment_id"].is_in(by_segment["segment_id"].implode()).any():
            POINTS.write_parquet(_with_new_id(points, by_segment, ["segment_id"]), file)
    identity = _with_new_id(identity, by_vessel, ["mmsi", "vessel_id"]).with_columns(
        pl.coalesce("vessel_evidence_link", "vessel_evidence").alias("vessel_evidence")
    )
    return (
        SEGMENTS.validate(_with_new_id(segments, by_segment, ["segment_id"])).sort(SEGMENTS.sort_by),
        IDENTITY.validate(identity).sort(IDENTITY.sort_by),
    )


def _with_new_id(frame: pl.DataFrame, new_ids: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    joined = frame.join(new_ids, on=on, how="left", maintain_order="left", suffix="_link")
    return joined.with_columns(pl.coalesce("new_id", "vessel_id").alias("vessel_id"))
