"""The contact model remade from seeds: simulated seas of many parameters, an analyst's labels, a card.

The seas' parameters are guesses, so they are drawn from wide ranges; `left_out_figures` tells how the model
does on a family of parameters that it has never seen vary.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from stsdetect.context import fit_reception, load_context
from stsdetect.detect import find_dark_encounters, find_encounters, find_gaps, find_loitering
from stsdetect.errors import ParamError
from stsdetect.evaluate import calibration_table, match_events
from stsdetect.params import ModelParams, Params
from stsdetect.progress import Progress, silent
from stsdetect.schema import DARK_ENCOUNTERS, ENCOUNTERS
from stsdetect.score.contact import MEASURES, ContactModel, fit_contact
from stsdetect.simulate import FAMILIES, PRESETS, Sea, SeaParams, simulate, vary
from stsdetect.tracks import build_tracks, pairable

TRAIN_SEEDS = range(1000, 1014)
TEST_SEEDS = range(2000, 2006)
TRAINING_SEA: SeaParams = replace(PRESETS["rich"], hours=30.0, anchored=50, passing=25, fishing=12)
"""All transfers and look-alikes of `rich` with fewer ships that meet nobody."""

LIMITS = (
    "Trained on simulated seas only, whose tide, wind, mooring and radio are guesses.",
    "Says whether two hulls lay alongside, not why.",
    "Not tried on sea ice, convoys under escort, or offshore supply at platforms.",
)


class Cases(NamedTuple):
    """Candidates with the truth about them."""

    open_: pl.DataFrame
    """ENCOUNTERS with `contact` and `sea`."""
    dark: pl.DataFrame
    """DARK_ENCOUNTERS with `contact` and `sea`."""


def train(
    seeds: Iterable[int] = TRAIN_SEEDS,
    *,
    test_seeds: Iterable[int] = TEST_SEEDS,
    families: Collection[str] | None = None,
    base: SeaParams = TRAINING_SEA,
    labelled: Any = None,
    params: Params | None = None,
    model_params: ModelParams | None = None,
    progress: Progress = silent,
) -> ContactModel:
    """Train a contact model; equal arguments and versions give an equal model.

    Parameters
    ----------
    seeds, test_seeds : iterable of int
        One sea each; the test seas only fill the card.
    families : collection of str, optional
        Families of parameters that vary between the seas; all by default.
    base : SeaParams
        What is not varied.
    labelled : frame, optional
        ENCOUNTERS with `contact`, from `stsdetect.score.labels.labelled_encounters`; counts as one more sea.
    params : Params, optional
        Parameters of the detector.
    model_params : ModelParams, optional
        Shape of the trees.
    progress : Progress
        Told after each sea.

    Returns
    -------
    ContactModel
        With its card; `save` writes it.

    Raises
    ------
    ModelError
        When there are too few seas to train on.
    ParamError
        When a test sea is among those trained on.
    """
    seeds, test_seeds = list(seeds), list(test_seeds)
    if both := sorted(set(seeds) & set(test_seeds)):
        raise ParamError(f"seed(s) {both} are both trained on and tested on.")
    params = params or Params()
    parts: list[Cases] = []
    for k, seed in enumerate([*seeds, *test_seeds]):
        parts.append(cases(simulate(seed=seed, sea=vary(seed, base=base, only=families)), params=params))
        progress(k + 1, len(seeds) + len(test_seeds), "train")
    trained, tested = _joined(parts[: len(seeds)]), _joined(parts[len(seeds) :])
    open_ = trained.open_
    if labelled is not None:
        own = pl.DataFrame(labelled).with_columns(sea=pl.lit(-1, pl.Int64))
        open_ = pl.concat([open_, own.select(open_.columns)])
    model = fit_contact(
        open_,
        open_["contact"].to_numpy(),
        open_["sea"].to_numpy(),
        dark_p=trained.dark["p_contact"].to_numpy(),
        dark_contact=trained.dark["contact"].to_numpy(),
        params=model_params,
    )
    card = {
        "model": model.model_id,
        "measures": [{"name": m.name, "unit": m.unit, "sign": m.sign} for m in MEASURES],
        "seas": {"seeds": seeds, "families": sorted(families or FAMILIES), "base": asdict(base)},
        "rows": {
            "open": open_.height,
            "in_contact": int(open_["contact"].sum()),
            "dark": trained.dark.height,
        },
        "labelled_rows": 0 if labelled is None else open_.height - trained.open_.height,
        "test": {"seeds": test_seeds, **figures(model, tested)},
        "limits": list(LIMITS),
        "versions": {name: version(name) for name in ("stsdetect", "scikit-learn", "numpy")},
        "params_digest": params.digest(),
    }
    return replace(model, card=card)


def left_out_figures(
    *,
    families: Sequence[str] = tuple(FAMILIES),
    seeds: Iterable[int] = TRAIN_SEEDS,
    test_seeds: Iterable[int] = TEST_SEEDS,
    base: SeaParams = TRAINING_SEA,
    params: Params | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Train once without each family of parameters, and test on seas in which that family varies, too.

    Returns
    -------
    pandas.DataFrame
        One row a family: `left_out`, `n`, `brier`, `brier_rule` (the detector's own rule), `worst_tenth`
        (largest gap between mean probability and share in contact among tenths with 50 cases).
    """
    params = params or Params()
    seeds, test_seeds = list(seeds), list(test_seeds)

    def made(which: list[int], only: list[str] | None) -> Cases:
        return _joined(
            [cases(simulate(seed=s, sea=vary(s, base=base, only=only)), params=params) for s in which]
        )

    tested = made(test_seeds, None)
    rows = []
    for k, family in enumerate(families):
        trained = made(seeds, [f for f in FAMILIES if f != family]).open_
        model = fit_contact(trained, trained["contact"].to_numpy(), trained["sea"].to_numpy())
        found = figures(model, tested)["open"]
        rows.append(
            {"left_out": family, **{n: found[n] for n in ("n", "brier", "brier_rule", "worst_tenth")}}
        )
        progress(k + 1, len(families), "left out")
    return pd.DataFrame(rows)


