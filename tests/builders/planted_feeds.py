"""A feed by hand for planting: ships that swing at anchor and ships that sail past, in open water."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.experiments.planted import RealFeed, read_feed
from stsdetect.schema import POSITIONS
from tests.builders import fixes, together
from tests.builders.swing import H, swinging

ANCHORED = tuple(412_000_101 + k for k in range(6))
SAILING = tuple(412_000_201 + k for k in range(10))
FAR_OUT = (30.0, 123.4)
"""More than 50 km from any shore."""


def anchored(mmsi: int, east_m: float, *, hours: float = 20.0, **columns: object) -> pd.DataFrame:
    """A ship on a pivot 120 m ahead of its antenna."""
    columns = {"place": FAR_OUT, "nav_status": 1} | columns
    return swinging(mmsi, forward_m=120.0, hours=hours, east_m=east_m, **columns)


def sailing(mmsi: int, north_m: float, *, hours: float = 24.0, start_h: float = 0.0) -> pd.DataFrame:
    """Due east at 10 kn for an hour and due west for the next, again and again."""
    second = np.arange(0.0, hours * H, 180.0)
    there = (second // H) % 2 == 0
    east_m = 5.144 * np.where(there, second % H, H - second % H)
    course = np.where(there, 90.0, 270.0)
    columns = {"sog": 10.0, "cog": course, "heading": course, "nav_status": 0, "place": FAR_OUT}
    return fixes(mmsi, second + start_h * H, east_m, north_m, **columns)


@cache
def small_positions() -> pl.DataFrame:
    """POSITIONS of six ships at anchor 3 km apart and ten that sail up and down 6 km south of them."""
    ships = [anchored(mmsi, 3000.0 * k) for k, mmsi in enumerate(ANCHORED)]
    ships += [sailing(mmsi, -6000.0 - 1500.0 * k) for k, mmsi in enumerate(SAILING)]
    return POSITIONS.validate(together(*ships)).sort(POSITIONS.sort_by, maintain_order=True)


@cache
def small_feed() -> RealFeed:
    """The feed of `small_positions`."""
    return read_feed(small_positions())
