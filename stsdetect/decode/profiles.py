"""What the columns of each known kind of table are called, and in which units they come. Data only.

Names are compared without regard to case, a leading ``# `` or a byte order mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

POSITION_FIELDS = (
    "mmsi",
    "time",
    "lat",
    "lon",
    "sog",
    "cog",
    "heading",
    "nav_status",
    "ais_class",
    "msg_type",
    "station",
)
STATIC_FIELDS = (
    "imo", "callsign", "shipname", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "length_m", "width_m",
    "draught", "destination",
)  # fmt: skip
FIELDS = (*POSITION_FIELDS, "text_id", *STATIC_FIELDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """One kind of table.

    Attributes
    ----------
    name : str
        As shown to the user.
    columns : mapping
        Field of ours to the header names that hold it, the best first.
    signature : tuple of str
        Header names that together tell this kind of table; empty for the generic one.
    time_order : str
        ``auto`` or one of `tabletime.ORDERS`.
    speed, position : str
        Units, keys of `convert.SPEED_UNITS` and `convert.POSITION_UNITS`.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    signature: tuple[str, ...] = ()
    time_order: str = "auto"
    speed: str = "kn"
    position: str = "deg"
    length: str = "m"
    draught: str = "m"
    nav_status_words: Mapping[str, int] = field(default_factory=dict)
    ship_type_words: Mapping[str, int] = field(default_factory=dict)
    class_words: Mapping[str, str] = field(default_factory=dict)


NAV_STATUS_WORDS = {
    "under way using engine": 0,
    "at anchor": 1,
    "not under command": 2,
    "restricted maneuverability": 3,
    "restricted manoeuvrability": 3,
    "constrained by her draught": 4,
    "moored": 5,
    "aground": 6,
    "engaged in fishing": 7,
    "under way sailing": 8,
    "reserved for future amendment [hsc]": 9,
    "reserved for future amendment of navigational status for hsc": 9,
    "reserved for future amendment of navigational status for dg": 9,
    "reserved for future amendment [wig]": 10,
    "power-driven vessel towing astern": 11,
    "power-driven vessel pushing ahead or towing alongside": 12,
    "ais-sart (active)": 14,
    "ais-sart": 14,
}
SHIP_TYPE_WORDS = {
    "wig": 20, "fishing": 30, "towing": 31, "towing long/wide": 32, "dredging": 33, "diving": 34, "military": 35,
    "sailing": 36, "pleasure": 37, "pleasure craft": 37, "hsc": 40, "high speed craft": 40, "pilot": 50, "pilot vessel": 50,
    "sar": 51, "search and rescue": 51, "tug": 52, "port tender": 53, "anti-pollution": 54, "law enforcement": 55,
    "medical": 58, "not party to conflict": 59, "passenger": 60, "cargo": 70, "tanker": 80, "other": 90,
}  # fmt: skip
CLASS_WORDS = {
    "a": "A", "b": "B", "class a": "A", "class b": "B", "base station": "base", "aton": "aton", "sar airborne": "sar",
    "sar aircraft": "sar", "ais-sart": "sar",
}  # fmt: skip

_COMMON: dict[str, Sequence[str]] = {
    "mmsi": ("mmsi", "ssvid", "sourcemmsi", "userid", "mmsi_number", "mmsinumber"),
    "text_id": ("vessel_id", "vesselid", "ship_id", "shipid", "track_id", "trackid", "id", "uuid", "vessel", "ship"),
    "time": (
        "timestamp", "basedatetime", "base_date_time", "date_time_utc", "datetime", "date_time", "time", "t",
        "timestamp_utc", "time_utc", "timestampexternal", "tstamp", "dt", "unixtime", "epoch",
    ),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "long", "lng", "longitude", "x"),
    "sog": ("sog", "speed", "sog_kn", "speed_kn", "speedoverground", "speed_over_ground"),
    "cog": ("cog", "course", "courseoverground", "course_over_ground"),
    "heading": ("heading", "true_heading", "trueheading", "hdg"),
    "nav_status": ("nav_status", "navstatus", "navstat", "status", "navigational_status", "navigationalstatus", "navigational status"),
    "ais_class": ("ais_class", "target_class", "transceiverclass", "transcieverclass", "transceiver_class", "transceiver", "class", "type of mobile"),
    "msg_type": ("msg_type", "msgid", "message_type", "message_nr", "message_id", "msgtype", "messageid"),
    "station": ("station", "receiver", "base_station", "receiver_id"),
    "imo": ("imo", "imo_nr", "imonumber", "imo_number"),
    "callsign": ("callsign", "call_sign"),
    "shipname": ("shipname", "vesselname", "vessel_name", "ship_name", "name"),
    "ship_type": ("ship_type", "vesseltype", "vessel_type", "shiptype", "ship type", "ship_and_cargo_type", "type"),
    "to_bow": ("to_bow", "tobow", "dimbow", "dimension_to_bow", "a"),
    "to_stern": ("to_stern", "tostern", "dimstern", "dimension_to_stern", "b"),
    "to_port": ("to_port", "toport", "dimport", "dimension_to_port", "c"),
    "to_starboard": ("to_starboard", "tostarboard", "dimstarboard", "dimension_to_starboard", "d"),
    "length_m": ("length_m", "length", "loa"),
    "width_m": ("width_m", "width", "beam", "breadth"),
    "draught": ("draught", "draft"),
    "destination": ("destination", "dest"),
}  # fmt: skip


def _columns(**own: Sequence[str]) -> dict[str, Sequence[str]]:
    return {**_COMMON, **own}


GENERIC = Profile(
    name="generic",
    columns=_COMMON,
    nav_status_words=NAV_STATUS_WORDS,
    ship_type_words=SHIP_TYPE_WORDS,
    class_words=CLASS_WORDS,
)

PROFILES = (
    Profile(
        name="marinecadastre",
        signature=("mmsi", "basedatetime", "lat", "lon", "vesselname", "cargo"),
        columns=_COMMON,
        time_order="iso",
        class_words=CLASS_WORDS,
    ),
    Profile(
        name="marinecadastre-2025",
        signature=("mmsi", "base_date_time", "longitude", "latitude", "vessel_name"),
        columns=_COMMON,
        time_order="iso",
        class_words=CLASS_WORDS,
    ),
    Profile(
        name="danish",
        signature=(
            "timestamp",
            "type of mobile",
            "mmsi",
            "navigational status",
            "ship type",
            "data source type",
        ),
        columns=_COMMON,
        time_order="day_first",
        nav_status_words=NAV_STATUS_WORDS,
        ship_type_words=SHIP_TYPE_WORDS,
        class_words=CLASS_WORDS,
    ),
    GENERIC,
)
