"""Text that is not recognised is judged by what is in it."""

import threading
import time
from collections.abc import Iterator

import polars as pl
import pytest

from stsdetect.decode.file_rows import _read_ahead, has_sentences, looks_like_positions


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        (b"a,b,c\n412000001,30.123,122.456\n", True),
        (b"a;b;c\n412000001;30,123;122,456\n", True),
        (b'{"id": 412000001, "at": [122.456, 30.123]}', True),
        (b"mmsi,length,width\n412000001,180.25,30.5\n", False),
        (b"port,lat,lon\nNingbo,29.934,121.853\n", False),
        (b"phone\n4120000011\n", False),
        (b"mmsi,length_m,beam_m\n412000001,180.253,30.511\n412000002,180.253,30.511\n", False),
        (b"id,x,y,length_m\n412000001,122.456,30.123,99\n412000001,122.457,30.123,99\n", True),
        (b"mmsi_1,mmsi_2,lat,lon\n412000001,412000002,30.123,122.456\n", False),
        (b'[{"at": {"lat": 30.123, "lon": 122.456}, "ship": 412000001}]', True),
    ],
)
def test_ships_with_positions(text: bytes, positions: bool) -> None:
    assert looks_like_positions(text) is positions


def test_the_name_of_a_sentence_is_not_a_sentence() -> None:
    assert not has_sentences(b"sentences such as !AIVDM, or !AIVDO")


def test_giving_up_does_not_wait_for_what_is_read_ahead() -> None:
    go_on = threading.Event()

    def frames() -> Iterator[pl.DataFrame]:
        yield pl.DataFrame({"a": [1]})
        go_on.wait(60.0)
        yield pl.DataFrame({"a": [2]})

    ahead = _read_ahead(frames())
    assert next(ahead)["a"].to_list() == [1]
    before = time.monotonic()
    ahead.close()
    assert time.monotonic() - before < 30.0
    go_on.set()
