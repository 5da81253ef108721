"""Holdouts: how the contact model does on seas of a kind on which it was not trained.

A holdout is a family of simulation parameters that does not vary in the training seas, but does in the seas
on which the model is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from stsdetect.experiments.accuracy_tables import FIRST, Evaluation, compare
from stsdetect.experiments.detected_seas import find_in, score_found
from stsdetect.experiments.training import TRAIN_SEEDS, TRAINING_SEA, detect_in, fit
from stsdetect.params import Params
from stsdetect.progress import Progress, no_progress
from stsdetect.simulation import SeaParams, families_of, simulate, vary
from stsdetect.simulation.variation import check_families


def evaluate_holdouts(
    seeds: Iterable[int],
    *,
    families: Sequence[str] | None = None,
    sea: str | SeaParams = "rich",
    train_seeds: Iterable[int] = TRAIN_SEEDS,
    base: SeaParams = TRAINING_SEA,
    params: Params | None = None,
    workers: int = 1,
    progress: Progress = no_progress,
) -> pl.DataFrame:
    """Train once per family of parameters with that family held out; evaluate on seas in which all vary.

    Parameters
    ----------
    seeds : iterable of int
        Seas to evaluate on, one each, drawn from wide ranges around `sea`.
    families : sequence of str, optional
        Families to hold out, one after the other; all by default.
    sea : str or SeaParams
        Preset or parameters around which the seas vary.
    train_seeds : iterable of int
        Seas to train on; in these the held-out family keeps the values of `base`.
    base : SeaParams
        What the training seas have in common.
    params : Params, optional
        Parameters of the detector.
    workers : int
        Processes of each run.
    progress : Progress
        Called after each sea and each family.

    Returns
    -------
    polars.DataFrame
        One row per family: `holdout`, average precision of all illicit transfers and of each class,
        `wrong_among_first_20` (events among the first of each sea that are bunkering, dredging or one hull
        with two transponders), `brier`, and `worst_tenth` of `p_contact` among tenths with at least 50 cases.

    Raises
    ------
    ParamError
        When a family is not known.
    """
    params, families = Params.of(params), families or list(families_of(base))
    seeds, train_seeds = list(seeds), list(train_seeds)
    check_families(families)
    steps, rows = len(seeds) + len(families), []
    found = []
    for k, seed in enumerate(seeds):
        made = simulate(seed=seed, sea=vary(seed, base=sea))
        found.append(find_in(made, params=params, workers=workers))
        progress(k + 1, steps, "evaluate")
    for k, family in enumerate(families):
        only = [f for f in families_of(base) if f != family]
        seas = (simulate(seed=s, sea=vary(s, base=base, only=only)) for s in train_seeds)
        model = fit([detect_in(made, params=params) for made in seas], params=params)
        results = [score_found(f, model=model, params=params) for f in found]
        rows.append({"holdout": family, **_row(compare(results))})
        progress(len(seeds) + k + 1, steps, "holdout")
    return pl.DataFrame(rows)


def _row(evaluation: Evaluation) -> dict[str, Any]:
    wrong = evaluation.first.filter(pl.col("truth_kind").is_in(["bunkering", "dredging", "same_hull"]))
    ranking = evaluation.ranking
    return {
        **dict(zip(ranking["class"], ranking["average_precision"], strict=True)),
        f"wrong_among_first_{FIRST}": int(wrong["events"].sum()),
        "brier": evaluation.summary["brier"],
        "worst_tenth": evaluation.summary["worst_tenth_of_50"],
    }
