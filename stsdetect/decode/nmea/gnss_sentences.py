"""Times in lines that begin with ``$``: GNSS receivers (RMC, ZDA) and Gatehouse wrappers (PGHP)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Ints
from stsdetect.decode.nmea.sentences import Block, as_word
from stsdetect.decode.nmea.stations import Codes, StationNames
from stsdetect.decode.times.gregorian import NO_TIME, calendar_ms
from stsdetect.decode.times.timestamps import EARLIEST_MS

_Comma = Callable[[int | Ints], Ints]
_WRAPPER = as_word(b"$PGHP,1,")
_WRAPPER_IN_ROW = (
    r"^\$(PGHP,1,(\d{4}),(\d{1,2}),(\d{1,2}),(\d{1,2}),(\d{1,2}),(\d{1,2}),(\d{1,3}),[^,*]*,[^,*]*,"
    r"([^,*]{0,20}),[^,*]*,([0-9A-Fa-f]{2})?)\*[0-9A-Fa-f]{2}"
)
# The year of RMC has two digits, and AIS began in 1997.
_CENTURY_FROM = 80
_RMC, _ZDA = as_word(b"RMC,"), as_word(b"ZDA,")


def read_wrappers(block: Block, lines: Ints, stations: StationNames) -> tuple[Ints, Ints, Codes]:
    """Read Gatehouse wrappers, ``$PGHP,1,...*hh`` lines that precede the sentences they describe.

    Returns
    -------
    ms, checksum, station : numpy.ndarray
        Receive time [ms since 1970 UTC], checksum of the wrapped sentences and code of the base station,
        shape (n,); `NO_TIME`, -2 and 0 where the line is damaged.
    """
    # Fields: 2 to 8 year to millisecond, 9 country, 10 region, 11 base station, 12 online, 13 checksum of
    # the sentence.
    comma, whole = _commas(block, lines, 13)
    parts = np.arange(1, 8)[:, None]
    parts_of_time, good = block.number_between(comma(parts) + 1, comma(parts + 1), 4)
    whole &= good.all(axis=0)
    ms = np.where(whole, calendar_ms(*parts_of_time), NO_TIME)
    checksum = np.where(whole, block.hex_byte(comma(12) + 1), -2).astype(np.int64)
    start, end = comma(10) + 1, comma(11)
    named = whole & (end > start)
    station = np.zeros(len(lines), np.int32)
    station[named] = stations.of_spans(block, start[named], end[named])
    return ms, checksum, station


def read_row_wrappers(
    block: Block, needed_in: Ints, stations: StationNames
) -> tuple[Ints, Ints, Ints, Codes]:
    """Read ``$PGHP`` wrappers that share a line with a sentence, as in another column of a CSV.

    Parameters
    ----------
    block : Block
        Lines of a log.
    needed_in : numpy.ndarray
        Lines of the block with sentences, in ascending order, shape (n,).
    stations : StationNames
        Codes of stations; new names are added.

    Returns
    -------
    line, ms, checksum, station : numpy.ndarray
        Line in the block, and as from `read_wrappers`, with -1 as the checksum where none is given; intact
        ones only, the first of each line, shape (m,).
    """
    is_dollar = block.mark_char == ord("$")
    dollar, head = block.dollar_lines
    at = np.zeros(0, np.int64)
    if np.count_nonzero(is_dollar) > len(dollar):
        at = block.mark_at[is_dollar]
        at = at[block.words(at) == _WRAPPER]
    elif len(dollar):
        at = block.line_starts[dollar[head == _WRAPPER]]
    needed = np.zeros(block.n_lines, bool)
    needed[needed_in] = True
    line = block.line_of(at) if len(at) else at
    at, line = at[needed[line]], line[needed[line]]
    if not len(line):
        return line, line, line, np.zeros(0, np.int32)
    line, first = np.unique(line, return_index=True)
    at = at[first]
    text = block.texts(at, block.line_ends[line])
    parts = text.str.extract_groups(_WRAPPER_IN_ROW).struct.unnest()
    whole = parts[parts.columns[0]].is_not_null().to_numpy()
    line, at, parts = line[whole], at[whole], parts.filter(pl.Series(whole))
    content, *fields, station, checksum = (parts[name] for name in parts.columns)
    star = at + 1 + content.str.len_bytes().to_numpy()
    intact = block.hex_byte(star + 1) == block.xor(at + 1, star)
    ms = np.where(intact, calendar_ms(*(f.cast(pl.Int64).to_numpy() for f in fields)), NO_TIME)
    sums = np.array([int(text, 16) if text else -1 for text in checksum.to_list()], np.int64)
    codes = stations.of_texts(station.set(station == "", None))
    return line[intact], ms[intact], sums[intact], codes[intact]


def gnss_times(
    block: Block, needed_at: Ints | None, *, latest_ms: int, earliest_ms: int = EARLIEST_MS
) -> tuple[Ints, Ints]:
    """Lines with a valid RMC or ZDA time, at least those next to each line where a time is needed.

    Parameters
    ----------
    block : Block
        Lines of a log.
    needed_at : numpy.ndarray or None
        Lines of the block that need a time, shape (n,); negative ones lie before the block. None reads all.
    latest_ms, earliest_ms : int
        Times outside are not valid [ms].

    Returns
    -------
    line, ms : numpy.ndarray
        Line in the block and time [ms since 1970 UTC], in file order, shape (m,).
    """
    lines, head = block.dollar_lines
    kind = (head >> np.uint64(24)) & np.uint64(0xFFFFFFFF)
    is_clock = (kind == _RMC) | (kind == _ZDA)
    lines, zda = lines[is_clock], kind[is_clock] == _ZDA
    # A log from on board has more of these lines than AIS sentences, so the ones that are not needed are only
    # read where a needed one is not valid.
    needed = np.full(len(lines) + 2, needed_at is None)
    if needed_at is not None:
        following = np.searchsorted(lines, needed_at)
        needed[following] = needed[following + 1] = needed[-2] = True
    for read in (needed[1:-1], np.ones(len(lines), bool)):
        clock, ms = lines[read], np.empty(int(read.sum()), np.int64)
        for of_kind, read_ms in ((~zda[read], _rmc_ms), (zda[read], _zda_ms)):
            if of_kind.any():
                ms[of_kind] = read_ms(block, clock[of_kind])
        valid = (ms >= earliest_ms) & (ms <= latest_ms)
        if valid.all():
            break
    return clock[valid], ms[valid]


def _rmc_ms(block: Block, lines: Ints) -> Ints:
    """Times of ``$..RMC,hhmmss,A,lat,N,lon,E,knots,course,ddmmyy,...*hh`` lines; ``A`` marks a valid fix."""
    comma, valid = _commas(block, lines, 9)
    valid &= block.bytes[comma(1) + 1] == ord("A")
    (clock, date), good = block.number(np.stack([comma(0), comma(8)]) + 1, 6)
    day, month, year = date // 10_000, date // 100 % 100, date % 100
    year = year + np.where(year >= _CENTURY_FROM, 1900, 2000)
    return np.where(valid & good.all(axis=0), calendar_ms(year, month, day, *_time_of_day(clock)), NO_TIME)


def _zda_ms(block: Block, lines: Ints) -> Ints:
    """Times of ``$..ZDA,hhmmss.ss,dd,mm,yyyy,...*hh`` lines."""
    comma, valid = _commas(block, lines, 4)
    clock, good_clock = block.number(comma(0) + 1, 6)
    day, good_day = block.number_between(comma(1) + 1, comma(2), 2)
    month, good_month = block.number_between(comma(2) + 1, comma(3), 2)
    year, good_year = block.number(comma(3) + 1, 4)
    valid &= good_clock & good_day & good_month & good_year
    return np.where(valid, calendar_ms(year, month, day, *_time_of_day(clock)), NO_TIME)


def _time_of_day(clock: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Hour, minute, second and millisecond of ``hhmmss``."""
    return clock // 10_000, clock // 100 % 100, clock % 100, np.zeros(len(clock), np.int64)


def _commas(block: Block, lines: Ints, n_commas: int) -> tuple[_Comma, Bools]:
    """Positions of commas in ``$...*hh`` lines, and whether there are enough and the checksum is right."""
    start, star = block.line_starts[lines], block.line_ends[lines] - 3
    first = block.line_mark[lines] + 1
    valid = (block.mark_at[first + n_commas - 1] < star) & (block.bytes[star] == ord("*"))
    for k in range(0, n_commas, 8):
        valid &= block.marks_from(first + k, b"," * min(8, n_commas - k))
    star = np.where(valid, star, start + 1)
    valid &= block.hex_byte(star + 1) == block.xor(start + 1, star)
    return lambda k: block.mark_at[first + k], valid
