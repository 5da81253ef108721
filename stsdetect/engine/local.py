"""Tasks on this machine: in this process for one worker, in a process pool for more."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from stsdetect.engine.base import Result, Task
from stsdetect.errors import ParamError, StsError
from stsdetect.progress import Progress, no_progress

_THREADS = "POLARS_MAX_THREADS"
_ENDING_SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]
_EXIT_UNGUARDED = 86
_NO_GUARD = (
    "the script that started this run is run again by each worker process. Put what it does below "
    '`if __name__ == "__main__":`, or use workers = 1.'
)
_NO_FILE = (
    "worker processes cannot start from a script that is read from standard input. Save it as a file, or use "
    "workers = 1."
)


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
    StsError
        If there are several and the calling script is read from standard input.

    Examples
    --------
    >>> with LocalEngine(workers=1) as engine:
    ...     engine.map(abs, [-1, 2, -3])
    [1, 2, 3]
    """

    def __init__(self, *, workers: int = 1) -> None:
        if workers < 1:
            raise ParamError(f"workers = {workers} must be at least 1")
        if workers > 1:
            _require_script_for_workers()
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._threads_before: str | None = None

    def __enter__(self) -> Self:
        if self.workers > 1:
            # Each worker gets its share of the cores: polars reads this when it is imported.
            self._threads_before = os.environ.get(_THREADS)
            os.environ[_THREADS] = str(max(1, (os.cpu_count() or 1) // self.workers))
            _start_resource_tracker()
            # "spawn", because polars' thread pool does not survive a fork.
            self._pool = ProcessPoolExecutor(
                self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        if kind is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
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
            When a worker dies, for instance for lack of memory, or because the calling script does not guard
            what it does.
        """
        progress(0, len(tasks), label)
        results: list[Result] = []
        if self._pool is None:
            for done, task in enumerate(tasks, 1):
                results.append(function(task))
                progress(done, len(tasks), label)
            return results
        futures: list[Future[Result]] = []
        processes: dict[int, BaseProcess] = {}
        try:
            with _signals_held():
                for task in tasks:
                    futures.append(self._pool.submit(function, task))
                    processes.update(self._pool._processes or {})
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                progress(done, len(tasks), label)
            return [f.result() for f in futures]
        except BrokenProcessPool as error:
            self._pool.shutdown(wait=True)  # only then have all processes an exit code
            if any(process.exitcode == _EXIT_UNGUARDED for process in processes.values()):
                raise StsError(_NO_GUARD) from error
            raise StsError(
                f"a worker process died during '{label}', most likely for lack of memory. "
                "Run again with fewer --workers."
            ) from error
        finally:
            for future in futures:
                future.cancel()


def _require_script_for_workers() -> None:
    """Raise if a worker cannot run the calling script again; a worker that does so ends quietly."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        sys.exit(_EXIT_UNGUARDED)
    script = sys.modules["__main__"]
    path = getattr(script, "__file__", None)
    if path is not None and getattr(script, "__spec__", None) is None and not Path(path).is_file():
        raise StsError(_NO_FILE)


def _start_resource_tracker() -> None:
    """Start the helper of `multiprocessing` so that it outlives a terminal that is closed, as it does Ctrl-C.

    It also lets signals through while it starts, which `_signals_held` must not see.
    """
    number = getattr(signal, "SIGHUP", None)
    if number is None or threading.current_thread() is not threading.main_thread():
        return
    before = signal.getsignal(number)
    signal.signal(number, signal.SIG_IGN)
    try:
        resource_tracker.ensure_running()
    finally:
        signal.signal(number, before if before is not None else signal.SIG_DFL)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep signals that end a run waiting while workers start, which ignore them only a moment later."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    """Leave signals, which may reach all processes of a terminal, to the calling process, and end with it."""
    for number in _ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING_SIGNALS)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
