"""Drop what base stations and repeaters send again: the same bits of the same ship within seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stsdetect.decode.payload import Bools
from stsdetect.decode.sentences import Ints

_MAX_REMEMBERED = 2_000_000


class Copies:
    """Remembers the messages of the last moments of a file.

    Parameters
    ----------
    window_ms : int
        An equal message this long or less after the one before it is a copy.

    Examples
    --------
    >>> c = Copies(window_ms=30_000)
    >>> c.mark(np.array([7, 7, 7], np.uint64), np.array([0, 29_000, 90_000])).tolist()
    [False, True, False]
    >>> c.mark(np.array([7], np.uint64), np.array([91_000])).tolist()
    [True]
    """

    def __init__(self, *, window_ms: int) -> None:
        self.window_ms = window_ms
        self._digest: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._ms: Ints = np.empty(0, np.int64)

    def mark(self, digest: NDArray[np.uint64], ms: Ints) -> Bools:
        """Which of the messages are copies of an earlier one, in this call or in those before."""
        n_old = len(self._ms)
        all_digest = np.concatenate([self._digest, digest])
        all_ms = np.concatenate([self._ms, ms])
        order = np.lexsort((all_ms, all_digest))
        same = all_digest[order][1:] == all_digest[order][:-1]
        near = np.diff(all_ms[order]) <= self.window_ms
        copy = np.zeros(len(order), bool)
        copy[order[1:]] = same & near
        # A message that was passed on is never taken back, even where an earlier copy comes later in the file.
        copy[:n_old] = False
        if len(all_ms):
            recent = np.flatnonzero(all_ms >= all_ms.max() - self.window_ms)[-_MAX_REMEMBERED:]
            self._digest, self._ms = all_digest[recent], all_ms[recent]
        return copy[n_old:]
