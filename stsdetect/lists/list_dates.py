"""Dates as lists write them: ISO 8601, day first, month first, and with the month in letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

Order = Literal["day_first", "month_first"]

_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[t ].*)?")
_NUMBERS = re.compile(r"([0-9]{1,2})([./\-])([0-9]{1,2})\2([0-9]{4})(?:[t ].*)?")
_DAY_AND_WORD = re.compile(r"([0-9]{1,2})[\s\-.]*([a-z]{3,9})\.?[\s\-,]*([0-9]{4})")
_WORD_AND_DAY = re.compile(r"([a-z]{3,9})\.?\s*([0-9]{1,2}),?\s*([0-9]{4})")
_MAX_CHARS = 40


def date_of(text: str, order: Order | None = None) -> date | None:
    """The date that a text gives to the day; None where it gives none, or may mean two.

    Parameters
    ----------
    text : str
        A date, perhaps with a time after it.
    order : {"day_first", "month_first"}, optional
        Order of numbers such as 03/04/2021, which are read only with it.

    Examples
    --------
    >>> date_of("2018-02-23T00:00:00"), date_of("26 Feb. 2011"), date_of("2016-00-00")
    (datetime.date(2018, 2, 23), datetime.date(2011, 2, 26), None)
    >>> date_of("03/04/2021", "day_first"), date_of("03/04/2021")
    (datetime.date(2021, 4, 3), None)
    """
    text = text.strip().lower()[:_MAX_CHARS]
    if found := _ISO.fullmatch(text):
        return _date(*found.groups())
    if (found := _NUMBERS.fullmatch(text)) and (order or found[1] == found[3]):
        month, day = (found[1], found[3]) if order == "month_first" else (found[3], found[1])
        return _date(found[4], month, day)
    if found := _DAY_AND_WORD.fullmatch(text):
        return _date(found[3], _month(found[2]), found[1])
    if found := _WORD_AND_DAY.fullmatch(text):
        return _date(found[3], _month(found[1]), found[2])
    return None


def order_of(texts: Sequence[str]) -> Order | None:
    """Whether the day or the month comes first in a column; None where nothing shows it.

    Examples
    --------
    >>> order_of(["03/04/2021", "24/04/2021"]), order_of(["03/24/2021"]), order_of(["03/04/2021"])
    ('day_first', 'month_first', None)
    """
    orders: set[Order] = set()
    for text in texts:
        if found := _NUMBERS.fullmatch(text.strip().lower()[:_MAX_CHARS]):
            if int(found[1]) > 12:
                orders.add("day_first")
            if int(found[3]) > 12:
                orders.add("month_first")
            if found[2] == ".":  # 24.04.2021: no country writes the month first with points
                orders.add("day_first")
    return orders.pop() if len(orders) == 1 else None


def _month(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0


def _date(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _EARLIEST_YEAR <= found.year <= _LATEST_YEAR else None
