"""Where a ship could have left the cargo; the probabilities are tested with the chains."""

from __future__ import annotations

import polars as pl
import pytest

from stsdetect.cargo.sides.quay_stops import passed_on, quay_stops
from stsdetect.params import ChainParams, DraughtParams
from stsdetect.schema import GAPS, HIDDEN_CALLS
from tests.builders import at
from tests.builders.cargo import BARGE, H, gap, gaps, hidden_call, hidden_calls, visit, visits

P = ChainParams()


def side(
    event_id: str, vessel: int, partner: int | None, start_h: float, end_h: float, number: int = 1
) -> dict:
    return {
        "event_id": event_id,
        "side": number,
        "vessel_id": str(vessel),
        "partner_id": None if partner is None else str(partner),
        "start_time": at(start_h * H),
        "end_time": at(end_h * H),
        "lat": 30.0,
        "lon": 122.0,
        "p_contact": 0.8,
        "p_took": 0.5,
    }


def frame(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema_overrides={"side": pl.Int32, "partner_id": pl.String})


def stops(*calls: dict, **tables: pl.DataFrame) -> pl.DataFrame:
    return quay_stops(
        frame(side("e", BARGE, None, 0, 10)),
        visits=visits(*calls),
        hidden_calls=tables.get("hidden_calls", HIDDEN_CALLS.optional(None)),
        gaps=tables.get("gaps", GAPS.optional(None)),
        params=P,
        draught_params=DraughtParams(),
    )


def test_calls_are_in_order_of_time_and_say_what_speaks_against_them() -> None:
    found = stops(visit(BARGE, 60, None), visit(BARGE, 30, 31), visit(413_000_000, 20, 25))
    assert found["stop_id"].to_list() == [f"visit-{BARGE}-30", f"visit-{BARGE}-60"]
    assert found["against"].to_list() == [
        "draughts unknown; a short call",
        "draughts unknown; still there when the dump ended",
    ]
    assert found["why"].to_list() == ["lay at a berth for 1.0 h", "lay at a berth for 10.0 h"]


def test_the_ports_of_one_gap_share_their_stop() -> None:
    calls = hidden_calls(
        hidden_call(BARGE, 20, 0.5),
        hidden_call(BARGE, 20, 0.3, port_id="KPHAE", port_name="Haeju", rank=2),
        hidden_call(BARGE, 20, P.min_hidden_p - 0.01, port_id="KPSON", port_name="Songnim", rank=3),
    )
    found = stops(hidden_calls=calls, gaps=gaps(gap(BARGE, 20, 120)))
    assert found["stop_id"].n_unique() == 1
    assert found["port_name"].to_list() == ["Haeju", "Nampo"]
    assert found["p_left"].to_list() == pytest.approx([0.3 * P.p_quay, 0.5 * P.p_quay])


def test_cargo_is_passed_on_in_a_later_event_only() -> None:
    rows = frame(
        side("e", 1, 2, 0, 10),
        side("e", 2, 1, 0, 10, 2),
        side("f", 1, 3, 10, 12),
        side("f", 3, 1, 10, 12, 2),
        side("g", 1, None, 20, 22),
    )
    found = passed_on(rows, P).filter(event_id="e")
    assert found.select("side", "next_event_id", "next_side").rows() == [(1, "f", 2)]
    assert found["p_left"].item() == pytest.approx(0.8 * 0.5 * P.p_passed_on)
    assert passed_on(rows, P).filter(event_id="f").is_empty()
