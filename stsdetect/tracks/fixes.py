"""Fixes as arrays, in the order in which a number sent them."""

from __future__ import annotations

from typing import NamedTuple

from stsdetect.arrays import Floats, Ints

SPIKE = -1
"""In place of a track's number: the fix belongs to none."""


class Motion(NamedTuple):
    """Fixes sorted by number and time, each array of shape (n,)."""

    mmsi: Ints
    time_s: Floats
    lat: Floats
    lon: Floats
    sog: Floats
    """[kn], NaN where not reported."""
    cog: Floats
    """[deg], NaN where not reported."""
    slack_m: Floats
    """What a fix may be out by, time stamp included."""
    cruise_kn: Floats
    """Fastest that a station goes for long, whatever it reports."""
    ais_class: Ints
    """A code, 0 where not known; different codes rarely are one transmitter."""
