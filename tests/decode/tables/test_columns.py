"""Columns are found by their names and by what they hold."""

from pathlib import Path

import polars as pl
import pytest

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables import columns
from stsdetect.decode.tables.columns import NotAisError
from stsdetect.decode.tables.mapping import TableMapping
from stsdetect.decode.tables.reader import TableReader
from stsdetect.params import DecodeParams
from tests.builders.columns import ISO, choose, table
from tests.builders.decode import read_table, rows


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
