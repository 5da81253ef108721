"""Layers of a run: bundled ones and those of the user."""

import json
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stsdetect.context import areas, attach_places, layers, load_context
from stsdetect.errors import ContextError, StsWarning
from stsdetect.geo.area import boxes_of, inside_area
from stsdetect.params import ContextParams


def test_every_area_contains_the_place_it_is_named_after() -> None:
    inside = {
        "hangzhou": (125.0, 30.5),
        "core": (122.5, 30.0),
        "ecs": (124.3, 31.0),
        "hangzhou_yangtze": (118.8, 32.1),  # Nanjing
        "yangtze": (120.8, 32.0),
        "lyg": (120.0, 34.8),
    }
    assert set(areas()) == set(inside)
    for name, point in inside.items():
        assert areas()[name].is_valid
        assert areas()[name].contains(shapely.Point(point)), name
    for other in load_context().anchorages.geometry:
        assert areas()["core"].contains(other), "the core area holds every anchorage"


def test_areas_from_files(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(10, 50, 11, 51)], crs=4326)
    frame.to_crs(3857).to_file(tmp_path / "box.gpkg")
    frame.to_file(tmp_path / "box.geojson")
    for name in ("box.gpkg", "box.geojson"):
        context = load_context(aoi=tmp_path / name)
        assert context.area_name == name
        np.testing.assert_allclose(context.area.bounds, (10, 50, 11, 51), atol=1e-6)


def test_own_points_grow_to_circles_and_do_not_hide_a_known_use(tmp_path: Path) -> None:
    csv = tmp_path / "gfw.csv"
    csv.write_text("s2id,latitude,longitude,label\na,29.65,122.40,TIAO\nb,30.0,123.0,FAR\n")
    context = load_context(anchorages=csv)
    # 0.005 deg of longitude is 482 m at 30 N, 0.0053 deg 511 m: a hit and a near miss of the 500 m
    places = attach_places([29.65, 30.0, 30.0], [122.40, 123.005, 123.0053], context=context)
    assert places["anchorage_name"].to_list()[:2] == ["Tiaozhoumen", "FAR"]
    assert places["in_anchorage"].to_list() == [True, True, False]
    wider = load_context(anchorages=csv, params=ContextParams(anchorage_point_radius_m=600.0))
    assert attach_places(30.0, 123.0053, context=wider)["in_anchorage"].to_list() == [True]


def test_own_polygons_with_a_use_win(tmp_path: Path) -> None:
    file = tmp_path / "own.geojson"
    frame = gpd.GeoDataFrame(
        {"name": ["Mine"], "use": ["Lightering"], "night_work": ["no"]},
        geometry=[shapely.box(122.39, 29.64, 122.41, 29.66)],
        crs=4326,
    )
    frame.to_file(file)
    place = attach_places(29.65, 122.40, context=load_context(anchorages=file)).row(0, named=True)
    found = [place[f"anchorage_{column}"] for column in ("name", "use", "night_work")]
    assert found == ["Mine", "lightering", False]


POINT = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}'


