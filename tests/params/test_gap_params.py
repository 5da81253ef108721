import pytest

from stsdetect.errors import ParamError
from stsdetect.params import GapParams


def test_defaults_and_a_value_at_its_limit_are_accepted() -> None:
    GapParams()
    GapParams(min_dropout_log_lr=12.0)


def test_a_value_beyond_its_limit_is_refused() -> None:
    with pytest.raises(
        ParamError, match=r"GapParams.min_dropout_log_lr = 12.1 must not exceed max_dropout_log_lr = 12.0"
    ):
        GapParams(min_dropout_log_lr=12.1)
