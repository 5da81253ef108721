"""Hull outlines from the AIS dimensions A, B, C, D and true heading, and the gap between two of them.

The outline is the rectangle of ITU-R M.1371-5 figure 41: A to bow, B to stern, C to port, D to starboard of
the antenna, bow along the heading.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def hull_corners_m(
    to_bow: ArrayLike,
    to_stern: ArrayLike,
    to_port: ArrayLike,
    to_starboard: ArrayLike,
    heading_deg: ArrayLike,
    east_m: ArrayLike = 0.0,
    north_m: ArrayLike = 0.0,
) -> Floats:
    """Corners of hulls in a local plane: bow port, bow starboard, stern starboard, stern port.

    Parameters
    ----------
    to_bow, to_stern, to_port, to_starboard : array_like
        Dimensions from the antenna, shape (n,) [m].
    heading_deg : array_like
        True heading, shape (n,) [deg].
    east_m, north_m : array_like
        The antenna in the plane, shape (n,) [m].

    Returns
    -------
    numpy.ndarray
        Shape (n, 4, 2), east and north [m].

    Examples
    --------
    >>> hull_corners_m([80.0], [20.0], [5.0], [10.0], [90.0]).round(6).tolist()
    [[[80.0, 5.0], [80.0, -10.0], [-20.0, -10.0], [-20.0, 5.0]]]
    """
    a, b, c, d, heading, east, north = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (to_bow, to_stern, to_port, to_starboard, heading_deg, east_m, north_m))
    )
    ahead = np.stack([a, a, -b, -b], axis=-1)
    right = np.stack([-c, d, d, -c], axis=-1)
    sin, cos = np.sin(np.deg2rad(heading))[:, None], np.cos(np.deg2rad(heading))[:, None]
    return np.stack([east[:, None] + ahead * sin + right * cos, north[:, None] + ahead * cos - right * sin], axis=-1)


def hull_gap_m(corners_1: Floats, corners_2: Floats) -> Floats:
    """Distance between paired hulls; 0 where they touch or overlap.

    Parameters
    ----------
    corners_1, corners_2 : numpy.ndarray
        From `hull_corners_m`, shape (n, 4, 2), in one plane [m].

    Returns
    -------
    numpy.ndarray
        Shape (n,) [m].

    Examples
    --------
    >>> a = hull_corners_m([50.0], [50.0], [10.0], [10.0], [0.0])
    >>> b = hull_corners_m([50.0], [50.0], [10.0], [10.0], [180.0], [23.0], [30.0])
    >>> hull_gap_m(a, b).round(6).tolist()
    [3.0]
    """
    if len(corners_1) == 0:
        return np.empty(0)
    return np.asarray(shapely.distance(shapely.polygons(corners_1), shapely.polygons(corners_2)), dtype=np.float64)
