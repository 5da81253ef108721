"""Instants in milliseconds since 1970, what stands for none, and which can be times of AIS at all."""

from __future__ import annotations

import numpy as np

from stsdetect.decode.payload import Ints

NO_TIME = np.iinfo(np.int64).min
# AIS began in the late 1990s; epoch times of other years are counters, not times.
EARLIEST_MS = 852_076_800_000  # 1997-01-01
LATEST_MS = 4_102_444_800_000  # 2100-01-01

_DAYS_TO_MONTH = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], np.int64)
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def calendar_ms(
    year: Ints, month: Ints, day: Ints, hour: Ints, minute: Ints, second: Ints, milli: Ints
) -> Ints:
    """Milliseconds since 1970, `NO_TIME` where the calendar has no such time."""
    m = np.where((month >= 1) & (month <= 12), month, 0)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    sound = (m > 0) & (day >= 1) & (day <= _DAYS_IN_MONTH[m] + (leap & (m == 2)))
    sound &= (hour < 24) & (minute < 60) & (second <= 60) & (year > 1900)
    y = year - 1
    days = 365 * (year - 1970) + (y // 4 - y // 100 + y // 400) - 477
    days += _DAYS_TO_MONTH[m] + (leap & (m > 2)) + day - 1
    return np.where(sound, ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milli, NO_TIME)
