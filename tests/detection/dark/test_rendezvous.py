"""Rendezvous of two vessels in a gap, on whole miles at 12 kn."""

import numpy as np
import polars as pl
import pytest

from stsdetect.detection.dark.rendezvous import best_rendezvous
from stsdetect.geo.geodesy import distance_m, move
from stsdetect.params import DarkParams
from tests.builders import PLACE

NM = 1852.0
PARAMS = DarkParams()
Miles = tuple[float, float]


def gap(
    start_h: float,
    end_h: float,
    start: Miles,
    end: Miles | None,
    *,
    stayed: bool = False,
    place: tuple[float, float] = PLACE,
) -> pl.DataFrame:
    lat, lon = (float(v) for v in move(*place, start[0] * NM, start[1] * NM))
    back = (
        (np.nan, np.nan) if end is None else tuple(float(v) for v in move(*place, end[0] * NM, end[1] * NM))
    )
    return pl.DataFrame(
        {
            "start_h": [float(start_h)],
            "end_h": [float(end_h)],
            "start_lat": [lat],
            "start_lon": [lon],
            "end_lat": [back[0]],
            "end_lon": [back[1]],
            "max_sog_kn": [12.0],
            "stayed": [stayed],
        }
    )


def best(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams = PARAMS) -> dict[str, float]:
    return best_rendezvous(a, b, params).row(0, named=True)


@pytest.mark.parametrize("place", [PLACE, (30.0, 180.0)], ids=["off Hangzhou", "dateline"])
def test_two_vessels_meet_halfway(place: tuple[float, float]) -> None:
    # 24 nm each, 2 h there and 2 h back of 12 h; at 8 h less 3 h of dwell either needs 48 nm in 9 h.
    west, east = (gap(0, 12, (x, 0), (x, 0), place=place) for x in (-24, 24))
    found = best(west, east)
    assert found["feasible_dwell_h"] == pytest.approx(8.0, abs=0.01)
    assert (found["start_h"], found["end_h"]) == pytest.approx((2.0, 10.0), abs=0.01)
    assert distance_m(found["lat"], found["lon"], *place) < 1000.0
    assert found["required_sog_kn"] == pytest.approx(48 / 9, abs=0.05)
    assert found["cover"] == 1.0
    assert found["share"] == pytest.approx((8 / 12) ** 2, abs=0.01)
    assert found["ends_apart_m"] == pytest.approx(48 * NM, rel=0.002)


def test_swapped_vessels_give_the_same() -> None:
    a, b = gap(0, 14, (-20, 5), (10, 25)), gap(1, 13, (15, -10), (20, 15))
    one, two = best(a, b), best(b, a)
    assert two == pytest.approx(one, rel=1e-6)


def test_no_random_place_allows_a_longer_dwell() -> None:
    rng = np.random.default_rng(7)
    gaps = gap(0, 14, (-20, 5), (10, 25)), gap(1, 13, (15, -10), (20, 15))
    longest = best(*gaps)["feasible_dwell_h"]
    lat, lon = move(*PLACE, *(rng.uniform(-40, 40, (2, 300)) * NM))
    arrive, leave = np.full(300, -np.inf), np.full(300, np.inf)
    for g in (g.row(0, named=True) for g in gaps):
        there = distance_m(g["start_lat"], g["start_lon"], lat, lon) / NM / 12.0
        back = distance_m(g["end_lat"], g["end_lon"], lat, lon) / NM / 12.0
        arrive, leave = np.maximum(arrive, g["start_h"] + there), np.minimum(leave, g["end_h"] - back)
    assert (leave - arrive).max() <= longest + 0.01


@pytest.mark.parametrize("swap", [False, True])
def test_the_rendezvous_is_where_a_vessel_lay_still(swap: bool) -> None:
    # 20 nm off at 12 kn: it comes after 1 h 40 min and stays until as long before the end, 16 h 40 min of 20.
    pair = [gap(0, 20, (0, 0), (0, 0), stayed=True), gap(0, 20, (20, 0), (20, 0))]
    found = best(*(pair[::-1] if swap else pair))
    assert distance_m(found["lat"], found["lon"], *PLACE) < 1.0
    assert found["feasible_dwell_h"] == pytest.approx(20.0 - 2 * 20 / 12, abs=0.01)


@pytest.mark.parametrize(("nm", "away"), [(101.9, False), (102.1, True)])
def test_a_vessel_that_lay_still_out_of_reach_must_have_left(nm: float, away: bool) -> None:
    # 20 h less 3 h leave 102 nm there and back at 12 kn; from farther off they could only meet in between.
    found = best(gap(0, 20, (0, 0), (0, 0), stayed=True), gap(0, 20, (nm, 0), (nm, 0)))
    assert (distance_m(found["lat"], found["lon"], *PLACE) > 10_000.0) == away


def test_open_gaps_have_no_time_in_common() -> None:
    found = best(gap(0, 12, (0, 0), None), gap(0, 12, (1, 0), (1, 0)))
    assert found["is_open"]
    assert found["cover"] == found["share"] == 0.0
    assert np.isnan(found["ends_apart_m"])
    assert not best(gap(0, 12, (0, 0), (0, 0)), gap(0, 12, (1, 0), (1, 0)))["is_open"]


@pytest.mark.parametrize(("dwell_h", "area_km2"), [(0.5, 89.0**2), (8.1, 0.0)])
def test_the_area_is_where_the_dwell_is_long_enough(dwell_h: float, area_km2: float) -> None:
    # Of the square that the fixes span, 48 nm (89 km) a side: all of it allows half an hour, none of it 8.1 h.
    found = best(
        gap(0, 12, (-24, 0), (-24, 0)), gap(0, 12, (24, 0), (24, 0)), DarkParams(min_dwell_h=dwell_h)
    )
    assert found["area_km2"] == pytest.approx(area_km2, rel=0.01)


def test_no_gap_no_rendezvous() -> None:
    none = gap(0, 12, (0, 0), (0, 0))[:0]
    assert best_rendezvous(none, none, PARAMS).is_empty()
