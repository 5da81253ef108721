"""Steps from one fix of an MMSI to its next: which of them one ship could have made."""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import Fixes
from stsdetect.units import KN_TO_MPS, S_PER_H


def possible_steps(fixes: Fixes, params: TrackParams) -> tuple[Bools, Bools]:
    """Which steps one ship could have made, and which fixes are off the line between their neighbours.

    A step is possible if the ship can cover it at the speed that it broadcast, or that the fixes around
    confirm, plus a margin, within the largest acceleration and the speed that it can keep up. A speed above
    ``params.max_sog_kn`` is never confirmed, nor does a step confirm its own speed.

    Parameters
    ----------
    fixes : Fixes
        Fixes of any number of MMSIs, shape (n,), at least one.
    params : TrackParams
        Limits.

    Returns
    -------
    joined : numpy.ndarray
        Whether the step from each fix to the next is possible, shape (n - 1,), bool.
    off_line : numpy.ndarray
        Whether each fix is off its line, shape (n,), bool; no step to or from it is joined.

    Examples
    --------
    >>> i, n = np.zeros(3, dtype=np.int64), np.zeros(3)
    >>> lat = np.array([30.0, 30.003, 30.1])  # 333 m in a minute, then 10.7 km
    >>> fixes = Fixes(i, np.arange(3) * 60.0, lat, n + 122, n + 11, n, n + 150, n + 30, i)
    >>> possible_steps(fixes, TrackParams(max_line_interval_s=1.0))[0].tolist()
    [True, False]
    """
    n = len(fixes.mmsi)
    off_line = np.zeros(n, dtype=bool)
    if n == 1:
        return np.empty(0, dtype=bool), off_line
    dt = np.diff(fixes.time_s)
    joined = (np.diff(fixes.mmsi) == 0) & (dt <= params.max_segment_gap_h * S_PER_H)
    east, north = local_offset_m(fixes.lat[:-1], fixes.lon[:-1], fixes.lat[1:], fixes.lon[1:])
    step_m = np.hypot(east, north)
    slack = np.maximum(fixes.slack_m[:-1], fixes.slack_m[1:])
    cruise = np.maximum(fixes.cruise_kn[:-1], fixes.cruise_kn[1:])
    speed = _known(np.fmax(fixes.sog[:-1], fixes.sog[1:]), params)
    limit = slack + _reach_m(dt, speed, cruise, params)
    # The local plane is too short over long distances, and a speed may be unknown or wrong: look closer.
    doubtful = np.flatnonzero(joined & (step_m > limit))
    there = doubtful + 1
    exact_m = distance_m(fixes.lat[doubtful], fixes.lon[doubtful], fixes.lat[there], fixes.lon[there])
    fastest = np.maximum(cruise[doubtful], params.max_sog_kn)
    steady = np.maximum(speed[doubtful], np.minimum(_steady_kn(fixes, doubtful, params), fastest))
    limit = slack[doubtful] + _reach_m(dt[doubtful], steady, cruise[doubtful], params)
    joined[doubtful] = exact_m <= limit

    off_line[1:-1] = _off_line(fixes, dt, east, north, params)
    joined &= ~(off_line[:-1] | off_line[1:])
    return joined, off_line


def _off_line(fixes: Fixes, dt: Floats, east: Floats, north: Floats, params: TrackParams) -> Bools:
    """Inner fixes, shape (n - 2,), too far from where the line between their neighbours puts them.

    A wrong time moves a fix along the line; only a turn or a wrong position moves it across.
    """
    e, n = east[:-1] + east[1:], north[:-1] + north[1:]
    interval_s = dt[:-1] + dt[1:]
    share = np.divide(dt[:-1], interval_s, out=np.zeros(len(interval_s)), where=interval_s > 0)
    off_e, off_n = east[:-1] - share * e, north[:-1] - share * n
    length = np.hypot(e, n)
    has_line = length > params.line_slack_m
    along = np.divide(off_e * e + off_n * n, length, out=np.hypot(off_e, off_n), where=has_line)
    across = np.divide(off_e * n - off_n * e, length, out=np.zeros(len(interval_s)), where=has_line)

    speed = _known(np.fmax(np.fmax(fixes.sog[:-2], fixes.sog[2:]), fixes.sog[1:-1]), params)
    turn = 0.5 * params.line_accel_mps2 * dt[:-1] * dt[1:]
    reach = (speed + params.line_margin_kn) * KN_TO_MPS * np.minimum(dt[:-1], dt[1:])
    slack = np.maximum(fixes.slack_m[1:-1], np.maximum(fixes.slack_m[:-2], fixes.slack_m[2:]))
    coarse = slack - params.step_slack_m
    limit = params.line_slack_m + coarse + np.minimum(turn, reach)
    along_limit = limit + speed * KN_TO_MPS * params.time_error_s
    judged = (fixes.mmsi[:-2] == fixes.mmsi[2:]) & (np.maximum(dt[:-1], dt[1:]) <= params.max_line_interval_s)
    out: Bools = judged & ((across / limit) ** 2 + (along / along_limit) ** 2 > 1.0)
    return out


def _known(sog_kn: Floats, params: TrackParams) -> Floats:
    return np.where(np.isnan(sog_kn), params.unknown_sog_kn, sog_kn)


def _reach_m(dt_s: Floats, speed_kn: Floats, cruise_kn: Floats, params: TrackParams) -> Floats:
    """Distance that a ship covers, accelerating from its speed plus a margin up to what it can keep up."""
    speed = (speed_kn + params.step_margin_kn) * KN_TO_MPS
    top = np.maximum(cruise_kn * KN_TO_MPS, speed)
    distance = np.minimum(speed * dt_s + 0.5 * params.step_accel_mps2 * dt_s**2, top * dt_s)
    return distance + speed_kn * KN_TO_MPS * params.time_error_s


def _steady_kn(fixes: Fixes, step: Ints, params: TrackParams) -> Floats:
    """Speed that the fixes around both ends of a step confirm [kn], 0 where there are no others.

    For each end it is the lowest mean speed to any of the few fixes before and after it, so that neither a
    second transponder nor a spike between them raises it. The other end does not count: a jump between two
    single fixes would confirm itself.
    """
    lowest = np.full((2, len(step)), np.inf)
    for side in (0, 1):
        here = step + side
        other_end = 1 - 2 * side
        for k in range(-params.steady_fixes, params.steady_fixes + 1):
            if k == other_end:
                continue
            there = np.clip(here + k, 0, len(fixes.mmsi) - 1)
            offset = local_offset_m(fixes.lat[here], fixes.lon[here], fixes.lat[there], fixes.lon[there])
            interval_s = np.abs(fixes.time_s[there] - fixes.time_s[here])
            kn = np.hypot(*offset) / np.maximum(interval_s, params.min_speed_interval_s) / KN_TO_MPS
            not_it = (fixes.mmsi[there] != fixes.mmsi[here]) | (there == here)
            lowest[side] = np.minimum(lowest[side], np.where(not_it, np.inf, kn))
    confirmed = lowest.min(axis=0)
    return np.where(np.isfinite(confirmed), confirmed, 0.0)
