"""Dates and times of day of the Gregorian calendar to milliseconds since 1970."""

from __future__ import annotations

import numpy as np

from stsdetect.arrays import Ints
from stsdetect.units import MS_PER_S

MS_PER_MIN = 60 * MS_PER_S
NO_TIME = np.iinfo(np.int64).min
"""Marks an unknown time in arrays of milliseconds."""

_DAYS_BEFORE_MONTH = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], np.int64)
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def calendar_ms(
    year: Ints, month: Ints, day: Ints, hour: Ints, minute: Ints, second: Ints, milli: Ints
) -> Ints:
    """Milliseconds since 1970 of dates and times of day; a leap second counts as the next second.

    Returns
    -------
    numpy.ndarray
        Shape (n,); `NO_TIME` where the Gregorian calendar has no such time, or the year is 1900 or earlier.

    Examples
    --------
    >>> parts = np.array([[2000, 1, 1, 0, 0, 1, 5], [2001, 2, 29, 0, 0, 0, 0]]).T
    >>> calendar_ms(*parts).tolist() == [946684801005, NO_TIME]
    True
    """
    m = np.where((month >= 1) & (month <= 12), month, 0)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    exists = (m > 0) & (day >= 1) & (day <= _DAYS_IN_MONTH[m] + (leap & (m == 2)))
    exists &= (hour >= 0) & (hour < 24) & (minute >= 0) & (minute < 60)
    exists &= (second >= 0) & (second <= 60) & (year > 1900)
    y = year - 1
    days = 365 * (year - 1970) + (y // 4 - y // 100 + y // 400) - 477
    days += _DAYS_BEFORE_MONTH[m] + (leap & (m > 2)) + day - 1
    ms = ((days * 24 + hour) * 60 + minute) * MS_PER_MIN + second * MS_PER_S + milli
    return np.where(exists, ms, NO_TIME)
