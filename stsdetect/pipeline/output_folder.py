"""Whose a folder is: what a run may write into, replace and remove, and one run at a time.

Nothing but the files that a run wrote is ever removed. They are known by the ``run.json`` of their folder
and by their names; all else is the user's, and a run that would touch it ends before it has begun.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from stsdetect.decode import is_run_mark
from stsdetect.errors import OccupiedError, OutputError
from stsdetect.foreign_text import made_visible
from stsdetect.pipeline.manifest import FILE_NAME

UNFINISHED = ".unfinished-run"
"""Folder inside the output folder in which a run is made."""
WORK = ".stsdetect-work"
"""Folder inside the run folder for files that only matter until a stage is done."""
FINGERPRINT, MOVING = "fingerprint.json", "moving.json"
"""In the folder of an unfinished run: what must be equal to resume it, and what was being put in place."""

OUTPUTS: dict[str, tuple[str, ...]] = {
    "decode": ("positions", "static"),
    "tracks": ("points", "segments.parquet", "identity.parquet"),
    "detect": (
        "gaps.parquet",
        "loitering.parquet",
        "berths.parquet",
        "anchor_readings.parquet",
        "encounters.parquet",
        "dark_encounters.parquet",
        "solo_stops.parquet",
        "port_visits.parquet",
        "voyages.parquet",
        "hidden_calls.parquet",
    ),
    "score": (
        "events.parquet",
        "evidence.parquet",
        "deliveries.parquet",
        "chains.parquet",
        "platforms.parquet",
        "ledger.parquet",
        "vessels.parquet",
        "vessel_pairs.parquet",
    ),
    "report": ("report.html", "events.gpkg", "events.geojson", "events.csv", "ledger.csv", "vessels.csv"),
}
"""What each stage writes into the run folder; `rejects.parquet` and `run.json` are written by every stage."""
OUTPUTS_OF_0_1 = {"detect": ("lone_stops.parquet",)}
"""Files of version 0.1 that have another name now; removed with the outputs of their stage."""

_LOCK = ".stsdetect-lock"
_BY_EVERY_STAGE = ("rejects.parquet", FILE_NAME)
_ALL = {n for names in (*OUTPUTS.values(), *OUTPUTS_OF_0_1.values(), _BY_EVERY_STAGE) for n in names}
# What systems put into folders by themselves.
_OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini", "lost+found"}
_TABLE_FILE = re.compile(r"(?:.*\.)?bucket-\d+\.parquet(?:\.part)?")
_DAY_FOLDER = re.compile(r"date=\d{4}-\d{2}-\d{2}")
_N_SHOWN = 3


def usable_folder(out: str | Path, *, overwrite: bool, resume: bool) -> Path:
    """The folder for the results of a run, if one may be made in it; nothing is changed.

    It is new or empty, or a run folder: with an interrupted run, or with a finished one to be replaced.

    Parameters
    ----------
    out : str or Path
        As the user gave it; links to folders are followed.
    overwrite : bool
        The results of a finished run may be replaced.
    resume : bool
        An interrupted run is to be continued, so it need not be allowed again to replace a finished one.

    Raises
    ------
    OccupiedError
        If it is not a folder, holds files that no run wrote, or a finished run that may not be replaced.
    OutputError
        If its name is not UTF-8.

    Examples
    --------
    >>> usable_folder("", overwrite=False, resume=False)
    Traceback (most recent call last):
        ...
    stsdetect.errors.OccupiedError: no folder for the results was given; name a new or an empty one
    """
    if not str(out).strip():
        raise OccupiedError("no folder for the results was given; name a new or an empty one")
    out = Path(out)
    _require_folder(out)
    if not out.exists():
        return out
    names = {path.name for path in out.iterdir()}
    unfinished = out / UNFINISHED
    if UNFINISHED in names and not _is_unfinished_run(unfinished):
        raise _occupied(out, [f"{UNFINISHED}, which no run made"])
    if FILE_NAME in names and not is_run_mark(out / FILE_NAME):
        raise OccupiedError(
            f"{out / FILE_NAME} is not that of a run, or does not read; move it away, or give another folder "
            "for the results"
        )
    written = written_by_runs(out)
    if FILE_NAME in names and not overwrite and not resume:
        raise OccupiedError(
            f"{out} holds a finished run; --overwrite replaces its results, or give another folder"
        )
    if FILE_NAME in names or (unfinished / FINGERPRINT).exists() or (unfinished / MOVING).exists():
        names &= _ALL
    if foreign := sorted(names - written - {UNFINISHED, _LOCK} - _OF_THE_SYSTEM):
        raise _occupied(out, foreign)
    require_own(out, written)
    return out


def written_by_runs(out: Path) -> set[str]:
    """Names of results that runs wrote into a folder, by its ``run.json`` or by what was being moved."""
    moving = read_json(out / UNFINISHED / MOVING)
    names = {*moving.get("old", ()), *moving.get("new", ())}
    if is_run_mark(out / FILE_NAME):
        mark = read_json(out / FILE_NAME)
        # A stage that was interrupted may not have removed all outputs of later ones.
        for stage in OUTPUTS if mark.get("unfinished_stage") else mark["stages"]:
            names |= {*OUTPUTS.get(stage, ()), *OUTPUTS_OF_0_1.get(stage, ())}
        names |= {*_BY_EVERY_STAGE}
    return {name for name in names & _ALL if (out / name).is_symlink() or (out / name).exists()}


def require_own(out: Path, names: Iterable[str]) -> None:
    """Raise unless results of these names hold only what a run wrote, and no links.

    Raises
    ------
    OccupiedError
    """
    foreign = [found for name in sorted(names) for found in _foreign(out / name)]
    if foreign:
        raise _occupied(out, foreign)


def remove_outputs(out: Path, names: Iterable[str]) -> None:
    """Remove results of a run, and nothing that a run did not write.

    Raises
    ------
    OccupiedError
        As `require_own`, before anything is removed.
    """
    names = sorted(names)
    require_own(out, names)
    for name in names:
        path = out / name
        if not path.is_dir():
            path.unlink(missing_ok=True)
            continue
        for inner in sorted(path.rglob("*"), reverse=True):
            inner.rmdir() if inner.is_dir() else inner.unlink()
        path.rmdir()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from working in a folder; the lock of a process that died is free.

    Raises
    ------
    OutputError
        If another process works in it.
    """
    path = folder / _LOCK
    lock = FileLock(path)
    busy = OutputError(
        f"another stsdetect works in {folder}; wait until it has ended, or give another folder"
    )
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise busy from None
    try:
        # The process that held the lock before may have removed its file in the same moment.
        if not path.exists():
            raise busy
        yield
    finally:
        with suppress(OSError):  # Windows does not remove a file that is open
            path.unlink(missing_ok=True)
        lock.release()


