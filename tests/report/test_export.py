import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from stsdetect.errors import OutputError
from stsdetect.report import write_exports
from stsdetect.report.export import CargoTables, split_at_180, whole_file
from stsdetect.schema import CHAINS, EVENTS, GAPS, LEDGER, POINTS, SEGMENTS, VESSELS
from tests.builders import fixes, points
from tests.builders.cargo_report import cargo_tables
from tests.builders.report import both_dark, segments, tables


def export(out: Path, **changed: pd.DataFrame) -> None:
    t = {**tables(), **changed}
    write_exports(
        out,
        events=t["events"],
        points=t["points"],
        gaps=t["gaps"],
        segments=t["segments"],
        dark_encounters=t["dark_encounters"],
        **{name: frame for name, frame in changed.items() if name in CargoTables.__annotations__},
    )


def test_geopackage_has_three_layers_that_open(tmp_path: Path) -> None:
    export(tmp_path)
    layers = {n: gpd.read_file(tmp_path / "events.gpkg", layer=n) for n in ("events", "tracks", "gaps")}
    assert [len(layer) for layer in layers.values()] == [3, 3, 2]
    assert {layer.crs.to_epsg() for layer in layers.values()} == {4326}
    first = layers["events"].iloc[0]
    assert (round(first.geometry.x, 5), round(first.geometry.y, 5)) == (122.6, 30.2)
    assert first["start_time"] == pd.Timestamp("2019-08-14T08:00Z")
    assert layers["events"]["imo_1"].tolist()[0] == 9074729
    assert layers["events"]["imo_2"].isna().all()
    assert set(layers["tracks"].geom_type) == {"MultiLineString"}
    assert layers["gaps"].geom_type.tolist() == ["MultiLineString", "Point"]  # the second never ended


@pytest.mark.parametrize("lon", [122.6, 179.95])
def test_a_meeting_of_two_ships_in_gaps_is_a_region_and_no_pin(tmp_path: Path, lon: float) -> None:
    place = (30.2, lon)
    made = tables(place)
    export(tmp_path, **made | {"dark_encounters": both_dark(place)})
    for file in ("events.gpkg", "events.geojson"):
        events = gpd.read_file(tmp_path / file, layer="events")
        dark = events[events["event_type"] == "dark_encounter"]
        seen = events[events["event_type"] == "encounter"]
        assert set(seen.geom_type) == {"Point"}
        (region,) = dark.geometry
        assert region.geom_type == ("Polygon" if lon < 179 else "MultiPolygon")
        assert region.bounds[1] == pytest.approx(30.2 - 10_000.0 / 110_860.0, abs=1e-3)
        # A circle of 10 km has 314 km2; a polygon of 72 corners 0.13 % less.
        area_km2 = region.area * 110.86 * 96.3
        assert area_km2 == pytest.approx(314.0, rel=0.01)
    rows = pd.read_csv(tmp_path / "events.csv")
    assert list(rows.columns) == EVENTS.names


def test_lines_are_cut_at_180_degrees(tmp_path: Path) -> None:
    over = points(fixes(1, [0, 600, 1200], [-2000.0, 0.0, 2000.0], place=(10.0, 179.9999)))
    export(tmp_path, points=over, segments=segments(over))
    track = gpd.read_file(tmp_path / "events.gpkg", layer="tracks").geometry[0]
    west, east = track.geoms
    assert west.coords[-1][0] == 180.0
    assert east.coords[0][0] == -180.0
    assert west.coords[-1][1] == pytest.approx(east.coords[0][1])
    assert track.length < 0.05  # no line round the world


@pytest.mark.parametrize("sign", [1, -1])
def test_a_line_is_cut_where_it_crosses_180(sign: int) -> None:
    lon = np.array([179.0, -178.0]) * sign
    xy, part, line = split_at_180(np.array([0.0, 3.0]), lon, np.array([4, 4]))
    assert xy.tolist() == [
        [179.0 * sign, 0.0],
        [180.0 * sign, 1.0],
        [-180.0 * sign, 1.0],
        [-178.0 * sign, 3.0],
    ]
    assert part.tolist() == [0, 0, 1, 1]
    assert line.tolist() == [4, 4]


def test_two_lines_are_not_joined_over_180() -> None:
    xy, part, line = split_at_180(np.array([0.0, 3.0]), np.array([179.0, -178.0]), np.array([1, 2]))
    assert len(xy) == 2
    assert part.tolist() == [0, 1]
    assert line.tolist() == [1, 2]


