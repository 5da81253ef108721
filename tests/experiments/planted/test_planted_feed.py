"""Planted encounters through the whole pipeline: on a small sea, and on real AIS."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from stsdetect.experiments.planted import PlantedResult, find_planted
from stsdetect.experiments.planted.planted_feed import to_markdown
from stsdetect.pipeline import run_pipeline
from stsdetect.simulation import simulate, write_sea
from tests.builders.experiments import SMALL


@pytest.fixture(scope="module")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run on a sea with ships at anchor and passing, and without any transfer."""
    sea = replace(SMALL, hours=20.0, open_transfers=0, crowd_transfers=0, close_neighbours=0)
    folder = tmp_path_factory.mktemp("small")
    write_sea(simulate(seed=5, sea=replace(sea, anchored=8, passing=12)), folder / "sea")
    return run_pipeline(folder / "sea" / "sea.nmea", folder / "run").folder


def test_most_seen_encounters_are_found(small_run: Path, tmp_path: Path) -> None:
    result = find_planted(small_run, tmp_path / "work", seed=3, per_kind=3)
    kinds = {row["kind"]: row for row in result.by_kind().iter_rows(named=True)}
    assert kinds["seen"]["planted"] == 3
    assert kinds["seen"]["found"] >= 2
    assert result.encounters.filter(kind="seen")["traces"].str.starts_with("encounter (p_contact").all()
    assert result.false_per_1000_ship_days == pytest.approx(1000.0 * len(result.listed) / result.ship_days)


def test_no_other_event_comes(small_run: Path, tmp_path: Path) -> None:
    assert find_planted(small_run, tmp_path / "work", seed=3, per_kind=3).added.is_empty()


def test_the_table_says_whether_the_feed_decides() -> None:
    encounters = pl.DataFrame(
        {"kind": ["seen", "seen", "half_dark"], "tier": ["high", None, None], "p_contact": [0.9, None, None]},
        schema_overrides={"tier": pl.String, "p_contact": pl.Float64},
    )
    result = PlantedResult(encounters, pl.DataFrame(), pl.DataFrame(), 10.0, {"half_dark": "gaps"})
    assert to_markdown("sea", result).splitlines() == [
        "| sea | seen | yes | 2 | 1 | 1 | 0.90 |",
        "| sea | half-dark | no | 1 | 0 | 0 |  |",
    ]


@pytest.mark.real
def test_encounters_beside_real_ships_are_found(shared_data: Path, tmp_path: Path) -> None:
    dump = shared_data / "singapore_tankers_2013_2014" / "positions.parquet"
    run = run_pipeline(dump, tmp_path / "run").folder
    result = find_planted(run, tmp_path / "planted", seed=302, per_kind=5)
    kinds = {row["kind"]: row for row in result.by_kind().iter_rows(named=True)}
    assert kinds["seen"]["decided"]
    assert kinds["seen"]["found"] >= 0.6 * kinds["seen"]["planted"]
    assert result.listed.is_empty()
