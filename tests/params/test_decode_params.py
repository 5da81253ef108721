import pytest

from stsdetect.errors import ParamError
from stsdetect.params import DecodeParams


def test_defaults_and_a_value_at_its_limit_are_accepted() -> None:
    DecodeParams()
    DecodeParams(base_clock_agreeing=4)


def test_a_value_beyond_its_limit_is_refused() -> None:
    with pytest.raises(
        ParamError, match=r"DecodeParams.base_clock_agreeing = 5 must not exceed base_clock_look_back = 4"
    ):
        DecodeParams(base_clock_agreeing=5)
