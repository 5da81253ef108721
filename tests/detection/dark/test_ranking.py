"""Ranks and probabilities of candidates whose support is set by hand: ``cover`` with weight 1, all else 0."""

from dataclasses import fields, replace

import numpy as np
import polars as pl
import pytest

from stsdetect.detection.dark.ranking import rank_candidates, rank_remaining
from stsdetect.params import DarkParams, DraughtParams

ZERO = {
    f.name: 0.0 for f in fields(DarkParams) if f.name.endswith("_weight") or f.name in {"bias", "pair_bias"}
}
PARAMS = replace(DarkParams(), **ZERO | {"cover_weight": 1.0}, max_p_contact=1.0)
DRAUGHT = DraughtParams()


def candidate(gap: int, other: int, support: float, **columns: object) -> dict[str, object]:
    """A vessel in a gap, and one that loiters; MMSI 100 more than the ids."""
    row = {
        "kind": "gap-loitering",
        "gap_id_1": gap,
        "gap_id_2": None,
        "loiter_id_2": other,
        "mmsi_1": 100 + gap,
        "mmsi_2": 100 + other,
        "start_h": 1.0,
        "end_h": 5.5,
        "p_off": 0.9,
        "cover": support,
        "share": 0.0,
        "required_sog_kn": 0.0,
        "is_open": False,
        "left_rest": False,
        "draught_change_m_2": None,
        "stop_h": 8.0,
        "nearest_fix_m": 0.0,
        "stop_unexplained": None,
        "ends_apart_m": None,
        "beside": None,
        "course_log_lr": None,
        "stopped_meanwhile": False,
    }
    return row | columns


def pair(gap: int, other: int, support: float, **columns: object) -> dict[str, object]:
    """Two vessels in a gap."""
    both = {"kind": "gap-gap", "gap_id_2": other, "loiter_id_2": None, "ends_apart_m": 0.0}
    return candidate(gap, other, support, **both | columns)


def table(*rows: dict[str, object]) -> pl.DataFrame:
    ids = dict.fromkeys(("gap_id_1", "gap_id_2", "loiter_id_2"), pl.UInt32)
    floats = dict.fromkeys(
        ("draught_change_m_2", "ends_apart_m", "beside", "course_log_lr", "cover"), pl.Float64
    )
    return pl.DataFrame(list(rows), schema_overrides=ids | floats | {"stop_unexplained": pl.Boolean})


def ranked(*rows: dict[str, object], params: DarkParams = PARAMS) -> pl.DataFrame:
    return rank_candidates(table(*rows), params, DRAUGHT)


def test_a_single_candidate_competes_with_no_encounter() -> None:
    found = ranked(candidate(1, 2, np.log(3.0)))
    assert found["p_contact"].to_list() == pytest.approx([0.9 * 3 / 4])
    assert found.select("rank_for_gap", "n_alternatives").row(0) == (1, 0)
    assert found["start_time"].dt.epoch("ms").to_list() == [3_600_000]
    assert found["end_time"].dt.epoch("ms").to_list() == [19_800_000]


def test_candidates_of_one_gap_compete() -> None:
    found = ranked(candidate(1, 2, np.log(3.0)), candidate(1, 3, np.log(6.0)))
    assert found["rank_for_gap"].to_list() == [2, 1]
    assert found["n_alternatives"].to_list() == [1, 1]
    assert found["p_contact"].to_list() == pytest.approx([0.9 * 3 / 10, 0.9 * 6 / 10])


def test_gaps_compete_for_one_loitering_vessel() -> None:
    found = ranked(candidate(1, 3, np.log(3.0)), candidate(2, 3, np.log(6.0)))
    assert found["rank_for_gap"].to_list() == [1, 1]
    assert found["n_alternatives"].to_list() == [0, 0]
    assert found["p_contact"].to_list() == pytest.approx([0.9 * 3 / 10, 0.9 * 6 / 10])


def test_a_pair_of_gaps_has_the_better_rank_and_the_stronger_competition() -> None:
    # For gap 1 the pair comes first of two, for gap 2 second; the weights of gap 2 add up to more.
    found = ranked(pair(1, 2, np.log(2.0)), candidate(1, 8, 0.0), candidate(2, 9, np.log(4.0)))
    assert found["rank_for_gap"].to_list() == [1, 2, 1]
    assert found["p_contact"][0] == pytest.approx(0.9 * 2 / (1 + 2 + 4))


