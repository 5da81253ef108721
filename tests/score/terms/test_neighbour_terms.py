"""Whom else the ships of an event lay alongside: `A` and `B` are the event, `L` is listed by number."""

from typing import Any

import polars as pl
import pytest

from stsdetect.params import ScoreParams
from stsdetect.score import Scorer
from stsdetect.score.category import with_category
from stsdetect.score.terms.neighbour_terms import NEIGHBOUR_COLUMNS, neighbour_terms, with_neighbours
from stsdetect.score.terms.phrases import with_phrases
from tests.builders.score import SOLO, candidates, feature_rows, swapped
from tests.builders.score_terms import TermCase, cases_of, check_hit_and_near_miss

P = ScoreParams()
LISTED = {"list_kind_2": "imo", "list_source_2": "a list", "list_listed_2": "8405311", "list_observed_2": "8405311",
          "list_name_2": "YU SON"}  # fmt: skip


def met(source_id: str, one: str, two: str | None, **columns: Any) -> dict[str, Any]:
    """A contact of two vessels, the second of which is listed if it is L."""
    row: dict[str, Any] = {"source_id": source_id, "vessel_id_1": one, "vessel_id_2": two, "p_contact": 0.8}
    row |= {"mmsi_1": ord(one), "shipname_1": f"SHIP {one}"}
    if two is not None:
        row |= {"mmsi_2": ord(two), "shipname_2": f"SHIP {two}"}
    return row | (LISTED if two == "L" else {}) | columns


