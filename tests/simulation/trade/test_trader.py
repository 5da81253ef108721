"""A ship sails no faster than she can, and her crew enters what she draws."""

import numpy as np
import pytest

from stsdetect.simulation.trade.port_calls import call
from stsdetect.simulation.world.stage import World
from stsdetect.simulation.world.voyage_log import Parcel
from stsdetect.units import S_PER_H
from tests.builders.simulation import world_with
from tests.builders.traders import careful_world, speeds_kn, trader


@pytest.fixture
def world() -> World:
    return careful_world()


def test_no_ship_is_faster_than_she_can_be(world: World) -> None:
    ship = trader(world, "coaster", "yellow sea south").laden(1500.0, "coal", "Dalian")
    ship.anchor("mouth", 40.0 * S_PER_H)
    call(ship, "nantong 1")
    call(ship, "qinhuangdao", load=Parcel(1000.0, "coal", "Qinhuangdao"))
    ship.finish()
    assert speeds_kn(ship).max() <= ship.speed_kn * 1.02


def test_the_crew_enters_what_the_ship_draws(world: World) -> None:
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    ship.habits = ship.habits._replace(step_m=0.1)
    row = call(ship, "zhapu 1")
    entered = [b.draught_m for _, b in ship.ship.broadcasts]
    assert entered[0] == pytest.approx(row["draught_in_m"], abs=0.1)
    assert entered[-1] == pytest.approx(row["draught_out_m"], abs=0.25)


def test_a_crew_without_draughts_stays_without() -> None:
    world = world_with(1, hours=240.0, no_draught_share=1.0)
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    call(ship, "zhapu 1")
    assert [b.draught_m for _, b in ship.ship.broadcasts] == [0.0]


def test_a_ship_that_lies_waits_and_one_adrift_sails_slowly(world: World) -> None:
    lying, drifting = trader(world, "coaster", "east offing"), trader(world, "coaster", "east offing")
    for ship, rest in ((lying, lying.anchor_at), (drifting, drifting.lie_adrift)):
        rest((30.40, 123.20), "east offing", 0.0)
        before = ship.t
        left, arrived = ship.sail((30.40, 123.60), "east offing", arrive_after=before + 20.0 * S_PER_H)
        assert arrived == pytest.approx(before + 20.0 * S_PER_H, abs=60.0)
        assert (left - before > 10.0 * S_PER_H) is (ship is lying)


def test_ships_pass_on_their_own_side(world: World) -> None:
    north, south = trader(world, "coaster", "yellow sea south"), trader(world, "coaster", "mouth")
    north.sail((31.10, 122.62), "mouth")
    south.sail((34.0, 123.52), "yellow sea south")
    lons = []
    for ship in (north, south):
        ship.finish()
        t = np.arange(0.0, ship.ship.voyage.t_end, 60.0)
        lat, lon, _ = ship.ship.voyage.pose(t)
        order = np.argsort(lat)
        lons.append(np.interp(32.6, lat[order], lon[order]))
    assert lons[0] < lons[1]
