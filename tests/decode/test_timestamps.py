"""Numbers and text of many forms become milliseconds since 1970 UTC."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.timestamps import EARLIEST_MS, NO_TIME, calendar_ms, epoch_ms, time_format
from stsdetect.errors import DecodeError
from stsdetect.itu import FIRST_AIS_YEAR
from stsdetect.params import DecodeParams
from tests.builders.decode import read_table, table_text


def test_ambiguous_dates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match=r"ambiguous.*'03/04/2021 00:00'.*day or month"):
        read_table(tmp_path, table_text(20, time="03/04/2021 00:{k:02d}"))
    day = read_table(tmp_path, table_text(20, time="13/04/2021 00:{k:02d}"))
    month = read_table(tmp_path, table_text(20, time="04/13/2021 00:{k:02d}"))
    assert day.positions["timestamp"].equals(month.positions["timestamp"])


@given(st.integers(-2_177_452_800_000, 7_258_118_400_000))  # 1901 to 2200
def test_the_calendar_is_that_of_the_standard_library(ms: int) -> None:
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    parts = (when.year, when.month, when.day, when.hour, when.minute, when.second, when.microsecond // 1000)
    assert calendar_ms(*(np.array([part]) for part in parts)).tolist() == [ms]


@pytest.mark.parametrize(
    "parts",
    [
        (2023, 2, 29, 0, 0, 0), (1900, 12, 31, 0, 0, 0), (2024, 0, 1, 0, 0, 0), (2024, 13, 1, 0, 0, 0),
        (2024, 4, 31, 0, 0, 0), (2024, 4, 0, 0, 0, 0), (2024, 4, 1, 24, 0, 0), (2024, 4, 1, 0, 60, 0),
        (2024, 4, 1, 0, 0, 61), (2024, 4, 1, -1, 0, 0),
    ],
)  # fmt: skip
def test_times_that_do_not_exist(parts: tuple[int, ...]) -> None:
    assert calendar_ms(*(np.array([part]) for part in (*parts, 0))).tolist() == [NO_TIME]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2024-02-29T12:00:00", "iso", "2024-02-29T12:00:00+00:00"),
        ("2024-02-29 12:00:00.25", "iso", "2024-02-29T12:00:00.250+00:00"),
        ("2024/02/29 12:00", "iso", "2024-02-29T12:00:00+00:00"),
        ("20240229_120001", "iso", "2024-02-29T12:00:01+00:00"),
        ("2024-02-29T12:00:00+05:30", "iso", "2024-02-29T06:30:00+00:00"),
        ("2024-02-29T12:00:00-0330", "iso", "2024-02-29T15:30:00+00:00"),
        ("2024-02-29 12:00:00 UTC", "iso", "2024-02-29T12:00:00+00:00"),
        ("29.02.2024 12:00", "day_first", "2024-02-29T12:00:00+00:00"),
        ("2/29/2024 1:00", "month_first", "2024-02-29T01:00:00+00:00"),
        ("1709208000", "epoch", "2024-02-29T12:00:00+00:00"),
        ("1709208000.5", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("1709208000500", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("1709208000500999", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("1709208000500999999", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("2023-02-29T12:00:00", "iso", None),
        ("29/02/2024 12:00", "month_first", None),
        ("soon", "iso", None),
        ("soon", "epoch", None),
        (None, "iso", None),
    ],
)
def test_text_becomes_milliseconds(text: str | None, form: str, expected: str | None) -> None:
    ms = None if expected is None else round(datetime.fromisoformat(expected).timestamp() * 1000)
    # Beside plain times, so that both parsers are used.
    column = pl.Series("t", [text, "2024-01-01T00:00:00", None], dtype=pl.String)
    assert epoch_ms(column, form)[0] == ms


@pytest.mark.parametrize(
    ("times", "form"),
    [
        (["2024-05-01 00:00:00"], "iso"),
        (["13/04/2021 00:00"], "day_first"),
        (["04/13/2021 00:00"], "month_first"),
        (["1700000000", "1700000000.5", "soon"], "epoch"),
        (["1700000000", "soon"], "iso"),
        (["13/04/2021 00:00", "soon"], "day_first"),
        (["13/04/2021 00:00", "soon", "later"], "iso"),
        ([None], "iso"),
    ],
)
def test_the_format_is_that_of_at_least_half_the_values(times: list[str | None], form: str) -> None:
    column = pl.Series("t", times, dtype=pl.String)
    assert time_format(column, source="a.csv", params=DecodeParams()) == form


def test_numbers_and_dates_need_no_format() -> None:
    assert time_format(pl.Series("t", [1.5]), source="a.csv", params=DecodeParams()) == "epoch"
    day = pl.Series("t", [date(2024, 2, 29)])
    assert time_format(day, source="a.csv", params=DecodeParams()) == "iso"
    for column in (day, day.cast(pl.Datetime), day.cast(pl.Datetime("us", "UTC"))):
        assert epoch_ms(column, "iso").to_list() == [1_709_164_800_000]


def test_receive_times_begin_with_the_first_year_of_ais() -> None:
    assert datetime.fromtimestamp(EARLIEST_MS / 1000, UTC) == datetime(FIRST_AIS_YEAR, 1, 1, tzinfo=UTC)
