"""A stop beside the place where a vessel in a gap lay at rest or drifted.

A ship that lies at anchor as its gap begins is still there, whatever caused the gap; one adrift goes on as it
did, the less certainly the farther. Where another ship stops at that place the two can lie alongside; where
that ship also came and left within the gap, it is more than a neighbour that had anchored there before.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.detection.dark.drift import place_in_stop, reckoned_place
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import DarkParams


def with_beside(
    pairs: pl.DataFrame, gaps: pl.DataFrame, loitering: pl.DataFrame, params: DarkParams
) -> pl.DataFrame:
    """Add how near vessel 2 stopped to where vessel 1 lay at rest or drifted, row by row.

    Parameters
    ----------
    pairs : polars.DataFrame
        n rows.
    gaps : polars.DataFrame
        Of vessel 1: what `reckoned_place` takes, at both ends; n rows.
    loitering : polars.DataFrame
        Of vessel 2: what `place_in_stop` takes; n rows.
    params : DarkParams
        `beside_m`, over which it falls to 1/e, and `drift_error_share`, by which that grows with the drift.

    Returns
    -------
    polars.DataFrame
        With ``rest_apart_m``, the distance, and ``beside``, from 1 at the place to 0 far off, of the end that
        speaks more for it; null where vessel 1 was under way at both. After a drift the place is less
        certain, and even a stop right at it counts as much less as the place is wider. ``near_rest`` is
        whether the stop lay within twice the distance over which `beside` falls to 1/e.
    """
    opens, closes = loitering["start_h"].to_numpy(), loitering["end_h"].to_numpy()
    best, apart = np.full(pairs.height, np.nan), np.full(pairs.height, np.nan)
    near_rest = np.zeros(pairs.height, dtype=bool)
    for end in ("start", "end"):
        at_h = np.clip(gaps[f"{end}_h"].to_numpy(), opens, closes)
        lat, lon, drift_m = reckoned_place(gaps, end, at_h, params)
        # A stop begins and ends with the last hundred metres of coming and leaving.
        places = place_in_stop(loitering, at_h, params), (loitering["lat"], loitering["lon"])
        apart_m = np.fmin(*(distance_m(lat, lon, *place) for place in places))
        spread_m = params.beside_m + params.drift_error_share * drift_m
        near = np.exp(-apart_m / spread_m) * params.beside_m / spread_m
        slow = gaps[f"{end}_sog_kn"].fill_null(np.inf).to_numpy() <= params.max_adrift_sog_kn
        better = slow & ~np.isnan(near) & (near > np.nan_to_num(best, nan=-1.0))
        best, apart = np.where(better, near, best), np.where(better, apart_m, apart)
        near_rest |= slow & (apart_m <= 2.0 * spread_m)
    return pairs.with_columns(
        pl.Series("rest_apart_m", apart).fill_nan(None),
        pl.Series("beside", best).fill_nan(None),
        pl.Series("near_rest", near_rest),
    )


def came_and_left_beside() -> pl.Expr:
    """Whether vessel 2 came to where vessel 1 lay or drifted, and left, within the gap.

    Returns
    -------
    polars.Expr
        Over ``near_rest, stop_within``.
    """
    return pl.col("near_rest") & pl.col("stop_within")


def rested_at_an_end(params: DarkParams) -> pl.Expr:
    """Whether a vessel was at rest or adrift just before or after its gap, which may be a gap of reception.

    Parameters
    ----------
    params : DarkParams
        `max_adrift_sog_kn`.

    Returns
    -------
    polars.Expr
        Over ``start_sog_kn, end_sog_kn`` of GAPS.
    """
    slow = (pl.col(f"{end}_sog_kn") <= params.max_adrift_sog_kn for end in ("start", "end"))
    return pl.any_horizontal(expr.fill_null(value=False) for expr in slow)
