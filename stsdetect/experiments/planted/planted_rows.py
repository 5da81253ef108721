"""The rows of a dump with encounters planted in it, and the truth about them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from stsdetect.experiments.planted.real_feed import Track
from stsdetect.schema import POSITIONS, STATIC, TRUTH
from stsdetect.units import S_PER_H

SOURCE = "planted"


class Plant(NamedTuple):
    """One encounter: who, when and where, and the rows that it changes."""

    kind: str
    real: int
    invented: int | None
    switched_off: int | None
    start_s: float
    end_s: float
    lat: float
    lon: float
    drawn: dict[str, Any]
    new: list[Track]
    """Fixes that are added."""
    dropped: list[tuple[int, float, float]]
    """MMSI and span of fixes that are taken out."""
    shifted: list[tuple[int, float, float, float]]
    """MMSI and span of fixes that are moved in time, and by how much [s]."""
    donor: int
    """MMSI whose class and static reports the new fixes take."""
    draught_change_m: float


def with_plants(positions: pl.DataFrame, plants: list[Plant]) -> pl.DataFrame:
    """POSITIONS with the fixes of the plants added, taken out and moved."""
    out = positions
    time_s = pl.col("timestamp").dt.epoch("ms") / 1000.0
    end = positions["timestamp"].max()
    added = []
    for made in plants:
        for mmsi, start, stop in made.dropped:
            out = out.filter(~((pl.col("mmsi") == mmsi) & time_s.is_between(start, stop)))
        for mmsi, start, stop, by_s in made.shifted:
            late = (pl.col("mmsi") == mmsi) & time_s.is_between(start, stop)
            moved = pl.col("timestamp") + pl.duration(milliseconds=round(by_s * 1000))
            out = out.with_columns(timestamp=pl.when(late).then(moved).otherwise("timestamp"))
        template = positions.filter(pl.col("mmsi") == made.donor).row(0, named=True)
        added += [_rows(track, template) for track in made.new]
    out = out.filter(pl.col("timestamp") <= end)
    return POSITIONS.validate(pl.concat([out, *added]).sort(POSITIONS.sort_by, maintain_order=True))


def _rows(track: Track, template: dict[str, Any]) -> pl.DataFrame:
    """POSITIONS of a track, with class and message type of a real ship."""
    frame = pl.DataFrame(
        {
            "timestamp": np.round(track.time_s * 1000.0).astype(np.int64),
            "lat": track.lat,
            "lon": track.lon,
            "sog": track.sog,
            "cog": track.cog,
            "heading": track.heading,
            "nav_status": track.status,
        }
    ).with_columns(
        pl.col("timestamp").cast(pl.Datetime("ms", "UTC")),
        pl.col("sog", "cog", "heading", "nav_status").fill_nan(None),
        mmsi=pl.lit(track.mmsi),
        source=pl.lit(SOURCE),
        **{c: pl.lit(template[c]) for c in ("ais_class", "msg_type", "station", "decode_flags")},
    )
    return POSITIONS.validate(frame)


def static_with_plants(static: pl.DataFrame, plants: list[Plant], rng: np.random.Generator) -> pl.DataFrame:
    """STATIC with reports of the invented ships, and the draughts that crews changed."""
    added = []
    for nth, made in enumerate(plants):
        mmsi = made.invented or made.real
        known = static.filter(pl.col("mmsi") == made.donor).tail(1)
        if known.is_empty():
            continue
        row = known.row(0, named=True)
        if made.invented is not None:
            row |= {"mmsi": mmsi, "imo": None, "callsign": None, "shipname": f"PLANTED {nth}"}
            row |= {"source_id": f"planted {nth}" if row["source_id"] else None}
            begin = min(float(track.time_s[0]) for track in made.new)
            added.append(row | {"timestamp": _datetime(begin), "source": SOURCE})
        if row["draught"] and made.draught_change_m:
            late_s = made.end_s + float(rng.uniform(0.0, 5.0)) * S_PER_H
            draught = round(max(row["draught"] + made.draught_change_m, 0.5), 1)
            added.append(row | {"timestamp": _datetime(late_s), "draught": draught, "source": SOURCE})
    new = pl.DataFrame(added, schema=static.schema) if added else static.clear()
    return STATIC.validate(pl.concat([static, new]).sort(STATIC.sort_by, maintain_order=True))


def _datetime(time_s: float) -> Any:
    return pl.Series([round(time_s * 1000.0)]).cast(pl.Datetime("ms", "UTC"))[0]


def truth_of(plants: list[Plant]) -> pl.DataFrame:
    """TRUTH of the encounters."""
    kinds = {"seen": "transfer", "half_dark": "dark_transfer", "solo": "solo_transfer"}
    rows = []
    for nth, made in enumerate(plants):
        off = made.switched_off
        ships = sorted(m for m in (made.real, made.invented) if m is not None)
        ships = sorted(ships, key=lambda m: m != off) if off is not None else ships
        rows.append(
            {
                "truth_id": f"planted-{nth:02d}",
                "kind": kinds[made.kind],
                "mmsi_1": ships[0],
                "mmsi_2": ships[1] if len(ships) > 1 else None,
                "start_time": _datetime(made.start_s),
                "end_time": _datetime(made.end_s),
                "lat": made.lat,
                "lon": made.lon,
                "illicit": True,
                "contact": True,
                "place": "real",
                "holding": "as the real ship",
                "orientation": "opposite" if made.drawn["opposite"] else "same",
                "dark": {"seen": "none", "half_dark": "one", "solo": "host"}[made.kind],
                "scenario": made.kind,
            }
        )
    return TRUTH.validate(pl.DataFrame(rows)) if rows else TRUTH.optional(None)


def plan_of(plants: list[Plant]) -> pl.DataFrame:
    """What was drawn, one row per encounter."""
    rows = [
        {
            "truth_id": f"planted-{nth:02d}",
            "kind": made.kind,
            "real": made.real,
            "invented": made.invented,
            "switched_off": None if made.switched_off is None
            else ("real" if made.switched_off == made.real else "invented"),
            "hours": (made.end_s - made.start_s) / S_PER_H,
            "draught_change_m": made.draught_change_m,
            **made.drawn,
        }
        for nth, made in enumerate(plants)
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()
