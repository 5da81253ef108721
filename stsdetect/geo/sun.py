"""Altitude of the sun and local solar time, accurate enough to tell night from day."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats
from stsdetect.units import S_PER_DAY, S_PER_H


def sun_altitude_deg(epoch_s: ArrayLike, lat: ArrayLike, lon: ArrayLike) -> Floats:
    """Altitude of the sun's centre without refraction.

    Low-precision formulae of the Astronomical Almanac [L49], accurate to 0.01 degrees from 1950 to 2050.

    Parameters
    ----------
    epoch_s : array_like
        Seconds since 1970-01-01 UTC.
    lat, lon : array_like
        Positions [deg], broadcast against the times.

    Returns
    -------
    numpy.ndarray
        Altitude [deg].

    Examples
    --------
    At the June solstice of 2019 the sun passed 23.4 degrees north of the equator at noon in Greenwich:

    >>> float(sun_altitude_deg(1561118520.0, 51.48, 0.0).round(1))
    62.0
    """
    day = np.asarray(epoch_s, dtype=np.float64) / S_PER_DAY - 10_957.5  # since 2000-01-01 12:00
    anomaly = np.deg2rad(357.528 + 0.9856003 * day)
    ecliptic = np.deg2rad(280.460 + 0.9856474 * day + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2.0 * anomaly))
    tilt = np.deg2rad(23.439 - 4e-7 * day)
    declination = np.arcsin(np.sin(tilt) * np.sin(ecliptic))
    ascension = np.arctan2(np.cos(tilt) * np.sin(ecliptic), np.cos(ecliptic))
    sidereal = np.deg2rad(280.46062 + 360.98564737 * day + np.asarray(lon, dtype=np.float64))
    phi = np.deg2rad(np.asarray(lat, dtype=np.float64))
    up = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(sidereal - ascension)
    return np.asarray(np.rad2deg(np.arcsin(np.clip(up, -1.0, 1.0))))


def solar_hour(epoch_s: ArrayLike, lon: ArrayLike) -> Floats:
    """Local mean solar time [h in [0, 24)]; 12 is noon.

    Examples
    --------
    >>> float(solar_hour(0.0, 120.0))
    8.0
    """
    hours = np.asarray(epoch_s, dtype=np.float64) / S_PER_H + np.asarray(lon, dtype=np.float64) / 15.0
    return np.asarray(hours % 24.0)
