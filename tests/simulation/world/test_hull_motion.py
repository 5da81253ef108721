"""Motions whose poses can be computed by hand."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.simulation.world.hull_motion import (
    Beside,
    Blend,
    Circle,
    Fixed,
    Held,
    Phase,
    Towed,
    Voyage,
    Wobble,
    route,
    where,
)
from stsdetect.units import NM_TO_M

QUAY = Fixed(30.0, 122.0, 90.0)


def offset_from_quay_m(motion, t: float = 0.0) -> tuple[float, float]:
    lat, lon, _ = where(motion, t)
    east, north = local_offset_m(30.0, 122.0, lat, lon)
    return float(east), float(north)


def test_beside_is_ahead_and_to_starboard_in_the_frame_of_the_host() -> None:
    # The host heads east: ahead is east, starboard is south.
    assert offset_from_quay_m(Beside(QUAY, 50.0, 20.0, 180.0)) == pytest.approx((50.0, -20.0), abs=0.01)
    assert where(Beside(QUAY, 50.0, 20.0, 180.0), 0.0)[2] == pytest.approx(270.0)


def test_a_route_takes_distance_over_speed_and_heads_along_the_leg() -> None:
    north = route([(30.0, 122.0), (30.1, 122.0)], 10.0, start=100.0)
    metres = float(distance_m(30.0, 122.0, 30.1, 122.0))
    assert north.times[-1] - 100.0 == pytest.approx(metres / (10.0 * NM_TO_M / 3600.0))
    assert where(north, north.times[-1] / 2.0)[2] == pytest.approx(0.0, abs=0.01)


def test_a_route_arrives_when_asked_and_slows_down_before() -> None:
    full = route([(30.0, 122.0), (30.1, 122.0)], 10.0, arrive=5000.0)
    slowed = route([(30.0, 122.0), (30.1, 122.0)], 10.0, arrive=5000.0, slow_to_m=4000.0)
    assert full.times[-1] == slowed.times[-1] == 5000.0
    # 3000 m at 60 % and 1000 m at 30 % of 10 kn.
    extra_s = (3000.0 / 0.6 + 1000.0 / 0.3 - 4000.0) / (10.0 * NM_TO_M / 3600.0)
    assert full.times[0] - slowed.times[0] == pytest.approx(extra_s, abs=0.1)


def test_a_route_to_the_west_heads_270_degrees() -> None:
    west = route([(30.0, 122.0), (30.0, 121.9)], 10.0, start=0.0)
    assert where(west, 100.0)[2] == pytest.approx(270.0, abs=0.1)


def test_a_blend_is_half_way_in_the_middle_and_takes_the_short_turn() -> None:
    other = Fixed(30.001, 122.0, 350.0)
    lat, _, heading = where(Blend(Fixed(30.0, 122.0, 10.0), other, 0.0, 100.0), 50.0)
    assert lat == pytest.approx(30.0005)
    assert heading % 360.0 == pytest.approx(0.0, abs=1e-9)


def test_a_towed_hull_is_where_the_tug_was() -> None:
    tug = route([(30.0, 122.0), (30.1, 122.0)], 6.0, start=0.0)
    assert where(Towed(tug, 60.0), 1060.0) == where(tug, 1000.0)


def test_held_does_not_move() -> None:
    tug = route([(30.0, 122.0), (30.1, 122.0)], 6.0, start=0.0)
    assert where(Held(tug, 500.0), 9999.0) == where(tug, 500.0)


def test_a_circle_keeps_its_radius_and_speed() -> None:
    circle = Circle(30.0, 122.0, 300.0, 10.0, 0.0)
    t = np.arange(0.0, 200.0, 10.0)
    lat, lon, _ = circle.pose(t)
    assert distance_m(30.0, 122.0, lat, lon) == pytest.approx(np.full(20, 300.0), abs=0.1)
    chord_m = 2.0 * 300.0 * np.sin(10.0 * 10.0 / 300.0 / 2.0)
    assert distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) == pytest.approx(np.full(19, chord_m), abs=0.1)


def test_a_wobble_has_about_the_root_mean_square_asked_for() -> None:
    t = np.arange(0.0, 500_000.0, 10.0)
    rms = [Wobble.draw(np.random.default_rng(s), 5.0, 900.0)(t).std() for s in range(30)]
    assert np.mean(rms) == pytest.approx(5.0, rel=0.05)


def test_a_voyage_is_in_its_phase_from_the_very_instant() -> None:
    voyage = Voyage((Phase(0.0, QUAY, 5), Phase(100.0, Fixed(30.1, 122.0, 0.0), 0)), 200.0)
    assert voyage.nav_status(np.array([-1.0, 99.9, 100.0, 300.0])).tolist() == [5, 5, 0, 0]
    assert voyage.pose(np.array([99.9, 100.0])).lat.tolist() == [30.0, 30.1]
