"""Whether the card of the bundled model holds the metrics that `stsdetect evaluate` gives for it; minutes.

python -m tests.bench.bench_card --workers 2
"""

from __future__ import annotations

import argparse
import sys

from stsdetect.experiments import evaluate
from stsdetect.model import load_model
from stsdetect.params import Params


def main() -> None:
    """Evaluate on the card's seas and print where the two differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    card = load_model().card
    got = evaluate(**card["test"], workers=args.workers).to_card()
    differ = [
        f"{table}: card {card['metrics'][table]}, evaluate {got[table]}\n"
        for table in got
        if got[table] != card["metrics"][table]
    ]
    if card["params_digest"] != Params().digest():
        differ.append(f"params_digest: card {card['params_digest']}, now {Params().digest()}\n")
    seas = f"seeds {card['test']['seeds']}, sea {card['test']['sea']}"
    sys.stdout.write(
        f"{card['model']}, {seas}: {len(differ)} of {len(got) + 1} entries differ\n{''.join(differ)}"
    )
    sys.exit(len(differ))


if __name__ == "__main__":
    main()
