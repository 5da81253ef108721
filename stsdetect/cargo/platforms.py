"""Transloading platforms: hulls that do not leave their place and serve many ships in turn."""

from __future__ import annotations

import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import ChainParams
from stsdetect.schema import PLATFORMS, SEGMENTS, Frame


def find_platforms(sides: pl.DataFrame, segments: Frame, params: ChainParams | None = None) -> pl.DataFrame:
    """Find the vessels alongside which many ships came while they stayed where they were.

    Parameters
    ----------
    sides : polars.DataFrame
        From `event_sides`: events by vessel.
    segments : SEGMENTS frame
        Shows whether a vessel ever was elsewhere while it served.
    params : ChainParams, optional

    Returns
    -------
    polars.DataFrame
        PLATFORMS.

    Raises
    ------
    SchemaError
        When `segments` lacks a column or holds a value that it may not.
    """
    params = ChainParams.of(params)
    likely = sides.filter((pl.col("p_contact") >= params.min_platform_p) & pl.col("partner_id").is_not_null())
    hulls = likely.group_by("vessel_id", maintain_order=True).agg(
        mmsi=pl.col("mmsi").last(),
        lat=pl.col("lat").median(),
        lon=pl.col("lon").median(),
        lat_min=pl.col("lat").min(),
        lat_max=pl.col("lat").max(),
        first_time=pl.col("start_time").min(),
        last_time=pl.col("end_time").max(),
        n_events=pl.col("event_id").n_unique(),
        n_served=pl.col("partner_id").n_unique(),
    )
    days = (pl.col("last_time") - pl.col("first_time")).dt.total_milliseconds() / 86_400_000
    hulls = hulls.filter(
        (pl.col("n_served") >= params.min_platform_partners) & (days >= params.min_platform_days)
    )
    away = _farthest(hulls, likely, SEGMENTS.validate(segments))
    hulls = hulls.join(away, on="vessel_id", how="left", maintain_order="left").filter(
        pl.col("radius_m") <= params.max_platform_radius_m
    )
    return PLATFORMS.ordered(hulls)


def _farthest(hulls: pl.DataFrame, likely: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """How far from its place each vessel was, at its events and at the ends of its tracks between them."""
    keys = hulls.select("vessel_id", "first_time", "last_time", at_lat="lat", at_lon="lon")
    ends = pl.concat(
        [
            segments.filter(~pl.col("quarantined")).select(
                "vessel_id", time=f"{end}_time", lat=f"{end}_lat", lon=f"{end}_lon"
            )
            for end in ("start", "end")
        ]
        + [likely.select("vessel_id", time="start_time", lat="lat", lon="lon")]
    )
    seen = keys.join(ends, on="vessel_id", maintain_order="left").filter(
        pl.col("time").is_between("first_time", "last_time")
    )
    apart = distance_m(seen["at_lat"], seen["at_lon"], seen["lat"], seen["lon"])
    seen = seen.with_columns(apart_m=pl.Series(apart, dtype=pl.Float64))
    return seen.group_by("vessel_id", maintain_order=True).agg(radius_m=pl.col("apart_m").max())
