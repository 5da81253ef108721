"""Numbers by hand: a ship of 12 kn sails 22.224 km an hour."""

import numpy as np
import pytest

from stsdetect.detection.dark.prism import dwell_window_h, legs_m, reach_m, required_sog_kn, shared_share

NM = 1852.0


def test_window_by_hand() -> None:
    # 24 nm there (2 h) and 36 nm back (3 h) within 10 h.
    window = dwell_window_h(0.0, 10.0, 24 * NM, 36 * NM, max_sog_kn=12.0)
    assert [float(v) for v in window] == [2.0, 7.0]


def test_without_slack_there_is_no_dwell() -> None:
    arrive, leave = dwell_window_h(0.0, 10.0, 60 * NM, 60 * NM, max_sog_kn=12.0)
    assert arrive == leave == 5.0


def test_out_of_reach() -> None:
    arrive, leave = dwell_window_h(0.0, 10.0, 61 * NM, 60 * NM, max_sog_kn=12.0)
    assert arrive > leave


@pytest.mark.parametrize(
    ("opens", "closes", "speed"),
    [
        (0.0, 10.0, 60 / 7),  # 24 + 36 nm in 10 - 3 h
        (0.0, 5.0, 12.0),  # 24 nm before 5 - 3 h
        (4.0, 10.0, 12.0),  # 36 nm after 4 + 3 h
        (0.0, 2.9, np.inf),  # the other vessel is gone too soon
    ],
)
def test_required_speed_by_hand(opens: float, closes: float, speed: float) -> None:
    required = required_sog_kn(0.0, 10.0, 24 * NM, 36 * NM, opens, closes, dwell_h=3.0)
    assert float(required) == pytest.approx(speed)


@pytest.mark.parametrize(
    ("starts", "ends", "speed"),
    [
        (-5.0, 20.0, 60 / 7),  # its own 24 + 36 nm in 10 - 3 h
        (2.0, 10.0, 70 / 5),  # the other's 30 + 40 nm in 8 - 3 h
        (0.0, 7.0, 70 / 4),  # the other's in 7 - 3 h
        (4.0, 16.0, 66 / 3),  # the other comes 30 nm from 4 h on, this one goes 36 nm until 10 h
    ],
)
def test_required_speed_of_two_vessels_in_a_gap_by_hand(starts: float, ends: float, speed: float) -> None:
    gap, other = (0.0, 10.0, 24 * NM, 36 * NM), {"other_there_m": 30 * NM, "other_back_m": 40 * NM}
    required = required_sog_kn(*gap, starts, ends, dwell_h=3.0, **other)
    assert float(required) == pytest.approx(speed)


def test_reach_by_hand() -> None:
    assert float(reach_m(0.0, 10.0, max_sog_kn=12.0, dwell_h=3.0)) == pytest.approx(84 * NM)
    assert float(reach_m(0.0, 2.0, max_sog_kn=12.0, dwell_h=3.0)) < 0.0


def test_an_open_gap_has_no_leg_back() -> None:
    there, back = legs_m(0.0, 179.9, np.nan, np.nan, 0.0, -179.9)
    assert float(there) == pytest.approx(0.2 * 111_319.49, rel=1e-6)  # across the dateline
    assert float(back) == 0.0


@pytest.mark.parametrize(
    ("one", "two", "share"),
    [((0, 10), (0, 10), 1.0), ((0, 10), (5, 15), 5 / 15), ((0, 10), (2, 4), 0.2), ((0, 4), (5, 9), 0.0)],
)
def test_shared_share_by_hand(one: tuple[float, float], two: tuple[float, float], share: float) -> None:
    starts, ends = ((np.array([float(a)]), np.array([float(b)])) for a, b in zip(one, two, strict=True))
    assert shared_share(starts, ends).tolist() == pytest.approx([share])
