"""Draughts that were typed once and never again, which say nothing of cargo."""

from __future__ import annotations

import polars as pl


def changing_draughts(static: pl.DataFrame) -> pl.DataFrame:
    """STATIC without the draughts of ships that always broadcast the same one.

    Parameters
    ----------
    static : polars.DataFrame
        Validated STATIC.

    Returns
    -------
    polars.DataFrame
        The same rows; the draught is null where the MMSI broadcast only one value.

    Examples
    --------
    >>> static = pl.DataFrame({"mmsi": [1, 1, 2, 2], "draught": [3.9, 3.9, 2.0, 4.0]})
    >>> changing_draughts(static)["draught"].to_list()
    [None, None, 2.0, 4.0]
    """
    known = pl.when(pl.col("draught") > 0).then(pl.col("draught"))
    several = known.drop_nulls().n_unique().over("mmsi") > 1
    return static.with_columns(pl.when(several).then(pl.col("draught")).alias("draught"))


def without_constant_draughts(visits: pl.DataFrame, static: pl.DataFrame) -> pl.DataFrame:
    """PORT_VISITS without the draughts of ships that always broadcast the same one.

    Parameters
    ----------
    visits, static : polars.DataFrame
        Validated PORT_VISITS and STATIC.

    Returns
    -------
    polars.DataFrame
        The same rows; both draughts are null where the MMSI broadcast one value in all of STATIC.
    """
    known = static.filter(pl.col("draught") > 0).group_by("mmsi", maintain_order=True)
    constant = known.agg(n=pl.col("draught").n_unique()).filter(pl.col("n") == 1)["mmsi"]
    names = ("draught_in_m", "draught_out_m")
    return visits.with_columns(
        pl.when(~pl.col("mmsi").is_in(constant.implode())).then(pl.col(name)).alias(name) for name in names
    )
