"""A run from dumps to report in one call, and a run folder opened for a further stage."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from stsdetect.context import Context, load_context
from stsdetect.decode import (
    FRAME,
    InputFile,
    check_named,
    find_inputs,
    input_paths,
    is_frame,
    period,
    sha256_of,
    store_frame,
    with_mapping,
)
from stsdetect.engine import Engine, LocalEngine
from stsdetect.errors import OccupiedError, StsWarning
from stsdetect.lists.watchlist import Sources, sources_of
from stsdetect.params import Params
from stsdetect.params.renamed import current_names
from stsdetect.pipeline.manifest import FILE_NAME, Manifest, versions
from stsdetect.pipeline.output_folder import OUTPUTS, UNFINISHED, WORK, locked, usable_folder
from stsdetect.pipeline.result import Result
from stsdetect.pipeline.run_folder import move_into_place, open_unfinished, take_back
from stsdetect.pipeline.run_state import RunState
from stsdetect.pipeline.stages import decode_stage, detect_stage, report_stage, score_stage, tracks_stage
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import Frame

_BYTES_PER_BUCKET = 32_000_000
_MAX_BUCKETS = 64
_N_HASHED_AT_ONCE = 4
_COMPRESSED = {".gz", ".zst", ".zip", ".bz2", ".parquet"}
_COMPRESSION_RATIO = 5


Inputs = str | Path | Sequence[str | Path]


class Selection(NamedTuple):
    """Which part of the input is used, and the user's own anchorages and watchlists."""

    aoi: str | Path | None
    start: datetime | None
    end: datetime | None
    anchorages: str | Path | None
    watchlist: Sources


