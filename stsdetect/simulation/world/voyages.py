"""Voyages that scenes are made of: lying at anchor, drifting, lying alongside, coming and going."""

from __future__ import annotations

import numpy as np

from stsdetect.simulation.world.fleet import KINDS, Ship
from stsdetect.simulation.world.hull_motion import (
    Adrift,
    Anchored,
    Beside,
    Blend,
    Held,
    Motion,
    Phase,
    Voyage,
    Wobble,
    route,
    swing_with,
    where,
)
from stsdetect.simulation.world.stage import AT_ANCHOR, UNDER_WAY, Box, Place, World, offset

BERTHING_S = 2400.0
"""Coming alongside from half a mile off, and casting off until there [s]; a guess."""

_DAY_UTC_H = (22.5, 33.0)  # 06:30 to 17:00 at 122 E, counted from the UTC day before


def spell(
    world: World, rng: np.random.Generator, low_h: float, high_h: float, *, by_day: bool = False
) -> tuple[float, float]:
    """Start and end of a contact [s] with room in the sea to come and go; a short sea sees its middle."""
    hours = float(rng.uniform(low_h, high_h))
    room = world.params.hours - 8.0
    if room < 1.0:
        start = -float(rng.uniform(0.2, 0.8)) * hours
        return start * 3600.0, (start + hours) * 3600.0
    hours = min(hours, room)
    start = 4.0
    for _ in range(200):
        start = float(rng.uniform(4.0, world.params.hours - hours - 4.0 + 1e-6))
        clock = (start + world.start_hour_utc - _DAY_UTC_H[0]) % 24.0
        if not by_day or clock + hours <= _DAY_UTC_H[1] - _DAY_UTC_H[0]:
            break
    return start * 3600.0, (start + hours) * 3600.0


def at_anchor(world: World, rng: np.random.Generator, place: Place, length_m: float) -> Anchored:
    """Lying at anchor; scope of five to eight depths of 25 m, a guess."""
    return Anchored(
        lat=place[0],
        lon=place[1],
        scope_m=float(rng.uniform(90.0, 200.0) + length_m / 2.0),
        swing=swing_with(world.water, world.seconds, float(rng.uniform(0.005, 0.05))),
        yaw=Wobble.draw(rng, world.params.yaw_deg, 900.0),
    )


def adrift(world: World, rng: np.random.Generator, place: Place, t_from: float) -> Adrift:
    """Drifting from a place at an instant on [s]."""
    return Adrift(
        t_from=t_from,
        lat=place[0],
        lon=place[1],
        leeway=float(rng.uniform(0.005, 0.03)),
        heading_deg=float(rng.uniform(0.0, 360.0)),
        turn_deg_per_h=float(rng.uniform(-12.0, 12.0)),
        water=world.water,
        yaw=Wobble.draw(rng, 4.0, 2400.0),
    )


def alongside(
    world: World,
    rng: np.random.Generator,
    host: Ship,
    guest: Ship,
    motion: Motion,
    *,
    same: bool | None = None,
    side: float = 0.0,
) -> Beside:
    """Made fast to the host; either way round for bulk, the same way for tankers (domain 3.1).

    `side` is 1 for the host's starboard side, -1 for port, 0 for either.
    """
    if same is None:
        same = bool(rng.random() < 0.5)
    gap = float(rng.uniform(0.4, 1.6)) * world.params.fender_gap_m
    shift = 0.05 if KINDS[guest.kind].ship_type == 80 else 0.25
    return Beside(
        host=motion,
        ahead_m=float(rng.uniform(-shift, shift)) * host.length_m,
        right_m=(side or float(rng.choice([-1.0, 1.0]))) * (host.beam_m / 2.0 + guest.beam_m / 2.0 + gap),
        turn_deg=0.0 if same else 180.0,
        range_m=Wobble.draw(rng, 0.4, 300.0),
        play_m=Wobble.draw(rng, 0.2 * gap, 120.0),
    )


def come_and_go(
    world: World,
    rng: np.random.Generator,
    beside: Beside,
    start: float,
    end: float,
    *,
    come_from: Place,
    leave_to: Place,
    speed_kn: float,
    nav_status: int = UNDER_WAY,
) -> Voyage:
    """Sail up, come alongside by `start`, stay until `end`, cast off and sail away [s]."""
    stage, leave = start - BERTHING_S, end + BERTHING_S
    approach = _off(rng, beside, stage)
    farewell = _off(rng, beside, leave)
    yaw = Wobble.draw(rng, 1.0, 200.0)
    way_in, way_out = fairway(come_from, approach)[::-1], fairway(leave_to, farewell)
    inward = route([come_from, *way_in, approach], speed_kn, arrive=stage, slow_to_m=5000.0, yaw=yaw)
    outward = route([farewell, *way_out, leave_to], speed_kn, start=leave, slow_from_m=3000.0, yaw=yaw)
    return cut(
        world,
        [
            Phase(inward.times[0], inward, UNDER_WAY),
            Phase(stage, Blend(Held(inward, stage), beside, stage, start), UNDER_WAY),
            Phase(start, beside, nav_status),
            Phase(end, Blend(beside, Held(outward, leave), end, leave), UNDER_WAY),
            Phase(leave, outward, UNDER_WAY),
        ],
        outward.times[-1],
    )


