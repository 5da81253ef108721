"""A diagnosis shows format, period, ships, stations and rejected rows."""

from pathlib import Path

import pytest

from stsdetect.decode import diagnose, doctor
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.doctor import Diagnosis
from tests.builders import decode as build
from tests.builders.decode import T

LOG = "\n".join(build.tagged(build.position(412000000 + k), T + k) for k in range(1, 9)).encode() + b"\n"


def test_a_diagnosis_names_format_period_ships_and_rejected_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(LOG + b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*00\n")
    message = str(diagnose(path))
    for part in (
        "nmea",
        "8 of 8 ships",
        "receive time: tag block 8",
        "bad_checksum 1",
        "2023-11-14 22:13:21 UTC to 2023-11-14 22:13:28 UTC",
    ):
        assert part in message
    assert diagnose(path).to_dict()["rejected"] == {"bad_checksum": 1}


def test_the_rate_and_the_busiest_five_stations_are_shown() -> None:
    stations = {
        f"s{k}": {"positions": float(k), "median_offset_s": None if k == 6 else -2.0} for k in range(1, 7)
    }
    report = DecodeReport("a.nmea", positions_out=12, stations=stations, start_ms=0, end_ms=120_000)
    lines = Diagnosis(report, n_ships=3, seconds=0.1, refused="").lines()
    assert "positions: 12 of 3 ships, 6 per minute" in lines
    assert [line.split()[1] for line in lines if line.startswith("station ")] == [
        "s6:",
        "s5:",
        "s4:",
        "s3:",
        "s2:",
    ]
    assert "station s6: 6.0 positions, clock offset unknown" in lines
    assert "station s5: 5.0 positions, clock offset -2 s" in lines
    assert "stations: 6 in all" in lines


@pytest.mark.parametrize(
    ("n_ships", "hours", "line"),
    [
        (1, 3, "positions: 12 of 1 ship, 4 per hour"),
        (2, 96, "positions: 12 of 2 ships, 3 per day"),
        (2, 0, "positions: 12 of 2 ships"),
    ],
)
def test_a_low_rate_is_per_hour_or_day(n_ships: int, hours: int, line: str) -> None:
    report = DecodeReport("a.csv", positions_out=12, start_ms=0, end_ms=hours * 3_600_000)
    assert line in Diagnosis(report, n_ships=n_ships, seconds=0.1, refused="").lines()


def test_a_table_of_something_else_is_not_ais(tmp_path: Path) -> None:
    path = tmp_path / "ports.csv"
    path.write_text("port,lat,lon\nNingbo,29.934,121.853\n")
    first, second, *_ = diagnose(path).lines()
    assert first == "ports.csv: not AIS, 35 bytes"
    assert second.startswith("cannot be used: ports.csv: no column for mmsi, time")


def test_only_the_beginning_of_a_large_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(LOG)
    assert "all of it, 8 rows" in str(diagnose(path))
    monkeypatch.setattr(doctor, "_PREVIEW_BYTES", LOG.index(b"\n") + 1)
    found = diagnose(path)
    assert (found.report.cut, found.n_ships) == (True, 1)
    assert "only the beginning of it, 1 rows" in str(found)


TABLE = """\
MMSI,Time,Latitude_degrees,lon,SOG_mps,type,remark
412000001,2023-11-14 13:01:00,30.1,122.1,5.144444444444445,Crude Oil Tanker,x
412000002,2023-11-14 13:02:00,30.2,122.2,5.144444444444445,Starship,y
-1,2023-11-14 13:03:00,30.3,122.3,5.144444444444445,Tug,z
"""


def test_a_table_is_shown_column_by_column_with_what_would_be_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE)
    lines = diagnose(path).lines()
    for line in (
        "column mmsi <- 'MMSI': '412000001' is read as 412000001",
        "column lat <- 'Latitude_degrees' [deg]: '30.1' is read as 30.1",
        "column sog <- 'SOG_mps' [m/s]: '5.144444444444445' is read as 10",
        "column time <- 'Time': '2023-11-14 13:01:00' is read as 2023-11-14 13:01:00 UTC",
        "column ship_type <- 'type': 'Crude Oil Tanker' is read as 80",
        "columns not used: remark",
        "receive time: from the column 'Time', 2 times, as date and time",
        "zone: UTC is assumed, since none is named",
        "static reports: 1",
        "lost values: ship_type 1, for example 'Starship'",
    ):
        assert line in lines
    (rejected,) = [line for line in lines if line.startswith("rejected")]
    assert rejected.startswith("rejected: bad_mmsi 1, for example mmsi=-1, ")


