"""Diagnose a dump from its beginning, in seconds: its format, and what decoding would give."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.file_rows import batches, head_of, may_be_ais
from stsdetect.decode.nmea.clock_offsets import warn_about_clocks
from stsdetect.errors import DecodeError
from stsdetect.foreign_text import made_visible
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S, S_PER_DAY, S_PER_H, S_PER_MIN

_TIME_FIELDS = ("time", "date", "year", "month", "day", "hour", "minute", "second")
_ORDERS = {
    "iso": "as date and time", "day_first": "the day first", "month_first": "the month first",
    "epoch": "as Unix time", "excel": "as days of a spreadsheet",
}  # fmt: skip
_PLAIN_BELOW = 1e6
_PREVIEW_BYTES = 33_554_432
_N_STATIONS = 5

_PLACES = {
    "tag_block": "tag block", "trailing": "behind the sentence", "pghp": "$PGHP lines",
    "prefix": "before the sentence", "json": "JSON keys", "gps_clock": "$..RMC and $..ZDA lines before",
    "base_clock": "base stations",
}  # fmt: skip
"""Where a log has its receive times, by the kinds of the report."""


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
    not_ais : bool
        Whether what was refused is not AIS at all, such as a list of ports.
    """

    report: DecodeReport
    n_ships: int
    seconds: float
    refused: str
    not_ais: bool = False

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
        kind = r.format or ("not AIS" if self.not_ais else "unknown format")
        read = f"read: {part}, {r.rows_in:,} rows in {self.seconds:.1f} s"
        return [
            f"{r.source}: {kind}, {r.n_bytes:,} bytes",
            *([] if self.refused and not r.rows_in else [read]),
            *(f"cannot be used: {self.refused}".splitlines() if self.refused else []),
            *self._columns(),
            *self._period(),
            *self._times(),
            *self._positions(),
            *([f"static reports: {r.static_out:,}"] if r.static_out else []),
            *_counts("messages", types),
            *_counts("set aside", r.set_aside),
            *self._rejected(),
            *self._lost(),
            *_counts("oddities", others),
            *self._stations(),
            *[f"note: {text}" for text in r.warnings if text.split(": ")[0] not in r.lost_values],
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _columns(self) -> list[str]:
        """Columns of a table by field, with a value before and after."""
        table = self.report.table
        if not table:
            return []
        out = [f"file: {table['file']}"] if table.get("file") else []
        for name, c in table.get("columns", {}).items():
            unit = f" [{c['unit']}]" if c["unit"] else ""
            column = _shown(c["column"])
            if c["example"] is None:
                out.append(f"column {name} <- '{column}'{unit}: no value")
            elif c["value"] is None:
                out.append(f"column {name} <- '{column}'{unit}: {_shown(c['example'])!r}")
            else:
                value = _utc(c["value"]) if name in _TIME_FIELDS else c["value"]
                plain = isinstance(value, float) and abs(value) < _PLAIN_BELOW
                value = f"{value:g}" if plain else _shown(str(value))
                out.append(f"column {name} <- '{column}'{unit}: {_shown(c['example'])!r} is read as {value}")
        unused = [_shown(name) for name in table.get("unused", ())]
        return [*out, f"columns not used: {', '.join(unused)}"] if unused else out

    def _times(self) -> list[str]:
        """Where receive times come from, how they are written, and in which zone."""
        kinds, table = self.report.time_kinds, self.report.table
        n = kinds.get("column", 0)
        others = _counts("receive time", {_PLACES.get(k, k): v for k, v in kinds.items() if k != "column"})
        if not n or not table.get("columns"):
            return [*others, *_zone_of_log(kinds)]
        names = " and ".join(
            f"'{_shown(c['column'])}'" for name, c in table["columns"].items() if name in _TIME_FIELDS
        )
        zone = table["zone"] if table["zone_named"] else f"{table['zone']} is assumed, since none is named"
        order = _ORDERS.get(table["time_order"], table["time_order"])
        return [f"receive time: from the column {names}, {n:,} times, {order}", f"zone: {zone}", *others]

    def _rejected(self) -> list[str]:
        """Rejected rows by reason, with an example of each."""
        out = []
        for row in self.report.rejects.to_dicts():
            sample = (row["sample"] or "").split("\n")[0]
            example = f", for example {sample}" if sample else ""
            out.append(f"rejected: {row['reason']} {row['count']:,}{example}")
        return out

    def _lost(self) -> list[str]:
        """Values that would be null since they are not understood."""
        r = self.report
        samples = {name: ", ".join(repr(s) for s in r.lost_samples.get(name, [])) for name in r.lost_values}
        return [
            f"lost values: {name} {n:,}, for example {samples[name]}"
            for name, n in r.lost_values.items()
            if n
        ]

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
        ships = f"{self.n_ships:,} {'ship' if self.n_ships == 1 else 'ships'}"
        return [f"positions: {r.positions_out:,} of {ships}{_rate(r.positions_out, span_s)}"]

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
    refused, not_ais = "", False
    params = DecodeParams.of(params)
    try:
        for batch in batches(path, report, params, max_bytes=_PREVIEW_BYTES):
            _count(report, batch.positions, mmsis)
            report.static_out += batch.static.height
    except DecodeError as error:
        refused = "\n".join([str(error), *getattr(error, "__notes__", [])])
        not_ais = not may_be_ais(path.name, error, head_of(path), path, report)
    if not refused and not report.positions_out and not report.static_out:
        refused = _nothing_read(report)
    warn_about_clocks(report, params)
    return Diagnosis(report, len(mmsis), round(time.perf_counter() - start, 2), refused, not_ais)


def _rate(n: int, span_s: float) -> str:
    """How many there are per minute, hour or day: the shortest in which there is one or more."""
    for unit, unit_s in (("minute", S_PER_MIN), ("hour", S_PER_H), ("day", S_PER_DAY)):
        if span_s and (n * unit_s >= span_s or unit == "day"):
            return f", {n * unit_s / span_s:,.0f} per {unit}"
    return ""


def _nothing_read(report: DecodeReport) -> str:
    """Why a file of a known kind gave nothing."""
    if report.rejected:
        reason, n = max(report.rejected.items(), key=lambda r: r[1])
        sample = next(r["sample"] for r in report.rejects.to_dicts() if r["reason"] == reason) or ""
        example = f", for example {sample.split(chr(10))[0]}" if sample else ""
        return f"{report.source}: no row could be read; {reason} {n:,} of {report.rows_in:,} rows{example}"
    return f"{report.source}: no position and no static report in {report.rows_in:,} rows"


def _count(report: DecodeReport, positions: pl.DataFrame, mmsis: set[int]) -> None:
    if not positions.height:
        return
    report.positions_out += positions.height
    report.extend_period(positions)
    mmsis.update(positions["mmsi"].unique().to_list())


def _zone_of_log(kinds: dict[str, int]) -> list[str]:
    """The zone of the receive times of a log: only those before sentences or in JSON can name one."""
    if not any(kinds.values()):
        return []
    may_be_named = kinds.get("prefix", 0) or kinds.get("json", 0)
    return ["zone: UTC is assumed where a time names none" if may_be_named else "zone: UTC"]


def _shown(text: str) -> str:
    """A name or value of a dump, which cannot disturb a terminal."""
    return made_visible(text[:60])


def _utc(ms: int) -> str:
    return datetime.fromtimestamp(ms / MS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _counts(label: str, counts: dict[str, int]) -> list[str]:
    """The counts above zero as one line; no line without any."""
    shown = [f"{name} {n:,}" for name, n in counts.items() if n]
    return [f"{label}: {', '.join(shown)}"] if shown else []
