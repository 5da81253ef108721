"""How good the events are: simulated seas with known truth, matched, counted and written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stsdetect.experiments.accuracy_tables import Evaluation, compare
from stsdetect.experiments.detected_seas import Found, SeaResult, find_in, score_found
from stsdetect.experiments.truth_matching import match_events
from stsdetect.params import Params
from stsdetect.progress import Progress, no_progress
from stsdetect.score import ContactModel, load_model
from stsdetect.simulation import SeaParams, simulate, vary

__all__ = [
    "Evaluation",
    "Found",
    "SeaResult",
    "compare",
    "evaluate",
    "find_in",
    "match_events",
    "score_found",
]


def evaluate(
    seeds: Iterable[int],
    *,
    sea: str | SeaParams = "rich",
    varied: bool = False,
    families: Sequence[str] | None = None,
    model: ContactModel | None = None,
    params: Params | None = None,
    workers: int = 1,
    progress: Progress = no_progress,
) -> Evaluation:
    """Simulate a sea a seed, run the whole path on its dump, and compare with the truth.

    Parameters
    ----------
    seeds : iterable of int
        One sea each.
    sea : str or SeaParams
        Preset or parameters.
    varied : bool
        Draw each sea's parameters from wide ranges around `sea`, see `stsdetect.simulation.variation`.
    families : sequence of str, optional
        Families to vary; all by default.
    model : ContactModel, optional
        Model to score with; the bundled one by default.
    params : Params, optional
        Parameters of the detector.
    workers : int
        Processes of each run.
    progress : Progress
        Told after each sea.

    Returns
    -------
    Evaluation
    """
    seeds, params, model = list(seeds), params or Params(), model or load_model()
    results = []
    for k, seed in enumerate(seeds):
        made = simulate(seed=seed, sea=vary(seed, base=sea, only=families) if varied else sea)
        found = find_in(made, params=params, workers=workers)
        results.append(score_found(found, model=model, params=params))
        progress(k + 1, len(seeds), "evaluate")
    return compare(results)
