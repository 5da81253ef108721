"""The most likely reading of a candidate, and its strongest innocent explanation in words."""

from __future__ import annotations

from typing import Any

import polars as pl

from stsdetect.params import ScoreParams

INNOCENT = (
    "bunkering",
    "towing",
    "pilotage",
    "fishing",
    "dredging",
    "berth",
    "anchorage_neighbours",
    "same_hull",
)
"""Categories that are no transfer of cargo."""

_MOTION = ("towing", "pilotage", "fishing", "dredging")
_TANKER, _CARGO = (80, 89), (70, 79)


def is_tanker(ship: int) -> pl.Expr:
    """Ship type 80 to 89 (ITU-R M.1371 table 53)."""
    return pl.col(f"ship_type_{ship}").is_between(*_TANKER).fill_null(False)


def is_cargo(ship: int) -> pl.Expr:
    """Ship type 70 to 79 (ITU-R M.1371 table 53)."""
    return pl.col(f"ship_type_{ship}").is_between(*_CARGO).fill_null(False)


def no_cargo(ship: int) -> pl.Expr:
    """A ship type was broadcast, and it is one that carries no cargo; 0 and 1 to 19 say nothing."""
    return (pl.col(f"ship_type_{ship}") >= 20).fill_null(False) & ~is_tanker(ship) & ~is_cargo(ship)


def unexplained() -> pl.Expr:
    """No innocent reading fits; needs the column `category`."""
    return ~pl.col("category").is_in(INNOCENT)


def at_berth(params: ScoreParams) -> pl.Expr:
    """Seen alongside a quay: close to the shore, or inside a port."""
    close = (pl.col("shore_distance_m") <= params.max_berth_shore_m).fill_null(False)
    return (pl.col("event_type") == "encounter") & (pl.col("in_port") | close)


def at_bunkering_anchorage() -> pl.Expr:
    """Inside an anchorage where bunkers are sold."""
    return (pl.col("anchorage_use") == "bunkering").fill_null(False)


def barred_at_night() -> pl.Expr:
    """At night in a bunkering anchorage where no barge may lie alongside then."""
    barred = ~pl.col("anchorage_night_work").fill_null(True)
    return at_bunkering_anchorage() & barred & (pl.col("night_share") > 0.5)


def looks_like_bunkering(params: ScoreParams) -> pl.Expr:
    """A short tanker beside a longer ship for no longer than bunkers take, where or when that is allowed."""

    def barge_beside(barge: int, ship: int) -> pl.Expr:
        longer = pl.col(f"length_m_{ship}") >= params.min_bunkered_length_ratio * pl.col(f"length_m_{barge}")
        short = pl.col(f"length_m_{barge}") <= params.max_bunker_barge_m
        # Two tankers outside the bunkering anchorages trade oil as likely as one fuels the other.
        fuels = ~is_tanker(ship) | at_bunkering_anchorage()
        return is_tanker(barge) & fuels & (short & longer).fill_null(False)

    said = (pl.col("geometry_category") == "bunkering").fill_null(False)
    pair = said | barge_beside(1, 2) | barge_beside(2, 1)
    brief = pl.col("duration_h") <= params.max_bunkering_h
    return (pl.col("event_type") == "encounter") & pair & brief & ~barred_at_night()


def in_queue(params: ScoreParams) -> pl.Expr:
    """Among many ships at rest outside every known port and anchorage: a waiting place learnt."""
    crowd = (pl.col("n_at_rest") >= params.min_queue_ships).fill_null(False)
    return crowd & ~pl.col("in_port") & ~pl.col("in_anchorage")


def makes_rounds(ship: int, params: ScoreParams) -> pl.Expr:
    """A small ship, or one of unknown size, that goes to one ship after another and stays briefly with each.

    A ship that is served by others in turn stays in one place, and a cargo takes longer.
    """
    small = (pl.col(f"length_m_{ship}") <= params.max_bunker_barge_m).fill_null(True)
    round_ = (
        (pl.col(f"n_visited_{ship}") >= params.min_visited_ships)
        & (pl.col(f"visit_median_h_{ship}") <= params.max_median_visit_h)
        & (pl.col(f"visit_spread_m_{ship}") >= params.min_visit_spread_m)
        & (pl.col("duration_h") <= params.max_bunkering_h)
    ).fill_null(False)
    return (pl.col("event_type") == "encounter") & small & round_


def on_rounds(params: ScoreParams) -> pl.Expr:
    """One of the two goes from ship to ship."""
    return makes_rounds(1, params) | makes_rounds(2, params)


def hulls_assumed() -> pl.Expr:
    """No size and no heading of either ship: where the hulls lay is a guess."""
    return (pl.col("sizes_known").fill_null(0) == 0) & (pl.col("headings_known").fill_null(0) == 0)


def nameless() -> pl.Expr:
    """Neither ship gave a name, an IMO number or a type that says what it is."""
    said = [
        pl.col(f"shipname_{k}").is_not_null()
        | pl.col(f"imo_{k}").is_not_null()
        | (pl.col(f"ship_type_{k}") >= 20).fill_null(False)
        for k in (1, 2)
    ]
    return ~(said[0] | said[1])


