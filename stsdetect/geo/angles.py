"""Angles in degrees, wrapped to one turn; the same for longitudes, as numpy and as polars expressions.

Examples
--------
>>> float(wrap180(350.0 - 10.0))
-20.0
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats


def wrap180(angle_deg: ArrayLike) -> Floats:
    """Wrap to [-180, 180).

    Parameters
    ----------
    angle_deg : array_like
        Any angle [deg].

    Returns
    -------
    numpy.ndarray
        Same shape [deg].

    Examples
    --------
    >>> wrap180([181.0, -180.0, 720.5]).tolist()
    [-179.0, -180.0, 0.5]
    """
    return (np.asarray(angle_deg, dtype=np.float64) + 180.0) % 360.0 - 180.0


def wrap360(angle_deg: ArrayLike) -> Floats:
    """Wrap to [0, 360) [deg].

    Examples
    --------
    >>> wrap360([-90.0, 360.0]).tolist()
    [270.0, 0.0]
    """
    return np.asarray(angle_deg, dtype=np.float64) % 360.0


def interpolate_angle(start_deg: ArrayLike, end_deg: ArrayLike, share: ArrayLike) -> Floats:
    """Interpolate from one angle to another along the shorter arc.

    Parameters
    ----------
    start_deg, end_deg : array_like
        Angles [deg].
    share : array_like
        How far along, from 0 at the start to 1 at the end.

    Returns
    -------
    numpy.ndarray
        In [0, 360) [deg]; NaN where either angle is.

    Examples
    --------
    >>> float(interpolate_angle(350.0, 10.0, 0.5))
    0.0
    """
    start = np.asarray(start_deg, dtype=np.float64)
    return wrap360(start + wrap180(np.asarray(end_deg, dtype=np.float64) - start) * np.asarray(share))


def mean_angle(angle_deg: ArrayLike, axis: int | None = None) -> Floats:
    """Circular mean in [0, 360) [deg], ignoring NaN; NaN where all angles are.

    Examples
    --------
    >>> round(float(mean_angle([350.0, 10.0, float("nan")])), 6) % 360
    0.0
    """
    rad = np.deg2rad(np.asarray(angle_deg, dtype=np.float64))
    known = np.isfinite(rad)
    s = np.where(known, np.sin(rad), 0.0).sum(axis=axis)
    c = np.where(known, np.cos(rad), 0.0).sum(axis=axis)
    return np.where(known.any(axis=axis), wrap360(np.rad2deg(np.arctan2(s, c))), np.nan)


def wrap180_expr(angle_deg: pl.Expr) -> pl.Expr:
    """Wrap to [-180, 180), as a polars expression [deg].

    Examples
    --------
    >>> pl.select(wrap180_expr(pl.lit(181.0))).item()
    -179.0
    """
    return (angle_deg + 180.0) % 360.0 - 180.0


def recentred_lon(lon: pl.Expr, origin: pl.Expr) -> pl.Expr:
    """Longitude relative to `origin`, in [-180, 180), so that the dateline does not cut an area [deg].

    Adding `origin` and wrapping again restores the longitude.

    Examples
    --------
    >>> pl.select(recentred_lon(pl.lit(-179.0), pl.lit(179.0))).item()
    2.0
    """
    return wrap180_expr(lon - origin)
