"""Commands that run the pipeline or a stage of it, and that describe a dump, a table or the parameters.

Heavy modules are imported inside the commands, so that ``--help`` is quick.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from stsdetect.cli import study_commands as study
from stsdetect.cli.options import LogJson, MappingFile, ParamsFile, Quiet, Workers, read_params
from stsdetect.cli.terminal import EXIT_ERROR, EXIT_LEFT_OUT, exit_code_of, reporting
from stsdetect.errors import MissingDependencyError, ParamError
from stsdetect.foreign_text import made_visible
from stsdetect.params import Params

if TYPE_CHECKING:
    from stsdetect.engine import Engine
    from stsdetect.pipeline import Result
    from stsdetect.pipeline.run_state import RunState

app = typer.Typer(
    name="stsdetect",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="AIS dumps: files, folders or globs. Format and compression are detected automatically. A file "
        "found in a folder or by a glob that cannot be read is left out, with exit code 5."
    ),
]
RunFolder = Annotated[Path, typer.Argument(help="Run folder made by `run` or `decode`.")]
Aoi = Annotated[
    str | None,
    typer.Option(
        help="Area of interest: a bundled area, west,south,east,north in degrees, or a file with polygons; "
        "`list` prints the bundled areas.",
        callback=lambda value: _print_areas() if value == "list" else value,
        is_eager=True,
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        help="Use only what was received at or after this time (ISO 8601, UTC unless it has an offset)."
    ),
]
End = Annotated[str | None, typer.Option(help="Use only what was received before this time.")]
Anchorages = Annotated[
    Path | None, typer.Option(help="Your own anchorages: GeoJSON or GeoPackage, or CSV of points.")
]
Watchlist = Annotated[
    list[Path] | None,
    typer.Option(
        help="Ships of interest: a list as OFAC, the UN, EU, UK or OpenSanctions publish it (XML or CSV), a "
        "CSV with columns imo, mmsi, name, or the name of a bundled list. May be given several times."
    ),
]
EngineName = Annotated[
    str, typer.Option("--engine", help="`local` processes, or `dask` for a Dask cluster on this machine.")
]
ResultFolder = Annotated[
    str,
    typer.Option(
        help="Folder for the results: a new or an empty one. Nothing that no run wrote is touched.",
        metavar="DIRECTORY",
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace the results of a finished run in the folder.")
]
MaxRejects = Annotated[
    float,
    typer.Option(min=0, max=1, help="Stop with exit code 4 if a stage rejects a larger share of its input."),
]


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            callback=lambda on: _print_version() if on else None,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Find possible ship-to-ship transfers in AIS dumps."""


@app.command()
def run(
    inputs: Inputs,
    out: ResultFolder,
    aoi: Aoi = None,
    start: Start = None,
    end: End = None,
    params: ParamsFile = None,
    mapping: MappingFile = None,
    anchorages: Anchorages = None,
    watchlist: Watchlist = None,
    workers: Workers = 1,
    engine: EngineName = "local",
    max_reject_share: MaxRejects = 0.5,
    resume: Annotated[bool, typer.Option("--resume", help="Resume an interrupted run.")] = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Run every stage, from AIS dumps to events and a report."""
    from stsdetect.pipeline import run_pipeline

    with reporting(quiet=quiet, log_json=log_json) as progress:
        result = run_pipeline(
            inputs,
            out,
            params=read_params(params, mapping),
            aoi=aoi,
            start=_time(start, "--start"),
            end=_time(end, "--end"),
            anchorages=anchorages,
            watchlist=watchlist,
            workers=workers,
            engine=_engine(engine, workers),
            max_reject_share=max_reject_share,
            resume=resume,
            overwrite=overwrite,
            progress=progress,
        )
    if not quiet:
        typer.echo(_summary(result, Path(out)))
    _exit_if_left_out(result.left_out)


@app.command()
def decode(
    inputs: Inputs,
    out: ResultFolder,
    aoi: Aoi = None,
    start: Start = None,
    end: End = None,
    params: ParamsFile = None,
    mapping: MappingFile = None,
    workers: Workers = 1,
    max_reject_share: MaxRejects = 0.5,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Decode AIS dumps into a new run folder."""
    from stsdetect.pipeline.run import decode_into

    with reporting(quiet=quiet, log_json=log_json) as progress:
        manifest = decode_into(
            inputs,
            out,
            params=read_params(params, mapping),
            aoi=aoi,
            start=_time(start, "--start"),
            end=_time(end, "--end"),
            workers=workers,
            max_reject_share=max_reject_share,
            overwrite=overwrite,
            progress=progress,
        )
    _exit_if_left_out(manifest.reasons_left_out)


@app.command()
def tracks(
    folder: RunFolder,
    params: ParamsFile = None,
    workers: Workers = 1,
    max_reject_share: MaxRejects = 0.5,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Build tracks from the positions of a run folder."""
    from stsdetect.pipeline.stages import tracks_stage

    with _opened(folder, params, workers=workers, quiet=quiet, log_json=log_json) as opened:
        tracks_stage(opened, max_reject_share=max_reject_share)


@app.command()
def detect(
    folder: RunFolder,
    params: ParamsFile = None,
    workers: Workers = 1,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Detect gaps, stops and encounters in the tracks of a run folder."""
    from stsdetect.pipeline.stages import detect_stage

    with _opened(folder, params, workers=workers, quiet=quiet, log_json=log_json) as opened:
        detect_stage(opened)


@app.command()
def score(
    folder: RunFolder, params: ParamsFile = None, quiet: Quiet = False, log_json: LogJson = False
) -> None:
    """Score the detections of a run folder, with evidence for each."""
    from stsdetect.pipeline.stages import score_stage

    with _opened(folder, params, workers=1, quiet=quiet, log_json=log_json) as opened:
        score_stage(opened)


@app.command()
def report(folder: RunFolder, quiet: Quiet = False, log_json: LogJson = False) -> None:
    """Write the report and the exported events of a run folder."""
    from stsdetect.pipeline.stages import report_stage

    with _opened(folder, None, workers=1, quiet=quiet, log_json=log_json) as opened:
        report_stage(opened)


@app.command()
def doctor(inputs: Inputs, params: ParamsFile = None, mapping: MappingFile = None) -> None:
    """Describe dumps: their format, times, ships, stations and rejects; and lists for --watchlist."""
    from stsdetect.decode import diagnose, find_inputs
    from stsdetect.lists.watchlist import list_lines

    decode_params = read_params(params, mapping).decode
    n_read = n_refused = 0
    for k, file in enumerate(find_inputs(inputs)):
        if k:
            typer.echo()
        found = None if file.not_ais else diagnose(file.path, params=decode_params)
        if (found is None or found.not_ais) and (lines := list_lines(file.path)):
            for line in lines:
                typer.echo(made_visible(line))
            n_read += 1
            continue
        if found is None or (found.not_ais and not file.named):
            reason = file.not_ais if found is None else found.refused.splitlines()[0]
            typer.echo(made_visible(f"{file.source}: not AIS ({reason})"))
            continue
        found.report.source = file.source
        for line in found.lines():
            typer.echo(made_visible(line))
        n_read += not found.refused
        n_refused += bool(found.refused)
    if n_refused or not n_read:
        raise typer.Exit(EXIT_LEFT_OUT if n_read else EXIT_ERROR)


@app.command()
def schema(
    table: Annotated[str | None, typer.Argument(help="Name of a table; all tables by default.")] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a data dictionary in Markdown.")
    ] = False,
) -> None:
    """Print the columns of the tables; ? marks those that may be null."""
    from stsdetect.schema import SCHEMAS

    if table is not None and table not in SCHEMAS:
        raise ParamError(f"there is no table '{table}'; the tables are {', '.join(SCHEMAS)}")
    for declared in [SCHEMAS[table]] if table else SCHEMAS.values():
        if markdown:
            typer.echo(declared.markdown())
        else:
            typer.echo(f"{declared.name}: {', '.join(c.name + ('?' if c.null else '') for c in declared)}\n")


@app.command()
def params(
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Change a parameter, such as gaps.min_gap_h=3; may be repeated.",
            metavar="TABLE.KEY=VALUE",
        ),
    ] = None,
) -> None:
    """Print all parameters as TOML for --params, with their sources."""
    typer.echo(Params.from_toml("\n".join(changes or [])).to_toml())


