"""Find AIS sentences in raw bytes, read their headers and verify their checksums, all at once for a block.

``!`` cannot occur in a payload, so each one may begin a sentence, wherever it stands in a line: after a tag
block, a
prefix, another sentence or noise. What the fixed layout of the usual header does not fit goes through a
regular
expression, one sentence at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.decode.payload import MIX, Bools, Ints, Words

_PAD = 128
"""So many bytes may be read past the end of a block."""
SPAN_BYTES = 24
_HEX = np.full(256, 255, np.uint8)
for _digit, _char in enumerate(b"0123456789ABCDEF"):
    _HEX[_char] = _HEX[ord(chr(_char).lower())] = _digit
_LOW_BYTES = np.array([(1 << (8 * k)) - 1 for k in range(9)], np.uint64)

_ODD_HEADER = re.compile(
    rb"!..VD[MO],(?P<total>\d{0,2}),(?P<part>\d{0,2}),(?P<seq>\d{0,3}),(?P<channel>[^,*]{0,8}),"
    rb"(?P<payload>[0-W`-w]*),(?:[^*,]{0,40},)?(?P<pad>\d)?(?P<star>\*(?P<sum>[0-9A-Fa-f]{2})?)?",
)


class Block:
    """Some whole lines of a log, as bytes and as a padded array."""

    def __init__(self, data: bytes, first_line: int = 0) -> None:
        self.data = data
        self.first_line = first_line
        self.bytes = np.frombuffer(data + b"\n" * (_PAD - len(data) % 8), np.uint8)
        self.line_ends = np.flatnonzero(self.bytes[: len(data)] == 0x0A)
        self.line_starts = np.concatenate([[0], self.line_ends + 1])[: len(self.line_ends)]

    @property
    def n_lines(self) -> int:
        """Lines in the block."""
        return len(self.line_ends)

    @cached_property
    def commas(self) -> Ints:
        """Where the commas are, and one beyond the end."""
        return np.append(np.flatnonzero(self.bytes[: len(self.data)] == ord(",")), len(self.data))

    def line_of(self, at: Ints) -> Ints:
        """Line in the block that holds each byte position."""
        return np.searchsorted(self.line_ends, at)

    def text(self, start: int, end: int) -> str:
        """Bytes as text, whatever they are."""
        return self.data[start:end].decode("latin-1")

    def texts(self, start: Ints, end: Ints) -> pl.Series:
        """Many spans as text."""
        data = self.data
        spans = [data[a:b].decode("latin-1") for a, b in zip(start.tolist(), end.tolist(), strict=True)]
        return pl.Series(spans, dtype=pl.String)

    def number(self, start: Ints, n_digits: int) -> tuple[Ints, Bools]:
        """The number written with so many digits at each position, and whether it is one."""
        value, good = np.zeros(len(start), np.int64), np.ones(len(start), bool)
        for k in range(n_digits):
            digit = self.bytes[start + k] - np.uint8(48)
            good &= digit <= 9
            value = value * 10 + digit
        return value, good

    def number_between(self, start: Ints, end: Ints, max_digits: int) -> tuple[Ints, Bools]:
        """The number written from `start` to `end`, and whether it is one."""
        length = end - start
        value, good = np.zeros(len(start), np.int64), (length > 0) & (length <= max_digits)
        for k in range(int(length[good].max(initial=0))):
            inside = k < length
            digit = self.bytes[np.where(inside, start + k, 0)] - np.uint8(48)
            good &= ~inside | (digit <= 9)
            value = np.where(inside & good, value * 10 + digit, value)
        return value, good

    def starts_with(self, start: Ints, text: bytes) -> Bools:
        """Whether a text stands at each position."""
        good = np.ones(len(start), bool)
        for k, char in enumerate(text):
            good &= self.bytes[start + k] == char
        return good

    def span_hash(self, start: Ints, end: Ints) -> Words:
        """A 64-bit hash of each span of up to `SPAN_BYTES`; never 0."""
        rows = np.lib.stride_tricks.sliding_window_view(self.bytes, SPAN_BYTES)[start].view("<u8")
        out = (end - start).astype(np.uint64) + np.uint64(1)
        for k in range(SPAN_BYTES // 8):
            word = rows[:, k] & _LOW_BYTES[np.clip(end - start - 8 * k, 0, 8)]
            out = (out ^ word) * MIX
            out ^= out >> np.uint64(29)
        return out | np.uint64(1)

    def xor(self, start: Ints, end: Ints) -> NDArray[np.uint8]:
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
        return np.concatenate([np.zeros(1, np.uint64), np.bitwise_xor.accumulate(words)])

    def hex_byte(self, at: Ints) -> NDArray[np.int16]:
        """Two hexadecimal digits as a number, -1 where they are none."""
        high, low = _HEX[self.bytes[at]], _HEX[self.bytes[at + 1]]
        return np.where((high | low) == 255, -1, (high.astype(np.int16) << 4) | low)


@dataclass
class Sentences:
    """The sentences of one block in file order; positions are byte offsets into the block."""

    start: Ints
    line: Ints
    n_parts: Ints
    part: Ints
    seq: Ints
    channel: NDArray[np.uint8]
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


def read_blocks(stream: BinaryIO, *, block_bytes: int, max_line_bytes: int) -> Iterator[tuple[Block, int]]:
    """Blocks of whole lines, line ends made equal, each with the number of over-long lines left out of it."""
    rest, line, n_skipped = b"", 0, 0
    skipping = False
    while chunk := stream.read(block_bytes):
        if skipping:
            end = min((i for i in (chunk.find(b"\n"), chunk.find(b"\r")) if i >= 0), default=-1)
            if end < 0:
                continue
            chunk, skipping = chunk[end + 1 :], False
        data = rest + chunk
        cut = _last_line_end(data)
        rest = data[cut:]
        if len(rest) > max_line_bytes:
            rest, skipping, n_skipped = b"", True, n_skipped + 1
        if cut:
            block, n_too_long = _block(data[:cut], line, max_line_bytes)
            line += block.n_lines + n_too_long + n_skipped
            yield block, n_too_long + n_skipped
            n_skipped = 0
    if rest or n_skipped:
        block, n_too_long = _block(rest + b"\n" if rest else b"", line, max_line_bytes)
        yield block, n_too_long + n_skipped


def _block(data: bytes, first_line: int, max_line_bytes: int) -> tuple[Block, int]:
    block = Block(_equal_line_ends(data), first_line)
    long = block.line_ends - block.line_starts > max_line_bytes
    if not long.any():
        return block, 0
    spans = zip(block.line_starts[~long].tolist(), block.line_ends[~long].tolist(), strict=True)
    return Block(b"".join(block.data[a : b + 1] for a, b in spans), first_line), int(long.sum())


def _last_line_end(data: bytes) -> int:
    cut = data.rfind(b"\n") + 1
    # Without any line feed the lines may end in carriage returns; the last byte may be half of a pair.
    return cut or data.rfind(b"\r", 0, len(data) - 1) + 1


def _equal_line_ends(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def find_sentences(block: Block) -> Sentences:
    """All AIS sentences of a block."""
    b = block.bytes
    bang = np.flatnonzero(b[: len(block.data)] == 0x21)
    tail = np.stack([b[bang + k] for k in range(3, 7)])
    is_vd = (tail[0] == ord("V")) & (tail[1] == ord("D")) & (tail[3] == ord(","))
    start = bang[is_vd & ((tail[2] == ord("M")) | (tail[2] == ord("O")))]
    line = block.line_of(start)
    # A sentence ends with its line or where the next one begins.
    limit = block.line_ends[line]
    if len(start):
        limit[:-1] = np.minimum(limit[:-1], start[1:])

    p = start + 7
    digits = b[p] - np.uint8(48), b[p + 2] - np.uint8(48)
    has_seq = b[p + 4] != ord(",")
    q = p + 5 + has_seq
    has_channel = b[q] != ord(",")
    payload_start = q + 1 + has_channel
    stars = np.flatnonzero(b[: len(block.data)] == ord("*"))
    star = np.append(stars, len(block.data))[np.searchsorted(stars, payload_start)]
    seq = np.where(has_seq, b[p + 4].astype(np.int64) - 48, -1)
    pad = b[star - 1].astype(np.int64) - 48
    usual = (
        (star + 3 <= limit)
        & (star - 2 >= payload_start)
        & (digits[0] <= 9)
        & (digits[1] <= 9)
        & (b[p + 1] == ord(","))
        & (b[p + 3] == ord(","))
        & (b[q - 1] == ord(","))
        & (b[payload_start - 1] == ord(","))
        & (
            block.commas[np.searchsorted(block.commas, np.minimum(payload_start, len(block.data)))]
            == star - 2
        )
        & (seq >= -1)
        & (seq <= 9)
        & (pad >= 0)
        & (pad <= 5)
    )
    checksum = block.hex_byte(np.minimum(star + 1, len(block.data)))
    usual &= checksum >= 0
    found = Sentences(
        start=start,
        line=line,
        n_parts=digits[0].astype(np.int64),
        part=digits[1].astype(np.int64),
        seq=seq,
        channel=np.where(has_channel, b[q], 0).astype(np.uint8),
        payload_start=payload_start,
        payload_end=star - 2,
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
