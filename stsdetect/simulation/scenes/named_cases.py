"""Named cases: the deceptions of domain 1.2, each as reported, with invented ships.

The listed IMO number is one of the bundled advisory of 2018; nothing else is real.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stsdetect.simulation.scenes.transfers import CARGOES, Contact, hush, meet, tell
from stsdetect.simulation.world.fleet import Ship, imo_number
from stsdetect.simulation.world.hull_motion import Phase, Towed
from stsdetect.simulation.world.stage import UNDER_WAY, World
from stsdetect.simulation.world.voyages import cut

_LISTED_IMO = 8405311
_UNALLOTTED_MID = 217


def cases(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One of the named cases, in turn."""
    list(CASES.values())[ordinal % len(CASES)](world, rng)


def invented_flag(world: World, rng: np.random.Generator) -> None:
    """A coal ship sends as one that does not exist, its companion is dark throughout, the receiver honest."""
    ship = world.ship(rng, "coal ship", "giver", no_size=False)
    ship.renumber(world.number(rng, (657,)))
    ship.rename("SIM GE", imo=0)
    happened = meet(world, rng, CARGOES["coal"], crowd=False, giver=ship)
    companion = world.ship(rng, "coal ship", "giver")
    companion.voyage = cut(world, [Phase(0.0, Towed(ship.voyage, 400.0), UNDER_WAY)], ship.voyage.t_end)
    companion.silences.append((-np.inf, np.inf))
    tell(world, happened, scenario="invented flag")


def near_miss(world: World, rng: np.random.Generator) -> None:
    """A Fiji number and an IMO number one digit from a listed ship's; silent towards the meeting."""
    ship = world.ship(rng, "coal ship", "giver", length_m=146.0, no_size=False)
    ship.renumber(world.number(rng, (520,)))
    ship.rename("SIM A LI", imo=near_miss_of(_LISTED_IMO))
    happened = meet(world, rng, CARGOES["coal"], crowd=False, giver=ship)
    _, _, start, end = happened[0]
    hush(world, rng, ship, start, end)
    tell(world, happened, kind="dark_transfer", dark=(ship,), scenario="near-miss IMO")


def listed(world: World, rng: np.random.Generator) -> None:
    """A listed tanker meets another under its own IMO number."""
    ship = world.ship(rng, "product tanker", "giver", no_size=False)
    ship.rename("SIM SAM JONG 1", imo=_LISTED_IMO)
    tell(
        world,
        meet(world, rng, CARGOES["oil"], crowd=False, at_rest=False, giver=ship),
        at_rest=False,
        scenario="listed ship",
    )


def posed(world: World, rng: np.random.Generator) -> None:
    """A tanker falls silent, comes back with a Mongolian number and another name, and meets a receiver."""
    ship = world.ship(rng, "product tanker", "giver", no_size=False)
    happened = meet(world, rng, CARGOES["oil"], crowd=False, at_rest=False, giver=ship)
    new = _hand_over(world, rng, ship, happened[0].start - 6000.0, (457,), "SIM KRYSPER", silence_s=3600.0)
    tell(world, [_with(happened[0], ship, new)], at_rest=False, scenario="posed as another")


def laundered(world: World, rng: np.random.Generator) -> None:
    """A hull keeps its size while number, name and IMO number all change between two meetings."""
    ship = world.ship(rng, "product tanker", "receiver", no_size=False)
    happened = meet(
        world, rng, CARGOES["oil"], crowd=False, at_rest=False, how="again", guests=2, receiver=ship
    )
    change = (happened[0].end + happened[1].start) / 2.0
    new = _hand_over(world, rng, ship, change, (412,), "SIM SHUN FA", silence_s=1200.0)
    tell(world, happened[:1], at_rest=False, scenario="laundered, before")
    tell(world, [_with(happened[1], ship, new)], at_rest=False, scenario="laundered, after")


def inland_two_sets(world: World, rng: np.random.Generator) -> None:
    """An inland barge switches from its river set to one copied from an anchored ship, and trades at sea."""
    barge = world.ship(rng, "barge", "receiver", ais_class="B", no_size=False)
    happened = meet(world, rng, CARGOES["coal"], crowd=False, receiver=barge)
    start, end = happened[0].start - 7500.0, happened[0].end + 7000.0
    copied = world.second_transponder(rng, barge, role="receiver")
    victims = [s for s in world.ships if s.role == "anchored" and not s.silences]
    if victims:
        copied.renumber(victims[0].mmsi)
        copied.rename(victims[0].spells[0][1].shipname, imo=0)
    barge.silences.append((start, end))
    copied.silences += [(-np.inf, start), (end, np.inf)]
    tell(world, [_with(happened[0], barge, copied)], scenario="inland barge with a copied set")


def nameless(world: World, rng: np.random.Generator) -> None:
    """An inland barge without name or size, class B, silent around the meeting at night."""
    barge = world.ship(rng, "barge", "receiver", ais_class="B", no_size=True)
    barge.rename("", imo=0)
    happened = meet(world, rng, CARGOES["coal"], crowd=False, receiver=barge)
    _, _, start, end = happened[0]
    hush(world, rng, barge, start - 5400.0, end + 4800.0)
    tell(world, happened, kind="dark_transfer", dark=(barge,), scenario="nameless at night")


def unallotted(world: World, rng: np.random.Generator) -> None:
    """A receiver with a number of no country meets a coal ship inside the crowd."""
    barge = world.ship(rng, "barge", "receiver", ais_class="A", no_size=False)
    barge.renumber(world.number(rng, (_UNALLOTTED_MID,)))
    happened = meet(world, rng, CARGOES["coal"], crowd=True, receiver=barge)
    tell(world, happened, place="anchorage", scenario="unallotted number")


def six_contacts(world: World, rng: np.random.Generator) -> None:
    """One tanker meets the same partner again and again, as in May 2019 (six contacts in two days)."""
    happened = meet(world, rng, CARGOES["oil"], crowd=False, at_rest=False, how="again", guests=4)
    tell(world, happened, at_rest=False, scenario="six contacts in two days")


CASES: dict[str, Callable[[World, np.random.Generator], None]] = {
    f.__name__: f
    for f in (
        invented_flag,
        near_miss,
        listed,
        posed,
        laundered,
        inland_two_sets,
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
            weighed = sum(int(d) * w for d, w in zip(other[:6], range(7, 1, -1), strict=True))
            if other != text and weighed % 10 == int(other[6]):
                return int(other)
    return imo


def _hand_over(
    world: World,
    rng: np.random.Generator,
    ship: Ship,
    t: float,
    flags: tuple[int, ...],
    name: str,
    *,
    silence_s: float,
) -> Ship:
    """Let a hull send under another number and name from an instant on [s], after a silence."""
    new = world.second_transponder(rng, ship, role=ship.role)
    new.ais_class, new.gives_heading = ship.ais_class, ship.gives_heading
    new.antenna_ahead_m, new.antenna_right_m = ship.antenna_ahead_m, ship.antenna_right_m
    new.spells = list(ship.spells)
    new.renumber(world.number(rng, flags))
    new.rename(name, imo=imo_number(994_000 + int(rng.integers(1000))))
    ship.silences.append((t - silence_s, np.inf))
    new.silences.append((-np.inf, t))
    return new


def _with(contact: Contact, old: Ship, new: Ship) -> Contact:
    """The same contact, told of another set on the hull."""
    return contact._replace(
        host=new if contact.host is old else contact.host,
        guest=new if contact.guest is old else contact.guest,
    )
