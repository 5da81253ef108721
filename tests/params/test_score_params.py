import pytest

from stsdetect.errors import ParamError
from stsdetect.params import ModelParams, ScoreParams


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"min_event_score": 0.11}, "min_event_score = 0.11 must not exceed low_tier_score = 0.1"),
        ({"low_tier_score": 0.26}, "low_tier_score = 0.26 must not exceed medium_tier_score = 0.25"),
        ({"medium_tier_score": 0.61}, "medium_tier_score = 0.61 must not exceed high_tier_score = 0.6"),
        ({"min_medium_tier_quality": 0.51}, "must not exceed min_high_tier_quality = 0.5"),
        ({"max_dark_tier": "certain"}, "max_dark_tier = 'certain' must be high, medium, low or info"),
    ],
)
def test_tiers_are_in_order_and_have_names(values, message) -> None:
    with pytest.raises(ParamError, match=message):
        ScoreParams(**values)


def test_a_dark_encounter_never_reaches_tier_high_by_default() -> None:
    assert ScoreParams().max_dark_tier == "medium"


def test_one_strong_sign_of_each_family_does_not_exceed_its_cap() -> None:
    p = ScoreParams()
    assert p.switched_off_nat <= p.gap_cap_nat
    assert p.night_nat <= p.time_cap_nat
    assert p.cargo_moved_nat <= p.draught_cap_nat
    assert p.listed_imo_nat <= p.list_cap_nat


def test_a_calibration_needs_two_folds() -> None:
    with pytest.raises(ParamError, match=r"ModelParams.folds = 1 must be at least 2"):
        ModelParams(folds=1)
