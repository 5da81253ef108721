"""How well a run finds port visits, chains, deliveries, tonnes and hidden calls on a sea with known truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from stsdetect.experiments.accuracy_tables import markdown
from stsdetect.experiments.voyages.counted_shares import (
    counted,
    counts_table,
    is_near,
    shares,
    tonnes_counts,
    tonnes_row,
    tonnes_table,
)
from stsdetect.experiments.voyages.visit_matching import match_visits
from stsdetect.schema import (
    CHAINS,
    DELIVERIES,
    EVENTS,
    HIDDEN_CALLS,
    PLATFORMS,
    PORT_VISITS,
    SHIPS,
    TRUE_DISCHARGES,
    TRUE_HIDDEN_CALLS,
    TRUE_TRANSFERS,
    TRUE_VISITS,
)

MIN_VISIT_H = 2.0
"""Shorter visits are not counted: ferries and pilot boats come and go in less."""

SHOWN_P = 0.5
"""A delivery counts as claimed from this probability on [J]."""

_SEEN_H = 1.0  # of a visit, from its first fix to its last, for it to count as received [J]
_SAME_TRIP_H = 120.0  # a claim about a port where it was not received has no arrival to compare
_KEYS = ("visits", "chains", "deliveries", "tonnes", "other", "hidden_calls")
_SAME_TRIP_H = 120.0  # a claim about a port that was not received has no arrival to compare
_TITLES = {
    "visits": "Port visits of 2 h and more",
    "chains": "Quay at which the cargo of a transfer was discharged",
    "deliveries": "Direct deliveries",
    "tonnes": "True tonnes inside the 80 % interval",
    "other": "Oil inbound, sand and transloading platforms",
    "hidden_calls": "Calls at a port without a fix",
}


class VoyageSea(NamedTuple):
    """What a run found in one sea, with the truth; polars tables."""

    seed: int
    truth: dict[str, pl.DataFrame]
    """TRUE_VISITS, TRUE_HIDDEN_CALLS, TRUE_TRANSFERS, TRUE_DISCHARGES and SHIPS by name."""
    found: dict[str, pl.DataFrame]
    """PORT_VISITS, HIDDEN_CALLS, DELIVERIES, CHAINS, PLATFORMS and EVENTS by name."""


TRUTH_TABLES = (TRUE_VISITS, TRUE_HIDDEN_CALLS, TRUE_TRANSFERS, TRUE_DISCHARGES, SHIPS)
FOUND_TABLES = (PORT_VISITS, HIDDEN_CALLS, DELIVERIES, CHAINS, PLATFORMS, EVENTS)


class VoyageEvaluation(NamedTuple):
    """Accuracy over several seas: one table each, every share with its n and 95 % interval (Wilson)."""

    visits: pl.DataFrame
    """By kind of place and by whether the ship was received there: recall and precision."""
    chains: pl.DataFrame
    """By number of later transfers: listed, first-ranked and among the first three."""
    deliveries: pl.DataFrame
    """By what was received of the voyage: recall, and precision of those claimed."""
    tonnes: pl.DataFrame
    """By table and method: n, share inside the interval, median ratio to the truth."""
    other: pl.DataFrame
    """Oil inbound, sand and platforms: recall and precision."""
    hidden_calls: pl.DataFrame
    """By why it was not received: true port first-ranked and among the first three."""

    def to_markdown(self) -> str:
        """All tables as Markdown."""
        return "\n\n".join(f"**{_TITLES[k]}**\n\n{markdown(getattr(self, k))}" for k in _KEYS) + "\n"


def compare_voyages(seas: Sequence[VoyageSea]) -> VoyageEvaluation:
    """Compare what was found in several seas with their truth.

    Parameters
    ----------
    seas : sequence of VoyageSea
        At least one.

    Returns
    -------
    VoyageEvaluation
    """
    parts = [_of_sea(sea) for sea in seas]
    counts = {k: pl.concat([part[k] for part in parts]) for k in _KEYS}
    return VoyageEvaluation(
        visits=shares(counts["visits"]),
        chains=shares(counts["chains"]),
        deliveries=shares(counts["deliveries"]),
        tonnes=tonnes_table(counts["tonnes"]),
        other=shares(counts["other"]),
        hidden_calls=shares(counts["hidden_calls"]),
    )


def _of_sea(sea: VoyageSea) -> dict[str, pl.DataFrame]:
    matches = match_visits(sea.found["port_visits"], sea.truth["true_visits"], sea.truth["ships"])
    deliveries, delivered = _deliveries(sea, matches)
    chains, carried = _chains(sea, matches)
    return {
        "visits": _visits(sea, matches),
        "chains": chains,
        "deliveries": deliveries,
        "tonnes": pl.concat([delivered, carried]),
        "other": _other(sea, matches),
        "hidden_calls": _hidden(sea),
    }


def _visits(sea: VoyageSea, matches: pl.DataFrame) -> pl.DataFrame:
    true = sea.truth["true_visits"]
    last = pl.max_horizontal(pl.col("start_time").max(), pl.col("end_time").max())
    hours = (pl.col("end_time").fill_null(last) - pl.col("start_time")).dt.total_seconds() / 3600.0
    true = true.filter(hours >= MIN_VISIT_H)
    found = sea.found["port_visits"].filter(
        (pl.coalesce("end_time", "last_time") - pl.col("start_time")).dt.total_seconds() / 3600.0
        >= MIN_VISIT_H
    )
    hits = set(matches["true_visit_id"])
    kinds = dict(sea.truth["true_visits"].select("visit_id", "kind").iter_rows())
    about = [
        (a, kinds[b])
        for a, b in matches.filter(~pl.col("is_split")).select("visit_id", "true_visit_id").iter_rows()
    ]
    rows = []
    for group, of_truth, of_found, right in (
        (
            "berth",
            (pl.col("kind") == "berth") & (pl.col("seen_h") >= _SEEN_H),
            pl.col("kind") == "berth",
            {a for a, kind in about if kind == "berth"},
        ),
        (
            "roads or anchorage",
            (pl.col("kind") != "berth") & (pl.col("seen_h") >= _SEEN_H),
            pl.col("kind") != "berth",
            {a for a, _ in about},
        ),
        (
            "berth, not received there",
            (pl.col("kind") == "berth")
            & (pl.col("seen_h") < _SEEN_H)
            & pl.col("seen_before")
            & pl.col("seen_after"),
            pl.lit(value=False),
            set(),
        ),
    ):
        rows += [counted(group, "recall", v in hits) for v in true.filter(of_truth)["visit_id"]]
        rows += [counted(group, "precision", v in right) for v in found.filter(of_found)["visit_id"]]
    return counts_table(rows)


def _chains(sea: VoyageSea, matches: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whether the quay where the cargo of each transfer truly went is a candidate, and its tonnes."""
    received = set(sea.truth["true_visits"].filter(pl.col("seen_h") >= _SEEN_H)["visit_id"])
    ends = _chain_ends(sea, matches)
    rows, tonnes = [], []
    for transfer in sea.truth["true_transfers"].iter_rows(named=True):
        goes_to = [
            d
            for d in sea.truth["true_discharges"].iter_rows(named=True)
            if d["transfer_id"] == transfer["transfer_id"] and d["visit_id"] in received
        ]
        events = _events_of(sea, transfer)
        if not goes_to or not transfer["cargo"]:
            continue
        group = "through a second transfer" if goes_to[0]["n_later_transfers"] else "next quay"
        rows.append(counted(group, "transfer is an event", bool(events)))
        if not events:
            continue
        best = None
        for end in (e for e in ends if e["event_id"] in events):
            right = [d for d in goes_to if _ends_at(end, d)]
            if right and (best is None or end["rank"] < best[0]["rank"]):
                best = (end, sum(d["tonnes"] for d in right))
        rank = best[0]["rank"] if best else 99
        rows += [
            counted(group, "listed", best is not None),
            counted(group, "first", rank == 1),
            counted(group, "in the first three", rank <= 3),
        ]
        if best:
            tonnes.append(tonnes_row("chains", best[0], best[1]))
    return counts_table(rows), tonnes_counts(tonnes)


