"""Names of columns and the fields and units that they stand for."""

import pytest

from stsdetect.decode.tables.column_names import header_key, named_columns


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        (["MMSI", "BaseDateTime", "LAT", "LON", "VesselName", "Cargo"], "marinecadastre"),
        (["MMSI", "BaseDateTime", "LAT", "LON", "VesselName"], "generic"),
        (["\ufeff# t", " vessel_id", "lon", "lat"], "piraeus"),
    ],
)
def test_a_profile_is_chosen_where_its_whole_signature_is_in_the_header(
    header: list[str], profile: str
) -> None:
    assert named_columns(header)[0].name == profile


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("Latitude_degrees", "lat", "deg"),
        ("LATITUDE (deg)", "lat", "deg"),
        ("latE7", "lat", "1e-7deg"),
        ("Lon [°]", "lon", "deg"),
        ("lon_rad", "lon", "rad"),
        ("SOG_knots", "sog", "kn"),
        ("SOG_mps", "sog", "m/s"),
        ("speed (m/s)", "sog", "m/s"),
        ("speedKmh", "sog", "km/h"),
        ("Speed Over Ground [kn]", "sog", "kn"),
        ("speed_mph", "sog", "mph"),
        ("sog_x10", "sog", "dkn"),
        ("Course-over-ground", "cog", ""),
        ("cog_x10", "cog", "ddeg"),
        ("draught_dm", "draught", "dm"),
        ("Draft (m)", "draught", "m"),
        ("length_ft", "length_m", "ft"),
        ("MMSI Number", "mmsi", ""),
        ("msgtime", "time", ""),
        ("@timestamp", "time", ""),
        ("Time_UTC", "time", "UTC"),
        ("t_ms", "time", ""),
        ("time (UTC+8)", "time", "UTC+8"),
        ("local_time", "", ""),
        ("time_local", "time", "?"),
        ("position.lat", "lat", ""),
        ("MetaData.MMSI", "mmsi", ""),
        ("destination.lat", "", ""),
        ("sog_rad", "", ""),
        ("纬度", "lat", ""),
    ],
)
def test_names_are_compared_without_case_marks_and_units(header: str, field: str, unit: str) -> None:
    found = {f: n[0] for f, n in named_columns([header])[1].items() if n and f != "date"}
    assert found == ({field: (header, unit)} if field else {})


def test_keys_of_names() -> None:
    assert header_key("Base_Date Time") == header_key("BaseDateTime") == "basedatetime"


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["A", "B", "C", "D"], ["A", "B", "C", "D"]),
        (["a (m)", "b (m)", "c (m)", "d (m)"], ["a (m)", "b (m)", "c (m)", "d (m)"]),
        (["pos.A", "pos.B", "pos.C", "pos.D"], ["pos.A", "pos.B", "pos.C", "pos.D"]),
        (["Dimension.A", "Dimension.B"], ["Dimension.A", "Dimension.B"]),
        (["a"], []),
        (["pos.a", "vel.b", "c", "d"], []),
        (["to_bow", "b"], ["to_bow"]),
    ],
)
def test_letters_are_distances_from_the_antenna_where_all_four_are_there(
    header: list[str], columns: list[str]
) -> None:
    _, names = named_columns(["mmsi", "time", "lat", "lon", *header])
    sides = ("to_bow", "to_stern", "to_port", "to_starboard")
    assert [n.column for side in sides for n in names[side]] == columns
