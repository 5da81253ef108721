"""The contact model: from the measures of a candidate to the probability that the hulls lay alongside.

For encounters boosted trees that may only rise (or fall) with a measure where physics says so, then a
logistic calibration on predictions for seas that were not trained on; for dark candidates the competition
of `stsdetect.score.model.dark_matching`. scikit-learn and scipy fit; what is stored is plain JSON, read by a
few lines of numpy, so that any later scikit-learn, or none, gives the same numbers.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.errors import ModelError
from stsdetect.params import DraughtParams, ModelParams
from stsdetect.score.model.dark_matching import AS_DETECTED, WEIGHTS, fit_meeting, p_meeting
from stsdetect.score.model.model_inputs import HULL_BETWEEN, MEASURES, measured
from stsdetect.score.model.trees import Tree, fit_trees, log_odds, read_tree, rounded

FORMAT = "stsdetect-contact-3"
DEFAULT_MODEL = "contact"
_DARK_NUMBERS = ("max_dark_p", "min_draught_change_m")
"""Parameters of the dark part as they were when the model was trained."""
_CLOSE = 1e-9  # stored checks must come out again this closely


@dataclass(frozen=True)
class ContactModel:
    """A fitted contact model.

    Attributes
    ----------
    model_id : str
        Name and digest of the weights, written into every event.
    card : dict
        What it was trained on, its figures and its limits.
    baseline, slope, shift : float
        Log-odds before any tree, and the calibration of their sum [nat].
    trees : list of Tree
        See `stsdetect.score.model.trees`.
    dark : dict
        Weights of `stsdetect.score.model.dark_matching.p_meeting`.
    max_dark_p : float
        A meeting that nobody saw is never likelier.
    min_draught_change_m : float
        From where on a draught counts as changed in the dark part [m].
    """

    model_id: str
    card: dict[str, Any]
    baseline: float
    slope: float
    shift: float
    trees: list[Tree] = field(repr=False)
    dark: dict[str, float]
    max_dark_p: float
    min_draught_change_m: float

    def p_contact(self, candidates: pl.DataFrame) -> pl.Series:
        """Probability of contact of each candidate.

        Parameters
        ----------
        candidates : polars.DataFrame
            Columns of ENCOUNTERS, or of FEATURES with all dark candidates of a silence together. What is
            ruled out never gets likelier than it was detected.

        Returns
        -------
        polars.Series
            `p_contact`, in [0, 1]; of dark candidates at most `max_dark_p`.
        """
        p = _expit(self.slope * log_odds(self.baseline, self.trees, measured(candidates)) + self.shift)
        p = np.where(ruled_out(candidates), np.minimum(p, candidates["p_contact"].to_numpy()), p)
        if "event_type" in candidates.columns:
            dark = candidates["event_type"] == "dark_encounter"
            met = p_meeting(
                candidates.filter(dark), self.dark, min_draught_change_m=self.min_draught_change_m
            )
            p[dark.to_numpy()] = np.minimum(met, self.max_dark_p)
        return pl.Series("p_contact", p)

    def to_weights(self) -> dict[str, Any]:
        """All numbers as plain JSON data, with what must come out for some fixed inputs."""
        p = _expit(self.slope * log_odds(self.baseline, self.trees, _probe()) + self.shift)
        return {
            "format": FORMAT,
            "measures": [m.name for m in MEASURES],
            "baseline": self.baseline,
            "slope": self.slope,
            "shift": self.shift,
            "dark": self.dark,
            **{name: getattr(self, name) for name in _DARK_NUMBERS},
            "trees": [{k: v.tolist() for k, v in tree.items()} for tree in self.trees],
            "checks": [float(v) for v in p],
        }

    def save(self, folder: Path) -> None:
        """Write ``card.json`` and ``weights.json``; equal models give equal bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in (("weights.json", self.to_weights()), ("card.json", self.card)):
            card = name == "card.json"  # read by people, in the order of its making
            text = json.dumps(data, sort_keys=not card, indent=1 if card else None, allow_nan=False)
            (folder / name).write_text(text + "\n", encoding="utf-8")


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
        When there is no such model, a file is damaged or of another format, the model was made for other
        measures, or it does not give the probabilities stored with it.

    Examples
    --------
    >>> load_model("none")
    Traceback (most recent call last):
        ...
    stsdetect.errors.ModelError: there is no model 'none': neither bundled nor a folder ...
    """
    try:
        # A Traversable, so that a model inside a zipped package is read as well.
        folder: Any = Path(source) if Path(source).is_dir() else files("stsdetect._models") / str(source)
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


def ruled_out(candidates: pl.DataFrame) -> Bools:
    """On which candidates the model has no say: one hull, or passing; shape (n,)."""
    said = candidates["ruled_out"]
    return (said.is_not_null() & (said != HULL_BETWEEN).fill_null(False)).to_numpy()


def fit_contact(
    encounters: pl.DataFrame,
    contact: Bools,
    group: Ints,
    *,
    card: dict[str, Any] | None = None,
    params: ModelParams | None = None,
    draught_params: DraughtParams | None = None,
) -> ContactModel:
    """Fit a contact model to encounters; dark candidates keep the weights of the detector until `fit_dark`.

    Parameters
    ----------
    encounters : polars.DataFrame
        Columns of ENCOUNTERS, n rows.
    contact : numpy.ndarray
        Whether the hulls truly lay alongside, shape (n,).
    group : numpy.ndarray
        Which sea each row comes from, shape (n,); a sea is never split between fit and calibration.
    card : dict, optional
        To be stored beside the weights.
    draught_params : DraughtParams, optional
        When a draught counts as changed; kept with the model.
    params : ModelParams, optional
        Shape of the trees.

    Returns
    -------
    ContactModel

    Raises
    ------
    ModelError
        When there are fewer than two seas, or only one kind of answer.
    """
    params = params or ModelParams()
    seas = np.unique(group)
    if len(seas) < 2 or len(np.unique(contact)) < 2:
        raise ModelError(
            f"cannot fit a contact model to {len(contact)} encounters of {len(seas)} sea(s), "
            f"{int(np.sum(contact))} in contact: it takes two seas and both kinds of answer."
        )
    # The last bits depend on how many threads summed up, and must not reach the weights.
    x, signs = rounded(measured(encounters)), [m.sign for m in MEASURES]
    raw = np.empty(len(x))
    fold = np.searchsorted(seas, group) % min(params.folds, len(seas))
    for k in np.unique(fold):
        out = fold == k
        raw[out] = log_odds(*fit_trees(x[~out], contact[~out], signs, params), x[out])
    slope, shift = _calibrate(raw, contact)
    baseline, trees = fit_trees(x, contact, signs, params)
    model = ContactModel(
        "",
        {},
        baseline,
        slope,
        shift,
        trees,
        AS_DETECTED,
        max_dark_p=params.max_dark_p,
        min_draught_change_m=(draught_params or DraughtParams()).min_change_m,
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
        Dark rows of FEATURES, built from encounters with the probabilities of `model`.
    met : numpy.ndarray
        Whether the two truly met, shape (n,).
    group : numpy.ndarray
        Which sea each row comes from, shape (n,).
    params : ModelParams, optional
        How strongly weights are held back.

    Returns
    -------
    ContactModel
    """
    weights = fit_meeting(
        dark, met, group, min_draught_change_m=model.min_draught_change_m, params=params or ModelParams()
    )
    return _from_weights(DEFAULT_MODEL, model.card, replace(model, dark=weights).to_weights())


