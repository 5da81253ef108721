"""Receive times from base stations, which broadcast UTC (types 4 and 11): the last resort.

The clocks of some base stations are wrong by minutes to years, so a report counts only if recent ones agree
with it.
"""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import Ints
from stsdetect.decode.nmea.payload import Bits, Field
from stsdetect.decode.times.gregorian import NO_TIME, calendar_ms

CLOCK_TYPES = (4, 11)
_UTC_FIELDS = (Field(38, 14), Field(52, 4), Field(56, 5), Field(61, 5), Field(66, 6), Field(72, 6))
_AGREES_WITH_NONE = NO_TIME // 2


class BaseStationClock:
    """Gives lines of a log the time of the latest credible base station report before them.

    Parameters
    ----------
    max_age_lines : int
        A report gives no time to lines further down than this.
    spread_ms : int
        Two reports agree if they are at most this far apart [ms].
    look_back, agreeing : int
        Of the `look_back` reports before a report, at least `agreeing` must agree with it.

    Examples
    --------
    >>> clock = BaseStationClock(max_age_lines=10, spread_ms=60_000, look_back=4, agreeing=2)
    >>> line, ms = np.array([0, 2, 4, 6]), np.array([0, 9_000, 10_000, 99_000_000])
    >>> found = clock.at(np.array([3, 5, 7, 15]), line, ms)
    >>> [None if t == NO_TIME else t for t in found.tolist()]
    [None, 10000, 10000, None]
    """

    def __init__(self, *, max_age_lines: int, spread_ms: int, look_back: int, agreeing: int) -> None:
        self.max_age_lines = max_age_lines
        self.spread_ms = spread_ms
        self.agreeing = agreeing
        self._previous = np.full(look_back, _AGREES_WITH_NONE)
        self._good_line, self._good_ms = np.full(1, -1 - max_age_lines), np.full(1, NO_TIME)

    def at(self, line: Ints, report_line: Ints, report_ms: Ints) -> Ints:
        """Time at some lines, by the reports of this call and of earlier ones.

        Parameters
        ----------
        line : numpy.ndarray
            Lines of the log, shape (n,).
        report_line, report_ms : numpy.ndarray
            Line and time [ms] of each new base station report, in file order, shape (m,).

        Returns
        -------
        numpy.ndarray
            Shape (n,) [ms]; `NO_TIME` where no report is credible and recent enough.
        """
        recent = np.concatenate([self._previous, report_ms])
        look_back = len(self._previous)
        others = np.lib.stride_tricks.sliding_window_view(recent, look_back)[: len(report_ms)]
        good = (np.abs(others - report_ms[:, None]) <= self.spread_ms).sum(axis=1) >= self.agreeing
        good_line = np.concatenate([self._good_line, report_line[good]])
        # Some clocks are a minute behind others, but receive times do not run backwards.
        good_ms = np.maximum.accumulate(np.concatenate([self._good_ms, report_ms[good]]))
        last = np.maximum(np.searchsorted(good_line, line, side="right") - 1, 0)
        fresh = line - good_line[last] <= self.max_age_lines
        self._previous = recent[-look_back:]
        self._good_line, self._good_ms = good_line[-1:], good_ms[-1:]
        return np.where(fresh, good_ms[last], NO_TIME)


def clock_ms(bits: Bits) -> Ints:
    """Time in messages of `CLOCK_TYPES` [ms since 1970 UTC], `NO_TIME` where it is not available."""
    year, month, day, hour, minute, second = (bits.unsigned(field) for field in _UTC_FIELDS)
    ms = calendar_ms(year, month, day, hour, minute, second, np.zeros(len(year), np.int64))
    return np.where(bits.n_bits >= _UTC_FIELDS[-1].end, ms, NO_TIME)
