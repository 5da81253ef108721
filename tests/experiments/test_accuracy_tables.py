"""Tables of accuracy from events that can be counted by hand."""

import math

import pandas as pd
import polars as pl
import pytest

from stsdetect.experiments import SeaResult, accuracy_tables, compare
from stsdetect.experiments.accuracy_tables import markdown
from tests.builders.experiments import events, result, ships, truth

FOUR = truth(
    {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
    {"truth_id": "T2", "mmsi_1": 3, "mmsi_2": 4, "hours": (10, 14), "place": "anchorage"},
    {"truth_id": "T3", "mmsi_1": 5, "mmsi_2": 6, "hours": (10, 14), "dark": "one", "place": "anchorage"},
    {"truth_id": "T4", "mmsi_1": 7, "mmsi_2": 8, "hours": (10, 14), "dark": "both"},
)


def ranked(*pairs: tuple[int, int]) -> pl.DataFrame:
    """Events between pairs of ships, the first with the best score."""
    return events(
        *({"mmsi_1": a, "mmsi_2": b, "hours": (10, 14), "score": 0.9 - 0.1 * k, "rank": k + 1}
          for k, (a, b) in enumerate(pairs))
    )  # fmt: skip


def by(key: str, value: str, table: pl.DataFrame) -> dict:
    """One column of a table by another."""
    return dict(table.select(key, value).iter_rows())


def test_each_class_is_ranked_among_events_that_are_not_transfers() -> None:
    # A chance pair comes before both dark transfers; of these only one is found.
    got = compare([result(FOUR, ranked((1, 2), (3, 4), (1, 9), (5, 6)))]).ranking
    assert by("class", "n", got) == {
        "all": 4, "open": 1, "in an anchorage": 1, "one side dark": 1, "both sides dark": 1
    }  # fmt: skip
    assert by("class", "average_precision", got) == pytest.approx(
        {"all": (1 + 1 + 3 / 4) / 4, "open": 1, "in an anchorage": 1, "one side dark": 1 / 2,
         "both sides dark": 0}
    )  # fmt: skip
    assert by("class", "shown", got) == {
        "all": 0.75, "open": 1, "in an anchorage": 1, "one side dark": 1, "both sides dark": 0
    }  # fmt: skip
    assert by("class", "shown_low", got)["all"] == pytest.approx(0.301, abs=1e-3)  # Wilson, 3 of 4
    assert math.isnan(by("class", "ap_low", got)["all"])


def test_the_interval_of_a_ranking_comes_from_the_seas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy_tables, "_RESAMPLES", 60)
    good, bad = ranked((1, 2), (3, 4), (5, 6), (7, 8)), ranked((1, 9), (2, 9), (3, 9))

    def interval(*found: pl.DataFrame) -> tuple[float, float]:
        got = compare([result(FOUR, f, seed) for seed, f in enumerate(found)]).ranking
        return by("class", "ap_low", got)["all"], by("class", "ap_high", got)["all"]

    assert interval(good, bad) == (0.0, 1.0)
    assert interval(good, good) == (1.0, 1.0)


def test_the_first_events_of_each_sea_by_kind_of_truth() -> None:
    many = ranked(*((1, 2) if k == 19 else (3, 4) if k == 20 else (1, 9) for k in range(22)))
    first = compare([result(FOUR, many)]).first
    assert first.select("illicit", "truth_kind", "events").rows() == [
        (True, "transfer", 1),
        (False, "chance", 19),
    ]


def test_only_tenths_with_fifty_cases_count_for_the_worst_tenth() -> None:
    apart = pl.concat([ranked((1, 9)).with_columns(p_contact=pl.lit(0.25))] * 50)
    assert compare([result(FOUR, apart)]).summary["worst_tenth_of_50"] == pytest.approx(0.25)
    assert math.isnan(compare([result(FOUR, apart[:49])]).summary["worst_tenth_of_50"])


