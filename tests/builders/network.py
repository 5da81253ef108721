"""Events, tracks and identities of a few vessels, for the network."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stsdetect.schema import EVENTS, PORT_VISITS, SEGMENTS
from stsdetect.units import S_PER_H
from tests.builders import at
from tests.builders.report import filled
from tests.builders.score import A, B

H = S_PER_H


def event(event_id: str, mmsi_1: int = A, mmsi_2: int | None = B, **columns: Any) -> pd.DataFrame:
    """One EVENTS row: an encounter of six hours, 0.9 likely, tier low."""
    start_h = columns.pop("start_h", 0.0)
    hours = columns.setdefault("duration_h", 6.0)
    row = {
        "event_id": event_id,
        "event_type": "encounter",
        "source_id": event_id,
        "mmsi_1": mmsi_1,
        "mmsi_2": mmsi_2,
        "start_time": at(start_h * H),
        "end_time": at((start_h + hours) * H),
        "lat": 30.2,
        "lon": 122.6,
        "p_contact": 0.9,
        "score": 0.4,
        "tier": "low",
        "rank": 1,
        "category": "transfer",
    } | columns
    return filled(EVENTS, pd.DataFrame([row]))


def segment(mmsi: int, start_h: float = 0.0, end_h: float = 24.0, **columns: Any) -> pd.DataFrame:
    """One SEGMENTS row of a ship with a hundred fixes over 10 km."""
    row = {
        "segment_id": f"{mmsi}-{start_h:g}",
        "vessel_id": str(mmsi),
        "mmsi": mmsi,
        "start_time": at(start_h * H),
        "end_time": at(end_h * H),
        "n_points": 100,
        "distance_m": 10_000.0,
        "ais_class": "A",
        "kind": "ship",
        "quarantined": False,
    } | columns
    return filled(SEGMENTS, pd.DataFrame([row]))


def visit(visit_id: str, mmsi: int = A, **columns: Any) -> pd.DataFrame:
    """One PORT_VISITS row: twelve hours at a berth in Zhapu."""
    start_h = columns.pop("start_h", 30.0)
    row = {
        "visit_id": visit_id,
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "port_id": "zhapu",
        "port_name": "Zhapu",
        "kind": "berth",
        "start_time": at(start_h * H),
        "end_time": at((start_h + 12.0) * H),
        "last_time": at((start_h + 12.0) * H),
        "lat": 30.59,
        "lon": 121.21,
        "confidence": 4,
        "rest_h": 12.0,
        "berth_h": 12.0,
        "n_stops": 1,
    } | columns
    return filled(PORT_VISITS, pd.DataFrame([row]))
