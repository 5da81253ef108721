"""Transfers: hulls made fast and cargo going over. Contact times follow domain 3.1."""

from __future__ import annotations

from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.hull_motion import Beside, Blend, Held, Motion, Phase, Voyage
from stsdetect.simulation.world.stage import (
    ANCHORAGES,
    AT_ANCHOR,
    BARGE_HOMES,
    BUNKERING,
    LIGHTERING,
    NORTH,
    OPEN_SEA,
    SOUTH,
    UNDER_WAY,
    World,
    inside,
    offset,
)
from stsdetect.simulation.world.voyages import (
    BERTHING_S,
    adrift,
    alongside,
    at_anchor,
    come_and_go,
    cut,
    from_home,
    spell,
    stop_over,
)


class Cargo(NamedTuple):
    """Who gives what to whom: kinds of ship, contact time [h], most draught that goes over [m]."""

    giver: str
    receiver: str
    hours: tuple[float, float]
    most_draught_m: float
    same_heading: bool | None


CARGOES = {
    "oil": Cargo("product tanker", "product tanker", (3.0, 9.0), 1.2, True),
    "coal": Cargo("coal ship", "barge", (6.0, 14.0), 1.8, None),
    "crude": Cargo("crude tanker", "crude tanker", (12.0, 24.0), 4.0, True),
    "coal to lighters": Cargo("coal ship", "lighter", (4.0, 9.0), 1.0, None),
}

_OPEN = [
    ("oil", False),
    ("coal", True),
    ("coal", False),
    ("oil", True),
    ("coal to lighters", True),
    ("crude", False),
]
_CROWD = ["coal", "oil", "coal to lighters", "coal"]
_DARK = [("coal", True), ("oil", False), ("coal", False), ("oil", True)]


class Contact(NamedTuple):
    """Two hulls made fast from `start` to `end` [s]; the guest came to the host."""

    host: Ship
    guest: Ship
    start: float
    end: float


def open_transfers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Outside every anchorage, both seen: oil and coal, adrift and at anchor."""
    cargo, at_rest = _OPEN[ordinal % len(_OPEN)]
    happened = meet(world, rng, CARGOES[cargo], crowd=False, at_rest=at_rest)
    tell(world, happened, at_rest=at_rest, scenario=f"open, {cargo}")


def crowd_transfers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Inside a crowded anchorage, both seen."""
    cargo = _CROWD[ordinal % len(_CROWD)]
    happened = meet(world, rng, CARGOES[cargo], crowd=True)
    tell(world, happened, place="anchorage", scenario=f"in the crowd, {cargo}")


def dark_transfers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """The guest falls silent miles off and is heard again after; the host is seen to wait."""
    cargo, at_rest = _DARK[ordinal % len(_DARK)]
    happened = meet(world, rng, CARGOES[cargo], crowd=False, at_rest=at_rest)
    _, guest, start, end = happened[0]
    hush(world, rng, guest, start, end)
    tell(
        world,
        happened,
        kind="dark_transfer",
        at_rest=at_rest,
        dark=(guest,),
        scenario=f"one side dark, {cargo}",
    )


