"""Scored events and their evidence."""

from __future__ import annotations

from stsdetect.schema.common_columns import END, LAT, LON, START
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

EVENTS = Table(
    "events",
    "What is worth showing an analyst, with its three numbers and their combination.",
    (
        C("event_id", "string", "identifier, the same in every run of the same data"),
        C("event_type", "string", "encounter or dark_encounter"),
        C("source_id", "string", "encounter_id or dark_id"),
        C("mmsi_1", "int64", "ship 1; in a one-sided dark event the dark ship"),
        C("mmsi_2", "int64", "ship 2; in a one-sided dark event the ship seen"),
        C("imo_1", "int64", "IMO number of ship 1", null=True),
        C("imo_2", "int64", "IMO number of ship 2", null=True),
        C("shipname_1", "string", "name of ship 1", null=True),
        C("shipname_2", "string", "name of ship 2", null=True),
        C("flag_1", "string", "flag of ship 1", null=True),
        C("flag_2", "string", "flag of ship 2", null=True),
        START,
        END,
        C("duration_h", "float64", "length", "h"),
        LAT,
        LON,
        C("p_contact", "float64", "probability that the hulls lay alongside", ""),
        C("context_score", "float64", "how far the circumstances fit, sum of capped log-odds", "nat"),
        C("data_quality", "float64", "share of the event observed rather than assumed", ""),
        C("score", "float64", "sorts the report", ""),
        C("tier", "string", "high, medium, low or info"),
        C("rank", "int32", "1 is the highest score"),
        C(
            "category",
            "string",
            "transfer, bunkering, towing, pilotage, fishing, dredging, berth, anchorage_neighbours, "
            "same_hull, unknown",
        ),
        C("innocent_explanation", "string", "the strongest innocent reading, in words"),
        C("model_id", "string", "contact model"),
        C("params_digest", "string", "digest of the parameters"),
    ),
    ("rank",),
)

EVIDENCE = Table(
    "evidence",
    "One term of one event's score.",
    (
        C("event_id", "string", "event"),
        C("family", "string", "contact, identity, silence, place, time, trade, draught, list, quality"),
        C("term", "string", "name of the term"),
        C("vessel", "string", "1, 2 or both"),
        C("observed", "string", "what was seen", null=True),
        C("unit", "string", "unit of what was seen", null=True),
        C("threshold", "string", "what it was held against", null=True),
        C("contribution", "float64", "added to its family's log-odds, after the cap", "nat"),
        C("supports", "string", "transfer, innocent or neutral"),
        C("statement", "string", "the term in plain words"),
    ),
    ("event_id", "family", "term", "vessel"),
)
