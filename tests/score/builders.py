"""Candidates and encounters with sensible values everywhere; a test names only what it is about."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stsdetect.schema import ENCOUNTERS, FEATURES
from tests.builders import at


def candidate(**columns: Any) -> pd.DataFrame:
    """One FEATURES row: two cargo ships alongside for six hours by day in an anchorage, all observed."""
    return candidates(columns)


def candidates(*rows: dict[str, Any]) -> pd.DataFrame:
    """Several such rows, each with its own columns."""
    return FEATURES.to_pandas(pd.DataFrame([_candidate(row) for row in rows]))


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


def encounter(start_s: float = 0.0, hours: float = 6.0, **columns: Any) -> pd.DataFrame:
    """One ENCOUNTERS row between 412000001 and 412000002 in the open sea."""
    row: dict[str, Any] = {
        "encounter_id": "a",
        "mmsi_1": 412_000_001,
        "mmsi_2": 412_000_002,
        "start_time": at(start_s),
        "end_time": at(start_s + hours * 3600),
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
