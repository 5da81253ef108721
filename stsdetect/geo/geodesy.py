"""Distances and directions on WGS84: local plane below 50 km, geodesic beyond, earth-centred for searches.

The local plane uses the meridional and transverse radii of curvature at the middle latitude and a wrapped
longitude difference; at 30 N it is within 0.1 m of the geodesic over 50 km.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Geod

from stsdetect.arrays import Floats
from stsdetect.geo.angles import wrap180
from stsdetect.units import WGS84_A_M, WGS84_F

_E2 = WGS84_F * (2.0 - WGS84_F)
_LOCAL_PLANE_M = 50_000.0
_LOCAL_PLANE_LAT_DEG = 80.0
_OFFSETS_AT_ONCE = 500_000  # memory only: each takes a dozen intermediate values


@cache
def _geod() -> Geod:
    return Geod(ellps="WGS84")


def metres_per_degree(lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Length of a degree of latitude and of longitude [m].

    Examples
    --------
    >>> lat_m, lon_m = metres_per_degree(30.0)
    >>> round(float(lat_m)), round(float(lon_m))
    (110852, 96486)
    """
    phi = np.deg2rad(np.asarray(lat_deg, dtype=np.float64))
    w2 = 1.0 - _E2 * np.sin(phi) ** 2
    meridian = WGS84_A_M * (1.0 - _E2) / w2**1.5
    transverse = WGS84_A_M / np.sqrt(w2)
    return np.deg2rad(meridian), np.deg2rad(transverse * np.cos(phi))


def local_offset_m(
    lat_1: ArrayLike, lon_1: ArrayLike, lat_2: ArrayLike, lon_2: ArrayLike
) -> tuple[Floats, Floats]:
    """East and north offset of point 2 from point 1, in the local plane of their middle latitude.

    Parameters
    ----------
    lat_1, lon_1, lat_2, lon_2 : array_like
        Positions [deg]; the difference of longitudes is wrapped.

    Returns
    -------
    east, north : numpy.ndarray
        Offsets [m]; accurate below 50 km.

    Examples
    --------
    >>> east, north = local_offset_m(0.0, 179.9999, 0.0, -179.9999)
    >>> round(float(east), 2), float(north)
    (22.26, 0.0)
    """
    points = [np.asarray(v, dtype=np.float64) for v in (lat_1, lon_1, lat_2, lon_2)]
    if max(v.size for v in points) <= _OFFSETS_AT_ONCE or len({v.shape for v in points}) > 1:
        return _local_offset_m(*points)
    east, north = np.empty((2, *points[0].shape))
    for k in range(0, len(east), _OFFSETS_AT_ONCE):
        some = slice(k, k + _OFFSETS_AT_ONCE)
        east[some], north[some] = _local_offset_m(*(v[some] for v in points))
    return east, north


def _local_offset_m(lat_1: Floats, lon_1: Floats, lat_2: Floats, lon_2: Floats) -> tuple[Floats, Floats]:
    lat_m, lon_m = metres_per_degree((lat_1 + lat_2) / 2.0)
    return wrap180(lon_2 - lon_1) * lon_m, (lat_2 - lat_1) * lat_m


def move(lat: ArrayLike, lon: ArrayLike, east_m: ArrayLike, north_m: ArrayLike) -> tuple[Floats, Floats]:
    """Shift positions by metres; the inverse of `local_offset_m` over short distances.

    Parameters
    ----------
    lat, lon : array_like
        Positions [deg].
    east_m, north_m : array_like
        Offsets [m].

    Returns
    -------
    lat, lon : numpy.ndarray
        Shifted positions [deg], longitude in [-180, 180).

    Examples
    --------
    >>> lat, lon = move(30.0, 122.0, 100.0, -50.0)
    >>> [round(float(v), 3) for v in local_offset_m(30.0, 122.0, lat, lon)]
    [100.0, -50.0]
    """
    lat = np.asarray(lat, dtype=np.float64)
    north = np.asarray(north_m, dtype=np.float64)
    lat_2 = lat + north / metres_per_degree(lat)[0]
    lat_2 = lat + north / metres_per_degree((lat + lat_2) / 2.0)[0]
    lon_m = metres_per_degree((lat + lat_2) / 2.0)[1]
    return lat_2, wrap180(np.asarray(lon, dtype=np.float64) + np.asarray(east_m, dtype=np.float64) / lon_m)


