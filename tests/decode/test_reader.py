"""Files that cannot be used end in one clear line; files that are not AIS are left out where allowed."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from stsdetect.decode import diagnose, read_ais
from stsdetect.errors import DecodeError, ParamError
from tests.builders import decode as build
from tests.builders.decode import T

LOG = "\n".join(build.tagged(build.position(412000000 + k), T + k) for k in range(1, 9)).encode() + b"\n"


def test_a_cut_archive_gives_what_came_before_and_a_warning(tmp_path: Path) -> None:
    raw = "\n".join(
        build.tagged(build.position(412000000 + k, lat=k % 80), T + k) for k in range(1, 20_000)
    ).encode()
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as packed:
        packed.write(raw)
    path = tmp_path / "log.nmea.gz"
    path.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    data = read_ais(path)
    assert 5_000 < len(data.positions) < 15_000
    assert any("cut short" in w for w in data.reports[0].warnings)
    assert data.reports[0].closes


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (None, "missing.nmea", "does not exist"),
        (b"", "empty.nmea", "is empty"),
        (b"\n \n", "blank.csv", "is empty"),
        (bytes(range(256)) * 40, "binary.nmea", "binary file"),
        (b"a,b,c\n1,2,3\n", "columns.csv", "no column for mmsi, time, lat, lon among a, b, c"),
        (b"PAR1 and then nothing", "cut.parquet", "damaged Parquet"),
        (b"\x1f\x8b\x08\x00 and then nothing", "cut.csv.gz", "damaged or cut short"),
        (b"PK\x03\x04 and then nothing", "cut.zip", "damaged or cut short"),
        (b"{not json", "bad.json", "is not JSON"),
        (b"$GPGGA,1,2*00\n", "gps.nmea", "no AIS sentence"),
        (build.position().encode(), "untimed.nmea", r"no sentence has a receive time"),
    ],
)
def test_each_unusable_file_ends_in_one_clear_line(
    tmp_path: Path, content: bytes | None, name: str, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DecodeError, match=message) as error:
        read_ais(path)
    assert "\n" not in str(error.value)
    assert name in str(error.value)
    assert message.split("|")[0] in diagnose(path).refused or diagnose(path).refused


OTHER = {
    "truth.csv": "mmsi_a,mmsi_b,start,end\n1,2,3,4\n",
    "ships.csv": "mmsi,shipname,length\n412000001,A,180\n",
    "ports.json": '[{"name": "Ningbo", "lat": 29.9, "lon": 121.9}]',
    "notes.txt": "Recorded by hand.\n",
}


def test_tables_in_a_folder_that_are_not_ais_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "sea.nmea").write_bytes(LOG)
    for name, text in OTHER.items():
        (tmp_path / name).write_text(text)
    for given in (tmp_path, f"{tmp_path}/*"):
        data = read_ais(given)
        assert len(data.positions) == 8
        assert data.rejects.empty
        reports = {r.source: r for r in data.reports}
        for name in OTHER:
            r = reports[name]
            assert (r.format, r.rows_in, r.rows_out, r.closes) == ("not AIS", 0, 0, True)
            (message,) = r.warnings
            assert "left out, not AIS" in message
            assert name in message
    # Also within an archive that was found.
    (tmp_path / "pack").mkdir()
    with zipfile.ZipFile(tmp_path / "pack" / "all.zip", "w") as archive:
        archive.writestr("sea.nmea", LOG)
        archive.writestr("truth.csv", OTHER["truth.csv"])
    for given in (tmp_path / "pack", tmp_path / "pack" / "all.zip"):
        data = read_ais(given)
        assert len(data.positions) == 8
        assert [(r.format, len(r.warnings)) for r in data.reports] == [("nmea", 1)]


@pytest.mark.parametrize("name", OTHER)
def test_tables_that_are_not_ais_are_refused_where_they_are_named_or_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(OTHER[name])
    with pytest.raises(DecodeError, match="no column for"):
        read_ais([tmp_path, tmp_path / name])
    with pytest.raises(DecodeError, match=f"nothing among the inputs is AIS: {name}"):
        read_ais(tmp_path)


def test_logs_without_time_are_refused_even_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sea.nmea").write_bytes(LOG)
    (tmp_path / "untimed.nmea").write_text(build.position())
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_ais(tmp_path)


def test_workers_change_nothing(tmp_path: Path) -> None:
    for k in range(3):
        (tmp_path / f"{k}.nmea").write_bytes(LOG)
    one, two = read_ais(tmp_path), read_ais(tmp_path, workers=2)
    assert one.positions.equals(two.positions)
    assert [r.to_dict() for r in one.reports] == [r.to_dict() for r in two.reports]


def test_a_start_that_is_not_iso_8601_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.nmea").write_bytes(LOG)
    with pytest.raises(ParamError, match="ISO 8601"):
        read_ais(tmp_path, start="yesterday")
