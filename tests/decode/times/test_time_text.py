"""A text is a date, a time of day, perhaps AM or PM, perhaps a zone, and nothing else."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.times.time_text import read_texts, zoned_ms


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def read(text: str, order: str = "iso", zone: str = "UTC") -> int | None:
    # Beside other texts, which must not matter.
    out: int | None = read_texts(pl.Series(["2023-01-01 00:00", text, None, "x"]), order, zone=zone).ms[1]
    return out


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2023-11-14 01:05:00 PM", "iso", "2023-11-14T13:05:00+00:00"),
        ("11/14/2023 1:05:00 PM", "month_first", "2023-11-14T13:05:00+00:00"),
        ("11/14/2023, 1:05:00\u202fp.m.", "month_first", "2023-11-14T13:05:00+00:00"),
        ("11/14/2023 12:30:00 AM", "month_first", "2023-11-14T00:30:00+00:00"),
        ("14/11/2023 12:30pm", "day_first", "2023-11-14T12:30:00+00:00"),
        ("2023/11/4 下午 1:05:00", "iso", "2023-11-04T13:05:00+00:00"),
        ("2023-11-14 13:05:00 MSK", "iso", "2023-11-14T10:05:00+00:00"),
        ("2023-11-14 13:05:00 EST", "iso", "2023-11-14T18:05:00+00:00"),
        ("2023-11-14 13:05 UTC+8", "iso", "2023-11-14T05:05:00+00:00"),
        ("2023-11-14T13:05:00+08:00[Asia/Shanghai]", "iso", "2023-11-14T05:05:00+00:00"),
        ("2023-11-14 13:05:00 Asia/Shanghai", "iso", "2023-11-14T05:05:00+00:00"),
        ("2023-11-14-22:13:21.560", "iso", "2023-11-14T22:13:21.560+00:00"),
        ("2023-10-22 22:47:36.94034384 +0000 UTC", "iso", "2023-10-22T22:47:36.940+00:00"),
        ("20231114221321", "iso", "2023-11-14T22:13:21+00:00"),
        ("20231114221321500", "iso", "2023-11-14T22:13:21.500+00:00"),
        ("202311142213", "iso", "2023-11-14T22:13:00+00:00"),
        ("20231114T221321Z", "iso", "2023-11-14T22:13:21+00:00"),
        ("2023年11月14日 22:13", "iso", "2023-11-14T22:13:00+00:00"),
        ("14-Nov-2023 22:13:21", "iso", "2023-11-14T22:13:21+00:00"),
        ("Tue, 14 Nov 2023 22:13:21 GMT", "iso", "2023-11-14T22:13:21+00:00"),
        ("Nov 14 2023 10:13PM", "month_first", "2023-11-14T22:13:00+00:00"),
    ],
)
def test_texts_that_are_times(text: str, order: str, expected: str) -> None:
    assert read(text, order) == utc(expected)


@pytest.mark.parametrize(
    "text",
    [
        "2023-11-14 13:05:00 CST", "2023-11-14 13:05:00 PM", "2023-11-14 0:05:00 AM", "2023-11-14 13:05:00 local",
        "2023-11-14 13:05:00 MSK?", "2023-11-14 13:05:00:123", "2023-11-14", "x 2023-11-14 13:05", "2023-11-14 25:00",
        "2023-11-14 13:05:00.", "20231114", "1700000000", "2023-11-14 13:05:00 UTC+15", "31/02/2023 13:05", "", " ",
    ],
)  # fmt: skip
def test_texts_that_are_not_understood_whole(text: str) -> None:
    assert read(text) is None


def test_the_zone_of_a_file_counts_where_a_text_names_none() -> None:
    assert read("2023-11-14 21:05", zone="Asia/Shanghai") == utc("2023-11-14T13:05:00+00:00")
    assert read("2023-11-14 21:05 UTC", zone="Asia/Shanghai") == utc("2023-11-14T21:05:00+00:00")


def test_the_hours_of_a_change_of_the_clock_are_null() -> None:
    # In Oslo 2:30 does not exist on 26 March 2023, and there are two on 29 October.
    local = pl.Series([utc("2023-03-26T02:30:00+00:00"), utc("2023-10-29T02:30:00+00:00"), 0])
    assert zoned_ms(local, "Europe/Oslo").to_list() == [None, None, -3_600_000]


@given(
    st.integers(utc("1997-01-01T00:00+00:00"), utc("2099-01-01T00:00+00:00")), st.integers(-14 * 60, 14 * 60)
)
def test_any_time_in_any_zone(local_ms: int, offset_min: int) -> None:
    when = datetime.fromtimestamp(local_ms / 1000, UTC).replace(tzinfo=None)
    sign, size = "-" if offset_min < 0 else "+", abs(offset_min)
    text = when.isoformat(" ", "milliseconds") + f" UTC{sign}{size // 60:02d}:{size % 60:02d}"
    assert read(text) == local_ms - offset_min * 60_000


@given(st.text(min_size=1, max_size=12))
def test_what_is_put_behind_a_time_makes_it_null_or_changes_it_on_purpose(tail: str) -> None:
    ms = read("2023-11-14 01:05:00" + tail)
    assert ms is None or abs(ms - utc("2023-11-14T01:05:00+00:00")) <= 14 * 3_600_000
