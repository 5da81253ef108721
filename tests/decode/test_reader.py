"""Files that cannot be used end in one clear line; files that are not AIS are left out where allowed."""

import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stsdetect.decode import DecodeTask, decode_file, diagnose, read_ais
from stsdetect.errors import DecodeError, ParamError, StsWarning
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
    "ships.csv": "mmsi,shipname,length,width\n412000001,A,180.25,30.50\n",
    "ports.json": '[{"name": "Ningbo", "lat": 29.934, "lon": 121.853}]',
    "area.geojson": '{"type": "Polygon", "coordinates": [[[121.123, 30.456], [122.123, 30.456]]]}',
    "notes.txt": "Recorded by hand.\n",
    "gps.log": "$GPGGA,221320,3012.2233,N,12230.5566,E,1,08,0.9,5,M,0,M,,*47\n",
}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def test_files_in_a_folder_that_are_not_ais_are_named(tmp_path: Path) -> None:
    (tmp_path / "sea.nmea").write_bytes(LOG)
    (tmp_path / "map.png").write_bytes(PICTURE)
    (tmp_path / "README.md").write_bytes(b"An example:\n" + LOG)
    for name, text in OTHER.items():
        (tmp_path / name).write_text(text)
    for given in (tmp_path, f"{tmp_path}/*"):
        data = read_ais(given)  # no warning
        assert len(data.positions) == 8
        assert data.rejects.empty
        reports = {r.source: r for r in data.reports}
        for name in (*OTHER, "map.png", "README.md"):
            r = reports[name]
            assert (r.format, r.rows_in, r.rows_out, r.closes) == ("not AIS", 0, 0, True)
            assert r.not_ais, name
            assert not r.left_out
    # Also within an archive.
    (tmp_path / "pack").mkdir()
    with zipfile.ZipFile(tmp_path / "pack" / "all.zip", "w") as archive:
        archive.writestr("sea.nmea", LOG)
        archive.writestr("truth.csv", OTHER["truth.csv"])
    for given in (tmp_path / "pack", tmp_path / "pack" / "all.zip"):
        data = read_ais(given)
        assert len(data.positions) == 8
        assert [(r.source, r.format) for r in data.reports] == [
            ("all.zip/sea.nmea", "nmea"),
            ("all.zip/truth.csv", "not AIS"),
        ]


@pytest.mark.parametrize("name", ["truth.csv", "ships.csv", "ports.json", "notes.txt"])
def test_tables_that_are_not_ais_are_refused_where_they_are_named_or_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(OTHER[name])
    with pytest.raises(DecodeError, match="no column for"):
        read_ais([tmp_path, tmp_path / name])
    with pytest.raises(DecodeError, match=f"nothing among the inputs is AIS: {name}"):
        read_ais(tmp_path)


