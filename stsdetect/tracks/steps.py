"""Which steps from one fix of a number to its next one ship can have made."""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import Motion
from stsdetect.units import KN_TO_MPS, S_PER_H


def possible_steps(m: Motion, params: TrackParams) -> tuple[Bools, Bools]:
    """Which steps, shape (n - 1,), one ship can have made; which fixes, shape (n,), are off their line."""
    n = len(m.mmsi)
    off_line = np.zeros(n, dtype=bool)
    if n == 1:
        return np.empty(0, dtype=bool), off_line
    dt = np.diff(m.time_s)
    joined = (np.diff(m.mmsi) == 0) & (dt <= params.max_segment_gap_h * S_PER_H)
    east, north = local_offset_m(m.lat[:-1], m.lon[:-1], m.lat[1:], m.lon[1:])
    way = np.hypot(east, north)
    slack = np.maximum(m.slack_m[:-1], m.slack_m[1:])
    cruise = np.maximum(m.cruise_kn[:-1], m.cruise_kn[1:])
    speed = _known(np.fmax(m.sog[:-1], m.sog[1:]), params)
    limit = slack + _route_m(dt, speed, cruise, params)
    doubtful = np.flatnonzero(joined & (way > limit))
    # The plane is too short far away and says nothing of ships that report no speed, or a wrong one.
    far = distance_m(m.lat[doubtful], m.lon[doubtful], m.lat[doubtful + 1], m.lon[doubtful + 1])
    steady = np.maximum(speed[doubtful], _steady_kn(m, doubtful))
    limit = slack[doubtful] + _route_m(dt[doubtful], steady, cruise[doubtful], params)
    joined[doubtful] = far <= limit

    off_line[1:-1] = _off_line(m, dt, east, north, params)
    joined &= ~(off_line[:-1] | off_line[1:])
    return joined, off_line


def _off_line(m: Motion, dt: Floats, east: Floats, north: Floats, params: TrackParams) -> Bools:
    """Inner fixes, shape (n - 2,), too far from where the line between their neighbours has them.

    A wrong time stamp moves a fix along the line, nothing but a turn or a wrong position across it.
    """
    e, n = east[:-1] + east[1:], north[:-1] + north[1:]
    hole = dt[:-1] + dt[1:]
    share = np.divide(dt[:-1], hole, out=np.zeros(len(hole)), where=hole > 0)
    off_e, off_n = east[:-1] - share * e, north[:-1] - share * n
    length = np.hypot(e, n)
    has_line = length > params.line_slack_m
    along = np.divide(off_e * e + off_n * n, length, out=np.hypot(off_e, off_n), where=has_line)
    across = np.divide(off_e * n - off_n * e, length, out=np.zeros(len(hole)), where=has_line)

    speed = _known(np.fmax(np.fmax(m.sog[:-2], m.sog[2:]), m.sog[1:-1]), params)
    turn = 0.5 * params.line_accel_mps2 * dt[:-1] * dt[1:]
    reach = (speed + params.line_margin_kn) * KN_TO_MPS * np.minimum(dt[:-1], dt[1:])
    coarse = np.maximum(m.slack_m[1:-1], np.maximum(m.slack_m[:-2], m.slack_m[2:])) - params.step_slack_m
    limit = params.line_slack_m + coarse + np.minimum(turn, reach)
    along_limit = limit + speed * KN_TO_MPS * params.time_error_s
    judged = (m.mmsi[:-2] == m.mmsi[2:]) & (np.maximum(dt[:-1], dt[1:]) <= params.max_line_interval_s)
    out: Bools = judged & ((across / limit) ** 2 + (along / along_limit) ** 2 > 1.0)
    return out


def _known(sog_kn: Floats, params: TrackParams) -> Floats:
    return np.where(np.isnan(sog_kn), params.unknown_sog_kn, sog_kn)


def _route_m(dt_s: Floats, speed_kn: Floats, cruise_kn: Floats, params: TrackParams) -> Floats:
    """How far a ship gets: at its speed and a margin, gathering way, but not above what it can keep up."""
    speed = (speed_kn + params.step_margin_kn) * KN_TO_MPS
    top = np.maximum(cruise_kn * KN_TO_MPS, speed)
    way = np.minimum(speed * dt_s + 0.5 * params.step_accel_mps2 * dt_s**2, top * dt_s)
    return way + speed_kn * KN_TO_MPS * params.time_error_s


def _steady_kn(m: Motion, step: Ints) -> Floats:
    """Speed that the neighbourhood of both ends of a step bears out [kn].

    That of a fix is the least mean speed to any of the three fixes before and after it: two transmitters or a
    spike between do not raise it.
    """
    least = np.full((2, len(step)), np.inf)
    for side in (0, 1):
        here = step + side
        for k in (-3, -2, -1, 1, 2, 3):
            there = np.clip(here + k, 0, len(m.mmsi) - 1)
            way = np.hypot(*local_offset_m(m.lat[here], m.lon[here], m.lat[there], m.lon[there]))
            kn = way / np.maximum(np.abs(m.time_s[there] - m.time_s[here]), 1.0) / KN_TO_MPS
            other = (m.mmsi[there] != m.mmsi[here]) | (there == here)
            least[side] = np.minimum(least[side], np.where(other, np.inf, kn))
    return np.asarray(least.min(axis=0))
