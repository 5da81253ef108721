"""Reception, outages, gaps, loitering, contacts, encounters and dark encounters."""

from __future__ import annotations

from stsdetect.schema.common_columns import END, LAT, LON, MMSI, PAIR, SEGMENT, START, TIME, VESSEL
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

RECEPTION = Table(
    "reception",
    "How well vessels of one AIS class and motion were received in one cell and time bin.",
    (
        C("cell", "int64", "number of the cell, see geo.grid.cell_of"),
        C("bin_start", "timestamp", "start of the time bin", "UTC"),
        C("ais_class", "string", "A, B or U"),
        C("at_rest", "bool", "true: vessels at rest; false: vessels under way"),
        C("n_ships", "int64", "vessels present in the cell and time bin"),
        C("expected_ship_bins", "float64", "sum of the reception probabilities of the vessels present"),
        C("received_ship_bins", "float64", "vessels present of which a report was received"),
    ),
    ("bin_start", "cell", "ais_class", "at_rest"),
)

OUTAGES = Table(
    "outages",
    "A time and area in which almost no vessel was received: a feed or a station failed.",
    (
        C("outage_id", "string", "identifier"),
        C("scope", "string", "feed or station"),
        START,
        END,
        C("lat_min", "float64", "southern edge of the area", "deg"),
        C("lat_max", "float64", "northern edge of the area", "deg"),
        C("lon_min", "float64", "western edge of the area", "deg"),
        C("lon_max", "float64", "eastern edge of the area", "deg"),
        C("n_ships", "int64", "vessels in a gap at that time"),
    ),
    ("start_time", "outage_id"),
)

GAPS = Table(
    "gaps",
    "A gap of one vessel: closed by its next fix, or open when the dump ends.",
    (
        C("gap_id", "string", "identifier"),
        MMSI,
        VESSEL,
        C("start_time", "timestamp", "last fix before the gap", "UTC"),
        C("end_time", "timestamp", "first fix after the gap; null where it is open", "UTC", null=True),
        C("start_lat", "float64", "latitude of the last fix before the gap", "deg"),
        C("start_lon", "float64", "longitude of the last fix before the gap", "deg"),
        C("end_lat", "float64", "latitude of the first fix after the gap", "deg", null=True),
        C("end_lon", "float64", "longitude of the first fix after the gap", "deg", null=True),
        C("duration_h", "float64", "length; of an open gap, to the end of the dump", "h"),
        C("distance_m", "float64", "geodesic distance between the two fixes", "m", null=True),
        C("implied_sog_kn", "float64", "distance_m over duration_h", "kn", null=True),
        C(
            "slack_h",
            "float64",
            "time left over if the vessel sailed straight at its own speed",
            "h",
            null=True,
        ),
        C("start_sog_kn", "float64", "speed over ground at the last fix before the gap", "kn", null=True),
        C(
            "expected_reports",
            "float64",
            "reports that would have been received, had the transponder stayed on",
            "",
        ),
        C(
            "n_neighbours",
            "int64",
            "other vessels near the route whose reports show whether reception worked",
        ),
        C("log_lr_off", "float64", "log-likelihood ratio of switched off against not received", "nat"),
        C("p_off", "float64", "probability that the transponder was switched off", ""),
        C(
            "dropout_share",
            "float64",
            "expected share of feed dropouts among gaps with this much evidence",
            null=True,
        ),
        C("feed_outage", "bool", "the gap lies in an outage of a feed or station"),
        C("in_port", "bool", "the gap begins and ends at a berth or in port"),
        C("can_judge", "bool", "false where reception is too uncertain to judge the gap"),
        C("mmsi_after", "int64", "MMSI after the gap, where it differs", null=True),
        C("draught_change_m", "float64", "draught broadcast after the gap minus before", "m", null=True),
        C("destination_changed", "bool", "another destination was broadcast after the gap", null=True),
        C("name_changed", "bool", "another name was broadcast after the gap", null=True),
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
        C("radius_m", "float64", "95th percentile of the distance from the median position", "m"),
        C("mean_sog_kn", "float64", "length of the path over its duration", "kn"),
        C("n_points", "int64", "fixes in the spell"),
        C("observed_fraction", "float64", "share of the time close to a fix", ""),
    ),
    ("start_time", "mmsi", "loiter_id"),
)

