"""Known kinds of table: the names of their columns and their units, as data.

To add a kind, add a `Profile` to `PROFILES`; the first one whose signature is in the header is used. A user
can give a mapping file instead (module ``mapping``). Column names are compared by `columns.header_key`, so
``Base_Date_Time`` is ``basedatetime``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stsdetect.decode.tables.code_words import CLASS_WORDS

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
    "imo", "callsign", "shipname", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard",
    "length_m", "width_m",
    "draught", "destination",
)  # fmt: skip
TIME_PARTS = ("date", "year", "month", "day", "hour", "minute", "second")
"""Fields for dates and times of day in columns of their own."""
HEMISPHERES = ("lat_hemisphere", "lon_hemisphere")
"""Fields for the letters N, S, E and W in columns of their own."""
FIELDS = (*POSITION_FIELDS, *HEMISPHERES, "millisecond", *TIME_PARTS, "text_id", *STATIC_FIELDS)
NUMBER_FIELDS = (
    "lat", "lon", "sog", "cog", "heading", "to_bow", "to_stern", "to_port", "to_starboard", "length_m",
    "width_m", "draught",
)  # fmt: skip
"""Fields that tables always write as numbers."""
CODE_FIELDS = ("nav_status", "msg_type", "ship_type")
"""Fields that some tables write as words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """One kind of table.

    Attributes
    ----------
    name : str
        Format shown to the user.
    columns : mapping
        Field to the column names that may hold it, the most specific first.
    signature : tuple of str
        Column names that together identify this kind of table; empty for the generic one.
    day_first : bool
        Whether the day comes before the month unless many dates show that it does not.
    units : mapping
        Unit by quantity (speed, position, course, length, draught), keys of `convert.UNITS`; else
        the unit that the header names, else knots, degrees and metres.
    nav_status_words, ship_type_words, class_words : mapping
        Further words, as `code_words.plain_words` writes them, to codes.
    id_pattern : str
        Regular expression whose first group is the MMSI inside the id column.
    if_epoch : str
        Name of the profile in `BY_VALUE` to use instead where the times are numbers.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    signature: tuple[str, ...] = ()
    day_first: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    nav_status_words: Mapping[str, int] = field(default_factory=dict)
    ship_type_words: Mapping[str, int] = field(default_factory=dict)
    class_words: Mapping[str, str] = field(default_factory=lambda: CLASS_WORDS)
    id_pattern: str = ""
    if_epoch: str = ""


_COMMON: dict[str, Sequence[str]] = {
    "mmsi": ("mmsi", "ssvid", "sourcemmsi", "userid", "mmsinumber", "mmsino", "mmsiid", "mmsicode",
        "vesselmmsi", "shipmmsi"),
    "text_id": ("vessel_id", "ship_id", "track_id", "traj_id", "id", "oid", "uuid", "vessel", "ship"),
    "time": ("timestamp", "basedatetime", "date_time_utc", "datetime", "time", "msgtime",
        "msgtimestamp", "message_time", "position_time", "timestamp_position", "t", "ts",
        "timestampexternal", "tstamp", "dt", "unixtime", "unixtimestamp", "epoch", "epochtime",
        "received", "received_at", "receivedtime", "receive_time", "rxtime", "recvtime", "record_time",
        "recordtimestamp", "event_time", "obs_time", "gps_time", "fixtime", "lastseen", "last_update",
        "date", "postime", "pos_time", "utc", "fecha", "时间", "时间戳", "更新时间", "定位时间"),
    "date": ("date", "position_date", "msg_date", "datum", "fecha", "日期"),
    "year": ("year", "yyyy"),
    "month": ("month",),
    "day": ("day",),
    "hour": ("hour", "hh"),
    "minute": ("minute", "min"),
    "second": ("second", "sec"),
    "lat": ("lat", "latitude", "y", "latitud", "纬度"),
    "lon": ("lon", "long", "lng", "longitude", "x", "longitud", "经度"),
    "lat_hemisphere": ("ns", "north_south", "ns_indicator", "lat_ns", "lat_hemisphere", "lat_hemi",
        "lat_dir", "latitude_direction", "lat_direction", "lat_ref", "latitude_hemisphere"),
    "lon_hemisphere": ("ew", "east_west", "ew_indicator", "lon_ew", "lon_hemisphere", "lon_hemi",
        "lon_dir", "longitude_direction", "lon_direction", "lon_ref", "longitude_hemisphere"),
    "sog": ("sog", "speed", "speedoverground", "航速", "速度"),
    "cog": ("cog", "course", "courseoverground", "航向"),
    "heading": ("heading", "true_heading", "hdg", "船首向", "船艏向"),
    "nav_status": ("nav_status", "navstat", "status", "navigational_status", "navigation_status",
        "航行状态"),
    "ais_class": ("ais_class", "target_class", "transceiverclass", "transcieverclass", "transceiver",
        "class", "type of mobile"),
    "msg_type": ("msg_type", "msgid", "message_type", "message_nr", "message_id"),
    "station": ("station", "receiver", "base_station", "receiver_id"),
    "imo": ("imo", "imo_nr", "imo_number", "imono", "imoid"),
    "callsign": ("callsign", "呼号"),
    "shipname": ("shipname", "vesselname", "name", "船名"),
    "ship_type": ("ship_type", "vessel_type", "ship_and_cargo_type", "shipcargotype", "type", "船舶类型",
        "船型"),
    "to_bow": ("to_bow", "dimbow", "dimension_to_bow", "a"),
    "to_stern": ("to_stern", "dimstern", "dimension_to_stern", "b"),
    "to_port": ("to_port", "dimport", "dimension_to_port", "c"),
    "to_starboard": ("to_starboard", "dimstarboard", "dimension_to_starboard", "d"),
    "length_m": ("length", "loa", "lengthoverall", "shiplength", "vessel_length", "船长"),
    "width_m": ("width", "beam", "breadth", "shipwidth", "vessel_width", "船宽"),
    "draught": ("draught", "draft", "maximumstaticdraught", "maxdraught", "吃水"),
    "destination": ("destination", "dest", "目的地", "目的港"),
}  # fmt: skip


def _columns(**own: Sequence[str]) -> dict[str, Sequence[str]]:
    return {**_COMMON, **own}


GENERIC = Profile(name="generic", columns=_COMMON)

PROFILES = (
    Profile(
        name="marinecadastre",
        signature=("mmsi", "basedatetime", "lat", "lon", "vesselname", "cargo"),
        columns=_COMMON,
    ),
    # In GeoParquet files the positions are WKB points; see files.parquet_frames.
    Profile(
        name="marinecadastre-2025",
        signature=("mmsi", "base_date_time", "longitude", "latitude", "vessel_name"),
        columns=_COMMON,
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
        day_first=True,
    ),
    Profile(
        name="kystverket",
        signature=("mmsi", "date_time_utc", "true_heading", "nav_status", "message_nr"),
        columns=_columns(station=("source",)),
    ),
    Profile(
        name="aishub",
        signature=("mmsi", "longitude", "latitude", "cog", "sog", "navstat", "pac", "device", "dest"),
        columns=_columns(time=("time", "tstamp")),
        if_epoch="aishub-raw",
    ),
    Profile(
        name="vesselfinder",
        signature=("mmsi", "timestamp", "course", "speed", "navstat", "eta_ais", "src"),
        columns=_columns(station=("src",)),
    ),
    Profile(
        name="marinetraffic",
        signature=("mmsi", "lat", "lon", "speed", "course", "status", "timestamp", "dsrc"),
        columns=_columns(time=("timestamp",), station=("dsrc",)),
        units={"speed": "dkn"},
    ),
    Profile(
        name="spire",
        signature=("created_at", "timestamp", "mmsi", "msg_type", "collection_type"),
        columns=_columns(station=("collection_type",)),
    ),
    Profile(
        name="exactearth",
        signature=("mmsi", "message_id", "repeat_indicator", "time", "millisecond", "longitude", "latitude"),
        columns=_columns(time=("time",), millisecond=("millisecond",), station=("base_station",)),
    ),
    Profile(
        name="digitraffic",
        signature=("timestampexternal", "mmsi", "navstat", "posacc", "raim"),
        columns=_columns(time=("timestampexternal",)),
    ),
    Profile(
        name="brest",
        signature=("sourcemmsi", "t"),
        columns=_columns(time=("t",)),
    ),
    Profile(
        name="piraeus",
        signature=("t", "vessel_id", "lon", "lat"),
        columns=_columns(mmsi=(), text_id=("vessel_id",), time=("t",)),
    ),
    Profile(
        name="ieee-baltic",
        signature=("timestamp", "mmsi", "lat", "lon", "speed", "turnrate", "breadth", "vessel_type"),
        columns=_COMMON,
        units={"speed": "m/s"},
    ),
    Profile(
        name="gfw-segments",
        signature=("lon", "lat", "timestamp", "seg_id"),
        columns=_columns(mmsi=("mmsi", "ssvid", "seg_id")),
        id_pattern=r"^(\d{9})(?:-|$)",
    ),
    Profile(name="gfw", signature=("ssvid", "timestamp", "lat", "lon"), columns=_COMMON),
    GENERIC,
)

BY_VALUE: Mapping[str, Profile] = {
    "aishub-raw": Profile(
        name="aishub-raw",
        columns=_columns(time=("time", "tstamp")),
        # Raw values are those of message 5, so draughts are in tenths of a metre, too.
        units={"speed": "dkn", "position": "1e-4min", "course": "ddeg", "draught": "dm"},
    ),
}
