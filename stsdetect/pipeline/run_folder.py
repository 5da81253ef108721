"""The run folder: what each stage leaves in it, and how a run appears in it whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from stsdetect.errors import OutputError
from stsdetect.pipeline.manifest import FILE_NAME
from stsdetect.schema import Table

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
"""What each stage leaves in the run folder; `rejects.parquet` and `run.json` belong to all."""


def open_unfinished(out: Path, fingerprint: dict[str, Any], *, resume: bool) -> Path:
    """The folder in which the run is made, new or that of the interrupted run."""
    folder = out / ".unfinished-run"
    mark = folder / "fingerprint.json"
    if resume and mark.exists():
        if json.loads(mark.read_text("utf-8")) != fingerprint:
            raise OutputError(
                f"the interrupted run in {out} was started on other inputs, parameters or selection. "
                "Give the same ones, or leave --resume out to begin anew."
            )
        (folder / FILE_NAME).unlink(missing_ok=True)
        return folder
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; give a folder for the results")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    part = folder / "fingerprint.part"
    part.write_text(json.dumps(fingerprint), "utf-8")
    part.replace(mark)
    return folder


def move_into_place(folder: Path, out: Path) -> None:
    """Replace the tables of an earlier run by those of the one just made."""
    # run.json goes first and comes last: a folder that has one is complete.
    (out / FILE_NAME).unlink(missing_ok=True)
    shutil.rmtree(folder / WORK, ignore_errors=True)
    (folder / "fingerprint.json").unlink()
    for name in [*(n for names in OUTPUTS.values() for n in names), "rejects.parquet", FILE_NAME]:
        _remove(out / name)
        if (folder / name).exists():
            (folder / name).rename(out / name)
    shutil.rmtree(folder)


def read_tables(folder: Path, *wanted: Table) -> dict[str, pd.DataFrame]:
    """Tables of a run folder by name.

    Raises
    ------
    OutputError
        When a table is not there yet.
    """
    for table in wanted:
        if not (folder / f"{table.name}.parquet").exists():
            stage = next(s for s, names in OUTPUTS.items() if f"{table.name}.parquet" in names)
            raise OutputError(
                f"{folder} has no {table.name}.parquet yet; run `stsdetect {stage} {folder}` first"
            )
    return {t.name: t.read_parquet(folder / f"{t.name}.parquet") for t in wanted}


def drop_later(folder: Path, stage: str) -> None:
    """Remove what later stages made of tables that are about to change."""
    later = list(OUTPUTS)[list(OUTPUTS).index(stage) + 1 :]
    for name in (n for s in later for n in OUTPUTS[s]):
        _remove(folder / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
