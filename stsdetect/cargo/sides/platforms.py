"""Transloading platforms: vessels that do not leave their place and serve many ships in turn."""

from __future__ import annotations

import polars as pl

from stsdetect.cargo.sides.event_sides import CARGO_CATEGORIES
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import ChainParams
from stsdetect.schema import EVENTS, FEATURES, PLATFORMS, SEGMENTS, Frame


def find_platforms(
    events: Frame, features: Frame, segments: Frame, *, params: ChainParams | None = None
) -> pl.DataFrame:
    """Find the vessels alongside which many ships came while they remained where they were.

    Parameters
    ----------
    events, features : EVENTS, FEATURES frame
        Events, and the features of these and perhaps of other candidates.
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
        When a table lacks a column or holds a value that it may not.

    Examples
    --------
    >>> find_platforms(EVENTS.empty(), FEATURES.empty(), SEGMENTS.empty()).height
    0
    """
    params = ChainParams.of(params)
    likely = _alongside(EVENTS.validate(events), FEATURES.validate(features), params)
    hulls = likely.group_by("vessel_id", maintain_order=True).agg(
        mmsi=pl.col("mmsi").last(),
        lat=pl.col("lat").median(),
        lon=pl.col("lon").median(),
        first_time=pl.col("start_time").min(),
        last_time=pl.col("end_time").max(),
        n_events=pl.col("event_id").n_unique().cast(pl.Int64),
        n_served=pl.col("partner_id").n_unique().cast(pl.Int64),
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


def _alongside(events: pl.DataFrame, features: pl.DataFrame, params: ChainParams) -> pl.DataFrame:
    """Likely events with another vessel, once per vessel, in order of time."""
    hulls = features.select("source_id", "vessel_id_1", "vessel_id_2")
    carried = events.filter(
        pl.col("category").is_in(CARGO_CATEGORIES) & (pl.col("p_contact") >= params.min_platform_p)
    ).join(hulls, on="source_id", maintain_order="left")
    both = [
        carried.select(
            "event_id", "start_time", "end_time", "lat", "lon",
            mmsi=f"mmsi_{side}", vessel_id=f"vessel_id_{side}", partner_id=f"vessel_id_{3 - side}",
        )
        for side in (1, 2)
    ]  # fmt: skip
    return (
        pl.concat(both)
        .drop_nulls(["vessel_id", "partner_id"])
        .sort("start_time", "event_id", "vessel_id", maintain_order=True)
    )


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
