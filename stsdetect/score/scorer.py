"""The score of an event: three numbers, their product, and from it tier and rank.

`p_contact` is the probability that the hulls lay alongside, `context_score` is how well the circumstances fit
an illicit transfer [nat], and `data_quality` is how much of the event was observed. The circumstances and
their weights are declared in `stsdetect.score.terms`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import polars as pl

from stsdetect.arrays import expit_expr
from stsdetect.model import DEFAULT_MODEL, RULE, ContactModel, model_or_rule
from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.schema import EVENTS, EVIDENCE, FEATURES, Frame
from stsdetect.score.category import on_rounds, with_category
from stsdetect.score.evidence import fact_rows, weigh
from stsdetect.score.explanation import innocent_explanation
from stsdetect.score.named_partners import without_named_partners
from stsdetect.score.shared_gaps import with_shares, within_each_gap
from stsdetect.score.terms.contact_quality import fact_terms
from stsdetect.score.terms.delivery_terms import delivery_terms
from stsdetect.score.terms.event_terms import event_terms
from stsdetect.score.terms.neighbour_terms import neighbour_terms, with_neighbours
from stsdetect.score.terms.phrases import with_phrases
from stsdetect.score.terms.ship_terms import ship_terms
from stsdetect.score.terms.term import Term
from stsdetect.score.terms.trade_terms import trade_terms

TIERS = ("info", "low", "medium", "high")


class Scored(NamedTuple):
    """Events worth showing and the evidence behind each.

    Attributes
    ----------
    events : pandas.DataFrame
        EVENTS, by rank.
    evidence : pandas.DataFrame
        EVIDENCE of these events.
    """

    events: pd.DataFrame
    evidence: pd.DataFrame


class ScoredTables(NamedTuple):
    """Result of `Scorer.score_tables`: as `Scored`, in polars and sorted."""

    events: pl.DataFrame
    evidence: pl.DataFrame


class Scorer:
    """Turns features into scored events.

    ``score = p_contact * expit(base_log_odds_nat + context_score) * (1 - quality_discount * (1 -
    data_quality))``: the hulls lay alongside, the circumstances fit an illicit transfer, and the event was
    observed. The score grows with each of the three; it sorts the report and is not a probability.

    Parameters
    ----------
    params : ScoreParams, optional
        Weights, caps and thresholds.
    draught_params : DraughtParams, optional
        From which change on a draught counts as changed.
    model : ContactModel, str or Path
        Recomputes `p_contact`: a model, or the name or folder of one; by default the bundled one, as in a
        run. With ``"rule"`` the probability as detected is kept.

    Raises
    ------
    ModelError
        When there is no such model, or it is damaged.
    ParamError
        When `model` is none of these, for instance None.

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
        model: ContactModel | str | Path = DEFAULT_MODEL,
    ) -> None:
        self.params = ScoreParams.of(params)
        self.draught_params = DraughtParams.of(draught_params)
        self.model = model_or_rule(model)

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
        scored = self.score_tables(FEATURES.validate(features), params_digest=params_digest)
        return Scored(EVENTS.to_pandas(scored.events), EVIDENCE.to_pandas(scored.evidence))

    def score_tables(self, features: pl.DataFrame, *, params_digest: str = "") -> ScoredTables:
        """As `score`, with validated FEATURES in polars."""
        p = self.params
        rows = features.sort(FEATURES.sort_by, maintain_order=True)
        if self.model is not None:
            rows = rows.with_columns(p_contact=self.model.p_contact(rows))
        rows = without_named_partners(within_each_gap(rows), p)
        rows = with_neighbours(with_shares(with_phrases(with_category(rows, p)), p), p)
        evidence, totals = weigh(rows, context_terms(p, self.draught_params), p)
        rows = rows.join(totals, on="source_id", how="left", maintain_order="left")
        rows = rows.with_columns(data_quality=data_quality(p), innocent_explanation=innocent_explanation(p))
        rows = rows.with_columns(score=combined_score(p))
        rows = (
            rows.with_columns(event_id=pl.format("event-{}", "source_id"), tier=_tier(p))
            .with_columns(rank_in_gap=_rank_in_gap())
            .filter(_worth_showing(p))
            .sort("score", "source_id", descending=[True, False], maintain_order=True)
            .with_columns(
                pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("rank"),
                model_id=pl.lit(RULE if self.model is None else self.model.model_id),
                params_digest=pl.lit(params_digest),
            )
        )
        evidence = pl.concat([evidence, fact_rows(rows, fact_terms(p))])
        shown = rows.select("source_id", "event_id").join(evidence, on="source_id", maintain_order="left")
        return ScoredTables(EVENTS.ordered(rows), EVIDENCE.ordered(shown))


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
        *delivery_terms(params, draught_params),
        *ship_terms(params, 1),
        *ship_terms(params, 2),
        *neighbour_terms(params, 1),
        *neighbour_terms(params, 2),
    ]


