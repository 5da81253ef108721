"""Ways round land: never longer than the shortest way by water, so that nothing in reach is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from stsdetect.arrays import Bools, Floats
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import is_land
from stsdetect.params import DarkParams

LandTest = Callable[[Floats, Floats], Bools]

_GRID_EXCESS = 1.0824  # longest octagon way against the straight one


def sailing_m(
    lat: ArrayLike,
    lon: ArrayLike,
    to_lat: ArrayLike,
    to_lon: ArrayLike,
    *,
    land: LandTest = is_land,
    params: DarkParams | None = None,
) -> Floats:
    """Shortest way by water, from below.

    Straight where no land lies between. Elsewhere the way over a grid of water cells (`sea_grid_deg`,
    coarser for long ways), shortened by what such a grid adds at most; straight again where the grid finds
    none.

    Parameters
    ----------
    lat, lon, to_lat, to_lon : array_like
        Positions, shape (n,) [deg]; NaN gives NaN.
    land : callable
        Whether positions lie on land.
    params : DarkParams

    Returns
    -------
    numpy.ndarray
        Shape (n,) [m], at least the geodesic.

    Examples
    --------
    >>> straight = distance_m(30.15, 122.1, 29.85, 122.15)  # Zhoushan island lies between
    >>> bool(sailing_m([30.15], [122.1], [29.85], [122.15])[0] > straight)
    True
    """
    params = params or DarkParams()
    given = (np.asarray(v, dtype=np.float64) for v in (lat, lon, to_lat, to_lon))
    a, b, c, d = (np.atleast_1d(v) for v in np.broadcast_arrays(*given))
    out = np.array(distance_m(a, b, c, d))
    blocked = np.flatnonzero(_crosses(a, b, c, d, out, land, params))
    if not len(blocked):
        return out
    feet, which = np.unique(np.stack([a[blocked], b[blocked]], axis=1), axis=0, return_inverse=True)
    for k, (foot_lat, foot_lon) in enumerate(feet):
        rows = blocked[which.ravel() == k]
        found = _grid_m(float(foot_lat), float(foot_lon), c[rows], d[rows], land, params)
        out[rows] = np.where(np.isfinite(found), np.maximum(out[rows], found), out[rows])
    return out


def _crosses(
    a: Floats, b: Floats, c: Floats, d: Floats, way: Floats, land: LandTest, params: DarkParams
) -> Bools:
    known = np.isfinite(way) & (way > 2.0 * params.quay_m)
    n = np.clip(np.ceil(np.nan_to_num(way) / params.land_sample_m), 2, params.max_land_samples)
    n = np.where(known, n, 0).astype(np.int64)
    row = np.repeat(np.arange(len(n)), n)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    ends = params.quay_m / way[row]
    share = ends + (1.0 - 2.0 * ends) * nth / (n[row] - 1)
    on_land = land(a[row] + share * (c - a)[row], wrap180(b[row] + share * wrap180(d - b)[row]))
    return np.bincount(row, weights=on_land, minlength=len(n)) > 0


def _grid_m(
    lat: float, lon: float, to_lat: Floats, to_lon: Floats, land: LandTest, params: DarkParams
) -> Floats:
    """Ways from one foot over a grid that holds all its targets."""
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
    seas = np.flatnonzero(water)
    if not len(seas):
        return np.full(len(to_lat), np.inf)

    def node(y: float, x: float) -> int:
        squeeze = np.cos(np.deg2rad(y))
        return int(seas[np.argmin((at_lat[seas] - y) ** 2 + ((at_lon[seas] - x) * squeeze) ** 2)])

    way = dijkstra(graph, directed=False, indices=np.array([node(lat, lon)]))[0]
    to = np.array([node(y, lon + x) for y, x in zip(to_lat, east[:-1], strict=True)])
    snapped = 2.0 * step * 111_320.0
    return np.asarray(way[to] / _GRID_EXCESS - snapped, dtype=np.float64)