def test_equal_candidates_are_ranked_by_mmsi() -> None:
    found = ranked(candidate(1, 5, 0.0), candidate(1, 4, 0.0))
    assert found.sort("mmsi_2")["rank_for_gap"].to_list() == [1, 2]


def test_only_the_best_are_kept_and_all_are_counted() -> None:
    rows = [candidate(1, k, -0.1 * k) for k in range(2, 17)]
    found = ranked(*rows, params=replace(PARAMS, max_candidates=4))
    assert found["mmsi_2"].to_list() == [102, 103, 104, 105]
    assert found["n_alternatives"].unique().to_list() == [14]


def test_ranking_the_remaining_keeps_their_alternatives() -> None:
    rows = [candidate(1, k, np.log(2.0)) for k in (2, 3, 4)]
    first = ranked(*rows)
    again = rank_remaining(first.filter(pl.col("mmsi_2") != 102), PARAMS, DRAUGHT)
    assert again["n_alternatives"].to_list() == [2, 2]
    assert again["rank_for_gap"].to_list() == [1, 2]
    assert again["p_contact"].to_list() == pytest.approx([0.9 * 2 / 5] * 2)


def test_a_ship_at_rest_was_there_whatever_silenced_it() -> None:
    # Not switched off at 0.9; where it lay is known all the same.
    rows = candidate(1, 2, np.log(3.0), p_off=0.1), candidate(3, 4, np.log(3.0), p_off=0.1, beside=1.0)
    assert ranked(*rows)["p_contact"].to_list() == pytest.approx([0.1 * 3 / 4, 1.0 * 3 / 4])


def test_nothing_unseen_is_more_than_possible() -> None:
    found = ranked(candidate(1, 2, 50.0), params=replace(PARAMS, max_p_contact=0.5))
    assert found["p_contact"].to_list() == [0.5]


NEARBY = 1.0 / np.e


@pytest.mark.parametrize(
    ("weight", "columns", "support"),
    [
        ("share_weight", {"share": 0.25}, 0.25),
        ("hurry_weight", {"required_sog_kn": 5.0}, -0.5),
        ("open_weight", {"is_open": True}, -1.0),
        ("left_rest_weight", {"left_rest": True}, -1.0),
        ("near_weight", {"nearest_fix_m": 20_000.0}, NEARBY),
        ("beside_weight", {"beside": 0.4}, 0.4),
        ("beside_weight", {"beside": None}, 0.0),  # not at rest
        ("course_weight", {"course_log_lr": -1.5}, -1.5),
        ("course_weight", {"course_log_lr": None}, 0.0),  # at rest at both ends
        ("unexplained_weight", {"stop_unexplained": True}, 1.0),
        ("unexplained_weight", {"stop_unexplained": None}, 0.0),
        ("draught_weight", {"draught_change_m_2": -0.3}, 1.0),
        ("draught_weight", {"draught_change_m_2": 0.29}, 0.0),
        ("draught_weight", {"draught_change_m_2": None}, 0.0),
        ("long_stop_weight", {"stop_h": 8.0 * np.e}, -1.0),
        ("long_stop_weight", {"stop_h": 3.0}, 0.0),  # shorter than typical is not better
        ("long_stop_weight", {"stop_h": 500.0}, -np.log(4.0)),  # no longer than 32 h counts
    ],
)
def test_support_of_a_loitering_vessel_by_hand(
    weight: str, columns: dict[str, object], support: float
) -> None:
    params = replace(PARAMS, **{weight: 1.0})
    assert ranked(candidate(1, 2, 0.0, **columns), params=params)["support"].to_list() == pytest.approx(
        [support]
    )


@pytest.mark.parametrize(
    ("columns", "support"),
    [({"ends_apart_m": 25_000.0}, 2.0 + NEARBY), ({"ends_apart_m": float("nan")}, 2.0)],
)
def test_support_of_two_gaps_by_hand(columns: dict[str, object], support: float) -> None:
    # Neither the place of a stop nor its length counts.
    params = replace(PARAMS, pair_bias=2.0, together_end_weight=1.0, near_weight=9.0, draught_weight=9.0)
    assert ranked(pair(1, 2, 0.0, **columns), params=params)["support"].to_list() == pytest.approx([support])


def test_without_candidates_there_is_nothing_to_rank() -> None:
    empty = table(candidate(1, 2, 0.0))[:0]
    assert rank_remaining(rank_candidates(empty, PARAMS, DRAUGHT), PARAMS, DRAUGHT).is_empty()
