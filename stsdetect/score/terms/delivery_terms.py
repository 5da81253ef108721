"""Terms about a direct delivery: where the cargo came from, and whether the ship left lighter."""

from __future__ import annotations

import polars as pl

from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.score.terms.phrases import chance, number
from stsdetect.score.terms.term import Fact, Term

_DELIVERY = pl.col("event_type") == "delivery"


def delivery_terms(params: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    """Terms of the families trade, identity and draught that hold for deliveries only.

    Parameters
    ----------
    params : ScoreParams
        Weights [nat].
    draught_params : DraughtParams
        From which change on a draught counts as changed [m].

    Returns
    -------
    list of Term
    """
    return [*_origin(params), *_identity(params), *_draught(params, draught_params)]


def _origin(p: ScoreParams) -> list[Term]:
    grounds, basis, label = pl.col("embargo_grounds"), pl.col("origin_basis"), pl.col("label_1")
    from_there = _DELIVERY & grounds.str.contains("embargoed_origin")
    quay = pl.col("call_port").fill_null("an unnamed quay")
    return [
        Term(
            family="trade",
            name="origin_seen",
            when=from_there & (basis == "seen"),
            weight_nat=p.origin_seen_nat,
            observed=pl.col("origin_port"),
            threshold="ports under embargo",
            statement=pl.format(
                "{} was seen at {}, a port under embargo, and called at no other quay before this one.",
                label,
                pl.col("origin_port"),
            ),
        ),
        Term(
            family="trade",
            name="origin_hidden",
            when=from_there & (basis != "seen"),
            weight_nat=p.origin_hidden_nat * pl.col("origin_p").fill_null(0.0),
            observed=pl.col("origin_port"),
            threshold="ports within reach of the gap",
            statement=pl.format(
                "In its gap {} could have called at {}, a port under embargo: {} likely.",
                label,
                pl.col("origin_port"),
                chance(pl.col("origin_p")),
            ),
        ),
        Term(
            family="trade",
            name="embargoed_quay",
            when=_DELIVERY & grounds.str.contains("embargoed_destination"),
            weight_nat=p.origin_seen_nat,
            observed=quay,
            threshold="ports under embargo",
            statement=pl.format("{} delivered to {}, or broadcast a destination under embargo.", label, quay),
        ),
    ]


def _identity(p: ScoreParams) -> list[Term]:
    return [
        Term(
            family="identity",
            name="changed_in_gap",
            when=_DELIVERY & pl.col("embargo_grounds").str.contains("identity_change"),
            weight_nat=p.identity_changed_nat,
            observed="another identity after the gap",
            statement=pl.format(
                "{} went into a gap on this voyage under another identity.", pl.col("label_1")
            ),
        )
    ]


def _draught(p: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    fall, least_m = -pl.col("draught_change_m_1"), draught_params.min_change_m
    return [
        Term(
            family="draught",
            name="left_lighter",
            when=_DELIVERY & (fall >= least_m),
            weight_nat=p.left_lighter_nat,
            observed=number(fall, 1),
            unit="m",
            threshold=f"{least_m:g} m",
            statement=pl.format("{} left the quay {} m lighter.", pl.col("label_1"), number(fall, 1)),
        )
    ]


def delivery_facts() -> list[Fact]:
    """What the probability of a delivery and its data quality rest on.

    Returns
    -------
    list of Fact
    """
    in_view = pl.col("origin_basis").is_in(["seen", "edge"])
    tonnes = pl.col("delivery_tonnes").round_sig_figs(2)
    return [
        Fact(
            family="contact",
            name="delivery",
            when=_DELIVERY,
            leaning=pl.col("p_contact") - 0.5,
            observed=chance(pl.col("p_contact")),
            statement=pl.format(
                "By hours, draughts and origin, a direct delivery at {} is {} likely; tonnes: {}.",
                pl.col("call_port").fill_null("a quay without a name"),
                chance(pl.col("p_contact")),
                number(tonnes, 0),
            ),
        ),
        Fact(
            family="quality",
            name="observed",
            when=_DELIVERY,
            observed=pl.col("origin_basis"),
            statement=pl.when(in_view)
            .then(
                pl.lit("The call at the quay was received, and so was the voyage as far as the data reach.")
            )
            .when(pl.col("observed_fraction") == 0.0)
            .then(pl.lit("The call itself lay in a gap, so nothing of it was observed."))
            .otherwise(pl.lit("Part of the voyage lay in a gap: where the cargo was loaded is inferred.")),
        ),
    ]
