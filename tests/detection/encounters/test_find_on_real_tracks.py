"""Invented partners and neighbours beside ships that really anchored off Zhoushan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection.encounters.find import find_encounters
from stsdetect.schema import POSITIONS
from tests.builders import identity, points, static, together
from tests.builders.encounters import ship_beside, stops_of

pytestmark = pytest.mark.real

N_PARTNERS, N_NEIGHBOURS = 40, 80
APART = pd.Timedelta(days=20)


def likely_pairs(shared_data: Path, ships_beside: list[dict[str, Any]]) -> tuple[list[bool], int]:
    """Which invented ships likely lay alongside a real one, and how many stops there are to lie beside."""
    real = pd.read_parquet(shared_data / "hangzhou_voyages_2024" / "positions_hangzhou_box.parquet")
    real["timestamp"] = real["timestamp"].dt.tz_localize("UTC").astype("datetime64[ms, UTC]")
    real = real.assign(ais_class="A", msg_type=1, source="real")
    stops, rng = stops_of(real), np.random.default_rng(5)
    ships, reports = [], []
    for k, how in enumerate(ships_beside):
        # Each case has a time of its own, so that copies of one real ship are never received together.
        stop = stops[k % len(stops)]
        pair = (stop.assign(mmsi=413100000 + k), ship_beside(stop, rng, 414200000 + k, **how))
        ships.extend(ship.assign(timestamp=ship["timestamp"] + k * APART) for ship in pair)
        reports.append(static(414200000 + k, loa_m=float(rng.uniform(60.0, 100.0)), beam_m=14.0))
    found = find_encounters(points(POSITIONS.to_pandas(together(*ships))), identity=identity(*reports))
    likely = set(
        found.loc[found["p_contact"] >= 0.5, ["mmsi_1", "mmsi_2"]].itertuples(index=False, name=None)
    )
    return [(413100000 + k, 414200000 + k) in likely for k in range(len(ships_beside))], len(stops)


def test_partners_are_found_and_neighbours_are_not(shared_data: Path) -> None:
    cases = [{"off_m": None}] * N_PARTNERS
    cases += [{"off_m": (200.0, 600.0), "clear_m": (150.0, np.inf)}] * N_NEIGHBOURS
    likely, n_stops = likely_pairs(shared_data, cases)
    partners, neighbours = sum(likely[:N_PARTNERS]), sum(likely[N_PARTNERS:])
    report = f"partners {partners}/{N_PARTNERS}, neighbours {neighbours}/{N_NEIGHBOURS}, {n_stops} stops"
    assert partners >= 0.9 * N_PARTNERS, report
    assert neighbours <= 0.05 * N_NEIGHBOURS, report
