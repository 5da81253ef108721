"""Ports: visits, the voyages between them, and the ports that a vessel could have called at in a gap."""

from __future__ import annotations

from stsdetect.schema.common_columns import LAT, LON, MMSI, START, VESSEL
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

_PORT = (
    C("port_id", "string", "port of the bundled list; null where none is near", null=True),
    C("port_name", "string", "name of the port", null=True),
)

PORT_VISITS = Table(
    "port_visits",
    "A vessel at rest at one place: at the berths of a port, in its roads or in an anchorage.",
    (
        C("visit_id", "string", "identifier"),
        MMSI,
        VESSEL,
        *_PORT,
        C(
            "berth_id",
            "string",
            "the place of BERTHS at which it lay longest; null where none was learnt",
            null=True,
        ),
        C("kind", "string", "where it lay: berth, roads (at anchor near a port) or anchorage"),
        START,
        C(
            "end_time",
            "timestamp",
            "last instant at rest there; null where it was still there at its last fix",
            "UTC",
            null=True,
        ),
        LAT,
        LON,
        C("draught_in_m", "float64", "draught that it broadcast on arrival", "m", null=True),
        C("draught_out_m", "float64", "draught that it broadcast on departure", "m", null=True),
        C("dark_h", "float64", "time in gaps within the visit", "h"),
        C(
            "confidence",
            "int32",
            "4 a stop, seen to arrive and to leave; 3 one of the two; 2 neither; 1 no stop was seen, only a "
            "gap there",
        ),
        C("country", "string", "country of the port, ISO 3166 alpha-3", null=True),
        C("last_time", "timestamp", "last fix there: end_time, or the last fix of an open visit", "UTC"),
        C(
            "before_time",
            "timestamp",
            "last fix before it arrived; null where there is none: it may have lain there already",
            "UTC",
            null=True,
        ),
        C(
            "after_time",
            "timestamp",
            "first fix after it left; null where there is none",
            "UTC",
            null=True,
        ),
        C("rest_h", "float64", "time at rest there, gaps included", "h"),
        C("n_stops", "int64", "stops that the visit was made of"),
    ),
    ("start_time", "mmsi", "visit_id"),
)

VOYAGES = Table(
    "voyages",
    "A vessel from one visit to a berth to the next, or from or to the edge of the dump, with its stops at "
    "anchor.",
    (
        C("voyage_id", "string", "identifier"),
        MMSI,
        VESSEL,
        C(
            "from_visit_id",
            "string",
            "visit to a berth before; null where the dump begins under way",
            null=True,
        ),
        C("to_visit_id", "string", "visit to a berth after; null where the dump ends under way", null=True),
        C("from_port", "string", "port_name of the visit before", null=True),
        C("to_port", "string", "port_name of the visit after", null=True),
        C("start_time", "timestamp", "departure, or first fix", "UTC"),
        C("end_time", "timestamp", "arrival, or last fix", "UTC"),
        C("distance_m", "float64", "length of the path from fix to fix, straight over gaps", "m"),
        C("dark_h", "float64", "time in gaps under way", "h"),
        C("longest_gap_h", "float64", "longest of these gaps; 0 where there is none", "h"),
        C("draught_out_m", "float64", "draught that it broadcast on departure", "m", null=True),
        C("draught_in_m", "float64", "draught that it broadcast on arrival", "m", null=True),
        C("laden", "string", "yes, no or unknown, by draught"),
        C(
            "n_events",
            "int64",
            "events of the vessel under way; null before the events are scored",
            null=True,
        ),
        C("n_gaps", "int64", "gaps under way"),
        C(
            "laden_basis",
            "string",
            "what the draught was compared with: own_range of its draughts in the dump, or size; null where "
            "laden is unknown",
            null=True,
        ),
        C(
            "laden_draught_m",
            "float64",
            "draught of such a vessel when laden, as compared with",
            "m",
            null=True,
        ),
    ),
    ("start_time", "mmsi", "voyage_id"),
)

HIDDEN_CALLS = Table(
    "hidden_calls",
    "A port that a vessel could have reached, called at and left during a gap; never more than possible.",
    (
        C("gap_id", "string", "gap"),
        MMSI,
        C("port_id", "string", "port of the bundled list"),
        C("port_name", "string", "name of the port"),
        C("earliest_arrival", "timestamp", "earliest instant at which it could be there", "UTC"),
        C(
            "latest_departure",
            "timestamp",
            "latest instant at which it had to leave; of an open gap, the end of the dump",
            "UTC",
        ),
        C("longest_stay_h", "float64", "longest time that it could lie there", "h"),
        C(
            "required_sog_kn",
            "float64",
            "lowest speed at which the shortest call was possible",
            "kn",
        ),
        C("rank", "int32", "rank among the ports for the gap, 1 is the most probable"),
        C(
            "p",
            "float64",
            "probability that it called there during the gap; the rest is other ports and none",
            "",
        ),
        VESSEL,
        C("country", "string", "country of the port, ISO 3166 alpha-3", null=True),
        LAT,
        LON,
        C("distance_in_m", "float64", "shortest route by water from the last fix to the port", "m"),
        C(
            "distance_out_m",
            "float64",
            "shortest route by water from the port to the first fix; null of an open gap",
            "m",
            null=True,
        ),
        C("n_ports", "int64", "ports that were possible in the same gap"),
    ),
    ("gap_id", "rank"),
)
