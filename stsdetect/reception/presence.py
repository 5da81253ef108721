"""The time bins of time in which a ship was there, heard or not.

How many ships were present, and how many of them heard: counts of parts of a dump that simply add.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.grid import cell_of
from stsdetect.params import ReceptionParams
from stsdetect.schema import POINTS, Frame
from stsdetect.units import KN_TO_MPS, MS_PER_S, S_PER_H

CLASSES = ("A", "B", "U")
"""Classes by number; a ship's kind is twice that number, and one more while it lies still."""


def presence_bins(points: Frame, *, params: ReceptionParams) -> pl.DataFrame:
    """Every time bin in which a ship was present, heard or not.

    Parameters
    ----------
    points : POINTS frame
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        ``ship`` (its number in this call), ``mmsi, vessel_id, time_bin, n_fixes, bins_since_received`` (since the
        last time bin in which it was heard), ``lat, lon, cell, kind``, by ship and time bin.
    """
    bin_ms = int(params.bin_s * MS_PER_S)
    fixes = POINTS.validate(points)
    heard = (
        fixes.lazy()
        .sort("mmsi", "vessel_id", "timestamp", "lat", "lon")
        .with_columns(time_bin=(pl.col("timestamp").dt.epoch("ms") // bin_ms).cast(pl.Int32))
        .group_by("mmsi", "vessel_id", "time_bin", maintain_order=True)
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
    ship, time_bin, t_ms = (heard[c].to_numpy() for c in ("ship", "time_bin", "t_ms"))
    lat, lon = heard["lat"].to_numpy(), heard["lon"].to_numpy()
    if not len(ship):
        return _bin_table(heard, *(np.empty(0, np.int64),) * 2, lat, lon, np.empty(0, bool), params)
    goes_on = np.append(ship[1:] == ship[:-1], False)
    after = np.where(goes_on, np.arange(1, len(ship) + 1), np.arange(len(ship)))
    after = np.minimum(after, len(ship) - 1)
    hours = (t_ms[after] - t_ms) / MS_PER_S / S_PER_H
    with np.errstate(invalid="ignore", divide="ignore"):
        sog_kn = distance_m(lat, lon, lat[after], lon[after]) / (hours * S_PER_H) / KN_TO_MPS
    # The last time bin of a ship has no step after it: it is as the one before.
    before = np.maximum(np.arange(len(ship)) - 1, 0)
    same = np.append(False, ship[1:] == ship[:-1])
    sog_kn = np.where(goes_on, sog_kn, np.where(same, sog_kn[before], np.nan))
    still = np.nan_to_num(sog_kn, nan=0.0) < params.max_rest_sog_kn
    steps = np.where(goes_on & (hours <= params.max_presence_h), time_bin[after] - time_bin, 1)
    # A ship at rest is counted for the first hours of a silence only; its places need no interpolation.
    most = int(params.max_rest_gap_h * S_PER_H / params.bin_s) + 1
    kept = np.where(still, np.minimum(steps, most), steps)
    row = np.repeat(np.arange(len(ship)), kept)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(kept) - kept, kept)
    share = nth / steps[row]
    out_lat = lat[row] + share * (lat[after] - lat)[row]
    out_lon = wrap180(lon[row] + share * wrap180(lon[after] - lon)[row])
    return _bin_table(heard, row, nth, out_lat, out_lon, still, params)


def _bin_table(
    heard: pl.DataFrame,
    row: Ints,
    nth: Ints,
    lat: Floats,
    lon: Floats,
    still: Bools,
    params: ReceptionParams,
) -> pl.DataFrame:
    class_number = heard["class_"].replace_strict({c: i for i, c in enumerate(CLASSES)}, return_dtype=pl.Int8)
    kind = (2 * class_number.to_numpy() + still).astype(np.int8)
    return (
        heard[row]
        .select("ship", "mmsi", "vessel_id", "time_bin", "n_fixes")
        .with_columns(
            time_bin=pl.col("time_bin") + pl.Series(nth.astype(np.int32)),
            n_fixes=pl.when(pl.Series(nth == 0)).then("n_fixes").otherwise(0),
            bins_since_received=pl.Series(nth.astype(np.int32)),
            lat=pl.Series(lat),
            lon=pl.Series(lon),
            cell=pl.Series(cell_of(lat, lon, params.cell_km)),
            kind=pl.Series(kind[row]),
        )
    )


COUNTS = {"cell": pl.Int64, "time_bin": pl.Int32, "kind": pl.Int8, "n": pl.Int32, "heard": pl.Int32}

_WINDOWS_PER_SLAB = 48  # memory only
# Cell, time bin and kind as one number, for grouping by three columns takes three times as long.
_KINDS, _BINS = 1 << 3, 1 << 27


def count_reception(points: Frame, *, params: ReceptionParams | None = None) -> pl.DataFrame:
    """Present and heard ships per cell, time bin and kind; the counts of several buckets of vessels simply add.

    Parameters
    ----------
    points : POINTS frame
        All fixes of some ships.
    params : ReceptionParams, optional

    Returns
    -------
    polars.DataFrame
        ``cell, time_bin, kind, n, heard``, by time bin, so that a file of it can be read a stretch at a time.
    """
    time_bins = presence_bins(points, params=params or ReceptionParams())
    one = pl.lit(1, pl.Int32)
    ships = time_bins.select("cell", "time_bin", "kind", n=one, heard=(pl.col("n_fixes") > 0).cast(pl.Int32))
    return _summed(ships).sort("time_bin", maintain_order=True)


def slabs_of_counts(
    counts: Sequence[pl.DataFrame | pl.LazyFrame], *, params: ReceptionParams
) -> list[pl.DataFrame]:
    """Put counts together, a stretch of time after the other: all at once would take many times the memory.

    Parameters
    ----------
    counts : sequence of polars frames
        From `count_reception`; lazy ones are read a stretch at a time.
    params : ReceptionParams

    Returns
    -------
    list of polars.DataFrame
        ``cell, time_bin, kind, n, heard``, one row a combination, in that order; each frame holds whole windows;
        one without rows where there are no counts.
    """
    every = pl.concat([pl.LazyFrame(schema=COUNTS), *(part.lazy() for part in counts)])
    slab_bins = _WINDOWS_PER_SLAB * params.window_bins
    slab = pl.col("time_bin") // slab_bins
    found = every.select(slab.unique()).collect()["time_bin"].sort()
    slabs = [
        _summed(every.filter(pl.col("time_bin").is_between(k * slab_bins, (k + 1) * slab_bins - 1)).collect())
        for k in found
    ]
    return slabs or [pl.DataFrame(schema=COUNTS)]


def _summed(counts: pl.DataFrame) -> pl.DataFrame:
    key = (pl.col("cell") * _BINS + pl.col("time_bin") + _BINS // 2) * _KINDS + pl.col("kind")
    sums = counts.select("n", "heard", key=key).group_by("key").agg(pl.col("n", "heard").sum()).sort("key")
    place, time_bin = pl.col("key") // _KINDS // _BINS, pl.col("key") // _KINDS % _BINS - _BINS // 2
    return sums.select(
        cell=place,
        time_bin=time_bin.cast(pl.Int32),
        kind=(pl.col("key") % _KINDS).cast(pl.Int8),
        n="n",
        heard="heard",
    )
