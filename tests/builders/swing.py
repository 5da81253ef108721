"""Ships that swing about a fixed point, as the law of `swing_fit` has it, with errors to order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tests.builders import PLACE, fixes, identity, points, static, together

H = 3600.0
TIDE_H = 12.4


def swinging(
    mmsi: int,
    *,
    forward_m: float,
    starboard_m: float = 0.0,
    hours: float = 12.0,
    start_h: float = 0.0,
    swing_deg: float = 120.0,
    heading_bias_deg: float = 0.0,
    heading_noise_deg: float = 0.0,
    east_m: Any = 0.0,
    north_m: Any = 0.0,
    step_s: float = 180.0,
    **columns: Any,
) -> pd.DataFrame:
    """POSITIONS of a ship whose pivot lies so far forward and to starboard of its antenna.

    `east_m` and `north_m` place the pivot; biases and noise are in the headings broadcast, not in the hull's.
    """
    second = np.arange(0.0, hours * H + 1.0, step_s)
    hull = 40.0 + swing_deg / 2 * np.sin(2 * np.pi * (second / H) / TIDE_H)
    h = np.radians(hull)
    noise = (
        np.random.default_rng(mmsi).normal(0.0, heading_noise_deg, len(second)) if heading_noise_deg else 0.0
    )
    heading = np.mod(hull + heading_bias_deg + noise, 360.0)
    return fixes(
        mmsi,
        second + start_h * H,
        east_m - forward_m * np.sin(h) - starboard_m * np.cos(h),
        north_m - forward_m * np.cos(h) + starboard_m * np.sin(h),
        **{"sog": 0.2, "heading": heading, "place": PLACE} | columns,
    )


def under_way(mmsi: int, *, heading_bias_deg: float, start_h: float = -3.0) -> pd.DataFrame:
    """An hour at 12 kn due east, the heading broadcast being off by a bias."""
    second = np.arange(0.0, H, 60.0)
    east_m = (second - H) * 6.17 - 20_000.0
    heading = np.full(len(second), 90.0 + heading_bias_deg)
    return fixes(mmsi, second + start_h * H, east_m, sog=12.0, cog=90.0, heading=heading)


def anchorage(forward_m: float = 110.0, n: int = 4, **columns: Any) -> list[pd.DataFrame]:
    """Ships at their own anchors a mile apart, in the same hours."""
    return [
        swinging(412_000_100 + k, forward_m=forward_m + 4.0 * k, east_m=2000.0 * (k + 1), **columns)
        for k in range(n)
    ]


def as_points(*ships: pd.DataFrame) -> pd.DataFrame:
    """POINTS of ships."""
    return points(together(*ships))


def sizes(*ships: pd.DataFrame, loa_m: float | None = 100.0) -> pd.DataFrame:
    """IDENTITY of ships of that length, the antenna 80 % of it abaft the bow, on the centreline."""
    numbers = sorted({int(m) for ship in ships for m in ship["mmsi"]})
    return identity(*(static(mmsi, -24 * H, loa_m=loa_m) for mmsi in numbers))
