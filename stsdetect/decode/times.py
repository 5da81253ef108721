"""When each sentence was received, and by which station.

AIS messages carry no time of day (but types 4 and 11), so it must come from around the sentence. The places are tried in
a fixed order and the first that holds a sound time wins; `KINDS` names them in that order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.decode.payload import Bools
from stsdetect.decode.sentences import Block, Ints, Sentences
from stsdetect.decode.tabletime import CLOCK, calendar_ms, instants_ms

KINDS = ("none", "tag_block", "trailing", "pghp", "prefix", "json", "gps_clock", "base_station_clock")
"""How a receive time was found, by code."""

TAG_BLOCK, TRAILING, PGHP, PREFIX, JSON, GPS_CLOCK, BASE_STATION_CLOCK = range(1, 8)

NO_TIME = np.iinfo(np.int64).min
# AIS began in the late 1990s; epoch times of other years are counters, not times.
_EARLIEST_MS = 852_076_800_000  # 1997-01-01
_LATEST_MS = 4_102_444_800_000  # 2100-01-01
_POWERS = 10 ** np.arange(19, dtype=np.int64)

_TAG_TIME = r"(?:^|[\\,])c:(\d{9,16})(?:\D|$)"
_TAG_STATION = r"(?:^|[\\,])s:?([^,*\\]{1,40})"
_TAG_GROUP = r"(?:^|[\\,])g:(\d{1,3}-\d{1,3}-\d{1,12})"
_TRAILING_TIME = r"^.*?,\s*(\d{10})(?:\.\d+)?(?:,\s*\d{10})?\s*$"
_TRAILING_STATION = r"(?:^|,)\s*([rb][0-9A-Za-z]{3,15})\s*(?:,|$)"
_PREFIX_EPOCH = r"^\W*(\d{19}|\d{16}|\d{13}|\d{10})(?:\.\d+)?(?:\D|$)"
_PREFIX_ISO = r"(\d{4})[-/](\d\d)[-/](\d\d)" + CLOCK
_JSON_EPOCH = r'"(?:rxuxtime|toa|timestamp|rx_time)"\s*:\s*"?(\d{9,19})(\.\d+)?'
_JSON_STAMP = r'"rxtime"\s*:\s*"(\d{14})"'
_PGHP = r"^\$PGHP,1,(\d{4}),(\d{1,2}),(\d{1,2}),(\d{1,2}),(\d{1,2}),(\d{1,2}),(\d{1,3}),[^,]*,[^,]*,([^,]+)?,"
_RMC = r"^\$..RMC,(\d{6})(?:\.(\d{1,3}))?,A,(?:[^,]*,){6}(\d{6}),"
_ZDA = r"^\$..ZDA,(\d{6})(?:\.(\d{1,3}))?,(\d\d),(\d\d),(\d{4})"


@dataclass
class TimeState:
    """What carries over from one block to the next."""

    clock_ms: int = NO_TIME
    pghp: tuple[int, int, str] | None = None
    """Time, checksum of the sentence meant, and station of a wrapper line whose sentence is still to come."""
    tag_station: str = ""
    bad_tag_blocks: int = 0


@dataclass
class Stamps:
    """Time, its kind, station and tag-block group of each sentence."""

    ms: Ints
    kind: NDArray[np.uint8]
    station: NDArray[np.int32]
    """Index into `stations`; 0 where the log does not say."""
    group: dict[int, str] = field(default_factory=dict)


class StationNames:
    """Numbers for station names, the same through a file."""

    def __init__(self) -> None:
        self.names = [""]
        self._code = {"": 0}

    def codes(self, texts: pl.Series) -> NDArray[np.int32]:
        """A number for each text; 0 for null."""
        unique = texts.unique().drop_nulls()
        for name in unique.sort().to_list():
            if name not in self._code:
                self._code[name] = len(self.names)
                self.names.append(name)
        return (
            texts.replace_strict(self._code, default=0, return_dtype=pl.Int32).fill_null(0).to_numpy()
            if unique.len()
            else np.zeros(texts.len(), np.int32)
        )

    def code(self, name: str) -> int:
        """A number for one name."""
        return int(self.codes(pl.Series([name]))[0])


def stamp(block: Block, s: Sentences, state: TimeState, stations: StationNames) -> Stamps:
    """Times, stations and groups of the sentences of a block; `state` is carried on."""
    n = len(s)
    out = Stamps(np.full(n, NO_TIME), np.zeros(n, np.uint8), np.zeros(n, np.int32))
    line_start = block.line_starts[s.line]
    first_in_line = np.ones(n, bool)
    first_in_line[1:] = s.line[1:] != s.line[:-1]
    # Text between the line's start, or the sentence before on this line, and the sentence.
    before = np.where(first_in_line, line_start, np.concatenate([[0], s.after[:-1]])[:n])
    _from_tag_blocks(block, s, before, out, state, stations)
    _from_trailing(block, s, out, stations)
    _from_wrapper_lines(block, s, out, state, stations)
    _from_text_before(block, s, before, out)
    _from_clock(block, s, out, state)
    return out


def _accept(out: Stamps, rows: Ints, ms: Ints, kind: int) -> None:
    good = (ms >= _EARLIEST_MS) & (ms < _LATEST_MS) & (out.kind[rows] == 0)
    out.ms[rows[good]] = ms[good]
    out.kind[rows[good]] = kind


def _digits(block: Block, at: Ints, n: int) -> tuple[Ints, Bools]:
    """The number written with `n` digits at each position, and whether it is one."""
    value, good = np.zeros(len(at), np.int64), np.ones(len(at), bool)
    for k in range(n):
        digit = block.bytes[at + k] - np.uint8(48)
        good &= digit <= 9
        value = value * 10 + digit
    return value, good


def _epoch_ms(number: Ints) -> Ints:
    """Epoch time of unknown unit; the size of the number tells it."""
    return np.select(
        [number < 10**11, number < 10**14, number < 10**17],
        [number * 1000, number, number // 1000],
        number // 10**6,
    )


def _texts(block: Block, start: Ints, end: Ints) -> pl.Series:
    data = block.data
    return pl.Series(
        [data[a:b].decode("latin-1") for a, b in zip(start.tolist(), end.tolist(), strict=True)],
        dtype=pl.String,
    )


def _from_tag_blocks(
    block: Block, s: Sentences, before: Ints, out: Stamps, state: TimeState, stations: StationNames
) -> None:
    b = block.bytes
    tagged = np.flatnonzero(b[np.maximum(s.start - 1, 0)] == ord("\\"))
    tagged = tagged[s.start[tagged] > before[tagged]]
    if not len(tagged):
        return
    start, line = s.start[tagged], before[tagged]
    opens = b[line] == ord("\\")
    sum_at = start - 4
    with_sum = opens & (sum_at > line) & (b[np.maximum(sum_at, 0)] == ord("*"))
    sum_at = np.where(with_sum, sum_at, line + 1)
    told = block.hex_byte(sum_at + 1)
    good = with_sum & (told == block.xor(line + 1, sum_at))
    if not good.all():
        # Some relays put a group before the fields that were there and leave the sum as it was.
        text = _texts(block, line, sum_at)
        after_first = line + text.str.find(",", literal=True).fill_null(0).to_numpy().astype(np.int64) + 1
        good |= with_sum & (told == block.xor(np.minimum(after_first, sum_at), sum_at))
    # The usual form is a lone time at the very beginning or the very end, of ten digits.
    for at, lead in ((line + 3, line + 1), (sum_at - 10, sum_at - 12)):
        lead = np.maximum(lead, 0)
        fits = good & (b[lead] == ord("c")) & (b[lead + 1] == ord(":"))
        fits &= (b[np.maximum(lead - 1, 0)] == ord("\\")) | (b[np.maximum(lead - 1, 0)] == ord(","))
        fits &= (b[lead + 12] == ord("*")) | (b[lead + 12] == ord(","))
        seconds, digits = _digits(block, np.maximum(at, 0), 10)
        fits &= digits
        _accept(out, tagged[fits], seconds[fits] * 1000, TAG_BLOCK)
    only_time = good & (out.kind[tagged] == TAG_BLOCK) & (sum_at - line == 13)
    rest = np.flatnonzero(~only_time)
    if not len(rest):
        return
    text = _texts(block, line[rest], start[rest])
    sound = good[rest] | ~_lone_checked_block(text)
    state.bad_tag_blocks += int((~sound).sum())
    number = text.str.extract(_TAG_TIME).cast(pl.Int64, strict=False)
    has = number.is_not_null().to_numpy() & sound
    _accept(out, tagged[rest[has]], _epoch_ms(number.fill_null(0).to_numpy()[has]), TAG_BLOCK)
    out.station[tagged[rest]] = stations.codes(text.str.extract(_TAG_STATION))
    groups = text.str.extract(_TAG_GROUP)
    for k in groups.is_not_null().arg_true().to_list():
        out.group[int(tagged[rest[k]])] = groups[k]


def _lone_checked_block(text: pl.Series) -> NDArray[np.bool_]:
    """Whether the text is one tag block with a checksum, whose failure then means damage."""
    return text.str.contains(r"^\\[^\\]*\*[0-9A-Fa-f]{2}\\$").to_numpy()


def _from_trailing(block: Block, s: Sentences, out: Stamps, stations: StationNames) -> None:
    b = block.bytes
    end = block.line_ends[s.line].copy()
    if len(s):
        same_line = s.line[1:] == s.line[:-1]
        end[:-1][same_line] = s.start[1:][same_line]
    rows = np.flatnonzero((b[s.after] == ord(",")) & (end > s.after))
    if not len(rows):
        return
    after, end = s.after[rows], end[rows]
    seconds, good = _digits(block, np.maximum(end - 10, 0), 10)
    good &= (end - after >= 11) & (b[np.maximum(end - 11, 0)] == ord(","))
    # Of two times the first is that of reception, the second that of delivery.
    two, second_good = _digits(block, np.maximum(end - 21, 0), 10)
    second_good &= good & (end - after >= 22) & (b[np.maximum(end - 22, 0)] == ord(","))
    _accept(out, rows[good], np.where(second_good, two, seconds)[good] * 1000, TRAILING)
    text = _texts(block, after + 1, end)
    odd = np.flatnonzero(~good)
    if len(odd):
        number = text.gather(odd).str.extract(_TRAILING_TIME).cast(pl.Int64, strict=False)
        has = number.is_not_null().to_numpy()
        _accept(out, rows[odd[has]], number.drop_nulls().to_numpy() * 1000, TRAILING)
    named = stations.codes(text.str.extract(_TRAILING_STATION))
    out.station[rows] = np.where(out.station[rows] == 0, named, out.station[rows])


def _from_wrapper_lines(
    block: Block, s: Sentences, out: Stamps, state: TimeState, stations: StationNames
) -> None:
    """Gatehouse ``$PGHP`` lines and tag blocks alone on a line, each meant for the sentence that follows."""
    b = block.bytes
    first = np.ones(len(s), bool)
    first[1:] = s.line[1:] != s.line[:-1]
    head = b[block.line_starts]
    dollar = np.flatnonzero(head == ord("$"))
    wrapper = dollar[_starts_with(block, block.line_starts[dollar], b"$PGHP,")]
    lone = np.flatnonzero(head == ord("\\"))
    lone = lone[~np.isin(lone, s.line)]
    if len(lone) or state.tag_station:
        text = _texts(block, block.line_starts[lone], block.line_ends[lone])
        code = np.append(stations.codes(text.str.extract(_TAG_STATION)), stations.code(state.tag_station))
        for_row = _last_before(lone, s.line, first)
        rows = np.flatnonzero((for_row > -2) & (out.station == 0))
        # Row -1 of the codes is the one carried over.
        out.station[rows] = code[for_row[rows]]
        open_ = len(lone) and (not len(s) or lone[-1] > s.line[-1])
        state.tag_station = (
            stations.names[code[len(lone) - 1]] if open_ else ("" if len(s) else state.tag_station)
        )
    if len(wrapper) or state.pghp:
        ms, meant, station = _read_pghp(block, wrapper)
        kept = state.pghp or (NO_TIME, -2, "")
        ms, meant = np.append(ms, kept[0]), np.append(meant, kept[1])
        code = np.append(stations.codes(station), stations.code(kept[2]))
        mine = np.searchsorted(wrapper, s.line) - 1
        rows = np.flatnonzero(mine >= (-1 if state.pghp else 0))
        rows = rows[_sums_fit(s, mine, meant)[rows]]
        _accept(out, rows, ms[mine[rows]], PGHP)
        named = code[mine[rows]]
        out.station[rows] = np.where(named > 0, named, out.station[rows])
        for row in rows[s.n_parts[rows] > 1].tolist():
            out.group.setdefault(
                row,
                f"{s.part[row]}-{s.n_parts[row]}-w{block.first_line + int(wrapper[mine[row]]) if mine[row] >= 0 else -1}",
            )
        if len(wrapper):
            k = len(wrapper) - 1
            state.pghp = int(ms[k]), int(meant[k]), stations.names[code[k]]


def _sums_fit(s: Sentences, wrapper: Ints, meant: Ints) -> Bools:
    """Whether the checksums of the sentences behind one wrapper add up to what it says, by exclusive or."""
    edges = np.flatnonzero(np.diff(wrapper, prepend=-9))
    sums = np.bitwise_xor.reduceat(s.checksum.astype(np.int64), edges) if len(s) else np.empty(0, np.int64)
    fits = np.repeat(sums, np.diff(edges, append=len(s))) == meant[wrapper]
    # A message cut by the edge of the block has its other part elsewhere.
    at_edge = (wrapper == wrapper[-1]) | (wrapper == -1) if len(s) else np.zeros(0, bool)
    return fits | (at_edge & (s.n_parts > 1))


def _last_before(lines: Ints, sentence_line: Ints, first_in_line: Bools) -> Ints:
    """For each sentence the index of the last of `lines` above it and below the sentence before; -1 for the one carried
    over from the block before, -2 where there is none.
    """
    k = np.searchsorted(lines, sentence_line) - 1
    previous = np.concatenate([[-1], sentence_line[:-1]])[: len(sentence_line)]
    at = np.append(lines, -1)[k]
    return np.where(first_in_line & ((at > previous) | ((k == -1) & (previous == -1))), k, -2)


def _starts_with(block: Block, at: Ints, text: bytes) -> Bools:
    good = np.ones(len(at), bool)
    for k, char in enumerate(text):
        good &= block.bytes[at + k] == char
    return good


def _read_pghp(block: Block, lines: Ints) -> tuple[Ints, Ints, pl.Series]:
    """Time [ms], checksum of the wrapped sentence and base station of ``$PGHP`` lines whose own checksum holds."""
    start, end = block.line_starts[lines], block.line_ends[lines]
    text = _texts(block, start, end)
    part = text.str.extract_groups(_PGHP).struct.unnest()
    part.columns = [*"YmdHMSf", "station"]
    ms = part.select(pl.col(*"YmdHMSf").cast(pl.Int64), "station").select(calendar_ms().alias("ms"))["ms"]
    ms = ms.fill_null(NO_TIME).to_numpy()
    own = (
        text.str.extract(r"\*([0-9A-Fa-f]{2})\s*$")
        .str.to_integer(base=16, strict=False)
        .fill_null(-1)
        .to_numpy()
    )
    star = start + text.str.len_bytes().to_numpy() - 3
    sound = own == block.xor(start + 1, np.maximum(star, start + 1)) if len(lines) else np.zeros(0, bool)
    meant = (
        text.str.extract(r",([0-9A-Fa-f]{1,2})\*..\s*$").str.to_integer(base=16, strict=False).fill_null(-2)
    )
    return np.where(sound, ms, NO_TIME), meant.to_numpy(), part["station"]


def _from_text_before(block: Block, s: Sentences, before: Ints, out: Stamps) -> None:
    rows = np.flatnonzero((out.kind == 0) & (s.start > before) & (block.bytes[before] != ord("\\")))
    if not len(rows):
        return
    start = before[rows]
    # Digits and one other character are the common case: seconds, milli-, micro- or nanoseconds.
    for n in (10, 13, 16, 19):
        number, good = _digits(block, start, n)
        good &= (s.start[rows] - start >= n) & (block.bytes[start + n] - np.uint8(48) > 9)
        _accept(out, rows[good], _epoch_ms(number)[good], PREFIX)
    rows = rows[out.kind[rows] == 0]
    if not len(rows):
        return
    # What stands before the first sentence of an envelope or line dates those after it on the line as well.
    start = block.line_starts[s.line[rows]]
    json = block.bytes[start] == ord("{")
    _accept(out, rows[~json], _prefix_ms(_texts(block, start[~json], s.start[rows[~json]])), PREFIX)
    _accept(out, rows[json], _json_ms(_texts(block, start[json], block.line_ends[s.line[rows[json]]])), JSON)


def _prefix_ms(text: pl.Series) -> Ints:
    iso = instants_ms(text, _PREFIX_ISO, "Ymd").fill_null(NO_TIME).to_numpy()
    epoch = text.str.extract(_PREFIX_EPOCH).cast(pl.Int64, strict=False)
    return np.where(epoch.is_null(), iso, _epoch_ms(epoch.fill_null(0).to_numpy()))


def _json_ms(text: pl.Series) -> Ints:
    number = text.str.extract(_JSON_EPOCH, 1).cast(pl.Int64, strict=False)
    stamp_ = (
        text.str.extract(_JSON_STAMP)
        .str.to_datetime("%Y%m%d%H%M%S", strict=False, time_zone="UTC")
        .dt.epoch("ms")
    )
    ms = np.where(
        number.is_null(), stamp_.fill_null(NO_TIME).to_numpy(), _epoch_ms(number.fill_null(0).to_numpy())
    )
    return ms.astype(np.int64)


def _from_clock(block: Block, s: Sentences, out: Stamps, state: TimeState) -> None:
    """The nearest earlier ``$..RMC`` or ``$..ZDA`` of a log kept on board."""
    start = block.line_starts
    lines = np.flatnonzero(block.bytes[start] == ord("$"))
    rmc = lines[_starts_with(block, start[lines] + 3, b"RMC,")]
    zda = lines[_starts_with(block, start[lines] + 3, b"ZDA,")]
    clock = np.concatenate([rmc, zda])
    ms = np.concatenate([_rmc_ms(block, rmc), _zda_ms(block, zda)])
    order = np.argsort(clock, kind="stable")
    order = order[(ms[order] >= _EARLIEST_MS) & (ms[order] < _LATEST_MS)]
    lines, ms = clock[order], np.append(ms[order], state.clock_ms)
    rows = np.flatnonzero(out.kind == 0)
    _accept(out, rows, ms[np.searchsorted(lines, s.line[rows]) - 1], GPS_CLOCK)
    if len(lines):
        state.clock_ms = int(ms[len(lines) - 1])


def _sound_lines(block: Block, lines: Ints) -> tuple[pl.Series, Bools]:
    start, end = block.line_starts[lines], block.line_ends[lines]
    text = _texts(block, start, end)
    own = (
        text.str.extract(r"^[^*]*\*([0-9A-Fa-f]{2})")
        .str.to_integer(base=16, strict=False)
        .fill_null(-1)
        .to_numpy()
    )
    star = start + text.str.find("*", literal=True).fill_null(1).to_numpy().astype(np.int64)
    return text, own == block.xor(start + 1, star)


def _rmc_ms(block: Block, lines: Ints) -> Ints:
    text, sound = _sound_lines(block, lines)
    part = text.str.extract_groups(_RMC).struct.unnest()
    part.columns = ["t", "f", "d"]
    when = (
        (part["d"] + part["t"]).str.to_datetime("%d%m%y%H%M%S", strict=False, time_zone="UTC").dt.epoch("ms")
    )
    return np.where(sound, when.fill_null(NO_TIME).to_numpy(), NO_TIME)


def _zda_ms(block: Block, lines: Ints) -> Ints:
    text, sound = _sound_lines(block, lines)
    part = text.str.extract_groups(_ZDA).struct.unnest()
    part.columns = ["t", "f", "d", "m", "y"]
    joined = part["y"] + part["m"] + part["d"] + part["t"]
    when = joined.str.to_datetime("%Y%m%d%H%M%S", strict=False, time_zone="UTC").dt.epoch("ms")
    return np.where(sound, when.fill_null(NO_TIME).to_numpy(), NO_TIME)
