"""Leave out rows that repeat what an earlier row already holds.

One transmission is often recorded several times, since base stations forward it and repeaters send it again:
`CopyDetector` finds equal messages within seconds.

It compares 64-bit hashes of rows. Sorting a hash together with its row index in one word is several times
faster than sorting indices, hence the bit arithmetic.
"""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import Bools, Ints, Words

_MAX_REMEMBERED = 2_000_000
_WORD_BITS = 64


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


def in_groups(key: Words) -> tuple[Ints, Bools]:
    """An order in which equal keys stand together, in that of their rows, and where another key begins.

    Keys may begin more than once, where others with the same high bits stand among them.

    Parameters
    ----------
    key : numpy.ndarray
        Hash of each row, shape (n,).

    Returns
    -------
    order : numpy.ndarray
        Rows, shape (n,).
    begins : numpy.ndarray
        Shape (n,), bool.

    Examples
    --------
    >>> order, begins = in_groups(np.array([3, 1, 3], np.uint64) << np.uint64(60))
    >>> order.tolist(), begins.tolist()
    ([1, 0, 2], [True, True, False])
    """
    index_bits = np.uint64((1 << len(key).bit_length()) - 1)
    order = (np.sort(_with_row_index(key, index_bits)) & index_bits).astype(np.int64)
    ordered = key[order]
    begins: Bools = np.ones(len(key), bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    return order, begins


def stable_order(values: Ints) -> Ints:
    """Order of whole numbers, equal ones in that of their rows; faster than to sort indices.

    Parameters
    ----------
    values : numpy.ndarray
        Such as times of one file, shape (n,), int64.

    Examples
    --------
    >>> stable_order(np.array([7, 5, 7, 5])).tolist()
    [1, 3, 0, 2]
    """
    if np.all(values[1:] >= values[:-1]):
        return np.arange(len(values))
    low = int(values.min())
    index_bits = len(values).bit_length()
    if (int(values.max()) - low).bit_length() + index_bits > _WORD_BITS:
        return np.argsort(values, kind="stable")
    order, _ = in_groups((values - low).astype(np.uint64) << np.uint64(index_bits))
    return order


def _perhaps_equal(digest: Words) -> Ints:
    """Rows that share the high bits of their hash with another row: all equal rows, and rarely others."""
    index_bits = np.uint64((1 << len(digest).bit_length()) - 1)
    ordered = np.sort(_with_row_index(digest, index_bits))
    twin = np.zeros(len(digest), bool)
    twin[1:] = (ordered[1:] ^ ordered[:-1]) <= index_bits
    twin[:-1] |= twin[1:]
    return np.sort((ordered[twin] & index_bits).astype(np.int64))


def _with_row_index(key: Words, index_bits: np.uint64) -> Words:
    """The keys, each with its row index in place of the low bits."""
    out: Words = (key & ~index_bits) | np.arange(len(key), dtype=np.uint64)
    return out
