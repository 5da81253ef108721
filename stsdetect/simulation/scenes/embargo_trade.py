"""Trade with North Korea: coal by way of barges or straight to a quay, oil the other way.

Patterns are those of the UN Panel of Experts for 2019 and 2020 as the press quotes it; ships, times and
amounts are invented.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.trade.fairways import NODES
from stsdetect.simulation.trade.port_calls import begin_moored, call
from stsdetect.simulation.trade.quays import QUAYS, quays_for
from stsdetect.simulation.trade.ship_to_ship import lie_alongside, take_cargo
from stsdetect.simulation.trade.trader import Trader
from stsdetect.simulation.world.stage import (
    ANCHORAGES,
    AT_ANCHOR,
    OPEN_SEA,
    UNDERWAY,
    Box,
    Place,
    World,
    inside,
)
from stsdetect.simulation.world.voyage_log import Parcel
from stsdetect.simulation.world.voyages import alongside
from stsdetect.units import S_PER_H

S_PER_DAY = 24.0 * S_PER_H
_NORTH_KOREA_MID = 445
WEST_SHARE = 0.8  # of the voyages; the others are to ports on the Sea of Japan [J]
_STYLES = (
    "received at sea",
    "never received",
    "dark at the transfer",
    "passed on",
    "two mothers",
    "all the way",
)
BARGE_QUAYS = (
    "zhapu 1", "zhapu 1", "zhapu 2", "haiyan", "caojing", "zhenhai", "taicang 1", "taicang 3", "changshu",
    "nantong 1", "nantong 2", "zhangjiagang 1", "zhangjiagang 2", "jiangyin",
)  # fmt: skip
_DELIVERY_QUAYS = (
    "zhapu 1", "zhapu 2", "caojing", "zhenhai", "beilun 1", "beilun 3", "taicang 1", "nantong 1",
    "zhangjiagang 1", "jiangyin",
)  # fmt: skip
_DAY_ROADS = Box(30.82, 30.87, 122.30, 122.42)
_OPEN_NODES = ("north offing", "shengshan", "east offing", "gate", "oil grounds", "mouth")

Deferred = Callable[[], None]
"""What is added to TRUTH once every ship of a scene has its voyage."""


@scene
def coal_voyages(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A coal ship comes from North Korea, gives to barges at sea and goes back; once or twice."""
    style = _STYLES[ordinal % len(_STYLES)]
    mothers = [from_north_korea(world, rng, "mother") for _ in range(2 if style == "two mothers" else 1)]
    places = [transfer_place(world, rng) for _ in mothers]
    left = [-np.inf for _ in mothers]
    deferred: list[Deferred] = []
    barges: list[Trader] = []
    while mothers[0].t < world.seconds - 3.0 * S_PER_DAY:
        for mother, (place, via, anchors), since in zip(mothers, places, left, strict=True):
            if anchors:
                mother.anchor_at(place, via, 0.0)
            else:
                mother.lie_adrift(place, via, 0.0)
            if style != "all the way":
                mother.dark(since + hours(rng, 1.0, 7.0), mother.t - hours(rng, 2.0, 9.0))
        begin = mothers[0].t
        barges = _give_to_barges(world, rng, mothers, style, barges, deferred)
        if style in ("never received", "dark at the transfer"):
            before = hours(rng, 0.5, 2.0) if style == "dark at the transfer" else 1.0 * S_PER_DAY
            for mother in mothers:
                mother.dark(begin - before, mother.t + hours(rng, 0.5, 2.0))
        left = [mother.t for mother in mothers]
        for mother in mothers:
            _load_in_north_korea(rng, mother)
        if rng.random() < 0.3:
            break
    for mother, since in zip(mothers, left, strict=True):
        if style != "all the way":
            mother.dark(since + hours(rng, 1.0, 7.0), np.inf)
    for trader in (*mothers, *barges):
        trader.finish()
    for add in deferred:
        add()


