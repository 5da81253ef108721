"""Decode an NMEA log to position and static rows, in one pass over its bytes.

`NmeaReader` reads blocks of lines; within a block every step works on arrays of all sentences or messages at
once. What spans blocks (open parts, recent messages, the last clock) is kept in the objects that need it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Bytes, Ints
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import STATIC_SCHEMA, Batch
from stsdetect.decode.duplicates import CopyDetector
from stsdetect.decode.lines import whole_lines
from stsdetect.decode.nmea.assembly import Assembler, JoinedMessage, Part, adjacent_pairs
from stsdetect.decode.nmea.clock_offsets import ClockOffsets
from stsdetect.decode.nmea.clocks.base_station_clock import CLOCK_TYPES, clock_ms, is_base_station
from stsdetect.decode.nmea.clocks.log_clocks import LogClocks, refined_ms
from stsdetect.decode.nmea.clocks.rollover import Readings, check_clocks
from stsdetect.decode.nmea.clocks.stray_times import StrayTimes
from stsdetect.decode.nmea.messages import MMSI, Columns
from stsdetect.decode.nmea.payload import pack
from stsdetect.decode.nmea.places.layout import Layout
from stsdetect.decode.nmea.places.survey import beginning, survey
from stsdetect.decode.nmea.pyais_fallback import SAR_AIRCRAFT, PyaisReports, read_with_pyais
from stsdetect.decode.nmea.receive_time import BAD_TIME, TIME_KINDS, Stamps, TimeState, stamp
from stsdetect.decode.nmea.reports import (
    BAD_CHECKSUM,
    CLOCK_TIME,
    DECODED_TYPES,
    PAYLOAD_FORMATS,
    ROUGH_TIME,
    PackedReports,
    PayloadFormat,
    position_columns,
    position_frame,
    read_reports,
    static_frame,
    with_valid_position,
)
from stsdetect.decode.nmea.sentences import Block, Sentences, find_sentences, lines_with_formatter
from stsdetect.decode.nmea.stations import Codes, StationNames
from stsdetect.decode.times.gregorian import NO_TIME
from stsdetect.decode.times.timestamps import EARLIEST_MS
from stsdetect.foreign_text import made_visible
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

_HELP = (
    "no sentence has a receive time that is understood, and AIS messages do not carry one. The first "
    "sentence is: {first} Times are looked for in tag blocks (\\c:<unix time>*hh\\!AIVDM...), behind the "
    "checksum (station and unix time, date and time, timestamp: ...), in $PGHP lines, before the sentence "
    "(unix time, date and time with the zone if it is not UTC), in JSON envelopes, in recent $..RMC or "
    "$..ZDA lines, and in reports of base stations that agree on the time. Record the log again with one of "
    "these, or add tag blocks."
)
_SHOWN_CHARS = 100
_BLOCKS_PER_BATCH = 16
_NO_TYPE = 255
# A payload begins with the message type, which has six bits like a character of the armour.
_TYPE_OF_CHAR = np.full(256, _NO_TYPE, np.uint8)
for _char in (*range(48, 88), *range(96, 120)):
    _TYPE_OF_CHAR[_char] = _char - 48 - (8 if _char > 88 else 0)
_KNOWN_TYPES = range(1, 28)


class _Messages(NamedTuple):
    """Complete messages of a block: their payloads in a text, and stamps, each of shape (n,)."""

    text: Bytes
    start: Ints
    n_chars: Ints
    ms: Ints
    kind: Bytes
    station: Codes
    line: Ints
    flags: NDArray[np.int32]


_NOTHING = np.zeros(0, np.int64)
_NO_BYTES, _NO_CODES = np.zeros(0, np.uint8), np.zeros(0, np.int32)
_NO_MESSAGES = _Messages(_NO_BYTES, _NOTHING, _NOTHING, _NOTHING, _NO_BYTES, _NO_CODES, _NOTHING, _NO_CODES)
_NO_READINGS = Readings(_NOTHING, _NOTHING, _NOTHING)
_IS_DECODED = np.isin(np.arange(256), DECODED_TYPES)


class NmeaReader:
    """Decodes one log, block by block, and accounts for every line.

    Parameters
    ----------
    report : DecodeReport
        Filled in on the way.
    params : DecodeParams
        Limits and windows.
    latest_ms : int
        Later receive times are not believed [ms since 1970 UTC].
    """

    def __init__(self, report: DecodeReport, params: DecodeParams, *, latest_ms: int) -> None:
        self.report = report
        self.params = params
        self._latest_ms = latest_ms
        self.stations = StationNames()
        self._time = TimeState()
        self._window_ms = int(params.assembly_window_s * MS_PER_S)
        self._layout = Layout()
        self._clocks: LogClocks
        self._strays = StrayTimes(params)
        self._waiting = _NO_MESSAGES
        self.first_sentence = ""
        """The first line with a sentence, for error messages."""
        self._parts = Assembler(window_lines=params.assembly_window_lines, window_ms=self._window_ms)
        self._copies = CopyDetector(window_ms=int(params.copy_window_s * MS_PER_S))
        self._clock_offsets = ClockOffsets(
            spread_s=params.clock_offset_spread_s, min_share=params.clock_offset_share
        )
        self._positions: list[Columns] = []
        self._static: defaultdict[tuple[PayloadFormat, int], list[tuple[PackedReports, Ints]]] = defaultdict(
            list
        )

    def batches(self, stream: BinaryIO) -> Iterator[Batch]:
        """Read the log to its end.

        Yields
        ------
        Batch
            Rows of some blocks; times in ms since 1970 UTC.
        """
        pieces = whole_lines(
            stream, block_bytes=self.params.block_bytes, max_line_bytes=self.params.max_line_bytes
        )
        n_lines = 0
        for n_blocks, (data, n_too_long) in enumerate(self._surveyed(pieces), 1):
            block = Block(data, n_lines)
            n_lines += block.n_lines + n_too_long
            self.report.reject("line_too_long", n_too_long)
            self._decode(block)
            if n_blocks % _BLOCKS_PER_BATCH == 0:
                yield self._flush()
        self._parts.expire(np.iinfo(np.int64).max)
        self._stamp_and_collect(Block(b"", n_lines), _joined(self._parts.late()), at_end=True)
        yield self._flush()
        self.report.rows_in += n_lines
        self._count_parts()
        self.report.counts["bad_tag_blocks"] += self._time.bad_tag_blocks
        self.report.stations = self._clock_offsets.summary(self.stations.names)
        if self._clocks.out_of_step:
            self.report.counts["clocks_out_of_step"] += self._clocks.out_of_step

    def _surveyed(self, pieces: Iterator[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
        """The same pieces; the first ones are held until `survey_bytes` are there to find the clocks in."""
        first: list[tuple[bytes, int]] = []
        n_bytes = 0
        for piece in pieces:
            first.append(piece)
            n_bytes += len(piece[0])
            if n_bytes > self.params.survey_bytes:
                break
        head = b"".join(data for data, _ in first)
        if len(head) > self.params.survey_bytes:
            # Whole lines up to the same byte of the log, whatever the size of blocks.
            head = head[: head.rfind(b"\n", 0, self.params.survey_bytes) + 1] or head[: head.find(b"\n") + 1]
        self._survey(head)
        yield from first
        yield from pieces

    def _survey(self, head: bytes) -> None:
        """Decide by the first lines where the receive times stand, and which clocks to believe."""
        report, params, latest = self.report, self.params, self._latest_ms
        first = beginning(head, params.survey_sentences)
        found = survey(first, source=report.source, latest_ms=latest, params=params)
        self._layout = found.layout
        block, s = first.block, first.sentences
        if len(s):
            self.first_sentence = _line(block, int(s.line[0]))
        stamps = stamp(block, s, TimeState(), StationNames(), layout=self._layout, latest_ms=latest)
        own = np.flatnonzero(stamps.ms != NO_TIME)
        timed = s.line[own], stamps.ms[own]
        check = check_clocks(first.whole, first.all_sentences, timed, latest_ms=latest, params=params)
        self._clocks = LogClocks(check, params, latest_ms=latest)
        report.warnings += [f"{report.source}: {text}" for text in (*found.warnings, *check.warnings)]

    def _decode(self, block: Block) -> None:
        s = find_sentences(block)
        self._count_lines(block, s)
        stamps = stamp(block, s, self._time, self.stations, layout=self._layout, latest_ms=self._latest_ms)
        if stamps.bad.any():
            self._count_bad_times(block, s, np.flatnonzero(stamps.kind == BAD_TIME))
        good = self._checked(block, s)
        single = good & (s.n_parts == 1) & (s.part == 1)
        messages = _concatenated(
            _singles(block, s, stamps, np.flatnonzero(single)),
            self._join(block, s, stamps, np.flatnonzero(good & ~single)),
        )
        self._stamp_and_collect(block, messages, at_end=False)

    def _count_bad_times(self, block: Block, s: Sentences, rows: Ints) -> None:
        """Count times that are not understood or not believed; the message may still get one from a clock."""
        self.report.lose("receive_time", len(rows), (_line_at(block, k) for k in s.start[rows[:3]].tolist()))

    def _stamp_and_collect(self, block: Block, new: _Messages, *, at_end: bool) -> None:
        """Decode the messages that have a receive time or will not get one; hold back the others."""
        type_ = _TYPE_OF_CHAR[new.text[new.start]]
        self._count_types(type_)
        messages = _concatenated(self._waiting, new) if len(self._waiting.start) or at_end else new
        waits = self._stamp_by_clocks(block, messages, len(self._waiting.start), type_, at_end=at_end)
        self._waiting = _NO_MESSAGES
        if waits.any():
            self._waiting = _copied(messages, np.flatnonzero(waits))
            messages = messages._replace(
                **{name: getattr(messages, name)[~waits] for name in _Messages._fields if name != "text"}
            )
        self._collect(messages, self._read(messages))

    def _count_lines(self, block: Block, s: Sentences) -> None:
        """Count lines without a sentence, further sentences on a line, and sentences too damaged to read."""
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
            at = lines_with_formatter(block, len(lines))
            headless = np.unique(at[other[at]]).tolist()
            report.reject("damaged_sentence", len(headless), (_line(block, k) for k in headless[:3]))
            n_other -= len(headless)
        report.set_aside["lines_without_ais"] += n_other

    def _checked(self, block: Block, s: Sentences) -> Bools:
        """Sentences with a right checksum, or all of them if `keep_bad_checksums` is set."""
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
        head = adjacent_pairs(
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
        self._count_parts()
        return _concatenated(pairs, _concatenated(others, _joined(self._parts.late())))

    def _assemble(self, block: Block, s: Sentences, stamps: Stamps, rows: Ints) -> _Messages:
        columns = (
            s.n_parts, s.part, s.seq, s.channel, stamps.group, stamps.station, stamps.ms, stamps.kind,
            s.line + block.first_line, s.payload_start, s.payload_end, s.checksum_ok,
        )  # fmt: skip
        done = []
        for *values, start, end, checksum_ok in zip(*[c[rows].tolist() for c in columns], strict=True):
            message = self._parts.add(Part._make([*values, block.data[start:end], checksum_ok]))
            if message is not None:
                done.append(message)
        return _joined(done)

    def _count_parts(self) -> None:
        for reason, count in self._parts.dropped.items():
            self.report.reject(reason, count, self._parts.samples.get(reason, ()))
        self._parts.dropped.clear()
        self._parts.samples.clear()
        self.report.set_aside["parts_joined"] = self._parts.joined
        self.report.set_aside["copied_parts"] = self._parts.copies

    def _read(self, m: _Messages) -> list[PackedReports | PyaisReports]:
        """Readable reports with a receive time, without copies."""
        type_ = _TYPE_OF_CHAR[m.text[m.start]]
        reports: list[PackedReports | PyaisReports] = []
        for_pyais = [np.flatnonzero(type_ == SAR_AIRCRAFT)]
        for format_ in PAYLOAD_FORMATS:
            row = np.flatnonzero((type_ >= format_.types[0]) & (type_ <= format_.types[-1]))
            if len(row):
                packed, cut_off = read_reports(
                    format_, m.text, m.start[row], m.n_chars[row], row, self.report
                )
                reports += packed
                for_pyais.append(cut_off)
        reports += self._read_with_pyais(m, np.concatenate(for_pyais))
        if not reports:
            return []
        row = np.concatenate([r.row for r in reports])
        keep = m.ms[row] != NO_TIME
        if not keep.all():
            bad = m.kind[row] == BAD_TIME
            for reason, of_kind in (("no_time", ~keep & ~bad), ("bad_time", ~keep & bad)):
                lines = m.line[row[of_kind]]
                self.report.reject(reason, len(lines), (f"line {k + 1}" for k in lines[:3].tolist()))
        timed = np.flatnonzero(keep)
        digest = np.concatenate([r.digest() for r in reports])
        copies = self._copies.mark(digest[timed], m.ms[row[timed]])
        self.report.set_aside["copies"] += int(copies.sum())
        keep[timed[copies]] = False
        edges = np.cumsum([len(r.row) for r in reports])[:-1]
        return [r.filter(k) for r, k in zip(reports, np.split(keep, edges), strict=True)]

    def _stamp_by_clocks(
        self, block: Block, m: _Messages, n_waiting: int, new_type: Bytes, *, at_end: bool
    ) -> Bools:
        """Give messages without a time that of a clock in the log; returns which of them wait for one."""
        waits = self._refuse_strays(m, at_end=at_end)
        needs = m.ms == NO_TIME
        if needs.any():
            needs &= _IS_DECODED[_TYPE_OF_CHAR[m.text[m.start]]]
        own = np.flatnonzero((m.ms != NO_TIME) & ~waits)
        timed = m.line[own], m.ms[own]
        untimed = np.flatnonzero(needs)
        if not self._clocks.check.has_own_times:
            untimed = np.concatenate([untimed, own])
        reports = _NO_READINGS
        if len(untimed):
            clock = n_waiting + np.flatnonzero(np.logical_or.reduce([new_type == t for t in CLOCK_TYPES]))
            reports = self._reports(m, clock)
        found = self._clocks.times(block, m.line[untimed], reports, timed, at_end=at_end)
        stray = np.zeros(len(untimed), bool)
        has_own = m.ms[untimed] != NO_TIME
        stray[has_own] = self._clocks.contradicts(m.ms[untimed[has_own]], found.ms[has_own])
        self.report.lose("receive_time", int(stray.sum()), (f"line {k + 1}" for k in m.line[untimed[stray]]))
        known = (found.ms != NO_TIME) & (~has_own | stray)
        m.ms[untimed[known]] = found.ms[known]
        m.kind[untimed[known]] = found.kind[known]
        m.flags[untimed[known]] |= CLOCK_TIME + ROUGH_TIME * found.rough[known].astype(np.int32)
        found.waits[has_own] = False
        waits[untimed] |= found.waits
        return waits

    def _refuse_strays(self, m: _Messages, *, at_end: bool) -> Bools:
        """Take away times that are out of step with the lines around; returns which wait for more lines."""
        waits = np.zeros(len(m.start), bool)
        if not self._clocks.check.has_own_times:
            return waits
        own = np.flatnonzero(m.ms != NO_TIME)
        found = self._strays.find(m.line[own], m.ms[own], at_end=at_end)
        if found.stray.any():
            rows = own[found.stray]
            self.report.lose("receive_time", len(rows), (f"line {k + 1}" for k in m.line[rows].tolist()))
            m.ms[rows], m.kind[rows] = NO_TIME, BAD_TIME
        waits[own] = found.waits
        return waits

    def _reports(self, m: _Messages, clock: Ints) -> Readings:
        """Times of base stations."""
        bits, good = pack(m.text, m.start[clock], m.n_chars[clock], n_words=2)
        ms, mmsi = clock_ms(bits), bits.unsigned(MMSI)
        good &= is_base_station(mmsi) & (ms != NO_TIME)
        line, ms, mmsi = m.line[clock[good]], ms[good], mmsi[good]
        corrected = self._clocks.check.corrected(Readings(line, ms, mmsi))
        valid = (corrected >= EARLIEST_MS) & (corrected <= self._latest_ms)
        return Readings(line[valid], ms[valid], mmsi[valid])

    def _read_with_pyais(self, m: _Messages, row: Ints) -> list[PyaisReports]:
        """Position reports among some messages that the column decoder leaves out."""
        if not len(row):
            return []
        payloads = [m.text[a : a + n].tobytes() for a, n in zip(m.start[row], m.n_chars[row], strict=True)]
        reports, rejected = read_with_pyais(payloads, row)
        for reason, bad in rejected.items():
            self.report.reject(reason, len(bad), (payload.decode("latin-1") for payload in bad[:3]))
        self.report.counts["read_by_pyais"] += len(reports.row)
        return [reports] if len(reports.row) else []

    def _count_types(self, type_: Bytes) -> None:
        for code, n in enumerate(np.bincount(type_).tolist()):
            if not n:
                continue
            if code == _NO_TYPE:
                self.report.reject("bad_armour", n)
            elif code not in _KNOWN_TYPES:
                self.report.reject("unknown_type", n, [f"message type {code}"])
            else:
                self.report.counts[f"type_{code}"] += n
                if code not in DECODED_TYPES:
                    self.report.set_aside["other_types"] += n

    def _collect(self, m: _Messages, reports: list[PackedReports | PyaisReports]) -> None:
        """Decode the reports of a block, and collect them until there are enough for a batch."""
        for r in reports:
            for kind, n in enumerate(np.bincount(m.kind[r.row]).tolist()):
                if n:
                    self.report.time_kinds[TIME_KINDS[kind]] += n
            if isinstance(r, PyaisReports):
                self.report.counts["odd_length"] += int(r.columns["odd"].sum())
                self._collect_positions(m, with_valid_position(r.columns, r.row, self.report))
                continue
            self.report.counts["odd_length"] += int(r.odd.sum())
            if r.format.position:
                self._collect_positions(m, position_columns(r, r.format.position, self.report))
            if r.format.static:
                self._static[r.format, r.part].append((r, m.ms[r.row]))

    def _collect_positions(self, m: _Messages, c: Columns) -> None:
        row = c.pop("row")
        c |= {"ms": m.ms[row], "station": m.station[row]}
        c["decode_flags"] |= m.flags[row]
        second = c.pop("second")
        self._clock_offsets.add(c["station"], c["ms"], second)
        rough = (m.flags[row] & ROUGH_TIME) != 0
        c["ms"][rough] = refined_ms(c["ms"][rough], second[rough])
        self._positions.append(c)

    def _flush(self) -> Batch:
        positions = position_frame(self._positions, self.stations.names)
        static = [static_frame(reports, self.report) for reports in self._static.values()]
        self._positions, self._static = [], defaultdict(list)
        return Batch(positions, pl.concat(static) if static else pl.DataFrame(schema=STATIC_SCHEMA))


def no_time_help(first: str) -> str:
    """What to tell about a log without any receive time.

    Parameters
    ----------
    first : str
        Its first line with a sentence.

    Examples
    --------
    >>> no_time_help("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23")[:55]
    'no sentence has a receive time that is understood, and '
    """
    shown = made_visible(first[:_SHOWN_CHARS])
    return _HELP.format(first=shown + ("..." if len(first) > _SHOWN_CHARS else ""))


def _singles(block: Block, s: Sentences, stamps: Stamps, rows: Ints) -> _Messages:
    start = s.payload_start[rows]
    kind = stamps.kind[rows]
    flags = np.where(s.checksum_ok[rows], np.int32(0), np.int32(BAD_CHECKSUM))
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
    # Offset from each character of the joined text to where it is in the block.
    shift = np.stack([s.payload_start[head] - start, s.payload_start[tail] - start - n_head], axis=1)
    shift = np.repeat(shift, np.stack([n_head, n_chars - n_head], axis=1).ravel())
    text = block.bytes[np.arange(len(shift)) + shift]
    bad = ~(s.checksum_ok[head] & s.checksum_ok[tail])
    flags = (out.flags & ~BAD_CHECKSUM) | np.where(bad, BAD_CHECKSUM, 0).astype(np.int32)
    return out._replace(text=text, start=start, n_chars=n_chars, station=stamps.station[named], flags=flags)


def _joined(done: list[JoinedMessage]) -> _Messages:
    n_chars = np.array([len(m.payload) for m in done], np.int64)
    kind = np.array([m.kind for m in done], np.uint8)
    bad = ~np.array([m.checksum_ok for m in done], bool)
    flags = np.where(bad, BAD_CHECKSUM, 0)
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
    """The messages of both; the text is padded, since packing reads past the end of a payload."""
    text = np.concatenate([first.text, second.text, np.zeros(128, np.uint8)])
    rest = [np.concatenate([a, b]) for a, b in zip(first[1:], second[1:], strict=True)]
    rest[0][len(first.start) :] += len(first.text)
    return _Messages(text, *rest)


def _copied(m: _Messages, rows: Ints) -> _Messages:
    """Some messages, with a text of their own."""
    payloads = [
        m.text[a : a + n] for a, n in zip(m.start[rows].tolist(), m.n_chars[rows].tolist(), strict=True)
    ]
    n_chars = m.n_chars[rows]
    columns = {name: getattr(m, name)[rows] for name in _Messages._fields if name != "text"}
    columns["start"] = np.cumsum(n_chars) - n_chars
    return _Messages(text=np.concatenate(payloads), **columns)


def _line_at(block: Block, at: int) -> str:
    return _line(block, int(block.line_of(np.array([at]))[0]))


def _line(block: Block, k: int) -> str:
    return block.text(int(block.line_starts[k]), int(block.line_ends[k]))
