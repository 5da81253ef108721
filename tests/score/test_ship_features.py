"""Features of one ship of a candidate, each against the window around an event from 0 to 6 h."""

from typing import Any

import pandas as pd
import polars as pl
import pytest

from stsdetect.context import load_context
from stsdetect.params import ScoreParams
from stsdetect.schema import GAPS, IDENTITY, LOITERING, SEGMENTS, STATIC
from stsdetect.score.ship_features import (
    destination,
    flag_and_mid,
    identity_at_event,
    identity_changes,
    port_calls,
    ports_before_and_after,
    strongest_gap,
)
from tests.builders import at, static, together
from tests.builders.score import A, gap, identity_spell, loitering, one_side

P = ScoreParams()
H, DAY = 3600, 86_400


def changes(*spells: pd.DataFrame) -> list[dict[str, Any]]:
    return identity_changes(one_side(), IDENTITY.validate(together(*spells)), P).to_dicts()


def gap_of(gaps: pd.DataFrame, side: int = 1) -> dict[str, Any] | None:
    found = strongest_gap(one_side(side), GAPS.validate(gaps), P).to_dicts()
    return found[0] if found else None


def test_the_identity_of_the_hour_is_used() -> None:
    spells = together(
        identity_spell(A, -90_000, -50_000, shipname="EARLIER", imo=9074729),
        identity_spell(A, -3600, 3600, shipname="NOW", imo=9074729, ship_type=80),
        identity_spell(A, 3600, 90_000, shipname="LATER", imo=9074729),
    )
    event = one_side(end_time=at(3000))
    assert identity_at_event(event, IDENTITY.validate(spells))["shipname"].to_list() == ["NOW"]


def test_where_no_identity_overlaps_the_nearest_one_is_used() -> None:
    spells = together(
        identity_spell(A, -9 * H, -3 * H, shipname="THREE HOURS BEFORE"),
        identity_spell(A, 8 * H, 9 * H, shipname="TWO HOURS AFTER"),
    )
    assert identity_at_event(one_side(), IDENTITY.validate(spells))["shipname"].to_list() == [
        "TWO HOURS AFTER"
    ]


def test_a_changed_name_counts_within_two_days_and_not_beyond() -> None:
    until = -48 * H
    new = identity_spell(A, until, 90_000, shipname="NEW")
    (near,) = changes(identity_spell(A, -5 * DAY, until, shipname="OLD"), new)
    assert (near["identity_changed"], near["identity_before"]) == ("name", f"OLD, IMO none, MMSI {A}")
    assert changes(identity_spell(A, -5 * DAY, until - 60, shipname="OLD"), new) == []


def test_a_changed_mmsi_of_a_hull_counts_and_a_name_that_is_not_broadcast_does_not() -> None:
    (found,) = changes(
        identity_spell(520_000_001, -7200, -3600, shipname="A LI", vessel_id=str(A)),
        identity_spell(A, -3600, 90_000, shipname="A LI", vessel_id=str(A)),
        identity_spell(A, 90_000, 99_000, vessel_id=str(A)),
    )
    assert found["identity_changed"] == "MMSI"


@pytest.mark.parametrize(
    ("start_s", "hours", "when", "apart_h"),
    [
        (-3 * H, 2.0, "before", 1.0),
        (H, 2.0, "during", 0.0),
        (6 * H, 2.0, "after", 0.0),
        ((6 + 24) * H, 2.0, "after", 24.0),
    ],
)
def test_a_gap_before_during_and_after_the_event(
    start_s: float, hours: float, when: str, apart_h: float
) -> None:
    found = gap_of(gap(start_s, hours))
    assert found is not None
    assert (found["gap_when"], found["gap_apart_h"]) == (when, apart_h)


def test_a_gap_more_than_a_day_away_or_of_the_other_ship_does_not_count() -> None:
    assert gap_of(gap((6 + 24) * H + 2, 2.0)) is None
    assert gap_of(gap(H, 2.0), side=2) is None


@pytest.mark.parametrize("flaw", [{"feed_outage": True}, {"in_port": True}, {"can_judge": False}])
def test_a_gap_with_another_cause_or_without_neighbours_does_not_count(flaw: dict) -> None:
    assert gap_of(gap(H, 2.0, **flaw)) is None


def test_the_gap_that_weighs_most_is_taken_even_without_end() -> None:
    found = gap_of(together(gap(-3600, 1.0, p_off=0.6), gap(7 * H, 40.0, p_off=0.95, end_time=None)))
    assert found is not None
    assert (found["gap_p_off"], found["gap_when"], found["gap_open"]) == (0.95, "after", True)


def test_the_last_port_before_and_the_first_one_after() -> None:
    stops = together(loitering(A, -20 * H, 2.0, 29.936, 121.851), loitering(A, 30 * H, 2.0, 30.2, 123.6))
    track = {
        "segment_id": "t",
        "vessel_id": str(A),
        "mmsi": A,
        "start_time": at(-90_000),
        "end_time": at(200_000),
        "n_points": 9,
        "start_lat": 30.6,
        "start_lon": 122.0,
        "end_lat": 29.95,
        "end_lon": 121.72,
        "distance_m": 1.0,
        "ais_class": "A",
        "kind": "ship",
        "quarantined": False,
        "close_reason": "end",
    }
    segments = SEGMENTS.validate(SEGMENTS.to_pandas(pd.DataFrame([track])))
    calls = port_calls(LOITERING.validate(stops), segments, context=load_context())
    found = ports_before_and_after(one_side(), calls)
    assert found.rows() == [("a", "Ningbo-Beilun", "Zhenhai")]


def test_a_port_during_the_event_is_neither_before_nor_after() -> None:
    calls = pl.DataFrame({"vessel_id": str(A), "at": [at(3600)], "port": "Zhapu"})
    calls = calls.with_columns(pl.col("at").cast(pl.Datetime("ms", "UTC")))
    assert ports_before_and_after(one_side(), calls).is_empty()


def test_the_destination_last_broadcast_before_the_end() -> None:
    reports = together(static(A, 100, destination="NAMPO"), static(A, 21_700, destination="SHANGHAI"))
    found = destination(one_side(), STATIC.validate(reports))
    assert found["destination"].to_list() == ["NAMPO"]


def test_flag_and_mid_of_an_mmsi_and_of_none() -> None:
    assert flag_and_mid(one_side()).rows() == [("a", 412, "CHN", False)]
    assert flag_and_mid(one_side(mmsi=499_000_001)).rows() == [("a", 499, None, False)]
    assert flag_and_mid(one_side(mmsi=150_000_001)).rows() == [("a", 150, None, False)]
    assert flag_and_mid(one_side(mmsi=123_456_789)).rows() == [("a", 123, None, False)]
    assert flag_and_mid(one_side(mmsi=-7)).rows() == [("a", None, None, True)]
