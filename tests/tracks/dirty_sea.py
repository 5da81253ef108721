"""Random seas with planted dirt and the truth about each fix, made without stsdetect's own simulator.

``python -m tests.tracks.dirty_sea [first]`` measures ten of them, from that seed on.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd

from stsdetect.geo.geodesy import destination, move
from stsdetect.schema import POSITIONS
from stsdetect.tracks import build_tracks

MPS = 0.514444
HOURS = 36


class Sea(NamedTuple):
    positions: pd.DataFrame
    truth: pd.DataFrame
    """hull and bad (None, or what is wrong) of each fix, by its source."""


def path(rng, t_s, place):
    """Speed and place of one hull: legs at 4-16 kn with turns at bounded rate, and stays at anchor."""
    n = int(t_s[-1] // 10) + 2
    sog, course = np.empty(n), np.empty(n)
    k, heading = 0, rng.uniform(0, 360)
    while k < n:
        stay = rng.random() < 0.4
        length = int(rng.uniform(2, 10) * 360) if stay else int(rng.uniform(0.3, 3) * 360)
        speed = 0.1 if stay else rng.uniform(4, 16)
        turn = rng.uniform(-90, 90)
        m = min(length, n - k)
        sog[k : k + m] = speed
        course[k : k + m] = heading + np.clip(np.arange(m) * np.sign(turn) * 5.0, -abs(turn), abs(turn))
        heading = course[k + m - 1]
        k += m
    speed = np.convolve(
        np.pad(sog, 15, mode="edge"), np.full(31, 1 / 31), mode="valid"
    )  # gathers way in minutes
    c = np.deg2rad(course)
    east, north = (np.concatenate([[0], np.cumsum(speed * MPS * 10 * f(c))]) for f in (np.sin, np.cos))
    clock = np.arange(n + 1) * 10.0
    e, north_m = np.interp(t_s, clock, east), np.interp(t_s, clock, north)
    lat, lon = move(place[0], place[1], e + rng.normal(0, 5, len(t_s)), north_m + rng.normal(0, 5, len(t_s)))
    now = np.minimum((t_s / 10).astype(int), n - 1)
    return lat, lon, np.round(speed[now] + np.abs(rng.normal(0, 0.1, len(t_s))), 1), course[now] % 360


def times(rng):
    """Reports each 10 to 180 s, with an hour or more lost now and then."""
    t = np.cumsum(
        rng.choice([10, 20, 30, 60, 180], 6000, p=[0.2, 0.2, 0.3, 0.2, 0.1]) + rng.uniform(0, 2, 6000)
    )
    t = t[t < HOURS * 3600]
    for _ in range(rng.integers(0, 3)):
        start = rng.uniform(0, HOURS * 3600)
        t = t[(t < start) | (t > start + rng.uniform(1, 5) * 3600)]
    return t


def ship(rng, hull, mmsi, place):
    t = times(rng)
    lat, lon, sog, cog = path(rng, t, place)
    late = np.where(rng.random(len(t)) < 0.03, rng.uniform(0, 15, len(t)), 0.0)
    return pd.DataFrame(
        {"t": t + late, "mmsi": mmsi, "hull": hull, "lat": lat, "lon": lon, "sog": sog, "cog": cog}
    )


def dirty_sea(seed: int, n_ships: int = 60) -> Sea:
    rng = np.random.default_rng(seed)
    frames, last = [], (0.0, 0.0)
    for hull in range(n_ships):
        place = (rng.uniform(26, 33), rng.uniform(122.5, 127))
        mmsi = 412_000_000 + hull
        if hull % 10 == 9:  # shares the number of the ship before it, half of them near
            mmsi -= 1
            if hull % 20 == 9:
                place = tuple(float(v) for v in destination(*last, rng.uniform(0, 360), 4000.0))
        frames.append(_soiled(rng, ship(rng, hull, mmsi, place)))
        last = place
    rows = pd.concat(frames, ignore_index=True).sample(frac=1.0, random_state=seed).reset_index(drop=True)
    rows["source"] = rows.index.astype(str)
    stamp = pd.Timestamp("2024-03-01T00:00:00Z") + pd.to_timedelta(rows["t"].round(), unit="s")
    positions = POSITIONS.to_pandas(
        rows.assign(timestamp=stamp.astype("datetime64[ms, UTC]"), ais_class="A", msg_type=1)
    )
    return Sea(positions, rows.set_index("source")[["hull", "mmsi", "bad"]])


def _soiled(rng, track: pd.DataFrame) -> pd.DataFrame:
    track = track.assign(bad=None)
    n = len(track)
    for k in rng.choice(np.arange(1, n - 3), n // 150, replace=False):
        length = 2 if rng.random() < 0.2 else 1
        way = np.exp(rng.uniform(np.log(1e3), np.log(2e6)))
        lat, lon = destination(*track.loc[k, ["lat", "lon"]].astype(float), rng.uniform(0, 360), way)
        track.loc[k : k + length - 1, ["lat", "lon"]] = [lat, lon]
        track.loc[k : k + length - 1, "bad"] = "spike"
    whole = track[(track["sog"] > 5) & track["bad"].isna()]
    delay = (
        whole.sample(n // 200, random_state=int(rng.integers(1e9))) if len(whole) > n // 200 else whole[:0]
    )
    delayed = delay.assign(t=lambda f: f["t"] + rng.uniform(90, 600, len(f)), bad="delayed")
    nowhere = track.sample(3, random_state=int(rng.integers(1e9))).assign(
        lat=91.0, lon=181.0, bad="no_position"
    )
    out = pd.concat([track, delayed, nowhere])
    if rng.random() < 0.2:  # led astray for an hour
        start = rng.uniform(0.2, 0.8) * HOURS * 3600
        away = out["t"].between(start, start + 3600) & out["bad"].isna()
        out.loc[away, "lat"] += rng.choice([-1, 1]) * rng.uniform(0.1, 1)
        out.loc[away, "bad"] = "astray"
    return out


def measure(sea: Sea) -> dict[str, float]:
    """Shares of fixes that came out right."""
    tracks = build_tracks(sea.positions)
    points = tracks.points.join(sea.truth[["hull", "bad"]], on="source")
    quarantined = set(tracks.segments.loc[tracks.segments["quarantined"], "segment_id"])
    sound = points[~points["segment_id"].isin(quarantined)]
    alone = sound.groupby("segment_id")["hull"].transform("nunique") == 1
    good_in = sea.truth["bad"].isna().sum()
    good_out = sound["bad"].isna()
    bad_in, bad_out = sea.truth["bad"].value_counts(), sound["bad"].value_counts()
    out = {
        "fixes": float(len(sea.truth)),
        "good alone": (good_out & alone).sum() / good_out.sum(),
        "good dropped": 1 - points["bad"].isna().sum() / good_in,
        "good quarantined": 1 - good_out.sum() / good_in - (1 - points["bad"].isna().sum() / good_in),
        "bad caught": 1 - bad_out.sum() / bad_in.sum(),
        "segments a hull": sound["segment_id"].nunique() / sea.truth["hull"].nunique(),
    }
    for what, n in bad_in.items():
        out[f"{what} caught"] = 1 - bad_out.get(what, 0) / n
    return out


if __name__ == "__main__":
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    table = pd.DataFrame({seed: measure(dirty_sea(seed)) for seed in range(first, first + 10)}).T
    table.loc["mean"] = table.mean()
    sys.stdout.write(table.round(5).T.to_string() + "\n")
