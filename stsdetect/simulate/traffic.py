"""Ships that meet nobody: the crowd at anchor, traffic in the lanes, fishing boats alone."""

from __future__ import annotations

import numpy as np

from stsdetect.simulate.motion import Blend, Held, Phase, Wobble, route
from stsdetect.simulate.voyages import at_anchor, cut, sail
from stsdetect.simulate.world import (
    ANCHORAGES,
    AT_ANCHOR,
    EAST,
    FISHING,
    FISHING_GROUND,
    NORTH,
    SOUTH,
    UNDER_WAY,
    Place,
    World,
    offset,
)

_CROWD_KINDS = ["bulk", "bulk", "container", "coaster", "coaster", "crude tanker", "product tanker"]
_LANE_KINDS = ["bulk", "container", "container", "coaster", "coaster", "product tanker", "crude tanker"]


def anchored(world: World, rng: np.random.Generator) -> None:
    """One ship of an anchorage; one in four comes or goes during the sea."""
    ship = world.ship(rng, str(rng.choice(_CROWD_KINDS)), "anchored")
    names = list(ANCHORAGES)
    place = world.anchor_place(rng, ANCHORAGES[names[int(rng.integers(len(names)))]])
    lying = at_anchor(world, rng, place, ship.length_m)
    phases = [Phase(0.0, lying, AT_ANCHOR)]
    t_end = world.seconds
    change, when = rng.random(), float(rng.uniform(0.2, 0.8)) * world.seconds
    clear_of_islands = (place[0], 122.99)
    beyond = [clear_of_islands, NORTH if rng.random() < 0.5 else SOUTH]
    if change < 0.125:
        inward = route([*beyond[::-1], offset(place, 900.0, 400.0)], 11.0, arrive=when, slow_to_m=6000.0)
        swing_in = Blend(Held(inward, when), lying, when, when + 1800.0)
        phases = [
            Phase(inward.times[0], inward, UNDER_WAY),
            Phase(when, swing_in, UNDER_WAY),
            Phase(when + 1800.0, lying, AT_ANCHOR),
        ]
    elif change < 0.25:
        outward = route([offset(place, 900.0, 400.0), *beyond], 11.0, start=when + 1800.0, slow_from_m=3000.0)
        phases += [
            Phase(when, Blend(lying, Held(outward, when + 1800.0), when, when + 1800.0), UNDER_WAY),
            Phase(when + 1800.0, outward, UNDER_WAY),
        ]
        t_end = outward.times[-1]
    ship.voyage = cut(world, phases, t_end)


def passing(world: World, rng: np.random.Generator) -> None:
    """One ship through a lane, north or south bound, or between the open sea and the bay."""
    kind = str(rng.choice(_LANE_KINDS))
    ship = world.ship(rng, kind, "passing")
    speed = float(rng.uniform(8.0, 18.0 if kind == "container" else 13.0))
    way = lane(rng)
    ship.voyage = sail(world, rng, way, speed, float(rng.uniform(-0.1, 0.95)) * world.seconds)


def lane(rng: np.random.Generator) -> list[Place]:
    """Way points of one passage, some hundred metres to starboard of the lane's middle."""
    middle = [[SOUTH, (30.05, 122.99), (30.70, 123.05), NORTH], [EAST, (30.54, 123.0), (30.54, 122.7)]]
    chosen = middle[int(rng.random() < 0.3)]
    shift = abs(float(rng.normal(900.0, 500.0)))
    if rng.random() < 0.5:
        chosen, shift = chosen[::-1], -shift
    north_south = chosen[0] in (NORTH, SOUTH)
    return [offset(p, shift if north_south else 0.0, 0.0 if north_south else shift) for p in chosen]


def fishing(world: World, rng: np.random.Generator) -> None:
    """One trawler working alone: hauls to and fro at 2.5 to 4 kn."""
    ship = world.ship(rng, "trawler", "fishing")
    ship.voyage = sail(
        world,
        rng,
        hauls(world, rng, 3.2),
        float(rng.uniform(2.5, 4.0)),
        0.0,
        nav_status=FISHING,
        round_s=240.0,
    )


