"""Space-time prisms: where a ship that was not heard can have been, and for how long it can have stayed.

A ship last heard at one place and next heard at another can have stayed at a third from the moment it could
reach it until the moment it had to leave. Arguments are plain arrays, one element a case; an open silence has
no second place (NaN) and no way back.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats
from stsdetect.geo.geodesy import distance_m
from stsdetect.units import KN_TO_MPS, NM_TO_M


def stay_window_h(
    start_h: ArrayLike,
    end_h: ArrayLike,
    way_there_m: ArrayLike,
    way_on_m: ArrayLike,
    *,
    max_sog_kn: ArrayLike,
) -> tuple[Floats, Floats]:
    """When a silent ship can be at a place.

    Parameters
    ----------
    start_h, end_h : array_like
        Last fix before and first fix after, on any clock [h].
    way_there_m, way_on_m : array_like
        From the last fix to the place, and from there to the first fix after [m]; the latter 0 where the
        silence has no end.
    max_sog_kn : array_like
        Fastest the ship sails [kn].

    Returns
    -------
    arrive_h, leave_h : numpy.ndarray
        Earliest arrival and latest departure [h]; out of reach where the first exceeds the second.

    Examples
    --------
    >>> arrive, leave = stay_window_h(0.0, 10.0, 37_040.0, 18_520.0, max_sog_kn=10.0)
    >>> float(arrive), float(leave)  # 20 nm there, 10 nm on
    (2.0, 9.0)
    """
    m_per_h = np.asarray(max_sog_kn, dtype=np.float64) * NM_TO_M
    arrive = np.asarray(start_h, dtype=np.float64) + np.asarray(way_there_m, dtype=np.float64) / m_per_h
    leave = np.asarray(end_h, dtype=np.float64) - np.asarray(way_on_m, dtype=np.float64) / m_per_h
    return arrive, leave


def required_sog_kn(
    start_h: ArrayLike,
    end_h: ArrayLike,
    way_there_m: ArrayLike,
    way_on_m: ArrayLike,
    from_h: ArrayLike,
    until_h: ArrayLike,
    *,
    stay_h: float,
    other_there_m: ArrayLike = 0.0,
    other_on_m: ArrayLike = 0.0,
) -> Floats:
    """Least speed with which a silent ship can stay `stay_h` at a place while another ship is there.

    Parameters
    ----------
    start_h, end_h, way_there_m, way_on_m : array_like
        As in `stay_window_h`.
    from_h, until_h : array_like
        When the other ship is at the place, or between which it is silent as well [h].
    stay_h : float
        Length of the stay [h].
    other_there_m, other_on_m : array_like
        Ways of another silent ship to the place and on [m]; both then sail at one speed.

    Returns
    -------
    numpy.ndarray
        Speeds [kn]; infinite where no speed is enough.

    Examples
    --------
    >>> float(required_sog_kn(0.0, 10.0, 37_040.0, 18_520.0, 0.0, 10.0, stay_h=4.0))  # 30 nm in 6 h
    5.0
    """
    start, end, there, on, opens, closes, other_there, other_on = (
        np.asarray(v, dtype=np.float64)
        for v in (start_h, end_h, way_there_m, way_on_m, from_h, until_h, other_there_m, other_on_m)
    )
    speed = _speed(there + on, end - start - stay_h)
    speed = np.maximum(speed, _speed(there + other_on, closes - stay_h - start))
    speed = np.maximum(speed, _speed(other_there + on, end - stay_h - opens))
    speed = np.maximum(speed, _speed(other_there + other_on, closes - stay_h - opens))
    return np.where(np.maximum(opens, start) + stay_h > np.minimum(closes, end), np.inf, speed)


def reach_m(start_h: ArrayLike, end_h: ArrayLike, *, max_sog_kn: ArrayLike, stay_h: float) -> Floats:
    """Longest way a ship can sail that also stays `stay_h` somewhere [m]; negative where it cannot."""
    hours = np.asarray(end_h, dtype=np.float64) - np.asarray(start_h, dtype=np.float64) - stay_h
    return hours * np.asarray(max_sog_kn, dtype=np.float64) * KN_TO_MPS * 3600.0


def routes_m(
    start_lat: ArrayLike,
    start_lon: ArrayLike,
    end_lat: ArrayLike,
    end_lon: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
) -> tuple[Floats, Floats]:
    """Straight ways from the last fix to a place and on to the first fix after, 0 where there is none [m]."""
    there = distance_m(start_lat, start_lon, lat, lon)
    on = distance_m(lat, lon, end_lat, end_lon)
    return there, np.nan_to_num(on, nan=0.0)


def _speed(route_m: Floats, hours: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = route_m / NM_TO_M / hours
    return np.where(route_m <= 0.0, 0.0, np.where(hours > 0.0, speed, np.inf))
