"""Draughts on arrival and departure."""

import polars as pl
import pytest

from stsdetect.params import PortParams
from stsdetect.ports.draughts import draught_before, draught_until
from stsdetect.schema import STATIC
from stsdetect.units import S_PER_H
from tests.builders import at, static, together

H = S_PER_H
VISIT = pl.DataFrame(
    {
        "mmsi": [1],
        "start_time": [at(10 * H)],
        "last_time": [at(20 * H)],
        "end_time": [at(20 * H)],
        "before_time": [at(9 * H)],
        "next_start": [at(30 * H)],
    }
).with_columns(pl.col(pl.Datetime).dt.cast_time_unit("ms"))


def reports(*rows: tuple[float, float]) -> pl.DataFrame:
    return STATIC.validate(together(*(static(1, h * H, draught=d) for h, d in rows)))


@pytest.mark.parametrize(("hour", "draught"), [(11.0, 8.0), (11.1, 9.0)])
def test_arrival_waits_an_hour_for_the_crew(hour: float, draught: float) -> None:
    found = draught_before(VISIT, reports((0.0, 9.0), (hour, 8.0)), params=PortParams())
    assert found.to_list() == [draught]


@pytest.mark.parametrize(("hour", "draught"), [(30.0, 6.0), (30.1, 8.0)])
def test_departure_waits_until_the_next_berth(hour: float, draught: float) -> None:
    found = draught_until(VISIT, reports((0.0, 8.0), (hour, 6.0)), params=PortParams())
    assert found.to_list() == [draught]


@pytest.mark.parametrize(("hour", "draught"), [(32.0, 6.0), (32.1, 8.0)])
def test_departure_waits_half_a_day(hour: float, draught: float) -> None:
    later = VISIT.with_columns(next_start=pl.lit(None, pl.Datetime("ms", "UTC")))
    found = draught_until(later, reports((0.0, 8.0), (hour, 6.0)), params=PortParams())
    assert found.to_list() == [draught]


def test_zero_is_no_draught() -> None:
    assert draught_before(VISIT, reports((0.0, 9.0), (5.0, 0.0)), params=PortParams()).to_list() == [9.0]
    assert draught_before(VISIT, reports((5.0, 0.0)), params=PortParams()).to_list() == [None]


def test_open_visits_have_no_draught_at_the_open_end() -> None:
    null = pl.lit(None, pl.Datetime("ms", "UTC"))
    given = reports((0.0, 9.0))
    assert draught_before(VISIT.with_columns(before_time=null), given, params=PortParams()).to_list() == [
        None
    ]
    assert draught_until(VISIT.with_columns(end_time=null), given, params=PortParams()).to_list() == [None]
