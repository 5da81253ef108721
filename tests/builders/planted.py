"""Simulated partners and neighbours planted beside real ships at rest, for a whole run.

python -m tests.builders.planted hangzhou_voyages_2024/positions_hangzhou_box.parquet OUT --data FOLDER
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import shore_distance_m
from stsdetect.pipeline import run_pipeline
from stsdetect.schema import EVENTS
from tests.builders.encounters import ship_beside, stops_of
from tests.builders.tracks import real_positions

HOW = {
    "partner": {"off_m": None},
    "dark partner": {"off_m": None},
    "neighbour": {"off_m": (200.0, 600.0), "clear_m": (150.0, np.inf)},
}
"""How a planted ship lies; a dark partner sends only in the first and the last half hour of its stop."""

KINDS = ("partner",) * 5 + ("dark partner",) * 2 + ("neighbour",) * 3
FIRST_MMSI = 414_200_000
MIN_SHORE_M, MIN_ROOM_M = 1_000.0, 1_000.0
HEADER = {
    "mmsi": "MMSI", "timestamp": "BaseDateTime", "lat": "LAT", "lon": "LON", "sog": "SOG", "cog": "COG",
    "heading": "Heading", "shipname": "VesselName", "imo": "IMO", "callsign": "CallSign",
    "ship_type": "VesselType", "nav_status": "Status", "length": "Length", "width": "Width", "draught": "Draft",
    "cargo": "Cargo", "ais_class": "TransceiverClass",
}  # fmt: skip


def plant(data: Path, name: str, out: Path, *, seed: int = 5) -> pd.DataFrame:
    """Copy a set of real AIS into a folder and write the planted ships beside it.

    A real ship gets at most one: of those that stopped off the shore and alone, the ones that stopped longest
    get the partners. A partner lies 18 to 24 m from the antenna of its host, so that the hull of a host wider
    than about 30 m overlaps it.

    Returns
    -------
    pandas.DataFrame
        `mmsi kind host start_time end_time`, one row per planted ship.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "real.parquet").write_bytes((data / name).read_bytes())
    rng, planted, ships = np.random.default_rng(seed), [], []
    for k, (kind, stop) in enumerate(
        zip(KINDS, _hosts(real_positions(data, name).to_pandas()), strict=False)
    ):
        ship = ship_beside(stop, rng, FIRST_MMSI + k, **HOW[kind])
        if kind == "dark partner":
            ship = _with_gap(ship)
        length_m = round(rng.uniform(60.0, 100.0))
        ships.append(ship.assign(shipname=f"PLANTED {k}", ship_type=70, length=length_m, width=14))
        host, times = stop["mmsi"].iloc[0], stop["timestamp"]
        planted.append((FIRST_MMSI + k, kind, host, times.iloc[0], times.iloc[-1]))
    frame = pd.concat(ships).reindex(columns=list(HEADER)).rename(columns=HEADER)
    frame.to_csv(out / "planted.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S")
    return pd.DataFrame(planted, columns=["mmsi", "kind", "host", "start_time", "end_time"])


def found_beside(planted: pd.DataFrame, run: Path) -> pd.DataFrame:
    """The best event of each planted ship with its host: `tier score p_contact category rank`, null if none."""
    events = EVENTS.read_parquet(run / "events.parquet")
    pairs = [frozenset(p) for p in zip(events["mmsi_1"], events["mmsi_2"], strict=True)]
    best = events.assign(pair=pairs).drop_duplicates("pair").set_index("pair")
    own = [frozenset(p) for p in zip(planted["mmsi"], planted["host"], strict=True)]
    found = best.reindex(own)[["tier", "score", "p_contact", "category", "rank"]]
    return planted.reset_index(drop=True).join(found.reset_index(drop=True))


def _hosts(real: pd.DataFrame) -> list[pd.DataFrame]:
    """Longest stop of each ship that stopped off the shore and alone, the longest first."""
    off_shore = [s for s in stops_of(real) if _shore_m(s) >= MIN_SHORE_M and _room_m(s, real) >= MIN_ROOM_M]
    longest = sorted(off_shore, key=lambda s: s["timestamp"].iloc[0] - s["timestamp"].iloc[-1])
    ships: dict[int, pd.DataFrame] = {}
    for stop in longest:
        ships.setdefault(int(stop["mmsi"].iloc[0]), stop)
    return list(ships.values())


def _shore_m(stop: pd.DataFrame) -> float:
    return float(shore_distance_m([stop["lat"].median()], [stop["lon"].median()])[0])


def _room_m(stop: pd.DataFrame, real: pd.DataFrame) -> float:
    """Distance to the nearest fix of any other ship, at any time."""
    others = real[real["mmsi"] != stop["mmsi"].iloc[0]]
    return float(
        distance_m(stop["lat"].median(), stop["lon"].median(), others["lat"], others["lon"]).min(
            initial=np.inf
        )
    )


def _with_gap(ship: pd.DataFrame) -> pd.DataFrame:
    minutes = (ship["timestamp"] - ship["timestamp"].iloc[0]).dt.total_seconds() / 60.0
    return ship[(minutes < 30.0) | (minutes > minutes.iloc[-1] - 30.0)]


def main() -> None:
    """Plant, run, and print the event of each planted ship and all events of tier medium or high."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args()
    planted = plant(args.data, args.name, args.out / "dump")
    run = run_pipeline(args.out / "dump", args.out / "run").folder
    events = EVENTS.read_parquet(run / "events.parquet")
    upper = events[events["tier"].isin(["high", "medium"])]
    columns = ["event_id", "event_type", "tier", "score", "p_contact", "category", "mmsi_1", "mmsi_2"]
    sys.stdout.write(
        f"{found_beside(planted, run).to_string(index=False)}\n\nmedium and high tier, of {len(events)} events\n"
        f"{upper[columns].to_string(index=False)}\n"
    )


if __name__ == "__main__":
    main()
