"""Named cases: deceptions known from public reports, each as reported, with invented ships.

The listed IMO number is one of the US advisory of February 2018 that is bundled as a watchlist; all other
identities are invented.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.scenes.transfers import CARGOES, Contact, add_transfers, make_contacts, switch_off
from stsdetect.simulation.world.fleet import Ship, imo_number
from stsdetect.simulation.world.hull_motion import Phase, Towed
from stsdetect.simulation.world.stage import UNDERWAY, World
from stsdetect.simulation.world.voyages import make_voyage

_LISTED_IMO = 8405311
_UNALLOTTED_MID = 217


@scene
def cases(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One of the named cases, in turn; see `CASES`."""
    list(CASES.values())[ordinal % len(CASES)](world, rng)


def invented_flag(world: World, rng: np.random.Generator) -> None:
    """A coal ship broadcasts as a ship that does not exist; its companion is switched off throughout.

    As Ever Glory ("GE") with Jin Hung 9 in August 2019 (The Diplomat, April 2020).
    """
    ship = world.ship(rng, "coal ship", "giver", no_size=False)
    ship.set_mmsi(world.new_mmsi(rng, (657,)))
    ship.set_name("SIM GE", imo=0)
    contacts = make_contacts(world, rng, CARGOES["coal"], crowd=False, giver=ship)
    companion = world.ship(rng, "coal ship", "giver")
    companion.voyage = make_voyage(
        world, [Phase(0.0, Towed(ship.voyage, 400.0), UNDERWAY)], ship.voyage.t_end
    )
    companion.switched_off.append((-np.inf, np.inf))
    add_transfers(world, contacts, scenario="invented flag")


def near_miss(world: World, rng: np.random.Generator) -> None:
    """An MMSI of Fiji and an IMO number one digit from a listed ship's; switched off around the transfer.

    As A Li and Yon Pung 3, November 2019 to February 2020 (Arms Control Wonk).
    """
    ship = world.ship(rng, "coal ship", "giver", length_m=146.0, no_size=False)
    ship.set_mmsi(world.new_mmsi(rng, (520,)))
    ship.set_name("SIM A LI", imo=near_miss_of(_LISTED_IMO))
    contacts = make_contacts(world, rng, CARGOES["coal"], crowd=False, giver=ship)
    switch_off(world, rng, ship, contacts[0].start, contacts[0].end)
    add_transfers(world, contacts, kind="dark_transfer", dark=(ship,), scenario="near-miss IMO")


def listed(world: World, rng: np.random.Generator) -> None:
    """A listed tanker broadcasts its own IMO number beside another tanker."""
    ship = world.ship(rng, "product tanker", "giver", no_size=False)
    ship.set_name("SIM SAM JONG 1", imo=_LISTED_IMO)
    add_transfers(
        world,
        make_contacts(world, rng, CARGOES["oil"], crowd=False, at_rest=False, giver=ship),
        at_rest=False,
        scenario="listed ship",
    )


def posed(world: World, rng: np.random.Generator) -> None:
    """A tanker is switched off, comes back with a Mongolian MMSI and another name, and goes alongside.

    As Tae Yang, which posed as Krysper Singa (RUSI in NK News, June 2019).
    """
    ship = world.ship(rng, "product tanker", "giver", no_size=False)
    contacts = make_contacts(world, rng, CARGOES["oil"], crowd=False, at_rest=False, giver=ship)
    new = _change_identity(world, rng, ship, contacts[0].start - 6000.0, (457,), "SIM KRYSPER", gap_s=3600.0)
    add_transfers(
        world, [_with_transponder(contacts[0], ship, new)], at_rest=False, scenario="posed as another"
    )


def laundered(world: World, rng: np.random.Generator) -> None:
    """A hull keeps its size while MMSI, name and IMO number all change between two transfers.

    As Kingsway, which became Shun Fa (C4ADS, "Unmasked", September 2021).
    """
    ship = world.ship(rng, "product tanker", "receiver", no_size=False)
    contacts = make_contacts(
        world, rng, CARGOES["oil"], crowd=False, at_rest=False, how="again", guests=2, receiver=ship
    )
    change = (contacts[0].end + contacts[1].start) / 2.0
    new = _change_identity(world, rng, ship, change, (412,), "SIM SHUN FA", gap_s=1200.0)
    add_transfers(world, contacts[:1], at_rest=False, scenario="laundered, before")
    add_transfers(
        world, [_with_transponder(contacts[1], ship, new)], at_rest=False, scenario="laundered, after"
    )


