"""Parquet and Arrow files of any writer become frames: their types, their points, and packed or not."""

import datetime as dt
import decimal
import gzip
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
import shapely

from stsdetect.decode import AisData, read_ais
from stsdetect.errors import DecodeError, StsWarning
from tests.builders.decode import rows

TIMES = [dt.datetime(2023, 11, 14, 13, 1), dt.datetime(2023, 11, 14, 13, 2)]  # noqa: DTZ001
BASE: dict[str, Any] = {"mmsi": [412000001, 412000002], "timestamp": pa.array(TIMES, pa.timestamp("us"))}
PLACES: dict[str, Any] = {"lat": [30.1, 30.2], "lon": [122.1, 122.2]}
EXPECTED = [
    (412000001, "2023-11-14 13:01:00.000", 30.1, 122.1),
    (412000002, "2023-11-14 13:02:00.000", 30.2, 122.2),
]


def read(folder: Path, columns: dict[str, Any], **options: Any) -> AisData:
    path = folder / "a.parquet"
    pq.write_table(pa.table(columns), path, **options)
    data = read_ais(path)
    assert data.reports[0].closes
    return data


def found(data: AisData) -> list[tuple[Any, ...]]:
    assert data.reports[0].closes
    positions = data.positions.assign(lat=data.positions["lat"].round(5), lon=data.positions["lon"].round(5))
    return rows(positions, "mmsi", "timestamp", "lat", "lon")


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


def test_marinecadastre_geoparquet_keeps_its_points_as_wkb(tmp_path: Path) -> None:
    path = tmp_path / "dump.parquet"
    pl.DataFrame(
        {
            "mmsi": [367000001],
            "base_date_time": pl.Series(["2024-05-01 00:00:00"]).str.to_datetime(time_unit="ns"),
            "sog": [1.5],
            "vessel_name": ["EAGLE"],
            "geometry": [shapely.to_wkb(shapely.Point(-88.25, 30.5))],
        }
    ).write_parquet(path)
    data = read_ais(path)
    assert data.reports[0].format == "marinecadastre-2025"
    assert rows(data.positions, "timestamp", "lat", "lon") == [("2024-05-01 00:00:00.000", 30.5, -88.25)]


def points(**change: Any) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {"mmsi": [412000001, 412000002], "timestamp": TIMES},
        geometry=gpd.points_from_xy([122.1, 122.2], [30.1, 30.2]),
        crs=4326,
    )
    for k, geometry in change.items():
        frame.loc[int(k.strip("_")), "geometry"] = geometry
    return frame


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("crs", [4326, 3857, 32651, 4258, None])
@pytest.mark.parametrize("name", ["geometry", "where it was"])
def test_points_as_geopandas_writes_them(tmp_path: Path, encoding: str, crs: int | None, name: str) -> None:
    frame = points().to_crs(crs) if crs else points().set_crs(None, allow_override=True)
    frame = frame if name == "geometry" else frame.rename_geometry(name)
    frame.to_parquet(tmp_path / "a.parquet", geometry_encoding=encoding)
    assert found(read_ais(tmp_path / "a.parquet")) == EXPECTED


def test_points_in_a_system_that_is_not_known_are_refused_by_name(tmp_path: Path) -> None:
    points().to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    geo = b'{"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "crs": "Mars grid"}}}'
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), tmp_path / "a.parquet")
    with pytest.raises(DecodeError, match="Mars grid"):
        read_ais(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("geometry", "lost"),
    [
        (None, 0),
        (shapely.Point(), 0),
        (shapely.LineString([(1, 2), (3, 4)]), 1),
        (shapely.box(1, 2, 3, 4), 1),
    ],
)
def test_geometries_that_are_not_points_leave_the_position_null(
    tmp_path: Path, geometry: shapely.Geometry | None, lost: int
) -> None:
    points(_0=geometry).to_parquet(tmp_path / "a.parquet")
    data = read_ais(tmp_path / "a.parquet")
    assert found(data) == EXPECTED[1:]
    assert data.reports[0].set_aside["no_position"] == 1
    assert data.reports[0].lost_values["geometry"] == lost


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()])
@pytest.mark.parametrize("name", ["geom", "the_geom", "WKB_GEOMETRY"])
def test_bare_wkb_of_any_type_and_a_collection_of_one_point(
    tmp_path: Path, kind: pa.DataType, name: str
) -> None:
    wkb = [shapely.to_wkb(shapely.Point(122.1, 30.1)), shapely.to_wkb(shapely.MultiPoint([(122.2, 30.2)]))]
    assert found(read(tmp_path, {**BASE, name: pa.array(wkb, kind)})) == EXPECTED


def test_columns_of_latitude_and_longitude_win_over_a_geometry(tmp_path: Path) -> None:
    wkb = [shapely.to_wkb(shapely.box(1, 2, 3, 4))] * 2
    assert found(read(tmp_path, {**BASE, **PLACES, "geometry": pa.array(wkb, pa.binary())})) == EXPECTED


