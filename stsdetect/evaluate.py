"""How good the events are: simulated seas with known truth, matched, counted and written down, good or bad.

Figures hold for these seas. They say how the parts behave with known truth, not how many transfers a real sea
hides.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.context import load_context
from stsdetect.detect import find_encounters
from stsdetect.engine import LocalEngine
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import EncounterParams, Params
from stsdetect.pipeline.run import decode_into, open_run
from stsdetect.pipeline.stages import detect_stage, score_stage, tracks_stage
from stsdetect.progress import Progress, silent
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    EVENTS,
    IDENTITY,
    POINTS,
    SEGMENTS,
    SHIPS,
    STATIC,
    TRUTH,
)
from stsdetect.score import load_model
from stsdetect.score.figures import calibration_table, ranking_precision, wilson
from stsdetect.simulate import Sea, SeaParams, simulate, vary, write_sea

__all__ = [
    "Evaluation",
    "SeaResult",
    "calibration_table",
    "compare",
    "evaluate",
    "match_events",
    "ranking_precision",
    "run_on",
    "wilson",
]

SHOWN_TIERS = ("high", "medium")
"""Tiers that count as found: what an analyst is asked to look at first."""

_NEUTRAL = ("same_raft",)
"""Pairs that belong to an illicit raft without touching: neither hits nor false events in the ranking."""

_SLACK_H = 1.0  # an event that ends an hour before or after its truth is still about it
_GFW_ANCHORAGE_M = 10_000.0
_MAX_REJECT_SHARE = 0.5


class Evaluation(NamedTuple):
    """Figures over several seas."""

    summary: dict[str, float]
    """Seas, hours, events shown, precision, average precision, Brier score."""
    recall: pd.DataFrame
    """One row a class of truth: n, shown, listed at all, recall and its 95 % interval."""
    false_events: pd.DataFrame
    """One row a look-alike class: events shown, and the best rank that one had in any sea."""
    calibration: pd.DataFrame
    """One row a tenth of p_contact: pairs, mean p, share in contact and its 95 % interval."""
    rival: pd.DataFrame
    """The GFW rule on the same seas: encounters, truth rows found, precision, recall."""
    matched: pd.DataFrame
    """Every event with the truth it matched, for digging."""

    def to_markdown(self) -> str:
        """All tables as text for a README."""
        head = "\n".join(f"- {name.replace('_', ' ')}: {value:.4g}" for name, value in self.summary.items())
        parts = [head]
        for name, frame in (
            ("Recall by class of truth", self.recall),
            ("Events shown that are no illicit transfer", self.false_events),
            ("Calibration of p_contact", self.calibration),
            ("Beside the GFW rule", self.rival),
        ):
            parts.append(f"**{name}**\n\n{_markdown(frame)}")
        return "\n\n".join(parts) + "\n"


class SeaResult(NamedTuple):
    """One sea and what was found in it."""

    seed: int
    truth: pd.DataFrame
    ships: pd.DataFrame
    events: pd.DataFrame
    candidates: pd.DataFrame
    """Encounters and dark encounters with their p_contact."""
    rival: pd.DataFrame
    """Encounters by the GFW rule, with `far_from_anchorages`."""


def evaluate(
    seeds: Iterable[int],
    *,
    sea: str | SeaParams = "rich",
    varied: bool = False,
    families: Sequence[str] | None = None,
    params: Params | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> Evaluation:
    """Simulate a sea a seed, run the whole path on its dump, and compare with the truth.

    Parameters
    ----------
    seeds : iterable of int
        One sea each.
    sea : str or SeaParams
        Preset or parameters.
    varied : bool
        Draw each sea's parameters from wide ranges around `sea`, see `stsdetect.simulate.vary`.
    families : sequence of str, optional
        Families to vary; all by default.
    params : Params, optional
        Parameters of the detector.
    workers : int
        Processes of each run.
    progress : Progress
        Told after each sea.

    Returns
    -------
    Evaluation
    """
    seeds = list(seeds)
    results = []
    for k, seed in enumerate(seeds):
        made = simulate(seed=seed, sea=vary(seed, base=sea, only=families) if varied else sea)
        results.append(run_on(made, params=params or Params(), workers=workers))
        progress(k + 1, len(seeds), "evaluate")
    return compare(results)


def run_on(sea: Sea, *, params: Params, workers: int = 1) -> SeaResult:
    """Write a sea's dump, run every stage but the report on it, and keep what the comparison needs."""
    with tempfile.TemporaryDirectory(prefix="stsdetect-evaluate-") as name:
        folder = Path(name)
        write_sea(sea, folder / "sea")
        decode_into(folder / "sea" / "sea.nmea", folder / "run", params=params, workers=workers)
        with LocalEngine(workers=workers) as engine:
            run = open_run(folder / "run", params=params, engine=engine)
            tracks_stage(run, max_reject_share=_MAX_REJECT_SHARE)
            detect_stage(run)
            score_stage(run)
        events = EVENTS.read_parquet(folder / "run" / "events.parquet")
        tables = {
            t.name: t.scan(folder / "run" / f"{t.name}.parquet")
            for t in (ENCOUNTERS, DARK_ENCOUNTERS, IDENTITY, SEGMENTS)
        }
        points, static = POINTS.scan(folder / "run" / "points"), STATIC.scan(folder / "run" / "static")
    keep = ["mmsi_1", "mmsi_2", "start_time", "end_time", "p_contact"]
    dark = tables["dark_encounters"]
    dark = dark.with_columns(p_contact=load_model().p_dark(dark["p_contact"].to_numpy()))
    candidates = pl.concat([tables["encounters"].select(keep), dark.select(keep)])
    rival = find_encounters(
        points, tables["identity"], static, segments=tables["segments"], params=EncounterParams.gfw()
    )
    return SeaResult(sea.seed, sea.truth, sea.ships, events, candidates.to_pandas(), _with_distance(rival))


