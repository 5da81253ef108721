"""Terms about other ships that one lay alongside: it serves them, makes rounds, or has many partners."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.category import (
    called_again,
    makes_rounds,
    on_rounds,
    serves_ships,
    ships_called_on,
    unexplained,
)
from stsdetect.score.terms.phrases import number, plural
from stsdetect.score.terms.term import Term


def association_terms(params: ScoreParams, ship: int) -> list[Term]:
    """Terms of the family trade about one ship and those other than the present partner.

    Parameters
    ----------
    params : ScoreParams
        Weights [nat] and thresholds.
    ship : int
        1 or 2.

    Returns
    -------
    list of Term
    """
    p = params
    label, partners = pl.col(f"label_{ship}"), pl.col(f"n_partners_{ship}")
    visited = ships_called_on(ship)
    window, median = f"{p.visit_window_h:g} h", f"{p.max_median_visit_h:g} h at most"
    serves = pl.col("category").is_in(["bunkering", "pilotage"]) & serves_ships(ship, p)
    return [
        Term(
            family="trade",
            name="serves_ships",
            vessel=str(ship),
            when=serves,
            weight_nat=-p.serves_ships_nat,
            observed=pl.col(f"n_visited_day_{ship}").cast(pl.String),
            unit="ships",
            threshold=f"{p.min_visited_ships} within {p.service_window_h:g} h, {median}",
            statement=pl.format(
                "{} called on {} within a day, for {} h each (median), as {} do, whatever type it declares.",
                label,
                plural(pl.col(f"n_visited_day_{ship}"), "ship", "ships"),
                number(pl.col(f"visit_median_h_{ship}"), 1),
                pl.when(pl.col("category") == "pilotage")
                .then(pl.lit("pilots, tugs and stores boats"))
                .otherwise(pl.lit("bunker barges and stores boats")),
            ),
        ),
        Term(
            family="trade",
            name="rounds",
            vessel=str(ship),
            when=unexplained() & makes_rounds(ship, p),
            weight_nat=-p.rounds_nat,
            observed=visited.cast(pl.String),
            unit="ships",
            threshold=f"{p.min_visited_ships} within {window}, {median}",
            statement=pl.format(
                "{} appears to have called on {} within {}, for {} h each (median) and up to {} km apart, "
                "as service craft do.",
                label,
                plural(visited, "ship", "ships"),
                pl.lit(window),
                number(pl.col(f"visit_median_h_{ship}"), 1),
                number(pl.col(f"visit_spread_m_{ship}") / 1000.0, 0),
            ),
        ),
        Term(
            family="trade",
            name="called_again",
            vessel=str(ship),
            when=unexplained() & ~on_rounds(p) & called_again(ship, p),
            weight_nat=-p.called_again_nat,
            observed=pl.col(f"n_visited_day_{ship}").cast(pl.String),
            unit="ships",
            threshold=f"{p.min_called_again_ships} within {p.service_window_h:g} h, {median}",
            statement=pl.format(
                "{} called on another ship too within a day, {} km away and for {} h each (median): barges "
                "and boats go from ship to ship, cargo is seldom passed twice.",
                label,
                number(pl.col(f"visit_spread_m_{ship}") / 1000.0, 0),
                number(pl.col(f"visit_median_h_{ship}"), 1),
            ),
        ),
        Term(
            family="trade",
            name="many_partners",
            vessel=str(ship),
            # One that goes from ship to ship serves them; one to which others come takes or gives cargo.
            when=unexplained() & ~on_rounds(p) & ~called_again(1, p) & ~called_again(2, p) & (partners >= 1),
            weight_nat=p.many_partners_nat,
            observed=partners.cast(pl.String),
            unit="ships",
            threshold=f"within {p.partner_window_h:g} h",
            statement=pl.format(
                "{} also lay alongside {} within {} h of the event.",
                label,
                plural(partners, "other ship", "other ships"),
                pl.lit(f"{p.partner_window_h:g}"),
            ),
        ),
    ]