def _chain_ends(sea: VoyageSea, matches: pl.DataFrame) -> list[dict[str, Any]]:
    """The last step of each candidate, with its true visits and hull."""
    hulls = _hulls(sea)
    last = (
        sea.found["chains"].sort("step", maintain_order=True).group_by("chain_id", maintain_order=True).last()
    )
    true_of = _true_visits_of(matches)
    return [
        row | {"hull_id": hulls.get(row["mmsi"]), "true": true_of.get(row["visit_id"], set())}
        for row in last.iter_rows(named=True)
    ]


def _ends_at(end: dict[str, Any], discharge: dict[str, Any]) -> bool:
    """Whether a candidate ends at a true discharge: the same visit, or the same hull, port and time."""
    if discharge["visit_id"] in end["true"]:
        return True
    return (
        end["hull_id"] == discharge["hull_id"]
        and end["port_name"] == discharge["port_name"]
        and is_near(end["arrival_time"], discharge["arrival_time"])
    )


def _events_of(sea: VoyageSea, transfer: dict[str, Any]) -> set[str]:
    """Events that name both ships of a transfer, or one of them alone, at its time."""
    hulls, both = _hulls(sea), {transfer["giver_hull_id"], transfer["receiver_hull_id"]}
    slack = pl.duration(hours=1)
    at_the_time = sea.found["events"].filter(
        (pl.col("start_time") <= transfer["end_time"] + slack)
        & (pl.col("end_time") >= transfer["start_time"] - slack)
    )
    out = set()
    for event in at_the_time.iter_rows(named=True):
        named = {hulls.get(event["mmsi_1"])} | ({hulls.get(event["mmsi_2"])} if event["mmsi_2"] else set())
        if named == both or (len(named) == 1 and named < both and event["event_type"] != "delivery"):
            out.add(event["event_id"])
    return out


