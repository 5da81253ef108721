"""Tables of pandas, GeoPandas, polars and Arrow become one kind of frame."""

from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import shapely

from stsdetect.decode import read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.memory_frames import is_frame, store_frame, table_of_frame
from stsdetect.decode.tables.profiles import FIELDS
from stsdetect.decode.tables.reader import TableReader
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

ROW = {"mmsi": [412000001], "timestamp": ["2024-05-01T00:00:00Z"], "lat": [30.5], "lon": [122.5]}


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(ROW),
        pl.LazyFrame(ROW),
        pd.DataFrame(ROW),
        pd.DataFrame(ROW, index=[7]),
        pa.table(ROW),
        pa.table(ROW).to_batches()[0],
        pd.DataFrame(ROW).set_index("mmsi"),
        pd.DataFrame(ROW).set_index(["mmsi", "timestamp"]),
        pd.DataFrame(ROW).convert_dtypes(),
    ],
)
def test_any_frame_has_its_columns(frame: object) -> None:
    assert is_frame(frame)
    assert table_of_frame(frame).select("mmsi", "timestamp", "lat", "lon").rows() == [
        (412000001, "2024-05-01T00:00:00Z", 30.5, 122.5)
    ]


@pytest.mark.parametrize(("name", "column"), [(None, "timestamp"), ("t", "t"), ("when", "when")])
def test_an_index_of_times_becomes_a_column(name: str | None, column: str) -> None:
    index = pd.DatetimeIndex(["2024-05-01T08:00+08:00"], name=name)
    found = table_of_frame(pd.DataFrame({"mmsi": [1]}, index=index))
    assert found[column].dt.epoch("s").to_list() == [1_714_521_600]


def test_an_unnamed_index_of_times_does_not_replace_a_column() -> None:
    index = pd.DatetimeIndex(["2024-05-01"])
    found = table_of_frame(pd.DataFrame({"timestamp": ["2024-05-02"]}, index=index))
    assert found.rows() == [("2024-05-02",)]


def test_timestamps_without_zone_stay_so_and_mixed_zones_become_utc() -> None:
    naive = pd.DataFrame({"t": pd.to_datetime(["2024-05-01 00:00"])})
    assert table_of_frame(naive)["t"].dtype.time_zone is None  # type: ignore[attr-defined]
    both = pd.Series(
        [pd.Timestamp("2024-05-01T08:00+08:00"), pd.Timestamp("2024-05-01T01:00+01:00"), None], dtype=object
    )
    when = datetime(2024, 5, 1, tzinfo=UTC)
    assert table_of_frame(pd.DataFrame({"t": both}))["t"].to_list() == [when, when, None]


def test_columns_of_mixed_types_are_text() -> None:
    frame = pd.DataFrame({"mmsi": pd.Series([412000001, "x", None, 1.5], dtype=object)})
    assert table_of_frame(frame)["mmsi"].to_list() == ["412000001", "x", None, "1.5"]


def test_periods_are_times() -> None:
    period = pd.DataFrame({"t": pd.PeriodIndex(["2024-05-01 00:00"], freq="min")})
    assert table_of_frame(period)["t"].dt.epoch("s").to_list() == [1_714_521_600]


@pytest.mark.parametrize("crs", ["EPSG:4326", None, "OGC:CRS84", "EPSG:3857"])
def test_points_of_geopandas_become_latitude_and_longitude(crs: str | None) -> None:
    points = gpd.GeoSeries([shapely.Point(122.5, 30.5), None], crs=crs)
    if crs == "EPSG:3857":
        points = gpd.GeoSeries([shapely.Point(122.5, 30.5), None], crs=4326).to_crs(3857)
    found = table_of_frame(gpd.GeoDataFrame({"mmsi": [1, 2]}, geometry=points))
    assert found.columns == ["mmsi", "latitude", "longitude"]
    assert found["latitude"].to_list() == [pytest.approx(30.5, abs=1e-9), None]
    assert found["longitude"].to_list() == [pytest.approx(122.5, abs=1e-9), None]


def test_points_in_a_plain_pandas_frame() -> None:
    frame = pd.DataFrame({"mmsi": [1], "where": pd.Series([shapely.Point(122.5, 30.5)], dtype=object)})
    assert table_of_frame(frame).rows() == [(1, 30.5, 122.5)]


def test_what_is_not_a_table_of_points_is_refused() -> None:
    line = gpd.GeoDataFrame({"mmsi": [1]}, geometry=[shapely.LineString([(0, 0), (1, 1)])])
    with pytest.raises(DecodeError, match="must hold points, and row 0 holds a LineString"):
        table_of_frame(line)
    with pytest.raises(DecodeError, match="several columns named lat"):
        table_of_frame(pd.DataFrame([[1, 2]], columns=["lat", "lat"]))
    with pytest.raises(DecodeError, match="a list is not a table"):
        table_of_frame([1])
    with pytest.raises(DecodeError, match="a Series is not a table"):
        table_of_frame(pd.Series([1]))
    assert not is_frame("positions.csv")


