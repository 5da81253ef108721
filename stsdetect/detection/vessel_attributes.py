"""Vessel attributes as broadcast: hull, ship type and length of a vessel, and how its draught changed.

Crews enter all of these by hand. The draught is often changed only hours after the cargo was, so a change
counts for an event if it is broadcast within some hours of the event's end.
"""

from __future__ import annotations

import polars as pl

from stsdetect.itu import HIGH_SPEED, PASSENGER, is_cargo, is_tanker
from stsdetect.params import DarkParams, DraughtParams
from stsdetect.units import MS_PER_H


def with_vessel_attributes(
    table: pl.DataFrame,
    *,
    segments: pl.DataFrame,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    params: DraughtParams,
) -> pl.DataFrame:
    """Add the attributes of both vessels to the spells of pairs.

    Parameters
    ----------
    table : polars.DataFrame
        One row per spell: ``mmsi_1``, ``mmsi_2``, the first segments ``segment_id_1``, ``segment_id_2``, and
        ``start_time``, ``end_time``.
    segments : polars.DataFrame
        SEGMENTS; gives the hull of a segment.
    identity : polars.DataFrame
        IDENTITY; gives ship type and length.
    static : polars.DataFrame
        STATIC; gives draughts.
    params : DraughtParams
        How long after a spell a change of draught still counts for it.

    Returns
    -------
    polars.DataFrame
        `table` with, for each side k of 1 and 2, ``vessel_id_k`` (the MMSI where the segment is unknown),
        ``type_k`` (ITU-R M.1371-5 table 53, 0 where unknown), ``length_k`` [m] and ``draught_change_m_k``
        [m].

    Examples
    --------
    >>> from stsdetect.schema import CONTACTS, IDENTITY, SEGMENTS, STATIC
    >>> contacts = CONTACTS.optional(None).rename({"timestamp": "start_time"})
    >>> spells = contacts.with_columns(end_time="start_time")
    >>> tables = {"segments": SEGMENTS, "identity": IDENTITY, "static": STATIC}
    >>> empty = {name: table.optional(None) for name, table in tables.items()}
    >>> with_vessel_attributes(spells, **empty, params=DraughtParams()).columns[-4:]
    ['vessel_id_2', 'type_2', 'length_2', 'draught_change_m_2']
    """
    hulls = segments.select("segment_id", "vessel_id")
    latest = latest_type_and_length(identity)
    draughts = _draughts(static)
    for side in ("1", "2"):
        table = (
            table.join(_of_side(hulls, side), on=f"segment_id_{side}", how="left", maintain_order="left")
            .join(_of_side(latest, side), on=f"mmsi_{side}", how="left", maintain_order="left")
            .with_columns(
                pl.col(f"vessel_id_{side}").fill_null(pl.col(f"mmsi_{side}").cast(pl.String)),
                pl.col(f"type_{side}").fill_null(0),
            )
        )
        spells = table.select(pl.col(f"mmsi_{side}").alias("mmsi"), "start_time", "end_time")
        change = _draught_change(spells, draughts, window_h=params.encounter_window_h)
        table = table.with_columns(change.alias(f"draught_change_m_{side}"))
    return table


def last_ship_type(identity: pl.DataFrame) -> pl.DataFrame:
    """Ship type that each vessel last broadcast.

    Parameters
    ----------
    identity : polars.DataFrame
        Validated IDENTITY.

    Returns
    -------
    polars.DataFrame
        ``mmsi``, ``ship_type`` (ITU-R M.1371-5 table 53), without vessels that never broadcast one.

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY
    >>> last_ship_type(IDENTITY.optional(None)).columns
    ['mmsi', 'ship_type']
    """
    latest = latest_type_and_length(identity)
    return latest.select("mmsi", ship_type="type").drop_nulls()


