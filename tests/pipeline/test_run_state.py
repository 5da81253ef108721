from pathlib import Path

import pytest

from stsdetect.context import load_context
from stsdetect.engine import LocalEngine
from stsdetect.params import Params
from stsdetect.pipeline.datasets import write_table
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run_state import RunState
from stsdetect.schema import LOITERING
from tests.builders import at
from tests.builders.pipeline import counted, loitering


@pytest.fixture
def run(tmp_path: Path) -> RunState:
    return RunState(tmp_path, Params(), load_context(), LocalEngine(), Manifest())


def test_finished_tasks_are_not_run_again(run: RunState) -> None:
    tasks = [("a", run.folder / "a"), ("b", run.folder / "b")]
    assert run.map_once(counted, tasks[:1], "count") == [{"calls": 1}]
    assert run.map_once(counted, tasks, "count") == [{"calls": 1}, {"calls": 1}]
    assert run.map_once(counted, tasks, "another step") == [{"calls": 2}, {"calls": 2}]


def test_a_bucket_with_files_in_any_of_the_folders_has_a_task(run: RunState) -> None:
    for name in ("positions/bucket-02.parquet", "static/bucket-10.parquet", "static/bucket-02.parquet"):
        path = run.folder / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [(name, task.bucket) for name, task in run.bucket_tasks("positions", "static")] == [
        ("02", 2),
        ("10", 10),
    ]
    assert run.bucket_tasks("points") == []


def test_tables_of_all_buckets_are_gathered_in_order(run: RunState) -> None:
    assert run.gathered(LOITERING).is_empty()
    for bucket, start_s in ((0, 600.0), (1, 0.0)):
        path = run.work / "loitering" / f"bucket-0{bucket}.parquet"
        write_table(LOITERING, loitering(start_time=at(start_s), end_time=at(9_000.0)), path)
    assert run.gathered(LOITERING)["start_time"].to_list() == [at(0.0), at(600.0)]
