"""Plant encounters into the tracks of a dump of real AIS: an invented guest, or an invented host.

Three kinds. ``seen``: an invented ship comes to a real one at rest, lies alongside and leaves. ``half_dark``:
the same, but one of the two is switched off around it. ``solo``: a real ship under way turns off, lies at an
invented host at anchor that is never in the dump, and sails on later.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.experiments.planted.invented_ship import (
    TIDE_S,
    Hull,
    draw_alongside,
    draw_hull,
    draw_hull_of_reach,
    guest_antenna_m,
    heading_of,
    host_bow_m,
    reporting_times,
    turned,
)
from stsdetect.experiments.planted.passages import coming_and_going, detour_of
from stsdetect.experiments.planted.planted_rows import (
    Plant,
    plan_of,
    static_with_plants,
    truth_of,
    with_plants,
)
from stsdetect.experiments.planted.real_feed import RealFeed, Track, as_track, in_open_water
from stsdetect.geo.geodesy import distance_m, move
from stsdetect.itu import CARGO, TANKER
from stsdetect.units import S_PER_DAY, S_PER_H, S_PER_MIN

KINDS = ("seen", "half_dark", "solo")

_TRIES = 300
_MARGIN_S = 1800.0
_MIN_LENGTH_S = 2.0 * S_PER_H
_MAX_HULL_M = 400.0  # longer ones are typing errors
_MAX_INTERVAL_S = 2400.0  # between fixes of the real ship, along which the invented one is placed
_APART_M, _APART_S = 3_000.0, S_PER_DAY
_SAME_SHIP_S = 3 * S_PER_DAY
_CLEAR_M = 500.0  # of an invented host from all real ships
_FIRST_SUFFIX = 990_000


class Planting(NamedTuple):
    """A dump with encounters planted in it, and what they are."""

    positions: pl.DataFrame
    """POSITIONS."""
    static: pl.DataFrame
    """STATIC."""
    truth: pl.DataFrame
    """TRUTH; `scenario` is the kind."""
    plan: pl.DataFrame
    """One row per encounter with what was drawn for it."""


def plant(
    feed: RealFeed, positions: pl.DataFrame, static: pl.DataFrame, *, seed: int, per_kind: int = 4
) -> Planting:
    """Plant encounters of each kind into a dump, as many as there is room for.

    Parameters
    ----------
    feed : RealFeed
        From `stsdetect.experiments.planted.real_feed.read_feed` of the same positions.
    positions : polars.DataFrame
        Valid POSITIONS, as read.
    static : polars.DataFrame
        Valid STATIC.
    seed : int
        The same seed plants the same encounters.
    per_kind : int
        Most encounters of each kind.

    Returns
    -------
    Planting
    """
    rng = np.random.default_rng(seed)
    plants: list[Plant] = []
    for kind in KINDS:
        found = 0
        for _ in range(_TRIES):
            if found == per_kind:
                break
            mmsi = _free_mmsi(feed, len(plants))
            if kind == "solo":
                made = _solo(feed, static, rng)
            else:
                # By turns the real and the invented ship is switched off.
                off = None if kind == "seen" else ("real", "invented")[found % 2]
                made = _pair(feed, static, rng, kind, mmsi, off)
            if made is not None and _apart(made, plants):
                plants.append(made)
                found += 1
    return Planting(
        with_plants(positions, plants),
        static_with_plants(static, plants, rng),
        truth_of(plants),
        plan_of(plants),
    )


def _pair(
    feed: RealFeed, static: pl.DataFrame, rng: np.random.Generator, kind: str, mmsi: int, off: str | None
) -> Plant | None:
    """An invented ship beside a real one at rest, of which one may be switched off around the encounter."""
    rests, legs = (
        [part for part in parts if _carries_cargo(static, part.mmsi)] for parts in (feed.rests, feed.legs)
    )
    if not rests or not legs:
        return None
    rest = rests[int(rng.integers(len(rests)))]
    # A ship that is switched off is received at the same place before and after.
    off_s = rng.uniform(0.3, 2.0, 2) * S_PER_H
    before_s, after_s = _MARGIN_S + (off_s if off == "real" else np.zeros(2))
    room_s = rest.time_s[-1] - rest.time_s[0] - before_s - after_s
    if room_s < _MIN_LENGTH_S:
        return None
    length_s = min(float(rng.uniform(2.0, 12.0)) * S_PER_H, room_s)
    start = rest.time_s[0] + before_s + float(rng.uniform(0.0, room_s - length_s))
    end = start + length_s
    fixes = rest.between(start - _MARGIN_S, end + _MARGIN_S).time_s
    if len(fixes) < 2 or np.diff(fixes).max() > _MAX_INTERVAL_S:
        return None
    times = reporting_times(feed.rests, start, end, rng)
    before, after = (legs[int(k)] for k in rng.integers(len(legs), size=2))
    donor = before.mmsi
    if len(times) < 2 or donor == rest.mmsi:
        return None
    host, guest = _hull(feed, static, rest.mmsi, rng), _hull(feed, static, donor, rng)
    lies = draw_alongside(rng, host, guest)
    heading, heading_from = heading_of(rest, times, rng)
    east, north, guest_heading = guest_antenna_m(host, guest, lies, heading, rng, times)
    from_antenna = turned(host.antenna_forward_m, host.antenna_starboard_m, heading)
    at = (np.interp(times, rest.time_s, rest.lat), np.interp(times, rest.time_s, rest.lon))
    lat, lon = move(*at, east - from_antenna[0], north - from_antenna[1])
    beside = as_track(mmsi, times, lat, lon, guest_heading, _status_at_rest(feed, rng))
    track = coming_and_going(feed, beside, before, after, rng)
    if track is None:
        return None
    dark = start - float(off_s[0]), end + float(off_s[1])
    if off == "invented":
        kept = (track.time_s < dark[0]) | (track.time_s > dark[1])
        track = Track(mmsi, *(values[kept] for values in track[1:]))
        if not (track.time_s < start).any() or not (track.time_s > end).any():
            return None
    return Plant(
        kind=kind,
        real=rest.mmsi,
        invented=mmsi,
        switched_off={None: None, "real": rest.mmsi, "invented": mmsi}[off],
        start_s=start,
        end_s=end,
        lat=float(np.median(lat)),
        lon=float(np.median(lon)),
        drawn=lies._asdict()
        | {"heading_from": heading_from, "fixes_of_guest": len(times), "length_m": guest.length_m}
        | {"swing_deg": _swing_deg(heading)}
        | {"host_length_m": host.length_m},
        new=[track],
        dropped=[(rest.mmsi, *dark)] if off == "real" else [],
        shifted=[],
        donor=donor,
        draught_change_m=_draught_change_m(rng),
    )


def _solo(feed: RealFeed, static: pl.DataFrame, rng: np.random.Generator) -> Plant | None:
    """A real ship under way that turns off to an invented host at anchor."""
    legs = [leg for leg in feed.legs if _carries_cargo(static, leg.mmsi)]
    if not legs or not feed.rests:
        return None
    leg = legs[int(rng.integers(len(legs)))]
    anchored = feed.rests[int(rng.integers(len(feed.rests)))]
    at = int(rng.integers(1, len(leg.time_s) - 1))
    leave_s, lat, lon = float(leg.time_s[at]), float(leg.lat[at]), float(leg.lon[at])
    length_s = float(np.exp(rng.uniform(np.log(2.0), np.log(16.0)))) * S_PER_H
    place = _host_place(anchored, lat, lon, rng)
    if place is None or anchored.hours * S_PER_H < length_s:
        return None
    speed_mps = float(np.clip(np.median(_speed_mps(leg)), 2.5, 8.0))
    off = distance_m(lat, lon, *place)
    transit_s = float(off) / speed_mps
    approach_s, leaving_s = rng.uniform(15.0 * S_PER_MIN, 45.0 * S_PER_MIN, 2)
    start = leave_s + transit_s + float(approach_s)
    end = start + length_s
    back_s = end + float(leaving_s) + transit_s
    last_s = feed.span_s[1]
    if back_s + S_PER_H > last_s or not _is_clear(feed, place, start, end):
        return None
    times = reporting_times(feed.rests, start, end, rng)
    if len(times) < 2:
        return None
    ship, host = _hull(feed, static, leg.mmsi, rng), draw_hull(rng, float(rng.uniform(80.0, 330.0)))
    lies = draw_alongside(rng, host, ship)
    # Wind and tide as a real ship at anchor nearby had them then, or so many tides earlier or later.
    moved_s = _tides_between(anchored, start, end)
    host_heading, heading_from = heading_of(anchored, times - moved_s, rng)
    bow_east, bow_north, chain = host_bow_m(times, host_heading, rng)
    to_midships = turned(-host.length_m / 2.0, 0.0, host_heading)
    east, north, heading = guest_antenna_m(host, ship, lies, host_heading, rng, times)
    beside_at = move(*place, bow_east + to_midships[0] + east, bow_north + to_midships[1] + north)
    beside = as_track(leg.mmsi, times, *beside_at, heading, _status_at_rest(feed, rng))
    detour = detour_of(feed, leg, (lat, lon), leave_s, back_s, beside, rng)
    if detour is None:
        return None
    lost_s = back_s - leave_s
    whole = feed.tracks[leg.mmsi]
    until = _absorbed_at(whole, leave_s, lost_s)
    after = whole.between(leave_s + 0.001, until).time_s
    if not len(after) or after[0] + lost_s > last_s:
        return None
    return Plant(
        kind="solo",
        real=leg.mmsi,
        invented=None,
        switched_off=None,
        start_s=start,
        end_s=end,
        lat=place[0],
        lon=place[1],
        drawn=lies._asdict()
        | chain
        | {"heading_from": heading_from, "same_hours": moved_s == 0.0, "fixes_of_guest": len(times)}
        | {"length_m": ship.length_m, "host_length_m": host.length_m}
        | {"swing_deg": _swing_deg(host_heading)},
        new=[detour],
        dropped=[],
        shifted=[(leg.mmsi, leave_s + 0.001, until, lost_s)],
        donor=leg.mmsi,
        draught_change_m=_draught_change_m(rng),
    )


def _host_place(
    anchored: Track, lat: float, lon: float, rng: np.random.Generator
) -> tuple[float, float] | None:
    """Where an invented host has its anchor: near a real ship's, or between it and the leg."""
    centre = float(np.median(anchored.lat)), float(np.median(anchored.lon))
    off = turned(float(rng.uniform(600.0, 4000.0)), 0.0, np.array(rng.uniform(0.0, 360.0)))
    at = move(*centre, *off)
    place = float(at[0]), float(at[1])
    if not 1_500.0 <= distance_m(lat, lon, *place) <= 40_000.0:
        return None
    return place if bool(in_open_water(np.array([place[0]]), np.array([place[1]]))[0]) else None


