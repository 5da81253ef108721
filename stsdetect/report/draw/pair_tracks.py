"""What the two ships of an event did around it: their fixes, the distance between them, their hulls."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from stsdetect.arrays import Floats
from stsdetect.geo.angles import interpolate_angle, wrap180
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.geo.hull import hull_corners_m, hull_gap_m
from stsdetect.itu import AT_REST, reporting_interval_s
from stsdetect.units import KN_TO_MPS

MAX_HOLE_S = 3600.0
"""Longer holes between fixes are shown as holes: nothing is drawn across them."""


class Size(NamedTuple):
    """Where the hull lies about the antenna [m], as broadcast."""

    to_bow: float
    to_stern: float
    to_port: float
    to_starboard: float
    placed: bool = True  # False: only length and beam were broadcast, the antenna is taken amidships


ASSUMED_SIZE = Size(72.0, 18.0, 7.0, 7.0, placed=False)
"""The dashed outline drawn for a ship that broadcast no size."""


class Track(NamedTuple):
    """One ship's fixes in a window, by time."""

    time_s: Floats  # since the epoch
    lat: Floats
    lon: Floats
    sog: Floats
    heading: Floats
    interval_s: Floats  # at which the ship was due to report

    def between(self, start_s: float, end_s: float) -> Self:
        """The fixes in a span, ends included."""
        first = np.searchsorted(self.time_s, start_s)
        last = np.searchsorted(self.time_s, end_s, side="right")
        return type(self)(*(v[first:last] for v in self))


NO_TRACK = Track(*(np.empty(0),) * 6)
"""Of a ship of which no fix is given."""


class Hull(NamedTuple):
    """One hull at an instant: antenna in metres from the middle of the pair, outline where it is known."""

    east_m: float
    north_m: float
    heading: float  # NaN where it was not broadcast
    size: Size | None  # None where it was not broadcast

    @property
    def sure(self) -> bool:
        """Whether nothing about the outline is assumed."""
        return self.size is not None and self.size.placed and bool(np.isfinite(self.heading))


class Instant(NamedTuple):
    """Both ships at one instant; None for a ship without fixes near it."""

    time_s: float
    hulls: tuple[Hull | None, Hull | None]
    distance_m: float
    hull_gap_m: float


def track_of(points: pd.DataFrame) -> Track:
    """Arrays of one ship's POINTS, already in order of time."""
    time_s = points["timestamp"].to_numpy(dtype="datetime64[ms]").astype(np.int64) / 1000.0
    lat, lon, sog, heading = (points[c].to_numpy(dtype=np.float64) for c in ("lat", "lon", "sog", "heading"))
    return Track(time_s, lat, lon, sog, heading, _nominal_interval_s(points))


