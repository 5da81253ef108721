"""The most likely reading of a spell from geometry, ship type and motion alone.

The place is not looked at here: whether an anchorage is an official bunkering one, or a stop lies in a port,
is for the score.
"""

from __future__ import annotations

import polars as pl

from stsdetect.detection.encounters.spells import PAIR
from stsdetect.params import EncounterParams

FISHING, DREDGER = (30,), (33,)
TUG = (31, 32, 52)
BOAT = (50, 51, 53, 54, 55, 58)
"""Ship types of ITU-R M.1371 table 53; BOAT: pilot, rescue, tender, anti-pollution, law, medical."""


def same_hull(params: EncounterParams) -> pl.Expr:
    """Whether a pair is one hull with two AIS sets, from all its spells together.

    Either the tracks were tied to one hull before, or the outlines overlap by more than their errors allow,
    or the two sailed together faster than ships made fast do, with no gap between them, and neither is a tug.
    """
    error = pl.col("hull_gap_error_m")
    deep = pl.col("overlap_m") > params.same_hull_overlap_m + params.same_hull_sigmas * error
    no_gap = pl.col("median_hull_gap_m") <= params.max_hull_gap_m
    sailed_h = pl.col("sailing_h").filter(no_gap).sum().over(PAIR)
    sailed = (sailed_h >= params.same_hull_sailing_h) & ~_either(TUG)
    return (pl.col("vessel_id_1") == pl.col("vessel_id_2")) | deep.any().over(PAIR) | sailed


def category(params: EncounterParams) -> pl.Expr:
    """Reading of a spell; the first that fits.

    Needs the columns of ENCOUNTERS, ``type_1`` and ``type_2`` (ship types), ``length_1`` and ``length_2``,
    ``under_way_h``, ``sailing_h`` and ``wander_m``.
    """
    short = pl.col("duration_h") < params.max_pilot_h
    sailing, fast = (pl.col(c) > 0.5 * pl.col("duration_h") for c in ("under_way_h", "sailing_h"))
    apart = pl.col("median_hull_gap_m") - pl.col("hull_gap_error_m") > params.max_hull_gap_m
    own_anchors = (pl.col("rigidity") < params.earth_fixed_nat) | apart
    still = (pl.col("wander_m") < params.moored_wander_m) & (pl.col("swing_deg") < params.moored_swing_deg)
    moored = still & (pl.col("duration_h") >= params.moored_h)
    readings = [
        ("same_hull", pl.col("same_hull_suspected")),
        ("pilotage", _either(BOAT) & short),
        ("passing", (fast | (sailing & short)) & ~_either(TUG)),
        ("towing", _either(TUG) | (sailing & ~_both(FISHING))),
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


def _bunkering(params: EncounterParams) -> pl.Expr:
    """A small tanker beside a longer ship that is none."""
    sides = []
    for barge, ship in (("1", "2"), ("2", "1")):
        small = pl.col(f"length_{barge}").is_null() | (pl.col(f"length_{barge}") <= params.max_bunker_barge_m)
        longer = pl.col(f"length_{ship}") > pl.col(f"length_{barge}").fill_null(0.0)
        sides.append(_tanker(barge) & small & ~_tanker(ship) & longer.fill_null(value=True))
    return sides[0] | sides[1]


def _tanker(side: str) -> pl.Expr:
    return pl.col(f"type_{side}").is_between(80, 89)


def _either(types: tuple[int, ...]) -> pl.Expr:
    return pl.col("type_1").is_in(types) | pl.col("type_2").is_in(types)


def _both(types: tuple[int, ...]) -> pl.Expr:
    return pl.col("type_1").is_in(types) & pl.col("type_2").is_in(types)
