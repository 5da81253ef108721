"""Ships that went into a gap under one MMSI and came out of it under another.

The tracks stage joins such hulls where the time between is short or the IMO number is kept. A voyage to a
hidden port takes days, and the IMO number is changed too; what is left is the hull: all four distances of the
antenna.
"""

from __future__ import annotations

import polars as pl

from stsdetect.params import DeliveryParams

_SIZE = ("to_bow", "to_stern", "to_port", "to_starboard")


def renamed_gaps(gaps: pl.DataFrame, identity: pl.DataFrame, params: DeliveryParams) -> pl.DataFrame:
    """Open gaps that end where another MMSI begins with the same hull.

    Parameters
    ----------
    gaps, identity : polars.DataFrame
        Validated GAPS and IDENTITY.
    params : DeliveryParams

    Returns
    -------
    polars.DataFrame
        GAPS of the vessels that began later: the open gap of the other one, ended by the first report of this
        one, with ``mmsi_after``. Only where one vessel fits, in either direction.
    """
    spells = identity.drop_nulls(_SIZE).filter(pl.col("to_bow") + pl.col("to_stern") >= params.min_renamed_m)
    hulls = (
        spells.sort("start_time", "vessel_id", maintain_order=True)
        .group_by("vessel_id", maintain_order=True)
        .agg(pl.col("mmsi").first(), pl.col("start_time").first(), *(pl.col(c).first() for c in _SIZE))
    )
    before = gaps.filter(pl.col("end_time").is_null()).join(
        hulls.select("vessel_id", *_SIZE), on="vessel_id", maintain_order="left"
    )
    after = hulls.select(*_SIZE, after_id="vessel_id", after_mmsi="mmsi", began="start_time")
    pairs = before.join(after, on=list(_SIZE), maintain_order="left").filter(
        (pl.col("began") > pl.col("start_time")) & (pl.col("after_mmsi") != pl.col("mmsi"))
    )
    alone = (pl.len().over("gap_id") == 1) & (pl.len().over("after_id") == 1)
    hours = (pl.col("began") - pl.col("start_time")).dt.total_milliseconds() / 3_600_000
    return (
        pairs.filter(alone)
        .with_columns(
            mmsi="after_mmsi",
            vessel_id="after_id",
            mmsi_after="after_mmsi",
            end_time="began",
            duration_h=hours,
        )
        .select(gaps.columns)
    )