def test_geojson_is_rfc_7946(tmp_path: Path) -> None:
    moved = tables()["events"].assign(lon=[181.5, -200.0, 122.6])
    export(tmp_path, events=moved)
    text = (tmp_path / "events.geojson").read_text("utf-8")
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert data["type"] == "FeatureCollection"
    assert "crs" not in data
    places = [f["geometry"]["coordinates"] for f in data["features"]]
    assert places == [[-178.5, 30.2], [160.0, 30.2], [122.6, 30.2]]  # longitude first
    first = data["features"][0]["properties"]
    assert first["start_time"] == "2019-08-14T08:00:00Z"
    assert first["imo_2"] is None
    assert first["mmsi_1"] == 412000001


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, name: str) -> None:
    export(tmp_path, **{k: v for k, v in tables(name=name).items() if k == "events"})
    rows = pd.read_csv(tmp_path / "events.csv", dtype=str)
    assert rows["shipname_2"][0] == "'" + name.strip()
    assert rows["context_score"][2] == "-0.6"  # a number stays one


def test_control_characters_do_not_break_lines(tmp_path: Path) -> None:
    export(tmp_path, events=tables(name='A\nB\x00C\u2028D"E')["events"])
    assert len((tmp_path / "events.csv").read_text("utf-8").splitlines()) == 4
    assert pd.read_csv(tmp_path / "events.csv")["shipname_2"][0] == 'A B C D"E'
    assert gpd.read_file(tmp_path / "events.gpkg", layer="events")["shipname_2"][0] == 'A B C D"E'


def test_empty_tables_give_empty_files(tmp_path: Path) -> None:
    empty = {t.name: t.empty() for t in (EVENTS, POINTS, GAPS, SEGMENTS)}
    export(tmp_path, **empty)
    assert json.loads((tmp_path / "events.geojson").read_text("utf-8"))["features"] == []
    assert (tmp_path / "events.csv").read_text("utf-8") == ",".join(EVENTS.names) + "\n"
    for layer in ("events", "tracks", "gaps"):
        assert gpd.read_file(tmp_path / "events.gpkg", layer=layer).empty


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    t = tables()
    export(tmp_path)
    first = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.suffix != ".gpkg"}
    tracks = gpd.read_file(tmp_path / "events.gpkg", layer="tracks")
    export(tmp_path, **{k: v.sample(frac=1.0, random_state=3) for k, v in t.items()})
    assert first == {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.suffix != ".gpkg"}
    assert tracks.equals(gpd.read_file(tmp_path / "events.gpkg", layer="tracks"))


def test_inputs_are_not_changed(tmp_path: Path) -> None:
    t = tables()
    before = {k: v.copy() for k, v in t.items()}
    export(tmp_path, **t)
    assert all(v.equals(before[k]) for k, v in t.items())


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*events\.gpkg.*Check that the folder exists"):
        export(tmp_path / "no")


def test_a_failed_file_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "events.csv"
    target.write_text("old")
    with pytest.raises(OutputError, match="no room"):
        fail_half_way(target)
    assert [p.name for p in tmp_path.iterdir()] == ["events.csv"]
    assert target.read_text() == "old"


def fail_half_way(target: Path) -> None:
    with whole_file(target) as part:
        part.write_text("half")
        raise OSError("no room")


def test_cargo_and_network_are_exported_where_there_are_rows(tmp_path: Path) -> None:
    t = cargo_tables()
    names = ("deliveries", "chains", "ledger", "vessels", "vessel_pairs", "port_visits")
    export(tmp_path, events=t["events"], **{name: t[name] for name in names})
    layers = {
        n: gpd.read_file(tmp_path / "events.gpkg", layer=n) for n in ("deliveries", "chains", "vessel_pairs")
    }
    assert [len(layer) for layer in layers.values()] == [1, 1, 2]
    (line,) = layers["chains"].geometry[0].geoms
    assert np.array(line.coords) == pytest.approx(np.array([[122.6, 30.2], [121.21, 30.59]]))
    ledger = pd.read_csv(tmp_path / "ledger.csv")
    assert ledger["tonnes"].tolist() == [4000.0, 2345.0]
    assert len(pd.read_csv(tmp_path / "vessels.csv")) == 3


def test_a_formula_in_a_name_does_not_run_in_the_new_files(tmp_path: Path) -> None:
    t = cargo_tables("=1+1")
    export(
        tmp_path,
        ledger=t["ledger"].assign(port_name="=1+1"),
        vessels=t["vessels"].assign(shipname="@SUM(A1)"),
    )
    assert set(pd.read_csv(tmp_path / "ledger.csv")["port_name"]) == {"'=1+1"}
    assert set(pd.read_csv(tmp_path / "vessels.csv")["shipname"]) == {"'@SUM(A1)"}


def test_without_rows_there_are_no_new_layers(tmp_path: Path) -> None:
    export(tmp_path, ledger=LEDGER.empty(), vessels=VESSELS.empty(), chains=CHAINS.empty())
    assert (tmp_path / "ledger.csv").read_text().splitlines() == [",".join(LEDGER.names)]
    assert set(pyogrio.list_layers(tmp_path / "events.gpkg")[:, 0]) == {"events", "tracks", "gaps"}