def _is_clear(feed: RealFeed, place: tuple[float, float], start_s: float, end_s: float) -> bool:
    """Whether no real ship lies at the place of an invented host."""
    for track in feed.tracks.values():
        near = track.between(start_s - _MARGIN_S, end_s + _MARGIN_S)
        if len(near.time_s) and (distance_m(*place, near.lat, near.lon) < _CLEAR_M).any():
            return False
    return True


def _tides_between(anchored: Track, start_s: float, end_s: float) -> float:
    """Whole tides from a rest to a span of time [s]; 0 where the rest covers it."""
    if anchored.time_s[0] <= start_s and anchored.time_s[-1] >= end_s:
        return 0.0
    middle = (anchored.time_s[0] + anchored.time_s[-1]) / 2.0
    return float(np.round(((start_s + end_s) / 2.0 - middle) / TIDE_S)) * TIDE_S


def _absorbed_at(track: Track, after_s: float, lost_s: float) -> float:
    """Until when a ship is late: up to an interval so long that it catches up."""
    later = track.time_s[track.time_s > after_s]
    long = np.flatnonzero(np.diff(later) > lost_s + S_PER_H)
    return float(later[long[0]] if len(long) else later[-1]) if len(later) else after_s


def _hull(feed: RealFeed, static: pl.DataFrame, mmsi: int, rng: np.random.Generator) -> Hull:
    """The hull of a real ship as broadcast, or one that fits its swings, or any."""
    known = static.filter((pl.col("mmsi") == mmsi) & (pl.col("to_bow") + pl.col("to_stern") > 0)).tail(1)
    for row in known.iter_rows(named=True):
        length = row["to_bow"] + row["to_stern"]
        if length > _MAX_HULL_M:
            break
        beam = (row["to_port"] or 0.0) + (row["to_starboard"] or 0.0)
        starboard = (row["to_port"] or 0.0) - beam / 2.0
        return Hull(length, beam or length / 6.0, length / 2.0 - row["to_bow"], starboard)
    if mmsi in feed.reach_m:
        return draw_hull_of_reach(rng, feed.reach_m[mmsi])
    return draw_hull(rng)


