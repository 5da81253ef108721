"""Splits the fixes of an MMSI, which several transponders may share, into consistent tracks.

Consecutive fixes that one ship could have broadcast form a stretch. Most MMSIs have a single stretch and need
no loop. Where an MMSI has several, each is added to the open track that it continues best: two ships on one
MMSI give two interleaved tracks, and a jump away and back leaves one track.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import SPIKE, Fixes
from stsdetect.tracks.linking import link_stretches, stretches_of
from stsdetect.tracks.steps import possible_steps
from stsdetect.units import S_PER_H


class Split(NamedTuple):
    """Result of `split_tracks` for each fix, arrays of shape (n,)."""

    track: Ints
    """Number of its track, unique over all MMSIs; `SPIKE` for fixes that belong to none."""
    ambiguous: Bools
    """Its track ends because two tracks could continue equally well."""
    off_line: Bools
    """Farther off the line between its neighbours than a ship turns."""
    many_ships: Bools
    """Its MMSI was used by too many ships at once to separate them."""


def split_tracks(fixes: Fixes, params: TrackParams) -> Split:
    """Give each fix to a track of one transponder.

    Parameters
    ----------
    fixes : Fixes
        Fixes of any number of MMSIs.
    params : TrackParams
        Limits.

    Returns
    -------
    Split

    Examples
    --------
    >>> i, n = np.zeros(4, dtype=np.int64), np.zeros(4)
    >>> lat = np.array([30.0, 30.001, 55.0, 30.003])
    >>> fixes = Fixes(i, np.arange(4) * 60.0, lat, n + 122, n + 4, n, n + 150, n + 30, i)
    >>> split_tracks(fixes, TrackParams()).track.tolist()
    [0, 0, -1, 0]
    """
    n = len(fixes.mmsi)
    if n == 0:
        none = np.empty(0, np.bool_)
        return Split(np.empty(0, np.int64), none, none, none)
    joined, off_line = possible_steps(fixes, params)
    contested_mmsi = _contested(fixes, joined, params)
    joined &= ~(contested_mmsi[1:] & (np.diff(fixes.time_s) > _long_gap_s(fixes, params)[1:]))
    first = np.flatnonzero(~np.append(False, joined))
    last = np.append(first[1:], n) - 1
    track_of_stretch = np.arange(len(first))
    ambiguous, many_ships = np.zeros((2, len(first)), dtype=bool)
    contested = np.flatnonzero(contested_mmsi[first])
    bounds = np.flatnonzero(np.diff(fixes.mmsi[first[contested]], prepend=np.nan) != 0)
    for stretches in np.split(contested, bounds[1:]) if len(contested) else []:
        linked = link_stretches(stretches_of(fixes, stretches, first, last), params)
        track_of_stretch[stretches] = np.where(linked.track == SPIKE, SPIKE, stretches[linked.track])
        ambiguous[stretches] = linked.ambiguous
        many_ships[stretches] = linked.many_ships
    length = last - first + 1
    track, ambiguous, many_ships = (np.repeat(v, length) for v in (track_of_stretch, ambiguous, many_ships))
    return Split(track, ambiguous, off_line, many_ships)


def _contested(fixes: Fixes, joined: Bools, params: TrackParams) -> Bools:
    """Fixes of MMSIs that need linking: they have a step within a day that one ship could not have made."""
    broken = ~joined & (np.diff(fixes.mmsi) == 0)
    broken &= np.diff(fixes.time_s) <= params.max_segment_gap_h * S_PER_H
    return np.isin(fixes.mmsi, np.unique(fixes.mmsi[1:][broken]))


def _long_gap_s(fixes: Fixes, params: TrackParams) -> Floats:
    """Gap, shape (n,), after which an MMSI with several tracks may continue with any of them."""
    first = np.flatnonzero(np.append(True, np.diff(fixes.mmsi) != 0))
    n = np.diff(np.append(first, len(fixes.mmsi)))
    typical_s = (fixes.time_s[first + n - 1] - fixes.time_s[first]) / np.maximum(n - 1, 1)
    return np.repeat(np.maximum(params.max_line_interval_s, params.tentative_gap_intervals * typical_s), n)
