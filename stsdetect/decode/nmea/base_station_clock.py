"""The last resort for a receive time: what base stations say that it is (types 4 and 11)."""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import Ints
from stsdetect.decode.nmea.payload import Bits, Field
from stsdetect.decode.timestamps import NO_TIME, calendar_ms

CLOCK_TYPES = (4, 11)
_CLOCK = (Field(38, 14), Field(52, 4), Field(56, 5), Field(61, 5), Field(66, 6), Field(72, 6))
_ELSEWHEN = NO_TIME // 2


class BaseClock:
    """Tells the time by the reports of base stations.

    Some stations have a wrong clock, so a report counts only where enough of those before it agree.

    Parameters
    ----------
    max_age_lines : int
        A report is no clock for what comes more lines later.
    spread_ms : int
        Clocks this far apart or less agree.
    look_back, agreeing : int
        Of so many reports before a report, so many must agree with it.

    Examples
    --------
    >>> clock = BaseClock(max_age_lines=10, spread_ms=60_000, look_back=4, agreeing=2)
    >>> line, ms = np.array([0, 2, 4, 6]), np.array([0, 9_000, 10_000, 99_000_000])
    >>> told = clock.at(np.array([3, 5, 7, 15]), line, ms)
    >>> [None if t == NO_TIME else t for t in told.tolist()]
    [None, 10000, 10000, None]
    """

    def __init__(self, *, max_age_lines: int, spread_ms: int, look_back: int, agreeing: int) -> None:
        self.max_age_lines = max_age_lines
        self.spread_ms = spread_ms
        self.agreeing = agreeing
        self._before = np.full(look_back, _ELSEWHEN)
        self._good_line, self._good_ms = np.full(1, -1 - max_age_lines), np.full(1, NO_TIME)

    def at(self, line: Ints, heard_line: Ints, received_ms: Ints) -> Ints:
        """Time at some lines [ms], `NO_TIME` where none is known, by reports heard now or in calls before."""
        lately = np.concatenate([self._before, received_ms])
        look_back = len(self._before)
        others = np.lib.stride_tricks.sliding_window_view(lately, look_back)[: len(received_ms)]
        good = (np.abs(others - received_ms[:, None]) <= self.spread_ms).sum(axis=1) >= self.agreeing
        good_line = np.concatenate([self._good_line, heard_line[good]])
        # Some are a minute behind others; the time of receipt does not run back.
        good_ms = np.maximum.accumulate(np.concatenate([self._good_ms, received_ms[good]]))
        last = np.maximum(np.searchsorted(good_line, line, side="right") - 1, 0)
        fresh = line - good_line[last] <= self.max_age_lines
        self._before = lately[-look_back:]
        self._good_line, self._good_ms = good_line[-1:], good_ms[-1:]
        return np.where(fresh, good_ms[last], NO_TIME)


def clock_ms(bits: Bits) -> Ints:
    """Time [ms since 1970 UTC] that messages of `CLOCK_TYPES` tell, `NO_TIME` where they tell none."""
    year, month, day, hour, minute, second = (bits.unsigned(field) for field in _CLOCK)
    ms = calendar_ms(year, month, day, hour, minute, second, np.zeros(len(year), np.int64))
    return np.where(bits.n_bits >= _CLOCK[-1].end, ms, NO_TIME)
