"""The contact model: fitted, stored, read back, and refused when a stored file is not what it should be."""

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stsdetect.errors import ModelError
from stsdetect.model import load_model
from stsdetect.model.contact_model import FORMAT, ContactModel, fit_contact, fit_dark, ruled_out
from stsdetect.model.dark_matching import AS_DETECTED
from stsdetect.model.model_inputs import ENCOUNTER_INPUTS
from stsdetect.params import ModelParams
from stsdetect.schema import ENCOUNTERS
from tests.builders.score import dark_candidates, encounter, encounters_by_gap

SMALL = ModelParams(trees=20, folds=3)
CYCLE = {k: [0] for k in ("feature", "threshold", "left", "right", "missing_left", "value")}


@pytest.fixture(scope="module")
def model() -> ContactModel:
    return fit_contact(*encounters_by_gap(), params=SMALL, card={"what": "a test"})


def test_on_other_seas_it_is_accurate_and_calibrated(model: ContactModel) -> None:
    rows, contact, _ = encounters_by_gap(2000, seed=2)
    p = model.p_contact(rows).to_numpy()
    assert np.mean((p - contact) ** 2) < 0.10  # predicting the mean everywhere gives 0.22
    for low, high in ((0.0, 0.2), (0.8, 1.0)):
        inside = (p >= low) & (p <= high)
        assert abs(p[inside].mean() - contact[inside].mean()) < 0.06


def test_two_fits_to_the_same_data_are_stored_as_the_same_bytes(model: ContactModel, tmp_path: Path) -> None:
    model.save(tmp_path / "a")
    fit_contact(*encounters_by_gap(), params=SMALL, card={"what": "a test"}).save(tmp_path / "b")
    for name in ("weights.json", "card.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_model_read_back_gives_the_same_probabilities(model: ContactModel, tmp_path: Path) -> None:
    model.save(tmp_path / "contact")
    again = load_model(tmp_path / "contact")
    rows = encounters_by_gap(100, seed=3)[0]
    assert again.p_contact(rows).to_list() == model.p_contact(rows).to_list()
    assert again.model_id == model.model_id
    assert again.card == {"what": "a test"}


def test_it_is_read_without_scikit_learn(
    model: ContactModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.save(tmp_path / "contact")
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError):
        import sklearn  # noqa: F401
    rows = encounters_by_gap(100, seed=3)[0]
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
        ({"measures": ["gap_m"]}, "trained on other inputs"),
        ({"dark": {"bias": 0.0}}, r"trained on other inputs \(beside, course, elsewhere, .* differ\)"),
        ({"dark": AS_DETECTED | {"bias": "much"}}, "is damaged"),
        ({"ceiling": {"even_error_m": 100.0}}, "is damaged"),
        ({"ceiling": {"even_error_m": 1.0, "hull_radius_m": 40.0, "observed_nat": 0.0, "observed_share": 0.2}},
         "does not reproduce the probabilities stored with it"),
        ({"baseline": 1.0}, "does not reproduce the probabilities stored with it"),
        ({"trees": [{"feature": [0]}]}, "is damaged"),
        ({"trees": [CYCLE]}, "out of order"),
        ({"slope": "steep"}, "is damaged"),
    ],
)  # fmt: skip
def test_a_damaged_or_foreign_model_is_refused(
    model: ContactModel, tmp_path: Path, change: dict, match: str
) -> None:
    with pytest.raises(ModelError, match=match):
        load_model(damaged(tmp_path, model, **change))


def test_a_missing_model_and_one_that_is_not_json_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no model"):
        load_model(tmp_path / "nothing")
    (tmp_path / "weights.json").write_text("{")
    (tmp_path / "card.json").write_text("{}")
    with pytest.raises(ModelError, match="is damaged"):
        load_model(tmp_path)


def test_one_sea_or_contact_everywhere_cannot_be_fitted() -> None:
    rows, contact, group = encounters_by_gap(60)
    with pytest.raises(ModelError, match=r"60 encounters of 1 sea\(s\)"):
        fit_contact(rows, contact, np.zeros_like(group))
    with pytest.raises(ModelError, match="two seas are needed, and rows with and without contact"):
        fit_contact(rows, np.zeros(60, bool), group)


def test_the_bundled_model_separates_ships_alongside_from_ships_apart() -> None:
    model = load_model()
    close = encounter(departure_to_m=9000.0, approach_from_m=9000.0)
    apart = encounter(median_hull_gap_m=45.0, min_hull_gap_m=30.0, rigidity=-10.0, abreast=0.2)
    p = [model.p_contact(ENCOUNTERS.validate(e))[0] for e in (close, apart)]
    assert p[0] > 0.9
    assert p[1] < 0.1
    assert {"measures", "seas", "test", "limits", "versions"} <= set(model.card)


def test_the_bundled_model_has_the_format_and_the_inputs_of_this_version() -> None:
    weights = load_model().to_weights()
    assert weights["format"] == FORMAT
    assert weights["measures"] == [i.name for i in ENCOUNTER_INPUTS]
    assert (weights["max_dark_p"], weights["min_draught_change_m"]) == (0.9, 0.3)


@pytest.mark.parametrize(("error_m", "observed", "most"), [(101.0, 0.0, 0.4961), (20.0, 0.0, 0.9)])
def test_the_bundled_model_is_no_more_certain_than_what_was_seen(error_m, observed, most) -> None:
    # The odds are at most 18,000 m2 over error * (error + 80 m), as in the contact rule.
    clear = {"departure_to_m": 9000.0, "approach_from_m": 9000.0}
    seen = ENCOUNTERS.validate(encounter(**clear))
    unseen = ENCOUNTERS.validate(encounter(**clear, hull_gap_error_m=error_m, observed_fraction=observed))
    assert load_model().p_contact(seen)[0] > 0.9
    assert load_model().p_contact(unseen)[0] <= most + 1e-4


def test_a_dark_candidate_without_an_error_of_the_gap_has_no_ceiling(model: ContactModel) -> None:
    rows = dark_candidates({"support": 9.0}).with_columns(hull_gap_error_m=pl.lit(None, pl.Float64))
    assert model.p_contact(rows)[0] > 0.5


def test_candidates_that_the_detector_ruled_out_never_become_more_likely(model: ContactModel) -> None:
    reasons = [None, "same hull", "hull between"]
    rows = pl.concat([ENCOUNTERS.validate(encounter(p_contact=0.01, ruled_out=r)) for r in reasons])
    assert ruled_out(rows).tolist() == [False, True, False]
    free, excluded, between = model.p_contact(rows)
    assert free > 0.5
    assert excluded == 0.01
    assert between > 0.01  # an input of the model, which may overrule it


def test_a_dark_encounter_is_never_more_likely_than_the_model_allows(model: ContactModel) -> None:
    rows = dark_candidates({"support": 9.0}, {"gap_id_1": "h", "support": 0.0})
    assert model.p_contact(rows).to_list() == pytest.approx([0.9, 0.5])


def test_fitting_the_dark_part_leaves_encounters_as_they_are(model: ContactModel) -> None:
    rows = dark_candidates(*({"gap_id_1": f"g{k}", "support": float(k % 2)} for k in range(20)))
    met = np.arange(20) % 2 == 1
    fitted = fit_dark(model, rows, met, np.zeros(20, np.int64))
    some = encounters_by_gap(20, seed=3)[0]
    assert fitted.p_contact(some).to_list() == model.p_contact(some).to_list()
    assert fitted.dark != model.dark
    assert fitted.model_id != model.model_id
    p = fitted.p_contact(rows).to_numpy()
    assert p[met].min() > p[~met].max()
