"""The geometry category: the most likely reading of a spell from geometry, ship type and motion alone.

Places are not considered here: whether an anchorage is an official bunkering one, whether a stop lies in a
port, and whether there is a shore near ships that lie as still as at a berth, is decided in the score.

Ship types are declared by the ship itself, and anyone can declare any: a tug, a service craft or a fishing
vessel counts as such only if its length does not contradict it.
"""

from __future__ import annotations

import math

import polars as pl

from stsdetect.detection.encounters.spells import PAIR
from stsdetect.itu import DREDGER, FISHING, SERVICE_CRAFT, TUG, is_tanker
from stsdetect.params import EncounterParams


def category(params: EncounterParams) -> pl.Expr:
    """The first reading that fits a spell, ``transfer`` where none does.

    Parameters
    ----------
    params : EncounterParams
        Speeds, durations and sizes of look-alikes.

    Returns
    -------
    polars.Expr
        Needs the columns of ENCOUNTERS, ``type_1``, ``type_2`` (ship types), ``length_1``, ``length_2`` [m],
        ``under_way_h``, ``sailing_h`` [h] and ``wander_m`` [m].
    """
    short = pl.col("duration_h") < params.max_pilot_h
    moving = pl.col("under_way_h") > params.min_under_way_share * pl.col("duration_h")
    sailing = pl.col("sailing_h") > params.min_sailing_share * pl.col("duration_h")
    apart = pl.col("median_hull_gap_m") - pl.col("hull_gap_error_m") > params.max_hull_gap_m
    own_anchors = (pl.col("rigidity") < params.earth_fixed_nat) | apart
    still = (pl.col("wander_m") < params.moored_wander_m) & (pl.col("swing_deg") < params.moored_swing_deg)
    moored = still & (pl.col("duration_h") >= params.moored_h)
    tug, both_fish = _either(TUG, params.max_tug_m), _both(FISHING, params.max_fishing_m)
    readings = [
        ("same_hull", pl.col("same_hull_suspected")),
        ("pilotage", _either(SERVICE_CRAFT, params.max_service_craft_m) & short),
        ("passing", (sailing | (moving & short)) & ~tug),
        ("towing", tug | (moving & ~both_fish)),
        ("fishing", both_fish),
        ("dredging", _either(DREDGER)),
        ("berth", moored),
        ("anchorage_neighbours", own_anchors),
        ("bunkering", _bunkering(params)),
    ]
    out: pl.Expr = pl.lit("transfer")
    for name, fits in reversed(readings):
        out = pl.when(fits).then(pl.lit(name)).otherwise(out)
    return out


def same_hull(params: EncounterParams) -> pl.Expr:
    """Whether the two transponders of a pair are on one hull, judged from all spells of the pair.

    They are if their tracks were already tied to one vessel. They also are if in any spell the outlines
    overlap by more than ``same_hull_overlap_m`` plus ``same_hull_sigmas`` errors, or if, with no gap between
    them and neither a tug, they sailed together for ``same_hull_sailing_h`` at a speed at which ships that
    are made fast do not sail; but not where one is ``same_hull_length_ratio`` times as long as the other, nor
    where they had routes of their own before or after any spell: one hull is never in two places.

    Parameters
    ----------
    params : EncounterParams
        The limits above.

    Returns
    -------
    polars.Expr
        Needs the columns of ENCOUNTERS, ``type_1``, ``type_2`` (ship types), ``length_1``, ``length_2`` [m]
        and ``sailing_h`` [h].
    """
    error = pl.col("hull_gap_error_m")
    deep = pl.col("overlap_m") > params.same_hull_overlap_m + params.same_hull_sigmas * error
    no_gap = pl.col("median_hull_gap_m") <= params.max_hull_gap_m
    sailed_h = pl.col("sailing_h").filter(no_gap).sum().over(PAIR)
    sailed = (sailed_h >= params.same_hull_sailing_h) & ~_either(TUG, params.max_tug_m)
    longer, shorter = pl.max_horizontal("length_1", "length_2"), pl.min_horizontal("length_1", "length_2")
    known = pl.col("length_1").is_not_null() & pl.col("length_2").is_not_null()
    other_size = known & (longer >= params.same_hull_length_ratio * shorter)
    two_ships = other_size.any().over(PAIR) | _own_routes(params).any().over(PAIR)
    tied = pl.col("vessel_id_1") == pl.col("vessel_id_2")
    return tied | ((deep.any().over(PAIR) | sailed) & ~two_ships)


def _own_routes(params: EncounterParams) -> pl.Expr:
    """Whether the two were far apart before or after a spell, for how far they were from the place of it.

    Two transponders of one hull that are received at different minutes seem apart as well, but by a small
    part of the distance that the hull sails.
    """
    apart = pl.lit(value=False)
    for between, sailed in (("approach_from_m", "came_from_m"), ("departure_to_m", "went_to_m")):
        farthest_m = pl.max_horizontal(f"{sailed}_1", f"{sailed}_2")
        far = pl.col(between) >= params.min_visit_m
        apart |= (far & (pl.col(between) >= params.own_route_share * farthest_m)).fill_null(value=False)
    return apart


def _bunkering(params: EncounterParams) -> pl.Expr:
    """A small tanker beside a longer ship that is not a tanker."""
    sides = []
    for barge, ship in (("1", "2"), ("2", "1")):
        small = pl.col(f"length_{barge}").is_null() | (pl.col(f"length_{barge}") <= params.max_bunker_barge_m)
        longer = pl.col(f"length_{ship}") > pl.col(f"length_{barge}").fill_null(0.0)
        tankers = [is_tanker(pl.col(f"type_{side}")) for side in (barge, ship)]
        sides.append(tankers[0] & small & ~tankers[1] & longer.fill_null(value=True))
    return sides[0] | sides[1]


def _either(types: tuple[int, ...], max_length_m: float = math.inf) -> pl.Expr:
    return _is_one_of(types, max_length_m, "1") | _is_one_of(types, max_length_m, "2")


def _both(types: tuple[int, ...], max_length_m: float = math.inf) -> pl.Expr:
    return _is_one_of(types, max_length_m, "1") & _is_one_of(types, max_length_m, "2")


def _is_one_of(types: tuple[int, ...], max_length_m: float, side: str) -> pl.Expr:
    """Whether a ship declares one of the types and is not known to be longer than such ships are."""
    fits = (pl.col(f"length_{side}") <= max_length_m).fill_null(value=True)
    return pl.col(f"type_{side}").is_in(types) & fits
