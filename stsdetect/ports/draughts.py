"""Draughts with which a vessel arrived at a port and left it, as its crew entered them."""

from __future__ import annotations

import polars as pl

from stsdetect.params import PortParams
from stsdetect.units import MS_PER_H


def draught_before(visits: pl.DataFrame, static: pl.DataFrame, *, params: PortParams) -> pl.Series:
    """Draught on arrival: the last one broadcast before it, or within `late_draught_h` after it.

    A table of static reports keeps a report where a value has changed, so the last draught is the one that
    was broadcast on arrival, whenever it was entered.

    Parameters
    ----------
    visits : polars.DataFrame
        ``vessel_id, mmsi, start_time, last_time, before_time``, n rows.
    static : polars.DataFrame
        STATIC.
    params : PortParams

    Returns
    -------
    polars.Series
        Shape (n,) [m]; null where no draught was broadcast by then, or the dump does not show the arrival.
    """
    late = pl.duration(milliseconds=int(params.late_draught_h * MS_PER_H))
    at = visits.select("mmsi", at=pl.min_horizontal(pl.col("start_time") + late, "last_time"))
    draught = _last(at, static)["draught"]
    return pl.select(pl.when(visits["before_time"].is_not_null()).then(draught)).to_series()


def draught_until(visits: pl.DataFrame, static: pl.DataFrame, *, params: PortParams) -> pl.Series:
    """Draught on departure: the last one broadcast up to `departure_window_h` after it.

    One that was entered only at the next place counts for that place.

    Parameters
    ----------
    visits : polars.DataFrame
        ``mmsi, start_time, end_time`` and ``next_start``, when the next visit of the vessel began; n rows.
    static : polars.DataFrame
        STATIC.
    params : PortParams

    Returns
    -------
    polars.Series
        Shape (n,) [m]; null where no draught was broadcast by then, or the vessel was not seen to leave.
    """
    window = pl.duration(milliseconds=int(params.departure_window_h * MS_PER_H))
    until = pl.min_horizontal(pl.col("end_time") + window, "next_start")
    at = visits.select("mmsi", at=pl.when(pl.col("end_time").is_not_null()).then(until))
    return _last(at, static)["draught"]


def _last(keys: pl.DataFrame, static: pl.DataFrame) -> pl.DataFrame:
    """Last ``draught`` that ``mmsi`` broadcast up to the time ``at`` of each row; order is kept."""
    known = static.filter(pl.col("draught") > 0).select("mmsi", "timestamp", "draught")
    known = known.sort("timestamp", "mmsi", "draught", maintain_order=True)
    rows = keys.with_row_index("row")
    found = (
        rows.drop_nulls()
        .sort("at", maintain_order=True)
        .join_asof(known, left_on="at", right_on="timestamp", by="mmsi", check_sortedness=False)
    )
    return rows.join(found.select("row", "draught"), on="row", how="left", maintain_order="left")
