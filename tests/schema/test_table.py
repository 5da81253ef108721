"""What a table declares, and what it does with a frame."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stsdetect.errors import SchemaError
from stsdetect.schema import POSITIONS, SCHEMAS, STATIC, Column, Table
from tests.builders import EPOCH, fixes


@pytest.mark.parametrize("table", SCHEMAS.values(), ids=lambda t: t.name)
def test_every_table_has_unique_columns_dtypes_and_meanings(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.sort_by) <= set(table.names)
    empty = table.empty()
    assert len(empty) == 0
    assert {n: str(t) for n, t in empty.dtypes.items()} == {c.name: c.pandas_dtype for c in table}
    for c in table:
        assert c.meaning
        assert f"| `{c.name}` |" in table.markdown()


def test_times_are_utc_milliseconds_and_coordinates_float64() -> None:
    frame = fixes(412000001, [0, 60])
    assert str(frame["timestamp"].dtype) == "datetime64[ms, UTC]"
    assert frame["lat"].dtype == "float64"
    assert str(frame["nav_status"].dtype) == "Int32"


def test_units_and_meanings_survive_parquet(tmp_path) -> None:
    path = tmp_path / "positions.parquet"
    POSITIONS.write_parquet(fixes(412000001, [0, 60]), path)
    field = pa.parquet.read_schema(path).field("sog")
    assert field.metadata[b"unit"] == b"kn"
    pd.testing.assert_frame_equal(POSITIONS.read_parquet(path), fixes(412000001, [0, 60]))
    assert list(tmp_path.iterdir()) == [path]


def test_validation_takes_any_frame_adds_null_columns_and_leaves_the_input_alone() -> None:
    whole = fixes(412000001, [0])
    bare = whole[["mmsi", "timestamp", "lat", "lon", "ais_class", "msg_type", "source"]].assign(extra=1)
    before = bare.copy()
    for frame in (bare, pl.DataFrame(bare), pa.Table.from_pandas(bare)):
        pd.testing.assert_frame_equal(POSITIONS.to_pandas(frame), whole)
    pd.testing.assert_frame_equal(bare, before)


def test_rows_come_sorted() -> None:
    assert POSITIONS.to_pandas(fixes(2, [60, 0]))["timestamp"].tolist() == [
        EPOCH,
        EPOCH + pd.Timedelta("60s"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="lat"), r"lacks the column\(s\) lat; present: mmsi, timestamp, lon"),
        (
            lambda f: f.rename(columns={"lat": "Latt"}),
            r"lacks the column\(s\) lat; .*Nearest: 'Latt' to lat\.",
        ),
        (lambda f: f.assign(lat=[float("nan"), 1.0]), r"'lat': 1 of 2 rows are null \(rows \[0\]\)"),
        (
            lambda f: f.assign(lat=["north", "30"]),
            r"'lat': 1 value\(s\) of type String are not float64.*north",
        ),
        (lambda f: f.assign(timestamp=f["timestamp"].dt.tz_localize(None)), "no zone"),
        (lambda f: f.assign(mmsi=[2**70, 1]), "too large"),
        (lambda f: f.assign(lat=[[30.0], [30.0]]), r"'lat': values of type List\(Float64\) are not float64"),
        (lambda f: f.assign(mmsi=[1.5, 1]), r"'mmsi'.*1\.5"),
        (lambda f: f.assign(mmsi=np.float32([412000001, 1])), r"'mmsi': 1 value.*Float32.*412000000"),
    ],
)
def test_a_wrong_frame_is_refused_with_its_reason(change, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        POSITIONS.validate(change(fixes(412000001, [0, 60])))


def test_a_file_that_is_not_a_table_is_refused(tmp_path) -> None:
    (tmp_path / "static.parquet").write_text("no")
    with pytest.raises(SchemaError, match="cannot read table 'static'"):
        STATIC.read_parquet(tmp_path / "static.parquet")


def test_an_object_that_is_not_a_frame_is_refused() -> None:
    with pytest.raises(SchemaError, match="cannot read a int as a table"):
        STATIC.validate(3)


def test_an_empty_folder_is_an_empty_table(tmp_path) -> None:
    assert STATIC.scan(tmp_path).height == 0


def test_bool_and_nullable_kinds_round_trip() -> None:
    table = Table("t", "x", (Column("a", "bool", "m", null=True), Column("b", "int32", "m", null=True)))
    out = table.to_pandas(pd.DataFrame({"a": [True, None], "b": [None, 3]}))
    assert out["a"].isna().tolist() == [False, True]
    assert out["b"].isna().tolist() == [True, False]


def test_an_optional_table_that_is_absent_has_no_rows_but_all_columns() -> None:
    assert STATIC.optional(None).schema == STATIC.validate(STATIC.empty()).schema


def test_ordered_sorts_by_the_key_with_nulls_last() -> None:
    table = Table("t", "x", (Column("a", "int64", "m", null=True),), ("a",))
    assert table.ordered(pl.DataFrame({"a": [None, 2, 1]}))["a"].to_list() == [1, 2, None]


@pytest.mark.parametrize("name", ["contacts", "encounters", "dark_encounters", "features", "events"])
def test_no_table_of_pairs_takes_a_ship_with_itself(name: str) -> None:
    plain = {"string": "x", "timestamp": EPOCH, "bool": False}
    row = {c.name: plain.get(c.kind, 0) for c in SCHEMAS[name] if not c.null}
    SCHEMAS[name].validate(pd.DataFrame([row | {"mmsi_1": 1, "mmsi_2": 2}]))
    with pytest.raises(SchemaError, match=r"1 of 1 rows pair a vessel with itself .* \[-7\]"):
        SCHEMAS[name].validate(pd.DataFrame([row | {"mmsi_1": -7, "mmsi_2": -7}]))


def test_what_says_not_known_stands_in_for_a_column_that_is_absent_or_null() -> None:
    whole = fixes(412000001, [0, 60])
    out = POSITIONS.validate(whole.drop(columns=["ais_class", "msg_type", "source"]))
    assert out.select("ais_class", "msg_type", "source").unique().rows() == [("U", 0, "")]
    out = POSITIONS.validate(whole.assign(ais_class=["A", None]))
    assert out["ais_class"].to_list() == ["A", "U"]


@pytest.mark.parametrize(
    "mmsi",
    [
        ["412000001", " 412000001.0 "],
        [412000001.0, 412000001.0],
        pd.array([412000001, 412000001], dtype="Int32"),
        pd.Categorical(["412000001", "412000001"]),
    ],
    ids=["text", "float", "Int32", "category"],
)
def test_a_whole_number_may_come_in_any_exact_form(mmsi) -> None:
    assert POSITIONS.validate(fixes(1, [0, 60]).assign(mmsi=mmsi))["mmsi"].to_list() == [412000001] * 2


@pytest.mark.parametrize("mmsi", ["4.12E+08", "412000001.5", "412,000,001", "SHIP A", "'412000001", ""])
def test_a_number_that_is_not_exact_is_refused(mmsi: str) -> None:
    with pytest.raises(SchemaError, match=r"column 'mmsi': 1 value\(s\) of type"):
        POSITIONS.validate(fixes(1, [0, 60]).assign(mmsi=["412000001", mmsi]))


@pytest.mark.parametrize(
    "times",
    [["2024-01-01 00:00:00", "2024-01-01 00:01:00"], [1704067200, 1704067260], [1.7e12, 1.7e12]],
    ids=["text", "seconds", "milliseconds"],
)
def test_text_and_numbers_are_not_times(times) -> None:
    with pytest.raises(SchemaError, match=r"are not times.*utc=True"):
        POSITIONS.validate(fixes(1, [0, 60]).assign(timestamp=times))


def test_times_of_another_zone_become_utc() -> None:
    local = fixes(1, [0]).assign(timestamp=lambda f: f["timestamp"].dt.tz_convert("Asia/Shanghai"))
    assert POSITIONS.to_pandas(local)["timestamp"].tolist() == [EPOCH]
