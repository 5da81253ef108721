"""Find when each sentence was received, and by which station.

AIS messages carry no date and hour (except types 4 and 11), so the receive time must be read from the text
around the sentence. `stamp` tries the places where loggers write it in a fixed order, that of `TIME_KINDS`,
and the first valid time counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import xor

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Bytes, Ints, Words
from stsdetect.decode.nmea.gnss_sentences import gnss_times, read_wrappers
from stsdetect.decode.nmea.sentences import Block, Sentences, as_texts, as_word
from stsdetect.decode.nmea.stations import Codes, StationNames
from stsdetect.decode.times.gregorian import NO_TIME
from stsdetect.decode.times.time_text import read_texts
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
)
"""Where a receive time was found, by code."""

TAG_BLOCK, TRAILING, PGHP, PREFIX, JSON, GPS_CLOCK, BASE_CLOCK = range(1, 8)

_WRAPPER = as_word(b"$PGHP,1,")
_MAX_TAG_FIELDS = 8
_TAG_TIME = r"[\\,]c:[ \t]*([0-9]{9,16})(?:[^0-9]|$)"
_TAG_STATION = r"[\\,]s:?([^,*\\]{1,40})"
_ONE_OF_SEVERAL = re.compile(rb"([^\\*]+)\*([0-9A-Fa-f]{2})")
_TRAILING_TIME = r"^,.*?,?[ \t]*([0-9]{10})(?:\.[0-9]+)?(?:,[ \t]*[0-9]{10})?[ \t]*$"
_TRAILING_STATION = r",[ \t]*([rbRB][0-9A-Za-z]{3,15})[ \t]*(?:,|$)"
_PREFIX_EPOCH = r"^[^0-9A-Za-z_]*([0-9]{19}|[0-9]{16}|[0-9]{13}|[0-9]{10})(?:\.[0-9]+)?(?:[^0-9]|$)"
_PREFIX_ISO = (
    r"([0-9]{4}[-/][0-9][0-9][-/][0-9][0-9][T ,;_][0-9]{1,2}:?[0-9][0-9](?::?[0-9][0-9](?:[.,][0-9]+)?)?"
    r"\s*(?:Z|UTC|GMT|[+-][0-9][0-9]:?(?:[0-9][0-9])?)?)"
)
_JSON_EPOCH = r'"(?:rxuxtime|toa|timestamp|rx_time)"[ \t]*:[ \t]*"?([0-9]{9,19})(?:\.[0-9]+)?'
_JSON_STAMP = r'"rxtime"[ \t]*:[ \t]*"([0-9]{14})"'


@dataclass
class TimeState:
    """What is carried over from one block to the next."""

    gnss_ms: int = NO_TIME
    gnss_line: int = 0
    """Time of the last ``$..RMC`` or ``$..ZDA``, and its line in the log."""
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

    def set_time(self, rows: Ints, ms: Ints, kind: int) -> None:
        """Set the time of sentences that have none yet, where it is valid."""
        good = (ms >= EARLIEST_MS) & (ms <= self.latest_ms) & (self.kind[rows] == 0)
        self.ms[rows[good]] = ms[good]
        self.kind[rows[good]] = kind

    def set_station(self, rows: Ints, station: Codes) -> None:
        """Set the station of sentences that have none yet."""
        self.station[rows] = np.where(self.station[rows] == 0, station, self.station[rows])


def stamp(
    block: Block,
    s: Sentences,
    state: TimeState,
    stations: StationNames,
    *,
    max_clock_age_lines: int,
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
    max_clock_age_lines : int
        Number of lines for which a time from a GNSS receiver is used.
    latest_ms : int
        Later times are not believed [ms].

    Returns
    -------
    Stamps
        Arrays of shape (n,).
    """
    n = len(s)
    out = Stamps(
        np.full(n, NO_TIME), np.zeros(n, np.uint8), np.zeros(n, np.int32), np.zeros(n, np.uint64), latest_ms
    )
    first_in_line = np.diff(s.line, prepend=-1) != 0
    # Where the text before the sentence begins: at the line or behind the previous sentence on it.
    before = np.where(first_in_line, block.line_starts[s.line], np.concatenate([[0], s.after])[:n])
    _from_tag_blocks(block, s, before, out, state, stations)
    _from_trailing(block, s, out, stations)
    _from_wrapper_lines(block, s, out, state, stations)
    # After the wrappers, which name the station of all parts of a message, not only of the first.
    _from_separate_tag_blocks(block, s, first_in_line, out, state, stations)
    _from_text_before(block, s, before, out)
    _from_gnss(block, s, out, state, max_clock_age_lines)
    return out


