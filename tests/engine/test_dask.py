"""Tasks on a Dask cluster."""

import sys

import pytest

from stsdetect.engine import DaskEngine
from stsdetect.errors import MissingDependencyError


def square(task: int) -> int:
    return task * task


@pytest.mark.filterwarnings("ignore")
def test_results_come_in_task_order_and_progress_counts() -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.Client(
        processes=False, dashboard_address=None, n_workers=1, threads_per_worker=2
    ) as client:
        seen: list[tuple[int, int, str]] = []
        with DaskEngine(client) as engine:
            out = engine.map(square, [0, 1, 2, 3], label="x", progress=lambda *a: seen.append(a))
    assert out == [0, 1, 4, 9]
    assert seen == [(k, 4, "x") for k in range(5)]


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependencyError, match=r"stsdetect\[dask\]"):
        DaskEngine(client=None).map(square, [1])
