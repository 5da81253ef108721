"""What a dump is and what would become of it, from its beginning, in seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.nmea.clock_offsets import note_clocks
from stsdetect.decode.reader import batches
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

_LOOK_BYTES = 33_554_432


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found; `str` of it is for people, `to_dict` for programs."""

    report: DecodeReport
    n_ships: int
    seconds: float
    refused: str
    """Why the file cannot be used; empty where it can."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            **self.report.to_dict(),
            "n_ships": self.n_ships,
            "seconds": self.seconds,
            "refused": self.refused,
        }

    def lines(self) -> list[str]:
        """One finding a line."""
        r = self.report
        out = [f"{r.source}: {r.format or 'unknown format'}, {r.n_bytes:,} bytes"]
        part = "only the beginning of it" if r.cut else "all of it"
        out.append(f"looked at: {part}, {r.rows_in:,} rows in {self.seconds:.1f} s")
        if self.refused:
            out.append(f"cannot be used: {self.refused}")
        span_s = (r.end_ms - r.start_ms) / 1000 if r.start_ms is not None and r.end_ms is not None else 0.0
        if r.start_ms is not None and r.end_ms is not None:
            out.append(f"time span: {_when(r.start_ms)} to {_when(r.end_ms)}")
        out += _counted("receive time", dict(r.time_kinds))
        if r.positions_out:
            rate = f", {r.positions_out / span_s * 60:,.0f} a minute" if span_s else ""
            out.append(f"positions: {r.positions_out:,} of {self.n_ships:,} ships{rate}")
        out += _counted(
            "messages", {k.removeprefix("type_"): n for k, n in r.counts.items() if k.startswith("type_")}
        )
        out += _counted("set aside", dict(r.set_aside))
        out += _counted("rejected", r.rejected)
        out += _counted(
            "oddities", {k: n for k, n in r.counts.items() if not k.startswith("type_") and k != "sentences"}
        )
        busiest = sorted(r.stations.items(), key=lambda s: -(s[1]["positions"] or 0))[:5]
        for name, station in busiest:
            offset = station["median_offset_s"]
            told = "unknown" if offset is None else f"{offset:+g} s"
            out.append(f"station {name}: {station['positions']:,} positions, clock {told}")
        if len(r.stations) > len(busiest):
            out.append(f"stations: {len(r.stations):,} in all")
        return out + [f"note: {text}" for text in r.warnings]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def diagnose(path: str | Path, *, params: DecodeParams | None = None) -> Diagnosis:
    """Look at the beginning of a dump: format, time, span, ships, stations, and what would be rejected.

    Parameters
    ----------
    path : str or Path
        One file of any kind that `read_ais` takes.
    params : DecodeParams, optional
        As for decoding.

    Returns
    -------
    Diagnosis
        A file that cannot be used is told in ``refused``, not raised.

    Examples
    --------
    >>> diagnose("no/such/file").refused
    'no/such/file does not exist'
    """
    path = Path(path)
    report = DecodeReport(path.name, n_bytes=path.stat().st_size if path.is_file() else 0)
    start = time.perf_counter()
    ships: set[int] = set()
    refused = ""
    params = params or DecodeParams()
    try:
        for batch in batches(path, report, params, limit=_LOOK_BYTES):
            _take(report, batch.positions, ships)
    except DecodeError as error:
        refused = str(error)
    note_clocks(report, params)
    return Diagnosis(report, len(ships), round(time.perf_counter() - start, 2), refused)


def _take(report: DecodeReport, positions: pl.DataFrame, ships: set[int]) -> None:
    if not positions.height:
        return
    report.positions_out += positions.height
    report.note_span(positions)
    ships.update(positions["mmsi"].unique().to_list())


def _when(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _counted(label: str, counts: dict[str, int]) -> list[str]:
    told = [f"{name} {n:,}" for name, n in counts.items() if n]
    return [f"{label}: {', '.join(told)}"] if told else []
