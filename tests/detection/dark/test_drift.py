"""Where ships at rest or adrift were, by hand: 1 kn due east on the equator is a minute of longitude an hour."""

import numpy as np
import polars as pl
import pytest

from stsdetect.detection.dark.drift import place_in_stop, reckoned_place
from stsdetect.params import DarkParams

P = DarkParams()


def stop(**columns: float | None) -> pl.DataFrame:
    row = {"start_h": 2.0, "end_h": 12.0, "lat": 0.0, "lon": 0.11, "radius_m": 9_000.0}
    ends = {"start_lat": 0.0, "start_lon": 0.0, "end_lat": 0.0, "end_lon": 0.2}
    schema = dict.fromkeys((*row, *ends), pl.Float64)
    return pl.DataFrame([row | ends | columns], schema=schema)


@pytest.mark.parametrize(("hour", "lon"), [(2.0, 0.0), (7.0, 0.1), (12.0, 0.2), (0.0, 0.0), (99.0, 0.2)])
def test_adrift_from_the_first_fix_to_the_last(hour: float, lon: float) -> None:
    lat, at_lon = place_in_stop(stop(), np.array([hour]), P)
    assert (float(lat[0]), float(at_lon[0])) == pytest.approx((0.0, lon))


@pytest.mark.parametrize(
    "columns",
    [{"radius_m": 500.0}, {"start_lat": None, "start_lon": None}, {"end_lat": None, "end_lon": None}],
)
def test_at_the_median_place_if_it_swung_or_its_ends_are_not_known(columns: dict) -> None:
    assert place_in_stop(stop(**columns), np.array([2.0]), P)[1][0] == pytest.approx(0.11)


def test_just_wider_than_a_swing_is_adrift() -> None:
    assert place_in_stop(stop(radius_m=501.0), np.array([2.0]), P)[1][0] == pytest.approx(0.0)


def test_across_the_dateline() -> None:
    rows = stop(start_lon=179.9, end_lon=-179.9)
    assert abs(place_in_stop(rows, np.array([7.0]), P)[1][0]) == pytest.approx(180.0)


def gap(end: str = "start", **columns: float | None) -> pl.DataFrame:
    row = {"h": 10.0, "lat": 0.0, "lon": 10.0, "sog_kn": 1.0, "cog": 90.0} | columns
    return pl.DataFrame({f"{end}_{k}": pl.Series([v], dtype=pl.Float64) for k, v in row.items()})


@pytest.mark.parametrize(("end", "hour", "east_nm"), [("start", 12.0, 2.0), ("end", 7.0, -3.0)])
def test_a_ship_adrift_goes_on_as_it_did(end: str, hour: float, east_nm: float) -> None:
    lat, lon, drift_m = reckoned_place(gap(end), end, np.array([hour]), P)
    assert float(lat[0]) == pytest.approx(0.0, abs=1e-6)
    assert float(lon[0]) == pytest.approx(10.0 + east_nm / 60.0, abs=1e-4)
    assert float(drift_m[0]) == pytest.approx(abs(east_nm) * 1852.0)


@pytest.mark.parametrize("columns", [{"sog_kn": 0.5}, {"sog_kn": None}, {"cog": None}])
def test_a_ship_at_rest_or_without_a_course_is_where_it_was(columns: dict) -> None:
    lat, lon, drift_m = reckoned_place(gap(**columns), "start", np.array([14.0]), P)
    assert (float(lat[0]), float(lon[0]), float(drift_m[0])) == (0.0, 10.0, 0.0)


def test_an_open_end_has_no_place() -> None:
    lat, _, drift_m = reckoned_place(gap("end", lat=None, lon=None), "end", np.array([9.0]), P)
    assert np.isnan([lat[0], drift_m[0]]).all()


def test_no_rows() -> None:
    assert len(place_in_stop(stop()[:0], np.empty(0), P)[0]) == 0
    assert len(reckoned_place(gap()[:0], "start", np.empty(0), P)[0]) == 0
