"""The units of work that an engine runs: each reads files, writes files and returns its books.

All are module-level and pure, so a process pool and a cluster can run them alike. `run_once` keeps what a
task returned beside its outputs, so that a run that was killed goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from stsdetect.context import Context
from stsdetect.decode import DecodeTask, decode_file
from stsdetect.detection import find_contacts, gaps_of_shard, loitering_spells, pair_encounters
from stsdetect.engine.partition import bucket_of
from stsdetect.params import Params, ReceptionParams
from stsdetect.reception.presence import count_reception
from stsdetect.reception.reception_model import Reception, reception_from_counts
from stsdetect.schema import (
    CONTACTS,
    ENCOUNTERS,
    GAPS,
    IDENTITY,
    LOITERING,
    POINTS,
    POSITIONS,
    RESAMPLED,
    SEGMENTS,
    STATIC,
    Frame,
    Table,
)
from stsdetect.tracks import build_tracks, pairable, resample

Books = dict[str, Any]

_ROWS_PER_GROUP = 100_000  # a stretch of time is read without the rest


class Once(NamedTuple):
    """A task and the file that tells that it is done."""

    function: Callable[[Any], Books]
    task: Any
    marker: Path


def run_once(job: Once) -> Books:
    """Run a task, or return what it returned when an earlier run finished it."""
    if job.marker.exists():
        books: Books = json.loads(job.marker.read_text("utf-8"))
        return books
    books = job.function(job.task)
    job.marker.parent.mkdir(parents=True, exist_ok=True)
    part = job.marker.with_name(job.marker.name + ".part")
    part.write_text(json.dumps(books, default=str), "utf-8")
    part.replace(job.marker)
    return books


def decode_task(task: DecodeTask) -> Books:
    """One input file into hash buckets of POSITIONS and STATIC."""
    return decode_file(task).to_dict()


class BucketTask(NamedTuple):
    """All fixes of one hash bucket of vessels."""

    folder: Path
    work: Path
    bucket: int
    params: Params
    end_of_data: datetime | None = None
    context: Context | None = None


def tracks_task(task: BucketTask) -> Books:
    """POSITIONS and STATIC of a bucket into POINTS by day, SEGMENTS and IDENTITY."""
    positions = read_bucket(POSITIONS, task.folder / "positions", task.bucket)
    static = read_bucket(STATIC, task.folder / "static", task.bucket)
    tracks = build_tracks(positions, static, params=task.params.tracks)
    points = POINTS.validate(tracks.points)
    rows_per_day = write_points(points, task.folder, task.bucket)
    for table, frame in ((SEGMENTS, tracks.segments), (IDENTITY, tracks.identity)):
        _write(table, frame, task.work / table.name / _bucket_name(task.bucket))
    return {
        "rows_in": positions.height,
        "rows_out": points.height,
        "rejects": tracks.rejects.to_dict("records"),
        "rows_per_day": rows_per_day,
        "start": points["timestamp"].min(),
        "end": points["timestamp"].max(),
    }


def write_points(points: pl.DataFrame, folder: Path, bucket: int) -> dict[str, int]:
    """POINTS of a bucket into a file a day; how many rows each holds."""
    rows_per_day: dict[str, int] = {}
    for (day,), part in points.group_by(pl.col("timestamp").dt.strftime("%Y-%m-%d"), maintain_order=True):
        _write(POINTS, part, folder / "points" / f"date={day}" / _bucket_name(bucket))
        rows_per_day[str(day)] = part.height
    return rows_per_day


def loitering_task(task: BucketTask) -> Books:
    """Stays of a bucket, and what its ships tell about reception."""
    points, _ = _sound_points(task)
    _write(LOITERING, loitering_spells(points, params=task.params.loitering), _out(task, LOITERING))
    path = task.work / "reception_counts" / _bucket_name(task.bucket)
    path.parent.mkdir(parents=True, exist_ok=True)
    counts = count_reception(points, params=task.params.reception)
    counts.write_parquet(path, row_group_size=_ROWS_PER_GROUP)
    return {"rows": points.height}


class ReceptionTask(NamedTuple):
    """What all buckets tell about reception."""

    work: Path
    params: ReceptionParams


def reception_task(task: ReceptionTask) -> Books:
    """The counts of all buckets into what was learnt of reception."""
    counts = [pl.scan_parquet(file) for file in sorted((task.work / "reception_counts").glob("*.parquet"))]
    reception_from_counts(counts, params=task.params).write(task.work / "reception")
    return {}


def gaps_task(task: BucketTask) -> Books:
    """Silences of a bucket, held against what was heard of all."""
    # A fix not believed still shows that the ship was heard; and a hull may come back in another bucket.
    points = read_bucket(POINTS, task.folder / "points", task.bucket)
    segments = SEGMENTS.scan(task.folder / "segments.parquet").filter(pl.col("kind") == "ship")
    gaps = gaps_of_shard(
        points.filter(pl.col("segment_id").is_in(segments["segment_id"].implode())),
        segments,
        Reception.read(task.work / "reception", params=task.params.reception),
        static=read_bucket(STATIC, task.folder / "static", task.bucket),
        end_of_data=task.end_of_data,
        context=task.context,
        params=task.params.gaps,
        draught_params=task.params.draught,
    )
    _write(GAPS, gaps, _out(task, GAPS))
    return {"rows": len(gaps)}


class SlabTask(NamedTuple):
    """All ships in one slab of time, [start_ms, end_ms) since 1970."""

    folder: Path
    work: Path
    start_ms: int
    end_ms: int
    n_buckets: int
    params: Params


def contacts_task(task: SlabTask) -> Books:
    """POINTS of a slab, with a halo, into CONTACTS by hash bucket of the pair's first number."""
    halo_ms = int(task.params.tracks.max_interp_interval_s * 1000)
    points = read_span(task.folder / "points", task.start_ms - halo_ms, task.end_ms + halo_ms)
    segments = SEGMENTS.scan(task.folder / "segments.parquet")
    identity = IDENTITY.scan(task.folder / "identity.parquet")
    instants = resample(
        pairable(points, segments),
        params=task.params.tracks,
        start=_instant(task.start_ms),
        end=_instant(task.end_ms),
    )
    contacts = find_contacts(RESAMPLED.validate(instants), identity=identity, params=task.params.encounters)
    bucket = pl.Series("bucket", bucket_of(contacts["mmsi_1"].to_numpy(), task.n_buckets))
    for (k,), part in contacts.group_by(bucket):
        _write(CONTACTS, part, task.work / "contacts" / f"slab-{task.start_ms}.{_bucket_name(int(str(k)))}")
    return {"rows_in": len(instants), "rows": contacts.height}


