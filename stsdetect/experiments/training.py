"""The contact model remade from seeds: simulated seas of many parameters, an analyst's labels, a card.

The parameters of the seas are guesses, so they are drawn from wide ranges; `stsdetect.experiments.holdout`
tells how the model does on a family of parameters that it has never seen vary.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version

import pandas as pd
import polars as pl

from stsdetect.context import load_context
from stsdetect.detection import find_dark_encounters, find_encounters, find_gaps, find_loitering
from stsdetect.errors import ParamError
from stsdetect.experiments import Found, evaluate, match_events
from stsdetect.experiments.detected_seas import features_of
from stsdetect.params import ModelParams, Params
from stsdetect.progress import Progress, no_progress
from stsdetect.reception import fit_reception
from stsdetect.schema import ENCOUNTERS
from stsdetect.score import ContactModel
from stsdetect.score.model.contact_model import fit_contact, fit_dark, ruled_out
from stsdetect.score.model.model_inputs import DARK_INPUTS, ENCOUNTER_INPUTS
from stsdetect.simulation import FAMILIES, PRESETS, Sea, SeaParams, simulate, vary
from stsdetect.tracks import build_tracks, pairable

TRAIN_SEEDS = range(1000, 1028)
TEST_SEEDS = range(10, 20)
TRAINING_SEA: SeaParams = replace(PRESETS["rich"], anchored=50, passing=40, fishing=12)
"""All transfers and look-alikes of `rich` with fewer ships that meet nobody."""

LIMITS = (
    "Trained on simulated seas only, whose tide, wind, mooring, radio and crews are guesses.",
    "Says whether two hulls lay alongside, not why.",
    "Of a silent ship it says which other ship of the dump fits best; a partner that never sends is unknown.",
    "Not tried on sea ice, convoys under escort, or offshore supply at platforms.",
)


def train(
    seeds: Iterable[int] = TRAIN_SEEDS,
    *,
    test_seeds: Iterable[int] = TEST_SEEDS,
    families: Collection[str] | None = None,
    base: SeaParams = TRAINING_SEA,
    test_sea: str | SeaParams = "rich",
    labelled: pd.DataFrame | pl.DataFrame | None = None,
    params: Params | None = None,
    model_params: ModelParams | None = None,
    progress: Progress = no_progress,
) -> ContactModel:
    """Train a contact model; equal arguments and versions give an equal model.

    Parameters
    ----------
    seeds, test_seeds : iterable of int
        One sea each; the test seas only fill the card, with the figures that `evaluate` prints for them.
    families : collection of str, optional
        Families of parameters that vary between the seas; all by default.
    base : SeaParams
        What is not varied in the seas trained on.
    test_sea : str or SeaParams
        Preset or parameters of the test seas.
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
    trained: list[Found] = []
    for k, seed in enumerate(seeds):
        made = simulate(seed=seed, sea=vary(seed, base=base, only=families))
        trained.append(detect_in(made, params=params))
        progress(k + 1, len(seeds), "train")
    encounters = _encounters(trained)
    if labelled is not None:
        own = pl.DataFrame(labelled).with_columns(sea=pl.lit(-1, pl.Int64))
        encounters = pl.concat([encounters, own.select(encounters.columns)])
    model, dark = _fitted(encounters, trained, params, model_params)
    figures = evaluate(test_seeds, sea=test_sea, model=model, params=params, progress=progress)
    card = {
        "model": model.model_id,
        "measures": [{"name": m.name, "unit": m.unit, "sign": m.sign} for m in ENCOUNTER_INPUTS],
        "dark_measures": [{"name": m.name, "unit": m.unit, "sign": m.sign} for m in DARK_INPUTS],
        "seas": {"seeds": seeds, "families": sorted(families or FAMILIES), "base": asdict(base)},
        "rows": {
            "open": encounters.height,
            "in_contact": int(encounters["contact"].sum()),
            "dark": dark.height,
            "dark_in_contact": int(dark["contact"].sum()),
            "labelled": 0 if labelled is None else own.height,
        },
        "test": {"seeds": test_seeds, "sea": test_sea if isinstance(test_sea, str) else asdict(test_sea)},
        "figures": figures.to_card(),
        "limits": list(LIMITS),
        "versions": {name: version(name) for name in ("stsdetect", "scikit-learn", "scipy", "numpy")},
        "params_digest": params.digest(),
    }
    return replace(model, card=card)


