"""How hulls move: each motion gives the middle of a hull and its heading at any second of the sea.

Motions are smooth functions of time without hidden state, so that a report can be taken at any instant, in
any order. Motions are built from other motions: a ship lies beside another that drifts, and leaves it for a
route.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.angles import interpolate_angle, wrap360
from stsdetect.geo.geodesy import distance_m, local_offset_m, move
from stsdetect.simulation.world.water import Water
from stsdetect.units import KN_TO_MPS, S_PER_H


class Pose(NamedTuple):
    """Middle of a hull [deg] and its true heading [deg], one value per instant."""

    lat: Floats
    lon: Floats
    heading: Floats


class Motion(Protocol):
    """Anything that gives the pose of a hull at seconds of the sea."""

    def pose(self, t: Floats) -> Pose:
        """Pose at each of the instants `t` [s]."""


@dataclass(frozen=True, slots=True)
class Wobble:
    """Smooth noise: the sum of three sines of different periods."""

    size: tuple[float, float, float]
    period_s: tuple[float, float, float]
    phase: tuple[float, float, float]

    @classmethod
    def draw(cls, rng: np.random.Generator, rms: float, period_s: float) -> Wobble:
        """Noise with a root mean square of `rms` and periods around `period_s` [s]."""
        size = rms * np.sqrt(2.0 / 3.0) * rng.uniform(0.7, 1.3, 3)
        period = period_s * rng.uniform([0.3, 0.8, 1.5], [0.7, 1.3, 3.0])
        phase = rng.uniform(0.0, 2.0 * np.pi, 3)
        return cls(_three(size), _three(period), _three(phase))

    def __call__(self, t: Floats) -> Floats:
        """Value at seconds `t`."""
        out = np.zeros_like(t)
        for size, period, phase in zip(self.size, self.period_s, self.phase, strict=True):
            out += size * np.sin(2.0 * np.pi / period * t + phase)
        return out


STILL = Wobble((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Fixed:
    """Moored to a quay or a pile."""

    lat: float
    lon: float
    heading_deg: float

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        return Pose(np.full_like(t, self.lat), np.full_like(t, self.lon), np.full_like(t, self.heading_deg))


@dataclass(frozen=True, slots=True)
class Anchored:
    """At anchor, bow into current and wind."""

    lat: float
    lon: float
    scope_m: float
    """Anchor to the middle of the hull [m]."""
    swing: tuple[Floats, Floats]
    """Instants [s] and headings, unwrapped [deg]; see `swing_with`."""
    yaw: Wobble

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        heading = np.interp(t, *self.swing) + self.yaw(t)
        return _shifted(np.full_like(t, self.lat), np.full_like(t, self.lon), heading, -self.scope_m, 0.0)


def swing_with(water: Water, seconds: float, windage: float) -> tuple[Floats, Floats]:
    """Instants [s] and headings [deg] of a ship that swings at anchor; inertia of 15 min [J]."""
    step, inertia_s = 120.0, 900.0
    t = np.arange(0.0, seconds + step, step)
    heading = np.unwrap(water.bow_into(t, windage), period=360.0)
    return t, np.asarray(gaussian_filter1d(heading, inertia_s / step, mode="nearest"))


@dataclass(frozen=True, slots=True)
class Adrift:
    """Carried by current and wind, heading slowly turning."""

    t_from: float
    lat: float
    lon: float
    leeway: float
    """Share of the wind speed at which the hull drifts; 0.01 to 0.04 [J]."""
    heading_deg: float
    turn_deg_per_h: float
    water: Water
    yaw: Wobble

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        east, north = self.water.carried(self.t_from, t)
        wind_east, wind_north = self.water.wind()
        elapsed_s = t - self.t_from
        lat, lon = move(
            self.lat,
            self.lon,
            east + self.leeway * wind_east * elapsed_s,
            north + self.leeway * wind_north * elapsed_s,
        )
        return Pose(
            lat, lon, wrap360(self.heading_deg + self.turn_deg_per_h * elapsed_s / S_PER_H + self.yaw(t))
        )


@dataclass(frozen=True, slots=True)
class Route:
    """Sailing through waypoints; corners are rounded over twice `round_s`."""

    times: tuple[float, ...]
    lats: tuple[float, ...]
    lons: tuple[float, ...]
    yaw: Wobble
    round_s: float = 90.0

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        before = np.clip(t - self.round_s, self.times[0], self.times[-1] - 1.0)
        after = np.clip(t + self.round_s, self.times[0] + 1.0, self.times[-1])
        lat_1, lon_1 = np.interp(before, self.times, self.lats), np.interp(before, self.times, self.lons)
        lat_2, lon_2 = np.interp(after, self.times, self.lats), np.interp(after, self.times, self.lons)
        east, north = local_offset_m(lat_1, lon_1, lat_2, lon_2)
        heading = np.rad2deg(np.arctan2(east, north)) + self.yaw(t)
        return Pose((lat_1 + lat_2) / 2.0, (lon_1 + lon_2) / 2.0, wrap360(heading))


@dataclass(frozen=True, slots=True)
class Beside:
    """At a fixed place relative to another hull: made fast alongside, pushed ahead, or trawling abreast."""

    host: Motion
    ahead_m: float
    """Middle to middle along the host's heading [m]."""
    right_m: float
    """Middle to middle to the host's starboard side [m]."""
    turn_deg: float
    """Own heading minus the host's [deg]."""
    surge_m: Wobble = STILL
    """Movement along the host's side [m]."""
    sway_m: Wobble = STILL
    """Movement off the host's side [m]."""

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        lat, lon, heading = self.host.pose(t)
        own_heading = wrap360(heading + self.turn_deg)
        lat, lon, _ = _shifted(
            lat, lon, heading, self.ahead_m + self.surge_m(t), self.right_m + self.sway_m(t)
        )
        return Pose(lat, lon, own_heading)


