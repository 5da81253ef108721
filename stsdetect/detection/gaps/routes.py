"""Routes that a vessel may have sailed during a gap: the straight one, and detours within its reach.

Detours pass through points on the edge of the potential path area, the ellipse of all places that the vessel
could visit between two fixes (the projection of its space-time prism).

References
----------
Miller, Modelling accessibility using space-time prism concepts within geographical information systems,
Int. J. Geogr. Inf. Syst. 5 (1991) 287-301.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Floats, Ints, ragged_index
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.geo.grid import cell_of
from stsdetect.params import GapParams, ReceptionParams
from stsdetect.units import KN_TO_MPS, S_PER_H

_M_PER_DEG_LAT = 111_000.0  # only picks the latitude whose scale is used


def straight_routes(gaps: pl.DataFrame, reception_params: ReceptionParams) -> pl.DataFrame:
    """Straight from the last fix to the first after the gap; for an open gap, by last course and speed.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap, ship, kind, first, last`` (time bins of the gap), ``out_bin, back_bin`` (between which the
        vessel may have been outside the area, or null), ``start_lat, start_lon, end_lat, end_lon`` [deg],
        ``start_sog_kn`` [kn], ``start_cog`` [deg], ``duration_h`` [h].
    reception_params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        ``gap, route, ship, time_bin, cell, kind, lat, lon``; `route` is 0.
    """
    north, east = _end_offset_m(gaps)
    route = np.zeros(gaps.height, dtype=np.int64)
    return _positions(gaps, route, 0.5 * north, 0.5 * east, north, east, reception_params)


def detours(gaps: pl.DataFrame, reception_params: ReceptionParams, params: GapParams) -> pl.DataFrame:
    """Routes through points all around the edge of what the vessel could reach.

    Vessels that lay still have none. For a closed gap the edge is an ellipse with the two fixes as foci, for
    an open one a circle around the last fix.

    Parameters
    ----------
    gaps : polars.DataFrame
        As for `straight_routes`, with ``own_sog_kn`` (what the vessel sails) and ``is_open``.
    reception_params : ReceptionParams
    params : GapParams

    Returns
    -------
    polars.DataFrame
        As from `straight_routes`, routes 1 to `n_detours`.
    """
    north, east = _end_offset_m(gaps)
    is_open = gaps["is_open"].to_numpy()
    north, east = np.where(is_open, 0.0, north), np.where(is_open, 0.0, east)
    reach = gaps["own_sog_kn"].to_numpy() * KN_TO_MPS * S_PER_H * gaps["duration_h"].to_numpy()
    reach = np.minimum(reach, np.where(is_open, 1.0, 2.0) * params.max_detour_km * 1000.0)
    apart = np.hypot(north, east)
    major = np.maximum(reach, (1.0 + params.min_detour_share) * apart) / 2.0
    minor = np.sqrt(np.maximum(major**2 - (apart / 2.0) ** 2, 0.0))
    axis = np.arctan2(east, north)
    can_turn = (major > apart / 2.0) & (reach > 0.0)
    turning = gaps.with_columns(can_turn=pl.Series(can_turn)).filter("can_turn")
    parts = []
    for k in range(params.n_detours):
        angle = 2.0 * np.pi * k / params.n_detours
        with np.errstate(invalid="ignore", divide="ignore"):
            radius = major * minor / np.hypot(minor * np.cos(angle - axis), major * np.sin(angle - axis))
        radius = np.where(is_open, reach, np.nan_to_num(radius))
        rim_north = north / 2.0 + radius * np.cos(angle)
        rim_east = east / 2.0 + radius * np.sin(angle)
        end_north, end_east = np.where(is_open, rim_north, north), np.where(is_open, rim_east, east)
        offsets = (rim_north[can_turn], rim_east[can_turn], end_north[can_turn], end_east[can_turn])
        parts.append(_positions(turning, np.full(turning.height, k + 1), *offsets, reception_params))
    return pl.concat(parts)


def _end_offset_m(gaps: pl.DataFrame) -> tuple[Floats, Floats]:
    """North and east of the end of the straight route, from its start [m]."""
    lat, lon, end_lat, end_lon = (
        gaps[c].to_numpy() for c in ("start_lat", "start_lon", "end_lat", "end_lon")
    )
    lat_m, lon_m = metres_per_degree((lat + np.where(np.isnan(end_lat), lat, end_lat)) / 2.0)
    sailed = (
        gaps["start_sog_kn"].fill_null(0.0).to_numpy() * KN_TO_MPS * S_PER_H * gaps["duration_h"].to_numpy()
    )
    course = np.deg2rad(gaps["start_cog"].to_numpy().astype(np.float64))
    by_course = np.nan_to_num(sailed * np.cos(course)), np.nan_to_num(sailed * np.sin(course))
    north = np.where(np.isnan(end_lat), by_course[0], (end_lat - lat) * lat_m)
    east = np.where(np.isnan(end_lat), by_course[1], wrap180(end_lon - lon) * lon_m)
    return north, east


def _positions(
    gaps: pl.DataFrame,
    route: Ints,
    mid_north: Floats,
    mid_east: Floats,
    end_north: Floats,
    end_east: Floats,
    reception_params: ReceptionParams,
) -> pl.DataFrame:
    """Position in each time bin along start - middle - end, at constant speed; offsets from the start [m]."""
    n_all = np.maximum((gaps["last"] - gaps["first"] + 1).to_numpy(), 0)
    # Later than this the vessel may be anywhere.
    n_known = np.minimum(n_all, int(reception_params.max_presence_h * S_PER_H / reception_params.bin_s))
    row, place = ragged_index(n_known)
    share = (place + 1) / (n_all[row] + 1)
    leg_1, leg_2 = np.hypot(mid_north, mid_east), np.hypot(end_north - mid_north, end_east - mid_east)
    with np.errstate(invalid="ignore"):
        turn = np.nan_to_num(leg_1 / (leg_1 + leg_2), nan=1.0)[row]
    on_leg_1 = np.clip(share / np.maximum(turn, 1e-9), 0.0, 1.0)
    on_leg_2 = np.clip((share - turn) / np.maximum(1.0 - turn, 1e-9), 0.0, 1.0)
    north = mid_north[row] * on_leg_1 + (end_north - mid_north)[row] * on_leg_2
    east = mid_east[row] * on_leg_1 + (end_east - mid_east)[row] * on_leg_2
    lat, lon = gaps["start_lat"].to_numpy()[row], gaps["start_lon"].to_numpy()[row]
    mid_lat = np.clip(gaps["start_lat"].to_numpy() + end_north / 2.0 / _M_PER_DEG_LAT, -89.0, 89.0)
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
            time_bin=(pl.col("first") + pl.Series(place)).cast(pl.Int32),
        )
        .with_columns(
            route=pl.Series(route[row].astype(np.int32)),
            cell=pl.Series(cell_of(lat, lon, reception_params.cell_km), dtype=pl.Int64),
            lat=pl.Series(lat, dtype=pl.Float64),
            lon=pl.Series(lon, dtype=pl.Float64),
        )
        .filter(~pl.col("time_bin").is_between("out_bin", "back_bin").fill_null(value=False))
        .drop("out_bin", "back_bin")
    )
