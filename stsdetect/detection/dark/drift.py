"""Where a ship at rest or adrift was at some hour: on its path through a stop, or as it drifted in a gap."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import move
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, S_PER_H


def place_in_stop(loitering: pl.DataFrame, at_h: Floats, params: DarkParams) -> tuple[Floats, Floats]:
    """Where each vessel was at an hour of its stop.

    A ship that lay within `same_place_m` was at its median place all the time; one that drifted farther went
    straight from its first fix to its last, at one speed.

    Parameters
    ----------
    loitering : polars.DataFrame
        ``start_h, end_h`` [h], ``lat, lon, start_lat, start_lon, end_lat, end_lon`` [deg], ``radius_m``; n
        rows.
    at_h : numpy.ndarray
        Shape (n,) [h]; hours before or after a stop count as its beginning or end.
    params : DarkParams

    Returns
    -------
    lat, lon : numpy.ndarray
        Shape (n,) [deg].

    Examples
    --------
    >>> ends = {"start_lat": [0.0], "start_lon": [0.0], "end_lat": [0.0], "end_lon": [0.2]}
    >>> middle = {"start_h": [0.0], "end_h": [10.0], "lat": [0.0], "lon": [0.1], "radius_m": [9_000.0]}
    >>> adrift = pl.DataFrame(middle | ends)
    >>> lat, lon = place_in_stop(adrift, np.array([2.5]), DarkParams())
    >>> float(lat[0]), round(float(lon[0]), 6)
    (0.0, 0.05)
    """
    opens, closes, lat, lon, radius, start_lat, start_lon, end_lat, end_lon = (
        loitering[c].cast(pl.Float64).to_numpy()
        for c in (
            "start_h",
            "end_h",
            "lat",
            "lon",
            "radius_m",
            "start_lat",
            "start_lon",
            "end_lat",
            "end_lon",
        )
    )
    share = np.clip((at_h - opens) / np.maximum(closes - opens, 1e-9), 0.0, 1.0)
    adrift = (radius > params.same_place_m) & np.isfinite(start_lat) & np.isfinite(end_lat)
    path_lat = start_lat + share * (end_lat - start_lat)
    path_lon = wrap180(start_lon + share * wrap180(end_lon - start_lon))
    return np.where(adrift, path_lat, lat), np.where(adrift, path_lon, lon)


def reckoned_place(
    gaps: pl.DataFrame, end: str, at_h: Floats, params: DarkParams
) -> tuple[Floats, Floats, Floats]:
    """Where each vessel was at an hour of its gap if it went on as at one end of it, and how far that is.

    A ship that broadcast no more than `max_rest_sog_kn` lay at rest and was where it was received; a faster
    one was adrift and went on by dead reckoning.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``start_h, end_h`` [h] and, of the end, ``_lat, _lon`` [deg], ``_sog_kn`` [kn], ``_cog`` [deg]; n
        rows.
    end : str
        ``"start"`` or ``"end"``.
    at_h : numpy.ndarray
        Shape (n,) [h].
    params : DarkParams

    Returns
    -------
    lat, lon, drift_m : numpy.ndarray
        Shape (n,) [deg, deg, m]; NaN where the end is open.
    """
    lat, lon, sog_kn, cog, fix_h = (
        gaps[c].cast(pl.Float64).to_numpy()
        for c in (f"{end}_lat", f"{end}_lon", f"{end}_sog_kn", f"{end}_cog", f"{end}_h")
    )
    drifts = (sog_kn > params.max_rest_sog_kn) & np.isfinite(cog)
    run_m = np.where(drifts, sog_kn * KN_TO_MPS * S_PER_H * (at_h - fix_h), 0.0)
    course = np.deg2rad(np.where(drifts, cog, 0.0))
    at_lat, at_lon = move(lat, lon, run_m * np.sin(course), run_m * np.cos(course))
    return at_lat, at_lon, np.where(np.isnan(lat), np.nan, np.abs(run_m))