@pytest.mark.parametrize(
    ("option", "name", "text", "match"),
    [
        ("aoi", "nowhere", None, "neither a bundled area nor a file; bundled areas: core, ecs"),
        ("aoi", "122,31,123,30", None, "the southern one comes first"),
        ("aoi", "122,30,181,31", None, "longitudes from -180 to 180"),
        ("aoi", "122,30,123", None, "neither a bundled area nor a file"),
        ("aoi", "a.geojson", "{", "cannot read"),
        ("aoi", "p.geojson", POINT, "needs polygons, not Point"),
        ("anchorages", "none.csv", None, "cannot read the anchorages"),
        ("anchorages", "none.gpkg", None, "no such file"),
        ("anchorages", "a.csv", "a,b\n1,2\n", "none of the columns lat, lon, y and x; present: a, b"),
        ("anchorages", "d.csv", "lat,name\n1,A\n", "no latitude and longitude in 1 rows; columns present: lat, name"),
        ("anchorages", "e.csv", "lat,lon\n122.1,30.1\n123.1,29.9\n", "seem to be swapped"),
        ("anchorages", "f.xlsx", "PK\x03\x04", "cannot read"),
        ("anchorages", "b.csv", "lat,lon\n200,2\n", "none of the 1 rows"),
        ("anchorages", "c.csv", "", "it is empty"),
    ],
)  # fmt: skip
def test_an_unusable_file_is_refused_with_its_reason(
    tmp_path: Path, option: str, name: str, text: str | None, match: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(ContextError, match=match):
        load_context(**{option: path if "." in name else name})


def own(path: Path, text: str | None = None) -> pd.DataFrame:
    """The own anchorages of a file: centre and name of each; any warning is an error."""
    if text is not None:
        path.write_bytes(text.encode())
    places = load_context(anchorages=path).anchorages
    mine = places[places["source"] == path.name]
    lon, lat = shapely.get_coordinates(shapely.centroid(mine.geometry.to_numpy())).T.round(6)
    return pd.DataFrame({"lat": lat, "lon": lon, "name": mine["name"].to_numpy()})


def test_rows_without_a_position_are_ignored_with_a_warning(tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text("lat,lon,label\n30,123,A\n,,B\n")
    with pytest.warns(StsWarning, match=r"1 rows without a valid position .*\(line 3\)"):
        context = load_context(anchorages=csv)
    assert len(context.anchorages) == len(load_context().anchorages) + 1


@pytest.mark.parametrize(
    "text",
    [
        "name;latitude;longitude\nA;20.5;150.25\n",
        "\ufeffName;Breite;L\u00e4nge\r\nA;20,5;150,25\r\n",
        "Latitude_degrees\tLongitude_degrees\tLabel\n20.5\t150.25\tA\n",
        'label,y,x\nA,"20,5","150,25"\n',
        "name|Lat|Lng\nA|20.5 N|150.25\u00b0E\n",
        "Anchorages of the area,,\n\nname,LAT (deg),LONG.\nA,20.5,150.25\n",
        "lat,lon,y,x,name\n20.5,150.25,2273030,16725753,A\n",
        "lat,lon,name\n2.05000E+01,1.5025000E+02,A\n",
    ],
)
def test_points_are_read_whatever_their_columns_are_called(tmp_path: Path, text: str) -> None:
    assert own(tmp_path / "a.csv", text)[["lat", "lon", "name"]].to_numpy().tolist() == [[20.5, 150.25, "A"]]


@pytest.mark.parametrize(
    ("lat", "lon"),
    [("91", "181"), ("91.0", "30"), ("30", "181"), ("NA", "122"), ("0", "0"), ("30.205.015", "122"), ("x", "122"),
     ("30", "1.22E+02"), ("30 E", "122"), ("-30 S", "122"), ("nan", "nan"), ("inf", "122"), ("30", "-"), ("-200", "1")],
)  # fmt: skip
def test_what_is_not_a_position_is_counted_and_no_place(tmp_path: Path, lat: str, lon: str) -> None:
    with pytest.warns(StsWarning, match=r"1 rows without a valid position were ignored, .*\(line 3\)"):
        got = own(tmp_path / "a.csv", f"lat,lon,name\n20.5,150.25,A\n{lat},{lon},B\n-20.5,-150.25,C\n")
    assert got["name"].tolist() == ["A", "C"]


def test_swapped_rows_are_named(tmp_path: Path) -> None:
    with pytest.warns(StsWarning, match="2 rows without a valid position .* seem to be swapped"):
        own(tmp_path / "a.csv", "lat,lon\n122,30\n123,31\n12,31\n")


def test_longitudes_from_0_to_360_degrees_are_turned(tmp_path: Path) -> None:
    with pytest.warns(StsWarning, match="from 0 to 360 degrees"):
        got = own(tmp_path / "a.csv", "lat,lon\n10,200.5\n10,150\n")
    assert got["lon"].tolist() == [-159.5, 150.0]


def test_words_for_unknown_are_empty_in_places(tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text(
        "lat,lon,name,Use,Night Work\n20,150,NA,unknown,n/a\n21,150,B,-,yes\n22,150,C,Waiting,NO\n"
    )
    places = load_context(anchorages=csv).anchorages
    mine = places[places["source"] == "a.csv"].sort_values("name")
    assert mine["name"].tolist() == ["B", "C", "unnamed anchorage"]
    assert [None if pd.isna(u) else u for u in mine["use"]] == [None, "waiting", None]
    assert [None if pd.isna(n) else bool(n) for n in mine["night_work"]] == [True, False, None]
    with pytest.warns(StsWarning) as caught:
        own(csv, "lat,lon,use,night_work\n20,150,bunker,perhaps\n")
    messages = [str(w.message) for w in caught]
    assert "1 uses that are none of bunkering, lightering, waiting, fishing" in messages[0]
    assert "1 values of night_work that are neither yes nor no" in messages[1]


def geojson(path: Path, *geometries: shapely.Geometry, name: str = "NAME") -> Path:
    features = [
        {"type": "Feature", "properties": {name: f"place {i}"}, "geometry": shapely.geometry.mapping(g)}
        for i, g in enumerate(geometries)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize(
    ("geometries", "is_a_jump"),
    [
        ([shapely.box(179, -1, 181, 1)], False),
        ([shapely.box(-181, -1, -179, 1)], False),
        ([shapely.box(179, -1, 180, 1), shapely.box(-180, -1, -179, 1)], False),
        ([shapely.multipolygons([shapely.box(179, -1, 180, 1), shapely.box(-180, -1, -179, 1)])], False),
        ([shapely.box(179, -1, -179, 1)], True),
    ],
)
def test_an_area_across_180_degrees_holds_its_inside(
    tmp_path: Path, geometries: list[shapely.Geometry], is_a_jump: bool
) -> None:
    file = geojson(tmp_path / "a.geojson", *geometries)
    if is_a_jump:
        with pytest.warns(StsWarning, match="across 180 degrees"):
            context = load_context(aoi=file)
    else:
        context = load_context(aoi=file)
    lon = [179.5, -179.5, 0.0, 178.5, -178.5]
    assert inside_area(context.area, np.zeros(5), lon).tolist() == [True, True, False, False, False]
    assert sum(east - west for west, _, east, _ in boxes_of(context.area)) == pytest.approx(2.0)


def test_the_coast_of_an_area_across_180_degrees_lies_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []
    monkeypatch.setattr(
        layers, "land_polygons", lambda box: asked.append(box) or shapely.multipolygons([shapely.box(*box)])
    )
    coast = load_context(aoi=geojson(tmp_path / "a.geojson", shapely.box(179, -17, 182, -16))).coast
    assert asked == [(179.0, -17.0, 180.0, -16.0), (-180.0, -17.0, -178.0, -16.0)]
    assert coast.area == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("geometry", "match"),
    [
        (shapely.box(30, 120, 31, 125), "seem to be swapped"),
        (shapely.box(-100, -10, 100, 10), "may go either direction"),
        (shapely.box(1_000_000, 0, 1_000_100, 50), "not degrees"),
    ],
)
def test_an_area_that_is_not_one_is_refused(tmp_path: Path, geometry: shapely.Geometry, match: str) -> None:
    with pytest.raises(ContextError, match=match):
        load_context(aoi=geojson(tmp_path / "a.geojson", geometry))


def test_a_file_in_metres_without_its_coordinate_system_is_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(10, 50, 11, 51)], crs=4326).to_crs(3857)
    frame.to_file(tmp_path / "box.shp")
    (tmp_path / "box.prj").unlink()
    for option in ("aoi", "anchorages"):
        with pytest.raises(ContextError, match="give the file its coordinate system"):
            load_context(**{option: tmp_path / "box.shp"})


def test_places_across_180_degrees(tmp_path: Path) -> None:
    """A circle of 500 m at 179.999 E reaches 389 m beyond 180 degrees; 0.003 degrees are 334 m, 0.005 are 557."""
    context = load_context(
        anchorages=geojson(tmp_path / "a.geojson", shapely.Point(179.999, 0), shapely.box(179, 5, 181, 6))
    )
    places = attach_places(
        [0, 0, 0, 5.5, 5.5, 5.5], [-179.998, -179.995, 179.995, -179.5, 179.5, 178], context=context
    )
    assert places["anchorage_name"].to_list() == ["place 0", None, "place 0", "place 1", "place 1", None]


def test_places_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "a.geojson", shapely.Point(150, 20), shapely.Point(181, 91), shapely.LineString([(1, 2), (3, 4)]),
        shapely.MultiPoint([(151, 20), (152, 20)]), shapely.box(150, 95, 151, 96),
    )  # fmt: skip
    with pytest.warns(
        StsWarning, match="3 places were left out: points that are not positions .*needs polygons"
    ):
        got = own(file)
    assert got[["lon", "name"]].to_numpy().tolist() == [
        [150.0, "place 0"],
        [151.0, "place 3"],
        [152.0, "place 3"],
    ]


