"""The time is in the column that holds times."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from stsdetect.errors import DecodeError
from tests.builders.columns import CLOCK, DAY, ISO, choose, table
from tests.builders.decode import read_table, rows


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        # The second of the minute, a row number, a date of export and a counter are not the time.
        ({"timestamp": ["59", "12"], "time": ISO}, {"time": "time"}),
        ({"timestamp": [59, 12], "time": ISO}, {"time": "time"}),
        ({"t": [1, 2], "ts": ISO}, {"time": "ts"}),
        ({"timestamp": ["2024-01-01T00:00:00"] * 2, "msgtime": ISO}, {"time": "msgtime"}),
        ({"t": ["1612345001", "1612345002"], "received": ISO}, {"time": "received"}),
        # Unix times beside the clock of a zone.
        ({"time": ISO, "t": [1699938060, 1699938120]}, {"time": "t"}),
        ({"time": ISO, "t": [1699966860, 1699966920]}, {"time": "time"}),
        ({"t": [1699966860000, 1699966920000], "ts": ISO}, {"time": "t"}),
        # Date and time of day.
        ({"date": DAY, "time": CLOCK}, {"date": "date", "time": "time"}),
        ({"Date_UTC": DAY, "Time_UTC": CLOCK}, {"date": "Date_UTC", "time": "Time_UTC"}),
        ({"date": ["2023-11-14 00:00:00"] * 2, "time": CLOCK}, {"date": "date", "time": "time"}),
        ({"date": ISO, "time": CLOCK}, {"time": "date"}),
        (
            {"year": [2023] * 2, "month": [11] * 2, "day": [14] * 2, "hour": [13] * 2, "minute": [1, 2], "second": [0, 0]},
            {"year": "year", "month": "month", "day": "day", "hour": "hour", "minute": "minute", "second": "second"},
        ),
    ],
)  # fmt: skip
def test_the_time_is_the_column_that_holds_times(
    columns: dict[str, list[Any]], chosen: dict[str, str]
) -> None:
    found = choose(table(**columns)).columns
    assert {f: c for f, c in found.items() if f not in ("mmsi", "lat", "lon")} == chosen


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"time": CLOCK}, "'time' holds times of day without a date.*13:01:00"),
        ({"time": ["1:01 PM", "1:02 PM"]}, "times of day without a date"),
        ({"date": DAY}, "'date' holds dates without a time of day"),
        ({"timestamp": ["59", "12"]}, "second of the minute"),
        ({"time": ["45244.54236", "45244.54306"]}, "days as a spreadsheet counts them.*excel"),
        ({"time": ["1.7E+09", "1.7E+09"]}, "lost digits"),
        ({"time_local": ISO}, "names a local clock.*zone ="),
        (
            {"time": ["2023-11-14 13:01:00 CST", "2023-11-14 13:02:00 CST"]},
            "CST.*several places.*Asia/Shanghai",
        ),
    ],
)
def test_times_that_cannot_be_known_are_refused(columns: dict[str, list[Any]], message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        choose(table(**columns))


def test_times_of_types_that_cannot_be_known_are_refused() -> None:
    clock = pl.Series(CLOCK).str.to_time()
    for column, message in (
        (clock, "times of day without a date"),
        (pl.Series(DAY).str.to_date(), "dates without a time of day"),
        (pl.Series([1.7e9, 1.70001e9], dtype=pl.Float32), "single precision"),
    ):
        with pytest.raises(DecodeError, match=message):
            choose(pl.DataFrame(table()).with_columns(time=column))
    both = pl.DataFrame(table()).with_columns(day=pl.lit(1), date=pl.Series(DAY).str.to_date(), time=clock)
    assert choose(both).columns["date"] == "date"


def test_the_zone_in_a_column_name_is_that_of_its_times(tmp_path: Path) -> None:
    text = "mmsi,time (UTC+8),lat,lon\n412000001,2023-11-14 21:01:00,30.1,122.1\n"
    assert rows(read_table(tmp_path, text).positions, "timestamp") == [("2023-11-14 13:01:00.000",)]
