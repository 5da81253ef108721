"""Hull outlines from the AIS dimensions A, B, C, D and true heading, and the hull gap between two of them.

The outline is the rectangle of ITU-R M.1371-5 figure 41: A to bow, B to stern, C to port, D to starboard of
the antenna, bow along the heading.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats


def hull_corners_m(
    to_bow: ArrayLike,
    to_stern: ArrayLike,
    to_port: ArrayLike,
    to_starboard: ArrayLike,
    heading_deg: ArrayLike,
    east_m: ArrayLike = 0.0,
    north_m: ArrayLike = 0.0,
) -> Floats:
    """Corners of hulls in a local plane: port bow, starboard bow, starboard stern, port stern.

    Parameters
    ----------
    to_bow, to_stern, to_port, to_starboard : array_like
        Dimensions from the antenna, shape (n,) [m].
    heading_deg : array_like
        True heading, shape (n,) [deg].
    east_m, north_m : array_like
        Position of the antenna in the plane, shape (n,) [m].

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
        *(
            np.atleast_1d(np.asarray(v, dtype=np.float64))
            for v in (to_bow, to_stern, to_port, to_starboard, heading_deg, east_m, north_m)
        )
    )
    ahead = np.stack([a, a, -b, -b], axis=-1)
    right = np.stack([-c, d, d, -c], axis=-1)
    sin, cos = np.sin(np.deg2rad(heading))[:, None], np.cos(np.deg2rad(heading))[:, None]
    return np.stack(
        [east[:, None] + ahead * sin + right * cos, north[:, None] + ahead * cos - right * sin], axis=-1
    )


