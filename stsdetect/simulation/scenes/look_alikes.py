"""Pairs that look like a transfer and are none (domain 3.3)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

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
    UNDER_WAY,
    World,
    inside,
    offset,
)
from stsdetect.simulation.world.voyages import adrift, alongside, at_anchor, cut, from_home, sail, spell
from stsdetect.units import KN_TO_MPS


def tows(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A tug with a barge on a line of 100 to 350 m, every third one pushing it ahead; 4 to 6 kn."""
    tug = world.ship(rng, "tug", "tug")
    tow = world.ship(rng, "tow", "tow")
    speed = float(rng.uniform(4.0, 6.0))
    start = float(rng.uniform(0.0, 0.2)) * world.seconds
    tug.voyage = sail(world, rng, lane(rng), speed, start, nav_status=RESTRICTED)
    pushed = ordinal % 3 == 2
    if pushed:
        ahead = (tug.length_m + tow.length_m) / 2.0 + 0.5
        tow.voyage = cut(
            world, [Phase(start, Beside(tug.voyage, ahead, 0.0, 0.0), UNDER_WAY)], tug.voyage.t_end
        )
    else:
        line_m = float(rng.uniform(100.0, 350.0)) + (tug.length_m + tow.length_m) / 2.0
        lag = line_m / (speed * KN_TO_MPS)
        tow.voyage = cut(world, [Phase(start + lag, Towed(tug.voyage, lag), UNDER_WAY)], tug.voyage.t_end)
    world.happens(
        "towing", tug, tow, start, tug.voyage.t_end, contact=pushed, scenario="pushed" if pushed else "towed"
    )