def hauls(world: World, rng: np.random.Generator, speed_kn: float) -> list[Place]:
    """A fishing boat's way to and fro over its ground, long enough for the whole sea."""
    box = FISHING_GROUND
    here = (float(rng.uniform(box.lat_min, box.lat_max)), float(rng.uniform(box.lon_min, box.lon_max)))
    way, course = [here], float(rng.uniform(0.0, 360.0))
    haul_m = 2.5 * 1852.0 * speed_kn
    for leg in range(int(world.params.hours / 2.5) + 2):
        angle = np.deg2rad(course)
        here = offset(here, haul_m * float(np.sin(angle)), haul_m * float(np.cos(angle)))
        side = angle + (np.pi / 2.0 if leg % 2 else -np.pi / 2.0)
        turned = offset(here, 1200.0 * float(np.sin(side)), 1200.0 * float(np.cos(side)))
        way += [here, turned]
        here, course = turned, course + 180.0 + float(rng.normal(0.0, 20.0))
    return way


def close_neighbours(world: World, rng: np.random.Generator) -> None:
    """Two ships anchored two or three lengths apart that swing each on its own anchor."""
    names = list(ANCHORAGES)
    one = world.ship(rng, "coaster", "neighbour")
    two = world.ship(rng, "coaster", "neighbour")
    place = world.anchor_place(rng, ANCHORAGES[names[int(rng.integers(len(names)))]])
    angle = float(rng.uniform(0.0, 2.0 * np.pi))
    apart = float(rng.uniform(1.8, 3.0)) * max(one.length_m, two.length_m)
    beside = offset(place, apart * float(np.sin(angle)), apart * float(np.cos(angle)))
    world.anchors.append(beside)
    for ship, at in ((one, place), (two, beside)):
        ship.voyage = cut(
            world, [Phase(0.0, at_anchor(world, rng, at, ship.length_m), AT_ANCHOR)], world.seconds
        )
    world.happens(
        "anchorage_neighbours",
        one,
        two,
        0.0,
        world.seconds,
        contact=False,
        place="anchorage",
        holding="at anchor",
    )


def dual_sets(world: World, rng: np.random.Generator) -> None:
    """One hull with two sets, the second copied or invented: under way, at anchor, under way."""
    box = ANCHORAGES["Changjiangkou"]
    place = world.anchor_place(rng, box)
    ship = world.ship(rng, "coaster", "dual set", no_size=False)
    stay = float(rng.uniform(0.25, 0.45)) * world.seconds
    lying = at_anchor(world, rng, place, ship.length_m)
    arrive, leave = 0.3 * world.seconds, 0.3 * world.seconds + stay
    inward = route(
        [offset(SOUTH, 1500.0, 0.0), (30.2, 123.05), (30.9, 123.0), place],
        9.0,
        arrive=arrive,
        slow_to_m=4000.0,
    )
    outward = route(
        [place, NORTH], 9.0, start=leave + 1800.0, slow_from_m=3000.0, yaw=Wobble.draw(rng, 1.0, 200.0)
    )
    ship.voyage = cut(
        world,
        [
            Phase(inward.times[0], inward, UNDER_WAY),
            Phase(arrive, Blend(Held(inward, arrive), lying, arrive, arrive + 1800.0), UNDER_WAY),
            Phase(arrive + 1800.0, lying, AT_ANCHOR),
            Phase(leave, Blend(lying, Held(outward, leave + 1800.0), leave, leave + 1800.0), UNDER_WAY),
            Phase(leave + 1800.0, outward, UNDER_WAY),
        ],
        outward.times[-1],
    )
    other = world.ship(rng, "coaster", "dual set", length_m=ship.length_m, ais_class="B", no_size=False)
    other.hull_id, other.voyage, other.beam_m = ship.hull_id, ship.voyage, ship.beam_m
    other.antenna_ahead_m = ship.antenna_ahead_m + float(rng.uniform(-8.0, 8.0))
    other.antenna_right_m = ship.antenna_right_m + float(rng.uniform(-3.0, 3.0))
    world.happens(
        "same_hull",
        ship,
        other,
        ship.voyage.t_start,
        ship.voyage.t_end,
        contact=False,
        place="anchorage",
        holding="under way and at anchor",
    )
