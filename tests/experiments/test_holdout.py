"""Trained without a family of parameters, evaluated on a sea in which it varies."""

import json
from dataclasses import replace
from typing import Any

import pytest

from stsdetect.errors import ParamError
from stsdetect.experiments.holdout import evaluate_holdouts
from stsdetect.experiments.training import fit
from stsdetect.model import ContactModel
from tests.builders.experiments import SMALL


def test_one_row_per_family_with_the_average_precision_of_each_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = []

    def fit_and_keep(*args: Any, **options: Any) -> ContactModel:
        models.append(fit(*args, **options))
        return models[-1]

    monkeypatch.setattr("stsdetect.experiments.holdout.fit", fit_and_keep)
    got = evaluate_holdouts(
        [3],
        families=["mooring", "cadence"],
        sea=replace(SMALL, dark_transfers=0),
        train_seeds=[1, 2],
        base=SMALL,
    )
    assert got["holdout"].to_list() == ["mooring", "cadence"]
    # Six events or so: the bunkering of the sea is listed for information, below all transfers.
    assert (got["wrong_among_first_20"] == 1).all()
    assert (got["all"] == 1.0).all()
    # Only what the model was trained on differs, not the sea on which it is evaluated.
    assert len({json.dumps(model.to_weights()) for model in models}) == 2


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(ParamError, match="unknown family: weather; known: water, "):
        evaluate_holdouts([1], families=["weather"])