def pilotages(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A pilot boat beside two ships under way at 6 to 8 kn, ten to twenty minutes each."""
    boat = world.ship(rng, "pilot boat", "pilot boat")
    base = at_anchor(world, rng, offset(PILOT_STATION, *rng.uniform(-900.0, 900.0, 2)), boat.length_m)
    phases, free = [Phase(0.0, base, AT_ANCHOR)], 1800.0
    boat.voyage = cut(world, phases, world.seconds)
    while free < world.seconds - 7200.0 and len(phases) < 8:
        ship = world.ship(rng, str(rng.choice(["bulk", "container"])), "piloted")
        begin = free + float(rng.uniform(0.05, 0.4)) * (world.seconds - free)
        meet, away = begin + 2400.0, begin + 2400.0 + float(rng.uniform(600.0, 1200.0))
        _meet_pilot(world, rng, ship, meet)
        right = float(rng.choice([-1.0, 1.0])) * (ship.beam_m + boat.beam_m + 3.0) / 2.0
        beside = Beside(ship.voyage, float(rng.uniform(-0.2, 0.1)) * ship.length_m, right, 0.0)
        phases += [
            Phase(begin, Blend(Held(base, begin), beside, begin, meet), UNDER_WAY),
            Phase(meet, beside, UNDER_WAY),
            Phase(away, Blend(beside, Held(base, away + 2400.0), away, away + 2400.0), UNDER_WAY),
            Phase(away + 2400.0, base, AT_ANCHOR),
        ]
        boat.voyage = cut(world, phases, world.seconds)
        world.happens("pilotage", ship, boat, meet, away, contact=True)
        free = away + 3600.0


def trawler_pairs(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Two trawlers with one net between them, 150 to 450 m apart, 2.5 to 4 kn."""
    lead = world.ship(rng, "trawler", "pair trawler")
    mate = world.ship(rng, "trawler", "pair trawler")
    speed = float(rng.uniform(2.5, 4.0))
    lead.voyage = sail(world, rng, hauls(world, rng, 3.2), speed, 0.0, nav_status=FISHING, round_s=240.0)
    apart = float(rng.uniform(150.0, 450.0))
    sway = Wobble.draw(rng, 0.1 * apart, 1500.0)
    beside = Beside(lead.voyage, 0.0, apart, 0.0, Wobble.draw(rng, 15.0, 900.0), sway)
    mate.voyage = cut(world, [Phase(0.0, beside, FISHING)], lead.voyage.t_end)
    world.happens("fishing", lead, mate, 0.0, lead.voyage.t_end, contact=False, scenario="pair trawlers")


def dredgings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A sand dredger at anchor with a barge alongside for hours; every other one with one on each side."""
    dredger = world.ship(rng, "dredger", "dredger")
    start, end = spell(world, rng, 2.0, 6.0)
    lying = at_anchor(world, rng, world.anchor_place(rng, SAND), dredger.length_m)
    dredger.voyage = cut(world, [Phase(0.0, lying, RESTRICTED)], world.seconds)
    barges = []
    for side in (1.0, -1.0)[: 1 + ordinal % 2]:
        barge = world.ship(rng, "barge", "sand barge")
        beside = alongside(world, rng, dredger, barge, lying, side=side)
        barge.voyage = from_home(world, rng, barge, beside, start, end, SAND_SHORE, nav_status=UNDER_WAY)
        barge.redraught(end + 1800.0, 1.5)
        world.happens("dredging", dredger, barge, start, end, contact=True, holding="at anchor")
        barges.append(barge)
    for one, two in pairwise(barges):
        world.happens(
            "dredging", one, two, start, end, contact=False, holding="at anchor", scenario="on either side"
        )


def supplies(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A crew or stores boat beside an anchored ship for a quarter of an hour to an hour."""
    boat, start, end = world.ship(rng, "crew boat", "crew boat"), *spell(world, rng, 0.25, 1.0)
    name = list(ANCHORAGES)[ordinal % len(ANCHORAGES)]
    ship = _lying_ship(world, rng, name, "bulk", "supplied")
    beside = alongside(world, rng, ship, boat, ship.voyage.phases[0].motion)
    boat.voyage = from_home(world, rng, boat, beside, start, end, BARGE_HOMES[name], nav_status=UNDER_WAY)
    world.happens("supply", ship, boat, start, end, contact=True, place="anchorage", holding="at anchor")


def cranes(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A floating crane beside an anchored ship; lawful work, yet hours long."""
    crane, start, end = world.ship(rng, "crane", "crane"), *spell(world, rng, 4.0, 10.0)
    name = list(ANCHORAGES)[ordinal % len(ANCHORAGES)]
    ship = _lying_ship(world, rng, name, "bulk", "worked")
    beside = alongside(world, rng, ship, crane, ship.voyage.phases[0].motion, same=True)
    crane.voyage = from_home(world, rng, crane, beside, start, end, BARGE_HOMES[name])
    world.happens("crane", ship, crane, start, end, contact=True, place="anchorage", holding="at anchor")


def close_neighbours(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Two ships anchored two or three lengths apart that swing each on its own anchor."""
    one = _lying_ship(world, rng, list(ANCHORAGES)[int(rng.integers(2))], "coaster", "neighbour")
    lat, lon = world.anchors[-1]
    two = world.ship(rng, "coaster", "neighbour")
    angle = float(rng.uniform(0.0, 2.0 * np.pi))
    apart = float(rng.uniform(1.8, 3.0)) * max(one.length_m, two.length_m)
    beside = offset((lat, lon), apart * float(np.sin(angle)), apart * float(np.cos(angle)))
    world.anchors.append(beside)
    two.voyage = cut(
        world, [Phase(0.0, at_anchor(world, rng, beside, two.length_m), AT_ANCHOR)], world.seconds
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


def berths(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Three ships at one quay, bow to stern, and a fourth double-banked on one."""
    lat, lon, along = QUAYS[ordinal % len(QUAYS)]
    angle, place, last = np.deg2rad(along), (lat, lon), None
    for _ in range(3):
        ship = world.ship(rng, "coaster", "berthed")
        half = ship.length_m / 2.0
        place = offset(place, half * float(np.sin(angle)), half * float(np.cos(angle)))
        ship.voyage = cut(world, [Phase(0.0, Fixed(*place, along), MOORED)], world.seconds)
        half += float(rng.uniform(12.0, 40.0))
        place = offset(place, half * float(np.sin(angle)), half * float(np.cos(angle)))
        if last:
            world.happens(
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
    outer.voyage = cut(world, [Phase(0.0, beside, MOORED)], world.seconds)
    world.happens(
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


def fishing_rafts(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Four fishing boats made fast side by side at anchor near the fishing islands, as over a storm."""
    boats = [world.ship(rng, "trawler", "rafted trawler") for _ in range(4)]
    place = offset((30.640, 122.76), *rng.uniform(-700.0, 700.0, 2))
    motion = at_anchor(world, rng, place, boats[0].length_m)
    boats[0].voyage = cut(world, [Phase(0.0, motion, AT_ANCHOR)], world.seconds)
    inner: Beside | None = None
    for one, two in pairwise(boats):
        inner = alongside(world, rng, one, two, inner or motion, same=True, side=1.0)
        two.voyage = cut(world, [Phase(0.0, inner, AT_ANCHOR)], world.seconds)
        world.happens(
            "fishing",
            one,
            two,
            0.0,
            world.seconds,
            contact=True,
            holding="at anchor",
            scenario="rafted fishing boats",
        )


def net_beacons(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A string of beacons on a drift net, shown as ships, with their boat beside one of them.

    The names carry the battery's charge; every other string has numbers that no country gives out.
    """
    boat = world.ship(rng, "trawler", "netter")
    drift = adrift(world, rng, inside(rng, FISHING_GROUND), 0.0)
    buoys = []
    for k in range(5):
        buoy = world.ship(rng, "beacon", "net beacon", length_m=4.0, ais_class="B", no_size=True)
        if ordinal % 2 == 0:
            buoy.renumber(world.number(rng, (150,)))
        buoy.rename(f"{int(rng.integers(10_000, 99_999))}-{k + 1}-{int(rng.integers(20, 100))}%", imo=0)
        spot = Beside(
            drift, 0.0, 450.0 * k, 0.0, Wobble.draw(rng, 20.0, 4000.0), Wobble.draw(rng, 20.0, 4000.0)
        )
        buoy.voyage = cut(world, [Phase(0.0, spot, UNDER_WAY)], world.seconds)
        buoys.append(buoy)
    near = Beside(drift, 60.0, 30.0, 40.0, Wobble.draw(rng, 25.0, 1800.0), Wobble.draw(rng, 15.0, 1500.0))
    boat.voyage = cut(world, [Phase(0.0, near, FISHING)], world.seconds)
    world.happens(
        "fishing", boat, buoys[0], 0.0, world.seconds, contact=False, holding="adrift", scenario="net beacon"
    )


def dual_transponders(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One hull with two sets, the second copied or invented: under way, at anchor, under way.

    Every other hull hands over from one set to the other for good instead of sending with both.
    """
    ship = world.ship(rng, "coaster", "dual set", no_size=False)
    place = world.anchor_place(rng, ANCHORAGES["Changjiangkou"])
    lying = at_anchor(world, rng, place, ship.length_m)
    arrive = 0.3 * world.seconds
    leave = arrive + max(float(rng.uniform(0.25, 0.45)) * world.seconds, 3600.0)
    way_in = [offset(SOUTH, 1500.0, 0.0), (30.2, 123.05), (30.9, 123.0), place]
    inward = route(way_in, 9.0, arrive=arrive, slow_to_m=4000.0)
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
    other = world.second_transponder(rng, ship)
    if ordinal % 2:
        change = float(rng.uniform(arrive, leave))
        ship.silences.append((change, np.inf))
        other.silences.append((-np.inf, change))
    else:
        world.happens(
            "same_hull", ship, other, ship.voyage.t_start, ship.voyage.t_end, contact=False,
            place="anchorage",
            holding="under way and at anchor",
        )  # fmt: skip


def circles(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Three ships whose satellite navigation is spoofed: all go round one point at 20 kn for hours."""
    centre = offset((30.86, 122.35), *rng.uniform(-2000.0, 2000.0, 2))
    radius = float(rng.uniform(150.0, 350.0))
    victims = [world.ship(rng, "coaster", "circle victim", ais_class="A") for _ in range(3)]
    start = float(rng.uniform(0.1, 0.5)) * world.seconds
    end = start + float(rng.uniform(1.5, 5.0)) * 3600.0
    for ship in victims:
        lying = at_anchor(world, rng, world.anchor_place(rng, ANCHORAGES["Changjiangkou"]), ship.length_m)
        false = Circle(*centre, radius, 10.3, float(rng.uniform(0.0, 6.28)))
        ship.voyage = cut(
            world,
            [Phase(0.0, lying, AT_ANCHOR), Phase(start, false, AT_ANCHOR), Phase(end, lying, AT_ANCHOR)],
            world.seconds,
        )
    for other in victims[1:]:
        world.happens(
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
    ship.voyage = cut(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    return ship


def _meet_pilot(world: World, rng: np.random.Generator, ship: Ship, meet: float) -> None:
    """Let a ship come in from the east past the pilot station at an instant [s]."""
    sea, pass_by = (29.45, 123.05), offset(PILOT_STATION, 2500.0, -1500.0)
    speed = float(rng.uniform(6.0, 8.0))
    start = route([sea, pass_by], speed, arrive=meet).times[0]
    ship.voyage = sail(world, rng, [sea, pass_by, (29.70, 122.36)], speed, start)
