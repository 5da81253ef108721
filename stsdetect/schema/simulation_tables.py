"""What truly happened in a simulated sea, and the ships in it."""

from __future__ import annotations

from stsdetect.schema.common_columns import END, LAT, LON, MMSI, START
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

TRUTH = Table(
    "truth",
    "What truly happened between two ships of a simulated sea.",
    (
        C("truth_id", "string", "identifier"),
        C("kind", "string", "transfer, dark_transfer, bunkering, or the category of a look-alike"),
        C("mmsi_1", "int64", "smaller number; where one side is dark, the dark ship"),
        C("mmsi_2", "int64", "larger number; where one side is dark, the ship seen"),
        START,
        END,
        LAT,
        LON,
        C("illicit", "bool", "meant to be found"),
        C("contact", "bool", "the hulls lay alongside"),
        C("place", "string", "open, anchorage or bunkering anchorage"),
        C("holding", "string", "at anchor, adrift, under way"),
        C("orientation", "string", "same or opposite: headings of the two hulls"),
        C("dark", "string", "none, one or both: sides silent during the contact"),
        C("scenario", "string", "named case"),
    ),
    ("start_time", "mmsi_1", "mmsi_2", "truth_id"),
)

SHIPS = Table(
    "ships",
    "One AIS set of a simulated sea.",
    (
        MMSI,
        C("hull_id", "int64", "the hull; two sets on one hull share it"),
        C("kind", "string", "class of ship"),
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
