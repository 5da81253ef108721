"""A whole run of the bundled sea."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stsdetect.engine import LocalEngine
from stsdetect.errors import OccupiedError, OutputError, ParamError, StsWarning
from stsdetect.params import GapParams, Params
from stsdetect.pipeline import run_pipeline
from stsdetect.pipeline.run import open_run
from stsdetect.schema import EVENTS, SCHEMAS
from tests.builders.lists import SDN_XML
from tests.builders.pipeline import FILES, assert_same_tables, run_bytes, run_tables


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


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "code", "whom"), [("SIGTERM", 143, "the run"), ("SIGHUP", 129, "all"), ("SIGTERM", 143, "all")]
)
def test_a_signal_ends_the_run_with_its_workers_and_one_line(
    number: str, code: int, whom: str, demo_sea: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "stsdetect", "run", str(demo_sea / "sea.nmea.gz"), "--out", str(out)]
    command += ["--quiet", "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        deadline = time.monotonic() + 120
        while not list(out.glob(".unfinished-run/positions/*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        kill = os.killpg if whom == "all" else os.kill
        kill(process.pid, getattr(signal, number))
        # Standard error closes only once the workers have ended as well.
        err = process.communicate(timeout=60)[1]
    assert process.returncode == code, err
    assert f"ended by {number}" in err
    assert len(err.strip().splitlines()) == 1
    assert [p.name for p in out.iterdir()] == [".unfinished-run"]


def interrupted_at_the_end(inputs: Path, out: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    """Make a run in which all is done but its results are not put in place."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("stsdetect.pipeline.run.move_into_place", stop)
        with pytest.raises(KeyboardInterrupt):
            run_pipeline(inputs, out, **options)


KINDS = [
    "fingerprint.json", "run.json", "rejects.parquet", "segments.parquet", "gaps.parquet", "events.parquet",
    "events.gpkg", "report.html", "positions/*", "static_reports/*", "static/*", "points/*/*",
    ".stsdetect-work/done/decode-*", ".stsdetect-work/done/tracks-*", ".stsdetect-work/done/gaps-*",
    ".stsdetect-work/segments/*", ".stsdetect-work/reception_counts/*", ".stsdetect-work/reception/counts.parquet",
    ".stsdetect-work/reception/rest.json", ".stsdetect-work/contacts/*", ".stsdetect-work/encounters/*",
    ".stsdetect-work/gaps/*", ".stsdetect-work/loitering/*",
]  # fmt: skip


