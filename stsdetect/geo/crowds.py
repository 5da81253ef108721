"""Crowds: more ships at rest at one point than have room there.

Hulls do not overlap, so a square of a few metres holds few antennas. More of them are a position that
transponders broadcast by default, or one to which receivers were spoofed.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.geodesy import local_offset_m, metres_per_degree

_CELL = ("window", "grid", "row", "column")
_GRIDS = 2  # the second lies half a cell off the first, so that no edge divides a crowd

NO_HALTS = pl.DataFrame(schema={"mmsi": pl.Int64, "window": pl.Int64, "lat": pl.Float64, "lon": pl.Float64})
"""What `halts_at_points` finds where there are none."""

NO_CROWDS = pl.DataFrame(
    schema={
        **dict.fromkeys(_CELL, pl.Int64),
        "n_ships": pl.Int64,
        "lat": pl.Float64,
        "lon": pl.Float64,
    }
)
"""What `crowded_cells` finds where there are none."""


def halts_at_points(
    track: ArrayLike,
    mmsi: ArrayLike,
    time_s: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    window_s: float,
    cell_m: float,
) -> tuple[Ints, pl.DataFrame]:
    """Find the windows of time in which a track kept to one point.

    Parameters
    ----------
    track, mmsi : array_like of int
        Track and MMSI of each fix, shape (n,), sorted by track and time.
    time_s : array_like
        Times since 1970, shape (n,) [s].
    lat, lon : array_like
        Positions, shape (n,) [deg].
    window_s : float
        Length of the windows, which are multiples of it since 1970 [s].
    cell_m : float
        Root mean square distance from the mean position within which a ship keeps to a point [m].

    Returns
    -------
    halt : numpy.ndarray of int
        Row of the halt of each fix, shape (n,); -1 where its track moved within the window.
    halts : polars.DataFrame
        ``mmsi, window, lat, lon``: one row per track and window, with the mean position [deg].

    Examples
    --------
    >>> t, lat, size = [0, 60, 3600, 3660], [30, 30, 30, 30.1], {"window_s": 3600, "cell_m": 20}
    >>> halt, halts = halts_at_points([1] * 4, [9] * 4, t, lat, [122] * 4, **size)
    >>> halt.tolist(), halts.rows()
    ([0, 0, -1, -1], [(9, 0, 30.0, 122.0)])
    """
    tracks, mmsis = np.asarray(track), np.asarray(mmsi, dtype=np.int64)
    lats, lons = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    window = np.floor(np.asarray(time_s, dtype=np.float64) / window_s).astype(np.int64)
    if not len(tracks):
        return np.empty(0, np.int64), _halts(mmsis, window, lats, lons)
    first = np.flatnonzero(np.append(True, (np.diff(tracks) != 0) | (np.diff(window) != 0)))
    n = np.diff(np.append(first, len(tracks)))
    group = np.repeat(np.arange(len(first)), n)
    east, north = local_offset_m(lats[first][group], lons[first][group], lats, lons)

    def mean(value: Floats) -> Floats:
        return np.asarray(np.bincount(group, weights=value) / n, dtype=np.float64)

    mean_east, mean_north = mean(east), mean(north)
    spread = mean((east - mean_east[group]) ** 2 + (north - mean_north[group]) ** 2)
    kept = spread <= cell_m**2
    lat_m, lon_m = metres_per_degree(lats[first])
    at = first[kept]
    row = np.where(kept, np.cumsum(kept) - 1, -1)[group]
    return row, _halts(
        mmsis[at],
        window[at],
        lats[at] + (mean_north / lat_m)[kept],
        lons[at] + (mean_east / np.maximum(lon_m, 1.0))[kept],
    )


def crowded_cells(halts: pl.DataFrame, *, max_ships: int, cell_m: float) -> pl.DataFrame:
    """Find the cells in which more ships halted within one window of time than have room.

    Parameters
    ----------
    halts : polars.DataFrame
        From `halts_at_points`, of all ships.
    max_ships : int
        Most ships that have room in a cell.
    cell_m : float
        Side of a cell [m].

    Returns
    -------
    polars.DataFrame
        ``window, grid, row, column, n_ships, lat, lon``, sorted; the last two the mean position [deg].

    Examples
    --------
    >>> halts = pl.DataFrame({"mmsi": [1, 2, 3], "window": 0, "lat": 30.0, "lon": [122.0, 122.0, 123.0]})
    >>> crowded_cells(halts, max_ships=1, cell_m=20.0)["n_ships"].to_list()  # once on either grid
    [2, 2]
    """
    return (
        _cells(halts, cell_m)
        .group_by(_CELL)
        .agg(pl.col("lat", "lon").mean(), n_ships=pl.col("mmsi").n_unique().cast(pl.Int64))
        .select(NO_CROWDS.columns)
        .filter(pl.col("n_ships") > max_ships)
        .sort(_CELL)
    )


def in_crowded_cells(halts: pl.DataFrame, crowds: pl.DataFrame, *, cell_m: float) -> Bools:
    """Which halts lie in a crowded cell, on either grid.

    Parameters
    ----------
    halts : polars.DataFrame
        From `halts_at_points`, n rows.
    crowds : polars.DataFrame
        From `crowded_cells`.
    cell_m : float
        Side of a cell [m], as for `crowded_cells`.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.
    """
    out = np.zeros(halts.height, dtype=bool)
    if not crowds.is_empty():
        out[_cells(halts, cell_m).join(crowds.select(_CELL), on=_CELL, how="semi")["halt"].to_numpy()] = True
    return out


def _halts(mmsi: Ints, window: Ints, lat: Floats, lon: Floats) -> pl.DataFrame:
    return pl.DataFrame({"mmsi": mmsi, "window": window, "lat": lat, "lon": lon})


def _cells(halts: pl.DataFrame, cell_m: float) -> pl.DataFrame:
    """The cell of each halt on each grid, and the row of the halt."""
    numbered = halts.with_row_index("halt")
    parts = []
    for grid in range(_GRIDS):
        row, column = cell_of(halts["lat"].to_numpy(), halts["lon"].to_numpy(), grid / _GRIDS, cell_m)
        on_grid = numbered.with_columns(grid=pl.lit(grid, pl.Int64))
        parts.append(on_grid.with_columns(row=pl.Series(row), column=pl.Series(column)))
    return pl.concat(parts)


def cell_of(lat: Floats, lon: Floats, shift: float, cell_m: float) -> tuple[Ints, Ints]:
    """Row and column of square cells, shifted by a share of their side in both directions.

    Columns are counted by the length of a degree at the latitude of the row, so each row has cells of one
    width.
    """
    lat_m = float(metres_per_degree(0.0)[0])
    row = np.floor(lat * lat_m / cell_m + shift)
    lon_m = metres_per_degree(np.clip(row * cell_m / lat_m, -90.0, 90.0))[1]
    column = np.floor(lon * lon_m / cell_m + shift)
    return row.astype(np.int64), column.astype(np.int64)
