"""``python -m stsdetect.experiments.planted DUMP --seed N``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from stsdetect.experiments.planted.planted_feed import find_planted, to_markdown
from stsdetect.pipeline import run_pipeline

_HEAD = (
    "| feed | kind | decided | planted | found | shown | mean `p_contact` |\n|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Plant encounters into a dump, or the dump of a finished run, and print what is found of them."""
    parser = argparse.ArgumentParser(prog="python -m stsdetect.experiments.planted", description=main.__doc__)
    parser.add_argument("dump", type=Path, help="AIS dump, or the folder of a finished run on it")
    parser.add_argument("--seed", type=int, required=True, help="what is planted")
    parser.add_argument("--per-kind", type=int, default=4, help="most encounters of each kind")
    parser.add_argument("--csv", type=Path, help="also write one row per planted encounter")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stsdetect-planted-") as name:
        work = Path(name)
        run = args.dump
        if not (run / "run.json").exists():
            run = run_pipeline(args.dump, work / "real", max_reject_share=1.0).folder
        result = find_planted(run, work / "planted", seed=args.seed, per_kind=args.per_kind)
    lines = [_HEAD, to_markdown(args.dump.stem, result), ""]
    lines += [f"not decided, {kind}: {why}" for kind, why in result.undecided.items()]
    lines.append(
        f"listed without plants: {len(result.listed)} dark and solo events in {result.ship_days:.0f} "
        f"ship-days, {result.false_per_1000_ship_days:.1f} per 1,000"
    )
    named = int(result.added["names_invented"].sum())
    lines.append(
        f"listed about nothing planted, with plants only: {len(result.added)}, of which {named} name an "
        "invented ship"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    if args.csv is not None:
        result.encounters.write_csv(args.csv)


if __name__ == "__main__":
    main()
