"""Neighbour search by KD-tree on earth-centred coordinates.

There is no grid, so nothing special happens at the poles, the dateline or the edge of a cell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.geodesy import ecef_m

_SMALLEST_BAND_M = 64.0


def pairs_within_reach(
    lat: ArrayLike, lon: ArrayLike, reach_m: ArrayLike, instant: ArrayLike
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
            near = _near_of_instant(xyz[start:end], reach[start:end], band[start:end])
            found.extend(start + pairs for pairs in near)
    pairs = np.concatenate(found)
    first, second = pairs.T
    apart = xyz[first] - xyz[second]
    within = np.einsum("ij,ij->i", apart, apart) <= (reach[first] + reach[second]) ** 2
    first, second = first[within], second[within]
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


def _near_of_instant(xyz: Floats, reach: Floats, band: Ints) -> list[Ints]:
    """Pairs within the widest reaches of their bands, which include all pairs within their own reaches."""
    members = [np.flatnonzero(band == b) for b in np.unique(band)]
    trees = [cKDTree(xyz[m], balanced_tree=False) for m in members]
    widest = [reach[m].max() for m in members]
    found = []
    for a, tree in enumerate(trees):
        inside = tree.query_pairs(2.0 * widest[a], output_type="ndarray")
        found.append(members[a][inside])
        for b in range(a):
            near = tree.sparse_distance_matrix(trees[b], widest[a] + widest[b], output_type="ndarray")
            found.append(np.stack([members[a][near["i"]], members[b][near["j"]]], axis=1))
    return found
