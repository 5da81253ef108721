"""Loitering: one vessel slow in one place, for as long as it was received there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import row_mean, row_sum
from stsdetect.geo.angles import recentred_lon, wrap180_expr
from stsdetect.geo.geodesy import distance_m
from stsdetect.itu import AT_ANCHOR, MOORED
from stsdetect.params import LoiteringParams
from stsdetect.schema import LOITERING, POINTS, SEGMENTS, Frame
from stsdetect.tracks import pairable
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S, S_PER_H, S_PER_MIN

_COLUMNS = ("mmsi", "vessel_id", "segment_id", "timestamp", "lat", "lon", "sog", "heading", "nav_status")


def find_loitering(
    points: Frame, *, segments: Frame | None = None, params: LoiteringParams | None = None
) -> pd.DataFrame:
    """Find spells in which a vessel stayed slow in one place: at anchor, moored or adrift.

    A fix is slow if its speed over ground is; where no speed was broadcast, the distance and time from the
    fix before give it. A spell ends

    - where the vessel is faster than ``max_sog_kn`` for longer than ``max_fast_min`` and, in that time, also
      faster than a tidal stream would carry it, ``max_drift_kn``;
    - where there is no fix for longer than ``max_interval_h``, or longer than ``max_interval_in_place_h`` if
      the vessel was slow before and after and lay within ``same_place_m`` of where it was.

    Parameters
    ----------
    points : POINTS frame
        Cleaned positions.
    segments : SEGMENTS frame, optional
        Leaves out quarantined segments and stations that are not ships, as a run does.
    params : LoiteringParams, optional
        The limits above and the shortest spell.

    Returns
    -------
    pandas.DataFrame
        LOITERING, sorted by start.

    Raises
    ------
    SchemaError
        If a table lacks a column or holds forbidden values.

    References
    ----------
    The limits of 2 kn and 2 h are those of loitering events of Global Fishing Watch, see `LoiteringParams`.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> len(find_loitering(POINTS.empty()))
    0
    """
    fixes = POINTS.validate(points)
    if segments is not None:
        fixes = pairable(fixes, SEGMENTS.validate(segments))
    return LOITERING.to_pandas(loitering_spells(fixes, params=params))


def loitering_spells(points: pl.DataFrame, *, params: LoiteringParams | None = None) -> pl.DataFrame:
    """`find_loitering` on a valid polars table, for the pipeline; LOITERING, sorted by start."""
    params = LoiteringParams.of(params)
    if points.is_empty():
        return LOITERING.optional(None)
    fixes = points.sort("segment_id", "timestamp", "lat", "lon", maintain_order=True)
    fixes = _with_speed(fixes.select(_COLUMNS))
    spells = _measured(_numbered(fixes, params), params)
    spells = LOITERING.validate(spells.filter(pl.col("duration_h") >= params.min_duration_h))
    return spells.sort(LOITERING.sort_by, nulls_last=True, maintain_order=True)


def _with_speed(fixes: pl.DataFrame) -> pl.DataFrame:
    """Add distance and time from the previous fix of the segment, and the speed of each fix.

    The speed is the one broadcast; else that from the previous fix, or, at the first fix of a segment, that
    to the next one.
    """
    lat, lon = fixes["lat"].to_numpy(), fixes["lon"].to_numpy()
    step = np.append(0.0, distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]))
    fixes = fixes.with_columns(
        t_ms=pl.col("timestamp").dt.epoch("ms"),
        first=(pl.col("segment_id") != pl.col("segment_id").shift()).fill_null(value=True),
    ).with_columns(
        step_m=pl.when("first").then(0.0).otherwise(pl.Series(step)),
        step_s=pl.when("first").then(0.0).otherwise((pl.col("t_ms") - pl.col("t_ms").shift()) / MS_PER_S),
    )
    from_previous = pl.when(pl.col("step_s") > 0).then(pl.col("step_m") / pl.col("step_s") / KN_TO_MPS)
    to_next = pl.when(~pl.col("first").shift(-1)).then(from_previous.shift(-1))
    return fixes.with_columns(speed_kn=pl.coalesce("sog", from_previous, to_next, 0.0))


def _numbered(fixes: pl.DataFrame, params: LoiteringParams) -> pl.DataFrame:
    """Fixes of spells, with a column ``spell``.

    A run of fast fixes between slow ones belongs to the spell if it is short, or no faster than a drift.
    """
    slow = pl.col("speed_kn") < params.max_sog_kn
    in_place = slow & slow.shift() & (pl.col("step_m") <= params.same_place_m)
    longest_h = pl.when(in_place).then(params.max_interval_in_place_h).otherwise(params.max_interval_h)
    new_leg = pl.col("first") | (pl.col("step_s") > longest_h * S_PER_H)
    fixes = fixes.with_columns(slow=slow, leg=new_leg.cum_sum()).with_columns(
        run=pl.struct("leg", "slow").rle_id(),
    )
    first_run, last_run = pl.col("run").first().over("leg"), pl.col("run").last().over("leg")
    fast_s = (pl.col("t_ms").max().over("run") - pl.col("t_ms").min().over("run")) / MS_PER_S
    drifts = pl.col("speed_kn").max().over("run") <= params.max_drift_kn
    tolerated = ~pl.col("slow") & ((fast_s <= params.max_fast_min * S_PER_MIN) | drifts)
    tolerated &= (pl.col("run") != first_run) & (pl.col("run") != last_run)
    return (
        fixes.with_columns(loiters=pl.col("slow") | tolerated)
        .with_columns(spell=pl.struct("leg", "loiters").rle_id())
        .filter("loiters")
    )


def _measured(fixes: pl.DataFrame, params: LoiteringParams) -> pl.DataFrame:
    """One row per spell with the columns of LOITERING."""
    inner = pl.col("spell") == pl.col("spell").shift()
    reach_s = 2 * params.fix_reach_min * S_PER_MIN
    fixes = fixes.with_columns(
        path_m=pl.when(inner).then("step_m").otherwise(0.0),
        elapsed_s=pl.when(inner).then("step_s").otherwise(0.0),
    )
    first_lon = pl.col("lon").first()
    spells = fixes.group_by("spell", maintain_order=True).agg(
        pl.col("mmsi", "vessel_id", "segment_id").first(),
        start_time=pl.col("timestamp").first(),
        end_time=pl.col("timestamp").last(),
        lat=pl.col("lat").median(),
        lon=wrap180_expr(first_lon + recentred_lon(pl.col("lon"), first_lon).median()),
        path_m=row_sum(pl.col("path_m")),
        elapsed_s=row_sum(pl.col("elapsed_s")),
        observed_s=row_sum(pl.min_horizontal("elapsed_s", pl.lit(reach_s))),
        n_points=pl.len(),
        start_lat=pl.col("lat").first(),
        start_lon=pl.col("lon").first(),
        end_lat=pl.col("lat").last(),
        end_lon=pl.col("lon").last(),
        moored_share=(pl.col("nav_status") == MOORED).mean(),
        anchored_share=(pl.col("nav_status") == AT_ANCHOR).mean(),
        east=row_mean(pl.col("heading").radians().sin()),
        north=row_mean(pl.col("heading").radians().cos()),
    )
    at = fixes.join(spells.select("spell", mid_lat="lat", mid_lon="lon"), on="spell", maintain_order="left")
    off = distance_m(*(at[c].to_numpy() for c in ("lat", "lon", "mid_lat", "mid_lon")))
    radius = (
        at.select("spell", off=pl.Series(off))
        .group_by("spell", maintain_order=True)
        .agg(radius_m=pl.col("off").quantile(params.radius_quantile))
    )
    lasts = pl.when(pl.col("elapsed_s") > 0)
    length = (pl.col("east") ** 2 + pl.col("north") ** 2).sqrt().clip(1e-9, 1.0)
    return spells.join(radius, on="spell", maintain_order="left").with_columns(
        loiter_id=pl.format(
            "loiter-{}-{}", "segment_id", pl.col("start_time").dt.strftime("%Y%m%dT%H%M%S%3f")
        ),
        duration_h=(pl.col("end_time") - pl.col("start_time")).dt.total_milliseconds() / MS_PER_H,
        heading_deg=pl.arctan2("east", "north").degrees() % 360.0,
        heading_scatter_deg=(-2.0 * length.log()).sqrt().degrees(),
        mean_sog_kn=lasts.then(pl.col("path_m") / pl.col("elapsed_s") / KN_TO_MPS).otherwise(0.0),
        observed_fraction=lasts.then(pl.col("observed_s") / pl.col("elapsed_s")).otherwise(1.0),
    )