class RunRequest(NamedTuple):
    """What the user asked for: input, selection, parameters, processes and the limit of rejects."""

    files: list[InputFile]
    selection: Selection
    params: Params
    workers: int
    max_reject_share: float

    @property
    def selection_as_text(self) -> dict[str, str | list[str] | None]:
        """The selection as text, as in ``run.json``; several watchlists are a list of texts."""
        chosen = self.selection._replace(watchlist=None)._asdict()
        text = {name: None if v is None else str(v) for name, v in chosen.items()}
        lists = [str(one) for one in sources_of(self.selection.watchlist)]
        return text | {"watchlist": lists if len(lists) > 1 else next(iter(lists), None)}

    @property
    def n_buckets(self) -> int:
        """Hash buckets for the vessels, by the size of the input alone: enough that one fits into memory."""
        size = sum(
            _size(f.path) * (_COMPRESSION_RATIO if f.path.suffix.lower() in _COMPRESSED else 1)
            for f in self.files
            if not f.not_ais
        )
        return int(min(_MAX_BUCKETS, 1 + size // _BYTES_PER_BUCKET))

    def fingerprint(self, digests: dict[str, str], engine: Engine) -> dict[str, Any]:
        """What must be equal to resume; `digests` are the SHA-256 of the inputs."""
        chosen = [*self.selection_as_text.values(), self.params.decode.mapping]
        named = [Path(v) for vs in chosen if vs for v in ([vs] if isinstance(vs, str) else vs)]
        return {
            "versions": versions(),
            "engine": type(engine).__name__,
            "inputs": digests,
            "number of buckets": self.n_buckets,
            "parameters": self.params.digest(),
            "selection": self.selection_as_text,
            "places or lists": {str(path): sha256_of(path) for path in named if path.is_file()},
        }


def run_pipeline(
    inputs: Inputs | Frame,
    out: str | Path,
    *,
    params: Params | None = None,
    aoi: str | Path | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    anchorages: str | Path | None = None,
    watchlist: Sources = None,
    workers: int = 1,
    engine: Engine | None = None,
    max_reject_share: float = 0.5,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Result:
    """Run every stage: from AIS dumps to scored events, tables and a report in one folder.

    Parameters
    ----------
    inputs : path, sequence of paths, or frame
        Files, folders or globs; format and compression are detected automatically. Or a pandas, GeoPandas,
        polars or Arrow table with columns as in a file.
    out : path
        Folder for the results: a new or empty one, or that of an earlier run. Nothing that no run wrote is
        touched, and while one process works in it no other may.
    params : Params, optional
        Every threshold; the defaults when absent.
    aoi : str or path, optional
        Name of a bundled area, ``west,south,east,north`` [deg] or a file with polygons; positions outside are
        set aside.
    start, end : datetime, optional
        Only reports received in [start, end) are used; both with a time zone.
    anchorages : path, optional
        The user's own anchorages (GeoJSON, GeoPackage or CSV).
    watchlist : path or sequence of paths, optional
        Lists of ships as they are published, see `stsdetect.lists.read_watchlist`, or names of bundled ones.
    workers : int
        Number of processes on this machine; does not change the result.
    engine : Engine, optional
        Runs the tasks instead of `workers` local processes, e.g. `stsdetect.engine.DaskEngine`.
    max_reject_share : float
        Stop if a larger share of the input of a stage is rejected as faulty, in [0, 1].
    resume : bool
        Resume an interrupted run into `out`, with the same versions, inputs, parameters and selection; a run
        that is finished is left as it is.
    overwrite : bool
        Replace the results of a finished run in `out`, once the new ones are complete.
    progress : Progress
        Called after each task.

    Returns
    -------
    Result
        Its ``left_out`` names the files of folders and patterns that could not be read.

    Raises
    ------
    OccupiedError
        If `out` holds files that no run wrote, or a finished run and `overwrite` is not given.
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
    selection = Selection(aoi, *period(start, end), anchorages, watchlist)
    out = usable_folder(out, overwrite=overwrite, resume=resume)
    with (
        nullcontext(engine) if engine else LocalEngine(workers=workers) as active,
        _input_files(inputs, out) as files,
        _decoded(
            RunRequest(files, selection, Params.of(params), workers, max_reject_share),
            out,
            engine=active,
            progress=progress,
            resume=resume,
            overwrite=overwrite,
        ) as run,
    ):
        if run.folder != out:
            tracks_stage(run, max_reject_share=max_reject_share)
            detect_stage(run)
            score_stage(run)
            report_stage(run)
    return Result(out, context=run.context)


def decode_into(
    inputs: Inputs,
    out: str | Path,
    *,
    params: Params | None = None,
    aoi: str | Path | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    workers: int = 1,
    max_reject_share: float = 0.5,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Manifest:
    """Run only the first stage, into a new run folder; the arguments are those of `run_pipeline`."""
    selection = Selection(aoi, *period(start, end), None, None)
    with LocalEngine(workers=workers) as engine:
        out = usable_folder(out, overwrite=overwrite, resume=False)
        request = RunRequest(_files(inputs, out), selection, Params.of(params), workers, max_reject_share)
        with _decoded(
            request, out, engine=engine, progress=progress, resume=False, overwrite=overwrite
        ) as run:
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


@contextmanager
def _input_files(inputs: Inputs | Frame, out: Path) -> Iterator[list[InputFile]]:
    """The input files; a frame is one for as long as the run takes."""
    if not is_frame(inputs):
        yield _files(inputs, out)
        return
    with tempfile.TemporaryDirectory(prefix="stsdetect-") as folder:
        path = Path(folder) / "frame.parquet"
        store_frame(inputs, path)
        yield [InputFile(path, FRAME, named=True)]


def _files(inputs: object, out: Path) -> list[InputFile]:
    """The input files, none of which may be among the results that the run replaces."""
    files = find_inputs(input_paths(inputs))
    replaced = {out.resolve() / name for names in OUTPUTS.values() for name in (*names, UNFINISHED)}
    for file in files:
        path = file.path.resolve()
        if not file.not_ais and not replaced.isdisjoint((path, *path.parents)):
            raise OccupiedError(
                f"the input {file.source} is among the results in {out}; give another folder for the results"
            )
    return files


def _size(path: Path) -> int:
    """Size of a file [bytes]; 0 where it cannot be read, which decoding reports."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _digests(files: list[InputFile], progress: Progress) -> dict[str, str]:
    """SHA-256 of the files that may be AIS, by name."""
    files = [file for file in files if not file.not_ais]
    digests: dict[str, str] = {}
    with ThreadPoolExecutor(_N_HASHED_AT_ONCE) as pool:
        for file, digest in zip(files, pool.map(sha256_of, (f.path for f in files)), strict=True):
            digests[file.source] = digest
            progress(len(digests), len(files), "inputs")
    return digests


@contextmanager
def _decoded(
    request: RunRequest, out: Path, *, engine: Engine, progress: Progress, resume: bool, overwrite: bool
) -> Iterator[RunState]:
    """A run with its input decoded, in a folder that no other process uses; at the end it is moved to `out`.

    With `resume`, a run that is finished in `out` already is given as it is.
    """
    selection, params = request.selection, request.params
    manifest = Manifest(
        selection=request.selection_as_text,
        params=asdict(params),
        params_digest=params.digest(),
        workers=request.workers,
    )
    context = _context(manifest, params)
    with_mapping(params.decode, None)
    check_named(request.files, params.decode)
    out.mkdir(parents=True, exist_ok=True)
    with locked(out):
        usable_folder(out, overwrite=overwrite, resume=resume)
        digests = _digests(request.files, progress)
        fingerprint = request.fingerprint(digests, engine)
        digest = hashlib.sha256(json.dumps(fingerprint, sort_keys=True).encode()).hexdigest()
        take_back(out)
        if resume and not (out / UNFINISHED).exists() and (out / FILE_NAME).exists():
            yield RunState(out, params, context, engine, _finished(out, digest, params), progress)
            return
        folder, began = open_unfinished(out, fingerprint, resume=resume)
        manifest.began, manifest.fingerprint = began.isoformat(timespec="milliseconds"), digest
        if params.decode.mapping:
            manifest.mapping = {
                "path": params.decode.mapping,
                "text": Path(params.decode.mapping).read_text("utf-8"),
            }
        run = RunState(folder, params, context, engine, manifest, progress)
        decode_stage(
            run,
            request.files,
            began=began,
            n_buckets=request.n_buckets,
            start=selection.start,
            end=selection.end,
            max_reject_share=request.max_reject_share,
            digests=digests,
        )
        yield run
        move_into_place(folder, out)


def _finished(out: Path, digest: str, params: Params) -> Manifest:
    """The manifest of a finished run that is to be resumed, if it is the same run."""
    manifest = Manifest.read(out)
    same = manifest.fingerprint == digest and manifest.params_digest == params.digest()
    if not same or not OUTPUTS.keys() <= manifest.stages.keys():
        raise OccupiedError(
            f"{out} holds a finished run, not an interrupted one with these inputs and parameters; "
            "--overwrite replaces its results, or give another folder"
        )
    return manifest


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
        for source in manifest.note_lists(context.lists):
            warnings.warn(
                f"the watchlist {source} is no longer the one that the run was made with", StsWarning, 2
            )
    for warning in caught:
        if issubclass(warning.category, StsWarning):
            manifest.warn(str(warning.message))
        warnings.warn(warning.message, stacklevel=3)
    return context
