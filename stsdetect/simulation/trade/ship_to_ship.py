"""Ships alongside each other, and the cargo that passes between them."""

from __future__ import annotations

from dataclasses import replace

from stsdetect.simulation.trade.quays import EMBARGOED_PORTS
from stsdetect.simulation.trade.trader import Trader
from stsdetect.simulation.world.hull_motion import Beside, Blend, Held, Phase, where
from stsdetect.simulation.world.stage import UNDERWAY
from stsdetect.simulation.world.voyage_log import Holds
from stsdetect.simulation.world.voyages import BERTHING_S, place_off


def lie_alongside(
    ship: Trader, beside: Beside, via: str, start: float, end: float, nav_status: int = UNDERWAY
) -> None:
    """Sail up to a ship, lie alongside from `start` to `end` [s], and stay there until she sails on."""
    arrive = start - BERTHING_S
    approach = place_off(ship.rng, beside, arrive)
    ship.sail(approach, via, arrive_after=arrive)
    run = ship.phases[-1].motion
    ship.phases.append(Phase(ship.t, Blend(Held(run, ship.t), beside, ship.t, start), UNDERWAY))
    ship.phases.append(Phase(start, beside, nav_status))
    ship.rest, ship.t = beside, end
    ship.place = where(beside, end)[:2]


def take_cargo(ship: Trader, giver: Trader, tonnes: float, start: float, end: float) -> int:
    """Move cargo from another ship alongside, and say so in the truth; the row of the transfer."""
    log, before = ship.world.voyage_log, (giver.draught_m, ship.draught_m)
    giver.holds, moved = giver.holds.take(tonnes)
    number = len(log.transfers)
    passed = (replace(p, transfers=(*p.transfers, number)) for p in moved.parcels)
    ship.holds = ship.holds.add(Holds(tuple(passed)))
    log.transfers.append(
        {
            "giver": giver.ship.mmsi,
            "giver_hull_id": giver.ship.hull_id,
            "receiver": ship.ship.mmsi,
            "receiver_hull_id": ship.ship.hull_id,
            "start_s": start,
            "end_s": end,
            "place": where(ship.rest, (start + end) / 2.0)[:2] if ship.rest else ship.place,
            "tonnes": moved.tonnes,
            "cargo": moved.parcels[0].cargo if moved.parcels else "",
            "embargoed": any(p.origin_port in EMBARGOED_PORTS for p in moved.parcels),
            "giver_draughts_m": (before[0], giver.draught_m),
            "receiver_draughts_m": (before[1], ship.draught_m),
        }
    )
    for trader in (giver, ship):
        trader.enter_draught(end)
    return number
