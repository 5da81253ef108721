"""What lies at a position: port, anchorage, shore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.land import is_land, shore_distance_m

if TYPE_CHECKING:
    import geopandas as gpd

    from stsdetect.context.layers import Context


def attach_places(lat: ArrayLike, lon: ArrayLike, *, context: Context) -> pd.DataFrame:
    """Say for each position which port and anchorage it lies in and how far the shore is.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg]; NaN lies nowhere.
    context : Context
        From `load_context`.

    Returns
    -------
    pandas.DataFrame
        One row a position, in their order: `in_port`, `port_name`, `in_anchorage`, `anchorage_name`,
        `anchorage_use`, `anchorage_night_work` (null where not known), `shore_distance_m` [m] (see
        `stsdetect.geo.land.shore_distance_m`), `on_land`. Where places overlap, the earlier row of the
        context wins.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> places = attach_places([29.65, 30.2], [122.40, 123.0], context=load_context())
    >>> places["anchorage_name"].tolist()
    ['Tiaozhoumen', nan]
    >>> places["in_port"].tolist()
    [False, False]
    """
    lat = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    lon = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    port = _first_within(context.ports, lat, lon)
    anchorage = _first_within(context.anchorages, lat, lon)
    return pd.DataFrame(
        {
            "in_port": port >= 0,
            "port_name": _take(context.ports["name"], port, "str"),
            "in_anchorage": anchorage >= 0,
            "anchorage_name": _take(context.anchorages["name"], anchorage, "str"),
            "anchorage_use": _take(context.anchorages["use"], anchorage, "str"),
            "anchorage_night_work": _take(context.anchorages["night_work"], anchorage, "boolean"),
            "shore_distance_m": shore_distance_m(lat, lon),
            "on_land": is_land(lat, lon),
        }
    )


def lies_in(places: gpd.GeoDataFrame, lat: ArrayLike, lon: ArrayLike) -> Bools:
    """Whether positions lie in any of some places, such as the ports of a context; NaN lies nowhere.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> lies_in(load_context().anchorages, [29.65, 30.2], [122.40, 123.0]).tolist()
    [True, False]
    """
    return _first_within(places, np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)) >= 0


def _first_within(places: gpd.GeoDataFrame, lat: Floats, lon: Floats) -> Ints:
    """Row of the first place that holds each position, -1 where none does."""
    out = np.full(len(lat), len(places), dtype=np.int64)
    at, row = shapely.STRtree(places.geometry.to_numpy()).query(
        shapely.points(lon, lat), predicate="covered_by"
    )
    np.minimum.at(out, at, row)
    return np.where(out == len(places), -1, out)


def _take(values: pd.Series, row: Ints, dtype: Any) -> pd.Series:
    # -1 asks reindex for a label that is never there, which gives null.
    taken: pd.Series = values.reset_index(drop=True).astype(dtype).reindex(row).reset_index(drop=True)
    return taken
