"""Compare what was found in several simulated seas with their truth: tables of accuracy.

The tables hold for these seas. They show how the parts of the detector behave where the truth is known, not
how many transfers take place on a real sea.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from stsdetect.experiments.detected_seas import SeaResult
from stsdetect.experiments.truth_matching import match_events
from stsdetect.schema import TRUTH, Frame
from stsdetect.score.metrics import average_precision, calibration_table, wilson, worst_tenth

SHOWN_TIERS = ("high", "medium")
"""Tiers that count as found: the events that an analyst is asked to look at first."""

CLASSES = ("open", "in an anchorage", "one side dark", "both sides dark", "partner not received")
"""Classes of illicit transfers."""

FIRST = 20
"""Number of events of each sea that an analyst surely looks at."""

_NEUTRAL = ("same_raft",)
"""Pairs of an illicit raft that do not touch: neither hits nor false events in the ranking."""

_TITLES = {
    "ranking": "Ranking of illicit transfers",
    "first": f"The first {FIRST} events of each sea",
    "recall": "Recall by class of truth",
    "false_events": "Events that are not illicit transfers",
    "calibration": "Calibration of p_contact",
    "event_kinds": "By kind of event",
    "hidden_partners": "Transfers whose partner is not received, by family",
    "gfw_rule": "The rule of Global Fishing Watch on the same seas",
}
"""Tables of an evaluation with their headings, in the order of printing."""

_RESAMPLES = 200  # draws of seas behind the interval of an average precision


class Evaluation(NamedTuple):
    """Accuracy over several seas."""

    summary: dict[str, float]
    """Seas, events shown, precision, Brier score, largest error of the calibration."""
    ranking: pl.DataFrame
    """One row per class of illicit transfers: n, average precision of the ranking with its interval over
    seas, share shown with Wilson's interval."""
    first: pl.DataFrame
    """What the first events of each sea are: one row per kind of truth."""
    recall: pl.DataFrame
    """One row per kind of truth: n, listed at all, shown, recall (the share shown) and its 95 % interval."""
    false_events: pl.DataFrame
    """One row per look-alike: events, how many were shown, and the best rank of one in any sea."""
    calibration: pl.DataFrame
    """One row per tenth of p_contact: pairs, mean p, share in contact and its 95 % interval."""
    event_kinds: pl.DataFrame
    """One row per kind of event: how many are listed and shown, precision of those shown; illicit transfers
    of that kind, with the share that is listed and the share that is shown by an event of any kind;
    Brier score and largest error of the calibration of its candidates. Empty where no partner is hidden."""
    hidden_partners: pl.DataFrame
    """One row per family of hidden partners (the scenario of TRUTH): n, listed, shown and recall as above."""
    gfw_rule: pl.DataFrame
    """The rule of Global Fishing Watch on the same seas: encounters, precision, truth rows found, recall."""
    matched: pl.DataFrame
    """Every event with the truth that it matched and the roles of its ships."""

    def to_markdown(self) -> str:
        """All tables as Markdown, for a README."""
        head = "\n".join(
            f"- {name.replace('_', ' ')}: {_rounded(value)}" for name, value in self.summary.items()
        )
        tables = [f"**{_TITLES[name]}**\n\n{markdown(getattr(self, name))}" for name in self._printed()]
        return "\n\n".join([head, *tables]) + "\n"

    def to_card(self) -> dict[str, Any]:
        """All tables for the card of a model, each value as `to_markdown` prints it."""
        return {
            "summary": {name: _rounded(value) for name, value in self.summary.items()},
            **{name: _cells(getattr(self, name)) for name in self._printed()},
        }

    def _printed(self) -> list[str]:
        of_hidden = ("event_kinds", "hidden_partners")
        return [name for name in _TITLES if name not in of_hidden or not getattr(self, name).is_empty()]


def compare(results: Sequence[SeaResult]) -> Evaluation:
    """Compare what was found in several seas with their truth.

    Parameters
    ----------
    results : sequence of SeaResult
        At least one.

    Returns
    -------
    Evaluation
    """
    matched = pl.concat([_matched(r, r.events) for r in results])
    matched = matched.filter(~pl.col("truth_kind").is_in(_NEUTRAL))
    candidates = pl.concat([_matched(r, r.candidates) for r in results])
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
        pl.DataFrame(calibration),
        _event_kinds(matched, shown, apart, truth),
        _recall(truth.filter(pl.col("kind") == "solo_transfer"), matched, shown, by=("scenario",)),
        _gfw_rule(results, truth),
        matched,
    )


def markdown(frame: Frame) -> str:
    """A table as Markdown, numbers to three digits.

    Examples
    --------
    >>> print(markdown(pl.DataFrame({"class": ["open", "dark"], "n": [2, 0], "recall": [0.5, None]})))
    | class | n | recall |
    |---|---|---|
    | open | 2 | 0.500 |
    | dark | 0 |  |
    """
    table = frame.collect() if isinstance(frame, pl.LazyFrame) else pl.DataFrame(frame)
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    lines += ["| " + " | ".join(row.values()) + " |" for row in _cells(table)]
    return "\n".join(lines)