def test_degrees_are_read_whole_or_not() -> None:
    good = {
        "30.5": 30.5,
        "-30,5": -30.5,
        "30.5 N": 30.5,
        "s30.5": -30.5,
        "30\u00b0": 30.0,
        "5e-05": 5e-05,
        "+1": 1.0,
    }
    assert {text: layers._degrees(text, "NS") for text in good} == good
    for text in (
        "",
        "30.5 W",
        "N30S",
        "-30 S",
        "30.5.1",
        "30 15",
        "3.05E+01",
        "1_0",
        "0x1",
        "\u0663\u0660",
        "30;",
        None,
    ):
        assert np.isnan(layers._degrees(text, "NS")), text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.integers(0, 2),
    st.integers(0, 2),
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=10),
        st.sampled_from(['"', ",", "181", "1.2E+02", "a\nb"]),
    ),
)
def test_a_cell_of_junk_changes_no_other_place(tmp_path: Path, i: int, k: int, junk: str) -> None:
    rows = [["20.5", "150.5", "A"], ["21.5", "151.5", "B"], ["22.5", "152.5", "C"]]
    whole = [(float(a), float(b), c) for a, b, c in rows]
    rows[i][k] = junk
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            got = own(tmp_path / "a.csv", "\n".join(["lat,lon,name", *map(",".join, rows), ""]))
        except ContextError:
            return
    found = list(got[["lat", "lon", "name"]].itertuples(index=False, name=None))
    for at, place in enumerate(whole):
        assert place in found or at == i
    assert len(found) == 3 or caught


