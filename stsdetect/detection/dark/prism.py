"""Space-time prisms: when a vessel could have been at a place during a gap, and at which speed.

A vessel last received at one place and next received at another could have dwelt at a third from the moment
at which it could reach it until the moment at which it had to leave. Arguments are plain arrays, one element
per case; an open gap has no second place (NaN) and no leg back.

References
----------
Hägerstrand, What about people in regional science?, Papers of the Regional Science Association 24 (1970)
7-21. Miller, A measurement theory for time geography, Geographical Analysis 37 (2005) 17-45.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats
from stsdetect.geo.geodesy import distance_m
from stsdetect.units import KN_TO_MPS, NM_TO_M, S_PER_H


def dwell_window_h(
    start_h: ArrayLike,
    end_h: ArrayLike,
    there_m: ArrayLike,
    back_m: ArrayLike,
    *,
    max_sog_kn: ArrayLike,
) -> tuple[Floats, Floats]:
    """When a vessel could be at a place during a gap.

    Parameters
    ----------
    start_h, end_h : array_like
        Last fix before and first fix after the gap, from any common origin [h].
    there_m, back_m : array_like
        Distance from the last fix to the place, and from there to the first fix after the gap [m]; the latter
        0 if the gap is open.
    max_sog_kn : array_like
        Highest speed of the vessel [kn].

    Returns
    -------
    arrive_h, leave_h : numpy.ndarray
        Earliest arrival and latest departure [h]; out of reach where the first exceeds the second.

    Examples
    --------
    >>> arrive, leave = dwell_window_h(0.0, 10.0, 37_040.0, 18_520.0, max_sog_kn=10.0)
    >>> float(arrive), float(leave)  # 20 nm there, 10 nm back
    (2.0, 9.0)
    """
    m_per_h = np.asarray(max_sog_kn, dtype=np.float64) * NM_TO_M
    arrive = np.asarray(start_h, dtype=np.float64) + np.asarray(there_m, dtype=np.float64) / m_per_h
    leave = np.asarray(end_h, dtype=np.float64) - np.asarray(back_m, dtype=np.float64) / m_per_h
    return arrive, leave


def required_sog_kn(
    start_h: ArrayLike,
    end_h: ArrayLike,
    there_m: ArrayLike,
    back_m: ArrayLike,
    opens_h: ArrayLike,
    closes_h: ArrayLike,
    *,
    dwell_h: float,
    other_there_m: ArrayLike = 0.0,
    other_back_m: ArrayLike = 0.0,
) -> Floats:
    """Lowest speed at which a vessel in a gap could dwell at a place together with another vessel.

    Parameters
    ----------
    start_h, end_h, there_m, back_m : array_like
        As in `dwell_window_h`.
    opens_h, closes_h : array_like
        When the other vessel is at the place; or its last fix before and first fix after a gap of its own
        [h].
    dwell_h : float
        Length of the dwell [h].
    other_there_m, other_back_m : array_like
        Distances of the other vessel to the place and back if it is in a gap too [m]; both vessels then sail
        at the same speed.

    Returns
    -------
    numpy.ndarray
        Speeds [kn]; infinite where no speed is enough.

    Examples
    --------
    >>> float(required_sog_kn(0.0, 10.0, 37_040.0, 18_520.0, 0.0, 10.0, dwell_h=4.0))  # 30 nm in 6 h
    5.0
    """
    start, end, there, back, opens, closes, other_there, other_back = (
        np.asarray(v, dtype=np.float64)
        for v in (start_h, end_h, there_m, back_m, opens_h, closes_h, other_there_m, other_back_m)
    )
    speed = _speed_kn(there + back, end - start - dwell_h)
    speed = np.maximum(speed, _speed_kn(there + other_back, closes - dwell_h - start))
    speed = np.maximum(speed, _speed_kn(other_there + back, end - dwell_h - opens))
    speed = np.maximum(speed, _speed_kn(other_there + other_back, closes - dwell_h - opens))
    return np.where(np.maximum(opens, start) + dwell_h > np.minimum(closes, end), np.inf, speed)


def reach_m(start_h: ArrayLike, end_h: ArrayLike, *, max_sog_kn: ArrayLike, dwell_h: float) -> Floats:
    """Longest distance that leaves time to dwell `dwell_h` somewhere [m]; negative if the gap is too short.

    Examples
    --------
    >>> round(float(reach_m(0.0, 10.0, max_sog_kn=10.0, dwell_h=3.0)))  # 70 nm
    129640
    """
    hours = np.asarray(end_h, dtype=np.float64) - np.asarray(start_h, dtype=np.float64) - dwell_h
    return hours * np.asarray(max_sog_kn, dtype=np.float64) * KN_TO_MPS * S_PER_H


def legs_m(
    start_lat: ArrayLike,
    start_lon: ArrayLike,
    end_lat: ArrayLike,
    end_lon: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
) -> tuple[Floats, Floats]:
    """Distances from the last fix to a place and back to the first fix after the gap [m].

    Parameters
    ----------
    start_lat, start_lon, end_lat, end_lon : array_like
        Both fixes [deg]; the latter NaN if the gap is open.
    lat, lon : array_like
        The place [deg].

    Returns
    -------
    there_m, back_m : numpy.ndarray
        The latter 0 if the gap is open.
    """
    there = distance_m(start_lat, start_lon, lat, lon)
    back = distance_m(lat, lon, end_lat, end_lon)
    return there, np.nan_to_num(back, nan=0.0)


def shared_share(starts_h: tuple[Floats, Floats], ends_h: tuple[Floats, Floats]) -> Floats:
    """Hours common to two periods over the hours from the first start to the last end; 0 where disjoint.

    This is the Jaccard index of the two periods.

    Examples
    --------
    >>> starts, ends = (np.array([0.0]), np.array([4.0])), (np.array([10.0]), np.array([12.0]))
    >>> shared_share(starts, ends).tolist()  # 6 of 12 hours
    [0.5]
    """
    shared = np.minimum(*ends_h) - np.maximum(*starts_h)
    return np.asarray(np.maximum(shared, 0.0) / (np.maximum(*ends_h) - np.minimum(*starts_h)))


def _speed_kn(distance: Floats, hours: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = distance / NM_TO_M / hours
    return np.where(distance <= 0.0, 0.0, np.where(hours > 0.0, speed, np.inf))
