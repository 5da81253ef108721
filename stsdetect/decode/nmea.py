"""NMEA logs to positions and static reports: one pass over the bytes, columns all the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.decode import messages as msg
from stsdetect.decode.assembly import Assembler, Joined, Part
from stsdetect.decode.books import DecodeReport
from stsdetect.decode.clocks import ClockOffsets
from stsdetect.decode.copies import Copies
from stsdetect.decode.reports import (
    BAD_CHECKSUM,
    CLOCK_TIME,
    POSITION_SCHEMA,
    Payloads,
    Reports,
    position_rows,
    read_reports,
    static_rows,
)
from stsdetect.decode.sentences import Block, Ints, Sentences, find_sentences, read_blocks
from stsdetect.decode.static import SCHEMA as STATIC_SCHEMA
from stsdetect.decode.times import (
    BASE_STATION_CLOCK,
    GPS_CLOCK,
    KINDS,
    NO_TIME,
    Stamps,
    StationNames,
    TimeState,
    stamp,
)
from stsdetect.params import DecodeParams

_KNOWN_TYPES = range(1, 28)
_WANTED = np.zeros(64, bool)
_WANTED[[1, 2, 3, 5, 18, 19, 24, 27]] = True
_CODE_OF_CHAR = np.full(256, 255, np.uint8)
for _char in (*range(48, 88), *range(96, 120)):
    _CODE_OF_CHAR[_char] = _char - 48 - (8 if _char > 88 else 0)


class Batch(NamedTuple):
    """Decoded rows of one block, in file order; either table may be empty."""

    positions: pl.DataFrame
    static: pl.DataFrame


class _Meta(NamedTuple):
    """What is known about each message besides its payload."""

    ms: Ints
    kind: NDArray[np.uint8]
    station: NDArray[np.int32]
    line: Ints
    flags: NDArray[np.int32]


class NmeaReader:
    """Decodes one log block by block and keeps its books.

    Parameters
    ----------
    report : DecodeReport
        Filled in on the way.
    params : DecodeParams
        Limits and windows.
    """

    def __init__(self, report: DecodeReport, params: DecodeParams) -> None:
        self.report = report
        self.params = params
        self.stations = StationNames()
        self._time = TimeState()
        self._parts = Assembler(
            window_lines=params.assembly_window_lines, window_ms=int(params.assembly_window_s * 1000)
        )
        self._copies = Copies(window_ms=int(params.copy_window_s * 1000))
        self._clocks = ClockOffsets()

    def batches(self, stream: BinaryIO) -> Iterator[Batch]:
        """Read the log to its end.

        Yields
        ------
        Batch
            Rows in file order, without source; times in ms since 1970 UTC.
        """
        blocks = read_blocks(
            stream, block_bytes=self.params.block_bytes, max_line_bytes=self.params.max_line_bytes
        )
        for block, n_too_long in blocks:
            self.report.rows_in += block.n_lines + n_too_long
            self.report.reject("line_too_long", n_too_long)
            yield self._decode(block)
        self._parts.expire(np.iinfo(np.int64).max)
        self._close_parts()
        if self._time.bad_tag_blocks:
            self.report.counts["bad_tag_blocks"] = self._time.bad_tag_blocks
        self.report.stations = self._clocks.summary(self.stations.names)

    def _decode(self, block: Block) -> Batch:
        s = find_sentences(block)
        self._count_lines(block, s)
        stamps = stamp(block, s, self._time, self.stations)
        good = self._checked(block, s)
        single = good & (s.n_parts == 1) & (s.part == 1)
        several = np.flatnonzero(good & ~single)
        joined = self._join(block, s, stamps, several)
        meta, payloads = self._gather(block, s, stamps, np.flatnonzero(single), joined)
        return self._rows(meta, payloads)

    def _count_lines(self, block: Block, s: Sentences) -> None:
        report = self.report
        starts = np.concatenate([s.line, block.line_of(np.array(s.damaged, np.int64))])
        n_with = len(np.unique(starts))
        glued = len(starts) - n_with
        report.rows_in += glued
        report.counts["glued_sentences"] += glued
        report.counts["sentences"] += len(s)
        report.reject("damaged_sentence", len(s.damaged), (_line_at(block, k) for k in s.damaged[:3]))
        self._count_other_lines(block, starts)

    def _count_other_lines(self, block: Block, lines_with: Ints) -> None:
        other = np.ones(block.n_lines, bool)
        other[lines_with] = False
        lost = np.zeros(block.n_lines, bool)
        if block.data.count(b"VDM,") + block.data.count(b"VDO,") > len(lines_with):
            for k in np.flatnonzero(other).tolist():
                line = block.data[block.line_starts[k] : block.line_ends[k]]
                lost[k] = b"VDM," in line or b"VDO," in line
            where = np.flatnonzero(lost)
            self.report.reject("damaged_sentence", len(where), (_line(block, k) for k in where[:3].tolist()))
        self.report.set_aside["lines_without_ais"] += int((other & ~lost).sum())

    def _checked(self, block: Block, s: Sentences) -> NDArray[np.bool_]:
        """Sentences whose checksum holds, or all of them where the caller wants bad ones kept."""
        if self.params.keep_bad_checksums:
            self.report.counts["bad_checksums_kept"] += int((~s.checksum_ok).sum())
            return np.ones(len(s), bool)
        missing = s.checksum < 0
        for reason, bad in (("no_checksum", missing), ("bad_checksum", ~s.checksum_ok & ~missing)):
            rows = np.flatnonzero(bad)
            self.report.reject(reason, len(rows), (_line_at(block, k) for k in s.start[rows[:3]].tolist()))
        return s.checksum_ok

    def _join(self, block: Block, s: Sentences, stamps: Stamps, rows: Ints) -> list[Joined]:
        out = []
        columns = (s.n_parts, s.part, s.seq, s.channel, stamps.station, stamps.ms, stamps.kind, s.line, s.payload_start, s.payload_end, s.pad)  # fmt: skip
        for row, total, part, seq, channel, station, ms, kind, line, a, b, pad in zip(
            rows.tolist(), *[c[rows].tolist() for c in columns], strict=True
        ):
            group = stamps.group.get(row, "")
            message = self._parts.add(
                Part(
                    total,
                    part,
                    seq,
                    channel,
                    group,
                    station,
                    ms,
                    kind,
                    block.first_line + line,
                    block.data[a:b],
                    pad,
                )
            )
            if message is not None:
                out.append(message)
        self._parts.expire(block.first_line + block.n_lines)
        self._close_parts()
        return out

    def _close_parts(self) -> None:
        for reason, count in self._parts.dropped.items():
            self.report.reject(reason, count, self._parts.samples.get(reason, ()))
        self._parts.dropped.clear()
        self._parts.samples.clear()
        self.report.set_aside["parts_joined"] = self._parts.joined
        self.report.set_aside["copied_parts"] = self._parts.copies

    def _gather(
        self, block: Block, s: Sentences, stamps: Stamps, single: Ints, joined: list[Joined]
    ) -> tuple[_Meta, list[Payloads]]:
        """Payloads by length, of the wanted types only, with what goes with each message."""
        code = np.concatenate(
            [
                _CODE_OF_CHAR[block.bytes[s.payload_start[single]]],
                _CODE_OF_CHAR[np.array([m.payload[0] for m in joined], np.uint8)],
            ]
        )
        line = np.concatenate(
            [s.line[single] + block.first_line, np.array([m.line for m in joined], np.int64)]
        )
        self._count_types(block, code, line)
        kind = np.concatenate([stamps.kind[single], np.array([m.kind for m in joined], np.uint8)])
        flags = np.where(np.isin(kind, (GPS_CLOCK, BASE_STATION_CLOCK)), CLOCK_TIME, 0).astype(np.int32)
        flags[: len(single)] |= np.where(s.checksum_ok[single], 0, BAD_CHECKSUM).astype(np.int32)
        meta = _Meta(
            np.concatenate([stamps.ms[single], np.array([m.ms for m in joined], np.int64)]),
            kind,
            np.concatenate([stamps.station[single], np.array([m.station for m in joined], np.int32)]),
            line,
            flags,
        )
        wanted = _WANTED[np.minimum(code, 63)]
        payloads = []
        rows = np.flatnonzero(wanted[: len(single)])
        start = s.payload_start[single[rows]]
        length = s.payload_end[single[rows]] - start
        for n, at in _by_length(length):
            view = np.lib.stride_tricks.sliding_window_view(block.bytes, n)
            payloads.append(Payloads(view[start[at]], rows[at], s.pad[single[rows[at]]]))
        chosen = [k for k in range(len(joined)) if wanted[len(single) + k]]
        for n, at in _by_length(np.array([len(joined[k].payload) for k in chosen], np.int64)):
            some = [chosen[k] for k in at.tolist()]
            text = np.frombuffer(b"".join(joined[k].payload for k in some), np.uint8).reshape(-1, n)
            row = np.array(some, np.int64) + len(single)
            payloads.append(Payloads(text, row, np.array([joined[k].pad for k in some], np.int64)))
        return meta, payloads

    def _count_types(self, block: Block, code: NDArray[np.uint8], line: Ints) -> None:
        for k, n in enumerate(np.bincount(code, minlength=256).tolist()):
            if not n:
                continue
            if k == 255:
                self.report.reject("bad_armour", n)
            elif k not in _KNOWN_TYPES:
                self.report.reject("unknown_type", n, [f"type {k}"])
            else:
                self.report.counts[f"type_{k}"] += n
                if not _WANTED[k]:
                    self.report.set_aside["other_types"] += n

    def _rows(self, meta: _Meta, payloads: list[Payloads]) -> Batch:
        reports = [r for p in payloads for r in read_reports(p, self.report)]
        reports = self._timed_once(reports, meta)
        positions, static = [], []
        for r in reports:
            self.report.counts["odd_length"] += int(r.odd.sum())
            for kind, n in enumerate(np.bincount(meta.kind[r.row]).tolist()):
                self.report.time_kinds[KINDS[kind]] += n
            if r.type in msg.POSITIONS_OF:
                frame, row, second = position_rows(r, self.report)
                self._clocks.add(meta.station[row], meta.ms[row], second)
                station = pl.Series(self.stations.names, dtype=pl.String).gather(meta.station[row])
                positions.append(
                    frame.with_columns(
                        pl.Series("ms", meta.ms[row]),
                        station.set(station == "", None).alias("station"),
                        pl.col("decode_flags") | pl.Series(meta.flags[row]),
                    ).select(*POSITION_SCHEMA)
                )
            if (rows := static_rows(r)) is not None:
                static.append(rows.with_columns(pl.Series("ms", meta.ms[r.row])).select(*STATIC_SCHEMA))
        return Batch(_concat(positions, POSITION_SCHEMA), _concat(static, STATIC_SCHEMA))

    def _timed_once(self, reports: list[Reports], meta: _Meta) -> list[Reports]:
        """Without messages that have no time, and without copies."""
        if not reports:
            return []
        row = np.concatenate([r.row for r in reports])
        keep = meta.ms[row] != NO_TIME
        self.report.reject(
            "no_time", int((~keep).sum()), (f"line {k + 1}" for k in meta.line[row[~keep][:3]])
        )
        digest = np.concatenate([r.digest for r in reports])
        timed = np.flatnonzero(keep)
        copies = self._copies.mark(digest[timed], meta.ms[row[timed]])
        self.report.set_aside["copies"] += int(copies.sum())
        keep[timed[copies]] = False
        edges = np.cumsum([len(r.row) for r in reports])[:-1]
        kept = [r.where(k) for r, k in zip(reports, np.split(keep, edges), strict=True)]
        return [r for r in kept if len(r.row)]


def _by_length(length: Ints) -> Iterator[tuple[int, Ints]]:
    """Each length and where it occurs."""
    if not len(length):
        return
    order = np.argsort(length, kind="stable")
    edges = np.flatnonzero(np.diff(length[order])) + 1
    for at in np.split(order, edges):
        yield int(length[at[0]]), at


def _concat(frames: list[pl.DataFrame], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _line_at(block: Block, at: int) -> str:
    return _line(block, int(block.line_of(np.array([at]))[0]))


def _line(block: Block, k: int) -> str:
    return block.text(int(block.line_starts[k]), int(block.line_ends[k]))
