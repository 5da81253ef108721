"""The category of an event, with near misses on every threshold and swapped ships."""

from typing import Any

import polars as pl
import pytest

from stsdetect.geo.land import SHORE_REACH_M
from stsdetect.params import ScoreParams
from stsdetect.score.category import barred_at_night, makes_rounds, with_category
from tests.builders.score import DARK, SOLO, feature_rows, swapped
from tests.builders.score_terms import (
    BUNKER_BARGE,
    BUNKERING_ANCHORAGE,
    DREDGER_THAT_CAME,
    OPEN_SEA,
    ROUNDS,
    SERVICE,
)

P = ScoreParams()
BARGE_AT_ANCHORAGE = BUNKER_BARGE | BUNKERING_ANCHORAGE
UNIDENTIFIED = {
    f"{column}_{ship}": None for column in ("shipname", "imo", "imo_valid", "ship_type") for ship in (1, 2)
}
NO_SIZES = {"sizes_known": 0, "headings_known": 0}


def category(**columns: Any) -> str:
    """The category, the same whichever ship is the first."""
    rows = feature_rows(columns)
    one, two = (with_category(r, P)["category"][0] for r in (rows, swapped(rows)))
    assert one == two
    return one


def value(expr: pl.Expr, **columns: Any) -> bool:
    return feature_rows(columns).select(expr).item()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"same_hull_suspected": True}, "same_hull"),
        ({"geometry_category": "towing"}, "towing"),
        ({"geometry_category": "pilotage"}, "pilotage"),
        ({"geometry_category": "fishing"}, "fishing"),
        ({"geometry_category": "dredging"}, "dredging"),
        ({"geometry_category": "passing"}, "unknown"),
        ({"geometry_category": "anchorage_neighbours", "p_contact": 0.49}, "anchorage_neighbours"),
        ({"geometry_category": "anchorage_neighbours", "p_contact": 0.5}, "transfer"),
        ({"shore_distance_m": 300.0}, "berth"),
        ({"shore_distance_m": 301.0}, "transfer"),
        # Two tankers that lie still for ten hours: at a jetty near a shore, but nowhere 150 km out.
        ({"geometry_category": "berth", "shore_distance_m": 2_000.0}, "berth"),
        ({"geometry_category": "berth", "shore_distance_m": 2_001.0}, "transfer"),
        ({"geometry_category": "berth", "shore_distance_m": SHORE_REACH_M}, "transfer"),
        ({"geometry_category": "berth", "shore_distance_m": SHORE_REACH_M, "in_port": True}, "berth"),
        ({"in_port": True, "port_name": "Zhapu"}, "berth"),
        (DARK | {"shore_distance_m": 299.0}, "transfer"),
        ({"p_contact": 0.49}, "unknown"),
        ({"p_contact": 0.5}, "transfer"),
        ({}, "transfer"),
    ],
)
def test_categories(columns: dict, expected: str) -> None:
    assert category(**columns) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"duration_h": 12.1},
        {"length_m_1": 121.0},
        {"length_m_2": 77.0},
        {"ship_type_1": 70},
        {"ship_type_1": None},
    ],
    ids=["too long", "barge too long", "ship too short", "no tanker", "type unknown"],
)
def test_near_misses_of_bunkering(change: dict) -> None:
    assert category(**BARGE_AT_ANCHORAGE) == "bunkering"
    assert category(**BARGE_AT_ANCHORAGE | change) == "transfer"


def test_two_tankers_are_bunkering_only_where_bunkers_are_sold() -> None:
    tankers = BARGE_AT_ANCHORAGE | {"ship_type_2": 80}
    assert category(**tankers) == "bunkering"
    assert category(**tankers | {"anchorage_name": None, "anchorage_use": None}) == "transfer"


def test_bunkering_at_night_only_where_barges_work_at_night() -> None:
    assert category(**BARGE_AT_ANCHORAGE, night_share=1.0) == "transfer"
    assert category(**BARGE_AT_ANCHORAGE | {"anchorage_night_work": True}, night_share=1.0) == "bunkering"
    assert category(**BARGE_AT_ANCHORAGE | {"anchorage_night_work": None}, night_share=1.0) == "bunkering"


