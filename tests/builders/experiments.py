"""Truth, events and ships by hand, and a small sea to train on; a test names only what it is about."""

from __future__ import annotations

import polars as pl

from stsdetect.experiments import SeaResult
from stsdetect.params import ModelParams
from stsdetect.schema import SHIPS, TRUTH
from stsdetect.simulation import SeaParams
from tests.builders import at

SMALL = SeaParams(
    hours=14.0,
    anchored=6,
    passing=0,
    fishing=0,
    open_transfers=2,
    crowd_transfers=2,
    tows=0,
    pilotages=0,
    trawler_pairs=0,
    close_neighbours=4,
    keep_every_s=120.0,
    no_size_share=0.0,
)
"""A sea that is simulated and searched in a second, with every kind of candidate."""

QUICK = ModelParams(trees=5, min_rows_per_leaf=2, folds=2)
"""A model that is fitted in a second."""


def truth(*rows: dict) -> pl.DataFrame:
    """TRUTH; `hours` gives start and end, all else an illicit transfer with contact in the open."""
    defaults = {
        "kind": "transfer", "lat": 30.0, "lon": 123.0, "illicit": True, "contact": True, "place": "open",
        "holding": "adrift", "orientation": "same", "dark": "none", "scenario": "made by hand",
    }  # fmt: skip
    return TRUTH.validate(pl.DataFrame([{**defaults, **without_hours(row)} for row in rows]))


def events(*rows: dict) -> pl.DataFrame:
    """Events of the high tier; `hours` gives start and end."""
    defaults = {"score": 0.9, "p_contact": 0.9, "tier": "high", "rank": 1}
    return pl.DataFrame([{**defaults, **without_hours(row)} for row in rows])


def ships(**hulls: int) -> pl.DataFrame:
    """SHIPS: `m2=1` is MMSI 2 on hull 1."""
    rows = [
        {
            "mmsi": int(name[1:]), "hull_id": hull, "kind": "barge", "role": "receiver", "ais_class": "A",
            "length_m": 80.0, "beam_m": 14.0, "shipname": "SIM", "start_time": at(0), "end_time": at(9e5),
        }
        for name, hull in hulls.items()
    ]  # fmt: skip
    return SHIPS.validate(pl.DataFrame(rows))


def result(rows_of_truth: pl.DataFrame, found: pl.DataFrame, seed: int = 0) -> SeaResult:
    """A sea of ten ships in which the events are the candidates and the encounters of the GFW rule as well."""
    fleet = ships(**{f"m{k}": k for k in range(1, 11)})
    far = pl.lit(value=True).alias("far_from_anchorages")
    return SeaResult(seed, rows_of_truth, fleet, found, found, found.with_columns(far))


def without_hours(row: dict) -> dict:
    first, last = row["hours"]
    rest = {name: value for name, value in row.items() if name != "hours"}
    return {**rest, "start_time": at(first * 3600), "end_time": at(last * 3600)}
