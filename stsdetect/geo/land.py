"""Land or water, and distance to the shore, from the OpenStreetMap coast of the package roaring-landmask.

Around Hangzhou Bay a bundled copy of that coast is used, cut and simplified to 20 m, which loads at once;
elsewhere the coast of the whole world, tile by tile, which takes some seconds and 400 MB the first time. Both
are loaded when first needed. Coast data (c) OpenStreetMap contributors, ODbL 1.0.

Examples
--------
>>> is_land([30.0, 30.3], [122.1, 123.0]).tolist()  # Zhoushan island, open sea
[True, False]
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints, ragged_index
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import ecef_m, metres_per_degree
from stsdetect.geo.world_coast import Box, cut, simplified, world_polygons

SHORE_REACH_M = 100_000.0
"""Shores farther away are not searched for; the widest coastal rule in use, 50 nautical miles, is less."""

BUNDLED_DATA_BOX: Box = (118.2, 27.9, 126.65, 33.4)
"""Box that `fixtures/make_coast.py` cut out, inside which `is_land` uses the bundled coast."""

BUNDLED_BOX: Box = (119.3, 28.81, 125.58, 32.49)
"""Box inside which `shore_distance_m` uses it: `BUNDLED_DATA_BOX` less a margin of `SHORE_REACH_M`."""

COAST_CREDIT = "(c) OpenStreetMap contributors, ODbL 1.0"

_STEP_M = 25.0  # spacing of coast points: an error of 12.5 m at most, besides the 20 m of the copy
_TILE_DEG = 2.0
_REGION_TILES = 8
_TILES_KEPT, _REGIONS_KEPT = 200, 8  # memory only

Tile = tuple[int, int]
"""Row from the equator and column from Greenwich."""


def is_land(lat: ArrayLike, lon: ArrayLike) -> Bools:
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
    lat, lon, inside, known = _split(lat, lon, BUNDLED_DATA_BOX)
    out = np.zeros(lat.shape, dtype=bool)
    if inside.any():
        out[inside] = shapely.intersects_xy(_bundled_land(), lon[inside], lat[inside])
    for tile, here in _tiles(lat, lon, known & ~inside):
        out[here] = shapely.intersects_xy(_land(tile), lon[here], lat[here])
    return out


def shore_distance_m(lat: ArrayLike, lon: ArrayLike) -> Floats:
    """Distance to the nearest shore, for positions on the water or on land.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].

    Returns
    -------
    numpy.ndarray
        Shape (n,) [m], within 35 m; `SHORE_REACH_M` where no shore is closer, NaN for NaN.

    Examples
    --------
    >>> km = shore_distance_m([30.63, 30.3, 31.0], [122.06, 123.0, 125.0]) / 1000
    >>> km.round().tolist()  # Yangshan, off Zhoushan, out at sea
    [1.0, 15.0, 100.0]
    """
    lat, lon, inside, known = _split(lat, lon, BUNDLED_BOX)
    out = np.full(lat.shape, np.nan)
    if inside.any():
        out[inside] = _nearest(_bundled_shore(), lat[inside], lon[inside])
    for tile, here in _tiles(lat, lon, known & ~inside):
        out[here] = SHORE_REACH_M
        for other, near in _within_reach(tile, lat[here], lon[here]):
            at = here[near]
            out[at] = np.minimum(out[at], _nearest(_shore(other), lat[at], lon[at]))
    return out


def land_polygons(box: Box, *, tolerance_deg: float = 0.0) -> shapely.MultiPolygon:
    """Land inside a box, for drawing.

    Parameters
    ----------
    box : tuple
        West, south, east, north [deg]; west below east.
    tolerance_deg : float
        Simplify to this, and leave out islets of less than its square [deg].

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
        return shapely.multipolygons(simplified(cut(_bundled_polygons(), box), tolerance_deg))
    return shapely.multipolygons(world_polygons(box, tolerance_deg=tolerance_deg))


def _split(lat: ArrayLike, lon: ArrayLike, bundled: Box) -> tuple[Floats, Floats, Bools, Bools]:
    lat, lon = np.broadcast_arrays(
        np.atleast_1d(np.asarray(lat, dtype=np.float64)), np.asarray(lon, dtype=np.float64)
    )
    known = np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90.0)
    lon = wrap180(lon)
    west, south, east, north = bundled
    return lat, lon, (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north), known


def _nearest(shore: cKDTree | None, lat: Floats, lon: Floats) -> Floats:
    if shore is None:
        return np.full(lat.shape, SHORE_REACH_M)
    found = shore.query(ecef_m(lat, lon), distance_upper_bound=SHORE_REACH_M)[0]
    return np.minimum(found, SHORE_REACH_M)


