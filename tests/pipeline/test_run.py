"""The whole path on the bundled sea."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from stsdetect.cli import main
from stsdetect.errors import OutputError, TooManyRejectsError
from stsdetect.pipeline import run_pipeline
from stsdetect.pipeline.run_folder import OUTPUTS
from stsdetect.schema import EVENTS, SCHEMAS

FILES = {n for names in OUTPUTS.values() for n in names} | {"rejects.parquet", "run.json"}
TABLES = sorted(n.removesuffix(".parquet") for n in FILES if n.endswith(".parquet"))


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    found = {name: SCHEMAS[name].read_parquet(folder / f"{name}.parquet") for name in TABLES}
    for name in ("positions", "static", "points"):
        found[name] = SCHEMAS[name].read_parquet(folder / name)
    return found


def test_the_folder_holds_what_the_contract_says_and_nothing_else(demo_run: Path) -> None:
    assert {p.name for p in demo_run.iterdir()} == FILES
    for name, frame in tables(demo_run).items():
        assert list(frame.columns) == SCHEMAS[name].names


def test_the_sums_close_at_every_stage(demo_run: Path) -> None:
    run = json.loads((demo_run / "run.json").read_text())
    assert list(run["stages"]) == list(OUTPUTS)
    for name, books in run["stages"].items():
        total = books["rows_out"] + sum(books["set_aside"].values()) + sum(books["rejected"].values())
        assert books["rows_in"] == total, name
    found = tables(demo_run)
    assert run["stages"]["tracks"]["rows_in"] == len(found["positions"])
    assert run["stages"]["tracks"]["rows_out"] == len(found["points"]) == run["stages"]["detect"]["rows_in"]
    assert run["stages"]["score"]["rows_out"] == len(found["events"])
    rejected = found["rejects"].groupby("stage")["count"].sum().to_dict()
    for name, books in run["stages"].items():
        assert rejected.get(name, 0) == sum(books["rejected"].values()), name
    assert run["inputs"][0]["sha256"]


def test_every_planted_transfer_ranks_above_every_look_alike(demo_run: Path, demo_sea: Path) -> None:
    events = EVENTS.read_parquet(demo_run / "events.parquet")
    truth = pd.read_csv(demo_sea / "truth.csv", parse_dates=["start_time", "end_time"])
    pair_kind = {frozenset(p): k for *p, k in truth[["mmsi_1", "mmsi_2", "kind"]].itertuples(index=False)}
    kinds = [
        pair_kind.get(frozenset(p), "no planted pair")
        for p in events[["mmsi_1", "mmsi_2"]].to_numpy().tolist()
    ]
    illicit = [
        pair_kind[frozenset(p)] for p in truth.loc[truth["illicit"], ["mmsi_1", "mmsi_2"]].to_numpy().tolist()
    ]
    planted = [k for k in kinds if k in {"transfer", "dark_transfer"}]
    assert sorted(planted) == sorted(illicit)
    assert kinds[: len(illicit)] == planted


def same(a: Path, b: Path) -> None:
    mine, yours = tables(a), tables(b)
    for name in mine:
        pd.testing.assert_frame_equal(mine[name], yours[name], obj=name)


def test_two_workers_find_the_same(demo_run: Path, demo_sea: Path, tmp_path: Path) -> None:
    run_pipeline(demo_sea / "sea.nmea.gz", tmp_path / "out", aoi="hangzhou", workers=2)
    same(demo_run, tmp_path / "out")


def test_the_stages_one_by_one_find_the_same(demo_run: Path, demo_sea: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    steps = [["decode", str(demo_sea / "sea.nmea.gz"), "--out", str(out), "--aoi", "hangzhou"]]
    steps += [[stage, str(out)] for stage in ("tracks", "detect", "score", "report")]
    for arguments in steps:
        with pytest.raises(SystemExit) as stop:
            main([*arguments, "--quiet"])
        assert stop.value.code == 0, arguments
    assert {p.name for p in out.iterdir()} == FILES
    same(demo_run, out)


def test_a_stage_that_is_run_again_drops_what_came_after(demo_run: Path, tmp_path: Path) -> None:
    out = shutil.copytree(demo_run, tmp_path / "out")
    with pytest.raises(SystemExit):
        main(["detect", str(out), "--quiet"])
    assert not (out / "events.parquet").exists()
    with pytest.raises(SystemExit) as stop:
        main(["report", str(out), "--quiet"])
    assert stop.value.code == 3


def test_an_interrupted_run_leaves_no_table_and_goes_on(
    demo_run: Path, demo_sea: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "stsdetect", "run", str(demo_sea / "sea.nmea.gz"), "--out", str(out)]
    command += ["--aoi", "hangzhou", "--quiet"]
    done = out / ".unfinished-run" / ".stsdetect-work" / "done"
    deadline = time.monotonic() + 120
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not list(done.glob("tracks-*.json")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        err = process.communicate()[1]
    assert process.returncode == 130
    assert "--resume" in err
    assert len(err.strip().splitlines()) == 1
    assert [p.name for p in out.iterdir()] == [".unfinished-run"]

    with pytest.raises(OutputError, match="other inputs, parameters or selection"):
        run_pipeline(demo_sea / "sea.nmea.gz", out, resume=True)
    subprocess.run([*command, "--resume"], check=True)
    same(demo_run, out)
    assert {p.name for p in out.iterdir()} == FILES


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to mount a small file system")
def test_a_full_disk_is_said_and_leaves_no_table(demo_sea: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(small)], check=False
    ).returncode:
        pytest.skip("may not mount")
    try:
        command = [
            sys.executable,
            "-m",
            "stsdetect",
            "run",
            str(demo_sea / "sea.nmea.gz"),
            "--out",
            str(small / "out"),
        ]
        ended = subprocess.run([*command, "--quiet"], capture_output=True, text=True, check=False)
        assert ended.returncode == 3, ended.stderr
        assert "disk is full" in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1
        assert [p.name for p in (small / "out").iterdir()] == [".unfinished-run"]
        assert not list(small.rglob("events.parquet"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


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
