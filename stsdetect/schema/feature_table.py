"""Inputs of the score, one row per candidate event; columns that end in _1 and _2 are those of a vessel."""

from __future__ import annotations

from stsdetect.schema.common_columns import PAIR
from stsdetect.schema.table import Column, Table

_CANDIDATE = (
    Column("source_id", "string", "encounter_id, dark_id, solo_id or delivery_id"),
    Column("event_type", "string", "encounter, dark_encounter, solo or delivery"),
    Column("start_time", "timestamp", "first instant", "UTC"),
    Column("end_time", "timestamp", "last instant", "UTC"),
    Column("duration_h", "float64", "length", "h"),
    Column("lat", "float64", "latitude, WGS84", "deg"),
    Column("lon", "float64", "longitude, WGS84", "deg"),
    Column(
        "p_contact", "float64", "probability that the two hulls lay alongside, as the detector gave it", ""
    ),
)

_OBSERVED = (
    Column("min_hull_gap_m", "float64", "smallest hull gap", "m", null=True),
    Column("median_hull_gap_m", "float64", "median hull gap", "m", null=True),
    Column("hull_gap_error_m", "float64", "one-sigma error of the median hull gap", "m", null=True),
    Column(
        "rigidity",
        "float64",
        "log-likelihood ratio of the rigid-body test: turned as one body against each about its anchor",
        "nat",
        null=True,
    ),
    Column("swing_deg", "float64", "change of heading behind the rigid-body test", "deg", null=True),
    Column("orientation", "string", "headings of the two hulls: same, opposite, other or unknown", null=True),
    Column(
        "observed_fraction",
        "float64",
        "share of the instants at which both are close in time to a fix",
        null=True,
    ),
    Column("median_sog_kn", "float64", "median of the mean speed of the two", "kn", null=True),
    Column("max_sog_kn", "float64", "95th percentile of the mean speed of the two", "kn", null=True),
    Column("sizes_known", "int32", "how many of the two broadcast their size", null=True),
    Column("headings_known", "int32", "how many of the two broadcast a heading most of the time", null=True),
    Column(
        "abreast",
        "float64",
        "median share of the shorter hull's length that lies beside the other hull",
        null=True,
    ),
    Column("overlap_m", "float64", "median depth of overlap of the outlines", "m", null=True),
    Column(
        "approach_from_m", "float64", "largest distance between the two in the hours before", "m", null=True
    ),
    Column(
        "departure_to_m", "float64", "largest distance between the two in the hours after", "m", null=True
    ),
    Column("same_hull_suspected", "bool", "the two MMSIs are likely two transponders on one hull"),
    Column(
        "geometry_category", "string", "most likely reading from geometry, type and motion alone", null=True
    ),
    Column("ruled_out", "string", "why the two cannot lie alongside", null=True),
    Column("visitor_mmsi", "int64", "MMSI of the vessel that came to the other", null=True),
    Column("n_in_group", "int32", "hulls in the group", null=True),
)

