"""The stages: each reads the tables of those before it from the run folder and writes its own."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from typing import Any

import pandas as pd
import polars as pl

from stsdetect.decode import DecodeTask, InputFile, require_ais
from stsdetect.errors import TooManyRejectsError
from stsdetect.pipeline import detection_steps, tasks
from stsdetect.pipeline.manifest import Stage
from stsdetect.pipeline.run_folder import OUTPUTS, drop_later, read_tables
from stsdetect.pipeline.run_state import Run
from stsdetect.report import write_exports, write_report
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    EVENTS,
    EVIDENCE,
    GAPS,
    IDENTITY,
    LOITERING,
    POINTS,
    REJECTS,
    SEGMENTS,
    SOLO_STOPS,
    STATIC,
)
from stsdetect.score import Scorer, build_features, load_model
from stsdetect.tracks import link_vessels

log = logging.getLogger(__name__)


def decode_stage(
    run: Run,
    files: list[InputFile],
    *,
    n_buckets: int,
    start: datetime | None,
    end: datetime | None,
    max_reject_share: float,
) -> None:
    """Dumps -> positions/, static/."""
    with run.manifest.stage("decode", unit="sentences or rows") as books:
        area = None if run.context.area is None else run.context.area.wkt
        todo = [
            (
                f"{k:06d}",
                DecodeTask(
                    f.path, f.source, run.folder, n_buckets, run.params.decode, start, end, area, f.named
                ),
            )
            for k, f in enumerate(files)
        ]
        reports = run.map_once(tasks.decode_task, todo, "decode")
        require_ais({report["source"]: report["format"] for report in reports})
        for report in reports:
            run.manifest.inputs.append({k: v for k, v in report.items() if k != "rejects"})
            for text in report["warnings"]:
                run.manifest.warn(text)
            _add_decode_books(books, report)
        _reject(run, books, "decode", [r for report in reports for r in report["rejects"]])
    for name in OUTPUTS["decode"]:
        (run.folder / name).mkdir(exist_ok=True)
    _finish_stage(run, "decode", max_reject_share)


def tracks_stage(run: Run, *, max_reject_share: float) -> None:
    """positions/, static/ -> points/, segments, identity."""
    drop_later(run.folder, "tracks")
    with run.manifest.stage("tracks", unit="positions") as books:
        done = run.map_once(tasks.tracks_task, run.bucket_tasks("positions", "static"), "tracks")
        (run.folder / "points").mkdir(exist_ok=True)
        books.rows_in = sum(d["rows_in"] for d in done)
        books.rows_out = sum(d["rows_out"] for d in done)
        _reject(run, books, "tracks", [r for d in done for r in d["rejects"]])
        segments, identity = (run.gathered(t) for t in (SEGMENTS, IDENTITY))
        segments, identity = _link(run, segments, identity)
        SEGMENTS.write_parquet(segments, run.folder / "segments.parquet")
        IDENTITY.write_parquet(identity, run.folder / "identity.parquet")
        books.outputs = {"segments": segments.height, "identity": identity.height}
    _finish_stage(run, "tracks", max_reject_share)


def detect_stage(run: Run, *, with_model: bool = True) -> None:
    """points/, segments, identity -> gaps, loitering, encounters, dark_encounters, solo_stops.

    Without the bundled contact model encounters keep the probability of the detector's rule.
    """
    drop_later(run.folder, "detect")
    with run.manifest.stage("detect", unit="points") as books:
        points = tasks.lazily(POINTS, run.folder / "points")
        books.rows_in, end_of_data = points.select(pl.len(), pl.col("timestamp").max()).collect().row(0)
        books.rows_out = detection_steps.loitering_step(run)
        if set_aside := books.rows_in - books.rows_out:
            books.set_aside["quarantined or not a ship"] = set_aside
        detection_steps.reception_step(run)
        gaps = detection_steps.gaps_step(run, end_of_data)
        encounters = detection_steps.encounters_step(run, points)
        if with_model:
            encounters = encounters.with_columns(load_model().p_contact(encounters))
        loitering = run.gathered(LOITERING)
        dark = detection_steps.dark_encounters_step(run, gaps, loitering)
        lone = detection_steps.solo_stops_step(run, loitering, encounters, dark)
        found = {
            GAPS: gaps,
            LOITERING: loitering,
            ENCOUNTERS: encounters,
            DARK_ENCOUNTERS: dark,
            SOLO_STOPS: lone,
        }
        for table, frame in found.items():
            table.write_parquet(frame, run.folder / f"{table.name}.parquet")
        books.outputs = {table.name: len(frame) for table, frame in found.items()}
    _finish_stage(run, "detect")


def score_stage(run: Run) -> None:
    """Detections -> events, evidence."""
    drop_later(run.folder, "score")
    with run.manifest.stage("score", unit="encounters and dark encounters") as books:
        tables = read_tables(run.folder, ENCOUNTERS, DARK_ENCOUNTERS, GAPS, IDENTITY, SEGMENTS, LOITERING)
        features = build_features(
            tables["encounters"],
            dark_encounters=tables["dark_encounters"],
            gaps=tables["gaps"],
            identity=tables["identity"],
            segments=tables["segments"],
            loitering=tables["loitering"],
            static=STATIC.scan(run.folder / "static"),
            context=run.context,
            params=run.params.score,
            context_params=run.params.context,
        )
        scored = Scorer(params=run.params.score, draught_params=run.params.draught, model=load_model()).score(
            features, params_digest=run.params.digest()
        )
        EVENTS.write_parquet(scored.events, run.folder / "events.parquet")
        EVIDENCE.write_parquet(scored.evidence, run.folder / "evidence.parquet")
        books.rows_in, books.rows_out = len(features), len(scored.events)
        if below := books.rows_in - books.rows_out:
            books.set_aside["not worth showing"] = below
        tiers = scored.events["tier"].value_counts()
        books.outputs = {f"tier {tier}": int(n) for tier, n in tiers.items()}
    _finish_stage(run, "score")


def report_stage(run: Run) -> None:
    """Events -> report.html, events.gpkg, events.geojson, events.csv."""
    drop_later(run.folder, "report")
    with run.manifest.stage("report", unit="events") as books:
        tables = read_tables(
            run.folder,
            EVENTS,
            EVIDENCE,
            ENCOUNTERS,
            DARK_ENCOUNTERS,
            GAPS,
            LOITERING,
            SOLO_STOPS,
            SEGMENTS,
            IDENTITY,
        )
        ships = pl.Series(
            "mmsi", pd.concat([tables["events"]["mmsi_1"], tables["events"]["mmsi_2"]]).unique()
        )
        points = POINTS.to_pandas(tasks.read_ships(POINTS, run.folder / "points", ships))
        static = STATIC.to_pandas(tasks.read_ships(STATIC, run.folder / "static", ships))
        write_exports(
            run.folder,
            events=tables["events"],
            points=points,
            gaps=tables["gaps"],
            segments=tables["segments"],
        )
        books.rows_in = books.rows_out = len(tables["events"])
        write_report(
            run.folder / "report.html",
            events=tables.pop("events"),
            context=run.context,
            run=run.manifest.to_dict(),
            points=points,
            static=static,
            **tables,  # type: ignore[arg-type]
        )
    _finish_stage(run, "report")


def _add_decode_books(books: Stage, report: tasks.Books) -> None:
    books.rows_in += report["rows_in"]
    books.rows_out += report["rows_out"]
    for reason, n in report["set_aside"].items():
        books.set_aside[reason] = books.set_aside.get(reason, 0) + n


def _reject(run: Run, books: Stage, stage: str, rejects: list[dict[str, Any]]) -> None:
    totals: Counter[str] = Counter()
    for row in rejects:
        totals[row["reason"]] += row["count"]
    books.rejected = dict(sorted(totals.items()))
    path = run.folder / "rejects.parquet"
    rows = REJECTS.scan(path).filter(pl.col("stage") != stage).to_dicts() if path.exists() else []
    for row in rejects:
        rows.append({**row, "stage": stage})
    merged = pl.DataFrame(rows, schema=REJECTS.polars_schema)
    REJECTS.write_parquet(
        merged.group_by("stage", "source", "reason", maintain_order=True).agg(
            pl.col("count").sum(), pl.col("sample").first()
        ),
        path,
    )


def _finish_stage(run: Run, name: str, max_reject_share: float = 1.0) -> None:
    books = run.manifest.stages[name]
    if not books.closes:
        run.manifest.warn(
            f"the books of stage '{name}' do not close: {books.rows_in} in, {books.rows_out} out"
        )
    rejected = sum(books.rejected.values())
    log.info(
        "%s: %d %s in, %d out, %d rejected, %.1f s",
        name,
        books.rows_in,
        books.unit,
        books.rows_out,
        rejected,
        books.seconds,
    )
    run.manifest.write(run.folder)
    share = rejected / books.rows_in if books.rows_in else 0.0
    if share > max_reject_share:
        worst = ", ".join(f"{reason} {n}" for reason, n in Counter(books.rejected).most_common(3))
        raise TooManyRejectsError(
            f"stage '{name}' rejected {share:.1%} of {books.rows_in} {books.unit} ({worst}), more than "
            f"--max-reject-share {max_reject_share:g}. See rejects.parquet in {run.folder}; "
            "mend the input, or allow more."
        )


def _link(run: Run, segments: pl.DataFrame, identity: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give one vessel_id to a hull that changed its number, in segments, identity and points."""
    links = pl.DataFrame(link_vessels(segments, identity, params=run.params.tracks))
    old = segments.select("segment_id", "mmsi", pl.col("vessel_id").alias("old_id"))
    said = links.join(old, on="segment_id")
    changed = pl.col("vessel_id") != pl.col("old_id")
    said = said.filter(changed | pl.col("vessel_evidence").is_not_null())
    if said.is_empty():
        return segments, identity
    by_segment = said.filter(changed).select("segment_id", pl.col("vessel_id").alias("new_id"))
    by_vessel = said.select(
        "mmsi", pl.col("old_id").alias("vessel_id"), pl.col("vessel_id").alias("new_id"), "vessel_evidence"
    ).unique(["mmsi", "vessel_id"], keep="first", maintain_order=True)

    def renamed(frame: pl.DataFrame, keys: pl.DataFrame, on: list[str]) -> pl.DataFrame:
        joined = frame.join(keys, on=on, how="left", maintain_order="left", suffix="_link")
        return joined.with_columns(pl.coalesce("new_id", "vessel_id").alias("vessel_id"))

    for file in sorted((run.folder / "points").rglob("*.parquet")):
        points = POINTS.scan(file)
        if points["segment_id"].is_in(by_segment["segment_id"].implode()).any():
            POINTS.write_parquet(renamed(points, by_segment, ["segment_id"]), file)
    identity = renamed(identity, by_vessel, ["mmsi", "vessel_id"]).with_columns(
        pl.coalesce("vessel_evidence_link", "vessel_evidence").alias("vessel_evidence")
    )
    return (
        SEGMENTS.validate(renamed(segments, by_segment, ["segment_id"])).sort(SEGMENTS.sort_by),
        IDENTITY.validate(identity).sort(IDENTITY.sort_by),
    )
