"""Lower bounds for routes by water round an island that is a rectangle."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.sailing import sailing_m


def island(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Half a degree north and south of 30 N, 122.4 to 122.6 E."""
    return (np.abs(lat - 30.0) < 0.5) & (np.abs(lon - 122.5) < 0.1)


def test_in_open_water_the_route_is_the_geodesic() -> None:
    route_m = sailing_m([30.0], [122.7], [30.2], [123.0], land=island)
    assert route_m[0] == distance_m(30.0, 122.7, 30.2, 123.0)


def test_round_an_island() -> None:
    # 30.0 N 122.2 E to 122.8 E past both northern corners: twice 58.7 km and 19.3 km; the result is a lower bound.
    route_m = sailing_m([30.0], [122.2], [30.0], [122.8], land=island)[0]
    assert 57_900 < 0.85 * 136_700 < route_m < 136_700


def test_same_both_ways_and_across_the_dateline() -> None:
    def shifted(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        return island(lat, (lon + 302.5 + 180.0) % 360.0 - 180.0)  # the island at 180 E

    here = sailing_m([30.0], [122.2], [30.0], [122.8], land=island)[0]
    there = sailing_m([30.0], [179.7], [30.0], [-179.7], land=shifted)[0]
    back = sailing_m([30.0], [-179.7], [30.0], [179.7], land=shifted)[0]
    assert there == pytest.approx(here, rel=0.03)
    assert back == pytest.approx(there, rel=0.05)


def test_without_water_the_route_is_the_geodesic() -> None:
    def land(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        return np.ones(len(lat), dtype=bool)

    assert sailing_m([30.0], [122.2], [30.0], [122.8], land=land)[0] == distance_m(30.0, 122.2, 30.0, 122.8)


def test_an_unknown_end_gives_nan() -> None:
    assert np.isnan(sailing_m([np.nan, 30.0], [np.nan, 122.7], [30.0, 30.1], [122.8, 122.8], land=island)[0])
