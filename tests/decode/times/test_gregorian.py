"""Calendar dates become milliseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.times.gregorian import NO_TIME, calendar_ms


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
