"""Which of many silences and stays can have met at all: a search by time bins and balls in space."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.geodesy import ecef_m
from stsdetect.units import NM_TO_M

_BIN_H = 6.0  # length of the time index's bins: speed only
_SLACK_H = 0.01  # distances in a local plane may be metres shorter than through the earth


class Balls(NamedTuple):
    """Times [h] and balls in earth-centred space [m] outside of which a ship cannot have been."""

    start_h: Floats
    end_h: Floats
    centre: Floats
    radius_m: Floats


def balls_of(silences: pl.DataFrame) -> Balls:
    """The sum of the ways to two foci bounds the distance from their middle by half of it."""
    start = ecef_m(silences["start_lat"], silences["start_lon"])
    end = ecef_m(silences["end_lat"].to_numpy(), silences["end_lon"].to_numpy())
    is_open = np.isnan(end[:, 0])
    centre = np.where(is_open[:, None], start, (start + end) / 2.0)
    reach = silences["reach_m"].to_numpy()
    return Balls(
        silences["start_h"].to_numpy(),
        silences["end_h"].to_numpy(),
        centre,
        np.where(is_open, reach, reach / 2.0),
    )


def near_pairs(a: Balls, b: Balls) -> tuple[Ints, Ints]:
    """Pairs whose times and balls meet; each once, in the bin in which both have begun."""
    found_i, found_j = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    bins_a, bins_b = _bins(a), _bins(b)
    for bin_, in_a in bins_a.items():
        in_b = bins_b.get(bin_)
        if in_b is None:
            continue
        # One tree a power of two of the radius, so that one wide ball does not widen every search.
        size = np.ceil(np.log2(np.maximum(b.radius_m[in_b], 1.0)))
        for level in np.unique(size):
            members = in_b[size == level]
            tree = cKDTree(b.centre[members])
            near = tree.query_ball_point(a.centre[in_a], np.maximum(a.radius_m[in_a], 0.0) + 2.0**level)
            counts = np.array([len(n) for n in near])
            i = np.repeat(in_a, counts)
            j = (
                members[np.concatenate([np.asarray(n, dtype=np.int64) for n in near])]
                if counts.sum()
                else i[:0]
            )
            first = np.floor(np.maximum(a.start_h[i], b.start_h[j]) / _BIN_H) == bin_
            found_i.append(i[first])
            found_j.append(j[first])
    i, j = np.concatenate(found_i), np.concatenate(found_j)
    order = np.lexsort((j, i))
    return i[order], j[order]


def leave_time(silences: pl.DataFrame, stays: pl.DataFrame, *, stay_h: float) -> Bools:
    """Whether each silence leaves the time to lie at a stay, row by row, by ways straight through the earth.

    These are never longer than those on it, and sooner found: what they refuse does not fit.
    """
    place = ecef_m(stays["lat"], stays["lon"])
    there, on = (
        np.linalg.norm(
            ecef_m(silences[f"{end}_lat"].to_numpy(), silences[f"{end}_lon"].to_numpy()) - place, axis=1
        )
        for end in ("start", "end")
    )
    m_per_h = silences["max_sog_kn"].to_numpy() * NM_TO_M
    arrive = np.maximum(silences["start_h"].to_numpy() + there / m_per_h, stays["start_h"].to_numpy())
    leave = np.minimum(silences["end_h"].to_numpy() - np.nan_to_num(on) / m_per_h, stays["end_h"].to_numpy())
    return np.asarray(leave - arrive >= stay_h - _SLACK_H)


def _bins(balls: Balls) -> dict[int, Ints]:
    if not len(balls.start_h):
        return {}
    lo = np.floor(balls.start_h / _BIN_H).astype(np.int64)
    n = np.floor(balls.end_h / _BIN_H).astype(np.int64) - lo + 1
    row = np.repeat(np.arange(len(lo)), n)
    which = lo[row] + np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    order = np.argsort(which, kind="stable")
    values, starts = np.unique(which[order], return_index=True)
    return dict(zip(values.tolist(), np.split(row[order], starts[1:]), strict=True))
