"""Recall and precision of encounters on simulated seas, against the published rule on the same seas.

python -m tests.bench.bench_encounter_accuracy --seeds 10
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import numpy as np
import pandas as pd

from stsdetect.detection import find_encounters
from stsdetect.model import load_model
from stsdetect.params import EncounterParams
from stsdetect.schema import ENCOUNTERS
from stsdetect.simulation import Sea, SeaParams, simulate
from stsdetect.tracks import build_tracks
from stsdetect.units import S_PER_H

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
    dual_transponders=3,
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
    """The sea, with sizes taken from one share of the ships and headings from another."""
    rng = np.random.default_rng(sea.seed)
    mmsis = np.sort(sea.ships["mmsi"].to_numpy())
    sizeless = mmsis[rng.random(len(mmsis)) < share]
    headless = mmsis[rng.random(len(mmsis)) < share]
    static, positions = sea.static.copy(), sea.positions.copy()
    static.loc[static["mmsi"].isin(sizeless), SIZES] = np.nan
    positions.loc[positions["mmsi"].isin(headless), "heading"] = np.nan
    return sea._replace(static=static, positions=positions)


def quality(found: pd.DataFrame) -> pd.Series:
    """Data quality of each encounter, computed as in the score, in three classes."""
    share = found["observed_fraction"] * (0.5 + 0.25 * found["sizes_known"])
    return pd.cut(share, [-0.1, 0.5, 0.8, 1.0], labels=["below 0.5", "0.5-0.8", "above 0.8"]).astype(str)


def matched(found: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Every pair of an encounter and a true event between the same ships that overlap in time."""
    both = found.reset_index(names="row").merge(truth, on=["mmsi_1", "mmsi_2"], suffixes=("", "_true"))
    overlap = both[["end_time", "end_time_true"]].min(axis=1) - both[["start_time", "start_time_true"]].max(
        axis=1
    )
    return both[overlap > pd.Timedelta(0)].assign(overlap_h=overlap.dt.total_seconds() / S_PER_H)


def judged(found: pd.DataFrame, p: pd.Series, truth: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """True contacts with whether each was found, and shown encounters with whether each is right."""
    found = found.assign(quality=quality(found), shown=p >= 0.5)
    pairs = matched(found, truth)
    seen = truth[truth["contact"] & (truth["dark"] == "none")]
    about = pairs.sort_values(["shown", "overlap_h"]).groupby("truth_id")[["shown", "quality"]].last()
    recall = seen.join(about, on="truth_id").assign(
        right=lambda t: t["shown"].eq(True),
        quality=lambda t: t["quality"].fillna("no encounter"),
        kind=lambda t: t["kind"].where(t["kind"] != "transfer", "transfer, " + t["place"]),
    )
    shown = found[found["shown"]]
    kinds = pairs.sort_values(["contact", "overlap_h"]).groupby("row")[["contact", "kind"]].last()
    precision = shown.join(kinds).assign(
        right=lambda t: t["contact"].eq(True), kind=lambda t: t["kind"].fillna("chance")
    )
    columns = ["kind", "quality", "right"]
    return recall[columns], precision[columns]


def summary(recall: pd.DataFrame, precision: pd.DataFrame) -> str:
    """Recall and precision, then both by class and by data quality."""
    lines = [
        f"recall {recall['right'].mean():.3f} of {len(recall)}, "
        f"precision {precision['right'].mean():.3f} of {len(precision)}",
        f"found by class: {_shares(recall, 'kind')}",
        f"found by quality: {_shares(recall, 'quality')}",
        f"right by quality: {_shares(precision, 'quality')}",
        f"wrong: {precision.loc[~precision['right'], 'kind'].value_counts().to_dict()}",
    ]
    return "\n      ".join(lines)


def _shares(table: pd.DataFrame, by: str) -> str:
    counts = table.groupby(by)["right"].agg(["sum", "count"])
    return ", ".join(f"{name} {right}/{n}" for name, right, n in counts.itertuples())


def run(sea: Sea) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Judge the detector's rule, the bundled model and the published rule on a sea."""
    tracks = build_tracks(sea.positions, sea.static)
    ours, rule = (
        find_encounters(
            tracks.points,
            identity=tracks.identity,
            static=sea.static,
            segments=tracks.segments,
            params=params,
            model="rule",
        )
        for params in (EncounterParams(), EncounterParams.gfw())
    )
    model = load_model().p_contact(ENCOUNTERS.validate(ours)).to_pandas()
    return {
        "rule": judged(ours, ours["p_contact"], sea.truth),
        "model": judged(ours, model, sea.truth),
        "500 m, 2 h, 2 kn": judged(rule, pd.Series(1.0, rule.index), sea.truth),
    }


def main() -> None:
    """Print a table per variant."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--variant", default="", help="only those whose name contains this")
    args = parser.parse_args()
    for name, (step_s, share) in VARIANTS.items():
        if args.variant not in name:
            continue
        seeds = range(args.first, args.first + args.seeds)
        seas = [run(blanked(simulate(seed=s, sea=replace(SEA, keep_every_s=step_s)), share)) for s in seeds]
        sys.stdout.write(f"{name}, seeds {seeds.start}-{seeds.stop - 1}\n")
        for who in seas[0]:
            recall, precision = (pd.concat([sea[who][k] for sea in seas]) for k in (0, 1))
            sys.stdout.write(f"  {who}: {summary(recall, precision)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