def inland_dual_transponder(world: World, rng: np.random.Generator) -> None:
    """An inland barge changes from its own transponder to a copy of an anchored ship's, and trades at sea.

    As 115 copied transponders that the Shanghai MSA took from inland vessels, January to October 2019.
    """
    barge = world.ship(rng, "barge", "receiver", ais_class="B", no_size=False)
    contacts = make_contacts(world, rng, CARGOES["coal"], crowd=False, receiver=barge)
    start, end = contacts[0].start - 7500.0, contacts[0].end + 7000.0
    copied = world.second_transponder(rng, barge, role="receiver")
    victims = [s for s in world.ships if s.role == "anchored" and not s.switched_off]
    if victims:
        copied.set_mmsi(victims[0].mmsi)
        copied.set_name(victims[0].broadcasts[0][1].shipname, imo=0)
    barge.switched_off.append((start, end))
    copied.switched_off += [(-np.inf, start), (end, np.inf)]
    add_transfers(
        world, [_with_transponder(contacts[0], barge, copied)], scenario="inland barge with a copied set"
    )


def nameless(world: World, rng: np.random.Generator) -> None:
    """An inland barge without name or size, class B, switched off around the transfer.

    As the Baoshan MSA reports of inland vessels that sail nameless at night with AIS off.
    """
    barge = world.ship(rng, "barge", "receiver", ais_class="B", no_size=True)
    barge.set_name("", imo=0)
    contacts = make_contacts(world, rng, CARGOES["coal"], crowd=False, receiver=barge)
    switch_off(world, rng, barge, contacts[0].start - 5400.0, contacts[0].end + 4800.0)
    add_transfers(world, contacts, kind="dark_transfer", dark=(barge,), scenario="nameless at night")


def unallotted(world: World, rng: np.random.Generator) -> None:
    """A receiver whose MMSI has an unallotted MID, beside a coal ship inside a crowded anchorage."""
    barge = world.ship(rng, "barge", "receiver", ais_class="A", no_size=False)
    barge.set_mmsi(world.new_mmsi(rng, (_UNALLOTTED_MID,)))
    contacts = make_contacts(world, rng, CARGOES["coal"], crowd=True, receiver=barge)
    add_transfers(world, contacts, place="anchorage", scenario="unallotted number")


def six_contacts(world: World, rng: np.random.Generator) -> None:
    """Two tankers lie alongside again and again within two days.

    As the six contacts of one tanker on 13 and 14 May 2019 (KBS); here four, with one partner.
    """
    contacts = make_contacts(world, rng, CARGOES["oil"], crowd=False, at_rest=False, how="again", guests=4)
    add_transfers(world, contacts, at_rest=False, scenario="six contacts in two days")


CASES: dict[str, Callable[[World, np.random.Generator], None]] = {
    f.__name__: f
    for f in (
        invented_flag,
        near_miss,
        listed,
        posed,
        laundered,
        inland_dual_transponder,
        nameless,
        unallotted,
        six_contacts,
    )
}


def near_miss_of(imo: int) -> int:
    """The first other IMO number with a valid check digit that differs from this one in a single digit.

    Examples
    --------
    >>> near_miss_of(9074729) != 9074729
    True
    """
    text = f"{imo:07d}"
    for k in range(1, 7):
        for digit in "0123456789":
            other = text[:k] + digit + text[k + 1 :]
            checksum = sum(int(d) * w for d, w in zip(other[:6], range(7, 1, -1), strict=True))
            if other != text and checksum % 10 == int(other[6]):
                return int(other)
    return imo


def _change_identity(
    world: World,
    rng: np.random.Generator,
    ship: Ship,
    t: float,
    flags: tuple[int, ...],
    name: str,
    *,
    gap_s: float,
) -> Ship:
    """Let a hull send under another MMSI and name from `t` on [s], after a gap of `gap_s`."""
    new = world.second_transponder(rng, ship, role=ship.role)
    new.ais_class, new.gives_heading = ship.ais_class, ship.gives_heading
    new.antenna_ahead_m, new.antenna_right_m = ship.antenna_ahead_m, ship.antenna_right_m
    new.broadcasts = list(ship.broadcasts)
    new.set_mmsi(world.new_mmsi(rng, flags))
    new.set_name(name, imo=imo_number(994_000 + int(rng.integers(1000))))
    ship.switched_off.append((t - gap_s, np.inf))
    new.switched_off.append((-np.inf, t))
    return new


def _with_transponder(contact: Contact, old: Ship, new: Ship) -> Contact:
    """The same contact, with another transponder of the hull in place of the old one."""
    return contact._replace(
        host=new if contact.host is old else contact.host,
        guest=new if contact.guest is old else contact.guest,
    )
