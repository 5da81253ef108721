"""The most likely reading of a spell from geometry, ship type and motion alone."""

from __future__ import annotations

import polars as pl

from stsdetect.params import EncounterParams


def same_hull(params: EncounterParams) -> pl.Expr:
    """Two AIS sets on one hull: outlines that overlap more than their error allows, whatever the speed."""
    deep = pl.col("overlap_m") > params.same_hull_overlap_m + pl.col("hull_gap_error_m")
    return (pl.col("vessel_id_1") == pl.col("vessel_id_2")) | deep


def category(params: EncounterParams) -> pl.Expr:
    """Reading of a spell; the first that fits.

    Needs the columns of ENCOUNTERS and ``type_1``, ``type_2``, the ship types.
    """
    either = lambda *types: pl.col("type_1").is_in(types) | pl.col("type_2").is_in(types)  # noqa: E731
    both = lambda *types: pl.col("type_1").is_in(types) & pl.col("type_2").is_in(types)  # noqa: E731
    making_way = pl.col("median_sog_kn") > params.under_way_sog_kn
    apart = pl.col("median_hull_gap_m") - pl.col("hull_gap_error_m") > params.max_hull_gap_m
    return (
        pl.when("same_hull_suspected")
        .then(pl.lit("same_hull"))
        .when(either(50, 51, 53, 54, 55) & (pl.col("duration_h") < params.max_pilot_h))
        .then(pl.lit("pilotage"))
        .when(both(30))
        .then(pl.lit("fishing"))
        .when(either(31, 32, 52) | making_way)
        .then(
            pl.when(pl.col("duration_h") < params.max_pilot_h)
            .then(pl.lit("passing"))
            .otherwise(pl.lit("towing"))
        )
        .when(either(33))
        .then(pl.lit("dredging"))
        .when((pl.col("rigidity") < params.earth_fixed_nat) | apart)
        .then(pl.lit("anchorage_neighbours"))
        .otherwise(pl.lit("transfer"))
    )
