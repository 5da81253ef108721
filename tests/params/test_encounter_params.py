import pytest

from stsdetect.errors import ParamError
from stsdetect.params import EncounterParams


def test_the_published_rule_is_500_m_for_two_hours_below_2_kn_on_a_grid_of_ten_minutes() -> None:
    rule = EncounterParams.gfw()
    assert (rule.measure, rule.max_distance_m, rule.min_step_s) == ("distance", 500.0, 600.0)
    assert (rule.min_duration_h, rule.max_median_sog_kn) == (2.0, 2.0)
    assert (rule.max_apart_s, rule.max_pair_gap_h) == (4 * 3600.0, 4.0)


def test_one_length_per_ship_type() -> None:
    assert len(EncounterParams().plausible_length_m) == 10


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_hull_gap_m": 40.1}, "max_hull_gap_m = 40.1 must not exceed release_hull_gap_m = 40.0"),
        (
            {"release_hull_gap_m": 100.1},
            "release_hull_gap_m = 100.1 must not exceed candidate_hull_gap_m = 100.0",
        ),
        ({"measure": "radius"}, "measure must be 'hull' or 'distance', not 'radius'"),
    ],
)
def test_limits_of_the_gap_are_in_order_and_the_measure_is_known(values, message) -> None:
    with pytest.raises(ParamError, match=message):
        EncounterParams(**values)


def test_limits_of_the_gap_may_be_equal() -> None:
    assert EncounterParams(max_hull_gap_m=40.0).release_hull_gap_m == 40.0
