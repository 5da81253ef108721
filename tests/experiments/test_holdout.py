"""Trained without a family of parameters, evaluated on a sea in which it varies."""

from dataclasses import replace

import pytest

from stsdetect.errors import ParamError
from stsdetect.experiments.holdout import evaluate_left_out
from tests.experiments.test_training import SMALL


def test_one_row_a_family_with_the_figures_of_the_ranking() -> None:
    got = evaluate_left_out(
        [3],
        families=["mooring", "cadence"],
        sea=replace(SMALL, dark_transfers=0),
        train_seeds=[1, 2],
        base=SMALL,
    ).set_index("left_out")
    assert got.index.tolist() == ["mooring", "cadence"]
    assert got["all"].between(0.0, 1.0).all()
    assert (got["wrong_among_first_20"] == 0).all()
    # Only what the model was trained on differs, not the sea that it is tried on.
    assert got["brier"].nunique() == 2


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(ParamError, match="unknown family: weather; known: water, "):
        evaluate_left_out([1], families=["weather"])
