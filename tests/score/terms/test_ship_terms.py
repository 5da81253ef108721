"""Terms about one ship: hits, near misses, both ships alike, and how the sentences read."""

from typing import Any

import polars as pl
import pytest

from stsdetect.score.terms.ship_terms import ship_terms
from tests.builders.score_terms import (
    LISTED,
    SWITCHED_OFF,
    P,
    TermCase,
    cases_of,
    check_hit_and_near_miss,
    evidence_of,
)


@pytest.mark.parametrize("case", cases_of(ship_terms(P, 1)), ids=lambda c: c.name)
def test_a_term_holds_on_its_hit_and_not_on_its_near_miss(case: TermCase) -> None:
    check_hit_and_near_miss(case)


def test_ship_2_is_weighed_like_ship_1() -> None:
    columns = SWITCHED_OFF | {"imo_valid_1": False, "shared_mmsi_1": True}
    of_ship_2 = {c[:-1] + "2": v for c, v in columns.items()}
    one, two = (
        evidence_of([c]).filter(pl.col("family").is_in(["gap", "identity"])) for c in (columns, of_ship_2)
    )
    assert one["vessel"].to_list() == ["1"] * 3
    assert two["vessel"].to_list() == ["2"] * 3
    assert one["contribution"].to_list() == two["contribution"].to_list()


def test_a_ship_without_an_mmsi_has_no_unallotted_mmsi() -> None:
    found = evidence_of([{"mmsi_1": -7, "known_by_text_id_1": True, "flag_1": None, "mid_1": 499}])
    assert "unallotted_mid" not in found["term"]


def test_a_gap_far_from_the_event_or_without_end_weighs_less() -> None:
    rows = [
        {"source_id": "a during"},
        {"source_id": "b half a day apart", "gap_apart_h_1": 12.0},
        {"source_id": "c a day apart", "gap_apart_h_1": 24.0},
        {"source_id": "d without end", "gap_open_1": True},
    ]
    found = evidence_of([SWITCHED_OFF | r for r in rows]).filter(pl.col("term") == "switched_off")
    full = 0.6 * P.switched_off_nat  # a probability of 0.8 is three fifths of the way from 0.5 to 1
    shares = [1.0, 0.5, 0.0, P.open_gap_share]
    assert found["contribution"].to_list() == pytest.approx([full * s for s in shares])


@pytest.mark.parametrize(
    ("term", "columns", "sentence"),
    [
        ("imo_missing", {"imo_1": None, "imo_valid_1": None, "length_m_1": 120.0},
         "“SHIP 1” is 120 m long but broadcast no IMO number."),
        ("shared_mmsi", {"shared_mmsi_1": True, "shipname_1": None},
         "MMSI 412000001: two ships used this MMSI at the same time."),
        ("identity_changed", {"identity_changed_1": "name, call sign", "identity_before_1": "OLD, IMO none, MMSI 412000001"},
         "The identity broadcast by “SHIP 1” changed within 48 h of the event (name, call sign); before: OLD, IMO none, MMSI 412000001."),
        ("switched_off", SWITCHED_OFF,
         "“SHIP 1” was not received for 5.0 h, overlapping the event, while 1 other ship nearby was received: a switch-off is 80 % likely."),
        ("switched_off", SWITCHED_OFF | {"gap_n_neighbours_1": 12, "gap_when_1": "after", "gap_open_1": True},
         "“SHIP 1” was not received for 5.0 h, beginning after the event, while 12 other ships nearby were received: a switch-off is 80 % likely. It was not received again."),
        ("near_imo", LISTED | {"list_kind_1": "near_imo"},
         "“SHIP 1” broadcast IMO number 1, one digit different from that of “YU SON” (a list); the lengths could not be compared."),
        ("likeness_refuted", LISTED | {"list_kind_1": "near_name", "list_length_agrees_1": False},
         "“SHIP 1” resembles “YU SON” (a list) in name or IMO number, but its length differs: probably another ship."),
    ],
)  # fmt: skip
def test_sentences(term: str, columns: dict[str, Any], sentence: str) -> None:
    found = evidence_of([columns]).filter(pl.col("term") == term)
    assert found["statement"].to_list() == [sentence]
