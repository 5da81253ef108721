"""Ships that come alongside no other: the crowd at anchor, traffic in the lanes, fishing boats alone."""

from __future__ import annotations

import numpy as np

from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.world.hull_motion import Blend, Held, Phase, route
from stsdetect.simulation.world.stage import (
    ANCHORAGES,
    AT_ANCHOR,
    EAST,
    FISHING,
    FISHING_GROUND,
    NORTH,
    OPEN_SEA,
    SOUTH,
    UNDERWAY,
    Place,
    World,
    inside,
    offset,
)
from stsdetect.simulation.world.voyages import (
    adrift,
    at_anchor,
    draw_period,
    fairway,
    make_voyage,
    sail,
    stop_over,
)
from stsdetect.units import NM_TO_M, S_PER_H

_CROWD_KINDS = ["bulk", "bulk", "container", "coaster", "coaster", "crude tanker", "product tanker"]
_LANE_KINDS = ["bulk", "container", "container", "coaster", "coaster", "product tanker", "crude tanker"]


@scene
def anchored(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One ship of an anchorage; one in four comes or goes during the sea."""
    ship = world.ship(rng, str(rng.choice(_CROWD_KINDS)), "anchored")
    names = list(ANCHORAGES)
    place = world.anchor_place(rng, ANCHORAGES[names[int(rng.integers(len(names)))]])
    lying = at_anchor(world, rng, place, ship.length_m)
    phases = [Phase(0.0, lying, AT_ANCHOR)]
    t_end = world.seconds
    change, when = rng.random(), float(rng.uniform(0.2, 0.8)) * world.seconds
    sea = NORTH if rng.random() < 0.5 else SOUTH
    beyond = [*fairway(sea, place), sea]
    if change < 0.125:
        inward = route([*beyond[::-1], offset(place, 900.0, 400.0)], 11.0, arrive=when, slow_to_m=6000.0)
        swing_in = Blend(Held(inward, when), lying, when, when + 1800.0)
        phases = [
            Phase(inward.times[0], inward, UNDERWAY),
            Phase(when, swing_in, UNDERWAY),
            Phase(when + 1800.0, lying, AT_ANCHOR),
        ]
    elif change < 0.25:
        outward = route([offset(place, 900.0, 400.0), *beyond], 11.0, start=when + 1800.0, slow_from_m=3000.0)
        phases += [
            Phase(when, Blend(lying, Held(outward, when + 1800.0), when, when + 1800.0), UNDERWAY),
            Phase(when + 1800.0, outward, UNDERWAY),
        ]
        t_end = outward.times[-1]
    ship.voyage = make_voyage(world, phases, t_end)


@scene
def passing(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One ship through a lane, north or south bound, or between the open sea and the bay."""
    kind = str(rng.choice(_LANE_KINDS))
    ship = world.ship(rng, kind, "passing")
    speed_kn = float(rng.uniform(8.0, 18.0 if kind == "container" else 13.0))
    waypoints = lane(rng)
    ship.voyage = sail(world, rng, waypoints, speed_kn, float(rng.uniform(-0.1, 0.95)) * world.seconds)


@scene
def fishing(world: World, rng: np.random.Generator, ordinal: int) -> None:
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


@scene
def innocent_gaps(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship on passage whose transponder fails for one to five hours while it sails straight on."""
    ship = world.ship(rng, str(rng.choice(_LANE_KINDS)), "silent on passage")
    ship.voyage = sail(
        world, rng, lane(rng), float(rng.uniform(8.0, 12.0)), float(rng.uniform(0.0, 0.6)) * world.seconds
    )
    begin, end = max(ship.voyage.t_start, 0.0), ship.voyage.t_end
    start = begin + float(rng.uniform(0.2, 0.6)) * (end - begin)
    ship.switched_off.append((start, start + float(rng.uniform(1.0, 5.0)) * S_PER_H))


@scene
def loiterers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship that stops alone outside the anchorages for three to ten hours: repairs, waiting for orders."""
    ship = world.ship(rng, str(rng.choice(_LANE_KINDS)), "loiterer")
    arrive, leave = draw_period(world, rng, 3.0, 10.0)
    place = inside(rng, OPEN_SEA)
    at_rest = ordinal % 2 == 0
    stop = at_anchor(world, rng, place, ship.length_m) if at_rest else adrift(world, rng, place, arrive)
    ship.voyage = stop_over(
        world, rng, stop, arrive, leave,
        inbound=[offset(NORTH, 3000.0, 0.0)], outbound=[offset(SOUTH, 12_000.0, 0.0)],
        speed_kn=float(rng.uniform(8.0, 11.0)), nav_status=AT_ANCHOR if at_rest else UNDERWAY,
    )  # fmt: skip


@scene
def shared_mmsis(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Two fishing boats far apart that were both given the same MMSI."""
    one, two = (world.ship(rng, "trawler", "shared number") for _ in range(2))
    for ship in (one, two):
        speed_kn = float(rng.uniform(2.5, 4.0))
        ship.voyage = sail(
            world, rng, hauls(world, rng, 3.2), speed_kn, 0.0, nav_status=FISHING, round_s=240.0
        )
    two.set_mmsi(one.mmsi)


def lane(rng: np.random.Generator) -> list[Place]:
    """Waypoints of one passage, some hundred metres to starboard of the lane's middle."""
    middle = [[SOUTH, (30.05, 122.99), (30.70, 123.05), NORTH], [EAST, (30.54, 123.0), (30.54, 122.7)]]
    chosen = middle[int(rng.random() < 0.3)]
    shift_m = abs(float(rng.normal(900.0, 500.0)))
    if rng.random() < 0.5:
        chosen, shift_m = chosen[::-1], -shift_m
    north_south = chosen[0] in (NORTH, SOUTH)
    return [offset(p, shift_m if north_south else 0.0, 0.0 if north_south else shift_m) for p in chosen]


def hauls(world: World, rng: np.random.Generator, speed_kn: float) -> list[Place]:
    """Waypoints of a fishing boat that trawls to and fro over its ground, enough for the whole sea."""
    box = FISHING_GROUND
    here = (float(rng.uniform(box.lat_min, box.lat_max)), float(rng.uniform(box.lon_min, box.lon_max)))
    waypoints, course = [here], float(rng.uniform(0.0, 360.0))
    haul_m = 2.5 * NM_TO_M * speed_kn
    for leg in range(int(world.params.hours / 2.5) + 2):
        angle = np.deg2rad(course)
        here = offset(here, haul_m * float(np.sin(angle)), haul_m * float(np.cos(angle)))
        side = angle + (np.pi / 2.0 if leg % 2 else -np.pi / 2.0)
        turned = offset(here, 1200.0 * float(np.sin(side)), 1200.0 * float(np.cos(side)))
        waypoints += [here, turned]
        here, course = turned, course + 180.0 + float(rng.normal(0.0, 20.0))
    return waypoints
