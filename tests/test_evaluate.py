"""Matching and figures on tables that can be checked by hand, and one small sea through the whole path."""

import pandas as pd
import pytest

from stsdetect.evaluate import SeaResult, compare, evaluate, match_events
from stsdetect.schema import SHIPS, TRUTH
from stsdetect.simulate import SeaParams
from tests.builders import at


def truth(*rows: dict) -> pd.DataFrame:
    usual = {
        "kind": "transfer", "lat": 30.0, "lon": 123.0, "illicit": True, "contact": True, "place": "open",
        "holding": "adrift", "orientation": "same", "dark": "none", "scenario": "made by hand",
    }  # fmt: skip
    return TRUTH.to_pandas(pd.DataFrame([{**usual, **row, **span(row)} for row in rows]))


def span(row: dict) -> dict:
    first, last = row["hours"]
    return {"start_time": at(first * 3600), "end_time": at(last * 3600)}


def events(*rows: dict) -> pd.DataFrame:
    usual = {"score": 0.9, "p_contact": 0.9, "tier": "high", "rank": 1}
    return pd.DataFrame([{**usual, **row, **span(row)} for row in rows]).drop(columns="hours")


def ships(**hulls: int) -> pd.DataFrame:
    rows = [
        {
            "mmsi": int(number[1:]), "hull_id": hull, "kind": "barge", "role": "receiver", "ais_class": "A",
            "length_m": 80.0, "beam_m": 14.0, "shipname": "SIM", "start_time": at(0), "end_time": at(9e5),
        }
        for number, hull in hulls.items()
    ]  # fmt: skip
    return SHIPS.to_pandas(pd.DataFrame(rows))


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


def test_figures_of_a_sea_made_by_hand() -> None:
    happened = truth(
        {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
        {"truth_id": "T2", "mmsi_1": 3, "mmsi_2": 4, "hours": (10, 14)},
        {
            "truth_id": "T3",
            "mmsi_1": 5,
            "mmsi_2": 6,
            "hours": (10, 14),
            "kind": "bunkering",
            "illicit": False,
        },
        {
            "truth_id": "T4",
            "mmsi_1": 1,
            "mmsi_2": 7,
            "hours": (10, 14),
            "kind": "same_raft",
            "illicit": False,
        },
    )
    found = events(
        {"mmsi_1": 1, "mmsi_2": 7, "hours": (10, 14), "score": 0.99},
        {"mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14), "score": 0.9},
        {"mmsi_1": 5, "mmsi_2": 6, "hours": (10, 14), "score": 0.8, "rank": 2},
    )
    rival = found.assign(far_from_anchorages=[True, True, False])
    fleet = ships(**{f"m{k}": k for k in range(1, 8)})
    result = compare([SeaResult(0, happened, fleet, found, found, rival)])
    assert result.summary["precision_shown"] == pytest.approx(0.5)
    assert result.summary["average_precision"] == pytest.approx(0.5)
    recall = result.recall.set_index("kind")["recall"]
    assert recall["transfer"] == pytest.approx(0.5)
    assert result.false_events["look_alike"].tolist() == ["bunkering"]
    assert result.rival["precision"].tolist() == pytest.approx([0.5, 1.0])
    assert "| transfer |" in result.to_markdown()


def test_a_hull_between_two_others_leaves_that_pair_out_of_the_calibration() -> None:
    raft = truth(
        {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
        {"truth_id": "T2", "mmsi_1": 2, "mmsi_2": 3, "hours": (10, 14)},
    )
    found = events(
        {"mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
        {"mmsi_1": 1, "mmsi_2": 3, "hours": (10, 14)},
        {"mmsi_1": 1, "mmsi_2": 3, "hours": (15, 16)},
        {"mmsi_1": 1, "mmsi_2": 4, "hours": (10, 14)},
    )
    rival = found.assign(far_from_anchorages=True)
    result = compare([SeaResult(0, raft, ships(m1=1, m2=2, m3=3, m4=4), found, found, rival)])
    assert result.calibration["n"].sum() == 3
    assert result.summary["raft_pairs_left_out_of_calibration"] == 1


def test_a_small_sea_goes_through_the_whole_path() -> None:
    small = SeaParams(
        hours=20, anchored=6, passing=6, fishing=2, keep_every_s=60.0, no_size_share=0.0, class_b_barges=0.0
    )
    result = evaluate([3], sea=small)
    assert result.summary["seas"] == 1
    seen = result.recall[(result.recall["kind"] == "transfer")]
    assert seen["listed"].sum() == seen["n"].sum() == 2
