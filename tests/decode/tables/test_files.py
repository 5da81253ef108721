"""CSV, JSON and Parquet files become frames with their own column names."""

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely

from stsdetect.decode import read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files import csv_frames
from stsdetect.params import DecodeParams
from tests.builders.decode import read_table, rows


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


def aisstream(kind: str, body: dict[str, Any]) -> str:
    meta = {"MMSI": 412000001, "ShipName": "NAME     ", "latitude": 1, "longitude": 1}
    meta["time_utc"] = "2023-10-22 22:47:36.94034384 +0000 UTC"
    return json.dumps({"MessageType": kind, "MetaData": meta, "Message": {kind: body}})


def test_aisstream_lines(tmp_path: Path) -> None:
    position = {
        "MessageID": 1,
        "Latitude": 30.25,
        "Longitude": 122.5,
        "Sog": 7.5,
        "Cog": 360,
        "TrueHeading": 511,
    }
    position["NavigationalStatus"] = 1
    size = {"A": 100, "B": 20, "C": 8, "D": 9}
    static = {
        "MessageID": 5,
        "ImoNumber": 9074729,
        "CallSign": "BABC",
        "Name": "NAME",
        "Type": 80,
        "Dimension": size,
    }
    text = "\n".join(
        [aisstream("PositionReport", position), aisstream("ShipStaticData", static), "{broken", ""]
    )
    data = read_table(tmp_path, text + "\n", "dump.jsonl")
    assert rows(
        data.positions, "mmsi", "timestamp", "lat", "lon", "cog", "heading", "nav_status", "ais_class"
    ) == [(412000001, "2023-10-22 22:47:36.940", 30.25, 122.5, None, None, 1, "A")]
    assert data.static["to_bow"].dropna().tolist() == [100]
    assert data.reports[0].rejected == {"bad_mmsi": 1}


def test_gpsd_lines_take_the_time_of_the_fix_and_may_hold_raw_integers(tmp_path: Path) -> None:
    lines = [
        '{"class":"TPV","time":"2018-09-04T10:00:00.000Z"}',
        '{"class":"AIS","type":1,"mmsi":412000001,"scaled":true,"lat":30.25,"lon":122.5,"speed":7.5,"course":90.5,"turn":"nan"}',
        '{"class":"AIS","type":1,"mmsi":412000002,"scaled":false,"lat":18150000,"lon":73500000,"speed":75,"course":3600}',
    ]
    data = read_table(tmp_path, "\n".join(lines), "dump.json")
    assert rows(data.positions, "mmsi", "timestamp", "lat", "lon", "sog", "cog") == [
        (412000001, "2018-09-04 10:00:00.000", 30.25, 122.5, 7.5, 90.5),
        (412000002, "2018-09-04 10:00:00.000", 30.25, 122.5, 7.5, None),
    ]
    assert data.reports[0].set_aside["other_rows"] == 1


def test_digitraffic_geojson(tmp_path: Path) -> None:
    feature = {
        "mmsi": 230000001,
        "geometry": {"type": "Point", "coordinates": [24.5, 60.25]},
        "properties": {
            "sog": 8.4,
            "cog": 90.5,
            "navStat": 0,
            "heading": 511,
            "timestamp": 59,
            "timestampExternal": 1659212938646,
        },
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, indent=1)
    data = read_table(tmp_path, text, "dump.geojson")
    assert rows(data.positions, "mmsi", "timestamp", "lat", "lon", "sog") == [
        (230000001, "2022-07-30 20:28:58.646", 60.25, 24.5, 8.4)
    ]


def test_json_lines_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    row = {"mmsi": 412000001, "time": "2024-05-01T00:00:00", "lat": 30.25, "lon": 122.5}
    data = read_table(tmp_path, "\ufeff" + json.dumps(row) + "\n", "dump.jsonl")
    assert rows(data.positions, "mmsi", "lat", "lon") == [(412000001, 30.25, 122.5)]


def frames(text: str, **params: int) -> tuple[list[pl.DataFrame], DecodeReport]:
    report = DecodeReport("a.csv")
    stream = io.BytesIO(text.encode())
    return list(csv_frames(stream, report, DecodeParams(**params), lambda header: [{}])), report


@pytest.mark.parametrize(("n_titles", "found"), [(19, True), (20, False)])
def test_column_names_are_found_among_the_first_twenty_lines_with_text(n_titles: int, found: bool) -> None:
    (frame,), _ = frames("title\n\n" + "title\n" * (n_titles - 1) + "a,b\n1,2\n")
    assert (frame.columns == ["a", "b"]) == found


def test_rows_may_be_ragged_quoted_and_blank_and_names_repeated() -> None:
    (frame,), report = frames('a;a;"b"\n1;2;3;4\n\n5\n"6\n7";8;9\n;;\n')
    assert frame.to_dict(as_series=False) == {
        "a": ["1", "5", "6\n7"],
        "a.1": ["2", None, "8"],
        "b": ["3", None, "9"],
    }
    assert report.counts["lines_without_row"] == 3


def test_lines_that_are_too_long_are_rejected() -> None:
    (frame,), report = frames("a,b\n1,2\n" + "3" * 300 + ",4\n", max_line_bytes=256)
    assert frame.rows() == [("1", "2")]
    assert report.rejected == {"line_too_long": 1}
