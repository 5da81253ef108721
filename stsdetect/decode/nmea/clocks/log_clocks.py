"""Give messages without a receive time that of a clock near them in the log.

A message takes the time of the last RMC or ZDA before it, or else of the last credible base station. Where
there is none yet it is held back until the first one follows, so that the beginning of a log is read too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Bytes, Ints
from stsdetect.decode.nmea.clocks.base_station_clock import BaseStationClock, Confirmed
from stsdetect.decode.nmea.clocks.rollover import ClockCheck, Readings
from stsdetect.decode.nmea.gnss_sentences import gnss_times
from stsdetect.decode.nmea.receive_time import BASE_CLOCK, GPS_CLOCK, NONE
from stsdetect.decode.nmea.sentences import Block
from stsdetect.decode.times.gregorian import MS_PER_MIN, NO_TIME
from stsdetect.decode.times.timestamps import EARLIEST_MS
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

_SECONDS = 60


class ClockTimes(NamedTuple):
    """What `LogClocks.times` returns, each of shape (n,)."""

    ms: Ints
    kind: Bytes
    waits: Bools
    """Whether a clock may still follow within `max_clock_age_lines`."""
    rough: Bools
    """Whether the time is right to the minute only: of a base station, or of a clock behind the line."""


def refined_ms(ms: Ints, second: NDArray[np.int8]) -> Ints:
    """Rough times refined by the UTC second that a position report itself carries.

    Base stations report every ten seconds and are not always received, and at the beginning of a log the
    clock comes after the report, so such a time is right to the minute only.

    Parameters
    ----------
    ms : numpy.ndarray
        Times, shape (n,) [ms].
    second : numpy.ndarray
        UTC second in the report, shape (n,); 60 and above mean that it is not available.

    Returns
    -------
    numpy.ndarray
        The instant nearest to each time at which UTC has the second of the report, shape (n,) [ms].

    Examples
    --------
    >>> refined_ms(np.array([85_000, 85_000]), np.array([5, 60], np.int8)).tolist()
    [65000, 85000]
    """
    half = MS_PER_MIN // 2
    apart = (second.astype(np.int64) * MS_PER_S - ms + half) % MS_PER_MIN - half
    return np.where(second < _SECONDS, ms + apart, ms)


class LogClocks:
    """The clocks of a log, as far as it has been read.

    Parameters
    ----------
    check : ClockCheck
        What the beginning of the log shows about its clocks.
    params : DecodeParams
        `max_clock_age_lines`, `max_clock_jump_s`, `max_clock_disagreement_s` and those of base stations.
    latest_ms : int
        Later times are not believed [ms].
    """

    def __init__(self, check: ClockCheck, params: DecodeParams, *, latest_ms: int) -> None:
        self.check = check
        self.out_of_step = 0
        """Readings that disagree with the receive times around them."""
        self._latest_ms = latest_ms
        self._max_age = params.max_clock_age_lines
        self._max_jump_ms = int(params.max_clock_jump_s * MS_PER_S)
        self._max_apart_ms = int(params.max_clock_disagreement_s * MS_PER_S)
        self._base = BaseStationClock(
            spread_ms=int(params.base_clock_spread_s * MS_PER_S),
            look_back=params.base_clock_look_back,
            agreeing=params.base_clock_agreeing,
        )
        nothing = np.zeros(0, np.int64)
        self._gnss_line, self._gnss_ms = nothing, nothing
        self._base_line, self._base_ms = nothing, nothing
        self._doubtful_ms = NO_TIME
        first = check.first_gnss_ms
        self._last_gnss_ms = None if first is None else first + check.gnss_shift_ms
        self._timed_line, self._timed_ms = nothing, nothing

    def contradicts(self, ms: Ints, clock_ms: Ints) -> Bools:
        """Whether receive times of sentences are far from those of clocks, in a log that lives by its clocks.

        Parameters
        ----------
        ms, clock_ms : numpy.ndarray
            Times [ms], shape (n,); `NO_TIME` where no clock is near.
        """
        if self.check.has_own_times:
            return np.zeros(len(ms), bool)
        out: Bools = (clock_ms != NO_TIME) & (np.abs(ms - clock_ms) > self._max_apart_ms)
        return out

    def times(
        self, block: Block, line: Ints, reports: Readings, timed: tuple[Ints, Ints], *, at_end: bool
    ) -> ClockTimes:
        """Times at some lines, by clocks in this block and those before it.

        Parameters
        ----------
        block : Block
            The lines read last.
        line : numpy.ndarray
            Lines of the log that need a time, in this block or held back from an earlier one, shape (n,).
        reports : Readings
            Messages of base stations in the block.
        timed : tuple of numpy.ndarray
            Line and time [ms] of the messages of the block that have a receive time of their own.
        at_end : bool
            Whether nothing follows.
        """
        gnss = self._gnss_readings(block, line)
        reports = reports._replace(ms=self.check.corrected(reports))
        if len(gnss.line) or len(reports.line):
            by_line = np.argsort(timed[0], kind="stable")
            known_line = np.concatenate([self._timed_line, timed[0][by_line]])
            known_ms = np.concatenate([self._timed_ms, timed[1][by_line]])
            if self.check.has_own_times:
                gnss = self._in_step(gnss, known_line, known_ms)
                reports = self._in_step(reports, known_line, known_ms)
            gnss = self._without_jumps(gnss)
        confirmed = self._base.add(reports.line, reports.ms)
        gnss_line = np.concatenate([self._gnss_line, gnss.line])
        gnss_ms = np.concatenate([self._gnss_ms, gnss.ms])
        base_line = np.concatenate([self._base_line, confirmed.line])
        base_ms = np.concatenate([self._base_ms, confirmed.ms])
        n = len(line)
        out = ClockTimes(
            np.full(n, NO_TIME), np.full(n, NONE, np.uint8), np.zeros(n, bool), np.zeros(n, bool)
        )
        # A message of a base station is on its own line, a clock sentence always on another.
        for kind, at, ms in ((GPS_CLOCK, gnss_line, gnss_ms), (BASE_CLOCK, base_line, base_ms)):
            self._set(out, line, kind, at, ms, np.searchsorted(at, line, side="right") - 1)
        by_gnss = out.kind == GPS_CLOCK
        self._fill_backwards(out, line, gnss, confirmed)
        out.rough[:] = (out.kind != NONE) & ~by_gnss
        out.waits[:] = (out.kind == NONE) & (not at_end)
        out.waits[:] &= line + self._max_age >= block.first_line + block.n_lines
        self._gnss_line, self._gnss_ms = gnss_line[-1:], gnss_ms[-1:]
        self._base_line, self._base_ms = base_line[-1:], base_ms[-1:]
        self._see_times(*timed)
        return out

    def _see_times(self, line: Ints, ms: Ints) -> None:
        """Keep the last receive time that the log itself gives."""
        if len(line):
            last = int(line.argmax())
            self._timed_line, self._timed_ms = line[last : last + 1], ms[last : last + 1]

    def _set(self, out: ClockTimes, line: Ints, kind: int, at: Ints, ms: Ints, index: Ints) -> None:
        if not len(at):
            return
        inside = (index >= 0) & (index < len(at)) & (out.kind == NONE)
        index = np.clip(index, 0, len(at) - 1)
        rows = np.flatnonzero(inside & (np.abs(line - at[index]) <= self._max_age))
        out.ms[rows], out.kind[rows] = ms[index[rows]], kind

    def _fill_backwards(self, out: ClockTimes, line: Ints, gnss: Readings, base: Confirmed) -> None:
        """By the first clock after each line, of whichever kind."""
        rows = np.flatnonzero(out.kind == NONE)
        if not len(rows) or not (len(gnss.line) or len(base.line)):
            return
        after_gnss, after_base = (np.searchsorted(c, line[rows]) for c in (gnss.line, base.line))
        far = np.iinfo(np.int64).max // 2
        gnss_line, base_line = (np.append(c, far) for c in (gnss.line, base.line))
        by_gnss = gnss_line[after_gnss] < base_line[after_base]
        fresh = np.minimum(gnss_line[after_gnss], base_line[after_base]) - line[rows] <= self._max_age
        use = fresh & by_gnss
        out.ms[rows[use]], out.kind[rows[use]] = gnss.ms[after_gnss[use]], GPS_CLOCK
        use = np.flatnonzero(fresh & ~by_gnss)
        if not len(use):
            return
        # Reports before the confirmed one that agree with it are as good: the last of them up to the line, or
        # else the first one after it.
        k = after_base[use]
        agrees = base.earlier_ms[k] != NO_TIME
        upto = agrees & (base.earlier_line[k] <= line[rows[use]][:, None])
        columns = np.arange(upto.shape[1])
        last = np.where(upto, columns, -1).max(axis=1)
        first = np.where(agrees, columns, upto.shape[1]).min(axis=1)
        pick = np.where(last >= 0, last, first)
        out.ms[rows[use]] = base.earlier_ms[k, pick]
        out.kind[rows[use]] = BASE_CLOCK

    def _gnss_readings(self, block: Block, line: Ints) -> Readings:
        if self.check.gnss_refused:
            at, ms = np.zeros(0, np.int64), np.zeros(0, np.int64)
        else:
            shift = self.check.gnss_shift_ms
            at, ms = gnss_times(
                block,
                line - block.first_line,
                earliest_ms=EARLIEST_MS - shift,
                latest_ms=self._latest_ms - shift,
            )
            ms = self.check.in_one_era(ms + shift)
        return Readings(at + block.first_line, ms, np.zeros(len(at), np.int64))

    def _in_step(self, clock: Readings, line: Ints, ms: Ints) -> Readings:
        """The readings that do not contradict the receive times near them."""
        if not len(line) or not len(clock.line):
            return clock
        before = np.searchsorted(line, clock.line, side="right") - 1
        nearest = np.where(before >= 0, before, 0)
        comparable = np.abs(clock.line - line[nearest]) <= self._max_age
        keep = ~comparable | (np.abs(clock.ms - ms[nearest]) <= self._max_apart_ms)
        self.out_of_step += int((~keep).sum())
        return Readings(*(c[keep] for c in clock))

    def _without_jumps(self, clock: Readings) -> Readings:
        """The readings but for those far from the one before, unless the next one is there too."""
        if not len(clock.line):
            return clock
        last = self._last_gnss_ms
        self._last_gnss_ms = int(clock.ms[-1])
        first = clock.ms[:1] if last is None else np.array([last])
        steady = bool((np.abs(np.diff(np.concatenate([first, clock.ms]))) <= self._max_jump_ms).all())
        if steady and self._doubtful_ms == NO_TIME:
            return clock
        keep = np.zeros(len(clock.ms), bool)
        for k, ms in enumerate(clock.ms.tolist()):
            keep[k] = (
                last is None
                or abs(ms - last) <= self._max_jump_ms
                or (self._doubtful_ms != NO_TIME and abs(ms - self._doubtful_ms) <= self._max_jump_ms)
            )
            if keep[k]:
                last, self._doubtful_ms = ms, NO_TIME
            else:
                self._doubtful_ms = ms
        self._last_gnss_ms = last
        self.out_of_step += int((~keep).sum())
        return Readings(*(c[keep] for c in clock))
