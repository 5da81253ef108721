"""Units and physical constants, all exact by definition.

Examples
--------
>>> round(10 * KN_TO_MPS, 3)
5.144
"""

from __future__ import annotations

NM_TO_M = 1852.0
"""Metres in an international nautical mile (exact)."""

S_PER_H = 3_600.0
S_PER_MIN = 60.0
S_PER_DAY = 86_400.0
MS_PER_S = 1_000
MS_PER_H = 3_600_000

KN_TO_MPS = NM_TO_M / S_PER_H
"""Metres per second in a knot (exact)."""

WGS84_A_M = 6_378_137.0
"""WGS84 semi-major axis [m]."""

WGS84_F = 1.0 / 298.257223563
"""WGS84 flattening."""
