"""Small runs of extreme seas: they end, in bounded memory, and say what they found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.attack.seas import SEAS

# Above what importing the package takes. Before these seas were bounded, each but the last took seconds that
# grew with the square of its size, and gigabytes: two minutes and 5 GB for 300 ships at one point.
MAX_MIB = 600
MAX_S = 300  # a run takes seconds; this only ends one that has gone astray

RUN = """
import resource, sys
from stsdetect.pipeline import run_pipeline
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
run_pipeline(sys.argv[1], sys.argv[2])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""

SAID = {
    "at_one_point": "400 ships lay at one point",
    "copies_of_one_track": "200 ships moved for some time at one point",
    "on_one_number": "was used by more than 20 ships at once",
    "at_one_instant": "was used by more than 20 ships at once",
    "one_fix_each": "",
    "silent_together": "700 gaps have more than 500 others",
    "one_ship": "",
    "at_the_poles": "",
}


def run(folder: Path, name: str, n: int) -> tuple[int, dict[str, Any]]:
    """Peak memory of a run above that of the package [MiB], and its manifest."""
    dump = SEAS[name][0](folder / f"{name}-{n}.csv", n)
    out = folder / f"out-{n}"
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(dump), str(out)],
        capture_output=True,
        text=True,
        timeout=MAX_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout), json.loads((out / "run.json").read_text())


@pytest.mark.parametrize("name", SEAS)
def test_the_memory_is_bounded_and_the_finding_is_said(name: str, tmp_path: Path) -> None:
    n = SEAS[name][1]
    used_mib, manifest = run(tmp_path, name, n)
    assert used_mib < MAX_MIB
    assert SAID[name] in " ".join(manifest["warnings"])
    for stage in manifest["stages"].values():
        assert stage["closes"]
    found = "dark_encounters" if name == "silent_together" else "encounters"
    assert pl.read_parquet(tmp_path / f"out-{n}" / f"{found}.parquet").is_empty()


@pytest.mark.parametrize("name", ["at_one_point", "on_one_number", "one_fix_each"])
def test_twice_the_sea_takes_no_more_than_twice_the_memory(name: str, tmp_path: Path) -> None:
    n = SEAS[name][1]
    once, twice = (run(tmp_path, name, k)[0] for k in (n, 2 * n))
    assert twice < 2.0 * once + 50


def test_a_crowd_over_several_buckets_is_the_same_crowd(tmp_path: Path) -> None:
    """Only all ships together are more than have room; the buckets hold some of them each."""
    from stsdetect.pipeline import run_pipeline
    from tests.builders.pipeline import assert_same_tables

    dump = SEAS["at_one_point"][0](tmp_path / "sea.csv", 40)
    one = run_pipeline(dump, tmp_path / "one")
    two = run_pipeline(dump, tmp_path / "two", workers=2)
    assert_same_tables(tmp_path / "one", tmp_path / "two")
    assert one.manifest.warnings == two.manifest.warnings
    segments = pl.read_parquet(tmp_path / "one" / "segments.parquet")
    assert segments["quarantine_reason"].unique().to_list() == ["crowd"]


def test_tracks_that_are_made_again_lose_what_was_made_of_them_with_the_crowds(tmp_path: Path) -> None:
    """After a loss of power the first pass over a bucket is repeated; the second must follow again."""
    from stsdetect.params import Params
    from stsdetect.pipeline.tasks import TRACKS_OF_CROWDS, BucketTask, tracks_task

    marker = tmp_path / "work" / "done" / f"{TRACKS_OF_CROWDS}-03.json"
    marker.parent.mkdir(parents=True)
    marker.write_text("{}")
    tracks_task(BucketTask(tmp_path, tmp_path / "work", 3, Params()))
    assert not marker.exists()
