"""Points of geometry columns and GeoJSON as longitude and latitude, whatever system they are in."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from pyproj.exceptions import ProjError

from stsdetect.arrays import Bools, Floats
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.plain_types import is_bytes
from stsdetect.errors import DecodeError

_WGS84 = "OGC:CRS84"
_MAX_CACHED_SYSTEMS = 8
_N_SAMPLES = 3
_GEOMETRY_NAMES = ("geometry", "geom", "the_geom", "wkb_geometry", "geog", "geography", "shape", "wkb")


class Geometry(NamedTuple):
    """The column with the points of a Parquet or Arrow file, how it holds them, and their coordinates."""

    position: int
    column: str
    encoding: str
    crs: object
    """Their system; None for longitude and latitude."""


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


def geometry_of(schema: pa.Schema) -> Geometry | None:
    """Where the points of a file are; None without them or beside columns of latitude and longitude."""
    lower = [name.lower() for name in schema.names]
    if any(n.startswith("lat") for n in lower) and any(n.startswith(("lon", "lng")) for n in lower):
        return None
    try:
        geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    except ValueError:
        geo = {}
    geo = geo if isinstance(geo, dict) else {}
    described = geo.get("columns")
    described = described if isinstance(described, dict) else {}
    candidates = [geo.get("primary_column"), *described]
    candidates += [f.name for f in schema if _extension(f)]
    candidates += [f.name for f in schema if f.name.lower() in _GEOMETRY_NAMES and _may_hold_points(f.type)]
    name = next((c for c in candidates if isinstance(c, str) and c in schema.names), None)
    if name is None:
        return None
    index = schema.get_all_field_indices(name)[0]
    field = schema.field(index)
    return Geometry(index, name, _extension(field), _crs(described.get(name), field))


def _extension(field: pa.Field) -> str:
    """Name of the GeoArrow type of a column; empty for any other."""
    metadata = field.metadata or {}
    name = metadata.get(b"ARROW:extension:name", b"").decode("utf-8", "replace")
    name = name or getattr(field.type, "extension_name", "")
    return name if name.startswith(("geoarrow.", "ogc.")) else ""


def _may_hold_points(kind: pa.DataType) -> bool:
    is_struct = pa.types.is_struct(kind) and {"x", "y"} <= {f.name for f in kind}
    return is_struct or is_bytes(kind) or bool(pa.types.is_fixed_size_list(kind))


def _crs(described: object, field: pa.Field) -> object:
    """The system of coordinates that a file names for a column; None for longitude and latitude."""
    if isinstance(described, dict) and "crs" in described:
        return described["crs"]
    metadata = (field.metadata or {}).get(b"ARROW:extension:metadata") or b"{}"
    if isinstance(field.type, pa.ExtensionType):
        metadata = field.type.__arrow_ext_serialize__() or metadata
    try:
        more = json.loads(metadata)
    except ValueError:
        return None
    return more.get("crs") if isinstance(more, dict) else None


def points_of_arrow(array: pa.Array, geometry: Geometry, report: DecodeReport) -> tuple[Floats, Floats]:
    """Longitude and latitude of each row; NaN where there is no point. All else is counted."""
    index = None
    if pa.types.is_dictionary(array.type):
        index = array.indices.cast(pa.int64()).fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)
        array = array.dictionary
    x, y, other = _coordinates(array, geometry, report)
    lon, lat = lonlat(x, y, geometry.crs, report.source)
    beyond = np.isfinite(x) & np.isfinite(y) & ~(np.isfinite(lon) & np.isfinite(lat))
    if index is None:
        index = np.arange(len(array))
    lon, lat, x, y = (np.append(v, np.nan)[index] for v in (lon, lat, x, y))
    rows = np.flatnonzero(np.append(other, False)[index])
    samples = (_shown(array[int(index[row])].as_py()) for row in rows[:_N_SAMPLES])
    report.lose("geometry", rows.size, samples)
    rows = np.flatnonzero(np.append(beyond, False)[index])
    report.lose(geometry.column, rows.size, (f"{x[row]:g} {y[row]:g}" for row in rows[:_N_SAMPLES]))
    return lon, lat


def _coordinates(array: pa.Array, geometry: Geometry, report: DecodeReport) -> tuple[Floats, Floats, Bools]:
    """The coordinates of values, and which of them are given and no points."""
    kind = array.type
    if pa.types.is_struct(kind) and {"x", "y"} <= {f.name for f in kind}:
        x, y = (
            array.flatten()[kind.get_field_index(n)].cast(pa.float64()).to_numpy(zero_copy_only=False)
            for n in ("x", "y")
        )
    elif pa.types.is_fixed_size_list(kind) or pa.types.is_list(kind):
        pairs = [v if v is not None and len(v) >= 2 else (None, None) for v in array.to_pylist()]
        try:
            x, y = (np.array([p[k] for p in pairs], float) for k in (0, 1))
        except (TypeError, ValueError) as error:
            raise DecodeError(f"{report.source}: column {geometry.column} does not hold points") from error
    elif pa.types.is_nested(kind) or not (is_bytes(kind) or _is_string(kind)):
        raise DecodeError(f"{report.source}: column {geometry.column} does not hold points")
    else:
        values = np.empty(len(array), object)
        values[:] = array.to_pylist()
        return points_of_wkb(values)
    return x, y, np.zeros(len(array), bool)


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


@lru_cache(_MAX_CACHED_SYSTEMS)
def _is_lonlat(text: str) -> bool:
    return text.upper().replace("::", ":").endswith(("CRS84", "EPSG:4326"))


@lru_cache(_MAX_CACHED_SYSTEMS)
def _transformer(text: str) -> pyproj.Transformer | None:
    """From a system to longitude and latitude; None where it is not known."""
    try:
        return pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(text), _WGS84, always_xy=True)
    except (ProjError, ValueError):
        return None


@lru_cache(_MAX_CACHED_SYSTEMS)
def _is_wgs84(text: str) -> bool:
    try:
        return pyproj.CRS.from_user_input(text).to_authority() in (("EPSG", "4326"), ("OGC", "CRS84"))
    except (ProjError, ValueError):
        return False
