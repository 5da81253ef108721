"""Pairs that look like a transfer and are not: other work alongside, neighbours, one hull, spoofing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.scenes.traffic import hauls, lane
from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.hull_motion import (
    Beside,
    Blend,
    Circle,
    Fixed,
    Held,
    Phase,
    Towed,
    Wobble,
    route,
)
from stsdetect.simulation.world.stage import (
    ANCHORAGES,
    AT_ANCHOR,
    BARGE_HOMES,
    FISHING,
    FISHING_GROUND,
    MOORED,
    NORTH,
    PILOT_STATION,
    QUAYS,
    RESTRICTED,
    SAND,
    SAND_SHORE,
    SOUTH,
    UNDERWAY,
    World,
    inside,
    offset,
)
from stsdetect.simulation.world.voyages import (
    adrift,
    alongside,
    at_anchor,
    draw_period,
    from_home,
    make_voyage,
    sail,
)
from stsdetect.units import KN_TO_MPS, S_PER_H


@scene
def tows(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A tug with a barge on a line of 100 to 350 m, every third one pushing it ahead; 4 to 6 kn."""
    tug = world.ship(rng, "tug", "tug")
    tow = world.ship(rng, "tow", "tow")
    speed_kn = float(rng.uniform(4.0, 6.0))
    start = float(rng.uniform(0.0, 0.2)) * world.seconds
    tug.voyage = sail(world, rng, lane(rng), speed_kn, start, nav_status=RESTRICTED)
    pushed = ordinal % 3 == 2
    if pushed:
        ahead_m = (tug.length_m + tow.length_m) / 2.0 + 0.5
        tow.voyage = make_voyage(
            world, [Phase(start, Beside(tug.voyage, ahead_m, 0.0, 0.0), UNDERWAY)], tug.voyage.t_end
        )
    else:
        line_m = float(rng.uniform(100.0, 350.0)) + (tug.length_m + tow.length_m) / 2.0
        lag_s = line_m / (speed_kn * KN_TO_MPS)
        tow.voyage = make_voyage(
            world, [Phase(start + lag_s, Towed(tug.voyage, lag_s), UNDERWAY)], tug.voyage.t_end
        )
    world.add_truth(
        "towing", tug, tow, start, tug.voyage.t_end, contact=pushed, scenario="pushed" if pushed else "towed"
    )


