"""Numbers by hand: a ship of 12 kn sails 22.224 km an hour."""

import numpy as np
import pytest

from stsdetect.detection.dark.prism import reach_m, required_sog_kn, routes_m, stay_window_h

NM = 1852.0


def test_window_by_hand() -> None:
    # 24 nm there (2 h) and 36 nm on (3 h) within 10 h.
    assert [float(v) for v in stay_window_h(0.0, 10.0, 24 * NM, 36 * NM, max_sog_kn=12.0)] == [2.0, 7.0]


def test_zero_slack_leaves_no_stay() -> None:
    arrive, leave = stay_window_h(0.0, 10.0, 60 * NM, 60 * NM, max_sog_kn=12.0)
    assert arrive == leave == 5.0


def test_out_of_reach() -> None:
    arrive, leave = stay_window_h(0.0, 10.0, 61 * NM, 60 * NM, max_sog_kn=12.0)
    assert arrive > leave


@pytest.mark.parametrize(
    ("opens", "closes", "speed"),
    [
        (0.0, 10.0, 60 / 7),  # 24 + 36 nm in 10 - 3 h
        (0.0, 5.0, 12.0),  # 24 nm before 5 - 3 h
        (4.0, 10.0, 12.0),  # 36 nm after 4 + 3 h
        (0.0, 2.9, np.inf),  # the other is gone too soon
    ],
)
def test_required_speed_by_hand(opens: float, closes: float, speed: float) -> None:
    need = required_sog_kn(0.0, 10.0, 24 * NM, 36 * NM, opens, closes, stay_h=3.0)
    assert float(need) == pytest.approx(speed)


@pytest.mark.parametrize(
    ("starts", "ends", "speed"),
    [
        (-5.0, 20.0, 60 / 7),  # its own 24 + 36 nm in 10 - 3 h
        (2.0, 10.0, 70 / 5),  # the other's 30 + 40 nm in 8 - 3 h
        (0.0, 7.0, 70 / 4),  # the other's in 7 - 3 h
        (4.0, 16.0, 66 / 3),  # the other comes 30 nm from 4 h on, this one goes 36 nm until 10 h
    ],
)
def test_required_speed_of_two_silent_ships_by_hand(starts: float, ends: float, speed: float) -> None:
    need = required_sog_kn(
        0.0, 10.0, 24 * NM, 36 * NM, starts, ends, stay_h=3.0, other_there_m=30 * NM, other_on_m=40 * NM
    )
    assert float(need) == pytest.approx(speed)


def test_reach_by_hand() -> None:
    assert float(reach_m(0.0, 10.0, max_sog_kn=12.0, stay_h=3.0)) == pytest.approx(84 * NM)
    assert float(reach_m(0.0, 2.0, max_sog_kn=12.0, stay_h=3.0)) < 0.0


def test_an_open_silence_has_no_way_on() -> None:
    there, on = routes_m(0.0, 179.9, np.nan, np.nan, 0.0, -179.9)
    assert float(there) == pytest.approx(0.2 * 111_319.49, rel=1e-6)  # across the dateline
    assert float(on) == 0.0
