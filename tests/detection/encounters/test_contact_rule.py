"""The contact rule: each predictor by hand, its bounds, and the cap of what is ruled out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from stsdetect.detection.encounters.contact_rule import capped_where_ruled_out, p_contact, predictors
from stsdetect.params import EncounterParams

PARAMS = EncounterParams()
NO_CEILING = replace(PARAMS, contact_even_error_m=1e12)


def encounter(**columns: Any) -> pl.DataFrame:
    """An encounter whose predictors are all 0, unless given otherwise."""
    neutral = {
        "median_hull_gap_m": 0.0, "hull_gap_error_m": 1e9, "rigidity": 0.0, "duration_h": 1.0, "abreast": 0.5,
        "observed_fraction": 0.5, "approach_from_m": None, "departure_to_m": None,
    }  # fmt: skip
    return pl.DataFrame({k: [v] for k, v in (neutral | columns).items()})


def gap_nat(gap_m: float, error_m: float) -> float:
    return predictors(encounter(median_hull_gap_m=gap_m, hull_gap_error_m=error_m), PARAMS)["gap"][0]


def test_neutral_predictors_leave_the_bias() -> None:
    assert predictors(encounter(), PARAMS).row(0) == pytest.approx((0.0,) * 6, abs=1e-6)
    assert p_contact(encounter(), NO_CEILING)[0] == pytest.approx(1 / (1 + np.exp(-PARAMS.contact_bias)))


def test_a_gap_known_to_a_kilometre_says_nothing() -> None:
    assert gap_nat(0.0, 2000.0) == pytest.approx(0.0, abs=0.01)


def test_a_gap_of_zero_against_one_anywhere_within_reach() -> None:
    # Touching, 10 m error: density 2 * 0.0399 per 10 m; against 1 per 100 m, half of which lies beyond 0 but
    # is folded back.
    assert gap_nat(0.0, 10.0) == pytest.approx(np.log(2 * 0.0398942 / 0.01), abs=0.01)


def test_the_ratio_of_a_gap_equals_the_densities_summed_by_hand() -> None:
    gap, error = 35.0, 20.0
    true = np.linspace(0.0, PARAMS.candidate_hull_gap_m, 20_001)

    def folded(centre):
        return np.exp(-(((gap - centre) / error) ** 2) / 2) + np.exp(-(((gap + centre) / error) ** 2) / 2)

    apart = np.trapezoid(folded(true), true) / PARAMS.candidate_hull_gap_m
    assert gap_nat(gap, error) == pytest.approx(np.log(folded(0.0) / apart), abs=1e-6)


def test_predictors_are_bounded() -> None:
    assert gap_nat(99.0, 0.0) == PARAMS.gap_range_nat[0]
    assert gap_nat(0.0, 0.0) == PARAMS.gap_range_nat[1]
    extreme = predictors(
        encounter(rigidity=20.0, duration_h=100.0, approach_from_m=1e6, departure_to_m=1.0), PARAMS
    )
    assert extreme["rigidity"][0] == 5.0
    assert extreme["duration"][0] == pytest.approx(np.log(12.0))
    assert extreme["parted"][0] == pytest.approx(0.5 - 1.5)


@pytest.mark.parametrize(
    ("column", "weight", "value", "x"),
    [
        ("rigidity", PARAMS.contact_rigidity_weight, 2.0, 2.0),
        ("duration_h", PARAMS.contact_duration_weight, np.e, 1.0),
        ("abreast", PARAMS.contact_abreast_weight, 1.0, 0.5),
        ("observed_fraction", PARAMS.contact_observed_weight, 1.0, 0.5),
        ("approach_from_m", PARAMS.contact_parted_weight, 700.0 * np.exp(0.25), 0.25),
        ("departure_to_m", PARAMS.contact_parted_weight, 700.0 * np.exp(-0.25), -0.25),
    ],
)
def test_each_predictor_adds_its_weight_to_the_log_odds(column, weight, value, x) -> None:
    p = p_contact(encounter(**{column: value}), NO_CEILING)[0]
    assert np.log(p / (1 - p)) == pytest.approx(PARAMS.contact_bias + weight * x, abs=1e-6)


def test_what_is_ruled_out_is_capped_and_never_raised() -> None:
    table = pl.DataFrame({"p_contact": [0.9, 0.9, 0.01], "ruled_out": [None, "passing", "one hull"]})
    capped = table.select(capped_where_ruled_out(PARAMS))["p_contact"].to_list()
    assert capped == [0.9, PARAMS.contact_ruled_out, 0.01]


CLEAR = {"duration_h": 12.0, "abreast": 1.0, "approach_from_m": 9e3, "departure_to_m": 9e3, "rigidity": 5.0}
"""All but the gap speaks for contact: 0.6 ln 12 + 0.75 + 2 * 0.85 + 2 = 5.9 nat."""


def test_a_gap_of_81_m_known_to_294_m_that_was_never_observed_is_unlikely_a_contact() -> None:
    pair = encounter(median_hull_gap_m=81.0, hull_gap_error_m=294.0, observed_fraction=0.0, **CLEAR)
    # 18,000 m2 against 375 * 455: odds of 0.1055
    assert p_contact(pair, PARAMS)[0] == pytest.approx(0.0954, abs=2e-4)


def test_the_ceiling_never_makes_a_contact_more_likely() -> None:
    pair = encounter(median_hull_gap_m=90.0, hull_gap_error_m=5.0, observed_fraction=1.0)
    assert p_contact(pair, PARAMS)[0] == p_contact(pair, NO_CEILING)[0] < 0.01
