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
        ({"mmsi_1": 1, "mmsi_2": 2, "hours": (8, 8.9)}, False),
        ({"mmsi_1": 1, "mmsi_2": 3, "hours": (11, 12)}, False),
    ],
)
def test_an_event_is_about_the_same_two_ships_at_the_same_time(event: dict, found: bool) -> None:
    matched = match_events(events(event), TRUE).iloc[0]
    assert matched["illicit"] == found
    assert matched["truth_kind"] == ("transfer" if found else "chance")


def test_another_set_on_the_hull_is_the_same_ship() -> None:
    other_set = events({"mmsi_1": 1, "mmsi_2": 22, "hours": (11, 12)})
    assert match_events(other_set, TRUE, ships(m1=1, m2=2, m22=2))["illicit"].tolist() == [True]
    assert match_events(other_set, TRUE, ships(m1=1, m2=2, m22=3))["illicit"].tolist() == [False]


def test_two_sets_on_one_hull_are_no_pair() -> None:
    pair = events({"mmsi_1": 2, "mmsi_2": 22, "hours": (11, 12)})
    assert match_events(pair, TRUE, ships(m1=1, m2=2, m22=2))["truth_kind"].tolist() == ["same_hull"]


def test_of_two_contacts_the_longer_overlap_counts() -> None:
    two = truth(
        {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
        {"truth_id": "T2", "mmsi_1": 1, "mmsi_2": 2, "hours": (15, 19)},
    )
    assert match_events(events({"mmsi_1": 1, "mmsi_2": 2, "hours": (13, 17)}), two)["truth_id"].tolist() == [
        "T2"
    ]


def test_no_events_and_no_truth_are_fine() -> None:
    assert match_events(events({"mmsi_1": 1, "mmsi_2": 2, "hours": (1, 2)}).iloc[:0], TRUE).empty
    assert match_events(events({"mmsi_1": 1, "mmsi_2": 2, "hours": (1, 2)}), TRUTH.empty())[
        "contact"
    ].tolist() == [False]
