"""Which hull each side of an event was; an MMSI alone does not say, as one hull may use several."""

from __future__ import annotations

import polars as pl

from stsdetect.schema.table import Column, Table

TIERS = ("high", "medium", "low", "info")
"""Tiers of events, the best first."""

VESSEL_IDS = Table(
    "vessel_ids",
    "Which hulls the two sides of a detection were; FEATURES has these columns.",
    (
        Column("source_id", "string", "encounter_id, dark_id, solo_id or delivery_id"),
        Column("vessel_id_1", "string", "vessel_id of vessel 1", null=True),
        Column("vessel_id_2", "string", "vessel_id of vessel 2", null=True),
    ),
)


def with_hulls(
    events: pl.DataFrame, segments: pl.DataFrame, vessel_ids: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The events with the vessel_id of each side.

    Parameters
    ----------
    events, segments : polars.DataFrame
        Validated EVENTS and SEGMENTS.
    vessel_ids : polars.DataFrame, optional
        `source_id vessel_id_1 vessel_id_2` of the detections, such as FEATURES. A side that it does not have
        is the vessel of the segment of its MMSI that began last before the end of the event, or else of the
        first one after it; an MMSI without segments is a vessel of its own.

    Returns
    -------
    polars.DataFrame
        `events`, in order, with `vessel_id_1`, and `vessel_id_2`, null where there is no second ship.

    Examples
    --------
    >>> from stsdetect.schema import EVENTS, SEGMENTS
    >>> with_hulls(EVENTS.optional(None), SEGMENTS.optional(None)).columns[-2:]
    ['vessel_id_1', 'vessel_id_2']
    """
    known = VESSEL_IDS.optional(vessel_ids).unique("source_id", keep="first", maintain_order=True)
    rows = events.join(known, on="source_id", how="left", maintain_order="left")
    for side in (1, 2):
        column = f"vessel_id_{side}"
        rows = rows.with_columns(pl.coalesce(column, _vessel_by_time(rows, segments, f"mmsi_{side}")))
    return rows


def _vessel_by_time(rows: pl.DataFrame, segments: pl.DataFrame, mmsi: str) -> pl.Series:
    """The vessel that used an MMSI at the end of each event."""
    tracks = segments.select("vessel_id", mmsi="mmsi", time="start_time").sort(
        "time", "vessel_id", maintain_order=True
    )
    sought = (
        rows.select(mmsi=mmsi, time="end_time").with_row_index("row").sort("time", "row", maintain_order=True)
    )
    for strategy in ("backward", "forward"):
        found = sought.select("row", "mmsi", "time").join_asof(
            tracks, on="time", by="mmsi", strategy=strategy, check_sortedness=False
        )
        sought = sought.with_columns(found["vessel_id"].alias(strategy))
    named = pl.coalesce("backward", "forward", pl.col("mmsi").cast(pl.String))
    return sought.sort("row", maintain_order=True).select(vessel_id=named)["vessel_id"]
