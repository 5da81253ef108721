"""Where an encounter may have been that was not observed: a region, not a position.

When both ships were in a gap, the position of the event is only the place where the two could have been
together longest, so maps and exports draw a circle around it of the area in which they could have met.
"""

from __future__ import annotations

import math
from typing import Any

_LEAST_RADIUS_M = 1_000.0  # a smaller circle would look like a position


def region_radius_m(detection: dict[str, Any]) -> float | None:
    """Radius of the circle of `area_km2` where both ships were in a gap [m]; None for other detections.

    Parameters
    ----------
    detection : dict
        A row of ENCOUNTERS or DARK_ENCOUNTERS, or an empty one.

    Returns
    -------
    float or None

    Examples
    --------
    >>> round(region_radius_m({"kind": "gap-gap", "area_km2": 314.16}))
    10000
    >>> region_radius_m({"kind": "gap-loitering", "area_km2": 314.16}) is None
    True
    """
    if detection.get("kind") != "gap-gap":
        return None
    return max(math.sqrt(float(detection["area_km2"]) / math.pi) * 1000.0, _LEAST_RADIUS_M)
