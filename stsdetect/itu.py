"""What Rec. ITU-R M.1371-5 lays down for every ship."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats

AT_REST = (1, 5, 6)
"""Navigational statuses at anchor, moored and aground."""


def reporting_interval_s(sog_kn: ArrayLike, *, at_rest: ArrayLike, class_b: ArrayLike) -> Floats:
    """Nominal interval between position reports, of a ship that does not turn.

    Parameters
    ----------
    sog_kn : array_like
        Speed over ground, shape (n,) [kn].
    at_rest : array_like of bool
        Whether the navigational status says anchored, moored or aground; class B has none.
    class_b : array_like of bool
        Whether the set is class B (CS).

    Returns
    -------
    numpy.ndarray
        Shape (n,) [s].

    References
    ----------
    Rec. ITU-R M.1371-5, annex 1, tables 1 and 2.

    Examples
    --------
    >>> reporting_interval_s([0.1, 3.1, 14.1, 23.1], at_rest=True, class_b=False).tolist()
    [180.0, 10.0, 6.0, 2.0]
    >>> reporting_interval_s([2.0, 2.1], at_rest=False, class_b=True).tolist()
    [180.0, 30.0]
    """
    sog = np.asarray(sog_kn, dtype=np.float64)
    still = np.asarray(at_rest, dtype=bool) & (sog <= 3.0)
    class_a = np.select([still, sog <= 14.0, sog <= 23.0], [180.0, 10.0, 6.0], 2.0)
    return np.where(class_b, np.where(sog <= 2.0, 180.0, 30.0), class_a)
