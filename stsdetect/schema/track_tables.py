"""Tracks: cleaned points, segments, identity spells, and all vessels at common instants."""

from __future__ import annotations

from stsdetect.schema.common_columns import (
    COG,
    END,
    FIX,
    HEADING,
    LAT,
    LON,
    MMSI,
    SEGMENT,
    SOG,
    START,
    TIME,
    VESSEL,
)
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

POINTS = Table(
    "points",
    "One cleaned fix in its segment.",
    (
        *FIX,
        SEGMENT,
        VESSEL,
        C("quality_flags", "int32", "bit field of tracks.cleaning.QualityFlag: what is doubtful in the fix"),
    ),
    ("mmsi", "timestamp", "segment_id"),
)

SEGMENTS = Table(
    "segments",
    "One consistent track of one transponder.",
    (
        SEGMENT,
        VESSEL,
        MMSI,
        START,
        END,
        C("n_points", "int64", "fixes in the segment"),
        C("start_lat", "float64", "latitude of the first fix", "deg"),
        C("start_lon", "float64", "longitude of the first fix", "deg"),
        C("end_lat", "float64", "latitude of the last fix", "deg"),
        C("end_lon", "float64", "longitude of the last fix", "deg"),
        C("distance_m", "float64", "length of the path from fix to fix", "m"),
        C("median_interval_s", "float64", "median time between fixes", "s", null=True),
        C("ais_class", "string", "most common AIS class"),
        C("kind", "string", "ship, base, aton, sar, buoy or other; only ships are paired"),
        C("quarantined", "bool", "excluded from every later stage: spoofed, impossible or unconfirmed"),
        C(
            "quarantine_reason",
            "string",
            "circle, on_land, frozen, crowd, many_ships, offset_copy, displaced, two_places or unconfirmed",
            null=True,
        ),
        C(
            "close_reason",
            "string",
            "why it ends: end of its fixes, timeout (a long gap follows) or ambiguous",
        ),
    ),
    ("mmsi", "start_time", "segment_id"),
)

IDENTITY = Table(
    "identity",
    "One spell during which an MMSI broadcast one identity; names and sizes as broadcast.",
    (
        MMSI,
        VESSEL,
        START,
        END,
        C(
            "n_reports",
            "int64",
            "reports of the spell in STATIC, which are those that brought a change; 0 where there is none",
        ),
        C("imo", "int64", "IMO number", null=True),
        C("imo_valid", "bool", "the check digit of the IMO number is correct", null=True),
        C(
            "near_imo",
            "int64",
            "IMO number of the spell before or after, where it differs in one digit only",
            null=True,
        ),
        C("callsign", "string", "call sign", null=True),
        C("shipname", "string", "name", null=True),
        C("ship_type", "int32", "ship and cargo type", null=True),
        C("to_bow", "float64", "distance from the antenna to the bow", "m", null=True),
        C("to_stern", "float64", "distance from the antenna to the stern", "m", null=True),
        C("to_port", "float64", "distance from the antenna to the port side", "m", null=True),
        C("to_starboard", "float64", "distance from the antenna to the starboard side", "m", null=True),
        C("length_m", "float64", "to_bow + to_stern, or the length that the dump gives", "m", null=True),
        C("width_m", "float64", "to_port + to_starboard, or the beam that the dump gives", "m", null=True),
        C("ais_class", "string", "A, B or U"),
        C("mid", "int32", "maritime identification digits of the MMSI", null=True),
        C(
            "flag",
            "string",
            "flag of the MID, ISO 3166 alpha-3; null where the MID is not allotted",
            null=True,
        ),
        C("kind", "string", "ship, base, aton, sar, buoy or other"),
        C(
            "changed",
            "string",
            "what differs from the spell before: imo, callsign, shipname, ship_type, size",
            null=True,
        ),
        C("shared_mmsi", "bool", "two vessels use this MMSI at the same time"),
        C("vessel_evidence", "string", "why vessel_id spans several MMSIs, or why it does not", null=True),
        C("source_id", "string", "the vessel's id in the dump where that is not an MMSI", null=True),
    ),
    ("mmsi", "start_time"),
)

RESAMPLED = Table(
    "resampled",
    "A vessel at one epoch-aligned instant, interpolated inside its segment.",
    (
        SEGMENT,
        VESSEL,
        MMSI,
        TIME,
        LAT,
        LON,
        SOG,
        COG,
        HEADING,
        C("heading_from_cog", "bool", "no heading was broadcast: the course over ground is used instead"),
        C("nav_status", "int32", "navigational status of the previous fix", null=True),
        C("interp_age_s", "float64", "time to the nearer of the two fixes used", "s"),
        C("interval_s", "float64", "time between the two fixes used; 0 at a fix", "s"),
        C("position_error_m", "float64", "one-sigma position error; grows with the interval", "m"),
    ),
    ("timestamp", "mmsi", "segment_id"),
)
