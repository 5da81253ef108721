"""Rows of GAPS, LOITERING and SEGMENTS, placed in nautical miles east and north of a place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from stsdetect.geo.geodesy import move
from stsdetect.schema import GAPS, LOITERING, SEGMENTS
from tests.builders import PLACE, at

NM = 1852.0
H = 3600.0
Miles = tuple[float, float]


def gap(
    mmsi: int,
    start_h: float,
    end_h: float,
    start: Miles = (0.0, 0.0),
    end: Miles | None = (0.0, 0.0),
    *,
    p_off: float = 0.9,
    place: tuple[float, float] = PLACE,
    **columns: Any,
) -> pd.DataFrame:
    """One row of GAPS; `end` None: the gap is open."""
    lat, lon = move(*place, start[0] * NM, start[1] * NM)
    back = (np.nan, np.nan) if end is None else move(*place, end[0] * NM, end[1] * NM)
    row = {
        "gap_id": f"gap-{mmsi}-{start_h}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "start_time": at(start_h * H),
        "end_time": pd.NaT if end is None else at(end_h * H),
        "start_lat": float(lat),
        "start_lon": float(lon),
        "end_lat": float(back[0]),
        "end_lon": float(back[1]),
        "duration_h": end_h - start_h,
        "expected_reports": 100.0,
        "n_neighbours": 5,
        "log_lr_off": 20.0,
        "p_off": p_off,
        "feed_outage": False,
        "in_port": False,
        "can_judge": True,
    }
    frame = pd.DataFrame([row | columns])
    return GAPS.to_pandas(frame.assign(end_time=pd.to_datetime(frame["end_time"], utc=True)))


def loitering(
    mmsi: int,
    start_h: float,
    end_h: float,
    where: Miles = (0.0, 0.0),
    *,
    place: tuple[float, float] = PLACE,
    **columns: Any,
) -> pd.DataFrame:
    """One row of LOITERING."""
    lat, lon = move(*place, where[0] * NM, where[1] * NM)
    row = {
        "loiter_id": f"loiter-{mmsi}-{start_h}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "segment_id": f"{mmsi}-0",
        "start_time": at(start_h * H),
        "end_time": at(end_h * H),
        "duration_h": end_h - start_h,
        "lat": float(lat),
        "lon": float(lon),
        "radius_m": 100.0,
        "mean_sog_kn": 0.1,
        "n_points": 100,
        "observed_fraction": 1.0,
    }
    return LOITERING.to_pandas(pd.DataFrame([row | columns]))


def segment(
    mmsi: int,
    start_h: float,
    end_h: float,
    *,
    east_m: float = 0.0,
    place: tuple[float, float] = PLACE,
    **columns: Any,
) -> pd.DataFrame:
    """One row of SEGMENTS of a ship that stays in one place."""
    lat, lon = (float(v) for v in move(*place, east_m, 0.0))
    row = {
        "segment_id": f"{mmsi}-0",
        "vessel_id": str(mmsi),
        "mmsi": mmsi,
        "start_time": at(start_h * H),
        "end_time": at(end_h * H),
        "n_points": 99,
        "start_lat": lat,
        "start_lon": lon,
        "end_lat": lat,
        "end_lon": lon,
        "distance_m": 0.0,
        "ais_class": "A",
        "kind": "ship",
        "quarantined": False,
        "close_reason": "end",
    }
    return SEGMENTS.to_pandas(pd.DataFrame([row | columns]))


def gaps_at_rest(log_lr: np.ndarray | list[float], **columns: Any) -> pd.DataFrame:
    """GAPS of six hours of ships at rest at sea, in a feed that can judge; `p_off` is 0.99 beyond 12 nats."""
    log_lr = np.asarray(log_lr, dtype=float)
    n = len(log_lr)
    fields = {
        "gap_id": [f"gap-{k}" for k in range(n)],
        "mmsi": 412_000_000 + np.arange(n),
        "vessel_id": "x",
        "start_time": at(0.0),
        "end_time": at(6 * H),
        "start_lat": 30.0,
        "start_lon": 122.0,
        "end_lat": 30.0,
        "end_lon": 122.0,
        "duration_h": 6.0,
        "distance_m": 100.0,
        "slack_h": 6.0,
        "start_sog_kn": 0.1,
        "expected_reports": 50.0,
        "n_neighbours": 8,
        "log_lr_off": log_lr,
        "p_off": np.where(log_lr >= 12, 0.99, 0.2),
        "feed_outage": False,
        "in_port": False,
        "can_judge": True,
    } | columns
    return GAPS.to_pandas(pd.DataFrame(fields, index=range(n)))
