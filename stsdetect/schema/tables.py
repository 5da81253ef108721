"""Every table of stsdetect, declared once.

Names follow ITU-R M.1371 where a field is broadcast and Global Fishing Watch's exports where it is derived.
"""

from __future__ import annotations

from stsdetect.schema.features import FEATURES
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

_MMSI = C(
    "mmsi",
    "int64",
    "MMSI as broadcast; a ship known by a text id has a negative number (see identity.source_id)",
)
_TIME = C("timestamp", "timestamp", "receive time", "UTC")
_LAT = C("lat", "float64", "latitude, WGS84", "deg")
_LON = C("lon", "float64", "longitude, WGS84", "deg")
_START = C("start_time", "timestamp", "first instant", "UTC")
_END = C("end_time", "timestamp", "last instant", "UTC")
_SOG = C("sog", "float64", "speed over ground", "kn", null=True)
_COG = C("cog", "float64", "course over ground, true", "deg", null=True)
_HEADING = C("heading", "float64", "true heading", "deg", null=True)
_SEGMENT = C("segment_id", "string", "consistent track of one transmitter: mmsi, first time, ordinal")
_VESSEL = C("vessel_id", "string", "hull that the evidence ties together, across numbers if need be")

_FIX = (
    _MMSI,
    _TIME,
    _LAT,
    _LON,
    _SOG,
    _COG,
    _HEADING,
    C("nav_status", "int32", "navigational status, ITU-R M.1371 table 45", null=True),
    C("ais_class", "string", "A, B, or other station kinds: base, aton, sar; U where the dump does not say"),
    C("msg_type", "int32", "ITU-R M.1371 message type; 0 where the dump does not say"),
    C("station", "string", "receiving station or satellite feed", null=True),
    C("source", "string", "input file, relative to the folder or glob given"),
)

POSITIONS = Table(
    "positions",
    "One position report as received; sentinels are null.",
    (
        *_FIX,
        C(
            "decode_flags",
            "int32",
            "bit field: 1 odd payload length, 2 bad checksum kept, 4 time of a clock near the sentence",
            null=True,
        ),
    ),
    ("mmsi", "timestamp", "lat", "lon"),
)

STATIC = Table(
    "static",
    "One static report as broadcast, never merged away; repeats are kept only when a value changes.",
    (
        _MMSI,
        _TIME,
        C("imo", "int64", "IMO number as broadcast", null=True),
        C("callsign", "string", "call sign", null=True),
        C("shipname", "string", "name", null=True),
        C("ship_type", "int32", "ship and cargo type, ITU-R M.1371 table 53", null=True),
        C("to_bow", "float64", "antenna to bow (A)", "m", null=True),
        C("to_stern", "float64", "antenna to stern (B)", "m", null=True),
        C("to_port", "float64", "antenna to port side (C)", "m", null=True),
        C("to_starboard", "float64", "antenna to starboard side (D)", "m", null=True),
        C(
            "length_m",
            "float64",
            "length, where the dump gives it without the antenna's place",
            "m",
            null=True,
        ),
        C("width_m", "float64", "width, where the dump gives it without the antenna's place", "m", null=True),
        C("draught", "float64", "maximum present static draught", "m", null=True),
        C("destination", "string", "destination", null=True),
        C("mothership_mmsi", "int64", "number of the mother ship, sent by craft 98MIDxxxx", null=True),
        C("ais_class", "string", "A, B or U", null=True),
        C("source_id", "string", "the ship's id in the dump where that is not an MMSI", null=True),
        C("source", "string", "input file"),
    ),
    ("mmsi", "timestamp"),
)

REJECTS = Table(
    "rejects",
    "How many rows or sentences a stage dropped for one reason, with samples.",
    (
        C("stage", "string", "decode, tracks, ..."),
        C("source", "string", "input file or bucket", null=True),
        C("reason", "string", "why the rows were dropped"),
        C("count", "int64", "rows or sentences dropped"),
        C("sample", "string", "up to three examples, one a line, at most 200 characters each", null=True),
    ),
    ("stage", "source", "reason"),
)

REJECTED = Table(
    "rejected",
    "One position report that the tracks stage dropped.",
    (*_FIX, C("reason", "string", "why it was dropped, see tracks.clean.Reason")),
    ("mmsi", "timestamp", "lat", "lon"),
)

POINTS = Table(
    "points",
    "One cleaned position in its segment.",
    (
        *_FIX,
        _SEGMENT,
        _VESSEL,
        C("quality_flags", "int32", "bit field of tracks.clean.QualityFlag: what is doubtful in a kept fix"),
    ),
    ("mmsi", "timestamp", "segment_id"),
)

