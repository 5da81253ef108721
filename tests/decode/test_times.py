"""The receive time is found in each place that logs keep it, and nowhere else."""

from pathlib import Path

import pandas as pd
import pytest

from stsdetect.decode import read_ais
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from tests.builders import decode as s

T = 1_700_000_000
WHEN = pd.Timestamp(T, unit="s", tz="UTC")
LINE = s.position()
SUM = LINE[-2:]


def nmea(text: str) -> str:
    return f"${text}*{s.checksum(text)}"


def tag_block(text: str) -> str:
    return f"\\{text}*{s.checksum(text)}\\"


def read(tmp_path: Path, *lines: str, **params: int):
    path = tmp_path / "log.nmea"
    path.write_text("\n".join(lines) + "\n", "latin-1")
    return read_ais(path, params=DecodeParams(**params))


@pytest.mark.parametrize(
    ("lines", "kind", "station"),
    [
        ([s.tagged(LINE, T)], "tag_block", None),
        ([s.tagged(LINE, T, station="2573310")], "tag_block", "2573310"),
        ([s.tagged(LINE, T * 1000, station="sat")], "tag_block", "sat"),
        ([tag_block("s:north") + tag_block(f"c:{T}") + LINE], "tag_block", "north"),
        ([f"{LINE},r003669708,{T}"], "trailing", "r003669708"),
        ([f"{LINE},s28320,d-098,T33.71,r003669973,{T}"], "trailing", "r003669973"),
        ([f"{LINE},{T}"], "trailing", None),
        ([f"{LINE},{T},{T + 9}"], "trailing", None),
        ([nmea(f"PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,{SUM}"), LINE], "pghp", "2190047"),
        ([f"{T} {LINE}"], "prefix", None),
        ([f"{T}000;{LINE}"], "prefix", None),
        ([f"{T}000000000 {LINE}"], "prefix", None),
        ([f"2023-11-14T22:13:20Z {LINE}"], "prefix", None),
        ([f"2023-11-14 23:13:20+01:00;{LINE}"], "prefix", None),
        ([f"[2023/11/14 22:13:20] udp: {LINE}"], "prefix", None),
        ([f'{{"class":"AIS","rxuxtime":{T},"nmea":["{LINE}"]}}'], "json", None),
        ([f'{{"class":"AIS","rxtime":"20231114221320","nmea":["{LINE}"]}}'], "json", None),
        ([nmea("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A"), "junk", LINE], "gps_clock", None),
        ([nmea("GPZDA,221320.00,14,11,2023,00,00"), LINE], "gps_clock", None),
    ],
)  # fmt: skip
def test_places_of_the_time(tmp_path: Path, lines: list[str], kind: str, station: str | None) -> None:
    data = read(tmp_path, *lines)
    (row,) = data.positions.to_dict("records")
    assert row["timestamp"] == WHEN
    assert (row["station"] if station else None) == station
    assert dict(data.reports[0].time_kinds) == {kind: 1}


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
    return s.sentence(*s.payload([(4, 6), (0, 2), (4120001, 30), *clock, (0, 90)]))


def test_base_stations_that_agree_are_the_last_resort(tmp_path: Path) -> None:
    wrong = base_station(T - 999_999)
    lines = [
        s.position(412000001), base_station(T - 20), base_station(T - 10), s.position(412000002), wrong,
        s.position(412000003), base_station(T), s.position(412000004), wrong, s.position(412000005),
    ]  # fmt: skip
    for block_bytes in (64, 100, 2_097_152):
        data = read(tmp_path, *lines, block_bytes=block_bytes)
        # The third report that agrees is the first to count; a wrong one between changes nothing.
        assert data.positions["mmsi"].tolist() == [412000004, 412000005]
        assert data.positions["timestamp"].tolist() == [WHEN, WHEN]
        assert data.positions["decode_flags"].tolist() == [4, 4]
        assert dict(data.reports[0].time_kinds) == {"base_clock": 2}
        assert data.reports[0].rejected == {"no_time": 3}
        assert data.reports[0].closes
    known = read(tmp_path, *lines, f"{T + 60} {LINE}")
    assert known.reports[0].time_kinds == {"base_clock": 2, "prefix": 1}


