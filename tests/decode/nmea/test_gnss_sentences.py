"""Times of GNSS receivers and wrappers count only where the line is intact and valid."""

from pathlib import Path

import numpy as np
import pytest

from stsdetect.decode.nmea.gnss_sentences import gnss_times, read_wrappers
from stsdetect.decode.nmea.sentences import Block
from stsdetect.decode.nmea.stations import StationNames
from stsdetect.decode.times.gregorian import NO_TIME
from stsdetect.errors import DecodeError
from tests.builders import decode as build
from tests.builders.decode import T, read_log

LINE = build.position()


def test_a_gnss_time_without_fix_or_with_a_bad_checksum_is_not_used(tmp_path: Path) -> None:
    void = build.dollar_line("GPRMC,221320,V,,,,,,,141123,,,N")
    bad = build.dollar_line("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A")[:-2] + "00"
    with pytest.raises(DecodeError, match="tag blocks"):
        read_log(tmp_path, void, bad, LINE)


@pytest.mark.parametrize("block_bytes", [64, 2_097_152])
def test_a_gnss_time_is_used_for_a_limited_number_of_lines(tmp_path: Path, block_bytes: int) -> None:
    clock = build.dollar_line("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A")
    noise = ["$GPGGA,1"] * 3
    lines = [clock, *noise, LINE, build.class_b(), *noise, "$", clock, build.position(412000003)]
    data = read_log(tmp_path, *lines, max_clock_age_lines=4, block_bytes=block_bytes)
    # Four lines after the clock; five after it and five before the next one; one after the next one.
    assert sorted(data.positions["mmsi"]) == [412000001, 412000003]
    assert data.reports[0].rejected == {"no_time": 1}
    assert data.reports[0].closes


def times(*lines: str, needed_at: int) -> list[tuple[int, int]]:
    block = Block("".join(line + "\n" for line in lines).encode())
    line, ms = gnss_times(block, np.array([needed_at]), latest_ms=4_000_000_000_000)
    return list(zip(line.tolist(), ms.tolist(), strict=True))


RMC = build.dollar_line("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A")
ZDA = build.dollar_line("GPZDA,221325.00,14,11,2023,00,00")
BEFORE_AIS = build.dollar_line("GPZDA,221325.00,14,11,1996,00,00")


def test_rmc_and_zda_give_the_time_of_their_fields() -> None:
    assert times(RMC, LINE, needed_at=1) == [(0, T * 1000)]
    assert times(ZDA, LINE, needed_at=1) == [(0, T * 1000 + 5000)]


def test_an_earlier_time_is_used_where_the_last_one_is_not_valid() -> None:
    assert times(RMC, BEFORE_AIS, LINE, needed_at=2) == [(0, T * 1000)]
    assert times(RMC, ZDA[:-2] + "00", LINE, needed_at=2) == [(0, T * 1000)]


def test_a_wrapper_gives_time_checksum_and_station_only_where_it_is_intact() -> None:
    line = build.dollar_line("PGHP,1,2023,11,14,22,13,20,250,219,,2190047,1,2A")
    names = StationNames()
    block = Block(f"{line}\n{line.replace('2A*', '2B*')}\n".encode())
    ms, checksum, station = read_wrappers(block, np.array([0, 1]), names)
    assert ms.tolist() == [T * 1000 + 250, NO_TIME]
    assert checksum.tolist() == [0x2A, -2]
    assert [names.names[k] for k in station] == ["2190047", ""]
