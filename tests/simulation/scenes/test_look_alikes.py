"""Look-alikes: each keeps the distance that makes it one, and none of them is illicit."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation import SeaParams
from stsdetect.simulation.scenes import SCENES, look_alikes
from stsdetect.simulation.sea import set_scenes
from tests.builders.simulation import is_switched_off, ships_by_mmsi, true_gaps_m, world_with

SMALL = SeaParams(hours=16, anchored=4, passing=3, fishing=2, no_size_share=0.0)
LOOK_ALIKES = [name for name, scene in SCENES.items() if scene.__module__ == look_alikes.__name__]


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_no_look_alike_is_illicit(name: str) -> None:
    world = world_with(2, **{name: 2})
    assert world.truth
    assert not any(row["illicit"] for row in world.truth)


@pytest.mark.parametrize("kind", ["anchorage_neighbours", "towing", "fishing"])
def test_hulls_of_look_alikes_keep_apart(kind: str) -> None:
    assert true_gaps_m(set_scenes(SMALL, 1), kind).min() > 30.0


@pytest.mark.parametrize(("scene", "kind"), [("cranes", "crane"), ("supplies", "supply")])
def test_lawful_work_alongside_lies_a_fender_apart(scene: str, kind: str) -> None:
    gaps = true_gaps_m(world_with(3, **{scene: 2}), kind)
    assert 0.0 < gaps.min() <= gaps.max() < 8.0


def test_every_third_tow_is_pushed_and_only_that_one_is_in_contact() -> None:
    rows = world_with(1, tows=3).truth
    assert [(row["scenario"], row["contact"]) for row in rows] == [
        ("towed", False),
        ("towed", False),
        ("pushed", True),
    ]


def test_every_other_hull_with_two_transponders_changes_over_for_good() -> None:
    world = world_with(1, dual_transponders=2)
    both_on, changes_over = ([s for s in world.ships if s.hull_id == h] for h in (1, 3))
    assert [len(both_on), len(changes_over)] == [2, 2]
    assert not any(s.switched_off for s in both_on)
    for t in np.linspace(0.0, world.seconds, 50):
        assert sum(is_switched_off(s, t) for s in changes_over) == 1


def test_spoofed_ships_circle_one_point() -> None:
    world = world_with(1, circles=1)
    row, ships = world.truth[0], ships_by_mmsi(world)
    t = np.linspace(row["start_s"], row["end_s"] - 1.0, 200)
    one, two = (ships[row[k]].voyage.pose(t) for k in ("mmsi_1", "mmsi_2"))
    assert distance_m(one.lat, one.lon, two.lat, two.lon).max() <= 701.0
    assert distance_m(one.lat[:1], one.lon[:1], one.lat, one.lon).max() > 299.0
