"""Calls at quays: waiting for a berth, mooring, working cargo."""

from __future__ import annotations

from typing import Any

import numpy as np

from stsdetect.simulation.trade.fairways import NODES
from stsdetect.simulation.trade.quays import EMBARGOED_PORTS, QUAYS, ROADS_OF
from stsdetect.simulation.trade.trader import CAST_OFF_S, Trader
from stsdetect.simulation.world.hull_motion import Blend, Fixed, Held, Phase, where
from stsdetect.simulation.world.stage import MOORED, UNDERWAY
from stsdetect.simulation.world.voyage_log import Parcel
from stsdetect.units import S_PER_H

_MOORING_S = 900.0  # from 150 m off until fast: the last of it is sideways [J]
_SWINGS_SHARE = 0.25  # of the ships that berth head out [J]
_WAIT_AT_ANCHOR_S = 1.5 * S_PER_H  # shorter delays are sailed off by slow steaming [J]


def call(
    ship: Trader,
    quay: str,
    *,
    load: Parcel | None = None,
    discharge: float = 1.0,
    rate_tph: float = 400.0,
    idle_h: float = 1.5,
    shift_to: str | None = None,
) -> dict[str, Any]:
    """Call at a quay: wait for a berth, moor, work cargo, and leave with the next voyage.

    Parameters
    ----------
    ship : Trader
        The ship that calls.
    quay : str
        Key of `stsdetect.simulation.trade.quays.QUAYS`.
    load : Parcel, optional
        Cargo to load.
    discharge : float
        Share of the cargo aboard that is discharged first.
    rate_tph : float
        Tonnes worked per hour.
    idle_h : float
        Hours alongside besides the work.
    shift_to : str, optional
        Quay of the same port to which she shifts in the middle of the work.

    Returns
    -------
    dict
        The row of the visit, of its last berth.
    """
    at = QUAYS[quay]
    out = ship.holds.tonnes * discharge
    tonnes = out + (load.tonnes if load else 0.0)
    work = (idle_h + tonnes / rate_tph) * S_PER_H
    shares = (0.5, 0.5) if shift_to else (1.0, 0.0)
    ready = ship.t + ship.seconds_to(at.off(0), at.via) + _MOORING_S + CAST_OFF_S
    log = ship.world.voyage_log
    number, start = log.reserve(quay, at.berths, ready, work * shares[0] + 1800.0)
    roads = ROADS_OF.get(at.via)
    if start - ready > _WAIT_AT_ANCHOR_S and roads is not None:
        log.release(quay, number, start)
        ship.anchor(roads, ship.t)
        ready = ship.t + ship.seconds_to(at.off(0), at.via) + _MOORING_S + CAST_OFF_S
        number, start = log.reserve(quay, at.berths, ready, work * shares[0] + 1800.0)
    _moor(ship, quay, number, start)
    if out > 0.0:
        _discharge(ship, out * shares[0], ship.t + work * shares[0])
    ship.t += work * shares[0]
    if shift_to is not None:
        other = QUAYS[shift_to]
        number, start = log.reserve(shift_to, other.berths, ship.t + 2.0 * S_PER_H, work / 2.0 + 1800.0)
        _moor(ship, shift_to, number, start)
        if out > 0.0:
            _discharge(ship, out * 0.5, ship.t + work / 2.0)
        ship.t += work / 2.0
    if load is not None:
        ship.holds = ship.holds.add_parcel(load)
    row = log.visits[ship.visit] if ship.visit is not None else {}
    row["tonnes_loaded"] = load.tonnes if load else 0.0
    row["draught_out_m"] = ship.draught_m
    if tonnes > 0.0:
        ship.enter_draught(ship.t)
    if ship.rng.random() < ship.world.params.off_at_quay_share:
        _switch_off_at_quay(ship, float(row["start_s"]), ship.t)
    return row


def load(ship: Trader, parcel: Parcel) -> None:
    """Have a parcel aboard at the end of the work at the quay where she lies."""
    ship.holds = ship.holds.add_parcel(parcel)
    if ship.visit is not None:
        row = ship.world.voyage_log.visits[ship.visit]
        row["tonnes_loaded"] += parcel.tonnes
        row["draught_out_m"] = ship.draught_m
    ship.enter_draught(ship.t)


def begin_moored(ship: Trader, quay: str, hours: float) -> None:
    """Lie at a quay from the present instant for some hours."""
    at = QUAYS[quay]
    number, start = ship.world.voyage_log.reserve(quay, at.berths, ship.t, hours * S_PER_H)
    ship.t = start
    turn = 180.0 if ship.rng.random() < 0.5 else 0.0
    _fast_at(ship, quay, number, Fixed(*at.berth(number), (at.heading_deg + turn) % 360.0))
    ship.t += hours * S_PER_H


def _moor(ship: Trader, quay: str, number: int, start: float) -> None:
    at = QUAYS[quay]
    lead_in = at.lead_in(number, NODES[at.via])
    ship.sail(at.off(number), at.via, arrive_after=start - _MOORING_S, lead_in=lead_in)
    run = ship.phases[-1].motion
    bow = where(run, ship.t)[2]
    along = at.heading_deg if np.cos(np.deg2rad(bow - at.heading_deg)) > 0.0 else at.heading_deg + 180.0
    swings = ship.rng.random() < _SWINGS_SHARE
    moored = Fixed(*at.berth(number), (along + 180.0 * swings) % 360.0)
    ship.phases.append(Phase(ship.t, Blend(Held(run, ship.t), moored, ship.t, ship.t + _MOORING_S), UNDERWAY))
    ship.t += _MOORING_S
    _fast_at(ship, quay, number, moored)


def _fast_at(ship: Trader, quay: str, number: int, moored: Fixed) -> None:
    at = QUAYS[quay]
    ship.rest = moored
    ship.phases.append(Phase(ship.t, ship.rest, MOORED))
    ship.place, ship.node, ship.density = at.off(number), at.via, at.density
    ship.open_visit(at.port, quay, "berth", at.berth(number))


def _discharge(ship: Trader, tonnes: float, done: float) -> None:
    ship.holds, taken = ship.holds.take(tonnes)
    log, number = ship.world.voyage_log, ship.visit
    if number is None:
        return
    log.visits[number]["tonnes_discharged"] += taken.tonnes
    log.visits[number]["draught_out_m"] = ship.draught_m
    for parcel in taken.parcels:
        log.discharges.append(
            {
                "visit": number,
                "mmsi": ship.ship.mmsi,
                "hull_id": ship.ship.hull_id,
                "port_name": log.visits[number]["port_name"],
                "arrival_s": log.visits[number]["start_s"],
                "done_s": done,
                "tonnes": parcel.tonnes,
                "cargo": parcel.cargo,
                "origin_port": parcel.origin_port,
                "transfers": parcel.transfers,
                "renamed": False,
                "embargoed": parcel.origin_port in EMBARGOED_PORTS
                or log.visits[number]["port_name"] in EMBARGOED_PORTS,
            }
        )


def _switch_off_at_quay(ship: Trader, start: float, end: float) -> None:
    first = start + float(ship.rng.uniform(0.3, 3.0)) * S_PER_H
    last = end - float(ship.rng.uniform(0.2, 1.0)) * S_PER_H
    if last > first + S_PER_H:
        ship.dark(first, last)
