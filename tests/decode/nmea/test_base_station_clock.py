"""Base stations give a time only where several agree."""

from pathlib import Path

import numpy as np
import pandas as pd

from stsdetect.decode.nmea.base_station_clock import BaseStationClock, clock_ms
from stsdetect.decode.nmea.payload import pack
from stsdetect.decode.times.gregorian import NO_TIME
from tests.builders import decode as build
from tests.builders.decode import T, read_log

WHEN = pd.Timestamp(T, unit="s", tz="UTC")


LINE = build.position()


def base_station(seconds: int) -> str:
    when = pd.Timestamp(seconds, unit="s")
    clock = [
        (when.year, 14),
        (when.month, 4),
        (when.day, 5),
        (when.hour, 5),
        (when.minute, 6),
        (when.second, 6),
    ]
    return build.sentence(*build.payload([(4, 6), (0, 2), (4120001, 30), *clock, (0, 90)]))


def test_base_stations_that_agree_are_the_last_resort(tmp_path: Path) -> None:
    wrong = base_station(T - 999_999)
    lines = [
        build.position(412000001), base_station(T - 20), base_station(T - 10), build.position(412000002), wrong,
        build.position(412000003), base_station(T), build.position(412000004), wrong, build.position(412000005),
    ]  # fmt: skip
    for block_bytes in (64, 100, 2_097_152):
        data = read_log(tmp_path, *lines, block_bytes=block_bytes)
        # The third report that agrees is the first to count; a wrong one between changes nothing.
        assert data.positions["mmsi"].tolist() == [412000004, 412000005]
        assert data.positions["timestamp"].tolist() == [WHEN, WHEN]
        assert data.positions["decode_flags"].tolist() == [4, 4]
        assert dict(data.reports[0].time_kinds) == {"base_clock": 2}
        assert data.reports[0].rejected == {"no_time": 3}
        assert data.reports[0].closes
    known = read_log(tmp_path, *lines, f"{T + 60} {LINE}")
    assert known.reports[0].time_kinds == {"base_clock": 2, "prefix": 1}


def clock(line: list[int], report_line: list[int], report_ms: list[int], **settings: int) -> list[int | None]:
    defaults = {"max_age_lines": 10, "spread_ms": 60_000, "look_back": 4, "agreeing": 2}
    found = BaseStationClock(**defaults | settings).at(
        np.array(line), np.array(report_line, np.int64), np.array(report_ms, np.int64)
    )
    return [None if ms == NO_TIME else ms for ms in found.tolist()]


def test_reports_agree_up_to_the_spread_and_no_further() -> None:
    assert clock([9], [1, 2, 3], [0, 0, 60_000]) == [60_000]
    assert clock([9], [1, 2, 3], [0, 0, 60_001]) == [None]


def test_a_time_holds_for_max_age_lines() -> None:
    assert clock([2, 3, 13, 14], [1, 2, 3], [0, 0, 0]) == [None, 0, 0, None]


def test_the_time_does_not_run_backwards() -> None:
    assert clock([4, 5], [1, 2, 3, 4, 5], [0, 0, 0, 30_000, 10_000]) == [30_000, 30_000]


def test_without_reports_there_is_no_time() -> None:
    assert clock([1, 2], [], []) == [None, None]


def test_fields_of_the_clock_are_read_and_checked() -> None:
    def of(*fields: tuple[int, int]) -> int:
        body = build.payload([(4, 6), (0, 2), (4120001, 30), *fields])[0]
        text = np.frombuffer(body.encode() + b" " * 80, np.uint8)
        bits, _ = pack(text, np.array([0]), np.array([len(body)]), n_words=2)
        return int(clock_ms(bits)[0])

    assert of((2023, 14), (11, 4), (14, 5), (22, 5), (13, 6), (20, 6)) == 1_700_000_000_000
    # Not available by M.1371: year 0, month 0, day 0, hour 24, minute 60, second 60. A message cut short has no time.
    assert of((0, 14), (0, 4), (0, 5), (24, 5), (60, 6), (60, 6)) == NO_TIME
    assert of((2023, 14), (11, 4), (14, 5), (22, 5)) == NO_TIME
