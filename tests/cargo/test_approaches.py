"""What a ship did between two quays."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.approaches import approaches
from stsdetect.params import DeliveryParams, DraughtParams
from stsdetect.schema import GAPS, HIDDEN_CALLS, PORT_VISITS
from tests.builders import at
from tests.builders.cargo import BARGE, H, gap, gaps, hidden_call, hidden_calls, nampo, visit, visits

P = DeliveryParams()
NO_LOADS = pl.DataFrame(
    schema={"vessel_id": pl.String, "start_time": pl.Datetime("ms", "UTC"), "p_load": pl.Float64}
)


def last(calls: pl.DataFrame, **tables: Any) -> dict[str, Any]:
    """The approach to the last call."""
    return approaches(
        calls,
        gaps=tables.get("gaps", GAPS.optional(None)),
        hidden_calls=tables.get("hidden_calls", HIDDEN_CALLS.optional(None)),
        loads=tables.get("loads", NO_LOADS),
        params=P,
        draught_params=DraughtParams(),
    ).row(-1, named=True)


def test_the_quay_before_and_its_country() -> None:
    row = last(visits(nampo(BARGE, 0, 40), visit(BARGE, 100, 120, kind="anchorage"), visit(BARGE, 150, 180)))
    assert row["since"] == at(40 * H)
    assert (row["last_port"], row["last_country"], row["embargoed_port"]) == ("Nampo", "PRK", "Nampo")


def test_roads_under_embargo_after_another_quay_count() -> None:
    row = last(visits(visit(BARGE, 0, 10), nampo(BARGE, 50, 60, kind="roads"), visit(BARGE, 150, 180)))
    assert (row["last_port"], row["embargoed_port"]) == ("Zhapu", "Nampo")


def test_a_port_under_embargo_before_the_last_quay_does_not() -> None:
    row = last(visits(nampo(BARGE, 0, 10), visit(BARGE, 50, 60), visit(BARGE, 150, 180)))
    assert row["embargoed_port"] is None


def test_the_first_call_has_no_quay_before() -> None:
    row = last(visits(visit(BARGE, 150, 180)))
    assert (row["since"], row["last_port"], row["dark_h"], row["p_embargoed"]) == (None, None, 0.0, 0.0)


def test_gaps_since_the_quay_add_up() -> None:
    dark = gaps(
        gap(BARGE, 5, 20),  # before she left the quay before
        gap(BARGE, 40, 60, draught_change_m=1.0, p_off=0.6),
        gap(BARGE, 70, 100, draught_change_m=0.5, name_changed=True),
        gap(BARGE, 101, 108.9),  # short
    )
    calls = hidden_calls(hidden_call(BARGE, 40, 0.5), hidden_call(BARGE, 70, 0.6))
    row = last(visits(visit(BARGE, 0, 30), visit(BARGE, 150, 180)), gaps=dark, hidden_calls=calls)
    assert (row["dark_h"], row["p_off"], row["gap_rise_m"]) == (50.0, 0.98, 1.5)
    assert row["p_embargoed"] == pytest.approx(1 - (1 - 0.5 * 0.6) * (1 - 0.6 * 0.98))
    assert (row["hidden_port"], row["hidden_p"], row["identity_changed"]) == ("Nampo", 0.6, True)


def test_a_gap_into_the_call_counts_and_one_after_it_does_not() -> None:
    calls = visits(visit(BARGE, 0, 30), visit(BARGE, 150, 180))
    assert last(calls, gaps=gaps(gap(BARGE, 140, 160)))["dark_h"] == 20.0
    assert last(calls, gaps=gaps(gap(BARGE, 150, 170)))["dark_h"] == 0.0


def test_a_change_of_name_in_a_gap_that_may_be_lost_reception_is_none() -> None:
    calls = visits(visit(BARGE, 0, 30), visit(BARGE, 150, 180))
    for p_off, changed in ((P.min_p_off, True), (P.min_p_off - 0.01, False)):
        dark = gaps(gap(BARGE, 40, 60, name_changed=True, p_off=p_off))
        assert last(calls, gaps=dark)["identity_changed"] == changed


def test_cargo_taken_at_sea_on_the_way() -> None:
    calls = visits(visit(BARGE, 0, 30), visit(BARGE, 150, 180))
    for hour, p in ((29.0, 0.0), (31.0, 0.7), (151.0, 0.0)):
        loads = pl.DataFrame(
            {"vessel_id": [str(BARGE)], "start_time": [at(hour * H)], "p_load": [0.7]}, schema=NO_LOADS.schema
        )
        assert last(calls, loads=loads)["p_load"] == p


def test_rows_keep_their_order() -> None:
    calls = visits(visit(BARGE, 150, 180), visit(BARGE, 0, 30), nampo(412_000_077, 5, 9))
    found = approaches(
        calls,
        gaps=GAPS.optional(None),
        hidden_calls=HIDDEN_CALLS.optional(None),
        loads=NO_LOADS,
        params=P,
        draught_params=DraughtParams(),
    )
    assert found["visit_id"].equals(calls["visit_id"])
    none = approaches(
        PORT_VISITS.optional(None),
        gaps=GAPS.optional(None),
        hidden_calls=HIDDEN_CALLS.optional(None),
        loads=NO_LOADS,
        params=P,
        draught_params=DraughtParams(),
    )
    assert none.is_empty()
