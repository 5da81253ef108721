"""Ships of the voyages, for tests: one at a time in an empty sea."""

from __future__ import annotations

import numpy as np

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.trade.trader import Trader
from stsdetect.simulation.world.stage import World
from stsdetect.units import KN_TO_MPS
from tests.builders.simulation import world_with


def careful_world() -> World:
    """Ten days without a ship, in which crews enter each draught at once."""
    return world_with(1, hours=240.0, draught_skipped_share=0.0, draught_wrong_share=0.0, draught_late_h=0.0)


def trader(world: World, kind: str = "barge", node: str = "bay", t: float = 0.0) -> Trader:
    """A ship at a waypoint."""
    rng = world.rng("test", len(world.ships))
    return Trader.build(world, rng, kind, "test", t, node, ais_class="A")


def speeds_kn(ship: Trader) -> np.ndarray:
    """Speed from each minute of its voyage to the next [kn]."""
    t = np.arange(max(ship.ship.voyage.t_start, 0.0), ship.ship.voyage.t_end, 60.0)
    lat, lon, _ = ship.ship.voyage.pose(t)
    return distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / 60.0 / KN_TO_MPS
