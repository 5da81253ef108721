import math

import pytest

from stsdetect.errors import ParamError
from stsdetect.params import TrackParams


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"min_course_sog_kn": 3.1}, "must not exceed min_heading_cog_sog_kn = 3.0"),
        ({"max_sog_kn": 300.1}, "must not exceed max_speed_aircraft_kn = 300.0"),
        ({"min_circle_sectors": 13}, "min_circle_sectors = 13 must be at most 12"),
    ],
)
def test_limits_out_of_order_are_refused(values, message) -> None:
    with pytest.raises(ParamError, match=message):
        TrackParams(**values)


def test_the_error_of_type_27_follows_from_a_tenth_of_a_minute() -> None:
    cell_m = 0.1 * 1852.0
    error_m = math.hypot(cell_m / math.sqrt(12.0), cell_m / math.sqrt(12.0))
    assert TrackParams().coarse_fix_error_m == pytest.approx(error_m, rel=0.1)
    assert TrackParams().coarse_slack_m == 3.0 * TrackParams().coarse_fix_error_m


def test_what_a_source_calls_twenty_times_and_twice_is_that() -> None:
    p = TrackParams()
    assert p.min_stale_distance_m == 20.0 * p.fix_error_m
    assert p.clock_spread_s == 2.0 * 60.0
