"""Clocks that are whole rollovers behind are corrected and named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stsdetect.decode.nmea.clocks.rollover import ROLLOVER_MS, whole_rollovers
from tests.builders import decode as build
from tests.builders.decode import T, read_log

N = 6
ROLLOVER_S = 7_168 * 86_400


def station(seconds: int, mmsi: int = 4120001, type_: int = 4) -> str:
    when = datetime.fromtimestamp(seconds, UTC)
    clock = [
        (when.year, 14), (when.month, 4), (when.day, 5), (when.hour, 5), (when.minute, 6), (when.second, 6)
    ]  # fmt: skip
    return build.sentence(*build.payload([(type_, 6), (0, 2), (mmsi, 30), *clock, (0, 90)]))


def rmc(k: int, days_behind: int = 0) -> str:
    when = datetime.fromtimestamp(T + k, UTC) - timedelta(days_behind)
    text = f"GPRMC,{when:%H%M%S},A,3000.0,N,12200.0,E,0.0,0.0,{when:%d%m%y},,,A"
    return build.dollar_line(text)


def zda(k: int, days_behind: int = 0) -> str:
    when = datetime.fromtimestamp(T + k, UTC) - timedelta(days_behind)
    return build.dollar_line(f"GPZDA,{when:%H%M%S}.00,{when:%d,%m,%Y},00,00")


def seconds_of(folder: Path, *lines: str) -> tuple[list[int], list[str]]:
    data = read_log(folder, *lines)
    times = data.positions.sort_values("mmsi")["timestamp"]
    return [int(t.timestamp()) - T for t in times], data.reports[0].warnings


def position(k: int) -> str:
    return build.position(412000001 + k, second=(20 + k) % 60)


@pytest.mark.parametrize("clock", [rmc, zda])
@pytest.mark.parametrize("rollovers", [1, 2])
def test_a_gnss_clock_behind_the_base_stations_is_corrected(
    tmp_path: Path, clock: object, rollovers: int
) -> None:
    lines = [
        text
        for k in range(N)
        for text in (clock(k, 7_168 * rollovers), position(k), station(T + k, 4120001 + k % 2))  # type: ignore[operator]
    ]
    found, warnings = seconds_of(tmp_path, *lines)
    assert found == list(range(N))
    assert any(f"{7_168 * rollovers:,} days" in w and "corrected" in w for w in warnings)


def test_clocks_of_ships_only_show_that_another_clock_is_behind(tmp_path: Path) -> None:
    lines = [
        text for k in range(N) for text in (rmc(k, 7_168), position(k), station(T + k, 412000050 + k % 3, 11))
    ]
    found, warnings = seconds_of(tmp_path, *lines)
    assert found == list(range(N))
    assert any("behind the clocks of ships; corrected" in w for w in warnings)


def test_a_base_station_behind_the_others_is_corrected(tmp_path: Path) -> None:
    lines = [
        text
        for k in range(N)
        for text in (station(T + k - ROLLOVER_S * (k % 2), 4120001 + k % 2), position(k))
    ]
    found, warnings = seconds_of(tmp_path, *lines)
    assert found == list(range(N))
    assert any("base station 004120002 is 7,168 days" in w for w in warnings)


def test_ships_with_a_wrong_clock_stamp_nothing(tmp_path: Path) -> None:
    ships = [station(T - ROLLOVER_S + k, 412000020 + k, 11) for k in range(4)]
    lines = [*ships, position(0), *(station(T + k) for k in range(3)), position(1)]
    assert seconds_of(tmp_path, *lines) == ([0, 1], [])


def test_a_clock_that_two_base_stations_contradict_is_not_used(tmp_path: Path) -> None:
    lines = [text for k in range(N) for text in (rmc(k, 3), position(k), station(T + k, 4120001 + k % 2))]
    found, warnings = seconds_of(tmp_path, *lines)
    assert found[2:] == list(range(2, N))
    assert any("differ from the base stations by 3.0 days" in w and "not used" in w for w in warnings)


def test_times_of_the_log_that_disagree_with_a_clock_are_named(tmp_path: Path) -> None:
    lines = [text for k in range(N) for text in (rmc(k), f"{T + k + 7200} {position(k)}")]
    _, warnings = seconds_of(tmp_path, *lines)
    assert any("the receive times in the log are off by" in w for w in warnings)
    lines = [
        text
        for k in range(N)
        for text in (station(T + k, 4120001 + k % 2), build.tagged(position(k), T + k - ROLLOVER_S))
    ]
    _, warnings = seconds_of(tmp_path, *lines)
    assert any("7,168 days (1 x 1,024 weeks) behind base stations" in w for w in warnings)


def test_whole_rollovers() -> None:
    assert whole_rollovers(2 * ROLLOVER_MS - 5_000, spread_ms=60_000) == 2
    assert whole_rollovers(ROLLOVER_MS + 61_000, spread_ms=60_000) == 0
    assert whole_rollovers(-ROLLOVER_MS, spread_ms=60_000) == -1


def test_an_only_clock_of_many_years_ago_is_named(tmp_path: Path) -> None:
    _, warnings = seconds_of(tmp_path, *[text for k in range(N) for text in (rmc(k, 7_168), position(k))])
    assert any("the only clock in the log is in the year 2004" in w for w in warnings)
    _, warnings = seconds_of(tmp_path, *[text for k in range(N) for text in (rmc(k), position(k))])
    assert warnings == []


@pytest.mark.parametrize("behind", [1, 2])
def test_one_of_two_receivers_behind_the_other_is_corrected(tmp_path: Path, behind: int) -> None:
    lines = [text for k in range(N) for text in (zda(k), rmc(k, behind * 7168), position(k))]
    found, warnings = seconds_of(tmp_path, *lines)
    assert found == list(range(N))
    assert warnings == [
        f"log.nmea: one clock of $..RMC and $..ZDA is {behind * 7168:,} days ({behind} x 1,024 weeks) behind another; "
        "corrected"
    ]


def test_two_receivers_apart_by_another_time_are_not_corrected(tmp_path: Path) -> None:
    lines = [text for k in range(N) for text in (zda(k), rmc(k, 7000), position(k))]
    assert not any("corrected" in w for w in seconds_of(tmp_path, *lines)[1])
