"""The coast of the whole world from the package roaring-landmask, read box by box.

The package gives one multipolygon of 750,000 polygons as well-known binary, 150 MB. As geometries they would
take 1 GB, so the bytes are kept as they are, beside the envelope of each polygon, and only the polygons that
a box touches become geometries.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from stsdetect.arrays import Floats, Ints

Box = tuple[float, float, float, float]
"""West, south, east, north [deg]."""

_HEADER_BYTES = 9  # byte order, geometry type, number of parts
_BATCH = 20_000
_BYTES_AT_ONCE = 8_000_000  # of well-known binary, memory only


class _World(NamedTuple):
    wkb: bytes
    starts: Ints  # of each polygon in wkb, and the end of the last
    envelopes: Floats  # (n, 4): west, south, east, north [deg]


def world_polygons(box: Box, *, tolerance_deg: float = 0.0) -> NDArray[np.object_]:
    """OpenStreetMap land polygons, cut to a box.

    Parameters
    ----------
    box : tuple
        West, south, east, north [deg], west below east.
    tolerance_deg : float
        Simplify to this, and leave out islets of less than its square, before all are in memory [deg].

    Returns
    -------
    numpy.ndarray
        Polygons, longitude and latitude [deg], in the package's order; empty where there is only water. The
        first call in a process takes some seconds and 400 MB.
    """
    world = _world()
    west, south, east, north = box
    near = (world.envelopes[:, 0] <= east) & (world.envelopes[:, 2] >= west)
    near &= (world.envelopes[:, 1] <= north) & (world.envelopes[:, 3] >= south)
    sides = world.envelopes[:, 2:] - world.envelopes[:, :2]
    near &= sides.prod(axis=1) >= tolerance_deg**2
    which = np.flatnonzero(near)
    # A part of a map of half the world at a time: its coast in full takes more than a gigabyte.
    part = np.cumsum(np.diff(world.starts)[which]) // _BYTES_AT_ONCE
    parts = [
        simplified(cut(_polygons(world.wkb, world.starts, some), box), tolerance_deg)
        for some in np.split(which, np.flatnonzero(np.diff(part)) + 1)
    ]
    return np.concatenate(parts)


def simplified(polygons: NDArray[np.object_], tolerance_deg: float) -> NDArray[np.object_]:
    """Polygons simplified to a tolerance [deg], without those of less than its square; as they are for 0."""
    if tolerance_deg <= 0.0:
        return polygons
    # Islets too small to see are dropped first: simplifying a whole archipelago takes minutes.
    seen = polygons[shapely.area(polygons) > tolerance_deg**2]
    parts = shapely.get_parts(shapely.simplify(seen, tolerance_deg))
    return np.asarray(parts[~shapely.is_empty(parts)])


def cut(polygons: NDArray[np.object_], box: Box) -> NDArray[np.object_]:
    """The parts of polygons that lie in a box, as polygons."""
    parts = shapely.get_parts(shapely.clip_by_rect(polygons, *box))
    return np.asarray(
        parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    )


@cache
def _world() -> _World:
    from roaring_landmask import LandmaskProvider, Shapes

    wkb = Shapes.wkb(LandmaskProvider.Osm)
    starts = _polygon_starts(wkb)
    batches = [range(k, min(k + _BATCH, len(starts) - 1)) for k in range(0, len(starts) - 1, _BATCH)]
    envelopes = [shapely.bounds(_polygons(wkb, starts, batch)) for batch in batches]
    return _World(wkb, starts, np.concatenate(envelopes))


def _polygon_starts(wkb: bytes) -> Ints:
    (n_polygons,) = struct.unpack_from("<I", wkb, _HEADER_BYTES - 4)
    starts = np.empty(n_polygons + 1, dtype=np.int64)
    at, count = _HEADER_BYTES, struct.Struct("<I").unpack_from
    for k in range(n_polygons):
        starts[k] = at
        (n_rings,) = count(wkb, at + _HEADER_BYTES - 4)
        at += _HEADER_BYTES
        for _ in range(n_rings):
            at += 4 + 16 * count(wkb, at)[0]
    starts[-1] = at
    return starts


def _polygons(wkb: bytes, starts: Ints, which: Iterable[int]) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb([wkb[starts[k] : starts[k + 1]] for k in which]))
