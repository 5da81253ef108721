"""Kill a run with SIGKILL at random moments, resume it, and compare every file with an undisturbed run.

Short form: `tests/attack/test_kills.py`. Long form::

    python -m tests.attack.kills --moments 20 --workers 1 2 --resume-workers 1 2 3
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.builders.pipeline import run_bytes

DEMO = Path(__file__).parents[2] / "fixtures" / "demo_sea" / "sea.nmea.gz"
# Small buckets, so that the small sea is cut into many tasks.
_COMMAND = (
    "import stsdetect.pipeline.run as run; run._BYTES_PER_BUCKET = 1_200_000; "
    "from stsdetect.cli import main; main()"
)


class Trial(NamedTuple):
    """One kill and one resume: where the run was, and which files differ from the undisturbed run."""

    workers: int
    after_s: float
    steps_done: int
    resume_workers: int
    differing: list[str]

    def __str__(self) -> str:
        n = len(self.differing)
        result = "equal" if not n else f"DIFFERS in {n} files, such as {self.differing[0]}"
        return (
            f"{self.workers} workers, killed after {self.after_s:5.2f} s with {self.steps_done:2} steps done, "
            f"resumed with {self.resume_workers}: {result}"
        )


def kill_and_resume(
    folder: Path, *, moments: int, workers: Sequence[int], resume_workers: Sequence[int], seed: int = 1
) -> list[Trial]:
    """For each number of workers, kill at random moments and resume with each number of `resume_workers`."""
    drawn = random.Random(seed)
    process = _run(folder / "undisturbed", workers=1)
    start = _begun(folder / "undisturbed", process)
    if process.wait():
        raise RuntimeError("the undisturbed run failed")
    duration_s = time.monotonic() - start
    expected = run_bytes(folder / "undisturbed")
    trials = []
    for n in workers:
        for k in range(moments):
            killed = folder / f"killed-{n}-{k}"
            after_s = drawn.uniform(0.0, 1.0) * duration_s
            process = _run(killed, workers=n)
            _begun(killed, process)
            time.sleep(after_s)
            # Sometimes the process alone, whose workers must end by themselves, sometimes all at once.
            kill = os.kill if drawn.random() < 0.5 else os.killpg
            kill(process.pid, signal.SIGKILL)
            process.wait()
            done = len(list(killed.rglob("done/*.json")))
            for other in resume_workers:
                resumed = folder / f"resumed-{n}-{k}-{other}"
                if killed.exists():
                    shutil.copytree(killed, resumed)
                code = _run(resumed, "--resume", workers=other).wait()
                found = run_bytes(resumed) if code == 0 else {}
                differing = sorted(
                    name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
                )
                trials.append(Trial(n, after_s, done, other, differing))
                print(trials[-1], flush=True)
                shutil.rmtree(resumed, ignore_errors=True)
            shutil.rmtree(killed, ignore_errors=True)
    return trials


def _begun(out: Path, process: subprocess.Popen[bytes]) -> float:
    """Wait until a run has begun to write, which it does once all is imported."""
    while not (out / ".unfinished-run").exists() and process.poll() is None:
        time.sleep(0.005)
    return time.monotonic()


def _run(out: Path, *options: str, workers: int) -> subprocess.Popen[bytes]:
    arguments = ["run", str(DEMO), "--out", str(out), "--aoi", "hangzhou", "--quiet"]
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *arguments, "--workers", str(workers), *options],
        start_new_session=True,
    )


def main() -> None:
    """Run the long form and say how many trials differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--resume-workers", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trials = kill_and_resume(Path(folder), **vars(args))
    n_different = sum(bool(t.differing) for t in trials)
    print(f"{len(trials)} trials, {n_different} differ")
    sys.exit(bool(n_different))


if __name__ == "__main__":
    main()
