"""The folder of a run: where it is made, how it replaces an earlier one, and stages that work in place."""

from __future__ import annotations

import json
import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from stsdetect.errors import OccupiedError, OutputError
from stsdetect.pipeline.datasets import read_ships
from stsdetect.pipeline.manifest import FILE_NAME, Manifest
from stsdetect.pipeline.output_folder import (
    FINGERPRINT,
    MOVING,
    OUTPUTS,
    OUTPUTS_OF_0_1,
    UNFINISHED,
    read_json,
    remove_outputs,
    require_own,
    written_by_runs,
)
from stsdetect.schema import (
    ANCHOR_READINGS,
    CHAINS,
    DARK_ENCOUNTERS,
    DELIVERIES,
    ENCOUNTERS,
    EVENTS,
    EVIDENCE,
    GAPS,
    IDENTITY,
    LEDGER,
    LOITERING,
    POINTS,
    PORT_VISITS,
    SEGMENTS,
    SOLO_STOPS,
    STATIC,
    VESSEL_PAIRS,
    VESSELS,
    Table,
)
from stsdetect.stored_files import sync_files, sync_folder, write_whole

log = logging.getLogger(__name__)


class Unfinished(NamedTuple):
    """The folder in which a run is made, and when the run began."""

    folder: Path
    began: datetime


def open_unfinished(out: Path, fingerprint: dict[str, Any], *, resume: bool) -> Unfinished:
    """The folder inside `out` in which a run is made: a new one, or that of the interrupted run.

    Parameters
    ----------
    out : Path
        Folder for the results, one that `usable_folder` allows and that is locked.
    fingerprint : dict
        JSON values that must be equal to resume: versions, inputs, parameters and selection.
    resume : bool
        Continue the interrupted run, if there is one.

    Raises
    ------
    OutputError
        If the interrupted run has another fingerprint.
    """
    take_back(out)
    folder = out / UNFINISHED
    if resume and folder.exists():
        stored = read_json(folder / FINGERPRINT)
        if stored:
            _require_same(out, stored, fingerprint)
            # All stages are run again; only tasks that are done are not.
            for name in (FILE_NAME, "rejects.parquet"):
                (folder / name).unlink(missing_ok=True)
            return Unfinished(folder, datetime.fromisoformat(stored["began"]))
        log.warning("the mark of the interrupted run in %s does not read; it starts again", out)
    if folder.exists():
        _discard(folder)
    folder.mkdir()
    now = datetime.now(UTC)
    write_whole(folder / FINGERPRINT, json.dumps(fingerprint | {"began": now.isoformat()}).encode())
    return Unfinished(folder, now)


def _require_same(out: Path, stored: dict[str, Any], fingerprint: dict[str, Any]) -> None:
    """Raise if an interrupted run cannot be resumed with what the user gives now."""
    wanted = json.loads(json.dumps(fingerprint))
    if not stored.get("began") or stored.keys() - {"began"} != wanted.keys():
        raise OutputError(
            f"the interrupted run in {out} was started by an earlier version. Start again without --resume."
        )
    if other := [name for name in wanted if stored[name] != wanted[name]]:
        raise OutputError(
            f"the interrupted run in {out} was started with other {' and '.join(other)}. Give the same ones, "
            "or start again without --resume."
        )


def move_into_place(folder: Path, out: Path) -> None:
    """Replace the results of an earlier run in `out` by those of the run just finished in `folder`.

    A move that is interrupted is taken back by `take_back`.

    Raises
    ------
    OccupiedError
        If files that no run wrote have come into the way; nothing has been moved then.
    """
    wanted = [*(n for names in OUTPUTS.values() for n in names), "rejects.parquet", FILE_NAME]
    new = [name for name in wanted if (folder / name).exists()]
    old = written_by_runs(out)
    _require_free(out, set(new), old)
    require_own(out, old)
    for part in [
        p for name in OUTPUTS["decode"] + OUTPUTS["tracks"] for p in (folder / name).rglob("*.part")
    ]:
        part.unlink()
    files = [file for name in new for file in (folder / name, *(folder / name).rglob("*"))]
    sync_files(file for file in files if file.is_file())
    write_whole(folder / MOVING, json.dumps({"old": sorted(old), "new": new}).encode())
    # run.json is removed first and moved last, so a folder that has one is complete.
    if FILE_NAME in old:
        (out / FILE_NAME).unlink()
        sync_folder(out)
    remove_outputs(out, old)
    for name in new:
        if name == FILE_NAME:
            sync_folder(out)
        (folder / name).rename(out / name)
    sync_folder(out)
    _discard(folder)


def take_back(out: Path) -> None:
    """Bring an interrupted move to an end: results are all in place, or all back in the unfinished run."""
    folder = out / UNFINISHED
    moving = read_json(folder / MOVING)
    if not moving:
        (folder / MOVING).unlink(missing_ok=True)
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
        return
    new = set(moving["new"])
    if (out / FILE_NAME).exists():
        # The new run is complete, or nothing of the old one was touched yet.
        if (folder / FILE_NAME).exists():
            (folder / MOVING).unlink()
        else:
            _discard(folder)
        return
    not_moved = {name for name in new if (folder / name).exists()}
    remove_outputs(out, (set(moving["old"]) - new) | not_moved)
    for name in sorted(new - not_moved):
        if (out / name).exists():
            (out / name).rename(folder / name)
    sync_folder(folder)
    (folder / MOVING).unlink()


