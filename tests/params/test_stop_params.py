import pytest

from stsdetect.errors import ParamError
from stsdetect.params import DarkParams, DraughtParams, GapParams, LoiteringParams, SoloStopParams


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (
            LoiteringParams,
            {"max_interval_h": 4.1},
            "max_interval_h = 4.1 must not exceed max_interval_in_place_h",
        ),
        (LoiteringParams, {"max_sog_kn": 3.1}, "max_sog_kn = 3.1 must not exceed max_drift_kn = 3.0"),
        (SoloStopParams, {"min_stop_h": 96.1}, "min_stop_h = 96.1 must not exceed max_stop_h = 96.0"),
        (DraughtParams, {"min_change_m": 0.0}, "min_change_m = 0.0 must be above 0"),
    ],
)
def test_limits_out_of_order_are_refused(kind, values, message) -> None:
    with pytest.raises(ParamError, match=message):
        kind(**values)


def test_what_ends_a_stop_is_what_begins_a_gap() -> None:
    assert LoiteringParams().max_interval_h == GapParams().min_gap_h


def test_the_shortest_transfer_is_the_same_with_and_without_a_known_partner() -> None:
    assert SoloStopParams().min_stop_h == DarkParams().min_dwell_h
