"""What the contact and the quality of an event rest on: said in words, not weighed."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.terms.phrases import chance, number, percent, plural
from stsdetect.score.terms.term import Term

_SIZES = {
    0: "the size of neither is known",
    1: "the size of one is known",
    2: "the sizes of both are known",
}


def fact_terms(params: ScoreParams) -> list[Term]:
    """What the contact and the quality of an event rest on; said, not weighed."""
    seen, dark = pl.col("event_type") == "encounter", pl.col("event_type") == "dark_encounter"
    p = pl.col("p_contact")
    told = pl.col("rigidity").abs() >= params.min_rigidity_nat
    swing = plural(pl.col("swing_deg").round(0).cast(pl.Int64), "degree", "degrees")
    return [
        _fact(
            "contact",
            "hull_gap",
            seen,
            p - params.min_partner_p_contact,
            number(pl.col("median_hull_gap_m"), 0),
            "m",
            pl.format(
                "For {} hours the hulls lay {} m apart (give or take {} m); with all that was measured, "
                "contact is {} likely.",
                number(pl.col("duration_h"), 1),
                number(pl.col("median_hull_gap_m"), 0),
                number(pl.col("hull_gap_error_m"), 0),
                chance(p),
            ),
        ),
        _fact(
            "contact",
            "turning",
            seen & pl.col("rigidity").is_not_null() & (pl.col("swing_deg") > 0),
            pl.when(told).then(pl.col("rigidity").sign()).otherwise(0.0),
            number(pl.col("swing_deg"), 0),
            "deg",
            pl.when(~told)
            .then(pl.format("They turned by {}; it cannot be told whether as one body.", swing))
            .when(pl.col("rigidity") > 0)
            .then(
                pl.format("While they turned by {} the two moved as one body, as ships made fast do.", swing)
            )
            .otherwise(
                pl.format("While they turned by {} each kept its own place, as on two anchors.", swing)
            ),
        ),
        _fact(
            "contact",
            "visit",
            seen & pl.col("approach_from_m").is_not_null(),
            pl.lit(0.0),
            number(pl.col("approach_from_m") / 1000.0, 1),
            "km",
            pl.format(
                "In the hours before they were up to {} km apart, in the hours after up to {} km.",
                number(pl.col("approach_from_m") / 1000.0, 1),
                number(pl.col("departure_to_m") / 1000.0, 1),
            ),
        ),
        _fact(
            "contact",
            "could_have_met",
            dark,
            pl.lit(0.0),
            number(pl.col("feasible_dwell_h"), 1),
            "h",
            pl.format(
                "While silent, {} could have spent up to {} hours beside {}; to get there and away it had to "
                "sail at {} knots at least. This is possible, not observed.",
                pl.col("label_1"),
                number(pl.col("feasible_dwell_h"), 1),
                pl.col("label_2"),
                number(pl.col("required_sog_kn"), 1),
            ),
        ),
        _fact(
            "contact",
            "others_fit",
            dark,
            pl.lit(0.0),
            pl.col("n_alternatives").cast(pl.String),
            "ships",
            pl.format(
                "{} could have met {} as well; with draughts, trades and company weighed, it is {} likely "
                "that {} did.",
                plural(pl.col("n_alternatives"), "other ship", "other ships"),
                pl.col("label_1"),
                chance(p),
                pl.col("label_2"),
            ),
        ),
        *_elsewhere(dark),
        _fact(
            "quality",
            "observed",
            seen,
            pl.lit(0.0),
            percent(pl.col("observed_fraction")),
            None,
            pl.format(
                "{}; {}.",
                _heard(),
                pl.col("sizes_known").replace_strict(_SIZES, default=_SIZES[0]),
            ),
        ),
        _fact(
            "quality",
            "observed",
            dark,
            pl.lit(0.0),
            pl.col("dark_kind"),
            None,
            pl.when(pl.col("dark_kind") == "gap-gap")
            .then(pl.lit("Both ships were silent: nothing of the meeting was observed."))
            .otherwise(pl.lit("Only one of the two ships was seen.")),
        ),
    ]


def _heard() -> pl.Expr:
    share = pl.col("observed_fraction")
    part = "For {} of the time both ships were being heard, the rest is filled in between reports"
    return (
        pl.when(share >= 0.995)  # what would be rounded to 100 %
        .then(pl.lit("The whole time both ships were being heard"))
        .otherwise(pl.format(part, percent(share)))
    )


def _elsewhere(dark: pl.Expr) -> list[Term]:
    """A ship that was seen beside a third one most of the time had its place taken."""
    return [
        _fact(
            "contact",
            "elsewhere",
            dark & (pl.col(f"elsewhere_h_{ship}") > 0.0),
            pl.lit(-1.0),
            number(pl.col(f"elsewhere_h_{ship}"), 1),
            "h",
            pl.format(
                "{} was seen beside another ship for {} of these {} hours.",
                pl.col(f"label_{ship}"),
                number(pl.col(f"elsewhere_h_{ship}"), 1),
                number(pl.col("duration_h"), 1),
            ),
        )
        for ship in (1, 2)
    ]


def _fact(
    family: str,
    name: str,
    when: pl.Expr,
    direction: pl.Expr,
    observed: pl.Expr,
    unit: str | None,
    statement: pl.Expr,
) -> Term:
    return Term(
        family, name, "both", when.fill_null(False), direction.fill_null(0.0), observed, unit, None, statement
    )
