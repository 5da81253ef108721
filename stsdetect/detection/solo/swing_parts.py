"""Parts of a stop in which a ship swung about one fixed point: at anchor, then alongside, then elsewhere.

A ship may shift from her anchor to another ship's side so slowly that it is one stop. Parts are found by
dynamic programming: each costs what its own fit leaves over plus a fixed amount, and looks taken while she
shifted may belong to none. A pivot that moves evenly is one that drags, not many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Floats
from stsdetect.params import SwingParams

Complex = NDArray[np.complex128]


def swing_parts(place: Complex, ahead: Complex, time_h: Floats, params: SwingParams) -> list[tuple[int, int]]:
    """Cut the looks of one stop into parts with one fixed point and one place of it in the hull's frame.

    Parameters
    ----------
    place : numpy.ndarray of complex
        Antenna, east + i north, of each look in order of time, shape (n,) [m].
    ahead : numpy.ndarray of complex
        Mean unit vector of the heading in each look, shape (n,).
    time_h : numpy.ndarray
        Time of each look, shape (n,) [h].
    params : SwingParams
        ``look_scatter_m``, ``new_part_nat``, ``stray_look_nat``, ``min_looks``.

    Returns
    -------
    list of (int, int)
        First look and the look after the last one of each part, in order.

    Examples
    --------
    A ship turns through north 200 m from her anchor and then about another one 2 km east.

    >>> turn = np.exp(1j * np.linspace(0.5, 2.5, 12))
    >>> place = np.concatenate([-200 * turn, 2000 - 200 * turn])
    >>> swing_parts(place, np.concatenate([turn, turn]), np.arange(24.0), SwingParams())
    [(0, 12), (12, 24)]
    """
    n = len(place)
    cost = _costs(place, ahead, params)
    best = np.zeros(n + 1)
    start = np.full(n + 1, -1)
    for j in range(1, n + 1):
        best[j] = best[j - 1] + params.stray_look_nat
        options = best[:j] + cost[:j, j]
        i = int(np.argmin(options))
        if options[i] < best[j]:
            best[j], start[j] = options[i], i
    parts = []
    j = n
    while j > 0:
        if start[j] < 0:
            j -= 1
        else:
            parts.append((int(start[j]), j))
            j = int(start[j])
    return _dragged_together(parts[::-1], place, ahead, time_h, params)


def lever(
    var_place: Floats, var_ahead: Floats, covariance: Complex, params: SwingParams, *, longest: float = np.inf
) -> Complex:
    """Antenna from the pivot, per unit of heading, from second moments with errors in both variables [m].

    The orthogonal ("Deming") regression of places on headings, with the ratio of their errors from `params`;
    an ordinary regression would shrink the distance by the errors of the headings.
    """
    # Positions err in two coordinates, headings only across.
    ratio = 2.0 * (params.position_error_m / np.radians(params.heading_error_deg)) ** 2
    size = np.abs(covariance)
    q = var_place - ratio * var_ahead
    root = np.sqrt(q * q + 4.0 * ratio * size * size)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Two forms of one root; each is exact where the other cancels.
        length = np.where(q > 0, (q + root) / (2.0 * size), 2.0 * ratio * size / (root - q))
        length = np.minimum(np.where(size > 0, length, 0.0), longest)
        return np.asarray(np.where(size > 0, covariance / size, 0.0) * length)


def _dragged_together(
    parts: list[tuple[int, int]], place: Complex, ahead: Complex, time_h: Floats, params: SwingParams
) -> list[tuple[int, int]]:
    """Join parts that follow each other without a break where one pivot that moves evenly fits as well."""
    out: list[tuple[int, int]] = []
    for start, end in parts:
        if out and out[-1][1] == start:
            first = out[-1][0]
            one, other, both = (
                _left_over(place[a:b], ahead[a:b], time_h[a:b])
                for a, b in (out[-1], (start, end), (first, end))
            )
            apart = (one * (start - first) + other * (end - start)) / (end - first)
            if both <= params.drag_ratio * apart + params.residual_floor_m**2:
                out[-1] = (first, end)
                continue
        out.append((start, end))
    return out


def _left_over(place: Complex, ahead: Complex, time_h: Floats) -> float:
    """Mean square that is left of places by headings and an even drift [m²]."""
    p, a, t = place - place.mean(), ahead - ahead.mean(), time_h - time_h.mean()
    left = p - a * ((p * a.conj()).sum() / max(float((np.abs(a) ** 2).sum()), 1e-12))
    free = t - a * ((t * a.conj()).sum() / max(float((np.abs(a) ** 2).sum()), 1e-12))
    norm = float((np.abs(free) ** 2).sum())
    if norm > 0.0:
        left = left - free * ((left * free.conj()).sum() / norm)
    return float((np.abs(left) ** 2).mean())


def _costs(place: Complex, ahead: Complex, params: SwingParams) -> Floats:
    """Cost of a part from look i to look j, shape (n + 1, n + 1) [nat]; infinite where it is too short."""
    n = len(place)
    place = place - place.mean()
    sums = [
        np.concatenate([[0.0], np.cumsum(x)])
        for x in (place, ahead, np.abs(place) ** 2, np.abs(ahead) ** 2, place * ahead.conj())
    ]
    start, end = np.triu_indices(n + 1, k=params.min_looks)
    length = end - start
    m_place, m_ahead, m_pp, m_aa, m_pa = ((s[end] - s[start]) / length for s in sums)
    var_place = np.maximum(m_pp.real - np.abs(m_place) ** 2, 0.0)
    var_ahead = np.maximum(m_aa.real - np.abs(m_ahead) ** 2, 0.0)
    covariance = m_pa - m_place * m_ahead.conj()
    size = np.abs(lever(var_place, var_ahead, covariance, params, longest=params.max_pivot_m))
    left = np.maximum(var_place - 2.0 * size * np.abs(covariance) + size**2 * var_ahead, 0.0)
    heading_part = (size * np.radians(params.heading_error_deg)) ** 2
    cost = np.full((n + 1, n + 1), np.inf)
    cost[start, end] = length * left / (2.0 * params.look_scatter_m**2 + heading_part) + params.new_part_nat
    return cost
