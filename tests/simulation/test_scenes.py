"""Every scene that the issue asks for is there, moves as ships do, and tells the truth."""

from dataclasses import replace

import numpy as np
import pytest

from stsdetect.errors import ParamError
from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import is_land
from stsdetect.simulation import FAMILIES, PRESETS, SeaParams, simulate, vary
from stsdetect.simulation.scenes.named_cases import CASES, near_miss_of
from stsdetect.simulation.sea import SCENES, set_scenes
from stsdetect.simulation.world.fleet import Ship, imo_number
from stsdetect.simulation.world.stage import World
from stsdetect.units import KN_TO_MPS
from tests.simulation.test_sea import gaps_m

QUIET = SeaParams(**dict.fromkeys(SCENES, 0), no_size_share=0.0, hours=48.0)


@pytest.fixture(scope="module")
def rich() -> World:
    return set_scenes(PRESETS["rich"], 0)


def only(**counts: float) -> SeaParams:
    return replace(QUIET, **counts)


def silent(ship: Ship, t: float) -> bool:
    return any(a <= t <= b for a, b in ship.silences)


def test_the_rich_sea_holds_every_kind(rich: World) -> None:
    assert {row["kind"] for row in rich.truth} == {
        "transfer", "dark_transfer", "bunkering", "lightering", "towing", "pilotage", "fishing", "dredging",
        "same_hull",
        "anchorage_neighbours", "supply", "crane", "berth", "spoofed", "same_raft",
    }  # fmt: skip
    illicit = [row for row in rich.truth if row["illicit"]]
    assert {row["orientation"] for row in illicit} == {"same", "opposite"}
    assert {row["holding"] for row in illicit} == {"at anchor", "adrift"}
    assert {row["place"] for row in illicit} == {"open", "anchorage"}
    assert {row["dark"] for row in illicit} == {"none", "one", "both"}


@pytest.mark.parametrize("seed", [0, 1])
def test_ships_keep_off_the_land_and_below_their_speed(seed: int) -> None:
    for ship in set_scenes(PRESETS["rich"], seed).ships:
        t = np.arange(max(ship.voyage.t_start, 0.0), ship.voyage.t_end, 60.0)
        if len(t) < 2 or "circle" in ship.role:
            continue
        lat, lon, _ = ship.voyage.pose(t)
        assert is_land(lat, lon).mean() <= 0.002, ship
        assert distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).max() / 60.0 / KN_TO_MPS < 23.0, ship


@pytest.mark.parametrize(
    "scene", ["rafts", "repeats", "one_to_many", "both_dark", "lighterings", "cranes", "supplies"]
)
def test_what_is_told_as_contact_lies_a_fender_apart(scene: str) -> None:
    params = only(**{scene: 2})
    for kind in {row["kind"] for row in set_scenes(params, 3).truth if row["contact"]}:
        assert 0.0 < gaps_m(params, 3, kind).min() <= gaps_m(params, 3, kind).max() < 8.0, kind


def test_raft_mates_have_a_hull_between_them() -> None:
    assert gaps_m(only(rafts=2), 3, "same_raft").min() > 8.0


def test_both_sides_of_a_dark_meeting_are_silent_throughout() -> None:
    world = set_scenes(only(both_dark=4), 2)
    by_number = {s.mmsi: s for s in world.ships}
    for row in world.truth:
        for t in np.linspace(row["start_s"], row["end_s"], 5):
            assert silent(by_number[row["mmsi_1"]], t)
            assert silent(by_number[row["mmsi_2"]], t)


@pytest.mark.parametrize("ordinal", range(len(CASES)), ids=list(CASES))
def test_a_named_case_tells_of_ships_that_are_there(ordinal: int) -> None:
    world = World(QUIET, 1, set_scenes(QUIET, 1).water)
    SCENES["cases"](world, world.rng("cases", ordinal), ordinal)
    numbers = {s.mmsi for s in world.ships}
    assert world.truth
    for row in world.truth:
        assert row["illicit"]
        assert {row["mmsi_1"], row["mmsi_2"]} <= numbers


def test_a_hull_that_changes_its_number_never_sends_under_both() -> None:
    world = World(QUIET, 1, set_scenes(QUIET, 1).water)
    CASES["laundered"](world, world.rng("laundered"))
    first, second = (s for s in world.ships if s.hull_id == 1)
    assert first.mmsi != second.mmsi
    for t in np.linspace(0.0, world.seconds, 200):
        assert silent(first, t) or silent(second, t)