def read_json(path: Path) -> dict[str, Any]:
    """A small file of a run; empty if it is missing or does not read, as after a power failure."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _require_folder(out: Path) -> None:
    if not _is_utf8(out):
        raise OutputError(
            f"tables cannot be written to {made_visible(str(out))}: the name is not UTF-8. Give another "
            "folder for the results."
        )
    for path in (out, *out.parents):
        if path.is_symlink() and not path.exists():
            raise OccupiedError(f"{path} is a link to nothing; give a folder for the results")
        if path.exists():
            if not path.is_dir():
                raise OccupiedError(f"{path} is a file; give a folder for the results")
            return


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_unfinished_run(folder: Path) -> bool:
    """Whether a folder is one in which a run was made; the mark is the first thing in it and the last."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = {path.name.removesuffix(".part") for path in folder.iterdir()}
    return FINGERPRINT in names or MOVING in names or not names - _OF_THE_SYSTEM


def _foreign(path: Path) -> Iterator[str]:
    """What of a result no run wrote: links, files beside those of a table, a folder in place of a file."""
    if path.is_symlink():
        yield f"{path.name}, which is a link"
    elif not path.is_dir():
        if path.exists() and "." not in path.name:
            yield f"{path.name}, which is a file"
    elif "." in path.name:
        yield f"{path.name}, which is a folder"
    else:
        for inner in sorted(path.rglob("*")):
            shown = f"{path.name}/{inner.relative_to(path).as_posix()}"
            if inner.is_symlink():
                yield f"{shown}, which is a link"
            elif inner.name in _OF_THE_SYSTEM and inner.is_file():
                continue
            elif not (_DAY_FOLDER if inner.is_dir() else _TABLE_FILE).fullmatch(inner.name):
                yield shown


def _occupied(out: Path, foreign: list[str]) -> OccupiedError:
    more = f" and {len(foreign) - _N_SHOWN} more" if len(foreign) > _N_SHOWN else ""
    return OccupiedError(
        f"{out} holds files that no run wrote ({', '.join(foreign[:_N_SHOWN])}{more}); give a new or an "
        "empty folder for the results, or move them away"
    )
