import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stsdetect.errors import SchemaError
from stsdetect.schema import POSITIONS, SCHEMAS, STATIC, Column, Table
from tests.builders import EPOCH, fixes

# Section 6 of the contract; `?` may be null.
CONTRACT = {
    "positions": "mmsi timestamp lat lon sog? cog? heading? nav_status? ais_class msg_type station? source",
    "static": "mmsi timestamp imo? callsign? shipname? ship_type? to_bow? to_stern? to_port? to_starboard? draught? destination?",
    "segments": "segment_id vessel_id mmsi start_time end_time n_points quarantined",
    "points": "mmsi timestamp lat lon sog? cog? heading? nav_status? ais_class msg_type station? source segment_id vessel_id quality_flags",
    "gaps": "gap_id mmsi start_time end_time? start_lat start_lon end_lat? end_lon? duration_h expected_reports n_neighbours log_lr_off p_off feed_outage",
    "loitering": "loiter_id mmsi start_time end_time lat lon radius_m mean_sog_kn",
    "encounters": "encounter_id mmsi_1 mmsi_2 start_time end_time duration_h lat lon min_hull_gap_m median_hull_gap_m hull_gap_error_m rigidity orientation observed_fraction draught_change_m_1? draught_change_m_2? same_hull_suspected p_contact",
    "dark_encounters": "dark_id kind mmsi_1 mmsi_2 start_time end_time lat lon feasible_dwell_h required_sog_kn n_alternatives p_contact",
    "events": "event_id event_type source_id mmsi_1 mmsi_2 imo_1? imo_2? shipname_1? shipname_2? flag_1? flag_2? start_time end_time duration_h lat lon p_contact context_score data_quality score tier rank category innocent_explanation model_id params_digest",
    "evidence": "event_id family term vessel observed? unit? threshold? contribution supports statement",
    "identity": "mmsi source_id?",
    "rejects": "reason count sample?",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_columns_of_the_contract_are_there(name: str) -> None:
    table = SCHEMAS[name]
    for column in CONTRACT[name].split():
        declared = {c.name: c for c in table}[column.rstrip("?")]
        assert declared.null == column.endswith("?"), column


@pytest.mark.parametrize("table", SCHEMAS.values(), ids=lambda t: t.name)
def test_every_table_declares_itself_well(table: Table) -> None:
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
        (lambda f: f.assign(lat=[float("nan"), 1.0]), r"'lat': 1 of 2 rows are null \(rows \[0\]\)"),
        (
            lambda f: f.assign(lat=["north", "30"]),
            r"'lat': 1 value\(s\) of type String are not float64.*north",
        ),
        (lambda f: f.assign(timestamp=f["timestamp"].dt.tz_localize(None)), "no zone"),
        (lambda f: f.assign(mmsi=[2**70, 1]), "too large"),
        (lambda f: f.assign(mmsi=[1.5, 1]), r"'mmsi'.*1\.5"),
    ],
)
def test_what_is_wrong_is_said(change, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        POSITIONS.validate(change(fixes(412000001, [0, 60])))


def test_a_file_that_is_no_table_is_said(tmp_path) -> None:
    (tmp_path / "static.parquet").write_text("no")
    with pytest.raises(SchemaError, match="cannot read table 'static'"):
        STATIC.read_parquet(tmp_path / "static.parquet")


def test_an_object_that_is_no_frame_is_said() -> None:
    with pytest.raises(SchemaError, match="cannot read a int as a table"):
        STATIC.validate(3)


def test_the_empty_dataset_is_an_empty_table(tmp_path) -> None:
    assert STATIC.scan(tmp_path).height == 0


def test_bool_and_nullable_kinds_round_trip() -> None:
    table = Table("t", "x", (Column("a", "bool", "m", null=True), Column("b", "int32", "m", null=True)))
    out = table.to_pandas(pd.DataFrame({"a": [True, None], "b": [None, 3]}))
    assert out["a"].isna().tolist() == [False, True]
    assert out["b"].isna().tolist() == [True, False]
