"""Of several things that look like times the better supported one wins, for the whole log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stsdetect.errors import DecodeError
from tests.builders import decode as build
from tests.builders.decode import T, read_log, rejected

N = 6


def line(k: int, second: int | None = None) -> str:
    return build.position(412000001 + k, second=(20 + k) % 60 if second is None else second)


def clock(k: int, form: str = "%Y-%m-%d %H:%M:%S", later_h: int = 0) -> str:
    return (datetime.fromtimestamp(T + k, UTC) + timedelta(hours=later_h)).strftime(form)


ROW_ID, COUNTER, STEP = 1_612_345_001, 1_573_456_789, 4_817


@pytest.mark.parametrize(
    "text",
    [
        lambda k: f'{ROW_ID + k},{clock(k)},"{line(k)}"',
        lambda k: f'{ROW_ID + k},{T + k},"{line(k)}"',
        lambda k: f'{T + k},{ROW_ID + k},"{line(k)}"',
        lambda k: f'{clock(k)},"{line(k)}",{ROW_ID + k}',
        lambda k: f'"{line(k)}",{ROW_ID + k},{clock(k)}',
        lambda k: f"{COUNTER + STEP * k} {line(k)},{clock(k)}",
        lambda k: f"{clock(k)} {line(k)},{COUNTER + STEP * k}",
        lambda k: f"{COUNTER + 48_000 * k} {T + k} {line(k, 20)}",
        lambda k: f"{COUNTER} {T + k} {line(k)}",
        lambda k: f"{build.tagged(line(k), T + k)},{COUNTER + STEP * k}",
        # A date on the clock of Shanghai beside a Unix time, which has no zone.
        lambda k: f'{T + k},{clock(k, later_h=8)},"{line(k)}"',
        lambda k: f'{clock(k, later_h=8)},{T + k},"{line(k)}"',
    ],
)
def test_the_better_supported_time_wins(tmp_path: Path, text: Callable[[int], str]) -> None:
    data = read_log(tmp_path, *(text(k) for k in range(N)))
    got = data.positions.sort_values("mmsi")["timestamp"]
    assert [int(t.timestamp()) - T for t in got] == list(range(N))


def test_names_of_columns_decide_where_the_seconds_do_not(tmp_path: Path) -> None:
    # Both numbers are in step with the seconds.
    rows = [f'{T - 60_000_000 + k},{T + k},"{line(k)}"' for k in range(N)]
    data = read_log(tmp_path, "row_id,received,raw", *rows)
    assert data.positions["timestamp"].min().timestamp() == T
    data = read_log(tmp_path, "received,row_id,raw", *rows)
    assert data.positions["timestamp"].min().timestamp() == T - 60_000_000


def test_the_worse_time_is_not_used_where_the_better_one_is_missing(tmp_path: Path) -> None:
    rows = [f'{ROW_ID + k},{clock(k) if k != 3 else ""},"{line(k)}"' for k in range(N)]
    data = read_log(tmp_path, *rows)
    assert len(data.positions) == N - 1
    assert rejected(data) == {"bad_time": 1}


@pytest.mark.parametrize(
    "text", [lambda k: f"{COUNTER + STEP * k} {line(k)}", lambda k: f"{line(k)},{COUNTER + STEP * k}"]
)
def test_a_counter_alone_is_not_a_time(tmp_path: Path, text: Callable[[int], str]) -> None:
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_log(tmp_path, *(text(k) for k in range(N)))


def test_a_number_that_never_changes_is_not_a_time(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_log(tmp_path, *(f"{ROW_ID} {line(k)}" for k in range(30)))


def test_a_number_beside_a_date_that_is_not_understood_is_not_a_time(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_log(tmp_path, *(f"{clock(k)} CST {ROW_ID + k} {line(k)}" for k in range(N)))


@pytest.mark.parametrize("form", ["%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%dT%H:%M:%SZ"])
def test_one_clock_word_decides_with_the_log(tmp_path: Path, form: str) -> None:
    rows = [f"{clock(k, form)} {line(k)}" for k in range(N)]
    assert len(read_log(tmp_path, *rows).positions) == N
    bare = f"{clock(3, form.replace(' %p', '').replace(' UTC', '').replace('Z', ''))} {line(3)}"
    data = read_log(tmp_path, *rows[:3], bare, *rows[4:])
    assert rejected(data) == {"bad_time": 1}
    assert data.reports[0].lost_values == {"receive_time": 1}


def test_day_and_month_are_known_by_the_whole_log(tmp_path: Path) -> None:
    rows = [f"{d:02d}/11/2023 22:13:20 {line(d)}" for d in range(10, 14)]
    assert [t.day for t in read_log(tmp_path, *rows).positions["timestamp"]] == [10, 11, 12, 13]
    rows = [f"11/{d:02d}/2023 22:13:20 {line(d)}" for d in range(10, 14)]
    assert [t.month for t in read_log(tmp_path, *rows).positions["timestamp"]] == [11] * 4
    with pytest.raises(DecodeError, match="ambiguous, for example '03/04/2023"):
        read_log(tmp_path, *(f"03/04/2023 22:13:2{k} {line(k)}" for k in range(N)))
