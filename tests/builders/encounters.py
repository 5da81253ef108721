"""Seas for tests of encounters: ships at common instants, and invented ships beside real ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.detection.encounters.contacts import find_contacts
from stsdetect.detection.encounters.find import build_encounters, pair_encounters
from stsdetect.geo.geodesy import distance_m, move
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS, ENCOUNTERS, IDENTITY, POINTS, RESAMPLED, SEGMENTS, STATIC, Frame
from tests.builders import EPOCH, PLACE, identity, static, together

A, B, C = 412000001, 412000002, 412000003
MINUTES = np.arange(0, 480, 2.0)
SIZES = identity(static(A), static(B), static(C))
"""Three ships of 100 x 16 m with the antenna amidships, 20 m from the stern."""


def instants(
    mmsi: int,
    minutes: Any,
    east_m: Any = 0.0,
    north_m: Any = 0.0,
    *,
    heading: Any = 0.0,
    sog: Any = 0.1,
    error_m: Any = 3.0,
    age_s: float = 60.0,
    place: tuple[float, float] = PLACE,
) -> pd.DataFrame:
    """RESAMPLED of one ship: one row per minute of `minutes`, in metres from a place."""
    minutes = np.asarray(minutes, dtype=float)
    lat, lon = move(
        place[0], place[1], np.broadcast_to(east_m, minutes.shape), np.broadcast_to(north_m, minutes.shape)
    )
    return RESAMPLED.to_pandas(
        pd.DataFrame(
            {
                "segment_id": f"{mmsi}-0",
                "vessel_id": str(mmsi),
                "mmsi": mmsi,
                "timestamp": (EPOCH + pd.to_timedelta(minutes, unit="min")).astype("datetime64[ms, UTC]"),
                "lat": lat,
                "lon": lon,
                "sog": sog,
                "cog": np.nan,
                "heading": heading,
                "heading_from_cog": False,
                "nav_status": 1,
                "interp_age_s": age_s,
                "interval_s": 2.0 * age_s,
                "position_error_m": error_m,
            }
        )
    )


def swinging(minutes: Any = MINUTES) -> Floats:
    """Heading of a ship that the tide turns by half a circle around the fourth hour [deg]."""
    return np.asarray(180.0 / (1 + np.exp(-(np.asarray(minutes) - 240.0) / 30.0)))


def side_by_side(*ships: tuple[int, float], heading: Any = None, **columns: Any) -> pd.DataFrame:
    """Ships that swing as one body, each so many metres to starboard of one place."""
    turned = swinging() if heading is None else np.broadcast_to(heading, MINUTES.shape)
    h = np.deg2rad(turned)
    return together(
        *(instants(m, MINUTES, x * np.cos(h), -x * np.sin(h), heading=turned, **columns) for m, x in ships)
    )


def made_fast(gap_m: float = 2.0) -> pd.DataFrame:
    """Two 100 x 16 m hulls alongside, the same way round, swinging together."""
    return side_by_side((A, 0.0), (B, 16.0 + gap_m))


def small_sea(
    seed: int, *, place: tuple[float, float] = (30.2, 122.6), n: int = 7
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """RESAMPLED and IDENTITY of ships that drift within a few hundred metres, with any headings and sizes."""
    rng, minutes = np.random.default_rng(seed), np.arange(0.0, 120.0, 2.0)
    ships, reports = [], []
    for k in range(n):
        walk = rng.normal(0.0, 150.0, 2)[:, None] + np.cumsum(rng.normal(0.0, 6.0, (2, len(minutes))), axis=1)
        heading = (rng.uniform(0, 360) + np.cumsum(rng.normal(0.0, 3.0, len(minutes)))) % 360
        ships.append(
            instants(
                412000010 + k, minutes, *walk, heading=heading, error_m=float(rng.uniform(2, 15)), place=place
            )
        )
        reports.append(
            static(412000010 + k, loa_m=float(rng.uniform(30, 200)), beam_m=float(rng.uniform(6, 30)))
        )
    return together(*ships), identity(*reports)


def contacts_of(
    sea: Frame, known: Frame | None = None, params: EncounterParams | None = None
) -> pl.DataFrame:
    """CONTACTS of RESAMPLED, with the sizes and types in `known`."""
    return find_contacts(RESAMPLED.validate(sea), identity=IDENTITY.optional(known), params=params)


def encounters_from(
    contacts: Frame,
    known: Frame | None = None,
    params: EncounterParams | None = None,
    segments: Frame | None = None,
) -> pd.DataFrame:
    """ENCOUNTERS of CONTACTS, where nothing is known of the time between and around them."""
    tables = _tables(known) | {"segments": SEGMENTS.optional(segments)}
    return ENCOUNTERS.to_pandas(build_encounters(CONTACTS.validate(contacts), **tables, params=params))


def pairs_from(contacts: Frame, known: Frame | None = None) -> pl.DataFrame:
    """As `encounters_from`, but each pair by itself, without groups."""
    return pair_encounters(CONTACTS.validate(contacts), **_tables(known))


def encounters_of(
    sea: Frame, known: Frame | None = None, params: EncounterParams | None = None
) -> pd.DataFrame:
    """ENCOUNTERS of RESAMPLED."""
    return encounters_from(contacts_of(sea, known, params), known, params)


def _tables(known: Frame | None) -> dict[str, Any]:
    return {
        "points": POINTS.optional(None).lazy(),
        "segments": SEGMENTS.optional(None),
        "identity": IDENTITY.optional(known),
        "static": STATIC.optional(None),
    }


def stops_of(positions: pd.DataFrame) -> list[pd.DataFrame]:
    """Real fixes of stops: 3 h or more below 1 kn, within 800 m of one place, no gap above 30 min."""
    out = []
    for _, ship in positions.sort_values("timestamp").groupby("mmsi"):
        slow = ship["sog"].fillna(0.0) < 1.0
        new = (slow != slow.shift()) | (ship["timestamp"].diff() > pd.Timedelta(minutes=30))
        for _, stop in ship[slow].groupby(new.cumsum()[slow]):
            strays = distance_m(stop["lat"], stop["lon"], stop["lat"].median(), stop["lon"].median())
            long = stop["timestamp"].iloc[-1] - stop["timestamp"].iloc[0] >= pd.Timedelta(hours=3)
            if long and np.quantile(strays, 0.95) < 800.0:
                out.append(stop)
    return out


def ship_beside(
    stop: pd.DataFrame,
    rng: np.random.Generator,
    mmsi: int,
    *,
    off_m: tuple[float, float] | None,
    clear_m: tuple[float, float] = (0.0, np.inf),
) -> pd.DataFrame:
    """An invented ship beside a real one that stopped.

    Without `off_m` it is made fast and turns with the tide. Else it lies at an anchor of its own, that far
    off, and the smallest distance of the two antennas is between the values of `clear_m` [m].
    """
    start = stop["timestamp"].iloc[0] + pd.Timedelta(minutes=40)
    end = stop["timestamp"].iloc[-1] - pd.Timedelta(minutes=40)
    step, hour = pd.Timedelta(seconds=180), pd.Timedelta(hours=1)
    times = pd.date_range(start - hour, end + hour, freq=step)
    hours = np.asarray((times - times[0]).total_seconds()) / 3600.0
    heading = (
        rng.uniform(0, 360) + 90.0 * np.tanh(4.0 * np.sin(2 * np.pi * hours / 12.4 + rng.uniform(0, 6)))
    ) % 360
    seconds = (stop["timestamp"] - times[0]).dt.total_seconds()
    lat, lon = (np.interp(hours * 3600.0, seconds, stop[c]) for c in ("lat", "lon"))
    h = np.deg2rad(heading)
    # It comes from three miles off within the first hour, and leaves in the last.
    away = 6000.0 * np.clip(np.maximum(1.0 - hours, hours - (hours[-1] - 1.0)), 0.0, 1.0)
    noise = rng.normal(0.0, 3.0, (2, len(times)))
    if off_m is None:
        ahead, right = rng.uniform(-20.0, 20.0), rng.choice([-1.0, 1.0]) * rng.uniform(18.0, 24.0)
        east, north = ahead * np.sin(h) + right * np.cos(h), ahead * np.cos(h) - right * np.sin(h)
    else:
        real, (lat, lon) = (lat, lon), (np.full(len(times), stop[c].median()) for c in ("lat", "lon"))
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
