"""The text behind a time of day is a zone, or it is not understood."""

import pytest

from stsdetect.decode.times.time_zones import AMBIGUOUS, OFFSET_MIN, offset_min, zone_name


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 0), ("Z", 0), (" UTC ", 0), ("gmt", 0), ("(UTC)", 0), ("+0000 UTC", 0), ("+08:00", 480), ("+8", 480),
        ("UTC+8", 480), ("GMT-03:30", -210), ("UTC +05:30", 330), ("\u22125", -300), ("+0800 CST", 480),
        ("+08:00[Asia/Shanghai]", 480), ("-0500 (EST)", -300), ("MSK", 180), ("est", -300), ("JST", 540), ("+14", 840),
    ],
)  # fmt: skip
def test_offsets_and_names(text: str, minutes: int) -> None:
    assert offset_min(text) == minutes


@pytest.mark.parametrize(
    "text", ["CST", "IST", "PM", "MSKX", "+15", "+08:60", "UTC+", "8", "Z Z", "UTC+8+8", "x" * 99]
)
def test_what_is_not_one_zone_is_not_understood(text: str) -> None:
    assert offset_min(text) is None


def test_no_abbreviation_is_both_known_and_ambiguous() -> None:
    assert not AMBIGUOUS.keys() & set(OFFSET_MIN)


def test_zones_of_the_database() -> None:
    assert zone_name("[Europe/Oslo]") == "Europe/Oslo"
    assert zone_name("America/Argentina/Buenos_Aires") == "America/Argentina/Buenos_Aires"
    assert [zone_name(t) for t in ("MSK", "Europe/Atlantis", "../etc/passwd", "")] == [None] * 4