def distance_m(lat_1: ArrayLike, lon_1: ArrayLike, lat_2: ArrayLike, lon_2: ArrayLike) -> Floats:
    """Distance on the ellipsoid: by the local plane below 50 km, by the geodesic beyond and near the poles.

    Parameters
    ----------
    lat_1, lon_1, lat_2, lon_2 : array_like
        Positions [deg], broadcast against each other.

    Returns
    -------
    numpy.ndarray
        Distances [m]; NaN where a coordinate is NaN.

    Examples
    --------
    >>> round(float(distance_m(30.0, 122.0, 30.0, 122.01)), 1)
    964.9
    >>> round(float(distance_m(0.0, 0.0, 0.0, 90.0)) / 1000)
    10019
    """
    a, b, c, d = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (lat_1, lon_1, lat_2, lon_2)))
    out = np.array(np.hypot(*local_offset_m(a, b, c, d)))
    far = (out > _LOCAL_PLANE_M) | (np.abs(a) > _LOCAL_PLANE_LAT_DEG) | (np.abs(c) > _LOCAL_PLANE_LAT_DEG)
    far &= np.isfinite(out)
    if far.any():
        out[far] = _geod().inv(b[far], a[far], d[far], c[far])[2]
    return out


def destination(
    lat: ArrayLike, lon: ArrayLike, bearing: ArrayLike, length_m: ArrayLike
) -> tuple[Floats, Floats]:
    """Positions at the end of geodesics of given bearing and length.

    Parameters
    ----------
    lat, lon : array_like
        Start [deg].
    bearing : array_like
        True bearing at the start [deg].
    length_m : array_like
        Length [m].

    Returns
    -------
    lat, lon : numpy.ndarray
        End [deg].

    Examples
    --------
    >>> lat, lon = destination(30.0, 122.0, 90.0, 964.9)
    >>> round(float(lon), 4)
    122.01
    """
    a, b, c, d = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (lat, lon, bearing, length_m))
    )
    out_lon, out_lat, _ = _geod().fwd(b, a, c, d)
    return np.asarray(out_lat, dtype=np.float64), np.asarray(out_lon, dtype=np.float64)


def bearing_deg(lat_1: ArrayLike, lon_1: ArrayLike, lat_2: ArrayLike, lon_2: ArrayLike) -> Floats:
    """True bearing at point 1 of the geodesic to point 2.

    Parameters
    ----------
    lat_1, lon_1, lat_2, lon_2 : array_like
        Positions [deg], broadcast against each other.

    Returns
    -------
    numpy.ndarray
        Bearings, from 0 to below 360 [deg]; NaN where a coordinate is NaN.

    Examples
    --------
    >>> bearing_deg(0.0, [179.0, 179.0], [0.0, 1.0], [-179.0, 179.0]).round().tolist()
    [90.0, 0.0]
    """
    a, b, c, d = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (lat_1, lon_1, lat_2, lon_2)))
    known = np.isfinite(a) & np.isfinite(b) & np.isfinite(c) & np.isfinite(d)
    out = np.full(a.shape, np.nan)
    out[known] = _geod().inv(b[known], a[known], d[known], c[known])[0] % 360.0
    return out


def ecef_m(lat: ArrayLike, lon: ArrayLike) -> Floats:
    """Earth-centred, earth-fixed coordinates at height 0.

    A chord never exceeds the distance on the ground, so a search within a radius in this space is complete.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].

    Returns
    -------
    numpy.ndarray
        Shape (n, 3) [m].

    Examples
    --------
    >>> ecef_m([0.0], [0.0]).round().tolist()
    [[6378137.0, 0.0, 0.0]]
    """
    phi = np.deg2rad(np.asarray(lat, dtype=np.float64))
    lam = np.deg2rad(np.asarray(lon, dtype=np.float64))
    n = WGS84_A_M / np.sqrt(1.0 - _E2 * np.sin(phi) ** 2)
    return np.stack(
        [n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1.0 - _E2) * np.sin(phi)], axis=-1
    )
