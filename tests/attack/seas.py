"""Dumps that are valid but extreme: thousands of ships at one point, one number on hundreds, one fix a ship."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

START_MS = 1_700_006_400_000  # a midnight
MMSI = 412_000_000


def written(path: Path, mmsi, t, lat, lon, sog=0.0) -> Path:
    """Write a dump in CSV; `t` in seconds since its start."""
    n = len(mmsi)
    time = pl.from_epoch(pl.Series(np.asarray(t, np.int64) * 1000 + START_MS), time_unit="ms")
    rows = pl.DataFrame(
        {
            "mmsi": MMSI + np.asarray(mmsi),
            "timestamp": time.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lat": np.broadcast_to(lat, n).round(6),
            "lon": np.broadcast_to(lon, n).round(6),
            "sog": np.broadcast_to(np.asarray(sog, float), n),
            "heading": np.zeros(n),
            "length": np.full(n, 120),
            "width": np.full(n, 18),
        }
    )
    rows.sort("timestamp", maintain_order=True).write_csv(path)
    return path


def _each(n: int, every_s: int, hours: float):
    """Numbers of ships and times, all ships at all times."""
    ship, t = np.meshgrid(np.arange(n), np.arange(0, int(hours * 3600), every_s), indexing="ij")
    return ship.ravel(), t.ravel()


def at_one_point(path: Path, n: int, hours: float = 6.0) -> Path:
    """Ships that all lie at one point."""
    ship, t = _each(n, 600, hours)
    return written(path, ship, t, 30.1, 122.3)


def copies_of_one_track(path: Path, n: int, hours: float = 6.0) -> Path:
    """Ships that all sail one track at the same times."""
    ship, t = _each(n, 600, hours)
    return written(path, ship, t, 30.1, 122.5 + t * 5e-5, 9.0)


def on_one_number(path: Path, n: int, hours: float = 6.0) -> Path:
    """Ships far apart that all broadcast one MMSI."""
    rng = np.random.default_rng(1)
    ship, t = _each(n, 300, hours)
    lat, lon = rng.uniform(29.0, 31.0, n), rng.uniform(122.5, 124.5, n)
    return written(path, np.zeros(len(ship), int), t + ship % 300, lat[ship], lon[ship])


def at_one_instant(path: Path, n: int, n_fixes: int = 100) -> Path:
    """Ships with all their fixes at one instant, each at a place of its own."""
    row = np.arange(n * n_fixes)
    return written(path, row % n, np.zeros(len(row)), 28.0 + row * (4.0 / len(row)), 123.0)


def one_fix_each(path: Path, n: int) -> Path:
    """Ships that were received once."""
    rng = np.random.default_rng(2)
    return written(
        path, np.arange(n), rng.integers(0, 86_400, n), rng.uniform(29, 31, n), rng.uniform(122.5, 124.5, n)
    )


def silent_together(path: Path, n: int, n_heard: int = 200) -> Path:
    """Ships that all fall silent within an hour and are received again ten hours later, amid others."""
    rng = np.random.default_rng(3)
    ship, t = _each(n + n_heard, 600, 24.0)
    kept = (ship >= n) | (t < 6 * 3600 + ship % 50 * 60) | (t > 16 * 3600)
    lat, lon = rng.uniform(30.0, 30.4, n + n_heard), rng.uniform(123.0, 123.4, n + n_heard)
    return written(path, ship[kept], t[kept], lat[ship[kept]], lon[ship[kept]])


def one_ship(path: Path, n: int) -> Path:
    """One ship with a fix a second."""
    t = np.arange(n)
    return written(
        path, np.zeros(n, int), t, 30 + 0.3 * np.sin(t / 40_000), 123.5 + 0.3 * np.cos(t / 40_000), 5.0
    )


def at_the_poles(path: Path, n: int) -> Path:
    """Ships within sight of either pole, at all longitudes."""
    ship, t = _each(n, 300, 24.0)
    return written(path, ship, t, np.where(ship % 2 == 0, 89.5, -75.0), -180.0 + 360.0 * ship / n, 0.1)


SEAS: dict[str, tuple[Callable[[Path, int], Path], int, int]] = {
    "at_one_point": (at_one_point, 400, 3000),
    "copies_of_one_track": (copies_of_one_track, 200, 1000),
    "on_one_number": (on_one_number, 120, 500),
    "at_one_instant": (at_one_instant, 100, 500),
    "one_fix_each": (one_fix_each, 6000, 100_000),
    "silent_together": (silent_together, 700, 3000),
    "one_ship": (one_ship, 200_000, 5_000_000),
    "at_the_poles": (at_the_poles, 8, 8),
}
"""For each sea: what writes it, and its size in the tests and by hand."""
