"""Several ships in turn at one empty spot, as they come to a ship that is never received."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.geodesy import ecef_m
from stsdetect.geo.neighbours import pairs_within
from stsdetect.params import SoloStopParams

_ROWS_PER_BLOCK = 1_000  # bounds the memory where thousands of ships lie in one anchorage


def with_ships_in_turn(stops: pl.DataFrame, params: SoloStopParams) -> pl.DataFrame:
    """Add how many other ships lay at the spot of each stop before or after it, and the odds of that.

    Ships at anchor take any place in an anchorage, so that some lie where others lay before. Their number at
    one spot is then Poisson-distributed about the density of stops around it; with a hidden ship there, it
    is what was counted. A ship that comes to a spot again, or stops all
    the time, is at work, and does not count.

    Parameters
    ----------
    stops : polars.DataFrame
        ``vessel_id, start_time, end_time, lat, lon, n_own_stops`` of all stops away from berths, n rows.
    params : SoloStopParams
        `in_turn_m`, `around_m`, `max_in_turn_nat`.

    Returns
    -------
    polars.DataFrame
        n rows with ``n_in_turn``, and ``log_lr_in_turn`` [nat]: the log-likelihood ratio, not below 0.
    """
    place = ecef_m(stops["lat"], stops["lon"])
    vessel = stops["vessel_id"].rank("dense").to_numpy().astype(np.int64)
    works = _comes_again(place, vessel, params.in_turn_m)
    works |= stops["n_own_stops"].to_numpy() >= params.min_routine_stops
    start, end = (stops[c].dt.epoch("ms").to_numpy() for c in ("start_time", "end_time"))
    at_spot, around = np.zeros(len(stops)), np.zeros(len(stops))
    for first in range(0, len(stops), _ROWS_PER_BLOCK):
        some = slice(first, first + _ROWS_PER_BLOCK)
        one, other = pairs_within(place, place[some], params.around_m)
        one = one + first
        in_turn = ~works[one] & ~works[other] & (vessel[one] != vessel[other])
        in_turn &= (end[other] <= start[one]) | (start[other] >= end[one])
        one, other = one[in_turn], other[in_turn]
        near = np.linalg.norm(place[one] - place[other], axis=1) <= params.in_turn_m
        around[some] += np.bincount(_ships(one, vessel[other]) - first, minlength=len(around[some]))
        at_spot[some] += np.bincount(
            _ships(one[near], vessel[other][near]) - first, minlength=len(at_spot[some])
        )
    share = (params.in_turn_m / params.around_m) ** 2
    expected = np.maximum((around - at_spot) * share / (1.0 - share), share)
    known = np.maximum(at_spot, expected)  # fewer than expected speak for nothing
    log_lr = known * np.log(known / expected) - (known - expected)
    return stops.with_columns(
        n_in_turn=pl.Series(at_spot.astype(np.int64)),
        log_lr_in_turn=pl.Series(np.minimum(log_lr, params.max_in_turn_nat)),
    )


def _comes_again(place: Floats, vessel: Ints, reach_m: float) -> Bools:
    """Which stops are of a ship that stopped there another time as well."""
    order = np.argsort(vessel, kind="stable")
    out = np.zeros(len(vessel), dtype=bool)
    for rows in np.split(order, np.flatnonzero(np.diff(vessel[order])) + 1):
        if len(rows) > 1:
            near = cKDTree(place[rows]).query_ball_point(place[rows], reach_m, return_length=True)
            out[rows] = np.asarray(near) > 1
    return out


def _ships(row: Ints, vessel: Ints) -> Ints:
    """Rows, each as often as it has different ships beside it."""
    return np.unique(np.stack([row, vessel], axis=1), axis=0)[:, 0]
