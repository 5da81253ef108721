"""Where two silent ships can have stayed together for longest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from pyproj import Geod

from stsdetect.detect.prism import Floats
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, S_PER_H

_Place = tuple[Floats, Floats]
"""Latitude and longitude [deg]."""


def best_place(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams) -> dict[str, Any]:
    """Where two silent ships can have stayed together for longest.

    The dwell is a concave function of the place (a least over terms that fall with distances), so a grid that
    closes in on its best point finds the one summit. Planes are azimuthal equidistant around the middle.
    """
    middle = _middle(a, b)
    feet = [_plane(middle, side, end) for side in (a, b) for end in ("start", "end")]
    starts = [s["start_h"].to_numpy()[:, None] for s in (a, b)]
    ends = [s["end_h"].to_numpy()[:, None] for s in (a, b)]
    m_per_h = [s["max_sog_kn"].to_numpy()[:, None] * KN_TO_MPS * S_PER_H for s in (a, b)]

    def window(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        ways = [np.nan_to_num(np.hypot(x - f[0][:, None], y - f[1][:, None])) for f in feet]
        arrive = np.maximum(starts[0] + ways[0] / m_per_h[0], starts[1] + ways[2] / m_per_h[1])
        leave = np.minimum(ends[0] - ways[1] / m_per_h[0], ends[1] - ways[3] / m_per_h[1])
        return arrive, leave

    half = (
        np.nanmax([np.maximum(np.abs(f[0]), np.abs(f[1])) for f in feet], axis=0) if a.height else np.empty(0)
    )
    half = half + 1.0
    x, y = np.zeros(a.height), np.zeros(a.height)
    steps = np.linspace(-1.0, 1.0, params.place_grid)
    gx, gy = (g.ravel() for g in np.meshgrid(steps, steps))
    rows = np.arange(a.height)
    area = np.zeros(a.height)
    for zoom in range(params.place_zooms):
        px, py = x[:, None] + half[:, None] * gx, y[:, None] + half[:, None] * gy
        arrive, leave = window(px, py)
        if zoom == 0:
            fits = (leave - arrive) >= params.min_dwell_h
            area = fits.mean(axis=1) * (2.0 * half / 1000.0) ** 2
        best = np.argmax(leave - arrive, axis=1)
        x, y = px[rows, best], py[rows, best]
        half = half * 0.4
    arrive, leave = window(x[:, None], y[:, None])
    lat, lon = _unplane(middle, x, y)
    is_open = np.isnan(feet[1][0]) | np.isnan(feet[3][0])
    start, end = arrive[:, 0], leave[:, 0]
    speed = np.maximum(*(m[:, 0] for m in m_per_h)) / KN_TO_MPS / S_PER_H if a.height else np.empty(0)
    return {
        "start_h": start,
        "end_h": end,
        "lat": lat,
        "lon": lon,
        "feasible_dwell_h": end - start,
        "required_sog_kn": speed * np.clip(params.min_dwell_h / np.maximum(end - start, 1e-9), 0.0, 1.0),
        "area_km2": area,
        # That both were not heard again is no time in common.
        "cover": np.where(is_open, 0.0, cover(starts, ends)[:, 0]),
        "end_near_m": np.hypot(feet[1][0] - feet[3][0], feet[1][1] - feet[3][1]),
    }


def cover(starts_h: Sequence[Floats], ends_h: Sequence[Floats]) -> Floats:
    """Hours that two times share, over the hours from the first start to the last end; 0 where none."""
    shared = np.minimum(*ends_h) - np.maximum(*starts_h)
    return np.asarray(np.maximum(shared, 0.0) / (np.maximum(*ends_h) - np.minimum(*starts_h)))


def _middle(a: pl.DataFrame, b: pl.DataFrame) -> _Place:
    xyz = ecef_m(a["start_lat"], a["start_lon"]) + ecef_m(b["start_lat"], b["start_lon"])
    lon = np.rad2deg(np.arctan2(xyz[:, 1], xyz[:, 0]))
    lat = np.rad2deg(np.arctan2(xyz[:, 2], np.hypot(xyz[:, 0], xyz[:, 1])))
    return lat, lon


def _plane(middle: _Place, side: pl.DataFrame, end: str) -> tuple[Floats, Floats]:
    lat, lon = middle
    to_lat, to_lon = side[f"{end}_lat"].to_numpy(), side[f"{end}_lon"].to_numpy()
    az, _, way = Geod(ellps="WGS84").inv(lon, lat, to_lon, to_lat)
    way = np.where(np.isnan(to_lat), np.nan, way)
    return way * np.sin(np.deg2rad(az)), way * np.cos(np.deg2rad(az))


def _unplane(middle: _Place, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    lat, lon = middle
    out_lon, out_lat, _ = Geod(ellps="WGS84").fwd(lon, lat, np.rad2deg(np.arctan2(x, y)), np.hypot(x, y))
    return np.asarray(out_lat), np.asarray(out_lon)
