"""Angles and longitudes that wrap."""

import numpy as np
import polars as pl
import pytest

from stsdetect.geo.angles import interpolate_angle, mean_angle, recentred_lon, wrap180, wrap180_expr, wrap360

ANGLES = [-540.0, -180.0, -0.5, 0.0, 179.5, 180.0, 359.5, 720.0]
WRAPPED = [-180.0, -180.0, -0.5, 0.0, 179.5, -180.0, -0.5, 0.0]


def test_wrap180_gives_the_same_as_numpy_and_as_expression() -> None:
    assert wrap180(ANGLES).tolist() == WRAPPED
    assert pl.DataFrame({"a": ANGLES}).select(wrap180_expr(pl.col("a")))["a"].to_list() == WRAPPED


def test_wrap360() -> None:
    assert wrap360([-0.5, 0.0, 360.0, 719.0]).tolist() == [359.5, 0.0, 0.0, 359.0]


@pytest.mark.parametrize(
    ("start", "end", "share", "expected"),
    [
        (350.0, 10.0, 0.25, 355.0),
        (10.0, 350.0, 0.75, 355.0),
        (90.0, 100.0, 0.0, 90.0),
        (90.0, 100.0, 1.0, 100.0),
    ],
)
def test_interpolation_takes_the_shorter_arc(start: float, end: float, share: float, expected: float) -> None:
    assert interpolate_angle(start, end, share) == expected
    assert np.isnan(interpolate_angle(start, np.nan, share))


def test_the_mean_of_angles_around_north_is_north() -> None:
    # sin: 0 and 1, cos: 1 and 0: the mean direction is 45 degrees
    assert mean_angle([0.0, 90.0]) == pytest.approx(45.0)
    rows = mean_angle([[340.0, 20.0, np.nan], [np.nan, np.nan, np.nan]], axis=1)
    assert rows[0] % 360.0 == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(rows[1])


def test_a_longitude_comes_back_from_its_origin() -> None:
    frame = pl.DataFrame({"lon": [179.5, -179.5, 0.0], "origin": [-179.0, 179.0, 10.0]})
    lon, origin = pl.col("lon"), pl.col("origin")
    east = frame.select(e=recentred_lon(lon, origin))["e"].to_list()
    assert east == [-1.5, 1.5, -10.0]
    back = frame.select(b=wrap180_expr(recentred_lon(lon, origin) + origin))["b"].to_list()
    assert back == [179.5, -179.5, 0.0]