def compare(results: Sequence[SeaResult]) -> Evaluation:
    """Figures over several seas, each with what was found in it."""
    matched = pl.concat([_matched(r.seed, r.events, r) for r in results])
    matched = matched.filter(~pl.col("truth_kind").is_in(_NEUTRAL))
    candidates = pl.concat([_matched(r.seed, r.candidates, r) for r in results])
    truth = pl.concat([TRUTH.validate(r.truth).with_columns(seed=pl.lit(r.seed, pl.Int64)) for r in results])
    rafted = _hull_between(candidates, truth)
    apart = candidates.filter(~rafted)
    shown = matched.filter(pl.col("tier").is_in(SHOWN_TIERS))
    hits = int(shown["illicit"].sum())
    summary = {
        "seas": float(len(results)),
        "true_illicit_transfers": float(truth["illicit"].sum()),
        "events": float(matched.height),
        "events_shown": float(shown.height),
        "precision_shown": hits / shown.height if shown.height else float("nan"),
        "precision_shown_low": wilson(hits, shown.height)[0],
        "precision_shown_high": wilson(hits, shown.height)[1],
        "average_precision": ranking_precision(matched.to_pandas(), truth.to_pandas()),
        "brier": _brier(apart),
        "raft_pairs_left_out_of_calibration": float(rafted.sum()),
    }
    return Evaluation(
        summary,
        _recall(truth, matched, shown),
        _false_events(matched, shown),
        calibration_table(apart["p_contact"].to_numpy(), apart["contact"].to_numpy()),
        _rival(results, truth),
        matched.to_pandas(),
    )


def match_events(events: Any, truth: Any, ships: Any = None) -> pd.DataFrame:
    """Find the truth that each event is about.

    An event is about a row of truth when both name the same two ships, or other sets on the same hulls, at
    times that overlap or lie within an hour; of several rows the one with the longest overlap counts.

    Parameters
    ----------
    events : frame
        `mmsi_1 mmsi_2 start_time end_time` and anything else.
    truth : TRUTH frame
        What happened.
    ships : SHIPS frame, optional
        Which numbers share a hull.

    Returns
    -------
    pandas.DataFrame
        The events in their order with `truth_id`, `truth_kind`, `illicit`, `contact`; without a fit: null,
        `same_hull` or `chance`, False and False.
    """
    events = pd.DataFrame(events)
    about = _about(pl.DataFrame(events), truth, ships).to_pandas().set_index(events.index)
    matched: pd.DataFrame = pd.concat([events, about], axis=1)
    return matched


