"""Ships on simple courses, random seas with planted errors and the truth about each fix, and real positions.

Nothing here uses stsdetect's own simulator. ``python -m tests.builders.tracks [seed]`` measures ten random seas.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.geo.geodesy import destination, move
from stsdetect.params import TrackParams
from stsdetect.schema import POSITIONS
from stsdetect.tracks import Tracks, build_tracks
from stsdetect.tracks.fixes import Fixes
from tests.builders import fixes

MPS = 0.514444
HOURS = 36
SHIP, OTHER_SHIP = 412000001, 412000002


def sail(t, sog=10.0, course=90.0, *, mmsi=SHIP, start=(0.0, 0.0), **columns) -> pd.DataFrame:
    """POSITIONS on a straight course; `start` is the place at second 0, east and north [m]."""
    t = np.asarray(t, dtype=float)
    sailed, c = t * sog * MPS, np.deg2rad(course)
    columns = {"sog": sog, "cog": course, **columns}
    return fixes(mmsi, t, start[0] + sailed * np.sin(c), start[1] + sailed * np.cos(c), **columns)


def anchored(t, east=0.0, north=0.0, *, mmsi=SHIP, **columns) -> pd.DataFrame:
    """POSITIONS at anchor, with an error of some metres that no two fixes share."""
    t = np.asarray(t, dtype=float)
    return fixes(mmsi, t, east + 3 * np.sin(t), north + 3 * np.cos(1.7 * t), **{"sog": 0.1, **columns})


def weave(t, mmsi=SHIP, east=0.0, north=0.0, sog=10.0) -> pd.DataFrame:
    """POSITIONS on a winding course: east, and 1.5 km to either side every hour."""
    t = np.asarray(t, dtype=float)
    return fixes(mmsi, t, east + t * sog * MPS, north + 1500 * np.sin(2 * np.pi * t / 3600), sog=sog)


def circle(t, radius_m, round_s, sog, turns=None) -> pd.DataFrame:
    """POSITIONS on a circle, round after round or for some turns only."""
    t = np.asarray(t, dtype=float)
    angle = 2 * np.pi * t / round_s
    if turns is not None:
        angle = np.minimum(angle, 2 * np.pi * turns)
    return fixes(SHIP, t, radius_m * np.sin(angle), radius_m * np.cos(angle), sog=sog)


def fixes_at(
    seconds,
    east_m=0.0,
    north_m=0.0,
    *,
    mmsi: int = 1,
    sog=np.nan,
    cog=np.nan,
    place=(0.0, 0.0),
    ais_class: int = 1,
) -> Fixes:
    """Fixes as arrays, with the slack and speed of a ship under default parameters."""
    t = np.asarray(seconds, dtype=float)
    n, params = len(t), TrackParams()
    lat, lon = move(*place, np.broadcast_to(east_m, n), np.broadcast_to(north_m, n))
    return Fixes(
        mmsi=np.full(n, mmsi),
        time_s=t,
        lat=lat,
        lon=lon,
        sog=np.broadcast_to(np.asarray(sog, dtype=float), n),
        cog=np.broadcast_to(np.asarray(cog, dtype=float), n),
        slack_m=np.full(n, params.step_slack_m),
        cruise_kn=np.full(n, params.max_cruise_kn),
        ais_class=np.full(n, ais_class),
    )


def reasons(tracks: Tracks) -> dict[str, int]:
    """Rejected rows per reason."""
    return dict(zip(tracks.rejects["reason"], tracks.rejects["count"], strict=True))


def quarantined(tracks: Tracks) -> list[str]:
    """Reason of each quarantined segment."""
    return tracks.segments.loc[tracks.segments["quarantined"], "quarantine_reason"].tolist()


def sizes(tracks: Tracks) -> list[int]:
    """Fixes of each segment, ascending."""
    return sorted(tracks.segments["n_points"])


class Sea(NamedTuple):
    positions: pd.DataFrame
    truth: pd.DataFrame
    """hull and bad (None, or what is wrong) of each fix, by its source."""


def path(rng, t_s, place):
    """Position, speed and course of one hull: legs at 4-16 kn with turns at bounded rate, and stops at anchor."""
    n = int(t_s[-1] // 10) + 2
    sog, course = np.empty(n), np.empty(n)
    k, heading = 0, rng.uniform(0, 360)
    while k < n:
        stop = rng.random() < 0.4
        length = int(rng.uniform(2, 10) * 360) if stop else int(rng.uniform(0.3, 3) * 360)
        speed = 0.1 if stop else rng.uniform(4, 16)
        turn = rng.uniform(-90, 90)
        m = min(length, n - k)
        sog[k : k + m] = speed
        course[k : k + m] = heading + np.clip(np.arange(m) * np.sign(turn) * 5.0, -abs(turn), abs(turn))
        heading = course[k + m - 1]
        k += m
    speed = np.convolve(
        np.pad(sog, 15, mode="edge"), np.full(31, 1 / 31), mode="valid"
    )  # accelerates within minutes
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
    """A random sea of ships, with planted errors: spikes, delays, missing positions, displacements."""
    rng = np.random.default_rng(seed)
    frames, last = [], (0.0, 0.0)
    for hull in range(n_ships):
        place = (rng.uniform(26, 33), rng.uniform(122.5, 127))
        mmsi = 412_000_000 + hull
        if hull % 10 == 9:  # shares the MMSI of the ship before it, half of them near
            mmsi -= 1
            if hull % 20 == 9:
                place = tuple(float(v) for v in destination(*last, rng.uniform(0, 360), 4000.0))
        frames.append(_with_errors(rng, ship(rng, hull, mmsi, place)))
        last = place
    rows = pd.concat(frames, ignore_index=True).sample(frac=1.0, random_state=seed).reset_index(drop=True)
    rows["source"] = rows.index.astype(str)
    stamp = pd.Timestamp("2024-03-01T00:00:00Z") + pd.to_timedelta(rows["t"].round(), unit="s")
    positions = POSITIONS.to_pandas(
        rows.assign(timestamp=stamp.astype("datetime64[ms, UTC]"), ais_class="A", msg_type=1)
    )
    return Sea(positions, rows.set_index("source")[["hull", "mmsi", "bad"]])


def _with_errors(rng, track: pd.DataFrame) -> pd.DataFrame:
    track = track.assign(bad=None)
    n = len(track)
    for k in rng.choice(np.arange(1, n - 3), n // 150, replace=False):
        length = 2 if rng.random() < 0.2 else 1
        away_m = np.exp(rng.uniform(np.log(1e3), np.log(2e6)))
        lat, lon = destination(*track.loc[k, ["lat", "lon"]].astype(float), rng.uniform(0, 360), away_m)
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
    if rng.random() < 0.2:  # displaced for an hour
        start = rng.uniform(0.2, 0.8) * HOURS * 3600
        away = out["t"].between(start, start + 3600) & out["bad"].isna()
        out.loc[away, "lat"] += rng.choice([-1, 1]) * rng.uniform(0.1, 1)
        out.loc[away, "bad"] = "astray"
    return out


def measure(sea: Sea) -> dict[str, float]:
    """Shares of fixes that were treated correctly."""
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
        "segments per hull": sound["segment_id"].nunique() / sea.truth["hull"].nunique(),
    }
    for what, n in bad_in.items():
        out[f"{what} caught"] = 1 - bad_out.get(what, 0) / n
    return out


REAL_SETS = (
    "baltic_2018_sample/positions.parquet",
    "east_china_sea_150mmsi_20230205/positions.parquet",
    "gfw_three_tracks_201801/positions.parquet",
    "hangzhou_voyages_2024/positions_hangzhou_box.parquet",
    "hangzhou_voyages_2024/positions_east_asia_60s.parquet",
    "kattegat_moving_202511/positions.parquet",
    "singapore_tankers_2013_2014/positions.parquet",
    "suez_evergiven_2021/positions.parquet",
)


def real_positions(folder: Path, name: str) -> pl.DataFrame:
    """POSITIONS of one of `REAL_SETS`, out of the folder of real AIS."""
    frame = pl.read_parquet(folder / name)
    renames = {"vessel_id": "mmsi", "sog_kn": "sog", "target_class": "ais_class", "message_type": "msg_type"}
    renames |= {"msgid": "msg_type"}
    if "mmsi" in frame.columns:
        renames.pop("vessel_id")
    frame = frame.rename({old: new for old, new in renames.items() if old in frame.columns})
    if "mmsi" in frame.columns and name.startswith("suez"):
        frame = frame.with_columns(mmsi=-pl.col("mmsi"))
    if frame.schema.get("type") == pl.String:  # "AIS.18"
        frame = frame.with_columns(msg_type=pl.col("type").str.extract(r"^AIS\.(\d+)$").cast(pl.Int32))
    return POSITIONS.validate(
        frame.with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"), source=pl.lit(name))
    )


if __name__ == "__main__":
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    table = pd.DataFrame({seed: measure(dirty_sea(seed)) for seed in range(first, first + 10)}).T
    table.loc["mean"] = table.mean()
    sys.stdout.write(table.round(5).T.to_string() + "\n")
