"""Whether the right partner is among the best candidates of a gap, and whether dark events are right.

python -m tests.bench.bench_dark_partners --first 100 --seeds 10
"""

from __future__ import annotations

import argparse
import sys

import pandas as pd
import polars as pl

from stsdetect.experiments import Found, match_events
from stsdetect.experiments.detected_seas import features_of, find_in, score_found
from stsdetect.model import load_model
from stsdetect.params import Params
from stsdetect.simulation import simulate

SHOWN = ("high", "medium")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=10)
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.seeds)
    ranks, events = (
        pd.concat(parts, ignore_index=True) for parts in zip(*(of_sea(seed) for seed in seeds), strict=True)
    )
    first = ranks.groupby("dark")[["detected", "scored"]]
    shares = pd.concat(
        {f"among first {n}": first.agg(lambda r, n=n: (r <= n).mean()) for n in (1, 3, 10)}, axis=1
    )
    missed = ranks[~(ranks["scored"] <= 3)]
    by_tier = events.groupby("tier")["illicit"].agg(events="size", right="mean")
    shown = events[events["tier"].isin(SHOWN)]
    sys.stdout.write(
        f"rich seas {seeds[0]}-{seeds[-1]}, {len(ranks)} planted dark encounters\n{shares.round(3).to_string()}\n"
        f"\nnot among the first three when scored\n{missed.to_string(index=False)}\n"
        f"\ndark events by tier\n{by_tier.round(3).to_string()}\n"
        f"medium and up: {shown['illicit'].sum()} of {len(shown)} right\n"
        f"wrong ones: {shown.loc[~shown['illicit'], 'truth_kind'].value_counts().to_dict()}\n"
    )


def of_sea(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ranks of the true partners, and dark events with what they are."""
    model, params = load_model(), Params()
    found = find_in(simulate(seed=seed, sea="rich"), params=params)
    features = features_of(found, model=model, params=params)
    dark = features.with_columns(model.p_contact(features)).filter(event_type="dark_encounter")
    truth = found.truth.to_pandas()
    planted = truth[truth["illicit"] & (truth["dark"] != "none")]
    ranks = planted[["truth_id", "dark", "scenario"]].assign(
        seed=seed,
        detected=best_ranks(dark, "support", found).reindex(planted["truth_id"]).to_numpy(),
        scored=best_ranks(dark, "p_contact", found).reindex(planted["truth_id"]).to_numpy(),
    )
    events = score_found(found, model=model, params=params).events
    events = match_events(events, found.truth, found.ships).to_pandas()
    return ranks, events[events["event_type"] == "dark_encounter"]


def best_ranks(dark: pl.DataFrame, by: str, found: Found) -> pd.Series:
    """Best rank of each true encounter among the candidates of a gap."""
    known = match_events(dark, found.truth, found.ships).to_pandas()
    sides = pd.concat([known.assign(gap=known[c]) for c in ("gap_id_1", "gap_id_2")])
    sides = sides.dropna(subset="gap").reset_index(drop=True)
    place = sides.groupby("gap")[by].rank(ascending=False, method="max")
    return place[sides["illicit"]].groupby(sides["truth_id"]).min()


if __name__ == "__main__":
    main()
