"""Commands of ``stsdetect``. Heavy modules are imported inside the commands, so ``--help`` is quick."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from stsdetect.cli import study_commands as study
from stsdetect.cli.options import LogJson, Out, ParamsFile, Quiet, Workers, read_params
from stsdetect.cli.terminal import exit_code_of, reporting
from stsdetect.errors import MissingDependencyError, ParamError
from stsdetect.params import Params

if TYPE_CHECKING:
    from stsdetect.engine import Engine
    from stsdetect.pipeline.run_state import Run

app = typer.Typer(
    name="stsdetect",
    help="Find ship-to-ship transfers in AIS dumps.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Inputs = Annotated[
    list[str],
    typer.Argument(help="Files, folders or globs; .gz, .zst, .zip, .bz2 inside; formats are found out."),
]
RunFolder = Annotated[Path, typer.Argument(help="Folder made by `run` or `decode`.")]
Aoi = Annotated[
    str | None,
    typer.Option(
        help="Bundled area or a file with polygons; `list` prints the bundled ones.",
        callback=lambda value: _print_areas() if value == "list" else value,
        is_eager=True,
    ),
]
Start = Annotated[str | None, typer.Option(help="Keep what was received from this time on, ISO 8601, UTC.")]
End = Annotated[str | None, typer.Option(help="Keep what was received before this time, ISO 8601, UTC.")]
Anchorages = Annotated[
    Path | None, typer.Option(help="Your anchorages: GeoJSON, GeoPackage or CSV of points.")
]
Watchlist = Annotated[Path | None, typer.Option(help="Your ships: CSV with imo, mmsi, name.")]
EngineName = Annotated[str, typer.Option("--engine", help="local, or dask (a Dask cluster on this machine).")]
MaxRejects = Annotated[
    float, typer.Option(min=0, max=1, help="Stop with code 4 when a larger share is rejected.")
]


@app.command()
def run(
    inputs: Inputs,
    out: Out,
    aoi: Aoi = None,
    start: Start = None,
    end: End = None,
    params: ParamsFile = None,
    anchorages: Anchorages = None,
    watchlist: Watchlist = None,
    workers: Workers = 1,
    engine: EngineName = "local",
    max_reject_share: MaxRejects = 0.5,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """From dumps to tracks, events, tables and a report."""
    from stsdetect.pipeline import run_pipeline

    with reporting(quiet=quiet, log_json=log_json) as progress:
        result = run_pipeline(
            inputs,
            out,
            params=read_params(params),
            aoi=aoi,
            start=_time(start, "--start"),
            end=_time(end, "--end"),
            anchorages=anchorages,
            watchlist=watchlist,
            workers=workers,
            engine=_dask(engine, workers),
            max_reject_share=max_reject_share,
            resume=resume,
            progress=progress,
        )
    if not quiet:
        typer.echo(_summary(result.events, result.folder))


@app.command()
def decode(
    inputs: Inputs,
    out: Out,
    aoi: Aoi = None,
    start: Start = None,
    end: End = None,
    params: ParamsFile = None,
    workers: Workers = 1,
    max_reject_share: MaxRejects = 0.5,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Dumps into positions/ and static/ of a new run folder."""
    from stsdetect.pipeline.run import decode_into

    with reporting(quiet=quiet, log_json=log_json) as progress:
        decode_into(
            inputs,
            out,
            params=read_params(params),
            aoi=aoi,
            start=_time(start, "--start"),
            end=_time(end, "--end"),
            workers=workers,
            max_reject_share=max_reject_share,
            progress=progress,
        )


