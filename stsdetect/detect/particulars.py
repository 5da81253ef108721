"""What the ships of a spell say about themselves: hull, type, length, and how their draughts changed."""

from __future__ import annotations

from typing import Any

import polars as pl

from stsdetect.detect.draught import draught_change
from stsdetect.params import EncounterParams
from stsdetect.schema import IDENTITY, SEGMENTS


def with_particulars(
    table: pl.DataFrame, *, segments: Any, identity: Any, static: Any, params: EncounterParams
) -> pl.DataFrame:
    """Add ``vessel_id``, ``type``, ``length`` and ``draught_change_m`` of both sides.

    Parameters
    ----------
    table : polars.DataFrame
        One row a spell, with the first segment of each side.
    segments, identity, static : frames or None
        What is known of the ships.
    params : EncounterParams
        How long after the spell a change of draught still belongs to it.

    Returns
    -------
    polars.DataFrame
    """
    hulls = _hulls(segments)
    last = _last_said(identity)
    for side in ("1", "2"):
        table = table.join(_of_side(hulls, side), on=f"segment_id_{side}", how="left")
        table = table.join(_of_side(last, side), on=f"mmsi_{side}", how="left")
        table = table.with_columns(
            pl.col(f"vessel_id_{side}").fill_null(pl.col(f"mmsi_{side}").cast(pl.String)),
            pl.col(f"type_{side}").fill_null(0),
        )
        spells = table.select(pl.col(f"mmsi_{side}").alias("mmsi"), "start_time", "end_time")
        change = draught_change(spells, static, window_h=params.draught_window_h)
        table = table.with_columns(change.alias(f"draught_change_m_{side}"))
    return table


def _of_side(table: pl.DataFrame, side: str) -> pl.DataFrame:
    return table.rename({c: f"{c}_{side}" for c in table.columns})


def _hulls(segments: Any) -> pl.DataFrame:
    return SEGMENTS.validate(SEGMENTS.empty() if segments is None else segments).select(
        "segment_id", "vessel_id"
    )


def _last_said(identity: Any) -> pl.DataFrame:
    """Ship type and length that each ship broadcast last."""
    spells = IDENTITY.validate(IDENTITY.empty() if identity is None else identity)
    return (
        spells.sort("mmsi", "start_time", "ship_type", "length_m")
        .group_by("mmsi")
        .agg(
            pl.col("ship_type").drop_nulls().last().alias("type"),
            pl.col("length_m").filter(pl.col("length_m") > 0).last().alias("length"),
        )
    )
