"""An event is about the truth of the same two hulls at the same time."""

import pytest

from stsdetect.experiments import match_events
from stsdetect.schema import TRUTH
from tests.builders.experiments import events, ships, truth

TRUE = truth({"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)})


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"mmsi_1": 1, "mmsi_2": 2, "hours": (11, 12)}, True),
        ({"mmsi_1": 2, "mmsi_2": 1, "hours": (11, 12)}, True),
        ({"mmsi_1": 1, "mmsi_2": 2, "hours": (15, 16)}, True),
        ({"mmsi_1": 1, "mmsi_2": 2, "hours": (15.1, 16)}, False),
        ({"mmsi_1": 1, "mmsi_2": 2, "hours": (8, 9)}, True),
        ({"mmsi_1": 1, "mmsi_2": 2, "hours": (8, 8.9)}, False),
        ({"mmsi_1": 1, "mmsi_2": 3, "hours": (11, 12)}, False),
    ],
)
def test_an_event_is_about_the_same_two_ships_at_the_same_time(event: dict, found: bool) -> None:
    matched = match_events(events(event), TRUE).row(0, named=True)
    assert matched["illicit"] == matched["contact"] == found
    assert matched["truth_kind"] == ("transfer" if found else "chance")
    assert matched["truth_id"] == ("T1" if found else None)


def test_another_transponder_on_the_hull_is_the_same_ship() -> None:
    event = events({"mmsi_1": 1, "mmsi_2": 22, "hours": (11, 12)})
    assert match_events(event, TRUE, ships(m1=1, m2=2, m22=2))["illicit"].to_list() == [True]
    assert match_events(event, TRUE, ships(m1=1, m2=2, m22=3))["illicit"].to_list() == [False]


def test_two_transponders_on_one_hull_are_not_a_pair() -> None:
    pair = events({"mmsi_1": 2, "mmsi_2": 22, "hours": (11, 12)})
    assert match_events(pair, TRUE, ships(m1=1, m2=2, m22=2))["truth_kind"].to_list() == ["same_hull"]


def test_an_mmsi_that_two_hulls_share_stands_for_either() -> None:
    event = events({"mmsi_1": 1, "mmsi_2": 2, "hours": (11, 12)})
    for other in (1, 3):
        rows_of_truth = truth({"truth_id": "T1", "mmsi_1": other, "mmsi_2": 2, "hours": (10, 14)})
        shared = ships(m1=1, m2=2, m3=9).vstack(ships(m1=9))
        assert match_events(event, rows_of_truth, shared)["illicit"].to_list() == [True]


def test_of_two_contacts_the_longer_overlap_counts() -> None:
    two = truth(
        {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
        {"truth_id": "T2", "mmsi_1": 1, "mmsi_2": 2, "hours": (15, 19)},
    )
    event = events({"mmsi_1": 1, "mmsi_2": 2, "hours": (13, 17)})
    assert match_events(event, two)["truth_id"].to_list() == ["T2"]


def test_events_keep_their_order_and_columns() -> None:
    three = events(
        {"mmsi_1": 8, "mmsi_2": 9, "hours": (11, 12), "rank": 3},
        {"mmsi_1": 1, "mmsi_2": 2, "hours": (11, 12), "rank": 2},
        {"mmsi_1": 1, "mmsi_2": 2, "hours": (30, 31), "rank": 1},
    )
    matched = match_events(three, TRUE)
    assert matched.drop("truth_id", "truth_kind", "illicit", "contact").equals(three)
    assert matched["illicit"].to_list() == [False, True, False]


def test_without_events_or_without_truth_nothing_matches() -> None:
    event = events({"mmsi_1": 1, "mmsi_2": 2, "hours": (1, 2)})
    assert match_events(event.clear(), TRUE).is_empty()
    assert match_events(event, TRUTH.empty())["contact"].to_list() == [False]


def test_events_may_be_a_pandas_table() -> None:
    event = events({"mmsi_1": 1, "mmsi_2": 2, "hours": (11, 12)})
    assert match_events(event.to_pandas(), TRUE)["truth_id"].to_list() == ["T1"]


SOLO = truth({"truth_id": "S1", "kind": "solo_transfer", "mmsi_1": 1, "mmsi_2": None, "hours": (10, 14),
              "dark": "host, received never"})  # fmt: skip


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"mmsi_1": 1, "hours": (11, 12)}, True),
        ({"mmsi_1": 1, "hours": (6, 18)}, True),  # four hours are the shorter of both
        ({"mmsi_1": 1, "hours": (12, 20)}, True),  # two of four
        ({"mmsi_1": 1, "hours": (12.1, 20)}, False),
        ({"mmsi_1": 1, "hours": (9, 11)}, True),  # one of two
        ({"mmsi_1": 1, "hours": (8.9, 10.9)}, False),
        ({"mmsi_1": 2, "hours": (11, 12)}, False),
    ],
)
def test_an_event_with_one_ship_overlaps_its_truth_by_half_of_the_shorter(event: dict, found: bool) -> None:
    matched = match_events(events({**event, "mmsi_2": None}), SOLO).row(0, named=True)
    assert matched["illicit"] == matched["contact"] == found
    assert matched["truth_id"] == ("S1" if found else None)


def test_naming_another_ship_as_the_partner_that_is_in_no_dump_is_wrong() -> None:
    named = events({"mmsi_1": 1, "mmsi_2": 9, "hours": (10, 14)})
    assert match_events(named, SOLO)["truth_kind"].to_list() == ["chance"]


def test_an_event_with_one_ship_is_about_a_transfer_rather_than_a_neighbour() -> None:
    both = truth(
        {"truth_id": "N1", "kind": "anchorage_neighbours", "mmsi_1": 1, "mmsi_2": 5, "hours": (0, 72),
         "illicit": False, "contact": False},
        {"truth_id": "D1", "mmsi_1": 3, "mmsi_2": 1, "hours": (10, 14), "dark": "one"},
    )  # fmt: skip
    at_night, by_day = ({"mmsi_1": 1, "mmsi_2": None, "hours": h} for h in ((9, 20), (30, 40)))
    assert match_events(events(at_night, by_day), both)["truth_id"].to_list() == ["D1", "N1"]


def test_a_ship_beside_one_that_is_received_has_no_contact_with_an_unseen_one() -> None:
    bunkering = {
        "truth_id": "B1",
        "kind": "bunkering",
        "mmsi_1": 1,
        "mmsi_2": 2,
        "hours": (10, 14),
        "illicit": False,
    }
    alone = events({"mmsi_1": 1, "mmsi_2": None, "hours": (9, 15)})
    matched = match_events(alone, truth(bunkering)).row(0, named=True)
    assert (matched["truth_kind"], matched["contact"]) == ("bunkering", False)
    dark = match_events(alone, truth({**bunkering, "dark": "one"})).row(0, named=True)
    assert dark["contact"]


def test_a_partner_received_before_only_may_be_named_or_not() -> None:
    one_sided = truth({"truth_id": "S2", "kind": "solo_transfer", "mmsi_1": 7, "mmsi_2": 1, "hours": (10, 14),
                       "dark": "host, received before only"})  # fmt: skip
    named, unnamed = {"mmsi_1": 1, "mmsi_2": 7, "hours": (10, 14)}, {"mmsi_1": 7, "hours": (10, 14)}
    found = match_events(events(named, {**unnamed, "mmsi_2": None}), one_sided)
    assert found["truth_id"].to_list() == ["S2", "S2"]
