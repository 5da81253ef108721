"""Distances on WGS84 against printed lengths and against the geodesic."""

import numpy as np
import pytest
from pyproj import Geod

from stsdetect.geo.geodesy import destination, distance_m, ecef_m, local_offset_m, metres_per_degree, move

GEOD = Geod(ellps="WGS84")


@pytest.mark.parametrize(
    ("lat", "lat_m", "lon_m"),
    [(0.0, 110_574.3, 111_319.5), (45.0, 111_131.7, 78_846.8), (90.0, 111_694.0, 0.0)],
)
def test_the_length_of_a_degree(lat: float, lat_m: float, lon_m: float) -> None:
    """Published lengths of a degree of the WGS84 ellipsoid."""
    assert metres_per_degree(lat)[0] == pytest.approx(lat_m, abs=0.2)
    assert metres_per_degree(lat)[1] == pytest.approx(lon_m, abs=0.2)


def test_the_dateline_is_a_line_like_any_other() -> None:
    # 0.02 degrees of longitude at the equator
    assert distance_m(0.0, 179.99, 0.0, -179.99) == pytest.approx(0.02 * 111_319.5, abs=0.1)
    assert local_offset_m(0.0, -179.99, 0.0, 179.99)[0] < 0.0


def test_near_and_far_distances_agree_with_the_geodesic() -> None:
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(-75.0, 75.0, 200), rng.uniform(-180.0, 180.0, 200)
    bearing, length = rng.uniform(0.0, 360.0, 200), np.exp(rng.uniform(0.0, np.log(1e6), 200))
    to_lat, to_lon = destination(lat, lon, bearing, length)
    off = np.abs(distance_m(lat, lon, to_lat, to_lon) - length)
    assert off[length > 51_000.0].max() < 1e-3
    assert off.max() < 1.0
    assert off[(length < 51_000.0) & (np.abs(lat) < 40.0)].max() < 0.2


def test_over_the_pole() -> None:
    # two degrees of latitude at the pole, 111,694 m each
    assert distance_m(89.0, 0.0, 89.0, 180.0) == pytest.approx(2 * 111_694.0, abs=20.0)


def test_an_unknown_position_has_no_distance() -> None:
    assert np.isnan(distance_m([np.nan, 0.0], 0.0, 0.0, [1.0, np.nan])).all()


@pytest.mark.parametrize("place", [(30.0, 122.0), (-60.0, 179.9999), (0.0, -180.0)])
def test_a_move_is_undone_by_the_offset(place: tuple[float, float]) -> None:
    there = move(*place, 300.0, -400.0)
    assert distance_m(*place, *there) == pytest.approx(500.0, abs=1e-3)
    east, north = local_offset_m(*place, *there)
    assert (float(east), float(north)) == (pytest.approx(300.0, abs=1e-3), pytest.approx(-400.0, abs=1e-3))


def test_a_chord_is_never_longer_than_the_ground() -> None:
    xyz = ecef_m([0.0, 0.0, 90.0], [0.0, 90.0, 0.0])
    np.testing.assert_allclose(
        xyz, [[6_378_137.0, 0, 0], [0, 6_378_137.0, 0], [0, 0, 6_356_752.3142]], atol=1e-3
    )
    lat, lon = np.array([30.0, 31.0, -10.0]), np.array([122.0, 122.5, 150.0])
    chord = np.linalg.norm(np.diff(ecef_m(lat, lon), axis=0), axis=1)
    assert (chord < GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]).all()
