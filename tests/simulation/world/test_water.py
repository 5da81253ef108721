"""Tide and wind with values that can be computed by hand."""

import numpy as np
import pytest

from stsdetect.simulation.world.water import Water

NORTH_GOING = Water(tide_mps=1.0, axis_deg=0.0, ellipse=0.0, phase=0.0, wind_mps=0.0, wind_to_deg=0.0)


def test_the_tide_runs_along_its_axis_and_is_strongest_at_springs() -> None:
    east, north = NORTH_GOING.current(np.array([0.0]))
    assert east[0] == pytest.approx(0.0, abs=1e-12)
    assert north[0] == pytest.approx(1.35)  # M2 and S2 in phase


def test_springs_and_neaps_are_a_week_apart() -> None:
    days = np.arange(0.0, 30.0 * 86_400.0, 600.0)
    north = NORTH_GOING.current(days)[1]
    at_springs = days[north > 1.34]
    assert at_springs.max() == pytest.approx(2 * 14.765 * 86_400.0, rel=0.01)
    neaps = np.abs(days - 7.38 * 86_400.0) < 6 * 3600.0
    assert np.abs(north[neaps]).max() == pytest.approx(0.65, abs=0.03)


def test_carried_is_the_integral_of_the_current() -> None:
    water = Water(tide_mps=0.8, axis_deg=300.0, ellipse=0.2, phase=1.0, wind_mps=5.0, wind_to_deg=90.0)
    t = np.arange(1000.0, 20_000.0, 1.0)
    east, north = water.current(t)
    carried = water.carried(1000.0, np.array([t[-1]]))
    assert carried[0][0] == pytest.approx(np.trapezoid(east, t), abs=0.1)
    assert carried[1][0] == pytest.approx(np.trapezoid(north, t), abs=0.1)


def test_a_ship_at_anchor_heads_into_the_current_or_into_the_wind() -> None:
    assert NORTH_GOING.bow_into(np.array([0.0]), 0.0)[0] == pytest.approx(180.0)
    windy = Water(tide_mps=0.0, axis_deg=0.0, ellipse=0.0, phase=0.0, wind_mps=5.0, wind_to_deg=90.0)
    assert windy.bow_into(np.array([0.0]), 0.05)[0] == pytest.approx(270.0)
    assert windy.wind() == pytest.approx((5.0, 0.0))
