"""Transfers: hulls made fast and cargo passed from one to the other, illicit ones and lawful ones.

Contact times [J]: a tanker discharges a full cargo in about 24 h (Handybulk), oil transfers at sea
take 4 to 16 h (Sentinel GIP); for coal, small tankers and lighters we found no published times.
"""

from __future__ import annotations

from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from stsdetect.simulation.scenes.registry import scene
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
    UNDERWAY,
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
    draw_period,
    from_home,
    make_voyage,
    stop_over,
)
from stsdetect.units import S_PER_H


class Cargo(NamedTuple):
    """What goes from one kind of ship to another."""

    giver: str
    receiver: str
    hours: tuple[float, float]
    """Shortest and longest contact [h]."""
    max_draught_change_m: float
    """Change of draught of both ships when a full cargo goes over [m]."""
    same_heading: bool | None
    """Whether the hulls lie bow to bow; None: either way round."""


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
    """Two hulls made fast from `start` to `end` [s]; the guest came alongside the host."""

    host: Ship
    guest: Ship
    start: float
    end: float


@scene
def open_transfers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Outside every anchorage, both ships received: oil and coal, adrift and at anchor."""
    cargo, at_rest = _OPEN[ordinal % len(_OPEN)]
    contacts = make_contacts(world, rng, CARGOES[cargo], crowd=False, at_rest=at_rest)
    add_transfers(world, contacts, at_rest=at_rest, scenario=f"open, {cargo}")


@scene
def crowd_transfers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Inside a crowded anchorage, both ships received."""
    cargo = _CROWD[ordinal % len(_CROWD)]
    contacts = make_contacts(world, rng, CARGOES[cargo], crowd=True)
    add_transfers(world, contacts, place="anchorage", scenario=f"in the crowd, {cargo}")


