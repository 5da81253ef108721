"""Run the seas in full size: ``python -m tests.attack [--workers N] [NAME ...]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from tests.attack.seas import SEAS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(SEAS), help=f"of {', '.join(SEAS)}")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of the full size, to see how time grows")
    args = parser.parse_args()
    for name in args.names:
        write, _, n = SEAS[name]
        with tempfile.TemporaryDirectory() as folder:
            dump = write(Path(folder) / f"{name}.csv", max(round(n * args.share), 2))
            start = time.perf_counter()
            command = ["run", str(dump), "--out", f"{folder}/out", "--workers", str(args.workers), "--quiet"]
            watched = [
                sys.executable,
                "-m",
                "tests.bench.memory",
                sys.executable,
                "-m",
                "stsdetect",
                *command,
            ]
            done = subprocess.run(watched, capture_output=True, text=True)
            wall = time.perf_counter() - start
            n_rows = pl.scan_csv(dump).select(pl.len()).collect().item()
            print(
                f"{name:20} {n_rows:9,} rows, exit {done.returncode}, {wall:.0f} s, "
                f"{done.stderr.strip().splitlines()[-1]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
