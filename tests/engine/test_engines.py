import os
import time

import pytest

from stsdetect.engine import DaskEngine, LocalEngine
from stsdetect.engine.partition import bucket_of, slabs
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


def test_a_dead_worker_is_said_plainly_and_threads_setting_is_put_back() -> None:
    before = os.environ.get("POLARS_MAX_THREADS")
    with pytest.raises(StsError, match="fewer --workers"), LocalEngine(workers=2) as engine:
        engine.map(die, [1, 2], label="tracks")
    assert os.environ.get("POLARS_MAX_THREADS") == before


def test_no_worker_is_refused() -> None:
    with pytest.raises(ParamError, match="at least 1"):
        LocalEngine(workers=0)


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same() -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.Client(
        processes=False, dashboard_address=None, n_workers=1, threads_per_worker=2
    ) as client:
        assert DaskEngine(client).map(slow_first, [0, 1, 2, 3]) == [0, 1, 4, 9]


def test_buckets_are_even_and_do_not_depend_on_the_company() -> None:
    numbers = list(range(412000000, 412010000, 10))
    buckets = bucket_of(numbers, 8)
    counts = [int((buckets == k).sum()) for k in range(8)]
    assert min(counts) > 60  # of 125 on average
    assert bucket_of(numbers[37:38], 8)[0] == buckets[37]


def test_slabs_cover_and_align() -> None:
    assert slabs(86_400_000, 86_400_001, slab_ms=86_400_000) == [(86_400_000, 172_800_000)]
    assert slabs(5, 5, slab_ms=10) == []
