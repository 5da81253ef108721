"""Outages: times and areas in which nearly everyone fell silent at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stsdetect.arrays import Ints
from stsdetect.geo.grid import cell_centre, cells_within, height_deg
from stsdetect.params import ReceptionParams
from stsdetect.schema import OUTAGES
from stsdetect.units import MS_PER_S, S_PER_H


def find_outages(
    slabs: Sequence[pl.DataFrame], places: pl.DataFrame, *, params: ReceptionParams
) -> pd.DataFrame:
    """Find where and when places that usually hear heard nearly nobody.

    Parameters
    ----------
    slabs : sequence of polars.DataFrame
        ``cell, time_bin, kind, n, heard``; no time bin in two of them.
    places : polars.DataFrame
        ``cell, kind, mean``.
    params : ReceptionParams

    Returns
    -------
    pandas.DataFrame
        OUTAGES: `feed` where it holds for the whole dump, `station` elsewhere.
    """
    good = places.filter(pl.col("mean") >= params.min_reception_for_outage).select("cell", "kind", "mean")
    cells = good["cell"].unique().sort().to_numpy()
    near = cells_within(cells, cells, params.cell_km, params.reach_km)
    parts = [
        _down(slab.join(good, on=["cell", "kind"], maintain_order="left"), near, params) for slab in slabs
    ]
    total = pl.concat([slab.group_by("time_bin").agg(pl.col("n", "heard").sum()) for slab in slabs])
    down = pl.concat([everywhere for everywhere, _ in parts])
    feed = total.filter(pl.col("time_bin").is_in(down.implode()) | _has_ended(params))
    local = (
        pl.concat([around for _, around in parts])
        .join(feed, on="time_bin", how="anti")
        .sort("cell", "time_bin")
    )
    in_feed = (
        _outermost(places["cell"], params.cell_km)
        .join(feed.select("time_bin", "n"), how="cross")
        .sort("cell", "time_bin")
    )
    found = [
        _runs(in_feed, _joined(in_feed, None, params), "feed", params),
        _runs(local, _joined(local, near, params), "station", params),
    ]
    return OUTAGES.to_pandas(pl.concat(found))


def _down(good: pl.DataFrame, near: pl.DataFrame, params: ReceptionParams) -> tuple[pl.Series, pl.DataFrame]:
    """Slices in which everyone was silent, and cells and time bins in which all around were."""
    good = good.group_by("cell", "time_bin").agg(
        pl.col("n", "heard").sum(), expected=(pl.col("n") * pl.col("mean")).sum()
    )
    everywhere = good.group_by("time_bin").agg(pl.col("n", "heard", "expected").sum())
    around = (
        good.rename({"cell": "near"})
        .join(near, on="near")
        .group_by("cell", "time_bin")
        .agg(pl.col("n", "heard", "expected").sum())
    )
    local = good.select("cell", "time_bin").join(around.filter(_is_down(params)), on=["cell", "time_bin"])
    return everywhere.filter(_is_down(params))["time_bin"], local


def _outermost(cells: pl.Series, cell_km: float) -> pl.DataFrame:
    """The cells that span all of the dump: a feed that is down is down everywhere."""
    cells = cells.unique().sort()
    lat, lon = cell_centre(cells.to_numpy(), cell_km)
    ends = np.unique([k for axis in (lat, lon) if len(axis) for k in (axis.argmin(), axis.argmax())])
    return pl.DataFrame({"cell": cells[ends.astype(np.int64)]})


def _is_down(params: ReceptionParams) -> pl.Expr:
    few = pl.col("heard") <= params.max_outage_share * pl.col("expected")
    return (pl.col("n") >= params.min_outage_ships) & few


def _has_ended(params: ReceptionParams) -> pl.Expr:
    """Where next to nobody is heard against the fullest time bin: a dump cut off, whatever is usual in it."""
    floor = params.max_outage_share * pl.col("heard").max()
    return (floor >= params.min_outage_ships) & (pl.col("heard") <= floor)


def _joined(down: pl.DataFrame, near: pl.DataFrame | None, params: ReceptionParams) -> Ints:
    """Number of the outage of each silent cell and time bin: neighbours in place, and in time."""
    if down.is_empty():
        return np.empty(0, dtype=np.int64)
    down = down.with_row_index("i")
    if near is None:
        time_bins = down.select("time_bin").unique().sort("time_bin")
        new = time_bins["time_bin"].diff().fill_null(0) > params.max_outage_break_bins + 1
        run = time_bins.with_columns(run=new.cum_sum())
        return down.join(run, on="time_bin", maintain_order="left")["run"].to_numpy().astype(np.int64)
    nodes = down.select("i", "cell", "time_bin")
    other = down.select("cell", "time_bin", j="i")
    edges = [nodes.join(near, on="cell").join(other.rename({"cell": "near"}), on=["near", "time_bin"])]
    edges += [
        nodes.with_columns(time_bin=pl.col("time_bin") + k).join(other, on=["cell", "time_bin"])
        for k in range(1, params.max_outage_break_bins + 2)
    ]
    pairs = pl.concat([e.select("i", "j") for e in edges])
    n = down.height
    graph = coo_array((np.ones(pairs.height), (pairs["i"].to_numpy(), pairs["j"].to_numpy())), shape=(n, n))
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels.astype(np.int64)


def _runs(down: pl.DataFrame, run: Ints, scope: str, params: ReceptionParams) -> pl.DataFrame:
    lat, lon = cell_centre(down["cell"].to_numpy(), params.cell_km)
    bin_ms = int(params.bin_s * MS_PER_S)
    half = height_deg(params.cell_km + 2 * params.reach_km) / 2  # a cell speaks for the ships within reach
    half_lon = half / np.cos(np.deg2rad(np.clip(lat, -89.0, 89.0)))
    at_once = down.with_columns(run=pl.Series(run)).group_by("run", "time_bin").agg(pl.col("n").max())
    ships = at_once.group_by("run").agg(n_ships=pl.col("n").max().cast(pl.Int64))
    runs = (
        down.select("time_bin")
        .with_columns(
            run=pl.Series(run, dtype=pl.Int64),
            south=pl.Series(lat - half),
            north=pl.Series(lat + half),
            west=pl.Series(lon - half_lon),
            east=pl.Series(lon + half_lon),
        )
        .group_by("run")
        .agg(
            first=pl.col("time_bin").min().cast(pl.Int64),
            last=pl.col("time_bin").max().cast(pl.Int64) + 1,
            lat_min=pl.col("south").min(),
            lat_max=pl.col("north").max(),
            lon_min=pl.col("west").min(),
            lon_max=pl.col("east").max(),
        )
        .join(ships.with_columns(pl.col("run").cast(pl.Int64)), on="run")
        .filter((pl.col("last") - pl.col("first")) * params.bin_s >= params.min_outage_h * S_PER_H)
        .sort("first", "lat_min", "lon_min")
    )
    start = (pl.col("first") * bin_ms).cast(pl.Datetime("ms", "UTC"))
    return runs.select(
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
