"""Stays: one vessel slow in one place, for as long as it was heard there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import LoiteringParams
from stsdetect.schema import LOITERING, POINTS, Frame
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S, S_PER_H, S_PER_MIN


def find_loitering(points: Frame, *, params: LoiteringParams | None = None) -> pd.DataFrame:
    """Find spells in which a vessel stayed slow, at anchor, moored or adrift.

    A fix is slow by its speed over ground or, where that is missing, by the way to the fix before. A spell
    ends where the ship speeds up for longer than `max_fast_min` to more than the tide makes, and at every
    silence above `max_interval_h`, or `max_interval_in_place_h` where the ship lies in the same place after it.

    Parameters
    ----------
    points : POINTS frame
        Sound fixes.
    params : LoiteringParams

    Returns
    -------
    pandas.DataFrame
        LOITERING, sorted by start.

    Raises
    ------
    SchemaError
        When `points` is not a POINTS table.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> len(find_loitering(POINTS.empty()))
    0
    """
    params = params or LoiteringParams()
    fixes = POINTS.validate(points).sort("segment_id", "timestamp", "lat", "lon")
    if fixes.is_empty():
        return LOITERING.empty()
    fixes = _steps(fixes.select("mmsi", "vessel_id", "segment_id", "timestamp", "lat", "lon", "sog"))
    fixes = _spells(fixes, params)
    spells = _measure(fixes, params)
    return LOITERING.to_pandas(spells.filter(pl.col("duration_h") >= params.min_duration_h))


def _steps(fixes: pl.DataFrame) -> pl.DataFrame:
    """Add way and time from the fix before in the same segment, and the speed to go by."""
    lat, lon = fixes["lat"].to_numpy(), fixes["lon"].to_numpy()
    step = np.append(0.0, distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]))
    fixes = fixes.with_columns(
        t_ms=pl.col("timestamp").dt.epoch("ms"),
        first=(pl.col("segment_id") != pl.col("segment_id").shift()).fill_null(value=True),
    ).with_columns(
        step_m=pl.when("first").then(0.0).otherwise(pl.Series(step)),
        step_s=pl.when("first").then(0.0).otherwise((pl.col("t_ms") - pl.col("t_ms").shift()) / MS_PER_S),
    )
    by_way = pl.when(pl.col("step_s") > 0).then(pl.col("step_m") / pl.col("step_s") / KN_TO_MPS)
    after = pl.when(~pl.col("first").shift(-1)).then(
        by_way.shift(-1)
    )  # the first fix of a segment has no step
    return fixes.with_columns(speed_kn=pl.coalesce("sog", by_way, after, 0.0))


def _spells(fixes: pl.DataFrame, params: LoiteringParams) -> pl.DataFrame:
    """Slow fixes with the number of their spell; what is no departure between slow fixes belongs to it."""
    slow = pl.col("speed_kn") < params.max_sog_kn
    in_place = slow & slow.shift() & (pl.col("step_m") <= params.same_place_m)
    longest_h = pl.when(in_place).then(params.max_interval_in_place_h).otherwise(params.max_interval_h)
    new_leg = pl.col("first") | (pl.col("step_s") > longest_h * S_PER_H)
    fixes = fixes.with_columns(slow=slow, leg=new_leg.cum_sum()).with_columns(
        stretch=pl.struct("leg", "slow").rle_id(),
    )
    edge = (pl.col("stretch").first().over("leg"), pl.col("stretch").last().over("leg"))
    fast_s = (pl.col("t_ms").max().over("stretch") - pl.col("t_ms").min().over("stretch")) / MS_PER_S
    drifts = pl.col("speed_kn").max().over("stretch") <= params.max_drift_kn
    burst = ~pl.col("slow") & ((fast_s <= params.max_fast_min * S_PER_MIN) | drifts)
    burst &= (pl.col("stretch") != edge[0]) & (pl.col("stretch") != edge[1])
    return (
        fixes.with_columns(stays=pl.col("slow") | burst)
        .with_columns(spell=pl.struct("leg", "stays").rle_id())
        .filter("stays")
    )


def _measure(fixes: pl.DataFrame, params: LoiteringParams) -> pl.DataFrame:
    inner = pl.col("spell") == pl.col("spell").shift()
    reach_s = 2 * params.fix_reach_min * S_PER_MIN
    fixes = fixes.with_columns(
        route_m=pl.when(inner).then("step_m").otherwise(0.0),
        way_s=pl.when(inner).then("step_s").otherwise(0.0),
    )
    # A median longitude is taken around the spell's first fix, so that 180 degrees is no edge.
    turned = (pl.col("lon") - pl.col("lon").first() + 180.0) % 360.0 - 180.0
    spells = fixes.group_by("spell", maintain_order=True).agg(
        pl.col("mmsi", "vessel_id", "segment_id").first(),
        start_time=pl.col("timestamp").first(),
        end_time=pl.col("timestamp").last(),
        lat=pl.col("lat").median(),
        lon=(pl.col("lon").first() + turned.median() + 180.0) % 360.0 - 180.0,
        route_m=pl.col("route_m").sum(),
        way_s=pl.col("way_s").sum(),
        observed_s=pl.min_horizontal("way_s", pl.lit(reach_s)).sum(),
        n_points=pl.len(),
    )
    at = fixes.join(spells.select("spell", mid_lat="lat", mid_lon="lon"), on="spell", maintain_order="left")
    off = distance_m(*(at[c].to_numpy() for c in ("lat", "lon", "mid_lat", "mid_lon")))
    radius = (
        at.select("spell", off=pl.Series(off)).group_by("spell").agg(radius_m=pl.col("off").quantile(0.95))
    )
    return spells.join(radius, on="spell", maintain_order="left").with_columns(
        loiter_id=pl.format(
            "loiter-{}-{}", "segment_id", pl.col("start_time").dt.strftime("%Y%m%dT%H%M%S%3f")
        ),
        duration_h=(pl.col("end_time") - pl.col("start_time")).dt.total_milliseconds() / MS_PER_H,
        mean_sog_kn=pl.when(pl.col("way_s") > 0)
        .then(pl.col("route_m") / pl.col("way_s") / KN_TO_MPS)
        .otherwise(0.0),
        observed_fraction=pl.when(pl.col("way_s") > 0)
        .then(pl.col("observed_s") / pl.col("way_s"))
        .otherwise(1.0),
    )
