"""Port visits: a ship comes from the north at 10 kn, rests at a quay of Zhoushan, and returns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stsdetect.detection import find_gaps
from stsdetect.ports import find_port_visits
from stsdetect.schema import GAPS, POINTS, PORT_VISITS
from stsdetect.units import S_PER_H
from tests.builders import at, static, together
from tests.builders.gaps import gap, segment
from tests.builders.ports import OFF_ZHAPU, SHORE, berth, between, call, without

H = S_PER_H
NO_GAPS = GAPS.empty()


def at_quay(mmsi: int, start_h: float, end_h: float, **columns) -> pd.DataFrame:
    """A gap that begins and ends at rest at the quay."""
    return gap(mmsi, start_h, end_h, place=SHORE, distance_m=0.0, start_sog_kn=0.0, end_sog_kn=0.0, **columns)


def test_a_call_is_a_visit() -> None:
    found = find_port_visits(call(), NO_GAPS)
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["kind"], row["confidence"], row["n_stops"]) == ("berth", 4, 1)
    assert row["start_time"] == at(2 * H)
    assert row["end_time"] == row["last_time"] == at(8 * H)
    assert row["before_time"] == at(2 * H - 300)
    assert row["after_time"] == at(8 * H + 300)
    assert (row["rest_h"], row["dark_h"]) == (6.0, 0.0)
    assert pd.isna(row["port_name"])  # 18 km off


@pytest.mark.parametrize(("rest_h", "n"), [(2.0, 1), (1.9, 0)])
def test_a_visit_lasts_two_hours(rest_h: float, n: int) -> None:
    assert len(find_port_visits(call(rest_h=rest_h), NO_GAPS, berths=berth())) == n


def test_speeds_and_status_are_not_needed() -> None:
    assert len(find_port_visits(call(sog=None, cog=None), NO_GAPS)) == 1


def test_a_ship_that_goes_out_of_reception_at_her_berth_never_left() -> None:
    seen = without(call(rest_h=20.0), 5.0, 15.0)
    found = find_port_visits(seen, at_quay(1, 5, 15))
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["start_time"], row["end_time"]) == (at(2 * H), at(22 * H))
    assert (row["rest_h"], row["dark_h"], row["n_stops"]) == (20.0, 10.0, 2)


@pytest.mark.parametrize(("hours", "n"), [(335.0, 1), (337.0, 2)])
def test_a_gap_of_weeks_may_hide_a_voyage(hours: float, n: int) -> None:
    seen = together(between(call(), 0, 6), call(arrive_h=0.0, start_h=6 + hours))
    assert len(find_port_visits(seen, at_quay(1, 6, 6 + hours))) == n


def test_a_ship_that_leaves_in_a_gap_was_there_if_the_berth_is_known() -> None:
    # One hour at the quay, then nothing until it is 40 km off.
    seen = without(call(rest_h=12.0, leave_h=4.0), 3.0, 16.0)
    gone = gap(1, 3, 16, place=SHORE, distance_m=40_000.0, start_sog_kn=0.0)
    row = find_port_visits(seen, gone, berths=berth()).iloc[0]
    assert (row["end_time"], row["confidence"]) == (at(3 * H), 3)
    assert row["after_time"] == at(16 * H)
    assert find_port_visits(seen, gone).empty


def test_a_dump_of_a_day_leaves_visits_open_at_both_ends() -> None:
    row = find_port_visits(between(call(), 3, 7), NO_GAPS).iloc[0]
    assert pd.isna(row["before_time"])
    assert pd.isna(row["end_time"])
    assert (row["start_time"], row["last_time"], row["confidence"]) == (at(3 * H), at(7 * H), 2)


def test_a_gap_alone_is_a_visit_of_little_confidence() -> None:
    seen = call()[::24].iloc[1:-1]  # a fix every two hours
    found = find_port_visits(seen[seen["sog"] == 0.0].iloc[[0, -1]], at_quay(1, 2, 8), berths=berth())
    assert found[["confidence", "n_stops", "dark_h"]].to_numpy().tolist() == [[1, 0, 6.0]]


@pytest.mark.parametrize(("idle_h", "n"), [(3.0, 1), (5.0, 2)])
def test_shifts_between_berths_are_part_of_a_visit(idle_h: float, n: int) -> None:
    other = (SHORE[0] + 0.01, SHORE[1])
    first = call(arrive_h=0.5, rest_h=5.0, leave_h=idle_h / 2)
    second = call(arrive_h=idle_h / 2, rest_h=5.0, leave_h=0.5, place=other, start_h=5.5 + idle_h / 2)
    both = together(first, second).drop_duplicates("timestamp")
    found = find_port_visits(both, NO_GAPS, berths=together(berth(), berth(other)))
    assert len(found) == n
    assert found["n_stops"].sum() == 2


@pytest.mark.parametrize(("rest_h", "n"), [(0.9, 0), (1.1, 1)])
def test_a_ferry_between_two_berths_does_not_shift(rest_h: float, n: int) -> None:
    other = (SHORE[0] + 0.01, SHORE[1])
    first = call(arrive_h=0.5, rest_h=rest_h, leave_h=0.25)
    then = call(arrive_h=0.25, rest_h=rest_h, leave_h=0.5, place=other, start_h=0.75 + rest_h)
    both = together(first, then).drop_duplicates("timestamp")
    assert len(find_port_visits(both, NO_GAPS, berths=together(berth(), berth(other)))) == n


@pytest.mark.parametrize(("away_h", "n"), [(0.4, 1), (0.6, 2)])
def test_a_round_trip_ends_a_visit(away_h: float, n: int) -> None:
    again = call(arrive_h=away_h / 2, rest_h=5.0, start_h=5.5 + away_h / 2)
    both = together(call(arrive_h=0.5, rest_h=5.0, leave_h=away_h / 2), again).drop_duplicates("timestamp")
    assert len(find_port_visits(both, NO_GAPS, berths=berth())) == n


@pytest.mark.parametrize(("swing_m", "n"), [(60.0, 1), (100.0, 0)])
def test_a_ship_adrift_off_a_quay_is_on_no_visit(swing_m: float, n: int) -> None:
    assert len(find_port_visits(call(swing_m=swing_m), NO_GAPS)) == n


def test_a_ship_that_passes_slowly_is_on_no_visit() -> None:
    slow = call(rest_h=8.0, arrive_h=0.0, leave_h=0.0)
    slow["lat"] = SHORE[0] + np.arange(len(slow)) * 0.001
    assert find_port_visits(slow.assign(sog=0.9), NO_GAPS, berths=berth()).empty


def test_at_anchor_off_a_port_a_ship_is_in_its_roads() -> None:
    swings = call(place=OFF_ZHAPU, swing_m=150.0, nav_status=1)
    row = find_port_visits(swings, NO_GAPS).iloc[0]
    assert (row["kind"], row["port_name"], row["port_id"]) == ("roads", "Zhapu", "CHN-zhapu")
    assert pd.isna(row["berth_id"])
    # Without a status, a ship that lies still off a port is at anchor only where others anchored as well.
    mute = call(place=OFF_ZHAPU, swing_m=150.0)
    assert find_port_visits(mute, NO_GAPS).empty
    learnt = berth(OFF_ZHAPU, "anchorage")
    assert find_port_visits(mute, NO_GAPS, berths=learnt)["kind"].tolist() == ["roads"]


def test_an_anchorage_far_from_ports_has_no_name() -> None:
    far = (30.2, 123.2)
    found = find_port_visits(call(place=far, swing_m=150.0), NO_GAPS, berths=berth(far, "anchorage"))
    assert found["kind"].tolist() == ["anchorage"]
    assert found["port_name"].isna().all()


def test_roads_and_berth_are_two_visits() -> None:
    quay = (30.60, 121.08)
    waits = call(place=OFF_ZHAPU, rest_h=5.0, leave_h=0.5, nav_status=1)
    berths = call(place=quay, rest_h=5.0, arrive_h=0.5, start_h=7.5, nav_status=5)
    found = find_port_visits(
        together(waits, berths).drop_duplicates("timestamp"), NO_GAPS, berths=berth(quay)
    )
    assert found["kind"].tolist() == ["roads", "berth"]
    assert found["port_name"].tolist() == ["Zhapu", "Zhapu"]


def test_draughts_of_arrival_and_departure() -> None:
    reports = together(
        static(1, 0.0, draught=9.0),
        static(1, 2.5 * H, draught=8.8),  # late, but still the arrival's
        static(1, 6 * H, draught=6.0),
        static(1, 15 * H, draught=5.0),  # on passage
        static(1, 21 * H, draught=9.9),  # 13 h after departure: something else
    )
    row = find_port_visits(call(leave_h=20.0), NO_GAPS, static=reports).iloc[0]
    assert (row["draught_in_m"], row["draught_out_m"]) == (8.8, 5.0)
    open_row = find_port_visits(between(call(), 3, 7), NO_GAPS, static=reports).iloc[0]
    assert open_row[["draught_in_m", "draught_out_m"]].isna().all()


def test_across_180_degrees() -> None:
    place = (0.0, 179.9999)
    seen = call(place=place, swing_m=20.0)
    seen["lon"] = np.where(np.arange(len(seen)) % 2 == 0, 179.9999, -179.9999)
    found = find_port_visits(seen, NO_GAPS, berths=berth((0.0, 180.0)))
    assert found["kind"].tolist() == ["berth"]


def test_the_order_of_rows_does_not_count() -> None:
    both = together(call(1), call(2, rest_h=9.0), call(3, place=OFF_ZHAPU, swing_m=100.0, nav_status=1))
    found = find_port_visits(both, NO_GAPS)
    assert len(found) == 3
    assert_frame_equal(find_port_visits(both.sample(frac=1.0, random_state=1), NO_GAPS), found)


def test_gaps_as_they_are_found_serve() -> None:
    seen = without(call(rest_h=20.0), 5.0, 15.0)
    spans = segment(1, 0, 24, place=SHORE)
    gaps = find_gaps(seen, spans)
    assert len(find_port_visits(seen, gaps, segments=spans)) == 1


def test_nothing_in_nothing_out() -> None:
    assert_frame_equal(find_port_visits(POINTS.empty(), NO_GAPS), PORT_VISITS.empty())
