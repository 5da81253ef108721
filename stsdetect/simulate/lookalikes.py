"""Pairs that look like a transfer and are none (domain 3.3)."""

from __future__ import annotations

import numpy as np

from stsdetect.simulate.motion import Beside, Blend, Held, Phase, Towed, Wobble, route
from stsdetect.simulate.traffic import hauls, lane
from stsdetect.simulate.voyages import alongside, at_anchor, come_and_go, cut, sail
from stsdetect.simulate.world import (
    AT_ANCHOR,
    FISHING,
    PILOT_STATION,
    RESTRICTED,
    SAND,
    UNDER_WAY,
    World,
    offset,
)
from stsdetect.units import KN_TO_MPS


def tows(world: World, rng: np.random.Generator) -> None:
    """A tug with a barge on a line of 100 to 350 m, 4 to 6 kn along a lane."""
    tug = world.ship(rng, "tug", "tug")
    tow = world.ship(rng, "tow", "tow")
    speed = float(rng.uniform(4.0, 6.0))
    start = float(rng.uniform(0.0, 0.2)) * world.seconds
    tug.voyage = sail(world, rng, lane(rng), speed, start, nav_status=RESTRICTED)
    lag = (float(rng.uniform(100.0, 350.0)) + (tug.length_m + tow.length_m) / 2.0) / (speed * KN_TO_MPS)
    tow.voyage = cut(world, [Phase(start + lag, Towed(tug.voyage, lag), UNDER_WAY)], tug.voyage.t_end)
    world.happens("towing", tug, tow, start, tug.voyage.t_end, contact=False)


def pilotages(world: World, rng: np.random.Generator) -> None:
    """A pilot boat beside two ships under way at 6 to 8 kn, ten to twenty minutes each."""
    boat = world.ship(rng, "pilot boat", "pilot boat")
    base = at_anchor(world, rng, PILOT_STATION, boat.length_m)
    phases, free = [Phase(0.0, base, AT_ANCHOR)], 3600.0
    for _ in range(2):
        ship = world.ship(rng, str(rng.choice(["bulk", "container"])), "piloted")
        begin = free + float(rng.uniform(0.1, 0.4)) * (world.seconds - free)
        meet = begin + 2400.0
        speed = float(rng.uniform(6.0, 8.0))
        before = route([(29.45, 123.05), offset(PILOT_STATION, 2500.0, -1500.0)], speed, arrive=meet)
        ship.voyage = sail(
            world,
            rng,
            [(29.45, 123.05), offset(PILOT_STATION, 2500.0, -1500.0), (29.70, 122.36)],
            speed,
            before.times[0],
        )
        end = meet + float(rng.uniform(600.0, 1200.0))
        right = float(rng.choice([-1.0, 1.0])) * (ship.beam_m + boat.beam_m + 3.0) / 2.0
        beside = Beside(ship.voyage, float(rng.uniform(-0.2, 0.1)) * ship.length_m, right, 0.0)
        phases += [
            Phase(begin, Blend(Held(base, begin), beside, begin, meet), UNDER_WAY),
            Phase(meet, beside, UNDER_WAY),
            Phase(end, Blend(beside, Held(base, end + 2400.0), end, end + 2400.0), UNDER_WAY),
            Phase(end + 2400.0, base, AT_ANCHOR),
        ]
        free = end + 3600.0
        boat.voyage = cut(world, phases, world.seconds)
        world.happens("pilotage", ship, boat, meet, end, contact=True)
        if free > world.seconds - 7200.0:
            break


def trawler_pairs(world: World, rng: np.random.Generator) -> None:
    """Two trawlers with one net between them, 150 to 450 m apart, 2.5 to 4 kn."""
    lead = world.ship(rng, "trawler", "pair trawler")
    mate = world.ship(rng, "trawler", "pair trawler")
    lead.voyage = sail(
        world,
        rng,
        hauls(world, rng, 3.2),
        float(rng.uniform(2.5, 4.0)),
        0.0,
        nav_status=FISHING,
        round_s=240.0,
    )
    apart = float(rng.uniform(150.0, 450.0))
    beside = Beside(
        lead.voyage, 0.0, apart, 0.0, Wobble.draw(rng, 15.0, 900.0), Wobble.draw(rng, 0.1 * apart, 1500.0)
    )
    mate.voyage = cut(world, [Phase(0.0, beside, FISHING)], lead.voyage.t_end)
    world.happens("fishing", lead, mate, 0.0, lead.voyage.t_end, contact=False)


def dredgings(world: World, rng: np.random.Generator) -> None:
    """A sand dredger at anchor with a barge alongside for some hours, mostly by night."""
    dredger = world.ship(rng, "dredger", "dredger")
    barge = world.ship(rng, "barge", "sand barge")
    hours = float(rng.uniform(2.0, 6.0))
    start = float(rng.uniform(0.15, 0.6)) * world.seconds
    end = min(start + hours * 3600.0, world.seconds - 3600.0)
    lying = at_anchor(world, rng, world.anchor_place(rng, SAND), dredger.length_m)
    dredger.voyage = cut(world, [Phase(0.0, lying, RESTRICTED)], world.seconds)
    beside = alongside(world, rng, dredger, barge, lying)
    shore = (31.10, 122.20)
    barge.voyage = come_and_go(
        world, rng, beside, start, end, come_from=shore, leave_to=shore, speed_kn=7.0, nav_status=UNDER_WAY
    )
    world.happens("dredging", dredger, barge, start, end, contact=True, holding="at anchor")
