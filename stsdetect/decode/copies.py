"""Drop what base stations and repeaters send again: the same bits of the same ship within seconds."""

from __future__ import annotations

import numpy as np

from stsdetect.decode.payload import Bools, Ints, Words

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
        self._digest: Words = np.empty(0, np.uint64)
        self._ms: Ints = np.empty(0, np.int64)

    def mark(self, digest: Words, ms: Ints) -> Bools:
        """Which of the messages are copies of an earlier one, in this call or in those before."""
        n_old = len(self._ms)
        all_digest = np.concatenate([self._digest, digest])
        all_ms = np.concatenate([self._ms, ms])
        copy = np.zeros(len(all_ms), bool)
        rows = _perhaps_equal(all_digest)
        if len(rows):
            rows = rows[np.lexsort((all_ms[rows], all_digest[rows]))]
            same = all_digest[rows][1:] == all_digest[rows][:-1]
            copy[rows[1:]] = same & (np.diff(all_ms[rows]) <= self.window_ms)
        # A message that was passed on is never taken back, even where an earlier copy comes later
        # in the file.
        copy[:n_old] = False
        if len(all_ms):
            recent = np.flatnonzero(all_ms >= all_ms.max() - self.window_ms)[-_MAX_REMEMBERED:]
            self._digest, self._ms = all_digest[recent], all_ms[recent]
        return copy[n_old:]


def _perhaps_equal(digest: Words) -> Ints:
    """Rows whose high bits another row has too; a row that has an equal is always among them."""
    # The place of a row in the low bits of its digest: numbers sort much faster than indices.
    place = np.uint64((1 << len(digest).bit_length()) - 1)
    ordered = np.sort((digest & ~place) | np.arange(len(digest), dtype=np.uint64))
    twin = np.zeros(len(digest), bool)
    twin[1:] = (ordered[1:] ^ ordered[:-1]) <= place
    twin[:-1] |= twin[1:]
    return np.sort((ordered[twin] & place).astype(np.int64))
