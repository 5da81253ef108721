"""The run folder: which files each stage writes, and how a finished run replaces an earlier one."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from stsdetect.errors import OutputError
from stsdetect.foreign_text import made_visible
from stsdetect.pipeline.manifest import FILE_NAME
from stsdetect.schema import IDENTITY, Table

WORK = ".stsdetect-work"
"""Folder inside the run folder for files that only matter until a stage is done."""

OUTPUTS: dict[str, tuple[str, ...]] = {
    "decode": ("positions", "static"),
    "tracks": ("points", "segments.parquet", "identity.parquet"),
    "detect": (
        "gaps.parquet",
        "loitering.parquet",
        "encounters.parquet",
        "dark_encounters.parquet",
        "solo_stops.parquet",
    ),
    "score": ("events.parquet", "evidence.parquet"),
    "report": ("report.html", "events.gpkg", "events.geojson", "events.csv"),
}
"""What each stage writes into the run folder; `rejects.parquet` and `run.json` are written by every stage."""

_OUTPUTS_OF_0_1 = {"detect": ("lone_stops.parquet",)}
"""Files of version 0.1 that have another name now; removed with the outputs of their stage."""


class Unfinished(NamedTuple):
    """The folder in which a run is made, and when the run began."""

    folder: Path
    began: datetime


def open_unfinished(out: Path, fingerprint: dict[str, Any], *, resume: bool) -> Unfinished:
    """The folder inside `out` in which a run is made: a new one, or that of the interrupted run.

    Parameters
    ----------
    out : Path
        Folder for the results.
    fingerprint : dict
        JSON values that identify inputs, parameters and selection.
    resume : bool
        Go on in the folder of the interrupted run, if there is one.

    Raises
    ------
    OutputError
        If `out` is a file or its name is not UTF-8, or the interrupted run has another fingerprint.
    """
    if not _is_utf8(out):
        raise OutputError(
            f"tables cannot be written to {made_visible(str(out))}: the name is not UTF-8. Give another "
            "folder for the results."
        )
    folder = out / ".unfinished-run"
    mark = folder / "fingerprint.json"
    if resume and mark.exists():
        marked = json.loads(mark.read_text("utf-8"))
        began = marked.pop("began", "")
        if marked != fingerprint or not began:
            raise OutputError(
                f"the interrupted run in {out} was started on other inputs, parameters or selection, or by "
                "an earlier version. Give the same ones, or start again without --resume."
            )
        (folder / FILE_NAME).unlink(missing_ok=True)
        return Unfinished(folder, datetime.fromisoformat(began))
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; give a folder for the results")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    now = datetime.now(UTC)
    part = folder / "fingerprint.part"
    part.write_text(json.dumps(fingerprint | {"began": now.isoformat()}), "utf-8")
    part.replace(mark)
    return Unfinished(folder, now)


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def move_into_place(folder: Path, out: Path) -> None:
    """Replace the files of an earlier run in `out` with those of the run just finished in `folder`."""
    # run.json is removed first and moved last, so a folder that has one is complete.
    (out / FILE_NAME).unlink(missing_ok=True)
    shutil.rmtree(folder / WORK, ignore_errors=True)
    (folder / "fingerprint.json").unlink()
    for stage in OUTPUTS:
        _remove_outputs(out, stage)
    for name in [*(n for names in OUTPUTS.values() for n in names), "rejects.parquet", FILE_NAME]:
        _remove(out / name)
        if (folder / name).exists():
            (folder / name).rename(out / name)
    shutil.rmtree(folder)


def read_tables(folder: Path, *wanted: Table) -> dict[str, pl.DataFrame]:
    """Tables of a run folder by name.

    Raises
    ------
    OutputError
        When a table has not been written yet.
    """
    for table in wanted:
        if not (folder / f"{table.name}.parquet").exists():
            stage = next(s for s, names in OUTPUTS.items() if f"{table.name}.parquet" in names)
            raise OutputError(
                f"{folder} has no {table.name}.parquet yet; run `stsdetect {stage} {folder}` first"
            )
    return {t.name: t.scan(folder / f"{t.name}.parquet") for t in wanted}


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


def drop_later(folder: Path, stage: str) -> None:
    """Remove the outputs of all stages after `stage`, whose own tables are about to change."""
    later = list(OUTPUTS)[list(OUTPUTS).index(stage) + 1 :]
    for name in later:
        _remove_outputs(folder, name)


def _remove_outputs(folder: Path, stage: str) -> None:
    for name in (*OUTPUTS[stage], *_OUTPUTS_OF_0_1.get(stage, ())):
        _remove(folder / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