def cases(sea: Sea, *, params: Params) -> Cases:
    """Run the detectors on a sea and say of each candidate whether the hulls truly lay alongside."""
    tracks = build_tracks(sea.positions, sea.static, params=params.tracks)
    sound = pairable(tracks.points, tracks.segments)
    found = find_encounters(
        tracks.points,
        tracks.identity,
        sea.static,
        segments=tracks.segments,
        params=params.encounters,
        track_params=params.tracks,
    )
    reception = fit_reception(sound, tracks.segments, params=params.reception)
    gaps = find_gaps(
        sound, tracks.segments, reception, identity=tracks.identity, static=sea.static, params=params.gaps
    )
    dark = find_dark_encounters(
        gaps,
        find_loitering(sound, params=params.loitering),
        identity=tracks.identity,
        static=sea.static,
        context=load_context(),
        params=params.dark,
    )

    def told(frame: pd.DataFrame, columns: list[str]) -> pl.DataFrame:
        matched = pl.DataFrame(match_events(frame, sea.truth, sea.ships))
        return matched.select(*columns, "contact", sea=pl.lit(sea.seed, pl.Int64))

    return Cases(told(found, ENCOUNTERS.names), told(dark, DARK_ENCOUNTERS.names))


def figures(model: ContactModel, tested: Cases) -> dict[str, Any]:
    """Brier score and calibration of open and dark candidates of seas that were not trained on."""
    open_ = _figures(model.p_contact(tested.open_).to_numpy(), tested.open_)
    dark = _figures(model.p_dark(tested.dark["p_contact"].to_numpy()), tested.dark)
    return {"open": open_, "dark": dark}


def _figures(p: NDArray[np.float64], rows: pl.DataFrame) -> dict[str, Any]:
    contact = rows["contact"].to_numpy()
    table = calibration_table(p, contact)
    full = table[table["n"] >= 50]
    return {
        "n": rows.height,
        "in_contact": int(contact.sum()),
        "brier": _short(np.mean((p - contact) ** 2)) if len(p) else None,
        "brier_rule": _short(np.mean((rows["p_contact"].to_numpy() - contact) ** 2)) if len(p) else None,
        "worst_tenth": _short((full["mean_p"] - full["share"]).abs().max()) if len(full) else None,
        "calibration": [
            {"n": int(r["n"]), **{name: _short(r[name]) for name in ("from", "mean_p", "share")}}
            for r in table[table["n"] > 0].to_dict("records")
        ],
    }


def _joined(parts: Sequence[Cases]) -> Cases:
    return Cases(pl.concat([p.open_ for p in parts]), pl.concat([p.dark for p in parts]))


def _short(value: float) -> float:
    return float(f"{value:.4g}")
