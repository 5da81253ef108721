"""Oil that a tanker may have unloaded at a port under embargo in a gap."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.hidden_deliveries import hidden_deliveries
from stsdetect.cargo.hull_sizes import hull_sizes
from stsdetect.params import ChainParams, DeliveryParams, DraughtParams, TonnesParams
from stsdetect.schema import STATIC
from tests.builders import at
from tests.builders.cargo import H, gap, gaps, hidden_call, hidden_calls, ship, ships

P, C = DeliveryParams(), ChainParams()
TANKER = 613_000_001
NO_LOADS = pl.DataFrame(
    schema={
        "vessel_id": pl.String,
        "start_time": pl.Datetime("ms", "UTC"),
        "p_contact": pl.Float64,
        "p_load": pl.Float64,
    }
)
GROUNDS = pl.DataFrame(schema={"vessel_id": pl.String, "embargoed_flag": pl.Boolean, "listed": pl.Boolean})


def found(
    *calls: dict[str, Any], ship_type: int = 80, loads: pl.DataFrame | None = None, **columns: Any
) -> pl.DataFrame:
    return hidden_deliveries(
        hidden_calls(*(calls or [hidden_call(TANKER, 30, 0.8)])),
        gaps=gaps(gap(TANKER, 30, 230, **columns)),
        hulls=hull_sizes(ships(ship(TANKER, ship_type)), STATIC.optional(None), TonnesParams()),
        grounds=GROUNDS,
        loads=NO_LOADS if loads is None else loads,
        params=P,
        chain_params=C,
        tonnes_params=TonnesParams(),
        draught_params=DraughtParams(),
    )


@pytest.mark.parametrize(
    ("columns", "share"),
    [
        ({"draught_change_m": -0.3}, C.p_quay_lighter),
        ({"draught_change_m": -0.2}, C.p_quay_unchanged * 0.98),
        ({}, C.p_quay * 0.98),
    ],
)
def test_the_draught_after_the_gap_decides(columns: dict[str, Any], share: float) -> None:
    assert found(**columns)["p"].item() == pytest.approx(0.8 * share)


def test_a_ship_that_came_back_deeper_loaded() -> None:
    assert found(draught_change_m=0.3).is_empty()


def test_a_dry_ship_a_short_gap_and_an_outage_are_none() -> None:
    assert found(ship_type=70).is_empty()
    assert found(duration_h=P.min_dark_h - 0.1).is_empty()
    assert found(feed_outage=True).is_empty()


def test_one_row_per_gap_with_the_likeliest_port() -> None:
    rows = found(
        hidden_call(TANKER, 30, 0.4, port_id="KPHAE", port_name="Haeju", rank=2),
        hidden_call(TANKER, 30, 0.5),
        hidden_call(TANKER, 30, 0.1, port_id="CNDLC", port_name="Dalian", country="CHN", rank=3),
    )
    assert rows["port_name"].to_list() == ["Nampo"]
    assert rows["p"].item() == pytest.approx(0.9 * C.p_quay * 0.98)
    assert rows["embargo_grounds"].to_list() == ["embargoed_destination"]


def test_without_draughts_the_tonnes_are_what_she_carries() -> None:
    row = found().row(0, named=True)
    assert row["method"] == "capacity"
    assert row["tonnes_low"] < row["tonnes"] < row["tonnes_high"]


@pytest.mark.parametrize(
    ("hour", "p_load", "share"),
    [
        (30.0 - 24 * P.max_load_days, 0.9, 0.9),
        (30.0, 0.5, P.took_oil_share),
        (30.0, 0.0, 0.0),
        (31.0, 0.9, 0.0),
        (29.9 - 24 * P.max_load_days, 0.9, 0.0),
    ],
)
def test_oil_taken_at_sea_stands_for_the_switch_off(hour: float, p_load: float, share: float) -> None:
    loads = pl.DataFrame(
        {"vessel_id": [str(TANKER)], "start_time": [at(hour * H)], "p_contact": [1.0], "p_load": [p_load]},
        schema=NO_LOADS.schema,
    )
    went = 1.0 - (1.0 - 0.2) * (1.0 - share)
    assert found(loads=loads, p_off=0.2)["p"].item() == pytest.approx(0.8 * C.p_quay * went)
