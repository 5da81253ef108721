"""Passages of an invented ship: how it comes and goes, and the detour of a real one, at real intervals."""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import Floats
from stsdetect.experiments.planted.invented_ship import broadcast, draw_instruments, turned
from stsdetect.experiments.planted.real_feed import RealFeed, Track, as_track, in_open_water
from stsdetect.geo.angles import wrap180, wrap360
from stsdetect.geo.geodesy import local_offset_m, move
from stsdetect.units import S_PER_H, S_PER_MIN

_MIN_SHORE_M = 300.0
_TURNS = 24  # directions tried for a real leg that is moved
_MAX_FALL = 0.4
_TURN_FROM = 0.7  # share of the time of a passage


def coming_and_going(
    feed: RealFeed, beside: Track, before: Track, after: Track, rng: np.random.Generator
) -> Track | None:
    """The track of an invented ship: a real ship's leg that ends here, the encounter, and another's leg."""
    parts = [_as_broadcast(feed, beside, rng, at_rest=True, donor=before)]
    for leg, comes in ((before, True), (after, False)):
        end = beside.part(0, 1) if comes else beside.part(len(beside.time_s) - 1, len(beside.time_s))
        wait_s = float(rng.uniform(15.0, 45.0)) * S_PER_MIN
        moved = _moved_leg(feed, leg, end, wait_s, comes=comes, rng=rng)
        if moved is None:
            return None
        moved = moved._replace(mmsi=beside.mmsi)
        far = moved.part(len(moved.time_s) - 1, len(moved.time_s)) if comes else moved.part(0, 1)
        between = _between(*((far, end) if comes else (end, far)), np.diff(leg.time_s), rng, comes=comes)
        close = _as_broadcast(feed, between, rng, at_rest=False, donor=before)
        if not parts[0].has_headings:
            moved = moved._replace(heading=np.full(len(moved.time_s), np.nan))
        parts = [moved, close, *parts] if comes else [*parts, close, moved]
    # A fix outside the time of the feed would put every other ship in a gap.
    return _joined(parts).between(*feed.span_s)


def _moved_leg(
    feed: RealFeed, leg: Track, end: Track, wait_s: float, *, comes: bool, rng: np.random.Generator
) -> Track | None:
    """A real leg turned and moved so that it ends, or begins, near the encounter; as far as it is at sea."""
    hours = float(rng.uniform(1.0, 6.0))
    span = (
        (leg.time_s[-1] - hours * S_PER_H, leg.time_s[-1])
        if comes
        else (leg.time_s[0], leg.time_s[0] + hours * S_PER_H)
    )
    leg = leg.between(*span)
    near = -1 if comes else 0
    east, north = local_offset_m(leg.lat[near], leg.lon[near], leg.lat, leg.lon)
    shift_s = float(end.time_s[0]) + (-wait_s if comes else wait_s) - float(leg.time_s[near])
    box = _box(feed)
    for _ in range(_TURNS):
        turn = float(rng.uniform(0.0, 360.0))
        away = float(rng.uniform(800.0, 2500.0))
        bearing = float(rng.uniform(0.0, 360.0))
        moved_east, moved_north = turned(north, east, np.full(len(east), turn))
        begin = turned(away, 0.0, np.array(bearing))
        lat, lon = move(end.lat[0], end.lon[0], moved_east + begin[0], moved_north + begin[1])
        fits = in_open_water(lat, lon, _MIN_SHORE_M)
        fits &= (lat >= box[0]) & (lat <= box[1]) & (lon >= box[2]) & (lon <= box[3])
        out = np.flatnonzero(~fits)
        first, last = (
            (int(out[-1]) + 1 if len(out) else 0, len(lat))
            if comes
            else (0, int(out[0]) if len(out) else len(lat))
        )
        if last - first >= 3 and abs(leg.time_s[last - 1] - leg.time_s[first]) >= 0.3 * S_PER_H:
            moved = Track(
                leg.mmsi,
                leg.time_s + shift_s,
                lat,
                lon,
                leg.sog,
                wrap360(leg.cog + turn),
                wrap360(leg.heading + turn),
                leg.status,
            )
            return moved.part(first, last)
    return None


