"""Layers of a run: bundled ones and those of the user."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from stsdetect.context import areas, attach_places, load_context
from stsdetect.errors import ContextError, StsWarning
from stsdetect.params import ContextParams


def test_every_area_contains_the_place_it_is_named_after() -> None:
    inside = {
        "hangzhou": (125.0, 30.5),
        "core": (122.5, 30.0),
        "ecs": (124.3, 31.0),
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
        ("aoi", "a.geojson", "{", "cannot read"),
        ("aoi", "p.geojson", POINT, "needs polygons, not Point"),
        ("anchorages", "none.csv", None, "cannot read the anchorages"),
        ("anchorages", "none.gpkg", None, "no such file"),
        ("anchorages", "a.csv", "a,b\n1,2\n", "columns present: a, b"),
        ("anchorages", "b.csv", "lat,lon\n200,2\n", "none of the 1 rows"),
        ("anchorages", "c.csv", "", "cannot read the anchorages"),
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


def test_rows_without_a_position_are_ignored_with_a_warning(tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text("lat,lon,label\n30,123,A\n,,B\n")
    with pytest.warns(StsWarning, match="1 rows without a valid position"):
        context = load_context(anchorages=csv)
    assert len(context.anchorages) == len(load_context().anchorages) + 1


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
