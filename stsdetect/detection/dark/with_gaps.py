"""Pairs of two vessels that are both in a gap: which are feasible, and how well they fit."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.detection.dark.beside import with_beside
from stsdetect.detection.dark.candidates import (
    KIND,
    balls_of_gaps,
    intersecting_pairs,
    measure_in_blocks,
)
from stsdetect.detection.dark.course import with_course
from stsdetect.detection.dark.rendezvous import best_rendezvous
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import DarkParams

_PAIRS_PER_BLOCK = 2_000  # memory and speed only


def pair_gaps(gaps: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """Find pairs of gaps that left both vessels time to sail to one place and dwell there for `min_dwell_h`.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap_id, mmsi, vessel_id, p_off, max_sog_kn, stayed, draught_change_m, start_h, end_h, start_lat,
        start_lon, end_lat, end_lon, reach_m``.
    params : DarkParams

    Returns
    -------
    polars.DataFrame
        One row per feasible pair, the smaller MMSI first: what `rank_candidates` takes.
    """
    balls = balls_of_gaps(gaps)
    i, j = intersecting_pairs(balls, balls)
    mmsi = gaps["mmsi"].to_numpy()
    once = mmsi[i] < mmsi[j]
    return measure_in_blocks(
        gaps, gaps, (i[once], j[once]), lambda a, b: _feasible(a, b, params), block=_PAIRS_PER_BLOCK
    )


def _feasible(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """Measure gaps row by row; only feasible rows are returned."""
    rendezvous = best_rendezvous(a, b, params)
    left_rest = np.zeros(a.height, dtype=bool)
    for gaps in (a, b):
        off_m = distance_m(gaps["start_lat"], gaps["start_lon"], rendezvous["lat"], rendezvous["lon"])
        left_rest |= gaps["stayed"].to_numpy() & (off_m > params.same_place_m)
    pairs = pl.DataFrame(
        {
            "kind": pl.repeat("gap-gap", a.height, dtype=KIND, eager=True),
            "mmsi_1": a["mmsi"],
            "mmsi_2": b["mmsi"],
            "vessel_id_1": a["vessel_id"],
            "vessel_id_2": b["vessel_id"],
            "gap_id_1": a["gap_id"],
            "gap_id_2": b["gap_id"],
            "loiter_id_2": pl.repeat(None, a.height, dtype=a["gap_id"].dtype, eager=True),
            "left_rest": left_rest,
            "draught_change_m_2": b["draught_change_m"],
            "p_off": np.minimum(a["p_off"].to_numpy(), b["p_off"].to_numpy()),
        }
    )
    pairs = pl.concat([pairs, rendezvous, _of_a_host(a, b, params)], how="horizontal")
    return pairs.filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)


def _of_a_host(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """``beside, course_log_lr`` of a vessel and where the other lay at rest: of the two, what speaks more."""
    rows = pl.DataFrame({"row": np.arange(a.height)})
    sides = [
        with_course(with_beside(rows, guest, host, params), guest, host, params)
        for host, guest in ((_rest(a, params), b), (_rest(b, params), a))
    ]
    speaks = [
        params.beside_weight * s["beside"].fill_null(0.0).to_numpy()
        + s["course_log_lr"].fill_null(0.0).to_numpy()
        for s in sides
    ]
    second = pl.Series(speaks[1] > speaks[0])
    return pl.DataFrame({c: sides[1][c].zip_with(second, sides[0][c]) for c in ("beside", "course_log_lr")})


def _rest(gaps: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """Where each vessel lay at rest or drifted at an end of its gap, as a stop; null where at neither.

    Between two such ends it went straight from one to the other.
    """
    slow = [pl.col(f"{end}_sog_kn") <= params.max_adrift_sog_kn for end in ("start", "end")]
    ends = [
        pl.when(slow[0]).then(f"start_{c}").when(slow[1]).then(f"end_{c}").alias(f"start_{c}")
        for c in ("lat", "lon")
    ]
    ends += [
        pl.when(slow[1]).then(f"end_{c}").when(slow[0]).then(f"start_{c}").alias(f"end_{c}")
        for c in ("lat", "lon")
    ]
    stop = gaps.select("start_h", "end_h", *ends)
    apart_m = distance_m(*(stop[c] for c in ("start_lat", "start_lon", "end_lat", "end_lon")))
    return stop.with_columns(lat="start_lat", lon="start_lon", radius_m=pl.Series(apart_m) / 2.0)
