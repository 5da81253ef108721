"""Time bins in which a vessel was present, whether it was received or not, and counts of both.

A vessel is *present* in a time bin if it was received in it, or both before and after it. Where it was not
received, its position is interpolated along the straight route between its fixes. Counts of present and
received vessels are sums, so the counts of several parts of a dump add up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints, ragged_index
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.grid import cell_of
from stsdetect.params import ReceptionParams
from stsdetect.units import KN_TO_MPS, MS_PER_S, S_PER_H

CLASSES = ("A", "B", "U")
"""AIS classes by index, U for unknown. The `kind` of a vessel is twice that, plus one while it is at rest."""

COUNTS = {"cell": pl.Int64, "time_bin": pl.Int32, "kind": pl.Int8, "n": pl.Int32, "received": pl.Int32}
"""Columns of counts: vessels present (`n`) and received per cell, time bin and kind."""

_WINDOWS_PER_SLAB = 48  # memory only
# Cell, time bin and kind packed into one integer: grouping by three columns takes three times as long.
_KINDS, _BINS = 1 << 3, 1 << 27


def presence_bins(points: pl.DataFrame, *, params: ReceptionParams) -> pl.DataFrame:
    """Find every time bin in which each vessel was present.

    Parameters
    ----------
    points : polars.DataFrame
        Validated POINTS.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        ``ship`` (index of the vessel in this call), ``mmsi, vessel_id, time_bin, n_fixes,
        bins_since_received`` (0 where the vessel was received), ``lat, lon`` [deg], ``cell, kind``; sorted by
        ship and time bin.
    """
    received = _received_bins(points, params)
    ship, time_bin, t_ms = (received[c].to_numpy() for c in ("ship", "time_bin", "t_ms"))
    lat, lon = received["lat"].to_numpy(), received["lon"].to_numpy()
    if not len(ship):
        return _bin_table(received, *(np.empty(0, np.int64),) * 2, lat, lon, np.empty(0, bool), params)
    has_next = np.append(ship[1:] == ship[:-1], False)
    has_previous = np.append(False, ship[1:] == ship[:-1])
    following = np.where(has_next, np.arange(1, len(ship) + 1), np.arange(len(ship)))
    following = np.minimum(following, len(ship) - 1)
    preceding = np.maximum(np.arange(len(ship)) - 1, 0)
    hours = (t_ms[following] - t_ms) / MS_PER_S / S_PER_H
    with np.errstate(invalid="ignore", divide="ignore"):
        sog_kn = distance_m(lat, lon, lat[following], lon[following]) / (hours * S_PER_H) / KN_TO_MPS
    # The last time bin of a vessel has no following fix: it takes the speed of the bin before.
    sog_kn = np.where(has_next, sog_kn, np.where(has_previous, sog_kn[preceding], np.nan))
    at_rest = np.nan_to_num(sog_kn, nan=0.0) < params.max_rest_sog_kn
    n_bins = np.where(has_next & (hours <= params.max_presence_h), time_bin[following] - time_bin, 1)
    # A vessel at rest counts as present for the first hours of a gap only; its position does not change.
    max_bins_at_rest = int(params.max_rest_gap_h * S_PER_H / params.bin_s) + 1
    row, offset = ragged_index(np.where(at_rest, np.minimum(n_bins, max_bins_at_rest), n_bins))
    share = offset / n_bins[row]
    out_lat = lat[row] + share * (lat[following] - lat)[row]
    out_lon = wrap180(lon[row] + share * wrap180(lon[following] - lon)[row])
    return _bin_table(received, row, offset, out_lat, out_lon, at_rest, params)


def count_reception(points: pl.DataFrame, *, params: ReceptionParams | None = None) -> pl.DataFrame:
    """Count present and received vessels per cell, time bin and kind.

    Parameters
    ----------
    points : polars.DataFrame
        Validated POINTS: all fixes of some vessels. Counts of disjoint sets of vessels add up.
    params : ReceptionParams, optional

    Returns
    -------
    polars.DataFrame
        ``cell, time_bin, kind, n, received``, sorted by time bin so that a period of it can be read from a
        file without the rest.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> count_reception(POINTS.optional(None)).columns
    ['cell', 'time_bin', 'kind', 'n', 'received']
    """
    time_bins = presence_bins(points, params=ReceptionParams.of(params))
    one = pl.lit(1, pl.Int32)
    received = (pl.col("n_fixes") > 0).cast(pl.Int32)
    ships = time_bins.select("cell", "time_bin", "kind", n=one, received=received)
    return _summed(ships).sort("time_bin", maintain_order=True)


def slabs_of_counts(
    counts: Sequence[pl.DataFrame | pl.LazyFrame], *, params: ReceptionParams
) -> list[pl.DataFrame]:
    """Add up counts, one slab of time after another; all at once would take many times the memory.

    Parameters
    ----------
    counts : sequence of polars frames
        From `count_reception`; lazy frames are read one slab at a time.
    params : ReceptionParams

    Returns
    -------
    list of polars.DataFrame
        ``cell, time_bin, kind, n, received``, each combination once and in this order. Every frame holds
        whole windows of `window_bins`; without counts there is one frame without rows.
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


