"""What one vessel did: its events, port visits and gaps in order of time, its partners and identities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from stsdetect.report.draw.network_plan import MAX_PAIRS, Node, edges_of, network_plan
from stsdetect.report.page.display_format import event_title, number, percent, span, utc
from stsdetect.report.page.event_cards import EventCard
from stsdetect.report.page.run_tables import Row, RunTables

_N_MOMENTS, _N_PARTNERS, _N_IDENTITIES, _N_REPEATED = 50, 20, 12, 15


class Moment(NamedTuple):
    """One thing that a vessel did."""

    start: datetime
    kind: str
    when: str
    text: str
    event_id: str | None


class Partner(NamedTuple):
    """Another vessel with which it shares events."""

    called: str
    vessel_id: str
    pair: Row


class VesselPage(NamedTuple):
    """Everything that the page of one vessel shows."""

    row: Row
    called: str
    moments: list[Moment]
    n_moments_more: int
    partners: list[Partner]
    n_partners_more: int
    identities: list[Row]
    visits: list[Row]
    event_ids: list[str]


class NetworkSection(NamedTuple):
    """What the report shows of the network."""

    n_vessels: int
    n_pairs: int
    n_drawn: int
    n_repeated: int
    repeated: list[Row]
    picture: Markup


def vessels_of_cards(cards: Iterable[EventCard]) -> list[str]:
    """The vessels of some events, each once, in the order of the events."""
    found = dict.fromkeys(ship.vessel_id for card in cards for ship in card.ships)
    return [vessel_id for vessel_id in found if vessel_id is not None]


def vessel_pages(vessel_ids: Sequence[str], tables: RunTables) -> list[VesselPage]:
    """Gather the pages of some vessels; those that VESSELS does not have get none.

    Parameters
    ----------
    vessel_ids : sequence of str
    tables : RunTables
    """
    wanted = [v for v in vessel_ids if v in tables.vessels]
    events, visits, pairs = _events(tables), _visits(tables), _pairs(tables)
    return [
        _page(tables.vessels[v], events.get(v, []), visits.get(v, []), pairs.get(v, []), tables)
        for v in wanted
    ]


def network_section(pages: dict[str, int], tables: RunTables) -> NetworkSection | None:
    """Gather what the report shows of the network; None where no two vessels share an event.

    Parameters
    ----------
    pages : dict
        Number of the page of each vessel that has one.
    tables : RunTables
    """
    if tables.vessel_pairs.is_empty():
        return None
    edges = edges_of(tables.vessel_pairs.iter_rows(named=True))
    drawn = {v for edge in edges for v in (edge.one, edge.other)}
    names = _names(tables)
    nodes = {
        v: Node(
            v,
            names[v],
            listed=tables.vessels.get(v, {}).get("list_term") is not None,
            link=f"#vessel-{pages[v]}" if v in pages else "",
        )
        for v in drawn
    }
    repeated = [v for v in tables.vessels.values() if v["n_events"] > 1]
    repeated.sort(key=lambda v: (-round(v["expected_events"], 6), v["vessel_id"]))
    return NetworkSection(
        n_vessels=len(names),
        n_pairs=tables.vessel_pairs.height,
        n_drawn=min(tables.vessel_pairs.height, MAX_PAIRS),
        n_repeated=len(repeated),
        repeated=[
            v | {"called": tables.name_of_vessel(v["vessel_id"], v["mmsi"])} for v in repeated[:_N_REPEATED]
        ],
        picture=network_plan(nodes, edges, label="Network of vessels that share events"),
    )


def _page(row: Row, events: list[Row], visits: list[Row], pairs: list[Row], tables: RunTables) -> VesselPage:
    mmsis = [int(m) for m in row["mmsis"].split("; ") if m]
    gaps = [g for m in mmsis for g in tables.gaps.get(m, []) if g["vessel_id"] == row["vessel_id"]]
    spells = [s for m in mmsis for s in tables.identity.get(m, []) if s["vessel_id"] == row["vessel_id"]]
    spells.sort(key=lambda s: s["start_time"])
    moments = [
        *(_event_moment(event, row["vessel_id"], tables) for event in events),
        *(_visit_moment(visit) for visit in visits),
        *(_gap_moment(gap) for gap in gaps if not gap["in_port"] and not gap["feed_outage"]),
    ]
    moments.sort(key=lambda m: (m.start, m.kind, m.text))
    partners = [_partner(pair, row["vessel_id"], tables) for pair in pairs]
    partners.sort(key=lambda p: (-p.pair["best_p"], p.vessel_id))
    return VesselPage(
        row=row,
        called=tables.name_of_vessel(row["vessel_id"], row["mmsi"]),
        moments=moments[:_N_MOMENTS],
        n_moments_more=max(len(moments) - _N_MOMENTS, 0),
        partners=partners[:_N_PARTNERS],
        n_partners_more=max(len(partners) - _N_PARTNERS, 0),
        identities=spells[-_N_IDENTITIES:],
        visits=visits,
        event_ids=[event["event_id"] for event in events],
    )


def _events(tables: RunTables) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for event in tables.events.iter_rows(named=True):
        for vessel_id in dict.fromkeys(tables.vessel_of(event, side) for side in (1, 2)):
            if vessel_id is not None:
                found.setdefault(vessel_id, []).append(event)
    return found


def _visits(tables: RunTables) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for visit in tables.visits.values():
        found.setdefault(visit["vessel_id"], []).append(visit)
    return found


def _pairs(tables: RunTables) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for pair in tables.vessel_pairs.iter_rows(named=True):
        for side in (1, 2):
            found.setdefault(pair[f"vessel_id_{side}"], []).append(pair)
    return found


def _names(tables: RunTables) -> dict[str, str]:
    """What to call the vessels of all pairs."""
    names = {}
    for pair in tables.vessel_pairs.iter_rows(named=True):
        for side in (1, 2):
            vessel_id = pair[f"vessel_id_{side}"]
            known = tables.vessels.get(vessel_id, {}).get("shipname") or pair[f"shipname_{side}"]
            names[vessel_id] = tables.name_of(pair[f"mmsi_{side}"], known)
    return names


def _event_moment(event: Row, vessel_id: str, tables: RunTables) -> Moment:
    other = next(
        (k for k in (1, 2) if event[f"mmsi_{k}"] is not None and tables.vessel_of(event, k) != vessel_id),
        None,
    )
    partner = (
        "" if other is None else f" with {tables.name_of(event[f'mmsi_{other}'], event[f'shipname_{other}'])}"
    )
    return Moment(
        event["start_time"],
        f"event {number(event['rank'])}",
        span(event["start_time"], event["end_time"]),
        f"{event_title(event['event_type'], event['category'])}{partner}; {event['tier']}, "
        f"{percent(event['p_contact'])}",
        event["event_id"],
    )


def _visit_moment(visit: Row) -> Moment:
    end = "to the end of the data" if visit["end_time"] is None else f"– {utc(visit['end_time'])}"
    draughts = [visit["draught_in_m"], visit["draught_out_m"]]
    draught = (
        ""
        if draughts == [None, None]
        else f"; draught {number(draughts[0], 1)} → {number(draughts[1], 1, 'm')}"
    )
    place = visit["port_name"] or "a place that has no name"
    return Moment(
        visit["start_time"],
        "port visit",
        f"{utc(visit['start_time'])} {end}",
        f"{place}, {visit['kind']}{draught}",
        None,
    )


def _gap_moment(gap: Row) -> Moment:
    end = "to the end of the data" if gap["end_time"] is None else f"– {utc(gap['end_time'])}"
    judged = f"switch-off {percent(gap['p_off'])}" if gap["can_judge"] else "cannot be judged"
    return Moment(
        gap["start_time"],
        "gap",
        f"{utc(gap['start_time'])} {end}",
        f"{number(gap['duration_h'], 1, 'h')} without a fix; {judged}",
        None,
    )


def _partner(pair: Row, vessel_id: str, tables: RunTables) -> Partner:
    side = 2 if pair["vessel_id_1"] == vessel_id else 1
    other = pair[f"vessel_id_{side}"]
    known = tables.vessels.get(other, {}).get("shipname") or pair[f"shipname_{side}"]
    return Partner(tables.name_of(pair[f"mmsi_{side}"], known), other, pair)
