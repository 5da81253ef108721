"""Land, places and tracks for the map, as encoded polylines.

All longitudes of a page lie within 180 degrees of one middle longitude, so a track across the dateline is one
line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats
from stsdetect.context import Context
from stsdetect.foreign_text import made_visible
from stsdetect.geo.angles import mean_angle, wrap180
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.geo.land import BUNDLED_DATA_BOX, land_polygons
from stsdetect.report.draw.pair_tracks import Track, starts_after_gap

Box = tuple[float, float, float, float]

_TRACK_TOLERANCE_M = 30.0
_FINEST_LAND_M = 20.0
_PIXELS = 4000.0
_M_PER_DEG = 111_000.0
_MAX_LAT_DEG = 85.0  # where the map's Mercator projection ends


def unwrap(lon: ArrayLike, middle: float) -> Floats:
    """Longitudes within 180 degrees of the middle one.

    Examples
    --------
    >>> unwrap([-179.0, 179.0], 180.0).tolist()
    [181.0, 179.0]
    """
    return middle + wrap180(np.asarray(lon, dtype=np.float64) - middle)


def middle_longitude(lon: ArrayLike) -> float:
    """Circular mean of longitudes [deg]; 0 where there are none."""
    lon = np.asarray(lon, dtype=np.float64)
    return float(wrap180(mean_angle(lon))) if len(lon) else 0.0


def encode(lat: ArrayLike, lon: ArrayLike) -> str:
    """A line in Google's encoded polyline format, with five decimals.

    Examples
    --------
    >>> encode([38.5, 40.7, 43.252], [-120.2, -120.95, -126.453])
    '_p~iF~ps|U_ulLnnqC_mqNvxq`@'
    """
    e5 = np.round(np.stack([np.asarray(lat), np.asarray(lon)], axis=1) * 1e5).astype(np.int64)
    steps = np.diff(e5, axis=0, prepend=0).ravel()
    values = np.where(steps < 0, ~(steps << 1), steps << 1)
    out = []
    for value in values.tolist():
        while value >= 0x20:
            out.append(chr((0x20 | (value & 0x1F)) + 63))
            value >>= 5
        out.append(chr(value + 63))
    return "".join(out)


def track_lines(track: Track, middle: float) -> dict[str, list[str]]:
    """The track of a ship as encoded lines, simplified to 30 m.

    Returns
    -------
    dict
        `received`: a line per stretch without a longer interval than `MAX_INTERVAL_S`. `gaps`: straight lines
        across those intervals.
    """
    if not len(track.time_s):
        return {"received": [], "gaps": []}
    lon = unwrap(track.lon, middle)
    breaks = np.flatnonzero(starts_after_gap(track.time_s))[1:]
    pieces = zip(np.split(track.lat, breaks), np.split(lon, breaks), strict=True)
    jumps = [([track.lat[i - 1], track.lat[i]], [lon[i - 1], lon[i]]) for i in breaks]
    return {
        "received": [encode(*simplify(lat, lon, _TRACK_TOLERANCE_M)) for lat, lon in pieces],
        "gaps": [encode(lat, lon) for lat, lon in jumps],
    }


def simplify(lat: Floats, lon: Floats, tolerance_m: float) -> tuple[Floats, Floats]:
    """Douglas-Peucker in a local plane.

    Examples
    --------
    >>> lat, lon = simplify(np.array([30.0, 30.05, 30.1]), np.array([122.0, 122.0001, 122.0]), 30.0)
    >>> lat.tolist()
    [30.0, 30.1]
    """
    if len(lat) < 3:
        return lat, lon
    lat_m, lon_m = (float(v) for v in metres_per_degree(lat.mean()))
    line = shapely.linestrings(np.stack([lon * lon_m, lat * lat_m], axis=1))
    xy = shapely.get_coordinates(shapely.simplify(line, tolerance_m, preserve_topology=False))
    return xy[:, 1] / lat_m, xy[:, 0] / lon_m


def box_around(lat: ArrayLike, lon: ArrayLike, middle: float, pad_deg: float) -> Box | None:
    """West, south, east, north of all positions with a margin [deg]; west may be below -180."""
    lat, lon = np.asarray(lat, dtype=np.float64), unwrap(lon, middle)
    if not len(lat):
        return None
    return (
        float(max(lon.min() - pad_deg, middle - 180.0)),
        float(max(lat.min() - pad_deg, -_MAX_LAT_DEG)),
        float(min(lon.max() + pad_deg, middle + 180.0)),
        float(min(lat.max() + pad_deg, _MAX_LAT_DEG)),
    )


def land_box(box: Box) -> Box:
    """The box of land to include for a map of `box`: that of the bundled coast if the map lies in it.

    Examples
    --------
    >>> land_box((122.0, 30.0, 123.0, 31.0)) == BUNDLED_DATA_BOX
    True
    >>> land_box((10.0, 54.0, 12.0, 55.0))
    (9.0, 53.5, 13.0, 55.5)
    """
    west, south, east, north = box
    if shapely.box(*BUNDLED_DATA_BOX).covers(shapely.box(*box)):
        return BUNDLED_DATA_BOX
    margin_lon, margin_lat = (east - west) / 2.0, (north - south) / 2.0
    return (
        west - margin_lon,
        max(south - margin_lat, -_MAX_LAT_DEG),
        east + margin_lon,
        min(north + margin_lat, _MAX_LAT_DEG),
    )


def land_rings(box: Box) -> list[list[str]]:
    """Land in the box: a list of encoded rings per polygon, outer ring first, as fine as the map can show."""
    west, south, east, north = box
    tolerance = max(_FINEST_LAND_M / _M_PER_DEG, max(east - west, north - south) / _PIXELS)
    rings = []
    for turn in (-360.0, 0.0, 360.0):
        lo, hi = max(west - turn, -180.0), min(east - turn, 180.0)
        if lo >= hi:
            continue
        land = land_polygons((lo, south, hi, north), tolerance_deg=tolerance)
        rings += [polygon_rings(p, turn) for p in land.geoms]
    return rings


def polygon_rings(polygon: shapely.Polygon, turn_deg: float = 0.0) -> list[str]:
    """The rings of a polygon, outer ring first, encoded, with `turn_deg` added to longitudes."""
    rings = shapely.get_rings(polygon)
    return [encode(xy[:, 1], xy[:, 0] + turn_deg) for xy in (shapely.get_coordinates(r) for r in rings)]


def places(context: Context | None, middle: float, box: Box) -> list[dict[str, Any]]:
    """Anchorages and ports that lie in the box: kind, label, position and encoded rings of each."""
    if context is None:
        return []
    window = shapely.box(*box)
    out = []
    for kind, frame in (("anchorage", context.anchorages), ("port", context.ports)):
        uses: Iterable[Any] = frame["use"] if "use" in frame.columns else [None] * len(frame)
        for name, use, shape in zip(frame["name"], uses, frame.geometry, strict=True):
            at = shape.representative_point()
            lon = float(unwrap(at.x, middle))
            if not window.contains(shapely.Point(lon, at.y)):
                continue
            rings = [
                r for p in shapely.get_parts(shape) if p.geom_type == "Polygon" for r in _rings_near(p, lon)
            ]
            label = {
                "name": made_visible(str(name)),
                "use": made_visible(use if isinstance(use, str) else ""),
            }
            out.append({"kind": kind, "at": [round(at.y, 5), round(lon, 5)], "rings": rings, **label})
    return out


def _rings_near(polygon: shapely.Polygon, lon: float) -> list[str]:
    """The rings of a part of a place, beside the other parts where 180 degrees lies between them."""
    at = polygon.representative_point().x
    return polygon_rings(polygon, float(unwrap(at, lon)) - at)
