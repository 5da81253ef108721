"""Find AIS sentences in raw bytes, read their headers and verify their checksums, for a whole block at once.

``!`` cannot occur in a payload, so each ``!`` may begin a sentence, wherever it is in a line: after a tag
block, a prefix, another sentence or noise. A regular sentence is recognised by the delimiters ("marks") in
it: ``!``, six commas and ``*``, nothing else. Any other sentence is read by a regular expression, one at a
time.
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
"""About how many bytes, and marks, can be read past the end of a block."""
SPAN_BYTES = 24
"""Longest span that `Block.span_hash` takes."""
_HEX_DIGITS = {ord(char): int(char, 16) for char in "0123456789ABCDEFabcdef"}
_HEX_BYTES = np.full(1 << 16, -1, np.int16)
for (_first, _high), (_second, _low) in product(_HEX_DIGITS.items(), repeat=2):
    _HEX_BYTES[_first | _second << 8] = _high << 4 | _low
_LOW_BYTES = np.array([(1 << (8 * k)) - 1 for k in range(9)], np.uint64)
_ZERO_CHARS = np.uint64(0x3030303030303030)


def as_texts(spans: list[bytes]) -> pl.Series:
    """Spans of bytes as text, decoded as Latin-1 so that none fails."""
    return pl.Series([span.decode("latin-1") for span in spans], dtype=pl.String)


def as_word(text: bytes) -> np.uint64:
    """Up to eight characters as an integer, the first one in the low byte."""
    return np.uint64(int.from_bytes(text, "little"))


_VDM, _VDO = as_word(b"VDM,"), as_word(b"VDO,")
_IRREGULAR = re.compile(
    rb"!..VD[MO],(?P<total>\d{0,2}),(?P<part>\d{0,2}),(?P<seq>\d{0,3}),(?P<channel>[^,*]{0,8}),"
    rb"(?P<payload>[0-W`-w]*),(?:[^*,]{0,40},)?(?P<pad>\d)?(?P<star>\*(?P<sum>[0-9A-Fa-f]{2})?)?",
)


class Block:
    """Some whole lines of a log, as bytes and as a padded array, with the delimiters in them.

    Parameters
    ----------
    data : bytes
        Whole lines.
    first_line : int
        Number of the first of them in the log.

    Attributes
    ----------
    mark_at : numpy.ndarray
        Positions of line ends, ``!``, ``$``, ``*``, ``,`` and backslashes in ascending order, shape (n,);
        about a hundred line ends of the padding follow the last line.
    mark_char : numpy.ndarray
        The character at each of them, shape (n,).
    line_mark, end_mark : numpy.ndarray
        Index of the first mark of each line, and of its line end.
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
        self.mark_at = np.flatnonzero(is_mark)
        self.mark_char = self.bytes[self.mark_at]
        self._mark_chars_ahead = np.ndarray(len(self.mark_char) - 7, "<u8", self.mark_char, 0, (1,))
        self.end_mark = np.flatnonzero(self.mark_char[:-n_pad] == ord("\n"))
        self.line_ends = self.mark_at[self.end_mark]
        self.line_starts = np.append(0, self.line_ends + 1)[: len(self.line_ends)]
        self.line_mark = np.append(0, self.end_mark + 1)[: len(self.line_ends)]

    @property
    def n_lines(self) -> int:
        """Number of lines."""
        return len(self.line_ends)

    def lines_with(self, first: str) -> Ints:
        """Lines that begin with a given character."""
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
        """Whether the marks from each index on are the characters of a text of up to eight."""
        out: Bools = ((self._mark_chars_ahead[mark] ^ as_word(text)) & _LOW_BYTES[len(text)]) == 0
        return out

    def line_of(self, at: Ints) -> Ints:
        """Line in the block of each byte position."""
        return np.searchsorted(self.line_ends, at)

    def text(self, start: int, end: int) -> str:
        """A span of bytes as text, decoded as Latin-1 so that it cannot fail."""
        return self.data[start:end].decode("latin-1")

    def spans(self, start: Ints, end: Ints) -> list[bytes]:
        """Many spans of bytes."""
        data = self.data
        return [data[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]

    def texts(self, start: Ints, end: Ints) -> pl.Series:
        """Many spans of bytes as text."""
        return as_texts(self.spans(start, end))

    def words(self, at: Ints) -> Words:
        """The eight bytes from each position on as an integer, the first one in the low byte."""
        return self._words[at]

    def number(self, start: Ints, n_digits: int) -> tuple[Ints, Bools]:
        """The integer of `n_digits` digits at each position, and whether all of them are digits."""
        return self._digits_from(start, np.array(n_digits), n_digits)

    def number_between(self, start: Ints, end: Ints, max_digits: int) -> tuple[Ints, Bools]:
        """The integer between two positions, and whether it is one to `max_digits` digits long."""
        length = end - start
        good = (length > 0) & (length <= max_digits)
        start, length = np.where(good, start, 0), np.where(good, length, 0)
        value, all_digits = self._digits_from(start, length, max_digits)
        good &= all_digits
        return np.where(good, value, 0), good

    def _digits_from(self, start: Ints, n_digits: Ints, max_digits: int) -> tuple[Ints, Bools]:
        value, good = np.zeros_like(start), np.ones(start.shape, bool)
        # Eight digits at a time; the first group takes what exceeds a multiple of eight.
        for left in range(-(-max_digits // 8) * 8 - 8, -1, -8):
            n = np.clip(n_digits - left, 0, 8)
            digits, all_digits = _digits(self.words(start), n)
            good &= all_digits
            value = value * 100_000_000 + digits
            start = start + n
        return value, good

    def span_hash(self, start: Ints, end: Ints) -> Words:
        """A 64-bit hash of each span of up to `SPAN_BYTES`; never 0."""
        length = end - start
        out = length.astype(np.uint64)
        # Bytes past the end of a span count as zero, so its hash does not depend on the other spans.
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
        """The value of two hexadecimal digits, -1 where they are not."""
        out: NDArray[np.int16] = _HEX_BYTES[self._pairs[at]]
        return out


def _digits(words: Words, n: Ints) -> tuple[Ints, Bools]:
    """The integer in the first `n` of eight characters, and whether all of those are digits."""
    short = 8 - n
    # Shift the digits to the end of the word and put zeros in front.
    w = (words << (8 * short).astype(np.uint64)) | (_ZERO_CHARS & _LOW_BYTES[short])
    high = np.uint64(0xF0F0F0F0F0F0F0F0)
    good = ((w & high) == _ZERO_CHARS) & (((w + np.uint64(0x0606060606060606)) & high) == _ZERO_CHARS)
    # Add up neighbouring digits, then pairs, then groups of four, within the word.
    w = (w & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64((10 << 8) + 1) >> np.uint64(8)
    w = (w & np.uint64(0x00FF00FF00FF00FF)) * np.uint64((100 << 16) + 1) >> np.uint64(16)
    w = (w & np.uint64(0x0000FFFF0000FFFF)) * np.uint64((10_000 << 32) + 1) >> np.uint64(32)
    return w.astype(np.int64), good


@dataclass
class Sentences:
    """The sentences of a block in file order; positions are byte offsets into the block."""

    start: Ints
    mark: Ints
    """Index of the mark that begins it."""
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
    """Positions of sentences that cannot be read."""

    def __len__(self) -> int:
        return len(self.start)


def find_sentences(block: Block) -> Sentences:
    """All AIS sentences (``!..VDM`` and ``!..VDO``) of a block."""
    b = block.bytes
    mark = np.flatnonzero(block.mark_char == ord("!"))
    mark = mark[_is_formatter(block, block.mark_at[mark] + 3)]
    start = block.mark_at[mark]
    line = block.line_of(start)
    # A sentence cannot extend past its line or the beginning of the next sentence.
    limit = block.line_ends[line]
    limit[:-1] = np.minimum(limit[:-1], start[1:])

    comma = [block.mark_at[mark + k] for k in range(1, 7)]
    star = block.mark_at[mark + 7]
    has_seq, has_channel = comma[3] - comma[2] == 2, comma[4] - comma[3] == 2
    digits = b[start + 7] - np.uint8(48), b[start + 9] - np.uint8(48)
    seq = np.where(has_seq, b[comma[2] + 1].astype(np.int64) - 48, -1)
    pad = b[comma[5] + 1].astype(np.int64) - 48
    checksum = block.hex_byte(star + 1)
    regular = (
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
    keep = np.ones(len(start), bool)
    for k in np.flatnonzero(~regular).tolist():
        if not _read_irregular(block, found, k, int(limit[k])):
            keep[k] = False
            found.damaged.append(int(start[k]))
    if not keep.all():
        found = _take(found, keep)
    found.checksum_ok = found.checksum == block.xor(
        found.start + 1, np.where(found.checksum < 0, found.start + 1, found.after - 3)
    )
    return found


def lines_with_formatter(block: Block, n_sentences: int) -> Ints:
    """Lines with ``VDM,`` or ``VDO,``, one entry per formatter, if there are more than sentences.

    The surplus are sentences that have lost their beginning with the ``!``.
    """
    b = block.bytes
    at = np.flatnonzero((b[:-3] == ord("V")) & (b[3:] == ord(",")))
    at = at[_is_formatter(block, at)]
    return block.line_of(at) if len(at) > n_sentences else at[:0]


def _is_formatter(block: Block, at: Ints) -> Bools:
    four = block.words(at) & np.uint64(0xFFFFFFFF)
    out: Bools = (four == _VDM) | (four == _VDO)
    return out


def _read_irregular(block: Block, s: Sentences, k: int, limit: int) -> bool:
    """Fill in row `k` from a sentence of irregular layout; False where it cannot be read at all."""
    m = _IRREGULAR.match(block.data, int(s.start[k]), limit)
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