def _calibrate(raw: Floats, contact: Bools) -> tuple[float, float]:
    """Slope and shift that make log-odds honest; never a falling slope."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6).fit(raw[:, None], contact)
    slope, shift = rounded(np.array([fitted.coef_[0, 0], fitted.intercept_[0]]))
    return max(float(slope), 1e-3), float(shift)


def _from_weights(name: str, card: dict[str, Any], weights: dict[str, Any]) -> ContactModel:
    if not isinstance(weights, dict) or weights.get("format") != FORMAT:
        found = weights.get("format") if isinstance(weights, dict) else type(weights).__name__
        raise ModelError(
            f"model '{name}' has format {found!r}; this version reads {FORMAT!r}. Train it again."
        )
    _check_measures(name, weights)
    try:
        digest = hashlib.sha256(json.dumps(weights, sort_keys=True).encode()).hexdigest()[:8]
        model = ContactModel(
            f"{Path(name).name}-{digest}",
            card,
            **{k: float(weights[k]) for k in ("baseline", "slope", "shift", *_DARK_NUMBERS)},
            trees=[read_tree(tree, len(MEASURES)) for tree in weights["trees"]],
            dark={k: float(v) for k, v in weights["dark"].items()},
        )
        got = np.array(model.to_weights()["checks"])
        good = np.allclose(got, np.array(weights["checks"], dtype=np.float64), rtol=0.0, atol=_CLOSE)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(f"model '{name}' is damaged: {error!r}. Train it again.") from error
    if not good:
        raise ModelError(f"model '{name}' does not give the probabilities stored with it. Train it again.")
    return model


def _check_measures(name: str, weights: dict[str, Any]) -> None:
    """Refuse a model whose inputs are not those of this version."""
    want, has = [m.name for m in MEASURES], weights.get("measures") or []
    differ = set(want) ^ set(has) | set(WEIGHTS) ^ set(weights.get("dark") or [])
    if differ or want != has:
        raise ModelError(
            f"model '{name}' was made for other measures "
            f"({', '.join(sorted(differ)) or 'another order'} differ). Train it again with this version."
        )


def _probe() -> Floats:
    """Fixed inputs that reach many leaves, some of them not known."""
    rng = np.random.default_rng(20_190_814)
    x = rng.exponential([20, 15, 3, 10, 8, 60, 2, 1, 5, 1, 1, 3, 2, 2, 9000, 9000, 1, 1], (64, len(MEASURES)))
    x[rng.random(x.shape) < 0.05] = np.nan
    return x


def _expit(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -500.0, 500.0))))
