"""The category of an event: its most likely reading from geometry, motion, ship types and place."""

from __future__ import annotations

import polars as pl

from stsdetect.itu import DREDGER, FIRST_SHIP_TYPE, FISHING, OTHER, SERVICE_BOATS, TUG, is_cargo, is_tanker
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
"""Categories other than a transfer of cargo."""

_MOTION = ("towing", "pilotage", "fishing", "dredging")


def with_category(features: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Add `category`, one of those of `EVENTS.category`.

    Parameters
    ----------
    features : polars.DataFrame
        Validated FEATURES, n rows.
    params : ScoreParams

    Returns
    -------
    polars.DataFrame
        n rows with the column `category`.
    """
    geometry = pl.col("geometry_category").fill_null("unknown")
    alongside = pl.col("p_contact") >= params.min_partner_p_contact
    # Without sizes and headings a high probability of contact is weak where ships crowd or nothing is known.
    weak = hulls_assumed() & (unidentified() | in_queue(params))
    category = (
        pl.when(pl.col("event_type") == "delivery")
        .then(pl.lit("delivery"))
        .when("same_hull_suspected")
        .then(pl.lit("same_hull"))
        .when(geometry.is_in(_MOTION) & ~((geometry == "dredging") & dredger_doubted(params)))
        .then(geometry)
        .when(geometry == "passing")
        .then(pl.lit("unknown"))
        .when(at_berth(params) | still_at_berth(params))
        .then(pl.lit("berth"))
        .when(~alongside & (geometry == "anchorage_neighbours"))
        .then(geometry)
        .when(alongside & looks_like_bunkering(params))
        .then(pl.lit("bunkering"))
        .when(alongside & on_rounds(params) & at_bunkering_anchorage())
        .then(pl.lit("bunkering"))
        .when(alongside & serves_ships(1, params))
        .then(_service(1, params))
        .when(alongside & serves_ships(2, params))
        .then(_service(2, params))
        .when(alongside & ~on_rounds(params) & ~weak)
        .then(pl.lit("transfer"))
        .otherwise(pl.lit("unknown"))
    )
    return features.with_columns(category=category)


def unexplained() -> pl.Expr:
    """Whether two ships lay together and no innocent category fits; needs the column `category`."""
    return ~pl.col("category").is_in([*INNOCENT, "delivery"])


def at_berth(params: ScoreParams) -> pl.Expr:
    """Whether an encounter took place at a quay: close to the shore, or inside a port."""
    close = (pl.col("shore_distance_m") <= params.max_berth_shore_m).fill_null(value=False)
    return (pl.col("event_type") == "encounter") & (pl.col("in_port") | close)


def still_at_berth(params: ScoreParams) -> pl.Expr:
    """Whether two ships lay as still as moored ships do, and near a berth: a shore within reach, or a port.

    Far from both, a calm sea or long yawing lines keep two ships as still.
    """
    still = (pl.col("geometry_category") == "berth").fill_null(value=False)
    near = (pl.col("shore_distance_m") <= params.max_still_berth_shore_m).fill_null(value=False)
    return still & (pl.col("in_port") | near)


def at_bunkering_anchorage() -> pl.Expr:
    """Whether the place is an anchorage where bunkers are sold."""
    return (pl.col("anchorage_use") == "bunkering").fill_null(value=False)


def barred_at_night(params: ScoreParams) -> pl.Expr:
    """Whether an event was mostly at night in a bunkering anchorage where no barge may lie alongside then."""
    barred = ~pl.col("anchorage_night_work").fill_null(value=True)
    return at_bunkering_anchorage() & barred & (pl.col("night_share") > params.min_night_share)


def looks_like_bunkering(params: ScoreParams) -> pl.Expr:
    """Whether a short tanker lay beside a longer ship for no longer than bunkering takes, and might do so."""

    def barge_beside(barge: int, ship: int) -> pl.Expr:
        longer = pl.col(f"length_m_{ship}") >= params.min_bunkered_length_ratio * pl.col(f"length_m_{barge}")
        short = pl.col(f"length_m_{barge}") <= params.max_bunker_barge_m
        # Outside the bunkering anchorages two tankers are as likely to trade oil as to bunker.
        bunkers = ~is_tanker(pl.col(f"ship_type_{ship}")) | at_bunkering_anchorage()
        return is_tanker(pl.col(f"ship_type_{barge}")) & bunkers & (short & longer).fill_null(value=False)

    detected = (pl.col("geometry_category") == "bunkering").fill_null(value=False)
    pair = detected | barge_beside(1, 2) | barge_beside(2, 1)
    brief = pl.col("duration_h") <= params.max_bunkering_h
    return (pl.col("event_type") == "encounter") & pair & brief & ~barred_at_night(params)


def in_queue(params: ScoreParams) -> pl.Expr:
    """Whether many ships were at rest around the place, outside every known port and anchorage."""
    crowd = (pl.col("n_at_rest") >= params.min_queue_ships).fill_null(value=False)
    return crowd & ~pl.col("in_port") & ~pl.col("in_anchorage")


def makes_rounds(ship: int, params: ScoreParams) -> pl.Expr:
    """Whether a small ship, or one of unknown size, called briefly on several ships in different places.

    A ship that is itself served by several craft in turn does not move between them, and cargo takes longer.
    """
    several = (ships_called_on(ship) >= params.min_visited_ships).fill_null(value=False)
    return _calls_around(ship, params) & several


def ships_called_on(ship: int) -> pl.Expr:
    """On how many ships a ship called, the present one included; visits in a gap are not among those seen."""
    unseen = (pl.col("event_type") == "dark_encounter").cast(pl.Int64)
    return pl.col(f"n_visited_{ship}") + unseen


def called_again(ship: int, params: ScoreParams) -> pl.Expr:
    """Whether such a ship called on another within a day, too few for a round that shows what it is."""
    again = (pl.col(f"n_visited_day_{ship}") >= params.min_called_again_ships).fill_null(value=False)
    return _calls_around(ship, params) & again & ~makes_rounds(ship, params)


def _calls_around(ship: int, params: ScoreParams) -> pl.Expr:
    """Whether a small ship, or one of unknown size, went from ship to ship and lay with each briefly."""
    small = (pl.col(f"length_m_{ship}") <= params.max_bunker_barge_m).fill_null(value=True)
    calls = (
        (pl.col(f"visit_median_h_{ship}") <= params.max_median_visit_h)
        & (pl.col(f"visit_spread_m_{ship}") >= params.min_visit_spread_m)
        & (pl.col("duration_h") <= params.max_bunkering_h)
    ).fill_null(value=False)
    return pl.col("event_type").is_in(["encounter", "dark_encounter"]) & small & calls


def serves_ships(ship: int, params: ScoreParams) -> pl.Expr:
    """Whether a ship makes its rounds within a day: what it does shows what it is, whatever it declares.

    What declares to be a cargo ship does not serve others.
    """
    within_day = (pl.col(f"n_visited_day_{ship}") >= params.min_visited_ships).fill_null(value=False)
    return makes_rounds(ship, params) & within_day & ~is_cargo(pl.col(f"ship_type_{ship}"))


def _service(ship: int, params: ScoreParams) -> pl.Expr:
    """The reading of a ship that serves others, by how long its visits take."""
    minutes = pl.col(f"visit_median_h_{ship}") < params.min_transfer_h
    return pl.when(minutes).then(pl.lit("pilotage")).otherwise(pl.lit("bunkering"))


def on_rounds(params: ScoreParams) -> pl.Expr:
    """Whether one of the two makes rounds."""
    return makes_rounds(1, params) | makes_rounds(2, params)


def dredger_doubted(params: ScoreParams) -> pl.Expr:
    """Whether one of the two declares to be a dredger and was not seen to work as one."""
    return not_seen_to_dredge(1, params) | not_seen_to_dredge(2, params)


def not_seen_to_dredge(ship: int, params: ScoreParams) -> pl.Expr:
    """Whether a ship declares to be a dredger, yet it came to the other ship, or that one is a tanker.

    Barges come to a dredger, and several do; one that has been beside several hulls is believed, and so are
    two dredgers.
    """
    declared = pl.col(f"ship_type_{ship}").is_in(DREDGER).fill_null(value=False)
    other_type = pl.col(f"ship_type_{3 - ship}")
    came = pl.col("visitor_mmsi") == pl.col(f"mmsi_{ship}")
    to_no_dredger = (came & ~other_type.is_in(DREDGER).fill_null(value=False)).fill_null(value=False)
    several = (pl.col(f"n_visited_{ship}") >= params.min_dredger_barges).fill_null(value=False)
    return declared & (to_no_dredger | is_tanker(other_type)) & ~several


def too_long_for_its_type(ship: int, params: ScoreParams) -> pl.Expr:
    """Whether a ship declares the type of a small craft, or type "other", and is longer than such craft."""
    small = pl.col(f"ship_type_{ship}").is_in(FISHING + TUG + SERVICE_BOATS) | (
        pl.col(f"ship_type_{ship}") >= OTHER[0]
    )
    return (small & (pl.col(f"length_m_{ship}") > params.max_service_craft_m)).fill_null(value=False)


def hulls_assumed() -> pl.Expr:
    """Whether neither size nor heading of either ship is known, so that the outlines are assumed."""
    return (pl.col("sizes_known").fill_null(0) == 0) & (pl.col("headings_known").fill_null(0) == 0)


def unidentified() -> pl.Expr:
    """Whether neither ship broadcast a name, an IMO number or a ship type."""
    one, two = (
        pl.col(f"shipname_{ship}").is_not_null()
        | pl.col(f"imo_{ship}").is_not_null()
        | (pl.col(f"ship_type_{ship}") >= FIRST_SHIP_TYPE).fill_null(value=False)
        for ship in (1, 2)
    )
    return ~(one | two)
