"""Distance to the edge of the area of interest, beyond which fixes were set aside."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from stsdetect.arrays import Floats
from stsdetect.geo.geodesy import ecef_m

_STEP_DEG = 0.005  # spacing of the points that represent the edge: half a kilometre


def edge_distance_m(lat: ArrayLike, lon: ArrayLike, *, area: shapely.Geometry) -> Floats:
    """Distance from positions to the nearest edge of an area.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    area : shapely geometry
        Area of interest, longitude and latitude [deg].

    Returns
    -------
    numpy.ndarray
        Shape (n,) [m], at most some metres too long; 0 outside the area, NaN where a position is NaN.

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
