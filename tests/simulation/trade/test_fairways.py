"""Fairways join every quay by water, and the shortest path is taken."""

from itertools import pairwise

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import BUNDLED_DATA_BOX, is_land
from stsdetect.simulation.trade.fairways import LEGS, NODES, RIVER_REACHES, fairway_between, fairway_m

WEST, SOUTH, EAST, NORTH = BUNDLED_DATA_BOX


def land_share(places: list[tuple[float, float]]) -> float:
    """Share of points on straight lines between places that lie on land, of those in the bundled coast."""
    lats = np.concatenate([np.linspace(a[0], b[0], 300) for a, b in pairwise(places)])
    lons = np.concatenate([np.linspace(a[1], b[1], 300) for a, b in pairwise(places)])
    known = (lats > SOUTH) & (lats < NORTH) & (lons > WEST) & (lons < EAST)
    return float(is_land(lats[known], lons[known]).mean()) if known.any() else 0.0


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
