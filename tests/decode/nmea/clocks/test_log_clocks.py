"""A clock stamps only what stands near it and agrees with what is around it."""

from pathlib import Path

import pytest

from tests.builders import decode as build
from tests.builders.decode import T, read_log


def rmc(seconds: int, date: str = "141123") -> str:
    text = f"GPRMC,22{13 + (20 + seconds) // 60:02d}{(20 + seconds) % 60:02d},A,3000.0,N,12200.0,E,0.0,0.0,{date},,,A"
    return build.dollar_line(text)


def position(k: int) -> str:
    return build.position(412000001 + k, second=(20 + k) % 60)


def found(folder: Path, *lines: str, **params: int) -> list[int]:
    times = read_log(folder, *lines, **params).positions.sort_values("mmsi")["timestamp"]
    return [int(t.timestamp()) - T for t in times]


@pytest.mark.parametrize("date", ["141194", "141111", "010104"])
@pytest.mark.parametrize("block_bytes", [64, 2_097_152])
def test_a_stray_clock_does_not_touch_a_log_of_tag_blocks(
    tmp_path: Path, date: str, block_bytes: int
) -> None:
    """A second part with only a group takes the time of the first part."""
    lines = [rmc(0, date)]
    for k in range(6):
        head, tail = build.static(412000001 + k, seq=k, name=f"SHIP {k}")
        lines += [build.tagged(position(k), T + k), build.tagged(head, T + k, group=f"1-2-{k}")]
        lines += [build.tag_block(f"g:2-2-{k}") + tail]
    data = read_log(tmp_path, *lines, block_bytes=block_bytes)
    assert data.static["shipname"].tolist() == [f"SHIP {k}" for k in range(6)]
    assert [int(t.timestamp()) - T for t in data.static["timestamp"]] == list(range(6))
    assert dict(data.reports[0].time_kinds) == {"tag_block": 12}


def test_a_stray_clock_does_not_stamp_sentences_without_a_time(tmp_path: Path) -> None:
    lines = [build.tagged(position(k), T + k) for k in range(5)]
    data = read_log(tmp_path, *lines, rmc(5, "141111"), position(5))
    assert len(data.positions) == 5
    assert data.reports[0].rejected == {"no_time": 1}
    assert data.reports[0].counts["clocks_out_of_step"] == 1
    assert len(read_log(tmp_path, *lines, rmc(5), position(5)).positions) == 6


def test_a_stray_receive_time_does_not_win_over_the_clocks_of_a_log(tmp_path: Path) -> None:
    lines = [text for k in range(20) for text in (rmc(k), position(k))]
    lines[21] = f"{position(10)},r003669708,{T - 40_000_000}"
    data = read_log(tmp_path, *lines)
    assert sorted(int(t.timestamp()) - T for t in data.positions["timestamp"]) == list(range(20))
    assert data.reports[0].lost_values == {"receive_time": 1}


@pytest.mark.parametrize("stray", [0, 3])
def test_one_clock_sentence_far_from_the_others_is_not_used(tmp_path: Path, stray: int) -> None:
    lines = [text for k in range(6) for text in (rmc(k, "010104" if k == stray else "141123"), position(k))]
    expected = [0, 1, 2, 2, 4, 5] if stray else [0, 1, 2, 3, 4, 5]
    assert found(tmp_path, *lines) == expected


@pytest.mark.parametrize("block_bytes", [64, 2_097_152])
def test_lines_before_the_first_clock_are_filled_in(tmp_path: Path, block_bytes: int) -> None:
    lines = [position(0), "$", "$", position(1), "$", rmc(5), position(2)]
    assert found(tmp_path, *lines, block_bytes=block_bytes) == [0, 1, 5]
    assert found(tmp_path, *lines, block_bytes=block_bytes, max_clock_age_lines=3) == [1, 5]