def _carries_cargo(static: pl.DataFrame, mmsi: int) -> bool:
    """Whether a ship is a cargo ship or tanker, or of a type that the dump does not give."""
    types = static.filter((pl.col("mmsi") == mmsi) & pl.col("ship_type").is_not_null())["ship_type"]
    return types.is_empty() or CARGO[0] <= int(types[-1]) <= TANKER[1]


def _status_at_rest(feed: RealFeed, rng: np.random.Generator) -> float:
    """A status that some real ship of the feed has at rest."""
    rest = feed.rests[int(rng.integers(len(feed.rests)))]
    known = rest.status[np.isfinite(rest.status)]
    return float(known[int(rng.integers(len(known)))]) if len(known) else float("nan")


def _swing_deg(heading: Floats) -> float:
    """How far a host turned while the guest was received, a tenth of the fixes at either end left out."""
    turn = np.unwrap(np.radians(heading))
    return float(np.degrees(np.quantile(turn, 0.9) - np.quantile(turn, 0.1)))


def _draught_change_m(rng: np.random.Generator) -> float:
    """Of the seen ship, if the feed has draughts: crews of three ships in five enter it."""
    return float(rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 3.0)) if rng.random() < 0.6 else 0.0


def _speed_mps(leg: Track) -> Floats:
    moved = distance_m(leg.lat[:-1], leg.lon[:-1], leg.lat[1:], leg.lon[1:])
    return np.asarray(moved / np.maximum(np.diff(leg.time_s), 1.0))


def _apart(made: Plant, plants: list[Plant]) -> bool:
    """Whether an encounter is far from the others, and its real ship is not in another at about that time."""
    for other in plants:
        days_apart = max(made.start_s - other.end_s, other.start_s - made.end_s)
        near = distance_m(made.lat, made.lon, other.lat, other.lon) < _APART_M
        same = made.real in (other.real, other.donor)
        if (near and days_apart < _APART_S) or (same and days_apart < _SAME_SHIP_S):
            return False
    return True


def _free_mmsi(feed: RealFeed, nth: int) -> int:
    """An MMSI that is not in the feed; a negative stand-in where the feed has no MMSIs."""
    first = next(iter(feed.tracks), 1)
    if first < 0:
        return -(10**12) - nth
    mid = first // 1_000_000
    free = (mid * 1_000_000 + _FIRST_SUFFIX + k for k in range(10_000))
    return [m for m in (next(free) for _ in range(nth + 200)) if m not in feed.tracks][nth]
