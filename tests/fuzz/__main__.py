"""Fuzz all parsers, one target after the other, each in a process of its own.

::

    python -m tests.fuzz --seconds 1800                 # all targets, the time divided among them
    python -m tests.fuzz --seconds 60 --only csv,json   # some of them
    python -m tests.fuzz --run csv FILE ...             # the inputs in files once, as they are

With ``pip install atheris`` inputs are chosen by the code that they reach, else by what they led to. Every input has
to end in data or in an error of the project, its rows accounted for, within a minute. What fails stands in ``fuzz-out``
of the working folder, the corpus in ``fuzz-corpus``; the exit code is 1 then. Fix the kind, and add the input to
``tests/decode/test_fuzz.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.engine import HANG_S, Watch, by_coverage, by_mutation

OUT, CORPUS = Path("fuzz-out"), Path("fuzz-corpus")
_START_S = 180.0  # to import everything, on a busy machine


def main() -> int:
    """Fuzz, or run one target where this is a child."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--only", default="", help="names of targets, with commas")
    parser.add_argument("--plain", action="store_true", help="without atheris")
    parser.add_argument("--run", default="", metavar="TARGET")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    parser.add_argument("inputs", nargs="*", type=Path)
    given = parser.parse_args()
    guided = not given.plain and importlib.util.find_spec("atheris") is not None
    OUT.mkdir(exist_ok=True)
    if given.child:
        _child(given.child, given.seconds, given.seed, guided=guided)
        return 0
    from tests.fuzz.all_targets import TARGETS

    if given.run:
        for path in given.inputs:
            TARGETS[given.run][0](path.read_bytes())
        return 0
    names = given.only.split(",") if given.only else list(TARGETS)
    print(
        f"seed {given.seed}, {'atheris' if guided else 'mutation'}, {len(names)} targets, {given.seconds:g} s"
    )
    return max([_fuzz(name, given.seconds / len(names), given.seed, plain=not guided) for name in names])


def _fuzz(name: str, seconds: float, seed: int, *, plain: bool) -> int:
    """Fuzz one target; a process that ends too early is started again with the next seed.

    The time is that of fuzzing: to import and instrument everything comes on top of it, a minute on a busy machine.
    """
    end = time.monotonic() + seconds
    total: dict[str, float] = {"inputs": 0, "crashes": 0, "slowest_cpu_s": 0.0}
    kinds: set[str] = set()
    round_ = 0
    while (left := end - time.monotonic()) > 1 or not round_:
        state = OUT / f"{name}.json"
        state.unlink(missing_ok=True)
        options = [
            "--child",
            name,
            "--seconds",
            f"{left:.1f}",
            "--seed",
            str(seed + round_),
            *(["--plain"] if plain else []),
        ]
        began = time.monotonic()
        with (OUT / f"{name}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "tests.fuzz", *options], stdout=log, stderr=log)
            try:
                code = process.wait(left + HANG_S + _START_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                code = -9
        ran = time.monotonic() - began
        early = ran < left
        seen = json.loads(state.read_text()) if state.exists() else {}
        total["inputs"] += seen.get("inputs", 0)
        total["crashes"] += seen.get("crashes", 0)
        total["slowest_cpu_s"] = max(total["slowest_cpu_s"], seen.get("slowest_cpu_s", 0.0))
        kinds |= set(seen.get("kinds", []))
        if code:
            kinds.add(f"process ended with code {code}")
            with contextlib.suppress(OSError):
                (OUT / f"{name}.running").replace(OUT / f"{name}-ended-{seed + round_}.input")
        round_ += 1
        if not early or ran < 1:
            break
    print(
        f"{name}: seed {seed}, {total['inputs']:,.0f} inputs in {seconds:.0f} s, slowest {total['slowest_cpu_s']:.2f} s of "
        f"processor time, {total['crashes']:,.0f} crashes{''.join(f'; {kind}' for kind in sorted(kinds))}",
        flush=True,
    )
    return 1 if kinds else 0


def _child(name: str, seconds: float, seed: int, *, guided: bool) -> None:
    if guided:
        import atheris

        with atheris.instrument_imports(
            include=["stsdetect.decode", "stsdetect.lists", "stsdetect.geo.area"]
        ):
            from tests.fuzz.all_targets import TARGETS
    else:
        from tests.fuzz.all_targets import TARGETS
    target, seeds = TARGETS[name]
    watch = Watch(name, target, OUT)
    if guided:
        by_coverage(watch, seeds, seconds, seed, CORPUS / name)
    by_mutation(watch, seeds, seconds, seed)


if __name__ == "__main__":
    sys.exit(main())
