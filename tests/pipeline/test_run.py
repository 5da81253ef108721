"""A whole run of the bundled sea."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from stsdetect.engine import LocalEngine
from stsdetect.errors import OutputError, ParamError, StsWarning
from stsdetect.params import Params
from stsdetect.pipeline import run_pipeline
from stsdetect.pipeline.run import open_run
from stsdetect.schema import EVENTS, SCHEMAS
from tests.builders.pipeline import FILES, assert_same_tables, run_tables


def test_the_folder_holds_the_declared_files_and_nothing_else(demo_run: Path) -> None:
    assert {p.name for p in demo_run.iterdir()} == FILES
    for name, frame in run_tables(demo_run).items():
        assert list(frame.columns) == SCHEMAS[name].names


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


def test_two_workers_give_the_same_tables(demo_run: Path, demo_sea: Path, tmp_path: Path) -> None:
    run_pipeline(demo_sea / "sea.nmea.gz", tmp_path / "out", aoi="hangzhou", workers=2)
    assert_same_tables(demo_run, tmp_path / "out")


def test_an_interrupted_run_leaves_no_table_and_can_be_resumed(
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

    with pytest.raises(OutputError, match="with other selection"):
        run_pipeline(demo_sea / "sea.nmea.gz", out, resume=True)
    subprocess.run([*command, "--resume"], check=True)
    assert_same_tables(demo_run, out)
    assert {p.name for p in out.iterdir()} == FILES


def test_a_resumed_run_keeps_the_moment_it_began_and_what_it_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time later than the first start stays in the future, whenever the run is resumed."""
    (tmp_path / "in").mkdir()
    start = datetime.now(UTC)
    rows = [start - timedelta(hours=3), start - timedelta(hours=1), start + timedelta(hours=1)]
    text = "".join(f"412000001,{when.isoformat()},30,122\n" for when in rows)
    (tmp_path / "in" / "a.csv").write_text(f"mmsi,timestamp,lat,lon\n{text}")
    (tmp_path / "in" / "b.csv").write_bytes(b"")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("stsdetect.pipeline.run.decode_stage", stop)
        with pytest.raises(KeyboardInterrupt):
            run_pipeline(tmp_path / "in", tmp_path / "out")
    mark = tmp_path / "out" / ".unfinished-run" / "fingerprint.json"
    state = json.loads(mark.read_text())
    earlier = datetime.fromisoformat(state["began"]) - timedelta(hours=2)
    mark.write_text(json.dumps(state | {"began": earlier.isoformat()}))
    result = run_pipeline(tmp_path / "in", tmp_path / "out", resume=True, max_reject_share=0.7)
    assert result.manifest.began == earlier.isoformat(timespec="milliseconds")
    assert result.manifest.stages["decode"].rejected == {"bad_time": 2}
    assert result.left_out == {"b.csv": "is empty"}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to mount a small file system")
def test_a_full_disk_is_reported_and_leaves_no_table(demo_sea: Path, tmp_path: Path) -> None:
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


def as_of_0_1(folder: Path, **changed: dict[str, float]) -> None:
    """Give a run folder the parameters that version 0.1 wrote, as far as they matter here."""
    data = json.loads((folder / "run.json").read_text())
    del data["params"]["draught"]
    data["params"]["gaps"] = {"min_hole_h": 2.0, "draught_window_h": 6.0, "min_draught_change_m": 0.3}
    data["params"]["lone"] = {"draught_window_h": 6.0, "min_draught_change_m": 0.3}
    data["params"] |= changed
    (folder / "run.json").write_text(json.dumps(data))


def test_a_run_folder_of_0_1_is_opened_with_its_parameters(demo_run: Path, tmp_path: Path) -> None:
    shutil.copy(demo_run / "run.json", tmp_path)
    as_of_0_1(tmp_path)
    run = open_run(tmp_path, params=None, engine=LocalEngine())
    assert run.params.gaps.min_dropout_h == 2.0
    assert run.params.draught == Params().draught
    assert run.manifest.params_digest == run.params.digest()
    shutil.copy(demo_run / "run.json", tmp_path)
    as_of_0_1(tmp_path, dark={"draught_window_h": 7.0})
    with pytest.raises(ParamError, match=r"dark.draught_window_h = 7.0"):
        open_run(tmp_path, params=None, engine=LocalEngine())
    assert open_run(tmp_path, params=Params(), engine=LocalEngine()).params == Params()


def test_what_a_watchlist_could_not_give_stays_with_the_run(demo_run: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(demo_run, tmp_path / "run")
    (tmp_path / "listed.csv").write_text("imo,name\n9074729,A\n9.07E+06,B\n")
    manifest = json.loads((folder / "run.json").read_text())
    manifest["selection"]["watchlist"] = str(tmp_path / "listed.csv")
    (folder / "run.json").write_text(json.dumps(manifest))
    with LocalEngine() as engine, pytest.warns(StsWarning, match="lost their last digits"):
        run = open_run(folder, params=None, engine=engine)
    assert any("lost their last digits" in text for text in run.manifest.warnings)


def test_what_is_not_a_run_folder_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="not a run folder"):
        open_run(tmp_path, params=None, engine=LocalEngine())
