"""The result of a run depends on the rows of its input, not on the files that hold them nor on their order.

By nature these differ: the names of files (``source``), which station is named for a message that several
received, the samples of rejects, and what is decided file by file: the columns, units and time format of a
table, and in logs the times that sentences without one take from the sentences around them. The sentences of a
message must stay in one file and in order.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from stsdetect.pipeline import run_pipeline
from stsdetect.simulation import PRESETS, SeaParams, simulate, write_sea
from tests.builders.pipeline import run_tables

Cut = Callable[[list[bytes]], list[list[bytes]]]

SEA = SeaParams(
    hours=14.0,
    open_transfers=2,
    crowd_transfers=1,
    dark_transfers=1,
    anchored=6,
    passing=6,
    fishing=1,
    dredgings=0,
    shared_mmsis=1,
    class_b_barges=0.5,
    keep_every_s=120.0,
    copy_share=0.02,
)
FREE = ["source", "station", "sample"]


def units_of(log: bytes) -> list[bytes]:
    """Lines of a log, the sentences of a message together."""
    out: list[bytes] = []
    for line in log.splitlines(keepends=True):
        n_before = line[line.index(b"!") :].split(b",")[2]
        if n_before == b"1":
            out.append(line)
        else:
            out[-1] += line
    return out


def by_time(n: int) -> Cut:
    return lambda units: [units[k * len(units) // n : (k + 1) * len(units) // n] for k in range(n)]


def by_hash(n: int) -> Cut:
    return lambda units: [[u for u in units if zlib.crc32(u) % n == k] for k in range(n)]


def reversed_rows(units: list[bytes]) -> list[list[bytes]]:
    return [units[::-1]]


def overlapping(units: list[bytes]) -> list[list[bytes]]:
    return [units[: 2 * len(units) // 3], units[len(units) // 3 :]]


CUTS: dict[str, Cut] = {
    "two by time": by_time(2),
    "seven by time": by_time(7),
    "two by hash": by_hash(2),
    "seven by hash": by_hash(7),
    "reversed": reversed_rows,
    "copied": lambda units: [units, units],
    "overlapping": overlapping,
}


def tables(files: Iterable[bytes], suffix: str, folder: Path) -> dict[str, pl.DataFrame]:
    """Tables of a run on some files, without the columns that name files."""
    folder.mkdir()
    for k, content in enumerate(files):
        (folder / f"{k}{suffix}").write_bytes(gzip.compress(content, mtime=0))
    run_pipeline(folder, folder.with_name(f"{folder.name}-out"), aoi="hangzhou", max_reject_share=0.9)
    found = {n: pl.from_pandas(t) for n, t in run_tables(folder.with_name(f"{folder.name}-out")).items()}
    # Rejects are counted by file; copies of rows are no points, and a position is listed once per file.
    return {n: t.drop(FREE, strict=False) for n, t in found.items() if n not in ("positions", "rejects")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seas")
    write_sea(simulate(sea=SEA, seed=7), folder / "log")
    table = replace(PRESETS["quarter_hour"], **{n: getattr(SEA, n) for n in ("hours", "anchored", "passing")})
    write_sea(
        simulate(sea=replace(table, keep_every_s=120.0, fishing=1, open_transfers=2), seed=8),
        folder / "table",
    )
    return folder


@pytest.fixture(scope="module")
def log(folder: Path) -> tuple[list[bytes], dict[str, pl.DataFrame]]:
    units = units_of((folder / "log" / "sea.nmea").read_bytes())
    return units, tables([b"".join(units)], ".nmea.gz", folder / "whole-log")


@pytest.fixture(scope="module")
def table(folder: Path) -> tuple[bytes, list[bytes], dict[str, pl.DataFrame]]:
    header, *rows = (folder / "table" / "sea.csv").read_bytes().splitlines(keepends=True)
    return header, rows, tables([header + b"".join(rows)], ".csv.gz", folder / "whole-table")


def unequal(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> list[str]:
    assert set(found) == set(expected)
    out = []
    for name, one in expected.items():
        if one.shape != found[name].shape:
            out.append(f"{name}: {one.shape} {found[name].shape}")
        else:
            out += [f"{name}.{c}" for c in one.columns if not one[c].equals(found[name][c], null_equal=True)]
    return out


@pytest.mark.parametrize("cut", CUTS)
def test_a_log_in_any_files_gives_the_same_tables(
    log: tuple[list[bytes], dict[str, pl.DataFrame]], cut: str, tmp_path: Path
) -> None:
    units, whole = log
    found = tables([b"".join(part) for part in CUTS[cut](units)], ".nmea.gz", tmp_path / "parts")
    assert unequal(found, whole) == []
    assert min(whole[name].height for name in ("static", "identity", "encounters", "events", "evidence")) > 0


@pytest.mark.parametrize("cut", CUTS)
def test_a_table_in_any_files_gives_the_same_tables(
    table: tuple[bytes, list[bytes], dict[str, pl.DataFrame]], cut: str, tmp_path: Path
) -> None:
    header, rows, whole = table
    found = tables([header + b"".join(part) for part in CUTS[cut](rows)], ".csv.gz", tmp_path / "parts")
    assert unequal(found, whole) == []
    assert min(whole[name].height for name in ("static", "identity", "encounters")) > 0
