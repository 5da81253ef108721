"""Training on small seas: the same model every time, seeds kept apart, a card that says what was done."""

from pathlib import Path

import pytest

from stsdetect.errors import ParamError
from stsdetect.params import ModelParams
from stsdetect.score import load_model
from stsdetect.simulate import SeaParams
from stsdetect.train import train

SMALL = SeaParams(
    hours=14.0,
    anchored=6,
    passing=0,
    fishing=0,
    open_transfers=2,
    crowd_transfers=2,
    tows=0,
    pilotages=0,
    trawler_pairs=0,
    close_neighbours=4,
    keep_every_s=120.0,
    no_size_share=0.0,
)
QUICK = ModelParams(trees=5, min_rows_a_leaf=2, folds=2)


def test_twice_the_same_bytes_and_a_card(tmp_path: Path) -> None:
    for name in ("a", "b"):
        train([1, 2], test_seeds=[3], families=["mooring"], base=SMALL, model_params=QUICK).save(
            tmp_path / name
        )
    for file in ("weights.json", "card.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    card = load_model(tmp_path / "a").card
    assert card["seas"]["seeds"] == [1, 2]
    assert card["test"]["seeds"] == [3]
    assert card["test"]["open"]["n"] > 0
    assert 0.0 <= card["test"]["open"]["brier"] <= 1.0


def test_a_sea_is_not_both_trained_on_and_tested_on() -> None:
    with pytest.raises(ParamError, match=r"seed\(s\) \[2\] are both"):
        train([1, 2], test_seeds=[2, 3])
