"""How a ship's draught changed over a time: crews type it in by hand, often hours after the cargo."""

from __future__ import annotations

from typing import Any

import polars as pl

from stsdetect.schema import STATIC
from stsdetect.units import MS_PER_H


def draught_change(times: pl.DataFrame, static: Any, *, window_h: float) -> pl.Series:
    """Draught said last within some hours after a time, less that said last before it.

    Parameters
    ----------
    times : polars.DataFrame
        ``mmsi, start_time, end_time``; also ``mmsi_after`` where a ship goes on under another number.
    static : STATIC frame or None
    window_h : float
        How long after the end a change still belongs to the time [h].

    Returns
    -------
    polars.Series
        ``draught_change_m``, in the order of `times` [m]; null unless a draught was said before and again
        since, and where a time has no end.

    Examples
    --------
    >>> from stsdetect.schema import STATIC
    >>> times = pl.DataFrame(schema={"mmsi": pl.Int64, "start_time": pl.Datetime("ms", "UTC"),
    ...                              "end_time": pl.Datetime("ms", "UTC")})
    >>> draught_change(times, STATIC.empty(), window_h=6.0).len()
    0
    """
    said = STATIC.validate(STATIC.empty() if static is None else static).filter(pl.col("draught") > 0)
    said = said.select("mmsi", "timestamp", "draught").sort("timestamp", "mmsi", "draught")
    number_after = pl.coalesce("mmsi_after", "mmsi") if "mmsi_after" in times.columns else pl.col("mmsi")
    keys = times.select(
        "mmsi",
        "start_time",
        after=number_after,
        latest=pl.col("end_time") + pl.duration(milliseconds=int(window_h * MS_PER_H)),
    ).with_row_index("row")
    before = _last_said(keys.select("row", "mmsi", at="start_time"), said)
    after = _last_said(keys.select("row", mmsi="after", at="latest"), said)
    both = (
        keys.join(before, on="row", how="left").join(after, on="row", how="left", suffix="_after").sort("row")
    )
    change = pl.when(pl.col("said_at_after") > pl.col("start_time")).then(
        # Tenths as typed: 5.3 less 5.0 is 0.3, and no hair less.
        (pl.col("draught_after") - pl.col("draught")).round(2)
    )
    return both.select(draught_change_m=change)["draught_change_m"]


def _last_said(keys: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    return (
        keys.drop_nulls()
        .sort("at")
        .join_asof(
            said.with_columns(said_at="timestamp"),
            left_on="at",
            right_on="timestamp",
            by="mmsi",
            check_sortedness=False,
        )
        .select("row", "draught", "said_at")
    )
