"""Facts: what the probability of contact and the data quality of an event rest on, shown but not weighed."""

from __future__ import annotations

import math

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.terms.delivery_terms import delivery_facts
from stsdetect.score.terms.phrases import chance, number, percent, plural
from stsdetect.score.terms.solo_facts import solo_facts
from stsdetect.score.terms.term import Fact

_SIZES = {
    0: "the size of neither ship is known",
    1: "the size of only one ship is known",
    2: "the sizes of both ships are known",
}
_ENCOUNTER = pl.col("event_type") == "encounter"
_DARK = pl.col("event_type") == "dark_encounter"
_NEAR_REST_M = 1000.0  # the card gives the distance up to it; beyond, it shows nothing


_MIN_COURSE_NAT = 1.0  # odds times e: less is not shown


def fact_terms(params: ScoreParams) -> list[Fact]:
    """All facts: contact of an encounter, a dark encounter and a solo event, and data quality.

    Examples
    --------
    >>> sorted({fact.family for fact in fact_terms(ScoreParams())})
    ['contact', 'quality']
    """
    return [
        *_contact(params),
        *_dark_contact(),
        *solo_facts(params),
        *delivery_facts(),
        *_elsewhere(),
        *_quality(),
    ]


def _contact(p: ScoreParams) -> list[Fact]:
    conclusive = pl.col("rigidity").abs() >= p.min_rigidity_nat
    one_body = pl.col("rigidity") > 0
    swing = plural(pl.col("swing_deg").round(0).cast(pl.Int64), "degree", "degrees")
    before_km = number(pl.col("approach_from_m") / 1000.0, 1)
    after_km = number(pl.col("departure_to_m") / 1000.0, 1)
    overlap = pl.col("overlap_m") > p.same_hull_overlap_m + pl.col("hull_gap_error_m")
    return [
        Fact(
            family="contact",
            name="hull_gap",
            when=_ENCOUNTER,
            leaning=pl.col("p_contact") - p.min_partner_p_contact,
            observed=number(pl.col("median_hull_gap_m"), 0),
            unit="m",
            statement=pl.format(
                "The hulls lay {} m apart (median, ± {} m) for {} h; taking all measurements together, "
                "contact is {} likely.",
                number(pl.col("median_hull_gap_m"), 0),
                number(pl.col("hull_gap_error_m"), 0),
                number(pl.col("duration_h"), 1),
                chance(pl.col("p_contact")),
            ),
        ),
        Fact(
            family="contact",
            name="turning",
            when=_ENCOUNTER & pl.col("rigidity").is_not_null() & (pl.col("swing_deg") > 0),
            leaning=pl.when(conclusive).then(pl.col("rigidity").sign()).otherwise(0.0),
            observed=number(pl.col("swing_deg"), 0),
            unit="deg",
            statement=pl.when(~conclusive)
            .then(pl.format("They swung through {}; whether they turned as one body is inconclusive.", swing))
            .when(one_body)
            .then(
                pl.format(
                    "While swinging through {} the two turned as one body, as ships made fast do.", swing
                )
            )
            .otherwise(
                pl.format(
                    "While swinging through {} each ship turned on its own, as ships on separate anchors do.",
                    swing,
                )
            ),
        ),
        Fact(
            family="contact",
            name="two_ships",
            when=_ENCOUNTER & ~pl.col("same_hull_suspected") & overlap,
            observed=number(pl.col("overlap_m"), 0),
            unit="m",
            threshold=f"{p.same_hull_overlap_m:g} m and the error",
            statement=pl.format(
                "As broadcast, the outlines overlap by {} m, yet the lengths differ too much for one hull or "
                "each had a route of its own: two ships, of which one broadcasts a wrong size or heading.",
                number(pl.col("overlap_m"), 0),
            ),
        ),
        Fact(
            family="contact",
            name="visit",
            when=_ENCOUNTER & pl.col("approach_from_m").is_not_null(),
            observed=before_km,
            unit="km",
            statement=pl.when(pl.col("departure_to_m").is_null())
            .then(
                pl.format(
                    "They were up to {} km apart in the hours before; the hours after were not observed.",
                    before_km,
                )
            )
            .otherwise(
                pl.format(
                    "They were up to {} km apart in the hours before and up to {} km in the hours after.",
                    before_km,
                    after_km,
                )
            ),
        ),
    ]


