"""Find AIS sentences in raw bytes, read their headers and verify their checksums, all at once for a block.

``!`` cannot occur in a payload, so each one may begin a sentence, wherever it stands in a line: after a tag
block, a prefix, another sentence or noise. The usual sentence is told by the marks in it: ``!``, six commas
and ``*``, nothing else. Any other goes through a regular expression, one sentence at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import MIX, Bools, Bytes, Ints, Words

_PAD = 128
"""So many bytes, and marks, may be read past the end of a block, or a few less."""
SPAN_BYTES = 24
_HEX_DIGITS = {ord(char): int(char, 16) for char in "0123456789ABCDEFabcdef"}
_HEX_BYTES = np.full(1 << 16, -1, np.int16)
for (_first, _high), (_second, _low) in product(_HEX_DIGITS.items(), repeat=2):
    _HEX_BYTES[_first | _second << 8] = _high << 4 | _low
_LOW_BYTES = np.array([(1 << (8 * k)) - 1 for k in range(9)], np.uint64)
_ZERO_CHARS = np.uint64(0x3030303030303030)


def as_texts(spans: list[bytes]) -> pl.Series:
    """Bytes as text, whatever they are."""
    return pl.Series([span.decode("latin-1") for span in spans], dtype=pl.String)


def as_word(text: bytes) -> np.uint64:
    """A text of up to eight characters as a number, the first one lowest."""
    return np.uint64(int.from_bytes(text, "little"))


_VDM, _VDO = as_word(b"VDM,"), as_word(b"VDO,")
_ODD_HEADER = re.compile(
    rb"!..VD[MO],(?P<total>\d{0,2}),(?P<part>\d{0,2}),(?P<seq>\d{0,3}),(?P<channel>[^,*]{0,8}),"
    rb"(?P<payload>[0-W`-w]*),(?:[^*,]{0,40},)?(?P<pad>\d)?(?P<star>\*(?P<sum>[0-9A-Fa-f]{2})?)?",
)


class Block:
    """Some whole lines of a log, as bytes and as a padded array, with the marks that divide them.

    Attributes
    ----------
    marks : numpy.ndarray
        Where line ends, ``!``, ``$``, ``*``, ``,`` and backslashes are, in order, shape (n,); a hundred
        line ends more follow the last line.
    mark : numpy.ndarray
        Which one each is, shape (n,).
    line_mark, end_mark : numpy.ndarray
        Number of the first mark of each line, and of its end.
    """

    def __init__(self, data: bytes, first_line: int = 0) -> None:
        self.data = data
        self.first_line = first_line
        n_pad = _PAD - len(data) % 8
        self.bytes = np.frombuffer(data + b"\n" * n_pad, np.uint8)
        self._words = np.ndarray(len(self.bytes) - 7, "<u8", self.bytes, 0, (1,))
        self._pairs = np.ndarray(len(self.bytes) - 1, "<u2", self.bytes, 0, (1,))
        is_mark = self.bytes == ord("\n")
        for other in b"!$*,\\":
            is_mark |= self.bytes == other
        self.marks = np.flatnonzero(is_mark)
        self.mark = self.bytes[self.marks]
        self._marks_ahead = np.ndarray(len(self.mark) - 7, "<u8", self.mark, 0, (1,))
        self.end_mark = np.flatnonzero(self.mark[:-n_pad] == ord("\n"))
        self.line_ends = self.marks[self.end_mark]
        self.line_starts = np.append(0, self.line_ends + 1)[: len(self.line_ends)]
        self.line_mark = np.append(0, self.end_mark + 1)[: len(self.line_ends)]

    @property
    def n_lines(self) -> int:
        """Lines in the block."""
        return len(self.line_ends)

    def lines_with(self, first: str) -> Ints:
        """Lines that begin with a character."""
        return np.flatnonzero(self._first_bytes == ord(first))

    @cached_property
    def _first_bytes(self) -> Bytes:
        first: Bytes = self.bytes[self.line_starts]
        return first

    @cached_property
    def dollar_lines(self) -> tuple[Ints, Words]:
        """Lines that begin with ``$``, and the first eight bytes of each."""
        lines = self.lines_with("$")
        return lines, self.words(self.line_starts[lines])

    def marks_from(self, mark: Ints, text: bytes) -> Bools:
        """Whether the marks from each one on are those of a text of up to eight."""
        out: Bools = ((self._marks_ahead[mark] ^ as_word(text)) & _LOW_BYTES[len(text)]) == 0
        return out

    def line_of(self, at: Ints) -> Ints:
        """Line in the block that holds each byte position."""
        return np.searchsorted(self.line_ends, at)

    def text(self, start: int, end: int) -> str:
        """Bytes as text, whatever they are."""
        return self.data[start:end].decode("latin-1")

    def spans(self, start: Ints, end: Ints) -> list[bytes]:
        """The bytes of many spans."""
        data = self.data
        return [data[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]

    def texts(self, start: Ints, end: Ints) -> pl.Series:
        """Many spans as text."""
        return as_texts(self.spans(start, end))

    def words(self, at: Ints) -> Words:
        """The eight bytes from each position on, the first one lowest."""
        return self._words[at]

    def number(self, start: Ints, n_digits: int) -> tuple[Ints, Bools]:
        """The number written with so many digits at each position, and whether it is one."""
        return self._digits_from(start, np.array(n_digits), n_digits)

    def number_between(self, start: Ints, end: Ints, max_digits: int) -> tuple[Ints, Bools]:
        """The number written from `start` to `end`, and whether it is one."""
        length = end - start
        good = (length > 0) & (length <= max_digits)
        start, length = np.where(good, start, 0), np.where(good, length, 0)
        value, sound = self._digits_from(start, length, max_digits)
        good &= sound
        return np.where(good, value, 0), good

    def _digits_from(self, start: Ints, n_digits: Ints, max_digits: int) -> tuple[Ints, Bools]:
        value, good = np.zeros_like(start), np.ones(start.shape, bool)
        # Eight digits at a time, the odd ones first.
        for left in range(-(-max_digits // 8) * 8 - 8, -1, -8):
            n = np.clip(n_digits - left, 0, 8)
            digits, sound = _digits(self.words(start), n)
            good &= sound
            value = value * 100_000_000 + digits
            start = start + n
        return value, good

    def span_hash(self, start: Ints, end: Ints) -> Words:
        """A 64-bit hash of each span of up to `SPAN_BYTES`; never 0."""
        length = end - start
        out = length.astype(np.uint64)
        # What is not there adds nothing, so that a span has one hash among longer ones and shorter ones.
        for k in range(0, min(int(length.max(initial=0)), SPAN_BYTES), 8):
            word = (self.words(start + k) & _LOW_BYTES[np.clip(length - k, 0, 8)]) * (MIX + np.uint64(2 * k))
            out ^= word ^ (word >> np.uint64(29))
        return (out * MIX) | np.uint64(1)

    def xor(self, start: Ints, end: Ints) -> Bytes:
        """Exclusive or of the bytes [start, end) of each row."""
        folded = self._xor_to(start) ^ self._xor_to(end)
        for shift in (32, 16, 8):
            folded ^= folded >> np.uint64(shift)
        return folded.astype(np.uint8)

    def _xor_to(self, at: Ints) -> Words:
        k, rest = at >> 3, at & 7
        out: Words = self._running_xor[k] ^ (self.bytes.view("<u8")[k] & _LOW_BYTES[rest])
        return out

    @cached_property
    def _running_xor(self) -> Words:
        words = self.bytes.view("<u8")
        out = np.zeros(len(words) + 1, np.uint64)
        np.bitwise_xor.accumulate(words, out=out[1:])
        return out

    def hex_byte(self, at: Ints) -> NDArray[np.int16]:
        """Two hexadecimal digits as a number, -1 where they are none."""
        out: NDArray[np.int16] = _HEX_BYTES[self._pairs[at]]
        return out


def _digits(words: Words, n: Ints) -> tuple[Ints, Bools]:
    """The number that the first `n` of eight characters write, and whether all are digits."""
    short = 8 - n
    # To the end of the word, zeros in front.
    w = (words << (8 * short).astype(np.uint64)) | (_ZERO_CHARS & _LOW_BYTES[short])
    high = np.uint64(0xF0F0F0F0F0F0F0F0)
    good = ((w & high) == _ZERO_CHARS) & (((w + np.uint64(0x0606060606060606)) & high) == _ZERO_CHARS)
    # Digits to pairs, pairs to fours, fours to eight, each step for all at once.
    w = (w & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64((10 << 8) + 1) >> np.uint64(8)
    w = (w & np.uint64(0x00FF00FF00FF00FF)) * np.uint64((100 << 16) + 1) >> np.uint64(16)
    w = (w & np.uint64(0x0000FFFF0000FFFF)) * np.uint64((10_000 << 32) + 1) >> np.uint64(32)
    return w.astype(np.int64), good


@dataclass
class Sentences:
    """The sentences of one block in file order; positions are byte offsets into the block."""

    start: Ints
    mark: Ints
    """Number of the mark that begins it."""
    line: Ints
    n_parts: Ints
    part: Ints
    seq: Ints
    channel: Bytes
    payload_start: Ints
    payload_end: Ints
    pad: Ints
    after: Ints
    """First byte after the checksum."""
    checksum: NDArray[np.int16]
    """As written; -1 where there is none."""
    checksum_ok: Bools
    damaged: list[int] = field(default_factory=list)
    """Starts of what looks like a sentence and cannot be read as one."""

    def __len__(self) -> int:
        return len(self.start)


def find_sentences(block: Block) -> Sentences:
    """All AIS sentences of a block."""
    b = block.bytes
    mark = np.flatnonzero(block.mark == ord("!"))
    mark = mark[_is_formatter(block, block.marks[mark] + 3)]
    start = block.marks[mark]
    line = block.line_of(start)
    # A sentence ends with its line or where the next one begins.
    limit = block.line_ends[line]
    limit[:-1] = np.minimum(limit[:-1], start[1:])

    comma = [block.marks[mark + k] for k in range(1, 7)]
    star = block.marks[mark + 7]
    has_seq, has_channel = comma[3] - comma[2] == 2, comma[4] - comma[3] == 2
    digits = b[start + 7] - np.uint8(48), b[start + 9] - np.uint8(48)
    seq = np.where(has_seq, b[comma[2] + 1].astype(np.int64) - 48, -1)
    pad = b[comma[5] + 1].astype(np.int64) - 48
    checksum = block.hex_byte(star + 1)
    usual = (
        block.marks_from(mark, b"!,,,,,,*")
        & (star + 3 <= limit)
        & (comma[1] == start + 8)
        & (comma[2] == start + 10)
        & (has_seq | (comma[3] - comma[2] == 1))
        & (has_channel | (comma[4] - comma[3] == 1))
        & (star == comma[5] + 2)
        & (digits[0] <= 9)
        & (digits[1] <= 9)
        & (seq >= -1)
        & (seq <= 9)
        & (pad >= 0)
        & (pad <= 5)
        & (checksum >= 0)
    )
    found = Sentences(
        start=start,
        mark=mark,
        line=line,
        n_parts=digits[0].astype(np.int64),
        part=digits[1].astype(np.int64),
        seq=seq,
        channel=np.where(has_channel, b[comma[3] + 1], 0).astype(np.uint8),
        payload_start=comma[4] + 1,
        payload_end=comma[5],
        pad=pad,
        after=star + 3,
        checksum=checksum,
        checksum_ok=np.zeros(len(start), bool),
    )
    odd = np.flatnonzero(~usual)
    keep = np.ones(len(start), bool)
    for k in odd.tolist():
        if not _read_odd(block, found, k, int(limit[k])):
            keep[k] = False
            found.damaged.append(int(start[k]))
    if not keep.all():
        found = _take(found, keep)
    found.checksum_ok = found.checksum == block.xor(
        found.start + 1, np.where(found.checksum < 0, found.start + 1, found.after - 3)
    )
    return found


def without_beginning(block: Block, n_begun: int) -> Ints:
    """Lines with the formatter of a sentence beyond those of the `n_begun` that ``!`` begins, if any."""
    b = block.bytes
    at = np.flatnonzero((b[:-3] == ord("V")) & (b[3:] == ord(",")))
    at = at[_is_formatter(block, at)]
    return block.line_of(at) if len(at) > n_begun else at[:0]


def _is_formatter(block: Block, at: Ints) -> Bools:
    four = block.words(at) & np.uint64(0xFFFFFFFF)
    out: Bools = (four == _VDM) | (four == _VDO)
    return out


def _read_odd(block: Block, s: Sentences, k: int, limit: int) -> bool:
    """Fill in row `k` from a sentence of unusual layout; False where it cannot be read at all."""
    m = _ODD_HEADER.match(block.data, int(s.start[k]), limit)
    if m is None or not m["payload"]:
        return False
    s.n_parts[k] = int(m["total"] or 1)
    s.part[k] = int(m["part"] or 1)
    s.seq[k] = int(m["seq"] or -1)
    s.channel[k] = ord(m["channel"][:1] or b"\0")
    s.payload_start[k], s.payload_end[k] = m.span("payload")
    s.pad[k] = min(int(m["pad"] or 0), 5)
    s.after[k] = m.end() if m["sum"] else m.end("payload")
    s.checksum[k] = int(m["sum"], 16) if m["sum"] else -1
    return True


def _take(s: Sentences, keep: Bools) -> Sentences:
    columns = {n: v[keep] for n, v in vars(s).items() if isinstance(v, np.ndarray)}
    return Sentences(**columns, damaged=s.damaged)
