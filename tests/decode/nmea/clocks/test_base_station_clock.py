"""Base stations give a time only where several agree."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stsdetect.decode.nmea.clocks.base_station_clock import BaseStationClock, clock_ms, is_base_station
from stsdetect.decode.nmea.payload import pack
from stsdetect.decode.times.gregorian import NO_TIME
from stsdetect.errors import DecodeError
from tests.builders import decode as build
from tests.builders.decode import T, read_log

LINE = build.position()


def base_station(seconds: int, mmsi: int = 4120001) -> str:
    when = pd.Timestamp(seconds, unit="s")
    clock = [
        (when.year, 14),
        (when.month, 4),
        (when.day, 5),
        (when.hour, 5),
        (when.minute, 6),
        (when.second, 6),
    ]
    return build.sentence(*build.payload([(4, 6), (0, 2), (mmsi, 30), *clock, (0, 90)]))


def position(k: int, seconds: int | None) -> str:
    """A report whose own UTC second is so long after T, or not available."""
    return build.position(412000000 + k, second=60 if seconds is None else (T + seconds) % 60)


def test_base_stations_that_agree_are_the_last_resort(tmp_path: Path) -> None:
    wrong = base_station(T - 999_999)
    lines = [
        position(1, -21), base_station(T - 20), base_station(T - 10), position(2, -8), wrong,
        position(3, -3), base_station(T), position(4, 25), wrong, position(5, None),
    ]  # fmt: skip
    for block_bytes in (64, 100, 2_097_152):
        data = read_log(tmp_path, *lines, block_bytes=block_bytes)
        # The third report confirms the two before it; a wrong one between changes nothing. The second in a
        # position report refines its time.
        got = data.positions.sort_values("mmsi")
        assert got["mmsi"].tolist() == [412000001, 412000002, 412000003, 412000004, 412000005]
        assert [int(t.timestamp()) - T for t in got["timestamp"]] == [-21, -8, -3, 25, 0]
        assert got["decode_flags"].tolist() == [12] * 5
        assert dict(data.reports[0].time_kinds) == {"base_clock": 5}
        assert data.reports[0].closes
    known = read_log(tmp_path, *lines, f"{T + 60} {LINE}")
    assert known.reports[0].time_kinds == {"base_clock": 5, "prefix": 1}


def test_a_line_too_far_before_the_first_credible_report_has_no_time(tmp_path: Path) -> None:
    lines = [build.position(412000001), "#", build.position(412000002), "#"]
    lines += [base_station(T + 10 * k) for k in range(3)]
    for block_bytes in (64, 2_097_152):
        data = read_log(tmp_path, *lines, max_clock_age_lines=4, block_bytes=block_bytes)
        # Line 6 holds the third report.
        assert data.positions["mmsi"].tolist() == [412000002]
        assert data.reports[0].rejected == {"no_time": 1}


def test_ships_that_send_utc_are_no_base_stations(tmp_path: Path) -> None:
    reports = [base_station(T + k, mmsi=412000020 + k) for k in range(4)]
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_log(tmp_path, *reports, LINE)


def confirmed(report_line: list[int], report_ms: list[int], **settings: int) -> list[tuple[int, int]]:
    defaults = {"spread_ms": 60_000, "look_back": 4, "agreeing": 2}
    found = BaseStationClock(**defaults | settings).add(
        np.array(report_line, np.int64), np.array(report_ms, np.int64)
    )
    return list(zip(found.line.tolist(), found.ms.tolist(), strict=True))


def test_reports_agree_up_to_the_spread_and_no_further() -> None:
    assert confirmed([1, 2, 3], [0, 0, 60_000]) == [(3, 60_000)]
    assert confirmed([1, 2, 3], [0, 0, 60_001]) == []


def test_the_time_does_not_run_backwards() -> None:
    assert confirmed([1, 2, 3, 4, 5], [0, 0, 0, 30_000, 10_000]) == [(3, 0), (4, 30_000), (5, 30_000)]


def test_without_reports_there_is_no_time() -> None:
    assert confirmed([], []) == []


def test_base_stations_have_two_zeros_before_the_country() -> None:
    mmsi = np.array([2_190_047, 4_120_001, 412_000_001, 992_190_047, 1_990_000, 0])
    assert is_base_station(mmsi).tolist() == [True, True, False, False, False, False]


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
