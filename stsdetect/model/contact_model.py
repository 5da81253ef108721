"""The contact model: from the inputs of a candidate to the probability that the hulls lay alongside.

Encounters: boosted trees, monotone in an input where physics says so, then a logistic calibration on
predictions for seas that were held out of the fit, at most as certain as `stsdetect.model.ceiling` allows.
Dark candidates: the matching of `stsdetect.model.dark_matching`. The model is fitted with scikit-learn and
scipy, stored as plain JSON and evaluated with numpy, so that every later version of scikit-learn, or none,
gives the same probabilities.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints, expit
from stsdetect.errors import ModelError, ParamError
from stsdetect.model.ceiling import ContactCeiling
from stsdetect.model.dark_matching import (
    AS_DETECTED,
    WEIGHTS,
    fit_dark_weights,
    p_dark_encounter,
)
from stsdetect.model.model_inputs import ENCOUNTER_INPUTS, HULL_BETWEEN, encounter_inputs
from stsdetect.model.trees import Tree, fit_trees, log_odds, read_tree, rounded
from stsdetect.params import DraughtParams, EncounterParams, ModelParams

FORMAT = "stsdetect-contact-5"
"""Format of stored models. Raise the number when an input or a constant of `model_inputs` or `dark_matching`
changes: models of another format are refused, as they would give other probabilities than when trained."""
DEFAULT_MODEL = "contact"
"""Name of the bundled model."""
RULE = "rule"
"""Name under which the contact rule of the detector is asked for in place of a model."""

_DARK_SETTINGS = ("max_dark_p", "min_draught_change_m")
"""Parameters that are stored with a model, so that it is applied with the values that it was trained with."""
_OF_CEILING = [
    [i.name for i in ENCOUNTER_INPUTS].index(name) for name in ("gap_m", "gap_error_m", "observed_fraction")
]
_CHECK_TOLERANCE = 1e-9
"""How closely the stored checks must be reproduced."""
_UNREGULARISED_C = 1e6
"""Inverse strength of the penalty of the calibration: practically none."""


@dataclass(frozen=True)
class ContactModel:
    """A fitted contact model.

    Attributes
    ----------
    model_id : str
        Name and digest of the weights, written into every event.
    card : dict
        What it was trained on, its accuracy and its limits.
    baseline, slope, shift : float
        Log-odds before any tree, and slope and shift that calibrate the sum of all trees [nat].
    trees : list of Tree
        See `stsdetect.model.trees`.
    ceiling : ContactCeiling
        How certain a contact can be at all, given how well the pair was seen.
    dark : dict
        Weights of `stsdetect.model.dark_matching.p_dark_encounter`.
    max_dark_p : float
        Upper limit of the probability of a dark encounter.
    min_draught_change_m : float
        From which change on a draught counts as changed in the dark part [m].
    """

    model_id: str
    card: dict[str, Any]
    baseline: float
    slope: float
    shift: float
    trees: list[Tree] = field(repr=False)
    ceiling: ContactCeiling
    dark: dict[str, float]
    max_dark_p: float
    min_draught_change_m: float

    def p_contact(self, candidates: pl.DataFrame) -> pl.Series:
        """Probability of contact of each candidate.

        Parameters
        ----------
        candidates : polars.DataFrame
            Columns of ENCOUNTERS, or of FEATURES with all dark candidates of a gap together; n rows.
            Candidates that the detector ruled out never get a higher probability than it gave them.

        Returns
        -------
        polars.Series
            `p_contact`, n values in [0, 1]; of dark candidates at most `max_dark_p`. Solo candidates and
            deliveries keep theirs.
        """
        p = self._p_of(encounter_inputs(candidates))
        p = np.where(ruled_out(candidates), np.minimum(p, candidates["p_contact"].to_numpy()), p)
        if "event_type" in candidates.columns:
            dark = candidates["event_type"] == "dark_encounter"
            p_dark = p_dark_encounter(
                candidates.filter(dark), self.dark, min_draught_change_m=self.min_draught_change_m
            )
            p[dark.to_numpy()] = np.minimum(p_dark, self.max_dark_p)
            kept = candidates["event_type"].is_in(["solo", "delivery"]).to_numpy()
            p[kept] = candidates["p_contact"].to_numpy()[kept]
        return pl.Series("p_contact", p)

    def to_weights(self) -> dict[str, Any]:
        """The content of ``weights.json``: all weights, and the probabilities of some fixed inputs."""
        return {
            "format": FORMAT,
            "measures": [i.name for i in ENCOUNTER_INPUTS],
            "baseline": self.baseline,
            "slope": self.slope,
            "shift": self.shift,
            "ceiling": asdict(self.ceiling),
            "dark": self.dark,
            **{name: getattr(self, name) for name in _DARK_SETTINGS},
            "trees": [{k: v.tolist() for k, v in tree.items()} for tree in self.trees],
            "checks": [float(v) for v in self._p_of(_check_inputs())],
        }

    def save(self, folder: Path) -> None:
        """Write ``card.json`` and ``weights.json``; equal models give equal bytes.

        Parameters
        ----------
        folder : Path
            Created where it does not exist.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in (("weights.json", self.to_weights()), ("card.json", self.card)):
            card = name == "card.json"  # people read it, so it keeps the order in which it was written
            text = json.dumps(data, sort_keys=not card, indent=1 if card else None, allow_nan=False)
            (folder / name).write_text(text + "\n", encoding="utf-8")

    def _p_of(self, inputs: Floats) -> Floats:
        calibrated = self.slope * log_odds(self.baseline, self.trees, inputs) + self.shift
        ceiling = self.ceiling.log_odds(*inputs[:, _OF_CEILING].T)
        return expit(np.fmin(calibrated, ceiling))  # without a gap, as in the dark, there is none


