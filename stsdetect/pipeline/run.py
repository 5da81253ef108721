"""A run from dumps to report in one call, and a run folder opened for a further stage."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from stsdetect.context import Context, load_context
from stsdetect.decode import InputFile, find_inputs
from stsdetect.engine import Engine, LocalEngine
from stsdetect.errors import StsWarning
from stsdetect.params import Params
from stsdetect.params.renamed import current_names
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run_folder import WORK, move_into_place, open_unfinished
from stsdetect.pipeline.run_state import RunState
from stsdetect.pipeline.stages import decode_stage, detect_stage, report_stage, score_stage, tracks_stage
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import EVENTS, EVIDENCE
from stsdetect.score import load_model

_BYTES_PER_BUCKET = 32_000_000
_MAX_BUCKETS = 64
_COMPRESSED = {".gz", ".zst", ".zip", ".bz2", ".parquet"}
_COMPRESSION_RATIO = 5


Inputs = str | Path | Sequence[str | Path]


class Selection(NamedTuple):
    """Which part of the input is used, and the user's own anchorages and watchlist."""

    aoi: str | None
    start: datetime | None
    end: datetime | None
    anchorages: str | Path | None
    watchlist: str | Path | None


class RunRequest(NamedTuple):
    """What the user asked for: input, selection, parameters, processes and the limit of rejects."""

    files: list[InputFile]
    selection: Selection
    params: Params
    workers: int
    max_reject_share: float

    @property
    def selection_as_text(self) -> dict[str, str | None]:
        """The selection as text, as in ``run.json``."""
        return {name: None if v is None else str(v) for name, v in self.selection._asdict().items()}

    @property
    def n_buckets(self) -> int:
        """Hash buckets for the vessels: enough that one fits into memory, and one per worker at least."""
        size = sum(
            f.path.stat().st_size * (_COMPRESSION_RATIO if f.path.suffix in _COMPRESSED else 1)
            for f in self.files
        )
        return int(max(self.workers, min(_MAX_BUCKETS, 1 + size // _BYTES_PER_BUCKET)))

    def fingerprint(self) -> dict[str, Any]:
        """What must be equal to resume: files by size and time of change, parameters and selection."""
        named = [Path(v) for v in (*self.selection_as_text.values(), self.params.decode.mapping) if v]
        stats = [(f.source, f.path.stat()) for f in self.files]
        stats += [(str(p), p.stat()) for p in named if p.is_file()]
        return {
            "inputs": [[source, s.st_size, s.st_mtime_ns] for source, s in stats],
            "params": self.params.digest(),
            "selection": self.selection_as_text,
        }


class RunResult(NamedTuple):
    """The result of a run: its folder, the events with their evidence, and the manifest."""

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
    """Run every stage: from AIS dumps to scored events, tables and a report in one folder.

    Parameters
    ----------
    inputs : path or sequence of paths
        Files, folders or globs; format and compression are detected automatically.
    out : path
        Folder for the results; those of an earlier run in it are replaced once the new ones are complete.
    params : Params, optional
        Every threshold; the defaults when absent.
    aoi : str, optional
        Name of a bundled area or a file with polygons; positions outside are set aside.
    start, end : datetime, optional
        Only reports received in [start, end) are used; both with a time zone.
    anchorages, watchlist : path, optional
        The user's own anchorages (GeoJSON, GeoPackage or CSV) and list of ships (CSV).
    workers : int
        Number of processes on this machine; does not change the result.
    engine : Engine, optional
        Runs the tasks instead of `workers` local processes, e.g. `stsdetect.engine.DaskEngine`.
    max_reject_share : float
        Stop if a larger share of the input of a stage is rejected as faulty, in [0, 1].
    resume : bool
        Resume an interrupted run into `out`.
    progress : Progress
        Called after each task.

    Returns
    -------
    RunResult

    Raises
    ------
    StsError
        On unusable input, parameters, places or output folder, each with its own subclass.

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
    out = Path(out)
    request = RunRequest(
        _files(inputs),
        Selection(aoi, start, end, anchorages, watchlist),
        Params.of(params),
        workers,
        max_reject_share,
    )
    with nullcontext(engine) if engine else LocalEngine(workers=workers) as active:
        run = _decode(request, out, engine=active, progress=progress, resume=resume)
        tracks_stage(run, max_reject_share=max_reject_share)
        detect_stage(run, model=load_model())
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
    """Run only the first stage, into a new run folder; the arguments are those of `run_pipeline`."""
    request = RunRequest(
        _files(inputs),
        Selection(aoi, start, end, None, None),
        Params.of(params),
        workers,
        max_reject_share,
    )
    with LocalEngine(workers=workers) as engine:
        run = _decode(request, Path(out), engine=engine, progress=progress, resume=False)
    move_into_place(run.folder, Path(out))
    return run.manifest


def open_run(
    folder: Path, *, params: Params | None, engine: Engine, progress: Progress = no_progress
) -> RunState:
    """Open a run folder for a further stage, with the places it was made with.

    Parameters
    ----------
    folder : Path
        A run folder, of this version or of 0.1.
    params : Params, optional
        Parameters of the stage; when absent, those that the folder was made with.
    engine : Engine
    progress : Progress

    Raises
    ------
    OutputError
        If `folder` is not a run folder.
    ParamError
        If the parameters in it cannot be used.
    """
    manifest = Manifest.read(folder)
    shutil.rmtree(folder / WORK, ignore_errors=True)
    if params is None:
        params = Params.from_dict(current_names(manifest.params))
    params = Params.of(params)
    manifest.params, manifest.params_digest = asdict(params), params.digest()
    context = _context(manifest, params)
    return RunState(folder, params, context, engine, manifest, progress)


def _files(inputs: Inputs) -> list[InputFile]:
    return find_inputs([inputs] if isinstance(inputs, str | Path) else inputs)


def _decode(request: RunRequest, out: Path, *, engine: Engine, progress: Progress, resume: bool) -> RunState:
    """Open the folder in which a run is made, and decode the input into it."""
    selection, params = request.selection, request.params
    manifest = Manifest(
        selection=request.selection_as_text,
        params=asdict(params),
        params_digest=params.digest(),
        workers=request.workers,
    )
    context = _context(manifest, params)
    folder = open_unfinished(out, request.fingerprint(), resume=resume)
    run = RunState(folder, params, context, engine, manifest, progress)
    decode_stage(
        run,
        request.files,
        n_buckets=request.n_buckets,
        start=selection.start,
        end=selection.end,
        max_reject_share=request.max_reject_share,
    )
    return run


def _context(manifest: Manifest, params: Params) -> Context:
    """The places and the watchlist that were selected; what of them could not be used stays with the run."""
    chosen = manifest.selection
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        context = load_context(
            aoi=chosen.get("aoi"),
            anchorages=chosen.get("anchorages"),
            watchlist=chosen.get("watchlist"),
            params=params.context,
        )
    for warning in caught:
        if issubclass(warning.category, StsWarning):
            manifest.warn(str(warning.message))
        warnings.warn(warning.message, stacklevel=3)
    return context