def from_north_korea(
    world: World, rng: np.random.Generator, role: str, kind: str = "coal ship", begin: float | None = None
) -> Trader:
    """A ship laden with coal at a North Korean quay, by default at any time of the sea or just before it."""
    if begin is None:
        begin = float(rng.uniform(-4.0, max(world.params.hours / 24.0 - 7.0, 0.5))) * S_PER_DAY
    quay = embargoed_quay(rng)
    ship = Trader.build(world, rng, kind, role, begin, QUAYS[quay].via, ais_class="A")
    if rng.random() < 0.3:
        ship.ship.set_mmsi(world.new_mmsi(rng, (_NORTH_KOREA_MID,)))
    ship.laden(ship.hull.capacity_t * float(rng.uniform(0.75, 1.0)), "coal", QUAYS[quay].port)
    begin_moored(ship, quay, float(rng.uniform(10.0, 36.0)))
    return ship


def embargoed_quay(rng: np.random.Generator) -> str:
    """One of the quays of North Korea."""
    return str(rng.choice(quays_for("embargoed" if rng.random() < WEST_SHARE else "embargoed east")))


def _load_in_north_korea(rng: np.random.Generator, ship: Trader) -> None:
    """Call at a North Korean quay and fill up with coal."""
    quay = embargoed_quay(rng)
    tonnes = max(ship.hull.capacity_t * float(rng.uniform(0.75, 1.0)) - ship.holds.tonnes, 1.0)
    call(ship,
        quay, load=Parcel(tonnes, "coal", QUAYS[quay].port), discharge=0.0,
        idle_h=float(rng.uniform(8.0, 48.0)),
    )  # fmt: skip


def transfer_place(world: World, rng: np.random.Generator) -> tuple[Place, str, bool]:
    """Where a coal ship waits for barges, the waypoint near it, and whether she anchors there."""
    if rng.random() < 0.5:
        place, anchors = inside(rng, OPEN_SEA), bool(rng.random() < 0.8)
        return place, nearest_node(place), anchors
    name = str(rng.choice(list(ANCHORAGES)))
    return world.anchor_place(rng, ANCHORAGES[name]), "gate" if name == "Xiazhimen" else "mouth", True


def nearest_node(place: Place) -> str:
    """The waypoint off the coast that is nearest to a place at sea."""
    return min(_OPEN_NODES, key=lambda name: float(distance_m(*place, *NODES[name])))


def _give_to_barges(
    world: World,
    rng: np.random.Generator,
    mothers: list[Trader],
    style: str,
    barges: list[Trader],
    deferred: list[Deferred],
) -> list[Trader]:
    """Barges come alongside in turn until the holds are empty; all barges of the scene so far."""
    barges = list(barges)
    free = [barge for barge in barges if rng.random() < 0.7]
    ready = max(mother.t for mother in mothers) + hours(rng, 1.0, 10.0)
    for mother in mothers:
        mother.wait(ready)
    for nth in range(6):
        if mothers[0].holds.tonnes < 400.0:
            break
        barge = free.pop(0) if free else waiting_barge(world, rng, ready)
        if barge not in barges:
            barges.append(barge)
        for mother in mothers:
            tonnes = barge.hull.capacity_t * float(rng.uniform(0.7, 1.0)) / len(mothers)
            transfer(world, rng, mother, barge, min(tonnes, mother.holds.tonnes), deferred, style=style)
        if style == "passed on" and nth == 0:
            barge = pass_on(world, rng, barge, deferred)
            barges.append(barge)
        take_to_quay(rng, barge)
    return barges


def waiting_barge(world: World, rng: np.random.Generator, needed: float, kind: str = "barge") -> Trader:
    """An empty barge that waits in some roads, perhaps after a call at a quay."""
    barge = Trader.build(world, rng, kind, "receiver", needed - hours(rng, 30.0, 120.0), "bay")
    if rng.random() < 0.5:
        begin_moored(barge, str(rng.choice(BARGE_QUAYS[:8])), float(rng.uniform(6.0, 20.0)))
        barge.anchor(str(rng.choice(["mouth", "nanhui", "jintang"])), 0.0)
    else:
        barge.begin_at_anchor(str(rng.choice(["mouth", "nanhui", "zhapu", "jintang"])), 0.0)
    return barge


