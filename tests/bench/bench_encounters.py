"""Speed of encounters: pair search against a BallTree, growth with close pairs, ten million positions.

python -m tests.bench.bench_encounters [search] [growth] [crowd]
"""

from __future__ import annotations

import math
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
import polars as pl
from sklearn.neighbors import BallTree

from stsdetect.arrays import Floats, Ints
from stsdetect.detection import find_contacts, link_encounters, pair_encounters
from stsdetect.engine import LocalEngine
from stsdetect.engine.partition import bucket_of
from stsdetect.geo.geodesy import distance_m, move
from stsdetect.geo.neighbours import pairs_within_reach
from stsdetect.schema import CONTACTS, IDENTITY, POINTS, RESAMPLED, SEGMENTS, STATIC
from stsdetect.tracks import resample
from stsdetect.units import S_PER_H
from tests.builders import identity, static

Result = TypeVar("Result")

START = pd.Timestamp("2024-01-01T00:00:00Z")
REPORT_S = 180.0
N_BUCKETS = 8
SLAB = pd.Timedelta(hours=8)


def crowd(n_ships: int, start_h: float, end_h: float, *, side_km: float = 20.0) -> pl.DataFrame:
    """POINTS of ships at anchor that swing with the tide; each tenth lies alongside the one before it."""
    rng = np.random.default_rng(1)
    east, north = rng.uniform(-500.0 * side_km, 500.0 * side_km, (2, n_ships))
    radius, phase, loose = (
        rng.uniform(100, 250, n_ships),
        rng.uniform(0, REPORT_S, n_ships),
        rng.uniform(0, 0.3, n_ships),
    )
    seconds = np.arange(start_h * S_PER_H, end_h * S_PER_H, REPORT_S)[None, :] + phase[:, None]
    tide = 90.0 + 90.0 * np.tanh(4.0 * np.sin(2 * np.pi * (seconds / S_PER_H / 12.4) + loose[:, None]))
    guests = np.arange(9, n_ships, 10)
    east[guests], north[guests], radius[guests] = east[guests - 1], north[guests - 1], radius[guests - 1]
    tide[guests] = 90.0 + 90.0 * np.tanh(
        4.0 * np.sin(2 * np.pi * (seconds[guests] / S_PER_H / 12.4) + loose[guests - 1, None])
    )
    h, beside = np.deg2rad(tide), np.where(np.isin(np.arange(n_ships), guests), 19.0, 0.0)[:, None]
    lat, lon = move(
        30.2,
        122.6,
        east[:, None] - radius[:, None] * np.sin(h) + beside * np.cos(h),
        north[:, None] - radius[:, None] * np.cos(h) - beside * np.sin(h),
    )
    mmsi = np.repeat(412_000_000 + np.arange(n_ships), seconds.shape[1])
    stamps = (START.value // 10**6 + seconds.ravel() * 1000).astype(np.int64)
    name = pl.col("mmsi").cast(pl.String)
    return POINTS.validate(
        pl.DataFrame(
            {
                "mmsi": mmsi,
                "timestamp": pl.Series(stamps).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"),
                "lat": lat.ravel(),
                "lon": lon.ravel(),
                "sog": 0.1,
                "heading": tide.ravel(),
                "nav_status": 1,
                "ais_class": "A",
                "msg_type": 1,
                "source": "bench",
                "quality_flags": 0,
            }
        ).with_columns(segment_id=name + "-0", vessel_id=name)
    )


def sizes(n_ships: int) -> pd.DataFrame:
    """IDENTITY of the crowd: lengths from 60 to 140 m."""
    return identity(*(static(412_000_000 + k, loa_m=60.0 + 10.0 * (k % 9)) for k in range(n_ships)))


def search() -> None:
    """Find the same pairs by KD-tree and by BallTree, instant by instant."""
    rng = np.random.default_rng(0)
    n_ships, n_instants = 2000, 60
    lat, lon = move(30.2, 122.6, *rng.uniform(-10_000, 10_000, (2, n_ships * n_instants)))
    instant, reach = np.repeat(np.arange(n_instants), n_ships), np.full(n_ships * n_instants, 250.0)
    kd_tree_s, (one, two) = best_of_three(lambda: pairs_within_reach(lat, lon, reach, instant))
    ball_tree_s, found = best_of_three(lambda: _by_ball_tree(lat, lon, instant))
    differ = len(set(zip(one.tolist(), two.tolist(), strict=True)) ^ set(map(tuple, found.tolist())))
    say(
        f"search: {len(one)} pairs, {differ} differ; {kd_tree_s:.2f} s of CPU, BallTree {ball_tree_s:.2f} s: "
        f"{ball_tree_s / kd_tree_s:.1f}x"
    )


def _by_ball_tree(lat: Floats, lon: Floats, instant: Ints) -> Ints:
    found = []
    for k in range(instant[-1] + 1):
        rows = np.flatnonzero(instant == k)
        where = np.deg2rad(np.stack([lat[rows], lon[rows]], axis=1))
        # The haversine distance is that on a sphere: search a little farther, then measure on the ellipsoid.
        near = BallTree(where, metric="haversine").query_radius(where, 505.0 / 6_352_000.0)
        a = np.repeat(rows, [len(others) for others in near])
        b = rows[np.concatenate(near)]
        keep = (a < b) & (distance_m(lat[a], lon[a], lat[b], lon[b]) <= 500.0)
        found.append(np.stack([a[keep], b[keep]], axis=1))
    return np.concatenate(found)


def growth() -> None:
    """Cost against the number of close pairs, in one anchorage of a fixed size."""
    for n_ships in (500, 1000, 2000):
        instants = RESAMPLED.validate(resample(crowd(n_ships, 0.0, 12.0)))
        known = IDENTITY.validate(sizes(n_ships))
        seconds, contacts = best_of_three(lambda: find_contacts(instants, identity=known))  # noqa: B023
        pace = f"{seconds / len(contacts) * 1e6:.1f} us per contact"
        say(
            f"growth: {n_ships} ships, {len(instants)} instants, {len(contacts)} contacts, {seconds:.2f} s of CPU, {pace}"
        )


class Part(NamedTuple):
    """A slab of time or a bucket of pairs of the crowd, and the folder of its tables."""

    folder: Path
    number: int


def contacts_of_slab(slab: Part) -> int:
    """Turn some hours of points into contacts by bucket of pairs."""
    first = START + slab.number * SLAB
    last, halo = first + SLAB, pd.Timedelta(hours=4)
    points = pl.scan_parquet(slab.folder / "points" / "*.parquet").filter(
        pl.col("timestamp").is_between(first - halo, last + halo)
    )
    instants = RESAMPLED.validate(resample(points.collect(), start=first, end=last))
    contacts = find_contacts(instants, identity=IDENTITY.scan(slab.folder / "identity.parquet"))
    bucket = pl.Series("bucket", bucket_of(contacts["mmsi_1"].to_numpy(), N_BUCKETS))
    for (k,), part in contacts.group_by(bucket):
        CONTACTS.write_parquet(part, slab.folder / f"contacts-{slab.number:03d}-{k}.parquet")
    return contacts.height


def encounters_of_bucket(bucket: Part) -> pl.DataFrame:
    """Turn all contacts of a bucket of pairs into encounters."""
    return pair_encounters(
        pl.concat(
            [CONTACTS.scan(f) for f in sorted(bucket.folder.glob(f"contacts-*-{bucket.number}.parquet"))]
        ),
        points=pl.scan_parquet(bucket.folder / "points" / "*.parquet"),
        segments=SEGMENTS.optional(None),
        identity=IDENTITY.scan(bucket.folder / "identity.parquet"),
        static=STATIC.optional(None),
    )


def crowd_end_to_end(n_ships: int = 2000, n_positions: int = 10_000_000) -> None:
    """From points to encounters on two workers."""
    n_days = math.ceil(n_positions / n_ships * REPORT_S / 86_400)
    with tempfile.TemporaryDirectory() as name, LocalEngine(workers=2) as engine:
        folder = Path(name)
        (folder / "points").mkdir()
        rows = 0
        for day in range(n_days):
            points = crowd(n_ships, 24.0 * day, 24.0 * (day + 1))
            rows += points.height
            POINTS.write_parquet(points, folder / "points" / f"{day:02d}.parquet")
        IDENTITY.write_parquet(sizes(n_ships), folder / "identity.parquet")
        t = time.perf_counter()
        n_slabs = n_days * (pd.Timedelta(days=1) // SLAB)
        contacts = sum(engine.map(contacts_of_slab, [Part(folder, k) for k in range(n_slabs)]))
        middle = time.perf_counter()
        found = link_encounters(
            pl.concat(engine.map(encounters_of_bucket, [Part(folder, k) for k in range(N_BUCKETS)]))
        )
        end = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak, cpu_s = used.ru_maxrss / 2**20, used.ru_utime + used.ru_stime
    say(
        f"crowd: {rows} positions of {n_ships} ships; {contacts} contacts in {middle - t:.0f} s, "
        f"{len(found)} encounters ({(found['p_contact'] >= 0.5).sum()} likely) in {end - middle:.0f} s; "
        f"{end - t:.0f} s ({cpu_s:.0f} s of CPU) on 2 workers, the larger of them {peak:.2f} GiB"
    )


def best_of_three(work: Callable[[], Result]) -> tuple[float, Result]:
    """Least CPU time of three runs [s], which other load on the machine changes little, and the result."""
    least = math.inf
    for _ in range(3):
        t = time.process_time()
        result = work()
        least = min(least, time.process_time() - t)
    return least, result


def say(text: str) -> None:
    """One line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["search", "growth", "crowd"]
    for part, run in (("search", search), ("growth", growth), ("crowd", crowd_end_to_end)):
        if part in wanted:
            run()
