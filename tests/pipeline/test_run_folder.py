import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stsdetect.errors import OccupiedError, OutputError
from stsdetect.pipeline.manifest import Manifest, Stage
from stsdetect.pipeline.output_folder import OUTPUTS, usable_folder
from stsdetect.pipeline.run_folder import (
    begin_stage,
    move_into_place,
    open_unfinished,
    read_tables,
    require_current_tracks,
    take_back,
)
from stsdetect.schema import EVENTS, EVIDENCE, IDENTITY

PRINT = {"inputs": ["a"], "params": "p"}


def test_an_interrupted_run_is_resumed_in_its_folder_with_the_same_fingerprint(tmp_path: Path) -> None:
    folder, began = open_unfinished(tmp_path, PRINT, resume=False)
    (folder / "kept").touch()
    assert open_unfinished(tmp_path, PRINT, resume=True) == (folder, began)
    assert (folder / "kept").exists()
    with pytest.raises(OutputError, match=r"with other params\. Give the same ones"):
        open_unfinished(tmp_path, PRINT | {"params": "q"}, resume=True)
    open_unfinished(tmp_path, PRINT, resume=False)
    assert not (folder / "kept").exists()


def test_a_run_interrupted_by_an_earlier_version_is_not_resumed(tmp_path: Path) -> None:
    folder, _ = open_unfinished(tmp_path, PRINT, resume=False)
    (folder / "fingerprint.json").write_text(json.dumps(PRINT))
    with pytest.raises(OutputError, match="an earlier version"):
        open_unfinished(tmp_path, PRINT, resume=True)


@pytest.mark.parametrize("content", ["", '{"inputs": ["a"], "par', "\x00" * 30])
def test_a_mark_that_was_cut_starts_the_run_again(content: str, tmp_path: Path) -> None:
    folder, _ = open_unfinished(tmp_path, PRINT, resume=False)
    (folder / "kept").touch()
    (folder / "fingerprint.json").write_text(content)
    assert open_unfinished(tmp_path, PRINT, resume=True).folder == folder
    assert [p.name for p in folder.iterdir()] == ["fingerprint.json"]


