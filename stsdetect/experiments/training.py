"""Train the contact model on simulated seas and an analyst's verdicts, and write its card.

The true parameters of a sea are not known, so they are drawn from wide ranges;
`stsdetect.experiments.holdout` measures the model when a family of parameters did not vary in training.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import Any

import polars as pl

from stsdetect.context import load_context
from stsdetect.detection import (
    find_anchor_readings,
    find_berths,
    find_dark_encounters,
    find_encounters,
    find_gaps,
    find_loitering,
    find_solo_stops,
)
from stsdetect.errors import ParamError, SchemaError
from stsdetect.experiments.detected_seas import Found, features_of, found_in
from stsdetect.experiments.evaluation import evaluate
from stsdetect.experiments.truth_matching import match_events
from stsdetect.model import ContactModel
from stsdetect.model.contact_model import fit_contact, fit_dark, ruled_out
from stsdetect.model.model_inputs import DARK_INPUTS, ENCOUNTER_INPUTS
from stsdetect.params import ModelParams, Params
from stsdetect.progress import Progress, no_progress
from stsdetect.reception import fit_reception
from stsdetect.schema import POSITIONS, STATIC, Frame
from stsdetect.simulation import PRESETS, Sea, SeaParams, families_of, simulate, vary
from stsdetect.tracks import pairable, track_tables

TRAIN_SEEDS = range(1000, 1028)
TEST_SEEDS = range(10, 20)
TRAINING_SEA: SeaParams = replace(PRESETS["rich"], anchored=50, passing=40, fishing=12)
"""All transfers and look-alikes of `rich` with less traffic."""

DARK_COLUMNS = (
    *("sea", "contact", "gap_id_1", "gap_id_2", "loiter_id_2", "p_off", "p_contact", "support"),
    *("beside", "course_log_lr", "stopped_meanwhile", "duration_h", "elsewhere_h_1", "elsewhere_h_2"),
    *("draught_change_m_1", "draught_change_m_2", "ship_type_1", "ship_type_2"),
)
"""What the dark part is fitted to: columns of FEATURES, whether the two met, and the number of the sea."""

LIMITS = (
    "Trained on simulated seas only; their water, moorings, radio and crews are plausible, not measured.",
    "Says whether two hulls lay alongside, not why.",
    "For a ship in a gap it names the ship of the dump that fits best; one that never transmits is unknown.",
    "Not tried on sea ice, convoys under escort, or offshore supply at platforms.",
)


def train(
    seeds: Iterable[int] = TRAIN_SEEDS,
    *,
    test_seeds: Iterable[int] = TEST_SEEDS,
    families: Collection[str] | None = None,
    base: SeaParams = TRAINING_SEA,
    test_sea: str | SeaParams = "rich",
    labelled: pl.DataFrame | None = None,
    dark_candidates: pl.DataFrame | None = None,
    params: Params | None = None,
    model_params: ModelParams | None = None,
    progress: Progress = no_progress,
) -> ContactModel:
    """Train a contact model; equal arguments and versions give an equal model.

    Parameters
    ----------
    seeds, test_seeds : iterable of int
        One sea each; the test seas only fill the card, with the tables that `evaluate` prints for them.
    families : collection of str, optional
        Families of parameters that vary between the seas; all by default.
    base : SeaParams
        What the training seas have in common.
    test_sea : str or SeaParams
        Preset or parameters of the test seas.
    labelled : polars.DataFrame, optional
        ENCOUNTERS with `contact`, from `stsdetect.score.labels.labelled_encounters`; counts as one more sea.
    dark_candidates : polars.DataFrame, optional
        `DARK_COLUMNS` of candidates in seas by another hand, for the dark part alone, which is then fitted to
        them and to as many of the seas made here, the first, so that the habits of no one's crews prevail.
    params : Params, optional
        Parameters of the detector.
    model_params : ModelParams, optional
        Shape of the trees.
    progress : Progress
        Called after each sea.

    Returns
    -------
    ContactModel
        With its card; `ContactModel.save` writes both.

    Raises
    ------
    ModelError
        When there are too few seas to train on.
    SchemaError
        When `dark_candidates` lacks a column.
    ParamError
        When a seed is both trained on and tested on.
    """
    seeds, test_seeds = list(seeds), list(test_seeds)
    if both := sorted(set(seeds) & set(test_seeds)):
        raise ParamError(f"seed(s) {both} are both trained on and tested on.")
    params = Params.of(params)
    trained: list[Found] = []
    for k, seed in enumerate(seeds):
        made = simulate(seed=seed, sea=vary(seed, base=base, only=families))
        trained.append(detect_in(made, params=params))
        progress(k + 1, len(seeds), "train")
    encounters = with_labelled(_encounters(trained), labelled)
    model, dark = _fitted(encounters, trained, params, model_params, dark_candidates)
    evaluation = evaluate(test_seeds, sea=test_sea, model=model, params=params, progress=progress)
    card = {
        "model": model.model_id,
        "measures": [{"name": m.name, "unit": m.unit, "sign": m.sign} for m in ENCOUNTER_INPUTS],
        "dark_measures": [{"name": m.name, "unit": m.unit, "sign": m.sign} for m in DARK_INPUTS],
        "seas": _seas_on_card(seeds, families, base),
        "rows": {
            "open": encounters.height,
            "in_contact": int(encounters["contact"].sum()),
            "dark": dark.height,
            "dark_in_contact": int(dark["contact"].sum()),
            "labelled": 0 if labelled is None else labelled.height,
            "dark_of_other_seas": 0 if dark_candidates is None else dark_candidates.height,
        },
        "test": {"seeds": test_seeds, "sea": test_sea if isinstance(test_sea, str) else asdict(test_sea)},
        "metrics": evaluation.to_card(),
        "limits": list(LIMITS),
        "versions": {name: version(name) for name in ("stsdetect", "scikit-learn", "scipy", "numpy")},
        "params_digest": params.digest(),
    }
    return replace(model, card=card)


def with_labelled(encounters: pl.DataFrame, labelled: pl.DataFrame | None) -> pl.DataFrame:
    """Encounters of the simulated seas, and those that an analyst labelled as one more sea, number -1."""
    if labelled is None:
        return encounters
    of_analyst = labelled.with_columns(sea=pl.lit(-1, pl.Int64))
    return pl.concat([encounters, of_analyst.select(encounters.columns)])


def fit(found: Sequence[Found], *, params: Params) -> ContactModel:
    """Fit a contact model to what was detected in some seas."""
    return _fitted(_encounters(found), found, params, None, None)[0]


def detect_in(sea: Sea, *, params: Params) -> Found:
    """Run the detectors on a sea as a run does on its dump, but in memory.

    MMSIs that one hull used in turn stay two hulls here; a run ties them together.
    """
    static = STATIC.validate(sea.static)
    tracks = track_tables(POSITIONS.validate(sea.positions), static, params=params.tracks)
    context, identity = load_context(), tracks.identity
    sound = pairable(tracks.points, tracks.segments)
    of_ships = tracks.segments.filter(pl.col("kind") == "ship")
    points_of_ships = tracks.points.join(of_ships, on="segment_id", how="semi", maintain_order="left")
    encounters = find_encounters(
        tracks.points,
        identity=identity,
        static=static,
        segments=tracks.segments,
        params=params.encounters,
        draught_params=params.draught,
        track_params=params.tracks,
        model="rule",
    )
    loitering = find_loitering(sound, params=params.loitering)
    berths = find_berths(loitering, params=params.berths)
    gaps = find_gaps(
        points_of_ships,
        of_ships,
        reception=fit_reception(sound, segments=tracks.segments, params=params.reception),
        static=static,
        end_of_data=sea.positions["timestamp"].max(),
        context=context,
        berths=berths,
        params=params.gaps,
        draught_params=params.draught,
        berth_params=params.berths,
    )
    dark = find_dark_encounters(
        gaps,
        loitering,
        identity=identity,
        static=static,
        segments=tracks.segments,
        berths=berths,
        context=context,
        params=params.dark,
        draught_params=params.draught,
        berth_params=params.berths,
    )
    readings = find_anchor_readings(
        sound, loitering=loitering, identity=identity, params=params.anchors, swing_params=params.swing
    )
    solo_stops = find_solo_stops(
        sound,
        loitering,
        gaps,
        encounters,
        dark,
        anchor_readings=readings,
        identity=identity,
        static=static,
        berths=berths,
        context=context,
        params=params.solo_stops,
        draught_params=params.draught,
        berth_params=params.berths,
    )
    tables: dict[str, Frame] = {
        "encounters": encounters,
        "dark_encounters": dark,
        "solo_stops": solo_stops,
        "gaps": gaps,
        "identity": identity,
        "static": static,
        "segments": tracks.segments,
        "loitering": loitering,
    }
    return found_in(sea, tables)


def _fitted(
    encounters: pl.DataFrame,
    found: Sequence[Found],
    params: Params,
    model_params: ModelParams | None,
    of_other_seas: pl.DataFrame | None,
) -> tuple[ContactModel, pl.DataFrame]:
    """A model, and the dark candidates that its dark part was fitted to."""
    open_ = encounters.filter(~pl.Series(ruled_out(encounters)))
    model = fit_contact(
        open_,
        open_["contact"].to_numpy(),
        open_["sea"].to_numpy(),
        params=model_params,
        draught_params=params.draught,
        encounter_params=params.encounters,
    )
    dark = _with_other_seas(_dark_candidates(found, model, params), of_other_seas)
    contact, sea = dark["contact"].to_numpy(), dark["sea"].to_numpy()
    return fit_dark(model, dark, contact, sea, params=model_params), dark


def _encounters(found: Sequence[Found]) -> pl.DataFrame:
    """ENCOUNTERS of several seas with `contact` and `sea`."""
    return pl.concat([_with_truth(f, f.tables["encounters"]) for f in found])


def _dark_candidates(found: Sequence[Found], model: ContactModel, params: Params) -> pl.DataFrame:
    """Dark rows of FEATURES of several seas with `contact` and `sea`."""
    features = [(f, features_of(f, model=model, params=params)) for f in found]
    return pl.concat(
        [_with_truth(f, x.filter(pl.col("event_type") == "dark_encounter")) for f, x in features]
    )


def _with_other_seas(dark: pl.DataFrame, of_other_seas: pl.DataFrame | None) -> pl.DataFrame:
    """`DARK_COLUMNS` of other seas, with negative numbers, and of as many of the seas made here."""
    dark = dark.select(DARK_COLUMNS)
    if of_other_seas is None:
        return dark
    if missing := [c for c in DARK_COLUMNS if c not in of_other_seas.columns]:
        raise SchemaError(f"dark_candidates lacks the column(s) {', '.join(missing)}.")
    others = of_other_seas.select(DARK_COLUMNS).with_columns(sea=-1 - pl.col("sea").abs())
    first = dark["sea"].unique(maintain_order=True).head(others["sea"].n_unique())
    return pl.concat([dark.filter(pl.col("sea").is_in(first.to_list())), others.cast(dark.schema)])


def _with_truth(found: Found, candidates: pl.DataFrame) -> pl.DataFrame:
    """Candidates with `contact` as it truly was, and the seed as `sea`."""
    truth = match_events(candidates, found.truth, found.ships)
    return candidates.with_columns(truth["contact"], pl.lit(found.seed, pl.Int64).alias("sea"))


def _seas_on_card(
    seeds: Collection[int], families: Collection[str] | None, base: SeaParams
) -> dict[str, Any]:
    return {"seeds": list(seeds), "families": sorted(families or families_of(base)), "base": asdict(base)}