def detour_of(
    feed: RealFeed,
    leg: Track,
    from_place: tuple[float, float],
    leave_s: float,
    back_s: float,
    beside: Track,
    rng: np.random.Generator,
) -> Track | None:
    """From the leg to the host and back, with the ship's own reporting intervals."""
    first, last = beside.part(0, 1), beside.part(len(beside.time_s) - 1, len(beside.time_s))
    steps = np.diff(leg.time_s)
    lat, lon = (np.array([v]) for v in from_place)
    status = np.array([leg.status[0]])
    nan = np.full(1, np.nan)
    leaves = Track(leg.mmsi, np.array([leave_s]), lat, lon, nan, nan, nan, status)
    returns = leaves._replace(time_s=np.array([back_s]))
    there = _between(leaves, first, steps, rng, comes=True)
    back = _between(last, returns, steps, rng, comes=False)
    for path in (there, back):
        line = np.linspace(0.0, 1.0, 30)
        on_lat, on_lon = (v[0] + line * (w[0] - v[0]) for v, w in ((lat, first.lat), (lon, first.lon)))
        if not len(path.time_s) or not in_open_water(on_lat, on_lon, _MIN_SHORE_M).all():
            return None
    parts = [
        _as_broadcast(feed, there, rng, at_rest=False, donor=leg),
        _as_broadcast(feed, beside, rng, at_rest=True, donor=leg),
        _as_broadcast(feed, back, rng, at_rest=False, donor=leg),
    ]
    return _joined(parts)


def _between(one: Track, two: Track, steps: Floats, rng: np.random.Generator, *, comes: bool) -> Track:
    """A straight passage at the intervals of a real ship; one that comes slows down at its end."""
    span = float(two.time_s[0] - one.time_s[0])
    order = np.roll(steps, -int(rng.integers(len(steps))))
    times = np.cumsum(np.tile(order, int(np.ceil(span / order.sum())) + 1))
    times = times[times < span - 1.0]
    part = times / span
    fall = min(_MAX_FALL, 2400.0 / span)
    share = _eased(part, fall) if comes else 1.0 - _eased(1.0 - part, fall)
    lat = one.lat[0] + share * (two.lat[0] - one.lat[0])
    lon = one.lon[0] + share * (two.lon[0] - one.lon[0])
    east, north = local_offset_m(one.lat[0], one.lon[0], two.lat[0], two.lon[0])
    course = float(np.degrees(np.arctan2(east, north)))
    # It turns to, or from, its heading alongside near the other ship.
    alongside = float((two if comes else one).heading[0])
    turned_share = np.clip(((part if comes else 1.0 - part) - _TURN_FROM) / (1.0 - _TURN_FROM), 0.0, 1.0)
    heading = wrap360(course + turned_share * wrap180(alongside - course))
    sails = next((s for s in (one.status[0], two.status[0]) if s == 0.0), one.status[0])
    return as_track(one.mmsi, one.time_s[0] + times, lat, lon, heading, sails)


def _eased(part: Floats, fall: float) -> Floats:
    """Share of a way sailed at a share of its time: steady, then slower and slower over the last `fall`."""
    steady = 1.0 / (1.0 - fall / 2.0)
    late = np.maximum(part - (1.0 - fall), 0.0)
    return np.asarray(steady * (part - late**2 / (2.0 * fall)))


def _as_broadcast(
    feed: RealFeed, track: Track, rng: np.random.Generator, *, at_rest: bool, donor: Track
) -> Track:
    """A true track as received, with what the donor broadcasts."""
    whole = feed.tracks[donor.mmsi]
    return broadcast(
        track,
        draw_instruments(np.random.default_rng(abs(track.mmsi))),
        rng,
        at_rest=at_rest,
        with_sog=bool(np.isfinite(whole.sog).any()),
        with_cog=bool(np.isfinite(whole.cog).any()),
        with_heading=whole.has_headings,
    )


def _joined(parts: list[Track]) -> Track:
    columns = zip(*(part[1:] for part in parts), strict=True)
    return Track(parts[0].mmsi, *(np.concatenate(values) for values in columns))


def _box(feed: RealFeed) -> tuple[float, float, float, float]:
    """Extent of the feed: south, north, west, east [deg]."""
    lat = np.concatenate([t.lat for t in feed.tracks.values()])
    lon = np.concatenate([t.lon for t in feed.tracks.values()])
    return float(lat.min()), float(lat.max()), float(lon.min()), float(lon.max())
