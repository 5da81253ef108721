"""Unpack the six-bit armour of AIS payloads, many messages at a time, and cut fields out of them.

`pack` turns eight characters into one word of 48 bits, so that `Bits` reads a field of all messages with a
shift and a mask.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import MIX, Bools, Bytes, Ints, Words

_CHARS_PER_WORD = 8
_BITS_PER_WORD = 48
_HIGH_BITS = np.uint64(0x8080808080808080)
_ALL_ZERO_CHARS = np.uint64(0x3030303030303030)
_LOW_BYTES = np.array([(1 << (8 * k)) - 1 for k in range(9)], np.uint64)


class Field(NamedTuple):
    """A field of a message: its first bit and number of bits."""

    offset: int
    width: int

    @property
    def end(self) -> int:
        """First bit after the field."""
        return self.offset + self.width


class Bits(NamedTuple):
    """The first bits of some messages, packed: row ``k`` of `words` is word ``k`` of every message.

    Examples
    --------
    >>> text = np.frombuffer(b"13HOI:0P0000VOHLCnHQKwvL05Ip".ljust(32), np.uint8)
    >>> bits, good = pack(text, np.array([0]), np.array([28]), n_words=4)
    >>> bits.unsigned(Field(8, 30)).tolist(), bits.n_bits.tolist(), good.tolist()
    ([227006760], [168], [True])
    """

    words: Words
    n_bits: Ints
    """Length of each message, shape (n,), including bits that are not packed."""

    def take(self, at: Ints) -> Bits:
        """Some of the messages, by index."""
        return Bits(self.words.take(at, axis=1), self.n_bits[at])

    def unsigned(self, field: Field) -> Ints:
        """The field as an unsigned integer, shape (n,); bits that a message lacks are zero."""
        offset, width = field
        k, first = divmod(offset, _BITS_PER_WORD)
        last = first + width
        if last <= _BITS_PER_WORD:
            value = self.words[k] >> np.uint64(_BITS_PER_WORD - last)
        else:
            spill = np.uint64(last - _BITS_PER_WORD)
            value = (self.words[k] << spill) | (self.words[k + 1] >> (np.uint64(_BITS_PER_WORD) - spill))
        out: Ints = (value & np.uint64((1 << width) - 1)).view(np.int64)
        return out

    def signed(self, field: Field) -> Ints:
        """The field as an integer in two's complement, shape (n,)."""
        shift = 64 - field.width
        out: Ints = (self.unsigned(field) << shift) >> shift
        return out

    def text(self, field: Field) -> NDArray[np.bytes_]:
        """The field as six-bit text up to the first ``@``, without blanks around it, shape (n,)."""
        columns = [self.unsigned(Field(bit, 6)) for bit in range(field.offset, field.end, 6)]
        codes = np.stack(columns, axis=1).astype(np.uint8)
        # A message may be cut off inside the field.
        present = np.arange(field.offset + 6, field.end + 1, 6) <= self.n_bits[:, None]
        before_end = np.logical_and.accumulate((codes != 0) & present, axis=1)
        letters = np.where(codes < 32, codes + 64, codes) * before_end
        # Trailing blanks are frequent, so they are removed here; leading ones are rare.
        letters *= np.logical_or.accumulate((letters > ord(" "))[:, ::-1], axis=1)[:, ::-1]
        text: NDArray[np.bytes_] = letters.view(f"S{letters.shape[1]}")[:, 0]
        return np.strings.lstrip(text) if (letters[:, 0] == ord(" ")).any() else text

    def digest(self, ignore: np.uint64) -> Words:
        """A 64-bit hash of each message, shape (n,), without the bits `ignore` of its first word."""
        out = self.n_bits.astype(np.uint64)
        for k, word in enumerate(self.words):
            out = (out ^ (word if k else word & ~ignore)) * MIX
            out ^= out >> np.uint64(29)
        return out


def pack(text: Bytes, start: Ints, n_chars: Ints, *, n_words: int) -> tuple[Bits, Bools]:
    """Pack armoured payloads that lie in a text.

    Parameters
    ----------
    text : numpy.ndarray
        Characters, with at least ``8 * n_words`` after the last start.
    start, n_chars : numpy.ndarray
        First character and length of each payload, shape (n,).
    n_words : int
        Words of 8 characters (48 bits) to pack; longer payloads are cut, shorter ones padded with zeros.

    Returns
    -------
    bits : Bits
        The packed messages.
    good : numpy.ndarray
        Whether all packed characters are of the armour (``0`` to ``W`` and backquote to ``w``), shape (n,),
        bool.
    """
    n_bytes = _CHARS_PER_WORD * n_words
    from_each = np.ndarray(len(text) - n_bytes + 1, f"V{n_bytes}", text, 0, (1,))
    chars = np.ascontiguousarray(from_each[start].view("<u8").reshape(len(start), n_words).T)
    for k in range(int(n_chars.min(initial=n_bytes)) // _CHARS_PER_WORD, n_words):
        keep = _LOW_BYTES[np.clip(n_chars - _CHARS_PER_WORD * k, 0, _CHARS_PER_WORD)]
        chars[k] &= keep
        chars[k] |= _ALL_ZERO_CHARS & ~keep
    return Bits(_six_bits(chars), 6 * n_chars), _is_armour(chars)


def _is_armour(chars: Words) -> Bools:
    def at_least(code: int) -> Words:
        return chars + np.uint64(0x0101010101010101 * (0x80 - code))

    # The high bit of each byte has the answer. A byte from 0x80 on may carry into the next one, but then
    # the message is bad anyway.
    good = at_least(0x30) & ~at_least(0x78) & ~(at_least(0x58) & ~at_least(0x60)) & ~chars
    out: Bools = ((good & _HIGH_BITS) == _HIGH_BITS).all(axis=0)
    return out


def _six_bits(chars: Words) -> Words:
    """Eight characters of armour per word to 48 bits."""
    x = chars - _ALL_ZERO_CHARS
    # The armour skips the eight characters between W and the backquote.
    x -= ((x + np.uint64(0x5757575757575757)) & _HIGH_BITS) >> np.uint64(4)
    x.byteswap(inplace=True)
    x = ((x & np.uint64(0x3F003F003F003F00)) >> np.uint64(2)) | (x & np.uint64(0x003F003F003F003F))
    x = ((x & np.uint64(0x0FFF00000FFF0000)) >> np.uint64(4)) | (x & np.uint64(0x00000FFF00000FFF))
    return ((x & np.uint64(0x00FFFFFF00000000)) >> np.uint64(8)) | (x & np.uint64(0x0000000000FFFFFF))