@dataclass(frozen=True, slots=True)
class Towed:
    """In another hull's wake, some seconds behind."""

    host: Motion
    lag_s: float

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        return self.host.pose(t - self.lag_s)


@dataclass(frozen=True, slots=True)
class Blend:
    """Changing from one motion to another, slow at both ends: coming alongside, casting off, anchoring."""

    start: Motion
    end: Motion
    t_start: float
    t_end: float

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        x = np.clip((t - self.t_start) / (self.t_end - self.t_start), 0.0, 1.0)
        share = x * x * (3.0 - 2.0 * x)
        a, b = self.start.pose(t), self.end.pose(t)
        return Pose(
            a.lat + share * (b.lat - a.lat),
            a.lon + share * (b.lon - a.lon),
            interpolate_angle(a.heading, b.heading, share),
        )


@dataclass(frozen=True, slots=True)
class Held:
    """Held in the pose that a motion has at one instant."""

    motion: Motion
    t: float

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        return self.motion.pose(np.full_like(t, self.t))


@dataclass(frozen=True, slots=True)
class Circle:
    """The false position of a ship whose GNSS is spoofed: circles at a fixed speed, whatever it does."""

    lat: float
    lon: float
    radius_m: float
    speed_mps: float
    phase: float

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]."""
        angle = self.phase + self.speed_mps / self.radius_m * t
        lat, lon = move(self.lat, self.lon, self.radius_m * np.sin(angle), self.radius_m * np.cos(angle))
        return Pose(lat, lon, wrap360(np.rad2deg(angle) + 90.0))


class Phase(NamedTuple):
    """A motion from an instant on [s], with the navigational status that the crew sets (M.1371-5)."""

    t_from: float
    motion: Motion
    nav_status: int


@dataclass(frozen=True, slots=True)
class Voyage:
    """Phases one after the other; the ship is in the sea from the first one to `t_end` [s]."""

    phases: tuple[Phase, ...]
    t_end: float

    @property
    def t_start(self) -> float:
        """When the ship enters the sea [s]."""
        return self.phases[0].t_from

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s]; before and after the voyage, that of its first and last phase."""
        t = np.asarray(t, dtype=np.float64)
        out = Pose(np.empty_like(t), np.empty_like(t), np.empty_like(t))
        which = self._phase_at(t)
        for k in np.unique(which):
            here = which == k
            for whole, part in zip(out, self.phases[k].motion.pose(t[here]), strict=True):
                whole[here] = part
        return out

    def nav_status(self, t: Floats) -> NDArray[np.int32]:
        """Navigational status at `t` [s]."""
        return np.array([p.nav_status for p in self.phases], dtype=np.int32)[self._phase_at(t)]

    def _phase_at(self, t: Floats) -> Ints:
        starts = np.array([p.t_from for p in self.phases])
        return np.maximum(np.searchsorted(starts, t, side="right") - 1, 0)


