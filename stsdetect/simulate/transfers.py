"""Transfers: two hulls made fast and cargo going over. Contact times follow domain 3.1."""

from __future__ import annotations

import numpy as np

from stsdetect.simulate.fleet import Ship
from stsdetect.simulate.motion import Blend, Held, Motion, Phase
from stsdetect.simulate.voyages import adrift, alongside, at_anchor, come_and_go, cut, stop_over
from stsdetect.simulate.world import (
    ANCHORAGES,
    AT_ANCHOR,
    BUNKERING,
    NORTH,
    OPEN_SEA,
    SOUTH,
    UNDER_WAY,
    World,
    inside,
    offset,
)

_DAY_UTC_H = (22.5, 33.0)  # 06:30 to 17:00 at 122 E, counted from the UTC day before


def open_transfers(world: World, rng: np.random.Generator) -> None:
    """Two small tankers adrift outside every anchorage; oil, 3 to 9 h."""
    host = world.ship(rng, "product tanker", "giver", no_size=False)
    guest = world.ship(rng, "product tanker", "receiver", no_size=False)
    start, end = _spell(world, rng, 3.0, 9.0)
    drifting = adrift(world, rng, inside(rng, OPEN_SEA), start - 7200.0)
    host.voyage = stop_over(
        world, rng, drifting, start - 7200.0, end + 5400.0,
        way_in=[offset(SOUTH, 3000.0, 0.0)], way_out=[offset(SOUTH, 15_000.0, 0.0)], speed_kn=9.0,
    )  # fmt: skip
    guest.voyage = come_and_go(
        world, rng, alongside(world, rng, host, guest, drifting, same=True), start, end,
        come_from=offset(NORTH, 2500.0, 0.0), leave_to=offset(SOUTH, 9000.0, 0.0), speed_kn=9.5,
    )  # fmt: skip
    _cargo_over(rng, host, guest, end, 1.2)
    world.happens(
        "transfer",
        host,
        guest,
        start,
        end,
        contact=True,
        illicit=True,
        holding="adrift",
        scenario="open oil, adrift",
    )


