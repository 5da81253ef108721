"""How far it is to the edge of the area of interest: beyond it nothing was kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from stsdetect.arrays import Floats
from stsdetect.geo.geodesy import ecef_m

_STEP_DEG = 0.005  # between the points that stand for the edge: half a kilometre


def edge_distance_m(lat: Any, lon: Any, *, area: shapely.Geometry) -> Floats:
    """Distance from positions to the nearest edge of an area.

    Parameters
    ----------
    lat, lon : array of float, shape (n,)
        Positions [deg].
    area : shapely geometry
        Area of interest, longitude and latitude [deg].

    Returns
    -------
    numpy.ndarray, shape (n,)
        Distance [m], some metres too long at most; 0 outside of the area, NaN where a position is NaN.

    Examples
    --------
    >>> area = shapely.box(122.0, 30.0, 123.0, 31.0)
    >>> edge_distance_m([30.1, 29.0], [122.5, 122.5], area=area).round(-2)
    array([11100.,     0.])
    """
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    known = ~(np.isnan(lat) | np.isnan(lon))
    edge = shapely.get_coordinates(shapely.segmentize(area.boundary, _STEP_DEG))
    out = np.full(lat.shape, np.nan)
    out[known] = cKDTree(ecef_m(edge[:, 1], edge[:, 0])).query(ecef_m(lat[known], lon[known]))[0]
    return np.where(known & ~shapely.contains_xy(area, lon, lat), 0.0, out)
