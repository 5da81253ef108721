"""Recall and precision of encounters on simulated seas, beside the published rule on the same seas.

python -m tests.bench.bench_encounter_accuracy --seeds 10
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from stsdetect.detect import find_encounters
from stsdetect.params import EncounterParams
from stsdetect.simulate import Sea, SeaParams, simulate
from stsdetect.tracks import build_tracks

SEA = SeaParams(
    hours=30.0,
    open_transfers=5,
    crowd_transfers=6,
    dark_transfers=0,
    bunkerings=5,
    tows=3,
    pilotages=2,
    trawler_pairs=3,
    dredgings=4,
    dual_sets=3,
    close_neighbours=8,
    anchored=60,
    keep_static_every_s=1800.0,
)
VARIANTS = {
    "1 min": (60.0, 0.0),
    "3 min": (180.0, 0.0),
    "15 min": (900.0, 0.0),
    "3 min, 40 % without size, 40 % without heading": (180.0, 0.4),
    "15 min, 40 % without size, 40 % without heading": (900.0, 0.4),
}
SIZES = ["to_bow", "to_stern", "to_port", "to_starboard"]


def blanked(sea: Sea, share: float) -> Sea:
    """The same sea with a share of ships without size, and another without heading."""
    rng = np.random.default_rng(sea.seed)
    numbers = np.sort(sea.ships["mmsi"].to_numpy())
    sizeless = numbers[rng.random(len(numbers)) < share]
    headless = numbers[rng.random(len(numbers)) < share]
    static, positions = sea.static.copy(), sea.positions.copy()
    static.loc[static["mmsi"].isin(sizeless), SIZES] = np.nan
    positions.loc[positions["mmsi"].isin(headless), "heading"] = np.nan
    return sea._replace(static=static, positions=positions)


def matched(found: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Every pairing of an encounter with what truly happened between its ships at that time."""
    both = found.reset_index(names="row").merge(truth, on=["mmsi_1", "mmsi_2"], suffixes=("", "_true"))
    overlap = both[["end_time", "end_time_true"]].min(axis=1) - both[["start_time", "start_time_true"]].max(
        axis=1
    )
    return both[overlap > pd.Timedelta(0)].assign(overlap_h=overlap.dt.total_seconds() / 3600)


def count(found: pd.DataFrame, truth: pd.DataFrame) -> tuple[Counter[str], Counter[str]]:
    """Truths found and missed by kind, and encounters right and wrong by the kind of their truth."""
    pairs = matched(found, truth)
    seen = truth["contact"] & (truth["dark"] == "none")
    hits = set(pairs.loc[pairs["contact"], "truth_id"])
    recall = Counter(
        f"{kind} {'found' if truth_id in hits else 'missed'}"
        for kind, truth_id in truth.loc[seen, ["kind", "truth_id"]].itertuples(index=False)
    )
    right = set(pairs.loc[pairs["contact"], "row"])
    kinds = dict(pairs.loc[~pairs["contact"], ["row", "kind"]].itertuples(index=False))
    precision = Counter(
        "right" if row in right else f"wrong: {kinds.get(row, 'nothing')}" for row in found.index
    )
    return recall, precision


def run(sea: Sea) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Encounters of our detector and of the published rule."""
    tracks = build_tracks(sea.positions, sea.static)
    ours, rule = (
        find_encounters(tracks.points, tracks.identity, sea.static, segments=tracks.segments, params=params)
        for params in (EncounterParams(), EncounterParams.gfw())
    )
    return ours, rule


def summary(recall: Counter[str], precision: Counter[str]) -> str:
    """Two rates and what stands behind them."""
    found = sum(n for k, n in recall.items() if k.endswith("found"))
    rate = found / max(sum(recall.values()), 1)
    share = precision["right"] / max(sum(precision.values()), 1)
    missed = {k: n for k, n in recall.items() if k.endswith("missed")}
    wrong = {k: n for k, n in precision.items() if k != "right"}
    rates = f"recall {rate:.3f} of {sum(recall.values())}, precision {share:.3f} of {sum(precision.values())}"
    return f"{rates}; {missed} {wrong}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--variant", default="")
    args = parser.parse_args()
    for name, (step_s, share) in VARIANTS.items():
        if args.variant not in name:
            continue
        totals = [Counter() for _ in range(4)]
        for seed in range(args.first, args.first + args.seeds):
            sea = blanked(simulate(seed=seed, sea=replace(SEA, keep_every_s=step_s)), share)
            ours, rule = run(sea)
            for k, counter in enumerate(
                (*count(ours[ours["p_contact"] >= 0.5], sea.truth), *count(rule, sea.truth))
            ):
                totals[k].update(counter)
        sys.stdout.write(f"{name}\n  ours: {summary(*totals[:2])}\n  rule: {summary(*totals[2:])}\n")


if __name__ == "__main__":
    main()
