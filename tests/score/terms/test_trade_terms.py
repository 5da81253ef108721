"""Terms about what the ships do: hits, near misses, and how the sentences read."""

from typing import Any

import polars as pl
import pytest

from stsdetect.score.terms.trade_terms import trade_terms
from tests.builders.score_terms import (
    BUNKER_BARGE,
    BUNKERING_ANCHORAGE,
    P,
    TermCase,
    cases_of,
    check_hit_and_near_miss,
    evidence_of,
)


@pytest.mark.parametrize("case", cases_of(trade_terms(P)), ids=lambda c: c.name)
def test_a_term_holds_on_its_hit_and_not_on_its_near_miss(case: TermCase) -> None:
    check_hit_and_near_miss(case)


@pytest.mark.parametrize(
    ("columns", "weight"),
    [
        ({"duration_h": 0.99}, [-P.brief_nat]),
        ({"duration_h": 1.0}, []),  # not seen from its beginning to its end: perhaps it was longer
        ({"duration_h": 1.0, "approach_from_m": 5000.0, "departure_to_m": 5000.0}, [-P.brief_nat]),
        ({"duration_h": 2.5, "approach_from_m": 5000.0, "departure_to_m": 5000.0}, [-P.brief_nat / 4.0]),
    ],
)
def test_the_shorter_a_contact_the_less_it_is_cargo(columns: dict[str, Any], weight: list[float]) -> None:
    found = evidence_of([columns]).filter(pl.col("term") == "brief")
    assert found["contribution"].to_list() == pytest.approx(weight)


def test_a_port_call_of_both_ships_speaks_for_ordinary_trade_and_of_one_ship_against_it() -> None:
    both = evidence_of([{"next_port_1": "Zhapu", "next_port_2": "Beilun"}])
    one = evidence_of([{"next_port_1": "Zhapu"}])
    assert both.filter(pl.col("term").str.contains("port"))["term"].to_list() == ["port_to_port"]
    assert one.filter(pl.col("term").str.contains("port"))["term"].to_list() == ["on_to_port"]


@pytest.mark.parametrize(
    ("term", "columns", "sentence"),
    [
        ("bunkering", BUNKER_BARGE | BUNKERING_ANCHORAGE,
         "They lay together for 5.0 h at Qushan, an official bunkering anchorage, which fits a bunker barge or service craft attending a ship."),
        ("bunkering_elsewhere", BUNKER_BARGE | {"in_anchorage": False, "anchorage_name": None, "anchorage_use": None},
         "A small tanker lay alongside a longer ship for 5.0 h, as bunker barges do, although this is outside the official bunkering anchorages."),
        ("brief", {"duration_h": 0.5},
         "They lay together for only 0.5 h: long enough for stores, crew or a pilot, but too short for most cargo transfers."),
        ("shuttle", {"n_repeats": 7},
         "The two came alongside each other 7 more times within 48 h, as a dredger and its barge or a ship and its supply boat do."),
        ("service_craft", {"ship_type_2": 53, "length_m_2": 30.0},
         "“SHIP 2” declares a type that does not carry cargo, such as a crane, crew or stores vessel, and its length does not contradict it."),
        ("service_craft", {"ship_type_2": 90, "length_m_2": None},
         "“SHIP 2” declares a type that does not carry cargo, such as a crane, crew or stores vessel; that is weak evidence, as it broadcasts no length."),
        ("type_doubted", {"ship_type_2": 90, "length_m_2": 110.0},
         "“SHIP 2” declares ship type 90, which carries no cargo, but at 110 m it is longer than such craft: what it declares explains nothing."),
        ("dredger_doubted", {"ship_type_1": 33, "geometry_category": "dredging", "visitor_mmsi": 412_000_001},
         "“SHIP 1” declares to be a dredger, but came to the other ship, and no other barge was seen beside it: nothing shows that it dredges."),
        ("dredger_doubted", {"ship_type_1": 33, "geometry_category": "dredging", "ship_type_2": 80},
         "“SHIP 1” declares to be a dredger, but lay beside a tanker, and no other barge was seen beside it: nothing shows that it dredges."),
        ("cargo_pair", {"ship_type_1": 80, "ship_type_2": 89}, "Both ships are tankers, which can transfer cargo to each other."),
        ("embargoed_port", {"destination_1": "KP NAMPO"},
         "“SHIP 1” broadcast the destination “KP NAMPO”, which names a port under embargo."),
        ("on_to_port", {"next_port_2": "Zhapu"}, "“SHIP 2” went on to the port of Zhapu; no port call of “SHIP 1” is in the data."),
    ],
)  # fmt: skip
def test_sentences(term: str, columns: dict[str, Any], sentence: str) -> None:
    found = evidence_of([columns]).filter(pl.col("term") == term)
    assert found["statement"].to_list() == [sentence]
