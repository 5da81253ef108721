"""The contact model: from the measures of an encounter to the probability that the hulls lay alongside.

Boosted trees that may only rise (or fall) with a measure where physics says so, then a logistic calibration
on predictions for seas that were not trained on. scikit-learn fits them; what is stored is plain JSON, read
by the few lines of numpy here, so that any later scikit-learn, or none, gives the same numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.errors import ModelError
from stsdetect.params import ModelParams

Floats = NDArray[np.float64]

FORMAT = "stsdetect-contact-1"
DEFAULT_MODEL = "contact"
_CLOSE = 1e-9  # stored checks must come out again this closely
_SIGNIFICANT = 10


class Measure(NamedTuple):
    """One input of the model."""

    name: str
    unit: str
    sign: int
    """1: more never makes contact less likely, -1: more never makes it likelier, 0: free."""
    of: pl.Expr


MEASURES = (
    Measure("gap_m", "m", -1, pl.col("median_hull_gap_m")),
    Measure("least_gap_m", "m", -1, pl.col("min_hull_gap_m")),
    Measure("gap_over_error", "1", -1, pl.col("median_hull_gap_m") / pl.col("hull_gap_error_m").clip(1e-3)),
    Measure("gap_error_m", "m", 0, pl.col("hull_gap_error_m")),
    Measure("rigidity_nat", "nat", 1, pl.col("rigidity").clip(-20.0, 20.0)),
    Measure("swing_deg", "deg", 0, pl.col("swing_deg").clip(0.0, 360.0)),
    Measure("log_duration_h", "ln h", 1, pl.col("duration_h").clip(0.1, 48.0).log()),
    Measure("abreast", "1", 1, pl.col("abreast")),
    Measure("overlap_m", "m", 0, pl.col("overlap_m")),
    Measure("observed_fraction", "1", 0, pl.col("observed_fraction")),
    Measure("median_sog_kn", "kn", 0, pl.col("median_sog_kn")),
    Measure("max_sog_kn", "kn", 0, pl.col("max_sog_kn")),
    Measure("sizes_known", "ships", 0, pl.col("sizes_known")),
    Measure("headings_known", "ships", 0, pl.col("headings_known")),
    Measure("approach_from_m", "m", 1, pl.col("approach_from_m").clip(0.0, 20_000.0)),
    Measure("departure_to_m", "m", 1, pl.col("departure_to_m").clip(0.0, 20_000.0)),
    Measure("same_hull", "0 or 1", -1, pl.col("same_hull_suspected")),
)
"""What the model looks at, in the order of its inputs; null where an encounter does not tell."""


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
    trees : list of dict
        Arrays of a tree's nodes: feature (-1 at a leaf), threshold, left, right, missing_left, value.
    dark_slope, dark_shift : float
        Calibration of a dark candidate's log-odds as detected [nat].
    max_dark_p : float
        A meeting that nobody saw is never likelier.
    """

    model_id: str
    card: dict[str, Any]
    baseline: float
    slope: float
    shift: float
    trees: list[dict[str, NDArray[Any]]] = field(repr=False)
    dark_slope: float = 1.0
    dark_shift: float = 0.0
    max_dark_p: float = 0.5

    def p_contact(self, candidates: pl.DataFrame) -> pl.Series:
        """Probability of contact of each candidate.

        Parameters
        ----------
        candidates : polars.DataFrame
            Columns of ENCOUNTERS, or of FEATURES: there dark candidates keep what was detected, recalibrated.

        Returns
        -------
        polars.Series
            `p_contact`, in [0, 1].
        """
        p = _expit(self.slope * self._log_odds(measure(candidates)) + self.shift)
        if "event_type" in candidates.columns:
            dark = (candidates["event_type"] == "dark_encounter").to_numpy()
            p = np.where(dark, self.p_dark(candidates["p_contact"].to_numpy()), p)
        return pl.Series("p_contact", p)

    def p_dark(self, p: Floats) -> Floats:
        """Recalibrated probability of a dark candidate.

        Parameters
        ----------
        p : numpy.ndarray
            As detected, shape (n,).

        Returns
        -------
        numpy.ndarray
            At most `max_dark_p`.
        """
        return np.minimum(_expit(self.dark_slope * _logit(p) + self.dark_shift), self.max_dark_p)

    def to_weights(self) -> dict[str, Any]:
        """All numbers as plain JSON data, with some inputs and what must come out for them."""
        probe = _probe()
        p = _expit(self.slope * self._log_odds(probe) + self.shift)
        return {
            "format": FORMAT,
            "measures": [m.name for m in MEASURES],
            "baseline": self.baseline,
            "slope": self.slope,
            "shift": self.shift,
            "dark_slope": self.dark_slope,
            "dark_shift": self.dark_shift,
            "max_dark_p": self.max_dark_p,
            "trees": [{k: v.tolist() for k, v in tree.items()} for tree in self.trees],
            "checks": [float(v) for v in p],
        }

    def save(self, folder: Path) -> None:
        """Write ``card.json`` and ``weights.json``; equal models give equal bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in (("weights.json", self.to_weights()), ("card.json", self.card)):
            indent = 1 if name == "card.json" else None
            text = json.dumps(data, sort_keys=True, indent=indent, allow_nan=False)
            (folder / name).write_text(text + "\n", encoding="utf-8")

    def _log_odds(self, x: Floats) -> Floats:
        total = np.full(len(x), self.baseline)
        for tree in self.trees:
            total += tree["value"][_leaf(tree, x)]
        return total


def measure(candidates: pl.DataFrame) -> Floats:
    """Inputs of the model, shape (n, len(MEASURES)); NaN where not known.

    Examples
    --------
    >>> from stsdetect.schema import ENCOUNTERS
    >>> measure(ENCOUNTERS.validate(ENCOUNTERS.empty())).shape == (0, len(MEASURES))
    True
    """
    return (
        candidates.select(m.of.cast(pl.Float64).alias(m.name) for m in MEASURES).to_numpy().astype(np.float64)
    )


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


def fit_contact(
    candidates: pl.DataFrame,
    contact: NDArray[np.bool_],
    group: NDArray[np.int64],
    *,
    dark_p: Floats | None = None,
    dark_contact: NDArray[np.bool_] | None = None,
    card: dict[str, Any] | None = None,
    params: ModelParams | None = None,
) -> ContactModel:
    """Fit a contact model.

    Parameters
    ----------
    candidates : polars.DataFrame
        Columns of ENCOUNTERS, n rows.
    contact : numpy.ndarray
        Whether the hulls truly lay alongside, shape (n,).
    group : numpy.ndarray
        Which sea each row comes from, shape (n,); a sea is never split between fit and calibration.
    dark_p, dark_contact : numpy.ndarray, optional
        Probabilities of dark candidates as detected, and whether they met; they set the dark calibration.
    card : dict, optional
        To be stored beside the weights.
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
    x = measure(candidates)
    raw = np.empty(len(x))
    fold = np.searchsorted(seas, group) % min(params.folds, len(seas))
    for k in np.unique(fold):
        out = fold == k
        raw[out] = _fit_trees(x[~out], contact[~out], params)._log_odds(x[out])
    slope, shift = _calibrate(raw, contact)
    dark = (1.0, 0.0) if dark_p is None or dark_contact is None else _calibrate(_logit(dark_p), dark_contact)
    trees = _fit_trees(x, contact, params)
    weights = ContactModel(
        "", {}, trees.baseline, slope, shift, trees.trees, dark[0], dark[1], params.max_dark_p
    ).to_weights()
    return _from_weights(DEFAULT_MODEL, card or {}, weights)


