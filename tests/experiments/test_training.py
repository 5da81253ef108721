"""Training on small seas: the same model every time, seeds kept apart, a card that says what was done."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from stsdetect.errors import ParamError, SchemaError
from stsdetect.experiments import find_in
from stsdetect.experiments.training import (
    DARK_COLUMNS,
    LIMITS,
    TEST_SEEDS,
    TRAIN_SEEDS,
    TRAINING_SEA,
    _with_other_seas,
    detect_in,
    train,
    with_labelled,
)
from stsdetect.model import load_model
from stsdetect.params import Params
from stsdetect.simulation import FAMILIES, simulate, write_sea
from tests.builders.cli import exit_code
from tests.builders.experiments import QUICK, SMALL

BUNDLED_CARD = Path(__file__).parents[2] / "models" / "contact" / "card.json"


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


def test_the_metrics_on_the_card_are_those_that_evaluate_prints(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_sea(simulate(seed=3, sea=SMALL), tmp_path)
    sea = ("--sea", tmp_path / "sea.toml", "--first-seed", 3, "--seeds", 1)
    assert exit_code("evaluate", *sea, "--model", trained / "a") == 0
    printed = capsys.readouterr().out.splitlines()
    metrics = load_model(trained / "a").card["metrics"]
    on_card = [f"- {name.replace('_', ' ')}: {value}" for name, value in metrics.pop("summary").items()]
    for rows in metrics.values():
        on_card += [
            "| " + " | ".join(cells) + " |" for cells in [*map(list, rows[:1]), *(r.values() for r in rows)]
        ]
    assert len(on_card) > 20
    assert [line for line in printed if line.startswith(("- ", "| "))] == on_card


def test_the_card_of_the_bundled_model_has_the_names_that_training_would_write_now(trained: Path) -> None:
    card, new = json.loads(BUNDLED_CARD.read_text("utf-8")), load_model(trained / "a").card
    assert list(card) == list(new)
    assert list(card["metrics"]) == list(new["metrics"])
    assert (card["measures"], card["dark_measures"]) == (new["measures"], new["dark_measures"])
    assert card["seas"] == {
        "seeds": list(TRAIN_SEEDS), "families": sorted(FAMILIES), "base": asdict(TRAINING_SEA)
    }  # fmt: skip
    assert list(card["seas"]["base"]) == list(asdict(TRAINING_SEA))
    assert card["test"] == {"seeds": list(TEST_SEEDS), "sea": "rich"}
    assert card["limits"] == list(LIMITS)


def test_training_detects_what_a_run_finds() -> None:
    sea = simulate(seed=4, sea=replace(SMALL, dark_transfers=2, passing=10, anchored=20))
    found, in_memory = find_in(sea, params=Params()).tables, detect_in(sea, params=Params()).tables
    for name, key in (
        ("encounters", "encounter_id"), ("dark_encounters", "dark_id"), ("gaps", "gap_id"), ("solo_stops", "solo_id"),
    ):  # fmt: skip
        measured = [key, *(c for c in ("p_contact", "support", "p_off") if c in found[name].columns)]
        assert len(found[name]) > 0
        assert_frame_equal(found[name].select(measured), in_memory[name].select(measured))


def test_an_analysts_verdicts_count_as_one_more_sea() -> None:
    simulated = pl.DataFrame({"encounter_id": ["a", "b"], "contact": [True, False], "sea": [1, 2]})
    labelled = pl.DataFrame({"contact": [True], "note": ["seen from a patrol"], "encounter_id": ["c"]})
    got = with_labelled(simulated, labelled)
    assert got.rows() == [("a", True, 1), ("b", False, 2), ("c", True, -1)]
    assert with_labelled(simulated, None).equals(simulated)


def test_a_sea_is_not_both_trained_on_and_tested_on() -> None:
    with pytest.raises(ParamError, match=r"seed\(s\) \[2\] are both"):
        train([1, 2], test_seeds=[2, 3])


def test_candidates_of_other_seas_keep_apart_from_the_simulated_ones() -> None:
    row = dict.fromkeys(DARK_COLUMNS) | {"sea": 3, "contact": True, "support": 1.0}
    ours = [row | {"duration_h": 4.0}, row | {"sea": 5}]
    simulated = pl.DataFrame(ours, schema_overrides={"ship_type_1": pl.Int32, "p_off": pl.Float64})
    got = _with_other_seas(simulated, pl.DataFrame([row | {"p_off": 1}]))
    assert got["sea"].to_list() == [3, -4]  # one sea of either hand
    assert got.schema == simulated.select(DARK_COLUMNS).schema
    assert _with_other_seas(simulated, None).equals(simulated.select(DARK_COLUMNS))


def test_candidates_of_other_seas_need_every_column() -> None:
    row = pl.DataFrame([dict.fromkeys(DARK_COLUMNS) | {"sea": 3, "contact": True}])
    with pytest.raises(SchemaError, match=r"lacks the column\(s\) contact, beside\."):
        _with_other_seas(row, row.drop("contact", "beside"))
