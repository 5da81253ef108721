"""Fixes as arrays, sorted by MMSI and time, and the tracks to which they are assigned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Floats, Ints
from stsdetect.params import TrackParams
from stsdetect.tracks.cleaning import QualityFlag
from stsdetect.units import MS_PER_S

SPIKE = -1
"""Number of the track of a fix that belongs to none."""

_CLASS_CODE = {"A": 1, "B": 2, "base": 3, "aton": 4, "sar": 5}


class Fixes(NamedTuple):
    """Fixes sorted by MMSI and time, each array of shape (n,)."""

    mmsi: Ints
    time_s: Floats
    lat: Floats
    lon: Floats
    sog: Floats
    """[kn], NaN where not broadcast."""
    cog: Floats
    """[deg], NaN where not broadcast."""
    slack_m: Floats
    """Distance by which the position may be wrong, for any reason [m]."""
    cruise_kn: Floats
    """Highest speed that such a station keeps up, whatever it broadcasts [kn]."""
    ais_class: Ints
    """A code of the AIS class, 0 where unknown; different codes are rarely one transponder."""


def fixes_of(rows: pl.DataFrame, params: TrackParams) -> Fixes:
    """Arrays of cleaned positions.

    Parameters
    ----------
    rows : polars.DataFrame
        POSITIONS with quality_flags and kind, sorted by MMSI and time.
    params : TrackParams
        Slack and greatest speeds.

    Returns
    -------
    Fixes
    """
    coarse = (rows["quality_flags"].to_numpy() & QualityFlag.COARSE) != 0
    aircraft = (rows["kind"] == "sar").to_numpy()
    return Fixes(
        mmsi=rows["mmsi"].to_numpy(),
        time_s=rows["timestamp"].dt.epoch("ms").to_numpy() / MS_PER_S,
        lat=rows["lat"].to_numpy(),
        lon=rows["lon"].to_numpy(),
        sog=rows["sog"].to_numpy(),
        cog=rows["cog"].to_numpy(),
        slack_m=params.step_slack_m + np.where(coarse, params.coarse_slack_m, 0.0),
        cruise_kn=np.where(aircraft, params.max_speed_aircraft_kn, params.max_cruise_kn),
        ais_class=rows["ais_class"].replace_strict(_CLASS_CODE, default=0, return_dtype=pl.Int64).to_numpy(),
    )


def tracks_by_mmsi(fixes: Fixes, track: Ints) -> list[list[Ints]]:
    """Tracks of each MMSI that has several, as indices of their fixes in order of time.

    Parameters
    ----------
    fixes : Fixes
    track : numpy.ndarray
        Track of each fix, shape (n,); fixes of `SPIKE` are ignored.

    Returns
    -------
    list of list of numpy.ndarray
        One list per MMSI with at least two tracks.

    Examples
    --------
    >>> none = np.zeros(4)
    >>> fixes = Fixes(np.array([1, 1, 1, 2]), np.arange(4.0), *(none,) * 6, none.astype(int))
    >>> [[t.tolist() for t in tracks] for tracks in tracks_by_mmsi(fixes, np.array([0, 1, 0, 3]))]
    [[[0, 2], [1]]]
    """
    order = np.lexsort((fixes.time_s, track))
    order = order[track[order] != SPIKE]
    if not len(order):
        return []
    by_mmsi: dict[int, list[Ints]] = {}
    for one in np.split(order, np.flatnonzero(np.diff(track[order])) + 1):
        by_mmsi.setdefault(int(fixes.mmsi[one[0]]), []).append(one)
    return [tracks for tracks in by_mmsi.values() if len(tracks) > 1]
