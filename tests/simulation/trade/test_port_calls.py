"""A call by hand: she waits for a berth, works her cargo and leaves lighter."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.trade.port_calls import call
from stsdetect.simulation.trade.quays import QUAYS, ROADS
from stsdetect.simulation.world.hull_motion import where
from stsdetect.simulation.world.stage import World
from stsdetect.simulation.world.voyage_log import Parcel
from stsdetect.units import S_PER_H
from tests.builders.simulation import sea_with, world_with
from tests.builders.traders import careful_world, trader


@pytest.fixture
def world() -> World:
    return careful_world()


def test_a_call_discharges_all_and_the_ship_rises(world: World) -> None:
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    deep = ship.draught_m
    row = call(ship, "zhapu 1", rate_tph=500.0, idle_h=1.0)
    ship.finish()
    assert (row["port_name"], row["kind"], row["tonnes_discharged"]) == (
        "Zhapu",
        "berth",
        pytest.approx(2000.0),
    )
    assert ship.t - row["start_s"] == pytest.approx((1.0 + 2000.0 / 500.0) * S_PER_H)
    assert row["draught_out_m"] < deep
    lat, lon, heading = where(ship.ship.voyage, ship.t)
    assert min(distance_m(lat, lon, *QUAYS["zhapu 1"].berth(k)) for k in range(4)) < 1.0
    assert heading % 180.0 == pytest.approx(QUAYS["zhapu 1"].heading_deg)
    [done] = world.voyage_log.discharges
    assert (done["tonnes"], done["origin_port"], done["embargoed"]) == (
        pytest.approx(2000.0),
        "Dalian",
        False,
    )


def test_loading_comes_after_discharging(world: World) -> None:
    ship = trader(world).laden(1000.0, "coal", "Dalian")
    row = call(ship, "zhapu 1", load=Parcel(300.0, "general", "Zhapu"))
    assert (row["tonnes_discharged"], row["tonnes_loaded"]) == (pytest.approx(1000.0), 300.0)
    assert ship.holds.tonnes == pytest.approx(300.0)


def test_two_ships_are_never_at_one_berth_and_the_second_waits_in_the_roads(world: World) -> None:
    berths = QUAYS["jinshan"].berths
    fleet = [trader(world, "product tanker").laden(1000.0, "oil", "") for _ in range(berths + 1)]
    for ship in fleet:
        call(ship, "jinshan", rate_tph=100.0)
    visits = [v for v in world.voyage_log.visits if v["kind"] == "berth"]
    assert len({(v["lat"], v["lon"]) for v in visits}) == berths
    [roads] = [v for v in world.voyage_log.visits if v["kind"] == "roads"]
    assert roads["port_name"] == ROADS["zhapu"].name
    assert visits[-1]["start_s"] > min(ship.t for ship in fleet[:-1])


def test_a_shift_is_two_visits_of_one_port_with_half_the_work_each(world: World) -> None:
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    call(ship, "zhapu 1", shift_to="zhapu 2")
    one, two = (v for v in world.voyage_log.visits if v["kind"] == "berth")
    assert (one["quay"], two["quay"]) == ("zhapu 1", "zhapu 2")
    assert one["tonnes_discharged"] == pytest.approx(two["tonnes_discharged"]) == pytest.approx(1000.0)


def test_the_transponder_is_off_at_the_quay_where_the_crew_does_so() -> None:
    world = World(sea_with(hours=240.0, off_at_quay_share=1.0), 1, world_with(1).water)
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    row = call(ship, "zhapu 1", idle_h=10.0)
    [(start, end)] = ship.ship.switched_off
    assert row["start_s"] < start < end < ship.t


def test_a_ship_is_slow_for_a_quarter_of_an_hour_before_she_is_fast(world: World) -> None:
    ship = trader(world, "coaster").laden(2000.0, "coal", "Dalian")
    row = call(ship, "zhapu 1", idle_h=5.0)
    ship.finish()
    t = np.arange(row["start_s"] - 3600.0, row["start_s"] + 60.0, 60.0)
    lat, lon, _ = ship.ship.voyage.pose(t)
    slow = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / 60.0 < 0.5
    assert 12 <= slow[:-1].sum() <= 20
    assert distance_m(lat[slow.argmax()], lon[slow.argmax()], row["lat"], row["lon"]) < 200.0
