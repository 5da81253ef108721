"""Layers of a run: area of interest, ports, anchorages and watchlist, bundled or the user's own."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Floats
from stsdetect.errors import ContextError, StsWarning
from stsdetect.geo.area import area_on_earth, boxes_of
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.geo.land import BUNDLED_DATA_BOX, land_polygons
from stsdetect.lists.listed_ships import WATCHLIST
from stsdetect.lists.text_table import column_of, is_null, read_text_table
from stsdetect.lists.watchlist import ListFile, Sources, Watchlists, read_watchlists, sources_of
from stsdetect.params import ContextParams
from stsdetect.stored_files import is_there

if TYPE_CHECKING:
    import geopandas as gpd

_BEFORE = "(?:decimal|centre|center|centroid|mean|anchorage|port|wgs84)?"
_AFTER = "(?:deg|degree|degrees|dd|decimal|decimaldegrees|wgs84)?"
_COLUMNS = {
    "lat": f"{_BEFORE}(?:lat|latitude|latitud|breite|breitengrad){_AFTER}",
    "lon": f"{_BEFORE}(?:lon|long|lng|longitude|longitud|l\u00e4nge|l\u00e4ngengrad){_AFTER}",
    "y": "y(?:coord|coordinate)?|coordy|pointy",
    "x": "x(?:coord|coordinate)?|coordx|pointx",
    "name": "(?:anchorage|place|port|location|site)?name",
    "label": "label|anchorage|place",
    "use": "use|usage|anchorageuse",
    "night_work": "nightwork",
}
"""Names of columns as `plain_header` has them."""

_USES = ("bunkering", "lightering", "waiting", "fishing")
_YES, _NO = ("1", "1.0", "true", "t", "yes", "y"), ("0", "0.0", "false", "f", "no", "n")
_DEGREES = re.compile(
    r"([NSEWO])?\s*([+-]?)([0-9]+)(?:[.,]([0-9]*))?(?:E([+-]?[0-9]{1,2}))?\s*\u00b0?\s*([NSEWO])?"
)
_MIN_DECIMALS = 3  # of a number in scientific notation; a spreadsheet shows 122.0909 as 1.22E+02
_LONGEST_EDGE_DEG = 90.0
_NOT_AVAILABLE = ((91.0, 181.0), (0.0, 0.0))


@dataclass(frozen=True)
class Context:
    """What is known about places and ships before any AIS is read.

    Attributes
    ----------
    area : shapely geometry or None
        Area of interest, longitude and latitude [deg]; None for the whole earth. One across 180 degrees has
        a part on either side.
    area_name : str
        Its name, or the name of its file; empty for the whole earth.
    ports : geopandas.GeoDataFrame
        Polygons with `name` and `source`.
    anchorages : geopandas.GeoDataFrame
        Polygons with `name`, `use` (bunkering, lightering, waiting, fishing or null), `night_work` (whether
        barges may work alongside at night, or null) and `source`; earlier rows win where two overlap.
    watchlist : pandas.DataFrame
        WATCHLIST: the ships to look out for, of all lists.
    lists : tuple of ListFile
        What is known of each list: its form, date, SHA-256 and number of ships.
    """

    area: shapely.Geometry | None
    area_name: str
    ports: gpd.GeoDataFrame
    anchorages: gpd.GeoDataFrame
    watchlist: pd.DataFrame
    lists: tuple[ListFile, ...] = ()

    @cached_property
    def coast(self) -> shapely.MultiPolygon:
        """Land in and around the area [deg], read when first used; without an area, the bundled coast."""
        boxes = [BUNDLED_DATA_BOX] if self.area is None else boxes_of(self.area)
        return shapely.multipolygons([p for box in boxes for p in land_polygons(box).geoms])


def load_context(
    *,
    aoi: str | Path | None = None,
    anchorages: str | Path | None = None,
    watchlist: Sources = None,
    params: ContextParams | None = None,
) -> Context:
    """Load the places and the watchlist of a run.

    Parameters
    ----------
    aoi : str or Path, optional
        Name of a bundled area (see `areas`), ``west,south,east,north`` [deg], or a GeoJSON, GeoPackage or
        other vector file with polygons; by default the whole earth. Areas may go across 180 degrees, see
        `stsdetect.geo.area.area_on_earth`; of four numbers the first is larger then.
    anchorages : str or Path, optional
        Anchorages in addition to the bundled ones: polygons (GeoJSON, GeoPackage) with `name` or `label` and,
        where known, `use` and `night_work`; or a CSV of points with latitude, longitude [deg] and `name` or
        `label`, such as that of Global Fishing Watch; each point becomes a circle of radius
        `params.anchorage_point_radius_m`. Any separator, decimal commas and 30.2 N are read.
    watchlist : str or Path, or sequence of these, optional
        Lists of ships as they are published, or CSVs with any of the columns imo, mmsi and name, see
        `stsdetect.lists.read_watchlist`; or names of bundled lists: ``us-advisory-2018-02-23``.
    params : ContextParams, optional
        Radius of anchorage points.

    Returns
    -------
    Context

    Raises
    ------
    ContextError
        When the name of an area is unknown, or a file is missing, unreadable or lacks required columns, or an
        area may mean two areas.

    Warns
    -----
    StsWarning
        What of a file was not used, with the number of rows and the first of them.

    Examples
    --------
    >>> context = load_context(aoi="hangzhou", watchlist="us-advisory-2018-02-23")
    >>> context.area.bounds
    (120.85, 29.3, 125.5, 31.45)
    >>> len(context.watchlist), len(context.anchorages)
    (22, 12)
    """
    params = ContextParams.of(params)
    area, name = _area(aoi)
    places = _bundled("anchorages.geojson")
    if anchorages is not None:
        own = _own_anchorages(Path(anchorages), params)
        known = own["use"].notna()
        places = pd.concat([own[known], places, own[~known]], ignore_index=True)
    sources = sources_of(watchlist)
    ships, lists = read_watchlists(sources) if sources else Watchlists(WATCHLIST.empty(), ())
    return Context(
        area=area,
        area_name=name,
        ports=_bundled("ports.geojson"),
        anchorages=places,
        watchlist=ships,
        lists=lists,
    )


@cache
def areas() -> dict[str, shapely.Geometry]:
    """The bundled areas of interest by name.

    Examples
    --------
    >>> sorted(areas())
    ['core', 'ecs', 'hangzhou', 'hangzhou_yangtze', 'lyg', 'yangtze']
    """
    frame = _bundled("areas.geojson")
    return dict(zip(frame["name"], frame.geometry, strict=True))


def _area(aoi: str | Path | None) -> tuple[shapely.Geometry | None, str]:
    if aoi is None:
        return None, ""
    if str(aoi) in areas():
        return areas()[str(aoi)], str(aoi)
    path = Path(aoi)
    if not is_there(path):
        if (box := _box(str(aoi))) is not None:
            return box, str(aoi)
        raise ContextError(
            f"'{aoi}' is neither a bundled area nor a file; bundled areas: {', '.join(sorted(areas()))}. "
            "Pass one of these, a GeoJSON or GeoPackage file, or west,south,east,north in degrees."
        )
    frame = _read_vector(path)
    if not frame.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise ContextError(
            f"{path}: an area of interest needs polygons, not {', '.join(sorted(set(frame.geom_type)))}."
        )
    parts = shapely.get_parts(frame.geometry.to_numpy())
    area = area_on_earth(shapely.multipolygons(parts), name=path.name)
    return shapely.union_all(shapely.get_parts(area)), path.name


def _box(text: str) -> shapely.Geometry | None:
    """The area of ``west,south,east,north`` [deg]; None if the text is not four numbers."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not (-90.0 <= south < north <= 90.0 and max(abs(west), abs(east)) <= 180.0 and west != east):
        raise ContextError(
            f"the area {text} is not west,south,east,north in degrees: latitudes go from -90 to 90, the "
            "southern one comes first, longitudes from -180 to 180; one across 180 degrees has west > east."
        )
    box = shapely.box(west, south, east if west < east else east + 360.0, north)
    # Short edges leave no doubt about which way around the earth they go.
    return area_on_earth(shapely.segmentize(box, _LONGEST_EDGE_DEG), name=f"area {text}")