_DARK = (
    Column(
        "dark_kind", "string", "gap-loitering (vessel 2 was received) or gap-gap (both in a gap)", null=True
    ),
    Column(
        "feasible_dwell_h",
        "float64",
        "longest time together that leaves time to sail there and on",
        "h",
        null=True,
    ),
    Column(
        "required_sog_kn",
        "float64",
        "lowest speed at which the vessel in a gap could have taken part",
        "kn",
        null=True,
    ),
    Column("area_km2", "float64", "area in which the two could have met", "km2", null=True),
    Column("n_alternatives", "int64", "other vessels that are candidates for the same gap", null=True),
    Column("gap_judged", "bool", "reception could be judged during the gaps", null=True),
    Column("gap_id_1", "string", "gap of vessel 1", null=True),
    Column("gap_id_2", "string", "gap of vessel 2", null=True),
    Column("loiter_id_2", "string", "loitering of vessel 2, where it was received", null=True),
    Column("p_off", "float64", "probability that the transponder was switched off during the gap", null=True),
    Column(
        "support",
        "float64",
        "log-odds that the two met, before other candidates are weighed",
        "nat",
        null=True,
    ),
    Column(
        "stop_unexplained",
        "bool",
        "vessel 2 stopped outside every known anchorage and port",
        null=True,
    ),
    Column(
        "rest_apart_m",
        "float64",
        "from where vessel 1 lay at rest just before or after its gap to where vessel 2 stopped",
        "m",
        null=True,
    ),
    Column("stop_within", "bool", "vessel 2 came and left while vessel 1 was in its gap", null=True),
    Column(
        "beside",
        "float64",
        "how near vessel 2 stopped to where vessel 1 lay at rest or drifted: 1 beside it, 0 far off",
        null=True,
    ),
    Column(
        "start_course_off_deg",
        "float64",
        "between the course of vessel 1 as its gap began and the bearing of vessel 2",
        "deg",
        null=True,
    ),
    Column(
        "end_course_off_deg",
        "float64",
        "between the course of vessel 1 as its gap ended and the bearing from vessel 2",
        "deg",
        null=True,
    ),
    Column(
        "course_log_lr",
        "float64",
        "log-likelihood ratio of both courses: bound for vessel 2 and coming from it, against any course",
        "nat",
        null=True,
    ),
    Column(
        "stopped_meanwhile",
        "bool",
        "vessel 1 was under way at both ends of its gap and had time left for the shortest transfer",
        null=True,
    ),
    Column(
        "n_repeats",
        "int64",
        "other contacts of the two within params.partner_window_h that began and ended apart",
        null=True,
    ),
)

_SOLO = (
    Column("solo_kind", "string", "stop (vessel 1 was received) or gap (it switched off)", null=True),
    Column("status", "string", "status for most of the stop: moored, at_anchor or other", null=True),
    Column("drift_kn", "float64", "speed from the first third of the stop to the last", "kn", null=True),
    Column("pivot_forward_m", "float64", "fixed point of the swing forward of the antenna", "m", null=True),
    Column("pivot_starboard_m", "float64", "fixed point to starboard of the antenna", "m", null=True),
    Column("expected_forward_m", "float64", "pivot forward of the antenna at her own anchor", "m", null=True),
    Column("anchor_reading", "string", "whose anchor it lay at: own, borrowed or cannot_tell", null=True),
    Column("log_lr_borrowed", "float64", "log-likelihood ratio of another's anchor", "nat", null=True),
    Column("n_sharing_pivot", "int64", "other vessels with a swing about the same point", null=True),
    Column("n_in_turn", "int64", "other vessels that lay at this spot before or after", null=True),
)

_DELIVERY = (
    Column("origin_basis", "string", "what the origin of a delivery rests on, see DELIVERIES", null=True),
    Column("origin_port", "string", "port of origin, of a delivery", null=True),
    Column("origin_p", "float64", "probability of that origin", null=True),
    Column("call_port", "string", "port of the quay, of a delivery", null=True),
    Column("embargo_grounds", "string", "what points to the embargo, of a delivery", null=True),
    Column("delivery_tonnes", "float64", "median of the cargo of a delivery", "t", null=True),
    Column("delivery_innocent", "string", "innocent explanation of a delivery", null=True),
)

_PLACE = (
    Column("in_port", "bool", "inside a port's waters"),
    Column("port_name", "string", "name of that port", null=True),
    Column("in_anchorage", "bool", "inside a known anchorage"),
    Column("anchorage_name", "string", "name of that anchorage", null=True),
    Column(
        "anchorage_use",
        "string",
        "use of that anchorage: bunkering, lightering, waiting or fishing",
        null=True,
    ),
    Column("anchorage_night_work", "bool", "barges may lie alongside there at night", null=True),
    Column(
        "shore_distance_m",
        "float64",
        "distance to the nearest shore, at most geo.land.SHORE_REACH_M",
        "m",
        null=True,
    ),
    Column("on_land", "bool", "on land or in a river above the coastline"),
    Column(
        "n_at_rest",
        "int64",
        "other hulls that loitered within params.queue_radius_m during the event",
        null=True,
    ),
    Column(
        "night_share", "float64", "share of the time with the sun more than 6 degrees below the horizon", ""
    ),
    Column("local_start_h", "float64", "local mean solar time at the start", "h"),
)

