"""Candidates of the score and the tables they are built from, complete; a test names only what it is about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.schema import DARK_ENCOUNTERS, ENCOUNTERS, FEATURES, GAPS, IDENTITY, LOITERING
from stsdetect.units import S_PER_H
from tests.builders import at, identity, static

A, B, C = 412_000_001, 412_000_002, 412_000_003

DARK = {
    "event_type": "dark_encounter",
    "dark_kind": "gap-loitering",
    "feasible_dwell_h": 4.4,
    "required_sog_kn": 3.0,
    "n_alternatives": 1,
}
"""What turns a candidate into a dark one: ship 1 in a gap, ship 2 at rest, one other ship that fits."""

SOLO = {
    "event_type": "solo",
    "solo_kind": "stop",
    "mmsi_2": None,
    "vessel_id_2": None,
    "shipname_2": None,
    "ship_type_2": None,
    "length_m_2": None,
    "median_hull_gap_m": None,
    "hull_gap_error_m": None,
    "sizes_known": None,
    "anchor_reading": "cannot_tell",
}
"""What turns a candidate into a solo one: a stop of ship 1, and a ship 2 that was never received."""


def candidate(**columns: Any) -> pd.DataFrame:
    """One FEATURES row: two cargo ships alongside for six hours by day in an anchorage, all observed."""
    return candidates(columns)


def candidates(*rows: dict[str, Any]) -> pd.DataFrame:
    """Several such rows, each with its own columns."""
    return FEATURES.to_pandas(feature_rows(*rows))


def feature_rows(*rows: dict[str, Any]) -> pl.DataFrame:
    """As `candidates`, as validated polars and in the order given; ten times as quick."""
    complete = [_candidate(row) for row in rows]
    given = set().union(*complete)
    types = {c: t for c, t in FEATURES.polars_schema.items() if c in given}
    return FEATURES.validate(pl.DataFrame(complete, schema=types))


def _candidate(columns: dict[str, Any]) -> dict[str, Any]:
    columns = dict(columns)
    start = columns.pop("start_time", pd.Timestamp("2019-08-14T01:00:00Z"))  # 09:09 local sun time
    hours = columns.setdefault("duration_h", 6.0)
    row: dict[str, Any] = {
        "source_id": "a",
        "event_type": "encounter",
        "start_time": start,
        "end_time": start + pd.Timedelta(hours=hours),
        "lat": 31.1,
        "lon": 122.7,
        "p_contact": 0.9,
        "median_hull_gap_m": 3.0,
        "hull_gap_error_m": 6.0,
        "observed_fraction": 1.0,
        "sizes_known": 2,
        "same_hull_suspected": False,
        "in_port": False,
        "in_anchorage": True,
        "anchorage_name": "Changjiangkou",
        "anchorage_use": "waiting",
        "shore_distance_m": 40_000.0,
        "on_land": False,
        "night_share": 0.0,
        "local_start_h": 9.15,
    }
    for ship in (1, 2):
        row |= {
            f"mmsi_{ship}": 412_000_000 + ship,
            f"vessel_id_{ship}": str(412_000_000 + ship),
            f"imo_{ship}": 9_074_729,
            f"imo_valid_{ship}": True,
            f"shipname_{ship}": f"SHIP {ship}",
            f"ship_type_{ship}": 70,
            f"length_m_{ship}": 90.0,
            f"flag_{ship}": "CHN",
            f"mid_{ship}": 412,
            f"ais_class_{ship}": "A",
            f"known_by_text_id_{ship}": False,
        }
    unknown = set(columns) - set(FEATURES.names)
    assert not unknown, unknown
    return row | columns


def swapped(rows: pl.DataFrame) -> pl.DataFrame:
    """FEATURES with ship 1 and ship 2 exchanged."""
    other = {"1": "2", "2": "1"}
    names = {c: c[:-1] + other[c[-1]] for c in rows.columns if c.endswith(("_1", "_2"))}
    return FEATURES.validate(rows.rename(names))


def encounter(start_s: float = 0.0, hours: float = 6.0, **columns: Any) -> pd.DataFrame:
    """One ENCOUNTERS row between 412000001 and 412000002 in the open sea."""
    row: dict[str, Any] = {
        "encounter_id": "a",
        "mmsi_1": 412_000_001,
        "mmsi_2": 412_000_002,
        "start_time": at(start_s),
        "end_time": at(start_s + hours * S_PER_H),
        "duration_h": hours,
        "lat": 30.2,
        "lon": 123.5,
        "min_hull_gap_m": 1.0,
        "median_hull_gap_m": 3.0,
        "hull_gap_error_m": 6.0,
        "rigidity": 5.0,
        "swing_deg": 60.0,
        "orientation": "same",
        "observed_fraction": 1.0,
        "median_sog_kn": 0.5,
        "max_sog_kn": 1.0,
        "sizes_known": 2,
        "same_hull_suspected": False,
        "category": "transfer",
        "n_in_group": 2,
        "headings_known": 2,
        "abreast": 1.0,
        "overlap_m": 60.0,
        "p_contact": 0.9,
    } | columns
    row.setdefault("vessel_id_1", str(row["mmsi_1"]))
    row.setdefault("vessel_id_2", str(row["mmsi_2"]))
    return ENCOUNTERS.to_pandas(pd.DataFrame([row]))


def dark_encounter(**columns: Any) -> pd.DataFrame:
    """One DARK_ENCOUNTERS row: `A` in the gap g0 for six hours, `B` at rest in l0."""
    row = {
        "dark_id": "d",
        "kind": "gap-loitering",
        "mmsi_1": A,
        "mmsi_2": B,
        "vessel_id_1": str(A),
        "vessel_id_2": str(B),
        "gap_id_1": "g0",
        "loiter_id_2": "l0",
        "start_time": at(0),
        "end_time": at(21_600),
        "lat": 30.2,
        "lon": 123.5,
        "feasible_dwell_h": 6.0,
        "required_sog_kn": 3.0,
        "area_km2": 5.0,
        "n_alternatives": 2,
        "rank_for_gap": 1,
        "p_off": 0.9,
        "p_contact": 0.3,
    } | columns
    return DARK_ENCOUNTERS.to_pandas(pd.DataFrame([row]))


def gap(start_s: float, hours: float, mmsi: int = A, **columns: Any) -> pd.DataFrame:
    """One GAPS row of a likely switch-off, judged by twelve neighbours."""
    row = {
        "gap_id": f"g{start_s}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "start_time": at(start_s),
        "end_time": at(start_s + hours * S_PER_H),
        "start_lat": 30.2,
        "start_lon": 123.5,
        "duration_h": hours,
        "expected_reports": 50.0,
        "n_neighbours": 12,
        "log_lr_off": 5.0,
        "p_off": 0.9,
        "feed_outage": False,
        "in_port": False,
        "can_judge": True,
    } | columns
    return GAPS.to_pandas(pd.DataFrame([row]))


def identity_spell(mmsi: int, start_s: float, end_s: float, **columns: Any) -> pd.DataFrame:
    """One IDENTITY row: what an MMSI broadcast from one instant to another."""
    frame = identity(static(mmsi, start_s, **columns))
    return IDENTITY.to_pandas(frame.assign(end_time=at(end_s), vessel_id=columns.get("vessel_id", str(mmsi))))


def loitering(mmsi: int, start_s: float, hours: float, lat: float, lon: float) -> pd.DataFrame:
    """One LOITERING row of a ship at rest."""
    row = {
        "loiter_id": f"l{start_s}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "segment_id": "s",
        "start_time": at(start_s),
        "end_time": at(start_s + hours * S_PER_H),
        "duration_h": hours,
        "lat": lat,
        "lon": lon,
        "radius_m": 50.0,
        "mean_sog_kn": 0.1,
        "n_points": 99,
        "observed_fraction": 0.8,
    }
    return LOITERING.to_pandas(pd.DataFrame([row]))


def one_side(side: int = 1, **columns: Any) -> pl.DataFrame:
    """Side 1 or 2 of a six-hour candidate `a` of `A` and `B`, as the features of one ship take it."""
    own, other = (A, B) if side == 1 else (B, A)
    row = {
        "source_id": "a",
        "start_time": at(0),
        "end_time": at(6 * S_PER_H),
        "mmsi": own,
        "vessel_id": str(own),
        "partner_id": str(other),
    } | columns
    frame = pl.DataFrame(pd.DataFrame([row]))
    return frame.with_columns(pl.col("start_time", "end_time").cast(pl.Datetime("ms", "UTC")))


def encounters_by_gap(n: int = 600, seed: int = 1) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Encounters whose true contact depends on the hull gap alone, the truth, and which of six seas each is of."""
    rng = np.random.default_rng(seed)
    rows = pl.concat([ENCOUNTERS.validate(encounter())] * n)
    hull_gap = rng.uniform(0.0, 60.0, n)
    contact = rng.random(n) < 1.0 / (1.0 + np.exp((hull_gap - 20.0) / 4.0))
    rows = rows.with_columns(
        median_hull_gap_m=pl.Series(hull_gap),
        min_hull_gap_m=pl.Series(hull_gap),
        rigidity=pl.Series(rng.normal(0, 5, n)),
    )
    return rows, contact, rng.integers(0, 6, n)


def dark_candidates(*rows: dict[str, Any]) -> pl.DataFrame:
    """Candidates of the gap `g` with support 0 and a certain switch-off; each row says what differs."""
    shared = {"event_type": "dark_encounter", "dark_kind": "gap-loitering", "gap_id_1": "g", "p_off": 1.0,
              "support": 0.0}  # fmt: skip
    return feature_rows(*({**shared, "source_id": f"{k:06}", **row} for k, row in enumerate(rows)))
