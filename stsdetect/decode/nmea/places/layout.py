"""Where a log writes its receive times, in which order these places are tried, and how dates are written."""

from __future__ import annotations

from dataclasses import dataclass

TAG, WRAPPER, WRAPPER_IN_ROW, JSON = "tag_block", "wrapper", "wrapper_in_row", "json"
AFTER_LABEL, AFTER_CALENDAR = "after_label", "after_calendar"
BEFORE_LABEL, BEFORE_CALENDAR = "before_label", "before_calendar"
AFTER_NUMBERS = ("after_number_1", "after_number_2", "after_number_3")
BEFORE_NUMBERS = ("before_number_1", "before_number_2", "before_number_3")
BARE_NUMBERS = frozenset(AFTER_NUMBERS + BEFORE_NUMBERS)
"""Numbers that nothing but their size and place shows to be times."""
CALENDARS = frozenset((AFTER_CALENDAR, BEFORE_CALENDAR))

PLACES = (
    TAG, AFTER_LABEL, AFTER_CALENDAR, *AFTER_NUMBERS, WRAPPER, WRAPPER_IN_ROW, BEFORE_LABEL, BEFORE_CALENDAR,
    *BEFORE_NUMBERS, JSON,
)  # fmt: skip
"""All places, in the order in which they are tried where the log does not show that another one is better."""


@dataclass(frozen=True)
class Layout:
    """What `stsdetect.decode.nmea.places.survey.survey` found.

    Attributes
    ----------
    order : tuple of str
        Places to look at, the best one first.
    seen : frozenset of str
        Places that hold times at the beginning of the log.
    refused : frozenset of str
        Places whose values look like times and are none: a sentence with nothing else has no receive time.
    date_order : str or None
        Order of dates in numbers with the year last; None where it is not known.
    half_days, zoned : frozenset of str
        Places where most times say AM or PM, or name a zone: one that does not is ambiguous.

    Examples
    --------
    >>> Layout(seen=frozenset(["before_number_1"])).is_first("before_number_1", BEFORE_LABEL, BEFORE_CALENDAR)
    True
    """

    order: tuple[str, ...] = PLACES
    seen: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    date_order: str | None = None
    half_days: frozenset[str] = frozenset()
    zoned: frozenset[str] = frozenset()

    def is_first(self, place: str, *others: str) -> bool:
        """Whether a place may be read before some others, since the log has none of them in front of it."""
        if place not in self.order:
            return False
        return not any(p in self.seen for p in self.order[: self.order.index(place)] if p in others)
