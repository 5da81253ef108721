"""One vessel_id for a hull that changed its MMSI, in every table of the tracks stage."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from stsdetect.params import TrackParams
from stsdetect.schema import POINTS
from stsdetect.tracks import joined_hulls, with_vessel_ids


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
    joined = joined_hulls(segments, identity, params=params)
    if joined.vessel_ids.is_empty():
        return joined.segments, joined.identity
    for file in sorted((folder / "points").rglob("*.parquet")):
        points = POINTS.scan(file)
        if points["segment_id"].is_in(joined.vessel_ids["segment_id"].implode()).any():
            POINTS.write_parquet(with_vessel_ids(points, joined.vessel_ids), file)
    return joined.segments, joined.identity
