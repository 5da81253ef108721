"""Routes of one gap: six time bins of ten minutes, from one place to another some kilometres east."""

import numpy as np
import polars as pl
import pytest

from stsdetect.detection.gaps.routes import detours, straight_routes
from stsdetect.geo.geodesy import distance_m, local_offset_m, move
from stsdetect.params import GapParams, ReceptionParams
from tests.builders import PLACE

RECEPTION, PARAMS = ReceptionParams(), GapParams()
TYPES = {"end_lat": pl.Float64, "end_lon": pl.Float64, "start_cog": pl.Float64, "start_sog_kn": pl.Float64}


def gap(east_m: float | None, *, place: tuple[float, float] = PLACE, **columns: object) -> pl.DataFrame:
    """One gap of 70 min with six whole time bins; `east_m` None: it is open."""
    lat, lon = (None, None) if east_m is None else (float(v) for v in move(*place, east_m, 0.0))
    row = {
        "gap": 0,
        "ship": 0,
        "kind": 0,
        "first": 1,
        "last": 6,
        "out_bin": None,
        "back_bin": None,
        "start_lat": place[0],
        "start_lon": place[1],
        "end_lat": lat,
        "end_lon": lon,
        "start_sog_kn": 6.0,
        "start_cog": 90.0,
        "duration_h": 7 / 6,
        "own_sog_kn": 12.0,
        "is_open": east_m is None,
    }
    bins = {"out_bin": pl.Int64, "back_bin": pl.Int64}
    return pl.DataFrame([row | columns], schema_overrides=TYPES | bins)


def east_of(routes: pl.DataFrame, place: tuple[float, float] = PLACE) -> np.ndarray:
    return local_offset_m(*place, routes["lat"].to_numpy(), routes["lon"].to_numpy())[0]


@pytest.mark.parametrize("place", [PLACE, (30.0, 179.99)], ids=["off Hangzhou", "dateline"])
def test_the_straight_route_is_sailed_at_constant_speed(place: tuple[float, float]) -> None:
    routes = straight_routes(gap(7000.0, place=place), RECEPTION)
    assert routes["time_bin"].to_list() == [1, 2, 3, 4, 5, 6]
    assert routes["route"].unique().to_list() == [0]
    np.testing.assert_allclose(east_of(routes, place), 1000.0 * np.arange(1, 7), atol=1.0)


def test_an_open_gap_goes_on_by_course_and_speed() -> None:
    # 6 kn for 70 min are 7 nm: one nautical mile per time bin.
    routes = straight_routes(gap(None), RECEPTION)
    np.testing.assert_allclose(east_of(routes), 1852.0 * np.arange(1, 7), rtol=1e-3)


def test_without_a_course_an_open_gap_stays_in_place() -> None:
    routes = straight_routes(gap(None, start_cog=None), RECEPTION)
    np.testing.assert_allclose(east_of(routes), 0.0, atol=0.1)


def test_time_bins_in_which_the_ship_may_have_been_outside_are_left_out() -> None:
    routes = straight_routes(gap(7000.0, out_bin=3, back_bin=5), RECEPTION)
    assert routes["time_bin"].to_list() == [1, 2, 6]


def test_positions_are_known_for_48_hours() -> None:
    assert straight_routes(gap(7000.0, last=288), RECEPTION).height == 288
    assert straight_routes(gap(7000.0, last=400), RECEPTION).height == 288


def test_detours_turn_on_the_rim_of_the_reach() -> None:
    # 12 kn for 70 min are 14 nm; the two legs of a detour are that long together.
    routes = detours(gap(7000.0, last=600), RECEPTION, PARAMS)
    assert routes["route"].unique().sort().to_list() == [1, 2, 3, 4, 5, 6, 7, 8]
    end = move(*PLACE, 7000.0, 0.0)
    lat, lon = routes["lat"].to_numpy(), routes["lon"].to_numpy()
    legs = distance_m(*PLACE, lat, lon) + distance_m(lat, lon, *end)
    assert legs.max() == pytest.approx(14 * 1852.0, rel=0.01)


def test_detours_of_an_open_gap_go_straight_out_in_all_directions() -> None:
    routes = detours(gap(None), RECEPTION, PARAMS)
    last = routes.filter(pl.col("time_bin") == 6)
    off = distance_m(*PLACE, last["lat"], last["lon"])
    np.testing.assert_allclose(off, 14 * 1852.0 * 6 / 7, rtol=2e-3)


def test_a_ship_that_lay_still_has_no_detours() -> None:
    assert detours(gap(0.0, own_sog_kn=0.0), RECEPTION, PARAMS).is_empty()


def test_detours_reach_no_farther_than_shore_stations() -> None:
    # 40 kn for 10 h are 740 km; the ellipse is cut to 2 * 80 km between two fixes.
    fast = gap(0.0, own_sog_kn=40.0, duration_h=10.0, last=60)
    routes = detours(fast, RECEPTION, PARAMS)
    assert distance_m(*PLACE, routes["lat"], routes["lon"]).max() <= 80_000.0 * 1.01


def test_no_gap_no_route() -> None:
    assert straight_routes(gap(7000.0)[:0], RECEPTION).is_empty()
    assert detours(gap(7000.0)[:0], RECEPTION, PARAMS).is_empty()
