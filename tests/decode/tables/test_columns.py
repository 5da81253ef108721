"""Columns are found by their names and by what they hold."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables import columns
from stsdetect.decode.tables.columns import Choice, NotAisError, choose_columns, header_key, named_columns
from stsdetect.decode.tables.mapping import TableMapping
from stsdetect.decode.tables.reader import TableReader
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from tests.builders.decode import read_table, rows

LATEST_MS = 1_735_689_600_000  # 2025-01-01


def choose(frame: pl.DataFrame | dict[str, list[Any]], mapping: TableMapping | None = None) -> Choice:
    table = pl.DataFrame(frame)
    return choose_columns(table, source="a.csv", params=DecodeParams(), latest_ms=LATEST_MS, mapping=mapping)


def table(**columns: list[Any]) -> dict[str, list[Any]]:
    """Two rows with id and place, and other columns."""
    return {"mmsi": ["412000001", "412000002"], "lat": ["30.1", "30.2"], "lon": ["122.1", "122.2"], **columns}


ISO = ["2023-11-14 13:01:00", "2023-11-14 13:02:00"]
DAY = ["2023-11-14", "2023-11-14"]
CLOCK = ["13:01:00", "13:02:00"]


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


def test_the_unit_of_the_package_is_preferred_where_a_column_comes_in_two() -> None:
    choice = choose(table(t=ISO, sog_ms=["5", "5"], sog_kn=["9.7", "9.7"]))
    assert (choice.columns["sog"], choice.units["sog"]) == ("sog_kn", "kn")


def test_the_most_specific_column_is_used_for_a_field_and_missing_ones_are_named() -> None:
    choice = choose(
        {"id": ["1"], "mmsi": ["412000001"], "time": ISO[:1], "y": ["1"], "lat": ["2"], "lon": ["3"]}
    )
    assert choice.columns == {"mmsi": "mmsi", "time": "time", "lat": "lat", "lon": "lon"}
    with pytest.raises(NotAisError, match="no column for mmsi, lon among time, lat"):
        choose({"time": ISO, "lat": ["1", "2"]})


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        # The second of the minute, a row number, a date of export and a counter are not the time.
        ({"timestamp": ["59", "12"], "time": ISO}, {"time": "time"}),
        ({"timestamp": [59, 12], "time": ISO}, {"time": "time"}),
        ({"t": [1, 2], "ts": ISO}, {"time": "ts"}),
        ({"timestamp": ["2024-01-01T00:00:00"] * 2, "msgtime": ISO}, {"time": "msgtime"}),
        ({"t": ["1612345001", "1612345002"], "received": ISO}, {"time": "received"}),
        # Unix times beside the clock of a zone.
        ({"time": ISO, "t": [1699938060, 1699938120]}, {"time": "t"}),
        ({"time": ISO, "t": [1699966860, 1699966920]}, {"time": "time"}),
        ({"t": [1699966860000, 1699966920000], "ts": ISO}, {"time": "t"}),
        # Date and time of day.
        ({"date": DAY, "time": CLOCK}, {"date": "date", "time": "time"}),
        ({"Date_UTC": DAY, "Time_UTC": CLOCK}, {"date": "Date_UTC", "time": "Time_UTC"}),
        ({"date": ["2023-11-14 00:00:00"] * 2, "time": CLOCK}, {"date": "date", "time": "time"}),
        ({"date": ISO, "time": CLOCK}, {"time": "date"}),
        (
            {"year": [2023] * 2, "month": [11] * 2, "day": [14] * 2, "hour": [13] * 2, "minute": [1, 2], "second": [0, 0]},
            {"year": "year", "month": "month", "day": "day", "hour": "hour", "minute": "minute", "second": "second"},
        ),
    ],
)  # fmt: skip
def test_the_time_is_the_column_that_holds_times(
    columns: dict[str, list[Any]], chosen: dict[str, str]
) -> None:
    found = choose(table(**columns)).columns
    assert {f: c for f, c in found.items() if f not in ("mmsi", "lat", "lon")} == chosen


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"time": CLOCK}, "'time' holds times of day without a date.*13:01:00"),
        ({"time": ["1:01 PM", "1:02 PM"]}, "times of day without a date"),
        ({"date": DAY}, "'date' holds dates without a time of day"),
        ({"timestamp": ["59", "12"]}, "second of the minute"),
        ({"time": ["45244.54236", "45244.54306"]}, "days as a spreadsheet counts them.*excel"),
        ({"time": ["1.7E+09", "1.7E+09"]}, "lost digits"),
        ({"time_local": ISO}, "names a local clock.*zone ="),
        (
            {"time": ["2023-11-14 13:01:00 CST", "2023-11-14 13:02:00 CST"]},
            "CST.*several places.*Asia/Shanghai",
        ),
    ],
)
def test_times_that_cannot_be_known_are_refused(columns: dict[str, list[Any]], message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        choose(table(**columns))


def test_times_of_types_that_cannot_be_known_are_refused() -> None:
    clock = pl.Series(CLOCK).str.to_time()
    for column, message in (
        (clock, "times of day without a date"),
        (pl.Series(DAY).str.to_date(), "dates without a time of day"),
        (pl.Series([1.7e9, 1.70001e9], dtype=pl.Float32), "single precision"),
    ):
        with pytest.raises(DecodeError, match=message):
            choose(pl.DataFrame(table()).with_columns(time=column))
    both = pl.DataFrame(table()).with_columns(day=pl.lit(1), date=pl.Series(DAY).str.to_date(), time=clock)
    assert choose(both).columns["date"] == "date"


def test_a_mapping_settles_zone_order_and_columns() -> None:
    spoken = TableMapping(name="m", columns={"time": ["when"]}, zone="Asia/Shanghai", order="day_first")
    choice = choose(table(when=["03.04.2021 12:00 CST"] * 2, timestamp=ISO), spoken)
    assert choice.columns["time"] == "when"
    assert (choice.time.order, choice.time.zone) == ("day_first", "Asia/Shanghai")
    left_out = choose(table(time=ISO, sog=["1", "2"]), TableMapping(name="m", columns={"sog": []}))
    assert "sog" not in left_out.columns
    absent = choose(table(time=ISO), TableMapping(name="m", columns={"sog": ["V"]}))
    assert absent.notes == ("the mapping file names V for sog, which is not among the columns",)


def test_a_row_number_is_not_the_id_of_a_ship() -> None:
    place = {"time": [f"2023-11-14 13:{k:02d}:00" for k in range(30)], "lat": ["1"] * 30, "lon": ["2"] * 30}
    with pytest.raises(NotAisError, match="no column for mmsi"):
        choose({"id": [str(k) for k in range(30)], **place})
    assert choose({"id": [str(k % 7) for k in range(30)], **place}).columns["text_id"] == "id"
    assert choose({"vessel_id": [str(k) for k in range(30)], **place}).columns["text_id"] == "vessel_id"


def test_the_zone_in_a_column_name_is_that_of_its_times(tmp_path: Path) -> None:
    text = "mmsi,time (UTC+8),lat,lon\n412000001,2023-11-14 21:01:00,30.1,122.1\n"
    assert rows(read_table(tmp_path, text).positions, "timestamp") == [("2023-11-14 13:01:00.000",)]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Time,MMSI,Latitude_degrees,Longitude_degrees,COG_degrees,SOG_knots", f"{ISO[0]},412000001,30.1,122.1,90.5,7.5",
         (412000001, 30.1, 122.1, 7.5, 90.5)),
        ("t,type,oid,status,lon,lat,speed,course,ts,rid", f"1699966860000,,412000001,,122.1,30.1,7.5,90.5,{ISO[0]},0",
         (412000001, 30.1, 122.1, 7.5, 90.5)),
        ("msgtime,mmsi,latitude,longitude,speedOverGround,courseOverGround", f"{ISO[0]},412000001,30.1,122.1,7.5,90.5",
         (412000001, 30.1, 122.1, 7.5, 90.5)),
        ("Date,Time,MMSI,lat,lon,speed (m/s),cog_x10", "14.11.2023,1:01:00 PM,412000001,\"30,1\",\"122,1\",3.858333,905",
         (412000001, 30.1, 122.1, 7.5, 90.5)),
    ],
)  # fmt: skip
def test_tables_as_they_come(tmp_path: Path, header: str, row: str, expected: tuple[float, ...]) -> None:
    data = read_table(tmp_path, f"{header}\n{row}\n")
    (found,) = rows(data.positions, "timestamp", "mmsi", "lat", "lon", "sog", "cog")
    assert found[0] == "2023-11-14 13:01:00.000"
    assert found[1:] == pytest.approx(expected, abs=1e-4)


def test_a_line_that_is_no_header_is_refused_without_looking_for_what_it_could_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A table may have a million of them."""
    monkeypatch.setattr(columns, "suggested_mapping", lambda *_: pytest.fail("looked"))
    reader = TableReader(DecodeReport("a.csv"), DecodeParams(), latest_ms=0)
    for names in (["a", "b"], ["mmsi", "time", "lat"], ["lat", "lon"], []):
        with pytest.raises(NotAisError, match=r"a\.csv: no column for"):
            reader.number_schemas(names)
    assert reader.number_schemas(["MMSI", "Time", "Latitude_degrees", "lon"])[1] == {
        "MMSI": pl.Int64,
        "Latitude_degrees": pl.Float64,
        "lon": pl.Float64,
    }


def test_a_mapping_names_a_latitude_that_no_one_would_guess(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text('[columns]\nlat = "phi"\nlon = "lam"\n')
    reader = TableReader(DecodeReport("a.csv"), DecodeParams(mapping=str(path)), latest_ms=0)
    assert "PHI" in reader.number_schemas(["mmsi", "time", "PHI", "lam"])[1]


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