def test_a_resumed_run_distrusts_what_does_not_read(
    demo_run: Path, demo_sea: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a power failure: a file of each kind is empty, cut or gone; the tables are the same bytes."""
    dump = demo_sea / "sea.nmea.gz"
    interrupted_at_the_end(dump, tmp_path / "out", monkeypatch, aoi="hangzhou")
    expected = run_bytes(demo_run)
    for how, kinds in (
        ("empty", KINDS[1::3]),
        ("cut", KINDS[2::3]),
        ("gone", KINDS[3::3]),
        ("cut", KINDS[:1]),
    ):
        out = shutil.copytree(tmp_path / "out", tmp_path / f"{how}-{len(kinds)}")
        for kind in kinds:
            path = min((out / ".unfinished-run").glob(kind))
            if how == "gone":
                path.unlink()
            else:
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if how == "cut" else b"")
        run_pipeline(dump, out, aoi="hangzhou", resume=True)
        assert run_bytes(out) == expected, (how, kinds)


class OtherEngine(LocalEngine):
    """An engine that may cut and add up in another order."""


def test_only_the_same_run_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inputs and lists count by content, not by their size or time; so do buckets and versions."""
    dump, listed, out = tmp_path / "a.csv", tmp_path / "listed.csv", tmp_path / "out"
    dump.write_text("mmsi,timestamp,lat,lon\n412000001,2024-05-01T00:00:00Z,30,122\n")
    listed.write_text("imo,name\n9074729,A\n")
    interrupted_at_the_end(dump, out, monkeypatch, watchlist=listed)

    def refused(with_other: str) -> None:
        with pytest.raises(OutputError, match=f"with other {with_other}. Give the same"):
            run_pipeline(dump, out, watchlist=listed, resume=True)

    status = dump.stat()
    for path, what in ((dump, "inputs"), (listed, "places or lists")):
        text = path.read_text()
        path.write_text(text.replace("122\n", "123\n").replace("A\n", "B\n"))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        refused(what)
        path.write_text(text)
        os.utime(path, (0, 0))
    with monkeypatch.context() as patch:
        patch.setattr("stsdetect.pipeline.run._BYTES_PER_BUCKET", 8)
        refused("number of buckets")
    with monkeypatch.context() as patch:
        patch.setattr("stsdetect.pipeline.run.versions", lambda: {"stsdetect": "0.0.1"})
        refused("versions")
    with pytest.raises(OutputError, match="with other parameters"):
        run_pipeline(dump, out, watchlist=listed, resume=True, params=Params(gaps=GapParams(min_gap_h=5.0)))
    with OtherEngine() as engine, pytest.raises(OutputError, match="with other engine"):
        run_pipeline(dump, out, watchlist=listed, resume=True, engine=engine)
    assert run_pipeline(dump, out, watchlist=listed, resume=True).folder == out
    # Once more, it is there already.
    made = (out / "run.json").stat().st_mtime_ns
    again = run_pipeline(dump, out, watchlist=listed, resume=True)
    assert (again.folder, (out / "run.json").stat().st_mtime_ns) == (out, made)
    with pytest.raises(OccupiedError, match="holds a finished run"):
        run_pipeline(dump, out, watchlist=listed)
    with pytest.raises(OccupiedError, match="not an interrupted one with these inputs"):
        run_pipeline(dump, out, resume=True)
    run_pipeline(dump, out, overwrite=True)


def test_inputs_are_not_among_the_results_that_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("mmsi,timestamp,lat,lon\n412000001,2024-05-01T00:00:00Z,30,122\n")
    out = tmp_path / "in" / "out"
    first = run_pipeline(tmp_path / "in", out)
    second = run_pipeline(tmp_path / "in", out, overwrite=True)
    assert [i["source"] for i in first.manifest.inputs] == ["a.csv"]
    assert [i["source"] for i in second.manifest.inputs if not i["not_ais"]] == ["a.csv"]
    with pytest.raises(OccupiedError, match=r"events.csv is among the results"):
        run_pipeline([tmp_path / "in" / "a.csv", out / "events.csv"], out, overwrite=True)


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


@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_lists_stand_in_run_json_and_each_counts_for_resuming(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump, one, other, out = (tmp_path / n for n in ("a.csv", "one.csv", "other.xml", "out"))
    dump.write_text("mmsi,timestamp,lat,lon\n412000001,2024-05-01T00:00:00Z,30,122\n")
    one.write_text("imo,name\n9074729,A\n")
    other.write_text(SDN_XML)
    lists = [one, other, "us-advisory-2018-02-23"]
    interrupted_at_the_end(dump, out, monkeypatch, watchlist=lists)
    for fewer in (one, lists[:2], [other, one, lists[2]]):
        with pytest.raises(OutputError, match="with other selection"):
            run_pipeline(dump, out, watchlist=fewer, resume=True)
    other.write_text(SDN_XML.replace("CHARLIE", "DELTA"))
    with pytest.raises(OutputError, match="with other places or lists"):
        run_pipeline(dump, out, watchlist=lists, resume=True)
    other.write_text(SDN_XML)
    with pytest.warns(StsWarning, match="persons, companies"):
        run = run_pipeline(dump, out, watchlist=lists, resume=True)
    assert run.manifest.selection["watchlist"] == [str(s) for s in lists]
    assert [(f["source"], f["n_ships"], f["list_date"]) for f in run.manifest.lists] == [
        (str(one), 1, None),
        (str(other), 2, "2024-08-07"),
        ("us-advisory-2018-02-23", 22, "2018-02-23"),
    ]
    assert run.manifest.lists[1]["sha256"] == hashlib.sha256(SDN_XML.encode()).hexdigest()
    assert run.manifest.lists[1]["form"] in (out / "report.html").read_text()
    other.write_text(SDN_XML.replace("CHARLIE", "DELTA"))
    with (
        LocalEngine() as engine,
        pytest.warns(StsWarning, match="is no longer the one that the run was made with"),
    ):
        open_run(out, params=None, engine=engine)


def test_what_is_not_a_run_folder_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="not a run folder"):
        open_run(tmp_path, params=None, engine=LocalEngine())