def test_near_miss_is_one_digit_off_and_valid() -> None:
    other = near_miss_of(8405311)
    assert sum(a != b for a, b in zip(str(other), "8405311", strict=True)) == 1
    assert imo_number(other // 10) == other


def test_bunkering_is_by_day_and_fits_into_a_short_sea() -> None:
    world = set_scenes(only(bunkerings=8), 4)
    for row in world.truth:
        local = [(row[k] / 3600.0 + 8.0) % 24.0 for k in ("start_s", "end_s")]
        assert 6.4 <= local[0] < local[1] <= 17.1
    assert set_scenes(only(bunkerings=2, hours=0.5), 4).truth


def test_outages_satellites_and_copies_reach_the_positions() -> None:
    base = only(anchored=6, passing=6, hours=12.0)
    plain = simulate(seed=1, sea=base).positions
    satellite = simulate(seed=1, sea=replace(base, satellite_share=0.5, received_share=0.05)).positions
    assert (satellite["station"] == "SAT").any()
    assert not (plain["station"] == "SAT").any()
    copied = simulate(seed=1, sea=replace(base, copy_share=0.5)).positions
    assert len(copied) > 1.2 * len(plain)
    dead = simulate(seed=1, sea=replace(base, feed_outages=1)).positions
    quiet = dead["timestamp"].drop_duplicates().sort_values().diff().max()
    assert quiet.total_seconds() > 1800.0


def test_spikes_are_few_and_far() -> None:
    base = only(anchored=5, hours=12.0)
    plain, dirty = (simulate(seed=1, sea=replace(base, spike_share=s)).positions for s in (0.0, 0.02))
    off = distance_m(dirty["lat"], dirty["lon"], plain["lat"].mean(), plain["lon"].mean())
    usual = distance_m(plain["lat"], plain["lon"], plain["lat"].mean(), plain["lon"].mean())
    assert 0.0 < (off > usual.max() + 1000.0).mean() < 0.03


def test_vary_moves_only_the_families_asked_for() -> None:
    base, moved = PRESETS["rich"], vary(5, only=["water"])
    changed = {name for name in FAMILIES["water"] if getattr(moved, name) != getattr(base, name)}
    assert changed == set(FAMILIES["water"])
    assert replace(moved, **{name: getattr(base, name) for name in changed}) == base
    assert vary(5) == vary(5) != vary(6)
    with pytest.raises(ParamError, match="unknown family: moods"):
        vary(1, only=["moods"])


def test_a_sea_can_be_named_by_its_toml_file(tmp_path) -> None:
    params = only(anchored=2, hours=2.0)
    (tmp_path / "mine.toml").write_text(params.to_toml())
    assert simulate(sea=str(tmp_path / "mine.toml")).params == params
    with pytest.raises(ParamError, match="cannot read sea parameters"):
        simulate(sea=str(tmp_path / "none.toml"))


def drawn(**shares: float) -> dict[int, list[float]]:
    """Draughts that each ship broadcasts in turn [m]."""
    world = set_scenes(SeaParams(hours=16, anchored=20, passing=0, fishing=0, **shares), 1)
    return {s.mmsi: [said.draught_m for _, said in s.spells] for s in world.ships}


def test_crews_forget_to_enter_a_draught_or_enter_another() -> None:
    usual = drawn()
    assert all(len(d) == 1 for d in drawn(draught_forgotten_share=1.0).values())
    edited = drawn(draught_edited_share=1.0)
    assert all(len(d) == 2 for d in edited.values())
    kept = [m for m, d in usual.items() if len(d) == 2]
    assert kept
    assert all(edited[m] == usual[m] for m in kept)
    assert all(0.1 <= abs(d[1] - d[0]) <= 1.05 for m, d in edited.items() if m not in kept)


def test_a_dark_ship_is_silent_for_hours_around_its_contact() -> None:
    for factor in (0.5, 2.0):
        world = set_scenes(SeaParams(hours=24, dark_transfers=3, dark_margin=factor), 1)
        ships = {s.mmsi: s for s in world.ships}
        for row in (r for r in world.truth if r["kind"] == "dark_transfer"):
            off, on = ships[row["mmsi_1"]].silences[0]
            for margin_s in (row["start_s"] - off, on - row["end_s"]):
                assert 4200 * factor <= margin_s <= 7500 * factor
