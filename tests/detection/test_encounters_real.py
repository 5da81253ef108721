"""Invented partners and neighbours beside ships that really anchored off Zhoushan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection.encounters.find import find_encounters
from stsdetect.geo.geodesy import distance_m, move
from stsdetect.schema import POSITIONS
from tests.builders import identity, points, static, together

pytestmark = pytest.mark.real

N_PARTNERS, N_NEIGHBOURS = 40, 80
STEP = pd.Timedelta(seconds=180)
APART = pd.Timedelta(days=20)


def stays(real: pd.DataFrame) -> list[pd.DataFrame]:
    """Spells of 3 h and more below 1 kn, swinging within 800 m of one place, without a silence of 30 min."""
    out = []
    for _, ship in real.sort_values("timestamp").groupby("mmsi"):
        slow = ship["sog"].fillna(0.0) < 1.0
        new = (slow != slow.shift()) | (ship["timestamp"].diff() > pd.Timedelta(minutes=30))
        for _, spell in ship[slow].groupby(new.cumsum()[slow]):
            strays = distance_m(spell["lat"], spell["lon"], spell["lat"].median(), spell["lon"].median())
            long = spell["timestamp"].iloc[-1] - spell["timestamp"].iloc[0] >= pd.Timedelta(hours=3)
            if long and np.quantile(strays, 0.95) < 800.0:
                out.append(spell)
    return out


def beside(
    stay: pd.DataFrame,
    rng: np.random.Generator,
    mmsi: int,
    *,
    off_m: tuple[float, float] | None,
    clear_m: tuple[float, float] = (0.0, np.inf),
) -> pd.DataFrame:
    """An invented ship: made fast and turning with the tide, or at an anchor of its own so far off.

    Of a neighbour the antenna never comes nearer than the first of `clear_m`, and once nearer than the second.
    """
    start = stay["timestamp"].iloc[0] + pd.Timedelta(minutes=40)
    end = stay["timestamp"].iloc[-1] - pd.Timedelta(minutes=40)
    times = pd.date_range(start - pd.Timedelta(hours=1), end + pd.Timedelta(hours=1), freq=STEP)
    hours = np.asarray((times - times[0]).total_seconds()) / 3600.0
    heading = (
        rng.uniform(0, 360) + 90.0 * np.tanh(4.0 * np.sin(2 * np.pi * hours / 12.4 + rng.uniform(0, 6)))
    ) % 360
    seconds = (stay["timestamp"] - times[0]).dt.total_seconds()
    lat, lon = (np.interp(hours * 3600.0, seconds, stay[c]) for c in ("lat", "lon"))
    h = np.deg2rad(heading)
    # Comes from three miles off within the first hour, and leaves in the last.
    away = 6000.0 * np.clip(np.maximum(1.0 - hours, hours - (hours[-1] - 1.0)), 0.0, 1.0)
    noise = rng.normal(0.0, 3.0, (2, len(times)))
    if off_m is None:
        ahead, right = rng.uniform(-20.0, 20.0), rng.choice([-1.0, 1.0]) * rng.uniform(18.0, 24.0)
        east, north = ahead * np.sin(h) + right * np.cos(h), ahead * np.cos(h) - right * np.sin(h)
    else:
        real, (lat, lon) = (lat, lon), (np.full(len(times), stay[c].median()) for c in ("lat", "lon"))
        nearest = -1.0
        while not clear_m[0] < nearest < clear_m[1]:
            angle, off, radius = rng.uniform(0, 2 * np.pi), rng.uniform(*off_m), rng.uniform(60.0, 180.0)
            east, north = off * np.sin(angle) - radius * np.sin(h), off * np.cos(angle) - radius * np.cos(h)
            nearest = distance_m(*real, *move(lat, lon, east, north)).min()
    lat, lon = move(lat, lon, east + away + noise[0], north + noise[1])
    sog = np.where(away > 0, 3.2, 0.2)
    frame = pd.DataFrame(
        {"mmsi": mmsi, "timestamp": times, "lat": lat, "lon": lon, "sog": sog, "heading": heading}
    )
    return frame.assign(ais_class="A", msg_type=1, source="invented")


def likely_pairs(shared_data: Path, ships_beside: list[dict[str, Any]]) -> tuple[list[bool], int]:
    """Which invented ships likely lay alongside a real one, and how many stays there are to lie beside."""
    real = pd.read_parquet(shared_data / "hangzhou_voyages_2024" / "positions_hangzhou_box.parquet")
    real["timestamp"] = real["timestamp"].dt.tz_localize("UTC").astype("datetime64[ms, UTC]")
    real = real.assign(ais_class="A", msg_type=1, source="real")
    spells, rng = stays(real), np.random.default_rng(5)
    ships, reports = [], []
    for k, how in enumerate(ships_beside):
        # Each case has a time of its own, so that copies of one real ship never meet.
        stay = spells[k % len(spells)]
        pair = (stay.assign(mmsi=413100000 + k), beside(stay, rng, 414200000 + k, **how))
        ships.extend(ship.assign(timestamp=ship["timestamp"] + k * APART) for ship in pair)
        reports.append(static(414200000 + k, loa_m=float(rng.uniform(60.0, 100.0)), beam_m=14.0))
    found = find_encounters(points(POSITIONS.to_pandas(together(*ships))), identity=identity(*reports))
    likely = set(
        found.loc[found["p_contact"] >= 0.5, ["mmsi_1", "mmsi_2"]].itertuples(index=False, name=None)
    )
    return [(413100000 + k, 414200000 + k) in likely for k in range(len(ships_beside))], len(spells)


def test_partners_are_found_and_neighbours_are_not(shared_data: Path) -> None:
    cases = [{"off_m": None}] * N_PARTNERS
    cases += [{"off_m": (200.0, 600.0), "clear_m": (150.0, np.inf)}] * N_NEIGHBOURS
    likely, n_stays = likely_pairs(shared_data, cases)
    partners, neighbours = sum(likely[:N_PARTNERS]), sum(likely[N_PARTNERS:])
    report = f"partners {partners}/{N_PARTNERS}, neighbours {neighbours}/{N_NEIGHBOURS}, {n_stays} stays"
    assert partners >= 0.9 * N_PARTNERS, report
    assert neighbours <= 0.05 * N_NEIGHBOURS, report
