"""What a dump of real AIS holds that encounters can be planted into: tracks, rests, and legs under way.

The rests and legs are cut by rules of their own, not by those of the detector, which is to be measured.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.geo.land import is_land, shore_distance_m
from stsdetect.units import KN_TO_MPS, S_PER_DAY, S_PER_H

MAX_REST_KN = 1.2
MAX_REST_INTERVAL_S = 3600.0
MIN_REST_H = 2.5
MIN_REST_FIXES = 6
MAX_SPREAD_M = 800.0
MIN_SPREAD_M = 15.0  # a ship at a berth wanders by less, one at anchor or adrift by more
MIN_SHORE_M = 1000.0
MIN_ROOM_M = 300.0  # to the next ship, so that who lies beside whom is known

MIN_CIRCLE_M = 25.0
MAX_CIRCLE_SCATTER = 0.35
MAX_RESULTANT = 0.9  # of headings, a swing of some 50 degrees

MIN_LEG_KN = 3.0
MAX_LEG_KN = 35.0
MAX_LEG_INTERVAL_S = 1800.0
MIN_LEG_H = 0.5

MIN_DECIDED = 5  # rests that a feed must have
MIN_HEADING_SHARE = 0.5
MAX_DECIDED_INTERVAL_S = 1200.0
MIN_GAP_S = 2.0 * S_PER_H
MAX_GAPS_PER_SHIP_DAY = 0.25
MAX_SHIP_DAY_INTERVAL_S = S_PER_DAY


class Track(NamedTuple):
    """Fixes of one ship in order of time; what was not broadcast is NaN."""

    mmsi: int
    time_s: Floats
    lat: Floats
    lon: Floats
    sog: Floats
    cog: Floats
    heading: Floats
    status: Floats

    def part(self, first: int, last: int) -> Track:
        """Fixes from `first` up to `last`, which is not included."""
        return Track(self.mmsi, *(values[first:last] for values in self[1:]))

    def between(self, start_s: float, end_s: float) -> Track:
        """Fixes in a span of time, its ends included."""
        first, last = np.searchsorted(self.time_s, start_s), np.searchsorted(self.time_s, end_s, "right")
        return self.part(int(first), int(last))

    @property
    def hours(self) -> float:
        """Time from the first to the last fix [h]."""
        return float(self.time_s[-1] - self.time_s[0]) / S_PER_H

    @property
    def has_headings(self) -> bool:
        """Whether most fixes carry a heading."""
        return bool(np.isfinite(self.heading).mean() >= MIN_HEADING_SHARE)


class RealFeed(NamedTuple):
    """Tracks of a dump, and the parts of them that planting needs."""

    tracks: dict[int, Track]
    rests: list[Track]
    """At anchor or adrift, off the shore and away from other ships."""
    all_rests: list[Track]
    """All rests, berths included: when ships that lie still are received."""
    legs: list[Track]
    """Under way without interruption."""
    reach_m: dict[int, float]
    """From the antenna to the point about which a ship swings at rest, where its swings show it."""

    @property
    def ship_days(self) -> float:
        """Time between successive fixes of a ship, intervals over a day left out [d]."""
        steps = [np.diff(track.time_s) for track in self.tracks.values()]
        return float(sum(s[s <= MAX_SHIP_DAY_INTERVAL_S].sum() for s in steps)) / S_PER_DAY

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last time of any fix."""
        times = [(track.time_s[0], track.time_s[-1]) for track in self.tracks.values()]
        return float(min(first for first, _ in times)), float(max(last for _, last in times))

    @property
    def gaps_per_ship_day(self) -> float:
        """How often a real ship is in a gap of two hours and more, whatever the reason [1/d]."""
        steps = np.concatenate([np.diff(track.time_s) for track in self.tracks.values()] or [np.zeros(0)])
        gaps = (steps >= MIN_GAP_S) & (steps <= MAX_SHIP_DAY_INTERVAL_S)
        return float(gaps.sum()) / max(self.ship_days, 1e-9)

    def undecided(self) -> dict[str, str]:
        """Why the feed decides nothing about a kind of encounter; empty where it decides.

        Keys are ``seen``, ``half_dark`` and ``solo``.
        """
        dense = [rest for rest in self.rests if np.median(np.diff(rest.time_s)) <= MAX_DECIDED_INTERVAL_S]
        headed = [rest for rest in dense if rest.has_headings]
        out = {}
        if len(dense) < MIN_DECIDED:
            out["seen"] = f"{len(dense)} rests off the shore, {MIN_DECIDED} needed"
            out["half_dark"] = out["seen"]
        elif (gaps := self.gaps_per_ship_day) > MAX_GAPS_PER_SHIP_DAY:
            out["half_dark"] = f"{gaps:.1f} gaps of 2 h and more per ship-day; a switch-off is one of many"
        if len(headed) < MIN_DECIDED:
            out["solo"] = f"{len(headed)} rests off the shore with headings, {MIN_DECIDED} needed"
        return out


