"""The slices of time in which a ship was there, heard or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.context.cells import Floats, Ints, cell_of
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import ReceptionParams
from stsdetect.schema import POINTS
from stsdetect.units import KN_TO_MPS, MS_PER_S, S_PER_H

CLASSES = ("A", "B", "U")
"""Classes by number; a ship's kind is twice that number, and one more while it lies still."""


def ship_slots(points: Any, *, params: ReceptionParams) -> pl.DataFrame:
    """Every slice in which a ship was present, heard or not.

    Parameters
    ----------
    points : POINTS frame
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        ``ship`` (its number in this call), ``mmsi, vessel_id, slot, n_fixes, nth_silent`` (since the
        last slice in which it was heard), ``lat, lon, cell, kind``, by ship and slice.
    """
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
            class_=pl.when(pl.col("ais_class").first().is_in(CLASSES[:2]))
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
        return _slot_table(heard, *(np.empty(0, np.int64),) * 2, lat, lon, np.empty(0, bool), params)
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
    # A ship at rest is counted for the first hours of a silence only; its places need no interpolation.
    most = int(params.max_still_silence_h * S_PER_H / params.slot_s) + 1
    kept = np.where(still, np.minimum(steps, most), steps)
    row = np.repeat(np.arange(len(ship)), kept)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(kept) - kept, kept)
    share = nth / steps[row]
    out_lat = lat[row] + share * (lat[after] - lat)[row]
    out_lon = wrap180(lon[row] + share * wrap180(lon[after] - lon)[row])
    return _slot_table(heard, row, nth, out_lat, out_lon, still, params)


def _slot_table(
    heard: pl.DataFrame,
    row: Ints,
    nth: Ints,
    lat: Floats,
    lon: Floats,
    still: NDArray[np.bool_],
    params: ReceptionParams,
) -> pl.DataFrame:
    class_number = heard["class_"].replace_strict({c: i for i, c in enumerate(CLASSES)}, return_dtype=pl.Int8)
    kind = (2 * class_number.to_numpy() + still).astype(np.int8)
    return (
        heard[row]
        .select("ship", "mmsi", "vessel_id", "slot", "n_fixes")
        .with_columns(
            slot=pl.col("slot") + pl.Series(nth.astype(np.int32)),
            n_fixes=pl.when(pl.Series(nth == 0)).then("n_fixes").otherwise(0),
            nth_silent=pl.Series(nth.astype(np.int32)),
            lat=pl.Series(lat),
            lon=pl.Series(lon),
            cell=pl.Series(cell_of(lat, lon, params.cell_km)),
            kind=pl.Series(kind[row]),
        )
    )
