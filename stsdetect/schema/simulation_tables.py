"""What truly happened in a simulated sea, and the ships in it."""

from __future__ import annotations

from stsdetect.schema.common_columns import END, LAT, LON, MMSI, START
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

TRUTH = Table(
    "truth",
    "What truly happened between two vessels of a simulated sea.",
    (
        C("truth_id", "string", "identifier"),
        C(
            "kind",
            "string",
            "transfer, dark_transfer, solo_transfer (the partner is not received), bunkering, or the "
            "category of a look-alike",
        ),
        C(
            "mmsi_1",
            "int64",
            "MMSI of vessel 1: the one in a gap, or else the smaller MMSI; of a solo_transfer the one in the "
            "dump",
        ),
        C(
            "mmsi_2",
            "int64",
            "MMSI of vessel 2: the one received, or else the larger MMSI; null if it never transmits",
            null=True,
        ),
        START,
        END,
        LAT,
        LON,
        C("illicit", "bool", "a detector is meant to find it"),
        C("contact", "bool", "the two hulls lay alongside"),
        C("place", "string", "where: open water, anchorage or bunkering anchorage"),
        C("holding", "string", "how the two were held: at anchor, adrift or under way"),
        C("orientation", "string", "headings of the two hulls: same or opposite"),
        C(
            "dark",
            "string",
            "how many of the two were in a gap during the contact: none, one or both; of a solo_transfer "
            "whether host or guest was not received, and when it was",
        ),
        C("scenario", "string", "name of the case, where it is a named one"),
    ),
    ("start_time", "mmsi_1", "mmsi_2", "truth_id"),
)

SHIPS = Table(
    "ships",
    "One transponder of a simulated sea.",
    (
        MMSI,
        C("hull_id", "int64", "number of the hull; two transponders on one hull share it"),
        C("kind", "string", "class of vessel"),
        C("role", "string", "what it does in this sea"),
        C("ais_class", "string", "A or B"),
        C("length_m", "float64", "true length", "m"),
        C("beam_m", "float64", "true beam", "m"),
        C("shipname", "string", "first name broadcast"),
        C("imo", "int64", "first IMO number broadcast", null=True),
        START,
        END,
    ),
    ("mmsi",),
)