def read_feed(positions: pl.DataFrame) -> RealFeed:
    """Cut the tracks of a dump into rests and legs.

    Parameters
    ----------
    positions : polars.DataFrame
        Valid POSITIONS, as read from the dump.

    Examples
    --------
    >>> from stsdetect.schema import POSITIONS
    >>> read_feed(POSITIONS.optional(None)).ship_days
    0.0
    """
    tracks = _tracks(positions)
    rests = [rest for track in tracks.values() for rest in _rests(track)]
    legs = [leg for track in tracks.values() for leg in _legs(track)]
    off_shore = _off_shore(rests)
    reach: dict[int, list[float]] = {}
    for rest in off_shore:
        if (fitted := _reach_m(rest)) is not None:
            reach.setdefault(rest.mmsi, []).append(fitted)
    return RealFeed(
        tracks,
        [rest for rest in off_shore if _alone(rest, tracks)],
        rests,
        legs,
        {mmsi: float(np.median(values)) for mmsi, values in reach.items()},
    )


def as_track(mmsi: int, time_s: Floats, lat: Floats, lon: Floats, heading: Floats, status: float) -> Track:
    """A track of true places and headings, without the speed and course that are broadcast."""
    none = np.full(len(time_s), np.nan)
    return Track(mmsi, time_s, lat, lon, none, none, heading, np.full(len(time_s), status))


def in_open_water(lat: Floats, lon: Floats, min_shore_m: float = MIN_SHORE_M) -> Bools:
    """Whether places are at sea and at least that far from the shore."""
    lat, lon = np.atleast_1d(lat), np.atleast_1d(lon)
    return np.asarray(~is_land(lat, lon) & (shore_distance_m(lat, lon) >= min_shore_m))


def spread_m(track: Track) -> float:
    """Distance from the median place that a twentieth of the fixes exceed [m]."""
    away = distance_m(np.median(track.lat), np.median(track.lon), track.lat, track.lon)
    return float(np.quantile(away, 0.95))


def circle_of(east: Floats, north: Floats) -> tuple[tuple[float, float], float, float]:
    """Centre, radius and scatter of the circle through points, by least squares of the squared radius.

    Examples
    --------
    >>> angle = np.linspace(0.0, 3.0, 9)
    >>> centre, radius, scatter = circle_of(5.0 + 60.0 * np.sin(angle), 60.0 * np.cos(angle))
    >>> round(centre[0]), round(radius), round(scatter)
    (5, 60, 0)
    """
    known = np.column_stack([2.0 * east, 2.0 * north, np.ones(len(east))])
    (x, y, c), *_ = np.linalg.lstsq(known, east**2 + north**2, rcond=None)
    radius = float(np.sqrt(max(c + x**2 + y**2, 0.0)))
    scatter = float(np.std(np.hypot(east - x, north - y)))
    return (float(x), float(y)), radius, scatter


def shows_circle(rest: Track) -> bool:
    """Whether the positions of a rest lie on a circle that shows which way the ship lay."""
    east, north = _offsets_m(rest)
    _, radius, scatter = circle_of(east, north)
    return MIN_CIRCLE_M <= radius <= 2.0 * spread_m(rest) and scatter < MAX_CIRCLE_SCATTER * radius


def _reach_m(rest: Track) -> float | None:
    """From the antenna to the centre of the swing [m]; None where the ship hardly swung."""
    known = np.isfinite(rest.heading)
    east, north = _offsets_m(rest)
    if not rest.has_headings:
        return circle_of(east, north)[1] if shows_circle(rest) else None
    ahead = np.exp(1j * (np.pi / 2.0 - np.radians(rest.heading[known])))
    if abs(ahead.mean()) > MAX_RESULTANT:
        return None
    place = (east + 1j * north)[known]
    terms = np.column_stack([np.ones(len(ahead)), ahead])
    (_, w), *_ = np.linalg.lstsq(terms, place, rcond=None)
    return float(abs(w))


def _offsets_m(rest: Track) -> tuple[Floats, Floats]:
    return local_offset_m(np.median(rest.lat), np.median(rest.lon), rest.lat, rest.lon)


