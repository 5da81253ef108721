"""Voyages of which scenes are made: at anchor, adrift, alongside, coming and going.

Times are seconds of the sea.
"""

from __future__ import annotations

import numpy as np

from stsdetect.simulation.world.anchoring import OnChain, lie_on_chain
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
from stsdetect.simulation.world.stage import AT_ANCHOR, UNDERWAY, Box, Place, World, offset
from stsdetect.units import S_PER_H

BERTHING_S = 2400.0
"""From half a mile off until alongside, and from casting off until half a mile off [s] [J]."""

FIRST_FROM_HOME_S = 10.0 * S_PER_H
"""A barge from an anchorage near the shore is offshore no earlier than that [s of the sea]."""

_DAY_UTC_H = (22.5, 33.0)  # 06:30 to 17:00 at 122 E, counted from the UTC day before


def draw_period(
    world: World, rng: np.random.Generator, low_h: float, high_h: float, *, by_day: bool = False
) -> tuple[float, float]:
    """Start and end [s] of a contact or stop of `low_h` to `high_h` hours.

    There are 4 h before and after it, to come and to go; a sea too short for that holds only its middle.
    """
    hours = float(rng.uniform(low_h, high_h))
    room = world.params.hours - 8.0
    if room < 1.0:
        start = -float(rng.uniform(0.2, 0.8)) * hours
        return start * S_PER_H, (start + hours) * S_PER_H
    hours = min(hours, room)
    start = 4.0
    for _ in range(200):
        start = float(rng.uniform(4.0, world.params.hours - hours - 4.0 + 1e-6))
        clock = (start + world.start_hour_utc - _DAY_UTC_H[0]) % 24.0
        if not by_day or clock + hours <= _DAY_UTC_H[1] - _DAY_UTC_H[0]:
            break
    return start * S_PER_H, (start + hours) * S_PER_H


def at_anchor(world: World, rng: np.random.Generator, place: Place, length_m: float) -> Anchored | OnChain:
    """Lying at anchor; without a depth the scope is about four to eight depths of 25 m [J]."""
    p = world.params
    if p.depth_m > 0.0:
        shift = Wobble.draw(world.rng("wind shift"), p.wind_shift_deg, 12.0 * S_PER_H)
        return lie_on_chain(p, world.water, rng, place, length_m, wind_shift=shift)
    return Anchored(
        lat=place[0],
        lon=place[1],
        scope_m=float(rng.uniform(90.0, 200.0) + length_m / 2.0),
        swing=swing_with(world.water, world.seconds, float(rng.uniform(0.005, 0.05))),
        yaw=Wobble.draw(rng, world.params.yaw_deg, 900.0),
    )


