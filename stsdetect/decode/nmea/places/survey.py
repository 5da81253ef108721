"""Look at the beginning of a log to decide where its receive times stand.

A line may hold several things that look like times: a row id of ten digits beside the time, the counter of
a receiver, the clock of a server in another zone. Position reports carry the UTC second of their fix, so the
time that is in step with these seconds is the better one; a date is better than a bare number, and a column
that is called a time better than one that is called an id. What loses is not used at all, not even where
the better one is missing.
"""

from __future__ import annotations

import csv
import re
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Floats, Ints
from stsdetect.decode.nmea.payload import Field, pack
from stsdetect.decode.nmea.places.json_times import json_times
from stsdetect.decode.nmea.places.layout import (
    AFTER_CALENDAR,
    BARE_NUMBERS,
    BEFORE_CALENDAR,
    CALENDARS,
    JSON,
    PLACES,
    TAG,
    WRAPPER,
    WRAPPER_IN_ROW,
    Layout,
)
from stsdetect.decode.nmea.places.text_times import SLASHED, calendar_times, number_times
from stsdetect.decode.nmea.receive_time import TimeState, possible_places, stamp
from stsdetect.decode.nmea.sentences import Block, Sentences, find_sentences
from stsdetect.decode.nmea.stations import StationNames
from stsdetect.decode.times.gregorian import MS_PER_MIN, NO_TIME
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

_SECOND_OF_TYPE = {
    1: Field(137, 6), 2: Field(137, 6), 3: Field(137, 6), 18: Field(133, 6), 19: Field(133, 6),
    9: Field(128, 6), 4: Field(72, 6),
}  # fmt: skip
_CERTAIN = (TAG, WRAPPER, WRAPPER_IN_ROW)
_MS_PER_QUARTER = 15 * MS_PER_MIN
_LARGEST_ZONE_MS = 14 * 60 * MS_PER_MIN
_MAX_ROWS_OF_TABLE = 50
_TIME_NAME = re.compile(r"time|date|stamp|epoch|received|utc|recv|^rx|toa|^ts$|^t$", re.IGNORECASE)
_ID_NAME = re.compile(r"id$|^id|seq|count|num|row|index|^no$|key|port|size|offset|sample|hash", re.IGNORECASE)


class Beginning(NamedTuple):
    """The first lines of a log, and those of them up to its n-th sentence."""

    whole: Block
    all_sentences: Sentences
    block: Block
    sentences: Sentences


def beginning(data: bytes, n: int) -> Beginning:
    """Find the sentences in the first lines of a log.

    Parameters
    ----------
    data : bytes
        Whole lines.
    n : int
        `block` ends with the line of the n-th sentence.
    """
    whole = Block(data)
    found = find_sentences(whole)
    if len(found) <= n:
        return Beginning(whole, found, whole, found)
    block = Block(data[: int(whole.line_ends[found.line[n - 1]]) + 1])
    return Beginning(whole, found, block, find_sentences(block))


class Surveyed(NamedTuple):
    """The layout of a log, and what the analyst should know about it."""

    layout: Layout
    warnings: list[str]


class _Column(NamedTuple):
    """Times of one place: per sentence, `NO_TIME` where there is none; and how they stand to the payloads."""

    ms: Ints
    n_bad: int
    offset_s: Floats
    in_step: float
    median_s: float
    steady: float
    name: str


