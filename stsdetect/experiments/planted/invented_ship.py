"""Where an invented ship lies and what it broadcasts: hulls, fenders, chains, instruments, reporting times.

Every size, gap and error is drawn from a wide range of its own, not from the parameters of the detector or of
its simulator.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stsdetect.arrays import Floats
from stsdetect.experiments.planted.real_feed import Track, circle_of, shows_circle
from stsdetect.geo.angles import wrap360
from stsdetect.geo.geodesy import local_offset_m, move
from stsdetect.units import KN_TO_MPS, S_PER_H, S_PER_MIN

TIDE_S = 24.84 * S_PER_H  # two tides, so that the inequality of the two is kept as well
_GRID_S = 60.0
_SMOOTH_S = 1800.0
_MAX_LENGTH_M = 340.0  # a large tanker
_CIRCLE_MIN = 20  # steps of the grid


class Hull(NamedTuple):
    """A hull and its antenna: forward of midships and to starboard of the centreline [m]."""

    length_m: float
    beam_m: float
    antenna_forward_m: float
    antenna_starboard_m: float


class Alongside(NamedTuple):
    """How a guest lies at its host."""

    gap_m: float
    side: float
    """1 to starboard of the host, -1 to port."""
    ahead_m: float
    """Midships of the guest forward of that of the host."""
    opposite: bool
    yaw_deg: float


class Instruments(NamedTuple):
    """Errors of what a ship broadcasts."""

    position_m: float
    position_noise_m: float
    heading_bias_deg: float
    heading_noise_deg: float


def draw_hull(rng: np.random.Generator, length_m: float | None = None, beam_m: float | None = None) -> Hull:
    """A hull of 50 to 250 m, or one of a known size, its bridge mostly aft."""
    length = length_m or float(np.exp(rng.uniform(np.log(50.0), np.log(250.0))))
    beam = beam_m or length / float(rng.uniform(5.2, 7.5))
    aft = rng.random() < 0.8
    to_bow = length * float(rng.uniform(0.6, 0.95) if aft else rng.uniform(0.08, 0.4))
    return Hull(length, beam, length / 2.0 - to_bow, beam * float(rng.uniform(-0.35, 0.35)))


def draw_hull_of_reach(rng: np.random.Generator, reach_m: float) -> Hull:
    """A hull for a ship that swings that far from its antenna: bridge aft, and more or less chain to the bow.

    Examples
    --------
    >>> hull = draw_hull_of_reach(np.random.default_rng(0), 100.0)
    >>> 35.0 < hull.length_m / 2.0 - hull.antenna_forward_m < 100.0
    True
    """
    to_bow = min(reach_m * float(rng.uniform(0.35, 1.0)), 0.85 * _MAX_LENGTH_M)
    length = min(to_bow / float(rng.uniform(0.6, 0.95)), _MAX_LENGTH_M)
    beam = length / float(rng.uniform(5.2, 7.5))
    return Hull(length, beam, length / 2.0 - to_bow, beam * float(rng.uniform(-0.35, 0.35)))


def draw_alongside(rng: np.random.Generator, host: Hull, guest: Hull) -> Alongside:
    """A berth at a host: fenders of a third of a metre to 8 m, either side, either heading."""
    overlap = 0.35 * max(host.length_m, guest.length_m)
    return Alongside(
        gap_m=float(np.exp(rng.uniform(np.log(0.3), np.log(8.0)))),
        side=float(rng.choice([-1.0, 1.0])),
        ahead_m=float(rng.uniform(-overlap, overlap)),
        opposite=bool(rng.random() < 0.3),
        yaw_deg=float(rng.normal(0.0, 1.5)),
    )


def draw_instruments(rng: np.random.Generator) -> Instruments:
    """Errors of a GNSS receiver and a compass, from good to poor."""
    return Instruments(
        position_m=float(np.exp(rng.uniform(np.log(1.0), np.log(8.0)))),
        position_noise_m=float(np.exp(rng.uniform(np.log(0.3), np.log(3.0)))),
        heading_bias_deg=float(rng.normal(0.0, 1.5)),
        heading_noise_deg=float(rng.uniform(0.2, 1.0)),
    )


def guest_antenna_m(
    host: Hull, guest: Hull, lies: Alongside, host_heading: Floats, rng: np.random.Generator, time_s: Floats
) -> tuple[Floats, Floats, Floats]:
    """The guest's antenna, east and north of the host's midships [m], and the guest's true heading [deg].

    The guest works at its lines: gap, place along the hull and heading wander by a little.

    Examples
    --------
    >>> host, guest = Hull(200.0, 30.0, 0.0, 0.0), Hull(100.0, 16.0, 0.0, 0.0)
    >>> lies, rng = Alongside(2.0, 1.0, 10.0, False, 0.0), np.random.default_rng(0)
    >>> east, north, heading = guest_antenna_m(host, guest, lies, np.zeros(1), rng, np.zeros(1))
    >>> bool(abs(east[0] - 25.0) < 3), bool(abs(north[0] - 10.0) < 5), heading.round(-1).tolist()
    (True, True, [0.0])
    """
    wander = [wandering(rng, time_s, sd, 20.0 * S_PER_MIN) for sd in (0.4, 1.0, 0.8)]
    beside = host.beam_m / 2.0 + lies.gap_m + guest.beam_m / 2.0 + np.abs(wander[0])
    east, north = turned(lies.ahead_m + wander[1], lies.side * beside, host_heading)
    heading = host_heading + (180.0 if lies.opposite else 0.0) + lies.yaw_deg + wander[2]
    to_antenna = turned(guest.antenna_forward_m, guest.antenna_starboard_m, heading)
    return east + to_antenna[0], north + to_antenna[1], wrap360(heading)


def turned(forward_m: Floats | float, starboard_m: Floats | float, heading: Floats) -> tuple[Floats, Floats]:
    """East and north of what lies forward and to starboard in the frame of a hull [m].

    Examples
    --------
    >>> [round(float(v)) for v in turned(10.0, 1.0, np.array(90.0))]
    [10, -1]
    """
    sin, cos = np.sin(np.radians(heading)), np.cos(np.radians(heading))
    return forward_m * sin + starboard_m * cos, forward_m * cos - starboard_m * sin


def wandering(rng: np.random.Generator, time_s: Floats, sd: float, scale_s: float) -> Floats:
    """A value that wanders about zero, with a standard deviation and a time after which it forgets."""
    steps = np.diff(time_s, prepend=time_s[:1])
    keep = np.exp(-steps / scale_s)
    kicks = rng.normal(0.0, 1.0, len(time_s))
    out = np.empty(len(time_s))
    value = sd * float(rng.normal())
    for k in range(len(time_s)):
        value = value * keep[k] + sd * np.sqrt(1.0 - keep[k] ** 2) * kicks[k]
        out[k] = value
    return out


def heading_of(rest: Track, time_s: Floats, rng: np.random.Generator) -> tuple[Floats, str]:
    """True heading of a real ship at rest, and what it was taken from.

    From its headings; without them from the circle of its positions, whose centre lies ahead of the antenna;
    a ship that shows neither gets a heading that hardly changes.
    """
    known = np.isfinite(rest.heading)
    if rest.has_headings:
        return _interpolated(time_s, rest.time_s[known], rest.heading[known]), "headings"
    if shows_circle(rest):
        east, north = local_offset_m(np.median(rest.lat), np.median(rest.lon), rest.lat, rest.lon)
        centre, *_ = circle_of(east, north)
        # Over some minutes, as an error of position turns the direction of a small circle by much.
        grid = np.arange(rest.time_s[0], rest.time_s[-1] + _GRID_S, _GRID_S)
        ahead = (centre[0] - east) + 1j * (centre[1] - north)
        ahead = np.interp(grid, rest.time_s, ahead.real) + 1j * np.interp(grid, rest.time_s, ahead.imag)
        ahead = np.convolve(ahead, np.ones(_CIRCLE_MIN), mode="same")
        return _interpolated(time_s, grid, np.degrees(np.arctan2(ahead.real, ahead.imag))), "circle"
    return wrap360(rng.uniform(0.0, 360.0) + wandering(rng, time_s, 6.0, 2.0 * S_PER_H)), "drawn"


def host_bow_m(
    time_s: Floats, heading: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats, dict[str, float]]:
    """Bow of a ship at anchor, east and north of the anchor [m], with what was drawn.

    The chain leads from the bow to the anchor in the mean direction of the heading over half an hour, and
    sheers about it; the distance changes with the load.
    """
    chain_m = float(np.exp(rng.uniform(np.log(10.0), np.log(220.0))))
    slack = float(rng.uniform(0.03, 0.3))
    sheer_deg = float(rng.uniform(1.0, 10.0))
    grid = np.arange(time_s[0] - _SMOOTH_S, time_s[-1] + _SMOOTH_S + _GRID_S, _GRID_S)
    ahead = np.interp(grid, time_s, np.unwrap(np.radians(heading)))
    window = np.ones(int(_SMOOTH_S / _GRID_S))
    window /= window.sum()
    mean = np.arctan2(
        np.convolve(np.sin(ahead), window, mode="same"), np.convolve(np.cos(ahead), window, mode="same")
    )
    led = np.degrees(np.interp(time_s, grid, np.unwrap(mean)))
    led = led + wandering(rng, time_s, sheer_deg, 20.0 * S_PER_MIN)
    distance = chain_m * np.exp(wandering(rng, time_s, slack, 3.0 * S_PER_H))
    east, north = turned(-distance, 0.0, led)
    return east, north, {"chain_m": chain_m, "slack": slack, "sheer_deg": sheer_deg}


def reporting_times(rests: list[Track], start_s: float, end_s: float, rng: np.random.Generator) -> Floats:
    """When a ship at rest is received: the instants of a real one of the same feed, moved by some minutes.

    A real ship at rest in the same hours is preferred, as it also shows when the feed failed; otherwise one
    of other days, moved by whole tides, and its intervals again and again where it left earlier.
    """
    during = [r for r in rests if r.time_s[0] <= start_s and r.time_s[-1] >= end_s]
    if during:
        real = during[int(rng.integers(len(during)))].between(start_s, end_s).time_s
        moved = real + float(rng.uniform(0.0, 600.0))
        return moved[(moved > start_s) & (moved < end_s)]
    steps = np.diff(rests[int(rng.integers(len(rests)))].time_s)
    begin = int(rng.integers(len(steps)))
    order = np.roll(steps, -begin)
    n_rounds = int(np.ceil((end_s - start_s) / order.sum())) + 1
    times = start_s + np.cumsum(np.tile(order, n_rounds)) - float(rng.uniform(0.0, order[0]))
    return times[(times > start_s) & (times < end_s)]


def broadcast(
    track: Track,
    instruments: Instruments,
    rng: np.random.Generator,
    *,
    at_rest: bool,
    with_sog: bool,
    with_cog: bool,
    with_heading: bool,
) -> Track:
    """What is received of true positions and headings: with errors, rounded, and without what is not sent."""
    t = track.time_s
    slow, fast = instruments.position_m, instruments.position_noise_m
    errors = [wandering(rng, t, slow, 20.0 * S_PER_MIN) + rng.normal(0.0, fast, len(t)) for _ in range(2)]
    lat, lon = move(track.lat, track.lon, *errors)
    lat, lon = (np.round(values * 600_000.0) / 600_000.0 for values in (lat, lon))
    none = np.full(len(t), np.nan)
    sog, cog = _over_ground(track)
    if at_rest:
        sog = np.abs(sog + rng.normal(0.0, 0.1, len(t)))
        cog = cog + rng.normal(0.0, 60.0, len(t))
    heading = track.heading + instruments.heading_bias_deg
    heading = np.mod(np.round(heading + rng.normal(0.0, instruments.heading_noise_deg, len(t))), 360.0)
    return track._replace(
        lat=lat,
        lon=lon,
        sog=np.round(sog, 1) if with_sog else none,
        cog=np.mod(np.round(cog, 1), 360.0) if with_cog else none,
        heading=heading if with_heading else none,
    )


def _over_ground(track: Track) -> tuple[Floats, Floats]:
    """Speed [kn] and course [deg] between the fixes before and after."""
    n = len(track.time_s)
    before, after = np.maximum(np.arange(n) - 1, 0), np.minimum(np.arange(n) + 1, n - 1)
    east, north = local_offset_m(track.lat[before], track.lon[before], track.lat[after], track.lon[after])
    seconds = np.maximum(track.time_s[after] - track.time_s[before], 1.0)
    return np.hypot(east, north) / seconds / KN_TO_MPS, wrap360(np.degrees(np.arctan2(east, north)))


def _interpolated(time_s: Floats, known_s: Floats, angle_deg: Floats) -> Floats:
    return wrap360(np.degrees(np.interp(time_s, known_s, np.unwrap(np.radians(angle_deg)))))
