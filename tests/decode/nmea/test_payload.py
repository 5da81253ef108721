"""Fields come out of the six-bit armour as they went in, wherever they lie."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.nmea.payload import Bits, Field, pack
from tests.builders import decode as build


def packed(*payloads: str, n_words: int = 4) -> tuple[Bits, list[bool]]:
    text = np.frombuffer("".join(payloads).encode("latin-1") + b" " * 80, np.uint8)
    n_chars = np.array([len(p) for p in payloads], np.int64)
    bits, good = pack(text, np.cumsum(n_chars) - n_chars, n_chars, n_words=n_words)
    return bits, good.tolist()


@given(st.lists(st.tuples(st.integers(0, 2**30 - 1), st.integers(1, 30)), min_size=1, max_size=6))
def test_fields_are_those_that_were_packed(fields: list[tuple[int, int]]) -> None:
    body, _ = build.payload(fields)
    bits, good = packed(body)
    assert good == [True]
    offset = 0
    for value, width in fields:
        field = Field(offset, width)
        value %= 1 << width
        assert bits.unsigned(field).tolist() == [value]
        assert bits.signed(field).tolist() == [value - (value >> (width - 1) << width)]
        offset += width


def test_all_64_characters_of_the_armour_and_no_other_are_accepted() -> None:
    armour = "".join(build.payload([(k, 6)])[0] for k in range(64))
    bits, good = packed(*armour, n_words=1)
    assert bits.unsigned(Field(0, 6)).tolist() == list(range(64))
    assert all(good)
    others = [chr(c) for c in range(256) if chr(c) not in armour]
    assert not any(packed(*others, n_words=1)[1])


def test_bits_beyond_the_end_of_a_message_are_zero() -> None:
    bits, _ = packed("w", "ww")
    assert bits.n_bits.tolist() == [6, 12]
    assert bits.unsigned(Field(0, 12)).tolist() == [0b111111000000, 0b111111111111]


def test_text_ends_at_the_first_at_sign_and_has_no_blanks_around_it() -> None:
    bodies = [build.payload(build.text_bits(text, 8))[0] for text in ("AB@CD", "  A B  ", "@", "12345678")]
    bits, _ = packed(*bodies)
    assert bits.text(Field(0, 48)).tolist() == [b"AB", b"A B", b"", b"12345678"]


def test_the_hash_ignores_only_the_bits_named() -> None:
    bodies = [
        build.payload([(1, 6), (repeat, 2), (mmsi, 30)])[0] for repeat, mmsi in ((0, 7), (3, 7), (0, 8))
    ]
    bits, _ = packed(*bodies)
    one, repeated, other = bits.digest(np.uint64(0b11 << 40)).tolist()
    assert one == repeated != other
