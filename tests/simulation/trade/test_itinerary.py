"""A ship's days by hand: she sails, waits, berths, works cargo and lies alongside as she is bidden."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.trade.itinerary import Trader
from stsdetect.simulation.trade.quays import QUAYS, ROADS
from stsdetect.simulation.world.hull_motion import where
from stsdetect.simulation.world.stage import World
from stsdetect.simulation.world.voyage_log import Parcel
from stsdetect.simulation.world.voyages import alongside
from stsdetect.units import KN_TO_MPS, S_PER_H
from tests.builders.simulation import sea_with, world_with


@pytest.fixture
def world() -> World:
    return world_with(1, hours=240.0, draught_skipped_share=0.0, draught_wrong_share=0.0, draught_late_h=0.0)


def trader(world: World, kind: str = "barge", node: str = "bay", t: float = 0.0) -> Trader:
    rng = world.rng("test", len(world.ships))
    return Trader.build(world, rng, kind, "test", t, node, ais_class="A")


def speeds_kn(ship: Trader) -> np.ndarray:
    t = np.arange(max(ship.ship.voyage.t_start, 0.0), ship.ship.voyage.t_end, 60.0)
    lat, lon, _ = ship.ship.voyage.pose(t)
    return distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / 60.0 / KN_TO_MPS


def test_a_call_discharges_all_and_the_ship_rises(world: World) -> None:
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    deep = ship.draught_m
    row = ship.call("zhapu 1", rate_tph=500.0, idle_h=1.0)
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
    row = ship.call("zhapu 1", load=Parcel(300.0, "general", "Zhapu"))
    assert (row["tonnes_discharged"], row["tonnes_loaded"]) == (pytest.approx(1000.0), 300.0)
    assert ship.holds.tonnes == pytest.approx(300.0)


def test_two_ships_are_never_at_one_berth_and_the_second_waits_in_the_roads(world: World) -> None:
    berths = QUAYS["jinshan"].berths
    fleet = [trader(world, "product tanker").laden(1000.0, "oil", "") for _ in range(berths + 1)]
    for ship in fleet:
        ship.call("jinshan", rate_tph=100.0)
    visits = [v for v in world.voyage_log.visits if v["kind"] == "berth"]
    assert len({(v["lat"], v["lon"]) for v in visits}) == berths
    [roads] = [v for v in world.voyage_log.visits if v["kind"] == "roads"]
    assert roads["port_name"] == ROADS["zhapu"].name
    assert visits[-1]["start_s"] > min(ship.t for ship in fleet[:-1])


def test_a_shift_is_two_visits_of_one_port_with_half_the_work_each(world: World) -> None:
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    ship.call("zhapu 1", shift_to="zhapu 2")
    one, two = (v for v in world.voyage_log.visits if v["kind"] == "berth")
    assert (one["quay"], two["quay"]) == ("zhapu 1", "zhapu 2")
    assert one["tonnes_discharged"] == pytest.approx(two["tonnes_discharged"]) == pytest.approx(1000.0)


def test_no_ship_is_faster_than_she_can_be(world: World) -> None:
    ship = trader(world, "coaster", "yellow sea south").laden(1500.0, "coal", "Dalian")
    ship.anchor("mouth", 40.0 * S_PER_H)
    ship.call("nantong 1")
    ship.call("qinhuangdao", load=Parcel(1000.0, "coal", "Qinhuangdao"))
    ship.finish()
    assert speeds_kn(ship).max() <= ship.speed_kn * 1.02


def test_what_one_ship_gives_another_takes(world: World) -> None:
    mother, barge = trader(world, "coal ship", "east offing"), trader(world, "barge", "nanhui")
    mother.laden(4000.0, "coal", "Nampo")
    mother.anchor_at((30.35, 123.15), "east offing", 0.0)
    before = mother.draught_m, barge.draught_m
    start = max(mother.t, barge.t + barge.seconds_to(mother.place, "east offing")) + 3.0 * S_PER_H
    beside = alongside(world, world.rng("x"), mother.ship, barge.ship, mother.rest)
    barge.alongside(beside, "east offing", start, start + 6.0 * S_PER_H)
    barge.take_from(mother, 1500.0, start, start + 6.0 * S_PER_H)
    assert (mother.holds.tonnes, barge.holds.tonnes) == (pytest.approx(2500.0), pytest.approx(1500.0))
    assert mother.draught_m < before[0]
    assert barge.draught_m > before[1]
    barge.call("jiangyin")
    for ship in (mother, barge):
        ship.finish()
    middle = start + 3.0 * S_PER_H
    far = distance_m(*where(mother.ship.voyage, middle)[:2], *where(barge.ship.voyage, middle)[:2])
    assert far < (mother.ship.beam_m + barge.ship.beam_m) / 2.0 + 0.3 * mother.ship.length_m
    [done] = world.voyage_log.discharges
    assert (done["tonnes"], done["transfers"], done["origin_port"]) == (pytest.approx(1500.0), (0,), "Nampo")
    assert done["embargoed"]
    assert speeds_kn(barge).max() <= barge.speed_kn * 1.02


def test_the_crew_enters_what_the_ship_draws(world: World) -> None:
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    ship.habits = ship.habits._replace(step_m=0.1)
    row = ship.call("zhapu 1")
    entered = [b.draught_m for _, b in ship.ship.broadcasts]
    assert entered[0] == pytest.approx(row["draught_in_m"], abs=0.1)
    assert entered[-1] == pytest.approx(row["draught_out_m"], abs=0.25)


def test_a_crew_without_draughts_stays_without() -> None:
    world = world_with(1, hours=240.0, no_draught_share=1.0)
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    ship.call("zhapu 1")
    assert [b.draught_m for _, b in ship.ship.broadcasts] == [0.0]


def test_the_transponder_is_off_at_the_quay_where_the_crew_does_so() -> None:
    world = World(sea_with(hours=240.0, off_at_quay_share=1.0), 1, world_with(1).water)
    ship = trader(world).laden(2000.0, "coal", "Dalian")
    row = ship.call("zhapu 1", idle_h=10.0)
    [(start, end)] = ship.ship.switched_off
    assert row["start_s"] < start < end < ship.t