def expected_reports(track: Track, start_s: float, end_s: float) -> float:
    """Reports that the ship was due to send in a span, by the rate that went with its latest fix.

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


def holes(
    track: Track, start_s: float, end_s: float, *, max_interval_s: float = MAX_HOLE_S
) -> list[tuple[float, float]]:
    """Spans of [start_s, end_s] in which a ship was not heard for longer than `max_interval_s`.

    Examples
    --------
    >>> nan = np.zeros(3)
    >>> holes(Track(np.array([0.0, 600.0, 9000.0]), nan, nan, nan, nan, nan), 0.0, 9600.0)
    [(600.0, 9000.0)]
    """
    edges = np.concatenate([[start_s], np.clip(track.time_s, start_s, end_s), [end_s]])
    wide = np.flatnonzero(np.diff(edges) > max_interval_s)
    return [(float(edges[i]), float(edges[i + 1])) for i in wide]


def speeds_kn(track: Track) -> tuple[Floats, Floats, bool]:
    """Speed over time: as broadcast, or between fixes where the feed carries none.

    Returns
    -------
    time_s, sog : numpy.ndarray
        Instants and speeds [kn].
    broadcast : bool
        False where the speed was derived.
    """
    if np.isfinite(track.sog).any() or len(track.time_s) < 2:
        return track.time_s, track.sog, True
    way = distance_m(track.lat[:-1], track.lon[:-1], track.lat[1:], track.lon[1:])
    took = np.diff(track.time_s)
    fair = (took > 0) & (took <= MAX_HOLE_S)
    return (track.time_s[:-1] + took / 2)[fair], (way[fair] / took[fair]) / KN_TO_MPS, False


def distances(one: Track, two: Track) -> tuple[Floats, Floats]:
    """Antenna distance at each fix of either ship, the other interpolated over at most `MAX_HOLE_S`.

    Returns
    -------
    time_s, distance : numpy.ndarray
        In order of time; distance in [m].
    """
    time_s = np.unique(np.concatenate([one.time_s, two.time_s]))
    lat_1, lon_1, _ = _at(one, time_s)
    lat_2, lon_2, _ = _at(two, time_s)
    apart = distance_m(lat_1, lon_1, lat_2, lon_2)
    known = np.isfinite(apart)
    return time_s[known], apart[known]


def hull_gaps(one: Track, two: Track, size_1: Size | None, size_2: Size | None) -> tuple[Floats, Floats]:
    """Hull gap at each fix of either ship, where both sizes and headings were broadcast.

    Returns
    -------
    time_s, gap : numpy.ndarray
        In order of time; gap in [m], only below 5 km.
    """
    if size_1 is None or size_2 is None or not (size_1.placed and size_2.placed):
        return np.empty(0), np.empty(0)
    time_s = np.unique(np.concatenate([one.time_s, two.time_s]))
    lat_1, lon_1, heading_1 = _at(one, time_s)
    lat_2, lon_2, heading_2 = _at(two, time_s)
    east, north = local_offset_m(lat_1, lon_1, lat_2, lon_2)
    known = np.isfinite(heading_1 + heading_2) & (np.hypot(east, north) < 5000.0)
    first = hull_corners_m(*size_1[:4], heading_1[known])
    second = hull_corners_m(*size_2[:4], heading_2[known], east[known], north[known])
    return time_s[known], hull_gap_m(first, second)


def instants(
    one: Track, two: Track, size_1: Size | None, size_2: Size | None, times_s: list[float]
) -> list[Instant]:
    """Both hulls at given instants, in a plane about the middle between them."""
    out = []
    for time_s in times_s:
        at = np.array([time_s])
        states = [_at(track, at) for track in (one, two)]
        seen = [bool(np.isfinite(lat[0])) for lat, *_ in states]
        known = [(lat[0], lon[0]) for (lat, lon, *_), s in zip(states, seen, strict=True) if s]
        lat_0, lon_0 = _middle(known) if known else (np.nan, np.nan)
        hulls: list[Hull | None] = []
        for (lat, lon, heading), s, size in zip(states, seen, (size_1, size_2), strict=True):
            east, north = local_offset_m(lat_0, lon_0, lat[0], lon[0])
            hulls.append(Hull(float(east), float(north), float(heading[0]), size) if s else None)
        apart, gap = _between(*hulls)
        out.append(Instant(time_s, (hulls[0], hulls[1]), apart, gap))
    return out


def _nominal_interval_s(points: pd.DataFrame) -> Floats:
    return reporting_interval_s(
        points["sog"].fillna(0.0).to_numpy(),
        at_rest=points["nav_status"].isin(AT_REST).to_numpy(),
        class_b=(points["ais_class"] == "B").to_numpy(),
    )


def _between(one: Hull | None, two: Hull | None) -> tuple[float, float]:
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


def _at(track: Track, time_s: Floats) -> tuple[Floats, Floats, Floats]:
    """Latitude, longitude and heading; NaN in and beyond holes."""
    if not len(track.time_s):
        return tuple(np.full(time_s.shape, np.nan) for _ in range(3))  # type: ignore[return-value]
    after = np.clip(np.searchsorted(track.time_s, time_s), 0, len(track.time_s) - 1)
    before = np.where(track.time_s[after] == time_s, after, np.maximum(after - 1, 0))
    t0, t1 = track.time_s[before], track.time_s[after]
    hole = t1 - t0
    share = np.divide(time_s - t0, hole, out=np.zeros_like(hole), where=hole > 0)
    outside = (time_s < t0) | (time_s > t1) | (hole > MAX_HOLE_S)
    lat = track.lat[before] + share * (track.lat[after] - track.lat[before])
    lon = wrap180(track.lon[before] + share * wrap180(track.lon[after] - track.lon[before]))
    heading = interpolate_angle(track.heading[before], track.heading[after], share)
    return (
        np.where(outside, np.nan, lat),
        np.where(outside, np.nan, lon),
        np.where(outside, np.nan, heading),
    )
