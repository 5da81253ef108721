"""Whom a silent ship met: candidates of one silence compete, weights have the signs of physics."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from stsdetect.params import ModelParams
from stsdetect.schema import FEATURES
from stsdetect.score.model.dark_matching import AS_DETECTED, WEIGHTS, fit_meeting, p_meeting
from stsdetect.score.model.model_inputs import MEETING_MEASURES, measured_meetings
from tests.naive import meetings_by_counting
from tests.score.builders import candidates


def dark(*rows: dict[str, Any]) -> pl.DataFrame:
    """Candidates of the silence `g` with even support; each row says what differs."""
    usual = {"event_type": "dark_encounter", "dark_kind": "gap-loitering", "gap_id_1": "g", "p_off": 1.0,
             "support": 0.0}  # fmt: skip
    frame = candidates(*({**usual, "source_id": f"{k:06}", **row} for k, row in enumerate(rows)))
    return FEATURES.validate(frame)


def p(*rows: dict[str, Any], **weights: float) -> list[float]:
    return p_meeting(dark(*rows), AS_DETECTED | weights, min_draught_change_m=0.3).tolist()


def test_candidates_of_a_silence_share_it_with_nobody_at_all() -> None:
    assert p({}) == pytest.approx([1 / 2])
    assert p({}, {}) == pytest.approx([1 / 3, 1 / 3])
    assert p({}, {"gap_id_1": "h"}) == pytest.approx([1 / 2, 1 / 2])
    assert p({"support": np.log(8.0)}, {}) == pytest.approx([8 / 10, 1 / 10])


def test_candidates_of_a_stay_share_it_as_well() -> None:
    stay = {"loiter_id_2": "l"}
    assert p(stay, stay | {"gap_id_1": "h"}) == pytest.approx([1 / 3, 1 / 3])
    assert p(stay, {"loiter_id_2": "m", "gap_id_1": "h"}) == pytest.approx([1 / 2, 1 / 2])


def test_a_silence_that_may_be_lost_reception_counts_by_its_probability() -> None:
    assert p({"p_off": 0.4}) == pytest.approx([0.2])


def test_two_silences_compete_in_both() -> None:
    pair = {"dark_kind": "gap-gap", "gap_id_2": "h"}
    assert p(pair) == pytest.approx([1 / 2])
    assert p(pair, {}) == pytest.approx([1 / 3, 1 / 3])
    assert p(pair, {"gap_id_1": "h"}, {"gap_id_1": "h"}) == pytest.approx([1 / 4, 1 / 4, 1 / 4])


def test_a_rival_with_a_partner_of_its_own_hardly_counts() -> None:
    # Weights 8, 1 and 1 in a row g-h, h, g: sets are none, each alone, and the last two together, 12 in all.
    pair = {"dark_kind": "gap-gap", "gap_id_2": "h", "support": np.log(8.0)}
    assert p(pair, {"gap_id_1": "h"}, {}) == pytest.approx([8 / 12, 2 / 12, 2 / 12])
    # Silence g: a stay that fits as well as another, but which silence h takes 99 times as likely.
    shared, own = {"loiter_id_2": "l"}, {"loiter_id_2": "m"}
    taken = {"gap_id_1": "h", "loiter_id_2": "l", "support": np.log(99.0)}
    sets = 1 + 1 + 1 + 99 + 99  # none, shared, own, taken, own and taken
    assert p(shared, own, taken) == pytest.approx([1 / sets, 100 / sets, 198 / sets])


def test_on_rings_of_candidates_it_comes_close_to_counting_every_set() -> None:
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
            off.extend(np.abs(np.array(p(*rows)) - meetings_by_counting(rows)))
    assert max(off) < 0.1
    assert np.mean(off) < 0.01


@pytest.mark.parametrize(
    ("name", "hit", "value", "miss"),
    [
        ("elsewhere", {"elsewhere_h_2": 3.0}, 0.5, {"elsewhere_h_2": None}),
        ("opposite_draughts", {"draught_change_m_1": -0.3, "draught_change_m_2": 0.3}, 1.0,
         {"draught_change_m_1": -0.3, "draught_change_m_2": 0.2}),
        ("equal_draughts", {"draught_change_m_1": 0.3, "draught_change_m_2": 0.3}, 1.0,
         {"draught_change_m_1": -0.3, "draught_change_m_2": 0.3}),
        ("one_draught", {"draught_change_m_1": -0.3}, 1.0, {"draught_change_m_1": -0.2}),
        # Half of the time beside another ship: half of the change is explained.
        ("one_draught", {"draught_change_m_2": 0.3, "elsewhere_h_2": 3.0}, 0.5,
         {"draught_change_m_2": 0.3, "elsewhere_h_2": 6.0}),
        ("one_trade", {"ship_type_1": 80, "ship_type_2": 89}, 1.0, {"ship_type_1": 80}),
        ("two_trades", {"ship_type_1": 80}, 1.0, {"ship_type_1": 70}),
        ("no_cargo", {"ship_type_1": 30}, 1.0, {"ship_type_1": 0}),
    ],
)  # fmt: skip
def test_measures(name: str, hit: dict, value: float, miss: dict) -> None:
    k = [m.name for m in MEETING_MEASURES].index(name)
    got = measured_meetings(dark(hit, miss), min_draught_change_m=0.3)[:, k]
    assert got.tolist() == [value, 0.0]


def test_without_support_the_probability_as_detected_stands_for_it() -> None:
    assert p({"support": None, "p_contact": 0.8}) == pytest.approx([0.8])


def made_up(n: int = 400) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Silences of three candidates; the partner has the most support and is never seen elsewhere."""
    rng = np.random.default_rng(1)
    rows, met = [], []
    for k in range(n):
        partner = int(rng.integers(3))
        for c in range(3):
            rows.append({"gap_id_1": f"g{k}", "support": float(rng.normal(2.0 * (c == partner), 1.0)),
                         "elsewhere_h_2": 6.0 * float(c != partner and rng.random() < 0.5)})  # fmt: skip
            met.append(c == partner)
    return dark(*rows), np.array(met), np.zeros(3 * n, dtype=np.int64)


