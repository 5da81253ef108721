"""Whether a vessel under way was bound for a stop as its gap began, and came from it as the gap ended.

A ship that switches off as it sails to a transfer is bound for the other ship, and as it switches on again it
comes from there. Among a hundred ships at anchor within reach, few lie ahead of its course, and fewer also
astern of the one on which it returns.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats
from stsdetect.detection.dark.drift import place_in_stop
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, S_PER_H


def with_course(
    pairs: pl.DataFrame, gaps: pl.DataFrame, loitering: pl.DataFrame, params: DarkParams
) -> pl.DataFrame:
    """Add how far off the stop of vessel 2 lay from the courses of vessel 1, row by row.

    Parameters
    ----------
    pairs : polars.DataFrame
        n rows.
    gaps : polars.DataFrame
        Of vessel 1: ``start_h, end_h`` [h], ``start_lat, start_lon, end_lat, end_lon`` [deg], ``start_sog_kn,
        end_sog_kn`` [kn], ``start_cog, end_cog`` [deg]; n rows.
    loitering : polars.DataFrame
        Of vessel 2: what `place_in_stop` takes; n rows.
    params : DarkParams

    Returns
    -------
    polars.DataFrame
        With ``start_course_off_deg, end_course_off_deg``, null at an end at which vessel 1 was slower than
        `min_course_sog_kn` or its course is not known, and ``course_log_lr`` [nat], their sum of evidence.
    """
    log_lr = np.zeros(pairs.height)
    known = np.zeros(pairs.height, dtype=bool)
    for end, sign in (("start", 1.0), ("end", -1.0)):
        off_deg, apart_m = _off_course(gaps, loitering, end, sign, params)
        at_end = np.isfinite(off_deg)
        log_lr += np.where(at_end, course_log_lr(off_deg, apart_m, params), 0.0)
        known |= at_end
        pairs = pairs.with_columns(pl.Series(f"{end}_course_off_deg", off_deg).fill_nan(None))
    return pairs.with_columns(course_log_lr=pl.Series(np.where(known, log_lr, np.nan)).fill_nan(None))


def course_log_lr(off_deg: Floats, apart_m: Floats, params: DarkParams) -> Floats:
    """Log-likelihood ratio of a course that is `off_deg` off a place, if bound for it against any course.

    Ships bound for a place steer for it within `course_spread_deg`, and from nearby within `course_aside_m`
    to one side; some turn later, so the tails are those of a Cauchy distribution.

    Parameters
    ----------
    off_deg : numpy.ndarray
        Between course and bearing, shape (n,) [deg].
    apart_m : numpy.ndarray
        Distance of the place, shape (n,) [m].
    params : DarkParams

    Returns
    -------
    numpy.ndarray
        Shape (n,) [nat].

    Examples
    --------
    >>> far_m = np.full(3, 20_000.0)
    >>> course_log_lr(np.array([0.0, 20.0, 180.0]), far_m, DarkParams()).round(1).tolist()
    [2.5, 0.9, -3.3]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        aside_deg = np.rad2deg(np.arctan2(params.course_aside_m, apart_m))
        spread = np.hypot(params.course_spread_deg, aside_deg)
        density = 1.0 / (2.0 * spread * np.arctan(180.0 / spread) * (1.0 + (off_deg / spread) ** 2))
        return np.asarray(np.log(360.0 * density))


def _has_course(sog_kn: pl.Series, params: DarkParams) -> Bools:
    """Whether a speed is that of a ship on a course [kn]; no where it is not known."""
    return (sog_kn.fill_null(0.0) >= params.min_course_sog_kn).to_numpy()


def _off_course(
    gaps: pl.DataFrame, loitering: pl.DataFrame, end: str, sign: float, params: DarkParams
) -> tuple[Floats, Floats]:
    """Angle between course and bearing at one end [deg], NaN where under way is not known; distance [m]."""
    lat, lon, cog, fix_h, sog_kn = (
        gaps[c].cast(pl.Float64).to_numpy()
        for c in (f"{end}_lat", f"{end}_lon", f"{end}_cog", f"{end}_h", f"{end}_sog_kn")
    )
    moves = _has_course(gaps[f"{end}_sog_kn"], params) & np.isfinite(lat)
    # The stop as it was when the ship, at its own speed, came or left.
    at_lat, at_lon = place_in_stop(loitering, fix_h, params)
    sailing_h = distance_m(lat, lon, at_lat, at_lon) / (np.where(moves, sog_kn, 1.0) * KN_TO_MPS * S_PER_H)
    at_lat, at_lon = place_in_stop(loitering, fix_h + sign * sailing_h, params)
    east, north = local_offset_m(lat, lon, at_lat, at_lon)
    bearing = np.rad2deg(np.arctan2(sign * east, sign * north))
    return np.where(moves, np.abs(wrap180(bearing - cog)), np.nan), np.hypot(east, north)
