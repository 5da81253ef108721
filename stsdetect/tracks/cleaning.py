"""Rejects rows that cannot be a fix of a ship, each with its reason, and flags doubtful ones.

No value is changed except sentinels, which mean "not available" and become null.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

import polars as pl

from stsdetect.params import TrackParams
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S

_COARSE_TYPE = 27  # long-range position report
_ORDER = (
    *("mmsi", "timestamp", "lat", "lon", "msg_type"),
    *("sog", "cog", "heading", "nav_status", "ais_class", "station", "source"),
)
_CONTENT = ("mmsi", "lat", "lon", "sog", "cog", "heading")


class QualityFlag(IntEnum):
    """What is doubtful in a fix; bits of POINTS.quality_flags."""

    COARSE = 1
    """Message type 27: position in tenths of a minute, speed in whole knots."""
    SENTINEL = 2
    """A speed, course or heading that means "not available" became null."""
    OFF_LINE = 4
    """Farther off the line between its neighbours than a ship turns, yet within its reach."""


class Reason(StrEnum):
    """Why a fix was rejected."""

    NO_POSITION = "no_position"
    """Latitude or longitude out of range, or 0 N 0 E, which transponders without a fix broadcast."""
    BAD_TIME = "bad_time"
    """Before ``params.first_fix_year``: the receiver had no clock."""
    STALE = "stale"
    """A delayed copy: a moving ship repeats an earlier report exactly, at a later time."""
    WRONG_TIME = "wrong_time"
    """On the path of the ship, where it was some time before: a late feed or a wrong clock."""
    SPIKE = "spike"
    """A jump away from the track and back again."""


class Cleaned(NamedTuple):
    """Result of `clean`: together as many rows as came in."""

    fixes: pl.DataFrame
    """POSITIONS and quality_flags, sorted by MMSI and time."""
    rejected: pl.DataFrame
    """POSITIONS and reason."""
    copies: pl.DataFrame
    """POSITIONS with the MMSI, time and position of another one: dumps often overlap."""


def clean(positions: pl.DataFrame, params: TrackParams) -> Cleaned:
    """Reject what can be judged without a track, no position or no valid time, and set copies aside.

    Parameters
    ----------
    positions : polars.DataFrame
        POSITIONS, in any order.
    params : TrackParams
        Limits.

    Returns
    -------
    Cleaned

    Examples
    --------
    >>> row = {"mmsi": 1, "timestamp": datetime(2024, 1, 1, tzinfo=UTC), "lat": 91.0, "lon": 181.0}
    >>> from stsdetect.schema import POSITIONS
    >>> table = POSITIONS.validate(pl.DataFrame([{**row, "ais_class": "A", "msg_type": 1, "source": "x"}]))
    >>> clean(table, TrackParams()).rejected["reason"].to_list()
    ['no_position']
    """
    rows = positions.sort(_ORDER, nulls_last=True, maintain_order=True)
    lat, lon = pl.col("lat"), pl.col("lon")
    nowhere = (lat.abs() > 90) | (lon.abs() > 180) | ((lat == 0) & (lon == 0))
    # Rows are sorted by position within a time, so copies of one report are neighbours.
    copy = pl.all_horizontal(pl.col(c) == pl.col(c).shift(1) for c in ("mmsi", "timestamp", "lat", "lon"))
    again = rows.select(copy.fill_null(value=False)).to_series()
    copies, rows = rows.filter(again), rows.filter(~again)
    rows = rows.with_columns(
        reason=pl.when(nowhere)
        .then(pl.lit(Reason.NO_POSITION))
        .when(pl.col("timestamp") < datetime(params.first_fix_year, 1, 1, tzinfo=UTC))
        .then(pl.lit(Reason.BAD_TIME))
    )
    sound = pl.col("reason").is_null()
    rejected = rows.filter(~sound)
    rows = rows.filter(sound).drop("reason")
    fixes = _without_sentinels(rows, params)
    del rows
    stale = _stale(fixes, params)
    late = fixes.filter(stale).drop("quality_flags").with_columns(reason=pl.lit(Reason.STALE))
    return Cleaned(fixes.filter(~stale), pl.concat([rejected, late]), copies)


def _without_sentinels(rows: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    sar = pl.col("ais_class") == "sar"
    fastest = pl.when(sar).then(params.max_speed_aircraft_kn).otherwise(params.max_sog_kn)
    bad_sog = (pl.col("sog") < 0) | (pl.col("sog") > fastest)
    bad_cog = (pl.col("cog") < 0) | (pl.col("cog") >= 360)
    bad_heading = (pl.col("heading") < 0) | (pl.col("heading") >= 360)
    any_bad = pl.any_horizontal(bad_sog, bad_cog, bad_heading).fill_null(value=False)
    coarse = pl.col("msg_type") == _COARSE_TYPE
    return rows.with_columns(
        sog=pl.when(~bad_sog).then("sog"),
        cog=pl.when(~bad_cog).then("cog"),
        heading=pl.when(~bad_heading).then("heading"),
        quality_flags=pl.when(coarse).then(int(QualityFlag.COARSE)).otherwise(0)
        + pl.when(any_bad).then(int(QualityFlag.SENTINEL)).otherwise(0),
    )


def _stale(fixes: pl.DataFrame, params: TrackParams) -> pl.Series:
    """Which reports of a moving ship repeat an earlier one exactly.

    A ship that broadcasts a speed while its position does not change for long is not stale but frozen, which
    `stsdetect.tracks.spoofing` finds.
    """
    moving = fixes.select("timestamp", *_CONTENT).with_row_index("row")
    moving = moving.filter(pl.col("sog") >= params.min_course_sog_kn)
    place = ("mmsi", "lat", "lon")
    moved = pl.any_horizontal(pl.col(c) != pl.col(c).shift(1) for c in place).fill_null(value=True)
    # An exact repetition is from the same place, which leaves few rows to compare.
    moving = moving.with_columns(halt=moved.cum_sum()).filter(pl.len().over(place) > 1)
    age_ms = (pl.col("timestamp") - pl.col("timestamp").shift(1).over(_CONTENT)).dt.total_milliseconds()
    halted_ms = (pl.col("timestamp").max() - pl.col("timestamp").min()).over("halt").dt.total_milliseconds()
    route_m = age_ms / MS_PER_S * pl.col("sog") * KN_TO_MPS
    stale = (
        (route_m > params.min_stale_distance_m)
        & (age_ms <= params.max_stale_age_h * MS_PER_H)
        & (halted_ms < params.min_frozen_h * MS_PER_H)
    )
    repeated = moving.filter(stale)["row"]
    return pl.Series("stale", [False]).new_from_index(0, fixes.height).scatter(repeated, True)
