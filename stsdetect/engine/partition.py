"""How work is divided: MMSIs into hash buckets, time into slabs aligned to the epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stsdetect.arrays import MIX, Ints


def bucket_of(mmsi: ArrayLike, n_buckets: int) -> Ints:
    """Hash bucket of each MMSI, the same in every run and on every machine.

    Parameters
    ----------
    mmsi : array_like
        MMSIs, shape (n,); negative stand-ins included.
    n_buckets : int
        Number of buckets.

    Returns
    -------
    numpy.ndarray
        Shape (n,), in [0, n_buckets).

    Examples
    --------
    >>> bucket_of([412000001, 412000002, -5], 1).tolist()
    [0, 0, 0]
    >>> bool((bucket_of(range(1000), 8) < 8).all())
    True
    """
    # Fibonacci hashing (Knuth, TAOCP 6.4): MMSIs of one flag differ in their low digits only.
    mixed = np.atleast_1d(np.asarray(mmsi, dtype=np.int64)).astype(np.uint64) * MIX
    return ((mixed >> np.uint64(33)) % np.uint64(n_buckets)).astype(np.int64)


def slabs(start_ms: int, end_ms: int, *, slab_ms: int) -> list[tuple[int, int]]:
    """Half-open slabs of time, aligned to the epoch, that cover [start, end).

    Parameters
    ----------
    start_ms, end_ms : int
        Span to cover [ms since 1970].
    slab_ms : int
        Length of a slab [ms].

    Returns
    -------
    list of tuple of int
        Start and end of each slab [ms since 1970]; none for an empty span.

    Examples
    --------
    >>> slabs(5, 25, slab_ms=10)
    [(0, 10), (10, 20), (20, 30)]
    """
    if end_ms <= start_ms:
        return []
    first = start_ms // slab_ms * slab_ms
    return [(t, t + slab_ms) for t in range(first, end_ms, slab_ms)]
