"""Reception, outages, gaps, loitering, contacts, encounters and dark encounters."""

from __future__ import annotations

from stsdetect.schema.common_columns import END, LAT, LON, MMSI, SEGMENT, START, TIME, VESSEL
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

RECEPTION = Table(
    "reception",
    "How well ships were heard in one cell, time slice and class.",
    (
        C("cell", "int64", "cell number of context.reception"),
        C("bin_start", "timestamp", "start of the time slice", "UTC"),
        C("ais_class", "string", "A, B or U"),
        C("at_rest", "bool", "ships at rest; false: ships under way"),
        C("n_ships", "int64", "ships known to be there"),
        C("expected_ship_bins", "float64", "ship-slices in which a report was due"),
        C("received_ship_bins", "float64", "ship-slices in which one was heard"),
    ),
    ("bin_start", "cell", "ais_class", "at_rest"),
)

OUTAGES = Table(
    "outages",
    "A time and area in which everyone fell silent: feed or station failure.",
    (
        C("outage_id", "string", "identifier"),
        C("scope", "string", "feed or station"),
        START,
        END,
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
        MMSI,
        VESSEL,
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
        C("dropout_share", "float64", "holes of this feed among silences that say so much", null=True),
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
        MMSI,
        VESSEL,
        SEGMENT,
        START,
        END,
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

SOLO_STOPS = Table(
    "solo_stops",
    "A stop of a ship seen alone, after which it said another draught; no event.",
    (
        C("loiter_id", "string", "the stay"),
        MMSI,
        VESSEL,
        START,
        END,
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
        TIME,
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
        START,
        END,
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
        LAT,
        LON,
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
