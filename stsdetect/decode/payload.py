"""AIS payloads to columns: six-bit armour packed into 48-bit words, fields cut out of whole columns at once.

Field positions follow ITU-R M.1371-5, annex 8.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]
Bools = NDArray[np.bool_]

_CHARS_A_WORD = 8
_BITS_A_WORD = 48
_ARMOUR_ZERO = 0x30


class Field(NamedTuple):
    """A field of a message: first bit and number of bits."""

    offset: int
    width: int

    @property
    def end(self) -> int:
        """First bit after the field."""
        return self.offset + self.width


class Bits:
    """Payloads of one length, packed: word ``k`` of all messages lies in one row.

    Parameters
    ----------
    text : numpy.ndarray
        Armoured characters, uint8, shape (n, n_chars), each valid (see `valid_armour`).

    Examples
    --------
    >>> line = np.frombuffer(b"13HOI:0P0000VOHLCnHQKwvL05Ip", np.uint8)[None, :]
    >>> Bits(line).unsigned(Field(8, 30)).tolist()
    [227006760]
    """

    def __init__(self, text: NDArray[np.uint8]) -> None:
        n, n_chars = text.shape
        self.n_bits = 6 * n_chars
        self.words = np.ascontiguousarray(_pack(_padded(text, n, n_chars)).T)

    def take(self, at: NDArray[np.int64]) -> Bits:
        """The messages at these places."""
        out = object.__new__(Bits)
        out.n_bits, out.words = self.n_bits, self.words[:, at]
        return out

    def unsigned(self, field: Field) -> NDArray[np.int64]:
        """The field as a number, shape (n,)."""
        offset, width = field
        k, first = divmod(offset, _BITS_A_WORD)
        last = first + width
        if last <= _BITS_A_WORD:
            value = self.words[k] >> np.uint64(_BITS_A_WORD - last)
        else:
            spill = np.uint64(last - _BITS_A_WORD)
            value = (self.words[k] << spill) | (self.words[k + 1] >> (np.uint64(_BITS_A_WORD) - spill))
        return (value & np.uint64((1 << width) - 1)).view(np.int64)

    def signed(self, field: Field) -> NDArray[np.int64]:
        """The field as a number in two's complement, shape (n,)."""
        shift = 64 - field.width
        return (self.unsigned(field) << shift) >> shift

    def text(self, field: Field) -> NDArray[np.bytes_]:
        """Six-bit text up to the first ``@``, without blanks at its end, shape (n,)."""
        codes = np.stack(
            [self.unsigned(Field(bit, 6)) for bit in range(field.offset, field.end, 6)], axis=1
        ).astype(np.uint8)
        open_ = np.logical_and.accumulate(codes != 0, axis=1)
        letters = np.where(open_, np.where(codes < 32, codes + 64, codes), 0).astype(np.uint8)
        return np.char.rstrip(np.ascontiguousarray(letters).view(f"S{letters.shape[1]}")[:, 0])

    def digest(self, without: np.uint64) -> U64:
        """A 64-bit hash of each message, shape (n,), the bits `without` of the first word left out."""
        out = np.full(self.words.shape[1], self.n_bits, np.uint64)
        for k, word in enumerate(self.words):
            out ^= word if k else word & ~without
            out *= np.uint64(0x9E3779B97F4A7C15)
            out ^= out >> np.uint64(29)
        return out


def valid_armour(text: NDArray[np.uint8]) -> Bools:
    """Whether all characters of each row are of the six-bit armour (0-W and backquote-w), shape (n,).

    Examples
    --------
    >>> valid_armour(np.frombuffer(b"0Ww!X,", np.uint8).reshape(2, 3)).tolist()
    [True, False]
    """
    c = _padded(text, *text.shape)

    def at_least(code: int) -> U64:
        return c + np.uint64(0x0101010101010101 * (0x80 - code))

    # One bit a byte: set where the character is good. Bytes are below 0x80, so no sum carries over.
    good = at_least(0x30) & ~at_least(0x78) & ~(at_least(0x58) & ~at_least(0x60))
    high = np.uint64(0x8080808080808080)
    ascii_ = ((c & high) == 0).all(axis=1)
    return ascii_ & ((good & high) == high).all(axis=1)


def _padded(text: NDArray[np.uint8], n: int, n_chars: int) -> U64:
    n_words = -(-n_chars // _CHARS_A_WORD)
    if n_chars % _CHARS_A_WORD == 0 and text.flags.c_contiguous:
        return text.view("<u8")
    out = np.full((n, n_words * _CHARS_A_WORD), _ARMOUR_ZERO, np.uint8)
    out[:, :n_chars] = text
    return out.view("<u8")


def _pack(c: U64) -> U64:
    x = c - np.uint64(0x3030303030303030)
    # Codes above 40 skip the eight characters between W and the backquote.
    x -= ((x + np.uint64(0x5757575757575757)) & np.uint64(0x8080808080808080)) >> np.uint64(4)
    x = x.byteswap()
    x = ((x & np.uint64(0x3F003F003F003F00)) >> np.uint64(2)) | (x & np.uint64(0x003F003F003F003F))
    x = ((x & np.uint64(0x0FFF00000FFF0000)) >> np.uint64(4)) | (x & np.uint64(0x00000FFF00000FFF))
    return ((x & np.uint64(0x00FFFFFF00000000)) >> np.uint64(8)) | (x & np.uint64(0x0000000000FFFFFF))
