"""Static columns that a table repeats on every row of a ship: which rows may tell something new."""

from __future__ import annotations

import numpy as np

from stsdetect.decode.payload import MIX, Bools, Ints, Words


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
