"""Latent regimes against a slow EM, and numbers by hand."""

import numpy as np
import polars as pl
import pytest

from stsdetect.errors import ParamError
from stsdetect.params import ReceptionParams
from stsdetect.reception.regimes import (
    add_log_odds,
    baseline_band,
    fit_regime_shares,
    reception_probability,
    regime_log_likelihoods,
    regime_probabilities,
    regime_weights,
)
from tests.naive import regime_shares_by_hand

DOWN_OR_BASELINE = ReceptionParams(regime_log_odds=(-6.0, 0.0))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("allowed", [(True,) * 5, (True, True, True, False, False)])
def test_shares_equal_a_plain_em(seed: int, allowed: tuple[bool, ...]) -> None:
    rng = np.random.default_rng(seed)
    params = ReceptionParams()
    n = rng.integers(1, 6, 200)
    rows = pl.DataFrame(
        {
            "group": rng.integers(0, 40, 200),
            "n": n,
            "received": rng.integers(0, n + 1),
            "p": rng.uniform(0.01, 0.99, 200),
        }
    )
    ll = regime_log_likelihoods(rows, "p", ["group"], params)
    groups = [g.select("n", "received", "p").rows() for _, g in rows.group_by("group", maintain_order=True)]
    by_hand = regime_shares_by_hand(groups, allowed=allowed, params=params)
    np.testing.assert_allclose(fit_regime_shares(ll, params, np.array(allowed)), by_hand, rtol=1e-9)


def test_log_likelihood_by_hand() -> None:
    # Three present with p 0.5, two received: 0.5 ** 3 without a shift.
    rows = pl.DataFrame({"group": [1], "n": [3], "received": [2], "p": [0.5]})
    ll = regime_log_likelihoods(rows, "p", ["group"], DOWN_OR_BASELINE)
    q = 1.0 / (1.0 + np.exp(6.0))
    assert ll.row(0, named=True) == pytest.approx(
        {"group": 1, "n": 3.0, "ll_0": np.log(q * q * (1.0 - q)), "ll_1": 3 * np.log(0.5)}
    )


def test_a_neighbour_that_is_not_received_proves_little() -> None:
    # A neighbour may be switched off as well: its p is limited to 0.97.
    rows = pl.DataFrame({"group": [1], "n": [1], "received": [0], "p": [0.999]})
    assert regime_log_likelihoods(rows, "p", ["group"], DOWN_OR_BASELINE)["ll_1"][0] == pytest.approx(
        np.log(0.03)
    )


def test_posterior_is_bayes_rule() -> None:
    ll = pl.DataFrame({"ll_0": [np.log(0.1), 0.0], "ll_1": [np.log(0.3), 0.0]})
    found = regime_probabilities(ll, np.array([0.6, 0.4]))
    np.testing.assert_allclose(found, [[1 / 3, 2 / 3], [0.6, 0.4]])


def test_without_groups_allowed_regimes_have_equal_shares() -> None:
    none = pl.DataFrame(schema={"ll_0": pl.Float64, "ll_1": pl.Float64})
    assert fit_regime_shares(none, DOWN_OR_BASELINE, np.array([True, True])).tolist() == [0.5, 0.5]
    assert fit_regime_shares(none, DOWN_OR_BASELINE, np.array([False, True])).tolist() == [0.0, 1.0]


def test_a_regime_that_never_occurred_keeps_a_share() -> None:
    # One in a hundred at least, before the shares are made to add up to 1.
    never = pl.DataFrame({"ll_0": [-500.0] * 9, "ll_1": [0.0] * 9})
    shares = fit_regime_shares(never, DOWN_OR_BASELINE, np.array([True, True]))
    np.testing.assert_allclose(shares, [0.01 / 1.01, 1 / 1.01])


@pytest.mark.parametrize(
    ("log_odds", "p"), [(0.0, 0.5), (float(np.log(9.0)), 0.9), (float(-np.log(9.0)), 0.1)]
)
def test_log_odds_are_added(log_odds: float, p: float) -> None:
    assert pl.select(add_log_odds(pl.lit(0.5), log_odds)).item() == pytest.approx(p)


def test_bands_are_thirds_of_the_scale() -> None:
    frame = pl.DataFrame({"b": [0.0, 0.33, 0.34, 0.66, 0.67, 1.0]})
    assert frame.select(baseline_band(pl.col("b"), ReceptionParams()))["band"].to_list() == [0, 0, 1, 1, 2, 2]


def test_probability_is_averaged_over_the_regimes_of_the_region() -> None:
    baselines = pl.DataFrame(
        {"cell": [7], "kind": [0], "baseline": [0.5], "region": [70], "band": [1]},
        schema_overrides={"kind": pl.Int8, "band": pl.Int8},
    )
    regions = pl.DataFrame(
        {"region": [70], "band": [1], "time_bin": [3], "ll_0": [0.0], "ll_1": [0.0]},
        schema_overrides={"band": pl.Int8, "time_bin": pl.Int32},
    )
    weights = regime_weights(regions, np.array([[0.5, 0.5], [0.2, 0.8], [0.5, 0.5]]), DOWN_OR_BASELINE)
    rows = pl.DataFrame(
        {"cell": [7, 7, 8], "time_bin": [3, 4, 3], "kind": [0, 0, 0]},
        schema_overrides={"kind": pl.Int8, "time_bin": pl.Int32},
    )
    found = reception_probability(rows, baselines, weights, DOWN_OR_BASELINE)
    assert found[0] == pytest.approx(0.2 / (1 + np.exp(6.0)) + 0.8 * 0.5)
    assert found[1:].to_list() == [None, None]  # no vessel was present then, or ever there


def test_regimes_must_hold_the_baseline() -> None:
    with pytest.raises(ParamError, match="must contain 0, the baseline"):
        ReceptionParams(regime_log_odds=(-2.0, 2.0))