def _dark_contact() -> list[Fact]:
    others = pl.col("n_alternatives").fill_null(0)
    both = pl.col("dark_kind") == "gap-gap"
    ships = plural(others, "other ship", "other ships")
    met = pl.when(both).then(pl.format("{} or {}", "label_1", "label_2")).otherwise(pl.col("label_1"))
    others_p = pl.col("others_p").fill_null(0.0)
    none_p = (1.0 - pl.col("p_contact") - others_p).clip(0.0, 1.0)
    return [
        Fact(
            family="contact",
            name="could_have_met",
            when=_DARK,
            observed=number(pl.col("feasible_dwell_h"), 1),
            unit="h",
            statement=pl.format(
                "During its AIS gap {} could have spent up to {} h alongside {}, sailing there and away at "
                "{} kn or more. This is possible; it was not observed.",
                pl.col("label_1"),
                number(pl.col("feasible_dwell_h"), 1),
                pl.col("label_2"),
                number(pl.col("required_sog_kn"), 1),
            ),
        ),
        Fact(
            family="contact",
            name="others_fit",
            when=_DARK,
            observed=pl.col("n_alternatives").cast(pl.String),
            unit="ships",
            statement=pl.when(others == 0)
            .then(
                pl.format(
                    "Time and distance would allow no other ship in the data to have met {}; this encounter "
                    "is {} likely, and {} remains for none in the data.",
                    met,
                    chance(pl.col("p_contact")),
                    chance(none_p),
                )
            )
            .otherwise(
                pl.format(
                    "Time and distance alone would also allow {} to have met {}; weighed by stops, draughts, "
                    "ship types and other encounters, all others together are {} likely, this encounter {}, "
                    "and {} remains for none in the data.",
                    ships,
                    met,
                    chance(others_p),
                    chance(pl.col("p_contact")),
                    chance(none_p),
                )
            ),
        ),
        Fact(
            family="contact",
            name="beside",
            when=_DARK & (pl.col("rest_apart_m") <= _NEAR_REST_M),
            leaning=1.0,
            observed=number(pl.col("rest_apart_m"), 0),
            unit="m",
            statement=pl.format(
                "{} lay at rest or drifted {} m from where {} stopped{}.",
                pl.col("label_1"),
                number(pl.col("rest_apart_m"), 0),
                pl.col("label_2"),
                pl.when(pl.col("stop_within"))
                .then(pl.lit(", which came and left while it was not received"))
                .otherwise(pl.lit(", just before or after its gap")),
            ),
        ),
        *(
            Fact(
                family="contact",
                name=name,
                when=_DARK & (sign * pl.col("course_log_lr") >= _MIN_COURSE_NAT),
                leaning=sign,
                observed=number(pl.max_horizontal("start_course_off_deg", "end_course_off_deg"), 0),
                unit="deg",
                statement=_courses(verb),
            )
            for name, sign, verb in (("bound_for", 1.0, "fit"), ("bound_elsewhere", -1.0, "do not fit"))
        ),
        Fact(
            family="contact",
            name="shares",
            when=_DARK & pl.col("others_named").is_not_null(),
            observed=chance(pl.col("p_contact")),
            statement=pl.format(
                "Candidates for the same gap: {} {} (this event), {}.",
                pl.col("label_2"),
                chance(pl.col("p_contact")),
                pl.col("others_named"),
            ),
        ),
    ]


def _elsewhere() -> list[Fact]:
    """Against a dark encounter: one of the two was observed alongside a third ship meanwhile."""
    return [
        Fact(
            family="contact",
            name="elsewhere",
            when=_DARK & (pl.col(f"elsewhere_h_{ship}") > 0.0),
            leaning=-1.0,
            observed=number(pl.col(f"elsewhere_h_{ship}"), 1),
            unit="h",
            statement=pl.format(
                "{} was observed alongside a third ship for {} of these {} h.",
                pl.col(f"label_{ship}"),
                number(pl.col(f"elsewhere_h_{ship}"), 1),
                number(pl.col("duration_h"), 1),
            ),
        )
        for ship in (1, 2)
    ]


def _quality() -> list[Fact]:
    radius_km = number(pl.max_horizontal((pl.col("area_km2") / math.pi).sqrt(), 1.0), 0)
    where = (
        pl.when(pl.col("area_km2").is_null())
        .then(pl.lit("it is not known where"))
        .otherwise(pl.format("it was somewhere within about {} km of the position given", radius_km))
    )
    share = pl.col("observed_fraction")
    received = (
        pl.when(share >= 0.995)  # would be shown as 100 %
        .then(pl.lit("Both ships were received throughout"))
        .otherwise(
            pl.format(
                "Both ships were received for {} of the time and interpolated otherwise", percent(share)
            )
        )
    )
    return [
        Fact(
            family="quality",
            name="observed",
            when=_ENCOUNTER,
            observed=percent(share),
            statement=pl.format(
                "{}; {}.", received, pl.col("sizes_known").replace_strict(_SIZES, default=_SIZES[0])
            ),
        ),
        Fact(
            family="quality",
            name="observed",
            when=_DARK,
            observed=pl.col("dark_kind"),
            statement=pl.when(pl.col("dark_kind") == "gap-gap")
            .then(
                pl.format(
                    "Both ships were in an AIS gap, so nothing of the encounter was observed: if they met, "
                    "{}.",
                    where,
                )
            )
            .otherwise(pl.lit("Only one of the two ships was received; the other was in an AIS gap.")),
        ),
        Fact(
            family="quality",
            name="observed",
            when=pl.col("event_type") == "solo",
            observed=percent(share),
            statement=pl.when(pl.col("solo_kind") == "gap")
            .then(
                pl.lit("The ship was in an AIS gap and the other was never received: nothing was observed.")
            )
            .otherwise(
                pl.format(
                    "Only one ship was received, for {} of the time; no other was seen, or named.",
                    percent(share),
                )
            ),
        ),
    ]


def _courses(verb: str) -> pl.Expr:
    """How the courses of the ship in a gap fit a visit to the other; of two in gaps, without angles."""
    start, end = pl.col("start_course_off_deg"), pl.col("end_course_off_deg")
    out = pl.format("as its gap began it was steering {} degrees off that ship", number(start, 0))
    back = pl.format("as it ended it steered {} degrees off the course away from it", number(end, 0))
    seen = (
        pl.when(start.is_not_null() & end.is_not_null())
        .then(pl.format("{}, and {}", out, back))
        .when(start.is_not_null())
        .then(out)
        .when(end.is_not_null())
        .then(back)
    )
    one = pl.format("The courses of {} {} a visit to {}: {}.", "label_1", pl.lit(verb), "label_2", seen)
    both = pl.format(
        "The course of one ship under way {} a visit to where the other lay at rest ({}, {}).",
        pl.lit("fits" if verb == "fit" else "does not fit"),
        "label_1",
        "label_2",
    )
    return pl.coalesce(one, both)
