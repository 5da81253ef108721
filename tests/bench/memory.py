"""The largest memory of a process and all that it started, sampled from outside while they run.

PSS divides each page by the number of processes that map it, so that its sum over a tree is what the tree takes;
a sum of RSS counts what they share, libraries above all, once for each. Linux only.

Run by hand: ``python -m tests.bench.memory COMMAND ...`` runs a command and prints its largest memory.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

GB = 1e9
_EVERY_S = 0.05
_KB = re.compile(r"^(Rss|Pss):\s+(\d+) kB", re.MULTILINE)


class Peak(NamedTuple):
    """Largest sums over a tree of processes, and largest PSS of its root and of any one below it [bytes]."""

    pss: int = 0
    rss: int = 0
    main: int = 0
    worker: int = 0

    def __str__(self) -> str:
        return (
            f"{self.pss / GB:.2f} GB in all (main {self.main / GB:.2f}, largest worker {self.worker / GB:.2f}; "
            f"RSS {self.rss / GB:.2f} GB)"
        )


class MemoryWatch:
    """Watches this process and all that it starts, from a process of its own: no lock here hides a peak."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__, "--watch", str(os.getpid())]
        self._watcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watcher.communicate()

    def peak(self) -> Peak:
        """The largest memory since the last call."""
        asked, answer = self._watcher.stdin, self._watcher.stdout
        if asked is None or answer is None:
            raise RuntimeError("the watcher was started without pipes")
        print(file=asked, flush=True)
        return Peak(*map(int, answer.readline().split()))


def sample(pid: int) -> Peak:
    """Memory of a process and all below it now, without this process."""
    sizes = {p: _sizes(p) for p in _tree(pid) if p != os.getpid()}
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
        if select.select([sys.stdin], [], [], _EVERY_S)[0]:
            if not sys.stdin.readline():
                return
            print(*peak, flush=True)
            peak = Peak()


def _tree(pid: int) -> list[int]:
    out = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(children).split():
            out += _tree(int(child))
    return out


def _sizes(pid: int) -> tuple[int, int]:
    found = dict(_KB.findall(_text(Path(f"/proc/{pid}/smaps_rollup"))))
    return int(found.get("Pss", 0)) * 1024, int(found.get("Rss", 0)) * 1024


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended meanwhile
        return ""


def main(command: list[str]) -> int:
    """Run a command and print the largest memory of it and all that it started."""
    peak = Peak()
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            peak = Peak(*map(max, peak, sample(process.pid)))
            select.select([], [], [], _EVERY_S)
    print(f"largest memory: {peak}", file=sys.stderr)
    return process.returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watch"]:
        _watch(int(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
