"""Tracks: cleaned points, segments, identity spells, and all ships at common instants."""

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
    "One cleaned position in its segment.",
    (
        *FIX,
        SEGMENT,
        VESSEL,
        C("quality_flags", "int32", "bit field of tracks.clean.QualityFlag: what is doubtful in a kept fix"),
    ),
    ("mmsi", "timestamp", "segment_id"),
)

SEGMENTS = Table(
    "segments",
    "One consistent track of one transmitter.",
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
        C("distance_m", "float64", "path length over the fixes", "m"),
        C("median_interval_s", "float64", "median time between fixes", "s", null=True),
        C("ais_class", "string", "most common class"),
        C("kind", "string", "ship, base, aton, sar, buoy, other: only ships are paired"),
        C("quarantined", "bool", "true where the track is spoofed or impossible and takes part in nothing"),
        C("quarantine_reason", "string", "circle, on_land, offset_copy, frozen, two_places, ...", null=True),
        C("close_reason", "string", "why the segment ended: end, timeout, ambiguous"),
    ),
    ("mmsi", "start_time", "segment_id"),
)

IDENTITY = Table(
    "identity",
    "One spell during which a number broadcast one identity; sizes and names as broadcast.",
    (
        MMSI,
        VESSEL,
        START,
        END,
        C("n_reports", "int64", "static reports behind the spell"),
        C("imo", "int64", "IMO number", null=True),
        C("imo_valid", "bool", "IMO check digit holds", null=True),
        C("near_imo", "int64", "IMO number of the spell beside it, one digit off", null=True),
        C("callsign", "string", "call sign", null=True),
        C("shipname", "string", "name", null=True),
        C("ship_type", "int32", "ship and cargo type", null=True),
        C("to_bow", "float64", "antenna to bow", "m", null=True),
        C("to_stern", "float64", "antenna to stern", "m", null=True),
        C("to_port", "float64", "antenna to port side", "m", null=True),
        C("to_starboard", "float64", "antenna to starboard side", "m", null=True),
        C("length_m", "float64", "to_bow + to_stern, or as given", "m", null=True),
        C("width_m", "float64", "to_port + to_starboard", "m", null=True),
        C("ais_class", "string", "A, B or U"),
        C("mid", "int32", "maritime identification digits", null=True),
        C(
            "flag",
            "string",
            "flag of the MID, ISO 3166 alpha-3; null where the MID is not allotted",
            null=True,
        ),
        C("kind", "string", "ship, base, aton, sar, buoy, other"),
        C(
            "changed",
            "string",
            "fields that differ from the spell before: imo, shipname, size, ...",
            null=True,
        ),
        C("shared_mmsi", "bool", "two ships use this number at once"),
        C("vessel_evidence", "string", "why vessel_id spans more than one number", null=True),
        C("source_id", "string", "the ship's id in the dump where that is not an MMSI", null=True),
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
        C("heading_from_cog", "bool", "no heading was reported: it is the course of a ship under way"),
        C("nav_status", "int32", "navigational status of the fix before", null=True),
        C("interp_age_s", "float64", "time to the nearer of the two fixes used", "s"),
        C("position_error_m", "float64", "one-sigma position error, growing with the hole", "m"),
    ),
    ("timestamp", "mmsi", "segment_id"),
)