BERTHS = Table(
    "berths",
    "A place at the shore where ships lie moored, learnt from the dump.",
    (
        C("berth_id", "string", "identifier"),
        LAT,
        LON,
        C("radius_m", "float64", "radius within which stops were taken together", "m"),
        C("n_visits", "int64", "stops of all vessels there"),
        C("n_ships", "int64", "vessels that stopped there"),
        C("kind", "string", "berth"),
    ),
    ("berth_id",),
)

SOLO_STOPS = Table(
    "solo_stops",
    "A stop of one vessel, without a partner in the data, after which it broadcast another draught.",
    (
        C("loiter_id", "string", "the stop: its row of LOITERING"),
        MMSI,
        VESSEL,
        START,
        END,
        C("duration_h", "float64", "length", "h"),
        C("lat", "float64", "median latitude", "deg"),
        C("lon", "float64", "median longitude", "deg"),
        C("ship_type", "int32", "ship type as broadcast"),
        C("draught_change_m", "float64", "draught broadcast after the stop minus before", "m"),
        C("shore_distance_m", "float64", "distance to the nearest shore", "m"),
    ),
    ("start_time", "mmsi", "loiter_id"),
)

_FIT = (
    C("loiter_id", "string", "the stop: its row of LOITERING"),
    C("part", "int32", "part of the stop, from 1; another fixed point begins another part"),
    C("n_parts", "int32", "parts of the stop in which the vessel swung"),
    MMSI,
    VESSEL,
    START,
    END,
    C("duration_h", "float64", "length of the part", "h"),
    C("lat", "float64", "latitude of the pivot, the fixed point of the swing", "deg"),
    C("lon", "float64", "longitude of the pivot", "deg"),
    C("method", "string", "heading (fit of positions on headings) or circle (of positions alone)"),
    C("n_fixes", "int64", "fixes in the part"),
    C("swing_deg", "float64", "range of the headings, or of the arc, that fit", "deg"),
    C("pivot_forward_m", "float64", "pivot forward of the antenna; of a circle, its radius", "m"),
    C("pivot_starboard_m", "float64", "pivot to starboard of the antenna", "m", null=True),
    C("pivot_error_m", "float64", "one-sigma error of the two in one coordinate", "m"),
    C("residual_m", "float64", "median distance of the antenna from where the fit has it", "m"),
    C("drift_m", "float64", "how far the pivot moved in the time, beyond two errors of that", "m"),
    C("moored_share", "float64", "share of the fixes with the status moored"),
    C("anchored_share", "float64", "share of the fixes with the status at anchor"),
    C("heading_bias_deg", "float64", "median of heading less course, under way", "deg", null=True),
)

SWING_FITS = Table(
    "swing_fits",
    "A part of a stop in which a vessel swung about a fixed point, fitted.",
    _FIT,
    ("start_time", "mmsi", "loiter_id", "part"),
)

ANCHOR_READINGS = Table(
    "anchor_readings",
    "A part of a stop in which a vessel swung about a fixed point, and whether it hung on its own anchor.",
    (
        *_FIT,
        C("length_m", "float64", "length as broadcast", "m", null=True),
        C(
            "bow_to_pivot_m",
            "float64",
            "pivot forward of the bow, where the antenna's place is known",
            "m",
            null=True,
        ),
        C("expected_forward_m", "float64", "pivot forward of the antenna if she lies at her own anchor", "m"),
        C("expected_error_m", "float64", "one-sigma error of expected_forward_m", "m"),
        C(
            "pivot_angle_deg",
            "float64",
            "pivot off the bow, starboard positive, biases taken out",
            "deg",
            null=True,
        ),
        C("n_neighbours", "int64", "vessels that swung nearby in the same hours"),
        C("n_own_stops", "int64", "other stops of the vessel with a swing"),
        C("n_sharing_pivot", "int64", "other vessels with a swing about the same fixed point, at any time"),
        C("log_lr_borrowed", "float64", "log-likelihood ratio of another's anchor against her own", "nat"),
        C(
            "log_lr_status",
            "float64",
            "the same of her navigational status, not part of log_lr_borrowed",
            "nat",
        ),
        C("anchor_reading", "string", "own, borrowed or cannot_tell"),
        C("doubt", "string", "why the reading is cannot_tell", null=True),
    ),
    ("start_time", "mmsi", "loiter_id", "part"),
)

