"""What a decoder yields, whatever kind of file it reads: position rows and static rows.

The NMEA and the table decoder both yield a `Batch`; nothing after them depends on the kind of file.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

MIN_SHIP_MMSI, MAX_MMSI = 100_000_000, 999_999_999
"""An MMSI has nine digits; those of coast stations and groups begin with zeros (Rec. ITU-R M.585)."""

CLASS_OF_TYPE = {
    1: "A", 2: "A", 3: "A", 4: "base", 9: "sar", 11: "base", 18: "B", 19: "B", 21: "aton", 27: "A",
}  # fmt: skip
"""``ais_class`` of the sender, by message type with a position (Rec. ITU-R M.1371-5, annex 8)."""

POSITION_SCHEMA: dict[str, type[pl.DataType]] = {
    "mmsi": pl.Int64,
    "ms": pl.Int64,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "sog": pl.Float64,
    "cog": pl.Float64,
    "heading": pl.Float64,
    "nav_status": pl.Int32,
    "ais_class": pl.String,
    "msg_type": pl.Int32,
    "station": pl.String,
    "decode_flags": pl.Int32,
}
"""Columns of position rows; ``ms`` is the receive time in milliseconds since 1970 UTC."""

STATIC_SCHEMA: dict[str, type[pl.DataType]] = {
    "mmsi": pl.Int64,
    "ms": pl.Int64,
    "imo": pl.Int64,
    "ship_type": pl.Int64,
    "mothership_mmsi": pl.Int64,
    "to_bow": pl.Float64,
    "to_stern": pl.Float64,
    "to_port": pl.Float64,
    "to_starboard": pl.Float64,
    "length_m": pl.Float64,
    "width_m": pl.Float64,
    "draught": pl.Float64,
    "callsign": pl.String,
    "shipname": pl.String,
    "destination": pl.String,
    "ais_class": pl.String,
    "source_id": pl.String,
    "kind": pl.String,
    "counted": pl.Boolean,
}
"""Columns of static rows. ``kind`` names the message: 5, 19, 24A, 24B or table. ``counted`` is true where
the message or table row gave no position row, so that it is accounted for here.
"""

STATIC_TEXTS = ("callsign", "shipname", "destination")
"""Columns of `STATIC_SCHEMA` that hold text broadcast by the vessel."""


class Batch(NamedTuple):
    """Decoded rows of a part of a file, without its name; either table may be empty.

    Examples
    --------
    >>> batch = Batch.empty()
    >>> batch.positions.columns[:2], batch.static.height
    (['mmsi', 'ms'], 0)
    """

    positions: pl.DataFrame
    """Rows of `POSITION_SCHEMA`."""
    static: pl.DataFrame
    """Rows of `STATIC_SCHEMA`."""

    @classmethod
    def empty(cls) -> Batch:
        """No rows."""
        return cls(pl.DataFrame(schema=POSITION_SCHEMA), pl.DataFrame(schema=STATIC_SCHEMA))
