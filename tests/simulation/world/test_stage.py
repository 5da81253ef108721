"""The sea in the making: seeds by name, unique MMSIs, free anchor places, rows of truth."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.world.hull_motion import Fixed, Phase, Voyage
from stsdetect.simulation.world.stage import AT_ANCHOR, Box, World, inside, offset
from tests.builders.simulation import world_with

BOX = Box(30.0, 30.02, 122.0, 122.02)


def world() -> World:
    return world_with(1, hours=10.0)


def two_ships(sea: World) -> list:
    ships = [sea.ship(sea.rng("test", k), "coaster", "test") for k in range(2)]
    for ship, heading in zip(ships, (10.0, 190.0), strict=True):
        ship.voyage = Voyage((Phase(0.0, Fixed(30.0, 122.0, heading), AT_ANCHOR),), sea.seconds)
    return ships


def test_each_scene_and_ordinal_has_its_own_random_numbers() -> None:
    draws = {world().rng(name, k).random() for name in ("tows", "rafts") for k in (0, 1)}
    assert len(draws) == 4
    assert world().rng("tows", 1).random() == world().rng("tows", 1).random()


@pytest.mark.parametrize(
    ("now", "first"), [("dual_transponders", "dual_sets"), ("shared_mmsis", "shared_numbers")]
)
def test_a_renamed_scene_keeps_the_random_numbers_of_its_first_name(now: str, first: str) -> None:
    assert world().rng(now, 3).random() == world().rng(first, 3).random()


def test_mmsis_are_unique_and_have_one_of_the_flags() -> None:
    sea, rng = world(), np.random.default_rng(0)
    mmsis = [sea.new_mmsi(rng, (412, 413)) for _ in range(500)]
    assert len(set(mmsis)) == 500
    assert {m // 1_000_000 for m in mmsis} == {412, 413}


def test_anchor_places_keep_the_spacing_until_the_box_is_full() -> None:
    sea, rng = world(), np.random.default_rng(0)
    first, second = (sea.anchor_place(rng, BOX, 1000.0) for _ in range(2))
    assert distance_m(*first, *second) >= 1000.0
    for _ in range(40):
        lat, lon = sea.anchor_place(rng, BOX, 1000.0)
        assert BOX.lat_min <= lat <= BOX.lat_max
        assert BOX.lon_min <= lon <= BOX.lon_max


def test_truth_has_the_smaller_mmsi_first_and_is_cut_to_the_sea() -> None:
    sea = world()
    one, two = two_ships(sea)
    for a, b in ((one, two), (two, one)):
        sea.add_truth("transfer", a, b, -50.0, 1e9, contact=True)
    assert sea.truth[0] == sea.truth[1]
    row = sea.truth[0]
    assert row["mmsi_1"] < row["mmsi_2"]
    assert (row["start_s"], row["end_s"]) == (0.0, 36_000.0)
    assert (row["orientation"], row["dark"], row["scenario"]) == ("opposite", "none", "transfer")


def test_the_one_dark_ship_comes_first() -> None:
    sea = world()
    one, two = two_ships(sea)
    for dark in (one, two):
        sea.add_truth("dark_transfer", one, two, 0.0, 600.0, contact=True, dark=(dark,))
    assert [row["mmsi_1"] for row in sea.truth] == [one.mmsi, two.mmsi]
    sea.add_truth("dark_transfer", one, two, 0.0, 600.0, contact=True, dark=(one, two))
    assert sea.truth[-1]["mmsi_1"] == min(one.mmsi, two.mmsi)
    assert [row["dark"] for row in sea.truth] == ["one", "one", "both"]


def test_what_happens_outside_the_sea_is_not_in_the_truth() -> None:
    sea = world()
    one, two = two_ships(sea)
    sea.add_truth("transfer", one, two, 36_000.0, 40_000.0, contact=True)
    sea.add_truth("transfer", one, two, -600.0, 0.0, contact=True)
    assert sea.truth == []


def test_a_second_transponder_is_on_the_same_hull() -> None:
    sea = world()
    one, _ = two_ships(sea)
    other = sea.second_transponder(np.random.default_rng(0), one)
    assert (other.hull_id, other.voyage, other.length_m) == (one.hull_id, one.voyage, one.length_m)
    assert other.mmsi != one.mmsi
    assert abs(other.antenna_ahead_m - one.antenna_ahead_m) <= 8.0


def test_places_lie_in_their_box_and_metres_away() -> None:
    lat, lon = inside(np.random.default_rng(0), BOX)
    assert BOX.lat_min <= lat <= BOX.lat_max
    assert BOX.lon_min <= lon <= BOX.lon_max
    assert distance_m(30.0, 122.0, *offset((30.0, 122.0), 300.0, 400.0)) == pytest.approx(500.0, abs=0.1)


def test_a_hidden_partner_is_named_only_where_received_at_some_time() -> None:
    sea = world()
    seen, partner = two_ships(sea)
    for received in ("never", "before only"):
        sea.add_solo_truth(
            seen, partner, 3600.0, 7200.0, partner_is="host", received=received, scenario="test"
        )
    sea.add_solo_truth(seen, partner, 40_000.0, 50_000.0, partner_is="host", scenario="after the sea")
    rows = [(r["kind"], r["mmsi_1"], r["mmsi_2"], r["dark"], r["illicit"]) for r in sea.truth]
    assert rows == [
        ("solo_transfer", seen.mmsi, None, "host, received never", True),
        ("solo_transfer", seen.mmsi, partner.mmsi, "host, received before only", True),
    ]
