"""Terms about the event as a whole: hits, near misses, and how the sentences read."""

from typing import Any

import polars as pl
import pytest

from stsdetect.geo.land import SHORE_REACH_M
from stsdetect.score.terms.event_terms import event_terms
from tests.builders.score_terms import (
    OPEN_SEA,
    D,
    P,
    TermCase,
    cases_of,
    check_hit_and_near_miss,
    evidence_of,
)


@pytest.mark.parametrize("case", cases_of(event_terms(P, D)), ids=lambda c: c.name)
def test_a_term_holds_on_its_hit_and_not_on_its_near_miss(case: TermCase) -> None:
    check_hit_and_near_miss(case)


@pytest.mark.parametrize("category", ["towing", "dredging", "fishing", "pilotage"])
def test_an_innocent_category_leaves_no_evidence_in_draught_hour_place_and_associations(
    category: str,
) -> None:
    columns = OPEN_SEA | {
        "geometry_category": category,
        "draught_change_m_1": -1.0,
        "draught_change_m_2": 1.0,
    }
    found = evidence_of([columns | {"night_share": 1.0, "n_partners_1": 3}])
    assert found["term"].to_list() == [category]


def test_ships_at_rest_in_a_known_anchorage_are_not_a_queue_of_their_own() -> None:
    assert "queue" not in evidence_of([{"n_at_rest": 50}])["term"]


def test_the_weight_of_night_is_its_share() -> None:
    found = evidence_of([{"night_share": 0.25}]).filter(pl.col("term") == "night")
    assert found["contribution"][0] == pytest.approx(0.25 * P.night_nat)


@pytest.mark.parametrize(
    ("term", "columns", "sentence"),
    [
        ("open_sea", OPEN_SEA | {"shore_distance_m": 12_400.0},
         "The position is 12 km from the shore, outside every known port and anchorage."),
        ("open_sea", OPEN_SEA | {"shore_distance_m": SHORE_REACH_M},
         "The position is more than 100 km from the shore, outside every known port and anchorage."),
        ("open_sea", OPEN_SEA | {"shore_distance_m": SHORE_REACH_M, "geometry_category": "berth"},
         "The position is more than 100 km from the shore, outside every known port and anchorage."),
        ("still_at_berth", {"geometry_category": "berth", "shore_distance_m": 1_240.0, "duration_h": 10.0},
         "They lay 1.2 km from the shore and for 10.0 h neither moved nor swung, as ships at a jetty do."),
        ("berth", {"shore_distance_m": SHORE_REACH_M, "in_port": True, "port_name": "Far Roads"},
         "The position is more than 100 km from the shore in the port of Far Roads, where ships moor side by side."),
        ("queue", OPEN_SEA | {"n_at_rest": 5},
         "5 other ships lay at rest within 3 km at the time, so this is a waiting area, although no known anchorage covers the position."),
        ("berth", {"shore_distance_m": 120.0}, "The position is 120 m from the shore, where ships moor side by side."),
        ("berth", {"shore_distance_m": 120.0, "in_port": True, "port_name": "Zhapu"},
         "The position is 120 m from the shore in the port of Zhapu, where ships moor side by side."),
        ("berth", {"shore_distance_m": 120.0, "in_port": True},
         "The position is 120 m from the shore in port, where ships moor side by side."),
        ("night", {"night_share": 0.5}, "The event began at 09:09 local solar time; it was dark for 50 % of the time."),
        ("night", {"night_share": 0.995, "local_start_h": 22.5},
         "The event began at 22:30 local solar time and took place entirely in darkness."),
        ("daylight", {}, "The event began at 09:09 local solar time and took place entirely in daylight."),
        ("cargo_moved", {"draught_change_m_1": 1.2, "draught_change_m_2": -1.0},
         "The broadcast draught of “SHIP 2” fell by 1.0 m and that of “SHIP 1” rose by 1.2 m, as when cargo passes from one ship to the other."),
        ("one_draught_changed", {"draught_change_m_2": -1.0},
         "The broadcast draught of “SHIP 2” fell by 1.0 m; that of the other ship is not known before and after."),
        ("one_draught_changed", {"draught_change_m_1": 1.0, "draught_change_m_2": 0.1},
         "The broadcast draught of “SHIP 1” rose by 1.0 m; that of the other ship did not change."),
    ],
)  # fmt: skip
def test_sentences(term: str, columns: dict[str, Any], sentence: str) -> None:
    found = evidence_of([columns]).filter(pl.col("term") == term)
    assert found["statement"].to_list() == [sentence]