def _own_anchorages(path: Path, params: ContextParams) -> gpd.GeoDataFrame:
    import geopandas as gpd

    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        frame = _read_points(path)
    else:
        frame = _standard_columns(_read_vector(path))
    shapes, good = _on_earth(frame.geometry.to_numpy(), params.anchorage_point_radius_m, path)
    frame = frame[good]
    use = frame["use"].str.lower()
    odd = use[use.notna() & ~use.isin(_USES)]
    _warn_of(path, odd, f"uses that are none of {', '.join(_USES)} and have no effect")
    night = frame["night_work"].str.lower()
    odd = night[night.notna() & ~night.isin(_YES + _NO)]
    _warn_of(path, odd, "values of night_work that are neither yes nor no and were taken as unknown")
    out = {
        "name": frame["name"].fillna("unnamed anchorage").str.slice(0, 80),
        "use": use,
        "night_work": night.map(lambda v: v in _YES if v in _YES + _NO else None).astype("boolean"),
        "remark": "",
        "source": path.name,
    }
    return gpd.GeoDataFrame(out, geometry=shapes[good], crs=4326).astype({"name": "str", "use": "str"})


def _warn_of(path: Path, odd: pd.Series, what: str) -> None:
    if len(odd):
        sample = ", ".join(repr(str(v)[:40]) for v in odd.unique()[:3])
        warnings.warn(f"{path}: {len(odd)} {what}, for example {sample}", StsWarning, stacklevel=5)


