"""Known kinds of table: the names of their columns and their units, as data.

To add a kind, add a `Profile` to `PROFILES`; the first one whose signature is in the header is used. A user
can give a mapping file instead (`profile_from_toml`). Column names are compared without regard to case, a
leading ``# `` or a byte order mark.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stsdetect.decode.tables.convert import UNITS
from stsdetect.decode.times.timestamps import TIME_FORMATS
from stsdetect.errors import DecodeError

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
FIELDS = (*POSITION_FIELDS, "millisecond", "text_id", *STATIC_FIELDS)
NUMBER_FIELDS = (
    "lat", "lon", "sog", "cog", "heading", "to_bow", "to_stern", "to_port", "to_starboard", "length_m",
    "width_m", "draught",
)  # fmt: skip
"""Fields that tables always write as numbers."""
CODE_FIELDS = ("nav_status", "msg_type", "ship_type")
"""Fields that some tables write as words."""


NAV_STATUS_WORDS: dict[str, int] = {
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
SHIP_TYPE_WORDS: dict[str, int] = {
    "wig": 20, "fishing": 30, "towing": 31, "towing long/wide": 32, "dredging": 33, "diving": 34,
    "military": 35,
    "sailing": 36, "pleasure": 37, "pleasure craft": 37, "hsc": 40, "high speed craft": 40, "pilot": 50,
    "pilot vessel": 50,
    "sar": 51, "search and rescue": 51, "tug": 52, "port tender": 53, "anti-pollution": 54,
    "law enforcement": 55,
    "medical": 58, "not party to conflict": 59, "passenger": 60, "cargo": 70, "tanker": 80, "other": 90,
}  # fmt: skip
CLASS_WORDS: dict[str, str] = {
    "a": "A", "b": "B", "class a": "A", "class b": "B", "base station": "base", "aton": "aton",
    "sar airborne": "sar",
    "sar aircraft": "sar", "ais-sart": "sar",
}  # fmt: skip


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
    time_order : str
        ``auto`` or one of `timestamps.TIME_FORMATS`.
    speed, position, course, length, draught : str
        Units, keys of `convert.UNITS`.
    nav_status_words, ship_type_words, class_words : mapping
        Lower-case words to codes.
    id_pattern : str
        Regular expression whose first group is the MMSI inside the id column.
    if_epoch : str
        Name of the profile in `BY_VALUE` to use instead where the times are numbers.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    signature: tuple[str, ...] = ()
    time_order: str = "auto"
    speed: str = "kn"
    position: str = "deg"
    course: str = "deg"
    length: str = "m"
    draught: str = "m"
    nav_status_words: Mapping[str, int] = field(default_factory=lambda: NAV_STATUS_WORDS)
    ship_type_words: Mapping[str, int] = field(default_factory=lambda: SHIP_TYPE_WORDS)
    class_words: Mapping[str, str] = field(default_factory=lambda: CLASS_WORDS)
    id_pattern: str = ""
    if_epoch: str = ""


_COMMON: dict[str, Sequence[str]] = {
    "mmsi": ("mmsi", "ssvid", "sourcemmsi", "userid", "mmsi_number", "mmsinumber"),
    "text_id": ("vessel_id", "vesselid", "ship_id", "shipid", "track_id", "trackid", "id", "uuid",
    "vessel", "ship"),
    "time": (
        "timestamp", "basedatetime", "base_date_time", "date_time_utc", "datetime", "date_time", "time", "t",
        "timestamp_utc", "time_utc", "timestampexternal", "tstamp", "dt", "unixtime", "epoch",
    ),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "long", "lng", "longitude", "x"),
    "sog": ("sog", "speed", "sog_kn", "speed_kn", "speedoverground", "speed_over_ground"),
    "cog": ("cog", "course", "courseoverground", "course_over_ground"),
    "heading": ("heading", "true_heading", "trueheading", "hdg"),
    "nav_status": ("nav_status", "navstatus", "navstat", "status", "navigational_status",
    "navigationalstatus", "navigational status"),
    "ais_class": ("ais_class", "target_class", "transceiverclass", "transcieverclass", "transceiver_class",
    "transceiver", "class", "type of mobile"),
    "msg_type": ("msg_type", "msgid", "message_type", "message_nr", "message_id", "msgtype", "messageid"),
    "station": ("station", "receiver", "base_station", "receiver_id"),
    "imo": ("imo", "imo_nr", "imonumber", "imo_number"),
    "callsign": ("callsign", "call_sign"),
    "shipname": ("shipname", "vesselname", "vessel_name", "ship_name", "name"),
    "ship_type": ("ship_type", "vesseltype", "vessel_type", "shiptype", "ship type", "ship_and_cargo_type",
    "type"),
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


GENERIC = Profile(name="generic", columns=_COMMON)

PROFILES = (
    Profile(
        name="marinecadastre",
        signature=("mmsi", "basedatetime", "lat", "lon", "vesselname", "cargo"),
        columns=_COMMON,
        time_order="iso",
    ),
    # In GeoParquet files the positions are WKB points; see files.parquet_frames.
    Profile(
        name="marinecadastre-2025",
        signature=("mmsi", "base_date_time", "longitude", "latitude", "vessel_name"),
        columns=_COMMON,
        time_order="iso",
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
    ),
    Profile(
        name="kystverket",
        signature=("mmsi", "date_time_utc", "true_heading", "nav_status", "message_nr"),
        columns=_columns(station=("source",)),
        time_order="iso",
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
        time_order="iso",
    ),
    Profile(
        name="marinetraffic",
        signature=("mmsi", "lat", "lon", "speed", "course", "status", "timestamp", "dsrc"),
        columns=_columns(time=("timestamp",), station=("dsrc",)),
        time_order="iso",
        speed="dkn",
    ),
    Profile(
        name="spire",
        signature=("created_at", "timestamp", "mmsi", "msg_type", "collection_type"),
        columns=_columns(station=("collection_type",)),
        time_order="iso",
    ),
    Profile(
        name="exactearth",
        signature=("mmsi", "message_id", "repeat_indicator", "time", "millisecond", "longitude", "latitude"),
        columns=_columns(time=("time",), millisecond=("millisecond",), station=("base_station",)),
        time_order="iso",
    ),
    Profile(
        name="digitraffic",
        signature=("timestampexternal", "mmsi", "navstat", "posacc", "raim"),
        columns=_columns(time=("timestampexternal",)),
        time_order="epoch",
    ),
    Profile(
        name="brest",
        signature=("sourcemmsi", "t"),
        columns=_columns(time=("t",)),
        time_order="epoch",
    ),
    Profile(
        name="piraeus",
        signature=("t", "vessel_id", "lon", "lat"),
        columns=_columns(mmsi=(), text_id=("vessel_id",), time=("t",)),
        time_order="epoch",
    ),
    Profile(
        name="ieee-baltic",
        signature=("timestamp", "mmsi", "lat", "lon", "speed", "turnrate", "breadth", "vessel_type"),
        columns=_COMMON,
        speed="m/s",
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
        time_order="epoch",
        speed="dkn",
        position="1e-4min",
        course="ddeg",
    ),
}

def profile_from_toml(path: Path) -> Profile:
    """The profile in a mapping file of the user.

    Parameters
    ----------
    path : Path
        TOML. Table ``[columns]`` maps fields to column names. Tables ``[units]`` and ``[time]`` are optional:
        ``speed`` (kn, dkn, m/s, km/h), ``position`` (deg, 1e-4min, 1e-6deg), ``course`` (deg, ddeg),
        ``length`` and ``draught`` (m, dm, ft); ``order`` (iso, day_first, month_first, epoch).

    Returns
    -------
    Profile
        Without a signature, so that it fits any header.

    Raises
    ------
    DecodeError
        If the file cannot be read, is not TOML, or names an unknown field or unit.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DecodeError(f"mapping file {path} cannot be read: {error}") from error
    _check_names(path, data, ("columns", "units", "time"), "table")
    columns, units, time = (data.get(name, {}) for name in ("columns", "units", "time"))
    _check_names(path, columns, FIELDS, "field")
    _check_names(path, units, tuple(UNITS), "unit of")
    _check_names(path, time, ("order",), "key in [time]")
    for name, unit in units.items():
        _check_names(path, {unit: None}, tuple(UNITS[name]), f"{name} unit")
    _check_names(path, {time.get("order", "auto"): None}, ("auto", *TIME_FORMATS), "time order")
    headers = {f: (h,) if isinstance(h, str) else tuple(h) for f, h in columns.items()}
    lowered = {f: tuple(str(h).lower() for h in names) for f, names in headers.items()}
    return Profile(
        name=f"mapping {path.name}", columns=lowered, time_order=time.get("order", "auto"), **units
    )


def _check_names(path: Path, given: Mapping[str, object], known: Sequence[str], what: str) -> None:
    unknown = [str(n) for n in given if n not in known]
    if unknown:
        raise DecodeError(
            f"mapping file {path}: unknown {what} {', '.join(unknown)}; known: {', '.join(known)}"
        )
