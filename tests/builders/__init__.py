"""Small tables by hand: where a ship was, in metres from a place, at seconds after an epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from stsdetect.geo.geodesy import move
from stsdetect.schema import IDENTITY, POINTS, POSITIONS, STATIC

EPOCH = pd.Timestamp("2019-08-14T00:00:00Z")
PLACE = (30.2, 122.6)
"""Open water off Hangzhou Bay."""


def at(seconds: float) -> pd.Timestamp:
    """The instant so many seconds after `EPOCH`."""
    return EPOCH + pd.Timedelta(seconds=seconds)


def fixes(
    mmsi: int,
    seconds: Any,
    east_m: Any = 0.0,
    north_m: Any = 0.0,
    *,
    place: tuple[float, float] = PLACE,
    **columns: Any,
) -> pd.DataFrame:
    """POSITIONS of one ship: `columns` gives sog, cog, heading, ... as one value or one per fix."""
    seconds = np.atleast_1d(np.asarray(seconds, dtype=float))
    lat, lon = move(
        place[0], place[1], np.broadcast_to(east_m, seconds.shape), np.broadcast_to(north_m, seconds.shape)
    )
    frame = pd.DataFrame(
        {
            "mmsi": mmsi,
            "timestamp": (EPOCH + pd.to_timedelta(seconds, unit="s")).astype("datetime64[ms, UTC]"),
            "lat": lat,
            "lon": lon,
            "ais_class": "A",
            "msg_type": 1,
            "source": "builders",
            **columns,
        }
    )
    return POSITIONS.to_pandas(frame)


def points(positions: pd.DataFrame) -> pd.DataFrame:
    """POINTS with one segment per MMSI, as if nothing had to be cleaned."""
    name = positions["mmsi"].astype(str)
    return POINTS.to_pandas(positions.assign(segment_id=name + "-0", vessel_id=name, quality_flags=0))


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    """Rows of several ships in one table."""
    return pd.concat(frames, ignore_index=True)


def static(
    mmsi: int, seconds: float = 0.0, *, loa_m: float | None = 100.0, beam_m: float = 16.0, **columns: Any
) -> pd.DataFrame:
    """One STATIC report; the antenna is on the centreline, 80 % of the length abaft the bow."""
    size = (
        {}
        if loa_m is None
        else {
            "to_bow": 0.8 * loa_m,
            "to_stern": 0.2 * loa_m,
            "to_port": beam_m / 2,
            "to_starboard": beam_m / 2,
        }
    )
    return STATIC.to_pandas(
        pd.DataFrame(
            {
                "mmsi": [mmsi],
                "timestamp": [at(seconds)],
                "ais_class": "A",
                "source": "builders",
                **size,
                **columns,
            }
        )
    )


def identity(*reports: pd.DataFrame) -> pd.DataFrame:
    """IDENTITY with one spell of 30 days per static report."""
    frame = together(*reports)
    return IDENTITY.to_pandas(
        frame.assign(
            vessel_id=frame["mmsi"].astype(str),
            start_time=frame["timestamp"],
            end_time=frame["timestamp"] + pd.Timedelta(days=30),
            n_reports=1,
            length_m=frame["to_bow"] + frame["to_stern"],
            width_m=frame["to_port"] + frame["to_starboard"],
            kind="ship",
            shared_mmsi=False,
        )
    )