def crowd_transfers(world: World, rng: np.random.Generator) -> None:
    """A coal ship comes beside a barge that lies at anchor among others; 6 to 14 h."""
    barge = world.ship(rng, "barge", "receiver", ais_class="A", no_size=False)
    coal = world.ship(rng, "coal ship", "giver", no_size=False)
    start, end = _spell(world, rng, 6.0, 14.0)
    lying = at_anchor(world, rng, world.anchor_place(rng, ANCHORAGES["Changjiangkou"], 500.0), barge.length_m)
    barge.voyage = cut(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    coal.voyage = come_and_go(
        world, rng, alongside(world, rng, barge, coal, lying), start, end,
        come_from=offset(NORTH, 4000.0, 0.0), leave_to=offset(NORTH, 9000.0, 0.0), speed_kn=9.0,
        nav_status=AT_ANCHOR,
    )  # fmt: skip
    _cargo_over(rng, coal, barge, end, 1.8)
    world.happens(
        "transfer", coal, barge, start, end, contact=True, illicit=True, place="anchorage",
        holding="at anchor", scenario="coal in the crowd",
    )  # fmt: skip


def dark_transfers(world: World, rng: np.random.Generator) -> None:
    """A coal ship falls silent miles off, lies beside a barge that is seen to wait, and is heard again."""
    barge = world.ship(rng, "barge", "receiver", ais_class="A", no_size=False)
    coal = world.ship(rng, "coal ship", "giver", no_size=False)
    start, end = _spell(world, rng, 6.0, 10.0)
    place, at_rest = inside(rng, OPEN_SEA), bool(rng.random() < 0.5)
    stop: Motion = at_anchor(world, rng, place, barge.length_m)
    if not at_rest:
        stop = adrift(world, rng, place, start - 5400.0)
    barge.voyage = stop_over(
        world, rng, stop, start - 5400.0, end + 4800.0,
        way_in=[offset(SOUTH, 3000.0, 0.0)], way_out=[offset(SOUTH, 15_000.0, 0.0)], speed_kn=9.0,
        nav_status=AT_ANCHOR if at_rest else UNDER_WAY,
    )  # fmt: skip
    coal.voyage = come_and_go(
        world, rng, alongside(world, rng, barge, coal, stop), start, end,
        come_from=offset(NORTH, 5000.0, 0.0), leave_to=offset(NORTH, 9000.0, 0.0), speed_kn=9.0,
    )  # fmt: skip
    coal.silences.append(
        (start - float(rng.uniform(5000.0, 7500.0)), end + float(rng.uniform(5000.0, 7500.0)))
    )
    _cargo_over(rng, coal, barge, end, 1.8)
    world.happens(
        "dark_transfer", coal, barge, start, end, contact=True, illicit=True, dark=(coal,),
        holding="at anchor" if at_rest else "adrift", scenario="one side dark",
    )  # fmt: skip


def bunkerings(world: World, rng: np.random.Generator) -> None:
    """A bunker barge beside a ship at an official bunkering anchorage, by day, 2 to 6 h."""
    ship = world.ship(rng, str(rng.choice(["bulk", "container"])), "bunkered", no_size=False)
    barge = world.ship(rng, "bunker barge", "bunker barge", no_size=False)
    start, end = _spell(world, rng, 2.0, 6.0, by_day=True)
    name = str(rng.choice(list(BUNKERING)))
    lying = at_anchor(world, rng, world.anchor_place(rng, BUNKERING[name]), ship.length_m)
    ship.voyage = cut(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    home = offset(_BARGE_HOME[name], *rng.uniform(-800.0, 800.0, 2))
    run = come_and_go(
        world, rng, alongside(world, rng, ship, barge, lying), start, end,
        come_from=home, leave_to=home, speed_kn=8.0, nav_status=AT_ANCHOR,
    )  # fmt: skip
    out, back = run.t_start, run.t_end
    at_home = at_anchor(world, rng, home, barge.length_m)
    barge.voyage = cut(
        world,
        [
            Phase(0.0, at_home, AT_ANCHOR),
            Phase(out - 1200.0, Blend(at_home, Held(run, out), out - 1200.0, out), UNDER_WAY),
            *run.phases,
            Phase(back, Blend(Held(run, back), at_home, back, back + 1200.0), UNDER_WAY),
            Phase(back + 1200.0, at_home, AT_ANCHOR),
        ],
        world.seconds,
    )
    barge.redraught(end + 600.0, -0.5)
    world.happens(
        "bunkering", ship, barge, start, end, contact=True, place="bunkering anchorage", holding="at anchor",
        scenario="official bunkering by day",
    )  # fmt: skip


_BARGE_HOME = {"Tiaozhoumen": (29.64, 122.56), "Qushan": (30.54, 122.60)}


def _spell(
    world: World, rng: np.random.Generator, low_h: float, high_h: float, *, by_day: bool = False
) -> tuple[float, float]:
    """Start and end of a contact [s] that fits into the sea with room to come and go."""
    hours = min(float(rng.uniform(low_h, high_h)), max(world.params.hours - 8.0, 1.0))
    earliest, latest = 4.0, max(world.params.hours - hours - 4.0, 4.1)
    for _ in range(200):
        start = float(rng.uniform(earliest, latest))
        clock = (start + world.start_hour_utc - _DAY_UTC_H[0]) % 24.0
        if not by_day or clock + hours <= _DAY_UTC_H[1] - _DAY_UTC_H[0]:
            break
    return start * 3600.0, (start + hours) * 3600.0


def _cargo_over(rng: np.random.Generator, giver: Ship, receiver: Ship, end: float, most_m: float) -> None:
    """Both crews change their draught within three hours of the end; a guess."""
    change = float(rng.uniform(0.4, 1.0)) * most_m
    giver.redraught(
        end + float(rng.uniform(600.0, 10_800.0)), -change, "NAMPO" if rng.random() < 0.1 else "FOR ORDERS"
    )
    receiver.redraught(
        end + float(rng.uniform(600.0, 10_800.0)), change, str(rng.choice(["ZHAPU", "TAICANG", "JIANGYIN"]))
    )
