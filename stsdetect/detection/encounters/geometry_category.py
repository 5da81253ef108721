"""The geometry category: the most likely reading of a spell from geometry, ship type and motion alone.

Places are not considered here: whether an anchorage is an official bunkering one, or a stop lies in a port,
is decided in the score.
"""

from __future__ import annotations

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
    readings = [
        ("same_hull", pl.col("same_hull_suspected")),
        ("pilotage", _either(SERVICE_CRAFT) & short),
        ("passing", (sailing | (moving & short)) & ~_either(TUG)),
        ("towing", _either(TUG) | (moving & ~_both(FISHING))),
        ("fishing", _both(FISHING)),
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

    They are if any of these holds: their tracks were already tied to one vessel; in any spell the outlines
    overlap by more than ``same_hull_overlap_m`` plus ``same_hull_sigmas`` errors; or, with no gap between
    them and neither a tug, they sailed together for ``same_hull_sailing_h`` at a speed at which ships that
    are made fast do not sail.

    Parameters
    ----------
    params : EncounterParams
        The limits above.

    Returns
    -------
    polars.Expr
        Needs the columns of ENCOUNTERS, ``type_1``, ``type_2`` (ship types) and ``sailing_h`` [h].
    """
    error = pl.col("hull_gap_error_m")
    deep = pl.col("overlap_m") > params.same_hull_overlap_m + params.same_hull_sigmas * error
    no_gap = pl.col("median_hull_gap_m") <= params.max_hull_gap_m
    sailed_h = pl.col("sailing_h").filter(no_gap).sum().over(PAIR)
    sailed = (sailed_h >= params.same_hull_sailing_h) & ~_either(TUG)
    return (pl.col("vessel_id_1") == pl.col("vessel_id_2")) | deep.any().over(PAIR) | sailed


def _bunkering(params: EncounterParams) -> pl.Expr:
    """A small tanker beside a longer ship that is not a tanker."""
    sides = []
    for barge, ship in (("1", "2"), ("2", "1")):
        small = pl.col(f"length_{barge}").is_null() | (pl.col(f"length_{barge}") <= params.max_bunker_barge_m)
        longer = pl.col(f"length_{ship}") > pl.col(f"length_{barge}").fill_null(0.0)
        tankers = [is_tanker(pl.col(f"type_{side}")) for side in (barge, ship)]
        sides.append(tankers[0] & small & ~tankers[1] & longer.fill_null(value=True))
    return sides[0] | sides[1]


def _either(types: tuple[int, ...]) -> pl.Expr:
    return pl.col("type_1").is_in(types) | pl.col("type_2").is_in(types)


def _both(types: tuple[int, ...]) -> pl.Expr:
    return pl.col("type_1").is_in(types) & pl.col("type_2").is_in(types)
