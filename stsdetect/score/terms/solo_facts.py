"""Facts of a solo event: what speaks for a ship alongside that was never received, and what against it."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.terms.phrases import chance, number, plural
from stsdetect.score.terms.term import Fact

_SOLO = pl.col("event_type") == "solo"
_STOP = _SOLO & (pl.col("solo_kind") == "stop")


def solo_facts(params: ScoreParams) -> list[Fact]:
    """Facts about the stop, the swing, the spot, the draught and the status.

    Parameters
    ----------
    params : ScoreParams
        From which probability on contact is more likely than not.

    Returns
    -------
    list of Fact
    """
    return [*_stop(params), *_swing(), *_in_turn(), *_draught(), *_status()]


def _stop(p: ScoreParams) -> list[Fact]:
    leaning = pl.col("p_contact") - p.min_partner_p_contact
    hours = number(pl.col("duration_h"), 1)
    return [
        Fact(
            family="contact",
            name="unseen_partner",
            when=_STOP,
            leaning=leaning,
            observed=hours,
            unit="h",
            statement=pl.format(
                "{} lay {} h away from any berth, with no ship alongside that was received. Taking all "
                "measurements together, it is {} likely that one lay there that never transmitted.",
                pl.col("label_1"),
                hours,
                chance(pl.col("p_contact")),
            ),
        ),
        Fact(
            family="contact",
            name="unseen_partner",
            when=_SOLO & (pl.col("solo_kind") == "gap"),
            leaning=leaning,
            observed=hours,
            unit="h",
            statement=pl.format(
                "{} was in a gap for {} h, a switch-off with probability {}, and no ship in the data is a "
                "likely partner; it is {} likely that it met one that never transmitted.",
                pl.col("label_1"),
                hours,
                chance(pl.col("p_off")),
                chance(pl.col("p_contact")),
            ),
        ),
    ]


def _swing() -> list[Fact]:
    forward, side = pl.col("pivot_forward_m"), pl.col("pivot_starboard_m").fill_null(0.0)
    place = pl.format(
        "{} m {} and {} m to {}",
        number(forward.abs(), 0),
        pl.when(forward < 0).then(pl.lit("astern")).otherwise(pl.lit("ahead")),
        number(side.abs(), 0),
        pl.when(side < 0).then(pl.lit("port")).otherwise(pl.lit("starboard")),
    )
    reading = pl.col("anchor_reading")
    return [
        Fact(
            family="contact",
            name="anchor",
            when=_STOP & forward.is_not_null(),
            leaning=pl.when(reading == "borrowed").then(1.0).when(reading == "own").then(-1.0).otherwise(0.0),
            observed=number(pl.col("log_lr_borrowed"), 1),
            unit="nat",
            statement=pl.format(
                "While her heading swung through {} degrees she turned about a point {} of her antenna; "
                "at her own anchor it would be {} m ahead. {}",
                number(pl.col("swing_deg"), 0),
                place,
                number(pl.col("expected_forward_m"), 0),
                pl.when(reading == "borrowed")
                .then(pl.lit("She hung on the anchor of another ship."))
                .when(reading == "own")
                .then(pl.lit("She lay at her own anchor."))
                .otherwise(pl.lit("Whose anchor that was is not clear.")),
            ),
        )
    ]


def _in_turn() -> list[Fact]:
    return [
        Fact(
            family="contact",
            name="in_turn",
            when=_STOP & (pl.col("n_in_turn") > 0),
            observed=pl.col("n_in_turn").cast(pl.String),
            unit="ships",
            statement=pl.format(
                "{} lay at this spot before or after, one at a time, as ships do that come to one another.",
                plural(pl.col("n_in_turn"), "other ship", "other ships"),
            ),
        )
    ]


def _draught() -> list[Fact]:
    change = pl.col("draught_change_m_1")
    return [
        Fact(
            family="contact",
            name="own_draught",
            when=_SOLO & change.is_not_null(),
            leaning=pl.when(change != 0.0).then(1.0).otherwise(-1.0),
            observed=number(change, 1),
            unit="m",
            statement=pl.when(change == 0.0)
            .then(pl.lit("The draught broadcast afterwards was the same."))
            .otherwise(
                pl.format(
                    "The draught broadcast afterwards was {} m {}.",
                    number(change.abs(), 1),
                    pl.when(change > 0).then(pl.lit("more")).otherwise(pl.lit("less")),
                )
            ),
        )
    ]


def _status() -> list[Fact]:
    moored = pl.col("status") == "moored"
    return [
        Fact(
            family="contact",
            name="status",
            when=_STOP & pl.col("status").is_in(["moored", "at_anchor"]),
            leaning=pl.when(moored).then(1.0).otherwise(-1.0),
            observed=pl.col("status").str.replace("_", " "),
            statement=pl.when(moored)
            .then(pl.lit("The status was moored, where there is not any berth."))
            .otherwise(pl.lit("The status was at anchor.")),
        )
    ]
