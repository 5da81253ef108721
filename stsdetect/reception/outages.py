"""Outages: times and areas in which traffic that is otherwise well received was not.

In cells with a high baseline, the vessels received are compared with the number expected. Where almost none
of several present vessels are received, the cell (with those within reach) is down in that time bin; cells
that are down and adjacent in space or time make one outage (connected components). If all such cells of the
dump are down at once, the feed itself is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stsdetect.arrays import Ints, row_sum
from stsdetect.geo.grid import cell_centre, cells_within, height_deg
from stsdetect.params import ReceptionParams
from stsdetect.schema import OUTAGES
from stsdetect.units import MS_PER_S, S_PER_H


def find_outages(
    slabs: Sequence[pl.DataFrame], baselines: pl.DataFrame, *, params: ReceptionParams
) -> pl.DataFrame:
    """Find times and areas in which traffic that is otherwise well received was not.

    Parameters
    ----------
    slabs : sequence of polars.DataFrame
        ``cell, time_bin, kind, n, received``; no time bin in two of them.
    baselines : polars.DataFrame
        ``cell, kind, baseline``.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        OUTAGES: scope `feed` where the whole dump is affected, `station` elsewhere.
    """
    well_received = baselines.filter(pl.col("baseline") >= params.min_reception_for_outage)
    well_received = well_received.select("cell", "kind", "baseline")
    cells = well_received["cell"].unique().sort().to_numpy()
    near = cells_within(cells, cells, params.cell_km, params.reach_km)
    parts = [
        _down_in_slab(slab.join(well_received, on=["cell", "kind"], maintain_order="left"), near, params)
        for slab in slabs
    ]
    total = pl.concat(
        [slab.group_by("time_bin", maintain_order=True).agg(pl.col("n", "received").sum()) for slab in slabs]
    )
    down = pl.concat([everywhere for everywhere, _ in parts])
    feed = total.filter(pl.col("time_bin").is_in(down.implode()) | _is_cut_off(params))
    of_stations = (
        pl.concat([local for _, local in parts])
        .join(feed, on="time_bin", how="anti")
        .sort("cell", "time_bin", maintain_order=True)
    )
    of_feed = (
        _extreme_cells(baselines["cell"], params.cell_km)
        .join(feed.select("time_bin", "n"), how="cross")
        .sort("cell", "time_bin", maintain_order=True)
    )
    found = [
        _outages(of_feed, _runs_of_bins(of_feed, params), "feed", params),
        _outages(of_stations, _components(of_stations, near, params), "station", params),
    ]
    return OUTAGES.validate(pl.concat(found)).sort(OUTAGES.sort_by, nulls_last=True, maintain_order=True)


def _down_in_slab(
    counts: pl.DataFrame, near: pl.DataFrame, params: ReceptionParams
) -> tuple[pl.Series, pl.DataFrame]:
    """Time bins in which all well received cells are down, and cells and time bins that are down locally."""
    counts = counts.group_by("cell", "time_bin", maintain_order=True).agg(
        pl.col("n", "received").sum(), expected=row_sum(pl.col("n") * pl.col("baseline"))
    )
    everywhere = counts.group_by("time_bin", maintain_order=True).agg(
        pl.col("n", "received").sum(), row_sum(pl.col("expected"))
    )
    around = (
        counts.rename({"cell": "near"})
        .join(near, on="near", maintain_order="left")
        .group_by("cell", "time_bin", maintain_order=True)
        .agg(pl.col("n", "received").sum(), row_sum(pl.col("expected")))
    )
    local = counts.select("cell", "time_bin").join(
        around.filter(_is_down(params)), on=["cell", "time_bin"], maintain_order="left"
    )
    return everywhere.filter(_is_down(params))["time_bin"], local


def _extreme_cells(cells: pl.Series, cell_km: float) -> pl.DataFrame:
    """The southern-, northern-, western- and easternmost cell: together they span the dump."""
    cells = cells.unique().sort()
    lat, lon = cell_centre(cells.to_numpy(), cell_km)
    ends = np.unique([k for axis in (lat, lon) if len(axis) for k in (axis.argmin(), axis.argmax())])
    return pl.DataFrame({"cell": cells[ends.astype(np.int64)]})


def _is_down(params: ReceptionParams) -> pl.Expr:
    few = pl.col("received") <= params.max_outage_share * pl.col("expected")
    return (pl.col("n") >= params.min_outage_ships) & few


def _is_cut_off(params: ReceptionParams) -> pl.Expr:
    """Time bins with almost no vessel compared with the fullest one: a truncated dump, at any baseline."""
    floor = params.max_outage_share * pl.col("received").max()
    return (floor >= params.min_outage_ships) & (pl.col("received") <= floor)


def _runs_of_bins(down: pl.DataFrame, params: ReceptionParams) -> Ints:
    """Index of the outage of each row of ``time_bin``: bins with short breaks between them form one."""
    time_bins = down.select("time_bin").unique().sort("time_bin", maintain_order=True)
    new = time_bins["time_bin"].diff().fill_null(0) > params.max_outage_break_bins + 1
    run = time_bins.with_columns(run=new.cum_sum())
    return down.join(run, on="time_bin", maintain_order="left")["run"].to_numpy().astype(np.int64)


def _components(down: pl.DataFrame, near: pl.DataFrame, params: ReceptionParams) -> Ints:
    """Index of the outage of each row of ``cell, time_bin``: connected in space, or in time in one cell."""
    if down.is_empty():
        return np.empty(0, dtype=np.int64)
    nodes = down.with_row_index("i").select("i", "cell", "time_bin")
    other = nodes.rename({"i": "j"})
    edges = [
        nodes.join(near, on="cell", maintain_order="left").join(
            other.rename({"cell": "near"}), on=["near", "time_bin"], maintain_order="left"
        )
    ]
    edges += [
        nodes.with_columns(time_bin=pl.col("time_bin") + k).join(
            other, on=["cell", "time_bin"], maintain_order="left"
        )
        for k in range(1, params.max_outage_break_bins + 2)
    ]
    pairs = pl.concat([e.select("i", "j") for e in edges])
    n = down.height
    graph = coo_array((np.ones(pairs.height), (pairs["i"].to_numpy(), pairs["j"].to_numpy())), shape=(n, n))
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels.astype(np.int64)


def _outages(down: pl.DataFrame, index: Ints, scope: str, params: ReceptionParams) -> pl.DataFrame:
    """Time and bounding box of each outage; those shorter than `min_outage_h` are left out."""
    lat, lon = cell_centre(down["cell"].to_numpy(), params.cell_km)
    bin_ms = int(params.bin_s * MS_PER_S)
    half = height_deg(params.cell_km + 2 * params.reach_km) / 2  # a cell was judged by vessels within reach
    half_lon = half / np.cos(np.deg2rad(np.clip(lat, -89.0, 89.0)))
    per_bin = (
        down.with_columns(outage=pl.Series(index))
        .group_by("outage", "time_bin", maintain_order=True)
        .agg(pl.col("n").max())
    )
    ships = per_bin.group_by("outage", maintain_order=True).agg(n_ships=pl.col("n").max().cast(pl.Int64))
    outages = (
        down.select("time_bin")
        .with_columns(
            outage=pl.Series(index, dtype=pl.Int64),
            south=pl.Series(lat - half),
            north=pl.Series(lat + half),
            west=pl.Series(lon - half_lon),
            east=pl.Series(lon + half_lon),
        )
        .group_by("outage", maintain_order=True)
        .agg(
            first=pl.col("time_bin").min().cast(pl.Int64),
            last=pl.col("time_bin").max().cast(pl.Int64) + 1,
            lat_min=pl.col("south").min(),
            lat_max=pl.col("north").max(),
            lon_min=pl.col("west").min(),
            lon_max=pl.col("east").max(),
        )
        .join(ships.with_columns(pl.col("outage").cast(pl.Int64)), on="outage", maintain_order="left")
        .filter((pl.col("last") - pl.col("first")) * params.bin_s >= params.min_outage_h * S_PER_H)
        .sort("first", "lat_min", "lon_min", maintain_order=True)
    )
    start = (pl.col("first") * bin_ms).cast(pl.Datetime("ms", "UTC"))
    return outages.select(
        outage_id=pl.format(
            "{}-{}-{}", pl.lit(scope), start.dt.strftime("%Y%m%dT%H%M"), pl.int_range(pl.len()) + 1
        ),
        scope=pl.lit(scope),
        start_time=start,
        end_time=(pl.col("last") * bin_ms).cast(pl.Datetime("ms", "UTC")),
        lat_min="lat_min",
        lat_max="lat_max",
        lon_min="lon_min",
        lon_max="lon_max",
        n_ships="n_ships",
    )
