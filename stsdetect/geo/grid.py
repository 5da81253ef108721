"""Cells of about equal size: rows of equal latitude, cut into columns of about equal width."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import ecef_m

_KM_PER_DEG = 111.195  # mean sphere: cells need not be exact
_ROW = 1 << 20  # cell number = row * _ROW + column


def cell_of(lat: Any, lon: Any, cell_km: float) -> Ints:
    """Number of the cell that holds a position.

    Examples
    --------
    >>> cell_of([30.0], [180.0], 15.0) == cell_of([30.0], [-180.0], 15.0)
    array([ True])
    """
    lat = np.asarray(lat, dtype=np.float64)
    row = np.floor((np.clip(lat, -90.0, 90.0) + 90.0) / height_deg(cell_km)).astype(np.int64)
    columns = _columns(row, height_deg(cell_km))
    column = np.floor((wrap180(np.asarray(lon, dtype=np.float64)) + 180.0) / 360.0 * columns).astype(np.int64)
    return np.asarray(row * _ROW + column % columns, dtype=np.int64)


def cell_centre(cell: Ints, cell_km: float) -> tuple[Floats, Floats]:
    """Latitude and longitude of the middle of cells [deg].

    Examples
    --------
    >>> lat, lon = cell_centre(cell_of([30.0], [122.0], 15.0), 15.0)
    >>> bool(abs(lat[0] - 30.0) < 0.07), bool(abs(lon[0] - 122.0) < 0.08)
    (True, True)
    """
    row = cell // _ROW
    lon = (cell % _ROW + 0.5) * 360.0 / _columns(row, height_deg(cell_km)) - 180.0
    lat = np.clip((row + 0.5) * height_deg(cell_km) - 90.0, -90.0, 90.0)
    return np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)


def larger_cell(cell: Ints, cell_km: float, larger_km: float) -> Ints:
    """Number of the larger cell that holds the middle of a cell."""
    return cell_of(*cell_centre(cell, cell_km), larger_km)


def height_deg(cell_km: float) -> float:
    """Height of a cell [deg]."""
    return cell_km / _KM_PER_DEG


def cells_within(cell: Ints, near: Ints, cell_km: float, reach_km: float) -> pl.DataFrame:
    """Which of the cells `near` have their middle within `reach_km` of the middle of each cell.

    Returns
    -------
    polars.DataFrame
        ``cell, near, km``, by cell and near.
    """
    if not len(cell) or not len(near):
        return pl.DataFrame(schema={"cell": pl.Int64, "near": pl.Int64, "km": pl.Float64})
    at, there = (ecef_m(*cell_centre(c, cell_km)) for c in (cell, near))
    found = np.asarray(cKDTree(there).query_ball_point(at, reach_km * 1000.0), dtype=object)
    i = np.repeat(np.arange(len(cell)), [len(f) for f in found])
    j = np.concatenate([np.asarray(f, dtype=np.int64) for f in found])
    km = np.linalg.norm(at[i] - there[j], axis=1) / 1000.0
    return pl.DataFrame({"cell": cell[i], "near": near[j], "km": km}).sort("cell", "near")


def _columns(row: Ints, height: float) -> Ints:
    cos = np.cos(np.deg2rad(np.clip((row + 0.5) * height - 90.0, -89.9, 89.9)))
    return np.asarray(np.maximum(np.floor(360.0 / height * cos), 1.0), dtype=np.int64)
