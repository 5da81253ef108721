"""The nearest of the names that are there to one that is not: what a message can suggest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

_MIN_SIMILARITY = 0.7


def nearest_name(wanted: Sequence[str], present: Iterable[str]) -> str:
    """The name that resembles any of the wanted ones most; empty where none does.

    Parameters
    ----------
    wanted : sequence of str
        Names for one and the same thing.
    present : iterable of str
        Names to choose from; of equally similar ones the first is taken.

    Examples
    --------
    >>> nearest_name(["lat", "latitude"], ["mmsi", "Latt", "lon"]), nearest_name(["sog"], ["heading"])
    ('Latt', '')
    """
    best, at_least = "", _MIN_SIMILARITY
    for name in present:
        similarity = max(difflib.SequenceMatcher(None, w.lower(), name.lower()).ratio() for w in wanted)
        if similarity > at_least:
            best, at_least = name, similarity
    return best
