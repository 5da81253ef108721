"""A simulated sea in which it is known which gaps are switch-offs, to calibrate `p_off`.

Four shore stations with ranges by AIS class, two of which fail for hours; satellite passes of which half are
lost; ships along the coast, at anchor, in port (half of these switch off there), fishing (class B), bound
out to sea, and far offshore, where gaps of hours are ordinary. Some ships of each kind switch off for 4 to
20 h.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.schema import POINTS
from tests.builders import EPOCH

STATIONS = np.array([(28.6, 122.02), (29.6, 122.02), (30.6, 122.02), (31.6, 122.02)])
RANGE_KM = {"A": 60.0, "B": 35.0}
KINDS = {"coaster": 60, "anchored": 30, "fisher": 20, "outbound": 20, "offshore": 35}
STEP_S = 120.0
PASS_EVERY_S, PASS_S = 6000.0, 600.0


class RadioSea(NamedTuple):
    """Fixes as received, and the true switch-offs."""

    points: pd.DataFrame
    offs: pd.DataFrame  # mmsi, start, end, in_port
    failures: pd.DataFrame  # station, start, end
    ships: pd.DataFrame  # mmsi, kind, ais_class


def radio_sea(seed: int, *, days: float = 4.0, share_off: float = 0.2) -> RadioSea:
    """Draw a sea; the same seed gives the same sea."""
    rng = np.random.default_rng(seed)
    end_s = days * 86_400.0
    t = np.arange(0.0, end_s, STEP_S)
    failures = [
        (int(s), start, start + rng.uniform(3.0, 7.0) * 3600.0)
        for s, start in zip(rng.permutation(4)[:2], rng.uniform(0.1, 0.8, 2) * end_s, strict=True)
    ]
    passes = np.arange(rng.uniform(0.0, PASS_EVERY_S), end_s, PASS_EVERY_S)
    passes = passes[rng.random(len(passes)) < 0.5]
    parts, offs, ships = [], [], []
    for n, kind in enumerate(k for k, count in KINDS.items() for _ in range(count)):
        mmsi = 412_000_000 + n
        ais_class = "B" if kind == "fisher" or rng.random() < 0.1 else "A"
        lat, lon, berthed = _track(kind, t, rng)
        on = np.ones(len(t), dtype=bool)
        for a, b in _spells(berthed):
            if rng.random() < 0.5 and b - a > 60:
                on[a + 5 : b - 5] = False
                offs.append((mmsi, t[a + 5], t[min(b - 5, len(t) - 1)], True))
        if rng.random() < share_off:
            hours = rng.uniform(4.0, 20.0)
            start = rng.uniform(0.05 * end_s, 0.95 * end_s - hours * 3600.0)
            off = (t >= start) & (t < start + hours * 3600.0)
            if not (off & ~on).any() and not berthed[off].any():
                on &= ~off
                offs.append((mmsi, start, start + hours * 3600.0, False))
        received = on & _received(t, lat, lon, ais_class, failures, passes, rng)
        moved = np.append(0.0, distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])) / STEP_S / 0.5144
        at = EPOCH + pd.to_timedelta(np.round(t[received] + rng.uniform(0, 60.0)), unit="s")
        parts.append(
            pl.DataFrame(
                {
                    "mmsi": np.full(received.sum(), mmsi),
                    "timestamp": pl.Series(at.as_unit("ms")),
                    "lat": lat[received],
                    "lon": lon[received],
                    "sog": moved[received],
                    "ais_class": np.full(received.sum(), ais_class),
                }
            )
        )
        ships.append((mmsi, kind, ais_class))
    name = pl.col("mmsi").cast(pl.String)
    points = pl.concat(parts).with_columns(
        msg_type=1, source=pl.lit("sea"), segment_id=name + "-0", vessel_id=name, quality_flags=0
    )
    return RadioSea(
        POINTS.to_pandas(points),
        pd.DataFrame(offs, columns=["mmsi", "start", "end", "in_port"]),
        pd.DataFrame(failures, columns=["station", "start", "end"]),
        pd.DataFrame(ships, columns=["mmsi", "kind", "ais_class"]),
    )


def label(gaps: pd.DataFrame, sea: RadioSea) -> pd.DataFrame:
    """Add ``off`` (at least half of the gap is a switch-off) and ``off_in_port``."""
    start = (gaps["start_time"] - EPOCH).dt.total_seconds().to_numpy()
    end = start + gaps["duration_h"].to_numpy() * 3600.0
    out = gaps.assign(off=False, off_in_port=False)
    for mmsi, a, b, in_port in sea.offs.itertuples(index=False):
        overlap = np.minimum(end, b) - np.maximum(start, a)
        hit = (gaps["mmsi"] == mmsi).to_numpy() & (overlap >= 0.5 * (end - start))
        out.loc[hit, "off"] = True
        out.loc[hit, "off_in_port"] = in_port
    return out


def _track(kind: str, t: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Latitude, longitude and whether at a berth."""
    hours = t / 3600.0
    still = np.zeros(len(t), dtype=bool)
    if kind == "anchored":
        swing = 0.002 * np.sin(2 * np.pi * hours / 12.4 + rng.uniform(0, 6))
        return 28.4 + 3.4 * rng.random() + swing, rng.uniform(122.1, 122.5) + swing, still
    if kind == "fisher":
        walk = rng.normal(0.0, 0.0015, (2, len(t))).cumsum(axis=1)
        lat, lon = 28.3 + 3.6 * rng.random() + walk[0], rng.uniform(122.1, 122.6) + np.abs(walk[1])
        return lat, lon, still
    speed = rng.uniform(8.0, 14.0) / 60.0  # degrees of latitude an hour
    if kind == "offshore":
        phase = rng.uniform(0, 4000) * np.ones(len(t)) + speed * hours * rng.choice([-1, 1])
        return 27.5 + _fold(phase, 5.0), rng.uniform(123.8, 127.0) + 0.2 * _fold(phase, 3.0), still
    # A coaster runs along the coast, an outbound ship out to sea and back; both lie in port at their ends.
    length, berth_h = (3.0, rng.uniform(5.0, 18.0)) if kind == "coaster" else (4.0, rng.uniform(5.0, 18.0))
    cycle = length / speed + berth_h
    elapsed = hours + rng.uniform(0, 2 * cycle)
    within, trip = elapsed % cycle, np.floor(elapsed / cycle) % 2
    along = np.clip(within * speed, 0.0, length)
    berthed = within * speed >= length
    along = np.where(trip == 0, along, length - along)
    if kind == "coaster":
        offing = rng.uniform(0.15, 0.6) * np.minimum(1.0, 6.0 * np.minimum(along, length - along) / length)
        return 28.5 + along, 122.05 + offing, berthed
    at_home = berthed & (trip == 1)
    berthed_lat = rng.uniform(28.6, 31.4)
    return berthed_lat + 0.1 * along, 122.05 + along, at_home


def _fold(x: np.ndarray, length: float) -> np.ndarray:
    return length - np.abs(x % (2 * length) - length)


def _received(
    t: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    ais_class: str,
    failures: list[tuple[int, float, float]],
    passes: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    km = distance_m(lat[:, None], lon[:, None], STATIONS[None, :, 0], STATIONS[None, :, 1]) / 1000.0
    p = 0.9 / (1.0 + np.exp((km - RANGE_KM[ais_class]) / 4.0))
    for station, start, end in failures:
        p[(t >= start) & (t < end), station] = 0.0
    nth = np.searchsorted(passes, t, side="right") - 1
    overhead = (nth >= 0) & (t - passes[np.maximum(nth, 0)] < PASS_S)
    by_satellite = np.where(overhead, {"A": 0.5, "B": 0.15}[ais_class], 0.0)
    return rng.random(len(t)) < 1.0 - (1.0 - p).prod(axis=1) * (1.0 - by_satellite)


def _spells(flags: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return list(zip(edges[::2], edges[1::2], strict=True))
