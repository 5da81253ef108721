"""``python -m stsdetect.experiments.voyages --first-seed N --seeds N``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stsdetect.experiments.voyages.voyage_run import evaluate_voyages


def main() -> None:
    """Measure visits, chains, deliveries, tonnes and hidden calls on seas of voyages; print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m stsdetect.experiments.voyages", description=main.__doc__)
    parser.add_argument("--first-seed", type=int, required=True, help="seed of the first sea")
    parser.add_argument("--seeds", type=int, default=10, help="number of seas")
    parser.add_argument("--workers", type=int, default=1, help="processes of each run")
    parser.add_argument("--keep", type=Path, help="folder that keeps seas and runs; a run there is read")
    parser.add_argument("--out", type=Path, help="also write the tables to this Markdown file")
    args = parser.parse_args()
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    text = evaluate_voyages(seeds, workers=args.workers, keep=args.keep).to_markdown()
    sys.stdout.write(text)
    if args.out is not None:
        args.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
