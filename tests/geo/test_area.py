"""Distance to the edge of the area of interest."""

import numpy as np
import pytest
import shapely

from stsdetect.geo.area import edge_distance_m

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
