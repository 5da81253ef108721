"""Figures on tables that can be checked by hand, and one small sea through the whole path."""

import pandas as pd
import pytest

from stsdetect.experiments import SeaResult, compare, evaluate
from stsdetect.simulation import SeaParams
from tests.builders.experiments import events, ships, truth


def result(happened: pd.DataFrame, found: pd.DataFrame, seed: int = 0) -> SeaResult:
    """A sea of ten ships in which the events are the candidates and the rival's encounters as well."""
    fleet = ships(**{f"m{k}": k for k in range(1, 11)})
    return SeaResult(seed, happened, fleet, found, found, found.assign(far_from_anchorages=True))


FOUR = truth(
    {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
    {"truth_id": "T2", "mmsi_1": 3, "mmsi_2": 4, "hours": (10, 14), "place": "anchorage"},
    {"truth_id": "T3", "mmsi_1": 5, "mmsi_2": 6, "hours": (10, 14), "dark": "one", "place": "anchorage"},
    {"truth_id": "T4", "mmsi_1": 7, "mmsi_2": 8, "hours": (10, 14), "dark": "both"},
)


def ranked(*pairs: tuple[int, int]) -> pd.DataFrame:
    """Events between pairs of ships, the first with the best score."""
    return events(
        *({"mmsi_1": a, "mmsi_2": b, "hours": (10, 14), "score": 0.9 - 0.1 * k, "rank": k + 1}
          for k, (a, b) in enumerate(pairs))
    )  # fmt: skip


def test_each_class_is_ranked_among_what_is_no_transfer() -> None:
    # A chance pair comes before both dark transfers; of these only one is found.
    got = compare([result(FOUR, ranked((1, 2), (3, 4), (1, 9), (5, 6)))]).ranking.set_index("class")
    assert got["n"].to_dict() == {
        "all": 4, "open": 1, "in an anchorage": 1, "one side dark": 1, "both sides dark": 1
    }  # fmt: skip
    assert got["average_precision"].to_dict() == pytest.approx(
        {"all": (1 + 1 + 3 / 4) / 4, "open": 1, "in an anchorage": 1, "one side dark": 1 / 2,
         "both sides dark": 0}
    )  # fmt: skip
    assert got["shown"].to_dict() == {
        "all": 0.75, "open": 1, "in an anchorage": 1, "one side dark": 1, "both sides dark": 0
    }  # fmt: skip
    assert got.loc["all", "shown_low"] == pytest.approx(0.301, abs=1e-3)  # Wilson, 3 of 4
    assert pd.isna(got.loc["all", "ap_low"])


def test_the_interval_of_a_ranking_comes_from_the_seas() -> None:
    good, bad = ranked((1, 2), (3, 4), (5, 6), (7, 8)), ranked((1, 9), (2, 9), (3, 9))
    seas = [result(FOUR, good, 0), result(FOUR, bad, 1)]
    all_ = compare(seas).ranking.set_index("class").loc["all"]
    assert (all_["ap_low"], all_["ap_high"]) == (0.0, 1.0)
    same = compare([result(FOUR, good, s) for s in (0, 1)]).ranking.set_index("class").loc["all"]
    assert (same["ap_low"], same["ap_high"]) == (1.0, 1.0)


def test_the_first_events_of_each_sea_by_what_they_are() -> None:
    many = ranked(*((1, 2) if k == 19 else (3, 4) if k == 20 else (1, 9) for k in range(22)))
    first = compare([result(FOUR, many)]).first
    assert first[["illicit", "truth_kind", "events"]].to_numpy().tolist() == [
        [True, "transfer", 1],
        [False, "chance", 19],
    ]


def test_the_worst_tenth_is_that_of_the_calibration() -> None:
    apart = pd.concat([ranked((1, 9)).assign(p_contact=0.25)] * 50)
    assert compare([result(FOUR, apart)]).summary["worst_tenth_of_50"] == pytest.approx(0.25)
    assert pd.isna(compare([result(FOUR, apart.iloc[:49])]).summary["worst_tenth_of_50"])


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
    got = compare([SeaResult(0, happened, fleet, found, found, rival)])
    assert got.summary["precision_shown"] == pytest.approx(0.5)
    assert got.ranking.set_index("class")["average_precision"].to_dict() == pytest.approx(
        {"all": 0.5, "open": 0.5}
    )
    recall = got.recall.set_index("kind")["recall"]
    assert recall["transfer"] == pytest.approx(0.5)
    assert got.false_events["look_alike"].tolist() == ["bunkering"]
    assert got.rival["precision"].tolist() == pytest.approx([0.5, 1.0])
    assert "| transfer |" in got.to_markdown()


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
    got = compare([SeaResult(0, raft, ships(m1=1, m2=2, m3=3, m4=4), found, found, rival)])
    assert got.calibration["n"].sum() == 3
    assert got.summary["raft_pairs_left_out_of_calibration"] == 1


def test_a_small_sea_goes_through_the_whole_path() -> None:
    small = SeaParams(
        hours=20, anchored=6, passing=6, fishing=2, keep_every_s=60.0, no_size_share=0.0, class_b_barges=0.0
    )
    got = evaluate([3], sea=small)
    assert got.summary["seas"] == 1
    seen = got.recall[(got.recall["kind"] == "transfer")]
    assert seen["listed"].sum() == seen["n"].sum() == 2