def _standard_columns(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The columns `name`, `use` and `night_work` as text, null where a cell says nothing, and the shapes."""
    import geopandas as gpd

    texts = {
        column: pd.Series(None, index=frame.index, dtype="str") for column in ("name", "use", "night_work")
    }
    # A label stands in where there is no name, so it comes last.
    for wanted in ("name", "label", "use", "night_work"):
        for given in (c for c in frame.columns if column_of(str(c), _COLUMNS) == wanted):
            text = frame[given].astype("str").str.strip()
            text = text.mask(text.isna() | text.map(lambda v: is_null(str(v))))
            column = "name" if wanted == "label" else wanted
            texts[column] = texts[column].fillna(text)
    return gpd.GeoDataFrame(texts, geometry=frame.geometry, crs=4326)


def _on_earth(
    shapes: NDArray[np.object_], radius_m: float, path: Path
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Polygons with longitudes within 180 degrees, points as circles, and which of them can be used."""
    shapes = shapes.copy()
    kind = shapely.get_type_id(shapes)
    point = np.isin(kind, (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT))
    good = np.ones(len(shapes), dtype=bool)
    reasons = []
    lon, lat = shapely.get_coordinates(shapely.centroid(shapes[point])).T
    good[point] = _is_position(lat, lon)
    if not good.all():
        swapped = _is_position(lon, lat).sum() > good[point].sum()
        hint = "; latitude and longitude seem to be swapped, longitude comes first" if swapped else ""
        reasons.append(f"points that are not positions in degrees{hint}")
    circle = point & good
    shapes[circle] = _circles(shapes[circle], radius_m)
    bounds = np.abs(shapely.bounds(shapes))
    beyond = (bounds[:, [0, 2]] > 180.0).any(axis=1) | (bounds[:, [1, 3]] > 90.0).any(axis=1)
    for i in np.flatnonzero(good & (~point | beyond)):
        try:
            shapes[i] = area_on_earth(shapes[i], name=f"{path.name}, place {i + 1}")
        except ContextError as error:
            good[i] = False
            reasons.append(str(error).rstrip("."))
    if not good.any():
        raise ContextError(f"{path} holds no place that can be used: {'; '.join(reasons[:3])}.")
    if not good.all():
        warnings.warn(
            f"{path}: {int((~good).sum())} places were left out: {'; '.join(reasons[:3])}",
            StsWarning,
            stacklevel=5,
        )
    return shapes, good


def _read_points(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd

    table = read_text_table(path, "anchorages", _COLUMNS, needed=("lat", "lon", "y", "x"))
    texts = {c: table.first(c) for c in _COLUMNS}
    lat_text, lon_text = (
        texts[a] if any(texts[a]) or not any(texts[b]) else texts[b] for a, b in (("lat", "y"), ("lon", "x"))
    )
    if not any(lat_text) or not any(lon_text):
        present = ", ".join(n[:40] for n in table.headers[0][:30])
        raise ContextError(
            f"{path}: no latitude and longitude in {len(table.rows)} rows; columns present: {present}. "
            "Name them lat and lon (or latitude and longitude)."
        )
    lat = np.array([_degrees(t, "NS") for t in lat_text])
    lon = np.array([_degrees(t, "EOW") for t in lon_text])
    if not (lon < 0.0).any() and (lon > 181.0).any() and not (lon > 360.0).any():
        table.remarks.append(
            f"{table.name}: longitudes run from 0 to 360 degrees and were turned to -180 to 180"
        )
        lon = np.where(lon == 181.0, lon, np.where(lon > 180.0, lon - 360.0, lon))
    good = _is_position(lat, lon)
    swapped = _is_position(lon, lat) & ~good & (np.abs(lat) > 91.0)
    hint = " Latitude and longitude seem to be swapped." if swapped.sum() > good.sum() else ""
    if not good.any():
        raise ContextError(
            f"{path}: none of the {len(lat)} rows has a latitude and longitude in degrees, for example "
            f"{str(lat_text[0])[:40]!r}, {str(lon_text[0])[:40]!r}.{hint}"
        )
    if not good.all():
        bad = np.flatnonzero(~good)
        sample = f"{str(lat_text[bad[0]] or '')[:40]!r}, {str(lon_text[bad[0]] or '')[:40]!r}"
        table.remarks.append(
            f"{path}: {len(bad)} rows without a valid position were ignored, for example {sample} "
            f"({table.lines(bad.tolist())}).{hint}"
        )
    for remark in table.remarks:
        warnings.warn(remark, StsWarning, stacklevel=4)
    columns = {
        "name": [a if a is not None else b for a, b in zip(texts["name"], texts["label"], strict=True)],
        "use": texts["use"],
        "night_work": texts["night_work"],
    }
    frame = pd.DataFrame({k: pd.Series(v, dtype="str") for k, v in columns.items()})[good]
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(lon[good], lat[good]), crs=4326)


def _degrees(text: str | None, letters: str) -> float:
    """Degrees of a text such as ``-30.2``, ``30,2`` or ``30.2 S``; NaN where it is not one."""
    found = _DEGREES.fullmatch((text or "").upper())
    if found is None:
        return np.nan
    before, sign, whole, decimals, exponent, after = found.groups()
    hemisphere = before or after
    if hemisphere and (hemisphere not in letters or sign == "-" or (before and after)):
        return np.nan
    decimals = decimals or ""
    if exponent and int(exponent) > 0 and len(decimals) - int(exponent) < _MIN_DECIMALS:
        return np.nan
    number = float(f"{sign}{whole}.{decimals or 0}e{exponent or 0}")
    return -number if hemisphere in ("S", "W") else number


def _is_position(lat: Floats, lon: Floats) -> Bools:
    good = (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0)
    for no_lat, no_lon in _NOT_AVAILABLE:
        good &= ~((lat == no_lat) & (lon == no_lon))
    return np.asarray(good)


def _read_vector(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd

    if not is_there(path):
        raise ContextError(f"{path}: no such file.")
    if not (path.is_file() or path.is_dir()):
        raise ContextError(f"cannot read {path}: it is neither a file nor a folder.")
    try:
        frame = gpd.read_file(path)
    except Exception as error:  # each driver below geopandas raises its own class
        raise ContextError(
            f"cannot read {path} as GeoJSON, GeoPackage or another vector file: {error}"
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ContextError(f"{path} holds a table without geometry.")
    empty = frame.geometry.isna() | frame.geometry.is_empty
    if empty.all():
        raise ContextError(f"{path} holds no geometry.")
    if empty.any():
        warnings.warn(
            f"{path}: {int(empty.sum())} rows without a geometry were ignored", StsWarning, stacklevel=5
        )
    frame = frame[~empty]
    # Several points in one row are as many places.
    several = frame.geom_type.isin(["MultiPoint", "GeometryCollection"])
    if several.any():
        frame = pd.concat([frame[~several], frame[several].explode()]).sort_index(kind="stable")
    frame = frame.reset_index(drop=True)
    return frame.set_crs(4326) if frame.crs is None else frame.to_crs(4326)


def _circles(points: NDArray[np.object_], radius_m: float) -> NDArray[np.object_]:
    """Circles of a radius on the ground around points."""
    if not len(points):
        return points
    centre = shapely.get_coordinates(shapely.centroid(points))
    lat_m, lon_m = metres_per_degree(centre[:, 1])
    ring = shapely.get_coordinates(shapely.Point(0.0, 0.0).buffer(1.0, quad_segs=4))
    scale = radius_m / shapely.get_coordinates(shapely.points(lon_m, lat_m))
    return np.asarray(shapely.polygons(centre[:, None, :] + ring[None, :, :] * scale[:, None, :]))


def _bundled(name: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    text = (files("stsdetect.context.data") / name).read_text(encoding="utf-8")
    frame = gpd.GeoDataFrame.from_features(json.loads(text)["features"], crs=4326)
    if "night_work" in frame.columns:
        frame["night_work"] = frame["night_work"].astype("boolean")
    return frame
