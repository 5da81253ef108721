"""How work is cut: vessels into hash buckets, time into slabs aligned to the epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stsdetect.arrays import Ints


def bucket_of(mmsi: ArrayLike, n_buckets: int) -> Ints:
    """Bucket of each vessel number; stable across runs and machines.

    Parameters
    ----------
    mmsi : array_like
        Vessel numbers, shape (n,).
    n_buckets : int
        How many buckets there are.

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
    # Fibonacci hashing: MMSIs of one flag differ in their low digits only, and many end in zeros.
    mixed = np.atleast_1d(np.asarray(mmsi, dtype=np.int64)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(33)) % np.uint64(n_buckets)).astype(np.int64)


def slabs(start_ms: int, end_ms: int, *, slab_ms: int) -> list[tuple[int, int]]:
    """Half-open slabs aligned to the epoch that cover [start, end) [ms since 1970].

    Examples
    --------
    >>> slabs(5, 25, slab_ms=10)
    [(0, 10), (10, 20), (20, 30)]
    """
    if end_ms <= start_ms:
        return []
    first = start_ms // slab_ms * slab_ms
    return [(t, t + slab_ms) for t in range(first, end_ms, slab_ms)]
