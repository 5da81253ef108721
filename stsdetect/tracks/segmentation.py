"""One number, one or more transmitters: cut its fixes into consistent tracks.

Consecutive fixes that one ship can have sent form runs; most numbers have one run and are done, without any
loop. Where a number has several, each run goes to the open track that it continues best, so two ships on one
number come out as two interleaved tracks, and a jump and return leaves one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import SPIKE, Motion
from stsdetect.tracks.linking import link_runs, runs_of
from stsdetect.tracks.steps import possible_steps
from stsdetect.units import S_PER_H


class Split(NamedTuple):
    """What `split_tracks` finds out about each fix, shape (n,)."""

    track: Ints
    """Number of its track, unique over all numbers; `SPIKE` for fixes that belong to none."""
    ambiguous: Bools
    """Its track ends because two tracks could go on equally well."""
    off_line: Bools
    """Farther off the line between its neighbours than a ship turns."""


def split_tracks(motion: Motion, params: TrackParams) -> Split:
    """Give each fix to a track of one transmitter.

    Parameters
    ----------
    motion : Motion
        Fixes of any number of ships.
    params : TrackParams
        Limits.

    Returns
    -------
    Split

    Examples
    --------
    >>> n = np.zeros(4)
    >>> m = Motion(n.astype(int), np.arange(4) * 60.0, np.array([30.0, 30.001, 55.0, 30.003]), n + 122, n + 4,
    ...     n, n + 150, n + 30, n.astype(int))
    >>> split_tracks(m, TrackParams()).track.tolist()
    [0, 0, -1, 0]
    """
    n = len(motion.mmsi)
    if n == 0:
        return Split(np.empty(0, np.int64), np.empty(0, np.bool_), np.empty(0, np.bool_))
    joined, off_line = possible_steps(motion, params)
    contested_number = _contested(motion, joined, params)
    joined &= ~(contested_number[1:] & (np.diff(motion.time_s) > _long_hole_s(motion, params)[1:]))
    first = np.flatnonzero(~np.append(False, joined))
    last = np.append(first[1:], n) - 1
    track_of_run = np.arange(len(first))
    ambiguous_run = np.zeros(len(first), dtype=bool)
    contested = np.flatnonzero(contested_number[first])
    bounds = np.flatnonzero(np.diff(motion.mmsi[first[contested]], prepend=np.nan) != 0)
    for runs in np.split(contested, bounds[1:]) if len(contested) else []:
        linked = link_runs(runs_of(motion, runs, first, last), params)
        track_of_run[runs] = np.where(linked.track == SPIKE, SPIKE, runs[linked.track])
        ambiguous_run[runs] = linked.ambiguous
    length = last - first + 1
    return Split(np.repeat(track_of_run, length), np.repeat(ambiguous_run, length), off_line)


def _contested(m: Motion, joined: Bools, params: TrackParams) -> Bools:
    """Fixes of numbers that need linking: a step within a day that one ship cannot have made."""
    broken = ~joined & (np.diff(m.mmsi) == 0) & (np.diff(m.time_s) <= params.max_segment_gap_h * S_PER_H)
    return np.isin(m.mmsi, np.unique(m.mmsi[1:][broken]))


def _long_hole_s(m: Motion, params: TrackParams) -> Floats:
    """The silence, shape (n,), after which a number with several tracks may go on with any of them."""
    first = np.flatnonzero(np.append(True, np.diff(m.mmsi) != 0))
    n = np.diff(np.append(first, len(m.mmsi)))
    usual_s = (m.time_s[first + n - 1] - m.time_s[first]) / np.maximum(n - 1, 1)
    return np.repeat(np.maximum(params.max_line_interval_s, params.tentative_gap_intervals * usual_s), n)