def around(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    features = with_phrases(with_category(feature_rows(*rows), P))
    return {row["source_id"]: row for row in with_neighbours(features, P).iter_rows(named=True)}


def near(*rows: dict[str, Any]) -> tuple[float | None, float | None]:
    """Strength of the hop of either ship of the candidate ab."""
    found = around(met("ab", "A", "B"), *rows)["ab"]
    return found["near_strength_1"], found["near_strength_2"]


@pytest.mark.parametrize("case", cases_of([*neighbour_terms(P, 1)]), ids=lambda c: c.name)
def test_each_term_holds_where_it_should_and_not_at_a_near_miss(case: TermCase) -> None:
    check_hit_and_near_miss(case)


def test_one_hop_has_the_ship_its_list_and_its_day() -> None:
    found = around(met("ab", "A", "B"), met("al", "A", "L"))["ab"]
    assert found["near_strength_1"] == pytest.approx(0.8)
    assert (found["near_label_1"], found["near_list_1"], found["n_hulls_1"]) == ("“SHIP L”", "a list", 2)
    assert found["near_time_1"].isoformat() == "2019-08-14T01:00:00+00:00"
    assert found["near_strength_2"] is None
    assert found["far_strength_1"] is None


def test_two_hops_have_the_ship_between() -> None:
    found = around(met("ab", "A", "B"), met("ax", "A", "X"), met("xl", "X", "L"))["ab"]
    assert found["far_strength_1"] == pytest.approx(0.8 * 0.8)
    assert (found["far_label_1"], found["far_via_1"]) == ("“SHIP L”", "“SHIP X”")
    assert found["near_strength_1"] is None


@pytest.mark.parametrize(
    ("columns", "strength"),
    [
        ({}, 0.8),
        ({"p_contact": 0.5}, 0.5),
        ({"p_contact": 0.49}, None),
        ({"same_hull_suspected": True}, None),
        ({"geometry_category": "towing"}, None),
        ({"geometry_category": "passing"}, None),
        ({"geometry_category": "pilotage"}, None),
        ({"shore_distance_m": 100.0}, None),  # at a berth
        ({"ship_type_1": 52, "length_m_1": 30.0}, None),  # a tug
        ({"ship_type_1": 52, "length_m_1": 140.0}, 0.8),  # declares to be one
        ({"ship_type_1": 80, "length_m_1": 60.0, "length_m_2": 200.0}, None),  # a bunker barge
        ({"list_kind_2": "name"}, None),
        ({"list_kind_2": "near_imo"}, None),
        ({"list_kind_2": "near_imo", "list_length_agrees_2": True}, 0.8),
        ({"list_kind_2": "mmsi"}, 0.8),
        ({"event_type": "dark_encounter"}, 0.8),
    ],
)
def test_only_firm_matches_and_contacts_without_an_innocent_reading_pass_something_on(
    columns: dict[str, Any], strength: float | None
) -> None:
    assert near(met("al", "A", "L", **columns))[0] == (None if strength is None else pytest.approx(strength))


def test_contacts_with_an_innocent_reading_still_make_a_hub() -> None:
    served = [met(f"s{k}", "A", chr(97 + k), geometry_category="pilotage") for k in range(10)]
    assert near(met("al", "A", "L"), *served)[0] == pytest.approx(0.8 * 2.0 / 12.0)
    assert near(met("al", "A", "L"), *served, met("s", "A", "z"))[0] is None
    beside = [met(f"s{k}", "A", chr(97 + k), shore_distance_m=100.0) for k in range(20)]
    assert near(met("al", "A", "L"), *beside)[0] == pytest.approx(0.8)  # neighbours at a quay


def test_the_other_ship_listed_is_its_own_term_and_no_hop() -> None:
    found = around(met("al", "A", "L"), met("xl", "X", "L"))["al"]
    assert found["near_strength_1"] is None
    assert found["near_strength_2"] is None


def test_a_hop_raises_the_score_and_stays_below_the_cap_of_its_family() -> None:
    rows = [met("ab", "A", "B"), met("al", "A", "L"), met("bm", "B", "L", mmsi_2=77, vessel_id_2="M")]
    scored = Scorer(model="rule").score(candidates(*rows))
    terms = scored.evidence[scored.evidence["event_id"] == "event-ab"]
    hops = terms[terms["family"] == "list"]
    assert hops["term"].tolist() == ["listed_partner", "listed_partner"]
    assert hops["contribution"].sum() == pytest.approx(2 * 0.8 * P.listed_partner_nat)
    assert hops["contribution"].sum() <= P.list_cap_nat
    alone = Scorer(model="rule").score(candidates(rows[0]))
    assert scored.events.set_index("event_id")["score"]["event-ab"] > alone.events["score"][0]
    assert (
        "also lay alongside “SHIP L”, a ship on a list (a list), on 2019-08-14; it lay beside 2 hulls"
        in (hops["statement"].iloc[0])
    )


def test_an_innocent_reading_of_the_event_itself_has_no_hop() -> None:
    rows = [met("ab", "A", "B", geometry_category="towing"), met("al", "A", "L")]
    scored = Scorer(model="rule").score(candidates(*rows))
    assert "listed_partner" not in scored.evidence["term"].tolist()


def test_swapped_ships_have_the_same_hops() -> None:
    rows = feature_rows(met("ab", "A", "B"), met("al", "A", "L"), met("bx", "B", "X"), met("xl", "X", "L"))
    here, there = (
        with_neighbours(with_phrases(with_category(r, P)), P).sort("source_id", maintain_order=True)
        for r in (rows, swapped(rows))
    )
    for name in NEIGHBOUR_COLUMNS:
        assert here[f"{name}_1"].to_list() == there[f"{name}_2"].to_list()


def test_many_contacts_beyond_those_of_these_days() -> None:
    others = [met(f"a{k}", "A", chr(97 + k), length_m_2=60.0) for k in range(4)]
    found = around(met("ab", "A", "B", length_m_2=60.0), *others)["ab"]
    assert (found["n_others_1"], found["n_shorter_1"], found["n_hulls_1"]) == (5, 5, 5)
    assert found["n_others_2"] == 1


def test_a_mother_with_barges_is_named_as_one() -> None:
    rows = [met("ab", "A", "B", length_m_2=60.0, event_type="dark_encounter")]
    rows += [met(f"a{k}", "A", chr(97 + k), length_m_2=60.0, event_type="dark_encounter") for k in range(3)]
    scored = Scorer(model="rule").score(candidates(*rows))
    (term,) = scored.evidence[
        (scored.evidence["event_id"] == "event-ab") & (scored.evidence["term"] == "repeated_contacts")
    ].to_dict("records")
    assert term["statement"] == (
        "“SHIP A” lay alongside 4 ships in the data without an innocent reading, 4 of them shorter than it, as "
        "barges are that unload a ship."
    )


def test_a_solo_event_and_no_rows() -> None:
    found = around(
        met("s", "A", None, **{k: v for k, v in SOLO.items() if k != "vessel_id_2"}), met("al", "A", "L")
    )
    assert found["s"]["near_strength_1"] == pytest.approx(0.8)
    empty = with_phrases(with_category(feature_rows(met("ab", "A", "B")).clear(), P))
    assert with_neighbours(empty, P).is_empty()


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [
        met("ab", "A", "B"),
        met("al", "A", "L"),
        met("bx", "B", "X"),
        met("xl", "X", "L"),
        met("ac", "A", "C"),
    ]
    assert around(*rows) == around(*reversed(rows))


def test_rows_stay_in_their_order() -> None:
    rows = feature_rows(met("z", "A", "B"), met("a", "A", "L"), met("m", "B", "C"))
    found = with_neighbours(with_phrases(with_category(rows, P)), P)
    assert found["source_id"].to_list() == ["z", "a", "m"]
    assert isinstance(found, pl.DataFrame)
