"""Layers of a run: area of interest, ports, anchorages and watchlist, bundled or the user's own."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from stsdetect.errors import ContextError, StsWarning
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.geo.land import BUNDLED_DATA_BOX, land_polygons
from stsdetect.lists.watchlist import WATCHLIST, read_watchlist
from stsdetect.params import ContextParams

if TYPE_CHECKING:
    import geopandas as gpd

_POINT_COLUMNS = {
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "longitude", "lng", "x"),
    "name": ("name", "label"),
}


@dataclass(frozen=True)
class Context:
    """What is known about places and ships before any AIS is read.

    Attributes
    ----------
    area : shapely geometry or None
        Area of interest, longitude and latitude [deg]; None for the whole earth.
    area_name : str
        Its name, or the name of its file; empty for the whole earth.
    ports : geopandas.GeoDataFrame
        Polygons with `name` and `source`.
    anchorages : geopandas.GeoDataFrame
        Polygons with `name`, `use` (bunkering, lightering, waiting, fishing or null), `night_work` (whether
        barges may work alongside at night, or null) and `source`; earlier rows win where two overlap.
    watchlist : pandas.DataFrame
        `imo`, `mmsi`, `name`, `length_m`, `list` of the ships to look out for.
    """

    area: shapely.Geometry | None
    area_name: str
    ports: gpd.GeoDataFrame
    anchorages: gpd.GeoDataFrame
    watchlist: pd.DataFrame

    @cached_property
    def coast(self) -> shapely.MultiPolygon:
        """Land in and around the area [deg], read when first used; without an area, the bundled coast."""
        return land_polygons(self.area.bounds if self.area is not None else BUNDLED_DATA_BOX)


def load_context(
    *,
    aoi: str | Path | None = None,
    anchorages: str | Path | None = None,
    watchlist: str | Path | None = None,
    params: ContextParams | None = None,
) -> Context:
    """Load the places and the watchlist of a run.

    Parameters
    ----------
    aoi : str or Path, optional
        Name of a bundled area (see `areas`), or a GeoJSON, GeoPackage or other vector file with polygons; by
        default the whole earth.
    anchorages : str or Path, optional
        Anchorages in addition to the bundled ones: polygons (GeoJSON, GeoPackage) with `name` or `label` and,
        where known, `use` and `night_work`; or a CSV of points with latitude, longitude and `name` or
        `label`, such as that of Global Fishing Watch; each point becomes a circle of radius
        `params.anchorage_point_radius_m`.
    watchlist : str or Path, optional
        CSV with any of the columns imo, mmsi and name, and optionally length_m and list; or the name of a
        bundled list: ``us-advisory-2018-02-23``.
    params : ContextParams, optional
        Radius of anchorage points.

    Returns
    -------
    Context

    Raises
    ------
    ContextError
        When the name of an area is unknown, or a file is missing, unreadable or lacks required columns.

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
    ships = WATCHLIST.empty() if watchlist is None else read_watchlist(watchlist)
    return Context(
        area=area, area_name=name, ports=_bundled("ports.geojson"), anchorages=places, watchlist=ships
    )


@cache
def areas() -> dict[str, shapely.Geometry]:
    """The bundled areas of interest by name.

    Examples
    --------
    >>> sorted(areas())
    ['core', 'ecs', 'hangzhou', 'lyg', 'yangtze']
    """
    frame = _bundled("areas.geojson")
    return dict(zip(frame["name"], frame.geometry, strict=True))


def _area(aoi: str | Path | None) -> tuple[shapely.Geometry | None, str]:
    if aoi is None:
        return None, ""
    if str(aoi) in areas():
        return areas()[str(aoi)], str(aoi)
    path = Path(aoi)
    if not path.exists():
        raise ContextError(
            f"'{aoi}' is neither a bundled area nor a file; bundled areas: {', '.join(sorted(areas()))}. "
            "Pass one of these or a GeoJSON or GeoPackage file."
        )
    frame = _read_vector(path)
    if not frame.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise ContextError(
            f"{path}: an area of interest needs polygons, not {', '.join(sorted(set(frame.geom_type)))}."
        )
    return shapely.union_all(frame.geometry.to_numpy()), path.name


def _own_anchorages(path: Path, params: ContextParams) -> gpd.GeoDataFrame:
    import geopandas as gpd

    frame = _read_points(path) if path.suffix.lower() in (".csv", ".txt") else _read_vector(path)
    if "name" not in frame.columns:
        frame["name"] = frame["label"] if "label" in frame.columns else None
    for column in ("use", "night_work"):
        if column not in frame.columns:
            frame[column] = None
    point = frame.geom_type.isin(["Point", "MultiPoint"]).to_numpy()
    shapes = frame.geometry.to_numpy().copy()
    shapes[point] = _circles(shapes[point], params.anchorage_point_radius_m)
    night = frame["night_work"].map(
        lambda v: None if pd.isna(v) else str(v).strip().lower() in ("1", "1.0", "true", "yes")
    )
    out = {
        "name": frame["name"].astype("string").fillna("unnamed anchorage").str.slice(0, 80),
        "use": frame["use"].astype("string").str.lower(),
        "night_work": night.astype("boolean"),
        "remark": "",
        "source": path.name,
    }
    return gpd.GeoDataFrame(out, geometry=shapes, crs=4326).astype({"name": "str", "use": "str"})


def _read_points(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd

    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise ContextError(f"cannot read the anchorages in {path}: {error}") from error
    by_lower = {str(c).strip().lower(): c for c in frame.columns}
    found = {k: by_lower[n] for k, names in _POINT_COLUMNS.items() for n in reversed(names) if n in by_lower}
    if "lat" not in found or "lon" not in found:
        raise ContextError(
            f"{path}: no latitude and longitude; columns present: {', '.join(map(str, frame.columns))}. "
            "Name them lat and lon (or latitude and longitude)."
        )
    lat = pd.to_numeric(frame[found["lat"]], errors="coerce")
    lon = pd.to_numeric(frame[found["lon"]], errors="coerce")
    good = lat.between(-90, 90) & lon.between(-180, 180)
    if not good.any():
        raise ContextError(f"{path}: none of the {len(frame)} rows has a latitude and longitude in degrees.")
    if not good.all():
        warnings.warn(
            f"{path}: {int((~good).sum())} rows without a valid position were ignored",
            StsWarning,
            stacklevel=4,
        )
    more = [k for k in ("use", "night_work") if k in by_lower]
    columns: dict[str, Any] = {k: frame.loc[good, by_lower[k]] for k in more}
    if "name" in found:
        columns["name"] = frame.loc[good, found["name"]]
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon[good], lat[good]), crs=4326)


def _read_vector(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd

    if not path.exists():
        raise ContextError(f"{path}: no such file.")
    try:
        frame = gpd.read_file(path)
    except Exception as error:  # each driver below geopandas raises its own class
        raise ContextError(
            f"cannot read {path} as GeoJSON, GeoPackage or another vector file: {error}"
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ContextError(f"{path} holds a table without geometry.")
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if frame.empty:
        raise ContextError(f"{path} holds no geometry.")
    return frame.set_crs(4326) if frame.crs is None else frame.to_crs(4326)


def _circles(points: NDArray[np.object_], radius_m: float) -> NDArray[np.object_]:
    """Circles of a radius on the ground around points."""
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
