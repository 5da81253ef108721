"""A month of 5,000 ships, 10 million positions, from tracks to dark encounters on two workers.

Run by hand: ``python -m tests.bench.bench_dark [ships]``. Prints seconds a stage and the largest memory.
"""

# ruff: noqa: T201
from __future__ import annotations

import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stsdetect.context import load_context
from stsdetect.context.counts import count_reception
from stsdetect.context.reception import reception_from_counts
from stsdetect.detect import allow_for_holes, find_dark_encounters, find_gaps, find_loitering
from stsdetect.schema import GAPS, LOITERING, POINTS, SEGMENTS

MONTH_S = 30 * 86_400
BUCKETS = 16


def main(n_ships: int = 5000, rows_a_ship: int = 2000) -> None:
    """Make the month, run the stages and print what they took."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"bucket-{b:02d}.parquet" for b in range(BUCKETS)]
        pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
        rows = sum(pool.map(make, [(f, b, n_ships, rows_a_ship) for b, f in enumerate(files)]))
        print(f"{rows:,} positions of {n_ships} ships")
        begun = last = time.perf_counter()

        def took(stage: str) -> None:
            nonlocal last
            print(f"{stage:24s} {time.perf_counter() - last:6.1f} s", flush=True)
            last = time.perf_counter()

        done = list(pool.map(first_pass, files))
        took("stays and counts")
        reception = reception_from_counts([c for c, _ in done])
        took("reception")
        end = max(pl.scan_parquet(f).select(pl.col("timestamp").max()).collect().item() for f in files)
        gaps = pl.concat(pool.map(second_pass, [(f, reception, end) for f in files]))
        gaps = GAPS.validate(allow_for_holes(gaps))
        took(f"{gaps.height} silences")
        stays = pl.concat([s for _, s in done])
        dark = find_dark_encounters(gaps, stays, context=load_context())
        took(f"{len(dark)} dark encounters")
        print(f"in all {time.perf_counter() - begun:.1f} s; p_off >= 0.5: {(gaps['p_off'] >= 0.5).sum()}")
        pool.shutdown()
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"processor time {sum(u.ru_utime + u.ru_stime for u in usage):.1f} s, making the month included")
    main_gb, worker_gb = (u.ru_maxrss / 2**20 for u in usage)
    print(
        f"main {main_gb:.2f} GB, largest worker {worker_gb:.2f} GB, at most {main_gb + 2 * worker_gb:.2f} GB in all"
    )


def first_pass(file: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Counts and stays of a bucket."""
    points = pl.read_parquet(file)
    return count_reception(points), LOITERING.validate(find_loitering(points))


def second_pass(task: tuple[Path, Any, Any]) -> pl.DataFrame:
    """Silences of a bucket."""
    file, reception, end = task
    points = pl.read_parquet(file)
    return GAPS.validate(find_gaps(points, SEGMENTS.empty(), reception, end_of_data=end, some_ships=True))


def make(task: tuple[Path, int, int, int]) -> int:
    """Ships that sail and rest in turn off Hangzhou Bay; one in ten falls silent for hours now and then."""
    file, bucket, n_ships, rows_a_ship = task
    rng = np.random.default_rng(bucket)
    parts = []
    for mmsi in range(412_000_000 + bucket, 412_000_000 + n_ships, BUCKETS):
        t = np.sort(rng.uniform(0, MONTH_S, rows_a_ship))
        legs = np.cumsum(rng.uniform(6, 40, 60) * 3600.0)
        corners = np.stack([rng.uniform(28.8, 32.3, 60), rng.uniform(122.3, 125.0, 60)])
        moving = np.clip(
            (t - np.concatenate([[0.0], legs])[np.searchsorted(legs, t)]) / 3600.0 / 12.0, 0.0, 1.0
        )
        k = np.searchsorted(legs, t)
        lat, lon = (c[k] + moving * (c[k + 1] - c[k]) for c in corners)
        keep = np.ones(len(t), dtype=bool)
        if rng.random() < 0.1:
            for start in rng.uniform(0, MONTH_S, 3):
                keep &= (t < start) | (t > start + rng.uniform(4, 20) * 3600.0)
        parts.append(pl.DataFrame({"mmsi": mmsi, "second": t[keep], "lat": lat[keep], "lon": lon[keep]}))
    name = pl.col("mmsi").cast(pl.String)
    points = pl.concat(parts).with_columns(
        timestamp=(pl.lit(1_565_740_800_000) + (pl.col("second") * 1000).cast(pl.Int64)).cast(
            pl.Datetime("ms", "UTC")
        ),
        ais_class=pl.lit("A"), msg_type=1, source=pl.lit("bench"), segment_id=name + "-0", vessel_id=name,
        quality_flags=0,
    )  # fmt: skip
    POINTS.write_parquet(points, file)
    return points.height


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