def fairway(sea: Place, place: Place) -> list[Place]:
    """Way points out of an anchorage to the open sea that keep clear of the islands."""
    lat, lon = place
    if lon > 122.95 or sea[1] < 122.95:
        return []
    if 30.72 < lat < 30.88:
        return [(30.747, 122.63), (30.747, 122.99)]
    return [(30.54 if 30.40 < lat <= 30.72 else lat, 122.99)]


def cut(world: World, phases: list[Phase], t_end: float) -> Voyage:
    """A voyage within the sea's length."""
    t_end = min(t_end, world.seconds)
    return Voyage(tuple(phases), t_end)


def sail(
    world: World,
    rng: np.random.Generator,
    way: list[Place],
    speed_kn: float,
    start: float,
    *,
    nav_status: int = UNDER_WAY,
    round_s: float = 90.0,
) -> Voyage:
    """Sail through way points from an instant on [s]."""
    run = route(way, speed_kn, start=start, yaw=Wobble.draw(rng, 1.0, 200.0), round_s=round_s)
    return cut(world, [Phase(start, run, nav_status)], run.times[-1])


def _off(rng: np.random.Generator, beside: Beside, t: float) -> Place:
    """A place about half a mile off, on the side of the host where the guest lies, abaft its beam."""
    side = np.sign(beside.right_m)
    stand = Beside(
        beside.host, -float(rng.uniform(200.0, 700.0)), float(side * rng.uniform(700.0, 1200.0)), 0.0
    )
    return where(stand, t)[:2]


def stop_over(
    world: World,
    rng: np.random.Generator,
    stop: Motion,
    arrive: float,
    leave: float,
    *,
    way_in: list[Place],
    way_out: list[Place],
    speed_kn: float,
    nav_status: int = UNDER_WAY,
) -> Voyage:
    """Sail in by way points, stop at an instant, stay in motion `stop` until `leave` [s], sail out."""
    yaw = Wobble.draw(rng, 1.0, 200.0)
    inward = route([*way_in, where(stop, arrive)[:2]], speed_kn, arrive=arrive, slow_to_m=4000.0, yaw=yaw)
    away = leave + 1200.0
    lat, lon, _ = where(stop, leave)
    outward = route(
        [offset((lat, lon), 300.0, 300.0), *way_out], speed_kn, start=away, slow_from_m=3000.0, yaw=yaw
    )
    return cut(
        world,
        [
            Phase(inward.times[0], inward, UNDER_WAY),
            Phase(arrive, Blend(Held(inward, arrive), stop, arrive, arrive + 1200.0), nav_status),
            Phase(leave, Blend(stop, Held(outward, away), leave, away), UNDER_WAY),
            Phase(away, outward, UNDER_WAY),
        ],
        outward.times[-1],
    )


def from_home(
    world: World,
    rng: np.random.Generator,
    boat: Ship,
    beside: Beside,
    start: float,
    end: float,
    home: Place,
    *,
    nav_status: int = AT_ANCHOR,
) -> Voyage:
    """Lie at anchor near a place, go alongside from `start` to `end` [s], and go back."""
    box = Box(home[0] - 0.008, home[0] + 0.008, home[1] - 0.008, home[1] + 0.008)
    home = world.anchor_place(rng, box, 400.0)
    run = come_and_go(
        world, rng, beside, start, end, come_from=home, leave_to=home, speed_kn=8.0, nav_status=nav_status
    )
    lying = at_anchor(world, rng, home, boat.length_m)
    out, back = run.t_start, run.t_end
    return cut(
        world,
        [
            Phase(0.0, lying, AT_ANCHOR),
            Phase(out - 1200.0, Blend(lying, Held(run, out), out - 1200.0, out), UNDER_WAY),
            *run.phases,
            Phase(back, Blend(Held(run, back), lying, back, back + 1200.0), UNDER_WAY),
            Phase(back + 1200.0, lying, AT_ANCHOR),
        ],
        world.seconds,
    )
