"""Parcels keep their tonnes, berths hold one ship at a time, and a new MMSI counts from its first day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.simulation.world.voyage_log import Holds, Parcel, VoyageLog


@given(st.lists(st.floats(1.0, 5000.0), min_size=1, max_size=5), st.floats(0.0, 2.0))
def test_what_is_taken_and_what_remains_add_up(tonnes: list[float], share: float) -> None:
    holds = Holds(tuple(Parcel(t, "coal", "Nampo") for t in tonnes))
    rest, taken = holds.take(share * holds.tonnes)
    assert rest.tonnes + taken.tonnes == pytest.approx(holds.tonnes)
    assert taken.tonnes == pytest.approx(min(share, 1.0) * holds.tonnes)


def test_nothing_is_taken_of_nothing() -> None:
    assert Holds().take(100.0) == (Holds(), Holds())


def test_parcels_keep_their_origin() -> None:
    holds = (
        Holds().add_parcel(Parcel(100.0, "coal", "Nampo")).add(Holds((Parcel(50.0, "coal", "Dalian", (3,)),)))
    )
    _, taken = holds.take(75.0)
    assert [(p.tonnes, p.origin_port, p.transfers) for p in taken.parcels] == [
        (50.0, "Nampo", ()),
        (25.0, "Dalian", (3,)),
    ]


def test_a_berth_holds_one_ship_at_a_time() -> None:
    log = VoyageLog()
    assert log.reserve("q", 2, 0.0, 100.0, margin_s=10.0) == (0, 0.0)
    assert log.reserve("q", 2, 5.0, 100.0, margin_s=10.0) == (1, 5.0)
    assert log.reserve("q", 2, 6.0, 100.0, margin_s=10.0) == (0, 110.0)
    # A gap between two ships is used if it is long enough with the margin.
    assert log.reserve("r", 1, 1000.0, 100.0, margin_s=10.0) == (0, 1000.0)
    assert log.reserve("r", 1, 0.0, 990.0, margin_s=10.0) == (0, 0.0)
    assert log.reserve("r", 1, 0.0, 1.0, margin_s=10.0) == (0, 1110.0)


def test_a_released_berth_is_free() -> None:
    log = VoyageLog()
    number, start = log.reserve("q", 1, 0.0, 100.0)
    log.release("q", number, start)
    assert log.reserve("q", 1, 0.0, 100.0) == (0, 0.0)


def test_a_renamed_hull_has_the_new_mmsi_from_then_on() -> None:
    log = VoyageLog(
        visits=[{"hull_id": 1, "mmsi": 10, "start_s": s} for s in (0.0, 100.0)] + [{"hull_id": 2, "mmsi": 20, "start_s": 100.0}],
        transfers=[{"giver_hull_id": 2, "giver": 20, "receiver_hull_id": 1, "receiver": 10, "start_s": 100.0}],
        discharges=[{"hull_id": 1, "mmsi": 10, "arrival_s": 100.0, "renamed": False}],
    )  # fmt: skip
    log.renamed(1, 11, 50.0)
    assert [v["mmsi"] for v in log.visits] == [10, 11, 20]
    assert (log.transfers[0]["giver"], log.transfers[0]["receiver"]) == (20, 11)
    assert log.discharges[0] == {"hull_id": 1, "mmsi": 11, "arrival_s": 100.0, "renamed": True}
