"""Boosted trees as plain arrays: fitted by scikit-learn, evaluated with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.params import ModelParams

Tree = dict[str, NDArray[Any]]
"""A tree as arrays with one element per node.

`feature`: column of the input that the node compares, -1 at a leaf; `threshold`: values up to it go left;
`left`, `right`: nodes to go on to; `missing_left`: 1 where an unknown input goes left; `value`: log-odds of a
leaf [nat].
"""

_INT_ARRAYS, _FLOAT_ARRAYS = ("feature", "left", "right", "missing_left"), ("threshold", "value")
_SIGNIFICANT_DIGITS = 10
_MAX_THRESHOLD = 1e300
"""Used for infinity, which JSON cannot hold, where a node splits known from unknown inputs."""


def fit_trees(
    x: Floats, answer: Bools, signs: Sequence[int], params: ModelParams
) -> tuple[float, list[Tree]]:
    """Fit boosted trees that are monotone in an input where its sign is not 0.

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, shape (n, k); NaN where not known.
    answer : numpy.ndarray
        What is to be predicted, shape (n,).
    signs : sequence of int
        For each input 1 where the log-odds may only rise with it, -1 where they may only fall, 0 where they
        are free.
    params : ModelParams
        Shape of the trees.

    Returns
    -------
    baseline : float
        Log-odds before any tree [nat].
    trees : list of Tree

    References
    ----------
    T. Chen and C. Guestrin, "XGBoost: a scalable tree boosting system", KDD 2016, for the method;
    `sklearn.ensemble.HistGradientBoostingClassifier` for the implementation.
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
    # One thread: on so little data more threads are slower, and sums keep their order.
    with threadpool_limits(1):
        fitted = model.fit(x, answer)
    trees = []
    for (tree,) in fitted._predictors:
        nodes = tree.nodes
        leaf = nodes["is_leaf"].astype(bool)
        trees.append(
            {
                "feature": np.where(leaf, -1, nodes["feature_idx"]).astype(np.int64),
                "threshold": np.where(leaf, 0.0, np.minimum(nodes["num_threshold"], _MAX_THRESHOLD)),
                "left": np.where(leaf, 0, nodes["left"]).astype(np.int64),
                "right": np.where(leaf, 0, nodes["right"]).astype(np.int64),
                "missing_left": nodes["missing_go_to_left"].astype(np.int64),
                "value": np.where(leaf, rounded(nodes["value"]), 0.0),
            }
        )
    return float(rounded(np.ravel(fitted._baseline_prediction))[0]), trees


def log_odds(baseline: float, trees: Sequence[Tree], x: Floats) -> Floats:
    """Sum of the baseline and of one leaf of every tree.

    Parameters
    ----------
    baseline : float
        Log-odds before any tree [nat].
    trees : sequence of Tree
    x : numpy.ndarray
        Inputs, shape (n, k); NaN where not known.

    Returns
    -------
    numpy.ndarray
        Log-odds, shape (n,) [nat].

    Examples
    --------
    >>> stump = {"feature": [0, -1, -1], "threshold": [10.0, 0.0, 0.0], "left": [1, 0, 0], "right": [2, 0, 0]}
    >>> tree = read_tree(stump | {"missing_left": [0, 0, 0], "value": [0.0, 2.0, -2.0]}, 1)
    >>> log_odds(0.5, [tree], np.array([[10.0], [11.0], [np.nan]])).tolist()
    [2.5, -1.5, -1.5]
    """
    total = np.full(len(x), baseline)
    for tree in trees:
        total += tree["value"][_leaf(tree, x)]
    return total


def read_tree(data: dict[str, list[Any]], n_inputs: int) -> Tree:
    """A tree from the lists of ``weights.json``.

    Parameters
    ----------
    data : dict
        One list per array of `Tree`.
    n_inputs : int
        Number of inputs, k.

    Returns
    -------
    Tree

    Raises
    ------
    KeyError, TypeError, ValueError
        When an array is missing or not numeric, or the nodes do not form a tree.
    """
    tree: Tree = {k: np.array(data[k], dtype=np.int64) for k in _INT_ARRAYS}
    tree |= {k: np.array(data[k], dtype=np.float64) for k in _FLOAT_ARRAYS}
    n = len(tree["feature"])
    if {len(v) for v in tree.values()} != {n} or n == 0:
        raise ValueError("the arrays of a tree are empty or differ in length")
    inner = tree["feature"] >= 0
    children = np.concatenate([tree["left"][inner], tree["right"][inner]])
    parents = np.tile(np.flatnonzero(inner), 2)
    # Children come after their parent, so that every path from the root ends.
    if (children <= parents).any() or (children >= n).any() or (tree["feature"] >= n_inputs).any():
        raise ValueError("the nodes of a tree are out of order")
    return tree


def rounded(values: NDArray[Any]) -> Floats:
    """The values to ten significant digits, which hides differences in the last bits.

    Examples
    --------
    >>> rounded(np.array([1 / 3])).tolist()
    [0.3333333333]
    """
    return np.array([float(f"{v:.{_SIGNIFICANT_DIGITS}g}") for v in np.ravel(values)]).reshape(
        np.shape(values)
    )


def _leaf(tree: Tree, x: Floats) -> Ints:
    """Node number of the leaf that each row reaches."""
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
