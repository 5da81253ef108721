from pathlib import Path

import polars as pl
import pytest

from stsdetect.pipeline.datasets import (
    bucket_numbers,
    read_bucket,
    read_ships,
    read_span,
    scan_dataset,
    write_points,
)
from stsdetect.schema import POINTS
from tests.builders import EPOCH, fixes, points, together

DAY_MS = 86_400_000
START_MS = int(EPOCH.timestamp() * 1000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ship 1 in bucket 0 and ship 2 in bucket 10, on two days."""
    for mmsi, bucket in ((1, 0), (2, 10)):
        own = POINTS.validate(points(fixes(mmsi, [0.0, 86_399.0, 86_400.0])))
        assert write_points(own, tmp_path, bucket) == {"2019-08-14": 2, "2019-08-15": 1}
    return tmp_path / "points"


def test_a_bucket_is_read_from_the_files_of_all_days(folder: Path) -> None:
    assert read_bucket(POINTS, folder, 10)["mmsi"].to_list() == [2, 2, 2]
    assert read_bucket(POINTS, folder, 0)["mmsi"].to_list() == [1, 1, 1]
    assert read_bucket(POINTS, folder, 1).schema == POINTS.polars_schema


def test_buckets_are_ordered_by_number(folder: Path) -> None:
    assert bucket_numbers(folder, folder / "none") == ["00", "10"]


def test_ships_are_read_by_mmsi(folder: Path) -> None:
    assert read_ships(POINTS, folder, pl.Series([2, 3]))["mmsi"].unique().to_list() == [2]
    assert read_ships(POINTS, folder, pl.Series([], dtype=pl.Int64)).is_empty()


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "n"),
    [(0, DAY_MS, 4), (0, DAY_MS + 1, 6), (86_399_000, DAY_MS, 2), (86_399_001, DAY_MS, 0), (-DAY_MS, 0, 0)],
)
def test_a_span_has_its_start_but_not_its_end(folder: Path, start_ms: int, end_ms: int, n: int) -> None:
    assert read_span(folder, START_MS + start_ms, START_MS + end_ms).height == n


def test_a_dataset_is_scanned_whole_and_may_be_absent(folder: Path) -> None:
    assert scan_dataset(POINTS, folder).select(pl.len()).collect().item() == 6
    assert scan_dataset(POINTS, folder / "none").collect().schema == POINTS.polars_schema


def test_what_is_read_is_sorted_by_the_key_of_the_table(tmp_path: Path) -> None:
    own = POINTS.validate(points(together(fixes(2, [60.0, 0.0]), fixes(1, [30.0]))))
    write_points(own, tmp_path, 0)
    read = read_bucket(POINTS, tmp_path / "points", 0)
    assert read.equals(read.sort(POINTS.sort_by))