def transfer(
    world: World,
    rng: np.random.Generator,
    giver: Trader,
    taker: Trader,
    tonnes: float,
    deferred: list[Deferred],
    *,
    style: str = "",
    kind: str = "transfer",
    illicit: bool = True,
    rate_tph: tuple[float, float] = (250.0, 700.0),
    taker_is_host: bool = False,
) -> None:
    """One ship sails up to the other, who lies still, and cargo passes from the giver to the taker."""
    host, guest = (taker, giver) if taker_is_host else (giver, taker)
    if host.rest is None:
        return
    seconds = (1.0 + tonnes / float(rng.uniform(*rate_tph))) * S_PER_H
    beside = alongside(world, rng, host.ship, guest.ship, host.rest)
    travel = guest.seconds_to(host.place, host.node) + 1.5 * S_PER_H
    start = max(host.t + 0.7 * S_PER_H, guest.t + travel)
    end = start + seconds
    at_anchor = host.phases[-1].nav_status == AT_ANCHOR
    lie_alongside(guest, beside, host.node, start, end, AT_ANCHOR if at_anchor else UNDERWAY)
    take_cargo(taker, giver, tonnes, start, end)
    host.wait(end)
    place = "anchorage" if any(_in(box, host.place) for box in ANCHORAGES.values()) else "open"
    holding = "at anchor" if at_anchor else "adrift"
    one, two = giver.ship, taker.ship

    def add() -> None:
        dark = tuple(s for s in (one, two) if is_dark(s.switched_off, start, end))
        if style == "never received" and one in dark:
            world.add_solo_truth(
                two, one, start, end, partner_is="guest" if taker_is_host else "host",
                scenario="coal voyage", place=place, holding=holding,
            )  # fmt: skip
            return
        world.add_truth(
            "dark_transfer" if dark and illicit else kind, one, two, start, end, contact=True,
            illicit=illicit, place=place, holding=holding, dark=dark, scenario=style or kind,
        )  # fmt: skip

    deferred.append(add)


def pass_on(world: World, rng: np.random.Generator, barge: Trader, deferred: list[Deferred]) -> Trader:
    """A barge gives all that it has to another in the roads, which goes on with it."""
    barge.anchor(str(rng.choice(["mouth", "nanhui"])), barge.t)
    barge.wait(barge.t + hours(rng, 2.0, 12.0))
    other = waiting_barge(world, rng, barge.t)
    tonnes = min(barge.holds.tonnes, 0.98 * other.hull.capacity_t)
    transfer(world, rng, barge, other, tonnes, deferred, style="passed on")
    return other


def take_to_quay(rng: np.random.Generator, barge: Trader, quays: tuple[str, ...] = BARGE_QUAYS) -> None:
    """Discharge at a quay, perhaps after days in the roads, and wait in the roads for what comes next."""
    if rng.random() < 0.2:
        barge.anchor(str(rng.choice(["mouth", "nanhui", "zhapu"])), barge.t)
        barge.wait(barge.t + hours(rng, 6.0, 48.0))
    call(
        barge,
        str(rng.choice(quays)),
        rate_tph=float(rng.uniform(120.0, 500.0)),
        idle_h=float(rng.uniform(1.0, 8.0)),
    )
    barge.anchor(str(rng.choice(["mouth", "nanhui", "zhapu", "jintang"])), barge.t)


