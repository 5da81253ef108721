"""Rows of a table are converted or rejected with a reason; doubtful units stop the run."""

from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.decode import text_id_to_mmsi
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import Batch
from stsdetect.decode.file_rows import batches
from stsdetect.decode.tables.reader import TableReader
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from tests.builders.decode import read_table, rejected, rows, table_text


def of_speeds(speeds: list[float]) -> str:
    """A table with a position for each speed."""
    rows = [
        f"412000001,2024-05-01T00:{k // 60:02d}:{k % 60:02d},30.{k:02d},122.5,{v}"
        for k, v in enumerate(speeds)
    ]
    return "\n".join(["mmsi,time,lat,lon,sog", *rows])


@pytest.mark.parametrize(
    ("speeds", "refused"),
    [
        ([41] * 50, True),  # whole numbers, median above 40
        ([40] * 50, False),
        ([41.5] * 50, False),  # not whole, and the 0.99 quantile not above 60
        ([60.5] * 50, True),
        ([41] * 49, False),  # too few rows
        ([41] * 49 + [0] * 5, False),  # too few moving vessels
        ([41] * 50 + [1023] * 9, True),  # 1023 is "not available"
        ([1] * 41 + [1023] * 9, False),
        ([1] * 49 + [999], False),  # one may be junk
        ([41] * 50 + [0.5], True),  # and so may one that is not whole
    ],
)  # fmt: skip
def test_speeds_in_tenths_of_knots_are_refused(tmp_path: Path, speeds: list[float], refused: bool) -> None:
    if refused:
        with pytest.raises(DecodeError, match="tenths of knots"):
            read_table(tmp_path, of_speeds(speeds))
    else:
        assert len(read_table(tmp_path, of_speeds(speeds)).positions) == len(speeds)


def test_a_mapping_file_settles_the_unit_of_speeds(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        "[columns]\n"
        + "".join(f"{n} = '{n}'\n" for n in ("mmsi", "time", "lat", "lon", "sog"))
        + "[units]\nspeed = 'dkn'\n"
    )
    data = read_table(tmp_path, of_speeds([41] * 50), mapping=str(mapping))
    assert data.positions["sog"].tolist() == pytest.approx([4.1] * 50)


def of_places(places: list[tuple[float, float]]) -> str:
    """A table with a position for each latitude and longitude."""
    rows = [f"412000001,2024-05-01T00:{k:02d}:00,{lat},{lon}" for k, (lat, lon) in enumerate(places)]
    return "\n".join(["mmsi,time,lat,lon", *rows])


SWAPPED, RIGHT = (122.5, 30.0), (30.0, 89.0)


@pytest.mark.parametrize(
    ("places", "refused"),
    [
        ([SWAPPED] * 11 + [RIGHT] * 39, True),  # 22 %
        ([SWAPPED] * 10 + [RIGHT] * 40, False),  # 20 %
        ([SWAPPED] * 49, False),  # too few rows
        ([SWAPPED] * 49 + [(30.0, 122.5)], True),  # one longitude beyond 90 degrees may be junk
        ([SWAPPED] * 47 + [(30.0, 122.5)] * 3, False),  # three are not
    ],
)
def test_swapped_latitude_and_longitude_are_refused(
    tmp_path: Path, places: list[tuple[float, float]], refused: bool
) -> None:
    if refused:
        with pytest.raises(DecodeError, match="look swapped"):
            read_table(tmp_path, of_places(places))
    else:
        data = read_table(tmp_path, of_places(places))
        assert rejected(data) == {"bad_position": places.count(SWAPPED)}


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        (["412000001", "412000002", "north", "south"], False),
        (["412000001", "north", "south"], True),
        (["north", "south"], True),
    ],
)
def test_ids_are_text_where_less_than_half_are_numbers(tmp_path: Path, ids: list[str], text: bool) -> None:
    lines = [f"{id_},2024-05-01T00:{k:02d}:00,30.{k},122.5" for k, id_ in enumerate(ids)]
    data = read_table(tmp_path, "\n".join(["mmsi,time,lat,lon", *lines]))
    if text:
        assert data.positions["mmsi"].tolist() == sorted(text_id_to_mmsi(id_) for id_ in ids)
    else:
        assert data.positions["mmsi"].tolist() == [412000001, 412000002]
        assert rejected(data) == {"bad_mmsi": 2}


