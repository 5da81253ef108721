"""Ships alone that look like one beside an unseen partner: waiting, work at sea, berths, buoys, ports beyond.

None has a row of TRUTH, since no second ship is there; the role in SHIPS names them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.world.anchoring import OnChain
from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.hull_motion import (
    Beside,
    Blend,
    Fixed,
    Held,
    Motion,
    Phase,
    Wobble,
    route,
    where,
)
from stsdetect.simulation.world.stage import (
    ANCHORAGES,
    AT_ANCHOR,
    FISHING,
    FISHING_GROUND,
    MOORED,
    NORTH,
    OPEN_SEA,
    PILOT_STATION,
    QUAYS,
    RESTRICTED,
    SAND,
    SOUTH,
    UNDERWAY,
    Place,
    World,
    home_of,
    inside,
    offset,
)
from stsdetect.simulation.world.voyages import (
    FIRST_FROM_HOME_S,
    adrift,
    at_anchor,
    based_at,
    draw_period,
    fairway,
    make_voyage,
    sail,
    stop_over,
)
from stsdetect.units import S_PER_H

NOT_UNDER_COMMAND = 2  # navigational status, M.1371-5


@scene
def anchor_waits(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A barge, coaster or small tanker at her own anchor for 3 to 30 h, one in three in an anchorage.

    As barges beside a mother do, half of those that can come out from an anchorage near the shore and go back
    there; one in ten enters another draught, one in six is in a gap for some of the time.
    """
    kind = ("barge", "coaster", "product tanker", "lighter", "bunker barge", "coal ship")[ordinal % 6]
    ship = world.ship(rng, kind, "waits at anchor")
    if kind in ("barge", "lighter", "bunker barge"):
        ship.set_name(ship.broadcasts[0][1].shipname, imo=0)
    arrive, leave = draw_period(world, rng, 3.0, 30.0)
    place = (
        world.anchor_place(rng, ANCHORAGES["Changjiangkou"], 500.0)
        if rng.random() < 1.0 / 3.0
        else world.anchor_place(rng, OPEN_SEA, 1500.0)
    )
    home, speed_kn = home_of(place), float(rng.uniform(7.0, 10.0))
    stop = at_anchor(world, rng, place, ship.length_m)
    if home is not None and arrive > FIRST_FROM_HOME_S and rng.random() < 0.5:
        home = offset(home, *rng.uniform(-900.0, 900.0, 2))
        run = stop_over(
            world, rng, stop, arrive, leave, inbound=[home], outbound=[home], speed_kn=speed_kn,
            nav_status=AT_ANCHOR,
        )  # fmt: skip
        ship.voyage = based_at(world, rng, ship, run, home)
    else:
        sea = offset(NORTH if rng.random() < 0.7 else SOUTH, 5000.0, 0.0)
        beyond = [*fairway(sea, place), sea]
        ship.voyage = stop_over(
            world, rng, stop, arrive, leave, inbound=beyond[::-1], outbound=beyond, speed_kn=speed_kn,
            nav_status=AT_ANCHOR,
        )  # fmt: skip
    changes, fails = rng.random(2) < (0.1, 1.0 / 6.0)
    if changes:
        ship.change_draught(float(rng.uniform(arrive, leave + 7200.0)), float(rng.uniform(-0.6, 0.6)))
    if fails:
        start = float(rng.uniform(arrive - 3600.0, leave - 3600.0))
        ship.switched_off.append((start, start + float(rng.uniform(1.0, 8.0)) * S_PER_H))