def _tiles(lat: Floats, lon: Floats, wanted: Bools) -> Iterator[tuple[Tile, Ints]]:
    """Each tile in which wanted positions lie, with the indices of these positions."""
    index = np.flatnonzero(wanted)
    tile_of = np.stack([np.floor(lat[index] / _TILE_DEG), np.floor(lon[index] / _TILE_DEG)], axis=1)
    tiles, which = np.unique(tile_of, axis=0, return_inverse=True)
    for k, (row, column) in enumerate(tiles):
        yield (int(row), int(column)), index[which.ravel() == k]


def _within_reach(tile: Tile, lat: Floats, lon: Floats) -> Iterator[tuple[Tile, Ints]]:
    """Tiles whose shores may be within `SHORE_REACH_M` of positions in a tile, with their indices."""
    lat_pad = 1.01 * SHORE_REACH_M / float(metres_per_degree(0.0)[0])
    farthest = min(float(np.abs(lat).max()) + lat_pad, 89.0)
    lon_pad = 1.01 * SHORE_REACH_M / float(metres_per_degree(farthest)[1])
    rows, columns = 1, min(int(np.ceil(lon_pad / _TILE_DEG)), 89)
    for row in range(tile[0] - rows, tile[0] + rows + 1):
        for column in range(tile[1] - columns, tile[1] + columns + 1):
            west, south, east, north = _box((row, column))
            near = (lat >= south - lat_pad) & (lat <= north + lat_pad)
            near &= (lon >= west - lon_pad) & (lon <= east + lon_pad)
            if near.any():
                yield (row, (column + 90) % 180 - 90), np.flatnonzero(near)


def _box(tile: Tile, side_deg: float = _TILE_DEG) -> Box:
    south, west = tile[0] * side_deg, tile[1] * side_deg
    return west, south, west + side_deg, south + side_deg


@lru_cache(maxsize=_TILES_KEPT)
def _land(tile: Tile) -> shapely.Geometry:
    return _prepared(shapely.multipolygons(_polygons(tile)))


@lru_cache(maxsize=_TILES_KEPT)
def _shore(tile: Tile) -> cKDTree | None:
    return _tree(_shore_points(_polygons(tile), _box(tile)))


def _polygons(tile: Tile) -> NDArray[np.object_]:
    region = _region((tile[0] // _REGION_TILES, tile[1] // _REGION_TILES))
    box = _box(tile)
    return cut(region.geometries[np.sort(region.query(shapely.box(*box)))], box)


@lru_cache(maxsize=_REGIONS_KEPT)
def _region(region: Tile) -> shapely.STRtree:
    """Land of a larger region, from which tiles are cut faster than from a whole continent."""
    return shapely.STRtree(world_polygons(_box(region, _REGION_TILES * _TILE_DEG)))


@cache
def _bundled_land() -> shapely.Geometry:
    return _prepared(shapely.union_all(_bundled_polygons()))


@cache
def _bundled_shore() -> cKDTree | None:
    return _tree(_shore_points(_bundled_polygons(), BUNDLED_DATA_BOX))


@cache
def _bundled_polygons() -> NDArray[np.object_]:
    with (files("stsdetect.geo") / "data" / "coast.parquet").open("rb") as file:
        table = pq.read_table(pa.PythonFile(file))
    return np.asarray(shapely.from_wkb(table["geometry"].to_numpy()))


def _prepared(land: shapely.Geometry) -> shapely.Geometry:
    shapely.prepare(land)
    return land


def _tree(points: Floats) -> cKDTree | None:
    return cKDTree(points) if len(points) else None


def _shore_points(polygons: NDArray[np.object_], box: Box) -> Floats:
    """Earth-centred points at most `_STEP_M` apart along the coast, without the edges of the box."""
    lines = shapely.get_rings(polygons)
    if not len(lines):
        return np.empty((0, 3))
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    start, end = xy[:-1], xy[1:]
    same = ring[:-1] == ring[1:]
    on_edge = np.zeros(len(start), dtype=bool)
    for axis, edges in ((0, (box[0], box[2], -180.0, 180.0)), (1, (box[1], box[3], -90.0))):
        for edge in edges:
            on_edge |= (start[:, axis] == edge) & (end[:, axis] == edge)
    start, end = start[same & ~on_edge], end[same & ~on_edge]
    lat_m, lon_m = metres_per_degree(start[:, 1])
    pieces = np.ceil(np.hypot((end[:, 0] - start[:, 0]) * lon_m, (end[:, 1] - start[:, 1]) * lat_m) / _STEP_M)
    pieces = np.maximum(pieces, 1.0).astype(np.int64)
    which, nth = ragged_index(pieces)
    share = (nth / pieces[which])[:, None]
    along = start[which] * (1.0 - share) + end[which] * share
    return ecef_m(np.concatenate([along[:, 1], end[:, 1]]), np.concatenate([along[:, 0], end[:, 0]]))
