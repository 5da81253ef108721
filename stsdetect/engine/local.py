"""Tasks on this machine: in this process for one worker, in a process pool for more."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from stsdetect.engine.base import Result, Task
from stsdetect.errors import ParamError, StsError
from stsdetect.progress import Progress, no_progress

_THREADS = "POLARS_MAX_THREADS"


class LocalEngine:
    """An `Engine` on a process pool that lives as long as the ``with`` block.

    Parameters
    ----------
    workers : int
        Number of processes; 1 runs everything in the calling process.

    Raises
    ------
    ParamError
        If `workers` is below 1.

    Examples
    --------
    >>> with LocalEngine(workers=1) as engine:
    ...     engine.map(abs, [-1, 2, -3])
    [1, 2, 3]
    """

    def __init__(self, *, workers: int = 1) -> None:
        if workers < 1:
            raise ParamError(f"workers = {workers} must be at least 1")
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._threads_before: str | None = None

    def __enter__(self) -> Self:
        if self.workers > 1:
            # Each worker gets its share of the cores: polars reads this when it is imported.
            self._threads_before = os.environ.get(_THREADS)
            os.environ[_THREADS] = str(max(1, (os.cpu_count() or 1) // self.workers))
            # "spawn", because polars' thread pool does not survive a fork.
            self._pool = ProcessPoolExecutor(
                self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_interrupts
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        if kind is not None:
            for process in list((self._pool._processes or {}).values()):
                process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None
        if self._threads_before is None:
            os.environ.pop(_THREADS, None)
        else:
            os.environ[_THREADS] = self._threads_before

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        label: str = "",
        progress: Progress = no_progress,
    ) -> list[Result]:
        """Run all tasks, see `Engine.map`.

        Raises
        ------
        StsError
            When a worker dies, for instance for lack of memory.
        """
        progress(0, len(tasks), label)
        results: list[Result] = []
        if self._pool is None:
            for done, task in enumerate(tasks, 1):
                results.append(function(task))
                progress(done, len(tasks), label)
            return results
        futures = [self._pool.submit(function, task) for task in tasks]
        try:
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                progress(done, len(tasks), label)
            return [f.result() for f in futures]
        except BrokenProcessPool as error:
            raise StsError(
                f"a worker process died during '{label}', most likely for lack of memory. "
                "Run again with fewer --workers."
            ) from error
        finally:
            for future in futures:
                future.cancel()


def _leave_interrupts() -> None:
    """Ignore Ctrl-C, which reaches all processes of a terminal: the calling process ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
