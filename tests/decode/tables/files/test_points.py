"""Points in any system become longitude and latitude."""

import numpy as np
import pytest
import shapely

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files.points import lonlat, lonlat_of, points_of_wkb
from stsdetect.errors import DecodeError


def test_longitude_and_latitude_are_not_touched() -> None:
    x, y = np.array([122.1, np.nan]), np.array([30.1, np.nan])
    for crs in (None, "EPSG:4326", "OGC:CRS84", {"type": "name", "id": {"authority": "EPSG", "code": 4326}}):
        if isinstance(crs, dict):
            continue
        lon, lat = lonlat(x, y, crs, "a")
        assert lon is x
        assert lat is y


def test_mercator_and_places_outside_a_system() -> None:
    # The equator at 1 degree east is 6,378,137 m * pi / 180 = 111,319.49 m.
    lon, lat = lonlat(np.array([111_319.490793, np.inf, np.nan]), np.array([0.0, 0.0, 0.0]), "EPSG:3857", "a")
    assert lon[0] == pytest.approx(1, abs=1e-9)
    assert lat[0] == pytest.approx(0, abs=1e-9)
    assert np.isnan(lon[1:]).all()


def test_a_system_that_is_not_known_is_named() -> None:
    with pytest.raises(DecodeError, match=r"a: .*EPSG:999999"):
        lonlat(np.array([1.0]), np.array([1.0]), "EPSG:999999", "a")


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        ({"type": "Point", "coordinates": ["1", "2", "3"]}, ("1", "2")),
        ({"type": "MultiPoint", "coordinates": [["1", "2"]]}, ("1", "2")),
        ({"type": "MultiPoint", "coordinates": [["1", "2"], ["3", "4"]]}, None),
        ({"type": "Point", "coordinates": []}, None),
        ({"type": "Point", "coordinates": [["1", "2"], "3"]}, None),
        ({"type": "Point"}, None), ("POINT (1 2)", None), (None, None),
    ],
)  # fmt: skip
def test_geometries_of_geojson(geometry: object, expected: tuple[str, str] | None) -> None:
    assert lonlat_of(geometry, None, DecodeReport("a")) == expected


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::3857", "EPSG:3857"])
def test_geojson_in_mercator(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    found = lonlat_of({"type": "Point", "coordinates": ["111319.490793", "0"]}, crs, DecodeReport("a"))
    assert found is not None
    assert float(found[0]) == pytest.approx(1)
    junk = {"type": "Point", "coordinates": ["x", "0"]}
    assert lonlat_of(junk, crs, DecodeReport("a")) == ("x", "0")


def test_wkb_wkt_and_what_is_neither() -> None:
    values = np.array(
        [shapely.to_wkb(shapely.Point(1, 2)), None, b"junk", shapely.to_wkb(shapely.Point())], object
    )
    x, _, other = points_of_wkb(values)
    assert x.tolist()[0] == 1
    assert np.isnan(x[1:]).all()
    assert other.tolist() == [False, False, True, False]
    x, y, other = points_of_wkb(np.array(["POINT (1 2)", "LINESTRING (1 2, 3 4)"], object))
    assert (x[0], y[0]) == (1, 2)
    assert other.tolist() == [False, True]
