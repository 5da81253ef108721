"""The order in which places are tried."""

from stsdetect.decode.nmea.places.layout import (
    AFTER_CALENDAR,
    AFTER_NUMBERS,
    BEFORE_CALENDAR,
    BEFORE_NUMBERS,
    PLACES,
    TAG,
    Layout,
)


def test_a_tag_block_comes_first() -> None:
    assert PLACES[0] == TAG
    assert len(set(PLACES)) == len(PLACES)


def test_a_plain_form_is_read_first_only_where_no_better_place_holds_times() -> None:
    number = AFTER_NUMBERS[0]
    assert Layout().is_first(number, AFTER_CALENDAR)
    assert not Layout(seen=frozenset([AFTER_CALENDAR])).is_first(number, AFTER_CALENDAR)
    assert not Layout(order=(TAG,)).is_first(number, AFTER_CALENDAR)
    order = (number, AFTER_CALENDAR)
    assert Layout(order=order, seen=frozenset([AFTER_CALENDAR])).is_first(number, AFTER_CALENDAR)
    assert Layout().is_first(BEFORE_NUMBERS[0], BEFORE_CALENDAR)
