"""Transfers of which the dump holds one ship: the partner never transmits, or only before or only after.

Dark mothers at anchor with barges alongside are known from the reports of the UN experts (the ships sailed
with AIS off for the whole voyage); how often each family occurs is not known [J].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stsdetect.errors import ParamError
from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.hull_motion import Beside, Motion, Phase, Voyage
from stsdetect.simulation.world.stage import (
    ANCHORAGES,
    AT_ANCHOR,
    MOORED,
    NORTH,
    OPEN_SEA,
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
    alongside,
    at_anchor,
    come_and_go,
    draw_period,
    from_home,
    make_voyage,
    stop_over,
)
from stsdetect.units import S_PER_H

HIDEABLE = (
    "open_transfers", "crowd_transfers", "dark_transfers", "both_dark", "repeats", "one_to_many", "rafts",
)  # fmt: skip
"""Scenes that `hidden_partner_share` turns into transfers with a hidden partner."""

# Mother, barge, full change of the barge's draught [m], contact [h], whether they lie bow to bow.
_TRADES: tuple[tuple[str, str, float, tuple[float, float], bool | None], ...] = (
    ("coal ship", "barge", 1.8, (5.0, 14.0), None),
    ("product tanker", "bunker barge", 1.2, (3.0, 9.0), True),
    ("coal ship", "lighter", 1.2, (4.0, 9.0), None),
    ("bulk", "barge", 1.8, (6.0, 14.0), None),
    ("product tanker", "product tanker", 1.2, (3.0, 9.0), True),
)


@scene
def hidden_partners(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """One of the families, in turn; see `HIDDEN_FAMILIES`."""
    families = _families(world.params.hidden_left_out)
    families[ordinal % len(families)](world, rng, ordinal)


def barge_beside_dark_mother(
    world: World, rng: np.random.Generator, ordinal: int, *, crowd: bool = False
) -> None:
    """A barge comes alongside a mother that lies dark at anchor, and so swings about the mother's anchor."""
    trade = _TRADES[int(rng.integers(len(_TRADES)))]
    mother, barge = _mother(world, rng, trade[0]), _barge(world, rng, trade[1])
    place = _anchor_place(world, rng, crowd=crowd)
    lying = at_anchor(world, rng, place, mother.length_m)
    mother.voyage = make_voyage(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    start, end = draw_period(world, rng, *trade[3])
    beside = alongside(world, rng, mother, barge, lying, same=trade[4])
    barge.voyage = _barge_trip(world, rng, barge, beside, place, start, end)
    _enter_draught(rng, barge, start, end, trade[2])
    world.add_solo_truth(
        barge, mother, start, end, partner_is="host", place="anchorage" if crowd else "open",
        scenario="beside a dark mother, in the crowd" if crowd else "beside a dark mother",
    )  # fmt: skip


def barge_beside_dark_mother_in_crowd(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """The same inside an official anchorage."""
    barge_beside_dark_mother(world, rng, ordinal, crowd=True)


def dark_mother_served_in_turn(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Two to four barges in turn beside a mother that lies dark at anchor: all swing about one place."""
    trade = _TRADES[int(rng.integers(4))]
    mother = _mother(world, rng, trade[0])
    crowd = bool(rng.random() < 0.4)
    place = _anchor_place(world, rng, crowd=crowd)
    lying = at_anchor(world, rng, place, mother.length_m)
    mother.voyage = make_voyage(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
    low_h = trade[3][0]
    n = int(np.clip((world.params.hours - 8.0) // (1.5 * low_h + 3.0), 1, rng.integers(2, 5)))
    lengths = rng.uniform(low_h, 1.5 * low_h, n) * S_PER_H
    pauses = rng.uniform(1.5, 4.0, n) * S_PER_H
    whole_h = float(lengths.sum() + pauses[:-1].sum()) / S_PER_H
    first, last = draw_period(world, rng, whole_h, whole_h)
    stretch = (last - first) / (whole_h * S_PER_H)
    begins = first + stretch * (np.cumsum(lengths + pauses) - lengths - pauses)
    for start, length in zip(begins.tolist(), lengths.tolist(), strict=True):
        barge, end = _barge(world, rng, trade[1]), start + stretch * length
        beside = alongside(world, rng, mother, barge, lying, same=trade[4])
        barge.voyage = _barge_trip(world, rng, barge, beside, place, start, end)
        _enter_draught(rng, barge, start, end, trade[2])
        world.add_solo_truth(
            barge, mother, start, end, partner_is="host", place="anchorage" if crowd else "open",
            scenario="dark mother served in turn",
        )  # fmt: skip


def dark_barge_beside_anchored_ship(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A ship lies at her own anchor as if alone; only hours and draught tell of the dark barge alongside."""
    trade = _TRADES[int(rng.integers(len(_TRADES)))]
    host, barge = world.ship(rng, trade[0], "seen half"), _mother(world, rng, trade[1])
    crowd = bool(rng.random() < 0.4)
    start, end = draw_period(world, rng, *trade[3])
    stop = _seen_host(world, rng, host, start, end, crowd=crowd, holding="at anchor")
    beside = alongside(world, rng, host, barge, stop, same=trade[4])
    barge.voyage = make_voyage(world, [Phase(start, beside, UNDERWAY)], end)
    _enter_draught(rng, host, start, end, -trade[2])
    world.add_solo_truth(
        host, barge, start, end, partner_is="guest", place="anchorage" if crowd else "open",
        scenario="dark barge beside an anchored ship",
    )  # fmt: skip


def drifting_beside_dark_ship(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """Adrift, without any anchor; either half is the dark one."""
    trade = _TRADES[int(rng.integers(len(_TRADES)))]
    start, end = draw_period(world, rng, trade[3][0], min(trade[3][1], 9.0))
    if rng.random() < 0.5:
        mother, barge = _mother(world, rng, trade[0]), _barge(world, rng, trade[1])
        place = inside(rng, OPEN_SEA)
        motion: Motion = adrift(world, rng, place, start)
        mother.voyage = make_voyage(world, [Phase(0.0, motion, UNDERWAY)], world.seconds)
        beside = alongside(world, rng, mother, barge, motion, same=trade[4])
        barge.voyage = _barge_trip(world, rng, barge, beside, place, start, end, lying=False)
        seen, partner, partner_is, change_m = barge, mother, "host", trade[2]
    else:
        host, guest = world.ship(rng, trade[0], "seen half"), _mother(world, rng, trade[1])
        motion = _seen_host(world, rng, host, start, end, crowd=False, holding="adrift")
        beside = alongside(world, rng, host, guest, motion, same=trade[4])
        guest.voyage = make_voyage(world, [Phase(start, beside, UNDERWAY)], end)
        seen, partner, partner_is, change_m = host, guest, "guest", -trade[2]
    _enter_draught(rng, seen, start, end, change_m)
    world.add_solo_truth(
        seen,
        partner,
        start,
        end,
        partner_is=partner_is,
        holding="adrift",
        scenario="adrift beside a dark ship",
    )


def seen_half_switches_off(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A barge goes out, switches off, and comes back with another draught; the mother is never received."""
    trade = _TRADES[int(rng.integers(len(_TRADES)))]
    mother, barge = _mother(world, rng, trade[0]), _barge(world, rng, trade[1], ais_class="A")
    place, at_rest = inside(rng, OPEN_SEA), bool(rng.random() < 0.6)
    start, end = draw_period(world, rng, *trade[3])
    motion: Motion = (
        at_anchor(world, rng, place, mother.length_m) if at_rest else adrift(world, rng, place, start)
    )
    mother.voyage = make_voyage(world, [Phase(0.0, motion, AT_ANCHOR)], world.seconds)
    beside = alongside(world, rng, mother, barge, motion, same=trade[4])
    barge.voyage = _barge_trip(world, rng, barge, beside, place, start, end, lying=at_rest)
    before, after = world.params.dark_margin * rng.uniform(2400.0, 9000.0, 2)
    barge.switched_off.append((start - float(before), end + float(after)))
    _enter_draught(rng, barge, start, end, trade[2], never=0.1, early=0.1)
    world.add_solo_truth(
        barge, mother, start, end, partner_is="host", holding="at anchor" if at_rest else "adrift",
        scenario="seen half switches off", seen_switched_off=True,
    )  # fmt: skip


def partner_received_on_one_side(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """The mother comes with AIS on and leaves dark, or comes dark and leaves with AIS on."""
    trade = _TRADES[int(rng.integers(len(_TRADES)))]
    mother, barge = world.ship(rng, trade[0], "hidden partner"), _barge(world, rng, trade[1])
    start, end = draw_period(world, rng, *trade[3])
    stop = _seen_host(world, rng, mother, start, end, crowd=False, holding="at anchor")
    before, after = world.params.dark_margin * rng.uniform(4200.0, 7500.0, 2)
    comes_seen = bool(rng.random() < 0.5)
    mother.switched_off.append(
        (start - float(before), np.inf) if comes_seen else (-np.inf, end + float(after))
    )
    beside = alongside(world, rng, mother, barge, stop, same=trade[4])
    place = stop.pose(np.array([start]))
    barge.voyage = _barge_trip(
        world, rng, barge, beside, (float(place.lat[0]), float(place.lon[0])), start, end
    )
    _enter_draught(rng, barge, start, end, trade[2])
    world.add_solo_truth(
        barge, mother, start, end, partner_is="host", received="before only" if comes_seen else "after only",
        scenario="partner received on one side",
    )  # fmt: skip


HIDDEN_FAMILIES: dict[str, Callable[[World, np.random.Generator, int], None]] = {
    function.__name__: function
    for function in (
        barge_beside_dark_mother,
        dark_barge_beside_anchored_ship,
        dark_mother_served_in_turn,
        seen_half_switches_off,
        barge_beside_dark_mother_in_crowd,
        drifting_beside_dark_ship,
        partner_received_on_one_side,
    )
}
"""Families of hidden partners by name, in turn."""


def _families(left_out: str) -> list[Callable[[World, np.random.Generator, int], None]]:
    """The families that are set."""
    names = [name.strip() for name in left_out.split(",") if name.strip()]
    kept = [family for name, family in HIDDEN_FAMILIES.items() if name not in names]
    if unknown := sorted(set(names) - set(HIDDEN_FAMILIES)):
        raise ParamError(
            f"SeaParams.hidden_left_out: unknown {', '.join(unknown)}; known: {', '.join(HIDDEN_FAMILIES)}"
        )
    if not kept:
        raise ParamError("SeaParams.hidden_left_out leaves no family of hidden partners")
    return kept


def _mother(world: World, rng: np.random.Generator, kind: str) -> Ship:
    """A ship that never transmits."""
    ship = world.ship(rng, kind, "hidden partner")
    ship.switched_off.append((-np.inf, np.inf))
    return ship


def _barge(world: World, rng: np.random.Generator, kind: str, *, ais_class: str | None = None) -> Ship:
    """The seen half; most barges have no IMO number."""
    ship = world.ship(rng, kind, "seen half", ais_class=ais_class)
    if rng.random() < 0.7:
        ship.set_name(ship.broadcasts[0][1].shipname, imo=0)
    return ship


def _anchor_place(world: World, rng: np.random.Generator, *, crowd: bool) -> Place:
    """A place in the open or in an official anchorage."""
    if crowd:
        return world.anchor_place(rng, ANCHORAGES["Changjiangkou"], 500.0)
    return world.anchor_place(rng, OPEN_SEA, 1500.0)


def _seen_host(
    world: World, rng: np.random.Generator, host: Ship, start: float, end: float, *, crowd: bool, holding: str
) -> Motion:
    """Set the voyage of a ship that waits for another, and return how she lies meanwhile."""
    arrive, leave = (
        start - float(rng.uniform(1.0, 3.0)) * S_PER_H,
        end + float(rng.uniform(1.0, 3.0)) * S_PER_H,
    )
    place = _anchor_place(world, rng, crowd=crowd)
    stop: Motion = (
        adrift(world, rng, place, arrive)
        if holding == "adrift"
        else at_anchor(world, rng, place, host.length_m)
    )
    status = UNDERWAY if holding == "adrift" else AT_ANCHOR
    if crowd:
        host.voyage = make_voyage(world, [Phase(0.0, stop, status)], world.seconds)
    else:
        host.voyage = stop_over(
            world, rng, stop, arrive, leave, inbound=[offset(SOUTH, 3000.0, 0.0)],
            outbound=[offset(SOUTH, 15_000.0, 0.0)], speed_kn=9.0, nav_status=status,
        )  # fmt: skip
    return stop


def _barge_trip(
    world: World,
    rng: np.random.Generator,
    barge: Ship,
    beside: Beside,
    place: Place,
    start: float,
    end: float,
    *,
    lying: bool = True,
) -> Voyage:
    """Out and back without a port call, or through the sea; the last metres are slow."""
    berthing_s = float(rng.uniform(1200.0, 4500.0))
    statuses = (AT_ANCHOR, MOORED, UNDERWAY) if lying else (UNDERWAY, MOORED)
    shares = (0.4, 0.35, 0.25) if lying else (0.7, 0.3)
    status = int(rng.choice(statuses, p=shares))
    home = home_of(place)
    if home is not None and start > FIRST_FROM_HOME_S and rng.random() < 0.6:
        return from_home(
            world, rng, barge, beside, start, end, home, nav_status=status, berthing_s=berthing_s
        )
    back = rng.random() < 0.7
    return come_and_go(
        world, rng, beside, start, end,
        come_from=offset(NORTH, float(rng.uniform(2000.0, 6000.0)), 0.0),
        leave_to=offset(NORTH if back else SOUTH, 9000.0, 0.0),
        speed_kn=float(rng.uniform(7.0, 10.5)), nav_status=status, berthing_s=berthing_s,
    )  # fmt: skip


def _enter_draught(
    rng: np.random.Generator,
    ship: Ship,
    start: float,
    end: float,
    full_m: float,
    *,
    never: float = 0.2,
    early: float = 0.15,
) -> None:
    """The crew enters the changed draught some hours before or after, or never [J]."""
    change_m, which = float(rng.uniform(0.4, 1.0)) * full_m, float(rng.random())
    hours = float(rng.uniform(0.3, 6.0)) if rng.random() < 0.7 else float(rng.uniform(6.0, 20.0))
    port = str(rng.choice(["ZHAPU", "TAICANG", "JIANGYIN", "FOR ORDERS"]))
    if which >= never:
        early_t = start - min(hours, 6.0) * S_PER_H
        ship.change_draught(early_t if which < never + early else end + hours * S_PER_H, change_m, port)
