import pytest

from stsdetect.errors import ParamError
from stsdetect.params import DarkParams, LoiteringParams


def test_defaults_and_a_value_at_its_limit_are_accepted() -> None:
    DarkParams()
    DarkParams(typical_stop_h=32.0)


def test_a_value_beyond_its_limit_is_refused() -> None:
    with pytest.raises(
        ParamError, match=r"DarkParams.typical_stop_h = 32.1 must not exceed longest_stop_h = 32.0"
    ):
        DarkParams(typical_stop_h=32.1)


def test_a_swing_is_compared_by_its_radius_here_and_by_its_diameter_where_two_fixes_are() -> None:
    assert LoiteringParams().same_place_m == 2.0 * DarkParams().same_place_m


def test_a_dark_encounter_is_never_more_than_possible() -> None:
    assert DarkParams().max_p_contact <= 0.5
