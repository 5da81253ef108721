"""Boosted trees as plain arrays: fitted by scikit-learn, walked by a few lines of numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.params import ModelParams

Tree = dict[str, NDArray[Any]]
"""Arrays of a tree's nodes: feature (-1 at a leaf), threshold, left, right, missing_left, value."""

_WHOLE, _REAL = ("feature", "left", "right", "missing_left"), ("threshold", "value")
_SIGNIFICANT = 10


def fit_trees(
    x: Floats, answer: Bools, signs: Sequence[int], params: ModelParams
) -> tuple[float, list[Tree]]:
    """Fit boosted trees that may only rise or fall with an input where its sign says so.

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, NaN where not known, shape (n, k).
    answer : numpy.ndarray
        What is to be predicted, shape (n,).
    signs : sequence of int
        1, -1 or 0 for each input.
    params : ModelParams
        Shape of the trees.

    Returns
    -------
    baseline : float
        Log-odds before any tree [nat].
    trees : list of Tree
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # scikit-learn cannot bin a column without a single value.
    x = np.where(np.isnan(x).all(axis=0), 0.0, x)
    model = HistGradientBoostingClassifier(
        max_iter=params.trees,
        learning_rate=params.learning_rate,
        max_leaf_nodes=params.leaves,
        min_samples_leaf=params.min_rows_per_leaf,
        l2_regularization=params.l2,
        monotonic_cst=list(signs),
        early_stopping=False,
        random_state=0,
    )
    # One thread: the data are small, threads that wait cost more, and sums keep their order.
    with threadpool_limits(1):
        fitted = model.fit(x, answer)
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
                "value": np.where(leaf, rounded(nodes["value"]), 0.0),
            }
        )
    return float(rounded(np.ravel(fitted._baseline_prediction))[0]), trees


def log_odds(baseline: float, trees: Sequence[Tree], x: Floats) -> Floats:
    """Sum of the baseline and every tree's leaf [nat], shape (n,)."""
    total = np.full(len(x), baseline)
    for tree in trees:
        total += tree["value"][_leaf(tree, x)]
    return total


def read_tree(data: dict[str, list[Any]], n_inputs: int) -> Tree:
    """A tree from plain lists.

    Raises
    ------
    KeyError, TypeError, ValueError
        When an array is absent, is not numbers, or the nodes make no tree.
    """
    tree: Tree = {k: np.array(data[k], dtype=np.int64) for k in _WHOLE}
    tree |= {k: np.array(data[k], dtype=np.float64) for k in _REAL}
    n = len(tree["feature"])
    if {len(v) for v in tree.values()} != {n} or n == 0:
        raise ValueError("a tree's arrays differ in length")
    inner = tree["feature"] >= 0
    children = np.concatenate([tree["left"][inner], tree["right"][inner]])
    parents = np.tile(np.flatnonzero(inner), 2)
    # Children stand after their parent, so a walk from the root always ends.
    if (children <= parents).any() or (children >= n).any() or (tree["feature"] >= n_inputs).any():
        raise ValueError("a tree's nodes are out of order")
    return tree


def rounded(values: NDArray[Any]) -> Floats:
    """To ten significant digits, so that what is stored is what was meant."""
    return np.array([float(f"{v:.{_SIGNIFICANT}g}") for v in np.ravel(values)]).reshape(np.shape(values))


def _leaf(tree: Tree, x: Floats) -> Ints:
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