CONTACTS = Table(
    "contacts",
    "Two vessels close together at one epoch-aligned instant.",
    (
        C("mmsi_1", "int64", "MMSI of vessel 1, the smaller of the two"),
        C("mmsi_2", "int64", "MMSI of vessel 2, the larger of the two"),
        C("segment_id_1", "string", "segment of vessel 1"),
        C("segment_id_2", "string", "segment of vessel 2"),
        TIME,
        C("hull_gap_m", "float64", "expected hull gap; 0 where the outlines overlap", "m"),
        C("hull_gap_error_m", "float64", "one-sigma error of the hull gap", "m"),
        C("overlap_m", "float64", "expected depth of overlap of the outlines; 0 where apart", "m"),
        C("abreast", "float64", "share of the shorter hull's length that lies beside the other hull"),
        C("position_error_m", "float64", "one-sigma error of the antennas' relative position", "m"),
        C("east_m", "float64", "antenna of vessel 2 east of that of vessel 1", "m"),
        C("north_m", "float64", "antenna of vessel 2 north of that of vessel 1", "m"),
        C("heading_1", "float64", "heading used for vessel 1", "deg", null=True),
        C("heading_2", "float64", "heading used for vessel 2", "deg", null=True),
        C("sog_1", "float64", "speed over ground of vessel 1", "kn", null=True),
        C("sog_2", "float64", "speed over ground of vessel 2", "kn", null=True),
        C("lat", "float64", "latitude midway between them", "deg"),
        C("lon", "float64", "longitude midway between them", "deg"),
        C("observed", "bool", "both close in time to a fix"),
        C("interval_s", "float64", "time between the fixes used, of the vessel where it is longer", "s"),
        C("sizes_known", "int32", "how many of the two broadcast their size"),
    ),
    ("mmsi_1", "mmsi_2", "timestamp", "segment_id_1", "segment_id_2"),
    distinct=PAIR,
)

ENCOUNTERS = Table(
    "encounters",
    "A spell of contact or near contact of two vessels, look-alikes included.",
    (
        C("encounter_id", "string", "identifier"),
        C("mmsi_1", "int64", "MMSI of vessel 1, the smaller of the two"),
        C("mmsi_2", "int64", "MMSI of vessel 2, the larger of the two"),
        C("vessel_id_1", "string", "vessel_id of vessel 1"),
        C("vessel_id_2", "string", "vessel_id of vessel 2"),
        START,
        END,
        C("duration_h", "float64", "length", "h"),
        C("lat", "float64", "median latitude", "deg"),
        C("lon", "float64", "median longitude", "deg"),
        C("min_hull_gap_m", "float64", "smallest hull gap", "m"),
        C("median_hull_gap_m", "float64", "median hull gap", "m"),
        C("hull_gap_error_m", "float64", "one-sigma error of the median hull gap", "m"),
        C(
            "rigidity",
            "float64",
            "log-likelihood ratio of the rigid-body test: turned as one body against each about its anchor",
            "nat",
        ),
        C("swing_deg", "float64", "change of heading behind the rigid-body test", "deg"),
        C("orientation", "string", "headings of the two hulls: same, opposite, other or unknown"),
        C(
            "observed_fraction",
            "float64",
            "share of the instants at which both are close in time to a fix",
            "",
        ),
        C("median_sog_kn", "float64", "median of the mean speed of the two", "kn"),
        C("max_sog_kn", "float64", "95th percentile of the mean speed of the two", "kn"),
        C("sizes_known", "int32", "how many of the two broadcast their size"),
        C("headings_known", "int32", "how many of the two broadcast a heading most of the time"),
        C("abreast", "float64", "median share of the shorter hull's length that lies beside the other hull"),
        C("overlap_m", "float64", "median depth of overlap of the outlines", "m"),
        *(
            C(
                f"starboard_m_{side}",
                "float64",
                f"how far the other's antenna lies to starboard of that of vessel {side}",
                "m",
                null=True,
            )
            for side in (1, 2)
        ),
        C(
            "draught_change_m_1",
            "float64",
            "draught of vessel 1 broadcast after minus before",
            "m",
            null=True,
        ),
        C(
            "draught_change_m_2",
            "float64",
            "draught of vessel 2 broadcast after minus before",
            "m",
            null=True,
        ),
        C("visitor_mmsi", "int64", "MMSI of the vessel that came to the other", null=True),
        C(
            "approach_from_m",
            "float64",
            "largest distance between the two in the hours before",
            "m",
            null=True,
        ),
        C("departure_to_m", "float64", "largest distance between the two in the hours after", "m", null=True),
        *(
            C(
                f"{direction}_{unit}_{side}",
                "float64",
                f"{meaning} of the farthest position of vessel {side} in the hours {when}",
                unit_text,
                null=True,
            )
            for direction, when in (("came_from", "before"), ("went_to", "after"))
            for side in (1, 2)
            for unit, unit_text, meaning in (("m", "m", "distance"), ("deg", "deg", "bearing"))
        ),
        C("same_hull_suspected", "bool", "the two MMSIs are likely two transponders on one hull"),
        C(
            "category",
            "string",
            "geometry category: most likely reading from geometry, type and motion alone",
        ),
        C(
            "ruled_out",
            "string",
            "why the two cannot lie alongside: one hull, hull between or passing",
            null=True,
        ),
        C("group_id", "string", "raft or chain of linked spells that this spell belongs to", null=True),
        C("n_in_group", "int32", "hulls in the group"),
        C("p_contact", "float64", "probability that the two hulls lay alongside", ""),
    ),
    ("start_time", "mmsi_1", "mmsi_2", "encounter_id"),
    distinct=PAIR,
)

