"""Coverage-guided fuzzing, one target at a time; options after its name go to libFuzzer.

::

    pip install atheris
    python -m tests.fuzz nmea -max_total_time=900

Inputs that reach new code are kept in ``fuzz-corpus/<target>`` of the working folder, so that the next run
continues from there. Add an input that crashes to ``tests/decode/test_fuzz.py``.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["stsdetect.decode"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    name, *options = sys.argv[1:] or [""]
    if name not in TARGETS:
        sys.exit(f"name one of: {', '.join(TARGETS)}")
    target, seeds = TARGETS[name]
    corpus = Path("fuzz-corpus") / name
    corpus.mkdir(parents=True, exist_ok=True)
    for k, seed in enumerate(seeds):
        (corpus / f"seed-{k}").write_bytes(seed)
    limits = ["-max_len=2000", "-timeout=20", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], *limits, *options, str(corpus)], target)
    atheris.Fuzz()


main()
