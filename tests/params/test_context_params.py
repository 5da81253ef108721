import pytest

from stsdetect.errors import ParamError
from stsdetect.params import ContextParams


def test_defaults_and_a_value_at_its_limit_are_accepted() -> None:
    ContextParams()
    ContextParams(max_length_difference_share=1.0)


def test_a_value_beyond_its_limit_is_refused() -> None:
    with pytest.raises(ParamError, match=r"ContextParams.min_name_similarity = 0.5 must be above 0.5"):
        ContextParams(min_name_similarity=0.5)
