"""Dark candidates as a matching: probabilities that can be counted by hand, and weights with the right signs."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from stsdetect.model.dark_matching import AS_DETECTED, WEIGHTS, fit_dark_weights, p_dark_encounter
from stsdetect.model.model_inputs import DARK_INPUTS
from stsdetect.params import ModelParams
from tests.builders.score import dark_candidates
from tests.naive import matchings_by_counting


def p(*rows: dict[str, Any], **weights: float) -> list[float]:
    return p_dark_encounter(dark_candidates(*rows), AS_DETECTED | weights, min_draught_change_m=0.3).tolist()


def test_candidates_of_one_gap_and_no_partner_at_all_share_its_probability() -> None:
    assert p({}) == pytest.approx([1 / 2])
    assert p({}, {}) == pytest.approx([1 / 3, 1 / 3])
    assert p({}, {"gap_id_1": "h"}) == pytest.approx([1 / 2, 1 / 2])
    assert p({"support": np.log(8.0)}, {}) == pytest.approx([8 / 10, 1 / 10])


def test_candidates_of_one_stop_share_it_as_well() -> None:
    stop = {"loiter_id_2": "l"}
    assert p(stop, stop | {"gap_id_1": "h"}) == pytest.approx([1 / 3, 1 / 3])
    assert p(stop, {"loiter_id_2": "m", "gap_id_1": "h"}) == pytest.approx([1 / 2, 1 / 2])


def test_a_gap_that_may_be_lost_reception_counts_by_its_probability() -> None:
    assert p({"p_off": 0.4}) == pytest.approx([0.2])


def test_a_pair_of_gaps_competes_in_both() -> None:
    pair = {"dark_kind": "gap-gap", "gap_id_2": "h"}
    assert p(pair) == pytest.approx([1 / 2])
    assert p(pair, {}) == pytest.approx([1 / 3, 1 / 3])
    assert p(pair, {"gap_id_1": "h"}, {"gap_id_1": "h"}) == pytest.approx([1 / 4, 1 / 4, 1 / 4])


def test_a_competitor_with_a_better_partner_of_its_own_hardly_counts() -> None:
    # Weights 8 for g-h, 1 for h and 1 for g. Matchings: none, each alone, and the last two together; 12 in all.
    pair = {"dark_kind": "gap-gap", "gap_id_2": "h", "support": np.log(8.0)}
    assert p(pair, {"gap_id_1": "h"}, {}) == pytest.approx([8 / 12, 2 / 12, 2 / 12])
    # Gap g fits two stops equally well, one of which gap h is 99 times as likely to take.
    shared, own = {"loiter_id_2": "l"}, {"loiter_id_2": "m"}
    taken = {"gap_id_1": "h", "loiter_id_2": "l", "support": np.log(99.0)}
    total = 1 + 1 + 1 + 99 + 99  # none, shared, own, taken, own and taken
    assert p(shared, own, taken) == pytest.approx([1 / total, 100 / total, 198 / total])


def test_on_rings_of_candidates_it_is_close_to_counting_every_matching() -> None:
    rng = np.random.default_rng(5)
    off = []
    for _ in range(20):
        rows = [
            {"gap_id_1": f"g{i}", "loiter_id_2": f"l{j}", "support": float(rng.normal(0.0, 2.0))}
            for i in range(3)
            for j in range(3)
            if rng.random() < 0.8
        ]
        if rows:
            off.extend(np.abs(np.array(p(*rows)) - matchings_by_counting(rows)))
    assert max(off) < 0.1
    assert np.mean(off) < 0.01


def test_without_support_the_probability_as_detected_stands_for_it() -> None:
    assert p({"support": None, "p_contact": 0.8}) == pytest.approx([0.8])


def gaps_with_three_candidates(n: int = 400) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Gaps with three candidates each; the true partner has the most support and was never elsewhere."""
    rng = np.random.default_rng(1)
    rows, met = [], []
    for k in range(n):
        partner = int(rng.integers(3))
        for c in range(3):
            rows.append({"gap_id_1": f"g{k}", "support": float(rng.normal(2.0 * (c == partner), 1.0)),
                         "elsewhere_h_2": 6.0 * float(c != partner and rng.random() < 0.5)})  # fmt: skip
            met.append(c == partner)
    return dark_candidates(*rows), np.array(met), np.zeros(3 * n, dtype=np.int64)


def test_weights_have_the_signs_of_physics_and_are_calibrated() -> None:
    rows, met, sea = gaps_with_three_candidates()
    weights = fit_dark_weights(rows, met, sea, min_draught_change_m=0.3, params=ModelParams())
    assert set(weights) == set(WEIGHTS)
    assert weights["support"] > 1.0
    assert weights["elsewhere"] < -1.0
    assert all(weights[i.name] * i.sign >= 0.0 for i in DARK_INPUTS)
    got = p_dark_encounter(rows, weights, min_draught_change_m=0.3)
    assert got[met].mean() > 0.7
    assert got.sum() == pytest.approx(met.sum(), rel=0.05)
    assert fit_dark_weights(rows, met, sea, min_draught_change_m=0.3, params=ModelParams()) == weights


def test_a_weight_against_its_sign_is_fitted_as_zero() -> None:
    rows, met, sea = gaps_with_three_candidates()
    assert fit_dark_weights(rows, ~met, sea, min_draught_change_m=0.3, params=ModelParams())["support"] == 0.0


def test_gaps_of_two_seas_with_one_id_do_not_compete() -> None:
    rows = dark_candidates({}, {}, {"support": 3.0}, {"support": 3.0})
    met = np.array([True, False, True, False])
    one, two = (
        fit_dark_weights(rows, met, np.array(seas), min_draught_change_m=0.3, params=ModelParams())
        for seas in ([0] * 4, [0, 1, 0, 1])
    )
    assert one != two


def test_without_both_answers_the_probabilities_stay_as_detected() -> None:
    rows = dark_candidates({}, {})
    assert (
        fit_dark_weights(
            rows, np.zeros(2, bool), np.zeros(2, np.int64), min_draught_change_m=0.3, params=ModelParams()
        )
        == AS_DETECTED
    )


def test_the_model_says_from_which_change_on_a_draught_counts() -> None:
    rows = dark_candidates({"draught_change_m_1": -0.5})
    weights = AS_DETECTED | {"one_draught": 1.0}
    counts, does_not = (p_dark_encounter(rows, weights, min_draught_change_m=m)[0] for m in (0.5, 0.6))
    assert (counts, does_not) == pytest.approx((np.e / (1 + np.e), 1 / 2))


def test_the_last_bits_of_the_inputs_do_not_reach_the_weights() -> None:
    rows, met, sea = gaps_with_three_candidates()
    bits = rows.with_columns(pl.col("support", "p_off") * (1.0 - 2.0**-52))
    assert not bits.equals(rows)
    assert fit_dark_weights(
        bits, met, sea, min_draught_change_m=0.3, params=ModelParams()
    ) == fit_dark_weights(rows, met, sea, min_draught_change_m=0.3, params=ModelParams())


def test_without_candidates_there_are_no_probabilities() -> None:
    assert p_dark_encounter(dark_candidates({}).clear(), AS_DETECTED, min_draught_change_m=0.3).tolist() == []
