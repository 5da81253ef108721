"""A mapping file is read strictly, and written for a table that was refused."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

from stsdetect.decode.tables.columns import NotAisError
from stsdetect.decode.tables.mapping import (
    guessed_columns,
    read_mapping,
    shown_guesses,
    shown_names,
    suggested_mapping,
)
from stsdetect.errors import DecodeError
from tests.builders.decode import read_table, rows

TABLE = "mmsi,time,lat,lon\n412000001,2024-05-01T00:00:00,30,122\n"


def test_a_mapping_file_names_columns_units_and_order_of_the_date(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        '[columns]\nmmsi = "No"\ntime = "When"\nlat = "N"\nlon = "E"\nsog = "V"\n'
        '[units]\nspeed = "km/h"\nposition = "1e-4min"\n'
        '[time]\norder = "day_first"\n'
    )
    data = read_table(
        tmp_path, "No,When,N,E,V\n412000001,03.04.2021 12:00,18150000,73500000,18.52\n", mapping=str(mapping)
    )
    assert rows(data.positions, "timestamp", "lat", "lon", "sog") == [
        ("2021-04-03 12:00:00.000", 30.25, 122.5, pytest.approx(10.0))
    ]


def test_what_a_mapping_file_leaves_unsaid_is_found_as_without_one(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        '[time]\norder = "month_first"\nzone = "Asia/Shanghai"\n[ship_types]\n"Öltanker" = 80\n'
    )
    text = "mmsi,time,lat,lon,type\n412000001,03/04/2021 20:00,30,122,öltanker\n"
    data = read_table(tmp_path, text, mapping=str(mapping))
    assert rows(data.positions, "timestamp") == [("2021-03-04 12:00:00.000",)]
    assert data.static["ship_type"].tolist() == [80]


@pytest.mark.parametrize(
    ("columns", "header", "row"),
    [
        ('date = "D"\ntime = "U"', "D,U", "2021-04-03,12:00:00"),
        ('time = ["U", "when"]', "x1,when", "0,2021-04-03 12:00:00"),
        (
            'year = "a1"\nmonth = "a2"\nday = "a3"\nhour = "a4"\nminute = "a5"',
            "a1,a2,a3,a4,a5",
            "2021,4,3,12,0",
        ),
    ],
)
def test_a_mapping_names_date_and_time(tmp_path: Path, columns: str, header: str, row: str) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(f"[columns]\n{columns}\n")
    text = f"mmsi,lat,lon,{header}\n412000001,30,122,{row}\n"
    data = read_table(tmp_path, text, mapping=str(mapping))
    assert rows(data.positions, "timestamp") == [("2021-04-03 12:00:00.000",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns]\nname = 'x'", "unknown field name"),
        ("[columns]\nlat = 5", "lat must be the name of a column, not 5"),
        ("columns = 'lat'", r"\[columns\] must be a table"),
        ("[units]\nspeed = 'furlong'", "unknown speed unit furlong"),
        ("[units]\nspeed = 3", "speed must be text, not 3"),
        ("[columns", "cannot be read"),
        ("[time]\norder = 'week'", "unknown time order week"),
        ("[time]\nzone = 'Shanghai'", "unknown zone 'Shanghai'.*Asia/Shanghai"),
        ("[time]\nformat = 'x'", r"unknown key in \[time\] format"),
        ("[ship_types]\nTug = 'tug'", "ship type 'Tug' must be a code"),
        ("[skip]\nrows = 2", "unknown table skip"),
    ],
)
def test_mistakes_in_a_mapping_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(text)
    with pytest.raises(DecodeError, match=message):
        read_table(tmp_path, TABLE, mapping=str(mapping))


def test_a_refused_table_gives_the_mapping_that_reads_it(tmp_path: Path) -> None:
    text = "nummer,zeitpunkt,breite,länge_ost,v\n412000001,2024-05-01 00:00:00,30.25,122.5,7\n"
    with pytest.raises(NotAisError, match="no column for mmsi, time, lat, lon among nummer") as refused:
        read_table(tmp_path, text)
    assert "\n" not in str(refused.value)
    (note,) = refused.value.__notes__
    assert "--mapping mapping.toml" in note
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(note[note.index("[columns]") : note.index("Give the mapping")])
    assert read_mapping(mapping).columns["lat"] == ("breite",)
    data = read_table(tmp_path, text, mapping=str(mapping))
    assert rows(data.positions, "mmsi", "timestamp", "lat", "lon") == [
        (412000001, "2024-05-01 00:00:00.000", 30.25, 122.5)
    ]


def test_hostile_column_names_are_shown_harmlessly() -> None:
    name = 'a"\x1b[31m\n' + "x" * 100
    text = suggested_mapping({"mmsi": name, "lat": ""})
    inner = text[text.index("[columns]") : text.index("Give")]
    assert tomllib.loads(inner)["columns"]["mmsi"].startswith('a" [31m')
    assert shown_names(["c"] * 40).endswith("c and 10 more")
    assert "\x1b" not in shown_names([name]) + shown_guesses({"lat": name})


def test_the_nearest_column_is_named_where_its_values_fit(tmp_path: Path) -> None:
    text = "mmsi,tiem,latiude,lomgitude\n412000001,2024-05-01 00:00:00,30.25,122.5\n"
    with pytest.raises(NotAisError, match="Nearest: 'tiem' for time, 'latiude' for lat, 'lomgitude' for lon"):
        read_table(tmp_path, text)
    frame = pl.DataFrame({"latiude": ["far north"], "lattitude": ["30.25"]})
    assert guessed_columns(frame, {}, ["lat", "lon"]) == {"lat": "lattitude", "lon": ""}
