"""Peak memory of a process and its descendants, sampled by another process while they run. Linux only.

PSS divides each page by the number of processes that map it, so its sum over the processes is the memory that they
use together. A sum of RSS counts shared pages, above all those of libraries, once per process.

Run by hand: ``python -m tests.bench.memory COMMAND ...`` runs a command and prints its processor time and its peak
memory.
"""

from __future__ import annotations

import os
import re
import resource
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

GB = 1e9
_INTERVAL_S = 0.05
_KB = re.compile(r"^(Rss|Pss):\s+(\d+) kB", re.MULTILINE)


class Peak(NamedTuple):
    """Greatest sums over a process and its descendants, and greatest PSS of it and of any descendant [bytes]."""

    pss: int = 0
    rss: int = 0
    main: int = 0
    worker: int = 0

    def __str__(self) -> str:
        return (
            f"{self.pss / GB:.2f} GB in total (main {self.main / GB:.2f}, largest worker {self.worker / GB:.2f}; "
            f"RSS {self.rss / GB:.2f} GB)"
        )


class MemoryWatch:
    """Watches this process and its descendants from a separate process, so that no lock here hides a peak."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__, "--watch", str(os.getpid())]
        self._watcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watcher.communicate()

    def peak(self) -> Peak:
        """Peak memory since the last call."""
        requests, answers = self._watcher.stdin, self._watcher.stdout
        if requests is None or answers is None:
            raise RuntimeError("the watcher was started without pipes")
        print(file=requests, flush=True)
        return Peak(*map(int, answers.readline().split()))


def sample(pid: int) -> Peak:
    """Memory that a process and its descendants use now, this process excepted."""
    sizes = {p: _sizes(p) for p in _descendants(pid) if p != os.getpid()}
    return Peak(
        sum(pss for pss, _ in sizes.values()),
        sum(rss for _, rss in sizes.values()),
        sizes[pid][0],
        max([0, *(pss for p, (pss, _) in sizes.items() if p != pid)]),
    )


def _watch(pid: int) -> None:
    peak = Peak()
    while True:
        peak = Peak(*map(max, peak, sample(pid)))
        if select.select([sys.stdin], [], [], _INTERVAL_S)[0]:
            if not sys.stdin.readline():
                return
            print(*peak, flush=True)
            peak = Peak()


def _descendants(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    out = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(children).split():
            out += _descendants(int(child))
    return out


def _sizes(pid: int) -> tuple[int, int]:
    found = dict(_KB.findall(_text(Path(f"/proc/{pid}/smaps_rollup"))))
    return int(found.get("Pss", 0)) * 1024, int(found.get("Rss", 0)) * 1024


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended
        return ""


def main(command: list[str]) -> int:
    """Run a command and print the peak memory of it and its descendants."""
    peak = Peak()
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            start = time.perf_counter()
            peak = Peak(*map(max, peak, sample(process.pid)))
            # To look at gigabytes takes as long as to compute them; it is to take a tenth of the time.
            time.sleep(max(_INTERVAL_S, 10 * (time.perf_counter() - start)))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.0f} s of CPU, peak memory: {peak}", file=sys.stderr)
    return process.returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watch"]:
        _watch(int(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
