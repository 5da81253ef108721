"""Distance to the edge of the area of interest."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.errors import ContextError, StsWarning
from stsdetect.geo.angles import wrap180
from stsdetect.geo.area import area_on_earth, boxes_of, circle_on_earth, edge_distance_m, inside_area
from stsdetect.geo.geodesy import distance_m

BOX = shapely.box(10.0, -1.0, 12.0, 1.0)


def test_at_the_equator_a_tenth_of_a_degree_is_eleven_kilometres() -> None:
    # 0.1 degrees of latitude: 11,057 m; 0.05 degrees of longitude: 5,566 m
    got = edge_distance_m([0.9, 0.0], [11.0, 10.05], area=BOX)
    assert got == pytest.approx([11_057.4, 5_566.0], abs=10.0)


def test_outside_it_is_zero_and_unknown_stays_unknown() -> None:
    got = edge_distance_m([0.0, np.nan, 0.0], [9.99, 11.0, np.nan], area=BOX)
    assert got[0] == 0.0
    assert np.isnan(got[1:]).all()


def test_an_excluded_part_of_the_area_has_an_edge_too() -> None:
    ring = BOX.difference(shapely.box(10.9, -0.1, 11.1, 0.1))
    assert edge_distance_m([0.2], [11.0], area=ring) == pytest.approx([11_057.4], abs=10.0)
    assert edge_distance_m([0.0], [11.0], area=ring).tolist() == [0.0]


def inside(area: shapely.Geometry) -> list[bool]:
    """Whether positions on the equator at 179.5, -179.5, 180, -180, 0 and 178.5 degrees lie inside."""
    lon = [179.5, -179.5, 180.0, -180.0, 0.0, 178.5]
    return inside_area(area_on_earth(area), np.zeros(6), lon).tolist()


ACROSS = [True, True, True, True, False, False]
OUTER = [(178.8, -2.0), (-178.8, -2.0), (-178.8, 2.0), (178.8, 2.0), (178.8, -2.0)]
INNER = [(179.9, -0.5), (-179.9, -0.5), (-179.9, 0.5), (179.9, 0.5), (179.9, -0.5)]


@pytest.mark.parametrize(
    "area",
    [
        shapely.box(179.0, -1.0, 181.0, 1.0),
        shapely.box(-181.0, -1.0, -179.0, 1.0),
        shapely.multipolygons([shapely.box(179.0, -1.0, 180.0, 1.0), shapely.box(-180.0, -1.0, -179.0, 1.0)]),
        shapely.multipolygons([shapely.box(179.0, -1.0, 180.0, 1.0), shapely.box(180.0, -1.0, 181.0, 1.0)]),
        shapely.from_wkt("POLYGON Z ((179 -1 5, 181 -1 5, 181 1 5, 179 1 5, 179 -1 5))"),
    ],
    ids=str,
)
def test_longitudes_may_run_on_beyond_180(area: shapely.Geometry) -> None:
    assert inside(area) == ACROSS
    assert area_on_earth(area).area == pytest.approx(4.0)


@pytest.mark.parametrize(
    "area",
    [
        shapely.box(179.0, -1.0, -179.0, 1.0),
        shapely.Polygon([(179, -1), (-179, -1), (-179, 1), (179, 1)]),
        shapely.Polygon([(-179, 1), (179, 1), (179, -1), (-179, -1)]),
        shapely.Polygon([(179, -1), (180, -1), (-179, -1), (-179, 1), (180, 1), (179, 1)]),
        shapely.Polygon([(179, 1), (180, 1), (-179, 1), (-179, -1), (180, -1), (179, -1)]),
        shapely.Polygon([(179, -1), (180, -1), (-180, -1), (-179, -1), (-179, 1), (179, 1)]),
    ],
    ids=str,
)
def test_a_jump_from_179_to_minus_179_goes_across_180_and_is_named(area: shapely.Geometry) -> None:
    with pytest.warns(StsWarning, match="2 degrees wide, from 179 to -179"):
        assert inside(area) == ACROSS


def test_corners_on_either_side_of_180_join() -> None:
    """A polygon cut by a tool that wrote both 180 and -180: nothing lies between them."""
    ring = [(179, -1), (180, -1), (-180, -1), (-179, -1), (-179, 1), (-180, 1), (180, 1), (179, 1)]
    assert inside(shapely.Polygon(ring)) == ACROSS


def test_an_excluded_part_across_180_stays_excluded() -> None:
    with pytest.warns(StsWarning, match="across 180"):
        area = area_on_earth(shapely.Polygon(OUTER, [INNER]))
    assert area.area == pytest.approx(2.4 * 4.0 - 0.2 * 1.0)
    assert inside_area(area, [0.0, 0.0, 0.0, 1.0], [179.95, -179.95, 179.8, 180.0]).tolist() == [
        False,
        False,
        True,
        True,
    ]
    beyond = shapely.Polygon(
        [(178.8, -2), (181.2, -2), (181.2, 2), (178.8, 2)], [[(x % 360.0, y) for x, y in INNER]]
    )
    assert area_on_earth(beyond).symmetric_difference(area).area < 1e-9


@pytest.mark.parametrize(
    "area",
    [
        shapely.box(-180.0, -90.0, 180.0, 90.0),
        shapely.box(-180.0, -60.0, 180.0, 60.0),
        shapely.box(-90.0, -60.0, 90.0, 60.0),
        shapely.Polygon([(-179, -1), (0, -1), (179, -1), (179, 1), (0, 1), (-179, 1)]),
        shapely.box(120.0, 29.0, 125.0, 31.0),
    ],
    ids=str,
)
def test_areas_that_need_nothing_stay_as_they_are(area: shapely.Geometry) -> None:
    assert area_on_earth(area) is area


def test_from_0_to_360_degrees_is_the_whole_earth() -> None:
    assert inside(shapely.box(0.0, -90.0, 360.0, 90.0)) == [True] * 6
    assert area_on_earth(shapely.box(0.0, -90.0, 360.0, 90.0)).area == pytest.approx(360.0 * 180.0)
    pacific = area_on_earth(shapely.Polygon([(120, -60), (200, -60), (290, -60), (290, 60), (120, 60)]))
    assert inside_area(pacific, [0.0] * 4, [130.0, -75.0, -60.0, 100.0]).tolist() == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("area", "match"),
    [
        (shapely.box(-100.0, -10.0, 100.0, 10.0), "200 degrees of longitude may go either direction"),
        (shapely.box(-179.0, -1.0, 179.0, 1.0), "may go either direction .* such as 179 to 181"),
        (shapely.box(179.9, -80.0, -179.9, 80.0), "Without an area the whole earth is taken"),
        (shapely.box(-200.0, -1.0, 200.0, 1.0), "may go either direction"),
        (shapely.box(10.0, -1.0, 350.0, 1.0), "may go either direction"),
        (shapely.Polygon([(-120, 60), (0, 70), (120, 60), (179, 60), (-179, 60)]), "surrounds a pole"),
        (shapely.box(30.0, 120.0, 31.0, 125.0).reverse(), "latitude and longitude seem to be swapped"),
        (shapely.box(13_000_000.0, 3_000_000.0, 13_100_000.0, 3_100_000.0), "not degrees"),
        (shapely.Polygon([(0, 0), (np.inf, 0), (1, 1)]), "not numbers"),
        (shapely.Point(1.0, 2.0), "needs polygons, not Point"),
        (shapely.LineString([(1, 2), (2, 3)]), "needs polygons, not LineString"),
        (shapely.Polygon(), "the area is empty"),
        (shapely.MultiPolygon(), "the area is empty"),
        (shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)]), "not Point, Polygon"),
    ],
)
def test_what_may_mean_two_things_or_nothing_is_refused(area: shapely.Geometry, match: str) -> None:
    with pytest.raises(ContextError, match=match):
        area_on_earth(area, name="aoi.geojson")


def test_a_polygon_that_crosses_itself_is_repaired_and_named() -> None:
    with pytest.warns(StsWarning, match="not valid .*repaired"):
        area = area_on_earth(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    assert area.area == pytest.approx(2.0)


def test_180_has_no_edge_where_the_area_goes_on() -> None:
    """At the equator from 180 to 179 and -179: one degree, 111,319 m; to the north 1 degree, 110,574 m."""
    area = area_on_earth(shapely.box(179.0, -1.0, 181.0, 1.0))
    got = edge_distance_m(
        [0.0, 0.0, 0.0, 0.9, 0.0, 0.0], [179.95, -179.95, 180.0, -180.0, 178.9, 0.0], area=area
    )
    assert got[:2] == pytest.approx([105_753.0, 105_753.0], abs=10.0)
    assert got[2] == pytest.approx(110_574.0, abs=10.0)
    assert got[3:] == pytest.approx([11_057.0, 0.0, 0.0], abs=10.0)
    half = area_on_earth(shapely.box(179.0, -1.0, 180.0, 1.0))
    assert edge_distance_m([0.0], [179.95], area=half) == pytest.approx([5_566.0], abs=10.0)


def test_where_the_sides_differ_180_is_an_edge_only_there() -> None:
    sides = [shapely.box(179.0, -1.0, 180.0, 1.0), shapely.box(-180.0, -1.0, -179.0, 0.0)]
    area = area_on_earth(shapely.multipolygons(sides))
    got = edge_distance_m([0.5, -0.5], [179.95, 179.95], area=area)
    assert got == pytest.approx([5_566.0, 55_287.0], abs=30.0)


def test_the_whole_earth_has_no_edge_but_the_poles() -> None:
    whole = edge_distance_m([0.0], [179.9], area=shapely.box(-180.0, -90.0, 180.0, 90.0))
    assert whole == pytest.approx([1.0e7], rel=0.1)  # along the chord to a pole, less than 10,002 km


def test_boxes_of_an_area_across_180_are_small() -> None:
    assert boxes_of(area_on_earth(shapely.box(170.0, 0.0, 190.0, 5.0))) == [
        (170.0, 0.0, 180.0, 5.0), (-180.0, 0.0, -170.0, 5.0),
    ]  # fmt: skip
    apart = shapely.multipolygons([shapely.box(-100.0, 0.0, -90.0, 1.0), shapely.box(10.0, 0.0, 20.0, 1.0)])
    assert boxes_of(apart) == [(-100.0, 0.0, 20.0, 1.0)]
    assert boxes_of(shapely.box(-180.0, -90.0, 180.0, 90.0)) == [(-180.0, -90.0, 180.0, 90.0)]


@given(st.floats(-180.0, 179.0), st.floats(0.5, 120.0), st.floats(-60.0, 60.0), st.integers(-1, 1))
def test_a_box_holds_the_same_wherever_its_longitudes_start(
    west: float, width: float, lat: float, turn: int
) -> None:
    start = west + 360.0 * turn
    if not -360.0 <= start <= 360.0 - width:
        return
    area = area_on_earth(shapely.box(start, lat - 1.0, start + width, lat + 1.0))
    lon = west + width * np.array([-0.2, 0.01, 0.5, 0.99, 1.2])
    assert inside_area(area, np.full(5, lat), wrap180(lon)).tolist() == [False, True, True, True, False]
    assert -180.0 <= area.bounds[0] <= area.bounds[2] <= 180.0
    assert sum(e - w for w, _, e, _ in boxes_of(area)) <= width + 1e-6


@pytest.mark.parametrize(
    ("lat", "lon"), [(0.0, 10.0), (30.2, 122.6), (-60.0, 179.99), (65.0, -180.0), (10.0, 181.0)]
)
def test_the_corners_of_a_circle_are_a_radius_away_from_its_centre(lat: float, lon: float) -> None:
    circle = circle_on_earth(lat, lon, 40_000.0)
    corners = shapely.get_coordinates(circle)
    assert np.abs(corners[:, 0]).max() <= 180.0
    off_m = distance_m(lat, lon, corners[:, 1], corners[:, 0])
    on_cut = np.abs(corners[:, 0]) == 180.0
    np.testing.assert_allclose(off_m[~on_cut], 40_000.0, atol=1.0)
    assert off_m.max() <= 40_001.0
    assert inside_area(circle, [lat], [float(wrap180(lon))]).tolist() == [True]