def test_sizes_and_draughts_out_of_range_are_null(tmp_path: Path) -> None:
    text = (
        "mmsi,time,lat,lon,length,width,draught\n"
        "412000001,2024-05-01T00:00:00,30,122,1099,0,29.9\n"
        "412000002,2024-05-01T00:00:00,30,122,1100,30,0\n"
        "412000003,2024-05-01T00:00:00,30,122,200,30,30\n"
    )
    assert rows(read_table(tmp_path, text).static, "mmsi", "length_m", "width_m", "draught") == [
        (412000001, 1099, None, 29.9),
        (412000002, None, 30, None),
        (412000003, 200, 30, None),
    ]


def test_bad_rows_are_counted_with_a_sample(tmp_path: Path) -> None:
    text = (
        "mmsi,time,lat,lon\n"
        "412000001,2024-05-01T00:00:00,30,122\n"
        "1412000001,2024-05-01T00:00:00,30,122\n"
        "412000001,1970-01-01T00:00:00,30,122\n"
        "412000001,2024-02-30T00:00:00,30,122\n"
        "412000001,2024-05-01T00:00:01,95,122\n"
        "412000001,2024-05-01T00:00:01\n"
        "412000001,2024-05-01T00:00:02,31,122,9,9,9\n"
    )
    data = read_table(tmp_path, text)
    assert len(data.positions) == 1
    assert data.reports[0].rejected == {
        "wrong_number_of_fields": 2,
        "bad_mmsi": 1,
        "bad_time": 2,
        "bad_position": 1,
    }
    assert "mmsi=1412000001" in data.rejects.set_index("reason").loc["bad_mmsi", "sample"]


def test_positions_that_are_not_numbers_are_rejected_not_set_aside(tmp_path: Path) -> None:
    text = (
        "mmsi,time,lat,lon,shipname\n412000001,2024-05-01T00:00:00,30 15.0,122 30.0,EAGLE\n"
        "412000001,2024-05-01T00:01:00,unknown,,EAGLE\n412000001,2024-05-01T00:02:00,30.25,122.5,EAGLE\n"
    )
    data = read_table(tmp_path, text)
    assert data.reports[0].rejected == {"bad_position": 1}
    assert (len(data.positions), len(data.static)) == (1, 1)


def test_static_columns_repeated_on_every_row_become_a_report_when_they_change(tmp_path: Path) -> None:
    text = "mmsi,time,lat,lon,draught\n" + "".join(
        f"412000001,2024-05-01T00:{k:02d}:00,30,122,{d}\n" for k, d in enumerate([9.5, 9.5, 9.5, 4.0, 4.0])
    )
    data = read_table(tmp_path, text)
    assert rows(data.static, "timestamp", "draught") == [
        ("2024-05-01 00:00:00.000", 9.5),
        ("2024-05-01 00:03:00.000", 4.0),
    ]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("draught", "75", r"draughts look like tenths of a metre.*\[units\] draught = \"dm\""),
        ("cog", "1{k:02d}0", r"courses look like tenths of degrees.*\[units\] course = \"ddeg\""),
    ],
)
def test_columns_in_tenths_are_refused_unless_a_mapping_names_the_unit(
    tmp_path: Path, name: str, value: str, message: str
) -> None:
    text = table_text(60, **{name: value})
    with pytest.raises(DecodeError, match=message):
        read_table(tmp_path, text)
    mapping = tmp_path / "mapping.toml"
    unit = 'draught = "dm"' if name == "draught" else 'course = "ddeg"'
    mapping.write_text(f"[units]\n{unit}\n")
    data = read_table(tmp_path, text, mapping=str(mapping))
    found = data.static["draught"] if name == "draught" else data.positions["cog"]
    assert found.iloc[0] == pytest.approx(7.5 if name == "draught" else 100.0)
    assert dict(data.reports[0].lost_values) == {}


