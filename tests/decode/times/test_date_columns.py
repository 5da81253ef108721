"""A date and a time of day in two columns are one time."""

from datetime import date, datetime, time

import polars as pl
import pytest

from stsdetect.decode.times.date_columns import joined_times
from stsdetect.decode.times.timestamps import epoch_ms, time_format
from stsdetect.params import DecodeParams

MIDNIGHT = datetime.fromisoformat("2023-11-14")
T = 1_699_966_860_000  # 2023-11-14 13:01:00 UTC


def ms_of(frame: pl.DataFrame) -> list[int | None]:
    times = joined_times(frame)
    return epoch_ms(times, time_format(times, source="a.csv", params=DecodeParams())).to_list()


@pytest.mark.parametrize(
    ("day", "clock", "ms"),
    [
        ("2023-11-14", "13:01:00", T),
        ("14/11/2023", "13:01", T),
        ("14 Nov 2023", "1:01:00 PM", T),
        ("2023-11-14", "13:01:00.25", T + 250),
        ("2023-11-14", "21:01:00+08:00", T),
        ("20231114", "130100", T),
        (20231114, 130100, T),
        (20231114, 130100.25, T + 250),
        ("2023-11-14", "1301", None),
        ("2023-11-14 00:00:00", "1899-12-30 13:01:00", T),
        (date(2023, 11, 14), time(13, 1), T),
        (date(2023, 11, 14), "13:01:00", T),
        (MIDNIGHT, time(13, 1), T),
        (MIDNIGHT, datetime.fromisoformat("1900-01-01T13:01"), T),
        ("2023-11-14", None, None),
        ("2023-11-14", "25:00:00", None),
        ("yesterday", "13:01:00", None),
    ],
)
def test_date_and_time_of_day(day: object, clock: object, ms: int | None) -> None:
    assert ms_of(pl.DataFrame({"date": [day], "time": [clock]})) == [ms]


def test_zeros_that_a_number_lost_are_put_back_where_they_are_known() -> None:
    hours = pl.DataFrame({"date": ["2023-11-14"] * 4, "time": [130100, 93015, 5, 101500]})
    assert [None if m is None else (m - T) // 1000 for m in ms_of(hours)] == [0, -12645, -46855, -9960]
    minutes = pl.DataFrame({"date": ["2023-11-14"] * 2, "time": ["1301", "0905"]})
    assert ms_of(minutes) == [T, T - 236 * 60_000]
    # 1301 as a number may be 13:01, or 00:13:01.
    assert ms_of(pl.DataFrame({"date": [20231114], "time": [1301]})) == [None]


def test_parts_of_the_calendar() -> None:
    parts = {
        "year": [2023, 2023],
        "month": ["11", "02"],
        "day": [14.0, 30.0],
        "hour": [13, 13],
        "minute": [1, 1],
    }
    assert ms_of(pl.DataFrame(parts)) == [T, None]
    assert ms_of(pl.DataFrame({**parts, "second": ["0.25", "0"]})) == [T + 250, None]
    assert ms_of(pl.DataFrame({**parts, "second": ["soon", "0"]})) == [None, None]


def test_one_column_stays_as_it_is() -> None:
    assert joined_times(pl.DataFrame({"time": [5]})).to_list() == [5]


def test_times_of_day_as_durations_and_dates_of_a_zone() -> None:
    clock = pl.Series([46_860_000, 90_000_000, None]).cast(pl.Duration("ms"))
    days = pl.Series([MIDNIGHT] * 3)
    assert ms_of(pl.DataFrame({"date": days, "time": clock})) == [T, None, None]
    shanghai = days.dt.replace_time_zone("Asia/Shanghai")
    assert ms_of(pl.DataFrame({"date": shanghai, "time": ["21:01:00"] * 3})) == [T] * 3
