"""Circles of positions of ships without headings."""

from __future__ import annotations

import numpy as np
import pytest

from stsdetect.detection.solo.circle_fit import fit_circle
from stsdetect.params import SwingParams

P = SwingParams()


def arc(radius_m: float, arc_deg: float, n: int = 40) -> np.ndarray:
    return radius_m * np.exp(1j * np.radians(np.linspace(0.0, arc_deg, n)))


def test_radius_and_centre_of_an_arc() -> None:
    fit = fit_circle(arc(180.0, 200.0) + 70 - 20j, 12.0, P)
    assert fit is not None
    assert fit.radius_m == pytest.approx(180.0, abs=0.1)
    assert fit.centre == pytest.approx(70 - 20j, abs=0.1)
    assert fit.arc_deg == pytest.approx(180.0, abs=1.0)  # between the 5th and 95th percentile


def test_two_stray_positions_hardly_move_it() -> None:
    place = arc(180.0, 200.0)
    place[[7, 30]] += 250.0
    fit = fit_circle(place, 12.0, P)
    assert fit is not None
    assert fit.radius_m == pytest.approx(180.0, abs=5.0)


@pytest.mark.parametrize(
    "place",
    [
        arc(180.0, 90.0),  # a quarter of a circle fits many
        arc(8.0, 350.0),  # a berth: positions that wander
        np.linspace(0.0, 500.0, 40) + 0j,
        np.zeros(40) + 0j,
        arc(180.0, 300.0, 4),
    ],
    ids=["quarter", "berth", "line", "point", "few"],
)
def test_no_circle(place: np.ndarray) -> None:
    assert fit_circle(place, 12.0, P) is None
