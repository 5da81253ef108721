"""Areas of interest: polygons as people draw them across 180 degrees, what lies inside, and the edge.

`area_on_earth` gives every area the form of RFC 7946: longitudes from -180 to 180, and a part on either side
where the area goes across 180 degrees. The other functions expect that form.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats
from stsdetect.errors import ContextError, StsWarning
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import destination, ecef_m

Box = tuple[float, float, float, float]
"""West, south, east, north [deg]."""

_STEP_DEG = 0.005  # spacing of the points that represent the edge: half a kilometre
_TURN = np.array([360.0, 0.0])
# An edge of 300 degrees is one of 60 degrees across 180; one of 200 may be either. What would be a strip on
# 180, much higher than wide, is rather meant to hold nearly the whole earth.
_SURELY_ACROSS_DEG = 270.0
_MOST_HEIGHT_TO_WIDTH = 3.0
_TINY_DEG = 1e-9


def area_on_earth(area: shapely.Geometry, *, name: str = "area") -> shapely.Geometry:
    """An area with longitudes from -180 to 180, in two parts where it goes across 180 degrees.

    Longitudes may run on beyond 180 (``170 ... 190``, ``-190 ... -170``, 0 to 360), or jump from 179 to -179:
    an edge of more than 270 degrees goes the short direction, across 180. A box from -179
    counter-clockwise to 179 may mean either and is refused.

    Parameters
    ----------
    area : shapely geometry
        Polygon or multipolygon, longitude and latitude [deg].
    name : str
        What it is, for messages.

    Returns
    -------
    shapely geometry
        Polygon or multipolygon; `area` itself where all its longitudes lie within 180 degrees already.

    Raises
    ------
    ContextError
        When it is not made of polygons, is empty, has coordinates that are not degrees, surrounds a pole, or
        has an edge of 180 to 270 degrees, which may go either direction around the earth.

    Warns
    -----
    StsWarning
        Where an edge was taken to go across 180 degrees, and where a polygon crosses itself and was repaired.

    Examples
    --------
    >>> area = area_on_earth(shapely.box(178.0, -1.0, 183.0, 1.0))
    >>> [part.bounds for part in area.geoms]
    [(-180.0, -1.0, -177.0, 1.0), (178.0, -1.0, 180.0, 1.0)]
    """
    parts = shapely.get_parts(area)
    kinds = {str(part.geom_type) for part in parts}
    if area.is_empty:
        raise ContextError(f"{name}: the area is empty.")
    if kinds != {"Polygon"}:
        raise ContextError(f"{name}: an area needs polygons, not {', '.join(sorted(kinds))}.")
    _check_degrees(area, name)
    lon = shapely.get_coordinates(area)[:, 0]
    if np.abs(lon).max() <= 180.0 and all(shapely.is_valid(parts)) and not any(map(_jumps, _rings(parts))):
        return area
    whole = [_repaired(_unwrapped(shapely.force_2d(part), name), name) for part in parts]
    cut = [piece for part in whole for piece in _cut_at_180(part)]
    united = shapely.union_all(cut)
    if united.is_empty or united.area == 0.0:
        raise ContextError(f"{name}: the area holds nothing.")
    return united


def circle_on_earth(lat: float, lon: float, radius_m: float) -> shapely.Geometry:
    """A circle as a polygon of 72 corners, in two parts where it goes across 180 degrees.

    Parameters
    ----------
    lat, lon : float
        Centre [deg].
    radius_m : float
        Radius [m]; the circle must not reach a pole.

    Returns
    -------
    shapely geometry

    Examples
    --------
    >>> [round(v, 2) for v in circle_on_earth(0.0, 10.0, 111_320.0).bounds]
    [9.0, -1.01, 11.0, 1.01]
    >>> len(circle_on_earth(0.0, 179.9, 50_000.0).geoms)
    2
    """
    corners_lat, corners_lon = destination(lat, lon, -np.arange(0.0, 360.0, 5.0), radius_m)
    east_deg = wrap180(corners_lon - lon)
    return area_on_earth(shapely.Polygon(np.stack([wrap180(lon) + east_deg, corners_lat], axis=1)))


def inside_area(area: shapely.Geometry, lat: ArrayLike, lon: ArrayLike) -> Bools:
    """Whether positions lie in an area or on its edge; 180 and -180 degrees are the same longitude.

    Parameters
    ----------
    area : shapely geometry
        From `area_on_earth`.
    lat, lon : array_like
        Positions, shape (n,) [deg]; NaN is outside.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.

    Examples
    --------
    >>> area = area_on_earth(shapely.box(179.0, -1.0, 181.0, 1.0))
    >>> inside_area(area, [0.0] * 4, [179.5, -179.5, 0.0, 178.5]).tolist()
    [True, True, False, False]
    """
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    inside = np.asarray(shapely.intersects_xy(area, lon, lat), dtype=bool)
    at_180 = np.abs(lon) == 180.0
    inside[at_180] |= shapely.intersects_xy(area, -lon[at_180], lat[at_180])
    return inside


def boxes_of(area: shapely.Geometry) -> list[Box]:
    """Box around an area, in two parts where it goes across 180 degrees.

    Parameters
    ----------
    area : shapely geometry
        From `area_on_earth`.

    Returns
    -------
    list of tuple
        One box or two: west, south, east, north [deg], west below east.

    Examples
    --------
    >>> boxes_of(area_on_earth(shapely.box(178.0, -1.0, 183.0, 1.0)))
    [(178.0, -1.0, 180.0, 1.0), (-180.0, -1.0, -177.0, 1.0)]
    >>> boxes_of(shapely.box(120.0, 29.0, 125.0, 31.0))
    [(120.0, 29.0, 125.0, 31.0)]
    """
    west, south, east, north = (float(v) for v in area.bounds)
    spans = np.array(sorted((p.bounds[0], p.bounds[2]) for p in shapely.get_parts(area)))
    gap_from = np.maximum.accumulate(spans[:, 1])[:-1]
    gap_deg = spans[1:, 0] - gap_from
    k = int(gap_deg.argmax()) if len(gap_deg) else 0
    if not len(gap_deg) or gap_deg[k] <= west + 360.0 - east:
        return [(west, south, east, north)]
    return [(float(spans[k + 1, 0]), south, east, north), (west, south, float(gap_from[k]), north)]


def edge_distance_m(lat: ArrayLike, lon: ArrayLike, *, area: shapely.Geometry) -> Floats:
    """Distance from positions to the nearest edge of an area.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    area : shapely geometry
        Area of interest, longitude and latitude [deg], from `area_on_earth`.

    Returns
    -------
    numpy.ndarray
        Shape (n,) [m], at most some metres too long; 0 outside the area, NaN where a position is NaN,
        infinite where the area has no edge.

    Examples
    --------
    >>> area = shapely.box(122.0, 30.0, 123.0, 31.0)
    >>> edge_distance_m([30.1, 29.0], [122.5, 122.5], area=area).round(-2)
    array([11100.,     0.])
    """
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    known = ~(np.isnan(lat) | np.isnan(lon))
    edge = shapely.get_coordinates(shapely.segmentize(_edge(area), _STEP_DEG))
    out = np.full(lat.shape, np.nan)
    if len(edge):
        out[known] = cKDTree(ecef_m(edge[:, 1], edge[:, 0])).query(ecef_m(lat[known], lon[known]))[0]
    else:
        out[known] = np.inf
    strictly = shapely.contains_xy(area, lon, lat)
    at_180 = np.abs(lon) == 180.0
    strictly[at_180] = inside_area(area, lat[at_180], lon[at_180])
    return np.where(known & ~strictly, 0.0, out)


def _edge(area: shapely.Geometry) -> shapely.Geometry:
    """The boundary without what only joins the parts on either side of 180 degrees."""
    edge = area.boundary
    if not (area.bounds[0] <= -180.0 and area.bounds[2] >= 180.0):
        return edge
    east, west = (
        edge.intersection(shapely.LineString([(lon, -90.0), (lon, 90.0)])) for lon in (180.0, -180.0)
    )
    seam = shapely.transform(west, lambda xy: xy + _TURN).intersection(east)
    both = shapely.union(seam, shapely.transform(seam, lambda xy: xy - _TURN))
    return edge.difference(both)


def _check_degrees(area: shapely.Geometry, name: str) -> None:
    lon, lat = shapely.get_coordinates(area).T
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise ContextError(f"{name}: the area has coordinates that are not numbers.")
    if np.abs(lat).max() > 90.0 and np.abs(lat).max() <= 180.0 and np.abs(lon).max() <= 90.0:
        raise ContextError(
            f"{name}: a latitude of {lat[np.abs(lat).argmax()]:g} degrees; latitude and longitude seem to be "
            "swapped. Longitude comes first."
        )
    if np.abs(lat).max() > 90.0 or np.abs(lon).max() > 360.0:
        raise ContextError(
            f"{name}: coordinates up to {np.abs(lon).max():g}, {np.abs(lat).max():g} are not degrees of "
            "longitude and latitude. Transform the area to WGS 84 (EPSG:4326), or give the file its "
            "coordinate system."
        )


def _rings(parts: Floats) -> Iterator[Floats]:
    for part in parts:
        for ring in shapely.get_rings(part):
            yield shapely.get_coordinates(ring)


def _jumps(ring: Floats) -> bool:
    """Whether an edge spans more than half of the earth, other than from -180 to 180."""
    span = np.abs(np.diff(ring[:, 0]))
    return bool(((span > 180.0 + _TINY_DEG) & (np.abs(span - 360.0) > _TINY_DEG)).any())


def _unwrapped(polygon: shapely.Polygon, name: str) -> shapely.Polygon:
    """The polygon with longitudes that do not jump; they may leave [-180, 180]."""
    rings = list(_rings(np.array([polygon])))
    # From -180 to 180 is a whole turn in a box around the earth, and nothing in a ring that touches 180.
    if not any(map(_jumps, rings)) and (polygon.is_valid or np.abs(rings[0][:, 0]).max() > 180.0):
        return polygon
    smooth = [_smooth_ring(r, name, outer=k == 0) if _spans_most(r) else r for k, r in enumerate(rings)]
    shell = shapely.Polygon(smooth[0])
    inner = [_beside(ring, shell) for ring in smooth[1:]]
    if any(map(_jumps, rings)):
        west, _, east, _ = shell.bounds
        warnings.warn(
            f"{name}: an edge of more than {_SURELY_ACROSS_DEG:g} degrees was taken to go across 180 "
            f"degrees, so the polygon is {east - west:g} degrees wide, from {_lon(west)} to {_lon(east)}; if "
            "it is to go around the earth, add corners between",
            StsWarning,
            stacklevel=5,
        )
    return shapely.Polygon(smooth[0], inner)


def _spans_most(ring: Floats) -> bool:
    return bool((np.abs(np.diff(ring[:, 0])) > 180.0 + _TINY_DEG).any())


def _smooth_ring(ring: Floats, name: str, *, outer: bool) -> Floats:
    step = np.diff(ring[:, 0])
    long = np.abs(step) > 180.0 + _TINY_DEG
    turns = -np.sign(step) * long
    smooth = np.column_stack([ring[:, 0] + 360.0 * np.concatenate([[0.0], np.cumsum(turns)]), ring[:, 1]])
    width, height = np.ptp(smooth, axis=0)
    span = np.abs(step[long])
    is_box = outer and len(ring) <= 5
    if (
        span.min() < _SURELY_ACROSS_DEG
        or span.max() > 360.0 + _TINY_DEG
        or np.abs(ring[:, 0]).max() > 180.0
        or (is_box and (height > _MOST_HEIGHT_TO_WIDTH * width or shapely.is_ccw(shapely.LinearRing(ring))))
    ):
        raise ContextError(
            f"{name}: an edge of {span.max():g} degrees of longitude may go either direction around the "
            "earth. To go across 180 degrees, let longitudes run on, such as 179 to 181; else add a corner "
            "between, so that no edge is longer than 180 degrees. Without an area the whole earth is taken."
        )
    if turns.sum() != 0.0 or width > 360.0:
        raise ContextError(f"{name}: a polygon surrounds a pole; cut it along 180 degrees first.")
    return smooth


def _beside(ring: Floats, shell: shapely.Polygon) -> Floats:
    """An inner ring turned to lie inside the outer one."""
    turned = [ring + k * _TURN for k in (-1, 0, 1)]
    return next((r for r in turned if shell.covers(shapely.Polygon(r))), ring)


def _repaired(polygon: shapely.Polygon, name: str) -> shapely.Geometry:
    if polygon.is_valid:
        return polygon
    reason = shapely.is_valid_reason(polygon)
    warnings.warn(
        f"{name}: a polygon is not valid ({reason}) and was repaired; look at the area on a map",
        StsWarning,
        stacklevel=4,
    )
    parts = shapely.get_parts(shapely.make_valid(polygon))
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), kinds)])


def _cut_at_180(polygon: shapely.Geometry) -> Iterator[shapely.Geometry]:
    west, _, east, _ = polygon.bounds
    if west >= -180.0 and east <= 180.0:
        yield polygon
        return
    for k in range(-2, 3):
        window = shapely.box(-180.0 + 360.0 * k, -90.0, 180.0 + 360.0 * k, 90.0)
        parts = shapely.get_parts(polygon.intersection(window))
        for part in parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]:
            yield shapely.transform(part, lambda xy, k=k: xy - k * _TURN)


def _lon(lon_deg: float) -> str:
    return f"{(lon_deg + 180.0) % 360.0 - 180.0:g}"
