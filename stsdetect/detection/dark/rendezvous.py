"""Where two silent ships can have met: beside one that lay still, or else where they had longest together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from pyproj import Geod

from stsdetect.arrays import Floats
from stsdetect.detection.dark.prism import required_sog_kn
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, S_PER_H

_Place = tuple[Floats, Floats]
"""Latitude and longitude [deg]."""


def best_rendezvous(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams) -> dict[str, Any]:
    """Where two silent ships can have stayed together, and from when until when.

    A ship that lies in one place before and after its silence is the place, if the other can reach it: that
    one came to it. Otherwise it is where they could stay for longest. The dwell is a concave function of the
    place (a least over terms that fall with distances), so a grid that closes in on its best point finds the
    one summit. Planes are azimuthal equidistant around the middle.
    """
    middle = _middle(a, b)
    feet = [_plane(middle, side, end) for side in (a, b) for end in ("start", "end")]
    starts = [s["start_h"].to_numpy()[:, None] for s in (a, b)]
    ends = [s["end_h"].to_numpy()[:, None] for s in (a, b)]
    m_per_h = [s["max_sog_kn"].to_numpy()[:, None] * KN_TO_MPS * S_PER_H for s in (a, b)]

    def routes_m(x: Floats, y: Floats) -> list[Floats]:
        return [np.nan_to_num(np.hypot(x - f[0][:, None], y - f[1][:, None])) for f in feet]

    def window(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        ways = routes_m(x, y)
        arrive = np.maximum(starts[0] + ways[0] / m_per_h[0], starts[1] + ways[2] / m_per_h[1])
        leave = np.minimum(ends[0] - ways[1] / m_per_h[0], ends[1] - ways[3] / m_per_h[1])
        return arrive, leave

    half = (
        np.nanmax([np.maximum(np.abs(f[0]), np.abs(f[1])) for f in feet], axis=0) if a.height else np.empty(0)
    )
    half = half + 1.0
    x, y = np.zeros(a.height), np.zeros(a.height)
    steps = np.linspace(-1.0, 1.0, params.rendezvous_grid)
    gx, gy = (g.ravel() for g in np.meshgrid(steps, steps))
    rows = np.arange(a.height)
    area = np.zeros(a.height)
    for zoom in range(params.rendezvous_zooms):
        px, py = x[:, None] + half[:, None] * gx, y[:, None] + half[:, None] * gy
        arrive, leave = window(px, py)
        if zoom == 0:
            fits = (leave - arrive) >= params.min_dwell_h
            area = fits.mean(axis=1) * (2.0 * half / 1000.0) ** 2
        best = np.argmax(leave - arrive, axis=1)
        x, y = px[rows, best], py[rows, best]
        half = half * 0.4
    for side, (rest_x, rest_y) in ((b, feet[2]), (a, feet[0])):
        arrive, leave = window(rest_x[:, None], rest_y[:, None])
        met_there = side["stayed"].to_numpy() & ((leave - arrive)[:, 0] >= params.min_dwell_h)
        x, y = np.where(met_there, rest_x, x), np.where(met_there, rest_y, y)
    arrive, leave = window(x[:, None], y[:, None])
    lat, lon = _unplane(middle, x, y)
    is_open = np.isnan(feet[1][0]) | np.isnan(feet[3][0])
    start, end = arrive[:, 0], leave[:, 0]
    (start_1, end_1), (start_2, end_2) = ((s["start_h"].to_numpy(), s["end_h"].to_numpy()) for s in (a, b))
    there, on, other_there, other_on = (way[:, 0] for way in routes_m(x[:, None], y[:, None]))
    return {
        "start_h": start,
        "end_h": end,
        "lat": lat,
        "lon": lon,
        "feasible_dwell_h": end - start,
        "required_sog_kn": required_sog_kn(
            start_1,
            end_1,
            there,
            on,
            start_2,
            end_2,
            stay_h=params.min_dwell_h,
            other_there_m=other_there,
            other_on_m=other_on,
        ),
        "area_km2": area,
        "is_open": is_open,
        # That both were not heard again is no time in common.
        "cover": np.where(is_open, 0.0, cover(starts, ends)[:, 0]),
        "share": np.where(is_open, 0.0, (end - start) ** 2 / ((end_1 - start_1) * (end_2 - start_2))),
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