def gap_weight(side: str, params: ScoreParams) -> pl.Expr:
    """How much a silence speaks for a switch-off around the event [0 to 1].

    Full for a certain switch-off during the event; it fades with the hours between the two, and a ship that
    was not heard again may just have left.
    """
    sure = (pl.col(f"gap_p_off{side}") - params.min_p_off) / max(1.0 - params.min_p_off, 1e-9)
    near = 1.0 - pl.col(f"gap_apart_h{side}").fill_null(0.0) / params.gap_window_h
    ended = pl.when(pl.col(f"gap_open{side}").fill_null(False)).then(params.open_gap_share).otherwise(1.0)
    return sure.clip(0.0, 1.0) * near.clip(0.0, 1.0) * ended


def with_category(features: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Add `category`, one of those of EVENTS.category.

    Parameters
    ----------
    features : polars.DataFrame
        Validated FEATURES.
    params : ScoreParams

    Returns
    -------
    polars.DataFrame
        With the column `category`.
    """
    geometry = pl.col("geometry_category").fill_null("unknown")
    alongside = pl.col("p_contact") >= params.min_partner_p_contact
    category = (
        pl.when("same_hull_suspected")
        .then(pl.lit("same_hull"))
        .when(geometry.is_in(_MOTION))
        .then(geometry)
        .when(geometry == "passing")
        .then(pl.lit("unknown"))
        .when((geometry == "berth") | at_berth(params))
        .then(pl.lit("berth"))
        .when(~alongside & (geometry == "anchorage_neighbours"))
        .then(geometry)
        .when(alongside & looks_like_bunkering(params))
        .then(pl.lit("bunkering"))
        .when(alongside & on_rounds(params) & at_bunkering_anchorage())
        .then(pl.lit("bunkering"))
        .when(alongside & ~on_rounds(params) & ~(hulls_assumed() & (nameless() | in_queue(params))))
        .then(pl.lit("transfer"))
        .otherwise(pl.lit("unknown"))
    )
    return features.with_columns(category=category)


def innocent_explanation(params: ScoreParams) -> pl.Expr:
    """The strongest innocent reading as a sentence; needs the column `category`."""
    category = pl.col("category")
    readings = {
        "same_hull": "One ship carries two AIS sets, so that two numbers move as one.",
        "towing": "A tug and what it tows or pushes stay together for the whole way.",
        "pilotage": "A pilot or service boat lay alongside for some minutes.",
        "fishing": "Fishing boats work in pairs or lie side by side.",
        "dredging": "A dredger fills a sand barge that lies alongside.",
        "berth": "Two ships are moored side by side at a quay.",
        "anchorage_neighbours": "Two ships lie at anchor near each other and never touch.",
    }
    sentence: Any = pl.when(pl.lit(False)).then(pl.lit(""))
    for name, text in readings.items():
        sentence = sentence.when(category == name).then(pl.lit(text))
    place = pl.col("anchorage_name").fill_null("an anchorage")
    dark = pl.col("event_type") == "dark_encounter"
    queue = pl.format(
        "{} other ships lay at rest within {} km at the time: this is a place where ships wait",
        pl.col("n_at_rest"),
        pl.lit(f"{params.queue_radius_m / 1000:g}"),
    )
    others = pl.col("n_alternatives").fill_null(0)
    said: pl.Expr = (
        sentence.when((category == "bunkering") & at_bunkering_anchorage())
        .then(pl.format("A barge delivers fuel at {}, an official bunkering anchorage.", place))
        .when(category == "bunkering")
        .then(pl.lit("A small tanker delivers fuel or takes off waste oil."))
        .when(on_rounds(params))
        .then(
            pl.lit(
                "A service craft, such as a bunker or stores boat, goes from ship to ship and stays briefly."
            )
        )
        .when(dark & in_queue(params))
        .then(pl.format("{}, and the silence may be lost reception.", queue))
        .when(in_queue(params) & (category == "unknown"))
        .then(pl.format("{}, side by side or served by boats.", queue))
        .when(dark & (others > 0))
        .then(
            pl.format(
                "The silence may be lost reception, and the two may never have met: {} more ships fit.",
                others,
            )
        )
        .when(dark)
        .then(pl.lit("The silence may be lost reception, and the two may never have met."))
        .when((pl.col("anchorage_use") == "lightering").fill_null(False))
        .then(pl.format("{} is a place where deep ships hand part of their cargo over openly.", place))
        .when(pl.col("duration_h") < 1.0)
        .then(pl.lit("A boat brought stores, crew or a pilot."))
        .when(category == "unknown")
        .then(pl.lit("The two may have passed or lain near each other without touching."))
        .when(is_tanker(1) & is_tanker(2))
        .then(
            pl.lit(
                "Oil is handed from tanker to tanker lawfully, too, when owners and the coastal state agree."
            )
        )
        .when(in_queue(params))
        .then(pl.format("{}, and are served there: stores, repairs, or lawful lightering.", queue))
        .when(pl.col("in_anchorage"))
        .then(
            pl.format("Ships waiting at {} are served there: stores, repairs, or lawful lightering.", place)
        )
        .otherwise(pl.lit("Lawful lightering, help after a breakdown, or a supply of stores."))
    )
    return said
