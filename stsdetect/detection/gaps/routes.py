"""Ways that a silent ship may have sailed: the straight one, and detours within its reach."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.geo.grid import cell_of
from stsdetect.params import GapParams, ReceptionParams
from stsdetect.units import KN_TO_MPS, S_PER_H


def straight_routes(gaps: pl.DataFrame, reception_params: ReceptionParams) -> pl.DataFrame:
    """Straight on from the last fix to the first after, or where there is none by course and speed.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap, ship, kind, first, last`` (silent time bins), ``out_bin, back_bin`` (between which the ship may
        have been outside of the area, or null), ``start_lat, start_lon, end_lat, end_lon, start_sog_kn,
        start_cog, duration_h``.
    hear : ReceptionParams

    Returns
    -------
    polars.DataFrame
        ``gap, way, ship, time_bin, cell, kind, lat, lon``.
    """
    north, east = _end_m(gaps)
    zero = np.zeros(gaps.height)
    return _ways(gaps, zero.astype(np.int64), 0.5 * north, 0.5 * east, north, east, reception_params)


def detours(gaps: pl.DataFrame, reception_params: ReceptionParams, params: GapParams) -> pl.DataFrame:
    """By way of points on the rim of what the ship could reach, all around, but for ships that lay still.

    Parameters
    ----------
    gaps : polars.DataFrame
        As for `straight_routes`, with ``own_sog_kn`` (what the ship sails) and ``is_open``.
    hear : ReceptionParams
    params : GapParams

    Returns
    -------
    polars.DataFrame
        As from `straight_routes`, ways 1 to 8.
    """
    north, east = _end_m(gaps)
    is_open = gaps["is_open"].to_numpy()
    north, east = np.where(is_open, 0.0, north), np.where(is_open, 0.0, east)
    reach = gaps["own_sog_kn"].to_numpy() * KN_TO_MPS * S_PER_H * gaps["duration_h"].to_numpy()
    reach = np.minimum(reach, np.where(is_open, 1.0, 2.0) * params.max_detour_km * 1000.0)
    far = np.hypot(north, east)
    half = np.maximum(reach, (1.0 + params.min_detour_share) * far) / 2.0
    moved = (half > far / 2.0) & (reach > 0.0)
    parts = []
    for k in range(params.n_detours):
        angle = 2.0 * np.pi * k / params.n_detours
        axis = np.arctan2(east, north)
        # Radius of the ellipse with foci at both fixes, seen from its middle.
        minor = np.sqrt(np.maximum(half**2 - (far / 2.0) ** 2, 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            rim = half * minor / np.hypot(minor * np.cos(angle - axis), half * np.sin(angle - axis))
        rim = np.where(is_open, reach, np.nan_to_num(rim))
        to_north, to_east = north / 2.0 + rim * np.cos(angle), east / 2.0 + rim * np.sin(angle)
        end_north, end_east = np.where(is_open, to_north, north), np.where(is_open, to_east, east)
        some = gaps.with_columns(own=pl.Series(moved)).filter("own")
        cols = (to_north[moved], to_east[moved], end_north[moved], end_east[moved])
        parts.append(_ways(some, np.full(some.height, k + 1), *cols, reception_params))
    return pl.concat(parts)


def _end_m(gaps: pl.DataFrame) -> tuple[Floats, Floats]:
    """North and east of the end of the straight way [m]."""
    lat, lon, end_lat, end_lon = (
        gaps[c].to_numpy() for c in ("start_lat", "start_lon", "end_lat", "end_lon")
    )
    lat_m, lon_m = metres_per_degree((lat + np.where(np.isnan(end_lat), lat, end_lat)) / 2.0)
    way = gaps["start_sog_kn"].fill_null(0.0).to_numpy() * KN_TO_MPS * S_PER_H * gaps["duration_h"].to_numpy()
    course = np.deg2rad(gaps["start_cog"].to_numpy().astype(np.float64))
    by_course = np.nan_to_num(way * np.cos(course)), np.nan_to_num(way * np.sin(course))
    north = np.where(np.isnan(end_lat), by_course[0], (end_lat - lat) * lat_m)
    east = np.where(np.isnan(end_lat), by_course[1], wrap180(end_lon - lon) * lon_m)
    return north, east


def _ways(
    gaps: pl.DataFrame,
    way: Ints,
    mid_north: Floats,
    mid_east: Floats,
    end_north: Floats,
    end_east: Floats,
    reception_params: ReceptionParams,
) -> pl.DataFrame:
    """Slices along start - middle - end at an even speed."""
    n_all = np.maximum((gaps["last"] - gaps["first"] + 1).to_numpy(), 0)
    n = np.minimum(
        n_all, int(reception_params.max_presence_h * S_PER_H / reception_params.bin_s)
    )  # later it may be anywhere
    row = np.repeat(np.arange(len(n)), n)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    share = (nth + 1) / (n_all[row] + 1)
    leg_1, leg_2 = np.hypot(mid_north, mid_east), np.hypot(end_north - mid_north, end_east - mid_east)
    with np.errstate(invalid="ignore"):
        turn = np.nan_to_num(leg_1 / (leg_1 + leg_2), nan=1.0)[row]
    there = np.clip(share / np.maximum(turn, 1e-9), 0.0, 1.0)
    on = np.clip((share - turn) / np.maximum(1.0 - turn, 1e-9), 0.0, 1.0)
    north = mid_north[row] * there + (end_north - mid_north)[row] * on
    east = mid_east[row] * there + (end_east - mid_east)[row] * on
    lat, lon = gaps["start_lat"].to_numpy()[row], gaps["start_lon"].to_numpy()[row]
    mid_lat = np.clip(gaps["start_lat"].to_numpy() + end_north / 2.0 / 111_000.0, -89.0, 89.0)
    lat_m, lon_m = metres_per_degree(mid_lat[row])
    lat = np.clip(lat + north / lat_m, -90.0, 90.0)
    lon = wrap180(lon + east / lon_m)
    return (
        gaps[row]
        .select(
            "gap",
            "ship",
            "kind",
            "out_bin",
            "back_bin",
            time_bin=(pl.col("first") + pl.Series(nth)).cast(pl.Int32),
        )
        .with_columns(
            way=pl.Series(way[row].astype(np.int32)),
            cell=pl.Series(cell_of(lat, lon, reception_params.cell_km), dtype=pl.Int64),
            lat=pl.Series(lat, dtype=pl.Float64),
            lon=pl.Series(lon, dtype=pl.Float64),
        )
        .filter(~pl.col("time_bin").is_between("out_bin", "back_bin").fill_null(value=False))
        .drop("out_bin", "back_bin")
    )
