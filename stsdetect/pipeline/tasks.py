"""The units of work that an engine runs: each reads files, writes files and returns its tally.

Every task is a module-level function of one picklable argument, so a process pool and a cluster can run it
alike. `run_once` stores the tally of a task once its outputs are written, so that an interrupted run can be
resumed without repeating it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from stsdetect.context import Context
from stsdetect.decode import DecodeTask, decode_file
from stsdetect.detection import find_contacts, gaps_of_shard, loitering_spells, pair_encounters
from stsdetect.engine.partition import bucket_of
from stsdetect.geo.crowds import NO_CROWDS
from stsdetect.params import Params, ReceptionParams
from stsdetect.pipeline.datasets import (
    bucket_file,
    read_bucket,
    read_ships,
    read_span,
    scan_dataset,
    utc_datetime,
    write_points,
    write_table,
)
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
    REJECTS,
    SEGMENTS,
    STATIC,
    Table,
)
from stsdetect.tracks import common_instants, pairable, track_tables

Tally = dict[str, Any]
"""What a task counted, as JSON values."""

_ROWS_PER_GROUP = 100_000  # small enough that a span of time is read without the rest of the file


class Once(NamedTuple):
    """A task and the file whose presence marks it as done."""

    function: Callable[[Any], Tally]
    task: Any
    marker: Path


def run_once(job: Once) -> Tally:
    """Run a task, or return its stored tally if an earlier, interrupted run completed it."""
    if job.marker.exists():
        stored: Tally = json.loads(job.marker.read_text("utf-8"))
        return stored
    tally = job.function(job.task)
    job.marker.parent.mkdir(parents=True, exist_ok=True)
    part = job.marker.with_name(job.marker.name + ".part")
    part.write_text(json.dumps(tally, default=str), "utf-8")
    part.replace(job.marker)
    return tally


def decode_task(task: DecodeTask) -> Tally:
    """One input file into hash buckets of POSITIONS and STATIC."""
    return decode_file(task).to_dict()


class BucketTask(NamedTuple):
    """All fixes of one hash bucket of MMSIs."""

    folder: Path
    work: Path
    bucket: int
    params: Params
    end_of_data: datetime | None = None
    context: Context | None = None
    crowds: pl.DataFrame | None = None


def tracks_task(task: BucketTask) -> Tally:
    """POSITIONS and STATIC of a bucket into POINTS by day, SEGMENTS and IDENTITY, and where its ships lay."""
    positions = read_bucket(POSITIONS, task.folder / "positions", task.bucket)
    static = read_bucket(STATIC, task.folder / "static", task.bucket)
    crowds = NO_CROWDS if task.crowds is None else task.crowds
    tracks = track_tables(positions, static, params=task.params.tracks, crowds=crowds)
    points = tracks.points
    rows_per_day = write_points(points, task.folder, task.bucket)
    for table, frame in ((SEGMENTS, tracks.segments), (IDENTITY, tracks.identity)):
        write_table(table, frame, task.work / table.name / bucket_file(task.bucket))
    stays = task.work / "stays" / bucket_file(task.bucket)
    stays.parent.mkdir(parents=True, exist_ok=True)
    tracks.stays.write_parquet(stays)
    return {
        "rows_in": positions.height,
        "rows_out": points.height,
        # By way of pandas the missing source is written as the text "NaN", which the golden tables hold.
        "rejects": REJECTS.to_pandas(tracks.rejects).to_dict("records"),
        "rows_per_day": rows_per_day,
        "start": points["timestamp"].min(),
        "end": points["timestamp"].max(),
    }


def loitering_task(task: BucketTask) -> Tally:
    """LOITERING of a bucket, and the counts from which reception is estimated."""
    points = _ship_points(task)
    write_table(LOITERING, loitering_spells(points, params=task.params.loitering), _out(task, LOITERING))
    path = task.work / "reception_counts" / bucket_file(task.bucket)
    path.parent.mkdir(parents=True, exist_ok=True)
    counts = count_reception(points, params=task.params.reception)
    counts.write_parquet(path, row_group_size=_ROWS_PER_GROUP)
    return {"rows": points.height}


class ReceptionTask(NamedTuple):
    """Reception of the whole dump, from the counts of all buckets."""

    work: Path
    params: ReceptionParams


def reception_task(task: ReceptionTask) -> Tally:
    """The counts of all buckets into the reception model."""
    counts = [pl.scan_parquet(file) for file in sorted((task.work / "reception_counts").glob("*.parquet"))]
    reception_from_counts(counts, params=task.params).write(task.work / "reception")
    return {}


def gaps_task(task: BucketTask) -> Tally:
    """GAPS of the vessels of a bucket, judged by the reception of all vessels."""
    # Quarantined fixes stay: they too show that the vessel was received. Segments of all buckets are used
    # because a hull may continue under an MMSI of another bucket.
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
    write_table(GAPS, gaps, _out(task, GAPS))
    return {"rows": len(gaps)}


class SlabTask(NamedTuple):
    """All vessels in one slab of time, [start_ms, end_ms) since 1970."""

    folder: Path
    work: Path
    start_ms: int
    end_ms: int
    n_buckets: int
    params: Params


def contacts_task(task: SlabTask) -> Tally:
    """POINTS of a slab, with a halo, into CONTACTS by hash bucket of the pair's first MMSI."""
    halo_ms = int(task.params.tracks.max_interp_interval_s * 1000)
    points = read_span(task.folder / "points", task.start_ms - halo_ms, task.end_ms + halo_ms)
    segments = SEGMENTS.scan(task.folder / "segments.parquet")
    identity = IDENTITY.scan(task.folder / "identity.parquet")
    instants = common_instants(
        pairable(points, segments),
        params=task.params.tracks,
        start=utc_datetime(task.start_ms),
        end=utc_datetime(task.end_ms),
    )
    contacts = find_contacts(instants, identity=identity, params=task.params.encounters)
    bucket = pl.Series("bucket", bucket_of(contacts["mmsi_1"].to_numpy(), task.n_buckets))
    for (k,), part in contacts.group_by(bucket):
        write_table(
            CONTACTS, part, task.work / "contacts" / f"slab-{task.start_ms}.{bucket_file(int(str(k)))}"
        )
    return {"rows_in": len(instants), "rows": contacts.height}


