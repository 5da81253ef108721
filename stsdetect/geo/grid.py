"""A grid of cells of about equal size: rows of equal height, cut into columns about as wide as high."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import ecef_m
from stsdetect.geo.neighbours import pairs_within

_KM_PER_DEG = 111.195  # on the sphere of mean radius: cells need not be exact
_ROW = 1 << 20  # number of a cell = row * _ROW + column


def cell_of(lat: ArrayLike, lon: ArrayLike, cell_km: float) -> Ints:
    """Number of the cell that holds each position.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    cell_km : float
        Height and approximate width of the cells [km].

    Returns
    -------
    numpy.ndarray
        Shape (n,); numbers of one `cell_km` cannot be compared with those of another.

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
    """Latitude and longitude of the centre of cells [deg].

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
    """Number of the larger cell that holds the centre of each cell.

    Examples
    --------
    >>> larger_cell(cell_of([30.1], [122.1], 15.0), 15.0, 60.0) == cell_of([30.1], [122.1], 60.0)
    array([ True])
    """
    return cell_of(*cell_centre(cell, cell_km), larger_km)


def height_deg(cell_km: float) -> float:
    """Height of a cell [deg]."""
    return cell_km / _KM_PER_DEG


def cells_within(cell: Ints, near: Ints, cell_km: float, reach_km: float) -> pl.DataFrame:
    """Pairs of cells whose centres are at most `reach_km` apart.

    Parameters
    ----------
    cell, near : numpy.ndarray
        Numbers of cells, shape (n,) and (m,).
    cell_km : float
        Size of these cells [km].
    reach_km : float
        Greatest distance between centres [km].

    Returns
    -------
    polars.DataFrame
        ``cell, near, km``, sorted by cell and near; a cell is near itself.

    Examples
    --------
    >>> cells = cell_of([30.0, 30.0, 40.0], [122.0, 122.16, 122.0], 15.0)
    >>> cells_within(cells[:1], cells, 15.0, 20.0)["km"].round(1).to_list()
    [0.0, 15.0]
    """
    if not len(cell) or not len(near):
        return pl.DataFrame(schema={"cell": pl.Int64, "near": pl.Int64, "km": pl.Float64})
    centres, near_centres = (ecef_m(*cell_centre(c, cell_km)) for c in (cell, near))
    i, j = pairs_within(near_centres, centres, reach_km * 1000.0)
    km = np.linalg.norm(centres[i] - near_centres[j], axis=1) / 1000.0
    return pl.DataFrame({"cell": cell[i], "near": near[j], "km": km}).sort("cell", "near")


def _columns(row: Ints, height: float) -> Ints:
    cos = np.cos(np.deg2rad(np.clip((row + 0.5) * height - 90.0, -89.9, 89.9)))
    return np.asarray(np.maximum(np.floor(360.0 / height * cos), 1.0), dtype=np.int64)
