"""The units of work that an engine runs: each reads files, writes files and returns its tally.

Every task is a module-level function of one picklable argument, so a process pool and a cluster can run it
alike. `run_once` stores the tally of a task once its outputs are on the disk, so that an interrupted run can
be resumed without repeating it. Whatever does not read then, as after a power failure, is made again.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pyarrow.parquet as pq

from stsdetect.context import Context
from stsdetect.decode import STATIC_REPORTS, DecodeTask, decode_file, static_tables
from stsdetect.detection import (
    contact_blocks,
    gaps_of_shard,
    in_crowd,
    loitering_spells,
    pair_encounters,
    stop_traits,
    swing_fits,
)
from stsdetect.engine.partition import bucket_of
from stsdetect.geo.crowds import NO_CROWDS
from stsdetect.params import Params, ReceptionParams
from stsdetect.pipeline.datasets import (
    bucket_file,
    read_bucket,
    read_files,
    read_ships,
    read_span,
    scan_dataset,
    utc_datetime,
    write_points,
    write_table,
)
from stsdetect.ports import calls_in_gaps, first_after, last_before, path_parts, rest_spells
from stsdetect.reception.presence import count_reception
from stsdetect.reception.reception_model import Reception, reception_from_counts
from stsdetect.schema import (
    CONTACTS,
    ENCOUNTERS,
    GAPS,
    HIDDEN_CALLS,
    IDENTITY,
    LOITERING,
    POINTS,
    POSITIONS,
    SEGMENTS,
    STATIC,
    STOP_TRAITS,
    SWING_FITS,
    Table,
)
from stsdetect.stored_files import files_stored, put_in_place, sync_files, write_whole
from stsdetect.tracks import common_instants, pairable, track_tables

log = logging.getLogger(__name__)

Tally = dict[str, Any]
"""What a task counted, as JSON values."""

TRACKS_OF_CROWDS = "tracks of crowds"
"""Label of the tasks that make the tracks of a bucket once more, when crowds were found."""

RESTS = "rests"
"""Folder of the stops from which port visits are made."""

_CONTACTS_AT_ONCE = 1_000_000  # memory only
_ROWS_PER_GROUP = 100_000  # small enough that a span of time is read without the rest of the file


class Once(NamedTuple):
    """A task and the file whose presence marks it as done."""

    function: Callable[[Any], Tally]
    task: Any
    marker: Path


def run_once(job: Once) -> Tally:
    """Run a task, or return its stored tally if an earlier, interrupted run completed it."""
    done = _done_before(job.marker)
    if done is not None:
        return done
    with files_stored() as files:
        tally = job.function(job.task)
    job.marker.parent.mkdir(parents=True, exist_ok=True)
    sync_files(files)
    names = [os.path.relpath(file, job.marker.parent) for file in files]
    write_whole(job.marker, json.dumps({"tally": tally, "files": names}, default=str).encode())
    return tally


def _done_before(marker: Path) -> Tally | None:
    """The tally of a task that is done, if its marker and all files it wrote can be read."""
    try:
        stored = json.loads(marker.read_bytes())
        tally, names = stored["tally"], stored["files"]
        if all(_reads(marker.parent / name) for name in names):
            return dict(tally)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        pass
    log.warning("%s or what belongs to it does not read; this step is done again", marker.stem)
    return None


def _reads(file: Path) -> bool:
    """Whether a file that a task wrote is there and whole, as far as its end shows."""
    try:
        if file.suffix == ".parquet":
            pq.read_metadata(file)
        else:
            json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return True


def decode_task(task: DecodeTask) -> Tally:
    """One input file into hash buckets of POSITIONS and STATIC."""
    return {"files": [report.to_dict() for report in decode_file(task)]}


class BucketTask(NamedTuple):
    """All fixes of one hash bucket of MMSIs."""

    folder: Path
    work: Path
    bucket: int
    params: Params
    end_of_data: datetime | None = None
    context: Context | None = None
    crowds: pl.DataFrame | None = None
    berths: pl.DataFrame | None = None


def static_task(task: BucketTask) -> Tally:
    """Static reports of a bucket, as each file gave them, into STATIC; the tally is by source."""
    files = sorted((task.folder / STATIC_REPORTS).glob(f"*{bucket_file(task.bucket)}"))
    found = static_tables(files, task.params.decode)
    write_table(STATIC, found.static, task.folder / "static" / bucket_file(task.bucket))
    return found.by_source


def tracks_task(task: BucketTask) -> Tally:
    """POSITIONS and STATIC of a bucket into POINTS by day, SEGMENTS, IDENTITY, and where its ships lay."""
    # Not sorted, as cleaning sorts, and not named, so that nothing holds them longer than needed: one ship
    # may have millions.
    tracks = track_tables(
        read_bucket(POSITIONS, task.folder / "positions", task.bucket, in_order=False),
        read_bucket(STATIC, task.folder / "static", task.bucket),
        params=task.params.tracks,
        crowds=NO_CROWDS if task.crowds is None else task.crowds,
    )
    points = tracks.points
    rows_per_day = write_points(points, task.folder, task.bucket)
    for table, frame in ((SEGMENTS, tracks.segments), (IDENTITY, tracks.identity)):
        write_table(table, frame, task.work / table.name / bucket_file(task.bucket))
    halts = task.work / "halts" / bucket_file(task.bucket)
    halts.parent.mkdir(parents=True, exist_ok=True)
    part = halts.with_name(halts.name + ".part")
    tracks.halts.write_parquet(part)
    put_in_place(part, halts)
    if task.crowds is None:
        # What was made of these tracks with the crowds is no longer there.
        (task.work / "done" / f"{TRACKS_OF_CROWDS}-{task.bucket:02d}.json").unlink(missing_ok=True)
    return {
        "rows_in": points.height + tracks.rejected.height + tracks.copies.height,
        "rows_out": points.height,
        "rejects": tracks.rejects.to_dicts(),
        "copies": tracks.copies.height,
        "rows_per_day": rows_per_day,
        "start": points["timestamp"].min(),
        "end": points["timestamp"].max(),
    }


def loitering_task(task: BucketTask) -> Tally:
    """LOITERING, rests, SWING_FITS and STOP_TRAITS of a bucket, and counts for the reception model."""
    points = _ship_points(task)
    loitering = loitering_spells(points, params=task.params.loitering)
    write_table(LOITERING, loitering, _out(task, LOITERING))
    rests = rest_spells(points, params=task.params.ports, loitering_params=task.params.loitering)
    write_table(LOITERING, rests, task.work / RESTS / bucket_file(task.bucket))
    write_table(SWING_FITS, swing_fits(points, loitering, params=task.params.swing), _out(task, SWING_FITS))
    traits = stop_traits(points, loitering, params=task.params.solo_stops)
    write_table(STOP_TRAITS, traits, _out(task, STOP_TRAITS))
    path = task.work / "reception_counts" / bucket_file(task.bucket)
    path.parent.mkdir(parents=True, exist_ok=True)
    counts = count_reception(points, params=task.params.reception)
    part = path.with_name(path.name + ".part")
    counts.write_parquet(part, row_group_size=_ROWS_PER_GROUP)
    put_in_place(part, path)
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
        berths=task.berths,
        params=task.params.gaps,
        draught_params=task.params.draught,
        berth_params=task.params.berths,
    )
    write_table(GAPS, gaps, _out(task, GAPS))
    return {"rows": len(gaps)}


class PassagesTask(NamedTuple):
    """Visits and voyages of all vessels, to be looked up in the fixes of one hash bucket."""

    bucket: BucketTask
    visits: pl.DataFrame
    voyages: pl.DataFrame


def around_visits_task(task: PassagesTask) -> Tally:
    """POINTS of a bucket -> when its vessels were seen before and after their visits."""
    points = _ship_points(task.bucket)
    for k, part in enumerate((last_before(points, task.visits), first_after(points, task.visits))):
        _write_part(part, task.bucket, f"around_visits/{k}")
    return {"rows": points.height}


def voyage_paths_task(task: PassagesTask) -> Tally:
    """POINTS of a bucket -> the lengths of voyages."""
    points = _ship_points(task.bucket)
    _write_part(path_parts(points, task.voyages), task.bucket, "voyage_paths")
    return {"rows": points.height}


def _write_part(part: pl.DataFrame, task: BucketTask, name: str) -> None:
    path = task.work / name / bucket_file(task.bucket)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    part.write_parquet(unfinished)
    put_in_place(unfinished, path)


class HiddenCallsTask(NamedTuple):
    """All gaps, with what a port call in them depends on."""

    folder: Path
    work: Path
    gaps: pl.DataFrame
    berths: pl.DataFrame
    params: Params


def hidden_calls_task(task: HiddenCallsTask) -> Tally:
    """GAPS, identity, BERTHS -> HIDDEN_CALLS, in a process of its own as the map of all coasts is large."""
    calls = calls_in_gaps(
        task.gaps,
        identity=IDENTITY.scan(task.folder / "identity.parquet"),
        berths=task.berths,
        params=task.params.hidden_calls,
        dark_params=task.params.dark,
    )
    write_table(HIDDEN_CALLS, calls, task.work / HIDDEN_CALLS.name / bucket_file(0))
    return {"rows": calls.height}


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
    tracks = task.params.tracks
    halo_ms = int(max(tracks.max_interp_interval_s, tracks.max_rest_interval_s) * 1000)
    points = read_span(task.folder / "points", task.start_ms - halo_ms, task.end_ms + halo_ms)
    segments = SEGMENTS.scan(task.folder / "segments.parquet")
    identity = IDENTITY.scan(task.folder / "identity.parquet")
    instants = common_instants(
        pairable(points, segments),
        params=tracks,
        start=utc_datetime(task.start_ms),
        end=utc_datetime(task.end_ms),
    )
    crowded = instants.filter(in_crowd(instants, task.params.encounters))
    waiting: list[pl.DataFrame] = []
    n_rows = n_files = 0
    for block in contact_blocks(instants, identity=identity, params=task.params.encounters):
        waiting.append(block)
        n_rows += block.height
        if sum(map(len, waiting)) >= _CONTACTS_AT_ONCE:
            _write_contacts(task, n_files, pl.concat(waiting))
            waiting, n_files = [], n_files + 1
    if waiting:
        _write_contacts(task, n_files, pl.concat(waiting))
    return {"rows_in": len(instants), "rows": n_rows, "crowded": crowded["mmsi"].unique().sort().to_list()}


def _write_contacts(task: SlabTask, part: int, contacts: pl.DataFrame) -> None:
    """Write some contacts of a slab, those of each hash bucket to a file."""
    bucket = pl.Series("bucket", bucket_of(contacts["mmsi_1"].to_numpy(), task.n_buckets))
    for (k,), rows in contacts.group_by(bucket, maintain_order=True):
        name = f"slab-{task.start_ms}-{part}.{bucket_file(int(str(k)))}"
        write_table(CONTACTS, rows, task.work / "contacts" / name)


def encounters_task(task: BucketTask) -> Tally:
    """CONTACTS of a bucket of pairs, all slabs, into ENCOUNTERS."""
    files = sorted((task.work / "contacts").glob(f"*{bucket_file(task.bucket)}"))
    n_rows = sum(pq.read_metadata(file).num_rows for file in files)
    n_parts = -(-n_rows // _CONTACTS_AT_ONCE)
    # Pairs do not depend on each other: those of a crowd are taken a part at a time.
    part = (pl.col("mmsi_1") + pl.col("mmsi_2")) % max(n_parts, 1)
    parts = [_encounters(task, read_files(CONTACTS, files, part == k)) for k in range(n_parts)]
    encounters = pl.concat(parts) if parts else ENCOUNTERS.optional(None)
    encounters = encounters.sort(ENCOUNTERS.sort_by, nulls_last=True, maintain_order=True)
    write_table(ENCOUNTERS, encounters, _out(task, ENCOUNTERS))
    return {"rows_in": n_rows, "rows": len(encounters)}


def _encounters(task: BucketTask, contacts: pl.DataFrame) -> pl.DataFrame:
    """ENCOUNTERS of some pairs."""
    ships = pl.concat([contacts["mmsi_1"], contacts["mmsi_2"]]).unique(maintain_order=True)
    segments = SEGMENTS.scan(task.folder / "segments.parquet").filter(pl.col("mmsi").is_in(ships.implode()))
    return pair_encounters(
        contacts,
        segments=segments,
        identity=_of_ships(IDENTITY, task.folder / "identity.parquet", segments),
        static=read_ships(STATIC, task.folder / "static", ships),
        points=scan_dataset(POINTS, task.folder / "points"),
        params=task.params.encounters,
        draught_params=task.params.draught,
    )


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