def test_a_lone_tag_block_names_the_station_of_the_next_sentence(tmp_path: Path) -> None:
    data = read(tmp_path, "\\si:AISD*3F\\", f"{T} {LINE}", f"{T} {s.class_b()}")
    assert data.positions["station"].isna().tolist() == [False, True]


def test_the_tag_block_wins_over_what_follows_the_checksum(tmp_path: Path) -> None:
    data = read(tmp_path, f"{s.tagged(LINE, T)},r003669708,{T + 5}")
    assert data.positions["timestamp"].tolist() == [WHEN]


def test_a_damaged_tag_block_gives_no_time(tmp_path: Path) -> None:
    good = s.tagged(s.class_b(), T)
    data = read(tmp_path, s.tagged(LINE, T).replace("c:17", "c:27"), good)
    assert len(data.positions) == 1
    assert data.reports[0].counts["bad_tag_blocks"] == 1
    assert data.reports[0].rejected == {"no_time": 1}


def test_a_group_put_before_an_unchanged_checksum_is_accepted(tmp_path: Path) -> None:
    head, tail = s.static()
    text = f"c:{T}"
    lines = [f"\\g:{k}-2-9999,{text}*{s.checksum(text)}\\{part}" for k, part in ((1, head), (2, tail))]
    assert len(read(tmp_path, *lines).static) == 1


def test_a_wrapper_with_the_checksum_of_another_sentence_gives_no_time(tmp_path: Path) -> None:
    wrong = nmea("PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,00")
    right = nmea(f"PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,{s.class_b()[-2:]}")
    data = read(tmp_path, wrong, LINE, right, s.class_b())
    assert data.positions["mmsi"].tolist() == [412000002]
    assert data.reports[0].rejected == {"no_time": 1}


def test_a_lone_tag_block_does_not_part_a_wrapped_message(tmp_path: Path) -> None:
    head, tail = s.static()
    both = f"{int(head[-2:], 16) ^ int(tail[-2:], 16):02X}"
    wrapper = nmea(f"PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,{both}")
    data = read(tmp_path, "\\si:AISD*3F\\", wrapper, head, tail)
    assert data.static["shipname"].tolist() == ["TEST SHIP"]
    assert data.reports[0].set_aside["parts_joined"] == 1


@pytest.mark.parametrize("seconds", [0, 4_291_747_200, 100])
def test_years_1970_and_2106_are_no_receive_times(tmp_path: Path, seconds: int) -> None:
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read(tmp_path, s.tagged(LINE, seconds))


def test_a_clock_without_fix_or_with_a_bad_checksum_is_not_read(tmp_path: Path) -> None:
    void = nmea("GPRMC,221320,V,,,,,,,141123,,,N")
    bad = nmea("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A")[:-2] + "00"
    with pytest.raises(DecodeError, match="tag blocks"):
        read(tmp_path, void, bad, LINE)


@pytest.mark.parametrize("block_bytes", [64, 2_097_152])
def test_a_clock_that_has_stopped_is_no_time(tmp_path: Path, block_bytes: int) -> None:
    clock = nmea("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A")
    noise = ["$GPGGA,1"] * 3
    lines = [clock, *noise, LINE, s.class_b(), clock, s.position(412000003)]
    data = read(tmp_path, *lines, max_clock_age_lines=4, block_bytes=block_bytes)
    # Four lines after the clock, then five, then one after the next clock.
    assert sorted(data.positions["mmsi"]) == [412000001, 412000003]
    assert data.reports[0].rejected == {"no_time": 1}
    assert data.reports[0].closes


def test_the_offset_of_a_station_is_told(tmp_path: Path) -> None:
    lines = [
        s.tagged(s.position(second=(k - 15) % 60, lat=30 + k / 100), T + 40 + k, station="late")
        for k in range(20)
    ]
    report = read(tmp_path, *lines).reports[0]
    assert report.stations["late"]["median_offset_s"] == 15
    assert any("late" in w and "15 s" in w for w in report.warnings)