def _from_tag_blocks(
    block: Block, s: Sentences, before: Ints, out: Stamps, state: TimeState, stations: StationNames
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
        _read_tag_field(block, tagged[rows], field, end, out, stations)
    irregular = tagged[~closed | (n_commas >= _MAX_TAG_FIELDS)]
    if len(irregular):
        text = block.texts(before[irregular], s.start[irregular])
        number = text.str.extract(_TAG_TIME).cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        out.set_time(irregular, unix_ms(number), TAG_BLOCK)
        out.set_station(irregular, stations.of_texts(text.str.extract(_TAG_STATION)))


def _intact_blocks(text: bytes) -> bool:
    """Whether a text is several tag blocks in a row, each with a right checksum."""
    blocks = _ONE_OF_SEVERAL.findall(text)
    return len(blocks) > 1 and all(reduce(xor, content) == int(written, 16) for content, written in blocks)


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
            out.set_time(rows[at[good]], unix_ms(number[good]), TAG_BLOCK)
        elif name == ord("s"):
            out.set_station(rows[at], stations.of_spans(block, field[at] + 2, end[at]))
        elif name == ord("g"):
            # Part, number of parts and message ("1-2-4372"); all but the part is common to the message.
            out.group[rows[at]] = block.span_hash(field[at] + 3, end[at])


def _from_trailing(block: Block, s: Sentences, out: Stamps, stations: StationNames) -> None:
    """Station and Unix time behind the checksum: ``*hh,r003669708,1700000000``."""
    b = block.bytes
    last = block.end_mark[s.line]
    same_line = np.flatnonzero(np.diff(s.line) == 0)
    last[same_line] = s.mark[same_line + 1]
    end = block.mark_at[last]
    rows = np.flatnonzero((b[s.after] == ord(",")) & (end - s.after >= 11))
    if not len(rows):
        return
    last, after, end = last[rows], s.after[rows], end[rows]
    seconds, good = block.number(end - 10, 10)
    good &= b[end - 11] == ord(",")
    # Of two times the first is the receive time, the second the time of delivery.
    room = end - after >= 22
    first, two = block.number(np.where(room, end - 21, 0), 10)
    two &= good & room & (b[np.maximum(end - 22, 0)] == ord(","))
    out.set_time(rows[good], np.where(two, first, seconds)[good] * MS_PER_S, TRAILING)
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
        number = text.str.extract(_TRAILING_TIME).cast(pl.Int64, strict=False).fill_null(0).to_numpy()
        out.set_time(rows[irregular], number * MS_PER_S, TRAILING)


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
        rows = np.flatnonzero(_checksums_match(s, last, all_checksum))
        out.set_time(rows, all_ms[last[rows]], PGHP)
        out.set_station(rows, all_station[last[rows]])
        out.group[rows] = np.where(out.group[rows] == 0, all_group[last[rows]], out.group[rows])
    if len(wrapper):
        k = len(wrapper) - 1
        state.wrapper = int(all_ms[k]), int(all_checksum[k]), int(all_station[k]), int(all_group[k])


def _checksums_match(s: Sentences, wrapper: Ints, checksum: Ints) -> Bools:
    """Whether the checksums of the sentences behind a wrapper, by exclusive or, give the one in it."""
    edges = np.flatnonzero(np.diff(wrapper, prepend=-9))
    sums = np.bitwise_xor.reduceat(s.checksum.astype(np.int64), edges)
    matches = np.repeat(sums, np.diff(edges, append=len(s))) == checksum[wrapper]
    # The other part of a message at the edge of the block may be in the block before or after.
    cut = ((wrapper == wrapper[-1]) | (wrapper == -1)) & (checksum[wrapper] >= 0)
    out: Bools = matches | (cut & (s.n_parts > 1))
    return out


def _from_text_before(block: Block, s: Sentences, before: Ints, out: Stamps) -> None:
    """Unix or ISO 8601 time before the sentence, or in a JSON envelope around it."""
    start = block.line_starts[s.line]
    # The shortest time has ten characters.
    rows = np.flatnonzero((out.kind == 0) & (s.start >= start + 10) & (block.bytes[start] != ord("\\")))
    if not len(rows):
        return
    # The common case is digits and one other character: seconds, milli-, micro- or nanoseconds.
    at = before[rows]
    for n in (10, 13, 16, 19):
        number, good = block.number(at, n)
        good &= (s.start[rows] - at >= n) & (block.bytes[at + n] - np.uint8(48) > 9)
        out.set_time(rows[good], unix_ms(number[good]), PREFIX)
    rows = rows[out.kind[rows] == 0]
    if not len(rows):
        return
    # The time at the start of a line counts for every sentence on it.
    start = block.line_starts[s.line[rows]]
    json = block.bytes[start] == ord("{")
    end = np.where(json, block.line_ends[s.line[rows]], s.start[rows])
    text = block.texts(start, end)
    plain = pl.Series(~json)
    out.set_time(rows[~json], _prefix_ms(text.filter(plain)), PREFIX)
    out.set_time(rows[json], _json_ms(text.filter(~plain)), JSON)


def _prefix_ms(text: pl.Series) -> Ints:
    iso = read_texts(text.str.extract(_PREFIX_ISO)).ms.fill_null(NO_TIME).to_numpy()
    epoch = text.str.extract(_PREFIX_EPOCH).cast(pl.Int64, strict=False)
    return np.where(epoch.is_null().to_numpy(), iso, unix_ms(epoch.fill_null(0).to_numpy()))


def _json_ms(text: pl.Series) -> Ints:
    number = text.str.extract(_JSON_EPOCH).cast(pl.Int64, strict=False)
    when = text.str.extract(_JSON_STAMP).str.to_datetime("%Y%m%d%H%M%S", strict=False).dt.epoch("ms")
    return np.where(
        number.is_null().to_numpy(),
        when.fill_null(NO_TIME).to_numpy(),
        unix_ms(number.fill_null(0).to_numpy()),
    )


def _from_gnss(block: Block, s: Sentences, out: Stamps, state: TimeState, max_age_lines: int) -> None:
    """Time of the latest ``$..RMC`` or ``$..ZDA`` before the sentence, in a log from on board."""
    rows = np.flatnonzero(out.kind == 0)
    clock_line, ms = gnss_times(block, s.line[rows], latest_ms=out.latest_ms)
    if not len(clock_line) and state.gnss_ms == NO_TIME:
        return
    # The time carried over comes last, at index -1.
    clock_line = np.append(clock_line + block.first_line, state.gnss_line)
    ms = np.append(ms, state.gnss_ms)
    line = s.line[rows] + block.first_line
    last = np.searchsorted(clock_line[:-1], line) - 1
    recent = line - clock_line[last] <= max_age_lines
    out.set_time(rows[recent], ms[last[recent]], GPS_CLOCK)
    if len(clock_line) > 1:
        state.gnss_ms, state.gnss_line = int(ms[-2]), int(clock_line[-2])
