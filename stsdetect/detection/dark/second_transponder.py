"""A second transponder on the hull in the gap: it is received during the gap, and starts and ends beside it.

A genuine second vessel does not start transmitting beside one whose gap begins and stop beside it just as the
gap ends. Where the gap has no end, a transponder that starts beside its beginning has taken over for good.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.geo.neighbours import pairs_within
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, MS_PER_H, S_PER_H, S_PER_MIN

_ENDS = ("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon")


def second_transponders(gaps: pl.DataFrame, segments: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """Find segments that begin where and when a gap begins, and end where and when it ends, if it does.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap_id, start_h, end_h`` [h], ``start_lat, start_lon, end_lat, end_lon`` [deg], ``max_sog_kn``:
        highest speed of the vessel [kn].
    segments : polars.DataFrame
        Validated SEGMENTS.
    params : DarkParams
        `max_handover_min` and `handover_m`: how far apart the ends may be.

    Returns
    -------
    polars.DataFrame
        ``gap_id, segment_id``.

    Examples
    --------
    >>> from stsdetect.schema import SEGMENTS
    >>> gap = pl.DataFrame({"gap_id": ["g"], "max_sog_kn": [12.0], **dict.fromkeys(_ENDS, [0.0])})
    >>> second_transponders(gap, SEGMENTS.optional(None), DarkParams()).height
    0
    """
    handover_h = params.max_handover_min * S_PER_MIN / S_PER_H
    tracks = segments.select(
        pl.col("start_lat", "start_lon", "end_lat", "end_lon").name.prefix("track_"),
        segment_id="segment_id",
        track_start_h=pl.col("start_time").dt.epoch("ms") / MS_PER_H,
        track_end_h=pl.col("end_time").dt.epoch("ms") / MS_PER_H,
    )
    fastest_kn = gaps["max_sog_kn"].to_numpy().max(initial=0.0)
    # Searches by times and first position, each in units of the largest allowed difference.
    farthest_m = params.handover_m + handover_h * S_PER_H * KN_TO_MPS * fastest_kn
    is_open = gaps["end_lat"].cast(pl.Float64).is_null()
    parts = [
        _pairs(gaps.filter(~is_open), tracks, ("start_h", "end_h"), handover_h, farthest_m),
        _pairs(gaps.filter(is_open), tracks, ("start_h",), handover_h, farthest_m),
    ]
    pairs = pl.concat(parts)
    is_open = pairs["end_lat"].is_null()
    found = pairs.filter(_beside("start", pairs, params) & (is_open | _beside("end", pairs, params)))
    return found.select("gap_id", "segment_id").sort("gap_id", "segment_id", maintain_order=True)


def _pairs(
    gaps: pl.DataFrame, tracks: pl.DataFrame, times: tuple[str, ...], handover_h: float, farthest_m: float
) -> pl.DataFrame:
    """Gaps and tracks side by side that are close at `times` and at the first position."""
    of_gaps, of_tracks = (
        np.column_stack(
            [
                frame.select(f"{prefix}{time}" for time in times).to_numpy() / handover_h,
                ecef_m(frame[f"{prefix}start_lat"], frame[f"{prefix}start_lon"]) / farthest_m,
            ]
        )
        for frame, prefix in ((gaps, ""), (tracks, "track_"))
    )
    gap, track = pairs_within(of_tracks, of_gaps, 1.0, norm=np.inf)
    gaps = gaps.select("gap_id", "max_sog_kn", *_ENDS)
    return pl.concat([gaps[gap], tracks[track]], how="horizontal")


def _beside(end: str, pairs: pl.DataFrame, params: DarkParams) -> pl.Series:
    """Whether one hull could sail from one end to the other in between; false at an open end."""
    places = (f"{end}_lat", f"{end}_lon", f"track_{end}_lat", f"track_{end}_lon")
    apart_m = distance_m(*(pairs[c].cast(pl.Float64).to_numpy() for c in places))
    apart_s = (pairs[f"track_{end}_h"] - pairs[f"{end}_h"]).abs() * S_PER_H
    sailed_m = params.handover_m + apart_s * pairs["max_sog_kn"] * KN_TO_MPS
    return (pl.Series(apart_m, dtype=pl.Float64).fill_nan(None) <= sailed_m).fill_null(value=False)
