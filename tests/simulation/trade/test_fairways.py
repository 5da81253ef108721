"""Fairways join every quay by water, and the shortest path is taken."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.trade.fairways import (
    LEGS,
    NODES,
    RIVER_REACHES,
    fairway_between,
    fairway_m,
    keep_right,
    without_detour,
)
from tests.builders.waters import land_share


@pytest.mark.parametrize("leg", LEGS, ids=lambda leg: f"{leg[0]}-{leg[1]}")
def test_a_leg_crosses_no_land_but_where_it_is_a_river(leg: tuple) -> None:
    one, two, between = leg
    share = land_share([NODES[one], *between, NODES[two]])
    assert share > 0.2 if _is_yangtze(one, two) else share <= 0.002


def _is_yangtze(one: str, two: str) -> bool:
    return frozenset((one, two)) in RIVER_REACHES and NODES[one][1] < 122.0


def test_every_waypoint_is_reached_from_every_other() -> None:
    assert all(np.isfinite(fairway_m("jiangyin", name)) for name in NODES)


def test_the_path_is_the_shortest_and_the_same_in_both_directions() -> None:
    out, back = fairway_between("zhapu", "nantong"), fairway_between("nantong", "zhapu")
    assert out == back[::-1]
    lats, lons = np.array([p[0] for p in out]), np.array([p[1] for p in out])
    assert distance_m(lats[:-1], lons[:-1], lats[1:], lons[1:]).sum() == pytest.approx(
        fairway_m("zhapu", "nantong")
    )
    assert NODES["mouth"] in out  # from Hangzhou Bay into the Yangtze there is one way: round Nanhui


def test_a_path_to_itself_is_one_place() -> None:
    assert fairway_between("bay", "bay") == [NODES["bay"]]


def test_nampo_is_about_500_nautical_miles_off_the_yangtze() -> None:
    assert 480.0 < fairway_m("mouth", "nampo") / 1852.0 < 540.0


def test_ships_keep_to_the_right_of_the_fairway_and_end_where_they_were_bound() -> None:
    north = [(30.0, 123.0), (30.1, 123.0), (30.2, 123.0)]
    east_of = keep_right(north, 1.0)
    assert (east_of[0], east_of[-1]) == (north[0], north[-1])
    assert distance_m(*east_of[1], *north[1]) == pytest.approx(1200.0, rel=0.01)
    assert east_of[1][1] > 123.0 > keep_right(north[::-1], 1.0)[1][1]
    assert keep_right(north, 0.0)[1] == pytest.approx(north[1])
    up_the_river = keep_right([(31.70, 121.19), (31.756, 121.112), (31.768, 121.05)], 1.0)
    assert distance_m(*up_the_river[1], 31.756, 121.112) == pytest.approx(120.0, rel=0.01)


def test_a_waypoint_near_both_ends_is_left_out() -> None:
    near, far = (30.56, 121.11), (30.56, 121.30)
    assert without_detour((30.55, 121.09), [NODES["zhapu"]], near) == []
    assert without_detour((30.55, 121.09), [NODES["zhapu"]], far) == [NODES["zhapu"]]
