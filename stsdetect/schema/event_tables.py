"""Scored events and their evidence."""

from __future__ import annotations

from stsdetect.schema.common_columns import END, LAT, LON, PAIR, START
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

EVENTS = Table(
    "events",
    "An encounter, dark encounter, solo event or delivery worth showing: three numbers and their score.",
    (
        C("event_id", "string", "identifier, the same in every run on the same data"),
        C(
            "event_type",
            "string",
            "encounter, dark_encounter, solo (with a vessel that was never received) or delivery (to a quay)",
        ),
        C("source_id", "string", "encounter_id, dark_id, solo_id or delivery_id of the event"),
        C("mmsi_1", "int64", "MMSI of vessel 1; where only one was in a gap, that one"),
        C(
            "mmsi_2",
            "int64",
            "MMSI of vessel 2; where only one was in a gap, the one received; null where there is one only",
            null=True,
        ),
        C("imo_1", "int64", "IMO number of vessel 1", null=True),
        C("imo_2", "int64", "IMO number of vessel 2", null=True),
        C("shipname_1", "string", "name of vessel 1", null=True),
        C("shipname_2", "string", "name of vessel 2", null=True),
        C("flag_1", "string", "flag of vessel 1", null=True),
        C("flag_2", "string", "flag of vessel 2", null=True),
        START,
        END,
        C("duration_h", "float64", "length", "h"),
        LAT,
        LON,
        C("p_contact", "float64", "probability that the two hulls lay alongside; of a delivery, its p", ""),
        C(
            "context_score",
            "float64",
            "how well the circumstances fit a transfer: sum of the families' capped terms",
            "nat",
        ),
        C("data_quality", "float64", "share of the event that was observed rather than assumed", ""),
        C("score", "float64", "combination of the three, by which the report is sorted", ""),
        C("tier", "string", "high, medium, low or info"),
        C("rank", "int32", "1 has the highest score"),
        C(
            "category",
            "string",
            "most likely reading: transfer, bunkering, towing, pilotage, fishing, dredging, berth, "
            "anchorage_neighbours, "
            "same_hull, delivery, unknown",
        ),
        C("innocent_explanation", "string", "the strongest innocent explanation, in words"),
        C("model_id", "string", "identifier of the contact model"),
        C("params_digest", "string", "digest of the parameters"),
    ),
    ("rank",),
    distinct=PAIR,
)

EVIDENCE = Table(
    "evidence",
    "One term of the score of one event.",
    (
        C("event_id", "string", "event"),
        C("family", "string", "circumstance that the term is about; terms of one family are capped together"),
        C("term", "string", "name of the term"),
        C("vessel", "string", "which vessel it is about: 1, 2 or both"),
        C("observed", "string", "observed value", null=True),
        C("unit", "string", "unit of the observed value", null=True),
        C("threshold", "string", "what it was compared with", null=True),
        C("contribution", "float64", "what it added to the log-odds of its family, after the cap", "nat"),
        C("supports", "string", "what it supports: transfer, innocent or neutral"),
        C("statement", "string", "the term in plain words"),
    ),
    ("event_id", "family", "term", "vessel"),
)
