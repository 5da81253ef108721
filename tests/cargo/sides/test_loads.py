"""How many events a ship's cargo at one quay came from."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.sides.loads import with_loads
from stsdetect.params import DraughtParams, TonnesParams
from tests.builders import at
from tests.builders.cargo import H


def loads(*rows: dict[str, Any]) -> pl.DataFrame:
    full = [
        {
            "event_id": f"e{k}",
            "side": 1,
            "vessel_id": "a",
            "quay_stop_id": "v",
            "start_time": at(row.pop("start_h") * H),
            "end_time": at(row.pop("end_h") * H),
            "p_contact": 1.0,
            "p_took": 1.0,
        }
        | row
        for k, row in enumerate(rows)
    ]
    frame = pl.DataFrame(full, schema_overrides={"quay_stop_id": pl.String})
    return with_loads(frame, TonnesParams(), DraughtParams())


def test_a_single_load() -> None:
    assert loads({"start_h": 0, "end_h": 5})["n_loads"].to_list() == [1.0]


def test_other_loads_count_with_their_probability() -> None:
    found = loads(
        {"start_h": 0, "end_h": 5},
        {"start_h": 10, "end_h": 15, "p_contact": 0.5},
        {"start_h": 20, "end_h": 25, "p_took": 0.4},
    )
    assert found["n_loads"].to_list() == pytest.approx([1.9, 2.4, 2.5])


def test_candidates_for_one_encounter_overlap_and_are_not_loads_of_their_own() -> None:
    found = loads({"start_h": 0, "end_h": 5, "p_contact": 0.4}, {"start_h": 4, "end_h": 9, "p_contact": 0.4})
    assert found["n_loads"].to_list() == [1.0, 1.0]


def test_what_went_to_another_quay_or_to_none_does_not_count() -> None:
    found = loads(
        {"start_h": 0, "end_h": 5},
        {"start_h": 50, "end_h": 55, "quay_stop_id": "w"},
        {"start_h": 60, "end_h": 65, "quay_stop_id": None},
        {"start_h": 0, "end_h": 5, "vessel_id": "b"},
    )
    assert found["n_loads"].to_list() == [1.0] * 4


def test_events_near_in_time_are_counted() -> None:
    # The window of the draught is 24 h; the events are 10 h long.
    found = loads(
        {"start_h": 0, "end_h": 10},
        {"start_h": 34, "end_h": 44},  # begins 24 h after the end of the first
        {"start_h": 69, "end_h": 79},  # 25 h after the second
        {"start_h": 1, "end_h": 2, "p_contact": 0.4},
        {"start_h": 1, "end_h": 2, "vessel_id": "b"},
    )
    assert found["n_near_events"].to_list() == [1, 1, 0, 1, 0]
