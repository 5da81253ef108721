"""Tasks in this process and in a process pool."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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


UNGUARDED = """
from stsdetect.engine import LocalEngine
with LocalEngine(workers=2) as engine:
    print(engine.map(abs, [-1, 2]))
"""


def last_lines(*arguments: str, stdin: str | None = None) -> tuple[int, list[str], str]:
    """Exit code, lines on standard error that are not of the traceback, and standard output."""
    done = subprocess.run(
        [sys.executable, *arguments], input=stdin, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, [x for x in done.stderr.splitlines() if x.startswith("stsdetect.")], done.stdout


def test_a_script_without_a_guard_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    code, errors, out = last_lines(str(script))
    assert (code, out) == (1, "")
    assert len(errors) == 1
    assert 'Put what it does below `if __name__ == "__main__":`' in errors[0]
    script.write_text(
        "from stsdetect.engine import LocalEngine\nif __name__ == '__main__':\n"
        "    with LocalEngine(workers=2) as engine:\n        print(engine.map(abs, [-1, 2]))\n"
    )
    assert last_lines(str(script)) == (0, [], "[1, 2]\n")


def test_a_script_from_standard_input_is_told_so() -> None:
    code, errors, _ = last_lines("-", stdin=UNGUARDED)
    assert code == 1
    assert len(errors) == 1
    assert "read from standard input" in errors[0]
    assert last_lines("-c", UNGUARDED) == (0, [], "[1, 2]\n")


SLEEPING = """
import sys, time
from stsdetect.engine import LocalEngine
from tests.engine.sleeper import sleep_with_mark
with LocalEngine(workers=2) as engine:
    engine.map(sleep_with_mark, [sys.argv[1] + "/0", sys.argv[1] + "/1"])
"""


def workers_of(folder: Path) -> list[int]:
    """Process numbers of the two workers, once both are at work."""
    deadline = time.monotonic() + 120
    while len(found := [p.read_text() for p in folder.iterdir()]) < 2 or not all(found):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return [int(text) for text in found]


def alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_workers_end_with_their_parent_however_it_dies_and_leave_signals_to_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SLEEPING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent:
        workers = workers_of(tmp_path)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for worker in workers:
                os.kill(worker, number)
        time.sleep(0.5)
        assert all(alive(worker) for worker in workers)
        parent.kill()
        parent.wait()
        # The pipe closes only once the workers, which hold it too, have ended.
        parent.communicate(timeout=20)
        assert not any(alive(worker) for worker in workers)


def test_zero_workers_are_refused() -> None:
    with pytest.raises(ParamError, match="at least 1"):
        LocalEngine(workers=0)
