"""The stages one by one, and the tallies they keep."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stsdetect.cli import main
from stsdetect.errors import TooManyRejectsError
from stsdetect.pipeline import run_pipeline
from stsdetect.pipeline.output_folder import OUTPUTS
from stsdetect.schema import SCHEMAS
from tests.builders.pipeline import FILES, assert_same_tables, run_tables


def test_the_sums_close_at_every_stage(demo_run: Path) -> None:
    run = json.loads((demo_run / "run.json").read_text())
    assert list(run["stages"]) == list(OUTPUTS)
    for name, tally in run["stages"].items():
        total = tally["rows_out"] + sum(tally["set_aside"].values()) + sum(tally["rejected"].values())
        assert tally["rows_in"] == total, name
    found = run_tables(demo_run)
    assert run["stages"]["tracks"]["rows_in"] == len(found["positions"])
    assert run["stages"]["tracks"]["rows_out"] == len(found["points"]) == run["stages"]["detect"]["rows_in"]
    assert run["stages"]["score"]["rows_out"] == len(found["events"])
    rejected = found["rejects"].groupby("stage")["count"].sum().to_dict()
    for name, tally in run["stages"].items():
        assert rejected.get(name, 0) == sum(tally["rejected"].values()), name
    assert run["inputs"][0]["sha256"]


def test_the_stages_one_by_one_give_the_same_tables(demo_run: Path, demo_sea: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    steps = [["decode", str(demo_sea / "sea.nmea.gz"), "--out", str(out), "--aoi", "hangzhou"]]
    steps += [[stage, str(out)] for stage in ("tracks", "detect", "score", "report")]
    for arguments in steps:
        with pytest.raises(SystemExit) as stop:
            main([*arguments, "--quiet"])
        assert stop.value.code == 0, arguments
    assert {p.name for p in out.iterdir()} == FILES
    assert_same_tables(demo_run, out)


def test_a_stage_that_is_run_again_drops_what_came_after(demo_run: Path, tmp_path: Path) -> None:
    out = shutil.copytree(demo_run, tmp_path / "out")
    with pytest.raises(SystemExit):
        main(["detect", str(out), "--quiet"])
    assert not (out / "events.parquet").exists()
    with pytest.raises(SystemExit) as stop:
        main(["report", str(out), "--quiet"])
    assert stop.value.code == 3


def test_too_many_rejects_stop_the_run_with_code_4(tmp_path: Path, capsys) -> None:
    dump = tmp_path / "bad.nmea"
    good = "\\c:1565740800*55\\!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
    dump.write_text(good + good.replace("*23", "*24") * 9)
    with pytest.raises(TooManyRejectsError, match="bad_checksum 9"):
        run_pipeline(dump, tmp_path / "a", max_reject_share=0.5)
    with pytest.raises(SystemExit) as stop:
        main(["run", str(dump), "--out", str(tmp_path / "b"), "--quiet"])
    assert stop.value.code == 4
    assert run_pipeline(dump, tmp_path / "c", max_reject_share=1.0).events.empty


def test_selections_are_set_aside_not_rejected(demo_sea: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["run", str(demo_sea / "sea.nmea.gz"), "--out", str(out), "--aoi", "core", "--quiet"]
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--start", "2019-08-14T06:00", "--end", "2019-08-14T08:00"])
    assert stop.value.code == 0
    run = json.loads((out / "run.json").read_text())
    assert all(s["closes"] for s in run["stages"].values())
    times = SCHEMAS["positions"].read_parquet(out / "positions")["timestamp"]
    assert times.min() >= pd.Timestamp("2019-08-14T06:00Z")
    assert times.max() < pd.Timestamp("2019-08-14T08:00Z")


def month(name: str, days: range) -> tuple[str, str]:
    """A table of two ships, an hour apart, on some days of November 2023; static columns on every row."""
    rows = [
        f"{412000001 + ship},2023-11-{day:02d}T{hour:02d}:00:00Z,{30 + ship / 10},{122 + hour / 1000:.3f},0.1,SHIP {ship}"
        for day in days
        for hour in range(24)
        for ship in range(2)
    ]
    return name, "\n".join(["mmsi,timestamp,lat,lon,sog,shipname", *rows]) + "\n"


@pytest.mark.parametrize(
    ("files", "n_copies"),
    [
        ([month("a.csv", range(1, 4)), month("z.csv", range(1, 4)), month("m.csv", range(1, 4))], 288),
        (
            [
                month("2023-11.csv", range(1, 4)),
                *(month(f"2023-11-{d:02d}.csv", range(d, d + 1)) for d in (1, 2, 3)),
            ],
            144,
        ),
        ([month("old.csv", range(1, 3)), month("new.csv", range(2, 4))], 48),
    ],
    ids=["three times", "a month and its days", "overlap of a day"],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_rows_in_several_files_are_copies_and_no_rejects(
    tmp_path: Path, files: list[tuple[str, str]], n_copies: int, workers: int
) -> None:
    for folder, content in (("one", [month("one.csv", range(1, 4))]), ("several", files)):
        (tmp_path / folder).mkdir()
        for name, text in content:
            (tmp_path / folder / name).write_text(text)
        run_pipeline(tmp_path / folder, tmp_path / "out" / folder, workers=workers)
    run = json.loads((tmp_path / "out" / "several" / "run.json").read_text())
    assert run["stages"]["tracks"]["set_aside"] == {"copies": n_copies}
    assert run["stages"]["tracks"]["rejected"] == {}
    assert run["stages"]["tracks"]["rows_out"] == 144
    assert all(tally["closes"] for tally in run["stages"].values())
    one, several = (run_tables(tmp_path / "out" / folder) for folder in ("one", "several"))
    for name in ("segments", "points", "gaps", "loitering", "rejects"):
        pd.testing.assert_frame_equal(
            one[name].drop(columns="source", errors="ignore"),
            several[name].drop(columns="source", errors="ignore"),
        )
    content = [c for c in several["static"].columns if c != "source"]
    assert not several["static"].duplicated(content).any()


def test_equal_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.csv", "b.csv"):
        (tmp_path / "in" / name).write_text(month(name, range(1, 2))[1])
    assert "b.csv is a copy of a.csv" in run_pipeline(tmp_path / "in", tmp_path / "out").manifest.warnings


def test_lost_values_are_summed_over_all_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for k in (1, 2):
        text = f"mmsi,timestamp,lat,lon,draught\n41200000{k},2023-11-01T00:00:00Z,30,122,deep\n"
        (tmp_path / "in" / f"{k}.csv").write_text(text)
    result = run_pipeline(tmp_path / "in", tmp_path / "out")
    lost = [text for text in result.manifest.warnings if "not understood" in text]
    assert lost == ["values that were not understood are null: draught 2 (such as 'deep')"]


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        (
            {"start": datetime(2024, 6, 1, tzinfo=UTC)},
            "no position lies in the period asked for, 2024-06-01 00:00 to any time: they are of 2024-05-01 00:00 to "
            "2024-05-01 01:00 UTC",
        ),
        ({"aoi": "10,50,11,51"}, "all 2 positions of the period lie outside the area of interest"),
        ({"aoi": "121,29,123,31"}, None),
        ({}, None),
    ],
)
def test_an_empty_selection_is_warned_of(
    options: dict[str, Any], warning: str | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dump = tmp_path / "a.csv"
    rows = "".join(f"412000001,2024-05-01T0{h}:00:00Z,30,122\n" for h in range(2))
    dump.write_text(f"mmsi,timestamp,lat,lon\n{rows}")
    result = run_pipeline(dump, tmp_path / "out", **options)
    assert result.warnings[:1] == ([] if warning is None else [warning])
    assert (warning or "") in caplog.text
