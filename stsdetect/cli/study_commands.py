"""Commands to simulate seas, measure the detector on them, train the contact model and record verdicts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stsdetect.cli.options import Out, ParamsFile, Quiet, Workers, read_params
from stsdetect.cli.terminal import reporting
from stsdetect.errors import ModelError, ParamError
from stsdetect.foreign_text import made_visible

if TYPE_CHECKING:
    import polars as pl

app = typer.Typer()

Labels = Annotated[
    Path | None, typer.Option(help="CSV of verdicts, as `stsdetect label` writes it; needs --run.")
]
DarkCandidates = Annotated[
    Path | None, typer.Option(help="Parquet with dark candidates of other seas, for the dark part.")
]
LabelledRun = Annotated[Path | None, typer.Option("--run", help="Run folder whose events were labelled.")]


@app.command()
def simulate(
    out: Out,
    seed: Annotated[int, typer.Option(min=0, help="Random seed; the same seed gives the same sea.")] = 0,
    sea: Annotated[
        str, typer.Option(help="Preset, or a TOML file such as the sea.toml written with each sea.")
    ] = "demo",
) -> None:
    """Simulate a sea with known transfers and look-alikes.

    Writes the dump as NMEA and CSV, together with the truth.
    """
    from stsdetect import simulation

    made = simulation.simulate(seed=seed, sea=sea)
    simulation.write_sea(made, out)
    typer.echo(f"wrote {len(made.positions)} positions and {len(made.truth)} true events to {out}")


@app.command()
def evaluate(
    seeds: Annotated[int, typer.Option(min=1, help="Number of simulated seas.")] = 10,
    first_seed: Annotated[int, typer.Option(min=0, help="Seed of the first sea.")] = 0,
    sea: Annotated[str, typer.Option(help="Preset of the simulated seas.")] = "rich",
    varied: Annotated[
        bool, typer.Option("--varied", help="Vary the physics of the simulation from sea to sea.")
    ] = False,
    left_out: Annotated[
        bool,
        typer.Option(
            "--left-out",
            help="As --varied, with a model per holdout: one family not varied in its training seas.",
        ),
    ] = False,
    family: Annotated[
        list[str] | None,
        typer.Option(help="Family to hold out, with --left-out; may be repeated; all families by default."),
    ] = None,
    train_seas: Annotated[
        int,
        typer.Option(min=2, help="Seas to train each such model on; the bundled model was trained on 28."),
    ] = 12,
    model: Annotated[
        Path | None,
        typer.Option(help="Folder of a model made by `stsdetect train`; the bundled model by default."),
    ] = None,
    labels: Labels = None,
    run: LabelledRun = None,
    out: Annotated[Path | None, typer.Option(help="Also write the tables to this Markdown file.")] = None,
    params: ParamsFile = None,
    workers: Workers = 1,
    quiet: Quiet = False,
) -> None:
    """Measure recall, precision and calibration.

    On simulated seas, whose truth is known, or on your own verdicts.
    """
    with reporting(quiet=quiet, log_json=False) as progress:
        if labels is not None:
            text = _by_verdict(labels, run)
        else:
            options = {"sea": sea, "params": read_params(params), "workers": workers, "progress": progress}
            which = range(first_seed, first_seed + seeds)
            text = (
                _left_out(which, family, train_seas, options)
                if left_out
                else _by_truth(which, varied, model, options)
            )
    if out is not None:
        out.write_text(text, "utf-8")
    if not quiet:
        typer.echo(text)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder to write card.json and weights.json to.")],
    labels: Labels = None,
    run: LabelledRun = None,
    dark_candidates: DarkCandidates = None,
    params: ParamsFile = None,
    quiet: Quiet = False,
) -> None:
    """Train the contact model.

    On simulated seas and, if given, on your verdicts and on dark candidates of other seas.
    """
    from stsdetect.experiments.training import train as fit

    with reporting(quiet=quiet, log_json=False) as progress:
        others = _read_candidates(dark_candidates)
        model = fit(
            labelled=_labelled(labels, run),
            dark_candidates=others,
            params=read_params(params),
            progress=progress,
        )
        model.save(out)
    typer.echo(f"wrote model {model.model_id} to {out}")


@app.command()
def label(
    run: Annotated[Path, typer.Argument(help="Run folder with the event.")],
    event_id: Annotated[str, typer.Argument(help="Id of the event, as on its card and in events.csv.")],
    verdict: Annotated[str, typer.Argument(help="`confirmed`, `refused` or `unsure`.")],
    to: Annotated[Path, typer.Option(help="CSV file to append the verdict to.")] = Path("labels.csv"),
    note: Annotated[str, typer.Option(help="Reason for the verdict.")] = "",
) -> None:
    """Record an analyst's verdict on an event."""
    from stsdetect.pipeline.run_folder import read_tables
    from stsdetect.schema import EVENTS
    from stsdetect.score import write_label

    events = read_tables(run, EVENTS)["events"]
    write_label(to, event_id, verdict, note=note, at=datetime.now(UTC), events=events)  # type: ignore[arg-type]
    typer.echo(made_visible(f"recorded {event_id} as {verdict} in {to}"))


def _by_truth(seeds: range, varied: bool, model: Path | None, options: dict[str, Any]) -> str:
    from stsdetect.experiments import evaluate as measure
    from stsdetect.model.contact_model import DEFAULT_MODEL, load_model

    fitted = load_model(model or DEFAULT_MODEL)
    return measure(seeds, varied=varied, model=fitted, **options).to_markdown()


def _left_out(seeds: range, families: list[str] | None, train_seas: int, options: dict[str, Any]) -> str:
    from stsdetect.experiments.accuracy_tables import markdown
    from stsdetect.experiments.holdout import evaluate_holdouts
    from stsdetect.experiments.training import TRAIN_SEEDS

    found = evaluate_holdouts(seeds, families=families, train_seeds=TRAIN_SEEDS[:train_seas], **options)
    return markdown(found) + "\n"


def _by_verdict(labels: Path, run: Path | None) -> str:
    from stsdetect.experiments.accuracy_tables import markdown
    from stsdetect.pipeline.run_folder import read_tables
    from stsdetect.schema import EVENTS
    from stsdetect.score.labels import read_labels, verdict_figures

    events = read_tables(_run_of(run), EVENTS)["events"]
    return markdown(verdict_figures(read_labels(labels), events)) + "\n"


def _run_of(run: Path | None) -> Path:
    if run is None:
        raise ParamError("--labels needs --run, the run folder whose events were labelled")
    return run


def _labelled(labels: Path | None, run: Path | None) -> pl.DataFrame | None:
    if labels is None:
        return None
    from stsdetect.pipeline.run_folder import read_tables
    from stsdetect.schema import ENCOUNTERS, EVENTS
    from stsdetect.score.labels import labelled_encounters, read_labels

    tables = read_tables(_run_of(run), EVENTS, ENCOUNTERS)
    return labelled_encounters(read_labels(labels), tables["events"], tables["encounters"])


def _read_candidates(path: Path | None) -> pl.DataFrame | None:
    if path is None:
        return None
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ModelError(f"'{path}' cannot be read as Parquet: {error}") from error
