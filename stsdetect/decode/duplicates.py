"""Leave out rows that repeat what an earlier row already holds.

One transmission is often recorded several times, since base stations forward it and repeaters send it again:
`CopyDetector` finds equal messages within seconds. And tables write the static columns of a vessel on every
row: `spell_edges` finds the rows where they change.

Both compare 64-bit hashes of rows. Sorting a hash together with its row index in one word is several times
faster than sorting indices, hence the bit arithmetic.
"""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import MIX, Bools, Ints, Words

_MAX_REMEMBERED = 2_000_000


class CopyDetector:
    """Finds messages that equal a recent one; remembers the last moments of a file between calls.

    Parameters
    ----------
    window_ms : int
        A message is a copy if an equal one was received at most this long before it.

    Examples
    --------
    >>> c = CopyDetector(window_ms=30_000)
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
        """Whether each message is a copy of another one, in this call or an earlier one.

        Parameters
        ----------
        digest : numpy.ndarray
            Hash of each message, shape (n,).
        ms : numpy.ndarray
            Receive times, shape (n,) [ms].

        Returns
        -------
        numpy.ndarray
            Shape (n,), bool. Of equal messages within the window the earliest is not a copy.
        """
        n_old = len(self._ms)
        all_digest = np.concatenate([self._digest, digest])
        all_ms = np.concatenate([self._ms, ms])
        copy = np.zeros(len(all_ms), bool)
        rows = _perhaps_equal(all_digest)
        if len(rows):
            rows = rows[np.lexsort((all_ms[rows], all_digest[rows]))]
            same = all_digest[rows][1:] == all_digest[rows][:-1]
            copy[rows[1:]] = same & (np.diff(all_ms[rows]) <= self.window_ms)
        # Messages of earlier calls were passed on already, even where this call brings an earlier copy.
        copy[:n_old] = False
        if len(all_ms):
            recent = np.flatnonzero(all_ms >= all_ms.max() - self.window_ms)[-_MAX_REMEMBERED:]
            self._digest, self._ms = all_digest[recent], all_ms[recent]
        return copy[n_old:]


def spell_edges(mmsi: Ints, ms: Ints, state: Words) -> Bools:
    """Rows that begin or end a spell in which the state of a vessel stays the same, in order of time.

    The rows between the two edges can be left out without loss, even where later parts of the file hold rows
    that fall in between.

    Parameters
    ----------
    mmsi, ms, state : numpy.ndarray
        Vessel, time [ms] and hash of the columns whose changes matter, shape (n,).

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
    # Where the hashes of two vessels agree in their high bits, their rows mix, which only gives more edges.
    n_bits = len(ms).bit_length()
    since_first = (ms - ms.min(initial=np.iinfo(np.int64).max)).astype(np.uint64)
    by_time = _argsort_high_bits(since_first << np.uint64(n_bits), n_bits)
    order = by_time[_argsort_high_bits(mmsi[by_time].astype(np.uint64) * MIX, n_bits)]
    change = (np.diff(state[order]) != 0) | (np.diff(mmsi[order]) != 0)
    edge: Bools = np.empty(len(mmsi), bool)
    edge[order] = np.append(True, change) | np.append(change, True)
    return edge


def _perhaps_equal(digest: Words) -> Ints:
    """Rows that share the high bits of their hash with another row: all equal rows, and rarely others."""
    index_bits = np.uint64((1 << len(digest).bit_length()) - 1)
    ordered = np.sort(_with_row_index(digest, index_bits))
    twin = np.zeros(len(digest), bool)
    twin[1:] = (ordered[1:] ^ ordered[:-1]) <= index_bits
    twin[:-1] |= twin[1:]
    return np.sort((ordered[twin] & index_bits).astype(np.int64))


def _argsort_high_bits(key: Words, n_bits: int) -> Ints:
    """Stable order of keys by all but their low `n_bits` bits."""
    index_bits = np.uint64((1 << n_bits) - 1)
    out: Ints = (np.sort(_with_row_index(key, index_bits)) & index_bits).astype(np.int64)
    return out


def _with_row_index(key: Words, index_bits: np.uint64) -> Words:
    """The keys, each with its row index in place of the low bits."""
    out: Words = (key & ~index_bits) | np.arange(len(key), dtype=np.uint64)
    return out
