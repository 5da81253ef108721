"""What was received: position and static reports, and the rows that were rejected."""

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
            "bit field: 1 odd payload length, 2 wrong checksum, 4 receive time taken from a nearby clock, "
            "8 such a time was right to the minute only and is refined by the second of the report",
            null=True,
        ),
    ),
    ("mmsi", "timestamp", "lat", "lon"),
)

STATIC = Table(
    "static",
    "One static report as broadcast; a repeat is kept only where a value has changed.",
    (
        MMSI,
        TIME,
        C("imo", "int64", "IMO number as broadcast", null=True),
        C("callsign", "string", "call sign as broadcast", null=True),
        C("shipname", "string", "name as broadcast", null=True),
        C("ship_type", "int32", "ship and cargo type, ITU-R M.1371 table 53", null=True),
        C("to_bow", "float64", "distance from the antenna to the bow (A)", "m", null=True),
        C("to_stern", "float64", "distance from the antenna to the stern (B)", "m", null=True),
        C("to_port", "float64", "distance from the antenna to the port side (C)", "m", null=True),
        C("to_starboard", "float64", "distance from the antenna to the starboard side (D)", "m", null=True),
        C(
            "length_m",
            "float64",
            "length over all, where the dump gives it without the antenna's position",
            "m",
            null=True,
        ),
        C(
            "width_m",
            "float64",
            "beam, where the dump gives it without the antenna's position",
            "m",
            null=True,
        ),
        C("draught", "float64", "maximum present static draught, as entered by the crew", "m", null=True),
        C("destination", "string", "destination as broadcast", null=True),
        C(
            "mothership_mmsi",
            "int64",
            "MMSI of the mother ship, broadcast by an auxiliary craft (98MIDxxxx)",
            null=True,
        ),
        C("ais_class", "string", "A, B or U", null=True),
        C("source_id", "string", "the vessel's id in the dump where that is not an MMSI", null=True),
        C("source", "string", "input file; empty for rows that come from no file", absent=""),
    ),
    ("mmsi", "timestamp"),
)

REJECTS = Table(
    "rejects",
    "How many rows or sentences a stage rejected for one reason, with examples.",
    (
        C("stage", "string", "stage that rejected them: decode, tracks, ..."),
        C("source", "string", "input file or hash bucket", null=True),
        C("reason", "string", "why they were rejected"),
        C("count", "int64", "rows or sentences rejected"),
        C("sample", "string", "up to three examples, one per line, at most 200 characters each", null=True),
    ),
    ("stage", "source", "reason"),
)

REJECTED = Table(
    "rejected",
    "One position report that the tracks stage rejected.",
    (*FIX, C("reason", "string", "why it was rejected: a value of tracks.cleaning.Reason")),
    ("mmsi", "timestamp", "lat", "lon"),
)
