"""Columns that several tables share."""

from __future__ import annotations

from stsdetect.schema.table import Column as C

MMSI = C(
    "mmsi",
    "int64",
    "MMSI as broadcast; a vessel that the dump identifies by text only gets a negative stand-in",
)

PAIR = ("mmsi_1", "mmsi_2")
"""The two sides of a pair, which are never equal."""

TIME = C("timestamp", "timestamp", "receive time", "UTC")

LAT = C("lat", "float64", "latitude, WGS84", "deg")

LON = C("lon", "float64", "longitude, WGS84", "deg")

START = C("start_time", "timestamp", "first instant", "UTC")

END = C("end_time", "timestamp", "last instant", "UTC")

SOG = C("sog", "float64", "speed over ground", "kn", null=True)

COG = C("cog", "float64", "course over ground, true", "deg", null=True)

HEADING = C("heading", "float64", "true heading", "deg", null=True)

SEGMENT = C("segment_id", "string", "segment: MMSI, time of the first fix, ordinal")

VESSEL = C(
    "vessel_id", "string", "vessel: what the evidence ties together as one hull, across MMSIs where it does"
)

FIX = (
    MMSI,
    TIME,
    LAT,
    LON,
    SOG,
    COG,
    HEADING,
    C("nav_status", "int32", "navigational status, ITU-R M.1371 table 45", null=True),
    C(
        "ais_class",
        "string",
        "A, B, or the kind of another station: base, aton, sar; U where the dump does not give it",
        absent="U",
    ),
    C("msg_type", "int32", "ITU-R M.1371 message type; 0 where the dump does not give it", absent=0),
    C("station", "string", "receiving station or satellite feed", null=True),
    C(
        "source",
        "string",
        "input file, relative to the folder or glob given; empty for rows that come from no file",
        absent="",
    ),
)
