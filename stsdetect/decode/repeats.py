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
    n = len(mmsi)
    in_time = np.argsort(ms, kind="stable") if (np.diff(ms) < 0).any() else np.arange(n)
    # The ship in the high bits and the place in time in the low ones: numbers sort much faster than indices.
    # Where two ships share their bits their rows mix, and merely more of them are edges.
    place = np.uint64((1 << n.bit_length()) - 1)
    ship = mmsi[in_time].astype(np.uint64) * MIX
    order = in_time[np.sort((ship & ~place) | np.arange(n, dtype=np.uint64)) & place]
    change = (np.diff(state[order]) != 0) | (np.diff(mmsi[order]) != 0)
    edge: Bools = np.empty(n, bool)
    edge[order] = np.append(True, change) | np.append(change, True)
    return edge
