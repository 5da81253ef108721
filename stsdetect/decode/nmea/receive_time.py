"""Find when each sentence was received, and by which station.

AIS messages carry no date and hour (except types 4 and 11), so the receive time must be read from the text
around the sentence. `stamp` tries the places where loggers write it in the order of a
`stsdetect.decode.nmea.places.layout.Layout`, and the first credible time counts. Sentences without one get
the time of a clock in the log later, see ``stsdetect.decode.nmea.clocks``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import xor

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Bytes, Ints, Words
from stsdetect.decode.nmea.gnss_sentences import read_row_wrappers, read_wrappers
from stsdetect.decode.nmea.places.json_times import json_times
from stsdetect.decode.nmea.places.layout import (
    AFTER_CALENDAR,
    AFTER_LABEL,
    AFTER_NUMBERS,
    BARE_NUMBERS,
    BEFORE_CALENDAR,
    BEFORE_LABEL,
    BEFORE_NUMBERS,
    JSON,
    PLACES,
    TAG,
    WRAPPER,
    WRAPPER_IN_ROW,
    Layout,
)
from stsdetect.decode.nmea.places.text_times import (
    Found,
    calendar_times,
    labelled_times,
    no_times,
    number_times,
)
from stsdetect.decode.nmea.sentences import Block, Sentences, as_texts, as_word
from stsdetect.decode.nmea.stations import Codes, StationNames
from stsdetect.decode.times.gregorian import NO_TIME, calendar_ms
from stsdetect.decode.times.timestamps import EARLIEST_MS, unix_ms
from stsdetect.units import MS_PER_S

TIME_KINDS = (
    "none",
    "tag_block",
    "trailing",
    "pghp",
    "prefix",
    "json",
    "gps_clock",
    "base_clock",
    "bad_time",
)
"""Where a receive time was found, by code; ``bad_time`` where one is not understood or not believed."""

NONE, TAG_BLOCK, TRAILING, PGHP, PREFIX, ENVELOPE, GPS_CLOCK, BASE_CLOCK, BAD_TIME = range(9)

_KIND_OF_PLACE = {
    TAG: TAG_BLOCK, WRAPPER: PGHP, WRAPPER_IN_ROW: PGHP, JSON: ENVELOPE,
    **dict.fromkeys((AFTER_LABEL, AFTER_CALENDAR, *AFTER_NUMBERS), TRAILING),
    **dict.fromkeys((BEFORE_LABEL, BEFORE_CALENDAR, *BEFORE_NUMBERS), PREFIX),
}  # fmt: skip
_WRAPPER = as_word(b"$PGHP,1,")
_MAX_TAG_FIELDS = 8
# A wrapper describes the message behind it, which has at most nine sentences, perhaps with a tag block.
_MAX_WRAPPED_LINES = 10
_MIN_TIME_CHARS = 8
_DATE_CHARS = 19
_MAX_MARKS = 4
_ENDS_NUMBER = np.isin(np.arange(256), np.frombuffer(b" ,;:|\t", np.uint8))
_IS_SEPARATOR = np.isin(np.arange(256), np.frombuffer(b' ,;|\t"', np.uint8))
_IS_WORD = np.array([chr(code).isalnum() and code < 128 for code in range(256)])
_TAG_TIME = r"[\\,]c:[ \t]*([0-9]{9,19})(?:\.[0-9]*)?(?:[^0-9.]|$)"
_TAG_FRACTION = r"^[ \t]*([0-9]{9,10})\.([0-9]{1,9})[ \t]*$"
_TAG_STATION = r"[\\,]s:?([^,*\\]{1,40})"
_ONE_OF_SEVERAL = re.compile(rb"([^\\*]+)\*([0-9A-Fa-f]{2})")
_TRAILING_STATION = r",[ \t]*([rbRB][0-9A-Za-z]{3,15})[ \t]*(?:,|$)"
_OBJECT = r'\{[ \t]*\\*".*$'


@dataclass
class TimeState:
    """What is carried over from one block to the next."""

    wrapper: tuple[int, int, int, int] | None = None
    """Time, checksum, station and group of the last wrapper line."""
    tag_station: int = 0
    """Station of a tag block alone on the last line, which belongs to the next sentence."""
    bad_tag_blocks: int = 0


@dataclass
class Stamps:
    """Receive time [ms since 1970 UTC], its kind, the station and the group of each sentence."""

    ms: Ints
    kind: Bytes
    station: Codes
    group: Words
    """Equal for sentences that the log groups as one message; 0 where it does not."""
    latest_ms: int
    """Later times are not believed [ms]."""
    bad: Bools = field(default_factory=lambda: np.zeros(0, bool))
    """Whether the log has a time for the sentence that is not understood or believed, shape (n,)."""

    def set_time(self, rows: Ints, ms: Ints, kind: int) -> None:
        """Set the time of sentences that have none yet, where it is valid."""
        good = (ms >= EARLIEST_MS) & (ms <= self.latest_ms) & (self.kind[rows] == NONE)
        self.ms[rows[good]] = ms[good]
        self.kind[rows[good]] = kind

    def set_station(self, rows: Ints, station: Codes) -> None:
        """Set the station of sentences that have none yet."""
        self.station[rows] = np.where(self.station[rows] == 0, station, self.station[rows])


def possible_places(block: Block, s: Sentences) -> tuple[str, ...]:
    """The places where these lines have any text, in the order of `PLACES`."""
    around = _Around(block, s)
    wrapped = b"$PGHP,1," in block.data
    return tuple(
        place
        for place in PLACES
        if place == TAG
        or (wrapped if place in (WRAPPER, WRAPPER_IN_ROW) else len(around.rows_with(place)) > 0)
    )


def stamp(
    block: Block,
    s: Sentences,
    state: TimeState,
    stations: StationNames,
    *,
    layout: Layout,
    latest_ms: int,
) -> Stamps:
    """Receive times, stations and groups of the sentences of a block.

    Parameters
    ----------
    block : Block
        Lines of the log.
    s : Sentences
        The n sentences in it.
    state : TimeState
        From the block before; updated.
    stations : StationNames
        Codes of stations; new names are added.
    layout : Layout
        Where to look for times, in which order.
    latest_ms : int
        Later times are not believed [ms].

    Returns
    -------
    Stamps
        Arrays of shape (n,).
    """
    n = len(s)
    around = _Around(block, s)
    out = Stamps(
        np.full(n, NO_TIME),
        np.zeros(n, np.uint8),
        np.zeros(n, np.int32),
        np.zeros(n, np.uint64),
        latest_ms,
        np.zeros(n, bool),
    )
    _from_tag_blocks(block, s, around.before, out, state, stations, timed=TAG in layout.order)
    regular = layout.is_first(AFTER_NUMBERS[0], AFTER_LABEL, AFTER_CALENDAR, *AFTER_NUMBERS)
    regular &= layout.is_first(AFTER_NUMBERS[0], BEFORE_LABEL, BEFORE_CALENDAR, *BEFORE_NUMBERS)
    _from_trailing(around, out, stations, timed=regular)
    for place in layout.order:
        if place == TAG:
            continue
        if place == WRAPPER:
            _from_wrapper_lines(block, s, out, state, stations)
        elif place == WRAPPER_IN_ROW:
            _from_row_wrappers(block, s, out, stations)
        elif (out.kind == NONE).any():
            if place in (AFTER_LABEL, BEFORE_LABEL):
                _from_plain_dates(around, place, out, layout)
            if place == BEFORE_LABEL and layout.is_first(BEFORE_NUMBERS[0], BEFORE_LABEL, BEFORE_CALENDAR):
                _from_leading_numbers(around, out)
            _from_text(around, place, out, layout)
    # After the wrappers, which name the station of all parts of a message, not only of the first.
    _from_separate_tag_blocks(block, s, around.first_in_line, out, state, stations)
    for place in layout.refused:
        rows, found = around.find(place, layout, out)
        out.bad[rows[found.ms != NO_TIME]] = True
    out.kind[out.bad & (out.kind == NONE)] = BAD_TIME
    return out


def _from_tag_blocks(
    block: Block,
    s: Sentences,
    before: Ints,
    out: Stamps,
    state: TimeState,
    stations: StationNames,
    *,
    timed: bool,
) -> None:
    r"""Time, station and group of ``\g:1-2-4372,s:north,c:1700000000*hh\`` directly before the sentence."""
    tagged = np.flatnonzero((block.bytes[np.maximum(s.start - 1, 0)] == ord("\\")) & (s.start - before > 4))
    if not len(tagged):
        return
    # The marks of a tag block are a backslash, commas, a star and a backslash.
    first = block.line_mark[s.line[tagged]]
    later = np.flatnonzero(block.mark_at[first] != before[tagged])
    first[later] = np.searchsorted(block.mark_at, before[tagged[later]])
    last = np.maximum(s.mark[tagged] - 2, first)
    start, star = block.mark_at[first] + 1, block.mark_at[last]
    closed = (
        (block.mark_char[first] == ord("\\"))
        & (block.mark_char[last] == ord("*"))
        & (star == s.start[tagged] - 4)
    )
    n_commas = last - first - 1
    written = block.hex_byte(star + 1)
    intact = written == block.xor(start, star)
    # Some relays put a group in front of the fields and leave the checksum as it was.
    wrong = np.flatnonzero(closed & ~intact & (n_commas > 0))
    intact[wrong] = written[wrong] == block.xor(block.mark_at[first[wrong] + 1] + 1, star[wrong])
    # Several tag blocks in a row are read like one without a checksum, by pattern.
    wrong = np.flatnonzero(closed & ~intact)
    closed[wrong] = [not _intact_blocks(text) for text in block.spans(start[wrong], star[wrong] + 3)]
    state.bad_tag_blocks += int((closed & ~intact).sum())
    rows = np.flatnonzero(closed & intact & (n_commas < _MAX_TAG_FIELDS))
    for k in range(int(n_commas[rows].max(initial=-1)) + 1):
        rows = rows[n_commas[rows] >= k]
        field, end = block.mark_at[first[rows] + k] + 1, block.mark_at[first[rows] + k + 1]
        _read_tag_field(block, tagged[rows], field, end, out, stations, timed=timed)
    irregular = tagged[~closed | (n_commas >= _MAX_TAG_FIELDS)]
    if len(irregular):
        text = block.texts(before[irregular], s.start[irregular])
        number = text.str.extract(_TAG_TIME).cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        if timed:
            out.set_time(irregular, unix_ms(number), TAG_BLOCK)
        out.set_station(irregular, stations.of_texts(text.str.extract(_TAG_STATION)))


def _intact_blocks(text: bytes) -> bool:
    """Whether a text is several tag blocks in a row, each with a right checksum."""
    blocks = _ONE_OF_SEVERAL.findall(text)
    return len(blocks) > 1 and all(reduce(xor, content) == int(written, 16) for content, written in blocks)


def _read_tag_field(
    block: Block, rows: Ints, field: Ints, end: Ints, out: Stamps, stations: StationNames, *, timed: bool
) -> None:
    b = block.bytes
    key = np.where(b[field + 1] == ord(":"), b[field], 0)
    for name in b"cTsg":
        at = np.flatnonzero(key == name)
        if not len(at):
            continue
        if name == ord("c") and timed:
            number, good = block.number_between(field[at] + 2, end[at], 19)
            out.set_time(rows[at[good]], unix_ms(number[good]), TAG_BLOCK)
            out.bad[rows[at[good]]] |= number[good] > 0
            if not good.all():
                _read_tag_text(block, rows[at[~good]], field[at[~good]] + 2, end[at[~good]], out)
        elif name == ord("T") and timed:
            _read_tag_text(block, rows[at], field[at] + 2, end[at], out)
        elif name == ord("s"):
            out.set_station(rows[at], stations.of_spans(block, field[at] + 2, end[at]))
        elif name == ord("g"):
            # Part, number of parts and message ("1-2-4372"); all but the part is common to the message.
            out.group[rows[at]] = block.span_hash(field[at] + 3, end[at])


def _read_tag_text(block: Block, rows: Ints, start: Ints, end: Ints, out: Stamps) -> None:
    """Seconds with decimals, or a date with a time of day."""
    text = block.texts(start, end)
    parts = text.str.extract_groups(_TAG_FRACTION).struct.unnest()
    whole, fraction = parts[parts.columns[0]], parts[parts.columns[1]]
    milli = fraction.str.head(3).str.pad_end(3, "0").cast(pl.Int64, strict=False)
    ms = (whole.cast(pl.Int64, strict=False) * MS_PER_S + milli).fill_null(NO_TIME).to_numpy()
    if whole.is_null().any():
        found = calendar_times(text, None)
        ms = np.where(whole.is_null().to_numpy(), found.ms, ms)
        out.bad[rows] |= found.bad
    out.set_time(rows, ms, TAG_BLOCK)


class _Around:
    """The text before and behind each sentence of a block."""

    def __init__(self, block: Block, s: Sentences) -> None:
        self.block, self.s = block, s
        self.line_start = block.line_starts[s.line]
        self.first_in_line = np.diff(s.line, prepend=-1) != 0
        # Where the text before the sentence begins: at the line or behind the previous sentence on it.
        self.before = np.where(self.first_in_line, self.line_start, np.concatenate([[0], s.after])[: len(s)])
        last = block.end_mark[s.line]
        same_line = np.flatnonzero(np.diff(s.line) == 0)
        last[same_line] = s.mark[same_line + 1]
        self.last_mark = last
        self.end = block.mark_at[last]
        first = block.bytes[self.line_start]
        self.is_object = first == ord("{")
        self.tagged = first == ord("\\")

    @cached_property
    def _with_text_behind(self) -> Ints:
        rows = np.flatnonzero(self.end - self.s.after > _MIN_TIME_CHARS)
        # What is glued to the checksum is a piece of something else.
        out: Ints = rows[~self.is_object[rows] & ~_IS_WORD[self.block.bytes[self.s.after[rows]]]]
        return out

    @cached_property
    def _with_text_before(self) -> Ints:
        return np.flatnonzero(self.s.start - self.line_start >= _MIN_TIME_CHARS)

    @cached_property
    def _with_plain_text_before(self) -> Ints:
        rows = self._with_text_before
        out: Ints = rows[~self.tagged[rows] & ~self.is_object[rows]]
        return out

    def rows_with(self, place: str) -> Ints:
        """Sentences that have text where a place may be."""
        if place in _AFTER:
            return self._with_text_behind
        return self._with_text_before if place == JSON else self._with_plain_text_before

    def find(self, place: str, layout: Layout, out: Stamps) -> tuple[Ints, Found]:
        """Sentences without a time that have text in a place, and the times there."""
        rows = self.rows_with(place)
        rows = rows[out.kind[rows] == NONE]
        if not len(rows):
            return rows, no_times(0)
        if place == JSON:
            text = self.block.texts(self.line_start[rows], self.block.line_ends[self.s.line[rows]])
            if not self.is_object[rows].all():
                text = text.str.extract("(" + _OBJECT + ")")
                has = text.is_not_null()
                rows, text = rows[has.to_numpy()], text.filter(has)
            found = json_times(text, order=layout.date_order, latest_ms=out.latest_ms)
        elif place in _AFTER:
            found = _in_text(place, self.block.texts(self.s.after[rows], self.end[rows]), layout)
        else:
            # The time at the start of a line counts for every sentence on it.
            text = self.block.texts(self.line_start[rows], self.s.start[rows])
            found = _in_text(place, text.str.replace(_OBJECT, ""), layout)
        bad = found.bad
        for flags, given in ((layout.half_days, found.half_day), (layout.zoned, found.zoned)):
            if place in flags:
                bad = bad | ((found.ms != NO_TIME) & ~given)
        return rows, found._replace(ms=np.where(bad, NO_TIME, found.ms), bad=bad)


_AFTER = (AFTER_LABEL, AFTER_CALENDAR, *AFTER_NUMBERS)


def _in_text(place: str, text: pl.Series, layout: Layout) -> Found:
    if not len(text):
        return no_times(0)
    if place in BARE_NUMBERS:
        return no_times(len(text))._replace(ms=number_times(text)[int(place[-1]) - 1])
    if place in (AFTER_LABEL, BEFORE_LABEL):
        return labelled_times(text, layout.date_order)
    return calendar_times(text, layout.date_order)


def _from_text(around: _Around, place: str, out: Stamps, layout: Layout) -> None:
    rows, found = around.find(place, layout, out)
    if len(rows):
        out.set_time(rows, found.ms, _KIND_OF_PLACE[place])
        out.bad[rows] |= found.bad
        if place not in BARE_NUMBERS:
            out.bad[rows] |= found.ms != NO_TIME


def _from_plain_dates(around: _Around, label: str, out: Stamps, layout: Layout) -> None:
    """The plain form: ``2023-11-14 22:13:20`` and nothing else but ``Z`` and separators."""
    place = AFTER_CALENDAR if label == AFTER_LABEL else BEFORE_CALENDAR
    if place in layout.half_days or not layout.is_first(place, label):
        return
    rows = around.rows_with(place)
    rows = rows[(out.kind[rows] == NONE) & around.first_in_line[rows]]
    if place == BEFORE_CALENDAR:
        at, end = around.line_start[rows], around.s.start[rows]
    else:
        at, end = around.s.after[rows] + 1, around.end[rows]
    length = end - at
    fits = (length >= _DATE_CHARS) & (length <= _DATE_CHARS + _MAX_MARKS)
    rows, at, end = rows[fits], at[fits], end[fits]
    if not len(rows):
        return
    b = around.block.bytes
    zoned = b[at + _DATE_CHARS] == ord("Z")
    good = zoned if place in layout.zoned else np.ones(len(rows), bool)
    for k in range(_MAX_MARKS):
        mark = b[at + _DATE_CHARS + k]
        good = good & ((at + _DATE_CHARS + k >= end) | _IS_SEPARATOR[mark] | (zoned & (k == 0)))
    for offset, marks in ((4, b"-"), (7, b"-"), (10, b" T"), (13, b":"), (16, b":")):
        char = b[at + offset]
        good &= np.logical_or.reduce([char == mark for mark in marks])
    parts = []
    for offset, n_digits in ((0, 4), (5, 2), (8, 2), (11, 2), (14, 2), (17, 2)):
        value, all_digits = around.block.number(at + offset, n_digits)
        good &= all_digits
        parts.append(value)
    year, month, day, hour, minute, second = parts
    ms = calendar_ms(year, month, day, hour, minute, second, np.zeros(len(rows), np.int64))
    out.set_time(rows[good], ms[good], _KIND_OF_PLACE[place])


def _from_trailing(around: _Around, out: Stamps, stations: StationNames, *, timed: bool) -> None:
    """Station behind the checksum, and time in the plain form: ``*hh,r003669708,1700000000``."""
    block, s, b = around.block, around.s, around.block.bytes
    rows = np.flatnonzero((b[s.after] == ord(",")) & (around.end - s.after >= 11))
    if not len(rows):
        return
    last, after, end = around.last_mark[rows], s.after[rows], around.end[rows]
    seconds, good = block.number(end - 10, 10)
    good &= b[end - 11] == ord(",")
    # Of two times the first is the receive time, the second the time of delivery.
    room = end - after >= 22
    first, two = block.number(np.where(room, end - 21, 0), 10)
    two &= good & room & (b[np.maximum(end - 22, 0)] == ord(","))
    # The station, if there is one, is nearly always the field before the time.
    name = block.mark_at[last - 2] + 1
    n_chars = end - 11 - name
    plain = good & ~two & (name > after) & (block.mark_char[last - 2] == ord(","))
    plain &= (n_chars > 3) & (n_chars < 17)
    plain &= (b[name] | 0x20 == ord("r")) | (b[name] | 0x20 == ord("b"))
    out.set_station(rows[plain], stations.of_spans(block, name[plain], end[plain] - 11))
    nameless = good & (end - after == np.where(two, 22, 11))
    irregular = np.flatnonzero(~plain & ~nameless)
    if len(irregular):
        text = block.texts(after[irregular], end[irregular])
        out.set_station(rows[irregular], stations.of_texts(text.str.extract(_TRAILING_STATION)))
    if timed:
        # Behind other fields the last number need not be the time.
        known = plain | nameless
        out.set_time(rows[known], np.where(two, first, seconds)[known] * MS_PER_S, TRAILING)


def _from_row_wrappers(block: Block, s: Sentences, out: Stamps, stations: StationNames) -> None:
    """A ``$PGHP`` line in another column of the row that holds the sentence."""
    if not len(s):
        return
    line, ms, checksum, station = read_row_wrappers(block, s.line, stations)
    if not len(line):
        return
    at = np.minimum(np.searchsorted(line, s.line), len(line) - 1)
    rows = np.flatnonzero(line[at] == s.line)
    at = at[rows]
    rows, at = (
        x[(checksum[at] < 0) | (checksum[at] == s.checksum[rows]) | (s.n_parts[rows] > 1)] for x in (rows, at)
    )
    out.set_time(rows, ms[at], PGHP)
    out.set_station(rows, station[at])


def _from_leading_numbers(around: _Around, out: Stamps) -> None:
    """The plain form: digits at the start and another character, seconds, milli-, micro- or nanoseconds."""
    block, s = around.block, around.s
    rows = np.flatnonzero((out.kind == NONE) & (s.start - around.before >= 11))
    if not len(rows):
        return
    for n in (10, 13, 16, 19):
        at = around.before[rows]
        number, good = block.number(at, n)
        good &= (s.start[rows] - at > n) & _ENDS_NUMBER[block.bytes[at + n]]
        out.set_time(rows[good], unix_ms(number[good]), PREFIX)
        rows = rows[~good]
        if not len(rows):
            return


def _from_separate_tag_blocks(
    block: Block,
    s: Sentences,
    first_in_line: Bools,
    out: Stamps,
    state: TimeState,
    stations: StationNames,
) -> None:
    """A tag block alone on its line names the station of the next sentence."""
    separate = block.lines_with("\\")
    tagged = np.zeros(block.n_lines, bool)
    tagged[s.line] = True
    separate = separate[~tagged[separate]]
    if not len(separate) and not state.tag_station:
        return
    tags = block.spans(block.line_starts[separate], block.line_ends[separate])
    distinct = list(dict.fromkeys(tags))  # a log repeats a few tag blocks again and again
    codes = stations.of_texts(as_texts(distinct).str.extract(_TAG_STATION)).tolist()
    code_of = dict(zip(distinct, codes, strict=True))
    code = np.array([*map(code_of.__getitem__, tags), state.tag_station], np.int32)
    k = np.searchsorted(separate, s.line) - 1
    previous = np.concatenate([[-1], s.line])[: len(s)]
    # Index -1 is the tag block carried over; it belongs to the first sentence of this block of lines.
    between = np.where(k >= 0, np.append(separate, 0)[k], -1) > previous
    rows = np.flatnonzero(first_in_line & (between | ((k == -1) & (previous == -1))))
    out.set_station(rows, code[k[rows]])
    if len(separate) and (not len(s) or separate[-1] > s.line[-1]):
        state.tag_station = int(code[len(separate) - 1])
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
    # The wrapper carried over comes last, at index -1.
    ms, checksum, station, group = state.wrapper or (NO_TIME, -2, 0, 0)
    new = read_wrappers(block, wrapper, stations)
    all_ms = np.append(new[0], ms)
    all_checksum = np.append(new[1], checksum)
    all_station = np.append(new[2], np.int32(station))
    all_group = np.append((wrapper + block.first_line).astype(np.uint64) + np.uint64(1), np.uint64(group))
    if len(s):
        last = np.searchsorted(wrapper, s.line) - 1
        near = s.line + block.first_line - all_group[last].astype(np.int64) < _MAX_WRAPPED_LINES
        rows = np.flatnonzero(near & _checksums_match(s, near, last, all_checksum))
        out.set_time(rows, all_ms[last[rows]], PGHP)
        out.set_station(rows, all_station[last[rows]])
        out.group[rows] = np.where(out.group[rows] == 0, all_group[last[rows]], out.group[rows])
    if len(wrapper):
        k = len(wrapper) - 1
        state.wrapper = int(all_ms[k]), int(all_checksum[k]), int(all_station[k]), int(all_group[k])


def _checksums_match(s: Sentences, near: Bools, wrapper: Ints, checksum: Ints) -> Bools:
    """Whether the checksums of the sentences near behind a wrapper, by exclusive or, give the one in it."""
    edges = np.flatnonzero(np.diff(wrapper, prepend=-9))
    sums = np.bitwise_xor.reduceat(np.where(near, s.checksum, 0).astype(np.int64), edges)
    matches = np.repeat(sums, np.diff(edges, append=len(s))) == checksum[wrapper]
    # The other part of a message at the edge of the block may be in the block before or after.
    cut = ((wrapper == wrapper[-1]) | (wrapper == -1)) & (checksum[wrapper] >= 0)
    out: Bools = matches | (cut & (s.n_parts > 1))
    return out