def fit(found: Sequence[Found], *, params: Params) -> ContactModel:
    """Fit a contact model to what was detected in some seas."""
    return _fitted(_encounters(found), found, params, None)[0]


def detect_in(sea: Sea, *, params: Params) -> Found:
    """Run the detectors on a sea as a run does on its dump, but in memory.

    Numbers that one hull used in turn stay two hulls here, which a run ties together.
    """
    tracks = build_tracks(sea.positions, sea.static, params=params.tracks)
    context, identity = load_context(), tracks.identity
    sound = pairable(tracks.points, tracks.segments)
    of_ships = tracks.segments[tracks.segments["kind"] == "ship"]
    encounters = find_encounters(
        tracks.points,
        identity=identity,
        static=sea.static,
        segments=tracks.segments,
        params=params.encounters,
        draught_params=params.draught,
        track_params=params.tracks,
    )
    gaps = find_gaps(
        tracks.points[tracks.points["segment_id"].isin(of_ships["segment_id"])],
        of_ships,
        reception=fit_reception(sound, segments=tracks.segments, params=params.reception),
        identity=identity,
        static=sea.static,
        end_of_data=sea.positions["timestamp"].max(),
        context=context,
        params=params.gaps,
        draught_params=params.draught,
    )
    stays = find_loitering(sound, params=params.loitering)
    dark = find_dark_encounters(
        gaps,
        stays,
        identity=identity,
        static=sea.static,
        segments=tracks.segments,
        context=context,
        params=params.dark,
        draught_params=params.draught,
    )
    tables = {
        "encounters": encounters,
        "dark_encounters": dark,
        "gaps": gaps,
        "identity": identity,
        "static": sea.static,
        "segments": tracks.segments,
        "loitering": stays,
    }
    return Found(sea.seed, sea.truth, sea.ships, tables)


def _fitted(
    encounters: pl.DataFrame, found: Sequence[Found], params: Params, model_params: ModelParams | None
) -> tuple[ContactModel, pl.DataFrame]:
    """A model, and the dark candidates that its dark part was fitted to."""
    open_ = encounters.filter(~pl.Series(ruled_out(encounters)))
    model = fit_contact(
        open_,
        open_["contact"].to_numpy(),
        open_["sea"].to_numpy(),
        params=model_params,
        draught_params=params.draught,
    )
    dark = _dark(found, model, params)
    met, sea = dark["contact"].to_numpy(), dark["sea"].to_numpy()
    return fit_dark(model, dark, met, sea, params=model_params), dark


def _encounters(found: Sequence[Found]) -> pl.DataFrame:
    """ENCOUNTERS of several seas with `contact` and `sea`."""
    return pl.concat([_told(f, ENCOUNTERS.validate(f.tables["encounters"])) for f in found])


def _dark(found: Sequence[Found], model: ContactModel, params: Params) -> pl.DataFrame:
    """Dark rows of FEATURES of several seas with `contact` and `sea`."""
    features = [(f, features_of(f, model=model, params=params)) for f in found]
    return pl.concat([_told(f, x.filter(pl.col("event_type") == "dark_encounter")) for f, x in features])


def _told(found: Found, candidates: pl.DataFrame) -> pl.DataFrame:
    said = match_events(candidates.to_pandas(), found.truth, found.ships)["contact"]
    return candidates.with_columns(
        pl.Series("contact", said.to_numpy(dtype=bool)), pl.lit(found.seed, pl.Int64).alias("sea")
    )
