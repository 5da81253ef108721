"""Two sets on one hull: one is heard just while the other is silent, and in the same place at both ends."""

from __future__ import annotations

import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import DarkParams
from stsdetect.units import KN_TO_MPS, MS_PER_H, S_PER_H, S_PER_MIN

_ENDS = ("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon")


def second_sets(silences: pl.DataFrame, segments: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
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
    >>> second_sets(silence, SEGMENTS.validate(SEGMENTS.empty()), DarkParams()).height
    0
    """
    slack_h = params.max_handover_min * S_PER_MIN / S_PER_H
    tracks = segments.select(
        pl.col("start_lat", "start_lon", "end_lat", "end_lon").name.prefix("its_"),
        segment_id="segment_id",
        its_start_h=pl.col("start_time").dt.epoch("ms") / MS_PER_H,
        its_end_h=pl.col("end_time").dt.epoch("ms") / MS_PER_H,
    )
    near = silences.select("gap_id", "max_sog_kn", *_ENDS).join_where(
        tracks,
        pl.col("its_start_h") >= pl.col("start_h") - slack_h,
        pl.col("its_start_h") <= pl.col("start_h") + slack_h,
        pl.col("its_end_h") >= pl.col("end_h") - slack_h,
        pl.col("its_end_h") <= pl.col("end_h") + slack_h,
    )
    both = near.filter(_one_place("start", near, params) & _one_place("end", near, params))
    return both.select("gap_id", "segment_id").sort("gap_id", "segment_id")


def _one_place(end: str, near: pl.DataFrame, params: DarkParams) -> pl.Series:
    """No farther than one hull can have sailed meanwhile; false where the silence has no end."""
    feet = (f"{end}_lat", f"{end}_lon", f"its_{end}_lat", f"its_{end}_lon")
    way = distance_m(*(near[c].cast(pl.Float64).to_numpy() for c in feet))
    apart_s = (near[f"its_{end}_h"] - near[f"{end}_h"]).abs() * S_PER_H
    sailed_m = params.handover_m + apart_s * near["max_sog_kn"] * KN_TO_MPS
    return (pl.Series(way, dtype=pl.Float64).fill_nan(None) <= sailed_m).fill_null(value=False)