def encounters_task(task: BucketTask) -> Tally:
    """CONTACTS of a bucket of pairs, all slabs, into ENCOUNTERS."""
    contacts = read_bucket(CONTACTS, task.work / "contacts", task.bucket)
    ships = pl.concat([contacts["mmsi_1"], contacts["mmsi_2"]]).unique()
    segments = SEGMENTS.scan(task.folder / "segments.parquet").filter(pl.col("mmsi").is_in(ships.implode()))
    encounters = pair_encounters(
        contacts,
        segments=segments,
        identity=_of_ships(IDENTITY, task.folder / "identity.parquet", segments),
        static=read_ships(STATIC, task.folder / "static", ships),
        points=scan_dataset(POINTS, task.folder / "points"),
        params=task.params.encounters,
        draught_params=task.params.draught,
    )
    write_table(ENCOUNTERS, encounters, _out(task, ENCOUNTERS))
    return {"rows_in": contacts.height, "rows": len(encounters)}


def _ship_points(task: BucketTask) -> pl.DataFrame:
    """POINTS of a bucket without quarantined segments and without what is not a ship."""
    points = read_bucket(POINTS, task.folder / "points", task.bucket)
    segments = SEGMENTS.scan(task.folder / "segments.parquet")
    segments = segments.filter(pl.col("segment_id").is_in(points["segment_id"].unique().implode()))
    return pairable(points, segments)


def _of_ships(table: Table, path: Path, segments: pl.DataFrame) -> pl.DataFrame:
    """Rows of a table in one file with the MMSIs of the segments."""
    return table.scan(path).filter(pl.col("mmsi").is_in(segments["mmsi"].unique().implode()))


def _out(task: BucketTask, table: Table) -> Path:
    return task.work / table.name / bucket_file(task.bucket)