@scene
def dark_transfers(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """The guest is switched off from miles before until miles after; the host is received as it waits."""
    cargo, at_rest = _DARK[ordinal % len(_DARK)]
    contacts = make_contacts(world, rng, CARGOES[cargo], crowd=False, at_rest=at_rest)
    _, guest, start, end = contacts[0]
    switch_off(world, rng, guest, start, end)
    add_transfers(
        world,
        contacts,
        kind="dark_transfer",
        at_rest=at_rest,
        dark=(guest,),
        scenario=f"one side dark, {cargo}",
    )


@scene
def both_dark(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Both ships are switched off before they meet and received again when they are apart."""
    cargo, at_rest = _DARK[ordinal % len(_DARK)]
    contacts = make_contacts(world, rng, CARGOES[cargo], crowd=False, at_rest=at_rest)
    host, guest, start, end = contacts[0]
    switch_off(world, rng, guest, start, end)
    switch_off(world, rng, host, start - 5400.0, end + 4800.0)
    add_transfers(
        world, contacts, kind="dark_transfer", at_rest=at_rest, dark=(host, guest),
        scenario=f"both sides dark, {cargo}",
    )  # fmt: skip


@scene
def repeats(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """The same two ships lie alongside twice or three times within two days."""
    contacts = make_contacts(
        world, rng, CARGOES["oil"], crowd=False, at_rest=False, how="again", guests=2 + ordinal % 2
    )
    add_transfers(world, contacts, at_rest=False, scenario="repeated pair")


@scene
def one_to_many(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One ship that waits is served by three others in turn."""
    crowd = ordinal % 2 == 1
    contacts = make_contacts(world, rng, CARGOES["coal to lighters"], crowd=crowd, guests=3)
    add_transfers(world, contacts, place="anchorage" if crowd else "open", scenario="one to many")


@scene
def rafts(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Three or four hulls made fast at once for some hours."""
    at_rest = ordinal % 2 == 0
    contacts = make_contacts(
        world, rng, CARGOES["coal"], crowd=False, at_rest=at_rest, how="raft", guests=2 + ordinal % 2
    )
    add_transfers(world, contacts, at_rest=at_rest, scenario="raft")
    hulls = [contacts[0].host, *(c.guest for c in contacts)]
    made_fast = {frozenset((c.host.mmsi, c.guest.mmsi)) for c in contacts}
    start, end = contacts[-1].start, contacts[-1].end
    for one, two in combinations(hulls, 2):
        if frozenset((one.mmsi, two.mmsi)) not in made_fast:
            world.add_truth(
                "same_raft", one, two, start, end, contact=False, scenario="raft, with a hull between them",
                holding="at anchor" if at_rest else "adrift",
            )  # fmt: skip


@scene
def bunkerings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A bunker barge beside a ship at an official bunkering anchorage, by day, 2 to 6 h."""
    ship = world.ship(rng, str(rng.choice(["bulk", "container"])), "bunkered", no_size=False)
    barge = world.ship(rng, "bunker barge", "bunker barge", no_size=False)
    start, end = draw_period(world, rng, 2.0, 6.0, by_day=True)
    name = list(BUNKERING)[ordinal % len(BUNKERING)]
    lying = at_anchor(world, rng, world.anchor_place(rng, BUNKERING[name]), ship.length_m)
    ship.voyage = make_voyage(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    barge.voyage = from_home(
        world, rng, barge, alongside(world, rng, ship, barge, lying), start, end, BARGE_HOMES[name]
    )
    barge.change_draught(end + 600.0, -0.5)
    world.add_truth(
        "bunkering", ship, barge, start, end, contact=True, place="bunkering anchorage", holding="at anchor",
        scenario="official bunkering by day",
    )  # fmt: skip


@scene
def lighterings(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Lawful lightering of a deep bulk carrier into a coaster at the lightering anchorage."""
    ship = world.ship(rng, "bulk", "lightered", no_size=False)
    coaster = world.ship(rng, "coaster", "lighter", ais_class="A", no_size=False)
    start, end = draw_period(world, rng, 6.0, 14.0)
    lying = at_anchor(world, rng, world.anchor_place(rng, LIGHTERING), ship.length_m)
    ship.voyage = make_voyage(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    coaster.voyage = come_and_go(
        world, rng, alongside(world, rng, ship, coaster, lying), start, end,
        come_from=offset(NORTH, 2000.0, 0.0), leave_to=offset(NORTH, -6000.0, 0.0), speed_kn=9.0,
        nav_status=AT_ANCHOR,
    )  # fmt: skip
    coaster.change_draught(end + 600.0, 1.5)
    world.add_truth(
        "lightering",
        ship,
        coaster,
        start,
        end,
        contact=True,
        place="lightering anchorage",
        holding="at anchor",
    )


def make_contacts(
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
    """Bring ships alongside one that waits, and change their draughts afterwards.

    Barges wait for coal; of two tankers either waits.

    Parameters
    ----------
    world, rng
        The sea so far and the scene's random numbers.
    cargo : Cargo
        What goes over, which sets the kinds of ship and the time alongside.
    crowd : bool
        Inside an official anchorage rather than in the open sea.
    at_rest : bool
        At anchor rather than adrift.
    how : {"in turn", "again", "raft"}
        Each guest after the other, the same guest several times, or all made fast at once.
    guests : int
        How many contacts there are.
    giver, receiver : Ship, optional
        Ships of the caller's; new ones by default.

    Returns
    -------
    list of Contact
        In order of time.
    """
    barge_waits = cargo.giver == "coal ship" and cargo.receiver == "barge"
    receiver_waits = barge_waits or bool(rng.random() < 0.5)
    needed = 1 if how == "again" else guests
    n_givers, n_receivers = (needed, 1) if receiver_waits else (1, needed)
    givers = [giver] if giver else [world.ship(rng, cargo.giver, "giver") for _ in range(n_givers)]
    receivers = (
        [receiver] if receiver else [world.ship(rng, cargo.receiver, "receiver") for _ in range(n_receivers)]
    )
    host, visitors = (receivers[0], givers) if receiver_waits else (givers[0], receivers)
    periods = _contact_periods(world, rng, cargo, guests, at_once=how == "raft")
    arrive, leave = periods[0][0] - 5400.0, max(end for _, end in periods) + 4800.0
    stop = _wait(world, rng, host, arrive, leave, crowd=crowd, at_rest=at_rest)

    contacts, trips, beside_ship, motion, side = [], [], host, stop, 0.0
    for k, (start, end) in enumerate(periods):
        guest = visitors[k % len(visitors)]
        beside = alongside(world, rng, beside_ship, guest, motion, same=cargo.same_heading, side=side)
        trips.append(_trip(world, rng, beside, start, end, lying=crowd or at_rest))
        contacts.append(Contact(beside_ship, guest, start, end))
        _change_draughts(
            rng, *((guest, host) if receiver_waits else (host, guest)), end, cargo.max_draught_change_m
        )
        if how == "raft":
            # The second lies on the host's other side, the third outside the second.
            side = float(np.sign(beside.right_m)) * (
                -1.0 if k == 0 else 1.0 if beside.turn_deg == 0.0 else -1.0
            )
            if k == 1:
                beside_ship, motion = guest, beside
    if how == "again":
        visitors[0].voyage = _join_trips(world, trips, periods)
    else:
        for guest, trip in zip(visitors, trips, strict=True):
            guest.voyage = trip
    return contacts


def add_transfers(
    world: World,
    contacts: list[Contact],
    *,
    scenario: str,
    kind: str = "transfer",
    place: str = "open",
    at_rest: bool = True,
    dark: tuple[Ship, ...] = (),
) -> None:
    """Add illicit contacts to the truth, one row each; `dark` are the ships that were switched off."""
    for host, guest, start, end in contacts:
        world.add_truth(
            kind, host, guest, start, end, contact=True, illicit=True, place=place,
            holding="at anchor" if at_rest else "adrift", dark=dark, scenario=scenario,
        )  # fmt: skip


def switch_off(world: World, rng: np.random.Generator, ship: Ship, start: float, end: float) -> None:
    """Switch a transponder off from one or two hours before `start` until as long after `end` [s]."""
    before, after = world.params.dark_margin * rng.uniform(4200.0, 7500.0, 2)
    ship.switched_off.append((start - float(before), end + float(after)))


def _contact_periods(
    world: World, rng: np.random.Generator, cargo: Cargo, guests: int, *, at_once: bool
) -> list[tuple[float, float]]:
    """Start and end of each contact [s]: in turn with a pause of 2.5 to 4 h, or all at once."""
    low, high = cargo.hours
    if guests == 1 or at_once:
        start, end = draw_period(world, rng, low, high)
        return [(start + 1200.0 * k, end - 900.0 * k) for k in range(guests)]
    lengths = rng.uniform(low, min(high, 1.5 * low), guests) * S_PER_H
    pauses = rng.uniform(2.5, 4.0, guests) * S_PER_H
    whole = float(lengths.sum() + pauses[:-1].sum())
    start, end = draw_period(world, rng, whole / S_PER_H, whole / S_PER_H)
    stretch = (end - start) / whole
    begins = start + stretch * (np.cumsum(lengths + pauses) - lengths - pauses)
    return [(float(b), float(b + stretch * n)) for b, n in zip(begins, lengths, strict=True)]


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
    """Set the voyage of the ship that waits, and return its motion while it lies there."""
    if crowd:
        place = world.anchor_place(rng, ANCHORAGES["Changjiangkou"], 500.0)
        lying = at_anchor(world, rng, place, host.length_m)
        host.voyage = make_voyage(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
        return lying
    place = inside(rng, OPEN_SEA)
    stop: Motion = (
        at_anchor(world, rng, place, host.length_m) if at_rest else adrift(world, rng, place, arrive)
    )
    host.voyage = stop_over(
        world, rng, stop, arrive, leave,
        inbound=[offset(SOUTH, 3000.0, 0.0)], outbound=[offset(SOUTH, 15_000.0, 0.0)], speed_kn=9.0,
        nav_status=AT_ANCHOR if at_rest else UNDERWAY,
    )  # fmt: skip
    return stop


def _trip(
    world: World, rng: np.random.Generator, beside: Beside, start: float, end: float, *, lying: bool
) -> Voyage:
    """Voyage from the north to the host, and back north or on to the south."""
    return come_and_go(
        world, rng, beside, start, end,
        come_from=offset(NORTH, float(rng.uniform(2000.0, 6000.0)), 0.0),
        leave_to=offset(NORTH if rng.random() < 0.5 else SOUTH, 9000.0, 0.0),
        speed_kn=float(rng.uniform(8.5, 10.5)), nav_status=AT_ANCHOR if lying else UNDERWAY,
    )  # fmt: skip


def _join_trips(world: World, trips: list[Voyage], periods: list[tuple[float, float]]) -> Voyage:
    """Join several trips to the same ship into one voyage; between two contacts the guest stands off."""
    phases = list(trips[0].phases)
    for k in range(1, len(trips)):
        off, on = periods[k - 1][1] + BERTHING_S, periods[k][0] - BERTHING_S
        phases = [p for p in phases if p.t_from < off]
        phases.append(Phase(off, Blend(Held(trips[k - 1], off), Held(trips[k], on), off, on), UNDERWAY))
        phases += [p for p in trips[k].phases if p.t_from >= on]
    return make_voyage(world, phases, trips[-1].t_end)


def _change_draughts(
    rng: np.random.Generator, giver: Ship, receiver: Ship, end: float, full_m: float
) -> None:
    """Both crews enter a changed draught within two hours of the end [J]."""
    change = float(rng.uniform(0.4, 1.0)) * full_m
    giver.change_draught(end + float(rng.uniform(600.0, 7200.0)), -change, "FOR ORDERS")
    port = str(rng.choice(["ZHAPU", "TAICANG", "JIANGYIN"]))
    receiver.change_draught(end + float(rng.uniform(600.0, 7200.0)), change, port)
