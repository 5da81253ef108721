"""Land or water, and how far the shore is, from the OpenStreetMap coast of the package roaring-landmask.

The waters around Hangzhou Bay are answered from a copy of that coast, cut and simplified to 20 m, which loads
in a moment; everywhere else the package itself is asked, which takes some seconds and about 1 GB the first
time. Both are loaded when first needed. Coast data (c) OpenStreetMap contributors, ODbL 1.0.

Examples
--------
>>> is_land([30.0, 30.3], [122.1, 123.0]).tolist()  # Zhoushan island, open sea
[True, False]
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import ecef_m, metres_per_degree

Box = tuple[float, float, float, float]
"""West, south, east, north [deg]."""

SHORE_REACH_M = 100_000.0
"""Farther shores are not looked for; 50 nautical miles, the widest coastal rule in use, lies inside."""

BUNDLED_DATA_BOX: Box = (118.2, 27.9, 126.65, 33.4)
"""What `fixtures/make_coast.py` cut out."""

BUNDLED_BOX: Box = (119.3, 28.81, 125.58, 32.49)
"""Where the bundled coast answers: `BUNDLED_DATA_BOX` without a margin of `SHORE_REACH_M`."""

COAST_CREDIT = "(c) OpenStreetMap contributors, ODbL 1.0"

_STEP_M = 25.0  # coast points this close put the distance at most 12.5 m out
_TILE_DEG = 2.0


class _Coast(NamedTuple):
    land: shapely.Geometry  # prepared
    shore: cKDTree | None  # earth-centred points along the coast; None where there is none


def is_land(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.bool_]:
    """Whether positions lie on land; lakes and rivers above the tidal coastline count as land.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg]; NaN gives False.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.

    Examples
    --------
    >>> is_land([30.63, float("nan")], [122.06, 122.0]).tolist()  # the quay of Yangshan
    [True, False]
    """
    lat, lon, inside, known = _split(lat, lon)
    out = np.zeros(lat.shape, dtype=bool)
    if inside.any():
        out[inside] = shapely.contains_xy(_bundled().land, lon[inside], lat[inside])
    elsewhere = known & ~inside
    if elsewhere.any():
        out[elsewhere] = _landmask().contains_many(lon[elsewhere], lat[elsewhere])
    return out


def shore_distance_m(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Distance to the nearest shore, seen from the water or from the land.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].

    Returns
    -------
    numpy.ndarray
        Shape (n,) [m], within 35 m; `SHORE_REACH_M` where the shore is farther than that, NaN for NaN.

    Examples
    --------
    >>> km = shore_distance_m([30.63, 30.3, 31.0], [122.06, 123.0, 125.0]) / 1000
    >>> km.round().tolist()  # Yangshan, off Zhoushan, out at sea
    [1.0, 15.0, 100.0]
    """
    lat, lon, inside, known = _split(lat, lon)
    out = np.full(lat.shape, np.nan)
    if inside.any():
        out[inside] = _reach(_bundled(), lat[inside], lon[inside])
    elsewhere = np.flatnonzero(known & ~inside)
    if len(elsewhere):
        tiles = np.stack([np.floor(lat[elsewhere] / _TILE_DEG), np.floor(lon[elsewhere] / _TILE_DEG)], axis=1)
        kinds, which = np.unique(tiles, axis=0, return_inverse=True)
        for k, (row, column) in enumerate(kinds):
            here = elsewhere[which.ravel() == k]
            out[here] = _reach(_tile(int(row), int(column)), lat[here], lon[here])
    return out


def land_polygons(box: Box) -> shapely.MultiPolygon:
    """Land inside a box, for drawing and for sailing round it.

    Parameters
    ----------
    box : tuple
        West, south, east, north [deg]; west below east.

    Returns
    -------
    shapely.MultiPolygon
        Longitude and latitude [deg]; the bundled coast where the box lies in `BUNDLED_DATA_BOX`.

    Examples
    --------
    >>> land_polygons((124.0, 30.0, 125.0, 31.0)).is_empty
    True
    """
    if shapely.box(*BUNDLED_DATA_BOX).covers(shapely.box(*box)):
        land = shapely.clip_by_rect(_bundled_polygons(), *box)
    else:
        land = _world_polygons(box)
    return shapely.multipolygons(_polygons_of(shapely.get_parts(land)))


