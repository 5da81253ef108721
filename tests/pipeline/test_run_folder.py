import json
import shutil
from pathlib import Path

import pytest

from stsdetect.errors import OutputError
from stsdetect.pipeline.run_folder import (
    OUTPUTS,
    drop_later,
    move_into_place,
    open_unfinished,
    read_tables,
    require_current_tracks,
)
from stsdetect.schema import EVENTS, EVIDENCE, IDENTITY

PRINT = {"inputs": ["a"], "params": "p"}


def test_an_interrupted_run_is_resumed_in_its_folder_with_the_same_fingerprint(tmp_path: Path) -> None:
    folder, began = open_unfinished(tmp_path, PRINT, resume=False)
    (folder / "kept").touch()
    assert open_unfinished(tmp_path, PRINT, resume=True) == (folder, began)
    assert (folder / "kept").exists()
    with pytest.raises(OutputError, match="other inputs, parameters or selection"):
        open_unfinished(tmp_path, PRINT | {"params": "q"}, resume=True)
    open_unfinished(tmp_path, PRINT, resume=False)
    assert not (folder / "kept").exists()


def test_a_run_interrupted_by_an_earlier_version_is_not_resumed(tmp_path: Path) -> None:
    folder, _ = open_unfinished(tmp_path, PRINT, resume=False)
    (folder / "fingerprint.json").write_text(json.dumps(PRINT))
    with pytest.raises(OutputError, match="an earlier version"):
        open_unfinished(tmp_path, PRINT, resume=True)


def test_a_file_cannot_be_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="is a file"):
        open_unfinished(tmp_path / "out", PRINT, resume=False)


def test_a_finished_run_replaces_the_files_of_the_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    for name in ("events.csv", "lone_stops.parquet", "notes.txt"):
        (tmp_path / name).write_text("old")
    folder, _ = open_unfinished(tmp_path, PRINT, resume=False)
    for name in ("positions/bucket-00.parquet", "run.json", ".stsdetect-work/file"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("new")
    move_into_place(folder, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"positions", "run.json", "notes.txt"}
    assert (tmp_path / "positions" / "bucket-00.parquet").read_text() == "new"


def test_outputs_of_later_stages_are_removed_those_of_0_1_too(tmp_path: Path) -> None:
    names = {n for outputs in OUTPUTS.values() for n in outputs}
    for name in names | {"lone_stops.parquet"}:
        (tmp_path / name).mkdir() if "." not in name else (tmp_path / name).touch()
    drop_later(tmp_path, "tracks")
    assert {p.name for p in tmp_path.iterdir()} == {*OUTPUTS["decode"], *OUTPUTS["tracks"]}


def test_a_table_that_is_missing_is_named_with_the_stage_that_makes_it(tmp_path: Path) -> None:
    EVENTS.write_parquet(EVENTS.empty(), tmp_path / "events.parquet")
    assert read_tables(tmp_path, EVENTS)["events"].is_empty()
    with pytest.raises(OutputError, match=r"no evidence.parquet yet; run `stsdetect score"):
        read_tables(tmp_path, EVENTS, EVIDENCE)


def test_tracks_of_an_earlier_version_are_refused(tmp_path: Path) -> None:
    require_current_tracks(tmp_path)
    path = tmp_path / "identity.parquet"
    IDENTITY.write_parquet(IDENTITY.empty(), path)
    require_current_tracks(tmp_path)
    old = IDENTITY.empty().rename(columns={"shared_mmsi": "shared_number"})
    old.to_parquet(path)
    with pytest.raises(OutputError, match="build them again with `stsdetect tracks"):
        require_current_tracks(tmp_path)
    shutil.rmtree(tmp_path)