SEGMENTS = Table(
    "segments",
    "One consistent track of one transmitter.",
    (
        _SEGMENT,
        _VESSEL,
        _MMSI,
        _START,
        _END,
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
        _MMSI,
        _VESSEL,
        _START,
        _END,
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
        C("shared_number", "bool", "two ships use this number at once"),
        C("vessel_evidence", "string", "why vessel_id spans more than one number", null=True),
        C("source_id", "string", "the ship's id in the dump where that is not an MMSI", null=True),
    ),
    ("mmsi", "start_time"),
)

RESAMPLED = Table(
    "resampled",
    "A vessel at one epoch-aligned instant, interpolated inside its segment.",
    (
        _SEGMENT,
        _VESSEL,
        _MMSI,
        _TIME,
        _LAT,
        _LON,
        _SOG,
        _COG,
        _HEADING,
        C("heading_from_cog", "bool", "no heading was reported: it is the course of a ship under way"),
        C("nav_status", "int32", "navigational status of the fix before", null=True),
        C("interp_age_s", "float64", "time to the nearer of the two fixes used", "s"),
        C("position_error_m", "float64", "one-sigma position error, growing with the hole", "m"),
    ),
    ("timestamp", "mmsi", "segment_id"),
)

RECEPTION = Table(
    "reception",
    "How well ships were heard in one cell, time slice and class.",
    (
        C("cell", "int64", "cell number of context.reception"),
        C("slot_start", "timestamp", "start of the time slice", "UTC"),
        C("ais_class", "string", "A, B or U"),
        C("still", "bool", "ships that lie still; false: ships under way"),
        C("n_ships", "int64", "ships known to be there"),
        C("expected_ship_slots", "float64", "ship-slices in which a report was due"),
        C("heard_ship_slots", "float64", "ship-slices in which one was heard"),
    ),
    ("slot_start", "cell", "ais_class", "still"),
)

OUTAGES = Table(
    "outages",
    "A time and area in which everyone fell silent: feed or station failure.",
    (
        C("outage_id", "string", "identifier"),
        C("scope", "string", "feed or station"),
        _START,
        _END,
        C("lat_min", "float64", "southern edge", "deg"),
        C("lat_max", "float64", "northern edge", "deg"),
        C("lon_min", "float64", "western edge", "deg"),
        C("lon_max", "float64", "eastern edge", "deg"),
        C("n_ships", "int64", "ships that fell silent"),
    ),
    ("start_time", "outage_id"),
)

GAPS = Table(
    "gaps",
    "A silence of one vessel, closed or still open when the dump ends.",
    (
        C("gap_id", "string", "identifier"),
        _MMSI,
        _VESSEL,
        C("start_time", "timestamp", "last fix before the silence", "UTC"),
        C("end_time", "timestamp", "first fix after it; null while open", "UTC", null=True),
        C("start_lat", "float64", "latitude of the last fix", "deg"),
        C("start_lon", "float64", "longitude of the last fix", "deg"),
        C("end_lat", "float64", "latitude of the first fix after", "deg", null=True),
        C("end_lon", "float64", "longitude of the first fix after", "deg", null=True),
        C("duration_h", "float64", "length, to the end of the dump while open", "h"),
        C("distance_m", "float64", "geodesic between the two fixes", "m", null=True),
        C("implied_sog_kn", "float64", "distance over duration", "kn", null=True),
        C("slack_h", "float64", "time beyond straight sailing at the ship's own speed", "h", null=True),
        C("start_sog_kn", "float64", "speed at the last fix", "kn", null=True),
        C("expected_reports", "float64", "reports that would have been heard", ""),
        C("n_neighbours", "int64", "other ships that told whether reception worked"),
        C("log_lr_off", "float64", "log-likelihood ratio, switched off against not received", "nat"),
        C("p_off", "float64", "probability of switched off", ""),
        C("hole_share", "float64", "holes of this feed among silences that say so much", null=True),
        C("feed_outage", "bool", "the silence lies in a feed or station outage"),
        C("in_port", "bool", "begins and ends at a berth or in port"),
        C("can_judge", "bool", "false where nothing can tell silence from absence"),
        C("mmsi_after", "int64", "number after the gap where it differs", null=True),
        C("draught_change_m", "float64", "draught after minus before", "m", null=True),
        C("destination_changed", "bool", "destination differs after the gap", null=True),
        C("name_changed", "bool", "name differs after the gap", null=True),
    ),
    ("start_time", "mmsi", "gap_id"),
)

LOITERING = Table(
    "loitering",
    "One vessel staying slow in one place.",
    (
        C("loiter_id", "string", "identifier"),
        _MMSI,
        _VESSEL,
        _SEGMENT,
        _START,
        _END,
        C("duration_h", "float64", "length", "h"),
        C("lat", "float64", "median latitude", "deg"),
        C("lon", "float64", "median longitude", "deg"),
        C("radius_m", "float64", "95th percentile of the distance from the median place", "m"),
        C("mean_sog_kn", "float64", "path length over time", "kn"),
        C("n_points", "int64", "fixes"),
        C("observed_fraction", "float64", "share of the spell within reach of a fix", ""),
    ),
    ("start_time", "mmsi", "loiter_id"),
)

