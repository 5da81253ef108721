"""Rows that cannot be a position of a ship are rejected, each with its reason; what is doubtful is flagged.

Nothing is rewritten but sentinels, which mean "not available" and become null.
"""

from __future__ import annotations

from enum import IntFlag, StrEnum
from typing import NamedTuple

import polars as pl

from stsdetect.params import TrackParams


class QualityFlag(IntFlag):
    """What is doubtful in a kept fix (POINTS.quality_flags)."""

    COARSE = 1
    """Message type 27: position in tenths of a minute, speed in whole knots."""
    SENTINEL = 2
    """A speed, course or heading that means "not available" was made null."""
    LONE = 4
    """No other fix of its segment within ``max_interp_hole_s``."""


class Reason(StrEnum):
    """Why a fix was rejected."""

    NO_POSITION = "no_position"
    DUPLICATE = "duplicate"
    SPIKE = "spike"


class Cleaned(NamedTuple):
    """What `clean` hands on."""

    fixes: pl.DataFrame  # POSITIONS plus quality_flags, sorted by number and time
    rejected: pl.DataFrame  # POSITIONS plus reason


_SORT = (
    "mmsi",
    "timestamp",
    "lat",
    "lon",
    "msg_type",
    "station",
    "source",
    "sog",
    "cog",
    "heading",
    "nav_status",
    "ais_class",
)


def clean(positions: pl.DataFrame, params: TrackParams) -> Cleaned:
    """Reject what needs no neighbour to be judged: sentinels and copies.

    Parameters
    ----------
    positions : polars.DataFrame
        POSITIONS, in any order.
    params : TrackParams
        Limits.

    Returns
    -------
    Cleaned
        Kept and rejected rows; together as many as came in.
    """
    rows = positions.sort(_SORT, nulls_last=True)
    lat, lon = pl.col("lat"), pl.col("lon")
    nowhere = (lat.abs() > 90) | (lon.abs() > 180) | ((lat == 0) & (lon == 0))
    same = pl.struct("mmsi", "timestamp", "lat", "lon").is_first_distinct().not_()
    rows = rows.with_columns(
        reason=pl.when(nowhere).then(pl.lit(Reason.NO_POSITION)).when(same).then(pl.lit(Reason.DUPLICATE))
    )
    rejected = rows.filter(pl.col("reason").is_not_null())
    kept = rows.filter(pl.col("reason").is_null()).drop("reason")
    return Cleaned(_without_sentinels(kept, params), rejected)


def _without_sentinels(rows: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    bad_sog = (pl.col("sog") < 0) | (pl.col("sog") > params.max_speed_aircraft_kn)
    bad_cog = (pl.col("cog") < 0) | (pl.col("cog") >= 360)
    bad_heading = (pl.col("heading") < 0) | (pl.col("heading") >= 360)
    any_bad = pl.any_horizontal(bad_sog, bad_cog, bad_heading).fill_null(value=False)
    coarse = pl.col("msg_type") == 27
    return rows.with_columns(
        sog=pl.when(~bad_sog).then("sog"),
        cog=pl.when(~bad_cog).then("cog"),
        heading=pl.when(~bad_heading).then("heading"),
        quality_flags=pl.when(coarse).then(int(QualityFlag.COARSE)).otherwise(0)
        + pl.when(any_bad).then(int(QualityFlag.SENTINEL)).otherwise(0),
    )
