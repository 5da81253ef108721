"""Lawful trade to the same quays: coal coasters, river barges, shuttles, liners, sand, platforms, ferries."""

from __future__ import annotations

import numpy as np

from stsdetect.simulation.scenes.embargo_trade import (
    BARGE_QUAYS,
    Deferred,
    from_north_korea,
    rename,
    take_to_quay,
    transfer,
    waiting_barge,
)
from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.trade.fairways import NODES
from stsdetect.simulation.trade.port_calls import begin_moored, call, load
from stsdetect.simulation.trade.quays import QUAYS, ROADS, ROADS_OF, quays_for
from stsdetect.simulation.trade.trader import Trader
from stsdetect.simulation.world.stage import Box, World, inside, offset
from stsdetect.simulation.world.voyage_log import Parcel
from stsdetect.units import S_PER_H

_S_PER_DAY = 24.0 * S_PER_H
_SAND_GROUNDS = (Box(31.05, 31.12, 122.30, 122.45), Box(30.66, 30.70, 121.60, 121.75))
_PLATFORM_ROADS = Box(30.84, 30.90, 122.36, 122.50)
_RIVER_QUAYS = (
    "changshu",
    "nantong 1",
    "nantong 2",
    "zhangjiagang 1",
    "zhangjiagang 2",
    "jiangyin",
    "taicang 3",
)
_BAY_QUAYS = ("beilun 1", "beilun 3", "zhenhai", "zhapu 1", "zhapu 2", "baoshan")
_EDGES = ("south edge", "east edge", "korea strait")