def survey(first: Beginning, *, source: str, latest_ms: int, params: DecodeParams) -> Surveyed:
    r"""Where the times of a log stand, from its first lines.

    Parameters
    ----------
    first : Beginning
        From `beginning`.
    source : str
        Name of the log, for the error message.
    latest_ms : int
        Later times are not believed [ms].
    params : DecodeParams
        Thresholds.

    Returns
    -------
    Surveyed

    Raises
    ------
    DecodeError
        If most sentences have a date of which nothing shows whether day or month comes first.

    Examples
    --------
    >>> line = b"1612345001,2023-11-14 22:13:20,!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
    >>> first = beginning(line, 100)
    >>> found = survey(first, source="log", latest_ms=1_800_000_000_000, params=DecodeParams())
    >>> sorted(found.layout.seen), sorted(found.layout.refused)
    (['before_calendar'], ['before_number_1'])
    """
    whole, block, s = first.whole, first.block, first.sentences
    if not len(s):
        return Surveyed(Layout(), [])
    order, warnings = _date_order(whole, block, s, source=source, latest_ms=latest_ms, params=params)
    second = _utc_seconds(block, s)
    names = _column_names(block, s)
    columns: dict[str, _Column] = {}
    for place in possible_places(block, s):
        if place in BARE_NUMBERS and place[-1] != "1" and f"{place[:-1]}{int(place[-1]) - 1}" not in columns:
            continue
        layout = Layout(order=(place,), date_order=order)
        stamps = stamp(block, s, TimeState(), StationNames(), layout=layout, latest_ms=latest_ms)
        if (stamps.ms != NO_TIME).any() or stamps.bad.any():
            columns[place] = _column(stamps.ms, int(stamps.bad.sum()), second, params, "")
    for place in columns.keys() & (BARE_NUMBERS | CALENDARS):
        columns[place] = columns[place]._replace(name=_name(names, columns[place].ms))
    ranked, refused = _ranked(columns, params, warnings)
    clockless = _counters(columns, refused, second, params)
    for place in clockless:
        warnings.append(
            f"the numbers at '{place}' run like a counter, not like a clock, and are not taken for times"
        )
    refused |= clockless
    half_days, zoned = _clock_words(block, s, order, columns, params, latest_ms)
    layout = Layout(
        order=tuple(p for p in ranked if p not in refused),
        seen=frozenset(columns) - refused,
        refused=frozenset(refused),
        date_order=order,
        half_days=half_days,
        zoned=zoned,
    )
    return Surveyed(layout, warnings)


def _utc_seconds(block: Block, s: Sentences) -> Ints:
    """UTC second in each sentence that is a position report of its own, -1 in others, shape (n,)."""
    out = np.full(len(s), -1)
    text = np.concatenate([block.bytes, np.zeros(64, np.uint8)])
    rows = np.flatnonzero(s.checksum_ok & (s.n_parts == 1) & (s.payload_end - s.payload_start >= 24))
    bits, good = pack(text, s.payload_start[rows], s.payload_end[rows] - s.payload_start[rows], n_words=4)
    type_ = bits.unsigned(Field(0, 6))
    for code, field in _SECOND_OF_TYPE.items():
        at = np.flatnonzero(good & (type_ == code))
        value = bits.unsigned(field)[at]
        out[rows[at]] = np.where(value < 60, value, -1)
    return out


