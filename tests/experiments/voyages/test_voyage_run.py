"""A small sea goes through every stage, and its tables are read beside the truth."""

from pathlib import Path

import pytest

from stsdetect.errors import SchemaError
from stsdetect.experiments.voyages import evaluate_voyages, run_and_read, voyage_sea_of
from stsdetect.simulation import SeaParams, simulate
from tests.builders.simulation import sea_with


def small_sea(seed: int) -> SeaParams:
    return sea_with(hours=96.0 + seed, coal_coasters=2, shuttles=1, keep_every_s=180.0, keep_at_rest_every_s=600.0,
                    river_stations=6)  # fmt: skip


def test_a_sea_is_run_once_and_read_again(tmp_path: Path) -> None:
    made = simulate(seed=1, sea=small_sea(1))
    first = run_and_read(made, tmp_path, params=None)
    stamp = (tmp_path / "run" / "run.json").stat().st_mtime_ns
    again = run_and_read(made, tmp_path, params=None)
    assert (tmp_path / "run" / "run.json").stat().st_mtime_ns == stamp
    assert {name: f.height for name, f in first.found.items()} == {
        n: f.height for n, f in again.found.items()
    }
    assert first.truth["true_visits"].height == len(made.voyage_truth.visits)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    made = simulate(seed=1, sea=small_sea(1))
    with pytest.raises(SchemaError, match="not a finished run"):
        voyage_sea_of(made, tmp_path)


def test_seeds_are_kept_in_folders_of_their_own(tmp_path: Path) -> None:
    steps = []
    result = evaluate_voyages([1], sea=small_sea, keep=tmp_path, progress=lambda *step: steps.append(step))
    assert (tmp_path / "1" / "run" / "run.json").exists()
    assert steps == [(1, 1, "evaluate voyages")]
    assert "Port visits" in result.to_markdown()