LONE_STOPS = Table(
    "lone_stops",
    "A stop of a ship seen alone, after which it said another draught; no event.",
    (
        C("loiter_id", "string", "the stay"),
        _MMSI,
        _VESSEL,
        _START,
        _END,
        C("duration_h", "float64", "length", "h"),
        C("lat", "float64", "median latitude", "deg"),
        C("lon", "float64", "median longitude", "deg"),
        C("ship_type", "int32", "type as broadcast"),
        C("draught_change_m", "float64", "draught after minus before", "m"),
        C("shore_distance_m", "float64", "to the nearest shore", "m"),
    ),
    ("start_time", "mmsi", "loiter_id"),
)

CONTACTS = Table(
    "contacts",
    "A pair of vessels close together at one epoch-aligned instant.",
    (
        C("mmsi_1", "int64", "smaller number"),
        C("mmsi_2", "int64", "larger number"),
        C("segment_id_1", "string", "segment of ship 1"),
        C("segment_id_2", "string", "segment of ship 2"),
        _TIME,
        C("hull_gap_m", "float64", "expected distance between the hulls; 0 where they overlap", "m"),
        C("hull_gap_error_m", "float64", "one-sigma error of it", "m"),
        C("overlap_m", "float64", "expected depth of overlap of the outlines; 0 where apart", "m"),
        C("abreast", "float64", "share of the shorter hull that lies beside the other"),
        C("position_error_m", "float64", "one-sigma error of the antennas' relative position", "m"),
        C("east_m", "float64", "antenna 2 from antenna 1, east", "m"),
        C("north_m", "float64", "antenna 2 from antenna 1, north", "m"),
        C("heading_1", "float64", "heading used for ship 1", "deg", null=True),
        C("heading_2", "float64", "heading used for ship 2", "deg", null=True),
        C("sog_1", "float64", "speed of ship 1", "kn", null=True),
        C("sog_2", "float64", "speed of ship 2", "kn", null=True),
        C("lat", "float64", "latitude between them", "deg"),
        C("lon", "float64", "longitude between them", "deg"),
        C("observed", "bool", "both within reach of a real fix"),
        C("sizes_known", "int32", "ships of the two whose size is known"),
    ),
    ("mmsi_1", "mmsi_2", "timestamp", "segment_id_1", "segment_id_2"),
)

ENCOUNTERS = Table(
    "encounters",
    "A spell of hull contact or near contact, look-alikes included.",
    (
        C("encounter_id", "string", "identifier"),
        C("mmsi_1", "int64", "smaller number"),
        C("mmsi_2", "int64", "larger number"),
        C("vessel_id_1", "string", "hull 1"),
        C("vessel_id_2", "string", "hull 2"),
        _START,
        _END,
        C("duration_h", "float64", "length", "h"),
        C("lat", "float64", "median latitude", "deg"),
        C("lon", "float64", "median longitude", "deg"),
        C("min_hull_gap_m", "float64", "smallest hull gap", "m"),
        C("median_hull_gap_m", "float64", "median hull gap", "m"),
        C("hull_gap_error_m", "float64", "one-sigma error of the median", "m"),
        C(
            "rigidity",
            "float64",
            "log-likelihood ratio, fixed in the hull frame against fixed over ground",
            "nat",
        ),
        C("swing_deg", "float64", "heading change that made rigidity testable", "deg"),
        C("orientation", "string", "same, opposite, other or unknown: headings of the two hulls"),
        C("observed_fraction", "float64", "share of instants with both ships near a real fix", ""),
        C("median_sog_kn", "float64", "median of the pair's mean speed", "kn"),
        C("max_sog_kn", "float64", "95th percentile of the pair's mean speed", "kn"),
        C("sizes_known", "int32", "ships of the two whose size was broadcast"),
        C("headings_known", "int32", "ships of the two whose heading was mostly known"),
        C("abreast", "float64", "median share of the shorter hull that lies beside the other"),
        C("overlap_m", "float64", "median depth of overlap of the outlines", "m"),
        *(
            C(
                f"starboard_m_{side}",
                "float64",
                f"how far the other's antenna lies to starboard of ship {side}'s",
                "m",
                null=True,
            )
            for side in (1, 2)
        ),
        C("draught_change_m_1", "float64", "draught of ship 1 after minus before", "m", null=True),
        C("draught_change_m_2", "float64", "draught of ship 2 after minus before", "m", null=True),
        C("visitor_mmsi", "int64", "the ship that came to the other", null=True),
        C("approach_from_m", "float64", "largest distance between them in the hours before", "m", null=True),
        C("departure_to_m", "float64", "largest distance between them in the hours after", "m", null=True),
        *(
            C(
                f"{way}_{unit}_{side}",
                "float64",
                f"{meaning} of ship {side}'s farthest place {when}",
                unit_text,
                null=True,
            )
            for way, when in (("came_from", "before"), ("went_to", "after"))
            for side in (1, 2)
            for unit, unit_text, meaning in (("m", "m", "distance"), ("deg", "deg", "bearing"))
        ),
        C("same_hull_suspected", "bool", "two AIS sets on one hull"),
        C("category", "string", "most likely reading from geometry, type and motion alone"),
        C(
            "ruled_out",
            "string",
            "why they cannot lie alongside: one hull, hull between, passing",
            null=True,
        ),
        C("group_id", "string", "raft or chain of linked spells that this one belongs to", null=True),
        C("n_in_group", "int32", "hulls in the raft"),
        C("p_contact", "float64", "probability that the hulls lay alongside", ""),
    ),
    ("start_time", "mmsi_1", "mmsi_2", "encounter_id"),
)

