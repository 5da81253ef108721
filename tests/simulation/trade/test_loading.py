"""Draughts follow the weight aboard, and crews enter them late, wrong or never."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.simulation.trade.loading import FORMS, DraughtHabits, Hull


@given(st.integers(0, 500), st.sampled_from(sorted(FORMS)), st.floats(40.0, 300.0))
def test_draught_and_displacement_are_inverse_and_a_full_ship_lies_at_her_marks(
    seed: int, kind: str, length_m: float
) -> None:
    hull = Hull.draw(np.random.default_rng(seed), kind, length_m)
    assert hull.draught_with_m(hull.capacity_t) == pytest.approx(hull.draught_m)
    for cargo in (0.0, 0.4 * hull.capacity_t):
        ballast = hull.ballast_t * (1.0 - cargo / hull.capacity_t)
        weight = hull.light_t + cargo + ballast
        assert hull.displacement_t(hull.draught_with_m(cargo)) == pytest.approx(weight)


def test_a_box_barge_by_hand() -> None:
    """80 m by 16 m with a block coefficient of 1: 1,312 t to the metre in sea water, 1,280 t in fresh."""
    barge = Hull(80.0, 16.0, 4.0, block=1.0, waterplane=1.0, light_t=1312.0, ballast_t=0.0)
    assert barge.capacity_t == pytest.approx(3 * 1312.0)
    assert barge.draught_with_m(0.0) == pytest.approx(1.0)
    assert barge.draught_with_m(1312.0) == pytest.approx(2.0)
    assert barge.draught_with_m(1312.0, density=1.0) == pytest.approx(2.05)


def test_more_cargo_always_lies_deeper_though_ballast_goes_out() -> None:
    rng = np.random.default_rng(1)
    for kind in FORMS:
        for _ in range(20):
            hull = Hull.draw(rng, kind, 90.0)
            draughts = [hull.draught_with_m(share * hull.capacity_t) for share in np.linspace(0.0, 1.0, 6)]
            assert np.all(np.diff(draughts) > 0.0), kind


def test_coefficients_vary_widely() -> None:
    rng = np.random.default_rng(2)
    hulls = [Hull.draw(rng, "barge", 90.0) for _ in range(200)]
    assert np.ptp([h.block for h in hulls]) > 0.2
    assert np.ptp([h.waterplane for h in hulls]) > 0.2
    assert all(h.block < h.waterplane <= 0.99 for h in hulls)


def test_a_careful_crew_enters_the_draught_and_a_careless_one_does_not() -> None:
    rng = np.random.default_rng(3)
    careful = DraughtHabits(late_h=0.0, skipped_share=0.0, wrong_share=0.0, step_m=0.1)
    t, value = careful.entered(rng, 100.0, 5.23)
    assert t == 100.0
    assert value == pytest.approx(5.2, abs=0.2)
    assert DraughtHabits(0.0, 1.0, 0.0, 0.1).entered(rng, 100.0, 5.23) is None


def test_a_wrong_entry_is_off_and_a_late_one_late() -> None:
    rng = np.random.default_rng(4)
    entries = [DraughtHabits(2.0, 0.0, 1.0, 0.5).entered(rng, 0.0, 6.0) for _ in range(400)]
    assert np.mean([t for t, _ in entries]) == pytest.approx(2.0 * 3600.0, rel=0.2)
    assert min(abs(value - 6.0) for _, value in entries) >= 0.4
    assert all((2 * value).is_integer() for _, value in entries)
