"""Host and guest of pairs whose ships are both received."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pytest

from stsdetect.detection import find_anchor_readings, with_host
from stsdetect.schema import ANCHOR_READINGS, ENCOUNTERS
from tests.builders import at
from tests.builders.report import filled
from tests.builders.swing import H, anchorage, as_points, sizes, swinging

HOST, GUEST = 412_000_001, 412_000_002


def pair(
    *ships: pd.DataFrame, hours: tuple[float, float] = (1.0, 11.0), swap: bool = False
) -> dict[str, Any]:
    """The encounter of ships HOST and GUEST, with the columns added."""
    dump = [*ships, *anchorage()]
    found = ANCHOR_READINGS.validate(find_anchor_readings(as_points(*dump), identity=sizes(*dump)))
    one, two = (GUEST, HOST) if swap else (HOST, GUEST)
    row = {
        "encounter_id": "e",
        "mmsi_1": one,
        "mmsi_2": two,
        "vessel_id_1": str(one),
        "vessel_id_2": str(two),
    }
    row |= {"start_time": at(hours[0] * H), "end_time": at(hours[1] * H)}
    encounter = ENCOUNTERS.validate(filled(ENCOUNTERS, pd.DataFrame([row])))
    return with_host(encounter, found).row(0, named=True)


@pytest.mark.parametrize("swap", [False, True])
def test_the_guest_swings_about_the_hosts_anchor(swap: bool) -> None:
    ships = swinging(HOST, forward_m=112.0), swinging(GUEST, forward_m=180.0, starboard_m=45.0)
    row = pair(*ships, swap=swap)
    assert row["host_mmsi"] == HOST
    assert row["pivots_apart_m"] == pytest.approx(0.0, abs=2.0)


def test_neighbours_have_a_pivot_each() -> None:
    row = pair(swinging(HOST, forward_m=112.0), swinging(GUEST, forward_m=110.0, east_m=300.0))
    assert row["host_mmsi"] is None
    assert row["pivots_apart_m"] == pytest.approx(300.0, abs=2.0)


def test_two_that_both_look_as_if_alone_have_no_host() -> None:
    row = pair(swinging(HOST, forward_m=112.0), swinging(GUEST, forward_m=110.0, east_m=20.0))
    assert row["host_mmsi"] is None
    assert row["pivots_apart_m"] == pytest.approx(20.0, abs=2.0)


def test_without_a_swing_nothing_is_added() -> None:
    row = pair(swinging(HOST, forward_m=112.0), swinging(GUEST, forward_m=180.0, swing_deg=5.0))
    assert (row["host_mmsi"], row["pivots_apart_m"]) == (None, None)


def test_a_swing_before_the_encounter_does_not_count() -> None:
    ships = swinging(HOST, forward_m=112.0), swinging(GUEST, forward_m=180.0, starboard_m=45.0)
    assert pair(*ships, hours=(11.0, 14.0))["pivots_apart_m"] is None


def test_rows_and_columns_stay() -> None:
    empty = ENCOUNTERS.optional(None)
    found = with_host(empty, ANCHOR_READINGS.optional(None))
    assert found.columns == [*empty.columns, "pivots_apart_m", "host_mmsi"]
    assert found["host_mmsi"].dtype == pl.Int64