def hull_gap_m(corners_1: Floats, corners_2: Floats) -> Floats:
    """Hull gap of paired hulls; 0 where they touch or overlap.

    Parameters
    ----------
    corners_1, corners_2 : numpy.ndarray
        From `hull_corners_m`, shape (n, 4, 2), in the same plane [m].

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
    return np.asarray(
        shapely.distance(shapely.polygons(corners_1), shapely.polygons(corners_2)), dtype=np.float64
    )


class Hull(NamedTuple):
    """Hull outlines as rectangles relative to the antenna, all arrays of one shape.

    Attributes
    ----------
    half_length_m, half_width_m : numpy.ndarray
        Half the length and half the beam [m].
    ahead_m, right_m : numpy.ndarray
        Centre of the hull relative to the antenna, along the heading and to starboard [m].
    heading_deg : numpy.ndarray
        True heading [deg].
    """

    half_length_m: Floats
    half_width_m: Floats
    ahead_m: Floats
    right_m: Floats
    heading_deg: Floats

    @classmethod
    def of(
        cls,
        *,
        to_bow: ArrayLike,
        to_stern: ArrayLike,
        to_port: ArrayLike,
        to_starboard: ArrayLike,
        heading_deg: ArrayLike,
    ) -> Self:
        """Make hulls from the dimensions as broadcast.

        Parameters
        ----------
        to_bow, to_stern, to_port, to_starboard : array_like
            Dimensions from the antenna, shape (n,) [m].
        heading_deg : array_like
            True heading, shape (n,) [deg].

        Examples
        --------
        >>> hull = Hull.of(to_bow=80.0, to_stern=20.0, to_port=5.0, to_starboard=11.0, heading_deg=90.0)
        >>> [float(v[0]) for v in hull]
        [50.0, 8.0, 30.0, 3.0, 90.0]
        """
        a, b, c, d, h = np.broadcast_arrays(
            *(
                np.atleast_1d(np.asarray(v, dtype=np.float64))
                for v in (to_bow, to_stern, to_port, to_starboard, heading_deg)
            )
        )
        return cls((a + b) / 2, (c + d) / 2, (a - b) / 2, (d - c) / 2, h)

    def reach_m(self) -> Floats:
        """Distance from the antenna to the farthest corner [m].

        Examples
        --------
        >>> hull = Hull.of(to_bow=80.0, to_stern=20.0, to_port=0.0, to_starboard=60.0, heading_deg=0.0)
        >>> hull.reach_m().tolist()
        [100.0]
        """
        return np.hypot(np.abs(self.ahead_m) + self.half_length_m, np.abs(self.right_m) + self.half_width_m)


class HullSeparation(NamedTuple):
    """How paired hulls lie relative to each other, arrays of one shape.

    Attributes
    ----------
    separation_m : numpy.ndarray
        Distance between the outlines; where they overlap, the depth of the overlap as a negative number [m].
    abreast : numpy.ndarray
        Share of the shorter hull's length that lies beside the other hull, from 0 to 1.
    """

    separation_m: Floats
    abreast: Floats


def hull_separation(one: Hull, two: Hull, east_m: ArrayLike, north_m: ArrayLike) -> HullSeparation:
    """Separation of paired hulls, negative where they overlap, and the share that lies side by side.

    Two separate rectangles are closest at a corner of one of them. Two that overlap do so along the axes of
    both, and the smallest of these four overlaps is the depth (separating axis theorem [L36]).

    Parameters
    ----------
    one, two : Hull
        Paired hulls, arrays of one shape.
    east_m, north_m : array_like
        Position of the antenna of hull two relative to that of hull one [m].

    Returns
    -------
    HullSeparation

    Examples
    --------
    >>> size = dict(to_bow=50.0, to_stern=50.0, to_port=10.0, to_starboard=10.0)
    >>> one, two = Hull.of(**size, heading_deg=0.0), Hull.of(**size, heading_deg=180.0)
    >>> apart = hull_separation(one, two, 23.0, 30.0)
    >>> apart.separation_m.round(6).tolist(), apart.abreast.round(6).tolist()
    ([3.0], [0.7])
    """
    sin_1, cos_1 = _sin_cos(one.heading_deg)
    sin_2, cos_2 = _sin_cos(two.heading_deg)
    d_east = np.asarray(east_m, dtype=np.float64) + (two.ahead_m * sin_2 + two.right_m * cos_2)
    d_east = d_east - (one.ahead_m * sin_1 + one.right_m * cos_1)
    d_north = np.asarray(north_m, dtype=np.float64) + (two.ahead_m * cos_2 - two.right_m * sin_2)
    d_north = d_north - (one.ahead_m * cos_1 - one.right_m * sin_1)
    x_1, y_1 = d_east * sin_1 + d_north * cos_1, d_east * cos_1 - d_north * sin_1
    x_2, y_2 = d_east * sin_2 + d_north * cos_2, d_east * cos_2 - d_north * sin_2
    cos, sin = cos_1 * cos_2 + sin_1 * sin_2, sin_2 * cos_1 - cos_2 * sin_1

    a, b = np.abs(cos), np.abs(sin)
    along_1 = two.half_length_m * a + two.half_width_m * b
    along_2 = one.half_length_m * a + one.half_width_m * b
    depth = np.maximum.reduce(
        [
            np.abs(x_1) - one.half_length_m - along_1,
            np.abs(y_1) - one.half_width_m - two.half_length_m * b - two.half_width_m * a,
            np.abs(x_2) - two.half_length_m - along_2,
            np.abs(y_2) - two.half_width_m - one.half_length_m * b - one.half_width_m * a,
        ]
    )
    apart = np.minimum(
        _corners_to_box(one, two, x_1, y_1, cos, sin), _corners_to_box(two, one, -x_2, -y_2, cos, -sin)
    )
    overlap_1 = np.minimum(one.half_length_m, x_1 + along_1) - np.maximum(-one.half_length_m, x_1 - along_1)
    overlap_2 = np.minimum(two.half_length_m, along_2 - x_2) - np.maximum(-two.half_length_m, -x_2 - along_2)
    shorter = 2.0 * np.minimum(one.half_length_m, two.half_length_m)
    abreast = np.clip(np.minimum(overlap_1, overlap_2) / np.where(shorter > 0, shorter, 1.0), 0.0, 1.0)
    return HullSeparation(np.where(depth > 0, np.sqrt(apart), depth), abreast)


def _corners_to_box(box: Hull, other: Hull, x: Floats, y: Floats, cos: Floats, sin: Floats) -> Floats:
    """Smallest squared distance from `box` to the corners of `other`, centred x ahead and y to starboard."""
    least: Floats | None = None
    lx, ly = other.half_length_m * cos, other.half_length_m * sin
    wx, wy = -other.half_width_m * sin, other.half_width_m * cos
    for end in (1.0, -1.0):
        for side in (1.0, -1.0):
            out_x = np.maximum(np.abs(x + end * lx + side * wx) - box.half_length_m, 0.0)
            out_y = np.maximum(np.abs(y + end * ly + side * wy) - box.half_width_m, 0.0)
            square = out_x * out_x + out_y * out_y
            least = square if least is None else np.minimum(least, square)
    return np.asarray(least)


def _sin_cos(angle_deg: Floats) -> tuple[Floats, Floats]:
    rad = np.deg2rad(angle_deg)
    return np.sin(rad), np.cos(rad)
