"""The steps of detection on a run folder, each from the files of those before it."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from stsdetect.detection import adjust_for_dropouts, dark_encounters, link_encounters, select_solo_stops
from stsdetect.engine.partition import slabs
from stsdetect.pipeline import tasks
from stsdetect.pipeline.run_state import Run
from stsdetect.reception.reception_model import Reception
from stsdetect.schema import (
    ENCOUNTERS,
    GAPS,
    IDENTITY,
    OUTAGES,
    SEGMENTS,
    STATIC,
)

_ROWS_PER_SLAB = 2_000_000
_DAY_MS = 86_400_000


def loitering_step(run: Run) -> int:
    """points/ -> stays, and counts of who was heard, by bucket; how many points were looked at."""
    return sum(d["rows"] for d in run.map_once(tasks.loitering_task, run.bucket_tasks("points"), "loitering"))


def reception_step(run: Run) -> None:
    """Counts of all buckets -> what was learnt of reception, in one task."""
    task = tasks.ReceptionTask(run.work, run.params.reception)
    run.map_once(tasks.reception_task, [("all", task)], "reception")
    reception = Reception.read(run.work / "reception", params=run.params.reception)
    run.manifest.feed = {"can_judge": reception.can_judge, "why": reception.why}
    run.manifest.outages = OUTAGES.validate(reception.outages).to_dicts()


def gaps_step(run: Run, end_of_data: datetime | None) -> pl.DataFrame:
    """points/, segments, identity, static/ and reception -> GAPS."""
    todo = [
        (name, task._replace(end_of_data=end_of_data, context=run.context))
        for name, task in run.bucket_tasks("points")
    ]
    run.map_once(tasks.gaps_task, todo, "gaps")
    gaps = adjust_for_dropouts(run.gathered(GAPS), params=run.params.gaps, draught_params=run.params.draught)
    run.manifest.feed["dropout_share"] = gaps["dropout_share"].max()
    return gaps


def encounters_step(run: Run, points: pl.LazyFrame) -> pl.DataFrame:
    """points/, segments, identity -> ENCOUNTERS, with the probability of the detector's rule."""
    n_buckets = max(len(run.bucket_tasks("points")), 1)
    run.map_once(tasks.contacts_task, _slab_tasks(run, points, n_buckets), "contacts")
    pairs = (run.work / "contacts").relative_to(run.folder)
    run.map_once(tasks.encounters_task, run.bucket_tasks(str(pairs)), "encounters")
    return link_encounters(run.gathered(ENCOUNTERS), params=run.params.encounters)


def dark_encounters_step(run: Run, gaps: pl.DataFrame, loitering: pl.DataFrame) -> pl.DataFrame:
    """GAPS, LOITERING, identity, segments, static/ -> DARK_ENCOUNTERS."""
    return dark_encounters(
        gaps,
        loitering,
        identity=IDENTITY.scan(run.folder / "identity.parquet"),
        static=STATIC.scan(run.folder / "static"),
        segments=SEGMENTS.scan(run.folder / "segments.parquet"),
        context=run.context,
        params=run.params.dark,
        draught_params=run.params.draught,
    )


def solo_stops_step(
    run: Run, loitering: pl.DataFrame, encounters: pl.DataFrame, dark: pl.DataFrame
) -> pl.DataFrame:
    """LOITERING, ENCOUNTERS, DARK_ENCOUNTERS, identity, segments, static/ -> SOLO_STOPS."""
    return select_solo_stops(
        SEGMENTS.scan(run.folder / "segments.parquet"),
        loitering,
        encounters,
        dark,
        identity=IDENTITY.scan(run.folder / "identity.parquet"),
        static=STATIC.scan(run.folder / "static"),
        context=run.context,
        params=run.params.solo_stops,
        draught_params=run.params.draught,
    )


def _slab_tasks(run: Run, points: pl.LazyFrame, n_buckets: int) -> list[tuple[str, tasks.SlabTask]]:
    """Whole days, cut finer where a day holds more rows than a task should."""
    day = pl.col("timestamp").dt.epoch("ms") // _DAY_MS * _DAY_MS
    per_day = points.group_by(day.alias("day")).len().sort("day").collect()
    out = []
    for day_ms, rows in per_day.iter_rows():
        parts = 1
        while rows / parts > _ROWS_PER_SLAB and parts < 24:
            parts *= 2
        for lo, hi in slabs(day_ms, day_ms + _DAY_MS, slab_ms=_DAY_MS // parts):
            out.append((str(lo), tasks.SlabTask(run.folder, run.work, lo, hi, n_buckets, run.params)))
    return out
