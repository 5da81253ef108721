"""Terms about other ships that one lay alongside: near misses, and how the sentences read."""

from typing import Any

import polars as pl
import pytest

from tests.builders.score import DARK
from tests.builders.score_terms import CALLED_AGAIN, ROUNDS, SERVICE, P, evidence_of


def test_partners_of_a_ship_on_its_rounds_are_not_counted_against_it() -> None:
    assert "many_partners" in evidence_of([{"n_partners_1": 3}])["term"]
    assert "many_partners" not in evidence_of([ROUNDS | {"n_partners_1": 3}])["term"]


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({}, True),
        ({"length_m_1": None}, True),
        ({"length_m_1": 121.0}, False),  # no barge is so long
        ({"n_visited_day_1": 1}, False),
        ({"visit_median_h_1": 8.1}, False),
        ({"visit_spread_m_1": 999.0}, False),  # the others came to it: a mother ship
        ({"duration_h": 12.1}, False),
        ({"n_visited_1": 3}, False),  # a round, which counts for more
    ],
)
def test_a_small_ship_that_goes_from_ship_to_ship(change: dict[str, Any], holds: bool) -> None:
    found = evidence_of([CALLED_AGAIN | {"n_partners_1": 1} | change])
    again = found.filter(pl.col("term") == "called_again")
    assert again["contribution"].to_list() == ([-P.called_again_nat] if holds else [])
    # One that goes from ship to ship has several partners for that reason; one to which they come has not.
    assert ("many_partners" in found["term"]) == (not holds and change != {"n_visited_1": 3})


@pytest.mark.parametrize(
    ("term", "columns", "sentence"),
    [
        ("serves_ships", SERVICE,
         "“SHIP 1” called on 3 ships within a day, for 2.0 h each (median), as bunker barges and stores boats do, whatever type it declares."),
        ("serves_ships", SERVICE | {"visit_median_h_1": 0.4, "duration_h": 0.4},
         "“SHIP 1” called on 3 ships within a day, for 0.4 h each (median), as pilots, tugs and stores boats do, whatever type it declares."),
        ("rounds", ROUNDS,
         "“SHIP 1” appears to have called on 3 ships within 72 h, for 8.0 h each (median) and up to 1 km apart, as service craft do."),
        ("many_partners", {"n_partners_2": 1}, "“SHIP 2” also lay alongside 1 other ship within 48 h of the event."),
        ("many_partners", {"n_partners_2": 2}, "“SHIP 2” also lay alongside 2 other ships within 48 h of the event."),
        ("rounds", DARK | ROUNDS | {"n_visited_1": 2},
         "“SHIP 1” appears to have called on 3 ships within 72 h, for 8.0 h each (median) and up to 1 km apart, as service craft do."),
        ("called_again", CALLED_AGAIN,
         "“SHIP 1” called on another ship too within a day, 1 km away and for 8.0 h each (median): barges and boats go from ship to ship, cargo is seldom passed twice."),
    ],
)  # fmt: skip
def test_sentences(term: str, columns: dict[str, Any], sentence: str) -> None:
    found = evidence_of([columns]).filter(pl.col("term") == term)
    assert found["statement"].to_list() == [sentence]
