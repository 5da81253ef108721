"""Three numbers for each candidate, their combination, tier and rank.

Every circumstance that the score weighs.

A term is a handful of polars expressions over FEATURES with the columns of `with_category` and `with_words`.
Signs of one fact share a family, and no family exceeds its cap.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import polars as pl

from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.schema import EVENTS, EVIDENCE, FEATURES, Frame
from stsdetect.score.category import innocent_explanation, with_category
from stsdetect.score.evidence import fact_rows, weigh
from stsdetect.score.model.contact_model import ContactModel
from stsdetect.score.terms.contact_quality import fact_terms
from stsdetect.score.terms.event_terms import event_terms
from stsdetect.score.terms.phrases import with_words
from stsdetect.score.terms.ship_terms import ship_terms
from stsdetect.score.terms.term import Term
from stsdetect.score.terms.trade_terms import trade_terms

TIERS = ("info", "low", "medium", "high")


class Scored(NamedTuple):
    """Events worth showing and the evidence behind each."""

    events: pd.DataFrame
    evidence: pd.DataFrame


class Scorer:
    """Turns features into events.

    `score = p_contact * expit(base + context_score) * (1 - discount * (1 - data_quality))`: hulls alongside,
    and circumstances that fit an illicit transfer, and an event that was observed. It grows with each.

    Parameters
    ----------
    params : ScoreParams, optional
        Weights, caps and thresholds.
    model : ContactModel, optional
        Recomputes `p_contact` of encounters; without one the detector's own stands.

    Examples
    --------
    >>> Scorer().score(FEATURES.empty()).events.columns[:3].tolist()
    ['event_id', 'event_type', 'source_id']
    """

    def __init__(
        self,
        *,
        params: ScoreParams | None = None,
        draught_params: DraughtParams | None = None,
        model: ContactModel | None = None,
    ) -> None:
        self.params = params or ScoreParams()
        self.draught_params = draught_params or DraughtParams()
        self.model = model

    def score(self, features: Frame, *, params_digest: str = "") -> Scored:
        """Score candidates and keep those worth showing.

        Parameters
        ----------
        features : FEATURES frame
            From `build_features`.
        params_digest : str
            Digest of all parameters of the run, written into each event.

        Returns
        -------
        Scored
            `events` (EVENTS, by rank) and `evidence` (EVIDENCE of these events).

        Raises
        ------
        SchemaError
            When a column is missing or holds what it may not.
        """
        p = self.params
        rows = FEATURES.validate(features).sort(FEATURES.sort_by)
        if self.model is not None:
            rows = rows.with_columns(p_contact=self.model.p_contact(rows))
        rows = with_words(with_category(rows, p))
        evidence, totals = weigh(rows, context_terms(p, self.draught_params), p)
        rows = rows.join(totals, on="source_id", how="left", maintain_order="left")
        rows = rows.with_columns(data_quality=data_quality(), innocent_explanation=innocent_explanation(p))
        rows = rows.with_columns(score=combined_score(p))
        rows = (
            rows.with_columns(event_id=pl.format("event-{}", "source_id"), tier=_tier(p))
            .with_columns(rank_in_silence=_rank_in_silence())
            .filter(_worth_showing(p))
            .sort("score", "source_id", descending=[True, False])
            .with_columns(
                pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("rank"),
                model_id=pl.lit("rule" if self.model is None else self.model.model_id),
                params_digest=pl.lit(params_digest),
            )
        )
        facts = fact_rows(rows, fact_terms(p))
        said = rows.select("source_id", "event_id").join(pl.concat([evidence, facts]), on="source_id")
        return Scored(EVENTS.to_pandas(rows), EVIDENCE.to_pandas(said))


def combined_score(params: ScoreParams) -> pl.Expr:
    """The documented rule of `Scorer`, over `p_contact`, `context_score` and `data_quality`."""
    fits = 1.0 / (1.0 + (-(params.base_log_odds_nat + pl.col("context_score"))).exp())
    return pl.col("p_contact") * fits * (1.0 - params.quality_discount * (1.0 - pl.col("data_quality")))


def data_quality() -> pl.Expr:
    """Share of an event that was observed: instants near a real fix, sizes and types that were broadcast.

    A hull of unknown size costs a quarter; of a dark encounter half at most was seen, of two dark ships none,
    and a ship of unknown type, whose speed and trade are assumed, costs a quarter of that.
    """
    seen = pl.col("observed_fraction").fill_null(0.0).clip(0.0, 1.0)
    sizes = pl.col("sizes_known").fill_null(0)
    types = pl.sum_horizontal(pl.col(f"ship_type_{ship}").is_not_null() for ship in (1, 2))
    return (
        pl.when(pl.col("dark_kind") == "gap-gap")
        .then(0.0)
        .when(pl.col("event_type") == "dark_encounter")
        .then(0.5 * seen * (0.5 + 0.25 * types))
        .otherwise(seen * (0.5 + 0.25 * sizes))
    )


def _rank_in_silence() -> pl.Expr:
    """Place of a dark candidate among those of its silence, the better place of two; 1 for what was seen."""
    order = pl.col("p_contact").rank("ordinal", descending=True)
    places = [pl.when(pl.col(gap).is_not_null()).then(order.over(gap)) for gap in ("gap_id_1", "gap_id_2")]
    return pl.min_horizontal(*places).fill_null(1)


def _worth_showing(params: ScoreParams) -> pl.Expr:
    """Not too faint, among the best of its silence, and no faint dark one that cannot be judged."""
    faint_dark = (pl.col("event_type") == "dark_encounter") & (pl.col("tier") == TIERS[0])
    return (
        (pl.col("score") >= params.min_event_score)
        & (pl.col("rank_in_silence") <= params.max_dark_rank)
        & (~faint_dark | pl.col("gap_judged").fill_null(True))
    )


def _tier(params: ScoreParams) -> pl.Expr:
    score = pl.col("score")
    level = (
        pl.when((score >= params.high_tier_score) & (pl.col("data_quality") >= params.min_high_tier_quality))
        .then(3)
        .when(
            (score >= params.medium_tier_score) & (pl.col("data_quality") >= params.min_medium_tier_quality)
        )
        .then(2)
        .when(score >= params.low_tier_score)
        .then(1)
        .otherwise(0)
    )
    most = (
        pl.when(pl.col("event_type") == "dark_encounter").then(TIERS.index(params.max_dark_tier)).otherwise(3)
    )
    names = dict(enumerate(TIERS))
    return pl.min_horizontal(level, most).replace_strict(names, return_dtype=pl.String)


def context_terms(params: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    """All terms of all families.

    Examples
    --------
    >>> from stsdetect.score.terms.term import FAMILIES
    >>> {t.family for t in context_terms(ScoreParams(), DraughtParams())} == set(FAMILIES)
    True
    """
    return [
        *event_terms(params, draught_params),
        *trade_terms(params),
        *ship_terms(params, 1),
        *ship_terms(params, 2),
    ]
