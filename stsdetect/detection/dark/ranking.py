"""How well each candidate for a meeting in the dark fits, and how those of one silence or stay compete."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.params import DarkParams, DraughtParams
from stsdetect.units import MS_PER_H


def rank_candidates(
    found: pl.DataFrame, params: DarkParams, draught_params: DraughtParams, *, counted: bool = False
) -> pl.DataFrame:
    """The best candidates of each silence, their place among all, how many those are, and the probability."""
    key = ["gap_id_1", "gap_id_2", "loiter_id_2"]
    found = found.with_columns(support=_support(params, draught_params)).with_columns(
        weight=pl.col("support").exp()
    )
    rows = found.select(*key, "weight", "mmsi_1", "mmsi_2").with_row_index("row")
    # A stay has room for one meeting, as a silence has; only silences count alternatives.
    sides = pl.concat(
        [
            rows.with_columns(side="gap_id_1", gap="gap_id_1", other="mmsi_2"),
            rows.with_columns(side=pl.coalesce("gap_id_2", "loiter_id_2"), gap="gap_id_2", other="mmsi_1"),
        ]
    ).sort("side", "weight", "other", *key, descending=[False, True, False, False, False, False])
    sides = sides.select(
        "row",
        "gap",
        rank=pl.int_range(1, pl.len() + 1).over("side"),
        all_=pl.col("weight").sum().over("side"),
        ships=pl.col("other").n_unique().over("side"),
    )
    is_gap = pl.col("gap").is_not_null()
    of_pair = sides.group_by("row").agg(
        rank_for_gap=pl.col("rank").filter(is_gap).min().cast(pl.Int32),
        n_alternatives=(pl.col("ships").filter(is_gap).cast(pl.Int64) - 1).min(),
        all_=pl.col("all_").max(),
    )
    of_pair = of_pair.sort("row").drop("row", *(["n_alternatives"] if counted else []))
    found = found.with_columns(of_pair).filter(pl.col("rank_for_gap") <= params.max_candidates)
    as_time = {
        f"{n}_time": (pl.col(f"{n}_h") * MS_PER_H).round().cast(pl.Int64).cast(pl.Datetime("ms", "UTC"))
        for n in ("start", "end")
    }
    return found.with_columns(
        **as_time,
        p_contact=(pl.col("p_off") * pl.col("weight") / (1.0 + pl.col("all_"))).clip(
            0.0, params.max_p_contact
        ),
    )


def _support(params: DarkParams, draught_params: DraughtParams) -> pl.Expr:
    """Log-odds that a candidate was the partner, whoever else may have been."""
    unhurried = params.cover_weight * pl.col("cover") + params.share_weight * pl.col("share")
    unhurried -= params.hurry_weight * pl.col("required_sog_kn") / 10.0
    # A ship that was not heard again may just have sailed on.
    unhurried -= params.open_weight * pl.col("is_open").cast(pl.Float64)
    # Who lies in one place before and after mostly lay there in between; then the partner comes to it.
    unhurried -= params.left_rest_weight * pl.col("left_rest").cast(pl.Float64)
    changed = pl.col("draught_change_m_2").abs() >= draught_params.min_change_m
    long_h = pl.col("stop_h").clip(params.typical_stop_h, params.longest_stop_h)
    stay = (
        params.bias
        + params.near_weight * (-pl.col("near_m") / 1000.0 / params.near_km).exp()
        + params.unexplained_weight * pl.col("stop_unexplained").fill_null(value=False).cast(pl.Float64)
        + params.draught_weight * changed.fill_null(value=False).cast(pl.Float64)
        - params.long_stop_weight * (long_h / params.typical_stop_h).log()
    )
    apart_km = pl.col("end_near_m").fill_nan(None).fill_null(np.inf) / 1000.0
    pair = params.pair_bias + params.together_end_weight * (-apart_km / params.together_km).exp()
    return unhurried + pl.when(pl.col("kind") == "gap-gap").then(pair).otherwise(stay)
