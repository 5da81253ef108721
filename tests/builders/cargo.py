"""Events, port visits, gaps and hidden calls of a few ships, complete; a test names only what it is about."""

from __future__ import annotations

from typing import Any

import polars as pl

from stsdetect.schema import (
    EVENTS,
    FEATURES,
    GAPS,
    HIDDEN_CALLS,
    IDENTITY,
    PORT_VISITS,
    SEGMENTS,
    STATIC,
    VOYAGES,
)
from tests.builders import PLACE, at
from tests.builders.score import feature_rows

H = 3600.0
MOTHER, BARGE, BARGE_2 = 445_000_001, 412_000_001, 412_000_002
ZHAPU, NAMPO = (30.59, 121.21), (38.72, 125.41)
"""A port of Hangzhou Bay, and one under embargo."""


def event(
    event_id: str, one: int, two: int | None, start_h: float, end_h: float, **columns: Any
) -> dict[str, Any]:
    """One event between two ships, by default certain and a transfer; for `event_tables`."""
    return {"event_id": event_id, "one": one, "two": two, "start_h": start_h, "end_h": end_h} | columns


def event_tables(*events: dict[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """EVENTS and FEATURES of some events."""
    shown, features = [], []
    for k, given in enumerate(events):
        columns = dict(given)
        event_id, one, two = (columns.pop(name) for name in ("event_id", "one", "two"))
        start_h, end_h = columns.pop("start_h"), columns.pop("end_h")
        p, category = columns.pop("p_contact", 1.0), columns.pop("category", "transfer")
        kind = "solo" if two is None else "encounter"
        where = {"lat": PLACE[0], "lon": PLACE[1]}
        shown.append(
            {
                "event_id": event_id,
                "event_type": kind,
                "source_id": f"source-{event_id}",
                "mmsi_1": one,
                "mmsi_2": two,
                "start_time": at(start_h * H),
                "end_time": at(end_h * H),
                "duration_h": end_h - start_h,
                **where,
                "p_contact": p,
                "context_score": 0.0,
                "data_quality": 1.0,
                "score": 0.5,
                "tier": "medium",
                "rank": k + 1,
                "category": category,
                "innocent_explanation": "",
                "model_id": "",
                "params_digest": "",
            }
        )
        features.append(
            {
                "source_id": f"source-{event_id}",
                "event_type": kind,
                "start_time": at(start_h * H),
                "duration_h": end_h - start_h,
                "p_contact": p,
                "mmsi_1": one,
                "mmsi_2": two,
                "vessel_id_1": str(one),
                "vessel_id_2": None if two is None else str(two),
                "flag_1": flag_of_mmsi(one),
                "flag_2": None if two is None else flag_of_mmsi(two),
            }
            | columns
        )
    if not shown:
        return EVENTS.optional(None), FEATURES.optional(None)
    return EVENTS.validate(_frame(EVENTS, shown)), feature_rows(*features)


def flag_of_mmsi(mmsi: int) -> str:
    """The flags that the ships of these tests have."""
    return {"445": "PRK", "412": "CHN", "413": "CHN"}.get(str(mmsi)[:3], "PAN")


def visits(*rows: dict[str, Any]) -> pl.DataFrame:
    """PORT_VISITS; each row from `visit`."""
    return PORT_VISITS.validate(_frame(PORT_VISITS, list(rows)))


def visit(mmsi: int, start_h: float, end_h: float | None, **columns: Any) -> dict[str, Any]:
    """A call at a berth of Zhapu, seen to arrive and to leave; `end_h` None: still there at the end."""
    hours = (start_h + 10.0 if end_h is None else end_h) - start_h
    row = {
        "visit_id": f"visit-{mmsi}-{start_h:g}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "port_id": "CNZPU",
        "port_name": "Zhapu",
        "country": "CHN",
        "kind": "berth",
        "start_time": at(start_h * H),
        "end_time": None if end_h is None else at(end_h * H),
        "last_time": at((start_h + hours) * H),
        "lat": ZHAPU[0],
        "lon": ZHAPU[1],
        "dark_h": 0.0,
        "confidence": 4,
        "rest_h": hours,
        "n_stops": 1,
    }
    return row | columns


def nampo(mmsi: int, start_h: float, end_h: float | None, **columns: Any) -> dict[str, Any]:
    """A call at a berth of a port under embargo."""
    where = {"port_id": "KPNAM", "port_name": "Nampo", "country": "PRK", "lat": NAMPO[0], "lon": NAMPO[1]}
    return visit(mmsi, start_h, end_h, **where | columns)


def gaps(*rows: dict[str, Any]) -> pl.DataFrame:
    """GAPS; each row from `gap`."""
    return GAPS.validate(_frame(GAPS, list(rows)))


def gap(mmsi: int, start_h: float, end_h: float, **columns: Any) -> dict[str, Any]:
    """A gap that was almost certainly a switch-off."""
    row = {
        "gap_id": f"gap-{mmsi}-{start_h:g}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "start_time": at(start_h * H),
        "end_time": at(end_h * H),
        "start_lat": PLACE[0],
        "start_lon": PLACE[1],
        "end_lat": PLACE[0],
        "end_lon": PLACE[1],
        "duration_h": end_h - start_h,
        "expected_reports": 100.0,
        "n_neighbours": 9,
        "log_lr_off": 30.0,
        "p_off": 0.98,
        "feed_outage": False,
        "in_port": False,
        "can_judge": True,
    }
    return row | columns


def hidden_calls(*rows: dict[str, Any]) -> pl.DataFrame:
    """HIDDEN_CALLS; each row from `hidden_call`."""
    return HIDDEN_CALLS.validate(_frame(HIDDEN_CALLS, list(rows)))


def hidden_call(mmsi: int, gap_start_h: float, p: float, **columns: Any) -> dict[str, Any]:
    """A call at Nampo that was possible in the gap that began then, a day after its start."""
    row = {
        "gap_id": f"gap-{mmsi}-{gap_start_h:g}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "port_id": "KPNAM",
        "port_name": "Nampo",
        "country": "PRK",
        "earliest_arrival": at((gap_start_h + 24.0) * H),
        "latest_departure": at((gap_start_h + 72.0) * H),
        "longest_stay_h": 48.0,
        "required_sog_kn": 8.0,
        "rank": 1,
        "p": p,
        "lat": NAMPO[0],
        "lon": NAMPO[1],
        "distance_in_m": 900_000.0,
        "distance_out_m": 900_000.0,
        "n_ports": 1,
    }
    return row | columns


def ships(*rows: dict[str, Any]) -> pl.DataFrame:
    """IDENTITY; each row from `ship`."""
    return IDENTITY.validate(_frame(IDENTITY, list(rows)))


def ship(
    mmsi: int, ship_type: int | None = 70, length_m: float | None = 100.0, **columns: Any
) -> dict[str, Any]:
    """One ship over 30 days, 20 m wide, without an IMO number: a barge, if it carries dry cargo."""
    row = {
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "start_time": at(0.0),
        "end_time": at(30 * 24 * H),
        "n_reports": 1,
        "ship_type": ship_type,
        "length_m": length_m,
        "width_m": 20.0,
        "ais_class": "A",
        "kind": "ship",
        "shared_mmsi": False,
    }
    return row | columns


def draughts(*reports: tuple[int, float, float]) -> pl.DataFrame:
    """STATIC reports: MMSI, hour, draught [m]."""
    rows = [{"mmsi": m, "timestamp": at(h * H), "draught": d, "source": ""} for m, h, d in reports]
    return STATIC.validate(_frame(STATIC, rows)).sort("mmsi", "timestamp", maintain_order=True)


def no_voyages() -> pl.DataFrame:
    """VOYAGES without rows."""
    return VOYAGES.optional(None)


def segments(*rows: dict[str, Any]) -> pl.DataFrame:
    """SEGMENTS; each row from `segment`."""
    return SEGMENTS.validate(_frame(SEGMENTS, list(rows)))


def segment(mmsi: int, start_h: float, end_h: float, **columns: Any) -> dict[str, Any]:
    """A track that begins and ends at the place of the events."""
    row = {
        "segment_id": f"{mmsi}-{start_h:g}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "start_time": at(start_h * H),
        "end_time": at(end_h * H),
        "n_points": 100,
        "start_lat": PLACE[0],
        "start_lon": PLACE[1],
        "end_lat": PLACE[0],
        "end_lon": PLACE[1],
        "distance_m": 0.0,
        "ais_class": "A",
        "kind": "ship",
        "quarantined": False,
        "close_reason": "end",
    }
    return row | columns


def _frame(table: Any, rows: list[dict[str, Any]]) -> pl.DataFrame:
    given = {name for row in rows for name in row}
    schema = {n: t for n, t in table.polars_schema.items() if n in given or not rows}
    return pl.DataFrame(rows, schema=schema)
