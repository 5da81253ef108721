"""Station names get one code each, whether they come as text or as bytes of a log."""

import numpy as np
import polars as pl
import pytest

from stsdetect.decode.nmea import stations
from stsdetect.decode.nmea.sentences import Block
from stsdetect.decode.nmea.stations import UNKNOWN, StationNames


def test_text_and_bytes_share_their_codes() -> None:
    names = StationNames()
    assert names.of_texts(pl.Series(["north", None])).tolist() == [1, UNKNOWN]
    block = Block(b"south,north,south\n")
    start, end = np.array([0, 6, 12]), np.array([5, 11, 17])
    assert names.of_spans(block, start, end).tolist() == [2, 1, 2]
    assert names.of_spans(block, start[1:], end[1:]).tolist() == [1, 2]
    assert names.names == ["", "north", "south"]


def test_long_names_are_cut_at_24_bytes() -> None:
    names, text = StationNames(), b"a" * 24
    block = Block(text + b"1\n" + text + b"2\n")
    assert names.of_spans(block, np.array([0, 26]), np.array([25, 51])).tolist() == [1, 1]


def test_names_beyond_the_limit_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stations, "_MAX_NAMES", 3)
    names = StationNames()
    assert [names.code(name) for name in "abca"] == [1, 2, UNKNOWN, 1]
