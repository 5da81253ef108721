"""A ship that sails to a quay or an anchorage, rests there and sails off, and rows of the tables of ports."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from stsdetect.geo.geodesy import move
from stsdetect.schema import BERTHS, PORT_VISITS
from stsdetect.units import KN_TO_MPS, S_PER_H
from tests.builders import at, fixes, points

H = S_PER_H
SHORE = (30.10, 121.85)
"""248 m from the shore of Zhoushan island, 18 km from the nearest port of the list."""
OFF_ZHAPU = (30.56, 121.20)
"""In the roads of Zhapu, 3 km from the shore."""
TO_SEA_DEG = 0.0  # course away from the shore


def call(
    mmsi: int = 1,
    rest_h: float = 6.0,
    *,
    arrive_h: float = 2.0,
    leave_h: float = 2.0,
    place: tuple[float, float] = SHORE,
    swing_m: float = 0.0,
    start_h: float = 0.0,
    step_s: float = 300.0,
    **columns: Any,
) -> pd.DataFrame:
    """POINTS of a ship that comes from the north at 10 kn, rests from `start_h` + `arrive_h` on, and returns."""
    t = np.arange(0.0, (arrive_h + rest_h + leave_h) * H + 1, step_s)
    before, after = np.maximum(arrive_h * H - t, 0.0), np.maximum(t - (arrive_h + rest_h) * H, 0.0)
    north = 10 * KN_TO_MPS * (before + after)
    rests = (before == 0) & (after == 0)
    # Back and forth once in an hour.
    north = north + swing_m * np.sin(2 * np.pi * t / H) * rests
    defaults = {"sog": np.where(rests, 0.0, 10.0), "cog": np.where(before > 0, 180.0, 0.0)}
    return points(fixes(mmsi, t + start_h * H, 0.0, north, place=place, **(defaults | columns)))


def between(frame: pd.DataFrame, start_h: float, end_h: float) -> pd.DataFrame:
    """The fixes of some hours."""
    return frame[(frame["timestamp"] >= at(start_h * H)) & (frame["timestamp"] <= at(end_h * H))]


def without(frame: pd.DataFrame, start_h: float, end_h: float) -> pd.DataFrame:
    """All fixes but those strictly between two hours."""
    return frame[(frame["timestamp"] <= at(start_h * H)) | (frame["timestamp"] >= at(end_h * H))]


def berth(place: tuple[float, float] = SHORE, kind: str = "berth", **columns: Any) -> pd.DataFrame:
    """One row of BERTHS."""
    row = {
        "berth_id": f"{kind}-{place[0]}-{place[1]}",
        "lat": place[0],
        "lon": place[1],
        "radius_m": 100.0 if kind == "berth" else 1000.0,
        "n_visits": 5,
        "n_ships": 5,
        "kind": kind,
    }
    return BERTHS.to_pandas(pd.DataFrame([row | columns]))


def visit(
    mmsi: int, start_h: float, end_h: float | None, *, last_h: float | None = None, **columns: Any
) -> pd.DataFrame:
    """One row of PORT_VISITS; `end_h` None: it is open."""
    last = last_h if end_h is None else end_h
    lat, lon = move(*SHORE, 0.0, 0.0)
    row = {
        "visit_id": f"visit-{mmsi}-{start_h}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "kind": "berth",
        "start_time": at(start_h * H),
        "end_time": pd.NaT if end_h is None else at(end_h * H),
        "lat": float(lat),
        "lon": float(lon),
        "dark_h": 0.0,
        "confidence": 4,
        "last_time": at((start_h if last is None else last) * H),
        "rest_h": 1.0,
        "n_stops": 1,
    }
    frame = pd.DataFrame([row | columns])
    return PORT_VISITS.to_pandas(frame.assign(end_time=pd.to_datetime(frame["end_time"], utc=True)))
