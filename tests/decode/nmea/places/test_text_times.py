"""A time in text is read whole or not at all."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.decode.nmea.places.text_times import calendar_times, labelled_times, number_times
from stsdetect.decode.times.gregorian import NO_TIME
from tests.builders.decode import T


def calendar(text: str, order: str | None = "day_first") -> float | str | None:
    """Seconds after `T`, or "bad" where there is a time that is not understood."""
    found = calendar_times(pl.Series([text]), order)
    if found.ms[0] != NO_TIME:
        return float(found.ms[0]) / 1000 - T
    return "bad" if found.bad[0] else None


@pytest.mark.parametrize(
    "text",
    [
        "2023-11-14 22:13:20 ", "2023-11-14T22:13:20Z,", "2023-11-14-22:13:20 ", "2023/11/14 22:13:20; ",
        "20231114221320 ", "20231114T221320Z ", "20231114 221320 ", "2023-11-14 22.13.20", "14.11.2023 22:13:20|",
        "14-Nov-2023 22:13:20 ", "Nov 14 2023 22:13:20 host ais[12]: ", "Tue Nov 14 22:13:20 UTC 2023 ",
        "Tue Nov 14 22:13:20 2023 ", "14/Nov/2023:22:13:20 +0000] ", "22:13:20 14.11.2023 ", "7,2023-11-14,22:13:20,",
        '"2023-11-14","22:13:20","', "[2023-11-14 22:13:20] [INFO] ", "2023-11-14 22:13:20 A ",
        "2023-11-14 22:13:20 10.0.0.1:5000 ", "2023-11-14 22:13:20: ", "2023-11-14 22:13:20 cat: ",
        "2023-11-14 22:13:20 -40.5 dBm ", "2023-11-14 22:13:20 -40 ", "14/11/2023 10:13:20 PM ",
        "2023-11-15 01:13:20 MSK ", "2023-11-15 06:13:20 UTC+8 ", "2023-11-14 23:13:20+01:00 ",
        "2023-11-14 23:13:20 +0100 ", "2023-11-14 23:13:20 [Europe/Oslo] ", "2023-11-14 5:13:20 p.m. EST ",
    ],
)  # fmt: skip
def test_dates_are_understood_whole(text: str) -> None:
    assert calendar(text) == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2023-11-14-22:13:20.560 ", 0.56),
        ("2023-11-14 22:13:20,560 INFO ", 0.56),
        ("2023-11-14 22:13:20:560 ", 0.56),
        # The next column of a CSV is no fraction.
        ("2023-11-14 22:13:20,560,", 0),
        ("2023-11-14 22:13:20,5,", 0),
        ("2023-11-14T22:13:20.123456789Z ", 0.123),
    ],
)
def test_decimals(text: str, seconds: float) -> None:
    assert calendar(text) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "2023-11-14 22:13:20 CST ", "2023-11-14 22:13:20 IST,", "2023-11-14 22:13:20 VLAT ", "2023-11-14 13:05 PM ",
        "2023-11-14 22:13:200 ", "2023-11-14 22:13:20abc ", "2023-11-14 22:13:20 -5 ", "2023-11-14 24:00:00 ",
        "2023-02-30 22:13:20 ", "11/14/23 22:13:20 ", "Nov 14 22:13:20 host ais: ", "2023-11-14 22:13:20 UTC+99 ",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_a_time(text: str) -> None:
    assert calendar(text) == "bad"


def test_dates_with_the_year_last_need_an_order() -> None:
    assert calendar("03/04/2023 22:13:20 ", None) == "bad"
    assert calendar("03/04/2023 22:13:20 ", "day_first") != calendar("03/04/2023 22:13:20 ", "month_first")


@pytest.mark.parametrize("text", ["", "7,", "2023-11-14,1,", "22:13:20 ", "10.0.0.12:5000 ", "r003669708,"])
def test_other_text_has_no_time(text: str) -> None:
    assert calendar(text) is None


TAILS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.integers(-(10**8), 10**6), TAILS, st.sampled_from(["2023", "day"]))
def test_a_time_before_any_text_is_understood_whole_or_not_used(seconds: int, tail: str, kind: str) -> None:
    when = datetime.fromtimestamp(T, UTC) + timedelta(seconds=seconds)
    text = when.strftime("%Y-%m-%d %H:%M:%S" if kind == "2023" else "%d/%m/%Y %H:%M:%S")
    found = calendar_times(pl.Series([f"{text} {tail}"]), "day_first")
    if found.ms[0] == NO_TIME:
        assert found.bad[0]
        return
    off_ms = int(found.ms[0]) - (T + seconds) * 1000
    # Whole, or with the zone or half day that stands behind it.
    assert off_ms == 0 or found.zoned[0] or found.half_day[0]


def numbers(text: str) -> list[float | None]:
    return [None if ms[0] == NO_TIME else ms[0] / 1000 - T for ms in number_times(pl.Series([text]))]


def test_unix_times_have_their_unit_by_the_number_of_digits() -> None:
    for text in (f",{T}", f" {T}000", f";{T}000000", f"\t{T}000000000", f"[{T}.0] ", f"@{T} "):
        assert numbers(text) == [0, None, None]
    assert numbers(f"{T}.253 ") == [pytest.approx(0.253), None, None]
    assert numbers(f"7,{T + 1},{T + 2}") == [1, 2, None]


@settings(max_examples=200, deadline=None)
@given(st.integers(10**4, 10**25), st.sampled_from([" ", ",", "\t", ";", "|"]))
def test_no_piece_of_a_number_is_a_time(number: int, mark: str) -> None:
    found = numbers(f"{mark}{number}{mark}")
    assert (found[0] is not None) == (len(str(number)) in (10, 13, 16, 19))
    assert found[1:] == [None, None]


@pytest.mark.parametrize("text", [f"x{T}", f"{T}Z", f"-{T}", f"{T}-1", f"id={T}", f"seq: {T}", f"mmsi={T}"])
def test_numbers_with_a_letter_or_another_name_are_no_times(text: str) -> None:
    assert numbers(text) == [None, None, None]


def test_labels_name_the_time() -> None:
    texts = [
        f" ( MSG: 1, MMSI: 412000001, signalpower: -40.1, timestamp: {20231114221320})", f"ts={T};id=1612345001",
        "received: 2023-11-14 22:13:20 ", f"rxtime={T}000", "MSG: 1",
    ]  # fmt: skip
    assert labelled_times(pl.Series(texts), None).ms.tolist() == [T * 1000] * 4 + [NO_TIME]
