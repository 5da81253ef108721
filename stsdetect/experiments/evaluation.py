"""Evaluate the whole pipeline, from a dump to scored events, on simulated seas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from stsdetect.experiments.accuracy_tables import Evaluation, compare
from stsdetect.experiments.detected_seas import find_in, score_found
from stsdetect.model import ContactModel, load_model
from stsdetect.params import Params
from stsdetect.progress import Progress, no_progress
from stsdetect.simulation import SeaParams, simulate, vary


def evaluate(
    seeds: Iterable[int],
    *,
    sea: str | SeaParams | Callable[[int], SeaParams] = "rich",
    varied: bool = False,
    families: Sequence[str] | None = None,
    model: ContactModel | None = None,
    params: Params | None = None,
    workers: int = 1,
    progress: Progress = no_progress,
) -> Evaluation:
    """Simulate a sea per seed, run every stage on its dump, and compare the events with the truth.

    Parameters
    ----------
    seeds : iterable of int
        One sea each.
    sea : str, SeaParams or callable
        Preset or parameters, or what gives a seed's parameters, such as
        `stsdetect.experiments.split_seeds.hidden_sea`.
    varied : bool
        Draw the parameters of each sea from wide ranges around `sea`, see `stsdetect.simulation.vary`.
    families : sequence of str, optional
        Families of parameters to vary; all by default.
    model : ContactModel, optional
        Model to score with; the bundled one by default.
    params : Params, optional
        Parameters of the detector.
    workers : int
        Processes of each run.
    progress : Progress
        Called after each sea.

    Returns
    -------
    Evaluation

    Raises
    ------
    ParamError
        If a preset or family is not known.
    """
    seeds, params, model = list(seeds), Params.of(params), model or load_model()
    results = []
    for k, seed in enumerate(seeds):
        base = sea(seed) if callable(sea) else sea
        made = simulate(seed=seed, sea=vary(seed, base=base, only=families) if varied else base)
        found = find_in(made, params=params, workers=workers)
        results.append(score_found(found, model=model, params=params))
        progress(k + 1, len(seeds), "evaluate")
    return compare(results)