app.add_typer(study.app)


def main(arguments: list[str] | None = None) -> None:
    """Entry point: run a command and exit with its code."""
    sys.exit(exit_code_of(lambda: app(arguments)))


@contextmanager
def _opened(
    folder: Path, params: Path | None, *, workers: int, quiet: bool, log_json: bool
) -> Iterator[RunState]:
    """Open a run folder for one stage, and remove its working files afterwards."""
    from stsdetect.engine import LocalEngine
    from stsdetect.pipeline import open_run
    from stsdetect.pipeline.manifest import Manifest
    from stsdetect.pipeline.output_folder import WORK, locked

    Manifest.read(folder)
    with (
        reporting(quiet=quiet, log_json=log_json) as progress,
        LocalEngine(workers=workers) as engine,
        locked(folder),
    ):
        yield open_run(
            folder, params=read_params(params) if params else None, engine=engine, progress=progress
        )
        shutil.rmtree(folder / WORK, ignore_errors=True)


def _time(text: str | None, option: str) -> datetime | None:
    """A time given on the command line; without an offset it is UTC."""
    if text is None:
        return None
    from datetime import UTC

    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ParamError(f"{option} {text!r} is not an ISO 8601 time such as 2019-08-14T06:00:00Z") from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _engine(name: str, workers: int) -> Engine | None:
    """The engine of that name; None for local processes, which `run_pipeline` starts itself."""
    if name == "local":
        return None
    if name != "dask":
        raise ParamError(f"there is no engine '{name}'; the engines are local and dask")
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingDependencyError("--engine dask needs an extra: pip install 'stsdetect[dask]'") from error
    from stsdetect.engine import DaskEngine

    return DaskEngine(Client(n_workers=workers, threads_per_worker=1, dashboard_address=None))  # type: ignore[no-untyped-call]


def _print_version() -> NoReturn:
    from stsdetect import __version__

    typer.echo(f"stsdetect {__version__}")
    raise typer.Exit


def _print_areas() -> NoReturn:
    from stsdetect.context import areas

    for name, polygon in areas().items():
        west, south, east, north = polygon.bounds
        typer.echo(f"{name:10} {south:.2f} to {north:.2f} N, {west:.2f} to {east:.2f} E")
    raise typer.Exit


def _exit_if_left_out(left_out: dict[str, str]) -> None:
    """Exit with the code for inputs that were left out; their names are in the log by now."""
    if left_out:
        raise typer.Exit(EXIT_LEFT_OUT)


def _summary(result: Result, folder: Path) -> str:
    """What was found, and where the cargo went, each in a sentence, and what to open."""
    from stsdetect.report.page.run_summary import found_sentence

    lines = [found_sentence(result.events, result.identity), result.cargo_sentence]
    return "\n".join(line for line in (*lines, f"Open {folder / 'report.html'}") if line)
