"""Parts of a stop with one fixed point each."""

from __future__ import annotations

import numpy as np
import pytest

from stsdetect.detection.solo.swing_parts import lever, swing_parts
from stsdetect.params import SwingParams
from tests.naive import lever_by_search

P = SwingParams()


def turning(n: int, start: float = 0.0, end: float = 2.0) -> np.ndarray:
    return np.exp(1j * np.linspace(start, end, n))


def test_a_ship_at_one_anchor_is_one_part() -> None:
    ahead = turning(70)
    assert swing_parts(300 - 150 * ahead, ahead, np.arange(float(len(ahead))) / 6, P) == [(0, 70)]


def test_shifting_alongside_begins_another_part_and_the_way_there_is_none() -> None:
    # 30 looks at her own anchor, 3 under way over 2 km, 30 looks 200 m astern of a host's anchor.
    ahead = turning(63)
    place = np.concatenate([-150 * ahead[:30], [500, 1000, 1500], 2000 - (200 - 40j) * ahead[33:]])
    assert swing_parts(place, ahead, np.arange(float(len(ahead))) / 6, P) == [(0, 30), (33, 63)]


def test_a_stray_look_does_not_cut_a_part() -> None:
    ahead = turning(40)
    place = -150 * ahead
    place[20] += 60.0
    assert swing_parts(place, ahead, np.arange(float(len(ahead))) / 6, P) == [(0, 40)]


def test_a_pivot_that_drags_is_one_part_and_a_step_is_two() -> None:
    ahead = np.exp(1j * np.sin(np.linspace(0.0, 6.0, 72)))
    hour = np.arange(72) / 6
    assert swing_parts(-110 * ahead + 30 * hour, ahead, hour, P) == [(0, 72)]
    assert swing_parts(-110 * ahead + np.where(hour < 6, 0, 400), ahead, hour, P) == [(0, 36), (36, 72)]


def test_few_looks_are_no_part() -> None:
    ahead = turning(5)
    assert swing_parts(-150 * ahead, ahead, np.arange(float(len(ahead))) / 6, P) == []


@pytest.mark.parametrize("swing_deg", [10.0, 40.0, 170.0])
def test_the_lever_is_the_least_squares_line_with_errors_in_both(swing_deg: float) -> None:
    rng = np.random.default_rng(7)
    h = np.radians(rng.uniform(-swing_deg / 2, swing_deg / 2, 60))
    place = -(190 - 10j) * np.exp(1j * h) + rng.normal(0, 4, 60) + 1j * rng.normal(0, 4, 60)
    ahead = np.exp(1j * (h + np.radians(rng.normal(0, 1.5, 60))))
    dp, da = place - place.mean(), ahead - ahead.mean()
    fast = lever(
        (np.abs(dp) ** 2).mean(), (np.abs(da) ** 2).mean(), np.complex128((dp * da.conj()).mean()), P
    )
    slow = lever_by_search(place, ahead, position_error_m=5.0, heading_error_deg=1.5)
    assert complex(fast) == pytest.approx(slow, abs=0.5)