def _fit_trees(x: Floats, contact: NDArray[np.bool_], params: ModelParams) -> ContactModel:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # scikit-learn cannot bin a column without a single value.
    x = np.where(np.isnan(x).all(axis=0), 0.0, x)
    model = HistGradientBoostingClassifier(
        max_iter=params.trees,
        learning_rate=params.learning_rate,
        max_leaf_nodes=params.leaves,
        min_samples_leaf=params.min_rows_a_leaf,
        l2_regularization=params.l2,
        monotonic_cst=[m.sign for m in MEASURES],
        early_stopping=False,
        random_state=0,
    )
    # One thread: the data are small, threads that wait cost more, and sums keep their order.
    with threadpool_limits(1):
        fitted = model.fit(x, contact)
    trees = []
    for (tree,) in fitted._predictors:
        nodes = tree.nodes
        leaf = nodes["is_leaf"].astype(bool)
        trees.append(
            {
                "feature": np.where(leaf, -1, nodes["feature_idx"]).astype(np.int64),
                "threshold": np.where(leaf, 0.0, np.minimum(nodes["num_threshold"], 1e300)),
                "left": np.where(leaf, 0, nodes["left"]).astype(np.int64),
                "right": np.where(leaf, 0, nodes["right"]).astype(np.int64),
                "missing_left": nodes["missing_go_to_left"].astype(np.int64),
                "value": np.where(leaf, _rounded(nodes["value"]), 0.0),
            }
        )
    baseline = float(_rounded(np.ravel(fitted._baseline_prediction))[0])
    return ContactModel("", {}, baseline, 1.0, 0.0, trees)