def test_the_coast_of_the_area_holds_its_islands() -> None:
    assert load_context(aoi="hangzhou").coast.contains(shapely.Point(122.1, 30.0))


@pytest.mark.real
def test_most_published_anchorage_points_of_the_boxes_are_inside(shared_data: Path) -> None:
    file = shared_data / "gfw_anchorages" / "anchorages_28.5-32.5N_119.5-124E.csv"
    points = pd.read_csv(file).query("28.9 < latitude < 32.4")  # inside the bundled coast, which is quick
    inside = attach_places(points["latitude"], points["longitude"], context=load_context())["in_anchorage"]
    assert inside.sum() > 700  # of about 900 within these boxes
    ours = load_context(anchorages=file)
    assert attach_places(points["latitude"], points["longitude"], context=ours)["in_anchorage"].all()


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("122,30,123.5,31", [(122.0, 30.0, 123.5, 31.0)]),
        ("-5, 50, -4, 51", [(-5.0, 50.0, -4.0, 51.0)]),
        ("178,-1,-177,1", [(-180.0, -1.0, -177.0, 1.0), (178.0, -1.0, 180.0, 1.0)]),
        ("-179,-60,179,60", [(-179.0, -60.0, 179.0, 60.0)]),
    ],
)
def test_four_numbers_are_an_area(text: str, boxes: list[tuple[float, ...]]) -> None:
    context = load_context(aoi=text)
    assert sorted(part.bounds for part in shapely.get_parts(context.area)) == boxes
    assert context.area_name == text
