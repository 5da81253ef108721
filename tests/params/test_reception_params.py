import pytest

from stsdetect.errors import ParamError
from stsdetect.params import ReceptionParams


def test_the_baseline_must_be_one_of_the_regimes() -> None:
    assert ReceptionParams(regime_log_odds=(-3.0, 0.0)).regime_log_odds == (-3.0, 0.0)
    with pytest.raises(ParamError, match=r"regime_log_odds = \(-3.0, 3.0\) must contain 0"):
        ReceptionParams(regime_log_odds=(-3.0, 3.0))


def test_bounds_of_the_probability_are_in_order() -> None:
    assert ReceptionParams(min_p=0.995).max_p == 0.995
    with pytest.raises(ParamError, match=r"min_p = 0.996 must not exceed max_p = 0.995"):
        ReceptionParams(min_p=0.996)
