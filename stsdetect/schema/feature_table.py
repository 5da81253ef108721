"""What the score knows of a candidate, one row each; columns ending in _1 and _2 come once a ship."""

from __future__ import annotations

from stsdetect.schema.table import Column, Table

_CANDIDATE = (
    Column("source_id", "string", "encounter_id or dark_id"),
    Column("event_type", "string", "encounter or dark_encounter"),
    Column("start_time", "timestamp", "first instant", "UTC"),
    Column("end_time", "timestamp", "last instant", "UTC"),
    Column("duration_h", "float64", "length", "h"),
    Column("lat", "float64", "latitude, WGS84", "deg"),
    Column("lon", "float64", "longitude, WGS84", "deg"),
    Column("p_contact", "float64", "probability that the hulls lay alongside, as detected", ""),
)

_SEEN = (
    Column("min_hull_gap_m", "float64", "smallest hull gap", "m", null=True),
    Column("median_hull_gap_m", "float64", "median hull gap", "m", null=True),
    Column("hull_gap_error_m", "float64", "one-sigma error of the median", "m", null=True),
    Column(
        "rigidity",
        "float64",
        "log-likelihood ratio, fixed in the hull frame against fixed over ground",
        "nat",
        null=True,
    ),
    Column("swing_deg", "float64", "heading change that made rigidity testable", "deg", null=True),
    Column("orientation", "string", "same, opposite, other or unknown", null=True),
    Column("observed_fraction", "float64", "share observed rather than interpolated", null=True),
    Column("median_sog_kn", "float64", "median speed of the pair", "kn", null=True),
    Column("max_sog_kn", "float64", "95th percentile of the pair's speed", "kn", null=True),
    Column("sizes_known", "int32", "ships of the two whose size was broadcast", null=True),
    Column("headings_known", "int32", "ships of the two whose heading was mostly known", null=True),
    Column("abreast", "float64", "median share of the shorter hull that lies beside the other", null=True),
    Column("overlap_m", "float64", "median depth of overlap of the outlines", "m", null=True),
    Column("approach_from_m", "float64", "largest distance in the hours before", "m", null=True),
    Column("departure_to_m", "float64", "largest distance in the hours after", "m", null=True),
    Column("same_hull_suspected", "bool", "two AIS sets on one hull"),
    Column("geometry_category", "string", "reading from geometry, type and motion alone", null=True),
    Column("ruled_out", "string", "why they cannot lie alongside", null=True),
    Column("n_in_group", "int32", "hulls in the raft", null=True),
)

_DARK = (
    Column("dark_kind", "string", "gap-loitering or gap-gap", null=True),
    Column("feasible_dwell_h", "float64", "longest stay together that leaves time to sail", "h", null=True),
    Column("required_sog_kn", "float64", "least speed of the dark ship", "kn", null=True),
    Column("area_km2", "float64", "area in which they could have met", "km2", null=True),
    Column("n_alternatives", "int64", "other ships that fit as well", null=True),
    Column("gap_judged", "bool", "reception tells whether the silences are lost reception", null=True),
    Column("gap_id_1", "string", "silence of ship 1", null=True),
    Column("gap_id_2", "string", "silence of ship 2", null=True),
    Column("loiter_id_2", "string", "stay of ship 2 where it was seen", null=True),
    Column("p_off", "float64", "probability that the silence was a switch-off", null=True),
    Column("support", "float64", "log-odds that they met, other candidates not weighed", "nat", null=True),
    Column(
        "stop_unexplained",
        "bool",
        "the seen ship's stop is outside every known anchorage and port",
        null=True,
    ),
)