def combined_score(params: ScoreParams) -> pl.Expr:
    """The product documented in `Scorer`, over `p_contact`, `context_score` and `data_quality`."""
    fits = expit_expr(params.base_log_odds_nat + pl.col("context_score"))
    return pl.col("p_contact") * fits * (1.0 - params.quality_discount * (1.0 - pl.col("data_quality")))


def data_quality(params: ScoreParams) -> pl.Expr:
    """Share of an event that was observed rather than assumed [0 to 1].

    Of an encounter it is the share of instants near a real fix, discounted for each hull of unknown size. Of
    a dark encounter it is 0 when both ships were in a gap; otherwise the share of the other ship, times
    `one_sided_quality` and discounted for each ship of unknown type, whose speed and trade are assumed. A
    solo event counts likewise, by the one ship that there is, and so does a delivery, of which all was
    observed, or the voyage was not.
    """
    observed = pl.col("observed_fraction").fill_null(0.0).clip(0.0, 1.0)
    unknown_sizes = 2 - pl.col("sizes_known").fill_null(0)
    unknown_type = pl.col("ship_type_1").is_null().cast(pl.Float64)
    unknown_types = pl.sum_horizontal(pl.col(f"ship_type_{ship}").is_null() for ship in (1, 2))
    return (
        pl.when(pl.col("dark_kind") == "gap-gap")
        .then(0.0)
        .when(pl.col("event_type") == "dark_encounter")
        .then(params.one_sided_quality * observed * (1.0 - params.unknown_type_discount * unknown_types))
        .when(pl.col("event_type") == "solo")
        .then(params.one_sided_quality * observed * (1.0 - params.unknown_type_discount * unknown_type))
        .when(pl.col("event_type") == "delivery")
        .then(observed * (1.0 - params.unknown_type_discount * unknown_type))
        .otherwise(observed * (1.0 - params.unknown_size_discount * unknown_sizes))
    )


def _rank_in_gap() -> pl.Expr:
    """Rank of a dark candidate by `p_contact` within its gap, the better of two; 1 for encounters."""
    order = pl.col("p_contact").rank("ordinal", descending=True)
    ranks = [pl.when(pl.col(gap).is_not_null()).then(order.over(gap)) for gap in ("gap_id_1", "gap_id_2")]
    return pl.min_horizontal(*ranks).fill_null(1)


def _worth_showing(params: ScoreParams) -> pl.Expr:
    """Events with enough score, among the best of their gap; stricter where the gap could not be judged.

    A real contact of ships that lie together for an innocent reason is listed for information, unless the
    reading is one that an analyst would not look up: ships at a berth, under tow, fishing, and the like.
    """
    faint_dark = (pl.col("event_type") == "dark_encounter") & (pl.col("tier") == TIERS[0])
    contact = (pl.col("event_type") == "encounter") & (pl.col("p_contact") >= params.min_listed_p_contact)
    served = (pl.col("category") == "unknown") & on_rounds(params)
    listed = contact & (pl.col("category").is_in(["transfer", "bunkering"]) | served)
    return (
        ((pl.col("score") >= params.min_event_score) | listed)
        & (pl.col("rank_in_gap") <= params.max_dark_rank)
        & (~faint_dark | pl.col("gap_judged").fill_null(value=True))
    )


def _tier(params: ScoreParams) -> pl.Expr:
    score, quality = pl.col("score"), pl.col("data_quality")
    seldom_seen = pl.col("event_type") == "encounter"  # a gap is not seldom, it is unseen
    level = (
        pl.when((score >= params.high_tier_score) & (quality >= params.min_high_tier_quality))
        .then(TIERS.index("high"))
        .when((score >= params.medium_tier_score) & (quality >= params.min_medium_tier_quality))
        .then(TIERS.index("medium"))
        .when(seldom_seen & (score >= params.high_tier_score) & (quality >= params.min_seldom_seen_quality))
        .then(TIERS.index("medium"))
        .when(score >= params.low_tier_score)
        .then(TIERS.index("low"))
        .otherwise(TIERS.index("info"))
    )
    limit = (
        pl.when(pl.col("event_type") == "dark_encounter")
        .then(TIERS.index(params.max_dark_tier))
        .when(pl.col("event_type") == "solo")
        .then(TIERS.index(params.max_solo_tier))
        .otherwise(TIERS.index("high"))
    )
    names = dict(enumerate(TIERS))
    return pl.min_horizontal(level, limit).replace_strict(names, return_dtype=pl.String)
