"""Where a ship's own anchor is expected, by herself, her neighbours and anchors in general."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.solo.anchor_law import hulls, log_lr_borrowed, own_law, sharing_pivot
from stsdetect.params import AnchorParams
from stsdetect.schema import IDENTITY, SWING_FITS
from tests.builders import at, identity, static
from tests.builders.report import filled

P = AnchorParams()


def fits(*rows: dict[str, object]) -> pl.DataFrame:
    """SWING_FITS of ships of 100 m with the antenna 80 m abaft the bow, twelve hours each, at one place."""
    usual = {
        "vessel_id": "1", "part": 1, "n_parts": 1, "start_time": at(0.0), "end_time": at(43_200.0), "lat": 30.2,
        "lon": 122.6, "method": "heading", "pivot_starboard_m": 0.0, "pivot_error_m": 5.0, "swing_deg": 120.0,
        "heading_bias_deg": None,
    }  # fmt: skip
    frame = pd.DataFrame([usual | {"loiter_id": f"l{k}"} | row for k, row in enumerate(rows)])
    frame = filled(SWING_FITS, frame.assign(mmsi=frame["vessel_id"].astype(int)))
    given = SWING_FITS.validate(frame)
    ships = IDENTITY.validate(identity(*(static(int(m), -1e6) for m in sorted(set(frame["mmsi"])))))
    return hulls(given, ships, P)


def test_alone_the_prior_is_expected_and_it_is_vague() -> None:
    law = own_law(fits({"pivot_forward_m": 300.0}), P)
    assert law.forward_m.tolist() == pytest.approx([80.0 + 60.0])  # to the bow, and the usual chain
    # The place's 60 m and the ship's 30 m; the fit itself does not count.
    assert law.reference_error_m.tolist() == pytest.approx([np.hypot(60.0, 30.0)])
    assert law.n_own.tolist() == law.n_neighbours.tolist() == [0]


def test_neighbours_tell_the_chain_of_the_place() -> None:
    rows = [{"vessel_id": str(k), "pivot_forward_m": 200.0, "lon": 122.6 + 0.01 * k} for k in range(1, 6)]
    law = own_law(fits(*rows), P)
    assert law.n_neighbours.tolist() == [4] * 5
    assert law.forward_m == pytest.approx(200.0, abs=12.0)
    assert (law.reference_error_m < 45.0).all()


@pytest.mark.parametrize(
    "other", [{"lon": 123.0}, {"start_time": at(2e5), "end_time": at(2.5e5)}], ids=["far", "later"]
)
def test_ships_far_off_or_at_another_time_are_no_neighbours(other: dict[str, object]) -> None:
    rows = [
        {"vessel_id": "1", "pivot_forward_m": 200.0},
        {"vessel_id": "2", "pivot_forward_m": 200.0} | other,
    ]
    assert own_law(fits(*rows), P).n_neighbours.tolist() == [0, 0]


def test_her_own_stays_tell_most() -> None:
    own = [
        {"pivot_forward_m": 230.0, "start_time": at(3e5 * k), "end_time": at(3e5 * k + 4e4)} for k in range(4)
    ]
    law = own_law(fits(*own), P)
    assert law.n_own.tolist() == [3] * 4
    # Three stops of 16 and 5 m error against the prior of 67 m: (3 x 230 / 281 + 140 / 4500) / (3 / 281 + 1 / 4500).
    assert law.forward_m == pytest.approx((3 * 230 / 281 + 140 / 4500) / (3 / 281 + 1 / 4500), abs=1.0)


def test_a_guest_among_them_does_not_shift_the_law() -> None:
    own = [
        {"pivot_forward_m": 130.0, "start_time": at(3e5 * k), "end_time": at(3e5 * k + 4e4)} for k in range(6)
    ]
    guest = {
        "pivot_forward_m": 250.0,
        "pivot_starboard_m": 70.0,
        "start_time": at(3e6),
        "end_time": at(3.04e6),
    }
    law = own_law(fits(*own, guest), P)
    assert law.forward_m == pytest.approx(130.0, abs=3.0)
    assert log_lr_borrowed(fits(*own, guest), law, P)[-1] > 3.0


def test_a_barge_whose_stays_all_differ_is_vague() -> None:
    def error(forward: list[float]) -> float:
        rows = [
            {"pivot_forward_m": f, "start_time": at(3e5 * k), "end_time": at(3e5 * k + 4e4)}
            for k, f in enumerate(forward)
        ]
        return float(own_law(fits(*rows), P).error_m[0])

    assert error([120.0, 60.0, 190.0, 130.0, 230.0]) > 1.5 * error([120.0, 122.0, 118.0, 120.0, 121.0])


def test_sizes_that_are_not_known() -> None:
    # A = C = 0 with B and D given: length and beam, but not where the antenna is.
    report = static(1, -1e6).assign(to_bow=0, to_port=0, to_stern=100, to_starboard=16)
    row = SWING_FITS.validate(filled(SWING_FITS, pd.DataFrame([{"mmsi": 1, "vessel_id": "1"}])))
    ship = hulls(row, IDENTITY.validate(identity(report)), P).row(0, named=True)
    assert (ship["length_m"], ship["to_bow"], ship["side_m"]) == (100.0, None, None)


def test_the_side_of_the_antenna() -> None:
    report = static(1, -1e6).assign(to_port=2, to_starboard=14)
    row = SWING_FITS.validate(filled(SWING_FITS, pd.DataFrame([{"mmsi": 1, "vessel_id": "1"}])))
    assert hulls(row, IDENTITY.validate(identity(report)), P)["side_m"].to_list() == [6.0]


def test_the_ratio_by_hand() -> None:
    """With one guest law and normal tails the ratio can be written down."""
    plain = AnchorParams(
        normal_share=1e-9, astern_share=1e-9, tail_freedom=1e6, unknown_side_m=1e-3, host_beside_m=0.0
    )
    rows = fits({"pivot_forward_m": 200.0, "pivot_starboard_m": 30.0})
    law = own_law(rows, plain)
    law = law._replace(
        forward_m=np.array([140.0]), error_m=np.array([20.0]), angle_error_deg=np.array([4.0]),
        angle_deg=np.degrees(np.arctan2([30.0], [200.0])),
    )  # fmt: skip
    side = np.sqrt((np.hypot(200.0, 30.0) * np.radians(4.0)) ** 2 + 5.0**2)
    own = -0.5 * (60 / 20) ** 2 - np.log(20.0) - 0.5 * (30 / side) ** 2 - np.log(side)
    ahead, beside = np.hypot(20.0, 85.0), np.hypot(35.0, 5.0)
    guest = -0.5 * ((60 - 60) / ahead) ** 2 - np.log(ahead) - 0.5 * (30 / beside) ** 2 - np.log(beside)
    assert log_lr_borrowed(rows, law, plain) == pytest.approx([guest - own], abs=1e-3)


def test_pivots_that_are_shared() -> None:
    places = pl.DataFrame(
        {"lat": 30.2, "lon": [122.6, 122.6003, 122.6, 122.7], "vessel_id": ["1", "2", "1", "3"]}
    )
    assert sharing_pivot(places, P).tolist() == [1, 1, 1, 0]  # 29 m apart; her own other stop does not count
