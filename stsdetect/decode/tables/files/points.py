"""Points of geometry columns and GeoJSON as longitude and latitude, whatever system they are in."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import ProjError

from stsdetect.arrays import Bools, Floats
from stsdetect.decode.accounting import DecodeReport
from stsdetect.errors import DecodeError

_WGS84 = "OGC:CRS84"
_MAX_CACHED_SYSTEMS = 8


def lonlat(x: Floats, y: Floats, crs: object, source: str) -> tuple[Floats, Floats]:
    """Coordinates as longitude and latitude in WGS 84.

    Parameters
    ----------
    x, y : float64 (n,)
        Easting and northing, or longitude and latitude, in this order in any system; NaN where unknown.
    crs : str, dict or None
        The system as a name, WKT or PROJJSON; None for longitude and latitude.
    source : str
        Name of the file, for the error message.

    Returns
    -------
    lon, lat : float64 (n,)
        In degrees; NaN where a place is not in the system.

    Raises
    ------
    DecodeError
        If the system is not known.

    Examples
    --------
    >>> import numpy as np
    >>> lon, lat = lonlat(np.array([13591966.0]), np.array([3517018.0]), "EPSG:3857", "a.parquet")
    >>> round(float(lon[0]), 2), round(float(lat[0]), 2)
    (122.1, 30.1)
    """
    if crs is None:
        return x, y
    text = crs if isinstance(crs, str) else json.dumps(crs, sort_keys=True)
    if _is_wgs84(text):
        return x, y
    transformer = _transformer(text)
    if transformer is None:
        raise DecodeError(
            f"{source}: the points are in a system of coordinates that is not known ({text[:100]}). "
            "Transform them to longitude and latitude (EPSG:4326)."
        )
    out = transformer.transform(x, y)
    lon, lat = (np.where(np.isfinite(v), v, np.nan) for v in out)
    return lon, lat


def lonlat_of(geometry: object, crs: object, report: DecodeReport) -> tuple[Any, Any] | None:
    """Longitude and latitude of a GeoJSON geometry; None if it is not a point.

    Parameters
    ----------
    geometry : dict or other value
        Coordinates may be text.
    crs : dict or None
        The member ``crs`` of its collection.
    report : DecodeReport
        Names the file.

    Examples
    --------
    >>> lonlat_of({"type": "Point", "coordinates": ["122.1", "30.1"]}, None, DecodeReport("a.geojson"))
    ('122.1', '30.1')
    """
    if not isinstance(geometry, dict):
        return None
    at = geometry.get("coordinates")
    if geometry.get("type") == "MultiPoint" and isinstance(at, list) and len(at) == 1:
        at = at[0]
    elif geometry.get("type") != "Point":
        return None
    if not isinstance(at, list) or len(at) < 2 or any(isinstance(v, list | dict) for v in at):
        return None
    system = crs.get("properties") if isinstance(crs, dict) else None
    name = system.get("name") if isinstance(system, dict) else None
    if name is None or _is_lonlat(str(name)):
        return at[0], at[1]
    try:
        x, y = float(at[0]), float(at[1])
    except (TypeError, ValueError):
        return at[0], at[1]
    lon, lat = lonlat(np.array([x]), np.array([y]), str(name), report.source)
    return str(float(lon[0])), str(float(lat[0]))


def points_of_wkb(values: Any) -> tuple[Floats, Floats, Bools]:
    """Coordinates of points in WKB or WKT, and which of the values are anything else but empty.

    A collection of one point counts as that point.

    Parameters
    ----------
    values : object (n,)
        Bytes, text or None.

    Returns
    -------
    x, y : float64 (n,)
        NaN where there is not a point.
    other : bool (n,)
        True for values that are given and are neither a point nor empty.

    Examples
    --------
    >>> x, y, other = points_of_wkb(np.array([shapely.to_wkb(shapely.Point(122.1, 30.1)), None], object))
    >>> x.tolist()[0], y.tolist()[0], other.tolist()
    (122.1, 30.1, [False, False])
    """
    read = shapely.from_wkt if any(isinstance(v, str) for v in values) else shapely.from_wkb
    shapes = read(values, on_invalid="ignore")
    alone = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    empty = shapely.is_empty(shapes)
    other = np.array([v is not None for v in values], bool) & ~is_point & ~empty
    # GEOS up to 3.11 raises for the coordinates of an empty point.
    shapes[~is_point | empty] = None
    return shapely.get_x(shapes), shapely.get_y(shapes), other


@lru_cache(_MAX_CACHED_SYSTEMS)
def _is_lonlat(text: str) -> bool:
    return text.upper().replace("::", ":").endswith(("CRS84", "EPSG:4326"))


@lru_cache(_MAX_CACHED_SYSTEMS)
def _transformer(text: str) -> pyproj.Transformer | None:
    """From a system to longitude and latitude; None where it is not known."""
    try:
        return pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(text), _WGS84, always_xy=True)
    except ProjError:
        return None


@lru_cache(_MAX_CACHED_SYSTEMS)
def _is_wgs84(text: str) -> bool:
    try:
        return pyproj.CRS.from_user_input(text).to_authority() in (("EPSG", "4326"), ("OGC", "CRS84"))
    except ProjError:
        return False
