"""Drop what base stations and repeaters send again: the same bits of the same ship within seconds.

Static columns that a table repeats on every row of a ship: which rows may tell something new.
"""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import MIX, Bools, Ints, Words

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


def spell_edges(mmsi: Ints, ms: Ints, state: Words) -> Bools:
    """Rows that begin or end a spell in which a ship's state stays the same, in the order of time.

    What lies between the two tells nothing new, also where rows of the ship that come later in the file fall
    in between.

    Parameters
    ----------
    mmsi, ms, state : numpy.ndarray
        Ship, time and hash of what is said of her, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.

    Examples
    --------
    >>> state = np.array([5, 5, 5, 6, 5], np.uint64)
    >>> spell_edges(np.full(5, 412000001), np.arange(5), state).tolist()
    [True, False, True, True, True]
    """
    # Sixty-four bits hold a time, or a hash of the ship, above the place of the row: numbers sort much faster
    # than indices. Where two ships share their hash their rows mix, and merely more of them are edges.
    n_bits = len(ms).bit_length()
    in_time = _places(
        (ms - ms.min(initial=np.iinfo(np.int64).max)).astype(np.uint64) << np.uint64(n_bits), n_bits
    )
    order = in_time[_places(mmsi[in_time].astype(np.uint64) * MIX, n_bits)]
    change = (np.diff(state[order]) != 0) | (np.diff(mmsi[order]) != 0)
    edge: Bools = np.empty(len(mmsi), bool)
    edge[order] = np.append(True, change) | np.append(change, True)
    return edge


def _places(key: Words, n_bits: int) -> Ints:
    """Places of keys in order; of each key the low bits do not count."""
    place = np.uint64((1 << n_bits) - 1)
    out: Ints = (np.sort((key & ~place) | np.arange(len(key), dtype=np.uint64)) & place).astype(np.int64)
    return out