_SHIP = (
    Column("mmsi", "int64", "MMSI"),
    Column("vessel_id", "string", "vessel_id"),
    Column("imo", "int64", "IMO number as broadcast", null=True),
    Column("imo_valid", "bool", "the check digit of the IMO number is correct", null=True),
    Column("callsign", "string", "call sign as broadcast", null=True),
    Column("shipname", "string", "name as broadcast", null=True),
    Column("ship_type", "int32", "ship and cargo type as broadcast", null=True),
    Column("length_m", "float64", "length as broadcast", "m", null=True),
    Column("flag", "string", "flag of the MID", null=True),
    Column("mid", "int32", "maritime identification digits of the MMSI", null=True),
    Column("ais_class", "string", "A, B or U", null=True),
    Column("shared_mmsi", "bool", "two vessels use this MMSI at the same time", null=True),
    Column(
        "known_by_text_id",
        "bool",
        "the dump gives a text id instead of an MMSI, so MMSI and flag are unknown",
    ),
    Column(
        "identity_changed",
        "string",
        "what changed around the event: name, imo, callsign, mmsi",
        null=True,
    ),
    Column("identity_before", "string", "name, IMO number and call sign before the change", null=True),
    Column(
        "gap_p_off",
        "float64",
        "probability that the transponder was switched off during a gap near the event",
        null=True,
    ),
    Column("gap_h", "float64", "length of that gap", "h", null=True),
    Column("gap_n_neighbours", "int64", "other vessels that were received during that gap", null=True),
    Column("gap_when", "string", "when that gap was: before, during or after the event", null=True),
    Column(
        "gap_apart_h",
        "float64",
        "time between that gap and the event, 0 where it was during the event",
        "h",
        null=True,
    ),
    Column("gap_open", "bool", "that gap is open: the vessel was not received again", null=True),
    Column("draught_change_m", "float64", "draught broadcast after minus before", "m", null=True),
    Column("n_partners", "int64", "other hulls that it lay beside within params.partner_window_h", null=True),
    Column(
        "elsewhere_h",
        "float64",
        "time of the event during which it was observed beside a third hull",
        "h",
        null=True,
    ),
    Column(
        "n_visited",
        "int64",
        "hulls that it lay beside away from a berth within params.visit_window_h",
        null=True,
    ),
    Column(
        "n_visited_day",
        "int64",
        "hulls among them that it lay beside within params.service_window_h",
        null=True,
    ),
    Column("visit_median_h", "float64", "median length of these visits", "h", null=True),
    Column("visit_spread_m", "float64", "how far apart these visits were", "m", null=True),
    Column("previous_port", "string", "last port in which it was observed before", null=True),
    Column("next_port", "string", "first port in which it was observed after", null=True),
    Column("destination", "string", "destination last broadcast before the end of the event", null=True),
    Column(
        "list_kind",
        "string",
        "strongest match with a listed ship: imo, mmsi, near_imo, name or near_name",
        null=True,
    ),
    Column("list_observed", "string", "broadcast value that matches", null=True),
    Column("list_listed", "string", "value on the list", null=True),
    Column("list_name", "string", "name on the list", null=True),
    Column("list_source", "string", "which list it is on", null=True),
    Column("list_similarity", "float64", "similarity of the two; 1 is equal", null=True),
    Column("list_length_agrees", "bool", "both lengths are known and alike", null=True),
    Column("list_listed_on", "timestamp", "day on which the listed ship was listed", "UTC", null=True),
    Column("list_date", "timestamp", "day of that list itself", "UTC", null=True),
    Column("list_sha256", "string", "SHA-256 of the file of that list", null=True),
    Column("list_n_lists", "int32", "lists that name that ship", null=True),
)


def _each(side: int) -> tuple[Column, ...]:
    return tuple(
        # Of a solo event, vessel 2 was never received.
        Column(f"{c.name}_{side}", c.kind, f"{c.meaning}, vessel {side}", c.unit, c.null or side == 2)
        for c in _SHIP
    )


FEATURES = Table(
    "features",
    "One candidate event with all inputs of its score.",
    (*_CANDIDATE, *_OBSERVED, *_DARK, *_SOLO, *_PLACE, *_each(1), *_each(2), *_DELIVERY),
    ("start_time", "mmsi_1", "mmsi_2", "source_id"),
    distinct=PAIR,
)
