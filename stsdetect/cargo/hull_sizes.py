"""What kind of hull a ship has and how large it is, with the error of what had to be assumed."""

from __future__ import annotations

import polars as pl

from stsdetect.itu import DREDGER, FIRST_SHIP_TYPE, OTHER, is_cargo, is_tanker
from stsdetect.params import TonnesParams

HULLS = ("barge", "dry", "tanker", "dredger", "unknown", "none")
"""Kinds of hull; `none` carries no cargo, `unknown` broadcast no type."""


def hull_sizes(identity: pl.DataFrame, static: pl.DataFrame, params: TonnesParams) -> pl.DataFrame:
    """Kind, length, beam and laden draught of each vessel.

    Parameters
    ----------
    identity : polars.DataFrame
        Validated IDENTITY.
    static : polars.DataFrame
        Validated STATIC; only its draughts are used.
    params : TonnesParams

    Returns
    -------
    polars.DataFrame
        One row per vessel, sorted: ``vessel_id``; ``hull``, one of `HULLS`; ``hull_length_m``,
        ``hull_beam_m``, ``laden_draught_m`` [m], null where nothing shows them; ``size_spread``, the
        relative one-sigma error of length times beam, and ``laden_spread``, that of the laden draught.

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY, STATIC
    >>> hull_sizes(IDENTITY.optional(None), STATIC.optional(None), TonnesParams()).columns[:3]
    ['vessel_id', 'hull', 'hull_length_m']
    """
    hulls = _latest(identity).with_columns(hull=_hull(params))
    hulls = hulls.join(_deepest(identity, static, params), on="vessel_id", how="left", maintain_order="left")
    length = _believed(pl.col("length_m"), params.min_length_m, params.max_length_m)
    beam = _believed(pl.col("width_m"), params.min_length_m / params.max_length_per_beam, params.max_length_m)
    ratio = length / beam
    sound = ratio.is_between(params.min_length_per_beam, params.max_length_per_beam).fill_null(value=True)
    hulls = hulls.with_columns(length=length, beam=pl.when(sound).then(beam))
    barge = pl.col("hull") == "barge"
    per_beam = pl.when(barge).then(params.barge_length_per_beam).otherwise(params.ship_length_per_beam)
    beam_spread = pl.when(barge).then(params.barge_beam_spread).otherwise(params.ship_beam_spread)
    hulls = hulls.with_columns(
        hull_length_m=pl.coalesce("length", pl.col("beam") * per_beam),
        hull_beam_m=pl.coalesce("beam", pl.col("length") / per_beam),
        size_spread=pl.when(pl.col("length").is_null() | pl.col("beam").is_null())
        .then(beam_spread)
        .otherwise(0.0),
    )
    per_draught = pl.when(barge).then(params.barge_beam_per_draught).otherwise(params.ship_beam_per_draught)
    from_beam = pl.col("hull_beam_m") / per_draught
    # A draught deeper than a hull of that beam can have was mistyped, a much shallower one is not laden.
    believed = pl.col("deepest_m").is_between(
        params.min_own_draught_ratio * from_beam, params.max_own_draught_ratio * from_beam
    )
    own = pl.when(believed).then(pl.col("deepest_m"))
    return hulls.with_columns(own=own).select(
        "vessel_id",
        "hull",
        "hull_length_m",
        "hull_beam_m",
        "size_spread",
        laden_draught_m=pl.coalesce("own", from_beam),
        laden_spread=pl.when(pl.col("own").is_not_null())
        .then(params.own_draught_spread)
        .otherwise(params.draught_spread),
    )


def _latest(identity: pl.DataFrame) -> pl.DataFrame:
    """What each vessel broadcast last of type, size and IMO number, and its class."""
    spells = identity.sort("vessel_id", "start_time", "mmsi", maintain_order=True)
    last = [pl.col(c).drop_nulls().last() for c in ("ship_type", "length_m", "width_m")]
    return spells.group_by("vessel_id", maintain_order=True).agg(
        *last,
        imo=pl.col("imo").filter(pl.col("imo_valid")).last(),
        ais_class=pl.col("ais_class").last(),
    )


def _hull(params: TonnesParams) -> pl.Expr:
    kind = pl.col("ship_type")
    known = (kind >= FIRST_SHIP_TYPE) & (kind < OTHER[0])
    short = (pl.col("length_m") <= params.max_barge_m).fill_null(value=True)
    coastal = pl.col("imo").is_null() & short
    return (
        pl.when(is_tanker(kind))
        .then(pl.lit("tanker"))
        .when(kind.is_in(DREDGER))
        .then(pl.lit("dredger"))
        .when(is_cargo(kind) & coastal)
        .then(pl.lit("barge"))
        .when(is_cargo(kind))
        .then(pl.lit("dry"))
        .when(known.fill_null(value=False))
        .then(pl.lit("none"))
        .otherwise(pl.lit("unknown"))
    )


def _deepest(identity: pl.DataFrame, static: pl.DataFrame, params: TonnesParams) -> pl.DataFrame:
    """The deepest draught of each vessel that broadcast several; 0 means "not available" [L1]."""
    owners = identity.select("mmsi", "vessel_id").unique(maintain_order=True)
    # An MMSI that several hulls used names none of them.
    owners = owners.filter(pl.len().over("mmsi") == 1)
    draughts = static.filter(pl.col("draught") > 0).select("mmsi", "draught")
    return (
        draughts.join(owners, on="mmsi", maintain_order="left")
        .group_by("vessel_id", maintain_order=True)
        .agg(n=pl.len(), deepest_m=pl.col("draught").max())
        .filter(pl.col("n") >= params.min_own_draughts)
        .select("vessel_id", "deepest_m")
    )


def _believed(value: pl.Expr, least: float, most: float) -> pl.Expr:
    return pl.when(value.is_between(least, most)).then(value)
