"""One number, one or more transmitters: cut its fixes into consistent tracks.

Consecutive fixes that one ship can have sent form runs; most numbers have one run and are done. Where a
number has several, each run is given to the open track it continues best, so two ships on one number come out
as two interleaved tracks, and a jump and return leaves one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import TrackParams
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SPIKE = -1


def split_tracks(
    mmsi: Ints, time_ms: Ints, lat: Floats, lon: Floats, max_kn: Floats, params: TrackParams
) -> Ints:
    """Track number of each fix, unique over all numbers; `SPIKE` for fixes that belong to none.

    Parameters
    ----------
    mmsi, time_ms, lat, lon : numpy.ndarray
        Fixes sorted by number and time, shape (n,) [-, ms, deg, deg].
    max_kn : numpy.ndarray
        Fastest the station can be, shape (n,) [kn].
    params : TrackParams
        Limits.
    """
    if len(mmsi) == 0:
        return np.empty(0, dtype=np.int64)
    reach = _reachable(time_ms[:-1], lat[:-1], lon[:-1], time_ms[1:], lat[1:], lon[1:], max_kn[1:], params)
    gap = np.diff(time_ms) > params.max_segment_gap_h * MS_PER_H
    new = np.append(True, (mmsi[1:] != mmsi[:-1]) | ~reach | gap)
    run = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(mmsi)) - 1
    track = np.arange(len(first))
    several = np.flatnonzero(np.append(False, mmsi[first[1:]] == mmsi[first[:-1]]))
    for number in np.unique(mmsi[first[several]]):
        runs = np.flatnonzero(mmsi[first] == number)
        _link(runs, first, last, time_ms, lat, lon, max_kn, params, track)
    out: Ints = track[run]
    return out


def _reachable(
    t0: Ints,
    lat0: Floats,
    lon0: Floats,
    t1: Ints,
    lat1: Floats,
    lon1: Floats,
    max_kn: Floats,
    params: TrackParams,
) -> NDArray[np.bool_]:
    way = distance_m(lat0, lon0, lat1, lon1)
    out: NDArray[np.bool_] = way <= params.fix_error_m * 10 + max_kn * KN_TO_MPS * (t1 - t0) / MS_PER_S
    return out


def _link(
    runs: Ints,
    first: Ints,
    last: Ints,
    time: Ints,
    lat: Floats,
    lon: Floats,
    max_kn: Floats,
    params: TrackParams,
    track: Ints,
) -> None:
    open_: list[tuple[int, int]] = []  # track, last fix
    size: dict[int, int] = {}
    for r in runs:
        i = first[r]
        best, best_speed = None, np.inf
        for k, (_, e) in enumerate(open_):
            dt = time[i] - time[e]
            if dt > params.max_segment_gap_h * MS_PER_H:
                continue
            way = float(distance_m(lat[e], lon[e], lat[i], lon[i]))
            allowed = params.fix_error_m * 10 + max_kn[i] * KN_TO_MPS * dt / MS_PER_S
            if way <= allowed and way / allowed < best_speed:
                best, best_speed = k, way / allowed
        if best is None:
            open_.append((r, last[r]))
            track[r] = r
        else:
            track[r] = open_[best][0]
            open_[best] = (track[r], last[r])
        size[track[r]] = size.get(track[r], 0) + last[r] - first[r] + 1
    if len(size) > 1:
        for r in runs:
            if size[track[r]] <= params.max_spike_fixes and _nested(
                r, runs, first, last, track, size, params
            ):
                track[r] = SPIKE


def _nested(
    r: int, runs: Ints, first: Ints, last: Ints, track: Ints, size: dict[int, int], params: TrackParams
) -> bool:
    for other in {track[k] for k in runs if track[k] != SPIKE and size[track[k]] > size[track[r]]}:
        mine = [k for k in runs if track[k] == other]
        if first[mine[0]] < first[r] and last[mine[-1]] > last[r]:
            return True
    return False
