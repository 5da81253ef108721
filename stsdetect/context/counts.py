"""How many ships were present, and how many of them heard: counts of parts of a dump that simply add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from stsdetect.context.slices import ship_slots
from stsdetect.params import ReceptionParams

COUNTS = {"cell": pl.Int64, "slot": pl.Int32, "kind": pl.Int8, "n": pl.Int32, "heard": pl.Int32}

_WINDOWS_A_SLAB = 48  # memory only
# Cell, slice and kind as one number, for grouping by three columns takes three times as long.
_KINDS, _SLOTS = 1 << 3, 1 << 27


def count_reception(points: Any, *, params: ReceptionParams | None = None) -> pl.DataFrame:
    """Present and heard ships per cell, slice and kind; the counts of several buckets of vessels simply add.

    Parameters
    ----------
    points : POINTS frame
        All fixes of some ships.
    params : ReceptionParams, optional

    Returns
    -------
    polars.DataFrame
        ``cell, slot, kind, n, heard``, by slice, so that a file of it can be read a stretch at a time.
    """
    slots = ship_slots(points, params=params or ReceptionParams())
    one = pl.lit(1, pl.Int32)
    ships = slots.select("cell", "slot", "kind", n=one, heard=(pl.col("n_fixes") > 0).cast(pl.Int32))
    return _summed(ships).sort("slot", maintain_order=True)


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
        ``cell, slot, kind, n, heard``, one row a combination, in that order; each frame holds whole windows;
        one without rows where there are no counts.
    """
    every = pl.concat([pl.LazyFrame(schema=COUNTS), *(part.lazy() for part in counts)])
    slab_slots = _WINDOWS_A_SLAB * params.window_slots
    slab = pl.col("slot") // slab_slots
    found = every.select(slab.unique()).collect()["slot"].sort()
    slabs = [
        _summed(every.filter(pl.col("slot").is_between(k * slab_slots, (k + 1) * slab_slots - 1)).collect())
        for k in found
    ]
    return slabs or [pl.DataFrame(schema=COUNTS)]


def _summed(counts: pl.DataFrame) -> pl.DataFrame:
    key = (pl.col("cell") * _SLOTS + pl.col("slot") + _SLOTS // 2) * _KINDS + pl.col("kind")
    sums = counts.select("n", "heard", key=key).group_by("key").agg(pl.col("n", "heard").sum()).sort("key")
    place, slot = pl.col("key") // _KINDS // _SLOTS, pl.col("key") // _KINDS % _SLOTS - _SLOTS // 2
    return sums.select(
        cell=place,
        slot=slot.cast(pl.Int32),
        kind=(pl.col("key") % _KINDS).cast(pl.Int8),
        n="n",
        heard="heard",
    )
