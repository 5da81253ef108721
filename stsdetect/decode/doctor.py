"""Diagnose a dump from its beginning, in seconds: its format, and what decoding would give."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.nmea.clock_offsets import warn_about_clocks
from stsdetect.decode.reader import batches
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S, S_PER_MIN

_PREVIEW_BYTES = 33_554_432
_N_STATIONS = 5


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found. `str` of it is for people, `to_dict` for programs.

    Attributes
    ----------
    report : DecodeReport
        Accounting of the rows that were read.
    n_ships : int
        Number of different MMSIs among the positions.
    seconds : float
        How long it took [s].
    refused : str
        Why the file cannot be used; empty where it can.
    """

    report: DecodeReport
    n_ships: int
    seconds: float
    refused: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            **self.report.to_dict(),
            "n_ships": self.n_ships,
            "seconds": self.seconds,
            "refused": self.refused,
        }

    def lines(self) -> list[str]:
        """One finding per line."""
        r = self.report
        types = {k.removeprefix("type_"): n for k, n in r.counts.items() if k.startswith("type_")}
        others = {k: n for k, n in r.counts.items() if not k.startswith("type_") and k != "sentences"}
        part = "only the beginning of it" if r.cut else "all of it"
        return [
            f"{r.source}: {r.format or 'unknown format'}, {r.n_bytes:,} bytes",
            f"read: {part}, {r.rows_in:,} rows in {self.seconds:.1f} s",
            *([f"cannot be used: {self.refused}"] if self.refused else []),
            *self._period(),
            *_counts("receive time", r.time_kinds),
            *self._positions(),
            *_counts("messages", types),
            *_counts("set aside", r.set_aside),
            *_counts("rejected", r.rejected),
            *_counts("oddities", others),
            *self._stations(),
            *[f"note: {text}" for text in r.warnings],
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _period(self) -> list[str]:
        start, end = self.report.start_ms, self.report.end_ms
        if start is None or end is None:
            return []
        return [f"time span: {_utc(start)} to {_utc(end)}"]

    def _positions(self) -> list[str]:
        r = self.report
        if not r.positions_out:
            return []
        span_s = ((r.end_ms or 0) - (r.start_ms or 0)) / MS_PER_S
        rate = f", {r.positions_out / span_s * S_PER_MIN:,.0f} per minute" if span_s else ""
        return [f"positions: {r.positions_out:,} of {self.n_ships:,} ships{rate}"]

    def _stations(self) -> list[str]:
        stations = self.report.stations
        out = []
        busiest = sorted(stations.items(), key=lambda s: -(s[1]["positions"] or 0))[:_N_STATIONS]
        for name, station in busiest:
            offset = station["median_offset_s"]
            clock = "unknown" if offset is None else f"{offset:+g} s"
            out.append(f"station {name}: {station['positions']:,} positions, clock offset {clock}")
        if len(stations) > len(busiest):
            out.append(f"stations: {len(stations):,} in all")
        return out


def diagnose(path: str | Path, *, params: DecodeParams | None = None) -> Diagnosis:
    """Read the beginning of a dump: format, receive times, period, ships, stations and rejected rows.

    Parameters
    ----------
    path : str or Path
        One file of any kind that `read_ais` reads.
    params : DecodeParams, optional
        As for decoding.

    Returns
    -------
    Diagnosis
        Nothing is raised for a file that cannot be used; ``refused`` says why.

    Examples
    --------
    >>> diagnose("no/such/file").refused
    'no/such/file does not exist'
    """
    path = Path(path)
    report = DecodeReport(path.name, n_bytes=path.stat().st_size if path.is_file() else 0)
    start = time.perf_counter()
    mmsis: set[int] = set()
    refused = ""
    params = DecodeParams.of(params)
    try:
        for batch in batches(path, report, params, max_bytes=_PREVIEW_BYTES):
            _count(report, batch.positions, mmsis)
    except DecodeError as error:
        refused = str(error)
    warn_about_clocks(report, params)
    return Diagnosis(report, len(mmsis), round(time.perf_counter() - start, 2), refused)


def _count(report: DecodeReport, positions: pl.DataFrame, mmsis: set[int]) -> None:
    if not positions.height:
        return
    report.positions_out += positions.height
    report.extend_period(positions)
    mmsis.update(positions["mmsi"].unique().to_list())


def _utc(ms: int) -> str:
    return datetime.fromtimestamp(ms / MS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _counts(label: str, counts: dict[str, int]) -> list[str]:
    """The counts above zero as one line; no line without any."""
    shown = [f"{name} {n:,}" for name, n in counts.items() if n]
    return [f"{label}: {', '.join(shown)}"] if shown else []
