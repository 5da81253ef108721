"""Run the detector on a dump with encounters planted in it: what it finds, and where it loses the others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from stsdetect.engine import LocalEngine
from stsdetect.experiments.planted.planted_encounters import plant
from stsdetect.experiments.planted.real_feed import read_feed
from stsdetect.experiments.truth_matching import match_events
from stsdetect.params import Params
from stsdetect.pipeline.datasets import bucket_file, scan_dataset, write_table
from stsdetect.pipeline.run import open_run
from stsdetect.pipeline.run_folder import read_tables
from stsdetect.pipeline.stages import detect_stage, score_stage, tracks_stage
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    EVENTS,
    GAPS,
    LOITERING,
    POSITIONS,
    SOLO_STOPS,
    STATIC,
)

SHOWN = ("medium", "high")
ONE_SIDED = ("dark_encounter", "solo")

_KEPT = ("run.json", "rejects.parquet")
_EVENT_COLUMNS = ("tier", "score", "p_contact", "category", "event_type")


class PlantedResult(NamedTuple):
    """What was planted into a feed and what the detector made of it."""

    encounters: pl.DataFrame
    """One row per planted encounter: what was drawn, its best event, and `traces` of it in each table."""
    listed: pl.DataFrame
    """Dark and solo events of the feed as it is, which are taken to be false."""
    added: pl.DataFrame
    """Dark and solo events about nothing planted, which the feed lists with plants only."""
    ship_days: float
    undecided: dict[str, str]
    """Why the feed decides nothing about a kind, by kind; empty where it decides."""

    @property
    def false_per_1000_ship_days(self) -> float:
        """Dark and solo events listed per 1,000 ship-days of the feed as it is."""
        return 1000.0 * len(self.listed) / self.ship_days

    def by_kind(self) -> pl.DataFrame:
        """Planted, found and shown encounters of each kind, and the mean `p_contact` of those found."""
        if self.encounters.is_empty():
            return pl.DataFrame()
        kinds = self.encounters.group_by("kind", maintain_order=True).agg(
            planted=pl.len(),
            found=pl.col("tier").is_not_null().sum(),
            shown=pl.col("tier").is_in(SHOWN).sum(),
            mean_p_contact=pl.col("p_contact").mean().round(2),
        )
        return kinds.with_columns(decided=~pl.col("kind").is_in(list(self.undecided)))


def find_planted(
    run: Path, work: Path, *, seed: int, per_kind: int = 4, params: Params | None = None
) -> PlantedResult:
    """Plant encounters into the dump of a finished run, run the detector again and compare.

    Parameters
    ----------
    run : Path
        Folder of a finished run on the dump as it is.
    work : Path
        Folder for the run on the dump with the plants; made new.
    seed : int
        What is planted.
    per_kind : int
        Most encounters of each kind.
    params : Params, optional
        Parameters of the detector; those of `run` by default.

    Returns
    -------
    PlantedResult
    """
    positions = POSITIONS.validate(scan_dataset(POSITIONS, run / "positions").collect())
    static = STATIC.validate(scan_dataset(STATIC, run / "static").collect())
    feed = read_feed(positions)
    planting = plant(feed, positions, static, seed=seed, per_kind=per_kind)
    one_sided = pl.col("event_type").is_in(ONE_SIDED)
    before = read_tables(run, EVENTS)["events"]
    listed, undecided = before.filter(one_sided), feed.undecided()
    if planting.plan.is_empty():
        none = before.clear().with_columns(names_invented=pl.lit(value=False))
        return PlantedResult(planting.plan, listed, none, feed.ship_days, undecided)
    folder = _detected(run, work, planting.positions, planting.static, params)
    matched = match_events(read_tables(folder, EVENTS)["events"], planting.truth)
    about = pl.col("truth_id").is_not_null() & ((pl.col("event_type") != "solo") | pl.col("contact"))
    best = (
        matched.filter(about)
        .sort("score", descending=True, maintain_order=True)
        .unique("truth_id", keep="first", maintain_order=True)
        .select("truth_id", *_EVENT_COLUMNS)
    )
    encounters = planting.plan.join(best, on="truth_id", how="left", maintain_order="left").join(
        _traces_of(folder, planting.truth), on="truth_id", maintain_order="left"
    )
    invented = planting.plan["invented"].drop_nulls()
    added = matched.filter(one_sided & ~about).join(
        before, on=["event_type", "mmsi_1", "mmsi_2"], how="anti", nulls_equal=True, maintain_order="left"
    )
    names = [pl.col(c).is_in(invented.implode()).fill_null(value=False) for c in ("mmsi_1", "mmsi_2")]
    added = added.with_columns(names_invented=pl.any_horizontal(names))
    return PlantedResult(encounters, listed, added, feed.ship_days, undecided)


def to_markdown(name: str, result: PlantedResult) -> str:
    """One row per kind of a feed, as a Markdown table without its head."""
    rows = []
    for row in result.by_kind().iter_rows(named=True):
        p = "" if row["mean_p_contact"] is None else f"{row['mean_p_contact']:.2f}"
        kind = row["kind"].replace("_", "-")
        decided = "yes" if row["decided"] else "no"
        rows.append(
            f"| {name} | {kind} | {decided} | {row['planted']} | {row['found']} | {row['shown']} | {p} |"
        )
    return "\n".join(rows)


def _detected(
    run: Path, work: Path, positions: pl.DataFrame, static: pl.DataFrame, params: Params | None
) -> Path:
    """A run folder with these positions, taken through every stage up to the score."""
    work.mkdir(parents=True)
    for name in _KEPT:
        if (run / name).exists():
            shutil.copy(run / name, work / name)
    write_table(POSITIONS, positions, work / "positions" / bucket_file(0))
    write_table(STATIC, static, work / "static" / bucket_file(0))
    with LocalEngine(workers=1) as engine:
        state = open_run(work, params=params, engine=engine)
        tracks_stage(state, max_reject_share=1.0)
        detect_stage(state)
        score_stage(state)
    return work


def _traces_of(folder: Path, truth: pl.DataFrame) -> pl.DataFrame:
    """`truth_id traces`: how far each encounter came, in words with the numbers that decided."""
    tables = read_tables(folder, ENCOUNTERS, DARK_ENCOUNTERS, GAPS, LOITERING, SOLO_STOPS)
    rows = [
        {"truth_id": row["truth_id"], "traces": "; ".join(_traces(tables, row))}
        for row in truth.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema={"truth_id": pl.String, "traces": pl.String})


def _traces(tables: dict[str, pl.DataFrame], row: dict[str, Any]) -> list[str]:
    """What each table holds of one encounter."""
    pair = [m for m in (row["mmsi_1"], row["mmsi_2"]) if m is not None]
    overlaps = (pl.col("start_time") <= row["end_time"]) & (pl.col("end_time") >= row["start_time"])
    both = pl.all_horizontal(pl.col(c).is_in(pair) for c in ("mmsi_1", "mmsi_2"))
    own = pl.col("mmsi").is_in(pair)
    out = []
    if row["scenario"] != "solo":
        out.append(_best(tables["encounters"].filter(both & overlaps), "encounter", ("p_contact",)))
    if row["scenario"] == "half_dark":
        off = pl.col("mmsi") == row["mmsi_1"]
        out.append(_best(tables["gaps"].filter(off & overlaps), "gap", ("p_off", "duration_h"), "p_off"))
        dark = tables["dark_encounters"].filter(both & overlaps)
        out.append(_best(dark, "dark encounter", ("p_contact",)))
    if row["scenario"] != "seen":
        out.append(_best(tables["loitering"].filter(own & overlaps), "stop", ("duration_h",), "duration_h"))
        solo = tables["solo_stops"].filter(own & overlaps)
        reading = ("p_contact", "anchor_reading", "log_lr_borrowed", "n_neighbours", "swing_deg")
        out.append(_best(solo, "solo stop", reading))
    return out


def _best(rows: pl.DataFrame, name: str, columns: tuple[str, ...], by: str = "p_contact") -> str:
    """The best row in words, or that there is none."""
    if rows.is_empty():
        return f"no {name}"
    best = rows.sort(by, descending=True, nulls_last=True, maintain_order=True).row(0, named=True)
    values = (best[c] for c in columns)
    texts = (
        f"{c} {v:.2f}" if isinstance(v, float) else f"{c} {v}" for c, v in zip(columns, values, strict=True)
    )
    return f"{name} ({', '.join(texts)})"
