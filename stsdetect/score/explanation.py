"""The strongest innocent explanation of an event, in one sentence."""

from __future__ import annotations

import polars as pl

from stsdetect.itu import is_tanker
from stsdetect.params import ScoreParams
from stsdetect.score.category import at_bunkering_anchorage, in_queue, looks_like_bunkering, on_rounds
from stsdetect.score.terms.phrases import plural

_CATEGORIES = {
    "same_hull": "One ship carries two transponders, so two MMSIs move as one.",
    "towing": "A tug and the vessel that it tows or pushes travel together all the time.",
    "pilotage": "A pilot or service boat came alongside for a few minutes.",
    "fishing": "Fishing vessels work in pairs or lie rafted side by side.",
    "dredging": "A dredger is loading sand into a barge alongside.",
    "berth": "The two ships are moored side by side at a quay.",
    "anchorage_neighbours": "The two ships are anchored close to each other and never touch.",
}


def innocent_explanation(params: ScoreParams) -> pl.Expr:
    """The strongest innocent explanation; needs `category` of `with_category`.

    Parameters
    ----------
    params : ScoreParams

    Returns
    -------
    polars.Expr
        A sentence for every event: the first of `explanations` that applies.
    """
    return pl.coalesce(pl.when(applies).then(sentence) for applies, sentence in explanations(params))


def explanations(params: ScoreParams) -> list[tuple[pl.Expr, pl.Expr]]:
    """When each explanation applies, and its sentence; the strongest first, the last one always applies.

    Parameters
    ----------
    params : ScoreParams

    Returns
    -------
    list of (polars.Expr, polars.Expr)
    """
    category, dark = pl.col("category"), pl.col("event_type") == "dark_encounter"
    anchorage = pl.col("anchorage_name").fill_null("this anchorage")
    others = pl.col("n_alternatives").fill_null(0)
    queue = pl.format(
        "{} lay at rest within {} km at the time, so this is a waiting area",
        plural(pl.col("n_at_rest"), "other ship", "other ships"),
        pl.lit(f"{params.queue_radius_m / 1000:g}"),
    )
    lost_reception = pl.format(
        "{} may be lost reception",
        pl.when(pl.col("dark_kind") == "gap-gap")
        .then(pl.lit("The AIS gaps"))
        .otherwise(pl.lit("The AIS gap")),
    )
    both_tankers = is_tanker(pl.col("ship_type_1")) & is_tanker(pl.col("ship_type_2"))
    return [
        (category == "delivery", pl.col("delivery_innocent")),
        *((category == name, pl.lit(sentence)) for name, sentence in _CATEGORIES.items()),
        (
            (category == "bunkering") & at_bunkering_anchorage(),
            pl.format("A barge delivers bunkers at {}, an official bunkering anchorage.", anchorage),
        ),
        (
            (category == "bunkering") & looks_like_bunkering(params),
            pl.lit("A small tanker delivers bunkers or collects waste oil."),
        ),
        (
            on_rounds(params),
            pl.lit(
                "A service craft, such as a bunker or stores boat, is calling briefly on ship after ship."
            ),
        ),
        *_solo(),
        (dark & in_queue(params), pl.format("{}. {}.", queue, lost_reception)),
        (
            in_queue(params) & (category == "unknown"),
            pl.format("{}, where ships lie near each other and are served by boats.", queue),
        ),
        (
            dark & (others > 0),
            pl.format(
                "{}, and the two may never have met: {} could also have been the partner.",
                lost_reception,
                plural(others, "other ship", "other ships"),
            ),
        ),
        (dark, pl.format("{}, and the two may never have met.", lost_reception)),
        (
            pl.col("anchorage_use") == "lightering",
            pl.format(
                "{} is a lightering anchorage, where deep-draught ships openly unload part of their cargo.",
                pl.col("anchorage_name").fill_null("This"),
            ),
        ),
        (
            pl.col("duration_h") < params.min_transfer_h,
            pl.lit("A boat brought stores, crew or a pilot."),
        ),
        (
            category == "unknown",
            pl.lit("The two may have passed or anchored close to each other without touching."),
        ),
        (
            both_tankers,
            pl.lit("Tankers transfer oil to each other lawfully where owners and the coastal state agree."),
        ),
        (
            in_queue(params),
            pl.format("{}, where ships take stores, carry out repairs or lighter cargo lawfully.", queue),
        ),
        (
            pl.col("in_anchorage"),
            pl.format(
                "Ships waiting at {} take stores, carry out repairs or lighter cargo lawfully.", anchorage
            ),
        ),
        (
            pl.lit(value=True),
            pl.lit("Lawful lightering, assistance after a breakdown, or a delivery of stores."),
        ),
    ]


def _solo() -> list[tuple[pl.Expr, pl.Expr]]:
    """Why one ship stops, or is in a gap, alone."""
    solo, reading = pl.col("event_type") == "solo", pl.col("anchor_reading")
    changed = pl.col("draught_change_m_1").fill_null(0.0) != 0.0
    late = " Crews enter a new draught late, or after taking ballast."
    return [
        (
            solo & (pl.col("solo_kind") == "gap"),
            pl.lit("The AIS gap may be lost reception, or hide a call at a port." + late),
        ),
        (
            solo & (reading == "borrowed"),
            pl.lit(
                "The ship lay at her own anchor with an unusual length of chain, or at a buoy, or beside a "
                "craft that needs no AIS."
            ),
        ),
        (
            solo & (pl.col("n_in_turn") > 0),
            pl.lit("Ships anchor here one after another, in a favoured place or at a buoy."),
        ),
        (solo & changed, pl.lit("The ship waited alone." + late)),
        (solo, pl.lit("The ship waited alone, for orders, a berth, the tide or repairs.")),
    ]
