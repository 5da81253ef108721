"""From what was found in several seas, and the truth about them, to tables of figures, good or bad.

Figures hold for these seas. They say how the parts behave with known truth, not how many transfers a real sea
hides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.experiments.detected_seas import SeaResult
from stsdetect.experiments.truth_matching import about
from stsdetect.schema import TRUTH
from stsdetect.score.metrics import calibration_table, ranking_precision, wilson, worst_tenth

SHOWN_TIERS = ("high", "medium")
"""Tiers that count as found: what an analyst is asked to look at first."""

CLASSES = ("open", "in an anchorage", "one side dark", "both sides dark")
"""Classes of illicit transfers."""

FIRST = 20
"""Events of a sea that an analyst surely looks at."""

_NEUTRAL = ("same_raft",)
"""Pairs that belong to an illicit raft without touching: neither hits nor false events in the ranking."""

_TITLES = {
    "ranking": "Ranking of illicit transfers",
    "first": f"The first {FIRST} events of each sea",
    "recall": "Recall by class of truth",
    "false_events": "Events that are no illicit transfer",
    "calibration": "Calibration of p_contact",
    "rival": "Beside the GFW rule",
}
"""Tables of an evaluation with their headings, in the order of printing."""

_DRAWS = 200  # of seas, for the interval of an average precision


class Evaluation(NamedTuple):
    """Figures over several seas."""

    summary: dict[str, float]
    """Seas, events shown, precision, Brier score, largest fault of the calibration."""
    ranking: pd.DataFrame
    """One row a class of illicit transfers: n, average precision of the ranking with its interval over seas,
    share shown with Wilson's interval."""
    first: pd.DataFrame
    """What the first events of each sea are: one row a kind of truth."""
    recall: pd.DataFrame
    """One row a kind of truth: n, shown, listed at all, recall and its 95 % interval."""
    false_events: pd.DataFrame
    """One row a look-alike class: events, how many were shown, and the best rank that one had in any sea."""
    calibration: pd.DataFrame
    """One row a tenth of p_contact: pairs, mean p, share in contact and its 95 % interval."""
    rival: pd.DataFrame
    """The GFW rule on the same seas: encounters, truth rows found, precision, recall."""
    matched: pd.DataFrame
    """Every event with the truth it matched, for digging."""

    def to_markdown(self) -> str:
        """All tables as text for a README."""
        head = "\n".join(
            f"- {name.replace('_', ' ')}: {_said(value)}" for name, value in self.summary.items()
        )
        tables = [f"**{title}**\n\n{markdown(getattr(self, name))}" for name, title in _TITLES.items()]
        return "\n\n".join([head, *tables]) + "\n"

    def to_card(self) -> dict[str, Any]:
        """The same figures, each as `to_markdown` prints it, for the card of a model."""
        return {
            "summary": {name: _said(value) for name, value in self.summary.items()},
            **{name: _cells(getattr(self, name)) for name in _TITLES},
        }


def compare(results: Sequence[SeaResult]) -> Evaluation:
    """Figures over several seas, each with what was found in it."""
    matched = pl.concat([_matched(r.seed, r.events, r) for r in results])
    matched = matched.filter(~pl.col("truth_kind").is_in(_NEUTRAL))
    candidates = pl.concat([_matched(r.seed, r.candidates, r) for r in results])
    truth = pl.concat([TRUTH.validate(r.truth).with_columns(seed=pl.lit(r.seed, pl.Int64)) for r in results])
    truth = truth.with_columns(_class().alias("class"))
    rafted = _hull_between(candidates, truth)
    apart = candidates.filter(~rafted)
    shown = matched.filter(pl.col("tier").is_in(SHOWN_TIERS))
    calibration = calibration_table(apart["p_contact"].to_numpy(), apart["contact"].to_numpy())
    hits = int(shown["illicit"].sum())
    summary = {
        "seas": float(len(results)),
        "true_illicit_transfers": float(truth["illicit"].sum()),
        "events": float(matched.height),
        "events_shown": float(shown.height),
        "precision_shown": hits / shown.height if shown.height else float("nan"),
        "precision_shown_low": wilson(hits, shown.height)[0],
        "precision_shown_high": wilson(hits, shown.height)[1],
        "brier": _brier(apart),
        "worst_tenth_of_50": worst_tenth(calibration),
        "raft_pairs_left_out_of_calibration": float(rafted.sum()),
    }
    return Evaluation(
        summary,
        _ranking(matched, truth, shown),
        _first(matched),
        _recall(truth, matched, shown),
        _false_events(matched, shown),
        calibration,
        _rival(results, truth),
        matched.to_pandas(),
    )


