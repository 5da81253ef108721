"""Approach and departure: fixes before and after a spell from 12:00 to 18:00 at the origin of the builders."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from stsdetect.detection.encounters.approach import with_approach
from stsdetect.params import EncounterParams
from stsdetect.schema import POSITIONS
from tests.builders import PLACE, at, fixes, together
from tests.builders.encounters import A, B

PARAMS = EncounterParams()
H = 3600.0
START, END = 12.0, 18.0


def approach(*ships) -> dict[str, Any]:
    spell = pl.DataFrame(
        {
            "mmsi_1": [A], "mmsi_2": [B], "start_time": [at(START * H)], "end_time": [at(END * H)],
            "lat": [PLACE[0]], "lon": [PLACE[1]],
        },
        schema_overrides={"start_time": pl.Datetime("ms", "UTC"), "end_time": pl.Datetime("ms", "UTC")},
    )  # fmt: skip
    seen = POSITIONS.optional(together(*ships) if ships else None).select("mmsi", "timestamp", "lat", "lon")
    (row,) = with_approach(spell, seen, PARAMS).iter_rows(named=True)
    return row


def staying(mmsi: int):
    hours = np.arange(0.0, 24.0, 0.25)
    return fixes(mmsi, hours * H)


def coming(mmsi: int, north_m: float):
    """A ship that comes from the north an hour before the spell and leaves eastwards twice as far after it."""
    hours = np.arange(0.0, 24.0, 0.25)
    north = np.where(hours <= START - 0.9, north_m, 0.0)
    return fixes(mmsi, hours * H, np.where(hours > END + 0.9, 2 * north_m, 0.0), north)


def test_a_visitor_comes_from_one_side_and_leaves_to_another() -> None:
    row = approach(staying(A), coming(B, 8_000.0))
    assert row["visitor_mmsi"] == B
    assert row["approach_from_m"] == pytest.approx(8_000.0, rel=1e-3)
    assert row["departure_to_m"] == pytest.approx(16_000.0, rel=1e-3)
    assert row["came_from_m_1"] == pytest.approx(0.0, abs=0.01)
    assert row["came_from_m_2"] == pytest.approx(8_000.0, rel=1e-3)
    assert row["came_from_deg_2"] % 360.0 == pytest.approx(0.0, abs=0.01)
    assert row["went_to_deg_2"] == pytest.approx(90.0, abs=0.1)


def test_swapped_ships_swap_the_sides() -> None:
    row = approach(coming(A, 8_000.0), staying(B))
    assert row["visitor_mmsi"] == A
    assert row["came_from_m_1"] == pytest.approx(8_000.0, rel=1e-3)


@pytest.mark.parametrize(("north_m", "visitor"), [(1_505.0, B), (1_495.0, None)])
def test_a_visitor_comes_from_farther_than_a_swing_at_anchor(north_m: float, visitor: int | None) -> None:
    assert approach(staying(A), coming(B, north_m))["visitor_mmsi"] == visitor


@pytest.mark.parametrize(("north_m", "visitor"), [(745.0, B), (755.0, None)])
def test_the_host_of_a_visitor_was_near(north_m: float, visitor: int | None) -> None:
    assert approach(coming(A, north_m), coming(B, 8_000.0))["visitor_mmsi"] == visitor


@pytest.mark.parametrize(("minutes_off", "received"), [(20.0, True), (20.1, False)])
def test_a_fix_too_far_in_time_does_not_count(minutes_off: float, received: bool) -> None:
    # Three hours before the start is the first instant that is looked at.
    early = fixes(B, (START - 3.0) * H - minutes_off * 60.0, 0.0, 5_000.0)
    row = approach(staying(A), early)
    assert (row["came_from_m_2"] is not None) == received
    assert (row["approach_from_m"] is not None) == received


def test_without_fixes_all_is_null() -> None:
    row = approach()
    assert {row[c] for c in ("approach_from_m", "came_from_m_1", "went_to_deg_2", "visitor_mmsi")} == {None}
