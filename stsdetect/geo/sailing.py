"""Routes by water: a lower bound for their length, so that no place within reach is excluded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from stsdetect.arrays import Bools, Floats, ragged_index
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import is_land
from stsdetect.params import DarkParams

LandTest = Callable[[Floats, Floats], Bools]
"""Whether positions (lat, lon) [deg] lie on land."""

_GRID_EXCESS = 1.0824  # 1 / cos(22.5 deg): longest route in eight directions over the straight one
_M_PER_DEG = 111_320.0  # at the equator, along which a degree of longitude is longest


def sailing_m(
    lat: ArrayLike,
    lon: ArrayLike,
    to_lat: ArrayLike,
    to_lon: ArrayLike,
    *,
    land: LandTest = is_land,
    params: DarkParams | None = None,
) -> Floats:
    """Lower bound for the length of the shortest route by water.

    The geodesic where no land lies between. Elsewhere the shortest route over a grid of water cells
    (`sea_grid_deg`, coarser for long distances; Dijkstra [L45]), less what such a grid can add; the geodesic
    again where the grid has no route.

    Parameters
    ----------
    lat, lon, to_lat, to_lon : array_like
        Positions, shape (n,) [deg]; NaN gives NaN.
    land : callable
        Takes latitudes and longitudes [deg], returns which are on land.
    params : DarkParams, optional
        Grid and sampling.

    Returns
    -------
    numpy.ndarray
        Shape (n,) [m], never less than the geodesic.

    Examples
    --------
    >>> straight = distance_m(30.15, 122.1, 29.85, 122.15)  # Zhoushan island lies between
    >>> bool(sailing_m([30.15], [122.1], [29.85], [122.15])[0] > straight)
    True
    """
    params = DarkParams.of(params)
    given = (np.asarray(v, dtype=np.float64) for v in (lat, lon, to_lat, to_lon))
    a, b, c, d = (np.atleast_1d(v) for v in np.broadcast_arrays(*given))
    out = np.array(distance_m(a, b, c, d))
    blocked = np.flatnonzero(_crosses(a, b, c, d, out, land, params))
    if not len(blocked):
        return out
    starts, which = np.unique(np.stack([a[blocked], b[blocked]], axis=1), axis=0, return_inverse=True)
    for k, (start_lat, start_lon) in enumerate(starts):
        rows = blocked[which.ravel() == k]
        found = _grid_route_m(float(start_lat), float(start_lon), c[rows], d[rows], land, params)
        out[rows] = np.where(np.isfinite(found), np.maximum(out[rows], found), out[rows])
    return out


def _crosses(
    a: Floats, b: Floats, c: Floats, d: Floats, length_m: Floats, land: LandTest, params: DarkParams
) -> Bools:
    """Whether the straight route crosses land, apart from its ends, which may lie at a quay."""
    known = np.isfinite(length_m) & (length_m > 2.0 * params.quay_m)
    n = np.clip(np.ceil(np.nan_to_num(length_m) / params.land_sample_m), 2, params.max_land_samples)
    n = np.where(known, n, 0).astype(np.int64)
    row, nth = ragged_index(n)
    ends = params.quay_m / length_m[row]
    share = ends + (1.0 - 2.0 * ends) * nth / (n[row] - 1)
    on_land = land(a[row] + share * (c - a)[row], wrap180(b[row] + share * wrap180(d - b)[row]))
    return np.bincount(row, weights=on_land, minlength=len(n)) > 0


def _grid_route_m(
    lat: float, lon: float, to_lat: Floats, to_lon: Floats, land: LandTest, params: DarkParams
) -> Floats:
    """Length of routes from one start over a grid that covers all targets; infinite where there is none."""
    east = np.append(wrap180(to_lon - lon), 0.0)
    north = np.append(to_lat - lat, 0.0)
    margin = params.sea_margin_deg
    west, south = east.min() - margin, north.min() - margin
    width, height = np.ptp(east) + 2 * margin, np.ptp(north) + 2 * margin
    step = max(params.sea_grid_deg, float(np.sqrt(width * height / params.max_sea_cells)))
    columns, rows = int(np.ceil(width / step)) + 1, int(np.ceil(height / step)) + 1
    r, q = np.divmod(np.arange(rows * columns), columns)
    at_lat, at_lon = np.clip(lat + south + r * step, -90.0, 90.0), lon + west + q * step
    water = ~land(at_lat, wrap180(at_lon))
    edges = []
    for dr, dq in ((0, 1), (1, 0), (1, 1), (1, -1)):
        ok = (r + dr < rows) & (q + dq >= 0) & (q + dq < columns)
        i = np.flatnonzero(ok & water)
        j = i + dr * columns + dq
        edges.append(np.stack([i, j])[:, water[j]])
    i, j = np.concatenate(edges, axis=1)
    metres = distance_m(at_lat[i], at_lon[i], at_lat[j], at_lon[j])
    graph = coo_array((metres, (i, j)), shape=(len(r), len(r))).tocsr()
    water_cells = np.flatnonzero(water)
    if not len(water_cells):
        return np.full(len(to_lat), np.inf)

    def node(y: float, x: float) -> int:
        shrink = np.cos(np.deg2rad(y))  # of a degree of longitude
        return int(
            water_cells[np.argmin((at_lat[water_cells] - y) ** 2 + ((at_lon[water_cells] - x) * shrink) ** 2)]
        )

    length_m = dijkstra(graph, directed=False, indices=np.array([node(lat, lon)]))[0]
    to = np.array([node(y, lon + x) for y, x in zip(to_lat, east[:-1], strict=True)])
    snapped_m = 2.0 * step * _M_PER_DEG
    return np.asarray(length_m[to] / _GRID_EXCESS - snapped_m, dtype=np.float64)
