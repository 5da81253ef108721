"""How well ships could be heard, learnt from the dump: per cell, time slice, class and state.

A ship is *present* in a slice when it was heard in it, or before and after it; where it was not heard it is
taken to lie on the straight way between. The share of the present ships that were heard, corrected by what is
usual in the cell, tells how likely one more ship would have been heard there and then. Two sights of it are
kept: a region's (240 km) slices catch satellite passes, a cell's hours catch the failure of a shore station.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import ReceptionParams
from stsdetect.schema import OUTAGES, POINTS, RECEPTION
from stsdetect.units import KN_TO_MPS, MS_PER_S, S_PER_H

_KM_PER_DEG = 111.195  # mean sphere: cells need not be exact
_ROW = 1 << 20  # cell number = row of latitude * _ROW + column
_COUNT_SCHEMA = {"cell": pl.Int64, "slot": pl.Int32, "kind": pl.Int8, "n": pl.Int32, "heard": pl.Int32}
_CLASSES = ("A", "B", "U")


class Reception(NamedTuple):
    """What the dump tells about its own ears.

    Attributes
    ----------
    counts : polars.DataFrame
        Per cell, slice and kind of ship: present, heard, and `p`, the chance expected of place and region.
    hours, regions, places : polars.DataFrame
        Sums by cell and hour, by region, band and slice, and by cell and kind.
    outages : pandas.DataFrame
        OUTAGES.
    can_judge : bool
        Whether the ships of the dump can vouch for each other.
    why : str
        The reason, in words.
    params : ReceptionParams
        What it was learnt with.
    """

    counts: pl.DataFrame
    hours: pl.DataFrame
    regions: pl.DataFrame
    places: pl.DataFrame
    outages: pd.DataFrame
    can_judge: bool
    why: str
    params: ReceptionParams

    @property
    def reception(self) -> pd.DataFrame:
        """The counts as RECEPTION."""
        slot_ms = int(self.params.slot_s * MS_PER_S)
        return RECEPTION.to_pandas(
            self.counts.select(
                "cell",
                slot_start=(pl.col("slot").cast(pl.Int64) * slot_ms).cast(pl.Datetime("ms", "UTC")),
                ais_class=(pl.col("kind") // 2).replace_strict(
                    dict(enumerate(_CLASSES)), return_dtype=pl.String
                ),
                still=pl.col("kind") % 2 == 1,
                n_ships="n",
                expected_ship_slots=pl.col("n") * pl.col("p"),
                heard_ship_slots="heard",
            )
        )


def fit_reception(points: Any, segments: Any = None, *, params: ReceptionParams | None = None) -> Reception:
    """Learn from all ships of a dump where and when ships were heard.

    Parameters
    ----------
    points : POINTS frame
        All sound fixes.
    segments : SEGMENTS frame, optional
        Where given, fixes of quarantined segments and of what is no ship are left out.
    params : ReceptionParams

    Returns
    -------
    Reception
        For `find_gaps`.

    Raises
    ------
    SchemaError
        When `points` is not a POINTS table.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> fit_reception(POINTS.empty()).why
    'the dump holds no ship'
    """
    params = params or ReceptionParams()
    fixes = POINTS.validate(points)
    if segments is not None:
        sound = pl.DataFrame(segments).filter(~pl.col("quarantined") & (pl.col("kind") == "ship"))
        fixes = fixes.filter(pl.col("segment_id").is_in(sound["segment_id"].implode()))
    return reception_from_counts([count_reception(fixes, params=params)], params=params)


def count_reception(points: Any, *, params: ReceptionParams | None = None) -> pl.DataFrame:
    """Present and heard ships per cell, slice and kind; the counts of several buckets of vessels simply add.

    Parameters
    ----------
    points : POINTS frame
        All fixes of some ships.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        ``cell, slot, kind, n, heard``.
    """
    params = params or ReceptionParams()
    slots = ship_slots(points, params=params)
    return (
        slots.group_by("cell", "slot", "kind")
        .agg(n=pl.len().cast(pl.Int32), heard=(pl.col("n_fixes") > 0).sum().cast(pl.Int32))
        .select(*_COUNT_SCHEMA)
    )


def reception_from_counts(
    counts: Sequence[pl.DataFrame] | pl.DataFrame, *, params: ReceptionParams | None = None
) -> Reception:
    """Put the counts of all buckets together; in whatever order, the outcome is the same.

    Parameters
    ----------
    counts : list of polars.DataFrame, or one
        From `count_reception` with the same parameters.
    params : ReceptionParams

    Returns
    -------
    Reception
    """
    params = params or ReceptionParams()
    parts = [counts] if isinstance(counts, pl.DataFrame) else list(counts)
    merged = pl.concat([pl.DataFrame(schema=_COUNT_SCHEMA), *parts])
    merged = (
        merged.group_by("cell", "slot", "kind")
        .agg(pl.col("n", "heard").sum())
        .with_columns(region=region_of(pl.col("cell"), params))
        .sort("cell", "slot", "kind")
    )
    places = _places(merged, params)
    merged = merged.join(
        places.select("cell", "kind", "mean", "band"), on=["cell", "kind"], maintain_order="left"
    )
    regions = (
        merged.group_by("region", "band", "slot")
        .agg(
            pl.col("n", "heard").sum(),
            expected=(pl.col("n") * pl.col("mean")).sum(),
        )
        .sort("region", "band", "slot")
    )
    merged = merged.join(
        regions.select(
            "region", "band", "slot", shift=shift(pl.col("n"), pl.col("heard"), pl.col("expected"), params)
        ),
        on=["region", "band", "slot"],
        maintain_order="left",
    ).with_columns(p=sigmoid(logit(pl.col("mean")) + pl.col("shift")))
    an_hour = slots_an_hour(params)
    hours = (
        merged.group_by("cell", (pl.col("slot") // an_hour).alias("hour"))
        .agg(
            n=pl.col("n").sum() / an_hour,
            heard=pl.col("heard").sum() / an_hour,
            expected=(pl.col("n") * pl.col("p")).sum() / an_hour,
        )
        .sort("cell", "hour")
    )
    can_judge, why = _judge(merged, params)
    return Reception(
        merged.select("cell", "slot", "kind", "n", "heard", "p"),
        hours,
        regions,
        places,
        _outages(merged, params),
        can_judge,
        why,
        params,
    )


def ship_slots(points: Any, *, params: ReceptionParams | None = None) -> pl.DataFrame:
    """Every slice in which a ship was present, heard or not.

    Parameters
    ----------
    points : POINTS frame
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        ``ship`` (its number in this call), ``mmsi, vessel_id, slot, n_fixes, hole_slots`` (silent slices in a
        row that this one belongs to), ``lat, lon, cell, kind``, by ship and slice.
    """
    params = params or ReceptionParams()
    slot_ms = int(params.slot_s * MS_PER_S)
    fixes = POINTS.validate(points)
    heard = (
        fixes.lazy()
        .sort("mmsi", "vessel_id", "timestamp", "lat", "lon")
        .with_columns(slot=(pl.col("timestamp").dt.epoch("ms") // slot_ms).cast(pl.Int32))
        .group_by("mmsi", "vessel_id", "slot", maintain_order=True)
        .agg(
            pl.col("lat", "lon").first(),
            n_fixes=pl.len().cast(pl.Int32),
            class_=pl.when(pl.col("ais_class").first().is_in(_CLASSES[:2]))
            .then(pl.col("ais_class").first())
            .otherwise(pl.lit("U")),
            t_ms=pl.col("timestamp").first().dt.epoch("ms"),
        )
        .with_columns(ship=pl.struct("mmsi", "vessel_id").rle_id())
        .collect()
    )
    ship, slot, t_ms = (heard[c].to_numpy() for c in ("ship", "slot", "t_ms"))
    lat, lon = heard["lat"].to_numpy(), heard["lon"].to_numpy()
    if not len(ship):
        return _slot_table(heard, *(np.empty(0, np.int64),) * 3, lat, lon, np.empty(0, bool), params)
    goes_on = np.append(ship[1:] == ship[:-1], False)
    after = np.where(goes_on, np.arange(1, len(ship) + 1), np.arange(len(ship)))
    after = np.minimum(after, len(ship) - 1)
    hours = (t_ms[after] - t_ms) / MS_PER_S / S_PER_H
    with np.errstate(invalid="ignore", divide="ignore"):
        sog_kn = distance_m(lat, lon, lat[after], lon[after]) / (hours * S_PER_H) / KN_TO_MPS
    # The last slice of a ship has no step after it: it is as the one before.
    before = np.maximum(np.arange(len(ship)) - 1, 0)
    same = np.append(False, ship[1:] == ship[:-1])
    sog_kn = np.where(goes_on, sog_kn, np.where(same, sog_kn[before], np.nan))
    still = np.nan_to_num(sog_kn, nan=0.0) < params.max_still_kn
    steps = np.where(goes_on & (hours <= params.max_presence_h), slot[after] - slot, 1)
    row = np.repeat(np.arange(len(ship)), steps)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = nth / steps[row]
    out_lat = lat[row] + share * (lat[after] - lat)[row]
    out_lon = wrap180(lon[row] + share * wrap180(lon[after] - lon)[row])
    return _slot_table(heard, row, nth, steps, out_lat, out_lon, still, params)


def _slot_table(
    heard: pl.DataFrame,
    row: NDArray[np.int64],
    nth: NDArray[np.int64],
    steps: NDArray[np.int64],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    still: NDArray[np.bool_],
    params: ReceptionParams,
) -> pl.DataFrame:
    class_number = heard["class_"].replace_strict(
        {c: i for i, c in enumerate(_CLASSES)}, return_dtype=pl.Int8
    )
    kind = (2 * class_number.to_numpy() + still).astype(np.int8)
    return (
        heard[row]
        .select("ship", "mmsi", "vessel_id", "slot", "n_fixes")
        .with_columns(
            slot=pl.col("slot") + pl.Series(nth.astype(np.int32)),
            n_fixes=pl.when(pl.Series(nth == 0)).then("n_fixes").otherwise(0),
            hole_slots=pl.Series(np.where(nth == 0, 0, steps[row] - 1).astype(np.int32)),
            lat=pl.Series(lat),
            lon=pl.Series(lon),
            cell=pl.Series(cell_of(lat, lon, params.cell_km)),
            kind=pl.Series(kind[row]),
        )
    )


def cell_of(lat: Any, lon: Any, cell_km: float) -> NDArray[np.int64]:
    """Number of the cell that holds a position: rows of equal latitude, columns of about equal width.

    Examples
    --------
    >>> cell_of([30.0], [180.0], 15.0) == cell_of([30.0], [-180.0], 15.0)
    array([ True])
    """
    lat = np.asarray(lat, dtype=np.float64)
    height = cell_km / _KM_PER_DEG
    row = np.floor((np.clip(lat, -90.0, 90.0) + 90.0) / height).astype(np.int64)
    columns = _columns(row, height)
    column = np.floor((wrap180(np.asarray(lon, dtype=np.float64)) + 180.0) / 360.0 * columns).astype(np.int64)
    return np.asarray(row * _ROW + column % columns, dtype=np.int64)


def cell_centre(cell: NDArray[np.int64], cell_km: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitude and longitude of the middle of cells [deg]."""
    height = cell_km / _KM_PER_DEG
    row = cell // _ROW
    lon = (cell % _ROW + 0.5) * 360.0 / _columns(row, height) - 180.0
    return np.asarray((row + 0.5) * height - 90.0, dtype=np.float64), np.asarray(lon, dtype=np.float64)


