"""Land and shore: known points, edges of the bundled copy, and that copy against its source."""

import subprocess
import sys

import numpy as np
import pytest
import shapely

from stsdetect.geo import land
from stsdetect.geo.geodesy import destination, distance_m
from stsdetect.geo.world_coast import world_polygons

# name, lat, lon, land; quays on reclaimed land included
KNOWN = [
    ("Zhoushan", 30.0, 122.1, True),
    ("Daishan", 30.28, 122.15, True),
    ("Chongming", 31.6, 121.6, True),
    ("Putuoshan", 30.005, 122.385, True),
    ("Yangshan quay", 30.63, 122.06, True),
    ("Lingang", 30.89, 121.93, True),
    ("off Zhoushan", 30.6, 122.3, False),
    ("open sea", 30.3, 123.0, False),
    ("Hangzhou Bay", 30.45, 121.5, False),
]


@pytest.mark.parametrize(("name", "lat", "lon", "expected"), KNOWN)
def test_known_points(name: str, lat: float, lon: float, expected: bool) -> None:
    assert land.is_land(lat, lon).tolist() == [expected], name


def test_nan_is_not_land_and_longitudes_wrap() -> None:
    assert land.is_land([np.nan, 30.0, 30.0], [122.1, np.nan, 122.1 - 360.0]).tolist() == [False, False, True]
    got = land.shore_distance_m([np.nan, 30.3, 30.3], [122.1, 123.0, 483.0])
    assert np.isnan(got[0])
    assert got[1] == got[2]


def test_without_positions_there_are_no_answers() -> None:
    assert land.is_land([], []).shape == (0,)
    assert land.shore_distance_m([], []).shape == (0,)


def test_shore_distance_from_the_water_and_from_an_island() -> None:
    """Against the plain method: the smallest distance to all points of the polygons around."""
    box = (122.0, 29.9, 122.8, 30.6)
    shapes = land.land_polygons(box)
    lat, lon = np.array([30.2, 30.33, 30.45]), np.array([122.55, 122.6, 122.4])
    for one_lat, one_lon, got in zip(lat, lon, land.shore_distance_m(lat, lon), strict=True):
        vertices = shapely.get_coordinates(shapely.segmentize(shapes.boundary, 0.0002))
        plain = distance_m(one_lat, one_lon, vertices[:, 1], vertices[:, 0]).min()
        assert got == pytest.approx(plain, abs=35.0)


def test_the_edges_of_the_bundled_box_are_not_shore() -> None:
    west, south, _, _ = land.BUNDLED_DATA_BOX
    inland = destination(south, west, 45.0, 20_000.0)
    assert land._nearest(land._bundled_shore(), np.array([inland[0]]), np.array([inland[1]]))[0] > 40_000.0


def test_far_shores_are_capped() -> None:
    assert land.shore_distance_m(31.0, 125.3).tolist() == [land.SHORE_REACH_M]


def test_polygons_of_open_sea_are_empty_and_of_an_island_are_not() -> None:
    assert land.land_polygons((124.0, 30.0, 124.5, 30.5)).is_empty
    island = land.land_polygons((122.36, 29.96, 122.42, 30.04))
    assert island.geom_type == "MultiPolygon"
    assert island.contains(shapely.Point(122.385, 30.005))


def test_inside_the_bundled_areas_the_package_is_not_loaded() -> None:
    code = (
        "import sys, numpy as np; from stsdetect.geo.land import is_land, shore_distance_m;"
        "from stsdetect.context import areas; w, s, e, n = areas()['hangzhou'].bounds;"
        "lat, lon = np.meshgrid(np.linspace(s, n, 9), np.linspace(w, e, 9));"
        "is_land(lat.ravel(), lon.ravel()), shore_distance_m(lat.ravel(), lon.ravel());"
        "sys.exit('roaring_landmask' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_the_bundled_copy_agrees_with_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    west, south, east, north = land.BUNDLED_DATA_BOX
    lat, lon = rng.uniform(south, north, 50_000), rng.uniform(west, east, 50_000)
    ours = land.is_land(lat, lon)
    everything = shapely.union_all(world_polygons(land.BUNDLED_DATA_BOX))
    shapely.prepare(everything)
    assert (ours == shapely.contains_xy(everything, lon, lat)).mean() >= 0.9999
    # Elsewhere the whole coast is used, tile by tile: the same results where both apply.
    lat, lon = lat[:300], lon[:300]
    on_land, shore_m = land.is_land(lat, lon), land.shore_distance_m(lat, lon)
    for box in ("BUNDLED_DATA_BOX", "BUNDLED_BOX"):
        monkeypatch.setattr(land, box, (0.0, 0.0, 0.0, 0.0))
    np.testing.assert_array_equal(land.is_land(lat, lon), on_land)
    np.testing.assert_allclose(land.shore_distance_m(lat, lon), shore_m, atol=35.0)
    # The dateline: Taveuni (Fiji) lies on it.
    fiji = land.shore_distance_m([-16.9, -16.9], [179.999, -179.999])
    assert abs(fiji[0] - fiji[1]) < 300.0


@pytest.mark.slow
def test_the_coast_of_the_world_agrees_with_the_mask_of_the_package() -> None:
    """The package's raster has some cells on the coast as water where its polygons have land."""
    from roaring_landmask import LandmaskProvider, RoaringLandmask

    mask = RoaringLandmask.new_with_provider(LandmaskProvider.Osm)
    rng = np.random.default_rng(7)
    # the bundled copy, the Danish straits, a corner of four tiles on Suez, the Aleutians at the dateline
    boxes = (land.BUNDLED_BOX, (9, 54, 13, 58), (31, 29, 33, 31), (-180, 51, -176, 53))
    for west, south, east, north in boxes:
        lat, lon = rng.uniform(south, north, 50_000), rng.uniform(west, east, 50_000)
        differ = land.is_land(lat, lon) != np.asarray(mask.contains_many(lon, lat))
        assert differ.mean() < 0.003
        assert land.shore_distance_m(lat[differ], lon[differ]).max(initial=0.0) < 400.0
    assert land.is_land([37.0, 60.0, 30.0, 0.0], [-95.0, 25.5, 32.0, -30.0]).tolist() == [
        True,
        False,
        True,
        False,
    ]