@app.command()
def tracks(
    folder: RunFolder,
    params: ParamsFile = None,
    workers: Workers = 1,
    max_reject_share: MaxRejects = 0.5,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Positions of a run folder into points/, segments and identity."""
    from stsdetect.pipeline.stages import tracks_stage

    _one_stage(
        lambda r: tracks_stage(r, max_reject_share=max_reject_share), folder, params, workers, quiet, log_json
    )


@app.command()
def detect(
    folder: RunFolder,
    params: ParamsFile = None,
    workers: Workers = 1,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Tracks of a run folder into gaps, loitering, encounters and dark encounters."""
    from stsdetect.pipeline.stages import detect_stage

    _one_stage(detect_stage, folder, params, workers, quiet, log_json)


@app.command()
def score(
    folder: RunFolder, params: ParamsFile = None, quiet: Quiet = False, log_json: LogJson = False
) -> None:
    """Detections of a run folder into events and evidence."""
    from stsdetect.pipeline.stages import score_stage

    _one_stage(score_stage, folder, params, 1, quiet, log_json)


@app.command()
def report(folder: RunFolder, quiet: Quiet = False, log_json: LogJson = False) -> None:
    """Events of a run folder into report.html, events.gpkg, events.geojson and events.csv."""
    from stsdetect.pipeline.stages import report_stage

    _one_stage(report_stage, folder, None, 1, quiet, log_json)


@app.command()
def doctor(path: Annotated[Path, typer.Argument(help="One dump.")], params: ParamsFile = None) -> None:
    """Say what a dump is: format, times, ships, stations, and what would be rejected and why."""
    from stsdetect.decode import diagnose

    typer.echo(str(diagnose(path, params=read_params(params).decode)))


@app.command()
def schema(
    table: Annotated[str | None, typer.Argument(help="One table; all when absent.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As a data dictionary in Markdown.")] = False,
) -> None:
    """Print the declared tables."""
    from stsdetect.schema import SCHEMAS

    if table is not None and table not in SCHEMAS:
        raise ParamError(f"there is no table '{table}'; there are {', '.join(SCHEMAS)}")
    for declared in [SCHEMAS[table]] if table else SCHEMAS.values():
        if markdown:
            typer.echo(declared.markdown())
        else:
            typer.echo(f"{declared.name}: {', '.join(c.name + ('?' if c.null else '') for c in declared)}\n")


@app.command()
def params() -> None:
    """Print every parameter with its default and its source, as TOML for --params."""
    typer.echo(Params().to_toml())


app.add_typer(study.app)


def main(arguments: list[str] | None = None) -> None:
    """Entry point: run a command and exit with its code."""
    sys.exit(exit_code_of(lambda: app(arguments)))


def _one_stage(
    stage: Callable[[Run], None], folder: Path, params: Path | None, workers: int, quiet: bool, log_json: bool
) -> None:
    from stsdetect.engine import LocalEngine
    from stsdetect.pipeline import open_run
    from stsdetect.pipeline.run_folder import WORK

    with reporting(quiet=quiet, log_json=log_json) as progress, LocalEngine(workers=workers) as engine:
        stage(
            open_run(folder, params=read_params(params) if params else None, engine=engine, progress=progress)
        )
    shutil.rmtree(folder / WORK, ignore_errors=True)


def _time(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    from datetime import UTC

    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ParamError(f"{option} {text!r} is not an ISO 8601 time such as 2019-08-14T06:00:00Z") from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _dask(name: str, workers: int) -> Engine | None:
    if name == "local":
        return None
    if name != "dask":
        raise ParamError(f"there is no engine '{name}'; there are local and dask")
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingDependencyError("--engine dask needs: pip install 'stsdetect[dask]'") from error
    from stsdetect.engine import DaskEngine

    return DaskEngine(Client(n_workers=workers, threads_per_worker=1, dashboard_address=None))  # type: ignore[no-untyped-call]


def _print_areas() -> NoReturn:
    from stsdetect.context import areas

    for name, polygon in areas().items():
        west, south, east, north = polygon.bounds
        typer.echo(f"{name:10} {south:.2f} to {north:.2f} N, {west:.2f} to {east:.2f} E")
    raise typer.Exit


def _summary(events: object, folder: Path) -> str:
    import pandas as pd

    table = pd.DataFrame(events)  # type: ignore[call-overload]
    tiers = ", ".join(f"{n} {tier}" for tier, n in table["tier"].value_counts().items()) or "none"
    return f"{len(table)} events ({tiers}); open {folder / 'report.html'}"