def encounters_task(task: BucketTask) -> Books:
    """CONTACTS of a bucket of pairs, all slabs, into ENCOUNTERS."""
    contacts = read_bucket(CONTACTS, task.work / "contacts", task.bucket)
    ships = pl.concat([contacts["mmsi_1"], contacts["mmsi_2"]]).unique()
    segments = SEGMENTS.scan(task.folder / "segments.parquet").filter(pl.col("mmsi").is_in(ships.implode()))
    encounters = pair_encounters(
        contacts,
        segments=segments,
        identity=_numbers_of(IDENTITY, task.folder / "identity.parquet", segments),
        static=read_ships(STATIC, task.folder / "static", ships),
        points=lazily(POINTS, task.folder / "points"),
        params=task.params.encounters,
        draught_params=task.params.draught,
    )
    _write(ENCOUNTERS, encounters, _out(task, ENCOUNTERS))
    return {"rows_in": contacts.height, "rows": len(encounters)}


def lazily(table: Table, folder: Path) -> pl.LazyFrame:
    """All files of a dataset, read only as far as they are asked."""
    files = sorted(folder.rglob("*.parquet"))
    return (
        pl.scan_parquet(files, hive_partitioning=False) if files else pl.LazyFrame(schema=table.polars_schema)
    )


def read_bucket(table: Table, folder: Path, bucket: int) -> pl.DataFrame:
    """One hash bucket of a dataset, whichever files hold it."""
    return _concat(table, sorted(folder.rglob(f"*{_bucket_name(bucket)}")))


def read_ships(table: Table, folder: Path, mmsi: pl.Series) -> pl.DataFrame:
    """The rows of some ships out of a dataset."""
    return _filtered(table, sorted(folder.rglob("*.parquet")), pl.col("mmsi").is_in(mmsi.implode()))


def read_span(folder: Path, start_ms: int, end_ms: int) -> pl.DataFrame:
    """POINTS of [start_ms, end_ms), out of the days that can hold them."""
    first, last = (f"date={_instant(ms):%Y-%m-%d}" for ms in (start_ms, end_ms))
    files = [f for f in sorted(folder.rglob("*.parquet")) if first <= f.parent.name <= last]
    epoch_ms = pl.col("timestamp").dt.epoch("ms")
    return _filtered(POINTS, files, (epoch_ms >= start_ms) & (epoch_ms < end_ms))


def _sound_points(task: BucketTask) -> tuple[pl.DataFrame, pl.DataFrame]:
    points = read_bucket(POINTS, task.folder / "points", task.bucket)
    segments = SEGMENTS.scan(task.folder / "segments.parquet")
    segments = segments.filter(pl.col("segment_id").is_in(points["segment_id"].unique().implode()))
    return POINTS.validate(pairable(points, segments)), segments


def _numbers_of(table: Table, path: Path, segments: pl.DataFrame) -> pl.DataFrame:
    return table.scan(path).filter(pl.col("mmsi").is_in(segments["mmsi"].unique().implode()))


def _concat(table: Table, files: list[Path]) -> pl.DataFrame:
    return _filtered(table, files, pl.lit(value=True))


def _filtered(table: Table, files: list[Path], keep: pl.Expr) -> pl.DataFrame:
    if not files:
        return pl.DataFrame(schema=table.polars_schema)
    frames = pl.scan_parquet(files, hive_partitioning=False).select(table.names).filter(keep)
    return table.validate(frames.collect()).sort(table.sort_by, maintain_order=True)


def _write(table: Table, frame: Frame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table.write_parquet(frame, path)


def _out(task: BucketTask, table: Table) -> Path:
    return task.work / table.name / _bucket_name(task.bucket)


def _bucket_name(bucket: int) -> str:
    return f"bucket-{bucket:02d}.parquet"


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
