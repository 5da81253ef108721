"""Which hull each side of an event was."""

import polars as pl

from stsdetect.network.event_hulls import with_hulls
from stsdetect.schema import EVENTS, SEGMENTS
from tests.builders import together
from tests.builders.network import event, segment
from tests.builders.score import A, B


def sides(events, *segments, vessel_ids=None) -> list[tuple]:
    tracks = SEGMENTS.validate(together(*segments)) if segments else SEGMENTS.optional(None)
    found = with_hulls(EVENTS.validate(events), tracks, vessel_ids)
    return found.select("vessel_id_1", "vessel_id_2").rows()


def test_the_detection_says_which_hulls_it_saw() -> None:
    ids = pl.DataFrame({"source_id": ["e", "e"], "vessel_id_1": ["x", "z"], "vessel_id_2": ["y", "z"]})
    assert sides(event("e"), segment(A), segment(B), vessel_ids=ids) == [("x", "y")]


def test_else_the_segment_that_began_last_before_the_end_of_the_event() -> None:
    tracks = (
        segment(A, 0, 5, vessel_id="old"),
        segment(A, 6, 24, vessel_id="new", segment_id="n"),
        segment(A, 6.1, 24, vessel_id="later", segment_id="l"),
        segment(B),
    )
    assert sides(event("e"), *tracks) == [("new", str(B))]
    assert sides(event("e", duration_h=5.9), *tracks) == [("old", str(B))]
    assert sides(event("e", duration_h=6.1), *tracks) == [("later", str(B))]


def test_else_the_first_segment_after_it_and_else_the_mmsi() -> None:
    assert sides(event("e"), segment(A, 7, 8, vessel_id="x")) == [("x", str(B))]


def test_a_solo_event_has_no_second_vessel() -> None:
    solo = event("s", mmsi_2=None, event_type="solo")
    assert sides(solo, segment(A)) == [(str(A), None)]
    assert sides(together(event("e"), solo), segment(A)) == [(str(A), str(B)), (str(A), None)]


def test_no_events() -> None:
    assert sides(EVENTS.empty(), segment(A)) == []
