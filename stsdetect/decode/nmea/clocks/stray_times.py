"""Receive times that are out of step with the lines around them.

A damaged digit gives a time that is credible alone and years from its neighbours. It is refused where the
lines before and after it agree with one another and none of them with it. Where two logs were joined, or the
clock was set, the lines behind the step agree with one another, so the step is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stsdetect.arrays import Bools, Ints
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S


class Strays(NamedTuple):
    """What `StrayTimes.find` returns, each of shape (n,)."""

    stray: Bools
    """Whether a time is refused."""
    waits: Bools
    """Whether more lines are needed to decide; give these again together with the lines that follow."""


class StrayTimes:
    """Finds stray times in file order.

    Parameters
    ----------
    params : DecodeParams
        `stray_neighbours`, `stray_share` and `max_clock_jump_s`.

    Examples
    --------
    >>> hour = 3_600_000
    >>> ms = np.array([0, 1, 2, 999 * hour, 3, 4, 5, 6]) + hour
    >>> StrayTimes(DecodeParams()).find(np.arange(8), ms, at_end=True).stray.nonzero()[0].tolist()
    [3]
    """

    def __init__(self, params: DecodeParams) -> None:
        self._n = params.stray_neighbours
        self._share = params.stray_share
        self._apart_ms = int(params.max_clock_jump_s * MS_PER_S)
        self._before = np.zeros(0, np.int64)

    def find(self, line: Ints, ms: Ints, *, at_end: bool) -> Strays:
        """Refuse times, or wait for more lines.

        Parameters
        ----------
        line, ms : numpy.ndarray
            Line in the log and receive time [ms] of messages in any order, shape (n,).
        at_end : bool
            Whether nothing follows.
        """
        out = Strays(np.zeros(len(ms), bool), np.zeros(len(ms), bool))
        if not len(ms):
            return out
        span = np.concatenate([self._before, [ms.min(), ms.max()]])
        # A time alone, the first of the log, has no neighbour yet that agrees with it.
        alone = len(ms) + len(self._before) == 1
        if not alone and span.max() - span.min() <= self._apart_ms:
            last = np.argpartition(line, -min(self._n, len(line)))[-self._n :]
            last = last[np.argsort(line[last], kind="stable")]
            self._before = np.concatenate([self._before, ms[last]])[-self._n :]
            return out
        n_before = len(self._before)
        in_order = (np.diff(line) >= 0).all()
        order = np.arange(len(ms)) if in_order else np.argsort(line, kind="stable")
        times = np.concatenate([self._before, ms[order]])
        step = np.abs(np.diff(times)) > self._apart_ms
        doubtful = np.append(True, step) & np.append(step, True)
        for k in np.flatnonzero(doubtful[n_before:]).tolist():
            at = n_before + k
            around = np.concatenate([times[max(at - self._n, 0) : at], times[at + 1 : at + 1 + self._n]])
            if (np.abs(around - times[at]) <= self._apart_ms).any():
                continue
            if len(times) - at - 1 < self._n and not at_end:
                out.waits[order[k:]] = True
                break
            out.stray[order[k]] = self._agree(around)
        n_decided = len(ms) - int(out.waits.sum())
        self._before = times[max(n_before + n_decided - self._n, 0) : n_before + n_decided]
        return out

    def _agree(self, around: Ints) -> bool:
        if len(around) < self._n:
            return False
        near = np.abs(around - np.median(around)) <= self._apart_ms
        return float(near.mean()) >= self._share