def test_a_value_that_is_not_understood_is_counted_and_named_once(tmp_path: Path) -> None:
    text = (
        "mmsi,time,lat,lon,sog,cog,heading,status,type,draught,imo\n"
        "412000001,2024-05-01T00:00:00,30,122,102.3,360,511,15,0,0,0\n"
        "412000002,2024-05-01T00:00:00,30,122,1023,360,511,99,Unspecified,,IMO0000000\n"
        "412000003,2024-05-01T00:00:00,30,122,fast,-4,400,Stopped,Starship,75,907472\n"
    )
    report = read_table(tmp_path, text).reports[0]
    fields = ("sog", "cog", "heading", "nav_status", "ship_type", "draught", "imo")
    assert dict(report.lost_values) == dict.fromkeys(fields, 1)
    assert len(report.warnings) == 7
    assert "cog: 1 value not understood, for example '-4'" in report.warnings
    assert "ship_type: 1 value not understood, for example 'Starship'; [ship_types]" in report.warnings[-1]


def test_values_that_are_not_understood_are_counted_on_every_row(tmp_path: Path) -> None:
    text = "mmsi,time,lat,lon,imo,type\n" + "".join(
        f"41200000{k % 2},2024-05-01T00:{k:02d}:00,30.{k},122,{imo},Starship\n"
        for k, imo in enumerate(["907472", "9074728"] * 5)
    )
    report = read_table(tmp_path, text).reports[0]
    assert dict(report.lost_values) == {"imo": 5, "ship_type": 10}
    assert report.counts["imo_check_fails"] == 5


