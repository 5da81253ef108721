"""All cargo tables of a run, and their sentence."""

from __future__ import annotations

import polars as pl

from stsdetect.cargo import cargo_sentence, deliveries_of, trace_cargo
from stsdetect.lists.list_matches import WATCHLIST_MATCHES
from stsdetect.params import Params
from stsdetect.schema import (
    CHAINS,
    DELIVERIES,
    ENCOUNTERS,
    EVENTS,
    GAPS,
    HIDDEN_CALLS,
    STATIC,
    VOYAGES,
)
from tests.builders.cargo import (
    BARGE,
    MOTHER,
    draughts,
    event,
    event_tables,
    nampo,
    segment,
    segments,
    ship,
    ships,
    visit,
    visits,
)

NO_MATCHES = WATCHLIST_MATCHES.optional(None)
SHIP = 613_000_001


def run_tables() -> dict[str, pl.DataFrame]:
    calls = visits(
        visit(BARGE, 30, 50, draught_in_m=4.0, draught_out_m=2.0),
        nampo(SHIP, 0, 40),
        visit(SHIP, 150, 180, draught_in_m=6.0, draught_out_m=3.0, port_id="CNJIX", port_name="Jiaxing"),
    )
    return {
        "port_visits": calls,
        "voyages": VOYAGES.optional(None),
        "hidden_calls": HIDDEN_CALLS.optional(None),
        "gaps": GAPS.optional(None),
        "encounters": ENCOUNTERS.optional(None),
        "identity": ships(ship(MOTHER, 70, 140.0), ship(BARGE), ship(SHIP, 70, 120.0)),
        "segments": segments(segment(BARGE, 0, 60)),
    }


def test_an_encounter_and_a_delivery_end_in_the_ledger_and_in_the_sentence() -> None:
    tables, params = run_tables(), Params()
    static = draughts((BARGE, -1, 2.0), (BARGE, 12, 4.0))
    deliveries = deliveries_of(tables, static, NO_MATCHES, params=params)
    assert deliveries["port_name"].to_list() == ["Jiaxing"]
    encounter = event("e", BARGE, MOTHER, 0, 10)
    delivered = event("d", SHIP, None, 150, 180, category="delivery")
    events, features = event_tables(encounter, delivered)
    events = events.with_columns(
        event_type=pl.Series(["encounter", "delivery"]),
        source_id=pl.Series(["source-e", deliveries["delivery_id"][0]]),
    )
    cargo = trace_cargo(events, features, deliveries, tables, static, NO_MATCHES, params=params)
    assert cargo.chains["port_name"].to_list() == ["Zhapu"]
    assert cargo.platforms.is_empty()
    # The mother ship has a flag under embargo, so her event has grounds.
    assert cargo.ledger.select("port_name", "embargo").rows() == [("Jiaxing", True), ("Zhapu", True)]
    sentence = cargo_sentence(events, cargo.chains, deliveries)
    # 3,608 t, times the chance of 0.95 that the barge took it and left it there.
    assert sentence.startswith("1 encounter; about 3,500 tonnes (")
    assert " went to Zhapu; 1 direct delivery of about " in sentence


def test_without_cargo_there_is_no_sentence() -> None:
    events, _ = event_tables(event("e", BARGE, MOTHER, 0, 10))
    assert cargo_sentence(events, CHAINS.empty(), DELIVERIES.empty()) == ""
    assert cargo_sentence(EVENTS.empty(), CHAINS.empty(), DELIVERIES.empty()) == ""


def test_many_ports_are_counted() -> None:
    names = ["A", "B", "C", "D\u202e", "E"]
    barges = [412_000_100 + k for k in range(5)]
    tables = run_tables()
    tables["port_visits"] = visits(
        *(visit(b, 30, 50, port_name=n, port_id=n) for b, n in zip(barges, names, strict=True))
    )
    events, features = event_tables(*(event(f"e{b}", b, MOTHER, 0, 10) for b in barges))
    params = Params()
    none = DELIVERIES.optional(None)
    cargo = trace_cargo(events, features, none, tables, STATIC.optional(None), NO_MATCHES, params=params)
    sentence = cargo_sentence(events, cargo.chains, none)
    assert " went to A, B, C and 2 more ports." in sentence


def test_hostile_names_are_made_visible() -> None:
    tables = run_tables()
    tables["port_visits"] = visits(visit(BARGE, 30, 50, port_name="D\u202e"))
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10))
    none = DELIVERIES.optional(None)
    cargo = trace_cargo(events, features, none, tables, STATIC.optional(None), NO_MATCHES, params=Params())
    assert "\u202e" not in cargo_sentence(events, cargo.chains, none)
