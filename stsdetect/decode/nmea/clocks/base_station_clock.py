"""Receive times from base stations, which broadcast UTC (types 4 and 11).

The clocks of some base stations are wrong by minutes to years, so a report counts only if recent ones agree
with it. Ships send these messages too, but only an MMSI of the form 00MIDXXXX is that of a base station.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stsdetect.arrays import Bools, Ints
from stsdetect.decode.nmea.payload import Bits, Field
from stsdetect.decode.times.gregorian import NO_TIME, calendar_ms

CLOCK_TYPES = (4, 11)
_UTC_FIELDS = (Field(38, 14), Field(52, 4), Field(56, 5), Field(61, 5), Field(66, 6), Field(72, 6))
_AGREES_WITH_NONE = NO_TIME // 2
_FIRST_MID, _LAST_MID = 200, 799


class Confirmed(NamedTuple):
    """Reports with which enough earlier ones agree, shape (n,), and those, shape (n, look_back)."""

    line: Ints
    ms: Ints
    earlier_line: Ints
    earlier_ms: Ints
    """`NO_TIME` where a report does not agree."""


class BaseStationClock:
    """Finds the credible ones among the reports of base stations.

    Parameters
    ----------
    spread_ms : int
        Two reports agree if they are at most this far apart [ms].
    look_back, agreeing : int
        Of the `look_back` reports before a report, at least `agreeing` must agree with it.

    Examples
    --------
    >>> clock = BaseStationClock(spread_ms=60_000, look_back=4, agreeing=2)
    >>> found = clock.add(np.array([0, 2, 4, 6]), np.array([0, 9_000, 10_000, 99_000_000]))
    >>> found.line.tolist(), found.ms.tolist(), found.earlier_line[0].tolist()
    ([4], [10000], [-1, -1, 0, 2])
    """

    def __init__(self, *, spread_ms: int, look_back: int, agreeing: int) -> None:
        self.spread_ms = spread_ms
        self.agreeing = agreeing
        self._line = np.full(look_back, -1)
        self._ms = np.full(look_back, _AGREES_WITH_NONE)
        self._latest_ms = NO_TIME

    def add(self, line: Ints, ms: Ints) -> Confirmed:
        """Take new reports and return the confirmed ones among them.

        Parameters
        ----------
        line, ms : numpy.ndarray
            Line in the log and time [ms] of each new report, in file order, shape (m,).
        """
        lines, times = np.concatenate([self._line, line]), np.concatenate([self._ms, ms])
        look_back = len(self._ms)
        earlier_line, earlier_ms = (
            np.lib.stride_tricks.sliding_window_view(x, look_back)[: len(ms)] for x in (lines, times)
        )
        agrees = np.abs(earlier_ms - ms[:, None]) <= self.spread_ms
        good = agrees.sum(axis=1) >= self.agreeing
        # Some clocks are a minute behind others, but receive times do not run backwards.
        good_ms = np.maximum.accumulate(np.concatenate([[self._latest_ms], ms[good]]))
        self._line, self._ms, self._latest_ms = lines[-look_back:], times[-look_back:], int(good_ms[-1])
        return Confirmed(
            line[good], good_ms[1:], earlier_line[good], np.where(agrees, earlier_ms, NO_TIME)[good]
        )


def clock_ms(bits: Bits) -> Ints:
    """Time in messages of `CLOCK_TYPES` [ms since 1970 UTC], `NO_TIME` where it is not available."""
    year, month, day, hour, minute, second = (bits.unsigned(field) for field in _UTC_FIELDS)
    ms = calendar_ms(year, month, day, hour, minute, second, np.zeros(len(year), np.int64))
    return np.where(bits.n_bits >= _UTC_FIELDS[-1].end, ms, NO_TIME)


def is_base_station(mmsi: Ints) -> Bools:
    """Whether an MMSI has the form 00MIDXXXX.

    Examples
    --------
    >>> is_base_station(np.array([4120001, 412000001, 990000])).tolist()
    [True, False, False]
    """
    mid = mmsi // 10_000
    out: Bools = (mid >= _FIRST_MID) & (mid <= _LAST_MID)
    return out
