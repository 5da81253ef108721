import pytest

from stsdetect.errors import ParamError
from stsdetect.params import ChainParams, DeliveryParams, TonnesParams


def test_defaults_and_values_at_their_limits_are_accepted() -> None:
    ChainParams(p_quay=1.0)
    DeliveryParams(min_p=0.0)
    TonnesParams(barge_coefficient=1.0)


def test_values_beyond_their_limits_are_refused() -> None:
    with pytest.raises(ParamError, match=r"TonnesParams.barge_coefficient = 1.1 must be at most 1"):
        TonnesParams(barge_coefficient=1.1)
    with pytest.raises(ParamError, match=r"ChainParams.max_steps = 0 must be at least 1"):
        ChainParams(max_steps=0)
    with pytest.raises(ParamError, match=r"DeliveryParams.embargoed_countries must be a list of texts"):
        DeliveryParams(embargoed_countries=(1,))
