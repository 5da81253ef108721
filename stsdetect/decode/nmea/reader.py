"""NMEA logs to positions and static reports: one pass over the bytes, columns all the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Bytes, Ints
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.duplicates import Copies
from stsdetect.decode.lines import whole_lines
from stsdetect.decode.nmea.assembly import Assembler, Joined, Part, plain_pairs
from stsdetect.decode.nmea.base_station_clock import CLOCK_TYPES, BaseClock, clock_ms
from stsdetect.decode.nmea.clock_offsets import ClockOffsets
from stsdetect.decode.nmea.messages import Columns
from stsdetect.decode.nmea.payload import pack
from stsdetect.decode.nmea.pyais_fallback import SAR_AIRCRAFT, OddReports, read_odd
from stsdetect.decode.nmea.receive_time import BASE_CLOCK, GPS_CLOCK, KINDS, Stamps, TimeState, stamp
from stsdetect.decode.nmea.reports import (
    BAD_CHECKSUM,
    CLOCK_TIME,
    FAMILIES,
    WANTED,
    Batch,
    Family,
    Reports,
    placed,
    position_columns,
    position_frame,
    read_reports,
    static_frame,
)
from stsdetect.decode.nmea.sentences import Block, Sentences, find_sentences, without_beginning
from stsdetect.decode.nmea.stations import Codes, StationNames
from stsdetect.decode.static_log import SCHEMA as STATIC_SCHEMA
from stsdetect.decode.timestamps import EARLIEST_MS, LATEST_MS, NO_TIME
from stsdetect.params import DecodeParams

_BLOCKS_PER_BATCH = 16
_NO_CODE = 255
_CODE_OF_CHAR = np.full(256, _NO_CODE, np.uint8)
for _char in (*range(48, 88), *range(96, 120)):
    _CODE_OF_CHAR[_char] = _char - 48 - (8 if _char > 88 else 0)
_KNOWN_TYPES = range(1, 28)


class _Messages(NamedTuple):
    """Whole messages of a block: where their payloads are and what goes with them, each of shape (n,)."""

    text: Bytes
    start: Ints
    n_chars: Ints
    ms: Ints
    kind: Bytes
    station: Codes
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
        self._window_ms = int(params.assembly_window_s * 1000)
        self._base_clock = BaseClock(
            max_age_lines=params.max_clock_age_lines,
            spread_ms=int(params.base_clock_spread_s * 1000),
            look_back=params.base_clock_look_back,
            agreeing=params.base_clock_agreeing,
        )
        self._parts = Assembler(window_lines=params.assembly_window_lines, window_ms=self._window_ms)
        self._copies = Copies(window_ms=int(params.copy_window_s * 1000))
        self._clocks = ClockOffsets()
        self._positions: list[Columns] = []
        self._static: defaultdict[tuple[Family, int], list[tuple[Reports, Ints]]] = defaultdict(list)

    def batches(self, stream: BinaryIO) -> Iterator[Batch]:
        """Read the log to its end.

        Yields
        ------
        Batch
            Rows of one block, without source; times in ms since 1970 UTC.
        """
        pieces = whole_lines(
            stream, block_bytes=self.params.block_bytes, max_line_bytes=self.params.max_line_bytes
        )
        n_lines = 0
        for n_blocks, (data, n_too_long) in enumerate(pieces, 1):
            block = Block(data, n_lines)
            n_lines += block.n_lines + n_too_long
            self.report.reject("line_too_long", n_too_long)
            self._decode(block)
            if n_blocks % _BLOCKS_PER_BATCH == 0:
                yield self._flush()
        yield self._flush()
        self.report.rows_in += n_lines
        self._parts.expire(np.iinfo(np.int64).max)
        self._close_parts()
        self.report.counts["bad_tag_blocks"] += self._time.bad_tag_blocks
        self.report.stations = self._clocks.summary(self.stations.names)

    def _decode(self, block: Block) -> None:
        s = find_sentences(block)
        self._count_lines(block, s)
        stamps = stamp(
            block, s, self._time, self.stations, max_clock_age_lines=self.params.max_clock_age_lines
        )
        good = self._checked(block, s)
        single = good & (s.n_parts == 1) & (s.part == 1)
        messages = _concatenated(
            _singles(block, s, stamps, np.flatnonzero(single)),
            self._join(block, s, stamps, np.flatnonzero(good & ~single)),
        )
        self._keep(messages, self._read(messages))

    def _count_lines(self, block: Block, s: Sentences) -> None:
        """Lines without a sentence, sentences beyond the first of a line, and what is too damaged to read."""
        report = self.report
        lines = np.concatenate([s.line, block.line_of(np.array(s.damaged, np.int64))])
        other = np.ones(block.n_lines, bool)
        other[lines] = False
        n_other = int(other.sum())
        glued = len(lines) - (block.n_lines - n_other)
        report.rows_in += glued
        report.counts["glued_sentences"] += glued
        report.counts["sentences"] += len(lines)
        report.reject("damaged_sentence", len(s.damaged), (_line_at(block, k) for k in s.damaged[:3]))
        if n_other:
            at = without_beginning(block, len(lines))
            lost = np.unique(at[other[at]]).tolist()
            report.reject("damaged_sentence", len(lost), (_line(block, k) for k in lost[:3]))
            n_other -= len(lost)
        report.set_aside["lines_without_ais"] += n_other

    def _checked(self, block: Block, s: Sentences) -> Bools:
        """Sentences whose checksum holds, or all of them where the caller wants bad ones kept."""
        if s.checksum_ok.all():
            return s.checksum_ok
        if self.params.keep_bad_checksums:
            self.report.counts["bad_checksums_kept"] += int((~s.checksum_ok).sum())
            return np.ones(len(s), bool)
        missing = s.checksum < 0
        for reason, bad in (("no_checksum", missing), ("bad_checksum", ~s.checksum_ok & ~missing)):
            rows = np.flatnonzero(bad)
            self.report.reject(reason, len(rows), (_line_at(block, k) for k in s.start[rows[:3]].tolist()))
        return s.checksum_ok

    def _join(self, block: Block, s: Sentences, stamps: Stamps, rows: Ints) -> _Messages:
        """Messages of several sentences."""
        from_line = self.params.assembly_window_lines if self._parts.has_open else 0
        head = plain_pairs(
            s,
            stamps,
            rows,
            window_lines=self.params.assembly_window_lines,
            window_ms=self._window_ms,
            from_line=from_line,
        )
        pairs = _pairs(block, s, stamps, rows[head], rows[np.flatnonzero(head) + 1])
        self._parts.joined += int(head.sum())
        left = ~head
        left[1:] &= ~head[:-1]
        others = self._assemble(block, s, stamps, rows[left])
        self._parts.expire(block.first_line + block.n_lines)
        self._close_parts()
        return _concatenated(pairs, others)

    def _assemble(self, block: Block, s: Sentences, stamps: Stamps, rows: Ints) -> _Messages:
        columns = (
            s.n_parts, s.part, s.seq, s.channel, stamps.group, stamps.station, stamps.ms, stamps.kind,
            s.line + block.first_line, s.payload_start, s.payload_end, s.checksum_ok,
        )  # fmt: skip
        done = []
        for *values, start, end, sound in zip(*[c[rows].tolist() for c in columns], strict=True):
            message = self._parts.add(Part._make([*values, block.data[start:end], sound]))
            if message is not None:
                done.append(message)
        return _joined(done)

    def _close_parts(self) -> None:
        for reason, count in self._parts.dropped.items():
            self.report.reject(reason, count, self._parts.samples.get(reason, ()))
        self._parts.dropped.clear()
        self._parts.samples.clear()
        self.report.set_aside["parts_joined"] = self._parts.joined
        self.report.set_aside["copied_parts"] = self._parts.copies

    def _read(self, m: _Messages) -> list[Reports | OddReports]:
        """Sound reports with a time, copies left out."""
        type_ = _CODE_OF_CHAR[m.text[m.start]]
        self._count_types(type_)
        self._ask_base_stations(m, type_)
        reports: list[Reports | OddReports] = []
        odd = [np.flatnonzero(type_ == SAR_AIRCRAFT)]
        for family in FAMILIES:
            row = np.flatnonzero((type_ >= family.types[0]) & (type_ <= family.types[-1]))
            if len(row):
                sound, cut_off = read_reports(family, m.text, m.start[row], m.n_chars[row], row, self.report)
                reports += sound
                odd.append(cut_off)
        reports += self._read_odd(m, np.concatenate(odd))
        if not reports:
            return []
        row = np.concatenate([r.row for r in reports])
        keep = m.ms[row] != NO_TIME
        if not keep.all():
            lines = m.line[row[~keep]]
            self.report.reject("no_time", len(lines), (f"line {k + 1}" for k in lines[:3].tolist()))
        timed = np.flatnonzero(keep)
        digest = np.concatenate([r.digest() for r in reports])
        copies = self._copies.mark(digest[timed], m.ms[row[timed]])
        self.report.set_aside["copies"] += int(copies.sum())
        keep[timed[copies]] = False
        edges = np.cumsum([len(r.row) for r in reports])[:-1]
        return [r.where(k) for r, k in zip(reports, np.split(keep, edges), strict=True)]

    def _ask_base_stations(self, m: _Messages, type_: Bytes) -> None:
        """Give messages without a time that of the base stations heard before them."""
        untimed = np.flatnonzero(m.ms == NO_TIME)
        if not len(untimed):
            return
        heard = np.flatnonzero(np.logical_or.reduce([type_ == t for t in CLOCK_TYPES]))
        bits, good = pack(m.text, m.start[heard], m.n_chars[heard], n_words=2)
        ms = clock_ms(bits)
        sound = good & (ms >= EARLIEST_MS) & (ms < LATEST_MS)
        told = self._base_clock.at(m.line[untimed], m.line[heard[sound]], ms[sound])
        known = untimed[told != NO_TIME]
        m.ms[known] = told[told != NO_TIME]
        m.kind[known] = BASE_CLOCK
        m.flags[known] |= CLOCK_TIME

    def _read_odd(self, m: _Messages, row: Ints) -> list[OddReports]:
        """What the fallback makes of some messages."""
        if not len(row):
            return []
        payloads = [m.text[a : a + n].tobytes() for a, n in zip(m.start[row], m.n_chars[row], strict=True)]
        reports, lost = read_odd(payloads, row)
        for reason, which in lost.items():
            self.report.reject(reason, len(which), (payload.decode("latin-1") for payload in which[:3]))
        self.report.counts["read_by_pyais"] += len(reports.row)
        return [reports] if len(reports.row) else []

    def _count_types(self, type_: Bytes) -> None:
        for code, n in enumerate(np.bincount(type_).tolist()):
            if not n:
                continue
            if code == _NO_CODE:
                self.report.reject("bad_armour", n)
            elif code not in _KNOWN_TYPES:
                self.report.reject("unknown_type", n, [f"message type {code}"])
            else:
                self.report.counts[f"type_{code}"] += n
                if code not in WANTED:
                    self.report.set_aside["other_types"] += n

    def _keep(self, m: _Messages, reports: list[Reports | OddReports]) -> None:
        """Hold the columns of a block until enough are together."""
        for r in reports:
            for kind, n in enumerate(np.bincount(m.kind[r.row]).tolist()):
                if n:
                    self.report.time_kinds[KINDS[kind]] += n
            if isinstance(r, OddReports):
                self.report.counts["odd_length"] += int(r.columns["odd"].sum())
                self._keep_positions(m, placed(r.columns, r.row, self.report))
                continue
            self.report.counts["odd_length"] += int(r.odd.sum())
            if r.family.position:
                self._keep_positions(m, position_columns(r, self.report))
            if r.family.static:
                self._static[r.family, r.part].append((r, m.ms[r.row]))

    def _keep_positions(self, m: _Messages, c: Columns) -> None:
        row = c.pop("row")
        c |= {"ms": m.ms[row], "station": m.station[row]}
        c["decode_flags"] |= m.flags[row]
        self._clocks.add(c["station"], c["ms"], c.pop("second"))
        self._positions.append(c)

    def _flush(self) -> Batch:
        positions = position_frame(self._positions, self.stations.names)
        static = [static_frame(reports) for reports in self._static.values()]
        self._positions, self._static = [], defaultdict(list)
        return Batch(positions, pl.concat(static) if static else pl.DataFrame(schema=STATIC_SCHEMA))


def _singles(block: Block, s: Sentences, stamps: Stamps, rows: Ints) -> _Messages:
    start = s.payload_start[rows]
    kind = stamps.kind[rows]
    flags = np.where(s.checksum_ok[rows], np.int32(0), np.int32(BAD_CHECKSUM))
    flags[kind == GPS_CLOCK] |= CLOCK_TIME
    return _Messages(
        block.bytes,
        start,
        s.payload_end[rows] - start,
        stamps.ms[rows],
        kind,
        stamps.station[rows],
        s.line[rows] + block.first_line,
        flags,
    )


def _pairs(block: Block, s: Sentences, stamps: Stamps, head: Ints, tail: Ints) -> _Messages:
    """Messages of two sentences; the time is that of the first part that has one."""
    timed = np.where(stamps.ms[head] != NO_TIME, head, tail)
    named = np.where(stamps.station[head] > 0, head, tail)
    out = _singles(block, s, stamps, timed)
    n_head = s.payload_end[head] - s.payload_start[head]
    n_chars = n_head + s.payload_end[tail] - s.payload_start[tail]
    start = np.cumsum(n_chars) - n_chars
    # From where in the block the characters of heads and tails come, less where they go.
    shift = np.stack([s.payload_start[head] - start, s.payload_start[tail] - start - n_head], axis=1)
    shift = np.repeat(shift, np.stack([n_head, n_chars - n_head], axis=1).ravel())
    text = block.bytes[np.arange(len(shift)) + shift]
    bad = ~(s.checksum_ok[head] & s.checksum_ok[tail])
    flags = (out.flags & ~BAD_CHECKSUM) | np.where(bad, BAD_CHECKSUM, 0).astype(np.int32)
    return out._replace(text=text, start=start, n_chars=n_chars, station=stamps.station[named], flags=flags)


def _joined(done: list[Joined]) -> _Messages:
    n_chars = np.array([len(m.payload) for m in done], np.int64)
    kind = np.array([m.kind for m in done], np.uint8)
    flags = np.where(kind == GPS_CLOCK, CLOCK_TIME, 0) | np.where([m.sound for m in done], 0, BAD_CHECKSUM)
    return _Messages(
        np.frombuffer(b"".join(m.payload for m in done), np.uint8),
        np.cumsum(n_chars) - n_chars,
        n_chars,
        np.array([m.ms for m in done], np.int64),
        kind,
        np.array([m.station for m in done], np.int32),
        np.array([m.line for m in done], np.int64),
        flags.astype(np.int32),
    )


def _concatenated(first: _Messages, second: _Messages) -> _Messages:
    """One after the other, with room after the texts for reading ahead."""
    text = np.concatenate([first.text, second.text, np.zeros(128, np.uint8)])
    rest = [np.concatenate([a, b]) for a, b in zip(first[1:], second[1:], strict=True)]
    rest[0][len(first.start) :] += len(first.text)
    return _Messages(text, *rest)


def _line_at(block: Block, at: int) -> str:
    return _line(block, int(block.line_of(np.array([at]))[0]))


def _line(block: Block, k: int) -> str:
    return block.text(int(block.line_starts[k]), int(block.line_ends[k]))
