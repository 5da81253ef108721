"""Training on small seas: the same model every time, seeds kept apart, a card that says what was done."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from stsdetect.errors import ParamError
from stsdetect.experiments import find_in
from stsdetect.experiments.training import detect_in, train
from stsdetect.params import ModelParams, Params
from stsdetect.score import load_model
from stsdetect.simulation import SeaParams, simulate, write_sea
from tests.builders.cli import exit_code

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
QUICK = ModelParams(trees=5, min_rows_per_leaf=2, folds=2)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same model trained twice, as `a` and `b`."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("a", "b"):
        model = train(
            [1, 2], test_seeds=[3], families=["mooring"], base=SMALL, test_sea=SMALL, model_params=QUICK
        )
        model.save(folder / name)
    return folder


def test_twice_the_same_bytes_and_a_card(trained: Path) -> None:
    for file in ("weights.json", "card.json"):
        assert (trained / "a" / file).read_bytes() == (trained / "b" / file).read_bytes()
    card = load_model(trained / "a").card
    assert card["seas"]["seeds"] == [1, 2]
    assert card["test"]["seeds"] == [3]


def test_the_figures_of_the_card_are_those_that_evaluate_prints(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_sea(simulate(seed=3, sea=SMALL), tmp_path)
    sea = ("--sea", tmp_path / "sea.toml", "--first-seed", 3, "--seeds", 1)
    assert exit_code("evaluate", *sea, "--model", trained / "a") == 0
    printed = capsys.readouterr().out.splitlines()
    figures = load_model(trained / "a").card["figures"]
    said = [f"- {name.replace('_', ' ')}: {value}" for name, value in figures.pop("summary").items()]
    for rows in figures.values():
        said += [
            "| " + " | ".join(cells) + " |" for cells in [*map(list, rows[:1]), *(r.values() for r in rows)]
        ]
    assert len(said) > 20
    assert [line for line in printed if line.startswith(("- ", "| "))] == said


def test_what_is_trained_on_is_what_a_run_finds() -> None:
    sea = simulate(seed=4, sea=replace(SMALL, dark_transfers=2, passing=10, anchored=20))
    found, in_memory = find_in(sea, params=Params()).tables, detect_in(sea, params=Params()).tables
    for name, key in (("encounters", "encounter_id"), ("dark_encounters", "dark_id"), ("gaps", "gap_id")):
        measured = [key, *(c for c in ("p_contact", "support", "p_off") if c in found[name].columns)]
        assert len(found[name]) > 0
        pd.testing.assert_frame_equal(found[name][measured], in_memory[name][measured])


def test_a_sea_is_not_both_trained_on_and_tested_on() -> None:
    with pytest.raises(ParamError, match=r"seed\(s\) \[2\] are both"):
        train([1, 2], test_seeds=[2, 3])
