"""Named cases: each is about ships of the sea, and identities change as reported."""

import numpy as np
import pytest

from stsdetect.simulation.scenes.named_cases import CASES, cases, near_miss_of
from stsdetect.simulation.sea import set_scenes
from stsdetect.simulation.world.fleet import imo_number
from stsdetect.simulation.world.stage import World
from tests.builders.simulation import EMPTY_SEA, is_switched_off, ships_by_mmsi


def empty_world() -> World:
    return set_scenes(EMPTY_SEA, 1)


@pytest.mark.parametrize("ordinal", range(len(CASES)), ids=list(CASES))
def test_the_truth_of_a_named_case_is_illicit_and_about_ships_of_the_sea(ordinal: int) -> None:
    world = empty_world()
    cases(world, world.rng("cases", ordinal), ordinal)
    assert world.truth
    for row in world.truth:
        assert row["illicit"]
        assert {row["mmsi_1"], row["mmsi_2"]} <= {s.mmsi for s in world.ships}


def test_a_hull_that_changes_its_mmsi_never_sends_under_both() -> None:
    world = empty_world()
    CASES["laundered"](world, world.rng("laundered"))
    first, second = (s for s in world.ships if s.hull_id == 1)
    assert first.mmsi != second.mmsi
    assert first.length_m == second.length_m
    for t in np.linspace(0.0, world.seconds, 200):
        assert is_switched_off(first, t) or is_switched_off(second, t)


def test_a_listed_ship_broadcasts_the_imo_number_of_the_advisory() -> None:
    world = empty_world()
    CASES["listed"](world, world.rng("listed"))
    assert [s.broadcasts[0][1].imo for s in world.ships if s.role == "giver"] == [8405311]


def test_an_unallotted_mmsi_is_that_of_the_receiver() -> None:
    world = empty_world()
    CASES["unallotted"](world, world.rng("unallotted"))
    ships = ships_by_mmsi(world)
    assert {s.role: str(s.mmsi)[:3] for s in ships.values()}["receiver"] == "217"


def test_a_near_miss_is_one_digit_off_and_has_a_valid_check_digit() -> None:
    other = near_miss_of(8405311)
    assert sum(a != b for a, b in zip(str(other), "8405311", strict=True)) == 1
    assert imo_number(other // 10) == other
