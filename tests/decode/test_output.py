"""Positions are selected by period and area, and written to buckets of vessels."""

from pathlib import Path

import pytest

from stsdetect.decode import DecodeTask, decode_file, read_ais
from stsdetect.errors import DecodeError
from stsdetect.schema import POSITIONS
from tests.builders import decode as build
from tests.builders.decode import T


def test_positions_outside_the_period_or_area_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    lines = [build.tagged(build.position(412000000 + k, lat=30 + k), T + 60 * k) for k in range(1, 5)]
    lines += [build.tagged(p, T + 9999) for p in build.static()]
    path.write_text("\n".join(lines))
    data = read_ais(
        path,
        start="2023-11-14T22:14:20",
        end="2023-11-14T22:17:20Z",
        area="POLYGON((121 30,123 30,123 32.5,121 32.5,121 30))",
    )
    assert data.positions["mmsi"].tolist() == [412000001, 412000002]
    assert data.reports[0].set_aside["outside_time"] == 1
    assert data.reports[0].set_aside["outside_area"] == 1
    assert len(data.static) == 1
    assert data.reports[0].closes


def test_buckets_hold_each_ship_once_and_no_half_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    path.write_text("\n".join(build.tagged(build.position(412000000 + k), T + k) for k in range(1, 40)))
    report = decode_file(DecodeTask(path, "log.nmea", tmp_path / "out", 4))
    files = sorted((tmp_path / "out" / "positions").iterdir())
    ships = [set(POSITIONS.read_parquet(f)["mmsi"]) for f in files]
    assert sum(map(len, ships)) == len(set.union(*ships)) == 39
    assert report.to_dict()["positions_out"] == 39
    (tmp_path / "bad.nmea").write_text(build.position() + "\n")
    with pytest.raises(DecodeError):
        decode_file(DecodeTask(tmp_path / "bad.nmea", "bad.nmea", tmp_path / "none", 4))
    assert not any(p.is_file() for p in (tmp_path / "none").rglob("*"))
