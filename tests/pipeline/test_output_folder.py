"""Nothing but what a run wrote is replaced or removed, and two runs do not work in one folder."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stsdetect.errors import OccupiedError, OutputError
from stsdetect.pipeline.output_folder import (
    OUTPUTS,
    locked,
    read_json,
    remove_outputs,
    require_own,
    usable_folder,
    written_by_runs,
)


def mark(folder: Path, *stages: str, **more: object) -> None:
    """Make a run folder with the outputs of some stages."""
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_text(
        json.dumps({"params_digest": "x", "inputs": [], "stages": {s: {} for s in stages}, **more})
    )
    (folder / "rejects.parquet").touch()
    for name in (n for stage in stages for n in OUTPUTS[stage]):
        (folder / name).touch() if "." in name else (folder / name).mkdir()


def usable(out: str | Path, *, overwrite: bool = False, resume: bool = False) -> Path:
    return usable_folder(out, overwrite=overwrite, resume=resume)


def test_a_new_or_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    assert usable(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".DS_Store").touch()
    assert usable(tmp_path / "empty") == tmp_path / "empty"
    assert usable(tmp_path / "link" / "empty") == tmp_path / "link" / "empty"
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["static/port.csv", "positions/x", "report.html", "photo.jpg", ".git/HEAD"])
def test_a_folder_of_the_user_is_refused_as_it_is(name: str, overwrite: bool, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(OccupiedError, match=f"no run wrote .{name.split('/')[0]}.; give a new or an empty"):
        usable(tmp_path, overwrite=overwrite, resume=True)
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()] == [name]


@pytest.mark.parametrize(
    "content", ["{}", "[]", '{"stages": {}}', '{"name": "my webpack"}', "", '{"params_digest": "x", "sta']
)
def test_a_run_json_of_others_is_no_mark(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(OccupiedError, match=r"run.json is not that of a run"):
        usable(tmp_path, overwrite=True)


def test_what_is_no_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    monkeypatch.chdir(tmp_path / "..")
    for out, message in (
        ("", "no folder"),
        ("  ", "no folder"),
        (tmp_path / "file", "is a file"),
        (tmp_path / "file" / "out", "is a file"),
        (tmp_path / "gone", "link to nothing"),
        (tmp_path / "gone" / "out", "link to nothing"),
    ):
        with pytest.raises(OccupiedError, match=message):
            usable(out)


def test_a_finished_run_is_replaced_only_if_asked(tmp_path: Path) -> None:
    mark(tmp_path, *OUTPUTS)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(OccupiedError, match="--overwrite replaces its results"):
        usable(tmp_path)
    usable(tmp_path, overwrite=True)
    usable(tmp_path, resume=True)


def test_a_run_folder_of_0_1_counts(tmp_path: Path) -> None:
    mark(tmp_path, *OUTPUTS)
    (tmp_path / "lone_stops.parquet").touch()
    usable(tmp_path, overwrite=True)
    assert "lone_stops.parquet" in written_by_runs(tmp_path)


def spoil(folder: Path, how: str) -> None:
    if how == "file in the folder of a table":
        (folder / "points" / "mine.txt").touch()
    elif how == "folder in the folder of a table":
        (folder / "points" / "date=2024-05-01" / "mine").mkdir(parents=True)
    elif how == "folder in place of a file":
        (folder / "events.csv").unlink()
        (folder / "events.csv").mkdir()
    elif how == "file in place of a folder":
        (folder / "points").rmdir()
        (folder / "points").touch()
    elif how == "link to a folder":
        (folder / "points").rmdir()
        (folder / "elsewhere").mkdir()
        (folder / "points").symlink_to(folder / "elsewhere")
    elif how == "link to a file":
        (folder / "events.csv").unlink()
        (folder / "events.csv").symlink_to(folder / "run.json")
    elif how == "link inside":
        (folder / "points" / "bucket-00.parquet").symlink_to(folder / "run.json")


@pytest.mark.parametrize(
    "how",
    [
        "file in the folder of a table",
        "folder in the folder of a table",
        "folder in place of a file",
        "file in place of a folder",
        "link to a folder",
        "link to a file",
        "link inside",
    ],
)
def test_what_came_among_the_results_is_not_lost(how: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    mark(folder, *OUTPUTS)
    spoil(folder, how)
    before = sorted(folder.rglob("*"))
    with pytest.raises(OccupiedError, match=r"points|events.csv"):
        usable(folder, overwrite=True)
    with pytest.raises(OccupiedError):
        remove_outputs(folder, written_by_runs(folder))
    assert sorted(folder.rglob("*")) == before


def test_a_result_of_a_stage_that_was_never_run_is_not_of_the_run(tmp_path: Path) -> None:
    mark(tmp_path, "decode")
    (tmp_path / "report.html").write_text("mine")
    assert "report.html" not in written_by_runs(tmp_path)
    with pytest.raises(OccupiedError, match=r"no run wrote .report.html"):
        usable(tmp_path, overwrite=True)
    mark(tmp_path / "interrupted", "decode", unfinished_stage="tracks")
    (tmp_path / "interrupted" / "report.html").touch()
    assert "report.html" in written_by_runs(tmp_path / "interrupted")


def test_an_unfinished_run_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    unfinished = tmp_path / ".unfinished-run"
    unfinished.mkdir()
    usable(tmp_path)
    for name in ("fingerprint.json.part", "static_reports", ".part-events.gpkg-journal"):
        (unfinished / name).touch()
    usable(tmp_path)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(OccupiedError, match=r"no run wrote .notes.txt"):
        usable(tmp_path)
    (unfinished / "fingerprint.json").touch()
    usable(tmp_path)
    (tmp_path / "events.csv").touch()
    with pytest.raises(OccupiedError, match=r"no run wrote .events.csv"):
        usable(tmp_path)
    (tmp_path / "events.csv").unlink()
    for path in unfinished.glob("finger*"):
        path.unlink()
    with pytest.raises(OccupiedError, match=r"unfinished-run, which no run made"):
        usable(tmp_path)
    shutil.rmtree(unfinished)
    (tmp_path / "elsewhere").mkdir()
    unfinished.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OccupiedError, match=r"unfinished-run, which no run made"):
        usable(tmp_path)


def test_removed_are_tables_and_their_folders(tmp_path: Path) -> None:
    mark(tmp_path, *OUTPUTS)
    for name in ("points/date=2024-05-01/bucket-03.parquet", "positions/a-12.bucket-00.parquet.part"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "notes.txt").touch()
    require_own(tmp_path, written_by_runs(tmp_path))
    remove_outputs(tmp_path, written_by_runs(tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("content", ["", "[1]", '{"a": ', "[" * 5000, "\x00" * 40])
def test_a_small_file_that_does_not_read_is_empty(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content)
    assert read_json(tmp_path / "a.json") == read_json(tmp_path / "none.json") == {}


HOLD = """
import sys, time
from pathlib import Path
from stsdetect.pipeline.output_folder import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_folder_is_used_by_one_process_and_a_dead_one_does_not_hold_it(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OutputError, match="another stsdetect works in"), locked(tmp_path):
            pass
        other.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        other.wait()
    with locked(tmp_path), pytest.raises(OutputError, match="another stsdetect"), locked(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
