"""Files are found, unpacked and recognised; what cannot be used is told in one line."""

import bz2
import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from stsdetect.decode import diagnose, find_inputs, read_ais, text_id_to_mmsi
from stsdetect.errors import DecodeError, ParamError
from tests.builders import decode as s

T = 1_700_000_000
LOG = "\n".join(s.tagged(s.position(412000000 + k), T + k) for k in range(1, 9)).encode() + b"\n"


def test_folders_files_and_patterns_give_each_dump_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("x.nmea", "a/y.csv.gz", "a/x.nmea", "README.md", ".hidden.csv"):
        (tmp_path / name).write_bytes(LOG)
    found = find_inputs([tmp_path, tmp_path / "x.nmea", f"{tmp_path}/*.nmea"])
    assert [f.source for f in found] == ["a/x.nmea", "a/y.csv.gz", "x.nmea"]
    twice = find_inputs([tmp_path / "x.nmea", tmp_path / "a" / "x.nmea"])
    assert len({f.source for f in twice}) == 2


@pytest.mark.parametrize(
    ("content", "name", "told"),
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
        (s.position().encode(), "untimed.nmea", r"no sentence has a receive time"),
    ],
)
def test_each_unusable_file_is_one_clear_line(
    tmp_path: Path, content: bytes | None, name: str, told: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DecodeError, match=told) as error:
        read_ais(path)
    assert "\n" not in str(error.value)
    assert name in str(error.value)
    assert told.split("|")[0] in diagnose(path).refused or diagnose(path).refused


OTHER = {
    "truth.csv": "mmsi_a,mmsi_b,start,end\n1,2,3,4\n",
    "ships.csv": "mmsi,shipname,length\n412000001,A,180\n",
    "ports.json": '[{"name": "Ningbo", "lat": 29.9, "lon": 121.9}]',
    "notes.txt": "Recorded by hand.\n",
}


def test_tables_beside_the_dump_that_are_not_ais_are_left_out(tmp_path: Path) -> None:
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
            (told,) = r.warnings
            assert "left out, not AIS" in told
            assert name in told
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
def test_tables_that_are_not_ais_are_refused_by_name_and_where_nothing_else_is(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text(OTHER[name])
    with pytest.raises(DecodeError, match="no column for"):
        read_ais([tmp_path, tmp_path / name])
    with pytest.raises(DecodeError, match=f"nothing among the inputs is AIS: {name}"):
        read_ais(tmp_path)


def test_logs_without_time_stop_the_run_wherever_they_are(tmp_path: Path) -> None:
    (tmp_path / "sea.nmea").write_bytes(LOG)
    (tmp_path / "untimed.nmea").write_text(s.position())
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_ais(tmp_path)


def test_a_folder_without_dumps_and_a_pattern_without_match(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="holds no AIS dump"):
        find_inputs([tmp_path])
    with pytest.raises(DecodeError, match="no file matches"):
        find_inputs([f"{tmp_path}/*.csv"])
    with pytest.raises(DecodeError, match="no input given"):
        find_inputs([])


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, LOG)
    return buffer.getvalue()


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(LOG), "x.nmea.gz"),
        (gzip.compress(LOG[:200]) + gzip.compress(LOG[200:]), "two.nmea.gz"),
        (bz2.compress(LOG), "x.nmea.bz2"),
        (zstd(LOG), "x.nmea.zst"),
        (zipped("x.nmea", "notes.pdf"), "x.zip"),
        (gzip.compress(LOG), "wrong-name.csv"),
    ],
)
def test_packed_files_are_read_as_they_are(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert len(read_ais(path).positions) == 8


def test_workers_change_nothing(tmp_path: Path) -> None:
    for k in range(3):
        (tmp_path / f"{k}.nmea").write_bytes(LOG)
    one, two = read_ais(tmp_path), read_ais(tmp_path, workers=2)
    assert one.positions.equals(two.positions)
    assert [r.to_dict() for r in one.reports] == [r.to_dict() for r in two.reports]


def test_parquet_tables_with_or_without_zone(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"mmsi": [412000001], "timestamp": ["2024-05-01 00:00:00"], "lat": [30.0], "lon": [122.0]}
    )
    naive = frame.with_columns(pl.col("timestamp").str.to_datetime())
    naive.write_parquet(tmp_path / "naive.parquet")
    naive.with_columns(pl.col("timestamp").dt.replace_time_zone("UTC")).write_parquet(
        tmp_path / "utc.parquet"
    )
    naive.clear().write_parquet(tmp_path / "none.parquet")
    data = read_ais(tmp_path)
    assert data.positions["timestamp"].astype(str).unique().tolist() == ["2024-05-01 00:00:00+00:00"]
    assert len(data.positions) == 2


def test_text_ids_are_stable_and_exact() -> None:
    numbers = [text_id_to_mmsi(str(k)) for k in range(10_000)]
    assert len(set(numbers)) == 10_000
    assert all(-(2**50) < n < 0 for n in numbers)
    assert text_id_to_mmsi("1") == numbers[1]


def test_a_time_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.nmea").write_bytes(LOG)
    with pytest.raises(ParamError, match="ISO 8601"):
        read_ais(tmp_path, start="yesterday")


def test_the_doctor_tells_what_a_dump_is(tmp_path: Path) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(LOG + b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*00\n")
    told = str(diagnose(path))
    for part in (
        "nmea",
        "8 of 8 ships",
        "tag_block 8",
        "bad_checksum 1",
        "2023-11-14 22:13:21 UTC to 2023-11-14 22:13:28 UTC",
    ):
        assert part in told
    assert diagnose(path).to_dict()["rejected"] == {"bad_checksum": 1}
