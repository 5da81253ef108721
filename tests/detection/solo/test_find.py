"""Solo stops: what is one, what a partner explains, and what lies at a berth."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.detection import find_berths, find_solo_stops
from stsdetect.params import SoloStopParams
from stsdetect.schema import (
    ANCHOR_READINGS,
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    GAPS,
    LOITERING,
    POINTS,
    SOLO_STOPS,
)
from tests.builders import at, fixes, points, static, together
from tests.builders.gaps import H, gap, loitering
from tests.builders.report import filled

CONTEXT = load_context()
A, B = 412_000_001, 412_000_002
SHORE = (30.10, 121.85)


def solo(stops: pd.DataFrame, gaps: pd.DataFrame | None = None, **tables) -> pd.DataFrame:
    encounters = tables.pop("encounters", ENCOUNTERS.empty())
    dark = tables.pop("dark_encounters", DARK_ENCOUNTERS.empty())
    gaps = GAPS.empty() if gaps is None else gaps
    return find_solo_stops(POINTS.empty(), stops, gaps, encounters, dark, context=CONTEXT, **tables)


def draughts(before_m: float, after_m: float, mmsi: int = A, hours: float = 6.0) -> pd.DataFrame:
    return together(
        static(mmsi, -H, draught=before_m, ship_type=70),
        static(mmsi, (hours + 0.5) * H, draught=after_m, ship_type=70),
    )


def test_a_stop_after_which_the_draught_changed() -> None:
    found = solo(loitering(A, 0, 6), static=draughts(7.0, 5.0)).iloc[0]
    assert (found["kind"], found["mmsi"], found["anchor_reading"]) == ("stop", A, "cannot_tell")
    assert found["draught_change_m"] == -2.0
    # -4.9, draught 1.3, short 0.8: the place, 1.2 km from an islet, counts for nothing.
    assert found["support"] == pytest.approx(-2.8)
    assert found["p_contact"] == pytest.approx(1 / (1 + np.exp(2.8)))


@pytest.mark.parametrize(("hours", "n"), [(3.0, 1), (2.9, 0), (96.0, 1), (96.1, 0)])
def test_as_long_as_a_transfer(hours: float, n: int) -> None:
    assert len(solo(loitering(A, 0, hours), params=SoloStopParams(min_p=0.0))) == n


def test_the_swing_about_another_ships_anchor() -> None:
    reading = {
        "loiter_id": f"loiter-{A}-0", "part": 2, "n_parts": 2, "mmsi": A, "vessel_id": str(A),
        "start_time": at(4 * H), "end_time": at(10 * H), "duration_h": 6.0, "lat": 30.2, "lon": 122.6,
        "method": "heading", "n_fixes": 60, "swing_deg": 120.0, "pivot_forward_m": 200.0,
        "pivot_starboard_m": 40.0, "pivot_error_m": 5.0, "residual_m": 5.0, "drift_m": 0.0, "moored_share": 0.0,
        "anchored_share": 0.0, "expected_forward_m": 110.0, "expected_error_m": 30.0, "n_neighbours": 4,
        "n_own_stops": 0, "n_sharing_pivot": 0, "log_lr_borrowed": 5.0, "log_lr_status": 0.0,
        "anchor_reading": "borrowed",
    }  # fmt: skip
    readings = filled(ANCHOR_READINGS, pd.DataFrame([reading]))
    found = solo(loitering(A, 0, 20), anchor_readings=readings).iloc[0]
    # The part in which she hung on the other's anchor, not the whole stop.
    assert (found["start_time"], found["end_time"], found["duration_h"]) == (at(4 * H), at(10 * H), 6.0)
    assert found["support"] == pytest.approx(-4.9 + 0.5 * 5.0 + 0.8)


def partner(p_contact: float, hours: float, start_h: float = 0.0) -> pd.DataFrame:
    return filled(
        ENCOUNTERS,
        pd.DataFrame(
            [
                {
                    "encounter_id": "e", "mmsi_1": A, "mmsi_2": B, "vessel_id_1": str(A), "vessel_id_2": str(B),
                    "start_time": at(start_h * H), "end_time": at((start_h + hours) * H), "duration_h": hours,
                    "p_contact": p_contact,
                }
            ]
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("p_contact", "hours", "start_h", "n"),
    [(0.2, 1.0, 0.0, 0), (0.19, 1.0, 0.0, 1), (0.9, 0.9, 0.0, 1), (0.9, 2.0, 6.0, 1), (0.9, 2.0, 5.9, 0)],
)
def test_a_partner_that_was_received_makes_it_an_encounter(
    p_contact: float, hours: float, start_h: float, n: int
) -> None:
    stops, broadcast = loitering(A, 0, 6), draughts(7.0, 5.0)
    assert len(solo(stops, static=broadcast, encounters=partner(p_contact, hours, start_h))) == n


def test_two_transponders_on_one_hull_are_one_ship() -> None:
    one_hull = partner(0.02, 6.0).assign(same_hull_suspected=True)
    assert solo(loitering(A, 0, 6), static=draughts(7.0, 5.0), encounters=one_hull).empty


@pytest.mark.parametrize(("p_contact", "n"), [(0.2, 0), (0.19, 1)])
def test_a_likely_partner_in_a_gap_makes_it_a_dark_encounter(p_contact: float, n: int) -> None:
    row = {"dark_id": "d", "mmsi_1": B, "mmsi_2": A, "loiter_id_2": f"loiter-{A}-0", "p_contact": p_contact}
    dark = filled(DARK_ENCOUNTERS, pd.DataFrame([row]))
    assert len(solo(loitering(A, 0, 6), static=draughts(7.0, 5.0), dark_encounters=dark)) == n


def test_at_a_berth_cargo_is_handed_ashore() -> None:
    moored = loitering(A, 0, 6, place=SHORE, radius_m=20.0)
    assert solo(moored, static=draughts(7.0, 5.0)).empty
    swings, every = loitering(A, 0, 6, place=SHORE, radius_m=200.0), SoloStopParams(min_p=0.0)
    assert len(solo(swings, params=every)) == 1
    berths = find_berths(loitering(B, 0, 20, place=SHORE, radius_m=20.0))
    assert solo(swings, berths=berths, params=every).empty


RIVER_QUAY = (57.045, 24.0775)
"""In Riga, 3 km inside the land of the map."""


@pytest.mark.parametrize(
    ("place", "scatter_m", "n"), [(RIVER_QUAY, 4.0, 0), (RIVER_QUAY, 40.0, 1), ((57.3, 23.6), 4.0, 1)]
)
def test_a_ship_that_lay_still_on_mapped_land_lay_at_a_quay(
    place: tuple[float, float], scatter_m: float, n: int
) -> None:
    # Her radius holds the fixes of casting off as well: no berth by that.
    stop = loitering(A, 0, 6, place=place, radius_m=35.0)
    t = np.arange(0.0, 6 * H + 1.0, 600.0)
    north_m = np.where(t > 5.7 * H, 120.0, scatter_m * np.sin(t))
    fix = points(fixes(A, t, 0.0, north_m, sog=0.0, place=place)).assign(
        segment_id=stop["segment_id"].iloc[0]
    )
    found = find_solo_stops(
        fix, stop, GAPS.empty(), ENCOUNTERS.empty(), DARK_ENCOUNTERS.empty(), context=CONTEXT,
        static=draughts(3.4, 5.3), params=SoloStopParams(min_p=0.0),
    )  # fmt: skip
    assert len(found) == n


@pytest.mark.parametrize(
    ("columns", "n"),
    [
        ({}, 1),
        ({"p_off": 0.49}, 0),
        ({"can_judge": False}, 0),
        ({"feed_outage": True}, 0),
        ({"in_port": True}, 0),
        ({"slack_h": 2.9}, 0),
        ({"draught_change_m": 0.2}, 0),
        ({"draught_change_m": None}, 0),
    ],
)
def test_a_switch_off_across_which_the_draught_changed(columns: dict, n: int) -> None:
    silence = gap(A, 0, 12, **({"slack_h": 6.0, "draught_change_m": -2.0} | columns))
    found = solo(LOITERING.empty(), silence)
    assert len(found) == n
    if n:
        assert found.iloc[0]["kind"] == "gap"
        assert found.iloc[0]["p_contact"] == pytest.approx(0.9 / (1 + np.e))  # p_off 0.9, log-odds -1


def test_a_gap_that_ends_at_the_shore_hides_a_call() -> None:
    at_shore = gap(A, 0, 12, place=SHORE, slack_h=6.0, draught_change_m=-2.0)
    assert solo(LOITERING.empty(), at_shore).empty


def test_a_ship_that_stops_all_the_time_is_at_work() -> None:
    stops = together(*[loitering(A, 8.0 * k, 8.0 * k + 6, (0.1 * k, 0.0)) for k in range(4)])
    found = solo(stops, params=SoloStopParams(min_p=0.0))
    assert found["n_own_stops"].tolist() == [3] * 4
    # -4.9, and 0.8 for a short stop, less 2.0 for work.
    assert found["support"].tolist() == pytest.approx([-6.1] * 4)


def test_swapped_rows_and_nothing() -> None:
    stops = together(loitering(A, 0, 6), loitering(B, 1, 7, (9.0, 0.0)))
    broadcast = together(draughts(7.0, 5.0), draughts(6.0, 4.0, B))
    found = solo(stops, static=broadcast)
    pd.testing.assert_frame_equal(found, solo(stops.iloc[::-1], static=broadcast))
    assert len(found) == 2
    pd.testing.assert_frame_equal(solo(LOITERING.empty()), SOLO_STOPS.empty())
