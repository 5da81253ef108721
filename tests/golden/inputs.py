"""Six small inputs that between them reach every table and most branches of the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from stsdetect.schema import POSITIONS
from stsdetect.simulation import PRESETS, SeaParams, simulate, write_sea
from tests.builders.tracks import dirty_sea

DEMO = Path(__file__).parents[2] / "fixtures" / "demo_sea" / "sea.nmea.gz"


class GoldenInput(NamedTuple):
    """A dump, the options of its run, and the tables of its simulated truth."""

    path: Path
    options: dict[str, Any]
    simulated: dict[str, Any]


def demo(folder: Path) -> GoldenInput:
    """The bundled sea: NMEA with tag blocks, inside the bundled area."""
    return GoldenInput(DEMO, {"aoi": "hangzhou"}, {})


def marine_cadastre(folder: Path) -> GoldenInput:
    """A CSV without an area: every kind of transfer and look-alike, a station outage, lost sizes."""
    params = replace(
        PRESETS["quarter_hour"], hours=30.0, anchored=20, passing=20, fishing=6, cases=0, no_size_share=0.2
    )
    return _simulated(folder, params, seed=101, name="sea.csv", options={})


def named_cases(folder: Path) -> GoldenInput:
    """NMEA with dirt: the named deceptions, listed ships, both sides dark, shared MMSIs, circles, outages."""
    params = SeaParams(
        hours=40.0,
        anchored=16,
        passing=30,
        fishing=4,
        cases=9,
        both_dark=2,
        dark_transfers=3,
        innocent_gaps=4,
        loiterers=3,
        circles=1,
        shared_mmsis=1,
        station_outages=1,
        feed_outages=1,
        keep_every_s=240.0,
        keep_static_every_s=3600.0,
        spike_share=0.001,
        no_fix_share=0.002,
        copy_share=0.05,
        late_share=0.05,
        broken_share=0.002,
    )
    return _simulated(folder, params, seed=102, name="sea.nmea", options={"aoi": "hangzhou"})


def satellites(folder: Path) -> GoldenInput:
    """A thin feed: satellite passes, few stations, class B barges, no headings."""
    params = SeaParams(
        hours=48.0,
        anchored=16,
        passing=40,
        fishing=6,
        open_transfers=3,
        crowd_transfers=2,
        dark_transfers=3,
        both_dark=1,
        repeats=1,
        rafts=1,
        supplies=2,
        cranes=1,
        berths=1,
        fishing_rafts=1,
        net_beacons=1,
        received_share=0.5,
        station_range_km=50.0,
        satellite_share=0.3,
        class_b_barges=0.8,
        no_heading_share=0.5,
        draught_edited_share=0.3,
        keep_every_s=300.0,
        keep_static_every_s=3600.0,
    )
    return _simulated(folder, params, seed=103, name="sea.nmea", options={"aoi": "hangzhou"})


def dirty_tracks(folder: Path) -> GoldenInput:
    """Parquet positions with planted dirt: spikes, late reports, wrong clocks, shared MMSIs, spoofed tracks."""
    path = folder / "positions.parquet"
    sea = POSITIONS.validate(dirty_sea(7, n_ships=20).positions)
    # Inside the bundled coast: that of the world takes seconds to load in each process.
    inside = pl.col("lat").is_between(29.2, 32.0) & pl.col("lon").is_between(120.0, 125.3)
    sea.filter(inside).write_parquet(path)
    return GoldenInput(path, {}, {})


def voyages(folder: Path) -> GoldenInput:
    """A CSV of a week of trade: direct deliveries, a transloading platform, a hidden call, honest coasters."""
    params = replace(
        PRESETS["voyages"],
        hours=168.0,
        passing=5,
        coal_voyages=1,
        direct_deliveries=2,
        day_voyages=2,
        oil_imports=1,
        transloading_platforms=1,
        sand_grounds=0,
        coal_coasters=3,
        coastal_tankers=1,
        river_barges=3,
        shuttles=1,
        liners=2,
        ferries=0,
        bunker_rounds=0,
        harbour_craft=0,
        idle_ships=2,
        renamed_traders=0,
        keep_every_s=240.0,
        keep_at_rest_every_s=900.0,
    )
    return _simulated(folder, params, seed=105, name="sea.csv", options={"aoi": "hangzhou_yangtze"})


def _simulated(
    folder: Path, params: SeaParams, *, seed: int, name: str, options: dict[str, Any]
) -> GoldenInput:
    sea = simulate(sea=params, seed=seed)
    write_sea(sea, folder)
    true = {f"true_{table}": frame for table, frame in sea.voyage_truth._asdict().items()}
    return GoldenInput(folder / name, options, {"truth": sea.truth, "ships": sea.ships} | true)


INPUTS: dict[str, Callable[[Path], GoldenInput]] = {
    f.__name__: f for f in (demo, marine_cadastre, named_cases, satellites, dirty_tracks, voyages)
}