def test_tables_of_a_sea_made_by_hand() -> None:
    look_alike = {"illicit": False, "hours": (10, 14)}
    rows_of_truth = truth(
        {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
        {"truth_id": "T2", "mmsi_1": 3, "mmsi_2": 4, "hours": (10, 14)},
        {"truth_id": "T3", "mmsi_1": 5, "mmsi_2": 6, "kind": "bunkering", **look_alike},
        {"truth_id": "T4", "mmsi_1": 1, "mmsi_2": 7, "kind": "same_raft", **look_alike},
    )
    found = events(
        {"mmsi_1": 1, "mmsi_2": 7, "hours": (10, 14), "score": 0.99},
        {"mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14), "score": 0.9},
        {"mmsi_1": 5, "mmsi_2": 6, "hours": (10, 14), "score": 0.8, "rank": 2},
    )
    gfw = found.with_columns(pl.Series("far_from_anchorages", [True, True, False]))
    fleet = ships(**{f"m{k}": k for k in range(1, 8)})
    got = compare([SeaResult(0, rows_of_truth, fleet, found, found, gfw)])
    assert got.summary["precision_shown"] == pytest.approx(0.5)
    assert by("class", "average_precision", got.ranking) == pytest.approx({"all": 0.5, "open": 0.5})
    assert by("kind", "recall", got.recall)["transfer"] == pytest.approx(0.5)
    assert got.false_events["look_alike"].to_list() == ["bunkering"]
    assert got.gfw_rule["precision"].to_list() == pytest.approx([0.5, 1.0])
    assert "| transfer |" in got.to_markdown()


def test_a_hull_between_two_others_keeps_that_pair_out_of_the_calibration() -> None:
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
    got = compare([result(raft, found)])
    assert got.calibration["n"].sum() == 3
    assert got.summary["raft_pairs_left_out_of_calibration"] == 1


def test_a_sea_without_transfers_and_without_the_gfw_rule_has_empty_tables() -> None:
    lawful = truth(
        {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14), "kind": "crane", "illicit": False}
    )
    got = compare([result(lawful, ranked((1, 2)))._replace(gfw_encounters=None)])
    assert got.ranking.is_empty()
    assert got.gfw_rule.is_empty()
    assert got.summary["precision_shown"] == 0.0
    assert "| class | n | average_precision |" in got.to_markdown()


def test_the_card_holds_what_is_printed() -> None:
    got = compare([result(FOUR, ranked((1, 2), (1, 9)))])
    card = got.to_card()
    assert list(card) == ["summary", "ranking", "first", "recall", "false_events", "calibration", "gfw_rule"]
    assert "| " + " | ".join(card["ranking"][0].values()) + " |" in got.to_markdown().splitlines()
    assert card["summary"]["precision_shown"] == "0.5"


def test_a_pandas_table_is_printed_like_a_polars_one() -> None:
    table = {"tier": ["high", None], "share": [0.25, float("nan")], "n": [3, 4]}
    lines = markdown(pd.DataFrame(table)).splitlines()
    assert lines == markdown(pl.DataFrame(table)).splitlines()
    assert lines[2:] == ["| high | 0.250 | 3 |", "|  |  | 4 |"]


def test_kinds_of_events_have_their_own_precision_and_recall() -> None:
    rows_of_truth = truth(
        {"truth_id": "T1", "mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14)},
        {"truth_id": "S1", "kind": "solo_transfer", "mmsi_1": 3, "mmsi_2": None, "hours": (10, 14),
         "dark": "host, received never"},
        {"truth_id": "S2", "kind": "solo_transfer", "mmsi_1": 4, "mmsi_2": None, "hours": (10, 14),
         "dark": "guest, received never"},
    )  # fmt: skip
    found = events(
        {"mmsi_1": 1, "mmsi_2": 2, "hours": (10, 14), "score": 0.9, "event_type": "encounter"},
        {"mmsi_1": 3, "mmsi_2": None, "hours": (9, 15), "score": 0.8, "event_type": "solo"},
        {"mmsi_1": 5, "mmsi_2": None, "hours": (9, 15), "score": 0.7, "event_type": "solo"},
        {"mmsi_1": 6, "mmsi_2": None, "hours": (9, 15), "score": 0.6, "event_type": "solo", "tier": "low"},
        {"mmsi_1": 4, "mmsi_2": None, "hours": (9, 15), "score": 0.5, "event_type": "solo", "tier": "low"},
    )
    got = compare([result(rows_of_truth, found)])
    kinds = {row["event_type"]: row for row in got.event_kinds.iter_rows(named=True)}
    solo = kinds["solo"]
    assert (solo["events"], solo["shown"], solo["transfers"]) == (4, 2, 2)
    assert (solo["precision_shown"], solo["recall_listed"], solo["recall_shown"]) == (0.5, 1.0, 0.5)
    assert kinds["encounter"]["precision_shown"] == kinds["encounter"]["recall_listed"] == 1.0
    assert kinds["dark_encounter"]["transfers"] == 0
    # Hits at ranks 1, 2 and 5.
    assert by("class", "average_precision", got.ranking)["all"] == pytest.approx((1 + 1 + 3 / 5) / 3)
    # What a ship alone truly did is its role.
    assert "receiver" in got.false_events["look_alike"].to_list()
    assert "By kind of event" in got.to_markdown()
    families = got.hidden_partners.select("scenario", "n", "listed", "shown").rows()
    assert families == [("made by hand", 2, 2, 1)]


def test_without_hidden_partners_there_is_no_table_of_kinds() -> None:
    got = compare([result(FOUR, ranked((1, 2)))])
    assert got.event_kinds.is_empty()
    assert got.hidden_partners.is_empty()
    assert "By kind of event" not in got.to_markdown()