def test_static_columns_that_alternate_are_reported_once_in_a_step_of_time(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(
        "mmsi,time,lat,lon,draught\n"
        + "".join(f"412000001,2024-05-01T00:0{9 - k}:00,30.{k},122,{5 + k % 2}\n" for k in range(10))
    )
    reports = [batch.static for batch in batches(path, DecodeReport("dump"), DecodeParams())]
    found = reports[0].sort("ms", maintain_order=True)
    minutes = (found["ms"] // 60_000 % 60).to_list()
    assert list(zip(minutes, found["draught"].to_list(), strict=True)) == [
        (0, 6),
        (1, 5),
        (6, 6),
        (7, 5),
    ]  # steps of six minutes


def test_an_imo_number_with_a_wrong_check_digit_is_kept_and_said(tmp_path: Path) -> None:
    data = read_table(tmp_path, "mmsi,time,lat,lon,imo\n412000001,2024-05-01T00:00:00,30,122,9074728\n")
    assert data.static["imo"].tolist() == [9074728]
    assert data.reports[0].warnings == ["imo: 1 number has a wrong check digit, kept as broadcast"]


def frames_of(*texts: str) -> tuple[list[Batch], DecodeReport]:
    """What is read of one table whose frames have these columns and rows."""
    frames = []
    for text in texts:
        header, *lines = (line.split(",") for line in text.splitlines())
        frames.append(pl.DataFrame(lines, schema=dict.fromkeys(header, pl.String), orient="row"))
    report = DecodeReport("a.csv")
    reader = TableReader(report, DecodeParams(), latest_ms=1_735_689_600_000)
    return list(reader.batches(iter(frames))), report


def test_columns_are_chosen_again_where_they_change() -> None:
    batches, report = frames_of(
        "mmsi,time,lat,lon\n412000001,2024-05-01T00:00:00,30,122",
        "Lon,Lat,SOG_mps,Date,Time,MMSI\n122.5,30.5,5.144444,01/05/2024,13:00,412000002\n"
        "122.5,30.5,5.144444,31/05/2024,13:00,412000002",
        "mmsi,shipname,time\n412000001,EAGLE,2024-05-01T00:00:00",
        "port,country\nNingbo,CN",
    )
    positions = pl.concat(b.positions for b in batches)
    assert positions["mmsi"].to_list() == [412000001, 412000002, 412000002]
    assert positions["lon"].to_list() == [122.0, 122.5, 122.5]
    assert positions["sog"].round(3).to_list() == [None, 10.0, 10.0]
    assert pl.concat(b.static for b in batches)["shipname"].to_list() == ["EAGLE"]
    assert (report.rows_in, report.rejected) == (5, {"unknown_columns": 1})
    assert any("no column for mmsi, time among port, country" in w for w in report.warnings)


@pytest.mark.parametrize(
    ("rows_", "expected"),
    [
        ("30.1,S,122.1,W", (-30.1, -122.1)),
        ("30.1,n,122.1,East", (30.1, 122.1)),
        ("-30.1,S,122.1,E", (-30.1, 122.1)),
        ("-30.1,N,122.1,E", None),
        ("30.1,,122.1,E", None),
        ("30.1,X,122.1,E", None),
    ],
)
def test_letters_beside_a_position_give_its_sign(rows_: str, expected: tuple[float, float] | None) -> None:
    good = "412000001,2024-05-01T00:00:0{k},30.1,N,122.1,E"
    text = "\n".join(["mmsi,time,lat,ns,lon,ew", *(good.format(k=k) for k in range(3))])
    (batch,), report = frames_of(f"{text}\n412000002,2024-05-01T00:00:00,{rows_}")
    assert batch.positions.height == (3 if expected is None else 4)
    assert report.rejected == ({"bad_position": 1} if expected is None else {})
    if expected:
        assert batch.positions.select("lat", "lon").row(3) == expected


@pytest.mark.parametrize(
    ("mmsi", "expected"),
    [
        ("'412000001", 412000001),
        ('="412000001"', 412000001),
        ("4.12000001E8", 412000001),
        ("412000001.0", 412000001),
        ("412 000 001", 412000001),
        ("150000001", 150000001),
        ("4.12E+08", None),
        ("4120000011", None),
        ("-1", None),
        ("0", None),
        ("#N/A", None),
    ],
)
def test_mmsis_as_spreadsheets_leave_them(mmsi: str, expected: int | None) -> None:
    good = "".join(f"41200000{k},2024-05-01T00:00:0{k},30,122\n" for k in (2, 3))
    (batch,), report = frames_of(f"mmsi,time,lat,lon\n{good}{mmsi},2024-05-01T00:00:00,30,122")
    assert batch.positions["mmsi"].to_list()[2:] == ([] if expected is None else [expected])
    assert report.rejected == ({"bad_mmsi": 1} if expected is None else {})


def test_numbers_of_typed_columns() -> None:
    row = {"time": ["2024-05-01T00:00:00"] * 2, "lat": [30.0, 31.0], "lon": [122.0, 122.5]}

    def read(mmsi: pl.Series) -> list[int]:
        frame = pl.DataFrame({"mmsi": mmsi, **row})
        reader = TableReader(DecodeReport("a"), DecodeParams(), latest_ms=1_735_689_600_000)
        return pl.concat(b.positions for b in reader.batches(iter([frame])))["mmsi"].to_list()

    for dtype in (pl.Int64, pl.UInt32, pl.Float64, pl.Decimal(12, 0), pl.String, pl.Categorical):
        column = pl.Series([412000001, 412000002]).cast(pl.String).cast(dtype)  # type: ignore[arg-type]
        assert read(column) == [412000001, 412000002]
    assert read(pl.Series([412000001.0, float("nan")])) == [412000001]
    with pytest.raises(DecodeError, match="single precision"):
        read(pl.Series([412000001.0, 412000002.0], dtype=pl.Float32))


def test_nested_columns_have_names_with_dots_and_lists_are_refused() -> None:
    where = [{"lat": 30.0, "lon": 122.0, "of": {"mmsi": "412000001"}}]
    frame = pl.DataFrame({"position": where, "time": ["2024-05-01T00:00:00"], "name": [b"EAGLE"]})
    frame = frame.with_columns(callsign=pl.lit(b"\xff"))
    reader = TableReader(DecodeReport("a"), DecodeParams(), latest_ms=1_735_689_600_000)
    (batch,) = reader.batches(iter([frame]))
    assert batch.positions.select("mmsi", "lat", "lon").rows() == [(412000001, 30.0, 122.0)]
    assert batch.static["shipname"].to_list() == ["EAGLE"]
    assert reader.report.lost_values == {"callsign": 1}
    lists = pl.DataFrame(
        {"mmsi": [412000001], "time": ["2024-05-01T00:00:00"], "lat": [[30.0]], "lon": [122.0]}
    )
    with pytest.raises(DecodeError, match=r"'lat' holds List\(Float64\), not one value per row"):
        list(reader.batches(iter([lists])))
    with pytest.raises(DecodeError, match="'time' holds List"):
        list(reader.batches(iter([lists.with_columns(pl.col("time").implode(), lat=1.0)])))


# One table of each kind; every value differs from row to row, so that a shifted cell would show.
SHAPES: dict[str, tuple[str, str]] = {
    "generic": (
        "mmsi,timestamp,lat,lon,sog,cog,heading,status,imo,name,ship_type,draught,length",
        "41200000{k},2024-05-01T00:0{k}:00Z,30.{k},122.{k},1{k}.5,9{k}.5,18{k},{k},9074729,SHIP {k},8{k},9.{k},18{k}",
    ),
    "marinecadastre": (
        "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo",
        "36700000{k},2022-01-03T00:0{k}:00,30.{k},-88.{k},1{k}.5,9{k}.5,18{k},SHIP {k},IMO8207721,WX{k},101{k},{k},18{k},3{k},9.{k},80",
    ),
    "danish": (
        "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,SOG,COG,IMO,Name,Ship type,Draught,"
        "Data source type",
        "03/07/2024 05:1{k}:00,Class A,21900000{k},55.{k},11.{k},Moored,1{k}.5,9{k}.5,9074729,SHIP {k},Tanker,9.{k},AIS",
    ),
    "aishub-raw": (
        "MMSI,TIME,LONGITUDE,LATITUDE,COG,SOG,HEADING,NAVSTAT,PAC,ROT,IMO,NAME,TYPE,DEVICE,DRAUGHT,DEST",
        "41200000{k},13026048{k}0,7350000{k},1815000{k},9{k}5,7{k},18{k},{k},1,0,9074729,SHIP {k},8{k},1,7{k},ZOS {k}",
    ),
    "marinetraffic": (
        "MMSI,LAT,LON,SPEED,HEADING,COURSE,STATUS,TIMESTAMP,DSRC",
        "41200000{k},30.{k},122.{k},5{k},9{k},18{k},{k},2013-11-20T16:0{k}:00,TER",
    ),
    "date and time": (
        "Date,Time,MMSI,Latitude_degrees,Longitude_degrees,SOG_mps",
        "14/11/2023,1{k}:01:00,41200000{k},30.{k},122.{k},5.{k}",
    ),
    "piraeus": ("t,vessel_id,lon,lat,speed,course", "149359680{k}000,a{k},23.{k},37.{k},7.{k},9{k}.5"),
    "twelve hours": (
        "mmsi;time;lat;lon;sog;type",
        "41200000{k};11/14/2023 {k}:05:00 PM;30,{k};122,{k};1{k},5;Crude Oil Tanker",
    ),
}  # fmt: skip
JUNK = st.sampled_from(
    ["", "junk", "-1", "0", "999", "1e9", "4.12E+08", "1E999", "nan", "12:30", "04/13/2021 05:00:00", "13/04/2021 1:00",
     "2024-05-01 00:00:00 CST", "N", "30 N", "1,5", "'", "412000009", "2099-01-01T00:00:00Z", "\x01", "80 - Tanker"]
) | st.text(st.characters(exclude_characters=',;"\n\r|\t', exclude_categories=["Cs"]), max_size=12)  # fmt: skip


@cache
def of_shape(
    shape: str, row: int | None = None, column: int = 0, junk: str = ""
) -> tuple[Batch, DecodeReport]:
    """What is read of eight rows, with one cell replaced."""
    header, line = SHAPES[shape]
    mark = ";" if ";" in header else ","
    names = header.split(mark)
    cells = [line.format(k=k).split(mark) for k in range(1, 9)]
    if row is not None:
        cells[row][column % len(names)] = junk
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    report = DecodeReport("a.csv")
    parts = list(TableReader(report, DecodeParams(), latest_ms=1_735_689_600_000).batches(iter([frame])))
    assert report.rows_in == 8
    n_out = sum(p.positions.height + p.static["counted"].sum() for p in parts)
    assert n_out + report.set_aside.total() + sum(report.rejected.values()) == 8
    return parts[0], report


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(SHAPES)), st.integers(0, 7), st.integers(0, 20), JUNK)
def test_no_cell_changes_another(shape: str, row: int, column: int, junk: str) -> None:
    before, clean = of_shape(shape)
    assert (clean.rejected, dict(clean.lost_values)) == ({}, {})
    assert before.positions.height == 8
    after, report = of_shape(shape, row, column, junk)
    others = before.positions.with_row_index("row").filter(pl.col("row") != row).drop("row")
    kept = after.positions.join(others, on=["mmsi", "ms"], how="semi", nulls_equal=True)
    assert kept.equals(others)
    assert after.positions.height <= 8
    assert sum(report.rejected.values()) + report.set_aside.total() <= 1
    # A value that is gone was counted, or means "not available".
    assert sum(report.lost_values.values()) <= 2
    unchanged = before.static.filter(pl.col("mmsi").is_in(others["mmsi"].to_list()))
    same = after.static.join(unchanged, on=["mmsi", "ms"], how="semi")
    assert same.equals(unchanged)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_cell_that_is_not_understood_is_counted_once(shape: str) -> None:
    header = SHAPES[shape][0]
    for column, name in enumerate(header.split(";" if ";" in header else ",")):
        _, report = of_shape(shape, 3, column, "jüñk")
        n = sum(report.rejected.values()) + sum(report.lost_values.values())
        free = (
            "name",
            "callsign",
            "dsrc",
            "dest",
            "cargo",
            "device",
            "pac",
            "rot",
            "data source type",
            "vessel_id",
        )
        assert n == (name.lower().replace("vessel", "") not in free and name.lower() not in free), name


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("mmsi,^t$,lat,lon", "412000001,2023-11-14 22:13:21,30.1,122.1"),
        ("^oid$,^t$,lat,lon", "412000001,2023-11-14 22:13:21,30.1,122.1"),
        ("mmsi,^date$,^time$,lat,lon", "412000001,2023-11-14,22:13:21,30.1,122.1"),
        ("mmsi,time,lat,^lat_dir$,lon", "412000001,2023-11-14 22:13:21,30.1,N,122.1"),
    ],
)
def test_a_column_name_that_polars_takes_for_a_pattern_is_a_name(
    tmp_path: Path, header: str, cells: str
) -> None:
    data = read_table(tmp_path, f"{header}\n{cells}\n")
    assert rows(data.positions, "lat", "lon") == [(30.1, 122.1)]


@pytest.mark.parametrize("name", ["^when$", "*"])
def test_a_mapping_is_suggested_whatever_the_names_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(DecodeError, match="no column for time") as raised:
        read_table(tmp_path, f"mmsi,{name},lat,lon\n412000001,2023-11-14 22:13:21,30.1,122.1\n")
    assert 'lat = "lat"' in raised.value.__notes__[0]
