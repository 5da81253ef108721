"""Crowds at one point against every square counted by hand."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.geo.crowds import NO_CROWDS, crowded_cells, halts_at_points, in_crowded_cells
from stsdetect.geo.geodesy import metres_per_degree, move

HOUR = {"window_s": 3600.0, "cell_m": 20.0}


def ships_at(east_m, north_m=0.0, *, window=0, place=(30.0, 122.0)) -> pl.DataFrame:
    """Halts of one ship each."""
    east_m = np.asarray(east_m, dtype=float)
    lat, lon = move(*place, east_m, np.broadcast_to(north_m, len(east_m)))
    return pl.DataFrame(
        {"mmsi": np.arange(len(lat)), "window": np.full(len(lat), window), "lat": lat, "lon": lon}
    )


def crowded(halts: pl.DataFrame, max_ships: int) -> list[bool]:
    cells = crowded_cells(halts, max_ships=max_ships, cell_m=20.0)
    return in_crowded_cells(halts, cells, cell_m=20.0).tolist()


def test_a_swinging_ship_stays_at_its_mean_and_a_sailing_one_does_not_stay() -> None:
    t = np.arange(0, 3600, 600)
    swing = np.tile([8.0, -8.0], 3)
    lat, lon = move(30.0, 122.0, np.r_[swing, t * 5.0], np.zeros(12))
    halt, halts = halts_at_points(np.repeat([0, 1], 6), np.repeat([7, 8], 6), np.r_[t, t], lat, lon, **HOUR)
    assert halt.tolist() == [0] * 6 + [-1] * 6
    assert halts.select("mmsi", "window").rows() == [(7, 0)]
    assert halts["lon"][0] == pytest.approx(122.0, abs=1e-7)


def test_each_window_is_a_stay_of_its_own() -> None:
    t = [0.0, 3599.0, 3600.0, 90_000.0]
    halt, halts = halts_at_points([1] * 4, [7] * 4, t, [30.0] * 4, [122.0] * 4, **HOUR)
    assert halt.tolist() == [0, 0, 1, 2]
    assert halts["window"].to_list() == [0, 1, 25]


def test_more_ships_than_have_room_are_a_crowd_and_as_many_are_not() -> None:
    assert crowded(ships_at(np.zeros(31)), 30) == [True] * 31
    assert crowded(ships_at(np.zeros(30)), 30) == [False] * 30


def test_the_passer_by_of_another_hour_is_no_part_of_the_crowd() -> None:
    halts = pl.concat([ships_at(np.zeros(31)), ships_at([0.0], window=1)])
    assert crowded(halts, 30) == [True] * 31 + [False]


def test_one_ship_that_returns_is_not_many() -> None:
    assert not any(crowded(ships_at(np.zeros(40)).with_columns(mmsi=pl.lit(1, pl.Int64)), 30))


@pytest.mark.parametrize("offset_m", [0.0, 5.0, 10.0, 15.0])
@pytest.mark.parametrize("place", [(30.0, 122.0), (-60.0, -179.99), (0.0, 0.0), (89.9, 10.0)])
def test_no_edge_of_a_grid_divides_a_crowd_of_some_metres(
    offset_m: float, place: tuple[float, float]
) -> None:
    rng = np.random.default_rng(0)
    halts = ships_at(offset_m + rng.uniform(-2, 2, 80), offset_m + rng.uniform(-2, 2, 80), place=place)
    assert sum(crowded(halts, 30)) >= 60


def test_160_ships_at_anchor_a_cable_apart_and_a_raft_of_fishing_boats_are_no_crowd() -> None:
    row, column = np.divmod(np.arange(160), 13)
    assert not any(crowded(ships_at(185.0 * column, 185.0 * row), 30))
    assert not any(crowded(ships_at(6.0 * np.arange(12)), 30))


def test_without_ships_there_are_no_crowds() -> None:
    halt, halts = halts_at_points([], [], [], [], [], **HOUR)
    assert len(halt) == halts.height == 0
    cells = crowded_cells(halts, max_ships=2, cell_m=20.0)
    assert cells.schema == NO_CROWDS.schema
    assert cells.is_empty()
    assert in_crowded_cells(ships_at([0.0]), NO_CROWDS, cell_m=20.0).tolist() == [False]


PLACES = st.tuples(st.floats(-30, 30), st.floats(-30, 30), st.integers(0, 1), st.integers(1, 8))


@given(st.lists(PLACES, max_size=25), st.integers(2, 4))
def test_squares_as_by_hand(places: list[tuple[float, float, int, int]], max_ships: int) -> None:
    east, north, window, mmsi = (
        (np.array(v) for v in zip(*places, strict=True)) if places else ([], [], [], [])
    )
    halts = ships_at(east, north).with_columns(
        mmsi=pl.Series(mmsi, dtype=pl.Int64), window=pl.Series(window, dtype=pl.Int64)
    )
    lat_m = float(metres_per_degree(0.0)[0])
    by_cell: list[dict[tuple[int, int, int], set[int]]] = [{}, {}]
    cells_of: list[list[tuple[int, int, int]]] = []
    for lat, lon, w, m in halts.select("lat", "lon", "window", "mmsi").iter_rows():
        cells_of.append([])
        for grid, shift in enumerate((0.0, 0.5)):
            row = math.floor(lat * lat_m / 20.0 + shift)
            column = math.floor(lon * float(metres_per_degree(row * 20.0 / lat_m)[1]) / 20.0 + shift)
            by_cell[grid].setdefault((w, row, column), set()).add(m)
            cells_of[-1].append((w, row, column))
    by_hand = [any(len(by_cell[g][c]) > max_ships for g, c in enumerate(cells)) for cells in cells_of]
    assert crowded(halts, max_ships) == by_hand