def _column(ms: Ints, n_bad: int, second: Ints, params: DecodeParams, name: str) -> _Column:
    rows = np.flatnonzero((ms != NO_TIME) & (second >= 0))
    offset = (
        (ms[rows] - second[rows] * MS_PER_S + MS_PER_MIN // 2) % MS_PER_MIN - MS_PER_MIN // 2
    ) / MS_PER_S
    if not len(rows):
        return _Column(ms, n_bad, offset, 0.0, 0.0, 0.0, name)
    in_step = float((np.abs(offset) <= params.max_clock_offset_s).mean())
    # Median on the circle of a minute, cut opposite the best supported offset.
    centre = _mode(offset)
    around = (offset - centre + 30) % 60 - 30
    median = float(np.median(around))
    steady = float((np.abs(around - median) <= params.clock_offset_spread_s).mean())
    return _Column(ms, n_bad, offset, in_step, (median + centre + 30) % 60 - 30, steady, name)


def _mode(offset: Floats) -> float:
    counts = np.bincount((np.round(offset).astype(np.int64) + 30) % 60, minlength=60)
    return float(counts.argmax()) - 30


def _ranked(
    columns: dict[str, _Column], params: DecodeParams, warnings: list[str]
) -> tuple[list[str], set[str]]:
    """All places, the better of two that contradict each other first; and the worse ones, not to be used."""
    ranked = list(PLACES)
    refused: set[str] = set()
    found = [p for p in PLACES if p in columns]
    for k, first in enumerate(found):
        for second in found[k + 1 :]:
            if first in refused or second in refused:
                continue
            a, b = columns[first], columns[second]
            both = (a.ms != NO_TIME) & (b.ms != NO_TIME)
            if not both.any():
                refused |= _number_beside_unread_date(first, second, columns, params)
                continue
            apart = float(np.median(np.abs(a.ms[both] - b.ms[both])))
            if apart <= params.candidate_spread_s * MS_PER_S:
                continue
            worse = first if _is_better(second, first, columns, params) else second
            better = second if worse == first else first
            if worse == first:
                ranked.remove(better)
                ranked.insert(ranked.index(first), better)
            if worse in BARE_NUMBERS | CALENDARS:
                refused.add(worse)
            if worse not in BARE_NUMBERS:
                apart_s = apart / MS_PER_S
                warnings.append(
                    f"times at '{worse}' and '{better}' differ by {apart_s:,.0f} s; '{better}' is used"
                )
    return ranked, refused


def _number_beside_unread_date(
    first: str, second: str, columns: dict[str, _Column], params: DecodeParams
) -> set[str]:
    """A bare number beside a date that is not understood counts only where it is in step with payloads."""
    for number, date in ((first, second), (second, first)):
        if number in BARE_NUMBERS and date in CALENDARS and columns[date].n_bad:
            c = columns[number]
            known = len(c.offset_s) >= params.min_known_seconds
            if not (known and c.in_step >= 1 - params.time_format_share) and not _TIME_NAME.search(c.name):
                return {number}
    return set()


def _is_better(q: str, p: str, columns: dict[str, _Column], params: DecodeParams) -> bool:
    """Whether the later one of two places is the better one."""
    a, b = columns[p], columns[q]
    n_a, n_b = int((a.ms != NO_TIME).sum()), int((b.ms != NO_TIME).sum())
    if q in _CERTAIN or p in _CERTAIN:
        # Written for the purpose; only a clock that does not go is worse.
        enough = min(len(a.offset_s), len(b.offset_s)) >= params.clock_offset_reports
        return enough and p not in _CERTAIN and b.steady >= params.clock_offset_share
    if n_b >= 2 * n_a or n_a >= 2 * n_b:
        return n_b > n_a
    both = (a.ms != NO_TIME) & (b.ms != NO_TIME)
    apart = a.ms[both] - b.ms[both]
    named = _name_score(b.name) - _name_score(a.name)
    if _is_zone(apart, params):
        # A date without a zone is on the clock of some place, a Unix time never is.
        return (p in CALENDARS) and (q in BARE_NUMBERS or q == JSON)
    if named:
        return named > 0
    if _goes(a.ms, params) != _goes(b.ms, params):
        return _goes(b.ms, params)
    if min(len(a.offset_s), len(b.offset_s)) >= params.min_known_seconds:
        gain = b.in_step - a.in_step
        if abs(gain) >= params.clock_offset_share:
            return gain > 0
    if (p in BARE_NUMBERS) != (q in BARE_NUMBERS):
        return p in BARE_NUMBERS
    return False


def _goes(ms: Ints, params: DecodeParams) -> bool:
    """Whether times run on from line to line: not standing still, not in leaps."""
    steps_s = np.abs(np.diff(ms[ms != NO_TIME])) / MS_PER_S
    if len(steps_s) < params.min_known_seconds:
        return True
    return bool(steps_s.any()) and float(np.median(steps_s)) <= params.max_line_step_s


def _is_zone(apart: Ints, params: DecodeParams) -> bool:
    """Whether times differ by a whole number of quarters of an hour, as clocks of two zones do."""
    median = float(np.median(apart))
    quarters = round(median / _MS_PER_QUARTER) * _MS_PER_QUARTER
    spread = params.candidate_spread_s * MS_PER_S
    return (
        quarters != 0 and abs(median) <= _LARGEST_ZONE_MS and bool((np.abs(apart - quarters) <= spread).all())
    )


def _name_score(name: str) -> int:
    if not name:
        return 0
    return int(bool(_TIME_NAME.search(name))) - int(bool(_ID_NAME.search(name)))


def _counters(columns: dict[str, _Column], refused: set[str], second: Ints, params: DecodeParams) -> set[str]:
    """Places of bare numbers that do not go like a clock.

    They advance in leaps or not at all, and are out of step with the seconds of the payloads.
    """
    out = set()
    for place in BARE_NUMBERS & columns.keys() - refused:
        c = columns[place]
        ms = c.ms[c.ms != NO_TIME]
        if len(c.offset_s) < params.min_known_seconds or _TIME_NAME.search(c.name):
            continue
        steps_s = np.diff(ms) / MS_PER_S
        leaps = bool(len(steps_s)) and float(np.median(np.abs(steps_s))) > params.max_line_step_s
        frozen = len(ms) >= params.clock_offset_reports and bool((steps_s == 0).all())
        of_minutes = bool((ms % MS_PER_MIN == 0).all())
        if not (leaps or frozen) or of_minutes:
            continue
        enough = len(c.offset_s) >= params.clock_offset_reports
        unsteady = c.steady < params.clock_offset_share if enough else c.in_step < params.clock_offset_share
        if unsteady:
            out.add(place)
    return out


def _clock_words(
    block: Block,
    s: Sentences,
    order: str | None,
    columns: dict[str, _Column],
    params: DecodeParams,
    latest_ms: int,
) -> tuple[frozenset[str], frozenset[str]]:
    """Places where most times say AM or PM, and those where most name a zone."""
    half_days, zoned = set(), set()
    for place in columns.keys() & {AFTER_CALENDAR, BEFORE_CALENDAR, JSON}:
        text = _texts(block, s, place)
        if place == JSON:
            found = json_times(text, order=order, latest_ms=latest_ms)
        else:
            found = calendar_times(text, order)
        read = (found.ms != NO_TIME) | found.bad
        if not read.any():
            continue
        if found.half_day[read].mean() > params.time_format_share:
            half_days.add(place)
        if found.zoned[read].mean() > params.time_format_share:
            zoned.add(place)
    return frozenset(half_days), frozenset(zoned)


def _texts(block: Block, s: Sentences, place: str) -> pl.Series:
    """The text that the dates of a place stand in, of each sentence."""
    start, end = block.line_starts[s.line], block.line_ends[s.line]
    if place == BEFORE_CALENDAR:
        return block.texts(start, s.start)
    if place == AFTER_CALENDAR:
        return block.texts(s.after, end)
    return block.texts(start, end)


def _date_order(
    whole: Block, block: Block, s: Sentences, *, source: str, latest_ms: int, params: DecodeParams
) -> tuple[str | None, list[str]]:
    """Order of day and month; None where there are no such dates, or where nothing shows it."""
    around = [_texts(block, s, place) for place in (BEFORE_CALENDAR, AFTER_CALENDAR)]
    share = float(np.mean([t.str.contains(SLASHED).mean() or 0.0 for t in around])) * len(around)
    if not share:
        return None, []
    text = pl.Series([whole.data.decode("latin-1")]).str.split("\n").explode()
    samples = text.filter(text.str.contains(SLASHED))
    if not len(samples):
        return None, []
    parts = (text.str.extract(SLASHED, k).cast(pl.Int64, strict=False).drop_nulls() for k in (1, 2))
    first, second = (int(part.to_numpy().max(initial=0)) for part in parts)
    if first > 12 >= second:
        return "day_first", []
    if second > 12 >= first:
        return "month_first", []
    by_order = {}
    for order in ("day_first", "month_first"):
        found = calendar_times(text, order)
        ms = found.ms[found.ms != NO_TIME]
        by_order[order] = (len(ms) > 0 and bool((ms <= latest_ms).all()), ms)
    credible = [order for order, (good, _) in by_order.items() if good]
    if len(credible) == 1:
        return credible[0], []
    sample = samples[0][:40]
    if share > params.time_format_share:
        raise DecodeError(
            f"{source}: dates in this log are ambiguous, for example {sample!r}: day or month first? Nothing "
            "in its first lines shows it. Write them with the year first (2023-11-14 22:13:20), or join the "
            "log behind one of a day after the 12th."
        )
    return None, [f"dates such as {sample!r} are ambiguous (day or month first?) and are not used"]


def _column_names(block: Block, s: Sentences) -> dict[tuple[int, ...], str]:
    """Names that the first line of a CSV gives to its columns, by the times of the first rows in them."""
    if not len(s) or s.line[0] == 0:
        return {}
    header = block.text(0, int(block.line_ends[0]))
    separator = max(",;\t|", key=header.count)
    if separator not in header or header[:1] in "#$!\\{[":
        return {}
    names = next(csv.reader([header], delimiter=separator, strict=False))
    rows = s.line[:_MAX_ROWS_OF_TABLE]
    lines = [block.text(int(block.line_starts[k]), int(block.line_ends[k])) for k in rows.tolist()]
    try:
        cells = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return {}
    out: dict[tuple[int, ...], str] = {}
    for k, name in enumerate(names):
        column = pl.Series([row[k] if k < len(row) else "" for row in cells], dtype=pl.String)
        for ms in (number_times(column)[0], calendar_times(column, "day_first").ms):
            if (ms != NO_TIME).any():
                out.setdefault(tuple(ms.tolist()), name)
    return out


def _name(names: dict[tuple[int, ...], str], ms: Ints) -> str:
    return next((name for key, name in names.items() if list(key) == ms[: len(key)].tolist()), "")