def structs() -> pa.Array:
    kind = pa.struct([("lat", pa.float64()), ("lon", pa.float64()), ("tags", pa.list_(pa.string()))])
    return pa.array([{"lat": 30.1, "lon": 122.1, "tags": ["x"]}, {"lat": 30.2, "lon": 122.2}], kind)


def decimals(texts: list[str], kind: pa.DataType) -> pa.Array:
    return pa.array([decimal.Decimal(text) for text in texts], kind)


@pytest.mark.parametrize(
    "columns",
    [
        {**BASE, **PLACES, "mmsi": pa.array([412000001, 412000002], pa.uint64())},
        {**BASE, **PLACES, "mmsi": pa.array([412000001, 412000002]).dictionary_encode()},
        {**BASE, **PLACES, "mmsi": decimals(["412000001", "412000002"], pa.decimal128(12, 0))},
        {**BASE, **PLACES, "lat": decimals(["30.1", "30.2"], pa.decimal256(50, 5))},
        {**BASE, **PLACES, "lat": pa.array(np.array([30.1, 30.2], "f4"))},
        {**BASE, **PLACES, "timestamp": pa.array(TIMES, pa.timestamp("ns", tz="Asia/Shanghai"))},
        {**BASE, "position": structs()},
        {**BASE, **PLACES, "n": pa.nulls(2), "for": pa.array([1, 2], pa.duration("s")), "l": [[1], [2]],
         "m": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64()))},
        {"mmsi": BASE["mmsi"], **PLACES, "date": pa.array([t.date() for t in TIMES], pa.date32()),
         "time": pa.array([t.time() for t in TIMES], pa.time64("us"))},
        {"mmsi": BASE["mmsi"], **PLACES, "date": pa.array([t.date() for t in TIMES], pa.date32()),
         "time": pa.array([t.time() for t in TIMES], pa.time32("s"))},
    ],
)  # fmt: skip
def test_types_of_columns(tmp_path: Path, columns: dict[str, Any]) -> None:
    assert found(read(tmp_path, columns)) == EXPECTED


def test_times_as_spark_writes_them(tmp_path: Path) -> None:
    data = read(tmp_path, {**BASE, **PLACES}, use_deprecated_int96_timestamps=True)
    assert found(data) == EXPECTED


def test_names_as_bytes_and_columns_of_one_name(tmp_path: Path) -> None:
    arrays = [*BASE.values(), *PLACES.values(), pa.array([b"AB", b"\xff"]), [1, 2], [3, 4]]
    names = [*BASE, *PLACES, "shipname", "x", "x"]
    table = pa.Table.from_arrays([pa.array(a) for a in arrays], names=names)
    pq.write_table(table, tmp_path / "a.parquet")
    data = read_ais(tmp_path / "a.parquet")
    assert found(data) == EXPECTED
    assert data.static["shipname"].tolist() == ["AB"]
    assert data.reports[0].lost_values == {"shipname": 1}


def test_packed_files_and_arrow_files(tmp_path: Path) -> None:
    table = pa.table({**BASE, **PLACES})
    pq.write_table(table, tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress(content))
    assert found(read_ais(tmp_path / "a.parquet.gz")) == EXPECTED
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("cut.parquet", content[:-10])
        archive.writestr("a.parquet", content)
    with pytest.warns(StsWarning, match="cut.parquet"):
        assert len(read_ais(tmp_path / "a.zip").positions) == 2
    feather.write_feather(table, tmp_path / "a.feather")
    assert found(read_ais(tmp_path / "a.feather")) == EXPECTED


@pytest.mark.parametrize("packed", [False, True])
def test_a_damaged_file_is_refused(tmp_path: Path, packed: bool) -> None:
    pq.write_table(pa.table({**BASE, **PLACES}), tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(gzip.compress(content)[:-30] if packed else content[:-30])
    with pytest.raises(DecodeError, match="damaged"):
        read_ais(tmp_path / "b.parquet")


@pytest.mark.parametrize("named", [True, False])
def test_a_column_name_that_is_no_text_is_named_as_damage(tmp_path: Path, named: bool) -> None:
    path = tmp_path / "dump.parquet"
    rows = {
        "mmsi": [412000001],
        "time": ["2024-05-01T00:00:00Z"],
        "lat": [30.5],
        "lon": [122.5],
        "sp\u00e9ed": [7.5],
    }
    pq.write_table(pa.table(rows), path, store_schema=False)
    path.write_bytes(path.read_bytes().replace("sp\u00e9ed".encode(), b"sp\x99\x99ed"))
    if named:
        with pytest.raises(DecodeError, match="damaged Parquet"):
            read_ais(path)
        return
    path.with_name("good.csv").write_text("mmsi,time,lat,lon\n412000001,2024-05-01T00:00:00Z,30.5,122.5\n")
    with pytest.warns(StsWarning, match="damaged Parquet"):
        data = read_ais(tmp_path)
    assert len(data.positions) == 1
    assert ["damaged Parquet" in report.left_out for report in data.reports] == [True, False]