TYPES = {
    "null": pl.Series([None, None]),
    "boolean": pl.Series([True, None]),
    "time of day": pl.Series([1, None], dtype=pl.Int64).cast(pl.Time),
    "date": pl.Series([1, None]).cast(pl.Date),
    "datetime": pl.Series([1, None]).cast(pl.Datetime("ns")),
    "datetime with a zone": pl.Series([1, None]).cast(pl.Datetime("us", "Asia/Shanghai")),
    "duration": pl.Series([1, None]).cast(pl.Duration("ns")),
    "bytes": pl.Series([b"\xff", None]),
    "category": pl.Series(["a", None]).cast(pl.Categorical),
    "enumeration": pl.Series(["a", None]).cast(pl.Enum(["a"])),
    "decimal": pl.Series([1, None]).cast(pl.Decimal(10, 2)),
    "unsigned": pl.Series([2**64 - 1, None], dtype=pl.UInt64),
    "128 bits": pl.Series([2**100, None], dtype=pl.Int128),
    "single precision": pl.Series([1.5, float("nan")], dtype=pl.Float32),
    "list": pl.Series([[1], None]),
    "array": pl.Series([[1], None], dtype=pl.Array(pl.Int64, 1)),
    "object": pl.Series([object(), None], dtype=pl.Object),
    "struct": pl.Series([{"a": 1}, None]),
    "empty struct": pl.Series([{}, None], dtype=pl.Struct([])),
}


@pytest.mark.parametrize("name", [*FIELDS, "unknown"])
def test_a_column_of_any_type_is_read_or_refused(name: str) -> None:
    given = {
        "mmsi": [412000001, 412000002], "time": ["2024-05-01T00:00:00Z"] * 2, "lat": [30.5, 31.5], "lon": [122.5, 123.5]
    }  # fmt: skip
    for kind, column in TYPES.items():
        frame = pl.DataFrame({**given, name: column})
        report = DecodeReport("frame")
        try:
            parts = list(
                TableReader(report, DecodeParams(), latest_ms=2_000_000_000_000).batches(iter([frame]))
            )
        except DecodeError:
            continue
        report.rows_out = sum(part.positions.height + part.static.filter("counted").height for part in parts)
        assert report.closes, kind
        assert report.rows_in == 2, kind


def test_a_duration_beside_a_date_is_the_time_of_day() -> None:
    clocks = pl.Series([0, 46_860_500, None, 86_400_000]).cast(pl.Duration("ms"))
    frame = pl.DataFrame(
        {
            "mmsi": [412000001] * 4,
            "date": ["2024-05-01"] * 4,
            "time": clocks,
            "lat": [30.5] * 4,
            "lon": [122.5] * 4,
        }
    )
    data = read_ais(frame)
    assert data.positions["timestamp"].dt.strftime("%H:%M:%S.%f").tolist() == [
        "00:00:00.000000",
        "13:01:00.500000",
    ]
    assert data.reports[0].rejected == {"bad_time": 2}


class Odd:
    def __str__(self) -> str:
        return "412000001"


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(ROW),
        pl.LazyFrame(ROW),
        pl.DataFrame(ROW).with_columns(pl.col("mmsi").cast(pl.Int128)),
        pl.DataFrame({**ROW, "mmsi": pl.Series([Odd()], dtype=pl.Object)}),
        pd.DataFrame(ROW).set_index("mmsi"),
        pa.table(ROW),
        gpd.GeoDataFrame(
            {"mmsi": [412000001], "timestamp": ["2024-05-01T00:00:00Z"]},
            geometry=gpd.points_from_xy([122.5], [30.5], crs=4326),
        ),
    ],
)
def test_a_stored_frame_is_read_as_the_frame_itself(frame: object, tmp_path: Path) -> None:
    store_frame(frame, tmp_path / "frame.parquet")
    stored = read_ais(tmp_path / "frame.parquet").positions
    assert stored["mmsi"].tolist() == [412000001]
    if not (isinstance(frame, pl.DataFrame) and frame["mmsi"].dtype == pl.Object):
        pd.testing.assert_frame_equal(
            stored.drop(columns="source"), read_ais(frame).positions.drop(columns="source")
        )


def test_what_cannot_be_stored_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="cannot be collected"):
        store_frame(pl.LazyFrame(ROW).select("no_such_column"), tmp_path / "frame.parquet")
    with pytest.raises(DecodeError, match="a int is not a table"):
        store_frame(1, tmp_path / "frame.parquet")