def _tracks(positions: pl.DataFrame) -> dict[int, Track]:
    """One track per MMSI of a ship; of fixes of one second the first."""
    ships = (
        positions.filter(
            pl.col("ais_class").is_in(["A", "B", "U"])
            & ((pl.col("mmsi") < 0) | pl.col("mmsi").is_between(200_000_000, 799_999_999))
        )
        .sort("mmsi", "timestamp", maintain_order=True)
        .unique(["mmsi", "timestamp"], keep="first", maintain_order=True)
        .with_columns(time_s=pl.col("timestamp").dt.epoch("ms") / 1000.0)
    )
    columns = ("time_s", "lat", "lon", "sog", "cog", "heading", "nav_status")
    out = {}
    for (mmsi,), ship in ships.group_by("mmsi", maintain_order=True):
        values = [ship[c].cast(pl.Float64).fill_null(float("nan")).to_numpy() for c in columns]
        out[int(str(mmsi))] = Track(int(str(mmsi)), *values)
    return out


def _speed_kn(track: Track) -> Floats:
    """Speed over ground as broadcast, or else from the fixes before and after [kn]."""
    n = len(track.time_s)
    before, after = np.maximum(np.arange(n) - 1, 0), np.minimum(np.arange(n) + 1, n - 1)
    moved = distance_m(track.lat[before], track.lon[before], track.lat[after], track.lon[after])
    seconds = np.maximum(track.time_s[after] - track.time_s[before], 1.0)
    return np.where(np.isfinite(track.sog), track.sog, moved / seconds / KN_TO_MPS)


def _runs(holds: Bools, time_s: Floats, max_interval_s: float) -> list[tuple[int, int]]:
    """First and last (not included) of runs of fixes for which it holds, without a longer interval."""
    if not len(holds):
        return []
    breaks = np.flatnonzero((holds[1:] != holds[:-1]) | (np.diff(time_s) > max_interval_s)) + 1
    edges: Ints = np.concatenate([[0], breaks, [len(holds)]]).astype(np.int64)
    return [(int(a), int(b)) for a, b in itertools.pairwise(edges) if holds[a]]


def _rests(track: Track) -> list[Track]:
    """Parts of a track in which the ship lay still, or drifted slowly."""
    slow = _speed_kn(track) <= MAX_REST_KN
    parts = [track.part(a, b) for a, b in _runs(slow, track.time_s, MAX_REST_INTERVAL_S)]
    return [
        part
        for part in parts
        if len(part.time_s) >= MIN_REST_FIXES and part.hours >= MIN_REST_H and spread_m(part) <= MAX_SPREAD_M
    ]


def _legs(track: Track) -> list[Track]:
    """Parts of a track in which the ship was under way."""
    speed = _speed_kn(track)
    sails = (speed >= MIN_LEG_KN) & (speed <= MAX_LEG_KN)
    parts = [track.part(a, b) for a, b in _runs(sails, track.time_s, MAX_LEG_INTERVAL_S)]
    return [part for part in parts if len(part.time_s) > 2 and part.hours >= MIN_LEG_H and _plausible(part)]


def _plausible(leg: Track) -> bool:
    """Whether no step of a leg is faster than a ship, by more than an error of position."""
    moved = distance_m(leg.lat[:-1], leg.lon[:-1], leg.lat[1:], leg.lon[1:])
    return bool((moved <= MAX_LEG_KN * KN_TO_MPS * np.diff(leg.time_s) + 200.0).all())


def _off_shore(rests: list[Track]) -> list[Track]:
    """Rests of ships at anchor or adrift, by place and by how they wandered."""
    if not rests:
        return []
    lat, lon = (np.array([np.median(getattr(rest, c)) for rest in rests]) for c in ("lat", "lon"))
    open_water = in_open_water(lat, lon)
    return [r for r, off in zip(rests, open_water, strict=True) if off and spread_m(r) >= MIN_SPREAD_M]


def _alone(rest: Track, tracks: dict[int, Track]) -> bool:
    """Whether no other ship came near a rest while it lasted."""
    lat, lon = float(np.median(rest.lat)), float(np.median(rest.lon))
    for track in tracks.values():
        if track.mmsi == rest.mmsi or track.time_s[0] > rest.time_s[-1] or track.time_s[-1] < rest.time_s[0]:
            continue
        near = track.between(rest.time_s[0], rest.time_s[-1])
        if len(near.time_s) and (distance_m(lat, lon, near.lat, near.lon) < MIN_ROOM_M).any():
            return False
    return True
