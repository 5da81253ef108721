"""Positions are selected by period and area, and written to buckets of vessels."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import shapely

from stsdetect.decode import DecodeTask, decode_file, read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.output import PositionFilter
from stsdetect.errors import ContextError, DecodeError, ParamError, StsWarning
from stsdetect.schema import POSITIONS
from tests.builders import decode as build
from tests.builders.decode import T


def test_positions_outside_the_period_or_area_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    lines = [build.tagged(build.position(412000000 + k, lat=30 + k), T + 60 * k) for k in range(1, 5)]
    lines += [build.tagged(p, T + 9999) for p in build.static()]
    path.write_text("\n".join(lines))
    data = read_ais(
        path,
        start="2023-11-14T22:14:20",
        end="2023-11-14T22:17:20Z",
        area="POLYGON((121 30,123 30,123 32.5,121 32.5,121 30))",
    )
    assert data.positions["mmsi"].tolist() == [412000001, 412000002]
    assert data.reports[0].set_aside["outside_time"] == 1
    assert data.reports[0].set_aside["outside_area"] == 1
    assert len(data.static) == 1
    assert data.reports[0].closes


def test_buckets_hold_each_ship_once_and_no_half_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    path.write_text("\n".join(build.tagged(build.position(412000000 + k), T + k) for k in range(1, 40)))
    (report,) = decode_file(DecodeTask(path, "log.nmea", tmp_path / "out", 4))
    files = sorted((tmp_path / "out" / "positions").iterdir())
    ships = [set(POSITIONS.read_parquet(f)["mmsi"]) for f in files]
    assert sum(map(len, ships)) == len(set.union(*ships)) == 39
    assert report.to_dict()["positions_out"] == 39
    (tmp_path / "bad.nmea").write_text(build.position() + "\n")
    with pytest.raises(DecodeError):
        decode_file(DecodeTask(tmp_path / "bad.nmea", "bad.nmea", tmp_path / "none", 4))
    assert not any(p.is_file() for p in (tmp_path / "none").rglob("*"))


@pytest.mark.parametrize(
    ("start_s", "end_s", "kept"),
    [(T, T + 2, [T, T + 1]), (T + 1, None, [T + 1, T + 2]), (None, None, [T, T + 1, T + 2])],
)
def test_the_start_is_included_and_the_end_is_not(
    start_s: int | None, end_s: int | None, kept: list[int]
) -> None:
    start, end = (None if s is None else datetime.fromtimestamp(s, UTC) for s in (start_s, end_s))
    report = DecodeReport("a.nmea")
    task = DecodeTask(Path("a.nmea"), "a.nmea", Path("out"), start=start, end=end)
    rows = pl.DataFrame({"ms": [s * 1000 for s in (T, T + 1, T + 2)]})
    assert [ms // 1000 for ms in PositionFilter(task, report)(rows)["ms"]] == kept
    assert report.set_aside["outside_time"] == 3 - len(kept)
    assert (report.start_ms, report.end_ms) == (T * 1000, (T + 2) * 1000)


def test_positions_on_the_boundary_of_the_area_are_inside() -> None:
    report = DecodeReport("a.nmea")
    area = "POLYGON((121 30,123 30,123 31,121 31,121 30))"
    task = DecodeTask(Path("a.nmea"), "a.nmea", Path("out"), area_wkt=area)
    rows = pl.DataFrame({"ms": [T] * 3, "lat": [30.5, 30.0, 29.999], "lon": [122.0] * 3})
    assert PositionFilter(task, report)(rows)["lat"].to_list() == [30.5, 30.0]
    assert report.set_aside == {"outside_area": 1}


def test_sources_that_look_alike_get_different_files(tmp_path: Path) -> None:
    for source in ("a/b.nmea", "a_b.nmea"):
        log = tmp_path / "log.nmea"
        log.write_text(build.tagged(build.position(), T))
        decode_file(DecodeTask(log, source, tmp_path / "out"))
    assert len(list((tmp_path / "out" / "positions").iterdir())) == 2


@pytest.mark.parametrize(
    "area",
    [
        "POLYGON((179 -1,181 -1,181 1,179 1,179 -1))",
        "POLYGON((-181 -1,-179 -1,-179 1,-181 1,-181 -1))",
        "MULTIPOLYGON(((179 -1,180 -1,180 1,179 1,179 -1)),((-180 -1,-179 -1,-179 1,-180 1,-180 -1)))",
        shapely.box(179, -1, 181, 1),
    ],
)
def test_an_area_across_180_degrees_keeps_its_inside(tmp_path: Path, area: str | shapely.Geometry) -> None:
    where = [179.5, -179.5, 0.0, 178.5, -178.5, 179.99999]
    lines = [
        build.tagged(build.position(412000001 + k, lat=0.0, lon=lon), T + k) for k, lon in enumerate(where)
    ]
    (tmp_path / "a.nmea").write_text("\n".join(lines) + "\n")
    data = read_ais(tmp_path / "a.nmea", area=area)
    assert sorted(data.positions["lon"].round(3)) == [-179.5, 179.5, 180.0]
    assert data.reports[0].set_aside["outside_area"] == 3


def test_an_area_that_jumps_from_179_to_minus_179_is_read_with_a_warning(tmp_path: Path) -> None:
    lines = [
        build.tagged(build.position(412000001, lat=0.0, lon=lon), T + k) for k, lon in enumerate([179.5, 0.0])
    ]
    (tmp_path / "a.nmea").write_text("\n".join(lines) + "\n")
    with pytest.warns(StsWarning, match="2 degrees wide, from 179 to -179"):
        data = read_ais(tmp_path / "a.nmea", area="POLYGON((179 -1,-179 -1,-179 1,179 1,179 -1))")
    assert data.positions["lon"].round(3).tolist() == [179.5]


@pytest.mark.parametrize(
    ("area", "error", "match"),
    [
        ("aoi.geojson", ParamError, "area is not WKT.*load_context"),
        ((121, 30, 123, 31), ParamError, "needs a shapely geometry or WKT, not tuple"),
        (shapely.Point(121, 30), ContextError, "needs polygons, not Point"),
        (shapely.box(30, 121, 31, 123), ContextError, "seem to be swapped"),
        (shapely.box(-100, -1, 100, 1), ContextError, "may go either direction"),
    ],
)
def test_an_area_that_is_not_one_is_refused(
    tmp_path: Path, area: object, error: type[Exception], match: str
) -> None:
    (tmp_path / "a.nmea").write_text(build.tagged(build.position(412000001), T) + "\n")
    with pytest.raises(error, match=match):
        read_ais(tmp_path / "a.nmea", area=area)  # type: ignore[arg-type]
