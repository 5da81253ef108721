"""Compare the clocks at the beginning of a log with one another.

A GPS receiver counts weeks modulo 1,024, and an old one reports a date that many weeks, or twice as many, in
the past; the time of day is right. So a clock that is behind another one by whole rollovers is corrected; one
that disagrees in any other manner is not used where two base stations agree. Either is named in a warning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from stsdetect.arrays import Bools, Ints
from stsdetect.decode.nmea.clocks.base_station_clock import CLOCK_TYPES, clock_ms, is_base_station
from stsdetect.decode.nmea.gnss_sentences import gnss_times
from stsdetect.decode.nmea.messages import MMSI
from stsdetect.decode.nmea.payload import pack
from stsdetect.decode.nmea.sentences import Block, Sentences
from stsdetect.decode.times.timestamps import EARLIEST_MS
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

ROLLOVER_MS = 1_024 * 7 * 86_400 * MS_PER_S
"""1,024 weeks [ms]."""
_MS_PER_DAY = 86_400 * MS_PER_S
_GPS_BEGAN_MS = 315_964_800 * MS_PER_S
_WORDS = 2


class Readings(NamedTuple):
    """Readings of clocks in file order: line of the log, time [ms] and MMSI (0 for GNSS), shape (n,)."""

    line: Ints
    ms: Ints
    mmsi: Ints


@dataclass
class ClockCheck:
    """How clocks of a log are corrected, which are not used, and what the analyst should know.

    Attributes
    ----------
    gnss_shift_ms : int
        Added to times of RMC and ZDA [ms].
    gnss_refused : bool
        Whether RMC and ZDA give no time.
    has_own_times : bool
        Whether most sentences have a receive time of their own: then a clock must agree with these, else
        these must agree with the clocks.
    first_gnss_ms : int or None
        Time of the first RMC or ZDA that the next one agrees with [ms], before correction.
    era_ms : int or None
        Where some receivers in a log are whole rollovers behind others, a time of one that is not [ms].
    station_shift_ms : dict
        Added to the clocks of some base stations, by MMSI [ms].
    warnings : list of str
        What was found.
    """

    gnss_shift_ms: int = 0
    gnss_refused: bool = False
    has_own_times: bool = True
    first_gnss_ms: int | None = None
    era_ms: int | None = None
    station_shift_ms: dict[int, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def in_one_era(self, ms: Ints) -> Ints:
        """Times of RMC and ZDA [ms] with those of receivers that are rollovers behind moved to the others."""
        if self.era_ms is None:
            return ms
        # A log is shorter than half of the 19.6 years between two rollovers.
        return ms + (self.era_ms - ms + ROLLOVER_MS // 2) // ROLLOVER_MS * ROLLOVER_MS

    def corrected(self, reports: Readings) -> Ints:
        """Times of base stations [ms] after correction, shape (n,)."""
        ms = reports.ms
        for mmsi, shift in self.station_shift_ms.items():
            ms = np.where(reports.mmsi == mmsi, ms + shift, ms)
        return ms


def whole_rollovers(apart_ms: float, *, spread_ms: float) -> int:
    """Number of rollovers of 1,024 weeks that a difference of two clocks is made of; 0 where it is not.

    Examples
    --------
    >>> [whole_rollovers(ms, spread_ms=60_000) for ms in (7168 * 86_400_000 + 5_000, 3_600_000)]
    [1, 0]
    """
    k = round(apart_ms / ROLLOVER_MS)
    return k if abs(apart_ms - k * ROLLOVER_MS) <= spread_ms else 0


def check_clocks(
    block: Block, s: Sentences, timed: tuple[Ints, Ints], *, latest_ms: int, params: DecodeParams
) -> ClockCheck:
    """Compare the clocks in the first lines of a log.

    Parameters
    ----------
    block : Block
        The first lines.
    s : Sentences
        The sentences in it.
    timed : tuple of numpy.ndarray
        Line and receive time [ms] of the sentences that have one of their own.
    latest_ms : int
        Later times are not believed [ms].
    params : DecodeParams
        `rollover_spread_s` and thresholds of clocks.
    """
    within = s.line <= timed[0].max(initial=-1)
    n_messages = int((within & (s.part == 1)).sum())
    out = ClockCheck(has_own_times=len(timed[0]) >= params.own_time_share * n_messages)
    line, ms = gnss_times(block, None, earliest_ms=_GPS_BEGAN_MS, latest_ms=latest_ms)
    gnss = Readings(line, ms, np.zeros(len(line), np.int64))
    reports = clock_reports(block, s, latest_ms=latest_ms)
    stations = is_base_station(reports.mmsi)
    base, ships = (Readings(*(c[keep] for c in reports)) for keep in (stations, ~stations))
    _check_stations(base, out, params)
    base = base._replace(ms=out.corrected(base))
    _check_receivers(gnss, out, params)
    gnss = gnss._replace(ms=out.in_one_era(gnss.ms))
    if len(gnss.line):
        steady = np.flatnonzero(np.abs(np.diff(gnss.ms)) <= params.max_clock_jump_s * MS_PER_S)
        out.first_gnss_ms = int(gnss.ms[steady[0]]) if len(steady) else None
        _check_gnss(gnss, base, ships, out, params)
        shifted = gnss._replace(ms=gnss.ms + out.gnss_shift_ms)
        _compare_with_times(timed, shifted, "$..RMC and $..ZDA", out, params)
    _compare_with_times(timed, base, "base stations", out, params)
    _name_old_dates(gnss, base, timed, out, latest_ms=latest_ms)
    return out


def clock_reports(block: Block, s: Sentences, *, latest_ms: int) -> Readings:
    """Messages of types 4 and 11 with a time, in one sentence."""
    first = block.bytes[s.payload_start]
    is_clock = np.logical_or.reduce([first == 48 + t for t in CLOCK_TYPES])
    rows = np.flatnonzero(is_clock & s.checksum_ok & (s.n_parts == 1))
    bits, good = pack(
        block.bytes, s.payload_start[rows], s.payload_end[rows] - s.payload_start[rows], n_words=_WORDS
    )
    ms = clock_ms(bits)
    good &= (ms >= _GPS_BEGAN_MS) & (ms <= latest_ms)
    return Readings(s.line[rows[good]], ms[good], bits.unsigned(MMSI)[good])


def _check_receivers(gnss: Readings, out: ClockCheck, params: DecodeParams) -> None:
    """GNSS receivers in one log of which some are whole rollovers behind the others."""
    newest = _newest(gnss.ms, params)
    if newest is None:
        return
    behind = gnss.ms < newest - ROLLOVER_MS // 2
    if int(behind.sum()) < params.base_clock_agreeing:
        return
    near = _nearest(gnss.line[~behind], gnss.line[behind])
    apart = float(np.median(gnss.ms[~behind][near] - gnss.ms[behind]))
    k = whole_rollovers(apart, spread_ms=params.rollover_spread_s * MS_PER_S)
    if k > 0:
        out.era_ms = int(newest)
        out.warnings.append(f"one clock of $..RMC and $..ZDA is {_days(k)} behind another; corrected")


def _newest(ms: Ints, params: DecodeParams) -> int | None:
    """The latest of some readings that enough others agree with."""
    by_time = np.sort(ms)[::-1]
    n = params.base_clock_agreeing - 1
    agreeing = np.flatnonzero(by_time[: len(by_time) - n] - by_time[n:] <= _MS_PER_DAY)
    return int(by_time[agreeing[0]]) if len(agreeing) else None


def _check_stations(base: Readings, out: ClockCheck, params: DecodeParams) -> None:
    """Base stations that are whole rollovers behind others."""
    newest = _newest(base.ms, params)
    if newest is None:
        return
    spread = params.rollover_spread_s * MS_PER_S
    behind = base.ms < newest - ROLLOVER_MS // 2
    for mmsi in np.unique(base.mmsi[behind]).tolist():
        own = base.mmsi == mmsi
        # Compared with the report of another station that is next to it in the log.
        others = ~own & ~behind
        if not others.any():
            continue
        near = _nearest(base.line[others], base.line[own])
        k = whole_rollovers(float(np.median(base.ms[others][near] - base.ms[own])), spread_ms=spread)
        if k > 0:
            out.station_shift_ms[mmsi] = k * ROLLOVER_MS
            out.warnings.append(
                f"the clock of base station {mmsi:09d} is {_days(k)} behind the others; corrected"
            )


def _check_gnss(
    gnss: Readings, base: Readings, ships: Readings, out: ClockCheck, params: DecodeParams
) -> None:
    spread = params.rollover_spread_s * MS_PER_S
    for others, name in ((base, "base stations"), (ships, "clocks of ships")):
        near, close = _beside(others, gnss, params)
        apart = others.ms[close] - gnss.ms[near[close]]
        if len(apart) < params.base_clock_agreeing:
            continue
        median = float(np.median(apart))
        if (np.abs(apart - median) <= spread).mean() < params.clock_offset_share:
            continue
        n_senders = len(np.unique(others.mmsi[close]))
        k = whole_rollovers(median, spread_ms=spread)
        if k > 0 and (others is base or n_senders >= params.base_clock_agreeing):
            out.gnss_shift_ms = k * ROLLOVER_MS
            out.warnings.append(f"the clock of $..RMC and $..ZDA is {_days(k)} behind the {name}; corrected")
            return
        if others is base and abs(median) > params.max_clock_disagreement_s * MS_PER_S:
            out.gnss_refused = n_senders >= params.base_clock_agreeing and k == 0
            out.gnss_refused |= float(np.median(gnss.ms)) < EARLIEST_MS
            used = "$..RMC and $..ZDA are not used" if out.gnss_refused else "$..RMC and $..ZDA are used"
            out.warnings.append(
                f"$..RMC and $..ZDA differ from the base stations by {_length(median)}; {used}"
            )
            return


def _name_old_dates(
    gnss: Readings, base: Readings, timed: tuple[Ints, Ints], out: ClockCheck, *, latest_ms: int
) -> None:
    """Warn where the only clock is so old that it may as well be a rollover behind."""
    clocks = [c for c in (gnss, base) if len(c.ms)]
    senders = np.unique(np.concatenate([c.mmsi for c in clocks])) if clocks else np.zeros(0)
    if len(timed[0]) or len(senders) != 1 or out.gnss_shift_ms:
        return
    newest = int(clocks[0].ms.max())
    if newest + ROLLOVER_MS <= latest_ms:
        year = 1970 + newest / (365.25 * _MS_PER_DAY)
        out.warnings.append(
            f"the only clock in the log is in the year {int(year)}; if that is wrong, it missed a rollover "
            "of GPS weeks and is 7,168 days behind"
        )


def _compare_with_times(
    timed: tuple[Ints, Ints], clock: Readings, name: str, out: ClockCheck, params: DecodeParams
) -> None:
    """Warn where the receive times of the log itself disagree with a clock in it."""
    line, ms = timed
    if not len(line) or not out.has_own_times:
        return
    near, close = _beside(clock, Readings(line, ms, line), params)
    apart = clock.ms[close] - ms[near[close]]
    if len(apart) < params.base_clock_agreeing:
        return
    median = float(np.median(apart))
    steady = (np.abs(apart - median) <= params.max_clock_disagreement_s * MS_PER_S).mean()
    if abs(median) > params.max_clock_disagreement_s * MS_PER_S and steady >= params.clock_offset_share:
        k = whole_rollovers(median, spread_ms=params.rollover_spread_s * MS_PER_S)
        by = f"{_days(k)} behind" if k > 0 else f"off by {_length(-median)} from"
        out.warnings.append(
            f"the receive times in the log are {by} {name}; they are used as they are, and {name} are not"
        )


def _beside(a: Readings, b: Readings, params: DecodeParams) -> tuple[Ints, Bools]:
    """The reading of `b` nearest in the log to each of `a`, and whether it is near enough to compare."""
    if not len(b.line) or not len(a.line):
        return np.zeros(len(a.line), np.int64), np.zeros(len(a.line), bool)
    near = _nearest(b.line, a.line)
    return near, np.abs(b.line[near] - a.line) <= params.max_clock_age_lines


def _nearest(sorted_line: Ints, line: Ints) -> Ints:
    right = np.clip(np.searchsorted(sorted_line, line), 0, len(sorted_line) - 1)
    left = np.maximum(right - 1, 0)
    return np.where(np.abs(sorted_line[left] - line) <= np.abs(sorted_line[right] - line), left, right)


def _days(rollovers: int) -> str:
    return f"{rollovers * 7_168:,} days ({rollovers} x 1,024 weeks)"


def _length(ms: float) -> str:
    days = ms / _MS_PER_DAY
    return f"{days:,.1f} days" if abs(days) >= 1 else f"{ms / MS_PER_S:,.0f} s"
