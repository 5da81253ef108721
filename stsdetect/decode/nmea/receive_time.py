"""When each sentence was received, and by which station.

AIS messages carry no time of day (but types 4 and 11), so it must come from around the sentence. The places
are tried
in a fixed order and the first that holds a sound time wins; `KINDS` names them in that order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import xor

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Bytes, Ints, Words
from stsdetect.decode.nmea.gnss_sentences import gps_clocks, read_wrappers
from stsdetect.decode.nmea.sentences import Block, Sentences, as_texts, as_word
from stsdetect.decode.nmea.stations import Codes, StationNames
from stsdetect.decode.timestamps import CLOCK, EARLIEST_MS, LATEST_MS, NO_TIME, instants_ms

KINDS = (
    "none",
    "tag_block",
    "trailing",
    "pghp",
    "prefix",
    "json",
    "gps_clock",
    "base_clock",
)
"""How a receive time was found, by code."""

TAG_BLOCK, TRAILING, PGHP, PREFIX, JSON, GPS_CLOCK, BASE_CLOCK = range(1, 8)

_WRAPPER = as_word(b"$PGHP,1,")
_MAX_TAG_FIELDS = 8
_TAG_TIME = r"[\\,]c:[ \t]*([0-9]{9,16})(?:[^0-9]|$)"
_TAG_STATION = r"[\\,]s:?([^,*\\]{1,40})"
_ONE_OF_SEVERAL = re.compile(rb"([^\\*]+)\*([0-9A-Fa-f]{2})")
_TRAILING_TIME = r"^,.*?,?[ \t]*([0-9]{10})(?:\.[0-9]+)?(?:,[ \t]*[0-9]{10})?[ \t]*$"
_TRAILING_STATION = r",[ \t]*([rbRB][0-9A-Za-z]{3,15})[ \t]*(?:,|$)"
_PREFIX_EPOCH = r"^[^0-9A-Za-z_]*([0-9]{19}|[0-9]{16}|[0-9]{13}|[0-9]{10})(?:\.[0-9]+)?(?:[^0-9]|$)"
_PREFIX_ISO = r"([0-9]{4})[-/]([0-9][0-9])[-/]([0-9][0-9])" + CLOCK
_JSON_EPOCH = r'"(?:rxuxtime|toa|timestamp|rx_time)"[ \t]*:[ \t]*"?([0-9]{9,19})(?:\.[0-9]+)?'
_JSON_STAMP = r'"rxtime"[ \t]*:[ \t]*"([0-9]{14})"'


@dataclass
class TimeState:
    """What carries over from one block to the next."""

    clock_ms: int = NO_TIME
    clock_line: int = 0
    """Time of the last ``$..RMC`` or ``$..ZDA``, and its line in the log."""
    wrapper: tuple[int, int, int, int] | None = None
    """Time, checksum meant, station and group of the last wrapper line."""
    tag_station: int = 0
    """Station of a tag block alone on its line whose sentence is still to come."""
    bad_tag_blocks: int = 0


@dataclass
class Stamps:
    """Time [ms since 1970 UTC], its kind, station and group of each sentence."""

    ms: Ints
    kind: Bytes
    station: Codes
    group: Words
    """Equal for the sentences that the log puts together; 0 where it does not say."""

    def accept(self, rows: Ints, ms: Ints, kind: int) -> None:
        """Give sentences a time, where it is sound and they have none yet."""
        good = (ms >= EARLIEST_MS) & (ms < LATEST_MS) & (self.kind[rows] == 0)
        self.ms[rows[good]] = ms[good]
        self.kind[rows[good]] = kind

    def name(self, rows: Ints, station: Codes) -> None:
        """Give sentences a station, where they have none yet."""
        self.station[rows] = np.where(self.station[rows] == 0, station, self.station[rows])


def stamp(
    block: Block, s: Sentences, state: TimeState, stations: StationNames, *, max_clock_age_lines: int
) -> Stamps:
    """Times, stations and groups of the sentences of a block; `state` is carried on."""
    n = len(s)
    out = Stamps(np.full(n, NO_TIME), np.zeros(n, np.uint8), np.zeros(n, np.int32), np.zeros(n, np.uint64))
    first_in_line = np.diff(s.line, prepend=-1) != 0
    # Text between the line's start, or the sentence before on this line, and the sentence.
    before = np.where(first_in_line, block.line_starts[s.line], np.concatenate([[0], s.after])[:n])
    _from_tag_blocks(block, s, before, out, state, stations)
    _from_trailing(block, s, out, stations)
    _from_wrapper_lines(block, s, out, state, stations)
    # After the wrapper, which names the station of both parts of a message, these only that of the first.
    _from_lone_tag_blocks(block, s, first_in_line, out, state, stations)
    _from_text_before(block, s, before, out)
    _from_gps_clock(block, s, out, state, max_clock_age_lines)
    return out


def _epoch_ms(number: Ints) -> Ints:
    """Epoch time of unknown unit; the size of the number tells it."""
    return np.select(
        [number < 10**11, number < 10**14, number < 10**17],
        [number * 1000, number, number // 1000],
        number // 10**6,
    )


def _from_tag_blocks(
    block: Block, s: Sentences, before: Ints, out: Stamps, state: TimeState, stations: StationNames
) -> None:
    tagged = np.flatnonzero((block.bytes[np.maximum(s.start - 1, 0)] == ord("\\")) & (s.start - before > 4))
    if not len(tagged):
        return
    # The marks of a block are a backslash, commas, a star and a backslash.
    first = block.line_mark[s.line[tagged]]
    later = np.flatnonzero(block.marks[first] != before[tagged])
    first[later] = np.searchsorted(block.marks, before[tagged[later]])
    last = np.maximum(s.mark[tagged] - 2, first)
    start, star = block.marks[first] + 1, block.marks[last]
    closed = (block.mark[first] == ord("\\")) & (block.mark[last] == ord("*")) & (star == s.start[tagged] - 4)
    n_commas = last - first - 1
    told = block.hex_byte(star + 1)
    sound = told == block.xor(start, star)
    # Some relays put a group before the fields that were there and leave the checksum as it was.
    wrong = np.flatnonzero(closed & ~sound & (n_commas > 0))
    sound[wrong] = told[wrong] == block.xor(block.marks[first[wrong] + 1] + 1, star[wrong])
    # Several blocks one behind the other are read like one that is not closed.
    wrong = np.flatnonzero(closed & ~sound)
    closed[wrong] = [not _sound_blocks(text) for text in block.spans(start[wrong], star[wrong] + 3)]
    state.bad_tag_blocks += int((closed & ~sound).sum())
    rows = np.flatnonzero(closed & sound & (n_commas < _MAX_TAG_FIELDS))
    for k in range(int(n_commas[rows].max(initial=-1)) + 1):
        rows = rows[n_commas[rows] >= k]
        field, end = block.marks[first[rows] + k] + 1, block.marks[first[rows] + k + 1]
        _read_tag_field(block, tagged[rows], field, end, out, stations)
    odd = np.flatnonzero(~closed | (n_commas >= _MAX_TAG_FIELDS))
    if len(odd):
        text = block.texts(before[tagged[odd]], s.start[tagged[odd]])
        number = text.str.extract(_TAG_TIME).cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        out.accept(tagged[odd], _epoch_ms(number), TAG_BLOCK)
        out.name(tagged[odd], stations.of_texts(text.str.extract(_TAG_STATION)))


def _sound_blocks(text: bytes) -> bool:
    blocks = _ONE_OF_SEVERAL.findall(text)
    return len(blocks) > 1 and all(reduce(xor, content) == int(told, 16) for content, told in blocks)


def _read_tag_field(
    block: Block, rows: Ints, field: Ints, end: Ints, out: Stamps, stations: StationNames
) -> None:
    b = block.bytes
    key = np.where(b[field + 1] == ord(":"), b[field], 0)
    for name in (ord("c"), ord("s"), ord("g")):
        at = np.flatnonzero(key == name)
        if not len(at):
            continue
        if name == ord("c"):
            number, good = block.number_between(field[at] + 2, end[at], 16)
            out.accept(rows[at[good]], _epoch_ms(number[good]), TAG_BLOCK)
        elif name == ord("s"):
            out.name(rows[at], stations.of_spans(block, field[at] + 2, end[at]))
        elif name == ord("g"):
            # Of "1-2-4372" what is the same in all parts.
            out.group[rows[at]] = block.span_hash(field[at] + 3, end[at])


def _from_trailing(block: Block, s: Sentences, out: Stamps, stations: StationNames) -> None:
    b = block.bytes
    last = block.end_mark[s.line]
    same_line = np.flatnonzero(np.diff(s.line) == 0)
    last[same_line] = s.mark[same_line + 1]
    end = block.marks[last]
    rows = np.flatnonzero((b[s.after] == ord(",")) & (end - s.after >= 11))
    if not len(rows):
        return
    last, after, end = last[rows], s.after[rows], end[rows]
    seconds, good = block.number(end - 10, 10)
    good &= b[end - 11] == ord(",")
    # Of two times the first is that of reception, the second that of delivery.
    there = end - after >= 22
    first, two = block.number(np.where(there, end - 21, 0), 10)
    two &= good & there & (b[np.maximum(end - 22, 0)] == ord(","))
    out.accept(rows[good], np.where(two, first, seconds)[good] * 1000, TRAILING)
    # The station usually stands just before the time, if any is named.
    name = block.marks[last - 2] + 1
    n_chars = end - 11 - name
    plain = good & ~two & (name > after) & (block.mark[last - 2] == ord(",")) & (n_chars > 3) & (n_chars < 17)
    plain &= (b[name] | 0x20 == ord("r")) | (b[name] | 0x20 == ord("b"))
    out.name(rows[plain], stations.of_spans(block, name[plain], end[plain] - 11))
    nameless = good & (end - after == np.where(two, 22, 11))
    odd = np.flatnonzero(~plain & ~nameless)
    if len(odd):
        text = block.texts(after[odd], end[odd])
        out.name(rows[odd], stations.of_texts(text.str.extract(_TRAILING_STATION)))
        number = text.str.extract(_TRAILING_TIME).cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        out.accept(rows[odd], number * 1000, TRAILING)


def _from_lone_tag_blocks(
    block: Block,
    s: Sentences,
    first_in_line: Bools,
    out: Stamps,
    state: TimeState,
    stations: StationNames,
) -> None:
    """A tag block alone on its line names the station of the next sentence."""
    lone = block.lines_with("\\")
    tagged = np.zeros(block.n_lines, bool)
    tagged[s.line] = True
    lone = lone[~tagged[lone]]
    if not len(lone) and not state.tag_station:
        return
    tags = block.spans(block.line_starts[lone], block.line_ends[lone])
    different = list(dict.fromkeys(tags))  # a few, over and over
    codes = stations.of_texts(as_texts(different).str.extract(_TAG_STATION)).tolist()
    code_of = dict(zip(different, codes, strict=True))
    code = np.array([*map(code_of.__getitem__, tags), state.tag_station], np.int32)
    k = np.searchsorted(lone, s.line) - 1
    previous = np.concatenate([[-1], s.line])[: len(s)]
    # Index -1 is the block carried over; it belongs to the first sentence here.
    between = np.where(k >= 0, np.append(lone, 0)[k], -1) > previous
    mine = np.flatnonzero(first_in_line & (between | ((k == -1) & (previous == -1))))
    out.name(mine, code[k[mine]])
    if len(lone) and (not len(s) or lone[-1] > s.line[-1]):
        state.tag_station = int(code[len(lone) - 1])
    elif len(s):
        state.tag_station = 0


def _from_wrapper_lines(
    block: Block, s: Sentences, out: Stamps, state: TimeState, stations: StationNames
) -> None:
    """Gatehouse ``$PGHP`` lines: time, station and checksum of the sentences up to the next such line."""
    dollar, head = block.dollar_lines
    wrapper = dollar[head == _WRAPPER]
    if not len(wrapper) and state.wrapper is None:
        return
    ms, meant, station, group = state.wrapper or (NO_TIME, -2, 0, 0)
    own = read_wrappers(block, wrapper, stations)
    all_ms = np.append(own[0], ms)
    all_meant = np.append(own[1], meant)
    all_station = np.append(own[2], np.int32(station))
    all_group = np.append((wrapper + block.first_line).astype(np.uint64) + np.uint64(1), np.uint64(group))
    if len(s):
        mine = np.searchsorted(wrapper, s.line) - 1  # -1 is the one carried over
        rows = np.flatnonzero(_sums_fit(s, mine, all_meant))
        out.accept(rows, all_ms[mine[rows]], PGHP)
        out.name(rows, all_station[mine[rows]])
        out.group[rows] = np.where(out.group[rows] == 0, all_group[mine[rows]], out.group[rows])
    if len(wrapper):
        k = len(wrapper) - 1
        state.wrapper = int(all_ms[k]), int(all_meant[k]), int(all_station[k]), int(all_group[k])


def _sums_fit(s: Sentences, wrapper: Ints, meant: Ints) -> Bools:
    """Whether the checksums of the sentences behind one wrapper add up to what it says, by exclusive or."""
    edges = np.flatnonzero(np.diff(wrapper, prepend=-9))
    sums = np.bitwise_xor.reduceat(s.checksum.astype(np.int64), edges)
    fits = np.repeat(sums, np.diff(edges, append=len(s))) == meant[wrapper]
    # Of a message cut by the edge of the block the other part lies elsewhere.
    cut = ((wrapper == wrapper[-1]) | (wrapper == -1)) & (meant[wrapper] >= 0)
    out: Bools = fits | (cut & (s.n_parts > 1))
    return out


def _from_text_before(block: Block, s: Sentences, before: Ints, out: Stamps) -> None:
    start = block.line_starts[s.line]
    # The shortest time has ten characters.
    rows = np.flatnonzero((out.kind == 0) & (s.start >= start + 10) & (block.bytes[start] != ord("\\")))
    if not len(rows):
        return
    # Digits and one other character are the common case: seconds, milli-, micro- or nanoseconds.
    at = before[rows]
    for n in (10, 13, 16, 19):
        number, good = block.number(at, n)
        good &= (s.start[rows] - at >= n) & (block.bytes[at + n] - np.uint8(48) > 9)
        out.accept(rows[good], _epoch_ms(number[good]), PREFIX)
    rows = rows[out.kind[rows] == 0]
    if not len(rows):
        return
    # What dates the line dates every sentence on it.
    start = block.line_starts[s.line[rows]]
    json = block.bytes[start] == ord("{")
    end = np.where(json, block.line_ends[s.line[rows]], s.start[rows])
    text = block.texts(start, end)
    plain = pl.Series(~json)
    out.accept(rows[~json], _prefix_ms(text.filter(plain)), PREFIX)
    out.accept(rows[json], _json_ms(text.filter(~plain)), JSON)


def _prefix_ms(text: pl.Series) -> Ints:
    iso = instants_ms(text, _PREFIX_ISO, "Ymd").fill_null(NO_TIME).to_numpy()
    epoch = text.str.extract(_PREFIX_EPOCH).cast(pl.Int64, strict=False)
    return np.where(epoch.is_null().to_numpy(), iso, _epoch_ms(epoch.fill_null(0).to_numpy()))


def _json_ms(text: pl.Series) -> Ints:
    number = text.str.extract(_JSON_EPOCH).cast(pl.Int64, strict=False)
    when = text.str.extract(_JSON_STAMP).str.to_datetime("%Y%m%d%H%M%S", strict=False).dt.epoch("ms")
    return np.where(
        number.is_null().to_numpy(),
        when.fill_null(NO_TIME).to_numpy(),
        _epoch_ms(number.fill_null(0).to_numpy()),
    )


def _from_gps_clock(block: Block, s: Sentences, out: Stamps, state: TimeState, max_age_lines: int) -> None:
    """The nearest earlier ``$..RMC`` or ``$..ZDA`` of a log kept on board, if it is not stale."""
    rows = np.flatnonzero(out.kind == 0)
    clock, ms = gps_clocks(block, s.line[rows])
    if not len(clock) and state.clock_ms == NO_TIME:
        return
    # Index -1 is the clock carried over.
    clock = np.append(clock + block.first_line, state.clock_line)
    ms = np.append(ms, state.clock_ms)
    line = s.line[rows] + block.first_line
    last = np.searchsorted(clock[:-1], line) - 1
    fresh = line - clock[last] <= max_age_lines
    out.accept(rows[fresh], ms[last[fresh]], GPS_CLOCK)
    if len(clock) > 1:
        state.clock_ms, state.clock_line = int(ms[-2]), int(clock[-2])
