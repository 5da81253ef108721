"""Fixes with a wrong time: a feed that passes reports on late, a receiver with a wrong clock.

They lie on the path of the ship, but where it was some time before. Two transponders do not follow each other
like that: not at an interval of minutes, and not hours apart to the minute.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints, ragged_index
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import Fixes, tracks_by_mmsi
from stsdetect.units import S_PER_H


def mistimed_fixes(fixes: Fixes, track: Ints, params: TrackParams) -> Bools:
    """Fixes that repeat the path of another track of the same MMSI with a delay.

    Of two such tracks the later one is taken to be wrong, since a report may be late but never early; only
    where the later one has ``params.clock_majority`` times as many fixes is the earlier one taken to be
    wrong, stamped by a clock that is slow.

    Parameters
    ----------
    fixes : Fixes
        Fixes of any number of MMSIs.
    track : numpy.ndarray
        From `stsdetect.tracks.segmentation.split_tracks`, shape (n,).
    params : TrackParams
        Limits.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.

    Examples
    --------
    >>> t = np.repeat(np.arange(40) * 60.0, 2)
    >>> lat = np.where(np.arange(80) % 2, t - 300.0, t) * 1e-4 + 30.0  # every second fix is five minutes late
    >>> n = np.zeros(80)
    >>> fixes = Fixes(n.astype(int), t, lat, n + 122.0, n + 20.0, n, n + 150.0, n + 30.0, n.astype(int))
    >>> mistimed_fixes(fixes, np.arange(80) % 2, TrackParams())[-4:].tolist()
    [False, True, False, True]
    """
    wrong = np.zeros(len(track), dtype=bool)
    t = fixes.time_s
    for tracks in tracks_by_mmsi(fixes, track):
        for behind in tracks:
            for ahead in tracks:
                if behind is ahead:
                    continue
                late = behind[_late(fixes, behind, ahead, params)]
                if not len(late):
                    continue
                beside = ahead[(t[ahead] >= t[late[0]]) & (t[ahead] <= t[late[-1]])]
                slow_clock = len(late) > params.clock_majority * len(beside)
                wrong[beside if slow_clock else late] = True
    return wrong


def _late(fixes: Fixes, behind: Ints, ahead: Ints, params: TrackParams) -> Bools:
    """Which fixes of one track are where the other was before, and where it no longer is."""
    none = np.zeros(len(behind), dtype=bool)
    longest_s = params.max_clock_error_h * S_PER_H
    t = fixes.time_s
    if len(ahead) < 2 or t[behind[-1]] < t[ahead[0]] or t[behind[0]] > t[ahead[-1]] + longest_s:
        return none
    path, path_s = _dense_path(fixes, ahead, params)
    xyz = ecef_m(fixes.lat[behind], fixes.lon[behind])
    off, found = cKDTree(path).query(xyz, distance_upper_bound=params.step_slack_m)
    on_path = off <= params.step_slack_m
    nearest = np.asarray(np.minimum(found, len(path) - 1), dtype=np.int64)
    lag_s = np.where(on_path, t[behind] - path_s[nearest], 0.0)
    ahead_now = path[np.clip(np.searchsorted(path_s, t[behind]), 0, len(path) - 1)]
    moved_on = np.linalg.norm(ahead_now - xyz, axis=1) > params.min_stale_distance_m
    moved_on &= _same_direction(fixes, behind, path, nearest)
    late = on_path & moved_on & (lag_s > params.time_error_s) & (t[behind] <= t[ahead[-1]])
    late &= lag_s <= params.max_delay_s
    # A longer lag is believed only of many fixes that share it, as those of a wrong clock do.
    by_hours = on_path & moved_on & (lag_s > params.max_delay_s) & (lag_s <= longest_s)
    if by_hours.sum() >= params.min_clock_fixes:
        same = by_hours & (np.abs(lag_s - np.median(lag_s[by_hours])) <= params.clock_spread_s)
        most = same.sum() > params.same_delay_share * by_hours.sum()
        if most and same.sum() >= params.min_clock_fixes:
            late |= same
    return np.asarray(late, dtype=bool)


def _dense_path(fixes: Fixes, track: Ints, params: TrackParams) -> tuple[Floats, Floats]:
    """Points on the path of a track, earth-centred, and their times; long intervals are not filled."""
    xyz, t = ecef_m(fixes.lat[track], fixes.lon[track]), fixes.time_s[track]
    step_m, interval_s = np.linalg.norm(np.diff(xyz, axis=0), axis=1), np.diff(t)
    filled = interval_s <= params.max_line_interval_s
    pieces = np.where(filled, np.ceil(step_m / params.path_step_m), 1).astype(np.int64)
    pieces = np.maximum(pieces, 1)
    which, nth = ragged_index(pieces)
    share = nth / pieces[which]
    path = xyz[which] + share[:, None] * (xyz[which + 1] - xyz[which])
    return np.concatenate([path, xyz[-1:]]), np.concatenate([t[which] + share * interval_s[which], t[-1:]])


def _same_direction(fixes: Fixes, track: Ints, path: Floats, nearest: Ints) -> Bools:
    """Whether a track heads where the path headed there; a ship on the opposite course is another ship."""
    at = np.clip(nearest, 1, len(path) - 1)
    theirs = path[at] - path[at - 1]
    xyz = ecef_m(fixes.lat[track], fixes.lon[track])
    ours = np.zeros_like(xyz)
    if len(track) > 1:
        ours[1:] = np.diff(xyz, axis=0)
        ours[0] = ours[1]
    return np.asarray((ours * theirs).sum(axis=1) >= 0.0)
