"""The truth of a sea's voyages as tables: what of the log lies within the sea, and what was received."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.schema import (
    TRUE_DISCHARGES,
    TRUE_HIDDEN_CALLS,
    TRUE_TRANSFERS,
    TRUE_VISITS,
    TRUE_VOYAGES,
    Table,
)
from stsdetect.simulation.trade.quays import EMBARGOED_PORTS
from stsdetect.simulation.world.stage import World
from stsdetect.units import S_PER_H

_MIN_DARK_H = 6.0  # shorter than that a ship is not called dark [J]


class VoyageTruth(NamedTuple):
    """What truly happened on the voyages of a sea; pandas tables."""

    visits: pd.DataFrame
    """TRUE_VISITS."""
    voyages: pd.DataFrame
    """TRUE_VOYAGES, between berths."""
    hidden_calls: pd.DataFrame
    """TRUE_HIDDEN_CALLS."""
    transfers: pd.DataFrame
    """TRUE_TRANSFERS."""
    discharges: pd.DataFrame
    """TRUE_DISCHARGES."""


TABLES: dict[str, Table] = {
    "visits": TRUE_VISITS,
    "voyages": TRUE_VOYAGES,
    "hidden_calls": TRUE_HIDDEN_CALLS,
    "transfers": TRUE_TRANSFERS,
    "discharges": TRUE_DISCHARGES,
}


def voyage_truth(world: World, positions: pl.DataFrame) -> VoyageTruth:
    """Tables of what truly happened.

    Parameters
    ----------
    world : World
        With all scenes set.
    positions : polars.DataFrame
        What was received: `mmsi` and `second` of the sea.

    Returns
    -------
    VoyageTruth
    """
    fixes, off = _fixes_of_hulls(world, positions), _switched_off(world)
    visits = _visits(world, fixes)
    by_row = {row["row"]: row for row in visits}
    voyages = _voyages(world, visits, off)
    rows = {
        "visits": visits,
        "voyages": voyages,
        "hidden_calls": _hidden_calls(visits, fixes, off),
        "transfers": _transfers(world),
        "discharges": _discharges(world, by_row, voyages, fixes, off),
    }
    return VoyageTruth(**{name: _table(TABLES[name], part, world) for name, part in rows.items()})


def _fixes_of_hulls(world: World, positions: pl.DataFrame) -> dict[int, Floats]:
    """Seconds at which a position of each hull was received, ascending."""
    hulls = {ship.mmsi: ship.hull_id for ship in world.ships}
    parts: dict[int, list[Floats]] = {}
    for (mmsi,), rows in positions.group_by(["mmsi"], maintain_order=True):
        parts.setdefault(hulls[int(str(mmsi))], []).append(rows["second"].to_numpy())
    return {hull: np.sort(np.concatenate(seconds)) for hull, seconds in parts.items()}


def _switched_off(world: World) -> dict[int, list[tuple[float, float]]]:
    """When no transponder of each hull is on."""
    off: dict[int, list[tuple[float, float]]] = {}
    for ship in world.ships:
        spans = [(max(a, 0.0), min(b, world.seconds)) for a, b in ship.switched_off]
        spans = [(a, b) for a, b in spans if b > a]
        known = off.get(ship.hull_id)
        off[ship.hull_id] = spans if known is None else [
            (max(a, c), min(b, d)) for a, b in known for c, d in spans if min(b, d) > max(a, c)
        ]  # fmt: skip
    return off


def _visits(world: World, fixes: dict[int, Floats]) -> list[dict[str, Any]]:
    out, none = [], np.empty(0)
    for number, row in enumerate(world.voyage_log.visits):
        start, end = row["start_s"], row["end_s"]
        ends = end is not None and end < world.seconds
        if start >= world.seconds or (ends and end <= 0.0):
            continue
        seconds = fixes.get(row["hull_id"], none)
        stop = end if ends else world.seconds
        meanwhile = seconds[(seconds >= start) & (seconds <= stop)]
        out.append(
            row
            | {
                "row": number,
                "visit_id": f"V{number:05d}",
                "start_s": max(start, 0.0),
                "end_s": end if ends else None,
                "began_before": start < 0.0,
                "n_fixes": len(meanwhile),
                "seen_h": float(np.ptp(meanwhile)) / S_PER_H if len(meanwhile) else 0.0,
                "seen_before": bool((seconds < start).any()),
                "seen_after": bool((seconds > stop).any()),
                "embargoed_port": row["port_name"] in EMBARGOED_PORTS,
            }
        )
    return out


def _voyages(
    world: World, visits: list[dict[str, Any]], off: dict[int, list[tuple[float, float]]]
) -> list[dict[str, Any]]:
    """From each berth of a hull to its next."""
    berths: dict[int, list[dict[str, Any]]] = {}
    for row in visits:
        if row["kind"] == "berth":
            berths.setdefault(row["hull_id"], []).append(row)
    out = []
    for hull_id, rows in berths.items():
        rows.sort(key=lambda row: float(row["start_s"]))
        for one, two in pairwise(rows):
            if one["end_s"] is None:
                continue
            out.append(
                {
                    "voyage_id": f"Y{one['row']:05d}",
                    "mmsi": one["mmsi"],
                    "hull_id": hull_id,
                    "from_visit_id": one["visit_id"],
                    "to_visit_id": two["visit_id"],
                    "from_port": one["port_name"],
                    "to_port": two["port_name"],
                    "start_s": one["end_s"],
                    "end_s": two["start_s"],
                    "tonnes": one["aboard_t"],
                    "dark_h": _hours_within(off.get(hull_id, []), one["end_s"], two["start_s"]),
                }
            )
    return out


def _hidden_calls(
    visits: list[dict[str, Any]], fixes: dict[int, Floats], off: dict[int, list[tuple[float, float]]]
) -> list[dict[str, Any]]:
    """Calls at berths without a fix, of ships received before and after."""
    out = []
    for row in visits:
        if row["kind"] != "berth" or row["n_fixes"] or row["end_s"] is None:
            continue
        if not (row["seen_before"] and row["seen_after"]):
            continue
        seconds = fixes[row["hull_id"]]
        hours = (row["end_s"] - row["start_s"]) / S_PER_H
        out.append(
            row
            | {
                "last_s": float(seconds[seconds < row["start_s"]].max()),
                "next_s": float(seconds[seconds > row["end_s"]].min()),
                "switched_off": _hours_within(off.get(row["hull_id"], []), row["start_s"], row["end_s"])
                > 0.9 * hours,
            }
        )
    return out


def _transfers(world: World) -> list[dict[str, Any]]:
    out = []
    for number, row in enumerate(world.voyage_log.transfers):
        if row["start_s"] >= world.seconds or row["end_s"] <= 0.0:
            continue
        giver, receiver = row["giver_draughts_m"], row["receiver_draughts_m"]
        out.append(
            row
            | {
                "transfer_id": f"X{number:04d}",
                "giver_mmsi": row["giver"],
                "receiver_mmsi": row["receiver"],
                "start_s": max(row["start_s"], 0.0),
                "end_s": min(row["end_s"], world.seconds),
                "lat": row["place"][0],
                "lon": row["place"][1],
                "giver_draught_before_m": giver[0],
                "giver_draught_after_m": giver[1],
                "receiver_draught_before_m": receiver[0],
                "receiver_draught_after_m": receiver[1],
            }
        )
    return out


def _discharges(
    world: World,
    visits: dict[int, dict[str, Any]],
    voyages: list[dict[str, Any]],
    fixes: dict[int, Floats],
    off: dict[int, list[tuple[float, float]]],
) -> list[dict[str, Any]]:
    voyage_to = {row["to_visit_id"]: row for row in voyages}
    out = []
    for row in world.voyage_log.discharges:
        visit = visits.get(row["visit"])
        if visit is None or row["done_s"] > world.seconds or row["done_s"] < 0.0:
            continue
        one = row | {
            "visit_id": visit["visit_id"],
            "arrival_s": max(row["arrival_s"], 0.0),
            **_approach(row, visit, voyage_to.get(visit["visit_id"]), fixes, off),
        }
        through = row["transfers"] or (None,)
        for nth, number in enumerate(through):
            out.append(
                one
                | {
                    "transfer_id": None if number is None else f"X{number:04d}",
                    "n_later_transfers": len(through) - 1 - nth,
                }
            )
    return out


def _approach(
    row: dict[str, Any],
    visit: dict[str, Any],
    voyage: dict[str, Any] | None,
    fixes: dict[int, Floats],
    off: dict[int, list[tuple[float, float]]],
) -> dict[str, Any]:
    """What was received of the voyage to a quay; a ship under way when the sea began came over the edge."""
    left = 0.0 if voyage is None else float(voyage["start_s"])
    dark_h = _hours_within(off.get(row["hull_id"], []), left, visit["start_s"])
    first = fixes.get(row["hull_id"], np.empty(0))[:1]
    if not len(first) or first[0] > left + S_PER_H:
        approach = "edge"
    elif dark_h < _MIN_DARK_H:
        approach = "on"
    else:
        approach = "renamed" if row["renamed"] else "dark"
    return {"approach": approach, "dark_h": dark_h}


def _hours_within(spans: list[tuple[float, float]], start: float, end: float) -> float:
    return sum(max(min(b, end) - max(a, start), 0.0) for a, b in spans) / S_PER_H


def _table(table: Table, rows: list[dict[str, Any]], world: World) -> pd.DataFrame:
    if not rows:
        return table.empty()
    start_ms = int(world.params.start_time.timestamp() * 1000)
    columns: dict[str, pl.Series] = {}
    for c in table:
        if c.kind == "timestamp":
            key = {"start_time": "start_s", "end_time": "end_s"}.get(
                c.name, c.name.removesuffix("_time") + "_s"
            )
            values = [None if row[key] is None else start_ms + round(1000.0 * row[key]) for row in rows]
            columns[c.name] = (
                pl.Series(values, dtype=pl.Int64).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
            )
        else:
            columns[c.name] = pl.Series([row[c.name] for row in rows], dtype=table.polars_schema[c.name])
    return table.to_pandas(pl.DataFrame(columns))