def _split(
    lat: ArrayLike, lon: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    lat, lon = np.broadcast_arrays(
        np.atleast_1d(np.asarray(lat, dtype=np.float64)), np.asarray(lon, dtype=np.float64)
    )
    known = np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90.0)
    lon = wrap180(lon)
    west, south, east, north = BUNDLED_BOX
    return lat, lon, (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north), known


def _reach(coast: _Coast, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    if coast.shore is None:
        return np.full(lat.shape, SHORE_REACH_M)
    found = coast.shore.query(ecef_m(lat, lon), distance_upper_bound=SHORE_REACH_M)[0]
    return np.minimum(found, SHORE_REACH_M)


@cache
def _bundled_polygons() -> NDArray[np.object_]:
    with (files("stsdetect.geo") / "data" / "coast.parquet").open("rb") as file:
        table = pq.read_table(pa.PythonFile(file))
    return np.asarray(shapely.from_wkb(table["geometry"].to_numpy()))


@cache
def _bundled() -> _Coast:
    return _coast(_bundled_polygons(), BUNDLED_DATA_BOX)


@cache
def _landmask() -> Any:
    from roaring_landmask import LandmaskProvider, RoaringLandmask

    return RoaringLandmask.new_with_provider(LandmaskProvider.Osm)


@cache
def _world() -> shapely.STRtree:
    from roaring_landmask import LandmaskProvider, Shapes

    return shapely.STRtree(shapely.get_parts(shapely.from_wkb(Shapes.wkb(LandmaskProvider.Osm))))


def _world_polygons(box: Box) -> NDArray[np.object_]:
    tree = _world()
    found = tree.geometries[np.sort(tree.query(shapely.box(*box), predicate="intersects"))]
    return np.asarray(_polygons_of(shapely.get_parts(shapely.clip_by_rect(found, *box))))


def _polygons_of(parts: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.asarray(parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)])


@cache
def _tile(row: int, column: int) -> _Coast:
    """The package's coast in one tile and `SHORE_REACH_M` around it."""
    south, north = row * _TILE_DEG, (row + 1) * _TILE_DEG
    west, east = column * _TILE_DEG, (column + 1) * _TILE_DEG
    lat_m, _ = metres_per_degree(0.0)
    pad = 1.01 * SHORE_REACH_M / float(lat_m)
    lon_m = float(metres_per_degree(min(max(abs(south), abs(north)) + pad, 89.0))[1])
    south, north = max(south - pad, -90.0), min(north + pad, 90.0)
    pad = min(1.01 * SHORE_REACH_M / lon_m, 180.0)
    west, east = west - pad, east + pad
    boxes = [
        (west, south, east, north),
        (west + 360.0, south, east + 360.0, north),
        (west - 360.0, south, east - 360.0, north),
    ]
    points = [_shore_points(_world_polygons(b), b) for b in boxes if b[0] < 180.0 and b[2] > -180.0]
    shore = np.concatenate(points)
    return _Coast(shapely.Polygon(), cKDTree(shore) if len(shore) else None)


def _coast(polygons: NDArray[np.object_], box: Box) -> _Coast:
    land = shapely.union_all(polygons)
    shapely.prepare(land)
    shore = _shore_points(polygons, box)
    return _Coast(land, cKDTree(shore) if len(shore) else None)


def _shore_points(polygons: NDArray[np.object_], box: Box) -> NDArray[np.float64]:
    """Earth-centred points at most `_STEP_M` apart along the coast, without the edges of the cut."""
    lines = shapely.get_rings(polygons)
    if not len(lines):
        return np.empty((0, 3))
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    start, end = xy[:-1], xy[1:]
    same = ring[:-1] == ring[1:]
    cut = np.zeros(len(start), dtype=bool)
    for axis, edges in ((0, (box[0], box[2], -180.0, 180.0)), (1, (box[1], box[3], -90.0))):
        for edge in edges:
            cut |= (start[:, axis] == edge) & (end[:, axis] == edge)
    start, end = start[same & ~cut], end[same & ~cut]
    lat_m, lon_m = metres_per_degree(start[:, 1])
    pieces = np.ceil(np.hypot((end[:, 0] - start[:, 0]) * lon_m, (end[:, 1] - start[:, 1]) * lat_m) / _STEP_M)
    pieces = np.maximum(pieces, 1.0).astype(np.int64)
    which = np.repeat(np.arange(len(start)), pieces)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (nth / pieces[which])[:, None]
    along = start[which] * (1.0 - share) + end[which] * share
    return ecef_m(np.concatenate([along[:, 1], end[:, 1]]), np.concatenate([along[:, 0], end[:, 0]]))
