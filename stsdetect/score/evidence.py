"""From declared terms and facts to rows of evidence, and from these to the context score."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.params import ScoreParams
from stsdetect.schema import EVIDENCE
from stsdetect.score.terms.term import FAMILIES, Fact, Observation, Term


def weigh(
    features: pl.DataFrame, terms: Sequence[Term], params: ScoreParams
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sum the terms of each family under its cap.

    Terms for a transfer and terms for an innocent reading are capped separately, so the sum of a family lies
    between ``-innocent_cap_nat`` and its own cap. Where a cap applies, the contributions of the family are
    scaled down in proportion, so that they still add up to the sum.

    Parameters
    ----------
    features : polars.DataFrame
        FEATURES with the columns of `with_category` and `with_phrases`, n rows.
    terms : sequence of Term
    params : ScoreParams
        The caps [nat].

    Returns
    -------
    evidence : polars.DataFrame
        EVIDENCE with `source_id` instead of `event_id`, one row per term that holds for a candidate.
    totals : polars.DataFrame
        `source_id`, `context_score` [nat]; n rows in the order of `features`.
    """
    rows = _rows(features, [(t, t.weight_nat) for t in terms])
    caps = {family: getattr(params, f"{family}_cap_nat") for family in FAMILIES}
    raised = pl.col("contribution").clip(lower_bound=0.0)
    lowered = pl.col("contribution").clip(upper_bound=0.0)
    family = ["source_id", "family"]
    cap = pl.col("family").replace_strict(caps, return_dtype=pl.Float64)
    rows = rows.with_columns(
        contribution=raised * _scale(raised.sum().over(family), cap)
        + lowered * _scale(-lowered.sum().over(family), pl.lit(params.innocent_cap_nat))
    ).with_columns(supports=_supports(pl.col("contribution")))
    sums = rows.group_by("source_id", maintain_order=True).agg(context_score=row_sum(pl.col("contribution")))
    totals = features.select("source_id").join(sums, on="source_id", how="left", maintain_order="left")
    return rows, totals.with_columns(pl.col("context_score").fill_null(0.0))


def fact_rows(features: pl.DataFrame, facts: Sequence[Fact]) -> pl.DataFrame:
    """Evidence about contact and data quality, which contributes nothing to the context score.

    Parameters
    ----------
    features : polars.DataFrame
        As for `weigh`.
    facts : sequence of Fact

    Returns
    -------
    polars.DataFrame
        As the first of `weigh`, every contribution 0.
    """
    rows = _rows(features, [(f, f.leaning) for f in facts])
    return rows.with_columns(supports=_supports(pl.col("contribution")), contribution=pl.lit(0.0))


def _rows(features: pl.DataFrame, declared: Sequence[tuple[Observation, pl.Expr | float]]) -> pl.DataFrame:
    """One row per declaration and candidate for which it holds, with its value as contribution."""
    schema = {("source_id" if n == "event_id" else n): d for n, d in EVIDENCE.polars_schema.items()}
    found = [
        features.filter(one.when.fill_null(value=False)).select(
            "source_id",
            family=pl.lit(one.family),
            term=pl.lit(one.name),
            vessel=pl.lit(one.vessel),
            observed=_expr(one.observed).cast(pl.String),
            unit=pl.lit(one.unit, pl.String),
            threshold=_expr(one.threshold),
            contribution=_expr(value).cast(pl.Float64).fill_null(0.0),
            supports=pl.lit(None, pl.String),
            statement=_expr(one.statement).fill_null(one.name),
        )
        for one, value in declared
    ]
    return pl.concat([pl.DataFrame(schema=schema), *found])


def _expr(value: pl.Expr | str | float | None) -> pl.Expr:
    if isinstance(value, pl.Expr):
        return value
    return pl.lit(None, pl.String) if value is None else pl.lit(value)


def _supports(value: pl.Expr) -> pl.Expr:
    return (
        pl.when(value > 0)
        .then(pl.lit("transfer"))
        .when(value < 0)
        .then(pl.lit("innocent"))
        .otherwise(pl.lit("neutral"))
    )


def _scale(total: pl.Expr, cap: pl.Expr) -> pl.Expr:
    """Factor that brings a sum down to its cap."""
    return pl.when(total > cap).then(cap / total).otherwise(1.0)
