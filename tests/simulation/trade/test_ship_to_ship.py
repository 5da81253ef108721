"""What one ship gives the other takes, alongside and not through each other."""

import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.trade.port_calls import call
from stsdetect.simulation.trade.ship_to_ship import lie_alongside, take_cargo
from stsdetect.simulation.world.hull_motion import where
from stsdetect.simulation.world.stage import World
from stsdetect.simulation.world.voyages import alongside
from stsdetect.units import S_PER_H
from tests.builders.traders import careful_world, speeds_kn, trader


@pytest.fixture
def world() -> World:
    return careful_world()


def test_what_one_ship_gives_another_takes(world: World) -> None:
    mother, barge = trader(world, "coal ship", "east offing"), trader(world, "barge", "nanhui")
    mother.laden(4000.0, "coal", "Nampo")
    mother.anchor_at((30.35, 123.15), "east offing", 0.0)
    before = mother.draught_m, barge.draught_m
    start = max(mother.t, barge.t + barge.seconds_to(mother.place, "east offing")) + 3.0 * S_PER_H
    beside = alongside(world, world.rng("x"), mother.ship, barge.ship, mother.rest)
    lie_alongside(barge, beside, "east offing", start, start + 6.0 * S_PER_H)
    take_cargo(barge, mother, 1500.0, start, start + 6.0 * S_PER_H)
    assert (mother.holds.tonnes, barge.holds.tonnes) == (pytest.approx(2500.0), pytest.approx(1500.0))
    assert mother.draught_m < before[0]
    assert barge.draught_m > before[1]
    call(barge, "jiangyin")
    for ship in (mother, barge):
        ship.finish()
    middle = start + 3.0 * S_PER_H
    far = distance_m(*where(mother.ship.voyage, middle)[:2], *where(barge.ship.voyage, middle)[:2])
    assert far < (mother.ship.beam_m + barge.ship.beam_m) / 2.0 + 0.3 * mother.ship.length_m
    [done] = world.voyage_log.discharges
    assert (done["tonnes"], done["transfers"], done["origin_port"]) == (pytest.approx(1500.0), (0,), "Nampo")
    assert done["embargoed"]
    assert speeds_kn(barge).max() <= barge.speed_kn * 1.02
