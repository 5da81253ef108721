"""Measure the best candidates again with routes around land, which are too slow to compute for all."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.detection.dark.prism import dwell_window_h, required_sog_kn
from stsdetect.geo.sailing import sailing_m
from stsdetect.params import DarkParams


def measured_around_land(
    candidates: pl.DataFrame, gaps: pl.DataFrame, loitering: pl.DataFrame, params: DarkParams
) -> pl.DataFrame:
    """Shorten the dwell of candidates by detours around land; those that are no longer feasible are left out.

    Parameters
    ----------
    candidates : polars.DataFrame
        From `rank_candidates`.
    gaps : polars.DataFrame
        ``gap_id, start_h, end_h`` [h], ``start_lat, start_lon, end_lat, end_lon`` [deg], ``max_sog_kn`` [kn].
    loitering : polars.DataFrame
        ``loiter_id, start_h, end_h`` [h].
    params : DarkParams

    Returns
    -------
    polars.DataFrame
        `candidates` with ``start_h, end_h, feasible_dwell_h, share, required_sog_kn`` computed again.
    """
    of_stop = loitering.select(loiter_id_2="loiter_id", opens="start_h", closes="end_h")
    rows = candidates.join(of_stop, on="loiter_id_2", how="left", maintain_order="left")
    opens = rows["opens"].fill_null(-np.inf).to_numpy()
    closes = rows["closes"].fill_null(np.inf).to_numpy()
    start, end, required = opens, closes, rows["required_sog_kn"].to_numpy()
    for gap_id in ("gap_id_1", "gap_id_2"):
        start_h, end_h, max_sog_kn, there, back = _legs(rows, gaps, gap_id, params)
        arrive, leave = dwell_window_h(start_h, end_h, there, back, max_sog_kn=max_sog_kn)
        start, end = np.fmax(start, arrive), np.fmin(end, leave)
        own = required_sog_kn(start_h, end_h, there, back, opens, closes, dwell_h=params.min_dwell_h)
        required = np.where(np.isfinite(own), np.fmax(required, own), required)
    return candidates.with_columns(
        start_h=pl.Series(start),
        end_h=pl.Series(end),
        feasible_dwell_h=pl.Series(end - start),
        share=pl.col("share") * (pl.Series(end - start) / pl.col("feasible_dwell_h")) ** 2,
        required_sog_kn=pl.Series(required),
    ).filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)


def _legs(rows: pl.DataFrame, gaps: pl.DataFrame, gap_id: str, params: DarkParams) -> tuple[Floats, ...]:
    """Start and end [h], highest speed [kn], and distances by water there and back [m]; NaN without a gap."""
    of_gap = gaps.select(
        "gap_id", "start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon", "max_sog_kn"
    )
    at = rows.select(gap_id, "lat", "lon").join(
        of_gap, left_on=gap_id, right_on="gap_id", how="left", maintain_order="left"
    )
    c = {name: at[name].cast(pl.Float64).to_numpy() for name in at.columns[1:]}
    there, back = (
        np.nan_to_num(sailing_m(c[f"{end}_lat"], c[f"{end}_lon"], c["lat"], c["lon"], params=params))
        for end in ("start", "end")
    )
    return c["start_h"], c["end_h"], c["max_sog_kn"], there, back
