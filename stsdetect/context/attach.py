"""Lookup of positions in the places of a context: port, anchorage, shore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import polars as pl
import shapely
from numpy.typing import ArrayLike

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.land import is_land, shore_distance_m

if TYPE_CHECKING:
    import geopandas as gpd

    from stsdetect.context.layers import Context


def attach_places(lat: ArrayLike, lon: ArrayLike, *, context: Context) -> pl.DataFrame:
    """Port, anchorage, shore distance and land of each position.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg]; NaN is in no place.
    context : Context
        From `load_context`.

    Returns
    -------
    polars.DataFrame
        One row per position, in their order: `in_port`, `port_name`, `in_anchorage`, `anchorage_name`,
        `anchorage_use`, `anchorage_night_work` (null where unknown), `shore_distance_m` [m] (see
        `stsdetect.geo.land.shore_distance_m`), `on_land`. Where places overlap, the earlier row of the
        context wins.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> places = attach_places([29.65, 30.2], [122.40, 123.0], context=load_context())
    >>> places["anchorage_name"].to_list()
    ['Tiaozhoumen', None]
    >>> places["in_port"].to_list()
    [False, False]
    """
    lat = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    lon = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    port = _first_within(context.ports, lat, lon)
    anchorage = _first_within(context.anchorages, lat, lon)
    return pl.DataFrame(
        {
            "in_port": port >= 0,
            "port_name": _take(context.ports["name"], port, pl.String),
            "in_anchorage": anchorage >= 0,
            "anchorage_name": _take(context.anchorages["name"], anchorage, pl.String),
            "anchorage_use": _take(context.anchorages["use"], anchorage, pl.String),
            "anchorage_night_work": _take(context.anchorages["night_work"], anchorage, pl.Boolean),
            "shore_distance_m": shore_distance_m(lat, lon),
            "on_land": is_land(lat, lon),
        }
    )


def lies_in(places: gpd.GeoDataFrame, lat: ArrayLike, lon: ArrayLike) -> Bools:
    """Whether positions lie in any of the places, such as the ports of a context.

    Parameters
    ----------
    places : geopandas.GeoDataFrame
        Polygons, longitude and latitude [deg].
    lat, lon : array_like
        Positions, shape (n,) [deg]; NaN is in no place.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> lies_in(load_context().anchorages, [29.65, 30.2], [122.40, 123.0]).tolist()
    [True, False]
    """
    return _first_within(places, np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)) >= 0


def _first_within(places: gpd.GeoDataFrame, lat: Floats, lon: Floats) -> Ints:
    """Row of the first place that contains each position, -1 where none does."""
    first = np.full(len(lat), len(places), dtype=np.int64)
    position, row = shapely.STRtree(places.geometry.to_numpy()).query(
        shapely.points(lon, lat), predicate="covered_by"
    )
    np.minimum.at(first, position, row)
    return np.where(first == len(places), -1, first)


def _take(values: pd.Series, row: Ints, dtype: type[pl.DataType]) -> pl.Series:
    """Values of some rows, null where the row is -1."""
    known = pl.Series([None if pd.isna(v) else v for v in values], dtype=dtype)
    index = pl.Series(np.where(row < 0, 0, row))
    return (
        known.gather(index.set(pl.Series(row < 0), None))
        if len(known)
        else pl.repeat(None, len(row), dtype=dtype, eager=True)
    )
