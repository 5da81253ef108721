"""The grid of cells."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.grid import cell_centre, cell_of, cells_within, height_deg, larger_cell


def test_a_cell_is_as_high_as_asked_and_about_as_wide() -> None:
    assert height_deg(111.195) == 1.0
    lat, lon = cell_centre(cell_of([50.0], [20.0], 15.0), 15.0)
    beside = cell_centre(cell_of(lat, lon + 15.0 / (111.2 * np.cos(np.deg2rad(50.0))), 15.0), 15.0)
    assert distance_m(lat, lon, *beside)[0] == pytest.approx(15_000.0, rel=0.02)


@pytest.mark.parametrize("cell_km", [5.0, 15.0, 100.0])
def test_the_centre_of_a_cell_lies_in_it_and_no_position_is_far_from_it(cell_km: float) -> None:
    rng = np.random.default_rng(2)
    lat, lon = np.rad2deg(np.arcsin(rng.uniform(-1, 1, 500))), rng.uniform(-180, 180, 500)
    cell = cell_of(lat, lon, cell_km)
    centre = cell_centre(cell, cell_km)
    assert (cell_of(*centre, cell_km) == cell).all()
    inner = np.abs(lat) < 80.0  # near the poles cells are wedges
    assert distance_m(lat, lon, *centre)[inner].max() < 0.8 * cell_km * 1000.0


def test_the_dateline_and_the_poles() -> None:
    assert cell_of([30.0], [180.0], 15.0) == cell_of([30.0], [-180.0], 15.0)
    west, east = cell_of([30.0], [179.99], 15.0), cell_of([30.0], [-179.99], 15.0)
    assert west != east
    assert len(cells_within(west, east, 15.0, 20.0)) == 1
    assert cell_of([90.0, 90.0], [10.0, 10.0], 15.0)[0] == cell_of([90.0], [10.0], 15.0)[0]


def test_cells_within_a_distance_as_by_trying_all() -> None:
    lat, lon = (a.ravel() for a in np.meshgrid(np.linspace(29.5, 30.5, 9), np.linspace(121.5, 122.5, 9)))
    cell = np.unique(cell_of(lat, lon, 15.0))
    found = cells_within(cell[::5], cell, 15.0, 40.0)
    assert found.rows() == found.sort("cell", "near").rows()
    centre = dict(zip(cell.tolist(), zip(*cell_centre(cell, 15.0), strict=True), strict=True))
    km = {
        (a, b): float(distance_m(*centre[a], *centre[b])) / 1000.0
        for a in cell[::5].tolist()
        for b in cell.tolist()
    }
    assert set(found.select("cell", "near").rows()) == {pair for pair, d in km.items() if d <= 40.0}
    for a, b, d in found.iter_rows():
        assert d == pytest.approx(km[a, b], abs=1e-3)


def test_without_cells_there_are_no_pairs_of_cells() -> None:
    none = np.empty(0, dtype=np.int64)
    assert cells_within(none, cell_of([30.0], [122.0], 15.0), 15.0, 40.0).is_empty()


def test_the_larger_cell_holds_the_centre_of_the_smaller() -> None:
    cell = cell_of(np.linspace(-80, 80, 50), np.linspace(-179, 179, 50), 15.0)
    assert (larger_cell(cell, 15.0, 120.0) == cell_of(*cell_centre(cell, 15.0), 120.0)).all()
