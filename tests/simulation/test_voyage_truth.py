"""The truth of voyages: cut to the sea, compared with what was received, and written beside the dump."""

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.simulation import PRESETS, Sea, simulate, write_sea
from stsdetect.simulation.trade.port_calls import call
from stsdetect.simulation.trade.trader import Trader
from stsdetect.simulation.voyage_truth import TABLES, voyage_truth
from stsdetect.simulation.world.stage import World
from stsdetect.simulation.world.voyage_log import Parcel
from stsdetect.units import S_PER_H
from tests.builders.simulation import sea_with, world_with

TRADE = {"keep_every_s": 120.0, "keep_at_rest_every_s": 600.0, "river_stations": 6, "satellite_share": 0.3}


@pytest.fixture(scope="module")
def sea() -> Sea:
    params = sea_with(
        hours=240.0, coal_voyages=1, direct_deliveries=2, coal_coasters=2, idle_ships=2, **TRADE
    )
    return simulate(seed=5, sea=params)


def a_world() -> tuple[World, Trader]:
    """A ship that discharges 1,000 t from Nampo at Zhapu, goes to Nampo for 2,000 t, and brings them to Zhapu."""
    world = world_with(1, hours=400.0)
    ship = Trader.build(world, world.rng("test"), "coal ship", "test", 0.0, "bay", ais_class="A")
    ship.laden(1000.0, "coal", "Nampo")
    call(ship, "zhapu 1")
    call(ship, "nampo", load=Parcel(2000.0, "coal", "Nampo"))
    call(ship, "zhapu 1")
    ship.finish()
    return world, ship


def received(ship: Trader, *hours: float) -> pl.DataFrame:
    return pl.DataFrame({"mmsi": [ship.ship.mmsi] * len(hours), "second": [h * S_PER_H for h in hours]})


def calls_of(world: World) -> list[tuple[float, float]]:
    return [
        (v["start_s"] / S_PER_H, (v["end_s"] or world.seconds) / S_PER_H)
        for v in world.voyage_log.visits
        if v["kind"] == "berth"
    ]


def test_a_call_between_two_fixes_is_hidden_and_one_with_a_fix_is_not() -> None:
    world, ship = a_world()
    (_, out), (arrive, leave), (back, _) = calls_of(world)
    truth = voyage_truth(world, received(ship, out - 1.0, back + 1.0))
    [call] = truth.hidden_calls.itertuples()
    assert (call.port_name, call.switched_off) == ("Nampo", False)
    start = world.params.start_time
    assert (call.last_time - start) / pd.Timedelta(hours=1) == pytest.approx(out - 1.0, abs=0.001)
    assert (call.next_time - start) / pd.Timedelta(hours=1) == pytest.approx(back + 1.0, abs=0.001)
    assert voyage_truth(world, received(ship, out - 1.0, arrive + 1.0, back + 1.0)).hidden_calls.empty
    # Without a fix afterwards there is not a gap that ends.
    assert voyage_truth(world, received(ship, out - 1.0)).hidden_calls.empty
    ship.dark(arrive * S_PER_H - 60.0, leave * S_PER_H + 60.0)
    assert voyage_truth(world, received(ship, out - 1.0, back + 1.0)).hidden_calls["switched_off"].all()


def test_how_a_ship_came_is_what_was_received_of_the_voyage() -> None:
    world, ship = a_world()
    (_, out), _, (back, _) = calls_of(world)

    def approaches(*hours: float) -> list[str]:
        return voyage_truth(world, received(ship, *hours)).discharges["approach"].tolist()

    every = np.arange(0.5, back + 5.0, 1.0).tolist()
    assert approaches(*every) == ["on", "on"]
    assert approaches(back + 0.5)[1] == "edge"
    ship.dark((out + 3.0) * S_PER_H, (back - 3.0) * S_PER_H)
    assert approaches(*every) == ["on", "dark"]
    ship.ship.switched_off[:] = [((back - 7.0) * S_PER_H, (back - 1.1) * S_PER_H)]
    assert approaches(*every) == ["on", "on"]  # 5.9 h are not a dark voyage
    ship.ship.switched_off[:] = [((back - 7.0) * S_PER_H, (back - 0.9) * S_PER_H)]
    assert approaches(*every) == ["on", "dark"]