def draught_change(times: pl.DataFrame, static: pl.DataFrame, *, window_h: float) -> pl.Series:
    """Change of draught over an event: last draught broadcast soon after it less the last one before it.

    Parameters
    ----------
    times : polars.DataFrame
        ``mmsi, start_time, end_time``; also ``mmsi_after`` where a vessel continues under another MMSI.
    static : polars.DataFrame
        Validated STATIC: reports with draughts.
    window_h : float
        How long after the end of the event a draught still counts for it [h].

    Returns
    -------
    polars.Series
        ``draught_change_m``, in the order of `times` [m]; null where no draught was broadcast before the
        start, none between the start and `window_h` after the end, or the event has no end.

    Examples
    --------
    >>> from stsdetect.schema import STATIC
    >>> times = pl.DataFrame(schema={"mmsi": pl.Int64, "start_time": pl.Datetime("ms", "UTC"),
    ...                              "end_time": pl.Datetime("ms", "UTC")})
    >>> draught_change(times, STATIC.optional(None), window_h=6.0).len()
    0
    """
    return _draught_change(times, _draughts(static), window_h=window_h)


def _draught_change(times: pl.DataFrame, draughts: pl.DataFrame, *, window_h: float) -> pl.Series:
    mmsi_after = pl.coalesce("mmsi_after", "mmsi") if "mmsi_after" in times.columns else pl.col("mmsi")
    keys = times.select(
        "mmsi",
        "start_time",
        after=mmsi_after,
        latest=pl.col("end_time") + pl.duration(milliseconds=int(window_h * MS_PER_H)),
    ).with_row_index("row")
    before = _last_draught(keys.select("row", "mmsi", at="start_time"), draughts)
    after = _last_draught(keys.select("row", mmsi="after", at="latest"), draughts)
    both = (
        keys.join(before, on="row", how="left", maintain_order="left")
        .join(after, on="row", how="left", suffix="_after", maintain_order="left")
        .sort("row", maintain_order=True)
    )
    change = pl.when(pl.col("reported_at_after") > pl.col("start_time")).then(
        # Draughts are broadcast in tenths; without rounding, 5.3 - 5.0 would fall short of 0.3.
        (pl.col("draught_after") - pl.col("draught")).round(2)
    )
    return both.select(draught_change_m=change)["draught_change_m"]


def _draughts(static: pl.DataFrame) -> pl.DataFrame:
    """Reports with a draught, in order of time; 0 means "not available" (ITU-R M.1371-5, message 5)."""
    reports = static.filter(pl.col("draught") > 0).select("mmsi", "timestamp", "draught")
    return reports.sort("timestamp", "mmsi", "draught", maintain_order=True)


def _last_draught(keys: pl.DataFrame, draughts: pl.DataFrame) -> pl.DataFrame:
    """Last draught that ``mmsi`` broadcast up to the time ``at`` of each row, and when."""
    return (
        keys.drop_nulls()
        .sort("at", maintain_order=True)
        .join_asof(
            draughts.with_columns(reported_at="timestamp"),
            left_on="at",
            right_on="timestamp",
            by="mmsi",
            check_sortedness=False,
        )
        .select("row", "draught", "reported_at")
    )


def latest_type_and_length(identity: pl.DataFrame) -> pl.DataFrame:
    """Ship type and length that each vessel last broadcast, null where it never did.

    Parameters
    ----------
    identity : polars.DataFrame
        Validated IDENTITY.

    Returns
    -------
    polars.DataFrame
        ``mmsi``, ``type`` (ITU-R M.1371-5 table 53), ``length`` [m].

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY
    >>> latest_type_and_length(IDENTITY.optional(None)).columns
    ['mmsi', 'type', 'length']
    """
    return (
        identity.sort("mmsi", "start_time", "ship_type", "length_m", maintain_order=True)
        .group_by("mmsi", maintain_order=True)
        .agg(
            pl.col("ship_type").drop_nulls().last().alias("type"),
            pl.col("length_m").filter(pl.col("length_m") > 0).last().alias("length"),
        )
    )


def service_sog_kn(params: DarkParams) -> pl.Expr:
    """Service speed of the column ``ship_type`` [kn]."""
    ship_type = pl.col("ship_type")
    return (
        pl.when(ship_type.is_between(*HIGH_SPEED) | ship_type.is_between(*PASSENGER))
        .then(params.max_sog_passenger_kn)
        .when(is_cargo(ship_type))
        .then(params.max_sog_cargo_kn)
        .when(is_tanker(ship_type))
        .then(params.max_sog_tanker_kn)
        .otherwise(params.max_sog_other_kn)
    )


def _of_side(table: pl.DataFrame, side: str) -> pl.DataFrame:
    return table.rename({c: f"{c}_{side}" for c in table.columns})