NOWHERE = Voyage((Phase(0.0, Fixed(0.0, 0.0, 0.0), 0),), 0.0)
"""Placeholder for a voyage still to be set."""


def where(motion: Motion, t: float) -> tuple[float, float, float]:
    """Latitude, longitude and heading at one instant [deg]."""
    lat, lon, heading = motion.pose(np.array([t]))
    return float(lat[0]), float(lon[0]), float(heading[0])


def route(
    waypoints: Sequence[tuple[float, float]],
    speed_kn: float,
    *,
    start: float | None = None,
    arrive: float | None = None,
    slow_from_m: float = 0.0,
    slow_to_m: float = 0.0,
    yaw: Wobble = STILL,
    round_s: float = 90.0,
) -> Route:
    """Sail through (lat, lon) waypoints, leaving at `start` or arriving at `arrive` [s].

    The first `slow_from_m` and the last `slow_to_m` metres are sailed at 60 % of the speed, and the outermost
    quarter of each at 30 %.
    """
    lats, lons, speeds = _slowed(waypoints, slow_from_m, slow_to_m)
    legs = distance_m(lats[:-1], lons[:-1], lats[1:], lons[1:])
    times = np.concatenate([[0.0], np.cumsum(legs / (speeds * speed_kn * KN_TO_MPS))])
    times += start if start is not None else (arrive or 0.0) - times[-1]
    return Route(tuple(times.tolist()), tuple(lats.tolist()), tuple(lons.tolist()), yaw, round_s)


def _slowed(
    waypoints: Sequence[tuple[float, float]], slow_from_m: float, slow_to_m: float
) -> tuple[Floats, Floats, Floats]:
    """Waypoints with extra ones where the speed changes, and the share of the speed on each leg."""
    lats, lons = np.array([w[0] for w in waypoints]), np.array([w[1] for w in waypoints])
    along = np.concatenate([[0.0], np.cumsum(distance_m(lats[:-1], lons[:-1], lats[1:], lons[1:]))])
    length = along[-1]
    steps = [(slow_from_m, 0.6), (slow_from_m / 4, 0.3)]
    steps_end = [(slow_to_m, 0.6), (slow_to_m / 4, 0.3)]
    marks = [m for m, _ in steps] + [length - m for m, _ in steps_end]
    cuts = np.unique(np.concatenate([along, np.clip(marks, 0.0, length)]))
    middle = (cuts[:-1] + cuts[1:]) / 2.0
    share = np.ones_like(middle)
    for mark, factor in steps:
        share[middle < mark] = factor
    for mark, factor in steps_end:
        share[middle > length - mark] = np.minimum(share[middle > length - mark], factor)
    return np.interp(cuts, along, lats), np.interp(cuts, along, lons), share


def _shifted(
    lat: Floats, lon: Floats, heading: Floats, ahead_m: Floats | float, right_m: Floats | float
) -> Pose:
    sin, cos = np.sin(np.deg2rad(heading)), np.cos(np.deg2rad(heading))
    lat, lon = move(lat, lon, ahead_m * sin + right_m * cos, ahead_m * cos - right_m * sin)
    return Pose(lat, lon, wrap360(heading))


def _three(values: Floats) -> tuple[float, float, float]:
    a, b, c = values.tolist()
    return a, b, c