def test_voyages_are_from_berth_to_berth_with_the_cargo_aboard() -> None:
    world, ship = a_world()
    voyages = voyage_truth(world, received(ship, 1.0)).voyages
    assert voyages[["from_port", "to_port"]].to_numpy().tolist() == [["Zhapu", "Nampo"], ["Nampo", "Zhapu"]]
    assert voyages["tonnes"].tolist() == pytest.approx([0.0, 2000.0])


def test_what_lies_beyond_the_sea_is_cut_off() -> None:
    world, ship = a_world()
    (first, out), (_, leave), _ = calls_of(world)
    world.params = replace(world.params, hours=out + 1.0)
    truth = voyage_truth(world, received(ship, first + 0.5))
    assert truth.visits["port_name"].tolist() == ["Zhapu"]
    assert truth.visits["end_time"].notna().all()
    world.params = replace(world.params, hours=out - 0.5)
    assert voyage_truth(world, received(ship, first + 0.5)).visits["end_time"].isna().all()
    assert leave > out


def test_tables_are_the_declared_ones_and_refer_to_each_other(sea: Sea) -> None:
    truth = sea.voyage_truth
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(getattr(truth, name), table.to_pandas(getattr(truth, name)))
        assert len(getattr(truth, name)), name
    visits = set(truth.visits["visit_id"])
    assert set(truth.discharges["visit_id"]) <= visits
    assert set(truth.hidden_calls["visit_id"]) <= visits
    assert set(truth.discharges["transfer_id"].dropna()) <= set(truth.transfers["transfer_id"])


def test_what_was_received_at_a_berth_is_counted(sea: Sea) -> None:
    berths = sea.voyage_truth.visits.query("kind == 'berth'")
    hulls = sea.ships.set_index("mmsi")["hull_id"]
    fixes = sea.positions.assign(hull=sea.positions["mmsi"].map(hulls))
    end = sea.params.start_time + pd.Timedelta(hours=sea.params.hours)
    for v in berths.head(12).itertuples():
        last = end if pd.isna(v.end_time) else v.end_time
        inside = fixes.query("hull == @v.hull_id")["timestamp"].between(v.start_time, last)
        assert abs(int(inside.sum()) - v.n_fixes) <= 1


def test_the_truth_is_written_beside_the_dump(sea: Sea, tmp_path) -> None:
    write_sea(sea, tmp_path)
    for name, table in TABLES.items():
        read = pl.read_csv(tmp_path / f"{table.name}.csv", try_parse_dates=True)
        assert read.height == len(getattr(sea.voyage_truth, name))


def test_a_sea_without_voyages_has_an_empty_truth_of_them(tmp_path) -> None:
    sea = simulate(seed=1, sea=sea_with(hours=12.0, passing=1))
    assert all(frame.empty for frame in sea.voyage_truth)
    write_sea(sea, tmp_path)
    assert not list(tmp_path.glob("true_*.csv"))


def test_equal_seeds_make_equal_truth(sea: Sea) -> None:
    again = simulate(seed=5, sea=sea.params)
    for one, two in zip(sea.voyage_truth, again.voyage_truth, strict=True):
        pd.testing.assert_frame_equal(one, two)


def test_the_preset_has_all_that_voyages_are_evaluated_on() -> None:
    counts = PRESETS["voyages"]
    for name in ("coal_voyages", "direct_deliveries", "oil_imports", "transloading_platforms", "sand_grounds",
                 "coal_coasters", "coastal_tankers", "river_barges", "shuttles", "liners", "ferries",
                 "bunker_rounds", "harbour_craft", "idle_ships", "renamed_traders"):  # fmt: skip
        assert getattr(counts, name) > 0