@pytest.mark.parametrize(
    ("column", "zone"),
    [
        ("2023-11-14T13:01:00Z", "UTC"),
        ("1699966860", "UTC"),
        ("2023-11-14T21:01:00+08:00", "UTC"),
        ("2023-11-14 13:01:00", "UTC is assumed, since none is named"),
    ],
)
def test_the_zone_is_named_or_assumed(tmp_path: Path, column: str, zone: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"mmsi,time,lat,lon\n412000001,{column},30.1,122.1\n")
    found = diagnose(path)
    assert f"zone: {zone}" in found.lines()
    assert "2023-11-14 13:01:00 UTC" in str(found)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (
            "mmsi,time,lat,lon\n4.12E+08,2023-11-14 13:01:00,30,122\n",
            "a.csv: no row could be read; bad_mmsi 1 of 1 rows, for example mmsi=4.12E+08",
        ),
        ("mmsi,time,lat,lon\n", "a.csv: no position and no static report in 0 rows"),
        (
            "mmsi,time,lat,lon\n412000001,2023-11-14 13:01:00,,\n",
            "no position and no static report in 1 rows",
        ),
    ],
)
def test_a_table_of_which_nothing_is_read_is_refused(tmp_path: Path, text: str, refused: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert refused in diagnose(path).refused
    assert "cannot be used" in str(diagnose(path))


def test_what_a_dump_holds_cannot_disturb_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mmsi,time,lat,lon,name,\x1b[31m\n412000001,2023-11-14 13:01:00,30,122,\x1b[2J,1\n")
    assert "\x1b" not in str(diagnose(path))


@pytest.mark.parametrize(
    ("separator", "encoding", "said"),
    [
        (",", "utf-8", "CSV with commas, UTF-8"),
        (";", "latin-1", "CSV with semicolons, Windows-1252 (West European)"),
        ("\t", "utf-16", "CSV with tabs, UTF-16"),
        ("|", "utf-8-sig", "CSV with vertical bars, UTF-8"),
    ],
)
def test_separator_and_encoding_are_shown(tmp_path: Path, separator: str, encoding: str, said: str) -> None:
    path = tmp_path / "a.csv"
    text = "mmsi,time,lat,lon,name\n412000001,2023-11-14 13:01:00,30,122,\u00c5R\u00d8\n"
    path.write_text(text.replace(",", separator), encoding)
    assert f"file: {said}" in diagnose(path).lines()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"mmsi":412000001,"time":1700000000,"lat":30,"lon":122}\n', "JSON, a row per line"),
        ('{"data":[\n{"mmsi":412000001,"time":1700000000,"lat":30,"lon":122}]}', "JSON document"),
    ],
)
def test_the_form_of_json_is_shown(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    assert f"file: {said}" in diagnose(path).lines()


def test_the_zone_of_a_log_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(LOG)
    assert "zone: UTC" in diagnose(path).lines()
    path.write_text(f"2023-11-14 22:13:20 {build.position()}\n")
    assert "zone: UTC is assumed where a time names none" in diagnose(path).lines()


def test_the_mapping_to_fill_in_has_lines_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nummer,zeitpunkt,breite,v\n412000001,2024-05-01 00:00:00,30.25,7\n")
    lines = diagnose(path).lines()
    assert "[columns]" in lines
    assert 'lat = "breite"' in lines
