"""AIS payloads to columns: six-bit armour packed into 48-bit words, fields cut out of columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import MIX, Bools, Bytes, Ints, Words

_CHARS_PER_WORD = 8
_BITS_A_WORD = 48
_HIGH_BITS = np.uint64(0x8080808080808080)
_ALL_ZERO_CHARS = np.uint64(0x3030303030303030)
_LOW_BYTES = np.array([(1 << (8 * k)) - 1 for k in range(9)], np.uint64)


class Field(NamedTuple):
    """A field of a message: first bit and number of bits."""

    offset: int
    width: int

    @property
    def end(self) -> int:
        """First bit after the field."""
        return self.offset + self.width


class Bits(NamedTuple):
    """The first bits of some messages, packed; word ``k`` of all messages is one row.

    Examples
    --------
    >>> text = np.frombuffer(b"13HOI:0P0000VOHLCnHQKwvL05Ip".ljust(32), np.uint8)
    >>> bits, good = pack(text, np.array([0]), np.array([28]), n_words=4)
    >>> bits.unsigned(Field(8, 30)).tolist(), bits.n_bits.tolist(), good.tolist()
    ([227006760], [168], [True])
    """

    words: Words
    n_bits: Ints
    """Bits that each message has, shape (n,); those that are not packed count too."""

    def take(self, at: Ints) -> Bits:
        """The messages at these places."""
        return Bits(self.words.take(at, axis=1), self.n_bits[at])

    def unsigned(self, field: Field) -> Ints:
        """The field as a number, shape (n,); bits that a message lacks are zero."""
        offset, width = field
        k, first = divmod(offset, _BITS_A_WORD)
        last = first + width
        if last <= _BITS_A_WORD:
            value = self.words[k] >> np.uint64(_BITS_A_WORD - last)
        else:
            spill = np.uint64(last - _BITS_A_WORD)
            value = (self.words[k] << spill) | (self.words[k + 1] >> (np.uint64(_BITS_A_WORD) - spill))
        out: Ints = (value & np.uint64((1 << width) - 1)).view(np.int64)
        return out

    def signed(self, field: Field) -> Ints:
        """The field as a number in two's complement, shape (n,)."""
        shift = 64 - field.width
        out: Ints = (self.unsigned(field) << shift) >> shift
        return out

    def text(self, field: Field) -> NDArray[np.bytes_]:
        """Six-bit text up to the first ``@``, without blanks around it, shape (n,)."""
        columns = [self.unsigned(Field(bit, 6)) for bit in range(field.offset, field.end, 6)]
        codes = np.stack(columns, axis=1).astype(np.uint8)
        # A message may also be cut inside the field.
        there = np.arange(field.offset + 6, field.end + 1, 6) <= self.n_bits[:, None]
        before_end = np.logical_and.accumulate((codes != 0) & there, axis=1)
        letters = np.where(codes < 32, codes + 64, codes) * before_end
        # Blanks at the end go like the end itself, as there are many; those in front are rare.
        letters *= np.logical_or.accumulate((letters > ord(" "))[:, ::-1], axis=1)[:, ::-1]
        text: NDArray[np.bytes_] = letters.view(f"S{letters.shape[1]}")[:, 0]
        return np.strings.lstrip(text) if (letters[:, 0] == ord(" ")).any() else text

    def digest(self, ignore: np.uint64) -> Words:
        """A 64-bit hash of each message, shape (n,), the bits `ignore` of its first word left out."""
        out = self.n_bits.astype(np.uint64)
        for k, word in enumerate(self.words):
            out = (out ^ (word if k else word & ~ignore)) * MIX
            out ^= out >> np.uint64(29)
        return out


def pack(text: Bytes, start: Ints, n_chars: Ints, *, n_words: int) -> tuple[Bits, Bools]:
    """Pack armoured payloads out of a text.

    Parameters
    ----------
    text : numpy.ndarray
        Characters, with at least ``8 * n_words`` after the last start.
    start, n_chars : numpy.ndarray
        Where each payload begins and how long it is, shape (n,).
    n_words : int
        Words of 8 characters (48 bits) to keep; longer payloads are cut, shorter ones filled up with zeros.

    Returns
    -------
    Bits, numpy.ndarray
        And whether all characters kept are of the armour (``0`` to ``W`` and backquote to ``w``), shape (n,).
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

    # One bit a byte tells; bytes are below 0x80, else the row is bad anyway, so a carry does no harm.
    good = at_least(0x30) & ~at_least(0x78) & ~(at_least(0x58) & ~at_least(0x60)) & ~chars
    out: Bools = ((good & _HIGH_BITS) == _HIGH_BITS).all(axis=0)
    return out


def _six_bits(chars: Words) -> Words:
    x = chars - _ALL_ZERO_CHARS
    # Codes above 40 skip the eight characters between W and the backquote.
    x -= ((x + np.uint64(0x5757575757575757)) & _HIGH_BITS) >> np.uint64(4)
    x.byteswap(inplace=True)
    x = ((x & np.uint64(0x3F003F003F003F00)) >> np.uint64(2)) | (x & np.uint64(0x003F003F003F003F))
    x = ((x & np.uint64(0x0FFF00000FFF0000)) >> np.uint64(4)) | (x & np.uint64(0x00000FFF00000FFF))
    return ((x & np.uint64(0x00FFFFFF00000000)) >> np.uint64(8)) | (x & np.uint64(0x0000000000FFFFFF))
