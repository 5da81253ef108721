"""How many events a ship's cargo at one quay came from, and how many others she had at the time."""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.params import DraughtParams, TonnesParams
from stsdetect.units import MS_PER_H


def with_loads(sides: pl.DataFrame, params: TonnesParams, draught_params: DraughtParams) -> pl.DataFrame:
    """Add ``n_loads`` and ``n_near_events`` to each side of each event.

    Parameters
    ----------
    sides : polars.DataFrame
        From `with_direction`.
    params : TonnesParams
        From which probability another event counts.
    draught_params : DraughtParams
        How long after an event a change of draught counts for it [h].

    Returns
    -------
    polars.DataFrame
        `sides` with ``n_loads``: 1 and the expected number of other events at which the ship took cargo that
        it left at the same quay; and ``n_near_events``: other events of the ship so near in time that one
        change of draught may stand for both. Events that overlap in time are candidates for one encounter, so
        they are not loads of their own.
    """
    keys = sides.select(
        "event_id", "side", "vessel_id", "quay_stop_id", "start_time", "end_time"
    ).with_row_index("row")
    took = sides.select(
        "vessel_id",
        "quay_stop_id",
        other_id="event_id",
        other_start="start_time",
        other_end="end_time",
        p_load=pl.col("p_contact") * pl.col("p_took"),
    )
    same_quay = keys.filter(pl.col("quay_stop_id").is_not_null()).join(
        took, on=["vessel_id", "quay_stop_id"], maintain_order="left_right"
    )
    apart = (pl.col("other_start") >= pl.col("end_time")) | (pl.col("other_end") <= pl.col("start_time"))
    loads = (
        same_quay.filter(apart & (pl.col("other_id") != pl.col("event_id")))
        .group_by("row", maintain_order=True)
        .agg(n_others=row_sum(pl.col("p_load")))
    )
    near = _near_events(sides, params, draught_params)
    counted = keys.join(loads, on="row", how="left", maintain_order="left")
    return sides.with_columns(n_loads=1.0 + counted["n_others"].fill_null(0.0), n_near_events=near)


def _near_events(sides: pl.DataFrame, params: TonnesParams, draught_params: DraughtParams) -> pl.Series:
    """Other likely events of each ship that begin or end within the window of the draught.

    A platform has thousands of events, so they are counted in sorted order and not in pairs: those that began
    before the end of the window, less those that ended before it opened.
    """
    window = pl.duration(milliseconds=int(draught_params.encounter_window_h * MS_PER_H))
    likely = sides.filter(pl.col("p_contact") >= params.min_near_p_contact)
    keys = sides.select(
        "vessel_id",
        # What ended at the very instant is still near.
        opens=pl.col("start_time") - window - pl.duration(milliseconds=1),
        closes=pl.col("end_time") + window,
        own=(pl.col("p_contact") >= params.min_near_p_contact).cast(pl.Int64),
    ).with_row_index("row")
    began = _count_up_to(keys, "closes", likely, "start_time")
    ended = _count_up_to(keys, "opens", likely, "end_time")
    return (began - ended - keys["own"]).alias("n_near_events")


def _count_up_to(keys: pl.DataFrame, at: str, events: pl.DataFrame, time: str) -> pl.Series:
    """How many events of the vessel of each row have their `time` before the row's `at`."""
    counted = events.select("vessel_id", time_=time).sort("time_", "vessel_id", maintain_order=True)
    counted = counted.with_columns(n=pl.int_range(1, pl.len() + 1).over("vessel_id").cast(pl.Int64))
    # The last of several at one instant holds the full count.
    counted = counted.unique(["vessel_id", "time_"], keep="last", maintain_order=True)
    rows = (
        keys.select("row", "vessel_id", at_=at)
        .sort("at_", maintain_order=True)
        .join_asof(counted, left_on="at_", right_on="time_", by="vessel_id", check_sortedness=False)
    )
    return rows.sort("row", maintain_order=True)["n"].fill_null(0)
