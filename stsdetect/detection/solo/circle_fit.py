"""The circle on which the positions of a ship at anchor lie, where its headings are not received."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stsdetect.detection.solo.swing_parts import Complex
from stsdetect.params import SwingParams

_ROUNDS = 8  # of weighing; it settles in five
_MAX_CONDITION = 1e12  # positions on a line or at one point have no circle


class CircleFit(NamedTuple):
    """Centre and radius of a circle of positions."""

    centre: complex
    radius_m: float
    error_m: float
    residual_m: float
    arc_deg: float


def fit_circle(place: Complex, hours: float, params: SwingParams) -> CircleFit | None:
    r"""Fit a circle to positions, robustly; None where there is no arc to fit.

    Parameters
    ----------
    place : numpy.ndarray of complex
        Antenna, east + i north, in order of time [m].
    hours : float
        Length of the stop [h].
    params : SwingParams
        ``independent_h``, ``min_circle_arc_deg``, ``min_circle_m``, ``max_pivot_m``, ``residual_floor_m``.

    Returns
    -------
    CircleFit or None
        Radius and its error [m]. On which side of the hull the centre lies is not known.

    Notes
    -----
    With :math:`|z|^2 = 2 \Re(\bar c z) + k` linear in the centre :math:`c` and :math:`k = r^2 - |c|^2`
    (Kåsa's fit), repeated with Huber's weights.

    Examples
    --------
    >>> place = 500 + 150 * np.exp(1j * np.linspace(0.0, 3.0, 30))
    >>> fit = fit_circle(place, 12.0, SwingParams())
    >>> round(fit.radius_m), round(fit.centre.real), round(fit.arc_deg)
    (150, 500, 155)
    """
    if len(place) < params.min_looks:
        return None
    middle = place.mean()
    z = place - middle
    design = np.stack([2.0 * z.real, 2.0 * z.imag, np.ones(len(z))], axis=1)
    weight = np.ones(len(z))
    for _ in range(_ROUNDS):
        normal = (design[:, :, None] * design[:, None, :] * weight[:, None, None]).sum(axis=0)
        if np.linalg.cond(normal) > _MAX_CONDITION:
            return None
        right = (design * (np.abs(z) ** 2 * weight)[:, None]).sum(axis=0)
        east, north, k = np.linalg.solve(normal, right)
        centre, radius = complex(east, north), float(np.sqrt(max(k + east * east + north * north, 0.0)))
        off = np.abs(np.abs(z - centre) - radius)
        scale = max(float(np.median(off)), params.residual_floor_m)
        weight = np.minimum(1.0, params.huber_scales * scale / np.maximum(off, 1e-9))
    if not params.min_circle_m <= radius <= params.max_pivot_m:
        return None
    turn = np.degrees(np.unwrap(np.angle(z - centre)))
    arc = float(np.quantile(turn, 0.95) - np.quantile(turn, 0.05))
    if arc < params.min_circle_arc_deg or scale > params.max_circle_scatter * radius:
        return None
    looks = max(min(len(z), 1.0 + hours / params.independent_h) - 3.0, 1.0)
    seen = min(arc, 360.0) / 360.0
    return CircleFit(centre + middle, radius, scale / np.sqrt(looks) / seen, float(np.median(off)), arc)
