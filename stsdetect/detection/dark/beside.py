"""A stop beside the place where a vessel in a gap lay at rest.

A ship that lies at anchor as its gap begins is still there, whatever caused the gap. Where another ship stops
within the swing of that place the two can lie alongside; where that ship also came and left within the gap,
it is more than a neighbour that had anchored there before.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.params import DarkParams


def beside(params: DarkParams) -> pl.Expr:
    """How close vessel 2 stopped to where vessel 1 lay at rest, from 1 to 0, over `rest_apart_m`.

    Parameters
    ----------
    params : DarkParams
        `beside_m`, over which it falls to 1/e.

    Returns
    -------
    polars.Expr
        0 where vessel 1 was not at rest.

    Examples
    --------
    >>> rows = pl.DataFrame({"rest_apart_m": [0.0, 300.0, None]})
    >>> rows.select(beside(DarkParams()).round(3)).to_series().to_list()
    [1.0, 0.368, 0.0]
    """
    return (-pl.col("rest_apart_m") / params.beside_m).exp().fill_null(0.0)


def came_and_left_beside(params: DarkParams) -> pl.Expr:
    """Whether vessel 2 came to within twice `beside_m` of where vessel 1 lay, and left, within the gap.

    Parameters
    ----------
    params : DarkParams

    Returns
    -------
    polars.Expr
        Over ``rest_apart_m, stop_within``.
    """
    near = pl.col("rest_apart_m") <= 2.0 * params.beside_m
    return (near & pl.col("stop_within")).fill_null(value=False)


def rested_at_an_end(params: DarkParams) -> pl.Expr:
    """Whether a vessel was at rest just before or after its gap, which may be a gap of reception.

    Parameters
    ----------
    params : DarkParams
        `max_rest_sog_kn`.

    Returns
    -------
    polars.Expr
        Over ``start_sog_kn, end_sog_kn`` of GAPS.
    """
    at_rest = (pl.col(f"{end}_sog_kn") <= params.max_rest_sog_kn for end in ("start", "end"))
    return pl.any_horizontal(expr.fill_null(value=False) for expr in at_rest)


def rest_apart_m(gaps: pl.DataFrame, there_m: Floats, back_m: Floats, params: DarkParams) -> pl.Series:
    """Distance from where a vessel lay at rest at an end of its gap to a stop, row by row.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``start_sog_kn, end_sog_kn`` [kn], n rows.
    there_m, back_m : numpy.ndarray
        From the start and from the end of the gap to the stop, shape (n,) [m]; NaN at an open end.
    params : DarkParams

    Returns
    -------
    polars.Series
        From the nearer end at which the vessel was at rest [m]; null where it was at neither.
    """
    rests = (gaps[f"{end}_sog_kn"].fill_null(np.inf) <= params.max_rest_sog_kn for end in ("start", "end"))
    apart = (np.where(rest, leg, np.nan) for rest, leg in zip(rests, (there_m, back_m), strict=True))
    return pl.Series(np.fmin(*apart)).fill_nan(None)
