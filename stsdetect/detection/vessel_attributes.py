"""How a ship's draught changed over a time: crews type it in by hand, often hours after the cargo.

The type of ship that each number said last.

What the ships of a spell say about themselves: hull, type, length, and how their draughts changed.
"""

from __future__ import annotations

import polars as pl

from stsdetect.params import DraughtParams
from stsdetect.schema import IDENTITY, SEGMENTS, STATIC, Frame
from stsdetect.units import MS_PER_H


def draught_change(times: pl.DataFrame, static: Frame | None, *, window_h: float) -> pl.Series:
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
    said = STATIC.optional(static).filter(pl.col("draught") > 0)
    said = said.select("mmsi", "timestamp", "draught").sort("timestamp", "mmsi", "draught")
    number_after = pl.coalesce("mmsi_after", "mmsi") if "mmsi_after" in times.columns else pl.col("mmsi")
    keys = times.select(
        "mmsi",
        "start_time",
        after=number_after,
        latest=pl.col("end_time") + pl.duration(milliseconds=int(window_h * MS_PER_H)),
    ).with_row_index("row")
    before = _last_draught(keys.select("row", "mmsi", at="start_time"), said)
    after = _last_draught(keys.select("row", mmsi="after", at="latest"), said)
    both = (
        keys.join(before, on="row", how="left").join(after, on="row", how="left", suffix="_after").sort("row")
    )
    change = pl.when(pl.col("said_at_after") > pl.col("start_time")).then(
        # Tenths as typed: 5.3 less 5.0 is 0.3, and no hair less.
        (pl.col("draught_after") - pl.col("draught")).round(2)
    )
    return both.select(draught_change_m=change)["draught_change_m"]


def _last_draught(keys: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
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


def last_ship_type(identity: Frame) -> pl.DataFrame:
    """``mmsi, ship_type`` (ITU-R M.1371 table 53) of the numbers that ever said one, from IDENTITY.

    Examples
    --------
    >>> last_ship_type(IDENTITY.empty()).columns
    ['mmsi', 'ship_type']
    """
    said = IDENTITY.validate(identity).filter(pl.col("ship_type").is_not_null()).sort("mmsi", "start_time")
    return said.unique("mmsi", keep="last", maintain_order=True).select("mmsi", "ship_type")


def with_particulars(
    table: pl.DataFrame,
    *,
    segments: Frame | None,
    identity: Frame | None,
    static: Frame | None,
    params: DraughtParams,
) -> pl.DataFrame:
    """Add ``vessel_id``, ``type``, ``length`` and ``draught_change_m`` of both sides.

    Parameters
    ----------
    table : polars.DataFrame
        One row a spell, with the first segment of each side.
    segments, identity, static : frames or None
        What is known of the ships.
    params : DraughtParams
        How long after the spell a change of draught still belongs to it.

    Returns
    -------
    polars.DataFrame
    """
    hulls = _hulls(segments)
    last = _last_type_and_length(identity)
    for side in ("1", "2"):
        table = table.join(_of_side(hulls, side), on=f"segment_id_{side}", how="left")
        table = table.join(_of_side(last, side), on=f"mmsi_{side}", how="left")
        table = table.with_columns(
            pl.col(f"vessel_id_{side}").fill_null(pl.col(f"mmsi_{side}").cast(pl.String)),
            pl.col(f"type_{side}").fill_null(0),
        )
        spells = table.select(pl.col(f"mmsi_{side}").alias("mmsi"), "start_time", "end_time")
        change = draught_change(spells, static, window_h=params.encounter_window_h)
        table = table.with_columns(change.alias(f"draught_change_m_{side}"))
    return table


def _of_side(table: pl.DataFrame, side: str) -> pl.DataFrame:
    return table.rename({c: f"{c}_{side}" for c in table.columns})


def _hulls(segments: Frame | None) -> pl.DataFrame:
    return SEGMENTS.optional(segments).select("segment_id", "vessel_id")


def _last_type_and_length(identity: Frame | None) -> pl.DataFrame:
    """Ship type and length that each ship broadcast last."""
    spells = IDENTITY.optional(identity)
    return (
        spells.sort("mmsi", "start_time", "ship_type", "length_m")
        .group_by("mmsi")
        .agg(
            pl.col("ship_type").drop_nulls().last().alias("type"),
            pl.col("length_m").filter(pl.col("length_m") > 0).last().alias("length"),
        )
    )
