"""Rendezvous: where two vessels in a gap could have met.

That is beside one that lay still, or else where they could dwell together longest.

The dwell is the minimum of terms each of which falls with a distance, so it is a concave function of the
place and has one maximum; a grid that closes in on its best point finds it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from pyproj import Geod

from stsdetect.arrays import Bools, Floats
from stsdetect.detection.dark.prism import required_sog_kn, shared_share
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, S_PER_H

_GEOD = Geod(ellps="WGS84")


def best_rendezvous(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """Where two vessels in a gap could have spent the longest time together, row by row, and when.

    If a vessel lies in one place before and after its gap, that place is the rendezvous if the other vessel
    can reach it for `min_dwell_h`; otherwise it is where the two could dwell longest.

    Parameters
    ----------
    a, b : polars.DataFrame
        Gaps, as many rows each: ``start_h, end_h`` [h], ``start_lat, start_lon, end_lat, end_lon`` [deg],
        ``max_sog_kn`` [kn], ``stayed`` (in one place before and after).
    params : DarkParams

    Returns
    -------
    polars.DataFrame
        ``start_h, end_h, feasible_dwell_h`` [h], ``lat, lon`` [deg], ``required_sog_kn`` [kn], ``area_km2``
        in which they could dwell `min_dwell_h`; ``is_open``; ``cover``, the Jaccard index of the two gaps,
        and ``share``, the product of the shares of either gap that they could spend together, both 0 where a
        gap is open; ``ends_apart_m``, between the first fixes after the gaps.
    """
    prisms = _Prisms.of(a, b)
    x, y, area_km2 = _longest_dwell(prisms, params)
    for side, gap in ((1, b), (0, a)):
        rest_x, rest_y = prisms.starts_xy[side]
        arrive, leave = prisms.window(rest_x[:, None], rest_y[:, None])
        met_there = gap["stayed"].to_numpy() & ((leave - arrive)[:, 0] >= params.min_dwell_h)
        x, y = np.where(met_there, rest_x, x), np.where(met_there, rest_y, y)
    return _measured(prisms, x, y, area_km2, params)


class _Prisms(NamedTuple):
    """Two gaps per row, in an azimuthal equidistant plane around the middle of their starts.

    Attributes
    ----------
    middle : tuple of numpy.ndarray
        Latitude and longitude of the origins [deg].
    starts_xy, ends_xy : tuple
        Of either gap: east and north of its fixes [m]; NaN at an open end.
    start_h, end_h, m_per_h : tuple of numpy.ndarray
        Of either gap: its fixes [h] and the highest speed [m/h].
    """

    middle: tuple[Floats, Floats]
    starts_xy: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]
    ends_xy: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]
    start_h: tuple[Floats, Floats]
    end_h: tuple[Floats, Floats]
    m_per_h: tuple[Floats, Floats]

    @classmethod
    def of(cls, a: pl.DataFrame, b: pl.DataFrame) -> _Prisms:
        middle = _middle(a, b)
        return cls(
            middle,
            (_to_plane(middle, a, "start"), _to_plane(middle, b, "start")),
            (_to_plane(middle, a, "end"), _to_plane(middle, b, "end")),
            (a["start_h"].to_numpy(), b["start_h"].to_numpy()),
            (a["end_h"].to_numpy(), b["end_h"].to_numpy()),
            (_m_per_h(a), _m_per_h(b)),
        )

    @property
    def is_open(self) -> Bools:
        """Whether either gap is open."""
        return np.asarray(np.isnan(self.ends_xy[0][0]) | np.isnan(self.ends_xy[1][0]))

    def legs_m(self, side: int, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Distances of one vessel to places and back, shape (n, places) [m]; 0 at an open end."""
        (sx, sy), (ex, ey) = self.starts_xy[side], self.ends_xy[side]
        there = np.nan_to_num(np.hypot(x - sx[:, None], y - sy[:, None]))
        back = np.nan_to_num(np.hypot(x - ex[:, None], y - ey[:, None]))
        return there, back

    def window(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """When both vessels could be at places, shape (n, places): from, until [h]."""
        arrive, leave = [], []
        for side in (0, 1):
            there, back = self.legs_m(side, x, y)
            m_per_h = self.m_per_h[side][:, None]
            arrive.append(self.start_h[side][:, None] + there / m_per_h)
            leave.append(self.end_h[side][:, None] - back / m_per_h)
        return np.maximum(*arrive), np.minimum(*leave)


def _longest_dwell(prisms: _Prisms, params: DarkParams) -> tuple[Floats, Floats, Floats]:
    """East and north of the place of the longest dwell [m], and the area of `min_dwell_h` and more [km2]."""
    n = len(prisms.start_h[0])
    fixes = (*prisms.starts_xy, *prisms.ends_xy)
    half = np.nanmax([np.maximum(np.abs(x), np.abs(y)) for x, y in fixes], axis=0) if n else np.empty(0)
    half = half + 1.0
    steps = np.linspace(-1.0, 1.0, params.rendezvous_grid)
    grid_x, grid_y = (g.ravel() for g in np.meshgrid(steps, steps))
    rows = np.arange(n)
    x, y, area_km2 = np.zeros(n), np.zeros(n), np.zeros(n)
    for zoom in range(params.rendezvous_zooms):
        at_x, at_y = x[:, None] + half[:, None] * grid_x, y[:, None] + half[:, None] * grid_y
        arrive, leave = prisms.window(at_x, at_y)
        if zoom == 0:
            long_enough = (leave - arrive) >= params.min_dwell_h
            area_km2 = long_enough.mean(axis=1) * (2.0 * half / 1000.0) ** 2
        best = np.argmax(leave - arrive, axis=1)
        x, y = at_x[rows, best], at_y[rows, best]
        half = half * params.rendezvous_zoom_factor
    return x, y, area_km2


def _measured(prisms: _Prisms, x: Floats, y: Floats, area_km2: Floats, params: DarkParams) -> pl.DataFrame:
    places = x[:, None], y[:, None]
    arrive, leave = (hours[:, 0] for hours in prisms.window(*places))
    (there, back), (other_there, other_back) = (prisms.legs_m(side, *places) for side in (0, 1))
    (start_1, start_2), (end_1, end_2) = prisms.start_h, prisms.end_h
    (end_x_1, end_y_1), (end_x_2, end_y_2) = prisms.ends_xy
    lat, lon = _from_plane(prisms.middle, x, y)
    is_open = prisms.is_open
    return pl.DataFrame(
        {
            "start_h": arrive,
            "end_h": leave,
            "lat": lat,
            "lon": lon,
            "feasible_dwell_h": leave - arrive,
            "required_sog_kn": required_sog_kn(
                start_1,
                end_1,
                there[:, 0],
                back[:, 0],
                start_2,
                end_2,
                dwell_h=params.min_dwell_h,
                other_there_m=other_there[:, 0],
                other_back_m=other_back[:, 0],
            ),
            "area_km2": area_km2,
            "is_open": is_open,
            # That neither vessel was received again is not time in common.
            "cover": np.where(is_open, 0.0, shared_share(prisms.start_h, prisms.end_h)),
            "share": np.where(is_open, 0.0, (leave - arrive) ** 2 / ((end_1 - start_1) * (end_2 - start_2))),
            "ends_apart_m": np.hypot(end_x_1 - end_x_2, end_y_1 - end_y_2),
        }
    )


def _m_per_h(gaps: pl.DataFrame) -> Floats:
    return np.asarray(gaps["max_sog_kn"].to_numpy() * KN_TO_MPS * S_PER_H)


def _middle(a: pl.DataFrame, b: pl.DataFrame) -> tuple[Floats, Floats]:
    """Latitude and longitude halfway between the last fixes [deg]."""
    xyz = ecef_m(a["start_lat"], a["start_lon"]) + ecef_m(b["start_lat"], b["start_lon"])
    lon = np.rad2deg(np.arctan2(xyz[:, 1], xyz[:, 0]))
    lat = np.rad2deg(np.arctan2(xyz[:, 2], np.hypot(xyz[:, 0], xyz[:, 1])))
    return lat, lon


def _to_plane(middle: tuple[Floats, Floats], gaps: pl.DataFrame, end: str) -> tuple[Floats, Floats]:
    """East and north of the fixes at one end of the gaps [m]; NaN at an open end."""
    lat, lon = middle
    to_lat, to_lon = gaps[f"{end}_lat"].to_numpy(), gaps[f"{end}_lon"].to_numpy()
    azimuth, _, distance = _GEOD.inv(lon, lat, to_lon, to_lat)
    distance = np.where(np.isnan(to_lat), np.nan, distance)
    return distance * np.sin(np.deg2rad(azimuth)), distance * np.cos(np.deg2rad(azimuth))


def _from_plane(middle: tuple[Floats, Floats], x: Floats, y: Floats) -> tuple[Floats, Floats]:
    lat, lon = middle
    out_lon, out_lat, _ = _GEOD.fwd(lon, lat, np.rad2deg(np.arctan2(x, y)), np.hypot(x, y))
    return np.asarray(out_lat), np.asarray(out_lon)
