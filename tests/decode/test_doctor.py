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
        "tag_block 8",
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


def test_only_the_beginning_of_a_large_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(LOG)
    assert "all of it, 8 rows" in str(diagnose(path))
    monkeypatch.setattr(doctor, "_PREVIEW_BYTES", LOG.index(b"\n") + 1)
    found = diagnose(path)
    assert (found.report.cut, found.n_ships) == (True, 1)
    assert "only the beginning of it, 1 rows" in str(found)