@scene
def coal_coasters(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Coal from Qinhuangdao, Qingdao or Dalian to the quays of the bay and the river, all the sea long."""
    ship = _coaster(world, rng, "coal coaster")
    _sail_coal(world, rng, ship)
    ship.finish()


@scene
def renamed_traders(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """As coal coasters, but the ship gets another MMSI while she lies at a quay: a new flag."""
    ship = _coaster(world, rng, "renamed coaster")
    _sail_coal(world, rng, ship)
    ship.finish()
    rename(world, rng, ship, float(rng.uniform(0.25, 0.75)) * world.seconds)


def _coaster(world: World, rng: np.random.Generator, role: str) -> Trader:
    ship = Trader.build(world, rng, "coaster" if rng.random() < 0.75 else "bulk", role,
                        -_days(rng, 0.0, 5.0), "yellow sea south")  # fmt: skip
    if rng.random() < 0.5:
        ship.laden(ship.hull.capacity_t * float(rng.uniform(0.75, 1.0)), "coal", "Qinhuangdao")
    return ship


def _sail_coal(world: World, rng: np.random.Generator, ship: Trader) -> None:
    at_home = str(rng.choice(quays_for("northern coal")))
    quays = [q for q in BARGE_QUAYS if ship.ship.length_m < 150.0 or QUAYS[q].spacing_m >= 170]
    while ship.t < world.seconds:
        if ship.holds.tonnes < 1.0:
            coal = Parcel(ship.hull.capacity_t * float(rng.uniform(0.75, 1.0)), "coal", QUAYS[at_home].port)
            call(ship, at_home, load=coal, rate_tph=float(rng.uniform(600.0, 2000.0)), idle_h=_idle(rng))
        first = str(rng.choice(quays))
        port = [name for name, q in QUAYS.items() if q.port == QUAYS[first].port and name != first]
        port = [name for name in port if "coal" in QUAYS[name].trades]
        shift = str(rng.choice(port)) if port and rng.random() < 0.12 else None
        if rng.random() < 0.35:
            ship.anchor(ROADS_OF[QUAYS[first].via] if rng.random() < 0.6 else "mouth", ship.t)
            ship.wait(ship.t + float(rng.uniform(3.0, 45.0)) * S_PER_H)
        _fail_on_passage(rng, ship)
        call(ship, first, rate_tph=float(rng.uniform(250.0, 900.0)), idle_h=_idle(rng), shift_to=shift)


def _fail_on_passage(rng: np.random.Generator, ship: Trader) -> None:
    """Of some ships the transponder fails for hours of the last days."""
    if rng.random() < 0.08:
        start = ship.t - float(rng.uniform(0.0, 40.0)) * S_PER_H
        ship.dark(start, start + float(rng.uniform(3.0, 30.0)) * S_PER_H)


@scene
def coastal_tankers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Oil products from Dalian to the oil quays, or from these over the edge to Korea and back."""
    tanker = Trader.build(world, rng, "product tanker", "coastal tanker", -_days(rng, 0.0, 4.0), "nanhui")
    quay = str(rng.choice(quays_for("oil")))
    begin_moored(tanker, quay, float(rng.uniform(6.0, 20.0)))
    while tanker.t < world.seconds:
        if ordinal % 2:
            call(
                tanker, "dalian", load=_fill(rng, tanker, "oil", "dalian"), rate_tph=500.0, idle_h=_idle(rng)
            )
            call(tanker, str(rng.choice(quays_for("oil"))), rate_tph=500.0, idle_h=_idle(rng))
        else:
            load(tanker, _fill(rng, tanker, "oil", quay))
            edge = str(rng.choice(_EDGES[1:]))
            tanker.sail(NODES[edge], edge)
            tanker.burn()
            tanker.enter_draught(tanker.t)
            quay = str(rng.choice(quays_for("oil")))
            call(tanker, quay, idle_h=12.0)
        _fail_on_passage(rng, tanker)
    tanker.finish()


@scene
def river_barges(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Ore, coal and general cargo from the terminals of the bay to the quays of the river, and back."""
    cargo = str(rng.choice(["ore", "coal", "general"]))
    barge = Trader.build(world, rng, "barge", "river barge", -_days(rng, 0.0, 2.0), "bay")
    loading = str(rng.choice(_BAY_QUAYS))
    begin_moored(barge, loading, float(rng.uniform(3.0, 12.0)))
    load(barge, _fill(rng, barge, cargo, loading))
    while barge.t < world.seconds:
        discharging = str(rng.choice(_RIVER_QUAYS))
        call(barge, discharging, rate_tph=float(rng.uniform(150.0, 600.0)), idle_h=_idle(rng))
        if rng.random() < 0.4:
            load(barge, _fill(rng, barge, "general", discharging))
            call(
                barge,
                str(rng.choice(_BAY_QUAYS)),
                rate_tph=float(rng.uniform(150.0, 600.0)),
                idle_h=_idle(rng),
            )
        if rng.random() < 0.4:
            barge.anchor(str(rng.choice(["jintang", "zhapu", "taicang"])), barge.t)
            barge.wait(barge.t + float(rng.uniform(3.0, 60.0)) * S_PER_H)
        loading = str(rng.choice(_BAY_QUAYS))
        call(
            barge, loading, load=_fill(rng, barge, cargo, loading), rate_tph=float(rng.uniform(300.0, 900.0)),
            idle_h=_idle(rng),
        )  # fmt: skip
    barge.finish()


@scene
def shuttles(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Containers between the terminals, a call of some hours each."""
    ship = Trader.build(world, rng, "shuttle", "container shuttle", -_days(rng, 0.0, 1.0), "nanhui")
    terminals = [str(q) for q in rng.choice(quays_for("boxes"), 3, replace=False)]
    nth = 0
    while ship.t < world.seconds:
        quay = terminals[nth % len(terminals)]
        boxes = Parcel(ship.hull.capacity_t * float(rng.uniform(0.15, 0.7)), "boxes", QUAYS[quay].port)
        call(
            ship,
            quay,
            load=boxes,
            rate_tph=float(rng.uniform(300.0, 900.0)),
            idle_h=float(rng.uniform(0.5, 3.0)),
        )
        nth += 1
    ship.finish()


@scene
def liners(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A large ship comes in over the edge, calls at one or two terminals and leaves."""
    is_box = bool(rng.random() < 0.65)
    edge = str(rng.choice(_EDGES))
    begin = float(rng.uniform(-3.0, world.params.hours / 24.0 - 0.5)) * _S_PER_DAY
    ship = Trader.build(world, rng, "container" if is_box else "bulk", "liner", begin, edge,
                        length_m=None if is_box else float(rng.uniform(150.0, 200.0)))  # fmt: skip
    quays = [
        q for q in quays_for("boxes" if is_box else "ore") if QUAYS[q].spacing_m > ship.ship.length_m + 15.0
    ]
    if not quays:
        quays = ["yangshan 1"]
    ship.laden(0.8 * ship.hull.capacity_t, "boxes" if is_box else "ore", "")
    for nth in range(int(rng.integers(1, 3))):
        quay = str(rng.choice(quays))
        boxes = Parcel(float(rng.uniform(0.2, 0.5)) * ship.hull.capacity_t, "boxes", QUAYS[quay].port)
        call(ship,
            quay, load=boxes if is_box else None, discharge=float(rng.uniform(0.3, 0.6)) if is_box else 1.0,
            rate_tph=float(rng.uniform(800.0, 3000.0)), idle_h=float(rng.uniform(1.0, 5.0)),
        )  # fmt: skip
        if not is_box and nth == 0:
            break
    ship.sail(NODES[edge], edge)
    ship.finish(ship.t)


@scene
def sand_grounds(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A dredger at anchor loads barges with sand in turn, which discharge up the Yangtze and come back."""
    dredger = Trader.build(world, rng, "dredger", "sand dredger", -_S_PER_DAY, "mouth")
    ground = _SAND_GROUNDS[ordinal % len(_SAND_GROUNDS)]
    place, via = inside(rng, ground), "mouth" if ground.lat_min > 31.0 else "bay"
    dredger.begin_anchored(place, via, 0.0)
    deferred: list[Deferred] = []
    barges = [waiting_barge(world, rng, 0.2 * _S_PER_DAY * (k + 1), "sand barge") for k in range(4)]
    dredger.wait(0.0)
    while dredger.t < world.seconds:
        barge = min(barges, key=lambda b: b.t)
        tonnes = barge.hull.capacity_t * float(rng.uniform(0.8, 1.0))
        dredger.holds = dredger.holds.add_parcel(Parcel(tonnes, "sand", ""))
        transfer(world, rng, dredger, barge, tonnes, deferred, kind="dredging", illicit=False,
                 rate_tph=(400.0, 1200.0))  # fmt: skip
        take_to_quay(rng, barge, _RIVER_QUAYS)
        dredger.wait(dredger.t + float(rng.uniform(1.0, 10.0)) * S_PER_H)
    for trader in (dredger, *barges):
        trader.finish()
    for add in deferred:
        add()


@scene
def transloading_platforms(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A hull at anchor takes coal from ships, every second one from North Korea, and loads barges."""
    platform = Trader.build(world, rng, "platform", "platform", -_S_PER_DAY, "nanhui", ais_class="A")
    platform.begin_anchored(inside(rng, _PLATFORM_ROADS), "nanhui", 0.0)
    embargoed = ordinal % 2 == 0
    deferred: list[Deferred] = []
    barges: list[Trader] = []
    ships: list[Trader] = []
    while platform.t < world.seconds - _S_PER_DAY and len(ships) < 4:
        begin = platform.t - _days(rng, 2.0, 4.5)
        if embargoed:
            ship = from_north_korea(world, rng, "platform feeder", begin=begin)
        else:
            ship = Trader.build(world, rng, "coaster", "platform feeder", begin, "yellow sea south")
            ship.laden(0.9 * ship.hull.capacity_t, "coal", "Qinhuangdao")
        room = platform.hull.capacity_t - platform.holds.tonnes
        out = ship.t
        transfer(world, rng, ship, platform, min(ship.holds.tonnes, room), deferred, illicit=embargoed,
                 kind="lightering", style="platform", taker_is_host=True)  # fmt: skip
        if embargoed:
            ship.dark(-np.inf, ship.t - float(rng.uniform(12.0, 20.0)) * S_PER_H)
        ship.sail(NODES["north offing"], "north offing")
        if embargoed:
            ship.dark(out + 1e9, np.inf)
        ships.append(ship)
        for _ in range(4):
            if platform.holds.tonnes < 1000.0:
                break
            barge = waiting_barge(world, rng, platform.t)
            tonnes = min(barge.hull.capacity_t * float(rng.uniform(0.7, 1.0)), platform.holds.tonnes)
            transfer(world, rng, platform, barge, tonnes, deferred, illicit=embargoed, kind="lightering",
                     style="platform")  # fmt: skip
            take_to_quay(rng, barge)
            barges.append(barge)
        platform.wait(platform.t + _days(rng, 0.5, 2.0))
    for trader in (platform, *barges):
        trader.finish()
    for ship in ships:
        ship.finish(ship.t)
    for add in deferred:
        add()


@scene
def ferries(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Back and forth from early morning to evening; the nights at the quay."""
    ends = (("chongming", "baoshan ferry"), ("changxing", "baoshan ferry"))[ordinal % 2]
    ship = Trader.build(world, rng, "ferry", "ferry", -_S_PER_DAY, QUAYS[ends[0]].via)
    begin_moored(ship, ends[0], 24.0)
    nth = 1
    while ship.t < world.seconds:
        clock = (ship.t / S_PER_H + world.start_hour_utc + 8.0) % 24.0
        night_h = (29.0 - clock) % 24.0 if clock > 19.5 or clock < 5.0 else 0.0
        call(ship, ends[nth % 2], idle_h=float(rng.uniform(0.3, 0.7)) + night_h)
        nth += 1
    ship.finish()


@scene
def bunker_rounds(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A bunker barge loads at an oil quay and serves ships in the roads one after the other."""
    roads = ("mouth", "nanhui")[ordinal % 2]
    hosts = []
    for _ in range(5):
        host = Trader.build(world, rng, "bulk", "bunkered", -_days(rng, 0.0, 1.0), ROADS[roads].via)
        host.begin_at_anchor(roads, 0.0)
        hosts.append(host)
    barge = Trader.build(
        world, rng, "bunker barge", "bunker barge", -_days(rng, 0.1, 0.5), "nanhui", ais_class="A"
    )
    barge.begin_at_anchor(roads, 0.0)
    deferred: list[Deferred] = []
    while barge.t < world.seconds:
        oil = Parcel(0.9 * barge.hull.capacity_t, "oil", "Shanghai")
        call(barge, "waigaoqiao 3", load=oil, discharge=0.0, rate_tph=300.0)
        for host in rng.permutation(len(hosts))[:3]:
            tonnes = min(float(rng.uniform(100.0, 600.0)), barge.holds.tonnes)
            transfer(world, rng, barge, hosts[host], tonnes, deferred, kind="bunkering", illicit=False,
                     rate_tph=(80.0, 200.0), taker_is_host=True)  # fmt: skip
            hosts[host].burn()
        barge.holds, _ = barge.holds.take(barge.holds.tonnes)
        barge.anchor(roads, barge.t)
        barge.wait(barge.t + float(rng.uniform(6.0, 40.0)) * S_PER_H)
    for trader in (barge, *hosts):
        trader.finish()
    for add in deferred:
        add()


@scene
def harbour_craft(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A tug or pilot boat that goes out to the fairway for an hour or two and comes back to its quay."""
    home = ("baoshan ferry", "daishan", "zhapu 2", "beilun 1")[ordinal % 4]
    kind = "tug" if ordinal % 3 else "pilot boat"
    craft = Trader.build(world, rng, kind, "harbour craft", -0.5 * _S_PER_DAY, QUAYS[home].via)
    begin_moored(craft, home, 12.0)
    out = NODES[QUAYS[home].via]
    while craft.t < world.seconds:
        place = offset(out, float(rng.uniform(-300.0, 300.0)), float(rng.uniform(-300.0, 300.0)))
        craft.hold(place, QUAYS[home].via)
        craft.wait(craft.t + float(rng.uniform(0.3, 1.2)) * S_PER_H)
        call(craft, home, idle_h=float(rng.uniform(1.0, 14.0)))
    craft.finish()


@scene
def idle_ships(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship lies for days at a quay or in the roads, switched off for some of it, then calls or leaves."""
    kind = str(rng.choice(["coaster", "barge", "bulk", "product tanker"]))
    ship = Trader.build(world, rng, kind, "idle", -_days(rng, 0.0, 3.0), "mouth")
    until = float(rng.uniform(0.2, 1.3)) * world.seconds
    if ordinal % 2:
        quay = str(rng.choice(quays_for("general" if kind != "product tanker" else "oil")))
        begin_moored(ship, quay, (until - ship.t) / S_PER_H)
    else:
        ship.begin_at_anchor(str(rng.choice(["mouth", "nanhui", "zhapu", "jintang"])), until)
    for _ in range(int(rng.integers(0, 4))):
        start = float(rng.uniform(0.0, max(until, 1.0)))
        ship.dark(start, min(start + float(rng.uniform(3.0, 70.0)) * S_PER_H, until - S_PER_H))
    if ship.t < world.seconds:
        if kind != "product tanker" and rng.random() < 0.6:
            quay = str(rng.choice(BARGE_QUAYS))
            call(ship, quay, load=_fill(rng, ship, "general", quay), rate_tph=300.0, idle_h=_idle(rng))
        edge = str(rng.choice(_EDGES[:2]))
        ship.sail(NODES[edge], edge)
        ship.finish(ship.t)
    else:
        ship.finish()


def _fill(rng: np.random.Generator, ship: Trader, cargo: str, quay: str) -> Parcel:
    return Parcel(ship.hull.capacity_t * float(rng.uniform(0.6, 1.0)), cargo, QUAYS[quay].port)


def _idle(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.5, 3.0) if rng.random() < 0.7 else rng.uniform(3.0, 24.0))


def _days(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high)) * _S_PER_DAY
