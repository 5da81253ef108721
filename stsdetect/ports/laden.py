"""Whether a vessel sailed laden, by its draught: against its own range, else against ships of its length."""

from __future__ import annotations

import polars as pl

from stsdetect.detection.vessel_attributes import latest_type_and_length
from stsdetect.itu import carries_cargo
from stsdetect.params import PortParams


def with_laden(
    voyages: pl.DataFrame, *, identity: pl.DataFrame, static: pl.DataFrame, params: PortParams
) -> pl.DataFrame:
    """Add ``laden``, ``laden_basis`` and ``laden_draught_m`` to voyages.

    A vessel whose draughts in the dump differ by `min_draught_range_m` and by `min_draught_range_share` of
    the deepest sailed in both conditions: it is laden above the middle between the two. Of any other cargo
    ship or tanker the draught is compared with the laden draught of such a length [L72] and with the least
    that the rules allow in ballast [L71]; between the two it may be either.

    Parameters
    ----------
    voyages : polars.DataFrame
        ``mmsi, vessel_id, start_time, end_time, draught_out_m, draught_in_m`` [m].
    identity : polars.DataFrame
        IDENTITY.
    static : polars.DataFrame
        STATIC.
    params : PortParams

    Returns
    -------
    polars.DataFrame
        `voyages` with the three columns.
    """
    vessels = identity.select("mmsi", "vessel_id").unique(maintain_order=True)
    draughts = static.filter(pl.col("draught") > 0).select("mmsi", "draught")
    ranges = (
        draughts.group_by("mmsi", maintain_order=True)
        .agg(deepest=pl.col("draught").max(), shallowest=pl.col("draught").min())
        .join(vessels, on="mmsi", how="left", maintain_order="left")
        .with_columns(pl.col("vessel_id").fill_null(pl.col("mmsi").cast(pl.String)))
        .group_by("vessel_id", maintain_order=True)
        .agg(pl.col("deepest").max(), pl.col("shallowest").min())
    )
    attributes = latest_type_and_length(identity)
    rows = voyages.join(ranges, on="vessel_id", how="left", maintain_order="left").join(
        attributes, on="mmsi", how="left", maintain_order="left"
    )
    draught = pl.coalesce("draught_in_m", "draught_out_m")
    varies = (pl.col("deepest") - pl.col("shallowest")) >= pl.max_horizontal(
        pl.lit(params.min_draught_range_m), pl.col("deepest") * params.min_draught_range_share
    )
    full = pl.col("length") * params.laden_draught_per_length
    ballast = params.ballast_draught_m + pl.col("length") * params.ballast_draught_per_length
    by_size = carries_cargo(pl.col("type")) & (full * params.laden_share > ballast * params.ballast_margin)
    own = varies & draught.is_not_null()
    sized = ~own.fill_null(value=False) & by_size.fill_null(value=False) & draught.is_not_null()
    middle = (pl.col("deepest") + pl.col("shallowest")) / 2.0
    laden = (
        pl.when(own)
        .then(pl.when(draught >= middle).then(pl.lit("yes")).otherwise(pl.lit("no")))
        .when(sized & (draught >= full * params.laden_share))
        .then(pl.lit("yes"))
        .when(sized & (draught <= ballast * params.ballast_margin))
        .then(pl.lit("no"))
        .otherwise(pl.lit("unknown"))
    )
    rows = rows.with_columns(laden=laden, own=own.fill_null(value=False))
    known = pl.col("laden") != "unknown"
    return rows.with_columns(
        laden_basis=pl.when(known & pl.col("own")).then(pl.lit("own_range")).when(known).then(pl.lit("size")),
        laden_draught_m=pl.when(known & pl.col("own")).then("deepest").when(known).then(full),
    ).drop("deepest", "shallowest", "type", "length", "own")
