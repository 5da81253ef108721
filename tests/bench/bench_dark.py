"""A month of 5,000 ships, 10 million positions, from tracks to dark encounters on two workers.

Run by hand: ``python -m tests.bench.bench_dark [ships]``. The steps are those of the pipeline, on a run folder.
Prints seconds and peak memory per step.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from stsdetect.context import load_context
from stsdetect.engine import LocalEngine
from stsdetect.params import Params
from stsdetect.pipeline import detection_steps
from stsdetect.pipeline.datasets import scan_dataset, write_points
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run_state import RunState
from stsdetect.schema import IDENTITY, LOITERING, POINTS, SEGMENTS
from tests.bench.memory import MemoryWatch, Peak

MONTH_S = 30 * 86_400
GROUPS = 16
BUCKETS = 32  # as many as a run makes of a gigabyte


def main(n_ships: int = 5000, rows_per_ship: int = 2000) -> None:
    """Make a month of tracks, run the steps and print what they took."""
    with tempfile.TemporaryDirectory() as name, MemoryWatch() as watch, LocalEngine(workers=2) as engine:
        folder = Path(name)
        (folder / "static").mkdir()
        ships = pl.concat(engine.map(make, [(folder, g, n_ships, rows_per_ship) for g in range(GROUPS)]))
        SEGMENTS.write_parquet(ships, folder / "segments.parquet")
        IDENTITY.write_parquet(IDENTITY.empty(), folder / "identity.parquet")
        print(f"{ships['n_points'].sum():,} positions of {ships.height} ships")
        watch.peak()
        params = Params()
        manifest = Manifest(selection={}, params={}, params_digest=params.digest(), workers=2)
        run = RunState(folder, params, load_context(), engine, manifest)
        begun = last = time.perf_counter()
        most = Peak()

        def took(step: str) -> None:
            nonlocal last, most
            peak = watch.peak()
            print(f"{step:24s} {time.perf_counter() - last:6.1f} s  {peak}", flush=True)
            last, most = time.perf_counter(), Peak(*map(max, most, peak))

        detection_steps.loitering_step(run)
        took("loitering and counts")
        detection_steps.reception_step(run)
        took("reception")
        points = scan_dataset(POINTS, folder / "points")
        gaps = detection_steps.gaps_step(run, points.select(pl.col("timestamp").max()).collect().item())
        took(f"{gaps.height} gaps")
        dark = detection_steps.dark_encounters_step(run, gaps, run.gathered(LOITERING))
        took(f"{dark.height} dark encounters")
        print(f"in all {last - begun:.1f} s, {most}; p_off >= 0.5: {(gaps['p_off'] >= 0.5).sum()}")


def make(task: tuple[Path, int, int, int]) -> pl.DataFrame:
    """Ships that sail and rest in turn off Hangzhou Bay; one in ten has gaps of hours."""
    folder, group, n_ships, rows_per_ship = task
    rng = np.random.default_rng(group)
    parts = []
    for mmsi in range(412_000_000 + group, 412_000_000 + n_ships, GROUPS):
        t = np.sort(rng.uniform(0, MONTH_S, rows_per_ship))
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
    for (bucket,), part in points.group_by(pl.col("mmsi") % BUCKETS):
        write_points(POINTS.validate(part), folder, int(str(bucket)))
    ends = [
        pl.col(c).sort_by("timestamp").get(at).alias(f"{end}_{c.replace('timestamp', 'time')}")
        for at, end in ((0, "start"), (-1, "end"))
        for c in ("timestamp", "lat", "lon")
    ]
    ships = points.group_by("mmsi", "vessel_id", "segment_id", "ais_class").agg(*ends, n_points=pl.len())
    rest = {"distance_m": 0.0, "kind": "ship", "quarantined": False, "close_reason": "end"}
    return SEGMENTS.validate(ships.with_columns(**{k: pl.lit(v) for k, v in rest.items()}))


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
