"""Tide and wind of a simulated sea.

Kept simple [J]: one tidal ellipse (constituents M2 and S2, which give springs and neaps) and one steady wind
for the whole sea. Real tides turn at other times in each channel; strength, shape and phase are varied widely
instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stsdetect.arrays import Floats
from stsdetect.units import S_PER_H

_M2_H, _S2_H = 12.4206, 12.0  # periods of the constituents
_S2_SHARE = 0.35  # amplitude of S2 over that of M2 [J]


@dataclass(frozen=True, slots=True)
class Water:
    """Tidal current and wind.

    Attributes
    ----------
    tide_mps : float
        Amplitude of the M2 current along the ellipse's axis [m/s].
    axis_deg : float
        Direction of the flood [deg].
    ellipse : float
        Minor over major axis.
    phase : float
        Phase of M2 at the sea's start [rad].
    wind_mps, wind_to_deg : float
        Wind speed [m/s] and the direction it blows to [deg].
    """

    tide_mps: float
    axis_deg: float
    ellipse: float
    phase: float
    wind_mps: float
    wind_to_deg: float

    def current(self, t: Floats) -> tuple[Floats, Floats]:
        """Current at seconds `t` of the sea: east and north [m/s]."""
        along, across = np.zeros_like(t), np.zeros_like(t)
        for omega, share, phase in self._constituents():
            along = along + share * np.cos(omega * t + phase)
            across = across + share * np.sin(omega * t + phase)
        return self._turned(along, across)

    def carried(self, t_from: float, t: Floats) -> tuple[Floats, Floats]:
        """How far the current carries a drifting object from `t_from` to `t` [s]: east and north [m]."""
        along, across = np.zeros_like(t), np.zeros_like(t)
        for omega, share, phase in self._constituents():
            along = along + share / omega * (np.sin(omega * t + phase) - np.sin(omega * t_from + phase))
            across = across - share / omega * (np.cos(omega * t + phase) - np.cos(omega * t_from + phase))
        return self._turned(along, across)

    def wind(self) -> tuple[float, float]:
        """Wind, east and north [m/s]."""
        to = np.deg2rad(self.wind_to_deg)
        return self.wind_mps * float(np.sin(to)), self.wind_mps * float(np.cos(to))

    def bow_into(self, t: Floats, windage: float) -> Floats:
        """Heading of a ship at anchor: against the current plus `windage` times the wind [deg].

        `windage` near 0.01 is a laden hull that lies to the tide, 0.06 a light one that lies to the wind
        [J].
        """
        east, north = self.current(t)
        wind_east, wind_north = self.wind()
        angle = np.arctan2(-(east + windage * wind_east), -(north + windage * wind_north))
        return np.asarray(np.rad2deg(angle) % 360.0)

    def _constituents(self) -> list[tuple[float, float, float]]:
        m2, s2 = 2 * np.pi / (_M2_H * S_PER_H), 2 * np.pi / (_S2_H * S_PER_H)
        return [(m2, 1.0, self.phase), (s2, _S2_SHARE, 0.7 * self.phase)]

    def _turned(self, along: Floats, across: Floats) -> tuple[Floats, Floats]:
        axis = np.deg2rad(self.axis_deg)
        along, across = self.tide_mps * along, self.tide_mps * self.ellipse * across
        return along * np.sin(axis) + across * np.cos(axis), along * np.cos(axis) - across * np.sin(axis)