@scene
def direct_deliveries(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship discharges coal from North Korea at a Chinese quay and goes back, once or twice.

    In turn she is received all the way; dark from one Chinese place to the next; the same with another
    identity afterwards; or she comes in over the edge of the sea.
    """
    style = ("open", "dark", "renamed", "edge")[ordinal % 4]
    kind = "barge" if rng.random() < 0.4 else "coal ship"
    if style in ("dark", "renamed"):
        ship = _seen_in_china(world, rng, kind, f"delivery, {style}")
    else:
        begin = None if style == "open" else -float(rng.uniform(1.0, 3.5)) * S_PER_DAY
        ship = from_north_korea(world, rng, f"delivery, {style}", kind, begin)
    left, renamed_at = -np.inf, np.nan
    if style in ("dark", "renamed"):
        left = ship.t
        _load_in_north_korea(rng, ship)
        renamed_at = ship.t
    while ship.t < world.seconds:
        if rng.random() < 0.4:
            ship.anchor(str(rng.choice(["mouth", "nanhui"])), ship.t)
            reached = ship.t
            ship.wait(ship.t + hours(rng, 3.0, 40.0))
        else:
            reached = np.inf
        visit = call(ship,
            str(rng.choice(_DELIVERY_QUAYS)), rate_tph=float(rng.uniform(120.0, 400.0)),
            idle_h=float(rng.uniform(2.0, 14.0)),
        )  # fmt: skip
        if style != "open":
            ship.dark(left + hours(rng, 1.0, 8.0), min(reached, visit["start_s"]) - hours(rng, 1.0, 8.0))
        left = ship.t
        _load_in_north_korea(rng, ship)
    if style != "open":
        ship.dark(left + hours(rng, 1.0, 8.0), np.inf)
    ship.finish()
    if style == "renamed":
        rename(world, rng, ship, renamed_at)


@scene
def day_voyages(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """For short seas: a barge that takes coal near the shore to Zhapu, and a delivery there, in turn."""
    deferred: list[Deferred] = []
    if ordinal % 2:
        ship = Trader.build(world, rng, "coal ship", "delivery, edge", 0.0, "shengshan", length_m=95.0)
        ship.ship.set_mmsi(world.new_mmsi(rng, (_NORTH_KOREA_MID,)))
        ship.laden(0.8 * ship.hull.capacity_t, "coal", "Nampo")
        ship.t = hours(rng, 1.0, 3.0)
        call(ship, "zhapu 1", rate_tph=ship.holds.tonnes / 5.0, idle_h=1.0)
        ship.sail(NODES["north offing"], "north offing")
        traders = [ship]
    else:
        mother = Trader.build(world, rng, "coal ship", "mother", 0.0, "nanhui", ais_class="A", length_m=100.0)
        mother.laden(0.9 * mother.hull.capacity_t, "coal", "Nampo")
        mother.begin_anchored(inside(rng, _DAY_ROADS), "nanhui", hours(rng, 2.0, 3.0))
        barge = Trader.build(world, rng, "barge", "receiver", 0.0, "nanhui", ais_class="A", length_m=75.0)
        barge.begin_at_anchor("nanhui", 0.0)
        transfer(world, rng, mother, barge, 0.9 * barge.hull.capacity_t, deferred, rate_tph=(500.0, 700.0))
        call(barge, "zhapu 2", rate_tph=barge.holds.tonnes / 4.0, idle_h=1.0)
        barge.sail(NODES["bay"], "bay")
        traders = [mother, barge]
    for trader in traders:
        trader.finish(trader.t if trader.rest is None else None)
    for add in deferred:
        add()


def _seen_in_china(world: World, rng: np.random.Generator, kind: str, role: str) -> Trader:
    """A ship, empty, in the roads or at a quay in the first days of the sea."""
    begin = float(rng.uniform(-1.0, max(world.params.hours / 24.0 - 9.0, 0.5))) * S_PER_DAY
    ship = Trader.build(world, rng, kind, role, begin, "mouth", ais_class="A")
    if rng.random() < 0.5:
        begin_moored(ship, str(rng.choice(_DELIVERY_QUAYS)), float(rng.uniform(8.0, 30.0)))
    else:
        ship.begin_at_anchor(str(rng.choice(["mouth", "nanhui", "jintang"])), begin + hours(rng, 12.0, 48.0))
    return ship


def rename(world: World, rng: np.random.Generator, trader: Trader, t: float) -> None:
    """From `t` on [s] the same hull sends under another MMSI, name and IMO number."""
    old = trader.ship
    new = world.second_transponder(rng, old, old.role)
    new.ais_class, new.gives_heading = old.ais_class, old.gives_heading
    new.antenna_ahead_m, new.antenna_right_m = old.antenna_ahead_m, old.antenna_right_m
    identity = new.broadcasts[0][1]
    new.broadcasts = [
        (at, b._replace(shipname=identity.shipname, callsign=identity.callsign, imo=identity.imo))
        for at, b in old.broadcasts
    ]
    new.switched_off = [*old.switched_off, (-np.inf, t)]
    old.switched_off.append((t, np.inf))
    world.voyage_log.renamed(old.hull_id, new.mmsi, t)


def is_dark(switched_off: list[tuple[float, float]], start: float, end: float) -> bool:
    """Whether a transponder is off for more than half of a time."""
    off = sum(max(min(b, end) - max(a, start), 0.0) for a, b in switched_off)
    return off > 0.5 * (end - start)


def _in(box: Box, place: Place) -> bool:
    return box.lat_min <= place[0] <= box.lat_max and box.lon_min <= place[1] <= box.lon_max


def hours(rng: np.random.Generator, low: float, high: float) -> float:
    """Between so many hours and so many [s]."""
    return float(rng.uniform(low, high)) * S_PER_H