BAD = {
    "untimed.nmea": (build.position().encode(), "no sentence has a receive time"),
    "cut.log.gz": (gzip.compress(LOG)[:12], "damaged or cut short"),
    "other.csv": (b"a,b,c,d\n412000001,x,30.123,122.567\n", "no column for"),
    "dates.csv": (
        b"mmsi,timestamp,lat,lon\n412000001,03/04/2021 10:00:00,30,122\n412000001,05/06/2021 10:00:00,30,122\n",
        "03/04/2021",
    ),
    "binary.log.1": (PICTURE, "picture"),
    "empty.csv": (b"", "is empty"),
    "ships.db": (b"SQLite format 3\x00" + bytes(300) + b"CREATE TABLE f(mmsi INTEGER)", "SQLite database"),
    "pack.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(90), "unpack it first"),
    "cut.parquet": (b"PAR1 and then nothing", "damaged Parquet"),
    "broken.json": (b'[{"mmsi": 412000001, "lat": 30.1', "is not JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_left_out_where_it_was_found_and_refused_where_it_was_named(
    tmp_path: Path, name: str
) -> None:
    content, message = BAD[name]
    (tmp_path / "sea.nmea").write_bytes(LOG)
    (tmp_path / name).write_bytes(content)
    for given in (tmp_path, f"{tmp_path}/*"):
        with pytest.warns(StsWarning, match=f"left out {name}"):
            data = read_ais(given)
        assert set(data.positions["source"]) == {"sea.nmea"}
        (bad,) = (r for r in data.reports if r.source == name)
        assert message in bad.left_out
        assert bad.closes
    with pytest.raises(DecodeError, match=message):
        read_ais([tmp_path / "sea.nmea", tmp_path / name])
    (tmp_path / "sea.nmea").unlink()
    with pytest.raises(DecodeError, match=f"nothing among the inputs can be read: {name}: .*{message}"):
        read_ais(tmp_path)


def test_nothing_is_written_of_a_file_whose_end_cannot_be_read(tmp_path: Path) -> None:
    frame = pl.DataFrame({"mmsi": 412000001, "time": "2024-05-01T00:00:00Z", "lat": 30.1, "lon": 122.5})
    rows = pl.concat([frame] * 400_000).with_columns(lat=pl.int_range(400_000) / 1e4)
    (tmp_path / "in").mkdir()
    rows.write_parquet(tmp_path / "in" / "cut.parquet", row_group_size=100_000, compression="uncompressed")
    data = bytearray((tmp_path / "in" / "cut.parquet").read_bytes())
    data[len(data) * 3 // 4 : len(data) * 3 // 4 + 200_000] = b"\xff" * 200_000
    (tmp_path / "in" / "cut.parquet").write_bytes(data)
    task = DecodeTask(tmp_path / "in" / "cut.parquet", "cut.parquet", tmp_path / "out", named=False)
    (report,) = decode_file(task)
    if report.left_out:
        assert not [p for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert report.closes


def test_a_file_of_which_nearly_all_rows_are_rejected_is_named(tmp_path: Path) -> None:
    table = "mmsi,time,lat,lon\n" + "412000001,2023-11-14T22:13:20Z,99,122\n" * 19
    (tmp_path / "a.nmea").write_bytes(LOG)
    (tmp_path / "most.csv").write_text(table + "412000001,2023-11-14T22:13:20Z,30,122\n")
    (tmp_path / "none.csv").write_text(table)
    with pytest.warns(
        StsWarning, match=r"left out none.csv: none of its 19 rows can be used \(bad_position 19\)"
    ):
        data = read_ais(tmp_path)
    reports = {r.source: r for r in data.reports}
    assert reports["most.csv"].warnings == ["most.csv: 19 of its 20 rows were rejected (bad_position 19)"]
    assert len(data.positions) == 9
    assert data.rejects["count"].sum() == 38
    assert read_ais(tmp_path / "none.csv").positions.empty
    # Alone in a folder it is a matter of the share of rejects, not of an unreadable file.
    for name in ("a.nmea", "most.csv"):
        (tmp_path / name).unlink()
    with pytest.warns(StsWarning, match="left out none.csv"):
        assert read_ais(tmp_path).positions.empty


def test_a_log_after_a_long_title_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"Station report, all times UTC.\n" * 5_000 + LOG)
    assert len(read_ais(tmp_path).positions) == 8
    (tmp_path / "x.txt").write_bytes(b"$GPGGA,1,2*00\n" * 10_000 + LOG)
    assert len(read_ais(tmp_path).positions) == 8


def test_the_same_static_report_in_two_files_is_one(tmp_path: Path) -> None:
    lines = [build.position(), build.part_a(), build.part_b()]
    log = "\n".join(build.tagged(line, T) for line in lines)
    for name in ("month.nmea", "day.nmea"):
        (tmp_path / name).write_text(log)
    data = read_ais(tmp_path)
    assert (len(data.positions), len(data.static)) == (2, 1)


ROW = {"mmsi": 412000001, "time": "2024-05-01T00:00:00Z", "lat": 30.1, "lon": 122.5, "draught": "deep"}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([ROW]),
        pl.DataFrame([ROW]),
        pl.LazyFrame([ROW]),
        pa.table({k: [v] for k, v in ROW.items()}),
    ],
    ids=lambda f: f"{type(f).__module__.split('.')[0]}-{type(f).__name__}",
)
def test_a_frame_is_read_as_a_file_is(tmp_path: Path, frame: object) -> None:
    pd.DataFrame([ROW]).to_csv(tmp_path / "x.csv", index=False)
    one, other = read_ais(frame), read_ais(tmp_path / "x.csv")
    assert one.positions["source"].tolist() == ["frame"]
    pd.testing.assert_frame_equal(
        one.positions.drop(columns="source"), other.positions.drop(columns="source")
    )
    assert one.reports[0].rejected == other.reports[0].rejected
    assert read_ais(frame, start="2024-05-02").positions.empty


@pytest.mark.parametrize("given", [7, None, {"mmsi": [1]}, [ROW]])
def test_what_is_neither_path_nor_frame_is_refused(given: object) -> None:
    with pytest.raises(
        DecodeError, match="give paths of files or folders, or a pandas, polars or Arrow table"
    ):
        read_ais(given)


def test_a_mapping_file_is_used_and_checked(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[columns]\nmmsi = "ship"\ntime = "when"\nlat = "y"\nlon = "x"\n')
    row = {"ship": 412000001, "when": "2024-05-01T00:00:00Z", "y": 30.1, "x": 122.5}
    assert read_ais(pd.DataFrame([row]), mapping=mapping).positions["lat"].tolist() == [30.1]
    with pytest.raises(ParamError, match="does not exist"):
        read_ais(pd.DataFrame([row]), mapping=tmp_path / "none.toml")


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
    with pytest.raises(ParamError, match=r"the end 2024-05-01T00:00:00\+00:00 does not come after the start"):
        read_ais(tmp_path, start="2024-05-01T00:00:00", end="2024-05-01T02:00:00+02:00")
