"""The two ships around an event: their fixes, the distance between them, and their hulls at an instant."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats
from stsdetect.geo.angles import interpolate_angle, wrap180
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.geo.hull import hull_corners_m, hull_gap_m
from stsdetect.itu import AT_REST, reporting_interval_s
from stsdetect.units import KN_TO_MPS, MS_PER_S, S_PER_H

MAX_INTERVAL_S = S_PER_H
"""Nothing is interpolated or drawn across a longer interval between fixes: it is shown as not received."""

_MAX_GAP_DISTANCE_M = 5_000.0  # hull gaps are shown for ships that are closer


class Size(NamedTuple):
    """Distances from the antenna to the sides of the hull, as broadcast [m]."""

    to_bow: float
    to_stern: float
    to_port: float
    to_starboard: float
    placed: bool = True  # False: only length and beam were broadcast, the antenna is assumed amidships


ASSUMED_SIZE = Size(72.0, 18.0, 7.0, 7.0, placed=False)
"""The dashed outline of a ship that broadcast no size: a coaster of 90 m."""


class Track(NamedTuple):
    """Fixes of one ship in order of time, each array of shape (n,)."""

    time_s: Floats  # since the epoch
    lat: Floats
    lon: Floats
    sog: Floats
    heading: Floats
    interval_s: Floats  # nominal reporting interval at the fix

    def between(self, start_s: float, end_s: float) -> Self:
        """The fixes in a span, ends included."""
        first = np.searchsorted(self.time_s, start_s)
        last = np.searchsorted(self.time_s, end_s, side="right")
        return type(self)(*(v[first:last] for v in self))


NO_TRACK = Track(*(np.empty(0),) * 6)
"""The track of a ship without fixes."""


class Pair(NamedTuple):
    """Tracks and broadcast sizes of ship 1 and ship 2; None for a size that was not broadcast."""

    tracks: tuple[Track, Track]
    sizes: tuple[Size | None, Size | None]

    @property
    def is_alone(self) -> bool:
        """Whether ship 2 was never received."""
        return self.tracks[1] is NO_TRACK


class Hull(NamedTuple):
    """One hull at an instant: its antenna in metres from the middle of the pair, and its outline."""

    east_m: float
    north_m: float
    heading: float  # NaN where it was not broadcast
    size: Size | None  # None where it was not broadcast

    @property
    def sure(self) -> bool:
        """Whether nothing about the outline is assumed."""
        return self.size is not None and self.size.placed and bool(np.isfinite(self.heading))


class Instant(NamedTuple):
    """Both ships at one instant; None for a ship that was not received around it."""

    time_s: float
    hulls: tuple[Hull | None, Hull | None]
    distance_m: float
    hull_gap_m: float


def track_of(points: pl.DataFrame) -> Track:
    """The track of one ship.

    Parameters
    ----------
    points : polars.DataFrame
        POINTS of one ship, in order of time.
    """
    lat, lon, sog, heading = (points[c].cast(pl.Float64).to_numpy() for c in ("lat", "lon", "sog", "heading"))
    interval_s = reporting_interval_s(
        points["sog"].fill_null(0.0).to_numpy(),
        at_rest=points["nav_status"].is_in(AT_REST).fill_null(value=False).to_numpy(),
        class_b=(points["ais_class"] == "B").fill_null(value=False).to_numpy(),
    )
    time_s = points["timestamp"].dt.epoch("ms").to_numpy() / MS_PER_S
    return Track(time_s, lat, lon, sog, heading, interval_s)


def distances(pair: Pair) -> tuple[Floats, Floats]:
    """Antenna distance at each fix of either ship, the other ship interpolated.

    Returns
    -------
    time_s : numpy.ndarray
        In order of time, since the epoch, shape (n,) [s].
    distance : numpy.ndarray
        Shape (n,) [m].
    """
    time_s, states = _states_at_fixes(pair)
    (lat_1, lon_1, _), (lat_2, lon_2, _) = states
    apart = distance_m(lat_1, lon_1, lat_2, lon_2)
    known = np.isfinite(apart)
    return time_s[known], apart[known]


def hull_gaps(pair: Pair) -> tuple[Floats, Floats]:
    """Hull gap at each fix of either ship, where both broadcast a size and a heading.

    Returns
    -------
    time_s : numpy.ndarray
        In order of time, since the epoch, shape (n,) [s].
    gap : numpy.ndarray
        Shape (n,) [m]; only while the antennas are less than 5 km apart.
    """
    size_1, size_2 = pair.sizes
    if size_1 is None or size_2 is None or not (size_1.placed and size_2.placed):
        return np.empty(0), np.empty(0)
    time_s, states = _states_at_fixes(pair)
    (lat_1, lon_1, heading_1), (lat_2, lon_2, heading_2) = states
    east, north = local_offset_m(lat_1, lon_1, lat_2, lon_2)
    known = np.isfinite(heading_1 + heading_2) & (np.hypot(east, north) < _MAX_GAP_DISTANCE_M)
    first = hull_corners_m(*size_1[:4], heading_1[known])
    second = hull_corners_m(*size_2[:4], heading_2[known], east[known], north[known])
    return time_s[known], hull_gap_m(first, second)


def instants(pair: Pair, times_s: list[float]) -> list[Instant]:
    """Both hulls at given instants, in a plane around the middle between the antennas.

    Parameters
    ----------
    pair : Pair
    times_s : list of float
        Since the epoch [s].

    Returns
    -------
    list of Instant
    """
    return [_instant(pair, time_s) for time_s in times_s]


def speeds_kn(track: Track) -> tuple[Floats, Floats, bool]:
    """Speed over time: as broadcast, or between fixes if the feed carries no speed.

    Returns
    -------
    time_s, sog : numpy.ndarray
        Times since the epoch [s] and speeds [kn].
    broadcast : bool
        False where the speed was derived.
    """
    if np.isfinite(track.sog).any() or len(track.time_s) < 2:
        return track.time_s, track.sog, True
    sailed_m = distance_m(track.lat[:-1], track.lon[:-1], track.lat[1:], track.lon[1:])
    interval_s = np.diff(track.time_s)
    usable = (interval_s > 0) & (interval_s <= MAX_INTERVAL_S)
    sog = (sailed_m[usable] / interval_s[usable]) / KN_TO_MPS
    return (track.time_s[:-1] + interval_s / 2)[usable], sog, False


def expected_reports(track: Track, start_s: float, end_s: float) -> float:
    """Reports that a ship was due to send in a span, at the nominal rate of its latest fix.

    Examples
    --------
    >>> nan, ten = np.zeros(2), np.full(2, 10.0)
    >>> expected_reports(Track(np.array([0.0, 600.0]), nan, nan, nan, nan, ten), 300.0, 900.0)
    60.0
    """
    if not len(track.time_s):
        return float("nan")
    edges = np.clip(np.append(track.time_s, np.inf), start_s, end_s)
    before_first = max(edges[0] - start_s, 0.0)
    return float((np.diff(edges) / track.interval_s).sum() + before_first / track.interval_s[0])


def unreceived_spans(
    track: Track, start_s: float, end_s: float, *, max_interval_s: float = MAX_INTERVAL_S
) -> list[tuple[float, float]]:
    """Parts of [start_s, end_s] without a fix that are longer than `max_interval_s`.

    Examples
    --------
    >>> nan = np.zeros(3)
    >>> unreceived_spans(Track(np.array([0.0, 600.0, 9000.0]), nan, nan, nan, nan, nan), 0.0, 9600.0)
    [(600.0, 9000.0)]
    """
    edges = np.concatenate([[start_s], np.clip(track.time_s, start_s, end_s), [end_s]])
    wide = np.flatnonzero(np.diff(edges) > max_interval_s)
    return [(float(edges[i]), float(edges[i + 1])) for i in wide]


def starts_after_gap(time_s: Floats) -> Bools:
    """Whether a fix is the first, or comes more than `MAX_INTERVAL_S` after the one before.

    Examples
    --------
    >>> starts_after_gap(np.array([0.0, 600.0, 9000.0])).tolist()
    [True, False, True]
    """
    return np.asarray(np.diff(time_s, prepend=-np.inf) > MAX_INTERVAL_S)


def _instant(pair: Pair, time_s: float) -> Instant:
    states = [_state_at(track, np.array([time_s])) for track in pair.tracks]
    places = [(float(lat[0]), float(lon[0])) for lat, lon, _ in states if np.isfinite(lat[0])]
    lat_0, lon_0 = _middle(places) if places else (np.nan, np.nan)
    hulls: list[Hull | None] = []
    for (lat, lon, heading), size in zip(states, pair.sizes, strict=True):
        east, north = local_offset_m(lat_0, lon_0, lat[0], lon[0])
        received = bool(np.isfinite(lat[0]))
        hulls.append(Hull(float(east), float(north), float(heading[0]), size) if received else None)
    one, two = hulls
    return Instant(time_s, (one, two), *_antenna_and_hull_distance(one, two))


def _antenna_and_hull_distance(one: Hull | None, two: Hull | None) -> tuple[float, float]:
    if one is None or two is None:
        return np.nan, np.nan
    apart = float(np.hypot(one.east_m - two.east_m, one.north_m - two.north_m))
    if not (one.sure and two.sure):
        return apart, np.nan
    corners = [hull_corners_m(*h.size[:4], h.heading, h.east_m, h.north_m) for h in (one, two) if h.size]
    return apart, float(hull_gap_m(*corners)[0])


def _middle(places: list[tuple[float, float]]) -> tuple[float, float]:
    (lat, lon), (lat_2, lon_2) = places[0], places[-1]
    return (lat + lat_2) / 2, lon + float(wrap180(lon_2 - lon)) / 2


State = tuple[Floats, Floats, Floats]


def _states_at_fixes(pair: Pair) -> tuple[Floats, tuple[State, State]]:
    """All times at which either ship has a fix, and both ships at these times."""
    one, two = pair.tracks
    time_s = np.unique(np.concatenate([one.time_s, two.time_s]))
    return time_s, (_state_at(one, time_s), _state_at(two, time_s))


def _state_at(track: Track, time_s: Floats) -> State:
    """Latitude, longitude and heading at given times; NaN where the ship was not received."""
    if not len(track.time_s):
        nan = np.full(time_s.shape, np.nan)
        return nan, nan, nan
    after = np.clip(np.searchsorted(track.time_s, time_s), 0, len(track.time_s) - 1)
    before = np.where(track.time_s[after] == time_s, after, np.maximum(after - 1, 0))
    t0, t1 = track.time_s[before], track.time_s[after]
    interval_s = t1 - t0
    share = np.divide(time_s - t0, interval_s, out=np.zeros_like(interval_s), where=interval_s > 0)
    unknown = (time_s < t0) | (time_s > t1) | (interval_s > MAX_INTERVAL_S)
    lat = track.lat[before] + share * (track.lat[after] - track.lat[before])
    lon = wrap180(track.lon[before] + share * wrap180(track.lon[after] - track.lon[before]))
    heading = interpolate_angle(track.heading[before], track.heading[after], share)
    return (
        np.where(unknown, np.nan, lat),
        np.where(unknown, np.nan, lon),
        np.where(unknown, np.nan, heading),
    )
