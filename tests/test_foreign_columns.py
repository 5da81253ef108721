"""Columns whose names are patterns to polars (``*``, ``^lat$``) are columns like any other, in every reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import shapely

from stsdetect.context import load_context
from stsdetect.decode import AisData, read_ais
from stsdetect.decode.doctor import diagnose
from stsdetect.errors import DecodeError
from stsdetect.lists import read_watchlist
from stsdetect.params import DecodeParams
from stsdetect.tracks import build_tracks

NAMES = ("*", "^lat$", "^.*$", "^", "**", "lat*")
PLAIN = ("mmsi", "time", "lat", "lon")
ROWS = [
    {"mmsi": 412000001 + k, "time": f"2024-05-01T00:0{k}:00Z", "lat": 30.5 + k, "lon": 122.5 + k}
    for k in range(3)
]


def rows_with(name: str) -> list[dict[str, Any]]:
    """The column stands last, since ``^lat$`` is one more column named lat, of which the first is taken."""
    return [{**row, name: k} for k, row in enumerate(ROWS)]


def lines(rows: list[dict[str, Any]], separator: str = ",", end: str = "") -> str:
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    header, *body = (separator.join(map(str, row)) for row in table)
    return "\n".join([header, *(row + end for row in body)]) + "\n"


def features(rows: list[dict[str, Any]]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                    "properties": {k: v for k, v in row.items() if k not in ("lat", "lon")},
                }
                for row in rows
            ],
        }
    )


def by_r(rows: list[dict[str, Any]]) -> str:
    header, *body = lines(rows).splitlines()
    return "\n".join([header, *(f"{k},{row}" for k, row in enumerate(body, 1))]) + "\n"


TEXTS = {
    "comma.csv": lines,
    "semicolon.csv": lambda rows: lines(rows, ";"),
    "separator_at_the_end.csv": lambda rows: lines(rows, end=","),
    "row_numbers.csv": by_r,
    "second_header.csv": lambda rows: lines(rows[:2]) + lines([dict(reversed(rows[2].items()))]),
    "lines.jsonl": lambda rows: "".join(json.dumps(row) + "\n" for row in rows),
    "document.json": lambda rows: json.dumps({"data": rows}),
    "columns.json": lambda rows: json.dumps({k: [row[k] for row in rows] for k in rows[0]}),
    "points.geojson": features,
}


def as_frame(form: str, rows: list[dict[str, Any]]) -> Any:
    table = pa.Table.from_pylist(rows)
    if form == "arrow":
        return table
    if form == "geopandas":
        frame = pd.DataFrame(rows)
        return gpd.GeoDataFrame(
            frame.drop(columns=["lat", "lon"]),
            geometry=gpd.points_from_xy(frame["lon"], frame["lat"], crs=4326),
        )
    if form == "nested":
        own = [{k: v for k, v in row.items() if k not in ("lat", "lon")} for row in rows]
        places = [{"*": 1, "^sog$": 2, "lat": row["lat"], "lon": row["lon"]} for row in rows]
        return pl.DataFrame([{**row, "position": place} for row, place in zip(own, places, strict=True)])
    if form == "struct with that name":
        (name,) = rows[0].keys() - set(PLAIN)
        return pl.DataFrame([{**row, name: {"*": 1, "^a$": 2}} for row in rows])
    return {"pandas": pd.DataFrame, "polars": pl.DataFrame, "lazy": pl.LazyFrame}[form](rows)


FRAMES = ("arrow", "geopandas", "nested", "struct with that name", "pandas", "polars", "lazy")


def require_same(data: AisData) -> None:
    assert data.positions[["mmsi", "lat", "lon"]].to_numpy().tolist() == [
        [row["mmsi"], row["lat"], row["lon"]] for row in ROWS
    ]
    assert data.reports[0].closes
    assert data.reports[0].rejected == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", TEXTS)
def test_in_a_file_of_text(tmp_path: Path, form: str, name: str) -> None:
    if form == "points.geojson" and "lat" in name:
        pytest.skip("a property that is named as the latitude counts before the shape")
    path = tmp_path / form
    path.write_text(TEXTS[form](rows_with(name)))
    require_same(read_ais(path))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_in_a_columnar_file(tmp_path: Path, ending: str, name: str) -> None:
    path = tmp_path / f"dump.{ending}"
    frame = pl.DataFrame([{**row, name + ".2": {"*": 1, "^a$": "x"}} for row in rows_with(name)])
    frame.write_parquet(path) if ending == "parquet" else frame.write_ipc(path)
    require_same(read_ais(path))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FRAMES)
def test_in_a_frame(form: str, name: str) -> None:
    if form in ("geopandas", "nested") and "lat" in name:
        pytest.skip("what is named as the latitude at the top counts first")
    require_same(read_ais(as_frame(form, rows_with(name))))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["comma.csv", "lines.jsonl", "frame"])
def test_a_mapping_file_may_name_it(tmp_path: Path, form: str, name: str) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(f"[columns]\nheading = '{name}'\n")
    given: Any = pl.DataFrame(rows_with(name))
    if form != "frame":
        given = tmp_path / form
        given.write_text(TEXTS[form](rows_with(name)))
    data = read_ais(given, params=DecodeParams(mapping=str(mapping)))
    require_same(data)
    assert data.positions["heading"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", [n for n in NAMES if "lat" not in n])
def test_what_is_missing_beside_it_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(lines([{k: v for k, v in row.items() if k != "lon"} for row in rows_with(name)]))
    with pytest.raises(DecodeError, match="no column for lon among"):
        read_ais(path)


@pytest.mark.parametrize("name", NAMES)
def test_doctor_names_it_as_unused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(lines(rows_with(name)))
    assert diagnose(path).report.table["unused"] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_in_lists_and_layers(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{name},imo,name\n7,9074729,EAGLE\n")
    assert read_watchlist(path)["name"].tolist() == ["EAGLE"]
    path.write_text(f"lat,lon,name,{name}\n30.5,122.5,ROAD,7\n")
    assert "ROAD" in load_context(anchorages=path).anchorages["name"].tolist()
    vector = tmp_path / "places.geojson"
    shape = shapely.box(122, 30, 123, 31)
    gpd.GeoDataFrame({"name": ["ROAD"], name: [1]}, geometry=[shape], crs=4326).to_file(vector)
    assert "ROAD" in load_context(anchorages=vector).anchorages["name"].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_in_a_frame_of_positions(name: str) -> None:
    frame = pd.DataFrame(
        [
            {
                "mmsi": 412000001,
                "lat": 30.0,
                "lon": 122 + k / 1000,
                name: k,
                "timestamp": f"2024-05-01T00:0{k}:00Z",
            }
            for k in range(9)
        ]
    )
    tracks = build_tracks(frame.assign(timestamp=pd.to_datetime(frame["timestamp"])))
    assert len(tracks.points) == 9
