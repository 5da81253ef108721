"""Lawful trade: the same quays and the same draughts, nothing that is called illicit."""

import numpy as np
import pytest

from stsdetect.simulation.trade.quays import EMBARGOED_PORTS
from stsdetect.simulation.world.stage import World
from stsdetect.units import S_PER_H
from tests.builders.simulation import world_with
from tests.builders.waters import misplaced

LAWFUL = {
    "sand_grounds": 1, "coal_coasters": 4, "coastal_tankers": 2, "river_barges": 4, "shuttles": 2, "liners": 4,
    "ferries": 2, "bunker_rounds": 1, "harbour_craft": 3, "idle_ships": 4, "renamed_traders": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(3, hours=240.0, **LAWFUL)


def test_ships_keep_to_the_water_and_below_20_knots(world: World) -> None:
    assert misplaced(world.ships) == []


def test_nothing_is_illicit_and_nothing_comes_from_north_korea(world: World) -> None:
    assert not any(row["illicit"] for row in world.truth)
    assert {row["kind"] for row in world.truth} == {"dredging", "bunkering"}
    assert not any(row["embargoed"] for row in world.voyage_log.discharges)
    assert not {row["port_name"] for row in world.voyage_log.visits} & EMBARGOED_PORTS


def test_coasters_discharge_at_the_quays_that_barges_use(world: World) -> None:
    coal = [
        d for d in world.voyage_log.discharges if d["origin_port"] in ("Qinhuangdao", "Qingdao", "Dalian")
    ]
    assert len(coal) >= 8
    assert all(d["tonnes"] > 500.0 for d in coal)


def test_sand_goes_up_the_river(world: World) -> None:
    sand = [d for d in world.voyage_log.discharges if d["cargo"] == "sand"]
    assert {d["port_name"] for d in sand} <= {"Changshu", "Nantong", "Zhangjiagang", "Jiangyin", "Taicang"}
    assert all(len(d["transfers"]) == 1 for d in sand)


def test_ferries_call_for_less_than_two_hours_by_day_and_lie_still_by_night(world: World) -> None:
    hulls = {s.hull_id for s in world.ships if s.role == "ferry"}
    hours = np.array([
        (v["end_s"] - v["start_s"]) / S_PER_H for v in world.voyage_log.visits if v["hull_id"] in hulls and v["end_s"]
    ])  # fmt: skip
    assert np.mean(hours < 2.0) > 0.7
    assert hours.max() > 6.0


def test_a_platform_takes_from_ships_and_gives_to_barges() -> None:
    world = world_with(4, hours=240.0, transloading_platforms=1)
    [platform] = [s for s in world.ships if s.role == "platform"]
    took = [t for t in world.voyage_log.transfers if t["receiver"] == platform.mmsi]
    gave = [t for t in world.voyage_log.transfers if t["giver"] == platform.mmsi]
    assert took
    assert len(gave) >= 2
    assert sum(t["tonnes"] for t in gave) <= sum(t["tonnes"] for t in took) * (1.0 + 1e-9)
    assert misplaced(world.ships) == []
