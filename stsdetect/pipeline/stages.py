"""The five stages of a run: each reads tables of earlier stages from the run folder and writes its own."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from stsdetect.cargo import deliveries_of, trace_cargo
from stsdetect.decode import STATIC_REPORTS, DecodeTask, InputFile, require_ais, skipped
from stsdetect.detection import learn_berths
from stsdetect.errors import TooManyRejectsError
from stsdetect.foreign_text import made_visible
from stsdetect.geo.crowds import NO_HALTS, crowded_cells, in_crowded_cells
from stsdetect.lists import match_watchlist
from stsdetect.model import DEFAULT_MODEL, ContactModel, model_or_rule
from stsdetect.network import pairs_of_run, vessels_of_run
from stsdetect.pipeline import detection_steps, tasks
from stsdetect.pipeline.datasets import bucket_file, scan_dataset, utc_datetime
from stsdetect.pipeline.manifest import Stage
from stsdetect.pipeline.output_folder import OUTPUTS
from stsdetect.pipeline.run_folder import begin_stage, read_report_tables, read_tables, require_current_tracks
from stsdetect.pipeline.run_state import RunState
from stsdetect.pipeline.vessel_links import join_hulls
from stsdetect.ports import berths_of_ports, counted_events
from stsdetect.report import write_exports, write_report
from stsdetect.report.export import CargoTables
from stsdetect.report.page.report_page import LEFT_OUT
from stsdetect.schema import (
    ANCHOR_READINGS,
    BERTHS,
    CHAINS,
    DARK_ENCOUNTERS,
    DELIVERIES,
    ENCOUNTERS,
    EVENTS,
    EVIDENCE,
    GAPS,
    HIDDEN_CALLS,
    IDENTITY,
    LEDGER,
    LOITERING,
    PLATFORMS,
    POINTS,
    PORT_VISITS,
    REJECTS,
    SEGMENTS,
    SOLO_STOPS,
    STATIC,
    VESSEL_PAIRS,
    VESSELS,
    VOYAGES,
)
from stsdetect.score import Scorer
from stsdetect.score.features import features_of_candidates
from stsdetect.units import S_PER_H

log = logging.getLogger(__name__)
_POINTS_NAMED = 5  # crowded points and MMSIs in the warnings

_N_NAMED = 10
_N_SHOWN = 20


def decode_stage(
    run: RunState,
    files: list[InputFile],
    *,
    n_buckets: int,
    began: datetime,
    start: datetime | None,
    end: datetime | None,
    max_reject_share: float,
    digests: dict[str, str] | None = None,
) -> None:
    """Dumps -> positions/, static/; `digests` are the SHA-256 of inputs by name, where they are known."""
    with run.manifest.stage("decode", unit="sentences or rows") as tally:
        area = None if run.context.area is None else run.context.area.wkt
        task = DecodeTask(Path(), "", run.folder, n_buckets, run.params.decode, start, end, area, began=began)
        todo = [
            (
                f"{k:06d}",
                task._replace(
                    path=f.path, source=f.source, named=f.named, sha256=(digests or {}).get(f.source, "")
                ),
            )
            for k, f in enumerate(f for f in files if not f.not_ais)
        ]
        done = run.map_once(tasks.decode_task, todo, "decode")
        reports = [skipped(f.source, f.not_ais).to_dict() for f in files if f.not_ais]
        reports += [report for d in done for report in d["files"]]
        reports.sort(key=lambda report: report["source"])
        require_ais([(r["source"], r["left_out"], r["not_ais"], r["rows_in"]) for r in reports])
        _compact_static(run, reports)
        for report in reports:
            run.manifest.inputs.append({k: v for k, v in report.items() if k != "rejects"})
            _add_file(tally, report)
        _name_inputs(run, reports)
        _warn_of_empty_selection(run, reports, tally, start, end)
        _reject(run, tally, "decode", [r for report in reports for r in report["rejects"]])
        for name in OUTPUTS["decode"]:
            (run.folder / name).mkdir(exist_ok=True)
    _finish_stage(run, "decode", max_reject_share)


def _compact_static(run: RunState, reports: list[tasks.Tally]) -> None:
    """static_reports/ of each file -> static/, and what became of them into the reports of the files."""
    found: dict[str, Counter[str]] = {}
    todo = run.bucket_tasks(STATIC_REPORTS)
    for by_source in run.map_once(tasks.static_task, todo, "static"):
        for source, counts in by_source.items():
            found.setdefault(source, Counter()).update(counts)
    for report in reports:
        counts = found.pop(report["source"], Counter())
        report["static_out"] = counts.pop("static_out", 0)
        report["rows_out"] -= counts.total()
        report["set_aside"] = dict(Counter(report["set_aside"]) + counts)


def _name_inputs(run: RunState, reports: list[tasks.Tally]) -> None:
    """Pass on what the inputs warn of; name those left out, not AIS or copies, and the values lost in all."""
    # Values lost are summed over all files below.
    texts = [
        text
        for report in reports
        for text in report["warnings"]
        if not text.startswith(tuple(f"{name}: " for name in report["lost_values"]))
    ]
    for text in texts:
        run.manifest.warn(text)
    for text in texts[:_N_SHOWN]:
        log.warning("%s", text)
    if len(texts) > _N_SHOWN:
        log.warning("%d more warnings about inputs in run.json", len(texts) - _N_SHOWN)
    for kind in ("left_out", "not_ais"):
        named = [{"source": r["source"], "reason": r[kind]} for r in reports if r[kind]]
        setattr(run.manifest, kind, named)
    for file in run.manifest.left_out:
        _warn(run, f"{LEFT_OUT}{file['source']}: {file['reason']}")
    if sources := [file["source"] for file in run.manifest.not_ais]:
        more = f" and {len(sources) - _N_NAMED} more" if len(sources) > _N_NAMED else ""
        log.info("not AIS, not read: %s%s", ", ".join(sources[:_N_NAMED]), more)
    first: dict[str, str] = {}
    for report in reports:
        if not report["sha256"]:
            continue
        original = first.setdefault(report["sha256"], report["source"])
        if original != report["source"]:
            _warn(run, f"{report['source']} is a copy of {original}")
    lost: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for report in reports:
        for name, values in report["lost_values"].items():
            lost[name] += values["count"]
            samples.setdefault(name, next(iter(values["samples"]), ""))
    if lost:
        counts = ", ".join(f"{name} {n:,} (such as '{samples[name]}')" for name, n in lost.most_common())
        _warn(run, f"values that were not understood are null: {counts}")


def _warn_of_empty_selection(
    run: RunState, reports: list[tasks.Tally], tally: Stage, start: datetime | None, end: datetime | None
) -> None:
    """Say where the data lie if the period and area asked for hold no position of them."""
    n_outside = {name: tally.set_aside.get(f"outside_{name}", 0) for name in ("time", "area")}
    if any(r["positions_out"] for r in reports) or not any(n_outside.values()):
        return
    times = [r[name] for r in reports for name in ("start_ms", "end_ms") if r[name] is not None]
    if n_outside["time"] and times:
        first, last = (f"{utc_datetime(ms):%Y-%m-%d %H:%M}" for ms in (min(times), max(times)))
        asked = " to ".join(
            "any time" if t is None else f"{t.astimezone(UTC):%Y-%m-%d %H:%M}" for t in (start, end)
        )
        _warn(run, f"no position lies in the period asked for, {asked}: they are of {first} to {last} UTC")
    if n_outside["area"]:
        _warn(run, f"all {n_outside['area']:,} positions of the period lie outside the area of interest")


def _warn(run: RunState, text: str) -> None:
    """A warning that is shown on the terminal as well as in the report."""
    run.manifest.warn(text)
    log.warning("%s", text)


def tracks_stage(run: RunState, *, max_reject_share: float) -> None:
    """positions/, static/ -> points/, segments, identity."""
    begin_stage(run.folder, run.manifest, "tracks")
    with run.manifest.stage("tracks", unit="positions") as tally:
        done = _tracks(run)
        (run.folder / "points").mkdir(exist_ok=True)
        tally.rows_in = sum(d["rows_in"] for d in done)
        tally.rows_out = sum(d["rows_out"] for d in done)
        if copies := sum(d["copies"] for d in done):
            tally.set_aside["copies"] = copies
        _reject(run, tally, "tracks", [r for d in done for r in d["rejects"]])
        segments, identity = (run.gathered(t) for t in (SEGMENTS, IDENTITY))
        segments, identity = join_hulls(run.folder, segments, identity, params=run.params.tracks)
        SEGMENTS.write_parquet(segments, run.folder / "segments.parquet")
        IDENTITY.write_parquet(identity, run.folder / "identity.parquet")
        _warn_of_many_ships(run, segments)
        tally.outputs = {"segments": segments.height, "identity": identity.height}
    _finish_stage(run, "tracks", max_reject_share)


def _tracks(run: RunState) -> list[tasks.Tally]:
    """Tracks of each bucket, and once more where ships lay in crowds, which only all buckets show."""
    todo = run.bucket_tasks("positions", "static")
    done = run.map_once(tasks.tracks_task, todo, "tracks")
    params = run.params.tracks
    halts = {name: pl.read_parquet(run.work / "halts" / bucket_file(task.bucket)) for name, task in todo}
    crowds = crowded_cells(
        pl.concat(halts.values()) if halts else NO_HALTS,
        max_ships=params.max_ships_at_point,
        cell_m=params.crowd_cell_m,
    )
    if crowds.is_empty():
        return done
    _warn_of_crowds(run, crowds)
    in_crowds = {
        name: task._replace(crowds=crowds)
        for name, task in todo
        if in_crowded_cells(halts[name], crowds, cell_m=params.crowd_cell_m).any()
    }
    tallies = run.map_once(tasks.tracks_task, in_crowds.items(), tasks.TRACKS_OF_CROWDS)
    again = dict(zip(in_crowds, tallies, strict=True))
    return [again.get(name, tally) for (name, _), tally in zip(todo, done, strict=True)]


def _warn_of_crowds(run: RunState, crowds: pl.DataFrame) -> None:
    """Name the points at which more ships lay than have room, the most crowded first."""
    points = (
        crowds.group_by(pl.col("lat", "lon").round(3), maintain_order=True)
        .agg(pl.col("n_ships").max(), n_windows=pl.col("window").n_unique())
        .sort("n_ships", "lat", "lon", descending=[True, False, False], maintain_order=True)
    )
    hours = run.params.tracks.crowd_window_s / S_PER_H
    for row in points.head(_POINTS_NAMED).iter_rows(named=True):
        _warn(
            run,
            f"up to {row['n_ships']} ships lay at one point, {row['lat']:.3f} {row['lon']:.3f}, in "
            f"{row['n_windows'] * hours:g} h, more than have room: a default or a false position; their "
            "tracks there are quarantined ('crowd')",
        )
    if points.height > _POINTS_NAMED:
        _warn(run, f"{points.height - _POINTS_NAMED} more points were as crowded")


def _warn_of_many_ships(run: RunState, segments: pl.DataFrame) -> None:
    """Name the MMSIs that too many ships used at once."""
    used = segments.filter(pl.col("quarantine_reason") == "many_ships")
    used = (
        used.group_by("mmsi", maintain_order=True)
        .agg(pl.col("n_points").sum())
        .sort("n_points", "mmsi", descending=[True, False], maintain_order=True)
    )
    if not used.is_empty():
        named = ", ".join(str(mmsi) for mmsi in used["mmsi"].head(_POINTS_NAMED))
        named += ", ..." if used.height > _POINTS_NAMED else ""
        _warn(
            run,
            f"each of {used.height} MMSIs ({named}) was used by more than "
            f"{run.params.tracks.max_ships_per_mmsi} ships at once: {used['n_points'].sum()} "
            "positions that cannot be separated are quarantined ('many_ships')",
        )


def detect_stage(run: RunState, *, model: ContactModel | str = DEFAULT_MODEL) -> None:
    """points/, segments, identity -> the tables of gaps, stops and encounters.

    Parameters
    ----------
    run : RunState
        A run with tracks.
    model : ContactModel or str
        Gives the encounters their `p_contact`; with ``"rule"`` they keep that of the contact rule.
    """
    contact_model = model_or_rule(model)
    require_current_tracks(run.folder)
    begin_stage(run.folder, run.manifest, "detect")
    with run.manifest.stage("detect", unit="points") as tally:
        points = scan_dataset(POINTS, run.folder / "points")
        tally.rows_in, end_of_data = points.select(pl.len(), pl.col("timestamp").max()).collect().row(0)
        tally.rows_out = detection_steps.loitering_step(run)
        if set_aside := tally.rows_in - tally.rows_out:
            tally.set_aside["quarantined or not a ship"] = set_aside
        detection_steps.reception_step(run)
        loitering = run.gathered(LOITERING)
        rests = detection_steps.rests_of(run).filter(pl.col("duration_h") >= run.params.ports.min_visit_h)
        berths = learn_berths(rests, params=run.params.berths)
        berths = berths_of_ports(berths, params=run.params.ports)
        gaps = detection_steps.gaps_step(run, end_of_data, berths)
        encounters = detection_steps.encounters_step(run, points)
        if contact_model is not None:
            encounters = encounters.with_columns(contact_model.p_contact(encounters))
        dark = detection_steps.dark_encounters_step(run, gaps, loitering, berths)
        found = {
            GAPS: gaps,
            LOITERING: loitering,
            BERTHS: berths,
            ANCHOR_READINGS: detection_steps.anchor_readings_step(run),
            ENCOUNTERS: encounters,
            DARK_ENCOUNTERS: dark,
        }
        found[SOLO_STOPS] = detection_steps.solo_stops_step(run, found)
        found[PORT_VISITS] = detection_steps.port_visits_step(run, gaps, berths)
        found[VOYAGES] = detection_steps.voyages_step(run, gaps, found[PORT_VISITS])
        found[HIDDEN_CALLS] = detection_steps.hidden_calls_step(run, gaps, berths)
        for table, frame in found.items():
            table.write_parquet(frame, run.folder / f"{table.name}.parquet")
        tally.outputs = {table.name: len(frame) for table, frame in found.items()}
    _finish_stage(run, "detect")


_SCORED = (
    ENCOUNTERS,
    DARK_ENCOUNTERS,
    SOLO_STOPS,
    GAPS,
    IDENTITY,
    SEGMENTS,
    LOITERING,
    PORT_VISITS,
    VOYAGES,
    HIDDEN_CALLS,
)
"""What the score stage reads, beside static/."""


def score_stage(run: RunState) -> None:
    """Detections, port visits and voyages -> events, evidence, where the cargo went, and the network."""
    require_current_tracks(run.folder)
    begin_stage(run.folder, run.manifest, "score")
    with run.manifest.stage("score", unit="encounters, dark encounters, solo stops and deliveries") as tally:
        tables = read_tables(run.folder, *_SCORED)
        static = STATIC.scan(run.folder / "static")
        matches = match_watchlist(tables["identity"], run.context.watchlist, params=run.params.context)
        deliveries = deliveries_of(tables, static, matches, params=run.params)
        features = features_of_candidates(
            tables["encounters"],
            dark_encounters=tables["dark_encounters"],
            solo_stops=tables["solo_stops"],
            gaps=tables["gaps"],
            identity=tables["identity"],
            segments=tables["segments"],
            loitering=tables["loitering"],
            deliveries=deliveries,
            static=static,
            context=run.context,
            params=run.params.score,
            context_params=run.params.context,
        )
        scorer = Scorer(params=run.params.score, draught_params=run.params.draught)
        scored = scorer.score_tables(features, params_digest=run.params.digest())
        network = {
            VESSELS: vessels_of_run(
                tables["segments"],
                identity=tables["identity"],
                gaps=tables["gaps"],
                events=scored.events,
                evidence=scored.evidence,
                port_visits=tables["port_visits"],
                vessel_ids=features,
            ),
            VESSEL_PAIRS: pairs_of_run(scored.events, tables["segments"], features),
        }
        cargo = trace_cargo(scored.events, features, deliveries, tables, static, matches, params=run.params)
        written = {
            EVENTS: scored.events,
            EVIDENCE: scored.evidence,
            VOYAGES: counted_events(tables["voyages"], scored.events, tables["segments"]),
            DELIVERIES: deliveries,
            CHAINS: cargo.chains,
            PLATFORMS: cargo.platforms,
            LEDGER: cargo.ledger,
            **network,
        }
        for table, frame in written.items():
            table.write_parquet(frame, run.folder / f"{table.name}.parquet")
        tally.rows_in, tally.rows_out = len(features), len(scored.events)
        if below := tally.rows_in - tally.rows_out:
            tally.set_aside["not worth showing"] = below
        tiers = Counter(scored.events["tier"].to_list())
        tally.outputs = {f"tier {tier}": n for tier, n in tiers.most_common()}
    _finish_stage(run, "score")


def report_stage(run: RunState) -> None:
    """Events -> report.html, events.gpkg, events.geojson, events.csv."""
    require_current_tracks(run.folder)
    begin_stage(run.folder, run.manifest, "report")
    with run.manifest.stage("report", unit="events") as tally:
        tables = read_report_tables(run.folder)
        write_exports(
            run.folder,
            events=tables["events"],
            points=tables["points"],
            gaps=tables["gaps"],
            segments=tables["segments"],
            dark_encounters=tables["dark_encounters"],
            **{name: tables[name] for name in CargoTables.__annotations__ if name in tables},
        )
        tally.rows_in = tally.rows_out = len(tables["events"])
        write_report(
            run.folder / "report.html",
            events=tables.pop("events"),
            context=run.context,
            run=run.manifest.to_dict(),
            **tables,  # type: ignore[arg-type]
        )
    _finish_stage(run, "report")


def _add_file(tally: Stage, report: tasks.Tally) -> None:
    """Add the tally of one input file to that of the stage."""
    tally.rows_in += report["rows_in"]
    tally.rows_out += report["rows_out"]
    for reason, n in report["set_aside"].items():
        tally.set_aside[reason] = tally.set_aside.get(reason, 0) + n


def _reject(run: RunState, tally: Stage, stage: str, rejects: list[dict[str, Any]]) -> None:
    """Enter the rejects of a stage into its tally and, in place of earlier ones of it, into REJECTS."""
    totals: Counter[str] = Counter()
    for row in rejects:
        totals[row["reason"]] += row["count"]
    tally.rejected = dict(sorted(totals.items()))
    path = run.folder / "rejects.parquet"
    rows = REJECTS.scan(path).filter(pl.col("stage") != stage).to_dicts() if path.exists() else []
    rows += [{**row, "stage": stage} for row in rejects]
    merged = pl.DataFrame(rows, schema=REJECTS.polars_schema)
    REJECTS.write_parquet(
        merged.group_by("stage", "source", "reason", maintain_order=True).agg(
            pl.col("count").sum(), pl.col("sample").first()
        ),
        path,
    )


def _finish_stage(run: RunState, name: str, max_reject_share: float = 1.0) -> None:
    """Log the tally of a stage, write the manifest, and raise if too much was rejected."""
    tally = run.manifest.stages[name]
    if not tally.closes:
        run.manifest.warn(
            f"the tally of stage '{name}' does not add up: {tally.rows_in} rows in, {tally.rows_out} out"
        )
    rejected = sum(tally.rejected.values())
    log.info(
        "%s: %d %s in, %d out, %d rejected, %.1f s",
        name,
        tally.rows_in,
        tally.unit,
        tally.rows_out,
        rejected,
        tally.seconds,
    )
    run.manifest.unfinished_stage = ""
    run.manifest.write(run.folder)
    share = rejected / tally.rows_in if tally.rows_in else 0.0
    if share > max_reject_share:
        worst = ", ".join(f"{reason} {n}" for reason, n in Counter(tally.rejected).most_common(3))
        error = TooManyRejectsError(
            f"stage '{name}' rejected {share:.1%} of {tally.rows_in} {tally.unit} ({worst}), more than "
            f"--max-reject-share {max_reject_share:g} allows{_example_of(run.folder, name, tally)}. Correct "
            "the input, or raise the limit."
        )
        error.add_note(f"See rejects.parquet in {run.folder}")
        raise error


def _example_of(folder: Path, stage: str, tally: Stage) -> str:
    """An example of what a stage rejected most."""
    worst = max(tally.rejected, key=tally.rejected.__getitem__)
    rejects = REJECTS.scan(folder / "rejects.parquet").filter(stage=stage, reason=worst)
    samples = rejects["sample"].drop_nulls()
    return f"; for example {made_visible(samples[0])!r}" if samples.len() else ""