_PLACE = (
    Column("in_port", "bool", "inside a port's waters"),
    Column("port_name", "string", "that port", null=True),
    Column("in_anchorage", "bool", "inside a known anchorage"),
    Column("anchorage_name", "string", "that anchorage", null=True),
    Column("anchorage_use", "string", "bunkering, lightering, waiting, fishing", null=True),
    Column("anchorage_night_work", "bool", "barges may lie alongside at night", null=True),
    Column(
        "shore_distance_m", "float64", "distance to the shore, at most geo.land.SHORE_REACH_M", "m", null=True
    ),
    Column("on_land", "bool", "on land or in a river above the coastline"),
    Column(
        "n_at_rest",
        "int64",
        "other hulls that stayed within params.queue_radius_m meanwhile",
        null=True,
    ),
    Column("night_share", "float64", "share of the time with the sun more than 6 degrees down", ""),
    Column("local_start_h", "float64", "local mean solar time of the start", "h"),
)

_SHIP = (
    Column("mmsi", "int64", "number"),
    Column("vessel_id", "string", "hull"),
    Column("imo", "int64", "IMO number as broadcast", null=True),
    Column("imo_valid", "bool", "its check digit holds", null=True),
    Column("callsign", "string", "call sign", null=True),
    Column("shipname", "string", "name as broadcast", null=True),
    Column("ship_type", "int32", "ship and cargo type", null=True),
    Column("length_m", "float64", "length as broadcast", "m", null=True),
    Column("flag", "string", "flag of the MID", null=True),
    Column("mid", "int32", "maritime identification digits", null=True),
    Column("ais_class", "string", "A, B or U", null=True),
    Column("shared_mmsi", "bool", "two ships use this number at once", null=True),
    Column("known_by_text_id", "bool", "the dump gives no MMSI, so number and flag say nothing"),
    Column(
        "identity_changed",
        "string",
        "what the hull changed around the event: name, imo, callsign, mmsi",
        null=True,
    ),
    Column("identity_before", "string", "name, IMO number and call sign before the change", null=True),
    Column("gap_p_off", "float64", "probability that a silence near the event was a switch-off", null=True),
    Column("gap_h", "float64", "its length", "h", null=True),
    Column("gap_n_neighbours", "int64", "other ships that were heard meanwhile", null=True),
    Column("gap_when", "string", "before, during or after", null=True),
    Column("gap_apart_h", "float64", "time between it and the event, 0 during", "h", null=True),
    Column("gap_open", "bool", "the ship was not heard again", null=True),
    Column("draught_change_m", "float64", "draught after minus before", "m", null=True),
    Column("n_partners", "int64", "other hulls it lay beside within params.partner_window_h", null=True),
    Column(
        "elsewhere_h", "float64", "time of the event in which it was seen beside another hull", "h", null=True
    ),
    Column(
        "n_visited", "int64", "hulls it lay beside away from a berth within params.visit_window_h", null=True
    ),
    Column("visit_median_h", "float64", "median length of these visits", "h", null=True),
    Column("visit_spread_m", "float64", "how far apart they were", "m", null=True),
    Column("previous_port", "string", "last port in which it was seen before", null=True),
    Column("next_port", "string", "first port in which it was seen after", null=True),
    Column("destination", "string", "destination broadcast last before the end", null=True),
    Column(
        "list_kind",
        "string",
        "strongest likeness to a listed ship: imo, mmsi, near_imo, name, near_name",
        null=True,
    ),
    Column("list_observed", "string", "what was broadcast", null=True),
    Column("list_listed", "string", "what the list says", null=True),
    Column("list_name", "string", "name on the list", null=True),
    Column("list_source", "string", "which list", null=True),
    Column("list_similarity", "float64", "1 is equal", null=True),
    Column("list_length_agrees", "bool", "lengths known and alike", null=True),
)


def _each(side: int) -> tuple[Column, ...]:
    return tuple(
        Column(f"{c.name}_{side}", c.kind, f"{c.meaning}, ship {side}", c.unit, c.null) for c in _SHIP
    )


FEATURES = Table(
    "features",
    "One candidate with everything that its score looks at.",
    (*_CANDIDATE, *_SEEN, *_DARK, *_PLACE, *_each(1), *_each(2)),
    ("start_time", "mmsi_1", "mmsi_2", "source_id"),
)