def _cells(table: pl.DataFrame) -> list[dict[str, str]]:
    """Each row by column, as it is printed; unknown values are empty."""

    def cell(value: Any) -> str:
        if isinstance(value, float):
            return f"{value:.3f}" if np.isfinite(value) else ""
        return "" if value is None else str(value)

    return [{name: cell(value) for name, value in row.items()} for row in table.iter_rows(named=True)]


def _rounded(value: float) -> str:
    return f"{value:.4g}"


def _matched(result: SeaResult, events: pl.DataFrame) -> pl.DataFrame:
    """Events of a sea with its seed, the truth that they are about and the roles of both ships."""
    frame = _with_event_type(match_events(events, result.truth, result.ships))
    roles = result.ships.select("mmsi", "role").unique("mmsi", keep="first", maintain_order=True)
    for k in (1, 2):
        frame = frame.join(
            roles.rename({"mmsi": f"mmsi_{k}", "role": f"role_{k}"}),
            on=f"mmsi_{k}",
            how="left",
            maintain_order="left",
        )
    alone = (pl.col("truth_kind") == "chance") & (pl.col("event_type") == "solo")
    return frame.with_columns(
        pl.lit(result.seed, pl.Int64).alias("seed"),
        # What a ship alone truly does is its role.
        pl.when(alone).then("role_1").otherwise("truth_kind").fill_null("chance").alias("truth_kind"),
    )


def _with_event_type(events: pl.DataFrame) -> pl.DataFrame:
    """Events with `event_type`, for tables that do not have it: solo where one ship is named."""
    if "event_type" in events.columns:
        return events
    solo = pl.col("mmsi_2").is_null()
    return events.with_columns(event_type=pl.when(solo).then(pl.lit("solo")).otherwise(pl.lit("encounter")))


def _event_kinds(
    matched: pl.DataFrame, shown: pl.DataFrame, candidates: pl.DataFrame, truth: pl.DataFrame
) -> pl.DataFrame:
    """Precision, recall and calibration by kind of event; a transfer may be found by an event of any kind."""
    if not truth["kind"].eq("solo_transfer").any() and not matched["event_type"].eq("solo").any():
        return pl.DataFrame()
    hidden, seen = pl.col("kind") == "solo_transfer", pl.col("dark") == "none"
    illicit, keys = truth.filter("illicit"), ["seed", "truth_id"]
    rows = []
    for kind, of_kind in (
        ("encounter", ~hidden & seen),
        ("dark_encounter", ~hidden & ~seen),
        ("solo", hidden),
    ):
        true = illicit.filter(of_kind)
        events = matched.filter(pl.col("event_type") == kind)
        of_shown = shown.filter(pl.col("event_type") == kind)
        pairs = candidates.filter(pl.col("event_type") == kind)
        right = int(of_shown["illicit"].sum())
        low, high = wilson(right, of_shown.height)
        table = calibration_table(pairs["p_contact"].to_numpy(), pairs["contact"].to_numpy())
        rows.append(
            {
                "event_type": kind,
                "events": events.height,
                "shown": of_shown.height,
                "precision_shown": _share(right, of_shown.height),
                "low": low,
                "high": high,
                "transfers": true.height,
                "recall_listed": _share(true.join(matched, on=keys, how="semi").height, true.height),
                "recall_shown": _share(true.join(shown, on=keys, how="semi").height, true.height),
                "candidates": pairs.height,
                "brier": _brier(pairs),
                "worst_tenth_of_50": worst_tenth(table),
            }
        )
    return pl.DataFrame(rows)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _class() -> pl.Expr:
    """Class of a row of truth; where one side or both were dark, the place does not matter."""
    open_, crowd, one, both, hidden = (pl.lit(name) for name in CLASSES)
    return (
        pl.when(pl.col("kind") == "solo_transfer")
        .then(hidden)
        .when(pl.col("dark") == "both")
        .then(both)
        .when(pl.col("dark") == "one")
        .then(one)
        .when(pl.col("place") == "anchorage")
        .then(crowd)
        .otherwise(open_)
    )


