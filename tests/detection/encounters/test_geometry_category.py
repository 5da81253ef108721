"""Geometry categories: what each reading needs, and a near miss on each threshold."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from stsdetect.detection.encounters.geometry_category import category, same_hull
from stsdetect.params import EncounterParams

PARAMS = EncounterParams()

NOT_OBSERVED = dict.fromkeys(
    (
        "approach_from_m",
        "departure_to_m",
        *(f"{way}_m_{side}" for way in ("came_from", "went_to") for side in (1, 2)),
    )
)
"""Where the two came from and went."""

CAME = {"approach_from_m": 5_000.0, "came_from_m_1": 5_000.0, "came_from_m_2": 40.0}
"""Ship 1 came from 5 km away while ship 2 lay there."""


def spells(*rows: dict[str, Any]) -> pl.DataFrame:
    """Two cargo ships of 90 m, 3 m apart for an hour, that turned as one body, unless given otherwise."""
    plain = {
        "mmsi_1": 1, "mmsi_2": 2, "vessel_id_1": "1", "vessel_id_2": "2", "type_1": 70, "type_2": 70,
        "length_1": 90.0, "length_2": 90.0, "duration_h": 1.0, "under_way_h": 0.0, "sailing_h": 0.0,
        "wander_m": 100.0, "swing_deg": 60.0, "rigidity": 5.0, "median_hull_gap_m": 3.0, "hull_gap_error_m": 6.0,
        "overlap_m": 0.0, **NOT_OBSERVED,
    }  # fmt: skip
    return pl.DataFrame([plain | row for row in rows])


def reading(**columns: Any) -> str:
    table = spells(columns).with_columns(same_hull_suspected=same_hull(PARAMS))
    return table.select(category(PARAMS).alias("category"))["category"][0]


@pytest.mark.parametrize(
    ("expected", "columns", "otherwise"),
    [
        ("transfer", {}, {"rigidity": -3.1}),
        # A service craft for less than an hour.
        ("pilotage", {"type_1": 50, "length_1": 20.0, "duration_h": 0.99}, {"type_1": 50, "length_1": 20.0}),
        ("pilotage", {"type_2": 58, "length_2": 60.0, "duration_h": 0.99}, {"type_2": 59, "length_2": 60.0, "duration_h": 0.99}),
        # At 6 kn and more for more than half of the spell, with a gap between them; or under way and short.
        ("passing", {"sailing_h": 0.51, "median_hull_gap_m": 21.0}, {"sailing_h": 0.5, "median_hull_gap_m": 21.0}),
        ("passing", {"duration_h": 0.9, "under_way_h": 0.46}, {"duration_h": 0.9, "under_way_h": 0.45}),
        # A tug, or under way for more than half of a long spell.
        ("towing", {"type_1": 52}, {"type_1": 55}),
        ("towing", {"under_way_h": 0.51}, {"under_way_h": 0.5}),
        ("fishing", {"type_1": 30, "type_2": 30}, {"type_1": 30}),
        ("fishing", {"type_1": 30, "type_2": 30, "under_way_h": 0.9}, {"type_1": 30, "under_way_h": 0.9}),
        ("dredging", {"type_2": 33}, {"type_2": 34}),
        # What declares itself a tug, a service craft or a fishing vessel and is far too long for it.
        ("towing", {"type_1": 52, "length_1": 90.0}, {"type_1": 52, "length_1": 91.0}),
        ("towing", {"type_1": 52, "length_1": None}, {"type_1": 52, "length_1": 110.0}),
        ("pilotage", {"type_1": 50, "duration_h": 0.9, "length_1": 60.0},
         {"type_1": 50, "duration_h": 0.9, "length_1": 61.0}),
        ("fishing", {"type_1": 30, "type_2": 30, "length_1": 110.0},
         {"type_1": 30, "type_2": 30, "length_1": 150.0}),
        # Still for four hours without a swing.
        ("berth", {"duration_h": 4.0, "wander_m": 24.9, "swing_deg": 14.9},
         {"duration_h": 3.9, "wander_m": 24.9, "swing_deg": 14.9}),
        ("berth", {"duration_h": 4.0, "wander_m": 24.9, "swing_deg": 14.9},
         {"duration_h": 4.0, "wander_m": 25.0, "swing_deg": 14.9}),
        ("berth", {"duration_h": 4.0, "wander_m": 24.9, "swing_deg": 14.9},
         {"duration_h": 4.0, "wander_m": 24.9, "swing_deg": 15.0}),
        # Each at its own anchor, or farther apart than 20 m and the error of 6 m.
        ("anchorage_neighbours", {"rigidity": -3.1}, {"rigidity": -3.0}),
        ("anchorage_neighbours", {"median_hull_gap_m": 26.1}, {"median_hull_gap_m": 26.0}),
        # A tanker of 110 m at most beside a longer ship that is not one.
        ("bunkering", {"type_1": 80, "length_2": 91.0}, {"type_1": 80, "length_2": 90.0}),
        ("bunkering", {"type_2": 89, "length_2": 110.0, "length_1": 200.0},
         {"type_2": 89, "length_2": 111.0, "length_1": 200.0}),
        ("bunkering", {"type_1": 80, "length_1": None}, {"type_1": 80, "type_2": 80, "length_1": None}),
    ],
)  # fmt: skip
def test_readings_and_near_misses(expected: str, columns: dict, otherwise: dict) -> None:
    assert reading(**columns) == expected
    assert reading(**otherwise) != expected


@pytest.mark.parametrize(
    ("columns", "one_hull"),
    [
        ({"vessel_id_2": "1"}, True),
        # Deeper than 3 m and the error of 6 m.
        ({"overlap_m": 9.1}, True),
        ({"overlap_m": 9.0}, False),
        # At 6 kn and more for three quarters of an hour without a gap, and neither a tug.
        ({"sailing_h": 0.75}, True),
        ({"sailing_h": 0.74}, False),
        ({"sailing_h": 0.75, "median_hull_gap_m": 20.1}, False),
        ({"sailing_h": 0.75, "type_1": 31}, False),
        # A tug of 60 m beside a container ship of 300 m, or one that came on its own, is another hull.
        ({"overlap_m": 9.1, "length_1": 60.0, "length_2": 90.0}, False),
        ({"overlap_m": 9.1, "length_1": 61.0, "length_2": 90.0}, True),
        ({"overlap_m": 9.1, "length_1": None, "length_2": 300.0}, True),
        ({"overlap_m": 9.1} | CAME, False),
        ({"sailing_h": 2.0} | CAME, False),
        ({"overlap_m": 9.1} | CAME | {"approach_from_m": 1_499.0}, True),
        # The same way, heard at other minutes: apart by less than half of it.
        ({"overlap_m": 9.1} | CAME | {"came_from_m_2": 10_001.0}, True),
        ({"overlap_m": 9.1, "departure_to_m": 2_000.0, "went_to_m_1": 2_000.0, "went_to_m_2": 0.0}, False),
        # Tracks that were tied to one vessel stay tied.
        ({"vessel_id_2": "1"} | CAME, True),
    ],
)
def test_two_transponders_on_one_hull(columns: dict, one_hull: bool) -> None:
    assert spells(columns).select(s=same_hull(PARAMS))["s"].to_list() == [one_hull]


def test_all_spells_of_a_pair_count_for_one_hull() -> None:
    other = {"mmsi_1": 7, "mmsi_2": 8, "vessel_id_1": "7", "vessel_id_2": "8"}
    table = spells({"sailing_h": 0.4}, {"sailing_h": 0.4}, other)
    assert table.select(s=same_hull(PARAMS))["s"].to_list() == [True, True, False]
