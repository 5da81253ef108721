"""Pairs of a vessel in a gap and one received while loitering: which are feasible, how well they fit."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.context.attach import lies_in
from stsdetect.context.layers import Context
from stsdetect.detection.dark.beside import with_beside
from stsdetect.detection.dark.candidates import (
    KIND,
    balls_of_gaps,
    balls_of_loitering,
    intersecting_pairs,
    may_dwell,
    measure_in_blocks,
)
from stsdetect.detection.dark.course import with_course
from stsdetect.detection.dark.drift import place_in_stop
from stsdetect.detection.dark.prism import dwell_window_h, legs_m, required_sog_kn, shared_share
from stsdetect.detection.vessel_attributes import draught_change
from stsdetect.params import DarkParams, DraughtParams

_PAIRS_PER_BLOCK = 50_000  # memory and speed only


def pair_with_loitering(
    gaps: pl.DataFrame,
    loitering: pl.DataFrame,
    *,
    static: pl.DataFrame,
    context: Context | None,
    params: DarkParams,
    draught_params: DraughtParams,
) -> pl.DataFrame:
    """Find gaps that left time to sail to a loitering vessel, dwell with it for `min_dwell_h`, and come back.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap_id, mmsi, vessel_id, p_off, max_sog_kn, stayed, start_h, end_h, start_lat, start_lon, end_lat,
        end_lon, start_sog_kn, end_sog_kn, reach_m``.
    loitering : polars.DataFrame
        LOITERING with ``start_h, end_h`` [h].
    static : polars.DataFrame
        Validated STATIC: draughts of the loitering vessels.
    context : Context, optional
        Ports and anchorages, which explain a stop.
    params : DarkParams
    draught_params : DraughtParams

    Returns
    -------
    polars.DataFrame
        One row per feasible pair: what `rank_candidates` takes.
    """
    pairs = measure_in_blocks(
        gaps,
        loitering,
        intersecting_pairs(balls_of_gaps(gaps), balls_of_loitering(loitering)),
        lambda a, b: _feasible(a, b, params),
        block=_PAIRS_PER_BLOCK,
    )
    paired = loitering.filter(pl.col("loiter_id").is_in(pairs["loiter_id_2"].implode()))
    change = draught_change(paired, static, window_h=draught_params.window_h)
    of_stop = paired.select(loiter_id_2="loiter_id").with_columns(
        _unexplained(paired, context), change.alias("draught_change_m_2")
    )
    return pairs.join(of_stop, on="loiter_id_2", how="left", maintain_order="left")


def _feasible(gaps: pl.DataFrame, loitering: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """Measure gaps and loitering row by row; only feasible rows are returned."""
    fits = may_dwell(gaps, loitering, dwell_h=params.min_dwell_h)
    gaps, loitering = gaps.filter(fits), loitering.filter(fits)
    start_h, end_h, start_lat, start_lon, end_lat, end_lon, max_sog_kn = (
        gaps[c].to_numpy()
        for c in ("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon", "max_sog_kn")
    )
    opens, closes = loitering["start_h"].to_numpy(), loitering["end_h"].to_numpy()
    is_open = np.isnan(end_lat.astype(np.float64))
    came, left = place_in_stop(loitering, start_h, params), place_in_stop(loitering, end_h, params)
    there, _ = legs_m(start_lat, start_lon, end_lat, end_lon, *came)
    _, back = legs_m(start_lat, start_lon, end_lat, end_lon, *left)
    arrive, leave = dwell_window_h(start_h, end_h, there, back, max_sog_kn=max_sog_kn)
    start, end = np.maximum(arrive, opens), np.minimum(leave, closes)
    required = required_sog_kn(start_h, end_h, there, back, opens, closes, dwell_h=params.min_dwell_h)
    lat, lon = place_in_stop(loitering, (start + end) / 2.0, params)
    pairs = pl.DataFrame(
        {
            "kind": pl.repeat("gap-loitering", gaps.height, dtype=KIND, eager=True),
            "mmsi_1": gaps["mmsi"],
            "mmsi_2": loitering["mmsi"],
            "vessel_id_1": gaps["vessel_id"],
            "vessel_id_2": loitering["vessel_id"],
            "gap_id_1": gaps["gap_id"],
            "gap_id_2": pl.repeat(None, gaps.height, dtype=gaps["gap_id"].dtype, eager=True),
            "loiter_id_2": loitering["loiter_id"],
            "start_h": start,
            "end_h": end,
            "lat": lat,
            "lon": lon,
            "feasible_dwell_h": end - start,
            "required_sog_kn": required,
            "area_km2": np.pi * (loitering["radius_m"].to_numpy() / 1000.0) ** 2,
            "p_off": gaps["p_off"],
            "cover": shared_share((start_h, opens), (end_h, closes)),
            "share": (end - start) ** 2 / ((end_h - start_h) * (closes - opens)),
            "is_open": is_open,
            "nearest_fix_m": np.minimum(there, np.where(is_open, there, back)),
            "left_rest": gaps["stayed"].to_numpy() & (there > params.same_place_m),
            "stop_h": closes - opens,
            "stop_within": ~is_open & (opens >= start_h) & (closes <= end_h),
            "stopped_meanwhile": gaps["stopped_meanwhile"],
        }
    )
    pairs = with_course(with_beside(pairs, gaps, loitering, params), gaps, loitering, params)
    return pairs.filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)


def _unexplained(loitering: pl.DataFrame, context: Context | None) -> pl.Series:
    """``stop_unexplained``: outside every known anchorage and port; null without any known."""
    if context is None or loitering.is_empty():
        return pl.Series("stop_unexplained", [None] * loitering.height, dtype=pl.Boolean)
    in_port, in_anchorage = (
        lies_in(places, loitering["lat"], loitering["lon"]) for places in (context.ports, context.anchorages)
    )
    return pl.Series("stop_unexplained", ~(in_port | in_anchorage))