def _ranking(matched: pl.DataFrame, truth: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """How each class ranks among all events that are not transfers; other classes do not count in its row."""
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
        ap_low, ap_high = _over_seas(events, of_class)
        shown_low, shown_high = wilson(hits, of_class.height)
        rows.append(
            {
                "class": name,
                "n": of_class.height,
                "average_precision": _precision(events, of_class),
                "ap_low": ap_low,
                "ap_high": ap_high,
                "shown": hits / of_class.height,
                "shown_low": shown_low,
                "shown_high": shown_high,
            }
        )
    shares = ("average_precision", "ap_low", "ap_high", "shown", "shown_low", "shown_high")
    return pl.DataFrame(rows, schema={"class": pl.String, "n": pl.Int64, **dict.fromkeys(shares, pl.Float64)})


def _precision(events: pl.DataFrame, truth: pl.DataFrame) -> float:
    return average_precision(
        events.select("seed", "score", "illicit", "truth_id").to_pandas(),
        truth.with_columns(illicit=pl.lit(value=True)).to_pandas(),
    )


def _over_seas(events: pl.DataFrame, truth: pl.DataFrame) -> tuple[float, float]:
    """95 % interval of the average precision by bootstrap over seas; NaN for a single sea."""
    seeds = truth["seed"].unique().sort().to_numpy()
    if len(seeds) < 2:
        return float("nan"), float("nan")
    parts = {s: (events.filter(pl.col("seed") == s), truth.filter(pl.col("seed") == s)) for s in seeds}
    rng = np.random.default_rng(0)
    precisions = []
    for _ in range(_RESAMPLES):
        # A sea that is drawn twice counts as two seas: each draw gets a seed of its own.
        drawn = [
            [part.with_columns(seed=pl.lit(k, pl.Int64)) for part in parts[s]]
            for k, s in enumerate(rng.choice(seeds, len(seeds)))
        ]
        precisions.append(_precision(pl.concat([e for e, _ in drawn]), pl.concat([t for _, t in drawn])))
    low, high = np.quantile(precisions, [0.025, 0.975])
    return float(low), float(high)


def _first(matched: pl.DataFrame) -> pl.DataFrame:
    first = matched.filter(pl.col("rank") <= FIRST)
    return (
        first.group_by("illicit", "truth_kind")
        .agg(pl.len().alias("events"))
        .sort("illicit", "events", "truth_kind", descending=[True, True, False])
    )


def _recall(
    truth: pl.DataFrame,
    matched: pl.DataFrame,
    shown: pl.DataFrame,
    *,
    by: tuple[str, ...] = ("illicit", "kind", "dark", "place"),
) -> pl.DataFrame:
    """Share of the rows of truth that is listed and shown, by some columns of TRUTH."""
    keys = ["seed", "truth_id"]
    found = {name: frame.select(keys).drop_nulls().unique().with_columns(pl.lit(value=True).alias(name))
             for name, frame in (("listed", matched), ("shown", shown))}  # fmt: skip
    rows = truth.join(found["listed"], on=keys, how="left").join(found["shown"], on=keys, how="left")
    kinds = (
        rows.group_by(*by)
        .agg(
            pl.len().alias("n"),
            pl.col("listed").fill_null(value=False).sum(),
            pl.col("shown").fill_null(value=False).sum(),
        )
        .sort(*by, descending=[name != "kind" for name in by])
    )
    intervals = [wilson(int(hits), int(n)) for hits, n in kinds.select("shown", "n").iter_rows()]
    return kinds.with_columns(
        (pl.col("shown") / pl.col("n")).alias("recall"),
        pl.Series("low", [low for low, _ in intervals], dtype=pl.Float64),
        pl.Series("high", [high for _, high in intervals], dtype=pl.Float64),
    )


def _false_events(matched: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    wrong = matched.filter(~pl.col("illicit"))
    best = wrong.group_by("truth_kind").agg(pl.len().alias("events"), pl.col("rank").min().alias("best_rank"))
    wrong_shown = shown.filter(~pl.col("illicit")).group_by("truth_kind").agg(pl.len().alias("shown"))
    return (
        best.join(wrong_shown, on="truth_kind", how="left")
        .with_columns(pl.col("shown").fill_null(0))
        .sort("shown", "truth_kind", descending=[True, False])
        .rename({"truth_kind": "look_alike"})
    )


def _hull_between(candidates: pl.DataFrame, truth: pl.DataFrame) -> pl.Series:
    """Pairs that do not touch but are made fast to the same third hull: neither in contact nor apart."""
    made_fast = truth.filter("contact").select("seed", "mmsi_1", "mmsi_2", "start_time", "end_time")
    both_orders = pl.concat(
        [made_fast, made_fast.rename({"mmsi_1": "mmsi_2", "mmsi_2": "mmsi_1"}).select(made_fast.columns)]
    )
    one, two = (
        both_orders.rename(
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


def _gfw_rule(results: Sequence[SeaResult], truth: pl.DataFrame) -> pl.DataFrame:
    schema = {"rule": pl.String, "encounters": pl.Int64, "precision": pl.Float64, "found": pl.Int64,
              "recall": pl.Float64}  # fmt: skip
    tried = [_matched(r, r.gfw_encounters) for r in results if r.gfw_encounters is not None]
    if not tried:
        return pl.DataFrame(schema=schema)
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
    return pl.DataFrame(rows, schema=schema)