def markdown(frame: pd.DataFrame) -> str:
    """A table as Markdown, numbers to three digits."""
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    lines += ["| " + " | ".join(row.values()) + " |" for row in _cells(frame)]
    return "\n".join(lines)


def _cells(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Each row by column, as it is printed."""

    def cell(value: Any) -> str:
        if not isinstance(value, float):
            return str(value)
        return f"{value:.3f}" if np.isfinite(value) else ""

    return [
        {name: cell(v) for name, v in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False)
    ]


def _said(value: float) -> str:
    return f"{value:.4g}"


def _matched(seed: int, events: pd.DataFrame, result: SeaResult) -> pl.DataFrame:
    frame = pl.DataFrame(events)
    frame = frame.hstack(about(frame, result.truth, result.ships))
    roles = (
        pl.DataFrame(result.ships).select("mmsi", "role").unique("mmsi", keep="first", maintain_order=True)
    )
    for k in (1, 2):
        frame = frame.join(
            roles.rename({"mmsi": f"mmsi_{k}", "role": f"role_{k}"}),
            on=f"mmsi_{k}",
            how="left",
            maintain_order="left",
        )
    return frame.with_columns(pl.lit(seed, pl.Int64).alias("seed"))


def _class() -> pl.Expr:
    """Class of a row of truth; where one side or both were dark the place does not matter."""
    open_, crowd, one, both = (pl.lit(name) for name in CLASSES)
    return (
        pl.when(pl.col("dark") == "both")
        .then(both)
        .when(pl.col("dark") == "one")
        .then(one)
        .when(pl.col("place") == "anchorage")
        .then(crowd)
        .otherwise(open_)
    )


def _ranking(matched: pl.DataFrame, truth: pl.DataFrame, shown: pl.DataFrame) -> pd.DataFrame:
    """How each class ranks among all that is no transfer; other classes are left out of its row."""
    illicit = truth.filter("illicit").select("seed", "truth_id", "class")
    ranked = matched.join(illicit, on=["seed", "truth_id"], how="left", maintain_order="left")
    found = shown.join(illicit, on=["seed", "truth_id"]).unique(["seed", "truth_id"])
    rows: list[dict[str, Any]] = []
    for name in ("all", *CLASSES):
        of_class = illicit if name == "all" else illicit.filter(pl.col("class") == name)
        if of_class.is_empty():
            continue
        hits = found.height if name == "all" else found.filter(pl.col("class") == name).height
        events = ranked.filter(~pl.col("illicit") | (pl.col("class") == name) | (name == "all"))
        low, high = _over_seas(events, of_class)
        least, most = wilson(hits, of_class.height)
        rows.append(
            {
                "class": name,
                "n": of_class.height,
                "average_precision": _precision(events, of_class),
                "ap_low": low,
                "ap_high": high,
                "shown": hits / of_class.height,
                "shown_low": least,
                "shown_high": most,
            }
        )
    return pd.DataFrame(rows)


def _precision(events: pl.DataFrame, truth: pl.DataFrame) -> float:
    return ranking_precision(
        events.select("seed", "score", "illicit", "truth_id").to_pandas(),
        truth.with_columns(illicit=pl.lit(value=True)).to_pandas(),
    )


def _over_seas(events: pl.DataFrame, truth: pl.DataFrame) -> tuple[float, float]:
    """95 % interval of the average precision, by drawing seas with replacement; none for a single sea."""
    seeds = truth["seed"].unique().sort().to_numpy()
    if len(seeds) < 2:
        return float("nan"), float("nan")
    parts = {s: (events.filter(pl.col("seed") == s), truth.filter(pl.col("seed") == s)) for s in seeds}
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(_DRAWS):
        # Drawn twice, a sea counts as two: each draw gets a number of its own.
        drawn = [
            [part.with_columns(seed=pl.lit(k, pl.Int64)) for part in parts[s]]
            for k, s in enumerate(rng.choice(seeds, len(seeds)))
        ]
        draws.append(_precision(pl.concat([e for e, _ in drawn]), pl.concat([t for _, t in drawn])))
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def _first(matched: pl.DataFrame) -> pd.DataFrame:
    first = matched.filter(pl.col("rank") <= FIRST)
    return (
        first.group_by("illicit", "truth_kind")
        .agg(pl.len().alias("events"))
        .sort("illicit", "events", "truth_kind", descending=[True, True, False])
        .to_pandas()
    )


def _recall(truth: pl.DataFrame, matched: pl.DataFrame, shown: pl.DataFrame) -> pd.DataFrame:
    keys = ["seed", "truth_id"]
    found = {name: frame.select(keys).drop_nulls().unique().with_columns(pl.lit(value=True).alias(name))
             for name, frame in (("listed", matched), ("shown", shown))}  # fmt: skip
    rows = truth.join(found["listed"], on=keys, how="left").join(found["shown"], on=keys, how="left")
    by = rows.group_by("illicit", "kind", "dark", "place").agg(
        pl.len().alias("n"),
        pl.col("listed").fill_null(value=False).sum(),
        pl.col("shown").fill_null(value=False).sum(),
    )
    out = by.sort("illicit", "kind", "dark", "place", descending=[True, False, True, True]).to_pandas()
    intervals = [wilson(int(h), int(n)) for h, n in zip(out["shown"], out["n"], strict=True)]
    return out.assign(
        recall=out["shown"] / out["n"], low=[i[0] for i in intervals], high=[i[1] for i in intervals]
    )


def _false_events(matched: pl.DataFrame, shown: pl.DataFrame) -> pd.DataFrame:
    wrong = matched.filter(~pl.col("illicit"))
    best = wrong.group_by("truth_kind").agg(pl.len().alias("events"), pl.col("rank").min().alias("best_rank"))
    out = shown.filter(~pl.col("illicit")).group_by("truth_kind").agg(pl.len().alias("shown"))
    return (
        best.join(out, on="truth_kind", how="left")
        .with_columns(pl.col("shown").fill_null(0))
        .sort("shown", "truth_kind", descending=[True, False])
        .rename({"truth_kind": "look_alike"})
        .to_pandas()
    )


def _hull_between(candidates: pl.DataFrame, truth: pl.DataFrame) -> pl.Series:
    """Pairs that do not touch but are made fast to the same third hull: neither in contact nor apart."""
    made_fast = truth.filter("contact").select("seed", "mmsi_1", "mmsi_2", "start_time", "end_time")
    both_ways = pl.concat(
        [made_fast, made_fast.rename({"mmsi_1": "mmsi_2", "mmsi_2": "mmsi_1"}).select(made_fast.columns)]
    )
    one, two = (
        both_ways.rename(
            {"mmsi_1": f"mmsi_{k}", "mmsi_2": "third", "start_time": f"from_{k}", "end_time": f"to_{k}"}
        )
        for k in (1, 2)
    )
    pairs = candidates.select("seed", "mmsi_1", "mmsi_2", "start_time", "end_time", "contact").with_row_index(
        "row"
    )
    rows = (
        pairs.filter(~pl.col("contact"))
        .join(one, on=["seed", "mmsi_1"])
        .join(two, on=["seed", "mmsi_2", "third"])
        .filter(
            pl.max_horizontal("start_time", "from_1", "from_2")
            < pl.min_horizontal("end_time", "to_1", "to_2")
        )["row"]
        .unique()
    )
    return pairs["row"].is_in(rows.implode())


def _brier(candidates: pl.DataFrame) -> float:
    error = candidates["p_contact"].to_numpy() - candidates["contact"].cast(pl.Float64).to_numpy()
    return float(np.mean(error**2)) if len(error) else float("nan")


def _rival(results: Sequence[SeaResult], truth: pl.DataFrame) -> pd.DataFrame:
    tried = [_matched(r.seed, r.rival, r) for r in results if r.rival is not None]
    if not tried:
        return pd.DataFrame(columns=["rule", "encounters", "precision", "found", "recall"])
    matched = pl.concat(tried)
    matched = matched.filter(~pl.col("truth_kind").is_in(_NEUTRAL))
    illicit = int(truth["illicit"].sum())
    rows = []
    for name, part in (
        ("500 m, 2 h, 2 kn", matched),
        ("the same, 10 km from anchorages", matched.filter(pl.col("far_from_anchorages"))),
    ):
        hits = int(part["illicit"].sum())
        found = part.filter(pl.col("illicit")).select("seed", "truth_id").n_unique()
        rows.append(
            {
                "rule": name,
                "encounters": part.height,
                "precision": hits / part.height if part.height else float("nan"),
                "found": found,
                "recall": found / illicit if illicit else float("nan"),
            }
        )
    return pd.DataFrame(rows)
