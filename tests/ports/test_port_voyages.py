"""Voyages between visits to berths, from and to the edge of the dump."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stsdetect.ports import find_voyages, with_event_counts
from stsdetect.schema import EVENTS, GAPS, POINTS, PORT_VISITS, SEGMENTS, VOYAGES
from stsdetect.units import KN_TO_MPS, S_PER_H
from tests.builders import at, fixes, points, together
from tests.builders.gaps import gap, segment
from tests.builders.ports import visit

H = S_PER_H
NO_GAPS = GAPS.empty()
HULL = together(segment(1, 0, 40), segment(2, 0, 40, vessel_id="1"))
"""A hull that transmits under one MMSI, and in some tests under another."""


def track(mmsi: int = 1, hours: float = 40.0) -> pd.DataFrame:
    """A ship that sails east at 10 kn all the time, with a fix each half hour."""
    t = np.arange(0.0, hours * H + 1, 1800.0)
    return points(fixes(mmsi, t, t * 10 * KN_TO_MPS, sog=10.0))


def voyages(
    *visits: pd.DataFrame, gaps: pd.DataFrame = NO_GAPS, seen: pd.DataFrame | None = None
) -> pd.DataFrame:
    calls = together(*visits) if visits else PORT_VISITS.empty()
    return find_voyages(track() if seen is None else seen, calls, gaps, segments=HULL)


def test_voyages_lead_from_edge_to_visit_to_visit_to_edge() -> None:
    found = voyages(
        visit(1, 5, 10, port_name="Zhapu", draught_out_m=5.0),
        visit(1, 20, 25, port_name="Nantong", draught_in_m=5.1),
    )
    assert found["from_port"].fillna("-").tolist() == ["-", "Zhapu", "Nantong"]
    assert found["to_port"].fillna("-").tolist() == ["Zhapu", "Nantong", "-"]
    assert found["start_time"].tolist() == [at(0), at(10 * H), at(25 * H)]
    assert found["end_time"].tolist() == [at(5 * H), at(20 * H), at(40 * H)]
    assert found["distance_m"].tolist() == pytest.approx([5 * 18520, 10 * 18520, 15 * 18520], rel=1e-3)
    assert found[["draught_out_m", "draught_in_m"]].iloc[1].tolist() == [5.0, 5.1]
    assert found["n_events"].isna().all()


def test_stops_at_anchor_belong_to_the_voyage() -> None:
    found = voyages(visit(1, 5, 10), visit(1, 12, 15, kind="roads"), visit(1, 16, 18, kind="anchorage"))
    assert found["from_visit_id"].isna().tolist() == [True, False]
    assert found["end_time"].tolist() == [at(5 * H), at(40 * H)]


def test_no_voyage_leaves_an_open_visit() -> None:
    found = voyages(visit(1, 30, None, last_h=40))
    assert len(found) == 1
    assert found["to_visit_id"].notna().all()


def test_a_visit_that_the_dump_begins_with_has_no_voyage_before() -> None:
    assert voyages(visit(1, 0, 10))["from_visit_id"].notna().all()


def test_without_a_visit_there_is_one_voyage() -> None:
    assert voyages()[["from_visit_id", "to_visit_id"]].isna().to_numpy().tolist() == [[True, True]]


def test_gaps_under_way_are_dark() -> None:
    gaps = together(gap(1, 12, 15), gap(1, 16, 17), gap(1, 22, 24), gap(1, 38, 45, end=None))
    found = voyages(visit(1, 5, 10), visit(1, 20, 25), gaps=gaps)
    assert found["dark_h"].tolist() == [0.0, 4.0, 0.0]
    assert found["longest_gap_h"].tolist() == [0.0, 3.0, 0.0]
    assert found["n_gaps"].tolist() == [0, 2, 0]


def test_a_second_transponder_on_the_hull_adds_no_distance() -> None:
    both = together(track(1), track(2).assign(vessel_id="1"))
    assert voyages(seen=both)["distance_m"].tolist() == pytest.approx([40 * 18520], rel=1e-3)


def test_a_hull_that_goes_on_under_another_mmsi_sails_straight_between() -> None:
    first, then = track(1), track(2).assign(vessel_id="1")
    seen = together(first[first["timestamp"] <= at(10 * H)], then[then["timestamp"] >= at(20 * H)])
    assert voyages(seen=seen)["distance_m"].tolist() == pytest.approx([40 * 18520], rel=1e-3)


def test_events_are_counted_once_on_the_voyage_they_happened_on() -> None:
    found = voyages(visit(1, 5, 10), visit(1, 20, 25))
    row = {
        "event_type": "encounter",
        "source_id": "x",
        "mmsi_1": 1,
        "mmsi_2": 9,
        "lat": 30.0,
        "lon": 122.0,
        "duration_h": 2.0,
        "p_contact": 0.9,
        "context_score": 0.0,
        "data_quality": 1.0,
        "score": 1.0,
        "tier": "low",
        "category": "transfer",
        "innocent_explanation": "",
        "model_id": "m",
        "params_digest": "d",
    }
    events = EVENTS.to_pandas(
        pd.DataFrame(
            [
                row | {"event_id": "a", "rank": 1, "start_time": at(12 * H), "end_time": at(14 * H)},
                row | {"event_id": "b", "rank": 2, "start_time": at(30 * H), "end_time": at(31 * H)},
            ]
        )
    )
    counted = with_event_counts(found, events, segment(1, 0, 40))
    assert counted["n_events"].tolist() == [0, 1, 1]


def test_the_order_of_rows_does_not_count() -> None:
    calls = together(visit(1, 5, 10), visit(1, 20, 25))
    found = voyages(calls)
    assert_frame_equal(voyages(calls[::-1], seen=track().sample(frac=1.0, random_state=2)), found)


def test_nothing_in_nothing_out() -> None:
    empty = find_voyages(POINTS.empty(), PORT_VISITS.empty(), NO_GAPS, segments=SEGMENTS.empty())
    assert_frame_equal(empty, VOYAGES.empty())
