"""Ships on a chain: the bow lies at a distance from the pivot, the hull behind it; wind and tide turn her."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import local_offset_m
from stsdetect.simulation.world.anchoring import (
    OnChain,
    bow_to_pivot_m,
    chain_weight_n_per_m,
    lie_on_chain,
    pull_on_chain_n,
)
from stsdetect.simulation.world.hull_motion import Wobble
from stsdetect.simulation.world.water import Water
from tests.builders.simulation import sea_with

STEADY = np.array([0.0, 3600.0])


def test_the_middle_lies_bow_to_pivot_and_half_a_length_behind_the_pivot() -> None:
    lying = OnChain(30.0, 123.0, 50.0, (STEADY, np.array([90.0, 90.0]), np.array([70.0, 70.0])))
    lat, lon, heading = lying.pose(np.array([0.0, 1800.0]))
    east, north = local_offset_m(np.full(2, 30.0), np.full(2, 123.0), lat, lon)
    assert east == pytest.approx([-120.0, -120.0], abs=0.1)
    assert north == pytest.approx([0.0, 0.0], abs=0.1)
    assert heading.tolist() == [90.0, 90.0]


def test_yaw_turns_the_hull_about_the_bow() -> None:
    quarter = Wobble((90.0, 0.0, 0.0), (1e12, 1.0, 1.0), (np.pi / 2.0, 0.0, 0.0))  # 90 degrees throughout
    lying = OnChain(30.0, 123.0, 50.0, (STEADY, np.zeros(2), np.full(2, 70.0)), yaw=quarter)
    lat, lon, heading = lying.pose(np.array([0.0]))
    east, north = local_offset_m(np.array([30.0]), np.array([123.0]), lat, lon)
    assert [float(east[0]), float(north[0]), float(heading[0])] == pytest.approx([-50, -70, 90], abs=0.1)


def test_chain_hangs_under_a_slack_bow_and_is_straight_under_pull() -> None:
    slack, taut = bow_to_pivot_m(30.0, 50.0, np.array([1.0, 1e9]), 1000.0, taut_share=0.0)
    assert slack < 0.05
    assert taut == pytest.approx(40.0)  # 50, 40 and 30 m
    # A chain on the bottom that moves with the ship: the whole of it but what hangs straight down.
    assert bow_to_pivot_m(30.0, 50.0, np.array([1.0]), 1000.0, taut_share=1.0)[0] == pytest.approx(
        20.0, abs=0.1
    )


def test_pull_grows_with_the_square_of_the_current_and_the_chain_with_the_ship() -> None:
    one, two = pull_on_chain_n(200.0, np.array([1.0, 2.0]), np.zeros(2))
    assert two == pytest.approx(4.0 * one)
    assert 40e3 < one < 100e3
    assert chain_weight_n_per_m(200.0) == pytest.approx(1024.0, rel=0.01)  # 74 mm: 120 kg a metre in air


def test_a_ship_swings_round_with_a_reversing_tide_after_its_lag() -> None:
    water = Water(tide_mps=0.8, axis_deg=0.0, ellipse=0.1, phase=0.0, wind_mps=0.0, wind_to_deg=0.0)
    params = sea_with(depth_m=20.0, chain_taut_share=0.5, yaw_deg=0.0)
    lying = lie_on_chain(params, water, np.random.default_rng(1), (30.0, 123.0), 150.0)
    # Flood to the north at first, ebb to the south half a period of M2 and S2 later.
    heading = lying.pose(np.array([3600.0, 3600.0 * 7.0])).heading
    assert abs(heading[0] - 180.0) < 25.0
    assert min(heading[1], 360.0 - heading[1]) < 25.0


@pytest.mark.parametrize("chain_over_depth", [2.0, 10.0])
def test_the_bow_is_never_farther_than_the_chain_allows(chain_over_depth: float) -> None:
    water = Water(1.5, 300.0, 0.3, 0.0, 12.0, 40.0)
    params = sea_with(depth_m=20.0, chain_over_depth=chain_over_depth)
    for seed in range(10):
        _, _, bow_m = lie_on_chain(params, water, np.random.default_rng(seed), (30.0, 123.0), 100.0).line
        # A ship of 100 m has 220 + 40 * 110 / 140 = 251 m on board.
        assert 0.0 <= bow_m.min() <= bow_m.max() <= 251.5


def test_in_deep_water_the_chain_on_board_is_the_limit() -> None:
    water = Water(1.5, 300.0, 0.3, 0.0, 12.0, 40.0)
    params = sea_with(depth_m=60.0, chain_over_depth=10.0, chain_taut_share=1.0)
    for seed in range(10):
        _, _, bow_m = lie_on_chain(params, water, np.random.default_rng(seed), (30.0, 123.0), 200.0).line
        assert 220.0 < bow_m.max() <= 330.0
