"""Transfers: hulls lie a fender apart, the dark ones are switched off, draughts change afterwards."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from stsdetect.simulation import SeaParams, simulate
from stsdetect.simulation.sea import set_scenes
from tests.builders.simulation import is_switched_off, ships_by_mmsi, true_gaps_m, world_with

SMALL = SeaParams(hours=16, anchored=4, passing=3, fishing=2, no_size_share=0.0)


@pytest.mark.parametrize("kind", ["transfer", "dark_transfer", "bunkering", "dredging", "pilotage"])
def test_hulls_in_contact_lie_a_fender_apart(kind: str) -> None:
    gaps = true_gaps_m(set_scenes(SMALL, 1), kind)
    assert (gaps > 0).all()
    assert (gaps < 8.0).all()


@pytest.mark.parametrize("scene", ["rafts", "repeats", "one_to_many", "both_dark", "lighterings"])
def test_every_row_with_contact_lies_a_fender_apart(scene: str) -> None:
    world = world_with(3, **{scene: 2})
    for kind in {row["kind"] for row in world.truth if row["contact"]}:
        gaps = true_gaps_m(world, kind)
        assert 0.0 < gaps.min() <= gaps.max() < 8.0, kind


def test_raft_mates_have_a_hull_between_them() -> None:
    assert true_gaps_m(world_with(3, rafts=2), "same_raft").min() > 8.0


@pytest.mark.parametrize(("scene", "contacts"), [("open_transfers", 1), ("repeats", 2), ("one_to_many", 3)])
def test_contacts_of_one_scene_do_not_overlap(scene: str, contacts: int) -> None:
    rows = sorted((row["start_s"], row["end_s"]) for row in world_with(3, **{scene: 1}).truth)
    assert len(rows) == contacts
    assert all(end < start for (_, end), (start, _) in pairwise(rows))


def test_both_sides_of_a_dark_transfer_are_switched_off_throughout() -> None:
    world = world_with(2, both_dark=4)
    ships = ships_by_mmsi(world)
    for row in world.truth:
        for t in np.linspace(row["start_s"], row["end_s"], 5):
            assert is_switched_off(ships[row["mmsi_1"]], t)
            assert is_switched_off(ships[row["mmsi_2"]], t)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_dark_ship_is_switched_off_for_hours_around_its_contact(factor: float) -> None:
    world = set_scenes(SeaParams(hours=24, dark_transfers=3, dark_margin=factor), 1)
    ships = ships_by_mmsi(world)
    for row in (r for r in world.truth if r["kind"] == "dark_transfer"):
        off, on = ships[row["mmsi_1"]].switched_off[0]
        for margin_s in (row["start_s"] - off, on - row["end_s"]):
            assert 4200 * factor <= margin_s <= 7500 * factor


def test_draught_falls_for_the_giver_and_rises_for_the_receiver() -> None:
    world = world_with(0, open_transfers=3, crowd_transfers=1, dark_transfers=1)
    change = pd.DataFrame(
        [(s.role, s.broadcasts[-1][1].draught_m - s.broadcasts[0][1].draught_m) for s in world.ships],
        columns=["role", "change_m"],
    ).set_index("role")["change_m"]
    assert (change["giver"] <= 0).all()
    assert (change["receiver"] >= 0).all()
    assert change.abs().max() > 0.3


def test_only_the_dark_ship_is_not_received_during_its_contact() -> None:
    sea = simulate(seed=0, sea=SeaParams(hours=24, keep_every_s=60.0, anchored=0, passing=0, fishing=0))
    row = sea.truth[sea.truth["kind"] == "dark_transfer"].iloc[0]
    during = sea.positions["timestamp"].between(row["start_time"], row["end_time"])
    received = set(sea.positions.loc[during, "mmsi"])
    assert row["mmsi_1"] not in received
    assert row["mmsi_2"] in received


def test_bunkering_is_by_day_and_fits_into_a_short_sea() -> None:
    for row in world_with(4, bunkerings=8).truth:
        local = [(row[k] / 3600.0 + 8.0) % 24.0 for k in ("start_s", "end_s")]
        assert 6.4 <= local[0] < local[1] <= 17.1
    assert world_with(4, bunkerings=2, hours=0.5).truth