def test_it_learns_with_the_signs_of_physics_and_is_calibrated() -> None:
    rows, met, sea = made_up()
    weights = fit_meeting(rows, met, sea, min_draught_change_m=0.3, params=ModelParams())
    assert set(weights) == set(WEIGHTS)
    assert weights["support"] > 1.0
    assert weights["elsewhere"] < -1.0
    assert all(weights[m.name] * m.sign >= 0.0 for m in MEETING_MEASURES)
    got = p_meeting(rows, weights, min_draught_change_m=0.3)
    assert got[met].mean() > 0.7
    assert got.sum() == pytest.approx(met.sum(), rel=0.05)
    assert fit_meeting(rows, met, sea, min_draught_change_m=0.3, params=ModelParams()) == weights


def test_a_wrong_sign_is_not_learnt() -> None:
    rows, met, sea = made_up()
    assert fit_meeting(rows, ~met, sea, min_draught_change_m=0.3, params=ModelParams())["support"] == 0.0


def test_silences_of_two_seas_are_two_even_under_one_id() -> None:
    rows = dark({}, {}, {"support": 3.0}, {"support": 3.0})
    met = np.array([True, False, True, False])
    one, two = (
        fit_meeting(rows, met, np.array(seas), min_draught_change_m=0.3, params=ModelParams())
        for seas in ([0] * 4, [0, 1, 0, 1])
    )
    assert one != two


def test_nothing_to_learn_from_leaves_the_detector_as_it_is() -> None:
    rows = dark({}, {})
    assert (
        fit_meeting(
            rows, np.zeros(2, bool), np.zeros(2, np.int64), min_draught_change_m=0.3, params=ModelParams()
        )
        == AS_DETECTED
    )


def test_how_far_a_draught_must_change_is_the_models_to_say() -> None:
    rows = dark({"draught_change_m_1": -0.5})
    weights = AS_DETECTED | {"one_draught": 1.0}
    counts, does_not = (p_meeting(rows, weights, min_draught_change_m=m)[0] for m in (0.5, 0.6))
    assert (counts, does_not) == pytest.approx((np.e / (1 + np.e), 1 / 2))


def test_the_last_bits_of_what_was_measured_do_not_reach_the_weights() -> None:
    rows, met, sea = made_up()
    bits = rows.with_columns(pl.col("support", "p_off") * (1.0 - 2.0**-52))
    assert not bits.equals(rows)
    assert fit_meeting(bits, met, sea, min_draught_change_m=0.3, params=ModelParams()) == fit_meeting(
        rows, met, sea, min_draught_change_m=0.3, params=ModelParams()
    )