def _about(events: pl.DataFrame, truth: Any, ships: Any) -> pl.DataFrame:
    """The columns that `match_events` adds, in the events' order."""
    rows = events.select("mmsi_1", "mmsi_2", "start_time", "end_time").with_row_index("event_row")
    truth = TRUTH.validate(truth)
    hulls = _hulls(rows, truth, ships)
    pairs = _with_hulls(rows, hulls)
    known = _with_hulls(truth, hulls).rename({"start_time": "true_start", "end_time": "true_end"})
    slack = pl.duration(minutes=int(60 * _SLACK_H))
    fits = (
        pairs.join(known.drop("mmsi_1", "mmsi_2"), on=["hull_1", "hull_2"], how="inner")
        .filter(
            (pl.col("start_time") <= pl.col("true_end") + slack)
            & (pl.col("end_time") >= pl.col("true_start") - slack)
        )
        .with_columns(
            overlap=pl.min_horizontal("end_time", "true_end") - pl.max_horizontal("start_time", "true_start")
        )
        .sort("event_row", "overlap", "truth_id", descending=[False, True, False])
        .unique("event_row", keep="first", maintain_order=True)
        .select("event_row", "truth_id", pl.col("kind").alias("truth_kind"), "illicit", "contact")
    )
    one_hull = pairs.filter(pl.col("hull_1") == pl.col("hull_2"))["event_row"].unique()
    by_chance = (
        pl.when(pl.col("event_row").is_in(one_hull.implode()))
        .then(pl.lit("same_hull"))
        .otherwise(pl.lit("chance"))
    )
    return (
        rows.select("event_row")
        .join(fits, on="event_row", how="left", maintain_order="left")
        .select(
            "truth_id",
            pl.coalesce("truth_kind", by_chance).alias("truth_kind"),
            pl.col("illicit").fill_null(value=False),
            pl.col("contact").fill_null(value=False),
        )
    )


def _hulls(rows: pl.DataFrame, truth: pl.DataFrame, ships: Any) -> pl.DataFrame:
    """Number to hull; a number that is in no list of ships is a hull of its own."""
    numbers = pl.concat([frame[name] for frame in (rows, truth) for name in ("mmsi_1", "mmsi_2")]).unique()
    own = pl.DataFrame({"mmsi": numbers, "hull": -numbers})
    if ships is None:
        return own
    listed = SHIPS.validate(ships).select("mmsi", pl.col("hull_id").alias("hull")).unique()
    return pl.concat([listed, own.join(listed, on="mmsi", how="anti")])


def _with_hulls(frame: pl.DataFrame, hulls: pl.DataFrame) -> pl.DataFrame:
    """Rows with their pair of hulls, the smaller first; several where a number is shared."""
    one, two = (hulls.rename({"mmsi": f"mmsi_{k}", "hull": f"h_{k}"}) for k in (1, 2))
    return (
        frame.join(one, on="mmsi_1")
        .join(two, on="mmsi_2")
        .with_columns(hull_1=pl.min_horizontal("h_1", "h_2"), hull_2=pl.max_horizontal("h_1", "h_2"))
        .drop("h_1", "h_2")
    )


def _matched(seed: int, events: pd.DataFrame, result: SeaResult) -> pl.DataFrame:
    frame = pl.DataFrame(events)
    frame = frame.hstack(_about(frame, result.truth, result.ships))
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


def _with_distance(rival: pd.DataFrame) -> pd.DataFrame:
    """Say which encounters lie 10 km and more from the bundled anchorages, as the GFW rule demands."""
    boxes = load_context().anchorages.geometry.bounds.to_numpy()
    lat, lon = rival["lat"].to_numpy()[:, None], rival["lon"].to_numpy()[:, None]
    near_lon, near_lat = np.clip(lon, boxes[:, 0], boxes[:, 2]), np.clip(lat, boxes[:, 1], boxes[:, 3])
    metres = distance_m(lat, lon, near_lat, near_lon)
    return rival.assign(far_from_anchorages=(metres >= _GFW_ANCHORAGE_M).all(axis=1).tolist())


def _rival(results: Sequence[SeaResult], truth: pl.DataFrame) -> pd.DataFrame:
    matched = pl.concat([_matched(r.seed, r.rival, r) for r in results])
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


def _markdown(frame: pd.DataFrame) -> str:
    def cell(value: Any) -> str:
        if not isinstance(value, float):
            return str(value)
        return f"{value:.2f}" if np.isfinite(value) else ""

    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    lines += ["| " + " | ".join(cell(v) for v in row) + " |" for row in frame.itertuples(index=False)]
    return "\n".join(lines)
