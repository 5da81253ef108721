"""Dates as lists write them; what may mean two days is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.lists.list_dates import Order, date_of, order_of

DAY = date(2023, 3, 1)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2023-03-01", None),
        ("2023-3-1", None),
        ("2023-03-01T16:47:04.449+02:00", None),
        (" 2023-03-01 00:00 ", None),
        ("01/03/2023", "day_first"),
        ("1.3.2023", "day_first"),
        ("03/01/2023", "month_first"),
        ("01-Mar-2023", None),
        ("1 March 2023", None),
        ("1 Mar. 2023", None),
        ("March 1, 2023", None),
        ("MAR 01 2023", None),
    ],
)
def test_one_day_in_many_hands(text: str, order: Order | None) -> None:
    assert date_of(text, order) == DAY


@pytest.mark.parametrize(
    "text",
    ["", "2023", "2023-03", "2023-02-30", "2023-00-00", "0001-01-01", "9999-12-31", "01/03/2023", "1/2-2023",
     "13/13/2023", "1 Foo 2023", "March 2023", "00/00/1975", "2023-03-01x", "\u0661/\u0661/2023"],
)  # fmt: skip
def test_what_is_no_day_or_may_be_two_is_none(text: str) -> None:
    assert date_of(text) is None


def test_the_order_is_that_which_some_date_of_the_column_shows() -> None:
    assert order_of(["03/04/2021", "", "x", "13/04/2021"]) == "day_first"
    assert order_of(["03/04/2021", "04/13/2021"]) == "month_first"
    assert order_of(["03.04.2021"]) == "day_first"
    assert order_of(["03/04/2021"]) is None
    assert order_of(["13/04/2021", "04/13/2021"]) is None, "two orders in one column"
    assert date_of("04/04/2021") == date(2021, 4, 4), "either way the same"


@given(st.text(max_size=60), st.sampled_from([None, "day_first", "month_first"]))
def test_any_text_is_a_day_in_reach_or_none(text: str, order: Order | None) -> None:
    day = date_of(text, order)
    assert day is None or 1900 <= day.year <= 2199
    order_of([text])


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_comes_back_from_each_form(day: date) -> None:
    assert date_of(day.isoformat()) == day
    assert date_of(day.strftime("%d/%m/%Y"), "day_first") == day
    assert date_of(day.strftime("%m/%d/%Y"), "month_first") == day
    assert date_of(day.strftime("%d %B %Y")) == day
