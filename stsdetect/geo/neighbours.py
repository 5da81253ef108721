"""Neighbour search by KD-tree on earth-centred coordinates.

There is no grid, so nothing special happens at the poles, the dateline or the edge of a cell.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.geodesy import ecef_m

_SMALLEST_BAND_M = 64.0
_PAIRS_LISTED = 2_000_000  # at once, memory only


def pairs_within_reach(
    lat: ArrayLike,
    lon: ArrayLike,
    reach_m: ArrayLike,
    instant: ArrayLike,
    *,
    max_neighbours: int | None = None,
) -> tuple[Ints, Ints]:
    """Pairs at one instant whose distance does not exceed the sum of their reaches.

    Positions are searched in bands of doubling reach, so that a large ship does not widen the search among
    many small ones.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    reach_m : array_like
        Reach of each position, shape (n,) [m].
    instant : array_like of int
        Instant of each position, shape (n,), not decreasing; only positions at the same one are paired.
    max_neighbours : int, optional
        A pair is kept if it is among this many of either position, those with the least distance beyond
        their reaches first; in a crowd, this bounds the number of pairs. Default: all are kept.

    Returns
    -------
    first, second : numpy.ndarray of int
        Row numbers of the pairs, ``first < second``, sorted.

    Examples
    --------
    >>> first, second = pairs_within_reach([0, 0, 0], [179.9999, -179.9999, 0], [10, 13, 10], [7, 7, 7])
    >>> first.tolist(), second.tolist()
    ([0], [1])
    """
    reach = np.asarray(reach_m, dtype=np.float64)
    when = np.asarray(instant)
    if len(when) == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    xyz = ecef_m(lat, lon)
    band = np.ceil(np.log2(np.maximum(reach, _SMALLEST_BAND_M) / _SMALLEST_BAND_M)).astype(np.int64)
    edges = np.flatnonzero(np.diff(when)) + 1
    found = [np.empty((0, 2), np.int64)]
    for start, end in zip([0, *edges], [*edges, len(when)], strict=True):
        if end - start > 1:
            near = _near_of_instant(xyz[start:end], reach[start:end], band[start:end], max_neighbours)
            found.extend(start + pairs for pairs in near)
    pairs = np.concatenate(found)
    first, second = _within(pairs[:, 0], pairs[:, 1], xyz, reach)
    if max_neighbours is not None:
        first, second = _nearest(first, second, xyz, reach, max_neighbours)
    # One integer per pair sorts many times faster than two columns.
    order = np.sort(np.minimum(first, second) * len(when) + np.maximum(first, second))
    return order // len(when), order % len(when)


def pairs_within(
    places: Floats, centres: Floats, radius: float | Floats, *, norm: float = 2.0
) -> tuple[Ints, Ints]:
    """Pairs of a centre and a place at most `radius` apart, in the order of `centres`.

    Parameters
    ----------
    places, centres : numpy.ndarray
        Coordinates in one unit, such as those from `geodesy.ecef_m` [m]; shape (n, k) and (m, k).
    radius : float or numpy.ndarray
        Radius of the search in that unit, or that of each centre.
    norm : float
        Order of the Minkowski distance: 2 along the straight line, infinity for the largest difference.

    Returns
    -------
    centre, place : numpy.ndarray of int
        Row numbers, one of each per pair.

    Examples
    --------
    >>> places = np.array([[0.0, 0.0, 0.0], [5.0, 0.0, 0.0], [50.0, 0.0, 0.0]])
    >>> centre, place = pairs_within(places, places[:2], 10.0)
    >>> centre.tolist(), sorted(place.tolist())
    ([0, 0, 1, 1], [0, 0, 1, 1])
    """
    if not len(places) or not len(centres):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    near = np.asarray(cKDTree(places).query_ball_point(centres, radius, p=norm), dtype=object)
    centre = np.repeat(np.arange(len(centres)), [len(n) for n in near])
    return centre, np.concatenate([np.asarray(n, dtype=np.int64) for n in near])


def _near_of_instant(xyz: Floats, reach: Floats, band: Ints, max_neighbours: int | None) -> Iterator[Ints]:
    """Pairs within the widest reaches of their bands, which include all pairs within their own reaches."""
    members = [np.flatnonzero(band == b) for b in np.unique(band)]
    trees = [cKDTree(xyz[m], balanced_tree=False) for m in members]
    widest = [float(reach[m].max()) for m in members]
    if max_neighbours is not None and len(xyz) > max_neighbours:
        reaches = [(a, b, widest[a] + widest[b]) for a in range(len(trees)) for b in range(a + 1)]
        if sum(int(trees[a].count_neighbors(trees[b], r)) for a, b, r in reaches) > 2 * _PAIRS_LISTED:
            yield _near_in_crowd(xyz, reach, members, widest, max_neighbours)
            return
    for a, tree in enumerate(trees):
        inside = tree.query_pairs(2.0 * widest[a], output_type="ndarray")
        yield members[a][inside]
        for b in range(a):
            near = tree.sparse_distance_matrix(trees[b], widest[a] + widest[b], output_type="ndarray")
            yield np.stack([members[a][near["i"]], members[b][near["j"]]], axis=1)


def _near_in_crowd(
    xyz: Floats, reach: Floats, members: list[Ints], widest: list[float], max_neighbours: int
) -> Ints:
    """The nearest of each position only, a few positions at a time, where all pairs would be too many."""
    rows, n = max(_PAIRS_LISTED // len(xyz), 1), len(xyz)
    found = []
    for start in range(0, n, rows):
        some = np.arange(start, min(start + rows, n))
        first, second = [], []
        for m, farthest in zip(members, widest, strict=True):
            centre, place = pairs_within(xyz[m], xyz[some], reach[some] + farthest)
            first.append(some[centre])
            second.append(m[place])
        one, two = _within(np.concatenate(first), np.concatenate(second), xyz, reach)
        one, two = one[one != two], two[one != two]
        nearest = _rank(one, two, xyz, reach) < max_neighbours
        found.append(np.minimum(one, two)[nearest] * n + np.maximum(one, two)[nearest])
    pairs = np.unique(np.concatenate(found))
    return np.stack([pairs // n, pairs % n], axis=1)


def _within(first: Ints, second: Ints, xyz: Floats, reach: Floats) -> tuple[Ints, Ints]:
    """The pairs within the sum of their reaches."""
    apart = xyz[first] - xyz[second]
    within = np.einsum("ij,ij->i", apart, apart) <= (reach[first] + reach[second]) ** 2
    return first[within], second[within]


def _nearest(first: Ints, second: Ints, xyz: Floats, reach: Floats, max_neighbours: int) -> tuple[Ints, Ints]:
    """The pairs that are among the nearest of either position."""
    if not len(first) or np.bincount(np.concatenate([first, second])).max() <= max_neighbours:
        return first, second
    one, two = np.concatenate([first, second]), np.concatenate([second, first])
    kept = (_rank(one, two, xyz, reach).reshape(2, -1) < max_neighbours).any(axis=0)
    return first[kept], second[kept]


def _rank(one: Ints, two: Ints, xyz: Floats, reach: Floats) -> Ints:
    """Rank of each pair among those of `one`, from 0: least distance less both reaches first."""
    if not len(one):
        return one
    clearance_m = np.linalg.norm(xyz[one] - xyz[two], axis=1) - (reach[one] + reach[two])
    order = np.lexsort((two, clearance_m, one))
    begins = np.flatnonzero(np.append(True, np.diff(one[order]) != 0))
    rank = np.empty(len(one), np.int64)
    rank[order] = np.arange(len(one)) - np.repeat(begins, np.diff(np.append(begins, len(one))))
    return rank