def load_model(source: str | Path = DEFAULT_MODEL) -> ContactModel:
    """Read a contact model.

    Parameters
    ----------
    source : str or Path
        Name of a bundled model, or a folder with ``card.json`` and ``weights.json``.

    Returns
    -------
    ContactModel

    Raises
    ------
    ModelError
        When there is no such model, a file is damaged or of another format, the model was trained on other
        inputs, or it does not reproduce the probabilities stored with it.

    Examples
    --------
    >>> load_model("none")
    Traceback (most recent call last):
        ...
    stsdetect.errors.ModelError: there is no model 'none': neither bundled nor a folder ...
    """
    try:
        # A Traversable, so that a model inside a zipped package is read as well.
        folder: Path | Traversable = (
            Path(source) if Path(source).is_dir() else files("stsdetect._models") / str(source)
        )
        weights = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ModuleNotFoundError) as error:
        raise ModelError(
            f"there is no model '{source}': neither bundled nor a folder with card.json and weights.json. "
            "`stsdetect train` makes one."
        ) from error
    except ValueError as error:
        raise ModelError(f"model '{source}' is damaged: {error}. Train it again.") from error
    return _from_weights(str(source), card, weights)


def model_or_rule(model: ContactModel | str | Path) -> ContactModel | None:
    """The model that an argument `model` asks for, or None where it asks for the contact rule.

    Parameters
    ----------
    model : ContactModel, str or Path
        A model; the name or folder of one; or ``"rule"``: `p_contact` stays as the detector gave it.

    Returns
    -------
    ContactModel or None

    Raises
    ------
    ModelError
        As `load_model`.
    ParamError
        When it is none of these, for instance None.

    Examples
    --------
    >>> model_or_rule("contact").model_id == load_model().model_id, model_or_rule("rule")
    (True, None)
    """
    if isinstance(model, ContactModel):
        return model
    if not isinstance(model, str | Path):
        raise ParamError(
            f"model = {model!r} cannot be used as a contact model. Leave it out for the trained one, give a "
            f"ContactModel, the name or folder of one, or '{RULE}' for the contact rule."
        )
    return None if model == RULE else load_model(model)


