"""Positions per second of each stage of the tracks: ``python -m tests.bench.bench_tracks [million positions]``.

Writes hash buckets of an invented sea to a temporary folder and runs them through the local engine on two
workers.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from stsdetect.engine.local import LocalEngine
from stsdetect.engine.partition import bucket_of
from stsdetect.params import TrackParams
from stsdetect.schema import POSITIONS, STATIC
from stsdetect.tracks import common_instants, pairable, track_tables
from stsdetect.tracks.cleaning import clean
from stsdetect.tracks.fixes import fixes_of
from stsdetect.tracks.mmsi import kind_of
from stsdetect.tracks.segmentation import split_tracks

N_SHIPS, N_BUCKETS, WORKERS = 5000, 32, 2


def make_bucket(folder: Path, bucket: int, n_each: int) -> int:
    """Ships of one bucket: half under way, half at anchor, a fix per minute, 0.1 % spikes."""
    rng = np.random.default_rng(bucket)
    ships = 412_000_000 + np.arange(N_SHIPS)
    ships = ships[bucket_of(ships, N_BUCKETS) == bucket]
    n = len(ships) * n_each
    mmsi = np.repeat(ships, n_each)
    t = np.tile(np.arange(n_each) * 60.0, len(ships)) + rng.uniform(0, 20, n)
    sog = np.repeat(np.where(rng.random(len(ships)) < 0.5, rng.uniform(5, 15, len(ships)), 0.2), n_each)
    course = np.repeat(rng.uniform(0, 360, len(ships)), n_each) + 40 * np.sin(t / 5000)
    step_deg = sog * 0.5144 * np.gradient(t) / 111_000
    lat = np.repeat(rng.uniform(29, 32, len(ships)), n_each) + 0.3 * np.sin(
        np.cumsum(step_deg * np.cos(np.deg2rad(course)))
    )
    lon = np.repeat(rng.uniform(122.5, 125, len(ships)), n_each) + 0.3 * np.sin(
        np.cumsum(step_deg * np.sin(np.deg2rad(course)))
    )
    lat[rng.random(n) < 0.001] += 1.0
    columns = {"mmsi": mmsi, "lat": lat, "lon": lon, "sog": sog.round(1), "cog": course % 360}
    frame = pl.DataFrame(
        {**columns, "timestamp": (1_700_000_000_000 + t * 1000).astype(np.int64)}
    ).with_columns(
        pl.col("timestamp").cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"),
        heading=pl.col("cog").round(),
        ais_class=pl.lit("A"),
        msg_type=1,
        source=pl.lit("bench"),
    )
    POSITIONS.write_parquet(frame, folder / f"bucket-{bucket:02d}.parquet")
    return n


def run_bucket(path: Path) -> dict[str, float]:
    """Seconds of each stage; clean and split are timed alone as well as inside track_tables."""
    positions = POSITIONS.scan(path)
    params = TrackParams(resample_step_s=60.0)
    clock = [time.perf_counter()]
    tracks = track_tables(positions, STATIC.optional(None), params=params)
    clock.append(time.perf_counter())
    instants = common_instants(pairable(tracks.points, tracks.segments), params=params)
    clock.append(time.perf_counter())
    return {
        "positions": positions.height,
        "track_tables": clock[1] - clock[0],
        "common_instants": clock[2] - clock[1],
        "instants": len(instants),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def parts(path: Path) -> None:
    """One bucket in this process: seconds of the parts of track_tables."""
    positions, params = POSITIONS.scan(path), TrackParams()
    clock = [time.perf_counter()]
    rows = clean(positions, params).fixes
    clock.append(time.perf_counter())
    kind = pl.Series(kind_of(rows["mmsi"].to_numpy(), rows["ais_class"].to_numpy()).tolist(), dtype=pl.String)
    split_tracks(fixes_of(rows.with_columns(kind=kind), params), params)
    clock.append(time.perf_counter())
    for name, s in zip(("clean", "segment"), np.diff(clock), strict=True):
        sys.stdout.write(
            f"{name:14s} alone {s:6.2f} s  {positions.height / s:12,.0f} positions/s, one process\n"
        )


def main() -> None:
    n_each = int(float(sys.argv[1] if len(sys.argv) > 1 else 10) * 1e6 / N_SHIPS)
    with tempfile.TemporaryDirectory() as folder:
        total = sum(make_bucket(Path(folder), b, n_each) for b in range(N_BUCKETS))
        files = sorted(Path(folder).glob("*.parquet"))
        start = time.perf_counter()
        with LocalEngine(workers=WORKERS) as engine:
            done = engine.map(run_bucket, files)
        wall = time.perf_counter() - start
        for stage in ("track_tables", "common_instants"):
            s = sum(d[stage] for d in done)
            sys.stdout.write(f"{stage:14s} {s:6.1f} s of work  {total / s:12,.0f} positions/s per worker\n")
        peak = WORKERS * max(d["peak_mb"] for d in done)
        sys.stdout.write(
            f"all: {total:,} positions -> {sum(d['instants'] for d in done):,.0f} instants in {wall:.1f} s "
            f"on {WORKERS} workers, {total / wall:,.0f} positions/s; peak at most {peak:,.0f} MB\n"
        )
        parts(files[0])


if __name__ == "__main__":
    main()
