import pytest

from stsdetect.errors import ParamError
from stsdetect.params import DarkParams, GapParams, HiddenCallParams, LoiteringParams, PortParams


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"min_call_h": 24.1}, "min_call_h = 24.1 must not exceed typical_call_h = 24.0"),
        ({"min_gap_h": 2161.0}, "min_gap_h = 2161.0 must not exceed max_gap_h = 2160.0"),
        ({"max_ports": 13}, "max_ports = 13 must not exceed max_routed = 12"),
    ],
)
def test_limits_out_of_order_are_refused(values, message) -> None:
    with pytest.raises(ParamError, match=message):
        HiddenCallParams(**values)


def test_equal_facts_have_equal_values() -> None:
    assert PortParams().min_visit_h == LoiteringParams().min_duration_h == GapParams().min_gap_h
    assert PortParams().max_rest_sog_kn == DarkParams().max_rest_sog_kn
    assert HiddenCallParams().min_detour_share == GapParams().min_detour_share