def run_json(*stages: str) -> str:
    return json.dumps({"params_digest": "x", "inputs": [], "stages": {s: {} for s in stages}})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An earlier run, notes of the user, and a new run that was decoded and is to take its place."""
    mark = run_json("decode", "detect", "report")
    for name in ("events.csv", "gaps.parquet", "lone_stops.parquet", "notes.txt"):
        (tmp_path / name).write_text("old")
    (tmp_path / "run.json").write_text(mark)
    (tmp_path / "positions").mkdir()
    (tmp_path / "positions" / "a.bucket-00.parquet").write_text("old")
    folder, _ = open_unfinished(tmp_path, PRINT, resume=False)
    for name in ("positions/b.bucket-00.parquet", "static/b.bucket-00.parquet", ".stsdetect-work/file"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("new")
    (folder / "positions" / "b.bucket-01.parquet.part").touch()
    (folder / "segments.parquet").write_text("new")
    (folder / "run.json").write_text(run_json("decode", "tracks"))
    return tmp_path


def texts(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


PLACED = {
    "notes.txt": "old",
    "positions/b.bucket-00.parquet": "new",
    "static/b.bucket-00.parquet": "new",
    "segments.parquet": "new",
    "run.json": run_json("decode", "tracks"),
}


def test_a_finished_run_replaces_the_files_of_the_earlier_one_and_nothing_else(out: Path) -> None:
    move_into_place(out / ".unfinished-run", out)
    assert texts(out) == PLACED


def test_what_came_into_the_way_while_a_run_was_made_stops_it_before_the_move(out: Path) -> None:
    before = texts(out)
    (out / "segments.parquet").touch()
    with pytest.raises(OccupiedError, match=r"segments.parquet, which no run wrote"):
        move_into_place(out / ".unfinished-run", out)
    (out / "segments.parquet").unlink()
    (out / "positions" / "mine.txt").touch()
    with pytest.raises(OccupiedError, match=r"positions/mine.txt"):
        move_into_place(out / ".unfinished-run", out)
    (out / "positions" / "mine.txt").unlink()
    assert texts(out).items() >= {k: v for k, v in before.items() if not k.endswith(".part")}.items()


def test_a_move_can_be_interrupted_anywhere(out: Path, tmp_path_factory, monkeypatch) -> None:
    """After each of its calls that change a folder: what the user has is kept, and the run can be resumed."""
    n_calls = 0
    while True:
        n_calls += 1
        trial = shutil.copytree(out, tmp_path_factory.mktemp("trial") / "out")
        calls = 0

        def stopping(original: Callable[..., object], limit: int = n_calls) -> Callable[..., object]:
            def call(*arguments: object, **options: object) -> object:
                nonlocal calls
                calls += 1
                if calls > limit:
                    raise KeyboardInterrupt
                return original(*arguments, **options)

            return call

        with monkeypatch.context() as patch:
            for name in ("rename", "unlink", "rmdir", "replace"):
                patch.setattr(Path, name, stopping(getattr(Path, name)))
            try:
                move_into_place(trial / ".unfinished-run", trial)
                break
            except KeyboardInterrupt:
                pass
        usable_folder(trial, overwrite=False, resume=True)
        again = shutil.copytree(trial, trial.with_name("again"))
        take_back(trial)
        assert (trial / "notes.txt").read_text() == "old"
        if (trial / ".unfinished-run").exists():
            move_into_place(trial / ".unfinished-run", trial)
        assert texts(trial) == PLACED
        if (again / ".unfinished-run").exists() and not (again / "run.json").exists():
            # Without --resume it starts again, and nothing of either run is in the way.
            usable_folder(again, overwrite=False, resume=False)
            open_unfinished(again, PRINT, resume=False)
            assert set(texts(again)) == {"notes.txt", ".unfinished-run/fingerprint.json"}
    assert n_calls > 8
    assert texts(trial) == PLACED


def stage_folder(folder: Path) -> Manifest:
    """A run folder in which all stages were run."""
    for name in {n for outputs in OUTPUTS.values() for n in outputs} | {"lone_stops.parquet"}:
        (folder / name).mkdir() if "." not in name else (folder / name).touch()
    manifest = Manifest(stages={stage: Stage(unit="rows") for stage in OUTPUTS})
    manifest.write(folder)
    return manifest


def test_outputs_of_a_stage_and_all_later_ones_are_removed_those_of_0_1_too(tmp_path: Path) -> None:
    manifest = stage_folder(tmp_path)
    begin_stage(tmp_path, manifest, "tracks")
    assert {p.name for p in tmp_path.iterdir()} == {*OUTPUTS["decode"], "run.json"}
    stored = Manifest.read(tmp_path)
    assert (stored.unfinished_stage, list(stored.stages)) == ("tracks", ["decode"])
    with pytest.raises(OutputError, match=r"stsdetect tracks .* was interrupted; run it again first"):
        begin_stage(tmp_path, stored, "detect")
    (tmp_path / "points").mkdir()  # what the interrupted stage wrote
    begin_stage(tmp_path, stored, "tracks")
    assert {p.name for p in tmp_path.iterdir()} == {*OUTPUTS["decode"], "run.json"}


def test_a_stage_leaves_files_of_the_user_and_links_alone(tmp_path: Path) -> None:
    manifest = stage_folder(tmp_path)
    del manifest.stages["report"]
    manifest.write(tmp_path)
    with pytest.raises(
        OccupiedError,
        match=r"events.csv, events.geojson, events.gpkg, ledger.csv, report.html, vessels.csv, which no run",
    ):
        begin_stage(tmp_path, manifest, "report")
    shutil.move(tmp_path / "points", tmp_path / "elsewhere")
    (tmp_path / "points").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OccupiedError, match="points, which is a link"):
        begin_stage(tmp_path, manifest, "tracks")
    for name in OUTPUTS["report"]:
        (tmp_path / name).unlink()
    begin_stage(tmp_path, manifest, "score")
    assert (tmp_path / "elsewhere").is_dir()


def test_in_an_unfinished_run_a_stage_removes_nothing(tmp_path: Path) -> None:
    folder, _ = open_unfinished(tmp_path, PRINT, resume=False)
    (folder / "gaps.parquet").touch()
    begin_stage(folder, Manifest(), "tracks")
    assert (folder / "gaps.parquet").exists()


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