def adrift(world: World, rng: np.random.Generator, place: Place, t_from: float) -> Adrift:
    """Drifting, from a place at `t_from` on [s]."""
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
    """Made fast to the host.

    Tankers put manifolds abreast, so they lie the same way round with little shift along the hull (ICS and
    OCIMF guide to ship-to-ship transfer); ships that work with grabs lie either way round.

    Parameters
    ----------
    world, rng
        The sea so far and the scene's random numbers.
    host, guest : Ship
        The guest lies alongside the host.
    motion : Motion
        How the host moves meanwhile.
    same : bool, optional
        Whether both head the same way; drawn by default.
    side : float
        1 for the host's starboard side, -1 for port, 0 to draw one.
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
        surge_m=Wobble.draw(rng, 0.4, 300.0),
        sway_m=Wobble.draw(rng, 0.2 * gap, 120.0),
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
    nav_status: int = UNDERWAY,
    berthing_s: float = BERTHING_S,
) -> Voyage:
    """Sail up, be alongside from `start` to `end` [s], cast off and sail away."""
    arrive, leave = start - berthing_s, end + berthing_s
    approach = place_off(rng, beside, arrive)
    departure = place_off(rng, beside, leave)
    yaw = Wobble.draw(rng, 1.0, 200.0)
    inbound, outbound = fairway(come_from, approach)[::-1], fairway(leave_to, departure)
    inward = route([come_from, *inbound, approach], speed_kn, arrive=arrive, slow_to_m=5000.0, yaw=yaw)
    outward = route([departure, *outbound, leave_to], speed_kn, start=leave, slow_from_m=3000.0, yaw=yaw)
    return make_voyage(
        world,
        [
            Phase(inward.times[0], inward, UNDERWAY),
            Phase(arrive, Blend(Held(inward, arrive), beside, arrive, start), UNDERWAY),
            Phase(start, beside, nav_status),
            Phase(end, Blend(beside, Held(outward, leave), end, leave), UNDERWAY),
            Phase(leave, outward, UNDERWAY),
        ],
        outward.times[-1],
    )


def fairway(sea: Place, place: Place) -> list[Place]:
    """Waypoints from an anchorage to the open sea that keep clear of the islands."""
    lat, lon = place
    if lon > 122.95 or sea[1] < 122.95:
        return []
    if 30.72 < lat < 30.88:
        return [(30.747, 122.63), (30.747, 122.99)]
    return [(30.54 if 30.40 < lat <= 30.72 else lat, 122.99)]


def make_voyage(world: World, phases: list[Phase], t_end: float) -> Voyage:
    """A voyage of phases that ends at `t_end` [s] or with the sea."""
    t_end = min(t_end, world.seconds)
    return Voyage(tuple(phases), t_end)


def sail(
    world: World,
    rng: np.random.Generator,
    waypoints: list[Place],
    speed_kn: float,
    start: float,
    *,
    nav_status: int = UNDERWAY,
    round_s: float = 90.0,
) -> Voyage:
    """Sail through waypoints from `start` on [s]."""
    run = route(waypoints, speed_kn, start=start, yaw=Wobble.draw(rng, 1.0, 200.0), round_s=round_s)
    return make_voyage(world, [Phase(start, run, nav_status)], run.times[-1])


def place_off(rng: np.random.Generator, beside: Beside, t: float) -> Place:
    """A place about half a mile off the host, on the side where the guest lies, abaft the beam."""
    side = np.sign(beside.right_m)
    standing_off = Beside(
        beside.host, -float(rng.uniform(200.0, 700.0)), float(side * rng.uniform(700.0, 1200.0)), 0.0
    )
    return where(standing_off, t)[:2]


def stop_over(
    world: World,
    rng: np.random.Generator,
    stop: Motion,
    arrive: float,
    leave: float,
    *,
    inbound: list[Place],
    outbound: list[Place],
    speed_kn: float,
    nav_status: int = UNDERWAY,
) -> Voyage:
    """Sail in by waypoints, lie in the motion `stop` from `arrive` to `leave` [s], sail out by waypoints.

    A ship that anchors on a chain lets go with her bow over the anchor and falls back.
    """
    yaw = Wobble.draw(rng, 1.0, 200.0)
    first = let_go(stop, arrive) if isinstance(stop, OnChain) else where(stop, arrive)[:2]
    inward = route([*inbound, first], speed_kn, arrive=arrive, slow_to_m=4000.0, yaw=yaw)
    away = leave + 1200.0
    lat, lon, _ = where(stop, leave)
    outward = route(
        [offset((lat, lon), 300.0, 300.0), *outbound], speed_kn, start=away, slow_from_m=3000.0, yaw=yaw
    )
    return make_voyage(
        world,
        [
            Phase(inward.times[0], inward, UNDERWAY),
            Phase(arrive, Blend(Held(inward, arrive), stop, arrive, arrive + 1200.0), nav_status),
            Phase(leave, Blend(stop, Held(outward, away), leave, away), UNDERWAY),
            Phase(away, outward, UNDERWAY),
        ],
        outward.times[-1],
    )


def let_go(lying: OnChain, t: float) -> Place:
    """Where the middle of a ship is when she lets go her anchor at `t` [s]."""
    angle = np.deg2rad(where(lying, t)[2])
    astern_m = -lying.half_length_m
    return offset((lying.lat, lying.lon), astern_m * float(np.sin(angle)), astern_m * float(np.cos(angle)))


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
    berthing_s: float = BERTHING_S,
) -> Voyage:
    """Lie at anchor near a place, be alongside from `start` to `end` [s], and go back."""
    box = Box(home[0] - 0.008, home[0] + 0.008, home[1] - 0.008, home[1] + 0.008)
    home = world.anchor_place(rng, box, 400.0)
    run = come_and_go(
        world, rng, beside, start, end, come_from=home, leave_to=home, speed_kn=8.0, nav_status=nav_status,
        berthing_s=berthing_s,
    )  # fmt: skip
    return based_at(world, rng, boat, run, home)


def based_at(world: World, rng: np.random.Generator, boat: Ship, run: Voyage, home: Place) -> Voyage:
    """Lie at anchor at a place before and after a run that begins and ends there."""
    lying = at_anchor(world, rng, home, boat.length_m)
    out, back = run.t_start, run.t_end
    return make_voyage(
        world,
        [
            Phase(0.0, lying, AT_ANCHOR),
            Phase(out - 1200.0, Blend(lying, Held(run, out), out - 1200.0, out), UNDERWAY),
            *run.phases,
            Phase(back, Blend(Held(run, back), lying, back, back + 1200.0), UNDERWAY),
            Phase(back + 1200.0, lying, AT_ANCHOR),
        ],
        world.seconds,
    )
