"""Run every stage on the dump of a sea of voyages, and read what it found beside the truth."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl

from stsdetect.errors import SchemaError
from stsdetect.experiments.split_seeds import voyage_sea
from stsdetect.experiments.voyages.voyage_accuracy import (
    FOUND_TABLES,
    TRUTH_TABLES,
    VoyageEvaluation,
    VoyageSea,
    compare_voyages,
)
from stsdetect.params import Params
from stsdetect.pipeline import run_pipeline
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import SHIPS
from stsdetect.simulation import Sea, SeaParams, simulate, write_sea

_AREA = "hangzhou_yangtze"


def evaluate_voyages(
    seeds: Iterable[int],
    *,
    sea: Callable[[int], SeaParams] = voyage_sea,
    params: Params | None = None,
    workers: int = 1,
    keep: Path | None = None,
    progress: Progress = no_progress,
) -> VoyageEvaluation:
    """Simulate a sea of voyages per seed, run every stage on its dump, and compare with the truth.

    Parameters
    ----------
    seeds : iterable of int
        One sea each; see `stsdetect.experiments.split_seeds`.
    sea : callable
        Gives the parameters of a seed.
    params : Params, optional
        Parameters of the detector.
    workers : int
        Processes of each run.
    keep : Path, optional
        Folder in which each sea and run is kept, as ``SEED/sea`` and ``SEED/run``; a run that is there
        already is read instead of made again.
    progress : Progress
        Called after each sea.

    Returns
    -------
    VoyageEvaluation
    """
    seeds = list(seeds)
    results = []
    for k, seed in enumerate(seeds):
        made = simulate(seed=seed, sea=sea(seed))
        if keep is None:
            with tempfile.TemporaryDirectory(prefix="stsdetect-voyages-") as name:
                results.append(run_and_read(made, Path(name), params=params, workers=workers))
        else:
            results.append(run_and_read(made, keep / str(seed), params=params, workers=workers))
        progress(k + 1, len(seeds), "evaluate voyages")
    return compare_voyages(results)


def run_and_read(made: Sea, folder: Path, *, params: Params | None, workers: int = 1) -> VoyageSea:
    """Run every stage on a sea's dump in ``folder/run``, unless that is there, and read its tables."""
    run = folder / "run"
    if not (run / "run.json").exists():
        write_sea(made, folder / "sea")
        run_pipeline(folder / "sea" / "sea.nmea", run, params=params, workers=workers, aoi=_AREA)
    return voyage_sea_of(made, run)


def voyage_sea_of(made: Sea, run: Path) -> VoyageSea:
    """The tables of a finished run on a sea, beside the truth; a table that is not there is empty."""
    truth = {"ships": SHIPS.validate(made.ships)} | {
        f"true_{name}": pl.from_pandas(frame) for name, frame in made.voyage_truth._asdict().items()
    }
    truth = {table.name: table.validate(truth[table.name]) for table in TRUTH_TABLES}
    found = {}
    for table in FOUND_TABLES:
        path = run / f"{table.name}.parquet"
        found[table.name] = table.scan(path) if path.exists() else table.optional(None)
    if not (run / "run.json").exists():
        raise SchemaError(f"'{run}' is not a finished run; run `stsdetect run` into it first")
    return VoyageSea(made.seed, truth, found)
