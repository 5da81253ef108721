"""The ledger of cargo by port and month."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from stsdetect.cargo.ledger import cargo_items, cargo_ledger, cargo_total
from stsdetect.params import TonnesParams
from stsdetect.schema import CHAINS, DELIVERIES, EVENTS
from tests.builders import at
from tests.builders.cargo import BARGE, MOTHER, event, event_tables
from tests.naive_cargo import sum_by_drawing

Z = 1.2815515594600038


def chain(event_id: str = "e", rank: int = 1, **columns: Any) -> dict[str, Any]:
    sigma, tonnes = columns.pop("sigma", 0.2), columns.pop("tonnes", 1_000.0)
    row = {
        "chain_id": f"chain-{event_id}-{rank}",
        "event_id": event_id,
        "step": 1,
        "mmsi": BARGE,
        "vessel_id": str(BARGE),
        "port_id": "CNZPU",
        "port_name": "Zhapu",
        "arrival_time": at(0.0),
        "rank": rank,
        "p": 1.0,
        "end_basis": "seen",
        "tonnes": tonnes,
        "tonnes_low": None if tonnes is None else tonnes * np.exp(-Z * sigma),
        "tonnes_high": None if tonnes is None else tonnes * np.exp(Z * sigma),
        "method": "draught",
        "commodity": "dry",
        "evidence": "",
    }
    return row | columns


def chains(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {n: t for n, t in CHAINS.polars_schema.items() if n in rows[0]}
    return CHAINS.validate(pl.DataFrame(list(rows), schema=schema | {"next_event_id": pl.String}))


def delivery(**columns: Any) -> pl.DataFrame:
    row = {
        "delivery_id": "d",
        "mmsi": MOTHER,
        "vessel_id": str(MOTHER),
        "port_id": "CNZPU",
        "port_name": "Zhapu",
        "arrival_time": at(0.0),
        "lat": 30.6,
        "lon": 121.1,
        "origin_basis": "seen",
        "origin_p": 1.0,
        "dark_h": 0.0,
        "tonnes": None,
        "method": "none",
        "commodity": "dry",
        "p": 0.5,
        "embargo_grounds": "embargoed_flag",
        "innocent_explanation": "",
        "evidence": "",
    }
    schema = {n: t for n, t in DELIVERIES.polars_schema.items() if n in row | columns}
    return DELIVERIES.validate(pl.DataFrame([row | columns], schema=schema))


NO_DELIVERIES = DELIVERIES.optional(None)


def test_one_certain_chain_is_its_own_sum() -> None:
    events, _ = event_tables(event("e", BARGE, MOTHER, 0, 10))
    row = cargo_ledger(events, chains(chain()), NO_DELIVERIES).row(0, named=True)
    assert (row["port_name"], row["n_events"], row["n_deliveries"]) == ("Zhapu", 1, 0)
    assert row["expected_count"] == 1.0
    # The mean of a lognormal, and the quantiles of its median 1,000 and sigma 0.2.
    assert row["tonnes"] == pytest.approx(1_000 * np.exp(0.02))
    assert row["tonnes_low"] == pytest.approx(1_000 * np.exp(-Z * 0.2), rel=0.01)
    assert row["tonnes_high"] == pytest.approx(1_000 * np.exp(Z * 0.2), rel=0.01)
    assert (row["share_draught"], row["share_capacity"], row["share_none"]) == (1.0, 0.0, 0.0)


def test_probabilities_of_event_and_chain_weigh() -> None:
    events, _ = event_tables(event("e", BARGE, MOTHER, 0, 10, p_contact=0.5))
    row = cargo_ledger(events, chains(chain(p=0.8)), NO_DELIVERIES).row(0, named=True)
    assert row["expected_count"] == pytest.approx(0.4)
    assert row["tonnes"] == pytest.approx(400 * np.exp(0.02))


def test_what_has_no_tonnes_is_counted_and_left_out_of_the_sum() -> None:
    events, _ = event_tables(event("e", BARGE, MOTHER, 0, 10))
    row = cargo_ledger(events, chains(chain(embargo=None)), delivery(embargo_grounds=None)).row(0, named=True)
    assert (row["n_events"], row["n_deliveries"]) == (1, 1)
    assert row["expected_count"] == pytest.approx(1.5)
    assert row["share_none"] == pytest.approx(0.5 / 1.5)
    assert row["tonnes"] == pytest.approx(1_000 * np.exp(0.02))
    only = cargo_ledger(EVENTS.empty(), CHAINS.empty(), delivery()).row(0, named=True)
    assert (only["tonnes"], only["tonnes_low"], only["tonnes_high"], only["share_none"]) == (None,) * 3 + (
        1.0,
    )


def test_ports_months_and_kinds_of_cargo_stand_apart() -> None:
    events, _ = event_tables(
        *(event(name, BARGE, MOTHER, 40 * k, 40 * k + 10) for k, name in enumerate("efgh"))
    )
    rows = chains(
        chain("e"),
        chain("f", port_id="CNJIX", port_name="Jiaxing"),
        chain("g", arrival_time=at(31 * 86_400.0)),
        chain("h", commodity="sand"),
    )
    ledger = cargo_ledger(events, rows, NO_DELIVERIES, embargoed_events=pl.Series(["e"]))
    assert ledger.height == 4
    assert ledger.filter("embargo")["port_name"].to_list() == ["Zhapu"]
    assert ledger["month"].dt.day().unique().to_list() == [1]


def test_an_event_with_two_candidates_at_one_port_is_one_event() -> None:
    events, _ = event_tables(event("e", BARGE, MOTHER, 0, 10))
    row = cargo_ledger(events, chains(chain(p=0.6), chain(rank=2, p=0.3)), NO_DELIVERIES).row(0, named=True)
    assert row["n_events"] == 1
    assert row["expected_count"] == pytest.approx(0.9)


def test_fuel_and_steps_on_the_sea_are_left_out() -> None:
    events, _ = event_tables(
        event("e", BARGE, MOTHER, 0, 10, category="bunkering"), event("f", BARGE, MOTHER, 40, 50)
    )
    at_sea = chain("f", next_event_id="e", port_name=None, port_id=None)
    assert cargo_ledger(
        events, chains(chain("e") | {"next_event_id": None}, at_sea), NO_DELIVERIES
    ).is_empty()


@pytest.mark.parametrize("n", [1, 5, 30])
def test_the_sum_is_that_of_drawing_each_item(n: int) -> None:
    rng = np.random.default_rng(n)
    events, _ = event_tables(*(event(f"e{k}", BARGE, MOTHER, 40 * k, 40 * k + 10) for k in range(n)))
    rows = [
        chain(f"e{k}", p=float(rng.uniform(0.7, 1.0)), tonnes=float(rng.uniform(500, 5_000)), sigma=0.25)
        for k in range(n)
    ]
    items = cargo_items(events, chains(*rows), NO_DELIVERIES)
    total = cargo_total(items)
    drawn = sum_by_drawing(
        items.select("weight", "mean", "sigma").rows(), common=TonnesParams().common_error_share, rng=rng
    )
    # A single item that may not have taken place is no lognormal; many are nearly.
    rel = {1: 1.0, 5: 0.12, 30: 0.05}[n]
    assert total.tonnes == pytest.approx(drawn[1], rel=0.02)
    assert total.low == pytest.approx(drawn[0], rel=rel)
    assert total.high == pytest.approx(drawn[2], rel=rel)


def test_nothing_in_nothing_out() -> None:
    assert cargo_ledger(EVENTS.empty(), CHAINS.empty(), DELIVERIES.empty()).is_empty()
    assert cargo_total(cargo_items(EVENTS.empty(), CHAINS.empty(), DELIVERIES.empty())) == (0.0, 0.0, 0.0)
