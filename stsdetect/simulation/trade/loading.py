"""Weights, draughts and hull forms: how deep a ship lies with her cargo, and what her crew enters.

The displaced volume at a draught T is ``L B T_d C_b (T / T_d)^(C_w / C_b)``, whose slope at the design
draught T_d is the waterplane ``L B C_w``; C_b and C_w are the block and the waterplane coefficient. Both and
the ballast are drawn from ranges wider than those of any one type in the literature [J], so that an interval
of tonnes that holds here does not rest on knowing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class HullForm(NamedTuple):
    """Ranges from which the hulls of a kind are drawn [J]."""

    length_over_beam: tuple[float, float]
    beam_over_draught: tuple[float, float]
    """Beam over design draught."""
    block: tuple[float, float]
    light_share: tuple[float, float]
    """Weight of the empty ship over the design displacement."""
    ballast_share: tuple[float, float]
    """Ballast of an empty ship over her capacity."""
    speed_kn: tuple[float, float]


FORMS: dict[str, HullForm] = {
    "bulk": HullForm((5.6, 6.8), (2.2, 3.0), (0.74, 0.88), (0.13, 0.22), (0.20, 0.42), (10.0, 13.5)),
    "coaster": HullForm((5.4, 7.0), (2.2, 3.2), (0.68, 0.86), (0.20, 0.32), (0.10, 0.40), (8.5, 12.0)),
    "coal ship": HullForm((5.5, 7.0), (2.1, 3.0), (0.66, 0.84), (0.22, 0.34), (0.10, 0.40), (7.5, 11.0)),
    "barge": HullForm((4.6, 6.6), (2.8, 4.6), (0.72, 0.95), (0.15, 0.30), (0.00, 0.15), (6.5, 10.0)),
    "sand barge": HullForm((4.4, 6.2), (2.8, 4.6), (0.74, 0.95), (0.15, 0.30), (0.00, 0.12), (6.0, 9.5)),
    "product tanker": HullForm((5.6, 7.0), (2.1, 3.0), (0.66, 0.84), (0.20, 0.34), (0.15, 0.40), (8.5, 12.5)),
    "bunker barge": HullForm((4.8, 6.4), (2.6, 3.8), (0.68, 0.88), (0.22, 0.36), (0.05, 0.25), (7.0, 10.0)),
    "container": HullForm((6.0, 8.0), (2.4, 3.4), (0.56, 0.70), (0.28, 0.38), (0.05, 0.20), (13.0, 19.0)),
    "shuttle": HullForm((5.4, 7.0), (2.6, 4.0), (0.62, 0.84), (0.22, 0.34), (0.02, 0.15), (8.5, 12.5)),
    "ferry": HullForm((4.4, 6.0), (3.4, 5.0), (0.48, 0.62), (0.60, 0.75), (0.00, 0.05), (11.0, 15.0)),
    "dredger": HullForm((4.6, 6.0), (2.8, 4.2), (0.70, 0.90), (0.30, 0.45), (0.00, 0.15), (6.0, 9.0)),
    "platform": HullForm((4.0, 6.5), (2.6, 4.0), (0.74, 0.92), (0.18, 0.32), (0.05, 0.25), (5.0, 8.0)),
}
"""Hull forms by kind of ship; others have no cargo."""

_LENGTH_BETWEEN_PERPENDICULARS = (0.93, 0.985)  # over the length overall [J]
_WATERPLANE_MORE = (0.03, 0.15)  # waterplane less block coefficient [J]


@dataclass(frozen=True, slots=True)
class Hull:
    """What decides the draught of a ship.

    Attributes
    ----------
    length_m, beam_m, draught_m : float
        Between perpendiculars, moulded, and when fully laden in sea water [m].
    block, waterplane : float
        Coefficients at the design draught.
    light_t, ballast_t : float
        Weight of the empty ship, and ballast that she takes without cargo [t].
    """

    length_m: float
    beam_m: float
    draught_m: float
    block: float
    waterplane: float
    light_t: float
    ballast_t: float

    @classmethod
    def draw(cls, rng: np.random.Generator, kind: str, length_m: float) -> Hull:
        """Draw the hull of a ship of a kind and a length overall [m]."""
        form = FORMS[kind]
        beam = length_m / float(rng.uniform(*form.length_over_beam))
        draught = beam / float(rng.uniform(*form.beam_over_draught))
        block = float(rng.uniform(*form.block))
        waterplane = min(block + float(rng.uniform(*_WATERPLANE_MORE)), 0.99)
        length = length_m * float(rng.uniform(*_LENGTH_BETWEEN_PERPENDICULARS))
        full = 1.025 * length * beam * draught * block
        light = full * float(rng.uniform(*form.light_share))
        return cls(
            length, beam, draught, block, waterplane, light,
            (full - light) * float(rng.uniform(*form.ballast_share)),
        )  # fmt: skip

    @property
    def capacity_t(self) -> float:
        """Cargo with which she lies at her design draught in sea water [t]."""
        return self.displacement_t(self.draught_m) - self.light_t

    def displacement_t(self, draught_m: float, density: float = 1.025) -> float:
        """Weight of the ship and all aboard when she lies that deep [t].

        Examples
        --------
        >>> box = Hull(100.0, 20.0, 5.0, block=0.8, waterplane=0.8, light_t=2000.0, ballast_t=0.0)
        >>> round(box.displacement_t(5.0)), round(box.displacement_t(2.5)), round(box.capacity_t)
        (8200, 4100, 6200)
        """
        share = (draught_m / self.draught_m) ** (self.waterplane / self.block)
        return float(density * self.length_m * self.beam_m * self.draught_m * self.block * share)

    def draught_with_m(self, cargo_t: float, density: float = 1.025) -> float:
        """Draught with a cargo; ballast goes out in proportion as cargo comes in [m].

        Examples
        --------
        >>> box = Hull(100.0, 20.0, 5.0, block=0.8, waterplane=0.8, light_t=2000.0, ballast_t=620.0)
        >>> round(box.draught_with_m(6200.0), 2), round(box.draught_with_m(0.0), 2)
        (5.0, 1.6)
        """
        weight = self.light_t + cargo_t + self.ballast_t * max(1.0 - cargo_t / self.capacity_t, 0.0)
        full = density * self.length_m * self.beam_m * self.draught_m * self.block
        return float(self.draught_m * (weight / full) ** (self.block / self.waterplane))


class DraughtHabits(NamedTuple):
    """How a crew enters draughts into the transponder."""

    late_h: float
    """Mean delay [h]."""
    skipped_share: float
    wrong_share: float
    step_m: float
    """To which they round: 0.1 or 0.5 m."""

    def entered(self, rng: np.random.Generator, t: float, draught_m: float) -> tuple[float, float] | None:
        """When a changed draught is entered [s] and its value [m]; nothing if the crew skips it."""
        skips, errs = rng.random(2) < (self.skipped_share, self.wrong_share)
        error, delay = rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 2.0), rng.exponential(self.late_h * 3600.0)
        if skips:
            return None
        value = draught_m + (error if errs else rng.normal(0.0, 0.05))
        return t + float(delay), round(max(round(value / self.step_m) * self.step_m, 0.8), 1)
