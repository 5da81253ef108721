"""Blocks of whole lines, whatever ends a line and however long it is."""

from pathlib import Path

import pytest

from stsdetect.decode import read_ais
from tests.builders import decode as build
from tests.builders.decode import T, read_log


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_kinds(tmp_path: Path, end: str) -> None:
    data = read_log(
        tmp_path, *[build.tagged(build.position(412000000 + k), T + k) for k in range(1, 50)], end=end
    )
    assert len(data.positions) == 49
    assert data.reports[0].rows_in == 49


def test_lines_of_megabytes_and_nul_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    good = build.tagged(build.position(), T).encode()
    path.write_bytes(
        good
        + b"\n"
        + b"A" * 3_000_000
        + b"\n\0\0\0"
        + good[:20]
        + b"\n"
        + build.tagged(build.class_b(), T).encode()
    )
    data = read_ais(path)
    assert len(data.positions) == 2
    assert data.reports[0].closes
    assert data.reports[0].rejected == {"line_too_long": 1}
    assert data.reports[0].rows_in == 4