def is_at_rest(kind: pl.Expr) -> pl.Expr:
    """Whether a kind is that of vessels at rest."""
    return kind % 2 == 1


def class_index(kind: pl.Expr) -> pl.Expr:
    """Index in `CLASSES` of a kind."""
    return kind // 2


def _received_bins(points: pl.DataFrame, params: ReceptionParams) -> pl.DataFrame:
    """First fix, number of fixes and class of each vessel in each time bin in which it was received."""
    bin_ms = int(params.bin_s * MS_PER_S)
    return (
        points.lazy()
        .sort("mmsi", "vessel_id", "timestamp", "lat", "lon", maintain_order=True)
        .with_columns(time_bin=(pl.col("timestamp").dt.epoch("ms") // bin_ms).cast(pl.Int32))
        .group_by("mmsi", "vessel_id", "time_bin", maintain_order=True)
        .agg(
            pl.col("lat", "lon").first(),
            n_fixes=pl.len().cast(pl.Int32),
            ais_class=pl.when(pl.col("ais_class").first().is_in(CLASSES[:2]))
            .then(pl.col("ais_class").first())
            .otherwise(pl.lit("U")),
            t_ms=pl.col("timestamp").first().dt.epoch("ms"),
        )
        .with_columns(ship=pl.struct("mmsi", "vessel_id").rle_id())
        .collect()
    )


def _bin_table(
    received: pl.DataFrame,
    row: Ints,
    offset: Ints,
    lat: Floats,
    lon: Floats,
    at_rest: Bools,
    params: ReceptionParams,
) -> pl.DataFrame:
    """Time bins from the rows of `received` and the offset of each from its row, in bins."""
    index = received["ais_class"].replace_strict({c: i for i, c in enumerate(CLASSES)}, return_dtype=pl.Int8)
    kind = (2 * index.to_numpy() + at_rest).astype(np.int8)
    return (
        received[row]
        .select("ship", "mmsi", "vessel_id", "time_bin", "n_fixes")
        .with_columns(
            time_bin=pl.col("time_bin") + pl.Series(offset.astype(np.int32)),
            n_fixes=pl.when(pl.Series(offset == 0)).then("n_fixes").otherwise(0),
            bins_since_received=pl.Series(offset.astype(np.int32)),
            lat=pl.Series(lat),
            lon=pl.Series(lon),
            cell=pl.Series(cell_of(lat, lon, params.cell_km)),
            kind=pl.Series(kind[row]),
        )
    )


def _summed(counts: pl.DataFrame) -> pl.DataFrame:
    key = (pl.col("cell") * _BINS + pl.col("time_bin") + _BINS // 2) * _KINDS + pl.col("kind")
    sums = (
        counts.select("n", "received", key=key)
        .group_by("key", maintain_order=True)
        .agg(pl.col("n", "received").sum())
    )
    sums = sums.sort("key", maintain_order=True)
    cell, time_bin = pl.col("key") // _KINDS // _BINS, pl.col("key") // _KINDS % _BINS - _BINS // 2
    return sums.select(
        cell=cell,
        time_bin=time_bin.cast(pl.Int32),
        kind=(pl.col("key") % _KINDS).cast(pl.Int8),
        n="n",
        received="received",
    )
