"""Boosted trees: equal to scikit-learn, monotone, read from lists, walked by hand."""

import numpy as np
import pytest

from stsdetect.model.model_inputs import ENCOUNTER_INPUTS, encounter_inputs
from stsdetect.model.trees import Tree, fit_trees, log_odds, read_tree, rounded
from stsdetect.params import ModelParams
from tests.builders.score import encounters_by_gap

SMALL = ModelParams(trees=20, folds=3)
SIGNS = [i.sign for i in ENCOUNTER_INPUTS]
STUMP = {
    "feature": [0, -1, -1],
    "threshold": [10.0, 0.0, 0.0],
    "left": [1, 0, 0],
    "right": [2, 0, 0],
    "missing_left": [0, 0, 0],
    "value": [0.0, 2.0, -2.0],
}


@pytest.fixture(scope="module")
def fitted() -> tuple[float, list[Tree]]:
    rows, contact, _ = encounters_by_gap()
    return fit_trees(encounter_inputs(rows), contact, SIGNS, SMALL)


def test_numpy_gives_what_scikit_learn_gives() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, contact, _ = encounters_by_gap()
    x = np.nan_to_num(encounter_inputs(rows))
    x[::7, 0] = np.nan
    theirs = HistGradientBoostingClassifier(
        max_iter=20, learning_rate=SMALL.learning_rate, max_leaf_nodes=SMALL.leaves,
        l2_regularization=SMALL.l2, monotonic_cst=SIGNS, early_stopping=False, random_state=0,
    ).fit(x, contact)  # fmt: skip
    ours = fit_trees(x, contact, SIGNS, SMALL)
    np.testing.assert_allclose(log_odds(*ours, x), theirs.decision_function(x), atol=1e-8)


@pytest.mark.parametrize("name", [i.name for i in ENCOUNTER_INPUTS if i.sign])
def test_log_odds_are_monotone_where_physics_says_so(fitted: tuple[float, list[Tree]], name: str) -> None:
    k = [i.name for i in ENCOUNTER_INPUTS].index(name)
    x = np.repeat(encounter_inputs(encounters_by_gap(20)[0]), 50, axis=0)
    x[:, k] = np.tile(np.linspace(-20.0, 80.0, 50), 20)
    steps = np.diff(log_odds(*fitted, x).reshape(20, 50), axis=1) * SIGNS[k]
    assert (steps >= -1e-9).all()


@pytest.mark.parametrize(("missing_left", "unknown"), [(0, -2.0), (1, 2.0)])
def test_a_value_goes_left_up_to_the_threshold_and_an_unknown_one_where_the_node_says(
    missing_left: int, unknown: float
) -> None:
    tree = read_tree(STUMP | {"missing_left": [missing_left, 0, 0]}, 1)
    got = log_odds(0.5, [tree, tree], np.array([[10.0], [10.1], [np.nan]]))
    assert got.tolist() == [4.5, -3.5, 0.5 + 2 * unknown]


def test_a_tree_that_is_a_single_leaf() -> None:
    leaf = read_tree({k: v[1:2] for k, v in STUMP.items()}, 1)
    assert log_odds(0.0, [leaf], np.zeros((2, 1))).tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"left": [0, 0, 0]}, ValueError, "out of order"),  # the root is its own child
        ({"right": [3, 0, 0]}, ValueError, "out of order"),  # there is no such node
        ({"feature": [1, -1, -1]}, ValueError, "out of order"),  # there is no such input
        ({"value": [0.0, 2.0]}, ValueError, "differ in length"),
        ({k: [] for k in STUMP}, ValueError, "empty"),
        ({"threshold": ["x", 0, 0]}, ValueError, "could not convert"),
    ],
)
def test_lists_that_do_not_form_a_tree_are_refused(change: dict, error: type, match: str) -> None:
    with pytest.raises(error, match=match):
        read_tree(STUMP | change, 1)


def test_a_missing_array_is_refused() -> None:
    with pytest.raises(KeyError, match="value"):
        read_tree({k: v for k, v in STUMP.items() if k != "value"}, 1)


def test_the_last_bits_are_rounded_away() -> None:
    x = np.array([[1.0, 1 / 3]])
    assert (rounded(x) == rounded(x * (1.0 + 2.0**-52))).all()
    assert rounded(x).shape == (1, 2)
