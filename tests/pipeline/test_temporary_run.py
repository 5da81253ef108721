"""One door: a file or a frame goes in, and what comes out is that of the command."""

import gc
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import polars as pl
import pytest

import stsdetect as sts
from stsdetect.errors import ContextError, DecodeError, ParamError, StsWarning, TooManyRejectsError
from stsdetect.simulation import SeaParams, simulate, write_sea
from tests.builders.cli import exit_code
from tests.builders.pipeline import assert_same_tables, run_bytes, run_tables

T0 = pd.Timestamp("2024-05-01", tz="UTC")


def rows(n: int = 6, **columns: Any) -> pd.DataFrame:
    """Positions of one ship at rest, ten minutes apart."""
    times = T0 + pd.to_timedelta(600 * pd.RangeIndex(n), unit="s")
    return pd.DataFrame(
        {"timestamp": times, "mmsi": 412000001, "lat": 30.5, "lon": 122.5, "sog": 0.1}
    ).assign(**columns)


@pytest.fixture(scope="module")
def sea_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sea")
    write_sea(
        simulate(sea=SeaParams(hours=14, anchored=8, passing=10, fishing=2, keep_every_s=60.0), seed=3),
        folder,
    )
    return folder / "sea.csv"


@pytest.fixture(scope="module")
def of_command(sea_csv: Path) -> Path:
    """The run folder of the command on the CSV."""
    out = sea_csv.parent / "out"
    assert exit_code("run", sea_csv, "--out", out, "--aoi", "hangzhou", "--quiet") == 0
    return out


def assert_same_but_for_source(one: Path, other: Path) -> None:
    a, b = run_tables(one), run_tables(other)
    for name in a:
        free = [c for c in ("source",) if c in a[name]]
        pd.testing.assert_frame_equal(a[name].drop(columns=free), b[name].drop(columns=free), obj=name)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_path_gives_the_tables_of_the_command(sea_csv: Path, of_command: Path, workers: int) -> None:
    result = sts.detect(sea_csv, aoi="hangzhou", workers=workers)
    assert len(result.events) > 0
    assert_same_tables(of_command, result.folder)
    if workers == 1:
        files = run_bytes(of_command)
        assert run_bytes(result.folder) == files


def test_a_path_gives_the_tables_of_the_command_on_the_demo_sea(demo_run: Path, demo_sea: Path) -> None:
    result = sts.detect([demo_sea / "sea.nmea.gz"], aoi="hangzhou")
    assert_same_tables(demo_run, result.folder)


def as_geodataframe(path: Path) -> gpd.GeoDataFrame:
    frame = pd.read_csv(path)
    places = gpd.points_from_xy(frame["longitude"], frame["latitude"], crs=4326)
    return gpd.GeoDataFrame(frame.drop(columns=["longitude", "latitude"]), geometry=places)


@pytest.mark.parametrize("kind", [pl.scan_csv, pd.read_csv, as_geodataframe])
def test_a_frame_gives_the_tables_of_its_file(sea_csv: Path, of_command: Path, kind: Any) -> None:
    result = sts.detect(kind(sea_csv), aoi="hangzhou")
    assert [file["source"] for file in result.manifest.inputs] == ["frame"]
    assert_same_but_for_source(of_command, result.folder)


def test_options_are_those_of_the_command(sea_csv: Path, tmp_path: Path) -> None:
    toml, ships, mapping = (tmp_path / n for n in ("params.toml", "ships.csv", "mapping.toml"))
    toml.write_text("[gaps]\nmin_gap_h = 3\n")
    ships.write_text("imo,mmsi,name\n,412000001,A\n")
    mapping.write_text('[columns]\nsog = "sog"\n')
    options = {"aoi": "hangzhou", "params": toml, "watchlist": ships, "mapping": mapping}
    options |= {"start": "2019-08-14T02:00", "end": "2019-08-14T12:00", "max_reject_share": 0.4}
    out = tmp_path / "out"
    flags = [part for k, v in options.items() for part in (f"--{k.replace('_', '-')}", v)]
    assert exit_code("run", sea_csv, "--out", out, "--quiet", *flags) == 0
    calls: list[str] = []
    result = sts.detect(sea_csv, **options, progress=lambda done, total, label: calls.append(label))
    assert_same_tables(out, result.folder)
    assert {"decode", "tracks"} <= set(calls)
    assert result.manifest.params["gaps"]["min_gap_h"] == 3.0
    assert result.manifest.selection["start"] == "2019-08-14 02:00:00+00:00"
    assert result.manifest.mapping["path"] == str(mapping)
    assert result.positions["timestamp"].max() < pd.Timestamp("2019-08-14T12:00Z")


def test_rows_of_a_frame_are_checked_as_those_of_a_file_and_rejects_are_counted() -> None:
    frame = pd.concat(
        [rows(), rows(2, lat=95.0), rows(1, mmsi=0), rows(1, timestamp=pd.NaT)], ignore_index=True
    )
    result = sts.detect(frame)
    counts = result.rejects.set_index("reason")["count"].to_dict()
    assert counts == {"bad_mmsi": 1, "bad_position": 2, "bad_time": 1}
    assert len(result.positions) == 6
    assert "decode: 4 of 10 sentences or rows rejected" in repr(result)
    assert "4 of 10 sentences or rows rejected" in result._repr_html_()