@scene
def pilotages(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A pilot boat beside two ships under way at 6 to 8 kn, ten to twenty minutes each."""
    boat = world.ship(rng, "pilot boat", "pilot boat")
    base = at_anchor(world, rng, offset(PILOT_STATION, *rng.uniform(-900.0, 900.0, 2)), boat.length_m)
    phases, free = [Phase(0.0, base, AT_ANCHOR)], 1800.0
    boat.voyage = make_voyage(world, phases, world.seconds)
    while free < world.seconds - 7200.0 and len(phases) < 8:
        ship = world.ship(rng, str(rng.choice(["bulk", "container"])), "piloted")
        begin = free + float(rng.uniform(0.05, 0.4)) * (world.seconds - free)
        start, end = begin + 2400.0, begin + 2400.0 + float(rng.uniform(600.0, 1200.0))
        _sail_past_pilot_station(world, rng, ship, start)
        right_m = float(rng.choice([-1.0, 1.0])) * (ship.beam_m + boat.beam_m + 3.0) / 2.0
        beside = Beside(ship.voyage, float(rng.uniform(-0.2, 0.1)) * ship.length_m, right_m, 0.0)
        phases += [
            Phase(begin, Blend(Held(base, begin), beside, begin, start), UNDERWAY),
            Phase(start, beside, UNDERWAY),
            Phase(end, Blend(beside, Held(base, end + 2400.0), end, end + 2400.0), UNDERWAY),
            Phase(end + 2400.0, base, AT_ANCHOR),
        ]
        boat.voyage = make_voyage(world, phases, world.seconds)
        world.add_truth("pilotage", ship, boat, start, end, contact=True)
        free = end + S_PER_H


@scene
def trawler_pairs(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Two trawlers with one net between them, 150 to 450 m apart, 2.5 to 4 kn."""
    lead = world.ship(rng, "trawler", "pair trawler")
    mate = world.ship(rng, "trawler", "pair trawler")
    speed_kn = float(rng.uniform(2.5, 4.0))
    lead.voyage = sail(world, rng, hauls(world, rng, 3.2), speed_kn, 0.0, nav_status=FISHING, round_s=240.0)
    apart_m = float(rng.uniform(150.0, 450.0))
    sway = Wobble.draw(rng, 0.1 * apart_m, 1500.0)
    beside = Beside(lead.voyage, 0.0, apart_m, 0.0, Wobble.draw(rng, 15.0, 900.0), sway)
    mate.voyage = make_voyage(world, [Phase(0.0, beside, FISHING)], lead.voyage.t_end)
    world.add_truth("fishing", lead, mate, 0.0, lead.voyage.t_end, contact=False, scenario="pair trawlers")


@scene
def dredgings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A sand dredger at anchor with a barge alongside for hours; every other one with one on each side."""
    dredger = world.ship(rng, "dredger", "dredger")
    start, end = draw_period(world, rng, 2.0, 6.0)
    lying = at_anchor(world, rng, world.anchor_place(rng, SAND), dredger.length_m)
    dredger.voyage = make_voyage(world, [Phase(0.0, lying, RESTRICTED)], world.seconds)
    barges = []
    for side in (1.0, -1.0)[: 1 + ordinal % 2]:
        barge = world.ship(rng, "barge", "sand barge")
        beside = alongside(world, rng, dredger, barge, lying, side=side)
        barge.voyage = from_home(world, rng, barge, beside, start, end, SAND_SHORE, nav_status=UNDERWAY)
        barge.change_draught(end + 1800.0, 1.5)
        world.add_truth("dredging", dredger, barge, start, end, contact=True, holding="at anchor")
        barges.append(barge)
    for one, two in pairwise(barges):
        world.add_truth(
            "dredging", one, two, start, end, contact=False, holding="at anchor", scenario="on either side"
        )


@scene
def supplies(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A crew or stores boat beside an anchored ship for a quarter of an hour to an hour."""
    boat, start, end = world.ship(rng, "crew boat", "crew boat"), *draw_period(world, rng, 0.25, 1.0)
    name = list(ANCHORAGES)[ordinal % len(ANCHORAGES)]
    ship = _lying_ship(world, rng, name, "bulk", "supplied")
    beside = alongside(world, rng, ship, boat, ship.voyage.phases[0].motion)
    boat.voyage = from_home(world, rng, boat, beside, start, end, BARGE_HOMES[name], nav_status=UNDERWAY)
    world.add_truth("supply", ship, boat, start, end, contact=True, place="anchorage", holding="at anchor")


@scene
def cranes(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A floating crane beside an anchored ship for 4 to 10 h: lawful work as long as a transfer."""
    crane, start, end = world.ship(rng, "crane", "crane"), *draw_period(world, rng, 4.0, 10.0)
    name = list(ANCHORAGES)[ordinal % len(ANCHORAGES)]
    ship = _lying_ship(world, rng, name, "bulk", "worked")
    beside = alongside(world, rng, ship, crane, ship.voyage.phases[0].motion, same=True)
    crane.voyage = from_home(world, rng, crane, beside, start, end, BARGE_HOMES[name])
    world.add_truth("crane", ship, crane, start, end, contact=True, place="anchorage", holding="at anchor")


@scene
def close_neighbours(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Two ships anchored two or three lengths apart, each of which swings on its own anchor."""
    one = _lying_ship(world, rng, list(ANCHORAGES)[int(rng.integers(2))], "coaster", "neighbour")
    lat, lon = world.anchors[-1]
    two = world.ship(rng, "coaster", "neighbour")
    angle = float(rng.uniform(0.0, 2.0 * np.pi))
    apart_m = float(rng.uniform(1.8, 3.0)) * max(one.length_m, two.length_m)
    beside = offset((lat, lon), apart_m * float(np.sin(angle)), apart_m * float(np.cos(angle)))
    world.anchors.append(beside)
    two.voyage = make_voyage(
        world, [Phase(0.0, at_anchor(world, rng, beside, two.length_m), AT_ANCHOR)], world.seconds
    )
    world.add_truth(
        "anchorage_neighbours",
        one,
        two,
        0.0,
        world.seconds,
        contact=False,
        place="anchorage",
        holding="at anchor",
    )


@scene
def berths(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Three ships at one quay, bow to stern, and a fourth double-banked on one."""
    lat, lon, along = QUAYS[ordinal % len(QUAYS)]
    angle, place, last = np.deg2rad(along), (lat, lon), None
    for _ in range(3):
        ship = world.ship(rng, "coaster", "berthed")
        half = ship.length_m / 2.0
        place = offset(place, half * float(np.sin(angle)), half * float(np.cos(angle)))
        ship.voyage = make_voyage(world, [Phase(0.0, Fixed(*place, along), MOORED)], world.seconds)
        half += float(rng.uniform(12.0, 40.0))
        place = offset(place, half * float(np.sin(angle)), half * float(np.cos(angle)))
        if last:
            world.add_truth(
                "berth",
                last,
                ship,
                0.0,
                world.seconds,
                contact=False,
                place="port",
                holding="moored",
                scenario="quay",
            )
        last = ship
    assert last is not None
    outer = world.ship(rng, "coaster", "berthed")
    beside = alongside(world, rng, last, outer, last.voyage.phases[0].motion, same=True, side=-1.0)
    outer.voyage = make_voyage(world, [Phase(0.0, beside, MOORED)], world.seconds)
    world.add_truth(
        "berth",
        last,
        outer,
        0.0,
        world.seconds,
        contact=True,
        place="port",
        holding="moored",
        scenario="double-banked",
    )


@scene
def fishing_rafts(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Four fishing boats made fast side by side at anchor near the fishing islands, as during a storm."""
    boats = [world.ship(rng, "trawler", "rafted trawler") for _ in range(4)]
    place = offset((30.640, 122.76), *rng.uniform(-700.0, 700.0, 2))
    motion = at_anchor(world, rng, place, boats[0].length_m)
    boats[0].voyage = make_voyage(world, [Phase(0.0, motion, AT_ANCHOR)], world.seconds)
    inner: Beside | None = None
    for one, two in pairwise(boats):
        inner = alongside(world, rng, one, two, inner or motion, same=True, side=1.0)
        two.voyage = make_voyage(world, [Phase(0.0, inner, AT_ANCHOR)], world.seconds)
        world.add_truth(
            "fishing",
            one,
            two,
            0.0,
            world.seconds,
            contact=True,
            holding="at anchor",
            scenario="rafted fishing boats",
        )


@scene
def net_beacons(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A string of beacons on a drift net, shown as ships, with their boat beside one of them.

    The names end in the charge of the battery; every other string has MMSIs with an unallotted MID.
    """
    boat = world.ship(rng, "trawler", "netter")
    drift = adrift(world, rng, inside(rng, FISHING_GROUND), 0.0)
    buoys = []
    for k in range(5):
        buoy = world.ship(rng, "beacon", "net beacon", length_m=4.0, ais_class="B", no_size=True)
        if ordinal % 2 == 0:
            buoy.set_mmsi(world.new_mmsi(rng, (150,)))
        buoy.set_name(f"{int(rng.integers(10_000, 99_999))}-{k + 1}-{int(rng.integers(20, 100))}%", imo=0)
        spot = Beside(
            drift, 0.0, 450.0 * k, 0.0, Wobble.draw(rng, 20.0, 4000.0), Wobble.draw(rng, 20.0, 4000.0)
        )
        buoy.voyage = make_voyage(world, [Phase(0.0, spot, UNDERWAY)], world.seconds)
        buoys.append(buoy)
    netting = Beside(drift, 60.0, 30.0, 40.0, Wobble.draw(rng, 25.0, 1800.0), Wobble.draw(rng, 15.0, 1500.0))
    boat.voyage = make_voyage(world, [Phase(0.0, netting, FISHING)], world.seconds)
    world.add_truth(
        "fishing", boat, buoys[0], 0.0, world.seconds, contact=False, holding="adrift", scenario="net beacon"
    )


@scene
def dual_transponders(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One hull with two transponders, the second with an invented identity: under way, at anchor, under way.

    Every other hull changes over from the first to the second for good instead of sending with both.
    """
    ship = world.ship(rng, "coaster", "dual set", no_size=False)
    place = world.anchor_place(rng, ANCHORAGES["Changjiangkou"])
    lying = at_anchor(world, rng, place, ship.length_m)
    arrive = 0.3 * world.seconds
    leave = arrive + max(float(rng.uniform(0.25, 0.45)) * world.seconds, 3600.0)
    waypoints = [offset(SOUTH, 1500.0, 0.0), (30.2, 123.05), (30.9, 123.0), place]
    inward = route(waypoints, 9.0, arrive=arrive, slow_to_m=4000.0)
    outward = route(
        [place, NORTH], 9.0, start=leave + 1800.0, slow_from_m=3000.0, yaw=Wobble.draw(rng, 1.0, 200.0)
    )
    ship.voyage = make_voyage(
        world,
        [
            Phase(inward.times[0], inward, UNDERWAY),
            Phase(arrive, Blend(Held(inward, arrive), lying, arrive, arrive + 1800.0), UNDERWAY),
            Phase(arrive + 1800.0, lying, AT_ANCHOR),
            Phase(leave, Blend(lying, Held(outward, leave + 1800.0), leave, leave + 1800.0), UNDERWAY),
            Phase(leave + 1800.0, outward, UNDERWAY),
        ],
        outward.times[-1],
    )
    other = world.second_transponder(rng, ship)
    if ordinal % 2:
        change = float(rng.uniform(arrive, leave))
        ship.switched_off.append((change, np.inf))
        other.switched_off.append((-np.inf, change))
    else:
        world.add_truth(
            "same_hull", ship, other, ship.voyage.t_start, ship.voyage.t_end, contact=False,
            place="anchorage",
            holding="under way and at anchor",
        )  # fmt: skip


@scene
def circles(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Three anchored ships whose GNSS is spoofed: they seem to circle one point at 20 kn for hours."""
    centre = offset((30.86, 122.35), *rng.uniform(-2000.0, 2000.0, 2))
    radius_m = float(rng.uniform(150.0, 350.0))
    victims = [world.ship(rng, "coaster", "circle victim", ais_class="A") for _ in range(3)]
    start = float(rng.uniform(0.1, 0.5)) * world.seconds
    end = start + float(rng.uniform(1.5, 5.0)) * S_PER_H
    for ship in victims:
        lying = at_anchor(world, rng, world.anchor_place(rng, ANCHORAGES["Changjiangkou"]), ship.length_m)
        false = Circle(*centre, radius_m, 10.3, float(rng.uniform(0.0, 6.28)))
        ship.voyage = make_voyage(
            world,
            [Phase(0.0, lying, AT_ANCHOR), Phase(start, false, AT_ANCHOR), Phase(end, lying, AT_ANCHOR)],
            world.seconds,
        )
    for other in victims[1:]:
        world.add_truth(
            "spoofed",
            victims[0],
            other,
            start,
            end,
            contact=False,
            holding="at anchor",
            scenario="GNSS circle",
        )


def _lying_ship(world: World, rng: np.random.Generator, anchorage: str, kind: str, role: str) -> Ship:
    """A ship at anchor in an official anchorage for the whole sea."""
    ship = world.ship(rng, kind, role)
    lying = at_anchor(world, rng, world.anchor_place(rng, ANCHORAGES[anchorage]), ship.length_m)
    ship.voyage = make_voyage(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    return ship


def _sail_past_pilot_station(world: World, rng: np.random.Generator, ship: Ship, t: float) -> None:
    """Let a ship come in from the south-east and pass the pilot station at `t` [s]."""
    sea, pass_by = (29.45, 123.05), offset(PILOT_STATION, 2500.0, -1500.0)
    speed_kn = float(rng.uniform(6.0, 8.0))
    start = route([sea, pass_by], speed_kn, arrive=t).times[0]
    ship.voyage = sail(world, rng, [sea, pass_by, (29.70, 122.36)], speed_kn, start)
