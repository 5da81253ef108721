"""Text that is not recognised is judged by what is in it."""

import pytest

from stsdetect.decode.file_rows import has_sentences, looks_like_positions


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
