"""The time of a JSON envelope is found by the name of its key."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.decode.nmea.places.json_times import json_times
from stsdetect.decode.times.gregorian import NO_TIME
from tests.builders.decode import T

LATEST_MS = 1_800_000_000_000


def read(*lines: str) -> list[float | None]:
    ms = json_times(pl.Series(lines), order=None, latest_ms=LATEST_MS).ms
    return [None if x == NO_TIME else x / 1000 - T for x in ms]


@pytest.mark.parametrize(
    "line",
    [
        '{"@timestamp":"2023-11-14T22:13:20.000Z","message":"!AIVDM"}',
        '{"rxtime":"20231114221320","nmea":["!AIVDM"]}',
        '{"rxuxtime":1700000000.0,"timestamp":20}',
        '{"timestamp": 20, "toa": 1700000000000}',
        '{"log":"!AIVDM\\n","stream":"stdout","time":"2023-11-14T22:13:20.000000000Z"}',
        '{"a":{"b":{"received_at":"2023-11-14 22:13:20"}}}',
        '{"timestamp":{"$date":"2023-11-14T22:13:20Z"}}',
        '{"timestamp":{"$date":{"$numberLong":"1700000000000"}}}',
        '{"message":"{\\"rxuxtime\\":1700000000,\\"nmea\\":[]}"}',
        '{"ts":"1700000000"}',
        '{"time":"2023-11-15 06:13:20 UTC+8"}',
    ],
)
def test_keys_and_nested_keys(line: str) -> None:
    assert read(line) == [0]


def test_the_time_of_reception_is_better_than_that_of_the_shipper() -> None:
    assert read('{"@timestamp":"2023-11-14T22:13:25Z","rxuxtime":1700000000}') == [0]


def test_what_is_not_understood_is_said() -> None:
    found = json_times(pl.Series(['{"time":"2023-11-14 22:13:20 CST"}']), order=None, latest_ms=LATEST_MS)
    assert found.bad.tolist() == [True]
    assert read('{"id":1700000000}', '{"time":12345678901}', '{"time":4291747200}') == [None, None, None]


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_junk_in_one_line_leaves_the_others(junk: str) -> None:
    good = '{"ts":1700000000,"nmea":"!AIVDM"}'
    assert read(good, junk, good)[::2] == [0, 0]
