from datetime import UTC, datetime

import pytest

from stsdetect.report.page.display_format import (
    CATEGORIES,
    local_times,
    number,
    percent,
    position,
    ship_type,
    signed,
    size,
    span,
)
from stsdetect.score.category import INNOCENT


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, ""),
        (0, ""),
        (57, "local vessel"),
        (30, "fishing"),
        (70, "cargo"),
        (74, "cargo, hazard category D"),
        (75, "cargo"),
        (29, "wing-in-ground craft"),
        (15, "reserved ship type 15"),
    ],
)
def test_a_ship_type_is_given_in_words(code: int | None, words: str) -> None:
    assert ship_type(code) == words


@pytest.mark.parametrize(
    ("share", "text"), [(0.99, "99 %"), (0.991, "over 99 %"), (0.01, "1 %"), (0.009, "under 1 %")]
)
def test_a_probability_is_never_nought_or_all(share: float, text: str) -> None:
    assert percent(share) == text


def test_what_is_not_known_is_a_dash() -> None:
    assert {number(None), number(float("inf"), 1, "m"), percent(None), signed(float("nan"))} == {"–"}
    assert size(0.0, 12.0) == "not broadcast"


def test_an_open_span_ends_with_a_dash() -> None:
    assert span(datetime(2019, 8, 14, 6, tzinfo=UTC), None) == "2019-08-14 06:00 – –"


@pytest.mark.parametrize(("lon", "n_clocks"), [(131.0, 2), (131.1, 1)])
def test_china_time_is_given_in_and_off_china_only(lon: float, n_clocks: int) -> None:
    at = datetime(2019, 8, 14, 6, tzinfo=UTC)
    assert len(local_times(at, at, 30.0, lon)) == n_clocks


def test_minutes_of_a_position_never_reach_sixty() -> None:
    assert position(29.99999, -0.00001) == "30°00.00' N 0°00.00' W"


def test_every_category_has_words() -> None:
    assert set(CATEGORIES) == {*INNOCENT, "transfer", "unknown"}
