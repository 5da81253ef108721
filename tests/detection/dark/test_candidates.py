"""The quick search against every pair, and its bounds."""

import numpy as np
import polars as pl
import pytest

from stsdetect.detection.dark.candidates import (
    Balls,
    balls_of_gaps,
    balls_of_loitering,
    intersecting_pairs,
    may_dwell,
    measure_in_blocks,
    n_within_reach,
)
from stsdetect.detection.dark.prism import dwell_window_h, legs_m
from stsdetect.geo.geodesy import destination, ecef_m

NM = 1852.0


def balls(rng: np.random.Generator, n: int) -> Balls:
    start = rng.uniform(0.0, 100.0, n)
    centre = ecef_m(30.0 + rng.uniform(-2, 2, n), 179.0 + rng.uniform(-2, 2, n))
    return Balls(start, start + rng.uniform(0.1, 40.0, n), centre, 10.0 ** rng.uniform(1, 5, n))


@pytest.mark.parametrize("seed", range(3))
def test_every_pair_that_intersects_is_found_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = balls(rng, 40), balls(rng, 60)
    i, j = intersecting_pairs(a, b)
    found = list(zip(i.tolist(), j.tolist(), strict=True))
    assert len(found) == len(set(found))
    assert found == sorted(found)
    n_meet = 0
    for p in range(40):
        for q in range(60):
            overlap = a.start_h[p] <= b.end_h[q] and b.start_h[q] <= a.end_h[p]
            apart = np.linalg.norm(a.centre[p] - b.centre[q])
            if overlap and apart <= a.radius_m[p] + b.radius_m[q]:
                n_meet += 1
                assert (p, q) in found
    assert n_meet > 5
    # Radii are rounded up to powers of two, so a few more are found, but never by more than that.
    for p, q in found:
        assert np.linalg.norm(a.centre[p] - b.centre[q]) <= a.radius_m[p] + 2.0 * b.radius_m[q]


def test_nothing_intersects_nothing() -> None:
    none = Balls(*(np.empty(0),) * 2, np.empty((0, 3)), np.empty(0))
    i, j = intersecting_pairs(none, balls(np.random.default_rng(0), 3))
    assert len(i) == len(j) == 0


def gaps(end_lon: float | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "start_h": [0.0],
            "end_h": [10.0],
            "start_lat": [30.0],
            "start_lon": [122.0],
            "end_lat": [None if end_lon is None else 30.0],
            "end_lon": [end_lon],
            "reach_m": [84 * NM],
            "max_sog_kn": [12.0],
        },
        schema_overrides={"end_lat": pl.Float64, "end_lon": pl.Float64},
    )


def test_the_ball_of_a_closed_gap_has_half_the_reach_around_the_middle() -> None:
    found = balls_of_gaps(gaps(122.2))
    assert found.radius_m.tolist() == [42 * NM]
    middle = (ecef_m([30.0], [122.0]) + ecef_m([30.0], [122.2])) / 2.0
    np.testing.assert_allclose(found.centre, middle)


def test_the_ball_of_an_open_gap_has_the_whole_reach_around_the_last_fix() -> None:
    found = balls_of_gaps(gaps(None))
    assert found.radius_m.tolist() == [84 * NM]
    np.testing.assert_allclose(found.centre, ecef_m([30.0], [122.0]))


def loitering(lat: float, lon: float, start_h: float = 0.0, end_h: float = 10.0) -> pl.DataFrame:
    return pl.DataFrame(
        {"start_h": [start_h], "end_h": [end_h], "lat": [lat], "lon": [lon], "radius_m": [100.0]}
    )


def test_the_ball_of_loitering_is_its_circle() -> None:
    found = balls_of_loitering(loitering(30.0, 122.0))
    assert (found.start_h.tolist(), found.end_h.tolist(), found.radius_m.tolist()) == ([0.0], [10.0], [100.0])


@pytest.mark.parametrize(("nm", "fits"), [(41.9, True), (42.5, False)])
@pytest.mark.parametrize("bearing", [0.0, 90.0, 225.0])
def test_three_hours_at_12_knots_leave_42_miles_there_and_back(nm: float, fits: bool, bearing: float) -> None:
    lat, lon = destination(30.0, 122.0, bearing, nm * NM)
    found = may_dwell(gaps(122.0), loitering(float(lat), float(lon)), dwell_h=3.0)
    assert found.tolist() == [fits]


def test_nothing_that_is_feasible_is_refused() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        gap = gaps(122.0 + float(rng.uniform(-0.8, 0.8)))
        place = loitering(30.0 + float(rng.uniform(-0.8, 0.8)), 122.0 + float(rng.uniform(-0.8, 0.8)))
        there, back = legs_m(
            *(gap[c] for c in ("start_lat", "start_lon", "end_lat", "end_lon")), place["lat"], place["lon"]
        )
        arrive, leave = dwell_window_h(0.0, 10.0, there, back, max_sog_kn=12.0)
        if leave - arrive >= 3.0:
            assert may_dwell(gap, place, dwell_h=3.0).all()


@pytest.mark.parametrize("block", [1, 2, 100])
def test_pairs_are_measured_in_blocks_and_never_one_hull_with_itself(block: int) -> None:
    ships = pl.DataFrame({"vessel_id": ["a", "b", "c", "d"], "mmsi": [1, 2, 3, 1]})
    i, j = (np.array(rows) for rows in ([0, 0, 1, 2, 2, 0, 3], [0, 1, 2, 0, 2, 3, 0]))
    out = measure_in_blocks(
        ships, ships, (i, j), lambda a, b: a.select(pair=a["vessel_id"] + b["vessel_id"]), block=block
    )
    assert out["pair"].to_list() == ["ab", "bc", "ca"]


@pytest.mark.parametrize("seed", range(3))
def test_no_more_others_are_within_reach_than_the_search_would_measure(seed: int) -> None:
    some = balls(np.random.default_rng(seed), 60)
    i, j = intersecting_pairs(some, some)
    measured = np.bincount(i[i != j], minlength=60)
    counted = n_within_reach(some)
    assert (counted <= measured).all()
    short = Balls(np.zeros(60), np.full(60, 5.0), some.centre, some.radius_m)  # all in one time bin
    i, j = intersecting_pairs(short, short)
    assert n_within_reach(short).tolist() == np.bincount(i[i != j], minlength=60).tolist()
