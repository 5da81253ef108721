"""Two sets on one hull: one is heard just while the other is silent, and in the same place at both ends."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, MS_PER_H, S_PER_H, S_PER_MIN

_ENDS = ("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon")


def second_transponders(silences: pl.DataFrame, segments: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """Tracks that begin where and when a silence begins, and end where and when it ends.

    No second ship comes on the air beside one that falls silent and leaves it as that one is heard again.

    Parameters
    ----------
    silences : polars.DataFrame
        ``gap_id``, both ends [h, deg], ``max_sog_kn``: fastest the ship sails [kn].
    segments : polars.DataFrame
        Validated SEGMENTS.
    params : DarkParams

    Returns
    -------
    polars.DataFrame
        ``gap_id, segment_id``.

    Examples
    --------
    >>> from stsdetect.schema import SEGMENTS
    >>> silence = pl.DataFrame({"gap_id": ["g"], "max_sog_kn": [12.0], **dict.fromkeys(_ENDS, [0.0])})
    >>> second_transponders(silence, SEGMENTS.validate(SEGMENTS.empty()), DarkParams()).height
    0
    """
    slack_h = params.max_handover_min * S_PER_MIN / S_PER_H
    tracks = segments.select(
        pl.col("start_lat", "start_lon", "end_lat", "end_lon").name.prefix("its_"),
        segment_id="segment_id",
        its_start_h=pl.col("start_time").dt.epoch("ms") / MS_PER_H,
        its_end_h=pl.col("end_time").dt.epoch("ms") / MS_PER_H,
    )
    fastest_kn = silences["max_sog_kn"].to_numpy().max(initial=0.0)
    # One search by both times and the first place, each in units of the most that they may differ.
    farthest_m = params.handover_m + slack_h * S_PER_H * KN_TO_MPS * fastest_kn
    mine, its = (
        np.column_stack(
            [
                frame.select(f"{of}start_h", f"{of}end_h").to_numpy() / slack_h,
                ecef_m(frame[f"{of}start_lat"], frame[f"{of}start_lon"]) / farthest_m,
            ]
        )
        for frame, of in ((silences, ""), (tracks, "its_"))
    )
    hits = cKDTree(its).query_ball_point(mine, 1.0, p=np.inf)
    row = np.repeat(np.arange(silences.height), [len(hit) for hit in hits])
    column = np.array([k for hit in hits for k in hit], dtype=np.int64)
    silences = silences.select("gap_id", "max_sog_kn", *_ENDS)
    near = pl.concat([silences[row], tracks[column]], how="horizontal")
    both = near.filter(_one_place("start", near, params) & _one_place("end", near, params))
    return both.select("gap_id", "segment_id").sort("gap_id", "segment_id")


def _one_place(end: str, near: pl.DataFrame, params: DarkParams) -> pl.Series:
    """No farther than one hull can have sailed meanwhile; false where the silence has no end."""
    feet = (f"{end}_lat", f"{end}_lon", f"its_{end}_lat", f"its_{end}_lon")
    way = distance_m(*(near[c].cast(pl.Float64).to_numpy() for c in feet))
    apart_s = (near[f"its_{end}_h"] - near[f"{end}_h"]).abs() * S_PER_H
    sailed_m = params.handover_m + apart_s * near["max_sog_kn"] * KN_TO_MPS
    return (pl.Series(way, dtype=pl.Float64).fill_nan(None) <= sailed_m).fill_null(value=False)