def cells_around(cell: NDArray[np.int64], cell_km: float) -> pl.DataFrame:
    """Each cell with itself and those around it: ``cell, near, itself``."""
    lat, lon = cell_centre(cell, cell_km)
    height = cell_km / _KM_PER_DEG
    width = 360.0 / _columns(cell // _ROW, height)
    parts = [
        pl.DataFrame({"cell": cell, "near": cell_of(lat + i * height, lon + j * width, cell_km)})
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    return pl.concat(parts).unique(maintain_order=True).with_columns(itself=pl.col("cell") == pl.col("near"))


def _columns(row: NDArray[np.int64], height: float) -> NDArray[np.int64]:
    cos = np.cos(np.deg2rad(np.clip((row + 0.5) * height - 90.0, -89.9, 89.9)))
    return np.asarray(np.maximum(np.floor(360.0 / height * cos), 1.0), dtype=np.int64)


def region_of(cell: pl.Expr, params: ReceptionParams) -> pl.Expr:
    """Number of the region that a cell lies in."""

    def of(cells: pl.Series) -> pl.Series:
        lat, lon = cell_centre(cells.to_numpy(), params.cell_km)
        return pl.Series(cell_of(lat, lon, params.cell_km * params.region_cells))

    return cell.map_batches(of, return_dtype=pl.Int64)


def _places(merged: pl.DataFrame, params: ReceptionParams) -> pl.DataFrame:
    """The usual share heard per cell and kind, drawn to the region's and that to the whole dump's."""
    by_kind = merged.group_by("kind").agg(kind_n=pl.col("n").sum(), kind_heard=pl.col("heard").sum())
    by_region = merged.group_by("region", "kind").agg(
        region_n=pl.col("n").sum(), region_heard=pl.col("heard").sum()
    )
    return (
        merged.group_by("cell", "region", "kind")
        .agg(pl.col("n", "heard").sum())
        .join(by_region, on=["region", "kind"])
        .join(by_kind, on="kind")
        .with_columns(mean=place_mean(params))
        .with_columns(band=band(pl.col("mean")))
        .sort("cell", "kind")
    )


def place_mean(params: ReceptionParams) -> pl.Expr:
    """Share heard in a cell from the sums of the cell, its region and the dump."""
    prior = params.place_prior_slots
    of_all = (pl.col("kind_heard") + 1.0) / (pl.col("kind_n") + 2.0)
    of_region = (pl.col("region_heard") + prior * of_all) / (pl.col("region_n") + prior)
    return ((pl.col("heard") + prior * of_region) / (pl.col("n") + prior)).clip(params.min_p, params.max_p)


def band(mean: pl.Expr) -> pl.Expr:
    """Third of the scale of `mean`: what a shore station hears tells nothing about a satellite's pass."""
    return (mean * 3).floor().clip(0, 2).cast(pl.Int8)


def shift(n: pl.Expr, heard: pl.Expr, expected: pl.Expr, params: ReceptionParams) -> pl.Expr:
    """By how much the log-odds of being heard differ from the expected, drawn to none where ships are few."""
    usual = (expected / n).clip(params.min_p, params.max_p)
    prior = params.slot_prior_ships
    found = ((heard + prior * usual) / (n + prior)).clip(params.min_p, params.max_p)
    return pl.when(n > 0).then(logit(found) - logit(usual)).otherwise(0.0)


def logit(p: pl.Expr) -> pl.Expr:
    """Log-odds."""
    return (p / (1.0 - p)).log()


def sigmoid(x: pl.Expr) -> pl.Expr:
    """Probability of log-odds."""
    return 1.0 / (1.0 + (-x).exp())


def slots_an_hour(params: ReceptionParams) -> int:
    """Slices in an hour, at least one."""
    return max(1, round(S_PER_H / params.slot_s))


def _judge(merged: pl.DataFrame, params: ReceptionParams) -> tuple[bool, str]:
    if merged.is_empty():
        return False, "the dump holds no ship"
    at_once = merged["n"].sum() / merged["slot"].n_unique()
    if at_once < params.min_ships_at_once:
        return False, f"only {at_once:.1f} ships at a time: nobody can vouch for another"
    return True, f"{at_once:.0f} ships at a time vouch for each other"


def _outages(merged: pl.DataFrame, params: ReceptionParams) -> pd.DataFrame:
    """Runs of slices in which nearly nobody was heard: in a block of 3 by 3 cells, or in all the dump."""
    block_km = 3 * params.cell_km
    good = merged.filter(pl.col("mean") >= params.min_reception_for_outage)
    if good.is_empty():
        return OUTAGES.empty()
    lat, lon = cell_centre(good["cell"].to_numpy(), params.cell_km)
    good = good.with_columns(
        block=pl.Series(cell_of(lat, lon, block_km)), lat=pl.Series(lat), lon=pl.Series(lon)
    )
    found = []
    for scope, key in (("station", pl.col("block")), ("feed", pl.lit(0, pl.Int64))):
        found.append(_silent_runs(good.with_columns(block=key), params).with_columns(scope=pl.lit(scope)))
    slot_ms = int(params.slot_s * MS_PER_S)
    half = params.cell_km / _KM_PER_DEG / 2
    runs = pl.concat(found).with_columns(
        start_time=(pl.col("first").cast(pl.Int64) * slot_ms).cast(pl.Datetime("ms", "UTC")),
        end_time=((pl.col("last").cast(pl.Int64) + 1) * slot_ms).cast(pl.Datetime("ms", "UTC")),
        lat_min=pl.col("lat_min") - half,
        lat_max=pl.col("lat_max") + half,
        lon_min=pl.col("lon_min") - half,
        lon_max=pl.col("lon_max") + half,
    )
    return OUTAGES.to_pandas(
        runs.with_columns(
            outage_id=pl.format("{}-{}-{}", "scope", pl.col("start_time").dt.strftime("%Y%m%dT%H%M"), "block")
        )
    )


def _silent_runs(good: pl.DataFrame, params: ReceptionParams) -> pl.DataFrame:
    return (
        good.group_by("block", "slot")
        .agg(
            pl.col("n", "heard").sum(),
            expected=(pl.col("n") * pl.col("mean")).sum(),
            lat_min=pl.col("lat").min(),
            lat_max=pl.col("lat").max(),
            lon_min=pl.col("lon").min(),
            lon_max=pl.col("lon").max(),
        )
        .sort("block", "slot")
        .with_columns(
            down=(pl.col("n") >= params.min_outage_ships)
            & (pl.col("heard") <= params.max_outage_share * pl.col("expected"))
        )
        .with_columns(run=pl.struct("block", "down").rle_id())
        .filter("down")
        .group_by("block", "run", maintain_order=True)
        .agg(
            first=pl.col("slot").min(),
            last=pl.col("slot").max(),
            n_ships=pl.col("n").max(),
            lat_min=pl.col("lat_min").min(),
            lat_max=pl.col("lat_max").max(),
            lon_min=pl.col("lon_min").min(),
            lon_max=pl.col("lon_max").max(),
        )
        .filter((pl.col("last") - pl.col("first") + 1) * params.slot_s >= params.min_outage_h * S_PER_H)
    )
