"""A diagnosis shows format, period, ships, stations and rejected rows."""

from pathlib import Path

from stsdetect.decode import diagnose
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
