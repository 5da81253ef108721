"""How well switch-offs are distinguished from missing reception on radio seas.

python -m tests.bench.bench_dark_accuracy --first 100 --seeds 10
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from stsdetect.detection import find_gaps
from stsdetect.schema import SEGMENTS
from tests.radio_sea import label, radio_sea

RULES_H = (6.0, 12.0)
MIN_P_OFF = 0.5
TENTHS = np.linspace(0.0, 1.0, 11)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=10)
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.seeds)
    gaps = pd.concat([judged(seed) for seed in seeds], ignore_index=True)
    at_sea = gaps[~gaps["off_in_port"]]
    write(f"radio seas {seeds[0]}-{seeds[-1]}: {len(gaps)} gaps, {gaps['off'].sum()} switched off\n")
    for name, some in (("all", gaps), ("at sea", at_sea)):
        write(f"{name}: {ranked(some)}")
        for hours in RULES_H:
            write(f"  plain {hours:.0f} h rule: {rates(some['duration_h'] >= hours, some['off'])}")
    write("\nby sea: " + " ".join(f"{average_precision(g):.3f}" for _, g in gaps.groupby("seed")))
    write("at sea: " + " ".join(f"{average_precision(g):.3f}" for _, g in at_sea.groupby("seed")))
    write("\np_off            gaps  p_off  true")
    tenth = np.clip(np.digitize(gaps["p_off"], TENTHS) - 1, 0, 9)
    for k, some in gaps.groupby(tenth):
        claimed, true = some["p_off"].mean(), some["off"].mean()
        write(f"{TENTHS[k]:.1f} to {TENTHS[k + 1]:.1f}  {len(some):9d}  {claimed:.3f}  {true:.3f}")
    kinds = gaps.groupby(["kind", "off"])["p_off"].agg(["size", lambda p: (p >= MIN_P_OFF).mean()])
    write("\ngaps by kind of ship, and share with p_off of a half and more")
    write(kinds.set_axis(["gaps", "share"], axis=1).round(3).to_string())


def judged(seed: int) -> pd.DataFrame:
    """Gaps of one sea with the truth and the kind of ship."""
    sea = radio_sea(seed)
    gaps = label(find_gaps(sea.points, SEGMENTS.empty()), sea)
    return gaps.merge(sea.ships[["mmsi", "kind"]], on="mmsi").assign(seed=seed)


def ranked(gaps: pd.DataFrame) -> str:
    """Average precision, and precision and recall where off is likelier than not."""
    return f"AP {average_precision(gaps):.3f}, {rates(gaps['p_off'] >= MIN_P_OFF, gaps['off'])}"


def rates(claimed: ArrayLike, true: ArrayLike) -> str:
    """Precision and recall."""
    claimed, true = np.asarray(claimed), np.asarray(true)
    hits = (claimed & true).sum()
    return f"precision {hits / max(claimed.sum(), 1):.3f}, recall {hits / max(true.sum(), 1):.3f}"


def average_precision(gaps: pd.DataFrame) -> float:
    """Mean precision at each true switch-off, likeliest first."""
    true = gaps.sort_values(["p_off", "log_lr_off"], ascending=False)["off"].to_numpy()
    precision = true.cumsum() / np.arange(1, len(true) + 1)
    return float(precision[true].mean())


def write(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
