"""Sentences are found anywhere in a line, and their headers and checksums read as written."""

import numpy as np
import pytest

from stsdetect.decode.nmea.sentences import Block, find_sentences, lines_with_formatter
from tests.builders import decode as build

LINE = build.position()


@pytest.mark.parametrize(
    ("text", "n", "ok"),
    [
        (LINE, 1, True),
        (f"noise ! {LINE} tail", 1, True),
        (LINE[:-2] + LINE[-2:].lower(), 1, True),
        (LINE[:-2] + f"{int(LINE[-2:], 16) ^ 1:02X}", 1, False),
        (LINE[:-3], 1, False),
        (LINE + LINE, 2, True),
        ("$GPGGA,1,2*00", 0, True),
        ("", 0, True),
    ],
)
def test_sentences_and_their_checksums(text: str, n: int, ok: bool) -> None:
    found = find_sentences(Block(f"{text}\n".encode()))
    assert len(found) == n
    assert found.checksum_ok.tolist() == [ok] * n


def test_the_header_is_read_field_by_field() -> None:
    head, tail = build.static(seq=7, channel="B")
    block = Block(f"x\n{head}\n{tail}\n".encode())
    s = find_sentences(block)
    assert s.line.tolist() == [1, 2]
    assert (s.n_parts.tolist(), s.part.tolist(), s.seq.tolist()) == ([2, 2], [1, 2], [7, 7])
    assert s.channel.tolist() == [ord("B")] * 2
    assert s.pad.tolist() == [0, 2]
    body = build.static_payload()
    assert block.spans(s.payload_start, s.payload_end) == [body[:59].encode(), body[59:].encode()]


def test_an_irregular_header_is_read_and_a_damaged_one_reported() -> None:
    long_channel = build.sentence(*build.payload([(1, 6), (0, 162)]), channel="AB")
    s = find_sentences(Block(f"{long_channel}\n!AIVDM,\n{LINE}\n".encode()))
    assert s.checksum_ok.tolist() == [True, True]
    assert s.damaged == [len(long_channel) + 1]


def test_a_sentence_without_its_beginning_is_noticed() -> None:
    block = Block(f"{LINE}\n{LINE[3:]}\n".encode())
    n = len(find_sentences(block))
    assert n == 1
    assert lines_with_formatter(block, n).tolist() == [0, 1]
    assert lines_with_formatter(block, 2).tolist() == []


def test_integers_are_read_only_where_all_characters_are_digits() -> None:
    block = Block(b"1234567890123,12x4,,9\n")
    start, end = np.array([0, 14, 19, 20]), np.array([13, 18, 19, 21])
    value, good = block.number_between(start, end, 16)
    assert value[[0, 3]].tolist() == [1_234_567_890_123, 9]
    assert good.tolist() == [True, False, False, True]
