"""The steps of the detect stage on a run folder, in the order in which they depend on each other."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from stsdetect.detection import (
    adjust_for_dropouts,
    dark_encounters,
    gaps_of_too_many,
    link_encounters,
    read_anchors,
    select_solo_stops,
)
from stsdetect.engine.partition import slabs
from stsdetect.pipeline import tasks
from stsdetect.pipeline.run_state import RunState
from stsdetect.ports import finished_visits, finished_voyages, joined_visits, path_parts, voyages_between
from stsdetect.reception.reception_model import Reception
from stsdetect.schema import (
    ANCHOR_READINGS,
    BERTHS,
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    GAPS,
    HIDDEN_CALLS,
    IDENTITY,
    LOITERING,
    OUTAGES,
    POINTS,
    SEGMENTS,
    STATIC,
    STOP_TRAITS,
    SWING_FITS,
    VOYAGES,
    Table,
)
from stsdetect.units import MS_PER_H, MS_PER_S

_ROWS_PER_SLAB = 2_000_000
_DAY_MS = 24 * MS_PER_H
_MAX_SLABS_PER_DAY = 32
_NO_VOYAGES, _NO_POINTS = VOYAGES.optional(None), POINTS.optional(None)


def loitering_step(run: RunState) -> int:
    """points/ -> LOITERING, SWING_FITS, reception counts of each bucket; return how many points were used."""
    return sum(d["rows"] for d in run.map_once(tasks.loitering_task, run.bucket_tasks("points"), "loitering"))


def anchor_readings_step(run: RunState) -> pl.DataFrame:
    """SWING_FITS of all buckets, identity -> ANCHOR_READINGS."""
    return read_anchors(
        run.gathered(SWING_FITS),
        identity=IDENTITY.scan(run.folder / "identity.parquet"),
        params=run.params.anchors,
    )


def reception_step(run: RunState) -> None:
    """Counts of all buckets -> the reception model and its outages, in one task."""
    task = tasks.ReceptionTask(run.work, run.params.reception)
    run.map_once(tasks.reception_task, [("all", task)], "reception")
    reception = Reception.read(run.work / "reception", params=run.params.reception)
    run.manifest.feed = {"can_judge": reception.can_judge, "why": reception.why}
    run.manifest.outages = OUTAGES.validate(reception.outages).to_dicts()


def gaps_step(run: RunState, end_of_data: datetime | None, berths: pl.DataFrame) -> pl.DataFrame:
    """points/, segments, identity, static/, BERTHS and reception -> GAPS."""
    todo = [
        (name, task._replace(end_of_data=end_of_data, context=run.context, berths=berths))
        for name, task in run.bucket_tasks("points")
    ]
    run.map_once(tasks.gaps_task, todo, "gaps")
    gaps = adjust_for_dropouts(run.gathered(GAPS), params=run.params.gaps, draught_params=run.params.draught)
    run.manifest.feed["dropout_share"] = gaps["dropout_share"].max()
    return gaps


def encounters_step(run: RunState, points: pl.LazyFrame) -> pl.DataFrame:
    """points/, segments, identity, static/ -> ENCOUNTERS with `p_contact` by the contact rule."""
    n_buckets = max(len(run.bucket_tasks("points")), 1)
    done = run.map_once(tasks.contacts_task, _slab_tasks(run, points, n_buckets), "contacts")
    if crowded := {mmsi for tally in done for mmsi in tally["crowded"]}:
        run.manifest.warn(
            f"{len(crowded)} ships moved for some time at one point with more than "
            f"{run.params.encounters.max_ships_at_point} others, as copies of one track do; they are not "
            "paired then"
        )
    pairs = (run.work / "contacts").relative_to(run.folder)
    run.map_once(tasks.encounters_task, run.bucket_tasks(str(pairs)), "encounters")
    return link_encounters(run.gathered(ENCOUNTERS), params=run.params.encounters)


def dark_encounters_step(
    run: RunState, gaps: pl.DataFrame, loitering: pl.DataFrame, berths: pl.DataFrame
) -> pl.DataFrame:
    """GAPS, LOITERING, BERTHS, identity, segments, static/ -> DARK_ENCOUNTERS."""
    identity = IDENTITY.scan(run.folder / "identity.parquet")
    too_many = gaps_of_too_many(
        gaps, identity=identity, params=run.params.dark, draught_params=run.params.draught
    )
    if len(too_many):
        run.manifest.warn(
            f"{len(too_many)} gaps have more than {run.params.dark.max_gaps_at_once} others at once within "
            "reach, as when the feed fails, is jammed or hardly covers the area; no dark encounter is "
            "searched for in them"
        )
    return dark_encounters(
        gaps.filter(~pl.col("gap_id").is_in(too_many.implode())),
        loitering,
        identity=identity,
        static=STATIC.scan(run.folder / "static"),
        segments=SEGMENTS.scan(run.folder / "segments.parquet"),
        berths=berths,
        context=run.context,
        params=run.params.dark,
        draught_params=run.params.draught,
        berth_params=run.params.berths,
    )


def solo_stops_step(run: RunState, found: dict[Table, pl.DataFrame]) -> pl.DataFrame:
    """All other tables of detection, identity and static/ -> SOLO_STOPS."""
    return select_solo_stops(
        found[LOITERING],
        found[GAPS],
        found[ENCOUNTERS],
        found[DARK_ENCOUNTERS],
        anchor_readings=found[ANCHOR_READINGS],
        berths=found[BERTHS],
        traits=run.gathered(STOP_TRAITS),
        identity=IDENTITY.scan(run.folder / "identity.parquet"),
        static=STATIC.scan(run.folder / "static"),
        context=run.context,
        params=run.params.solo_stops,
        draught_params=run.params.draught,
        berth_params=run.params.berths,
    )


def rests_of(run: RunState) -> pl.DataFrame:
    """LOITERING of all buckets, as port visits are made of it."""
    folder = run.work / tasks.RESTS
    rests = LOITERING.scan(folder) if folder.exists() else LOITERING.optional(None)
    return rests.sort(LOITERING.sort_by, maintain_order=True)


def port_visits_step(run: RunState, gaps: pl.DataFrame, berths: pl.DataFrame) -> pl.DataFrame:
    """Rests of all buckets, GAPS, BERTHS, points/, static/ -> PORT_VISITS."""
    visits = joined_visits(
        rests_of(run),
        gaps,
        berths,
        params=run.params.ports,
        berth_params=run.params.berths,
    )
    todo = [(n, tasks.PassagesTask(t, visits, _NO_VOYAGES)) for n, t in run.bucket_tasks("points")]
    run.map_once(tasks.around_visits_task, todo, "around visits")
    around = _parts(run, "around_visits")
    static = STATIC.scan(run.folder / "static")
    return finished_visits(visits, around, static, params=run.params.ports)


def voyages_step(run: RunState, gaps: pl.DataFrame, port_visits: pl.DataFrame) -> pl.DataFrame:
    """PORT_VISITS, GAPS, segments, identity, points/, static/ -> VOYAGES."""
    voyages = voyages_between(port_visits, SEGMENTS.scan(run.folder / "segments.parquet"))
    todo = [(n, tasks.PassagesTask(t, port_visits, voyages)) for n, t in run.bucket_tasks("points")]
    run.map_once(tasks.voyage_paths_task, todo, "voyage paths")
    return finished_voyages(
        voyages,
        pl.concat([path_parts(_NO_POINTS, _NO_VOYAGES), *_parts(run, "voyage_paths")]),
        gaps,
        identity=IDENTITY.scan(run.folder / "identity.parquet"),
        static=STATIC.scan(run.folder / "static"),
        params=run.params.ports,
    )


def _parts(run: RunState, name: str) -> list[pl.DataFrame]:
    """What the tasks of all buckets wrote under a name, in the order of the buckets."""
    return [pl.read_parquet(file) for file in sorted((run.work / name).rglob("*.parquet"))]


def hidden_calls_step(run: RunState, gaps: pl.DataFrame, berths: pl.DataFrame) -> pl.DataFrame:
    """GAPS, identity, BERTHS -> HIDDEN_CALLS, in one task."""
    task = tasks.HiddenCallsTask(run.folder, run.work, gaps, berths, run.params)
    run.map_once(tasks.hidden_calls_task, [("all", task)], "hidden calls")
    return run.gathered(HIDDEN_CALLS)


def _slab_tasks(run: RunState, points: pl.LazyFrame, n_buckets: int) -> list[tuple[str, tasks.SlabTask]]:
    """A task per day of points, or several per day where one would hold too many points or instants."""
    epoch_ms = pl.col("timestamp").dt.epoch("ms")
    step_ms = run.params.tracks.resample_step_s * MS_PER_S
    per_day = (
        points.group_by("mmsi", day=epoch_ms // _DAY_MS * _DAY_MS, maintain_order=True)
        .agg(points=pl.len(), instants=(epoch_ms.max() - epoch_ms.min()) / step_ms)
        .group_by("day", maintain_order=True)
        .agg(pl.col("points", "instants").sum())
        .sort("day", maintain_order=True)
        .collect(engine="streaming")
    )
    out = []
    for day_ms, n_points, n_instants in per_day.iter_rows():
        parts = 1
        while max(n_points, n_instants) / parts > _ROWS_PER_SLAB and parts < _MAX_SLABS_PER_DAY:
            parts *= 2
        for lo, hi in slabs(day_ms, day_ms + _DAY_MS, slab_ms=_DAY_MS // parts):
            out.append((str(lo), tasks.SlabTask(run.folder, run.work, lo, hi, n_buckets, run.params)))
    return out