@scene
def drifters(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship adrift for orders for 10 to 40 h; she steams back every 6 to 12 h."""
    ship = world.ship(
        rng, ("bulk", "product tanker", "coaster", "crude tanker")[ordinal % 4], "drifts for orders"
    )
    start, end = draw_period(world, rng, 10.0, 40.0)
    place, t = inside(rng, OPEN_SEA), start
    stops: list[tuple[Motion, float]] = []
    while t < end:
        until = min(t + float(rng.uniform(6.0, 12.0)) * S_PER_H, end)
        motion = adrift(world, rng, place, t)
        stops.append((motion, until - t))
        place, t = (
            _toward(where(motion, until)[:2], place, float(rng.uniform(2000.0, 6000.0))),
            until + 2700.0,
        )
    _tour(
        world,
        rng,
        ship,
        stops,
        start,
        inbound=offset(SOUTH, 4000.0, 0.0),
        outbound=offset(NORTH, 5000.0, 0.0),
        status=UNDERWAY,
        speed_kn=9.0,
    )


@scene
def draggings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship at anchor that drags 200 to 800 m within one to three hours and then holds again."""
    ship = world.ship(rng, ("bulk", "coaster")[ordinal % 2], "drags her anchor")
    place = world.anchor_place(rng, ANCHORAGES["Changjiangkou"], 900.0)
    angle = np.deg2rad(world.water.wind_to_deg)
    far_m = float(rng.uniform(200.0, 800.0))
    before = at_anchor(world, rng, place, ship.length_m)
    after = at_anchor(
        world, rng, offset(place, far_m * float(np.sin(angle)), far_m * float(np.cos(angle))), ship.length_m
    )
    start = float(rng.uniform(0.2, 0.7)) * world.seconds
    end = start + float(rng.uniform(1.0, 3.0)) * S_PER_H
    ship.voyage = make_voyage(
        world,
        [
            Phase(0.0, before, AT_ANCHOR),
            Phase(start, Blend(before, after, start, end), AT_ANCHOR),
            Phase(end, after, AT_ANCHOR),
        ],
        world.seconds,
    )


@scene
def repairs(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship not under command, adrift for 2 to 12 h; every third one has no power to transmit for hours."""
    ship = world.ship(
        rng, str(rng.choice(["bulk", "container", "coaster", "product tanker"])), "under repair"
    )
    arrive, leave = draw_period(world, rng, 2.0, 12.0)
    stop = adrift(world, rng, inside(rng, OPEN_SEA), arrive)
    ship.voyage = stop_over(
        world, rng, stop, arrive, leave, inbound=[offset(SOUTH, 3000.0, 0.0)],
        outbound=[offset(NORTH, 9000.0, 0.0)], speed_kn=float(rng.uniform(9.0, 12.0)),
        nav_status=NOT_UNDER_COMMAND if rng.random() < 0.7 else UNDERWAY,
    )  # fmt: skip
    if ordinal % 3 == 2:
        ship.switched_off.append((arrive, leave - float(rng.uniform(0.0, 0.3)) * (leave - arrive)))


@scene
def squid_boats(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Adrift on a sea anchor from dusk to dawn, at another place each night; slowly under way by day."""
    boat = world.ship(rng, "squid boat", "squid boat")
    place, stops = inside(rng, FISHING_GROUND), []
    # Dusk at 122 E is near 10:30 UTC.
    t = ((10.5 - world.start_hour_utc) % 24.0) * S_PER_H
    first = t
    while t < world.seconds:
        hours = float(rng.uniform(8.0, 11.0))
        motion = adrift(world, rng, place, t)
        stops.append((motion, hours * S_PER_H))
        place = offset(where(motion, t + hours * S_PER_H)[:2], *rng.uniform(-6000.0, 6000.0, 2))
        t += 24.0 * S_PER_H
    if stops:
        _tour(
            world,
            rng,
            boat,
            stops,
            first,
            inbound=offset(place, 9000.0, 0.0),
            outbound=offset(place, -9000.0, 0.0),
            status=FISHING,
            speed_kn=3.0,
            every_s=24.0 * S_PER_H,
        )


@scene
def spud_dredgers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A cutter dredger that swings some 25 degrees to either side about a spud under her stern."""
    ship = world.ship(rng, "dredger", "spud dredger")
    t = np.arange(0.0, world.seconds + 60.0, 60.0)
    period_s = float(rng.uniform(900.0, 2400.0))
    sweep = np.abs((t / period_s) % 2.0 - 1.0) * 2.0 - 1.0
    direction = float(rng.uniform(0.0, 360.0)) + float(rng.uniform(15.0, 35.0)) * sweep
    place = world.anchor_place(rng, SAND, 900.0)
    lying = OnChain(place[0], place[1], ship.length_m / 2.0, (t, direction, np.full_like(t, -ship.length_m)))
    ship.voyage = make_voyage(world, [Phase(0.0, lying, RESTRICTED)], world.seconds)


@scene
def hoppers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A hopper dredger: two hours at 1 to 2 kn on the ground, to the dumping ground, and back again."""
    ship = world.ship(rng, "hopper", "hopper dredger")
    here, phases, t = inside(rng, SAND), [], 0.0
    dump = offset((31.10, 122.62), *rng.uniform(-2000.0, 2000.0, 2))
    while t < world.seconds:
        angle = float(rng.uniform(0.0, 2.0 * np.pi))
        corner = offset(here, 2200.0 * float(np.sin(angle)), 2200.0 * float(np.cos(angle)))
        digging = route([here, corner, here], float(rng.uniform(1.0, 2.0)), start=t, round_s=300.0)
        trip = route(
            [here, dump, offset(dump, 500.0, 0.0), here], 9.0, start=digging.times[-1], slow_to_m=2000.0
        )
        phases += [Phase(t, digging, RESTRICTED), Phase(digging.times[-1], trip, UNDERWAY)]
        t = trip.times[-1]
    ship.voyage = make_voyage(world, phases, world.seconds)


@scene
def surveys(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A survey ship on parallel lines 200 m apart at 3 to 5 kn."""
    ship = world.ship(rng, "survey ship", "surveys")
    corner, far_m = inside(rng, OPEN_SEA), float(rng.uniform(3000.0, 9000.0))
    angle, waypoints = float(rng.uniform(0.0, 2.0 * np.pi)), []
    for k in range(60):
        begin = offset(corner, 200.0 * k * float(np.cos(angle)), -200.0 * k * float(np.sin(angle)))
        end = offset(begin, far_m * float(np.sin(angle)), far_m * float(np.cos(angle)))
        waypoints += [begin, end] if k % 2 == 0 else [end, begin]
    ship.voyage = sail(world, rng, waypoints, float(rng.uniform(3.0, 5.0)), 0.0, nav_status=RESTRICTED)


@scene
def cable_ships(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A cable ship that creeps 300 to 900 m and stops for hours over the next joint, on one heading."""
    ship = world.ship(rng, "cable ship", "lays cable")
    here, stops = inside(rng, OPEN_SEA), []
    heading = float(rng.uniform(0.0, 360.0))
    angle = np.deg2rad(heading)
    first, last = draw_period(world, rng, 16.0, 40.0)
    t = first
    while t < last:
        hours = float(rng.uniform(2.0, 7.0))
        stops.append((_hovering(rng, here, heading), hours * S_PER_H))
        far_m = float(rng.uniform(300.0, 900.0))
        here = offset(here, far_m * float(np.sin(angle)), far_m * float(np.cos(angle)))
        t += hours * S_PER_H + 1800.0
    _tour(
        world,
        rng,
        ship,
        stops,
        first,
        inbound=offset(SOUTH, 5000.0, 0.0),
        outbound=offset(NORTH, 5000.0, 0.0),
        status=RESTRICTED,
        speed_kn=9.0,
    )


@scene
def buoy_tenders(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A tender that holds 0.7 to 2.5 h beside each of some buoys along the lane."""
    ship = world.ship(rng, "buoy tender", "tends buoys")
    first, _ = draw_period(world, rng, 12.0, 20.0)
    lat = float(rng.uniform(29.7, 30.6))
    stops = [
        (
            _hovering(
                rng, (lat + 0.07 * k, 123.02 + float(rng.uniform(-0.01, 0.01))), float(rng.uniform(0, 360))
            ),
            float(rng.uniform(0.7, 2.5)) * S_PER_H,
        )
        for k in range(5)
    ]
    _tour(
        world,
        rng,
        ship,
        stops,
        first,
        inbound=offset(SOUTH, 2000.0, 0.0),
        outbound=offset(NORTH, 2000.0, 0.0),
        status=RESTRICTED,
        speed_kn=9.0,
    )


@scene
def buoy_moorings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Two or three tankers in turn at a single point mooring, bow 5 to 60 m from it, with another draught."""
    buoy = world.anchor_place(rng, OPEN_SEA, 4000.0)
    n = int(rng.integers(2, 4))
    period_s = (world.seconds - 8.0 * S_PER_H) / n
    for k in range(n):
        ship = world.ship(rng, str(rng.choice(["crude tanker", "product tanker"])), "at a buoy mooring")
        arrive = 4.0 * S_PER_H + k * period_s
        leave = arrive + period_s * float(rng.uniform(0.6, 0.85))
        lying = _at_buoy(world, rng, buoy, ship)
        ship.voyage = stop_over(
            world, rng, lying, arrive, leave, inbound=[offset(SOUTH, 4000.0, 0.0)],
            outbound=[offset(SOUTH, 9000.0, 0.0)], speed_kn=9.0,
            nav_status=int(rng.choice([MOORED, AT_ANCHOR, UNDERWAY], p=[0.7, 0.2, 0.1])),
        )  # fmt: skip
        if rng.random() < 0.8:
            late_s = float(rng.uniform(0.2, 6.0)) * S_PER_H
            ship.change_draught(leave + late_s, -float(rng.uniform(0.02, 0.04)) * ship.length_m)


@scene
def pilot_cutters(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A pilot cutter that waits under way near her station at 0.5 to 2 kn."""
    ship = world.ship(rng, "pilot boat", "pilot cutter", length_m=float(rng.uniform(35.0, 60.0)))
    speed_kn = float(rng.uniform(0.5, 2.0))
    n = int(world.params.hours * speed_kn * 1852.0 / 700.0) + 4
    waypoints = [offset(PILOT_STATION, *rng.uniform(-900.0, 900.0, 2)) for _ in range(n)]
    ship.voyage = sail(world, rng, waypoints, speed_kn, 0.0)


@scene
def berth_gaps(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A coaster at a quay, in a gap while she lies there, with another draught after it."""
    lat, lon, along = QUAYS[ordinal % len(QUAYS)]
    ship = world.ship(rng, "coaster", "switched off at her berth", ais_class="A")
    angle, far_m = np.deg2rad(along), 500.0 + 160.0 * (ordinal // len(QUAYS))
    place = offset((lat, lon), far_m * float(np.sin(angle)), far_m * float(np.cos(angle)))
    moored = Fixed(*place, along)
    start, end = draw_period(world, rng, 6.0, 30.0)
    ship.voyage = make_voyage(world, [Phase(0.0, moored, MOORED)], world.seconds)
    if ordinal % len(QUAYS) == 1 and start > 9.0 * S_PER_H:
        sea = [(30.54, 123.6), (30.54, 122.7), (30.565, 122.30), (30.57, 122.01), (30.60, 122.02)]
        off, off_s, away_s = offset(place, -500.0, -400.0), start - 5400.0, end + 5400.0
        inward = route([*sea, off], 10.0, arrive=off_s, slow_to_m=4000.0)
        outward = route([off, *sea[::-1]], 10.0, start=away_s, slow_from_m=3000.0)
        ship.voyage = make_voyage(
            world,
            [
                Phase(inward.times[0], inward, UNDERWAY),
                Phase(off_s, Blend(Held(inward, off_s), moored, off_s, start - 3600.0), UNDERWAY),
                Phase(start - 3600.0, moored, MOORED),
                Phase(end + 3600.0, Blend(moored, Held(outward, away_s), end + 3600.0, away_s), UNDERWAY),
                Phase(away_s, outward, UNDERWAY),
            ],
            outward.times[-1],
        )
    ship.switched_off.append((start, end))
    if rng.random() < 0.7:
        ship.change_draught(end - 600.0, float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 2.5)))


@scene
def edge_calls(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship that sails out of reception, calls at a port there, and comes back with another draught."""
    ship = world.ship(
        rng,
        ("coaster", "coal ship", "barge", "product tanker")[ordinal % 4],
        "calls beyond the edge",
        ais_class="A",
    )
    port = (30.10, 125.30)
    out = route([offset(NORTH, 5000.0, 0.0), (30.9, 123.2), port], 11.0, start=0.0)
    turn = out.times[-1] + float(rng.uniform(6.0, 16.0)) * S_PER_H
    back = route([port, (30.9, 123.25), offset(NORTH, 9000.0, 0.0)], 10.0, start=turn)
    ship.voyage = make_voyage(
        world,
        [
            Phase(0.0, out, UNDERWAY),
            Phase(
                out.times[-1], Blend(Held(out, out.times[-1]), Held(back, turn), out.times[-1], turn), MOORED
            ),
            Phase(turn, back, UNDERWAY),
        ],
        back.times[-1],
    )
    ship.change_draught(turn, float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 2.0)))


def _toward(here: Place, there: Place, far_m: float) -> Place:
    """A place `far_m` from one place towards another, or the other one where that is nearer."""
    share = min(far_m / max(float(distance_m(*here, *there)), 1.0), 1.0)
    return here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])


def _hovering(rng: np.random.Generator, place: Place, heading: float) -> Motion:
    """Held at a place and on a heading by thrusters, within some metres."""
    still = Fixed(place[0], place[1], heading)
    return Beside(still, 0.0, 0.0, 0.0, Wobble.draw(rng, 6.0, 900.0), Wobble.draw(rng, 6.0, 700.0))


def _at_buoy(world: World, rng: np.random.Generator, buoy: Place, ship: Ship) -> OnChain:
    """On a hawser to a buoy: as at anchor, with a short fixed distance."""
    lying = at_anchor(world, rng, buoy, ship.length_m)
    hawser_m = float(rng.uniform(5.0, 60.0))
    if isinstance(lying, OnChain):
        t, direction, _ = lying.line
        yaw, sheer = lying.yaw, lying.sheer
    else:
        (t, direction), yaw, sheer = lying.swing, lying.yaw, Wobble.draw(rng, 1.0, 900.0)
    return OnChain(
        buoy[0], buoy[1], ship.length_m / 2.0, (t, direction, np.full_like(t, hawser_m)), yaw, sheer
    )


def _tour(
    world: World,
    rng: np.random.Generator,
    ship: Ship,
    stops: Sequence[tuple[Motion, float]],
    start: float,
    *,
    inbound: Place,
    outbound: Place,
    status: int,
    speed_kn: float,
    every_s: float | None = None,
) -> None:
    """Set a voyage from stop to stop, each for some seconds; the first begins at `start` [s].

    From one stop to the next takes the rest of `every_s`, or 45 minutes.
    """
    first = stops[0][0]
    inward = route([inbound, where(first, start)[:2]], speed_kn, arrive=start, slow_to_m=2000.0)
    phases = [
        Phase(inward.times[0], inward, UNDERWAY),
        Phase(start, Blend(Held(inward, start), first, start, start + 900.0), status),
    ]
    t = start
    for (stop, seconds), following in zip(stops, [*stops[1:], None], strict=True):
        leave = t + seconds
        if following is None:
            break
        t = t + every_s if every_s else leave + 2700.0
        phases += [
            Phase(leave, Blend(Held(stop, leave), following[0], leave, t), UNDERWAY),
            Phase(t, following[0], status),
        ]
    lat, lon, _ = where(stop, leave)
    away = leave + 900.0
    outward = route([offset((lat, lon), 200.0, 200.0), outbound], speed_kn, start=away, slow_from_m=2000.0)
    phases += [
        Phase(leave, Blend(stop, Held(outward, away), leave, away), UNDERWAY),
        Phase(away, outward, UNDERWAY),
    ]
    ship.voyage = make_voyage(world, phases, outward.times[-1])
