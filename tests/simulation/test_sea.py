"""A sea is seeded, its tables are the declared ones, its ships move as ships do, its presets hold what they say."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.errors import ParamError
from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import is_land
from stsdetect.schema import POSITIONS, SHIPS, STATIC, TRUTH
from stsdetect.simulation import PRESETS, Sea, SeaParams, simulate, vary
from stsdetect.simulation.sea import set_scenes
from stsdetect.units import KN_TO_MPS
from tests.builders.simulation import EMPTY_SEA, sea_with

SMALL = SeaParams(hours=16, anchored=4, passing=3, fishing=2, keep_every_s=60.0)


@pytest.fixture(scope="module")
def demo() -> Sea:
    return simulate(seed=0, sea="demo")


def test_the_demo_holds_three_transfers_and_the_common_look_alikes(demo: Sea) -> None:
    assert 60 <= len(demo.ships) <= 120
    truth = demo.truth
    assert truth["kind"].value_counts()["transfer"] == 2
    assert set(truth["kind"]) == {
        "transfer", "dark_transfer", "bunkering", "towing", "pilotage", "fishing", "dredging", "same_hull",
        "anchorage_neighbours",
    }  # fmt: skip
    assert set(truth.loc[truth["illicit"], "kind"]) == {"transfer", "dark_transfer"}


def test_the_rich_sea_holds_every_kind() -> None:
    truth = set_scenes(PRESETS["rich"], 0).truth
    assert {row["kind"] for row in truth} == {
        "transfer", "dark_transfer", "bunkering", "lightering", "towing", "pilotage", "fishing", "dredging",
        "same_hull",
        "anchorage_neighbours", "supply", "crane", "berth", "spoofed", "same_raft",
    }  # fmt: skip
    illicit = [row for row in truth if row["illicit"]]
    assert {row["orientation"] for row in illicit} == {"same", "opposite"}
    assert {row["holding"] for row in illicit} == {"at anchor", "adrift"}
    assert {row["place"] for row in illicit} == {"open", "anchorage"}
    assert {row["dark"] for row in illicit} == {"none", "one", "both"}


@pytest.mark.parametrize("seed", [0, 1])
def test_ships_keep_off_the_land_and_below_23_knots(seed: int) -> None:
    for ship in set_scenes(PRESETS["rich"], seed).ships:
        t = np.arange(max(ship.voyage.t_start, 0.0), ship.voyage.t_end, 60.0)
        if len(t) < 2 or "circle" in ship.role:
            continue
        lat, lon, _ = ship.voyage.pose(t)
        assert is_land(lat, lon).mean() <= 0.002, ship
        assert distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).max() / 60.0 / KN_TO_MPS < 23.0, ship


def test_tables_are_the_declared_ones(demo: Sea) -> None:
    for table, frame in (
        (POSITIONS, demo.positions),
        (STATIC, demo.static),
        (TRUTH, demo.truth),
        (SHIPS, demo.ships),
    ):
        pd.testing.assert_frame_equal(table.to_pandas(frame), frame)


def test_one_seed_is_one_sea() -> None:
    one, two, other = (simulate(seed=s, sea=SMALL) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(one.positions, two.positions)
    pd.testing.assert_frame_equal(one.truth, two.truth)
    assert not one.positions["lat"].equals(other.positions["lat"])


def test_one_more_scene_leaves_the_others_as_they_were() -> None:
    few, more = (set_scenes(SeaParams(anchored=2, passing=n), 5) for n in (1, 2))
    assert [s.mmsi for s in few.ships if s.role == "giver"] == [
        s.mmsi for s in more.ships if s.role == "giver"
    ]


def test_class_b_sends_no_status_heading_draught_or_imo_number(demo: Sea) -> None:
    b = demo.positions[demo.positions["ais_class"] == "B"]
    assert len(b)
    assert b["nav_status"].isna().all()
    assert b["heading"].isna().all()
    static = demo.static[demo.static["ais_class"] == "B"]
    assert static[["draught", "imo", "destination"]].isna().all().all()


def test_a_sea_without_scenes_is_typed_and_empty() -> None:
    sea = simulate(sea=EMPTY_SEA)
    for frame, table in ((sea.positions, POSITIONS), (sea.truth, TRUTH), (sea.ships, SHIPS)):
        pd.testing.assert_frame_equal(frame, table.empty())


def test_an_unknown_preset_and_a_negative_seed_are_refused() -> None:
    with pytest.raises(ParamError, match="no sea 'atlantis'; presets: demo"):
        simulate(sea="atlantis")
    with pytest.raises(ParamError, match="at least 0"):
        simulate(seed=-1)


def test_a_sea_can_be_named_by_its_toml_file(tmp_path) -> None:
    params = sea_with(anchored=2, hours=2.0)
    (tmp_path / "mine.toml").write_text(params.to_toml())
    assert simulate(sea=str(tmp_path / "mine.toml")).params == params
    with pytest.raises(ParamError, match="cannot read sea parameters"):
        simulate(sea=str(tmp_path / "none.toml"))


def test_the_sea_of_hidden_partners_holds_them_and_all_that_resembles_one() -> None:
    world = set_scenes(PRESETS["hidden"], 0)
    assert 100 <= len(world.ships) <= 150
    illicit = [row for row in world.truth if row["illicit"]]
    hidden = [row for row in illicit if row["kind"] == "solo_transfer"]
    assert 0.2 < len(hidden) / len(illicit) < 0.5
    roles = {s.role for s in world.ships}
    assert {"waits at anchor", "drifts for orders", "fishing", "spud dredger", "hopper dredger", "surveys",
            "lays cable", "tends buoys", "under repair", "at a buoy mooring", "pilot cutter",
            "switched off at her berth", "calls beyond the edge", "squid boat"} <= roles  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
def test_ships_of_the_sea_of_hidden_partners_keep_off_the_land_and_below_23_knots(seed: int) -> None:
    for ship in set_scenes(vary(seed, base="hidden"), seed).ships:
        t = np.arange(max(ship.voyage.t_start, 0.0), ship.voyage.t_end, 120.0)
        lat, lon, _ = ship.voyage.pose(t)
        assert is_land(lat, lon).mean() <= 0.002, ship
        assert distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).max() / 120.0 / KN_TO_MPS < 23.0, ship
