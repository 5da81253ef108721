"""What was received: position and static reports, and what was rejected."""

from __future__ import annotations

from stsdetect.schema.common_columns import FIX, MMSI, TIME
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

POSITIONS = Table(
    "positions",
    "One position report as received; sentinels are null.",
    (
        *FIX,
        C(
            "decode_flags",
            "int32",
            "bit field: 1 odd payload length, 2 bad checksum kept, 4 time of a clock near the sentence",
            null=True,
        ),
    ),
    ("mmsi", "timestamp", "lat", "lon"),
)

STATIC = Table(
    "static",
    "One static report as broadcast, never merged away; repeats are kept only when a value changes.",
    (
        MMSI,
        TIME,
        C("imo", "int64", "IMO number as broadcast", null=True),
        C("callsign", "string", "call sign", null=True),
        C("shipname", "string", "name", null=True),
        C("ship_type", "int32", "ship and cargo type, ITU-R M.1371 table 53", null=True),
        C("to_bow", "float64", "antenna to bow (A)", "m", null=True),
        C("to_stern", "float64", "antenna to stern (B)", "m", null=True),
        C("to_port", "float64", "antenna to port side (C)", "m", null=True),
        C("to_starboard", "float64", "antenna to starboard side (D)", "m", null=True),
        C(
            "length_m",
            "float64",
            "length, where the dump gives it without the antenna's place",
            "m",
            null=True,
        ),
        C("width_m", "float64", "width, where the dump gives it without the antenna's place", "m", null=True),
        C("draught", "float64", "maximum present static draught", "m", null=True),
        C("destination", "string", "destination", null=True),
        C("mothership_mmsi", "int64", "number of the mother ship, sent by craft 98MIDxxxx", null=True),
        C("ais_class", "string", "A, B or U", null=True),
        C("source_id", "string", "the ship's id in the dump where that is not an MMSI", null=True),
        C("source", "string", "input file"),
    ),
    ("mmsi", "timestamp"),
)

REJECTS = Table(
    "rejects",
    "How many rows or sentences a stage dropped for one reason, with samples.",
    (
        C("stage", "string", "decode, tracks, ..."),
        C("source", "string", "input file or bucket", null=True),
        C("reason", "string", "why the rows were dropped"),
        C("count", "int64", "rows or sentences dropped"),
        C("sample", "string", "up to three examples, one a line, at most 200 characters each", null=True),
    ),
    ("stage", "source", "reason"),
)

REJECTED = Table(
    "rejected",
    "One position report that the tracks stage dropped.",
    (*FIX, C("reason", "string", "why it was dropped, see tracks.clean.Reason")),
    ("mmsi", "timestamp", "lat", "lon"),
)