DARK_ENCOUNTERS = Table(
    "dark_encounters",
    "An encounter that a gap of one or both vessels made possible; never more than possible.",
    (
        C("dark_id", "string", "identifier"),
        C("kind", "string", "gap-loitering (vessel 2 was received) or gap-gap (both in a gap)"),
        C("mmsi_1", "int64", "MMSI of vessel 1, the one in a gap; of two in a gap the smaller MMSI"),
        C("mmsi_2", "int64", "MMSI of vessel 2, the one received; of two in a gap the larger MMSI"),
        C("vessel_id_1", "string", "vessel_id of vessel 1"),
        C("vessel_id_2", "string", "vessel_id of vessel 2"),
        C("gap_id_1", "string", "gap of vessel 1"),
        C("gap_id_2", "string", "gap of vessel 2, where it was in a gap too", null=True),
        C("loiter_id_2", "string", "loitering of vessel 2, where it was received", null=True),
        C("start_time", "timestamp", "earliest instant at which both could be at the rendezvous", "UTC"),
        C("end_time", "timestamp", "latest instant at which both could be there", "UTC"),
        LAT,
        LON,
        C(
            "feasible_dwell_h",
            "float64",
            "longest time together at the rendezvous that leaves time to sail there and on",
            "h",
        ),
        C(
            "required_sog_kn",
            "float64",
            "lowest speed at which the vessel in a gap could have stayed for the shortest transfer",
            "kn",
        ),
        C("area_km2", "float64", "area in which the two could have met", "km2"),
        C("n_alternatives", "int64", "other vessels that are candidates for the same gap"),
        C("rank_for_gap", "int32", "rank among the candidates for the gap, 1 is the best"),
        C("p_off", "float64", "probability that the transponder was switched off during the gap", ""),
        C(
            "support",
            "float64",
            "log-odds that the two met, before other candidates are weighed",
            "nat",
            null=True,
        ),
        C(
            "stop_unexplained",
            "bool",
            "vessel 2 stopped outside every known anchorage and port",
            null=True,
        ),
        C(
            "draught_change_m_2",
            "float64",
            "draught of vessel 2 broadcast after minus before",
            "m",
            null=True,
        ),
        C("p_contact", "float64", "probability that the two hulls lay alongside", ""),
    ),
    ("start_time", "mmsi_1", "mmsi_2", "dark_id"),
    distinct=PAIR,
)
