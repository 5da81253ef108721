"""The contact model: fit, stored, read back, refused when it does not fit, monotone, the same every time."""

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stsdetect.errors import ModelError
from stsdetect.params import ModelParams
from stsdetect.schema import ENCOUNTERS
from stsdetect.score import Scorer, load_model
from stsdetect.score.model.contact_model import ContactModel, fit_contact
from stsdetect.score.model.dark_matching import AS_DETECTED
from stsdetect.score.model.model_inputs import MEASURES, measured
from stsdetect.score.model.trees import fit_trees, log_odds
from tests.score.builders import candidate, encounter

SMALL = ModelParams(trees=20, folds=3)
LOOP = {k: [0] for k in ("feature", "threshold", "left", "right", "missing_left", "value")}


def made_up(n: int = 600, seed: int = 1) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Encounters whose contact depends on the gap alone, in six seas."""
    rng = np.random.default_rng(seed)
    rows = pl.concat([ENCOUNTERS.validate(encounter())] * n)
    gap = rng.uniform(0.0, 60.0, n)
    contact = rng.random(n) < 1.0 / (1.0 + np.exp((gap - 20.0) / 4.0))
    rows = rows.with_columns(
        median_hull_gap_m=pl.Series(gap),
        min_hull_gap_m=pl.Series(gap),
        rigidity=pl.Series(rng.normal(0, 5, n)),
    )
    return rows, contact, rng.integers(0, 6, n)


@pytest.fixture(scope="module")
def model() -> ContactModel:
    return fit_contact(*made_up(), params=SMALL, card={"what": "a test"})


def test_it_learns_and_is_calibrated_on_other_seas(model: ContactModel) -> None:
    rows, contact, _ = made_up(2000, seed=2)
    p = model.p_contact(rows).to_numpy()
    assert np.mean((p - contact) ** 2) < 0.10  # always saying the mean gives 0.22
    for low, high in ((0.0, 0.2), (0.8, 1.0)):
        inside = (p >= low) & (p <= high)
        assert abs(p[inside].mean() - contact[inside].mean()) < 0.06


def test_the_numpy_reader_equals_scikit_learn() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, contact, _ = made_up()
    x = measured(rows)
    x = np.nan_to_num(x)
    x[::7, 0] = np.nan
    theirs = HistGradientBoostingClassifier(
        max_iter=20, learning_rate=SMALL.learning_rate, max_leaf_nodes=SMALL.leaves,
        l2_regularization=SMALL.l2,
        monotonic_cst=[m.sign for m in MEASURES], early_stopping=False, random_state=0,
    ).fit(x, contact)  # fmt: skip
    ours = fit_trees(x, contact, [m.sign for m in MEASURES], SMALL)
    np.testing.assert_allclose(log_odds(*ours, x), theirs.decision_function(x), atol=1e-8)


@pytest.mark.parametrize("name", [m.name for m in MEASURES if m.sign])
def test_monotone_where_physics_says_so(model: ContactModel, name: str) -> None:
    k = [m.name for m in MEASURES].index(name)
    x = np.repeat(measured(made_up(20)[0]), 50, axis=0)
    x[:, k] = np.tile(np.linspace(-20.0, 80.0, 50), 20)
    steps = np.diff(log_odds(model.baseline, model.trees, x).reshape(20, 50), axis=1) * MEASURES[k].sign
    assert (steps >= -1e-9).all()


def test_trained_twice_stored_twice_the_same_bytes(model: ContactModel, tmp_path: Path) -> None:
    model.save(tmp_path / "a")
    fit_contact(*made_up(), params=SMALL, card={"what": "a test"}).save(tmp_path / "b")
    for name in ("weights.json", "card.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_read_back_it_gives_the_same(model: ContactModel, tmp_path: Path) -> None:
    model.save(tmp_path / "contact")
    again = load_model(tmp_path / "contact")
    rows = made_up(100, seed=3)[0]
    assert again.p_contact(rows).to_list() == model.p_contact(rows).to_list()
    assert again.model_id == model.model_id
    assert again.card == {"what": "a test"}


def test_it_is_read_without_scikit_learn_whatever_its_version(
    model: ContactModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.save(tmp_path / "contact")
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError):
        import sklearn  # noqa: F401
    rows = made_up(100, seed=3)[0]
    assert load_model(tmp_path / "contact").p_contact(rows).to_list() == model.p_contact(rows).to_list()


def damaged(folder: Path, model: ContactModel, **change: object) -> Path:
    model.save(folder)
    weights = json.loads((folder / "weights.json").read_text())
    (folder / "weights.json").write_text(json.dumps(weights | change))
    return folder


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"format": "stsdetect-contact-99"}, "has format 'stsdetect-contact-99'; this version reads"),
        ({"measures": ["gap_m"]}, "made for other measures"),
        ({"dark": {"bias": 0.0}}, r"made for other measures \(elsewhere, .* differ\)"),
        ({"dark": AS_DETECTED | {"bias": "much"}}, "is damaged"),
        ({"baseline": 1.0}, "does not give the probabilities stored with it"),
        ({"trees": [{"feature": [0]}]}, "is damaged"),
        ({"trees": [LOOP]}, "out of order"),
        ({"slope": "steep"}, "is damaged"),
    ],
)  # fmt: skip
def test_a_model_that_does_not_fit_is_refused(
    model: ContactModel, tmp_path: Path, change: dict, match: str
) -> None:
    with pytest.raises(ModelError, match=match):
        load_model(damaged(tmp_path, model, **change))


def test_no_model_and_no_json(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no model"):
        load_model(tmp_path / "nothing")
    (tmp_path / "weights.json").write_text("{")
    (tmp_path / "card.json").write_text("{}")
    with pytest.raises(ModelError, match="is damaged"):
        load_model(tmp_path)


def test_one_sea_or_one_answer_is_not_enough() -> None:
    rows, contact, group = made_up(60)
    with pytest.raises(ModelError, match=r"60 encounters of 1 sea\(s\)"):
        fit_contact(rows, contact, np.zeros_like(group))
    with pytest.raises(ModelError, match="both kinds of answer"):
        fit_contact(rows, np.zeros(60, bool), group)


def test_the_scorer_uses_it_and_says_so(model: ContactModel) -> None:
    event = Scorer(model=model).score(candidate(rigidity=8.0, swing_deg=90.0, night_share=1.0)).events.iloc[0]
    assert event.model_id == model.model_id
    assert event.p_contact != 0.9


def test_the_bundled_model_loads_and_tells_alongside_from_apart() -> None:
    model = load_model()
    close = encounter(departure_to_m=9000.0, approach_from_m=9000.0)
    apart = encounter(median_hull_gap_m=45.0, min_hull_gap_m=30.0, rigidity=-10.0, abreast=0.2)
    p = [model.p_contact(ENCOUNTERS.validate(e))[0] for e in (close, apart)]
    assert p[0] > 0.9
    assert p[1] < 0.1
    assert {"measures", "seas", "test", "limits", "versions"} <= set(model.card)