def _deliveries(sea: VoyageSea, matches: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Direct deliveries from the embargoed ports, and the tonnes of every delivery that truly is one."""
    visits = {v["visit_id"]: v for v in sea.truth["true_visits"].iter_rows(named=True)}
    true_of, hulls = _true_visits_of(matches), _hulls(sea)
    at_quay: dict[str, list[dict[str, Any]]] = {}
    for d in (
        sea.truth["true_discharges"]
        .unique(["visit_id", "origin_port", "tonnes"], maintain_order=True)
        .iter_rows(named=True)
    ):
        at_quay.setdefault(d["visit_id"], []).append(d)
    direct = {
        visit: parts
        for visit, parts in at_quay.items()
        if any(p["embargoed"] and p["transfer_id"] is None for p in parts)
        and not visits[visit]["embargoed_port"]
    }
    rows, tonnes, found = [], [], set()
    for row in sea.found["deliveries"].iter_rows(named=True):
        about = true_of.get(row["visit_id"], set()) | {
            v for v, parts in at_quay.items()
            if parts[0]["hull_id"] == hulls.get(row["mmsi"])
            and is_near(row["arrival_time"], parts[0]["arrival_time"])
        }  # fmt: skip
        carried = [p for v in about for p in at_quay.get(v, [])]
        if carried:
            tonnes.append(tonnes_row("deliveries", row, sum(p["tonnes"] for p in carried)))
        inbound = "embargoed_destination" not in (row["embargo_grounds"] or "")
        if row["p"] < SHOWN_P or not row["embargo_grounds"] or not inbound:
            continue
        found |= about & set(direct)
        group = "AIS on" if row["origin_basis"] == "seen" else "dark"
        rows.append(counted(group, "precision", bool(about & set(direct))))
    for visit, parts in direct.items():
        if visits[visit]["seen_h"] < _SEEN_H:
            continue
        approach = parts[0]["approach"]
        rows.append(counted("AIS on" if approach == "on" else "dark", "recall", visit in found))
        if approach != "on":
            rows.append(counted(f"of dark: {approach}", "recall", visit in found))
    return counts_table(rows), tonnes_counts(tonnes)


def _other(sea: VoyageSea, matches: pl.DataFrame) -> pl.DataFrame:
    """Oil that goes north, sand that goes up the river, and hulls that serve many."""
    hulls, roles = _hulls(sea), dict(sea.truth["ships"].select("mmsi", "role").iter_rows())
    rows = []
    oil = [
        d
        for d in sea.truth["true_discharges"].iter_rows(named=True)
        if d["cargo"] == "oil" and d["embargoed"] and d["origin_port"] not in _embargoed_ports(sea)
    ]
    ends = [e for e in _chain_ends(sea, matches) if e["rank"] == 1 and e["p"] >= SHOWN_P]
    deliveries = [
        d
        for d in sea.found["deliveries"].iter_rows(named=True)
        if d["p"] >= SHOWN_P and "embargoed_destination" in (d["embargo_grounds"] or "")
    ]
    claims = [
        c
        for c in (*deliveries, *(e for e in ends if e["port_name"] in _embargoed_ports(sea)))
        if c["commodity"] == "liquid"
    ]
    found = set()
    for claim in claims:
        right = {
            d["visit_id"]
            for d in oil
            if d["hull_id"] == hulls.get(claim["mmsi"])
            and is_near(claim["arrival_time"], d["arrival_time"], _SAME_TRIP_H)
        }
        found |= right
        rows.append(counted("oil inbound", "precision", bool(right)))
    rows += [counted("oil inbound", "recall", v in found) for v in dict.fromkeys(d["visit_id"] for d in oil)]
    rows += _sand(sea, ends)
    served = {hulls[m] for m in sea.found["platforms"]["mmsi"] if m in hulls}
    platforms = {hulls[m] for m, role in roles.items() if role == "platform"}
    dredgers = {hulls[m] for m, role in roles.items() if role == "sand dredger"}
    rows += [counted("platforms", "recall", hull in served) for hull in sorted(platforms)]
    rows += [counted("platforms", "precision", h in platforms) for h in sorted(served - dredgers)]
    return counts_table(rows)


def _sand(sea: VoyageSea, ends: list[dict[str, Any]]) -> list[dict[str, Any]]:
    received = set(sea.truth["true_visits"].filter(pl.col("seen_h") >= _SEEN_H)["visit_id"])
    discharges = sea.truth["true_discharges"].filter(
        pl.col("cargo") == "sand", pl.col("transfer_id").is_not_null()
    )
    claims = [e for e in ends if e["commodity"] == "sand"]
    every = list(discharges.iter_rows(named=True))
    seen = [d for d in every if d["visit_id"] in received]
    return [
        *(counted("sand", "recall", any(_ends_at(e, d) for e in claims)) for d in seen),
        *(counted("sand", "precision", any(_ends_at(e, d) for d in every)) for e in claims),
    ]


def _hidden(sea: VoyageSea) -> pl.DataFrame:
    """Whether the true port is among the first of the ports listed for the gap in which it was called at."""
    hulls = _hulls(sea)
    rows = []
    for call in sea.truth["true_hidden_calls"].iter_rows(named=True):
        ranks = [
            (row["rank"], row["port_name"])
            for row in sea.found["hidden_calls"].iter_rows(named=True)
            if hulls.get(row["mmsi"]) == call["hull_id"]
            and row["earliest_arrival"] <= call["end_time"]
            and row["latest_departure"] >= call["start_time"]
        ]
        group = "switched off" if call["switched_off"] else "beyond reception"
        best = min((rank for rank, port in ranks if port == call["port_name"]), default=99)
        rows += [
            counted(group, "gap has a list", bool(ranks)),
            counted(group, "first", best == 1),
            counted(group, "in the first three", best <= 3),
        ]
    return counts_table(rows)


def _embargoed_ports(sea: VoyageSea) -> set[str]:
    return set(sea.truth["true_visits"].filter("embargoed_port")["port_name"])


def _hulls(sea: VoyageSea) -> dict[int, int]:
    return dict(sea.truth["ships"].select("mmsi", "hull_id").iter_rows())


def _true_visits_of(matches: pl.DataFrame) -> dict[str | None, set[str]]:
    out: dict[str | None, set[str]] = {}
    for visit, true in matches.select("visit_id", "true_visit_id").iter_rows():
        out.setdefault(visit, set()).add(true)
    return out
