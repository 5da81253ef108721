"""How well each candidate of a dark encounter is supported, and how those of one gap or loitering compete.

The support is a linear predictor [nat] of a conditional logit model: the probability of a candidate is its
weight ``exp(support)`` over one (no encounter) plus the weights of all candidates of the same gap, or of the
same loitering vessel, whichever sum is larger. A gap and a loitering period each hold at most one encounter.

References
----------
McFadden, Conditional logit analysis of qualitative choice behavior, in Zarembka (ed.), Frontiers in
Econometrics (1974) 105-142.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.params import DarkParams, DraughtParams
from stsdetect.units import MS_PER_H

_KEY = ("gap_id_1", "gap_id_2", "loiter_id_2")
_BY_GAP_PAIR = "gap-gap"


def rank_candidates(
    candidates: pl.DataFrame, params: DarkParams, draught_params: DraughtParams
) -> pl.DataFrame:
    """Rank the candidates of each gap, count them, and keep the best.

    Parameters
    ----------
    candidates : polars.DataFrame
        From `pair_with_loitering` and `pair_gaps`.
    params : DarkParams
    draught_params : DraughtParams
        When a draught counts as changed.

    Returns
    -------
    polars.DataFrame
        The `max_candidates` best of each gap with ``support, rank_for_gap, n_alternatives, p_contact``
        (at most `max_p_contact`), ``start_time, end_time``.
    """
    ranked = _ranked(_with_weight(candidates, params, draught_params))
    return _best(ranked, params)


def rank_remaining(
    candidates: pl.DataFrame, params: DarkParams, draught_params: DraughtParams
) -> pl.DataFrame:
    """Rank again what `rank_candidates` kept, after measuring it again; ``n_alternatives`` does not change.

    Parameters
    ----------
    candidates : polars.DataFrame
        From `rank_candidates`.
    params : DarkParams
    draught_params : DraughtParams

    Returns
    -------
    polars.DataFrame
        As from `rank_candidates`.
    """
    counted = candidates["n_alternatives"]
    ranked = _ranked(_with_weight(candidates, params, draught_params))
    return _best(ranked.with_columns(counted), params)


def _with_weight(candidates: pl.DataFrame, params: DarkParams, draught_params: DraughtParams) -> pl.DataFrame:
    candidates = candidates.with_columns(support=_support(params, draught_params))
    return candidates.with_columns(weight=pl.col("support").exp())


def _ranked(candidates: pl.DataFrame) -> pl.DataFrame:
    """Add ``rank_for_gap, n_alternatives`` and ``total_weight``, of all that compete with a candidate."""
    rows = candidates.select(*_KEY, "weight", "mmsi_1", "mmsi_2").with_row_index("row")
    second = pl.coalesce("gap_id_2", "loiter_id_2")
    sides = pl.concat(
        [
            rows.with_columns(side="gap_id_1", gap="gap_id_1", other="mmsi_2"),
            rows.with_columns(side=second, gap="gap_id_2", other="mmsi_1"),
        ]
    ).sort(
        "side",
        "weight",
        "other",
        *_KEY,
        descending=[False, True, False, False, False, False],
        maintain_order=True,
    )
    sides = sides.select(
        "row",
        "gap",
        rank=pl.int_range(1, pl.len() + 1).over("side"),
        total_weight=pl.col("weight").sum().over("side"),
        ships=pl.col("other").n_unique().over("side"),
    )
    # Ranks and alternatives are those of gaps; a loitering vessel only adds to the competition.
    is_gap = pl.col("gap").is_not_null()
    of_candidate = sides.group_by("row", maintain_order=True).agg(
        rank_for_gap=pl.col("rank").filter(is_gap).min().cast(pl.Int32),
        n_alternatives=(pl.col("ships").filter(is_gap).cast(pl.Int64) - 1).min(),
        total_weight=pl.col("total_weight").max(),
    )
    return candidates.with_columns(of_candidate.sort("row", maintain_order=True).drop("row"))


def _best(ranked: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """The best candidates of each gap, with their probability and times."""
    times = {
        f"{end}_time": (pl.col(f"{end}_h") * MS_PER_H).round().cast(pl.Int64).cast(pl.Datetime("ms", "UTC"))
        for end in ("start", "end")
    }
    # Where a ship at rest lay is known, whether it switched off or was not received.
    stopped = pl.col("stopped_meanwhile").fill_null(value=False).cast(pl.Float64)
    p_there = pl.max_horizontal("p_off", pl.col("beside").fill_null(0.0), stopped)
    p_contact = p_there * pl.col("weight") / (1.0 + pl.col("total_weight"))
    return ranked.filter(pl.col("rank_for_gap") <= params.max_candidates).with_columns(
        **times, p_contact=p_contact.clip(0.0, params.max_p_contact)
    )


def _support(params: DarkParams, draught_params: DraughtParams) -> pl.Expr:
    """Log-odds that a candidate was the partner, against no encounter, if it were the only candidate."""
    of_any = params.cover_weight * pl.col("cover") + params.share_weight * pl.col("share")
    of_any -= params.hurry_weight * pl.col("required_sog_kn") / 10.0
    of_any += params.course_weight * pl.col("course_log_lr").fill_null(0.0)
    # A vessel that was not received again may simply have sailed on.
    of_any -= params.open_weight * pl.col("is_open").cast(pl.Float64)
    # A vessel at rest in one place before and after its gap mostly stayed there; a partner would come to it.
    of_any -= params.left_rest_weight * pl.col("left_rest").cast(pl.Float64)
    changed = pl.col("draught_change_m_2").abs() >= draught_params.min_change_m
    long_h = pl.col("stop_h").clip(params.typical_stop_h, params.longest_stop_h)
    of_loitering = (
        params.bias
        + params.near_weight * (-pl.col("nearest_fix_m") / 1000.0 / params.near_km).exp()
        + params.beside_weight * pl.col("beside").fill_null(0.0)
        + params.unexplained_weight * pl.col("stop_unexplained").fill_null(value=False).cast(pl.Float64)
        + params.draught_weight * changed.fill_null(value=False).cast(pl.Float64)
        - params.long_stop_weight * (long_h / params.typical_stop_h).log()
    )
    apart_km = pl.col("ends_apart_m").fill_nan(None).fill_null(np.inf) / 1000.0
    of_gaps = params.pair_bias + params.together_end_weight * (-apart_km / params.together_km).exp()
    return of_any + pl.when(pl.col("kind") == _BY_GAP_PAIR).then(of_gaps).otherwise(of_loitering)
