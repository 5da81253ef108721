"""Fixes with a wrong time: a feed that passes reports on late, a receiver whose clock is out.

They lie on the path of the ship, but where it was some time before. Two transmitters do not follow each other
like that: not within minutes, and not hours apart to the minute.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import SPIKE, Motion
from stsdetect.units import S_PER_H

_PATH_STEP_M = 50.0


def wrong_times(motion: Motion, track: Ints, params: TrackParams) -> Bools:
    """Fixes that repeat the path of another track of the same number with a delay.

    Of two tracks, the later one is wrong, since no report is heard before it is sent; only where the later
    one has ``params.clock_majority`` times the fixes is it the earlier one, stamped by a clock that is slow.

    Parameters
    ----------
    motion : Motion
        Fixes of any number of ships.
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
    >>> lat = np.where(np.arange(80) % 2, t - 300.0, t) * 1e-4 + 30.0  # each second fix five minutes late
    >>> n = np.zeros(80)
    >>> m = Motion(n.astype(int), t, lat, n + 122.0, n + 20.0, n, n + 150.0, n + 30.0, n.astype(int))
    >>> wrong_times(m, np.arange(80) % 2, TrackParams())[-4:].tolist()
    [False, True, False, True]
    """
    wrong = np.zeros(len(track), dtype=bool)
    for tracks in _rivals(motion, track):
        for behind in tracks:
            for ahead in tracks:
                if behind is ahead:
                    continue
                late = behind[_late(motion, behind, ahead, params)]
                if not len(late):
                    continue
                t = motion.time_s
                beside = ahead[(t[ahead] >= t[late[0]]) & (t[ahead] <= t[late[-1]])]
                majority = len(late) > params.clock_majority * len(beside)
                wrong[beside if majority else late] = True
    return wrong


def _rivals(motion: Motion, track: Ints) -> list[list[Ints]]:
    """Fixes of each track, for the numbers that have several."""
    kept = np.flatnonzero(track != SPIKE)
    kept = kept[np.lexsort((motion.time_s[kept], track[kept]))]
    parts = np.split(kept, np.flatnonzero(np.diff(track[kept])) + 1) if len(kept) else []
    numbers: dict[int, list[Ints]] = {}
    for part in parts:
        numbers.setdefault(int(motion.mmsi[part[0]]), []).append(part)
    return [tracks for tracks in numbers.values() if len(tracks) > 1]


def _late(m: Motion, behind: Ints, ahead: Ints, params: TrackParams) -> Bools:
    """Which fixes of one track are where the other was before, and where it no longer is."""
    none = np.zeros(len(behind), dtype=bool)
    longest_s = params.max_clock_error_h * S_PER_H
    t = m.time_s
    if len(ahead) < 2 or t[behind[-1]] < t[ahead[0]] or t[behind[0]] > t[ahead[-1]] + longest_s:
        return none
    path, path_s = _dense(m, ahead, params)
    place = ecef_m(m.lat[behind], m.lon[behind])
    off, found = cKDTree(path).query(place, distance_upper_bound=params.step_slack_m)
    near = off <= params.step_slack_m
    nearest = np.asarray(np.minimum(found, len(path) - 1), dtype=np.int64)
    lag_s = np.where(near, t[behind] - path_s[nearest], 0.0)
    there_now = path[np.clip(np.searchsorted(path_s, t[behind]), 0, len(path) - 1)]
    moved_on = np.linalg.norm(there_now - place, axis=1) > params.min_stale_distance_m
    moved_on &= _same_way(m, behind, path, nearest)
    late = near & moved_on & (lag_s > params.time_error_s) & (t[behind] <= t[ahead[-1]])
    short = late & (lag_s <= params.max_delay_s)
    long = near & moved_on & (lag_s > params.max_delay_s) & (lag_s <= longest_s)
    if long.sum() >= params.min_clock_fixes:
        usual_s = np.median(lag_s[long])
        same = long & (np.abs(lag_s - usual_s) <= params.clock_spread_s)
        if same.sum() * 2 > long.sum() and same.sum() >= params.min_clock_fixes:
            short |= same
    return np.asarray(short, dtype=bool)


def _dense(m: Motion, fixes: Ints, params: TrackParams) -> tuple[Floats, Floats]:
    """Points on a track's path, earth-centred, and when it was there; nothing over long holes."""
    xyz, t = ecef_m(m.lat[fixes], m.lon[fixes]), m.time_s[fixes]
    way, hole = np.linalg.norm(np.diff(xyz, axis=0), axis=1), np.diff(t)
    pieces = np.where(hole <= params.max_line_interval_s, np.ceil(way / _PATH_STEP_M), 1).astype(np.int64)
    pieces = np.maximum(pieces, 1)
    which = np.repeat(np.arange(len(pieces)), pieces)
    share = (np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[which]
    path = xyz[which] + share[:, None] * (xyz[which + 1] - xyz[which])
    return np.concatenate([path, xyz[-1:]]), np.concatenate([t[which] + share * hole[which], t[-1:]])


def _same_way(m: Motion, fixes: Ints, path: Floats, nearest: Ints) -> Bools:
    """Whether a track goes the way the path went there; a ship on the other tack is another ship."""
    at = np.clip(nearest, 1, len(path) - 1)
    theirs = path[at] - path[at - 1]
    xyz = ecef_m(m.lat[fixes], m.lon[fixes])
    ours = np.zeros_like(xyz)
    if len(fixes) > 1:
        ours[1:] = np.diff(xyz, axis=0)
        ours[0] = ours[1]
    return np.asarray((ours * theirs).sum(axis=1) >= 0.0)