def both_dark(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Both fall silent before they meet and are heard again apart."""
    cargo, at_rest = _DARK[ordinal % len(_DARK)]
    happened = meet(world, rng, CARGOES[cargo], crowd=False, at_rest=at_rest)
    host, guest, start, end = happened[0]
    hush(world, rng, guest, start, end)
    hush(world, rng, host, start - 5400.0, end + 4800.0)
    tell(
        world, happened, kind="dark_transfer", at_rest=at_rest, dark=(host, guest),
        scenario=f"both sides dark, {cargo}",
    )  # fmt: skip


def repeats(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """The same two ships meet twice or three times within two days."""
    happened = meet(
        world, rng, CARGOES["oil"], crowd=False, at_rest=False, how="again", guests=2 + ordinal % 2
    )
    tell(world, happened, at_rest=False, scenario="repeated pair")


def one_to_many(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One ship that waits is served by three others in turn."""
    crowd = ordinal % 2 == 1
    happened = meet(world, rng, CARGOES["coal to lighters"], crowd=crowd, guests=3)
    tell(world, happened, place="anchorage" if crowd else "open", scenario="one to many")


def rafts(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Three or four hulls made fast together for some hours."""
    at_rest = ordinal % 2 == 0
    happened = meet(
        world, rng, CARGOES["coal"], crowd=False, at_rest=at_rest, how="raft", guests=2 + ordinal % 2
    )
    tell(world, happened, at_rest=at_rest, scenario="raft")
    hulls = [happened[0].host, *(c.guest for c in happened)]
    fast = {frozenset((c.host.mmsi, c.guest.mmsi)) for c in happened}
    start, end = happened[-1].start, happened[-1].end
    for one, two in combinations(hulls, 2):
        if frozenset((one.mmsi, two.mmsi)) not in fast:
            world.happens(
                "same_raft", one, two, start, end, contact=False, scenario="raft, with a hull between them",
                holding="at anchor" if at_rest else "adrift",
            )  # fmt: skip


def bunkerings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A bunker barge beside a ship at an official bunkering anchorage, by day, 2 to 6 h."""
    ship = world.ship(rng, str(rng.choice(["bulk", "container"])), "bunkered", no_size=False)
    barge = world.ship(rng, "bunker barge", "bunker barge", no_size=False)
    start, end = spell(world, rng, 2.0, 6.0, by_day=True)
    name = list(BUNKERING)[ordinal % len(BUNKERING)]
    lying = at_anchor(world, rng, world.anchor_place(rng, BUNKERING[name]), ship.length_m)
    ship.voyage = cut(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    barge.voyage = from_home(
        world, rng, barge, alongside(world, rng, ship, barge, lying), start, end, BARGE_HOMES[name]
    )
    barge.redraught(end + 600.0, -0.5)
    world.happens(
        "bunkering", ship, barge, start, end, contact=True, place="bunkering anchorage", holding="at anchor",
        scenario="official bunkering by day",
    )  # fmt: skip


def lighterings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Lawful lightering of a deep bulk carrier into a coaster at the lightering anchorage."""
    ship = world.ship(rng, "bulk", "lightered", no_size=False)
    coaster = world.ship(rng, "coaster", "lighter", ais_class="A", no_size=False)
    start, end = spell(world, rng, 6.0, 14.0)
    lying = at_anchor(world, rng, world.anchor_place(rng, LIGHTERING), ship.length_m)
    ship.voyage = cut(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    coaster.voyage = come_and_go(
        world, rng, alongside(world, rng, ship, coaster, lying), start, end,
        come_from=offset(NORTH, 2000.0, 0.0), leave_to=offset(NORTH, -6000.0, 0.0), speed_kn=9.0,
        nav_status=AT_ANCHOR,
    )  # fmt: skip
    coaster.redraught(end + 600.0, 1.5)
    world.happens(
        "lightering",
        ship,
        coaster,
        start,
        end,
        contact=True,
        place="lightering anchorage",
        holding="at anchor",
    )


def meet(
    world: World,
    rng: np.random.Generator,
    cargo: Cargo,
    *,
    crowd: bool,
    at_rest: bool = True,
    how: Literal["in turn", "again", "raft"] = "in turn",
    guests: int = 1,
    giver: Ship | None = None,
    receiver: Ship | None = None,
) -> list[Contact]:
    """Let ships meet one that waits: in turn, the same one again and again, or all made fast at once.

    Barges wait for coal; of two tankers either waits. `giver` and `receiver` are ships of the caller's.
    """
    barge_waits = cargo.giver == "coal ship" and cargo.receiver == "barge"
    receiver_waits = barge_waits or bool(rng.random() < 0.5)
    needed = 1 if how == "again" else guests
    n_givers, n_receivers = (needed, 1) if receiver_waits else (1, needed)
    givers = [giver] if giver else [world.ship(rng, cargo.giver, "giver") for _ in range(n_givers)]
    receivers = (
        [receiver] if receiver else [world.ship(rng, cargo.receiver, "receiver") for _ in range(n_receivers)]
    )
    host, comers = (receivers[0], givers) if receiver_waits else (givers[0], receivers)
    spells = _spells(world, rng, cargo, guests, at_once=how == "raft")
    arrive, leave = spells[0][0] - 5400.0, max(end for _, end in spells) + 4800.0
    stop = _wait(world, rng, host, arrive, leave, crowd=crowd, at_rest=at_rest)

    contacts, trips, beside_ship, motion, side = [], [], host, stop, 0.0
    for k, (start, end) in enumerate(spells):
        guest = comers[k % len(comers)]
        beside = alongside(world, rng, beside_ship, guest, motion, same=cargo.same_heading, side=side)
        trips.append(_trip(world, rng, beside, start, end, lying=crowd or at_rest))
        contacts.append(Contact(beside_ship, guest, start, end))
        _cargo_over(rng, *((guest, host) if receiver_waits else (host, guest)), end, cargo.most_draught_m)
        if how == "raft":
            # The second lies on the host's other side, the third outside the second.
            side = float(np.sign(beside.right_m)) * (
                -1.0 if k == 0 else 1.0 if beside.turn_deg == 0.0 else -1.0
            )
            if k == 1:
                beside_ship, motion = guest, beside
    if how == "again":
        comers[0].voyage = _again(world, trips, spells)
    else:
        for guest, trip in zip(comers, trips, strict=True):
            guest.voyage = trip
    return contacts


def tell(
    world: World,
    happened: list[Contact],
    *,
    scenario: str,
    kind: str = "transfer",
    place: str = "open",
    at_rest: bool = True,
    dark: tuple[Ship, ...] = (),
) -> None:
    """Write a meeting into the truth, one row a contact."""
    for host, guest, start, end in happened:
        world.happens(
            kind, host, guest, start, end, contact=True, illicit=True, place=place,
            holding="at anchor" if at_rest else "adrift", dark=dark, scenario=scenario,
        )  # fmt: skip


def hush(world: World, rng: np.random.Generator, ship: Ship, start: float, end: float) -> None:
    """Switch a set off from one or two hours before an instant until as long after another [s]."""
    before, after = world.params.dark_margin * rng.uniform(4200.0, 7500.0, 2)
    ship.silences.append((start - float(before), end + float(after)))


def _spells(
    world: World, rng: np.random.Generator, cargo: Cargo, guests: int, *, at_once: bool
) -> list[tuple[float, float]]:
    """Contact times of each guest: in turn with a pause of two to four hours, or together."""
    low, high = cargo.hours
    if guests == 1 or at_once:
        start, end = spell(world, rng, low, high)
        return [(start + 1200.0 * k, end - 900.0 * k) for k in range(guests)]
    lengths = rng.uniform(low, min(high, 1.5 * low), guests) * 3600.0
    pauses = rng.uniform(2.5, 4.0, guests) * 3600.0
    whole = float(lengths.sum() + pauses[:-1].sum())
    start, end = spell(world, rng, whole / 3600.0, whole / 3600.0)
    squeeze = (end - start) / whole
    begins = start + squeeze * (np.cumsum(lengths + pauses) - lengths - pauses)
    return [(float(b), float(b + squeeze * n)) for b, n in zip(begins, lengths, strict=True)]


def _wait(
    world: World,
    rng: np.random.Generator,
    host: Ship,
    arrive: float,
    leave: float,
    *,
    crowd: bool,
    at_rest: bool,
) -> Motion:
    """Set the voyage of the ship that waits and return how it lies there."""
    if crowd:
        place = world.anchor_place(rng, ANCHORAGES["Changjiangkou"], 500.0)
        lying = at_anchor(world, rng, place, host.length_m)
        host.voyage = cut(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
        return lying
    place = inside(rng, OPEN_SEA)
    stop: Motion = (
        at_anchor(world, rng, place, host.length_m) if at_rest else adrift(world, rng, place, arrive)
    )
    host.voyage = stop_over(
        world, rng, stop, arrive, leave,
        way_in=[offset(SOUTH, 3000.0, 0.0)], way_out=[offset(SOUTH, 15_000.0, 0.0)], speed_kn=9.0,
        nav_status=AT_ANCHOR if at_rest else UNDER_WAY,
    )  # fmt: skip
    return stop


def _trip(
    world: World, rng: np.random.Generator, beside: Beside, start: float, end: float, *, lying: bool
) -> Voyage:
    """From the north to the host, and back north or on to the south."""
    return come_and_go(
        world, rng, beside, start, end,
        come_from=offset(NORTH, float(rng.uniform(2000.0, 6000.0)), 0.0),
        leave_to=offset(NORTH if rng.random() < 0.5 else SOUTH, 9000.0, 0.0),
        speed_kn=float(rng.uniform(8.5, 10.5)), nav_status=AT_ANCHOR if lying else UNDER_WAY,
    )  # fmt: skip


def _again(world: World, trips: list[Voyage], spells: list[tuple[float, float]]) -> Voyage:
    """One voyage of several trips to the same ship: between two contacts the guest stands off."""
    phases = list(trips[0].phases)
    for k in range(1, len(trips)):
        off, on = spells[k - 1][1] + BERTHING_S, spells[k][0] - BERTHING_S
        phases = [p for p in phases if p.t_from < off]
        phases.append(Phase(off, Blend(Held(trips[k - 1], off), Held(trips[k], on), off, on), UNDER_WAY))
        phases += [p for p in trips[k].phases if p.t_from >= on]
    return cut(world, phases, trips[-1].t_end)


def _cargo_over(rng: np.random.Generator, giver: Ship, receiver: Ship, end: float, most_m: float) -> None:
    """Both crews change their draught within two hours of the end; a guess."""
    change = float(rng.uniform(0.4, 1.0)) * most_m
    giver.redraught(end + float(rng.uniform(600.0, 7200.0)), -change, "FOR ORDERS")
    port = str(rng.choice(["ZHAPU", "TAICANG", "JIANGYIN"]))
    receiver.redraught(end + float(rng.uniform(600.0, 7200.0)), change, port)