def _require_free(folder: Path, names: set[str], own: set[str]) -> None:
    """Raise if anything but results of a run has one of these names."""
    if foreign := sorted(name for name in names - own if (folder / name).exists()):
        raise OccupiedError(f"{folder} holds {', '.join(foreign)}, which no run wrote; move it away first")


def read_tables(folder: Path, *wanted: Table) -> dict[str, pl.DataFrame]:
    """Tables of a run folder by name.

    Raises
    ------
    OutputError
        When a table has not been written yet.
    """
    return {t.name: t.scan(require_written(folder, t)) for t in wanted}


def require_written(folder: Path, table: Table) -> Path:
    """The file of a table in a run folder, or its folder of files.

    Raises
    ------
    OutputError
        When the table has not been written yet.
    """
    for stage, names in OUTPUTS.items():
        for name in {table.name, f"{table.name}.parquet"} & {*names}:
            if not (folder / name).exists():
                raise OutputError(f"{folder} has no {name} yet; run `stsdetect {stage} {folder}` first")
            return folder / name
    return folder / f"{table.name}.parquet"


def read_report_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables that a report shows, by name; points and static reports only of the ships in the events.

    Raises
    ------
    OutputError
        When a table has not been written yet.
    """
    tables = read_tables(
        folder,
        EVENTS,
        EVIDENCE,
        ENCOUNTERS,
        DARK_ENCOUNTERS,
        GAPS,
        LOITERING,
        SOLO_STOPS,
        ANCHOR_READINGS,
        SEGMENTS,
        IDENTITY,
    )
    ships = pl.concat([tables["events"][c].rename("mmsi") for c in ("mmsi_1", "mmsi_2")])
    ships = ships.drop_nulls().unique().sort()
    tables |= _read_cargo_tables(folder)
    return tables | {t.name: read_ships(t, folder / t.name, ships) for t in (POINTS, STATIC)}


def _read_cargo_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Cargo and network, where the run folder has them; of vessels and visits what the report shows."""
    wanted = (DELIVERIES, CHAINS, LEDGER, VESSEL_PAIRS, VESSELS, PORT_VISITS)
    found = {t.name: t.scan(path) for t in wanted if (path := folder / f"{t.name}.parquet").exists()}
    if VESSELS.name in found:
        found[VESSELS.name] = found[VESSELS.name].filter(pl.col("n_events") > 0)
    if PORT_VISITS.name in found:
        none = pl.Series(dtype=pl.String)
        vessels = found[VESSELS.name]["vessel_id"] if VESSELS.name in found else none
        calls = [found[t]["visit_id"] for t in (CHAINS.name, DELIVERIES.name) if t in found]
        of_vessel = pl.col("vessel_id").is_in(vessels.implode())
        of_cargo = pl.col("visit_id").is_in(pl.concat([none, *calls]).drop_nulls().implode())
        found[PORT_VISITS.name] = found[PORT_VISITS.name].filter(of_vessel | of_cargo)
    return found


def require_current_tracks(folder: Path) -> None:
    """Raise if the tracks of a run folder were written by a version whose tables had other columns.

    Raises
    ------
    OutputError
        When columns of IDENTITY are missing, as in a run folder of version 0.1.
    """
    path = folder / f"{IDENTITY.name}.parquet"
    if not path.exists():
        return
    present = pl.read_parquet_schema(path)
    if any(not c.null and c.name not in present for c in IDENTITY):
        raise OutputError(
            f"{folder} holds tracks of an earlier version; build them again with `stsdetect tracks {folder}`"
        )


def _discard(folder: Path) -> None:
    """Remove the folder of an unfinished run; its marks go last, so it is known until then."""
    marks = (FINGERPRINT, MOVING)
    for path in folder.iterdir():
        if path.name in marks:
            continue
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for mark in marks:
        (folder / mark).unlink(missing_ok=True)
    folder.rmdir()


def begin_stage(folder: Path, manifest: Manifest, stage: str) -> None:
    """Make way for the outputs of a stage: those of an earlier run of it and of all later stages are removed.

    In an unfinished run they are kept, since its tasks are not repeated.

    Raises
    ------
    OutputError
        If an earlier stage was interrupted in this folder.
    OccupiedError
        If a file that no run wrote, or a link, is in the way.
    """
    if (folder / FINGERPRINT).exists():
        return
    stages = list(OUTPUTS)
    if manifest.unfinished_stage and stages.index(manifest.unfinished_stage) < stages.index(stage):
        raise OutputError(
            f"`stsdetect {manifest.unfinished_stage} {folder}` was interrupted; run it again first"
        )
    later = stages[stages.index(stage) :]
    names = {n for s in later for n in (*OUTPUTS[s], *OUTPUTS_OF_0_1.get(s, ()))}
    require_own(folder, names)
    _require_free(folder, names, written_by_runs(folder))
    manifest.unfinished_stage = stage
    for name in later:
        manifest.stages.pop(name, None)
    manifest.write(folder)
    remove_outputs(folder, names)
