"""Ships alone: none has a row of truth, and each does what makes it look like a ship beside another."""

from itertools import pairwise

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.scenes import SCENES, solo_look_alikes
from stsdetect.simulation.world.fleet import Ship
from tests.builders.simulation import is_switched_off, world_with

LOOK_ALIKES = [name for name, scene in SCENES.items() if scene.__module__ == solo_look_alikes.__name__]
ON_CHAINS = {"depth_m": 25.0, "hours": 72.0}


def ships_of(name: str, n: int = 1, seed: int = 1) -> list[Ship]:
    return world_with(seed, **{name: n}, **ON_CHAINS).ships


def speeds_kn(ship: Ship, t: np.ndarray) -> np.ndarray:
    lat, lon, _ = ship.voyage.pose(t)
    return distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / np.diff(t) / 0.514444


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_ships_alone_have_no_truth_and_sail_as_ships_do(name: str) -> None:
    for seed in range(2):
        world = world_with(seed, **{name: 3}, **ON_CHAINS)
        assert not world.truth
        assert len(world.ships) >= 3
        for ship in world.ships:
            starts = [p.t_from for p in ship.voyage.phases]
            assert starts == sorted(starts)
            t = np.arange(max(ship.voyage.t_start, 0.0), ship.voyage.t_end, 60.0)
            assert len(t) > 60
            assert speeds_kn(ship, t).max() < 18.0


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_they_also_lie_at_a_fixed_distance_where_no_depth_is_given(name: str) -> None:
    assert world_with(1, **{name: 1}, hours=30.0).ships


def test_tankers_in_turn_at_a_buoy_have_their_bows_within_sixty_metres_of_one_point() -> None:
    tankers = ships_of("buoy_moorings")
    assert len(tankers) >= 2
    at_rest = [
        next(p for p in s.voyage.phases if p.nav_status != 0 or p is s.voyage.phases[1]) for s in tankers
    ]
    lying = [p.motion.end for p in at_rest]
    assert len({(m.lat, m.lon) for m in lying}) == 1
    assert all(5.0 <= m.line[2].min() <= m.line[2].max() <= 60.0 for m in lying)
    assert all(a.voyage.t_start < b.voyage.t_start for a, b in pairwise(tankers))


def test_a_spud_dredger_swings_about_a_point_at_her_stern() -> None:
    ship = ships_of("spud_dredgers")[0]
    lying = ship.voyage.phases[0].motion
    lat, lon, heading = lying.pose(np.linspace(0.0, 7200.0, 60))
    assert distance_m(lat, lon, lying.lat, lying.lon) == pytest.approx(
        np.full(60, ship.length_m / 2.0), abs=0.2
    )
    assert 25.0 < np.ptp(np.unwrap(heading, period=360.0)) < 71.0


def test_a_ship_in_a_gap_at_her_berth_does_not_move() -> None:
    for ship in ships_of("berth_gaps", 4):
        ((start, end),) = ship.switched_off
        assert end - start > 5.9 * 3600.0
        assert speeds_kn(ship, np.linspace(start, end, 30)).max() < 0.01
        assert is_switched_off(ship, (start + end) / 2.0)


def test_a_ship_drags_hundreds_of_metres_and_holds_again() -> None:
    ship = ships_of("draggings")[0]
    first, _, last = (p.motion for p in ship.voyage.phases)
    assert 200.0 <= distance_m(first.lat, first.lon, last.lat, last.lon) <= 800.0


def test_a_call_beyond_the_edge_changes_the_draught_out_of_reception() -> None:
    ship = ships_of("edge_calls")[0]
    at = ship.broadcasts[1][0]
    lat, lon, _ = ship.voyage.pose(np.array([at]))
    assert distance_m(lat, lon, 30.73, 122.82)[0] > 150e3
