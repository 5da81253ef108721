"""Trade with North Korea: what is moved adds up, ships are dark where they should be, and keep to the water."""

from itertools import pairwise

import numpy as np
import pytest

from stsdetect.simulation.trade.quays import EMBARGOED_PORTS
from stsdetect.simulation.world.stage import World
from stsdetect.units import S_PER_H
from tests.builders.simulation import is_switched_off, ships_by_mmsi, world_with
from tests.builders.waters import misplaced

COUNTS = {"coal_voyages": 6, "direct_deliveries": 4, "oil_imports": 4}


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(2, hours=288.0, **COUNTS)


def test_ships_keep_to_the_water_and_below_20_knots(world: World) -> None:
    assert misplaced(world.ships) == []


def test_no_ship_gives_more_than_she_has_or_takes_more_than_she_holds(world: World) -> None:
    for row in world.voyage_log.transfers:
        assert row["tonnes"] > 0.0
        giver, receiver = row["giver_draughts_m"], row["receiver_draughts_m"]
        assert giver[1] < giver[0]
        assert receiver[1] > receiver[0]


def test_what_comes_to_the_quays_by_a_transfer_is_no_more_than_was_given(world: World) -> None:
    log = world.voyage_log
    for number, row in enumerate(log.transfers):
        arrived = sum(d["tonnes"] for d in log.discharges if number in d["transfers"])
        assert arrived <= row["tonnes"] * (1.0 + 1e-9)
    every = {k for d in log.discharges for k in d["transfers"]}
    assert len(every) >= 0.7 * len(log.transfers)


def test_a_barge_takes_from_two_mothers_and_cargo_goes_through_two_transfers(world: World) -> None:
    parcels = [d["transfers"] for d in world.voyage_log.discharges]
    assert max(len(t) for t in parcels) == 2
    givers: dict[int, set[int]] = {}
    for d in world.voyage_log.discharges:
        for k in d["transfers"][:1]:
            givers.setdefault(d["visit"], set()).add(world.voyage_log.transfers[k]["giver_hull_id"])
    assert max(len(g) for g in givers.values()) >= 2


def test_a_visit_that_discharges_more_than_it_loads_ends_lighter(world: World) -> None:
    for row in world.voyage_log.visits:
        moved = row["tonnes_loaded"] - row["tonnes_discharged"]
        if abs(moved) > 50.0:
            assert np.sign(row["draught_out_m"] - row["draught_in_m"]) == np.sign(moved), row


def test_visits_of_a_hull_do_not_overlap(world: World) -> None:
    hulls: dict[int, list[dict]] = {}
    for row in world.voyage_log.visits:
        hulls.setdefault(row["hull_id"], []).append(row)
    for rows in hulls.values():
        for one, two in pairwise(rows):
            assert one["end_s"] is not None
            assert one["start_s"] <= one["end_s"] < two["start_s"]


def test_dark_styles_are_dark_in_the_north_and_the_open_ones_never(world: World) -> None:
    ships = ships_by_mmsi(world)
    dark_roles = {"delivery, dark", "delivery, renamed", "oil, dark north", "oil, from a quay"}
    for row in world.voyage_log.visits:
        ship, end = ships[row["mmsi"]], row["end_s"] or world.seconds
        if row["port_name"] in EMBARGOED_PORTS and row["start_s"] > 0.0 and end < world.seconds:
            middle = (row["start_s"] + end) / 2.0
            off = all(is_switched_off(s, middle) for s in world.ships if s.hull_id == row["hull_id"])
            if ship.role in dark_roles:
                assert off, row
            if ship.role in ("delivery, open", "oil, open"):
                assert not off, row


def test_a_renamed_ship_sends_under_one_mmsi_at_a_time(world: World) -> None:
    [old, new] = [s for s in world.ships if s.role == "delivery, renamed"]
    assert old.hull_id == new.hull_id
    for t in np.arange(0.0, world.seconds, 6.0 * S_PER_H):
        assert is_switched_off(old, t) or is_switched_off(new, t)
    assert old.broadcasts[0][1].shipname != new.broadcasts[0][1].shipname
    assert old.broadcasts[0][1].to_bow == new.broadcasts[0][1].to_bow


def test_transfers_are_rows_of_truth_too(world: World) -> None:
    kinds = {row["kind"] for row in world.truth}
    assert {"transfer", "dark_transfer", "solo_transfer"} <= kinds
    pairs = {frozenset((r["giver"], r["receiver"])) for r in world.voyage_log.transfers}
    assert {frozenset((r["mmsi_1"], r["mmsi_2"])) for r in world.truth if r["mmsi_2"]} <= pairs


@pytest.mark.parametrize("seed", range(4))
def test_in_a_sea_of_30_hours_a_barge_and_a_direct_delivery_discharge_at_zhapu(seed: int) -> None:
    world = world_with(seed, hours=30.0, day_voyages=2)
    chain, direct = world.voyage_log.discharges
    assert (chain["port_name"], direct["port_name"]) == ("Zhapu", "Zhapu")
    assert (chain["transfers"], direct["transfers"]) == ((0,), ())
    assert max(chain["done_s"], direct["done_s"]) < world.seconds - 1.0 * S_PER_H
    assert [row["kind"] for row in world.truth] == ["transfer"]
    assert misplaced(world.ships) == []