def test_too_many_rejects_stop_with_an_example_and_no_name_of_a_folder_that_is_gone() -> None:
    frame = pd.concat([rows(4), rows(6, lat=95.0)], ignore_index=True)
    with pytest.raises(TooManyRejectsError, match=r"bad_position 6\).*for example '.*lat=95.0") as stop:
        sts.detect(frame)
    assert "rejects.parquet" not in f"{stop.value} {getattr(stop.value, '__notes__', '')}"
    assert len(sts.detect(frame, max_reject_share=0.6).positions) == 4


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"lat": "latt"}, r"frame: no column for lat among .*Nearest: 'latt' for lat\."),
        ({"mmsi": "msi"}, r"no column for mmsi among .*Nearest: 'msi' for mmsi\."),
        ({"timestamp": "tme", "lon": "lomgitude"}, r"Nearest: 'tme' for time, 'lomgitude' for lon\."),
        ({"lon": "somewhere"}, r"no column for lon among timestamp, mmsi, lat, somewhere, sog\. Rename"),
    ],
)
def test_a_missing_column_is_named_with_the_nearest_one(columns: dict[str, str], message: str) -> None:
    with pytest.raises(DecodeError, match=message) as stop:
        sts.detect(rows().rename(columns=columns))
    assert "[columns]" in stop.value.__notes__[0]


def test_a_table_without_rows_has_no_events() -> None:
    result = sts.detect(rows(0))
    assert repr(result) == "no events\nread 1 input: 0 sentences or rows"
    for name in ("events", "evidence", "points", "gaps", "static"):
        assert getattr(result, name).empty
    assert result.events.crs.to_epsg() == 4326
    assert "No events" in result.explore().html
    with pytest.raises(sts.StsError, match="there is no event of rank 1; the run found none"):
        result.event(1)


@pytest.mark.parametrize(
    ("source", "options", "error", "message"),
    [
        (pd.DataFrame(), {}, DecodeError, "frame: no column for mmsi, time, lat, lon among"),
        ([], {}, DecodeError, "no input given"),
        (7, {}, DecodeError, "cannot read a int"),
        (rows().to_dict("records"), {}, DecodeError, "cannot read a list"),
        ("no/such/file.csv", {}, DecodeError, "does not exist"),
        (rows(), {"aoi": "atlantis"}, ContextError, "'atlantis' is neither a bundled area nor a file"),
        (rows(), {"params": "no.toml"}, ParamError, "cannot read the parameters in no.toml"),
        (rows(), {"params": {"gaps": 1}}, ParamError, "expected Params, not dict"),
        (rows(), {"mapping": "no.toml"}, ParamError, "does not exist"),
        (rows(), {"start": "yesterday"}, ParamError, "is not an ISO 8601 time"),
    ],
)
def test_what_cannot_be_used_is_refused(
    source: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        sts.detect(source, **options)


def test_a_file_left_out_is_warned_of_and_named(tmp_path: Path) -> None:
    rows().to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "b.csv").write_bytes(b"")
    with pytest.warns(StsWarning, match=r"left out b\.csv: is empty"):
        result = sts.detect(tmp_path)
    assert result.left_out == {"b.csv": "is empty"}
    assert "left out b.csv: is empty" in repr(result)


def test_the_temporary_folder_goes_with_the_result_and_after_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = sts.detect(rows())
    assert list(tmp_path.iterdir()) == [result.folder]
    frame = result.points
    del result
    gc.collect()
    assert not list(tmp_path.iterdir())
    assert len(frame) == 6
    with pytest.raises(DecodeError) as stop:
        sts.detect(rows().drop(columns="lat"))
    assert stop.tb is not None  # which refers to all that the call had
    assert not list(tmp_path.iterdir())


def test_the_temporary_folder_goes_at_the_end_of_the_interpreter(tmp_path: Path) -> None:
    rows().to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "tmp").mkdir()
    code = f"import stsdetect as sts; r = sts.detect({str(tmp_path / 'a.csv')!r}); print(r.folder.is_dir(), r.folder)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"TMPDIR": str(tmp_path / "tmp")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"True {tmp_path / 'tmp'}")
    assert done.stderr == ""
    assert not list((tmp_path / "tmp").iterdir())


def test_a_result_survives_a_change_of_the_current_directory(
    tmp_path: Path, demo_sea: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = tmp_path / "area.geojson"
    gpd.GeoDataFrame(
        geometry=gpd.GeoSeries.from_wkt(["POLYGON((122 30,123 30,123 31,122 31,122 30))"]), crs=4326
    ).to_file(area)
    rows().to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    result = sts.detect("a.csv", aoi="area.geojson")
    monkeypatch.chdir(tmp_path / "other")
    assert len(result.positions) == 6
    assert "No events" in result.explore().html
    assert result.report("report.html").exists()
    assert result._places.area is not None


def test_nothing_is_printed_or_logged_beyond_the_loggers_of_the_package(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        sts.detect(rows())
    assert capsys.readouterr() == ("", "")
    assert {record.name.split(".")[0] for record in caplog.records} <= {"stsdetect", "pyogrio"}


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("name", ["baltic_2018_sample/positions.parquet", "gfw_three_tracks_201801"])
def test_real_files_give_the_tables_of_the_command(shared_data: Path, tmp_path: Path, name: str) -> None:
    assert exit_code("run", shared_data / name, "--out", tmp_path / "out", "--quiet") in (0, 5)
    result = sts.detect(shared_data / name)
    assert_same_tables(tmp_path / "out", result.folder)
    if name.endswith(".parquet"):
        result = sts.detect(pl.scan_parquet(shared_data / name))
        assert_same_but_for_source(tmp_path / "out", result.folder)
