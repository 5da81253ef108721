"""Where the cargo went: the sentence, the ledger, chains from events to quays, and direct deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
from markupsafe import Markup

from stsdetect.cargo import cargo_sentence
from stsdetect.report.draw.chain_map import Leg, Stop, chain_map
from stsdetect.report.page.display_format import (
    METHODS,
    event_title,
    number,
    origin,
    signed,
    span,
    tonnes,
    utc,
)
from stsdetect.report.page.run_tables import Row, RunTables

_N_EVENTS, _N_CANDIDATES, _N_MAPS, _N_DELIVERIES, _N_LEDGER = 40, 3, 8, 60, 120
_LEAST_P = 0.1
"""Less likely candidates are in the tables only."""
_LEAST_COUNT = 0.05
"""Rows of the ledger that would be shown as 0.0 expected are in the table only."""


class ChainStep(NamedTuple):
    """One leg of a chain: a ship, and where it went."""

    called: str
    vessel_id: str | None
    goal: str
    next_event_id: str | None
    when: str
    hours: str
    draught: str
    against: str | None
    evidence: str


class ChainCandidate(NamedTuple):
    """One candidate for where the cargo of an event went."""

    rank: int
    p: float
    tonnes: str
    method: str
    commodity: str
    steps: list[ChainStep]


class EventChains(NamedTuple):
    """The candidates of one event."""

    event_id: str
    rank: int
    tier: str
    title: str
    ships: list[str]
    when: str
    candidates: list[ChainCandidate]
    n_more: int
    map: Markup | None  # of the first candidate


class DirectDelivery(NamedTuple):
    """A ship that unloaded at a quay what it brought from elsewhere."""

    row: Row
    called: str
    event_id: str
    when: str
    origin: str
    draught: str
    tonnes: str
    method: str
    grounds: list[str]


class CargoSection(NamedTuple):
    """What the report shows of cargo."""

    sentence: str
    ledger: list[Row]
    chains: list[EventChains]
    deliveries: list[DirectDelivery]
    n_ledger_more: int
    n_chains_more: int
    n_deliveries_more: int


def cargo_section(tables: RunTables) -> CargoSection | None:
    """Gather what the report shows of cargo; None where no cargo is known to have come to a quay.

    Parameters
    ----------
    tables : RunTables
    """
    if tables.chains.is_empty() and tables.deliveries.is_empty() and tables.ledger.is_empty():
        return None
    chains = _chains(tables)
    counted = tables.ledger.filter(pl.col("expected_count") >= _LEAST_COUNT)
    largest_first = counted.sort(
        "embargo", "tonnes", "expected_count", "month", "port_name", "port_id", "commodity",
        descending=[True, True, True, False, False, False, False], nulls_last=True, maintain_order=True,
    )  # fmt: skip
    event_of = {row["source_id"]: row["event_id"] for row in tables.events.iter_rows(named=True)}
    likeliest = tables.deliveries.filter(pl.col("delivery_id").is_in(list(event_of))).sort(
        "p", "arrival_time", "delivery_id", descending=[True, False, False], maintain_order=True
    )
    return CargoSection(
        sentence=cargo_sentence(tables.events, tables.chains, tables.deliveries),
        ledger=largest_first.head(_N_LEDGER).to_dicts(),
        chains=chains,
        deliveries=[
            _delivery(row, event_of[row["delivery_id"]], tables)
            for row in likeliest.head(_N_DELIVERIES).iter_rows(named=True)
        ],
        n_ledger_more=tables.ledger.height - min(counted.height, _N_LEDGER),
        n_chains_more=tables.chains["event_id"].n_unique() - len(chains),
        n_deliveries_more=tables.deliveries.height - min(likeliest.height, _N_DELIVERIES),
    )


def map_of_chain(event_id: str, tables: RunTables) -> Markup | None:
    """The map of the likeliest chain of an event; None where it has none, or the quay has no place.

    Parameters
    ----------
    event_id : str
    tables : RunTables
    """
    steps = tables.chains.filter(pl.col("event_id") == event_id)
    first = steps.filter(pl.col("rank") == pl.col("rank").min())
    events = {row["event_id"]: row for row in tables.events.iter_rows(named=True)}
    if first.is_empty() or event_id not in events:
        return None
    return _map(events[event_id], first.to_dicts(), events, tables)


def _likely(tables: RunTables) -> pl.DataFrame:
    """CHAINS without the candidates that are not shown."""
    return tables.chains.filter(pl.col("p") >= _LEAST_P)


def _chains(tables: RunTables) -> list[EventChains]:
    """The candidates of the first events, with maps of the likeliest of the very first."""
    followed = _likely(tables).select("event_id").unique(maintain_order=True)
    ranked = tables.events.select("event_id", event_rank="rank")
    shown = (
        ranked.join(followed, on="event_id", maintain_order="left")
        .sort("event_rank", maintain_order=True)["event_id"]
        .head(_N_EVENTS)
    )
    of_event: dict[str, dict[int, list[Row]]] = {}
    of_shown = _likely(tables).filter(pl.col("event_id").is_in(shown.implode()))
    for row in of_shown.iter_rows(named=True):
        of_event.setdefault(row["event_id"], {}).setdefault(row["rank"], []).append(row)
    events = {row["event_id"]: row for row in tables.events.iter_rows(named=True)}
    return [
        _event_chains(events[event_id], of_event[event_id], events, tables, with_map=k < _N_MAPS)
        for k, event_id in enumerate(shown)
    ]


def _event_chains(
    event: Row, by_rank: dict[int, list[Row]], events: Mapping[str, Row], tables: RunTables, *, with_map: bool
) -> EventChains:
    ranks = sorted(by_rank)
    return EventChains(
        event_id=event["event_id"],
        rank=event["rank"],
        tier=event["tier"],
        title=event_title(event["event_type"], event["category"]),
        ships=_ships(event, tables),
        when=span(event["start_time"], event["end_time"]),
        candidates=[_candidate(by_rank[rank], events, tables) for rank in ranks[:_N_CANDIDATES]],
        n_more=max(len(ranks) - _N_CANDIDATES, 0),
        map=_map(event, by_rank[ranks[0]], events, tables) if with_map else None,
    )


def _candidate(steps: list[Row], events: Mapping[str, Row], tables: RunTables) -> ChainCandidate:
    last = steps[-1]
    return ChainCandidate(
        rank=last["rank"],
        p=last["p"],
        tonnes=tonnes(last["tonnes_low"], last["tonnes"], last["tonnes_high"]),
        method=METHODS.get(last["method"], str(last["method"])),
        commodity=last["commodity"],
        steps=[_step(row, events, tables) for row in steps],
    )


def _step(row: Row, events: Mapping[str, Row], tables: RunTables) -> ChainStep:
    onward = events.get(row["next_event_id"])
    if row["next_event_id"] is not None:
        goal = "another encounter" if onward is None else f"encounter {onward['rank']}"
    else:
        goal = row["port_name"] or "a quay that has no name"
        if row["end_basis"] == "hidden_call":
            goal += ", where it could have called during a gap"
    return ChainStep(
        called=tables.name_of_vessel(row["vessel_id"], row["mmsi"]),
        vessel_id=row["vessel_id"],
        goal=goal,
        next_event_id=None if onward is None else onward["event_id"],
        when=utc(row["arrival_time"]),
        hours=number(row["hours_after"], 0, "h"),
        draught=_draught(row),
        against=row["against"],
        evidence=row["evidence"],
    )


def _map(event: Row, steps: list[Row], events: Mapping[str, Row], tables: RunTables) -> Markup | None:
    """The map of a chain; None where the place of a stop is not known."""
    stops = [_at_sea(event, tables)]
    legs = []
    left_s = event["end_time"].timestamp()
    for row in steps:
        onward, visit = events.get(row["next_event_id"]), tables.visits.get(row["visit_id"])
        if onward is not None:
            stops.append(_at_sea(onward, tables))
        elif visit is not None and row["next_event_id"] is None:
            stops.append(_at_quay(row, visit))
        else:
            return None
        arrived_s = left_s if row["arrival_time"] is None else row["arrival_time"].timestamp()
        track = tables.track(row["mmsi"], row["vessel_id"]).between(left_s, arrived_s)
        legs.append(Leg(track, tables.name_of_vessel(row["vessel_id"], row["mmsi"])))
        left_s = arrived_s if onward is None else onward["end_time"].timestamp()
    return chain_map(stops, legs, label=f"Map of the likeliest chain from event {event['rank']} to a quay")


def _at_sea(event: Row, tables: RunTables) -> Stop:
    lines = (
        f"{event['rank']}. {' with '.join(_ships(event, tables))}",
        f"{span(event['start_time'], event['end_time'])} UTC",
    )
    return Stop(event["lat"], event["lon"], lines, is_quay=False)


def _at_quay(row: Row, visit: Row) -> Stop:
    hours = "" if row["hours_after"] is None else f", {number(row['hours_after'], 0, 'h')} after"
    lines = [row["port_name"] or "a quay", f"{utc(row['arrival_time'])} UTC{hours}"]
    into, out = visit["draught_in_m"], visit["draught_out_m"]
    if into is not None and out is not None:
        lines.append(f"draught {number(into, 1)} → {number(out, 1, 'm')}")
    return Stop(visit["lat"], visit["lon"], tuple(lines), is_quay=True)


def _ships(event: Row, tables: RunTables) -> list[str]:
    sides = [k for k in (1, 2) if event[f"mmsi_{k}"] is not None]
    return [tables.name_of(event[f"mmsi_{k}"], event[f"shipname_{k}"]) for k in sides]


def _delivery(row: Row, event_id: str, tables: RunTables) -> DirectDelivery:
    left, grounds = row["departure_time"], row["embargo_grounds"] or ""
    return DirectDelivery(
        row=row,
        called=tables.name_of_vessel(row["vessel_id"], row["mmsi"]),
        event_id=event_id,
        when=f"{utc(row['arrival_time'])} {'to the end of the data' if left is None else f'– {utc(left)}'}",
        origin=origin(row),
        draught=_draught(row) or "not broadcast",
        tonnes=tonnes(row["tonnes_low"], row["tonnes"], row["tonnes_high"]),
        method=METHODS.get(row["method"], str(row["method"])),
        grounds=[ground.strip().replace("_", " ") for ground in grounds.split(",") if ground.strip()],
    )


def _draught(row: Row) -> str:
    change = row["draught_change_m"]
    return "" if change is None else f"{signed(change, 1)} m"
