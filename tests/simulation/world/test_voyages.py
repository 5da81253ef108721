"""Voyages: time to come and go, alongside at a fender's width, within the sea."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.world.hull_motion import Fixed, Phase, where
from stsdetect.simulation.world.stage import AT_ANCHOR, NORTH, SOUTH, World
from stsdetect.simulation.world.voyages import (
    BERTHING_S,
    alongside,
    at_anchor,
    come_and_go,
    draw_period,
    fairway,
    make_voyage,
    stop_over,
)
from tests.builders.simulation import world_with


def world(**values) -> World:
    return world_with(1, **values)


def test_a_contact_leaves_four_hours_before_and_after() -> None:
    for seed in range(50):
        start, end = draw_period(world(hours=24.0), np.random.default_rng(seed), 3.0, 9.0)
        assert 4.0 * 3600.0 <= start < end <= 20.0 * 3600.0 + 0.01
        assert 3.0 <= (end - start) / 3600.0 <= 9.0


def test_a_contact_is_shortened_to_the_room_of_the_sea() -> None:
    start, end = draw_period(world(hours=10.0), np.random.default_rng(0), 6.0, 9.0)
    assert (end - start) / 3600.0 == pytest.approx(2.0)


def test_a_sea_that_is_too_short_lies_within_the_contact() -> None:
    for seed in range(20):
        start, end = draw_period(world(hours=0.5), np.random.default_rng(seed), 3.0, 9.0)
        assert start < 0.0
        assert end > 0.5 * 3600.0


@pytest.mark.parametrize(("same", "heading"), [(True, 30.0), (False, 210.0)])
def test_alongside_is_a_fender_apart_on_the_side_asked_for(same: bool, heading: float) -> None:
    sea = world(fender_gap_m=2.5)
    host, guest = (sea.ship(sea.rng("test", k), "bulk", "test") for k in range(2))
    beside = alongside(
        sea, np.random.default_rng(3), host, guest, Fixed(30.2, 122.6, 30.0), same=same, side=-1.0
    )
    gap_m = -beside.right_m - (host.beam_m + guest.beam_m) / 2.0
    assert 0.4 * 2.5 <= gap_m <= 1.6 * 2.5
    assert where(beside, 0.0)[2] == pytest.approx(heading)


def test_come_and_go_is_alongside_from_start_to_end_and_half_a_mile_off_before_and_after() -> None:
    sea = world()
    host, guest = (sea.ship(sea.rng("test", k), "bulk", "test") for k in range(2))
    lying = at_anchor(sea, np.random.default_rng(1), (30.2, 123.1), host.length_m)
    beside = alongside(sea, np.random.default_rng(2), host, guest, lying)
    start, end = 50_000.0, 80_000.0
    voyage = come_and_go(
        sea, np.random.default_rng(3), beside, start, end, come_from=NORTH, leave_to=SOUTH, speed_kn=9.0
    )
    for t in (start, 65_000.0, end):
        assert where(voyage, t) == pytest.approx(where(beside, t))
    for t in (start - BERTHING_S, end + BERTHING_S):
        assert 700.0 < distance_m(*where(voyage, t)[:2], *where(beside, t)[:2]) < 1600.0


def test_stop_over_lies_at_the_stop_until_it_leaves() -> None:
    sea = world()
    stop = Fixed(30.2, 123.1, 0.0)
    voyage = stop_over(
        sea,
        np.random.default_rng(0),
        stop,
        40_000.0,
        60_000.0,
        inbound=[NORTH],
        outbound=[SOUTH],
        speed_kn=9.0,
    )
    assert where(voyage, 45_000.0)[:2] == pytest.approx((30.2, 123.1))
    assert voyage.t_start < 40_000.0 < 60_000.0 < voyage.t_end


def test_a_voyage_ends_with_the_sea() -> None:
    sea = world(hours=1.0)
    phases = [Phase(0.0, Fixed(30.2, 122.6, 0.0), AT_ANCHOR)]
    assert make_voyage(sea, phases, 9999.0).t_end == 3600.0
    assert make_voyage(sea, phases, 100.0).t_end == 100.0


def test_the_open_sea_needs_no_fairway() -> None:
    assert fairway(NORTH, (30.2, 123.1)) == []
    assert fairway(NORTH, (30.5, 122.7)) == [(30.54, 122.99)]
