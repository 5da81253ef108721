"""Tasks in this process and in a process pool."""

import os
import time

import pytest

from stsdetect.engine import LocalEngine
from stsdetect.errors import ParamError, StsError


def slow_first(task: int) -> int:
    time.sleep(0.2 if task == 0 else 0.0)
    return task * task


def fail(task: int) -> int:
    raise ParamError(f"no {task}")


def die(task: int) -> int:
    os._exit(1)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_task_order_and_progress_counts(workers: int) -> None:
    seen: list[tuple[int, int, str]] = []
    with LocalEngine(workers=workers) as engine:
        out = engine.map(slow_first, [0, 1, 2, 3], label="x", progress=lambda *a: seen.append(a))
        assert engine.map(slow_first, [], label="none") == []
    assert out == [0, 1, 4, 9]
    assert seen == [(k, 4, "x") for k in range(5)]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_task_comes_through(workers: int) -> None:
    with pytest.raises(ParamError, match="no 7"), LocalEngine(workers=workers) as engine:
        engine.map(fail, [7])


def test_a_worker_that_dies_is_reported_and_the_thread_setting_is_restored() -> None:
    before = os.environ.get("POLARS_MAX_THREADS")
    with pytest.raises(StsError, match="fewer --workers"), LocalEngine(workers=2) as engine:
        engine.map(die, [1, 2], label="tracks")
    assert os.environ.get("POLARS_MAX_THREADS") == before


def test_zero_workers_are_refused() -> None:
    with pytest.raises(ParamError, match="at least 1"):
        LocalEngine(workers=0)