def _calibrate(log_odds: Floats, contact: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift that make log-odds honest; never a falling slope."""
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(contact)) < 2:
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e6).fit(log_odds[:, None], contact)
    slope, shift = _rounded(np.array([fitted.coef_[0, 0], fitted.intercept_[0]]))
    return max(float(slope), 1e-3), float(shift)


def _leaf(tree: dict[str, NDArray[Any]], x: Floats) -> NDArray[np.int64]:
    node = np.zeros(len(x), dtype=np.int64)
    row = np.arange(len(x))
    while True:
        feature = tree["feature"][node]
        inner = feature >= 0
        if not inner.any():
            return node
        value = x[row, np.maximum(feature, 0)]
        left = np.where(np.isnan(value), tree["missing_left"][node] == 1, value <= tree["threshold"][node])
        node = np.where(inner, np.where(left, tree["left"][node], tree["right"][node]), node)


def _from_weights(name: str, card: dict[str, Any], weights: dict[str, Any]) -> ContactModel:
    import hashlib

    if not isinstance(weights, dict) or weights.get("format") != FORMAT:
        found = weights.get("format") if isinstance(weights, dict) else type(weights).__name__
        raise ModelError(
            f"model '{name}' has format {found!r}; this version reads {FORMAT!r}. Train it again."
        )
    want = [m.name for m in MEASURES]
    if weights.get("measures") != want:
        differ = sorted(set(want) ^ set(weights.get("measures") or []))
        raise ModelError(
            f"model '{name}' was made for other measures ({', '.join(differ) or 'another order'} differ). "
            "Train it again with this version."
        )
    numbers = ("baseline", "slope", "shift", "dark_slope", "dark_shift", "max_dark_p")
    try:
        digest = hashlib.sha256(json.dumps(weights, sort_keys=True).encode()).hexdigest()[:8]
        trees = [_tree(tree) for tree in weights["trees"]]
        model = ContactModel(
            f"{Path(name).name}-{digest}", card, trees=trees, **{k: float(weights[k]) for k in numbers}
        )
        got = np.array(model.to_weights()["checks"])
        good = np.allclose(got, np.array(weights["checks"], dtype=np.float64), rtol=0.0, atol=_CLOSE)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(f"model '{name}' is damaged: {error!r}. Train it again.") from error
    if not good:
        raise ModelError(f"model '{name}' does not give the probabilities stored with it. Train it again.")
    return model


def _tree(data: dict[str, list[Any]]) -> dict[str, NDArray[Any]]:
    whole = ("feature", "left", "right", "missing_left")
    tree: dict[str, NDArray[Any]] = {k: np.array(data[k], dtype=np.int64) for k in whole}
    tree |= {k: np.array(data[k], dtype=np.float64) for k in ("threshold", "value")}
    n = len(tree["feature"])
    if {len(v) for v in tree.values()} != {n} or n == 0:
        raise ValueError("a tree's arrays differ in length")
    inner = tree["feature"] >= 0
    children = np.concatenate([tree["left"][inner], tree["right"][inner]])
    parents = np.tile(np.flatnonzero(inner), 2)
    # Children stand after their parent, so a walk from the root always ends.
    if (children <= parents).any() or (children >= n).any() or (tree["feature"] >= len(MEASURES)).any():
        raise ValueError("a tree's nodes are out of order")
    return tree


def _probe() -> Floats:
    """Fixed inputs that reach many leaves, some of them not known."""
    rng = np.random.default_rng(20_190_814)
    x = rng.exponential([20, 15, 3, 10, 8, 60, 2, 1, 5, 1, 1, 3, 2, 2, 9000, 9000, 1], (64, len(MEASURES)))
    x[rng.random(x.shape) < 0.05] = np.nan
    return x


def _rounded(values: NDArray[Any]) -> Floats:
    return np.array([float(f"{v:.{_SIGNIFICANT}g}") for v in np.ravel(values)]).reshape(np.shape(values))


def _expit(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -500.0, 500.0))))


def _logit(p: Floats) -> Floats:
    q = np.clip(np.asarray(p, dtype=np.float64), 1e-6, 1.0 - 1e-6)
    return np.asarray(np.log(q / (1.0 - q)))