def ruled_out(candidates: pl.DataFrame) -> Bools:
    """Which candidates the detector ruled out for a reason that the model cannot overrule.

    These are one hull with two transponders, or ships that pass. A third hull in between is an input of the
    model instead.

    Parameters
    ----------
    candidates : polars.DataFrame
        With the column `ruled_out`, n rows.

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    reason = candidates["ruled_out"]
    return (reason.is_not_null() & (reason != HULL_BETWEEN).fill_null(value=False)).to_numpy()


def fit_contact(
    encounters: pl.DataFrame,
    contact: Bools,
    group: Ints,
    *,
    card: dict[str, Any] | None = None,
    params: ModelParams | None = None,
    draught_params: DraughtParams | None = None,
    encounter_params: EncounterParams | None = None,
) -> ContactModel:
    """Fit the part for encounters; until `fit_dark`, dark candidates keep the probability as detected.

    Parameters
    ----------
    encounters : polars.DataFrame
        Columns of ENCOUNTERS, n rows.
    contact : numpy.ndarray
        Whether the hulls truly lay alongside, shape (n,).
    group : numpy.ndarray
        Which sea each row comes from, shape (n,); a sea is never split between fit and calibration.
    card : dict, optional
        Stored beside the weights.
    params : ModelParams, optional
        Shape of the trees.
    draught_params : DraughtParams, optional
        From which change on a draught counts as changed; stored with the model.
    encounter_params : EncounterParams, optional
        The ceiling of the probability; stored with the model.

    Returns
    -------
    ContactModel

    Raises
    ------
    ModelError
        When there are fewer than two seas, or all rows are in contact, or none is.
    """
    params = ModelParams.of(params)
    seas = np.unique(group)
    if len(seas) < 2 or len(np.unique(contact)) < 2:
        raise ModelError(
            f"cannot fit a contact model to {len(contact)} encounters of {len(seas)} sea(s), "
            f"{int(np.sum(contact))} in contact: two seas are needed, and rows with and without contact."
        )
    # The last bits depend on the number of threads, and must not reach the weights.
    inputs, signs = rounded(encounter_inputs(encounters)), [i.sign for i in ENCOUNTER_INPUTS]
    predicted = np.empty(len(inputs))
    fold = np.searchsorted(seas, group) % min(params.folds, len(seas))
    for k in np.unique(fold):
        held_out = fold == k
        fitted = fit_trees(inputs[~held_out], contact[~held_out], signs, params)
        predicted[held_out] = log_odds(*fitted, inputs[held_out])
    slope, shift = _calibrate(predicted, contact, params)
    baseline, trees = fit_trees(inputs, contact, signs, params)
    model = ContactModel(
        "",
        {},
        baseline,
        slope,
        shift,
        trees,
        ContactCeiling.of(EncounterParams.of(encounter_params)),
        AS_DETECTED,
        max_dark_p=params.max_dark_p,
        min_draught_change_m=DraughtParams.of(draught_params).min_change_m,
    )
    return _from_weights(DEFAULT_MODEL, card or {}, model.to_weights())


def fit_dark(
    model: ContactModel,
    dark: pl.DataFrame,
    met: Bools,
    group: Ints,
    *,
    params: ModelParams | None = None,
) -> ContactModel:
    """The model with its dark part fitted.

    Parameters
    ----------
    model : ContactModel
        Fitted to encounters.
    dark : polars.DataFrame
        Dark rows of FEATURES, built from encounters with the probabilities of `model`; n rows.
    met : numpy.ndarray
        Whether the two truly met, shape (n,).
    group : numpy.ndarray
        Which sea each row comes from, shape (n,).
    params : ModelParams, optional
        `dark_l2`, the penalty on large weights.

    Returns
    -------
    ContactModel
    """
    weights = fit_dark_weights(
        dark, met, group, min_draught_change_m=model.min_draught_change_m, params=ModelParams.of(params)
    )
    return _from_weights(DEFAULT_MODEL, model.card, replace(model, dark=weights).to_weights())


def _calibrate(predicted: Floats, contact: Bools, params: ModelParams) -> tuple[float, float]:
    """Slope and shift of Platt's logistic calibration of log-odds; the slope is never negative."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=_UNREGULARISED_C).fit(predicted[:, None], contact)
    slope, shift = rounded(np.array([fitted.coef_[0, 0], fitted.intercept_[0]]))
    return max(float(slope), params.min_calibration_slope), float(shift)


def _from_weights(name: str, card: dict[str, Any], weights: dict[str, Any]) -> ContactModel:
    if not isinstance(weights, dict) or weights.get("format") != FORMAT:
        found = weights.get("format") if isinstance(weights, dict) else type(weights).__name__
        raise ModelError(
            f"model '{name}' has format {found!r}; this version reads {FORMAT!r}. Train it again."
        )
    _check_inputs_match(name, weights)
    try:
        digest = hashlib.sha256(json.dumps(weights, sort_keys=True).encode()).hexdigest()[:8]
        model = ContactModel(
            f"{Path(name).name}-{digest}",
            card,
            **{k: float(weights[k]) for k in ("baseline", "slope", "shift", *_DARK_SETTINGS)},
            trees=[read_tree(tree, len(ENCOUNTER_INPUTS)) for tree in weights["trees"]],
            ceiling=ContactCeiling(**{k: float(v) for k, v in weights["ceiling"].items()}),
            dark={k: float(v) for k, v in weights["dark"].items()},
        )
        stored = np.array(weights["checks"], dtype=np.float64)
        equal = np.allclose(model.to_weights()["checks"], stored, rtol=0.0, atol=_CHECK_TOLERANCE)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(f"model '{name}' is damaged: {error!r}. Train it again.") from error
    if not equal:
        raise ModelError(
            f"model '{name}' does not reproduce the probabilities stored with it. Train it again."
        )
    return model


def _check_inputs_match(name: str, weights: dict[str, Any]) -> None:
    """Refuse a model whose inputs are not those of this version."""
    want, has = [i.name for i in ENCOUNTER_INPUTS], weights.get("measures") or []
    differ = set(want) ^ set(has) | set(WEIGHTS) ^ set(weights.get("dark") or [])
    if differ or want != has:
        raise ModelError(
            f"model '{name}' was trained on other inputs "
            f"({', '.join(sorted(differ)) or 'another order'} differ). Train it again with this version."
        )


def _check_inputs() -> Floats:
    """Fixed inputs that reach many leaves, some unknown; the stored checks depend on every digit of them."""
    rng = np.random.default_rng(20_190_814)
    scale = [20, 15, 3, 10, 8, 60, 2, 1, 5, 1, 1, 3, 2, 2, 9000, 9000, 1, 1]
    inputs = rng.exponential(scale, (64, len(ENCOUNTER_INPUTS)))
    inputs[1::2, _OF_CEILING] *= [1.0, 10.0, 0.1]  # every second pair badly seen, so that the ceiling counts
    inputs[rng.random(inputs.shape) < 0.05] = np.nan
    return inputs