@pytest.mark.parametrize(("night_share", "barred"), [(0.5, False), (0.51, True)])
def test_an_event_is_at_night_when_more_than_half_of_it_was_dark(night_share: float, barred: bool) -> None:
    assert value(barred_at_night(P), **BUNKERING_ANCHORAGE, night_share=night_share) == barred


@pytest.mark.parametrize(
    "change",
    [
        {"visit_median_h_1": 8.1},  # cargo takes as long
        {"visit_spread_m_1": 999.0},  # it does not move and is served itself
        {"length_m_1": 121.0},
        {"duration_h": 12.1},
        {"n_visited_1": 2},
        {"n_visited_1": None},
        SOLO,
    ],
)
def test_near_misses_of_making_rounds(change: dict) -> None:
    assert value(makes_rounds(1, P), **ROUNDS)
    assert value(makes_rounds(1, P), **ROUNDS | {"length_m_1": None})
    assert not value(makes_rounds(1, P), **ROUNDS | change)


@pytest.mark.parametrize(("columns", "rounds"), [({"n_visited_1": 2}, True), ({"n_visited_1": 1}, False)])
def test_a_visit_to_a_ship_in_a_gap_is_one_more_of_a_round(columns: dict, rounds: bool) -> None:
    assert value(makes_rounds(1, P), **DARK | ROUNDS | columns) == rounds
    assert not value(makes_rounds(1, P), **ROUNDS | {"n_visited_1": 2})  # of visits seen, three
    assert not value(makes_rounds(1, P), **SOLO | ROUNDS)


def test_a_ship_on_its_rounds_is_bunkering_where_bunkers_are_sold_and_unknown_elsewhere() -> None:
    assert category(**ROUNDS | BUNKERING_ANCHORAGE) == "bunkering"
    assert category(**ROUNDS) == "unknown"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "bunkering"),
        ({"ship_type_1": 80}, "bunkering"),
        ({"ship_type_1": 70}, "unknown"),  # a cargo ship that takes a little from each of three
        ({"n_visited_day_1": 2}, "unknown"),
        ({"visit_median_h_1": 0.99}, "pilotage"),
        ({"visit_median_h_1": 1.0}, "bunkering"),
        ({"p_contact": 0.49}, "unknown"),
    ],
)
def test_what_serves_three_ships_a_day_is_known_by_what_it_does(change: dict, expected: str) -> None:
    assert category(**SERVICE | OPEN_SEA | change) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "transfer"),
        ({"visitor_mmsi": 412_000_002}, "dredging"),  # a barge came to it
        ({"n_visited_1": 2}, "dredging"),
        ({"ship_type_2": 33}, "dredging"),
        ({"visitor_mmsi": None, "ship_type_2": 80}, "transfer"),
        ({"ship_type_1": 34}, "dredging"),  # another hull of the raft is the dredger
    ],
)
def test_a_dredger_that_was_not_seen_to_dredge_is_none(change: dict, expected: str) -> None:
    columns = DREDGER_THAT_CAME | change
    assert with_category(feature_rows(columns), P)["category"][0] == expected


def test_assumed_outlines_are_no_transfer_in_a_queue_or_of_unidentified_ships() -> None:
    queue = OPEN_SEA | {"n_at_rest": 5}
    assert category(**NO_SIZES) == "transfer"
    assert category(**NO_SIZES | queue) == "unknown"
    assert category(**NO_SIZES | OPEN_SEA | {"n_at_rest": 4}) == "transfer"
    assert category(**NO_SIZES | UNIDENTIFIED) == "unknown"
    assert category(**NO_SIZES | UNIDENTIFIED | {"shipname_2": "YU SON"}) == "transfer"
    assert category(**UNIDENTIFIED | queue) == "transfer"  # the sizes are known
