"""The chance that a ship is heard: what is usual at its place, moved by how its region fared in the slice."""

from __future__ import annotations

import polars as pl

from stsdetect.context.cells import Floats, larger_cell
from stsdetect.context.shifts import names, shift_weights, shifted
from stsdetect.params import ReceptionParams


def region_of(cell: pl.Series, params: ReceptionParams) -> pl.Series:
    """Number of the region that each cell lies in."""
    return pl.Series("region", larger_cell(cell.to_numpy(), params.cell_km, params.region_km), dtype=pl.Int64)


def band(mean: pl.Expr) -> pl.Expr:
    """Third of the scale of `mean`: what a shore station hears tells nothing about a satellite's pass."""
    return (mean * 3).floor().clip(0, 2).cast(pl.Int8).alias("band")


def placed(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Add ``mean, region, band`` of each row's ``cell, kind``; null where nobody ever was."""
    of_place = places.select("cell", "kind", "mean", "region", "band")
    return rows.join(of_place, on=["cell", "kind"], how="left", maintain_order="left")


def with_weights(regions: pl.DataFrame, region_shares: Floats, params: ReceptionParams) -> pl.DataFrame:
    """Probability ``w_0 ...`` of each shift by ``region, band, slot``."""
    weights = shift_weights(regions, region_shares[regions["band"].to_numpy()])
    return regions.select("region", "band", "slot").hstack(pl.DataFrame(weights, schema=names("w", params)))


def chance(
    rows: pl.DataFrame, places: pl.DataFrame, weights: pl.DataFrame, params: ReceptionParams
) -> pl.Series:
    """Chance ``p`` by ``cell, slot, kind``, from `with_weights`; null where nobody ever was."""
    at = placed(rows.select("cell", "slot", "kind"), places)
    at = at.join(weights, on=["region", "band", "slot"], how="left", maintain_order="left")
    p = pl.sum_horizontal(
        pl.col(w) * shifted(pl.col("mean"), s) for w, s in zip(names("w", params), params.shifts, strict=True)
    )
    known = pl.col(names("w", params)[0]).is_not_null()
    return at.select(p=pl.when(known).then(p.clip(params.min_p, params.max_p)))["p"]
