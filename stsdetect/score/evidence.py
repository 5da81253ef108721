"""Evidence: every term of a score with what it saw, what it was held against and a sentence about it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.schema import EVIDENCE
from stsdetect.score.terms.term import FAMILIES, Term


def weigh(
    features: pl.DataFrame, terms: Sequence[Term], params: ScoreParams
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sum the terms of each family under its cap.

    What supports a transfer and what speaks against it are capped apart, so a family lies between minus
    `innocent_cap_nat` and its own cap and grows with every term; contributions are scaled to add up to it.

    Parameters
    ----------
    features : polars.DataFrame
        With the columns of `with_words` and `category`.
    terms : sequence of Term
    params : ScoreParams

    Returns
    -------
    evidence : polars.DataFrame
        EVIDENCE with `source_id` instead of `event_id`.
    totals : polars.DataFrame
        `source_id`, `context_score` for every candidate.
    """
    rows = _rows(features, terms)
    caps = {family: getattr(params, f"{family}_cap_nat") for family in FAMILIES}
    raised = pl.col("contribution").clip(lower_bound=0.0)
    lowered = pl.col("contribution").clip(upper_bound=0.0)
    family = ["source_id", "family"]
    cap = pl.col("family").replace_strict(caps, return_dtype=pl.Float64)
    rows = rows.with_columns(
        contribution=raised * _shrink(raised.sum().over(family), cap)
        + lowered * _shrink(-lowered.sum().over(family), pl.lit(params.innocent_cap_nat))
    ).with_columns(supports=_direction(pl.col("contribution")))
    sums = rows.group_by("source_id", maintain_order=True).agg(context_score=pl.col("contribution").sum())
    totals = features.select("source_id").join(sums, on="source_id", how="left", maintain_order="left")
    return rows, totals.with_columns(pl.col("context_score").fill_null(0.0))


def fact_rows(features: pl.DataFrame, terms: Sequence[Term]) -> pl.DataFrame:
    """Evidence about contact and quality: facts with their direction, which add nothing to the context.

    Returns
    -------
    polars.DataFrame
        As the first of `weigh`.
    """
    return _rows(features, terms).with_columns(
        supports=_direction(pl.col("contribution")), contribution=pl.lit(0.0)
    )


def _direction(value: pl.Expr) -> pl.Expr:
    """What a number above or below zero supports."""
    return (
        pl.when(value > 0)
        .then(pl.lit("transfer"))
        .when(value < 0)
        .then(pl.lit("innocent"))
        .otherwise(pl.lit("neutral"))
    )


def _rows(features: pl.DataFrame, terms: Sequence[Term]) -> pl.DataFrame:
    schema = {("source_id" if n == "event_id" else n): d for n, d in EVIDENCE.polars_schema.items()}
    found = [
        features.filter(t.when).select(
            "source_id",
            family=pl.lit(t.family),
            term=pl.lit(t.name),
            vessel=pl.lit(t.vessel),
            observed=t.observed.cast(pl.String),
            unit=pl.lit(t.unit, pl.String),
            threshold=t.threshold if isinstance(t.threshold, pl.Expr) else pl.lit(t.threshold, pl.String),
            contribution=t.log_odds.cast(pl.Float64),
            supports=pl.lit(None, pl.String),
            statement=t.statement.fill_null(t.name),
        )
        for t in terms
    ]
    return pl.concat([pl.DataFrame(schema=schema), *found])


def _shrink(total: pl.Expr, cap: pl.Expr) -> pl.Expr:
    return pl.when(total > cap).then(cap / total).otherwise(1.0)