DARK_ENCOUNTERS = Table(
    "dark_encounters",
    "A meeting that a silence made possible; never more than possible.",
    (
        C("dark_id", "string", "identifier"),
        C("kind", "string", "gap-loitering or gap-gap"),
        C("mmsi_1", "int64", "the dark ship; of two dark ships the smaller number"),
        C("mmsi_2", "int64", "the ship seen; of two dark ships the larger number"),
        C("vessel_id_1", "string", "hull 1"),
        C("vessel_id_2", "string", "hull 2"),
        C("gap_id_1", "string", "silence of ship 1"),
        C("gap_id_2", "string", "silence of ship 2 where it was dark too", null=True),
        C("loiter_id_2", "string", "stay of ship 2 where it was seen", null=True),
        C("start_time", "timestamp", "earliest instant at which both could be there", "UTC"),
        C("end_time", "timestamp", "latest such instant", "UTC"),
        _LAT,
        _LON,
        C("feasible_dwell_h", "float64", "longest stay together that leaves time to sail", "h"),
        C("required_sog_kn", "float64", "least speed of the dark ship for a transfer's shortest stay", "kn"),
        C("area_km2", "float64", "area in which they could have met", "km2"),
        C("n_alternatives", "int64", "other ships that fit as well"),
        C("rank_for_gap", "int32", "place among the candidates of this silence, 1 is best"),
        C("p_off", "float64", "probability that the silence was a switch-off", ""),
        C("support", "float64", "log-odds that they met, other candidates not weighed", "nat", null=True),
        C(
            "stop_unexplained",
            "bool",
            "the seen ship's stop is outside every known anchorage and port",
            null=True,
        ),
        C("draught_change_m_2", "float64", "draught of ship 2 after minus before", "m", null=True),
        C("p_contact", "float64", "probability that the hulls lay alongside", ""),
    ),
    ("start_time", "mmsi_1", "mmsi_2", "dark_id"),
)

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
        _START,
        _END,
        C("duration_h", "float64", "length", "h"),
        _LAT,
        _LON,
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

TRUTH = Table(
    "truth",
    "What truly happened between two ships of a simulated sea.",
    (
        C("truth_id", "string", "identifier"),
        C("kind", "string", "transfer, dark_transfer, bunkering, or the category of a look-alike"),
        C("mmsi_1", "int64", "smaller number; where one side is dark, the dark ship"),
        C("mmsi_2", "int64", "larger number; where one side is dark, the ship seen"),
        _START,
        _END,
        _LAT,
        _LON,
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
        _MMSI,
        C("hull_id", "int64", "the hull; two sets on one hull share it"),
        C("kind", "string", "class of ship"),
        C("role", "string", "what it does in this sea"),
        C("ais_class", "string", "A or B"),
        C("length_m", "float64", "true length", "m"),
        C("beam_m", "float64", "true beam", "m"),
        C("shipname", "string", "first name broadcast"),
        C("imo", "int64", "first IMO number broadcast", null=True),
        _START,
        _END,
    ),
    ("mmsi",),
)

SCHEMAS: dict[str, Table] = {
    t.name: t
    for t in (
        POSITIONS,
        STATIC,
        REJECTS,
        POINTS,
        SEGMENTS,
        IDENTITY,
        RESAMPLED,
        RECEPTION,
        OUTAGES,
        GAPS,
        LOITERING,
        LONE_STOPS,
        CONTACTS,
        ENCOUNTERS,
        DARK_ENCOUNTERS,
        FEATURES,
        EVENTS,
        EVIDENCE,
        TRUTH,
        SHIPS,
    )
}
