"""Quick search for pairs of gaps, or of gaps and loitering vessels, that could have met at all.

Each prism lies within a period and a ball in earth-centred space. Pairs whose periods and balls intersect are
found by bins of time and KD-trees; only these are measured. Nothing that is feasible is missed: chords
through the earth never exceed distances on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints, ragged_index
from stsdetect.geo.geodesy import ecef_m
from stsdetect.geo.neighbours import pairs_within
from stsdetect.units import NM_TO_M

KIND = pl.Enum(["gap-gap", "gap-loitering"])
"""Kinds of dark encounters."""

_BIN_H = 6.0  # length of the time index's bins: speed only
_SLACK_H = 0.01  # distances in a local plane may be metres shorter than through the earth


class Balls(NamedTuple):
    """Periods [h] and balls in earth-centred space [m] outside of which a vessel could not have been."""

    start_h: Floats
    end_h: Floats
    centre: Floats
    radius_m: Floats


def balls_of_gaps(gaps: pl.DataFrame) -> Balls:
    """Bounding balls of the prisms of gaps.

    The places of a closed gap lie in an ellipse with the two fixes as foci, so within half its major axis,
    the reach, of the middle between them; those of an open gap lie within its reach of the last fix.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``start_h, end_h`` [h], ``start_lat, start_lon, end_lat, end_lon`` [deg], ``reach_m``.

    Returns
    -------
    Balls
    """
    start = ecef_m(gaps["start_lat"], gaps["start_lon"])
    end = ecef_m(gaps["end_lat"].to_numpy(), gaps["end_lon"].to_numpy())
    is_open = np.isnan(end[:, 0])
    centre = np.where(is_open[:, None], start, (start + end) / 2.0)
    reach = gaps["reach_m"].to_numpy()
    return Balls(
        gaps["start_h"].to_numpy(),
        gaps["end_h"].to_numpy(),
        centre,
        np.where(is_open, reach, reach / 2.0),
    )


def balls_of_loitering(loitering: pl.DataFrame) -> Balls:
    """Bounding balls of loitering: as wide as its circle.

    Parameters
    ----------
    loitering : polars.DataFrame
        ``start_h, end_h`` [h], ``lat, lon`` [deg], ``radius_m``.

    Returns
    -------
    Balls
    """
    return Balls(
        loitering["start_h"].to_numpy(),
        loitering["end_h"].to_numpy(),
        ecef_m(loitering["lat"], loitering["lon"]),
        loitering["radius_m"].to_numpy(),
    )


def intersecting_pairs(a: Balls, b: Balls) -> tuple[Ints, Ints]:
    """Rows of `a` and `b` whose periods overlap, within a time bin, and whose balls intersect.

    Parameters
    ----------
    a, b : Balls

    Returns
    -------
    i, j : numpy.ndarray of int
        Sorted; no pair twice.
    """
    found_i, found_j = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    bins_a, bins_b = _rows_by_bin(a), _rows_by_bin(b)
    for bin_, in_a in bins_a.items():
        in_b = bins_b.get(bin_)
        if in_b is None:
            continue
        # One tree per power of two of the radius, so that one wide ball does not widen every search.
        size = _size(b.radius_m[in_b])
        for level in np.unique(size):
            members = in_b[size == level]
            reach_m = np.maximum(a.radius_m[in_a], 0.0) + 2.0**level
            centre, place = pairs_within(b.centre[members], a.centre[in_a], reach_m)
            i, j = in_a[centre], members[place]
            # Each pair once: in the bin in which both periods have begun.
            first = np.floor(np.maximum(a.start_h[i], b.start_h[j]) / _BIN_H) == bin_
            found_i.append(i[first])
            found_j.append(j[first])
    i, j = np.concatenate(found_i), np.concatenate(found_j)
    order = np.lexsort((j, i))
    return i[order], j[order]


def n_within_reach(balls: Balls) -> Ints:
    """How many others each could have met, at most: in the time bin in which they are most.

    Parameters
    ----------
    balls : Balls
        n of them.

    Returns
    -------
    numpy.ndarray of int
        Shape (n,).
    """
    out = np.zeros(len(balls.start_h), np.int64)
    for rows in _rows_by_bin(balls).values():
        n = np.full(len(rows), -1)
        size = _size(balls.radius_m[rows])
        for level in np.unique(size):
            tree = cKDTree(balls.centre[rows[size == level]])
            reach_m = np.maximum(balls.radius_m[rows], 0.0) + 2.0**level
            n += tree.query_ball_point(balls.centre[rows], reach_m, return_length=True)
        out[rows] = np.maximum(out[rows], n)
    return out


def measure_in_blocks(
    a: pl.DataFrame,
    b: pl.DataFrame,
    pairs: tuple[Ints, Ints],
    measure: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame],
    *,
    block: int,
) -> pl.DataFrame:
    """Measure pairs of different hulls, `block` pairs at a time: most are not feasible and need no memory.

    Nor is a pair made of two hulls on one MMSI: that they are two follows from impossible speeds, and a wrong
    time makes two of one ship.
    """
    i, j = pairs
    parts = [measure(a[:0], b[:0])]
    for k in range(0, len(i), block):
        left, right = a[i[k : k + block]], b[j[k : k + block]]
        differ = (left["mmsi"] != right["mmsi"]) & (left["vessel_id"] != right["vessel_id"])
        parts.append(measure(left.filter(differ), right.filter(differ)))
    return pl.concat(parts)


def may_dwell(gaps: pl.DataFrame, loitering: pl.DataFrame, *, dwell_h: float) -> Bools:
    """Whether each gap may leave time to dwell with the loitering vessel of the same row.

    Distances are chords through the earth, which are quick to compute and never longer than those on it: what
    is refused here is not feasible.
    """
    place = ecef_m(loitering["lat"], loitering["lon"])
    there, back = (
        np.linalg.norm(ecef_m(gaps[f"{end}_lat"].to_numpy(), gaps[f"{end}_lon"].to_numpy()) - place, axis=1)
        - loitering["radius_m"].to_numpy()
        for end in ("start", "end")
    )
    m_per_h = gaps["max_sog_kn"].to_numpy() * NM_TO_M
    arrive = np.maximum(gaps["start_h"].to_numpy() + there / m_per_h, loitering["start_h"].to_numpy())
    leave = np.minimum(
        gaps["end_h"].to_numpy() - np.nan_to_num(back) / m_per_h, loitering["end_h"].to_numpy()
    )
    return np.asarray(leave - arrive >= dwell_h - _SLACK_H)


def _size(radius_m: Floats) -> Floats:
    """Power of two that a radius does not exceed."""
    return np.asarray(np.ceil(np.log2(np.maximum(radius_m, 1.0))))


def _rows_by_bin(balls: Balls) -> dict[int, Ints]:
    """The rows whose period touches each time bin."""
    if not len(balls.start_h):
        return {}
    first = np.floor(balls.start_h / _BIN_H).astype(np.int64)
    n_bins = np.floor(balls.end_h / _BIN_H).astype(np.int64) - first + 1
    row, place = ragged_index(n_bins)
    bins = first[row] + place
    order = np.argsort(bins, kind="stable")
    values, starts = np.unique(bins[order], return_index=True)
    return dict(zip(values.tolist(), np.split(row[order], starts[1:]), strict=True))
