"""Hidden partners: never received, alongside all the same; the guest's fixes fit the host's anchor."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from stsdetect.errors import ParamError
from stsdetect.geo.geodesy import distance_m, local_offset_m, move
from stsdetect.simulation import simulate, write_sea
from stsdetect.simulation.scenes.hidden_partners import HIDDEN_FAMILIES
from stsdetect.simulation.sea import set_scenes
from stsdetect.simulation.world.anchoring import OnChain
from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.hull_motion import Beside, Motion
from stsdetect.simulation.world.stage import World
from tests.builders.simulation import EMPTY_SEA, is_switched_off, sea_with, ships_by_mmsi, world_with

ON_CHAINS = {"depth_m": 25.0, "hours": 72.0}


def one_family(name: str, seed: int = 1) -> World:
    world = set_scenes(replace(EMPTY_SEA, **ON_CHAINS), seed)
    HIDDEN_FAMILIES[name](world, world.rng(name), 0)
    return world


def the_other(world: World, seen: Ship) -> Ship:
    """The hull that lies nearest to a seen ship in the middle of the contact."""
    row = next(r for r in world.truth if r["mmsi_1"] == seen.mmsi)
    t = np.array([(row["start_s"] + row["end_s"]) / 2.0])
    here = seen.voyage.pose(t)

    def away_m(ship: Ship) -> float:
        there = ship.voyage.pose(t)
        return float(distance_m(here.lat, here.lon, there.lat, there.lon)[0])

    return min((s for s in world.ships if s.role == "hidden partner"), key=away_m)


@pytest.mark.parametrize("name", HIDDEN_FAMILIES)
def test_the_partner_lies_alongside_and_is_not_received_meanwhile(name: str) -> None:
    for seed in range(3):
        world = one_family(name, seed)
        assert world.truth
        for row in world.truth:
            assert row["kind"] == "solo_transfer"
            assert row["illicit"]
            assert row["contact"]
            seen = ships_by_mmsi(world)[row["mmsi_1"]]
            partner = the_other(world, seen)
            t = np.linspace(row["start_s"] + 60.0, row["end_s"] - 60.0, 9)
            one, two = seen.voyage.pose(t), partner.voyage.pose(t)
            middle_m = distance_m(one.lat, one.lon, two.lat, two.lon)
            assert middle_m.max() < (seen.beam_m + partner.beam_m) / 2.0 + 0.3 * partner.length_m + 10.0
            assert all(is_switched_off(partner, x) for x in t)
            assert is_switched_off(seen, t[4]) == (name == "seen_half_switches_off")


def fitted_pivot(motion: Motion, t: np.ndarray) -> tuple[float, float, float, float]:
    """Pivot ahead and to starboard of the middle of a hull [m], and its latitude and longitude: least squares."""
    lat, lon, heading = motion.pose(t)
    east, north = local_offset_m(lat[0], lon[0], lat, lon)
    sin, cos = np.sin(np.deg2rad(heading)), np.cos(np.deg2rad(heading))
    one, none = np.ones_like(t), np.zeros_like(t)
    # east + u sin + v cos is the same at all instants, and so is north + u cos - v sin.
    rows = np.vstack([np.column_stack([sin, cos, -one, none]), np.column_stack([cos, -sin, none, -one])])
    u, v, x, y = np.linalg.lstsq(rows, -np.concatenate([east, north]), rcond=None)[0]
    there = move(lat[0], lon[0], x, y)
    return float(u), float(v), float(there[0]), float(there[1])


@pytest.mark.parametrize(("turn_deg", "ahead_m", "starboard_m"), [(0.0, 130.0, -15.0), (180.0, -130.0, 15.0)])
def test_a_guest_swings_about_the_anchor_of_the_host(
    turn_deg: float, ahead_m: float, starboard_m: float
) -> None:
    # Anchor 80 m before the bow of a host of 120 m; the guest's middle is 10 m ahead of hers, 15 m to starboard.
    t = np.linspace(0.0, 21_600.0, 73)
    host = OnChain(30.0, 123.0, 60.0, (t, np.linspace(300.0, 390.0, 73), np.full(73, 80.0)))
    u, v, lat, lon = fitted_pivot(Beside(host, 10.0, 15.0, turn_deg), t)
    assert (u, v) == pytest.approx((ahead_m, starboard_m), abs=0.1)
    assert (lat, lon) == pytest.approx((30.0, 123.0), abs=1e-6)


def test_barges_in_turn_share_one_pivot() -> None:
    world = one_family("dark_mother_served_in_turn")
    mother = next(s for s in world.ships if s.role == "hidden partner").voyage.phases[0].motion
    assert isinstance(mother, OnChain)
    for row in world.truth:
        guest = ships_by_mmsi(world)[row["mmsi_1"]].voyage
        *_, lat, lon = fitted_pivot(guest, np.linspace(row["start_s"], row["end_s"], 100))
        # The chain gives and the hulls surge, so the fit is out by some tens of metres.
        assert distance_m(lat, lon, mother.lat, mother.lon) < 70.0


def test_a_mother_served_in_turn_has_one_guest_at_a_time() -> None:
    rows = sorted(one_family("dark_mother_served_in_turn").truth, key=lambda r: r["start_s"])
    assert len(rows) >= 2
    assert len({r["mmsi_1"] for r in rows}) == len(rows)
    assert all(a["end_s"] + 3600.0 < b["start_s"] for a, b in pairwise(rows))


def test_only_a_partner_received_at_some_time_is_named() -> None:
    for name in HIDDEN_FAMILIES:
        named = [row["mmsi_2"] for row in one_family(name).truth]
        assert all((mmsi is not None) == (name == "partner_received_on_one_side") for mmsi in named)


def test_a_hidden_partner_is_in_no_report() -> None:
    sea = simulate(seed=2, sea=sea_with(hidden_partners=3, keep_every_s=300.0, **ON_CHAINS))
    hidden = sea.ships.loc[sea.ships["role"] == "hidden partner", "mmsi"]
    received = set(sea.positions["mmsi"]) | set(sea.static["mmsi"])
    assert len(hidden) == 3
    assert not received & set(hidden)
    assert set(sea.truth["mmsi_1"]) <= received


def test_the_share_turns_that_part_of_the_transfers_into_hidden_ones() -> None:
    scenes = {"open_transfers": 6, "crowd_transfers": 4}
    for seed in range(3):
        none, half, every = (
            world_with(seed, hidden_partner_share=share, **scenes, **ON_CHAINS) for share in (0.0, 0.5, 1.0)
        )
        assert [r["kind"] for r in none.truth] == ["transfer"] * 10
        assert len([r for r in half.truth if r["kind"] == "transfer"]) == 5
        assert {r["kind"] for r in every.truth} == {"solo_transfer"}


def test_without_a_share_the_sea_is_what_it_was() -> None:
    with_field, without = (
        set_scenes(replace(EMPTY_SEA, open_transfers=2, hours=30.0, **values), 7)
        for values in ({"hidden_partner_share": 0.0}, {})
    )
    assert with_field.truth == without.truth
    # Recorded before there were hidden partners.
    assert [(r["mmsi_1"], r["mmsi_2"]) for r in without.truth] == [
        (412_367_856, 677_561_073), (412_929_144, 572_222_846)
    ]  # fmt: skip
    assert [r["start_s"] for r in without.truth] == pytest.approx([49_393.662, 21_952.901], abs=1e-3)


def test_the_same_seed_gives_the_same_bytes_and_a_null_partner_is_an_empty_cell(tmp_path: Path) -> None:
    params = sea_with(hidden_partners=1, anchor_waits=1, keep_every_s=600.0, **ON_CHAINS)
    for name in ("a", "b"):
        write_sea(simulate(seed=7, sea=params), tmp_path / name)
    for file in ("sea.nmea", "sea.csv", "truth.csv", "ships.csv", "sea.toml"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    names, row = ((tmp_path / "a" / "truth.csv").read_text().splitlines()[k].split(",") for k in (0, 1))
    cells = dict(zip(names, row, strict=False))
    assert (cells["kind"], cells["mmsi_2"]) == ("solo_transfer", "")


def test_families_can_be_left_out_by_name() -> None:
    left_out = "drifting_beside_dark_ship, seen_half_switches_off"
    world = world_with(1, hidden_partners=14, hidden_left_out=left_out, **ON_CHAINS)
    scenarios = {row["scenario"] for row in world.truth}
    assert len(scenarios) == 5
    assert not scenarios & {"adrift beside a dark ship", "seen half switches off"}
    with pytest.raises(ParamError, match="unknown mermaids"):
        world_with(1, hidden_partners=1, hidden_left_out="mermaids")
    with pytest.raises(ParamError, match="leaves no family"):
        world_with(1, hidden_partners=1, hidden_left_out=", ".join(HIDDEN_FAMILIES))
