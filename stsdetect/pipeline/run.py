"""The whole path from dumps to report in one call, and a run folder opened for one more stage."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from stsdetect.context import load_context
from stsdetect.decode import InputFile, find_inputs
from stsdetect.engine import Engine, LocalEngine
from stsdetect.params import Params
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run_folder import WORK, move_into_place, open_unfinished
from stsdetect.pipeline.run_state import Run
from stsdetect.pipeline.stages import decode_stage, detect_stage, report_stage, score_stage, tracks_stage
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import EVENTS, EVIDENCE

_BYTES_PER_BUCKET = 32_000_000
_MAX_BUCKETS = 64
_COMPRESSED = {".gz", ".zst", ".zip", ".bz2", ".parquet"}


Inputs = str | Path | Sequence[str | Path]


class Selection(NamedTuple):
    """Which part of the input is used, and with which places and lists of the user."""

    aoi: str | None
    start: datetime | None
    end: datetime | None
    anchorages: str | Path | None
    watchlist: str | Path | None


class RunResult(NamedTuple):
    """What a run leaves: its folder, the events with their evidence, and the books."""

    folder: Path
    events: pd.DataFrame
    evidence: pd.DataFrame
    manifest: Manifest


def run_pipeline(
    inputs: Inputs,
    out: str | Path,
    *,
    params: Params | None = None,
    aoi: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    anchorages: str | Path | None = None,
    watchlist: str | Path | None = None,
    workers: int = 1,
    engine: Engine | None = None,
    max_reject_share: float = 0.5,
    resume: bool = False,
    progress: Progress = no_progress,
) -> RunResult:
    """From AIS dumps to scored events, tables and a report in one folder.

    Parameters
    ----------
    inputs : path or sequence of paths
        Files, folders or globs; formats and compression are found out.
    out : path
        Folder for the results; tables of an earlier run in it are replaced once the new ones are whole.
    params : Params, optional
        Every threshold; the defaults when absent.
    aoi : str, optional
        Name of a bundled area or a file with polygons; positions outside are set aside.
    start, end : datetime, optional
        Keep [start, end), both with a zone.
    anchorages, watchlist : path, optional
        The user's own anchorages and list of ships.
    workers : int
        Processes on this machine; does not change the result.
    engine : Engine, optional
        Runs the tasks instead of `workers` local processes, e.g. `stsdetect.engine.DaskEngine`.
    max_reject_share : float
        Stop when a larger share of the input is rejected as bad, in [0, 1].
    resume : bool
        Go on with a run into `out` that was interrupted.
    progress : Progress
        Told after each task.

    Returns
    -------
    RunResult

    Raises
    ------
    StsError
        On unusable input, parameters, places or output folder; its subclass tells which.

    Examples
    --------
    >>> import tempfile
    >>> from stsdetect.simulation import simulate, write_sea
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sea(simulate(), Path(folder) / "sea")
    ...     run = run_pipeline(Path(folder) / "sea" / "sea.nmea", Path(folder) / "out", aoi="hangzhou")
    ...     run.events["category"].head(1).tolist()
    ['transfer']
    """
    choice = Selection(aoi, start, end, anchorages, watchlist)
    out = Path(out)
    with nullcontext(engine) if engine else LocalEngine(workers=workers) as active:
        run = _begin(
            inputs,
            out,
            params or Params(),
            choice,
            active,
            workers,
            progress,
            max_reject_share,
            resume=resume,
        )
        tracks_stage(run, max_reject_share=max_reject_share)
        detect_stage(run)
        score_stage(run)
        report_stage(run)
    move_into_place(run.folder, out)
    events, evidence = (t.read_parquet(out / f"{t.name}.parquet") for t in (EVENTS, EVIDENCE))
    return RunResult(out, events, evidence, run.manifest)


def decode_into(
    inputs: Inputs,
    out: str | Path,
    *,
    params: Params | None = None,
    aoi: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    workers: int = 1,
    max_reject_share: float = 0.5,
    progress: Progress = no_progress,
) -> Manifest:
    """Do only the first stage of `run_pipeline`, whose arguments these are, into a new run folder."""
    choice = Selection(aoi, start, end, None, None)
    with LocalEngine(workers=workers) as engine:
        run = _begin(
            inputs, Path(out), params or Params(), choice, engine, workers, progress, max_reject_share
        )
    move_into_place(run.folder, Path(out))
    return run.manifest


def _begin(
    inputs: Inputs,
    out: Path,
    params: Params,
    choice: Selection,
    engine: Engine,
    workers: int,
    progress: Progress,
    max_reject_share: float,
    *,
    resume: bool = False,
) -> Run:
    """Open the folder in which a run is made and decode into it."""
    files = find_inputs([inputs] if isinstance(inputs, str | Path) else inputs)
    context = load_context(
        aoi=choice.aoi, anchorages=choice.anchorages, watchlist=choice.watchlist, params=params.context
    )
    selection = {name: None if v is None else str(v) for name, v in choice._asdict().items()}
    folder = open_unfinished(out, _fingerprint(files, params, selection), resume=resume)
    manifest = Manifest(
        selection=selection, params=asdict(params), params_digest=params.digest(), workers=workers
    )
    run = Run(folder, params, context, engine, manifest, progress)
    decode_stage(
        run,
        files,
        n_buckets=_n_buckets(files, workers),
        start=choice.start,
        end=choice.end,
        max_reject_share=max_reject_share,
    )
    return run


def open_run(folder: Path, *, params: Params | None, engine: Engine, progress: Progress = no_progress) -> Run:
    """A run folder to do one more stage on, with the parameters and places it was made with.

    Raises
    ------
    OutputError
        If `folder` is not a run folder.
    """
    manifest = Manifest.read(folder)
    shutil.rmtree(folder / WORK, ignore_errors=True)
    params = params or Params.from_dict(manifest.params)
    manifest.params, manifest.params_digest = asdict(params), params.digest()
    chosen = manifest.selection
    context = load_context(
        aoi=chosen.get("aoi"),
        anchorages=chosen.get("anchorages"),
        watchlist=chosen.get("watchlist"),
        params=params.context,
    )
    return Run(folder, params, context, engine, manifest, progress)


def _n_buckets(files: list[InputFile], workers: int) -> int:
    size = sum(f.path.stat().st_size * (5 if f.path.suffix in _COMPRESSED else 1) for f in files)
    return int(max(workers, min(_MAX_BUCKETS, 1 + size // _BYTES_PER_BUCKET)))


def _fingerprint(files: list[InputFile], params: Params, selection: dict[str, str | None]) -> dict[str, Any]:
    named = [Path(v) for v in (*selection.values(), params.decode.mapping) if v]
    stats = [(f.source, f.path.stat()) for f in files]
    stats += [(str(p), p.stat()) for p in named if p.is_file()]
    return {
        "inputs": [[source, s.st_size, s.st_mtime_ns] for source, s in stats],
        "params": params.digest(),
        "selection": selection,
    }
