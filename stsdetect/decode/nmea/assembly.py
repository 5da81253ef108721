"""Join the parts of messages that were sent in several sentences.

Parts belong together if they agree in the group of their tag block, sequence number, channel and number of
parts, and lie within a window of lines and time. Where parts of two messages agree in all of these, they are
joined only if their stations differ; else they are rejected, since half of one message joined to
half of another would be a false report. A second half that comes before its first half is rarer than one
whose first half is lost, so the two are joined only if they are neighbours and no other second half follows.

Nearly all messages of several sentences have two, one directly after the other. `adjacent_pairs` finds those
for a block of sentences at once; `Assembler` takes the remaining parts one by one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from stsdetect.arrays import MIX, Bools, Ints
from stsdetect.decode.nmea.receive_time import Stamps
from stsdetect.decode.nmea.sentences import Sentences
from stsdetect.decode.times.gregorian import NO_TIME

INCOMPLETE, AMBIGUOUS, BAD_NUMBER = "incomplete_message", "ambiguous_parts", "bad_part_number"


class Part(NamedTuple):
    """One sentence of a message that has several.

    The fields are those of the sentence and its stamp; `line` is its line in the log.
    """

    total: int
    number: int
    seq: int
    channel: int
    group: int
    station: int
    ms: int
    kind: int
    line: int
    payload: bytes
    checksum_ok: bool = True


class JoinedMessage(NamedTuple):
    """A complete message; its time is that of the first part that has one, its line that of the last part."""

    payload: bytes
    ms: int
    kind: int
    station: int
    line: int
    checksum_ok: bool


@dataclass(slots=True)
class _OpenMessage:
    parts: dict[int, Part]
    line: int
    ms: int
    station: int
    touched: int = 0
    """Number of the last part that it took or that was a copy of one of its own."""
    head: _OpenMessage | None = None
    """The first half right behind this second half, its own if no other second half follows."""
    ambiguous: bool = False
    done: bool = False


@dataclass
class Assembler:
    """Takes parts in file order and returns complete messages.

    Parameters
    ----------
    window_lines : int
        Parts further apart than this many lines do not belong together.
    window_ms : int
        Nor do parts received further apart in time [ms].

    Examples
    --------
    >>> a = Assembler(window_lines=100, window_ms=10_000)
    >>> head = Part(2, 1, 3, 65, 0, 0, 0, 0, 1, b"55")
    >>> a.add(head)
    >>> a.add(head._replace(number=2, line=2, payload=b"66")).payload
    b'5566'
    """

    window_lines: int
    window_ms: int
    joined: int = 0
    """Sentences joined to an earlier one: those of complete messages, less one per message."""
    copies: int = 0
    """Parts received again while their message was open."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Parts given up, by reason."""
    samples: dict[str, list[str]] = field(default_factory=dict)
    _open: dict[tuple[int, ...], list[_OpenMessage]] = field(default_factory=dict)
    _late: list[JoinedMessage] = field(default_factory=list)
    _n_parts: int = 0

    def add(self, part: Part) -> JoinedMessage | None:
        """Add one part and return the message that it completes, if it does."""
        if not 1 <= part.number <= part.total <= 9:
            self._drop(BAD_NUMBER, part)
            return None
        key = _key(part)
        self._n_parts += 1
        same_station = [
            o
            for o in self._within_window(key, part)
            if o.station == part.station or not o.station or not part.station
        ]
        conflicting = [o for o in same_station if part.number in o.parts and not o.done]
        waiting = [o for o in same_station if part.number not in o.parts and not o.done]
        holders = [o for o in same_station if _holds(o, part)]
        if holders:
            # Second halves of different messages are often equal: this one is a copy unless it follows upon
            # another message that lacks it.
            latest = max(same_station, key=lambda o: o.touched)
            follows = any(latest is o for o in waiting) and min(latest.parts) < part.number
            if not follows:
                holders[-1].touched = self._n_parts
                self.copies += 1
                return None
            waiting = [latest]
        if part.total == 2 and part.number == 1 and not part.group and waiting:
            self._begin(key, part, conflicting)
            before = [o for o in waiting if part.line - o.line <= 1 and not o.ambiguous]
            if len(before) == len(waiting) == 1:
                before[0].head, before[0].line = self._open[key][-1], part.line
            return None
        if not waiting:
            self._begin(key, part, conflicting)
            return None
        if len(waiting) > 1 or waiting[0].ambiguous:
            self._drop(AMBIGUOUS, part)
            return None
        return self._extend(waiting[0], part)

    @property
    def has_open(self) -> bool:
        """Whether parts are waiting for others, or were joined within the window."""
        return bool(self._open)

    def late(self) -> list[JoinedMessage]:
        """Messages found since the last call whose second half came first."""
        late, self._late = self._late, []
        return late

    def expire(self, line: int) -> None:
        """Give up messages whose first part lies more than the window before a line of the log."""
        for key in list(self._open):
            self._keep(key, [o for o in self._open[key] if line - o.line <= self.window_lines])

    def _begin(self, key: tuple[int, ...], part: Part, conflicting: list[_OpenMessage]) -> None:
        new = _OpenMessage({part.number: part}, part.line, part.ms, part.station, self._n_parts)
        if part.station:
            # A station transmits one message after the other: the rest of an unfinished one is lost.
            self._keep(key, [o for o in self._open.get(key, []) if not any(o is c for c in conflicting)])
        else:
            for o in (*conflicting, *([new] if conflicting else [])):
                o.ambiguous = True
        self._open.setdefault(key, []).append(new)

    def _extend(self, message: _OpenMessage, part: Part) -> JoinedMessage | None:
        message.parts[part.number] = part
        message.touched = self._n_parts
        message.station = message.station or part.station
        if message.ms == NO_TIME:
            message.ms = part.ms
        if len(message.parts) < part.total:
            return None
        message.done = True
        parts = [message.parts[k] for k in range(1, part.total + 1)]
        self.joined += len(parts) - 1
        timed = next((p for p in parts if p.ms != NO_TIME), parts[0])
        payload = b"".join(p.payload for p in parts)
        checksum_ok = all(p.checksum_ok for p in parts)
        return JoinedMessage(payload, timed.ms, timed.kind, message.station, part.line, checksum_ok)

    def _within_window(self, key: tuple[int, ...], part: Part) -> list[_OpenMessage]:
        """Open messages with this key that the part may belong to; the others are given up."""
        candidates = self._open.get(key)
        if not candidates:
            return []
        timed = part.ms != NO_TIME
        keep = [
            o
            for o in candidates
            if part.line - o.line <= self.window_lines
            and not (timed and o.ms != NO_TIME and abs(part.ms - o.ms) > self.window_ms)
        ]
        self._keep(key, keep)
        return keep

    def _keep(self, key: tuple[int, ...], keep: list[_OpenMessage]) -> None:
        for o in self._open.get(key, []):
            if not o.done and not any(o is k for k in keep):
                if o.head is not None and not o.head.done and not o.ambiguous and not o.head.ambiguous:
                    joined = self._extend(o, o.head.parts[1])
                    o.head.done = True
                    if joined is not None:
                        self._late.append(joined)
                    continue
                o.done = True
                for part in o.parts.values():
                    self._drop(AMBIGUOUS if o.ambiguous else INCOMPLETE, part)
        if keep:
            self._open[key] = keep
        else:
            self._open.pop(key, None)

    def _drop(self, reason: str, part: Part) -> None:
        self.dropped[reason] += 1
        samples = self.samples.setdefault(reason, [])
        if len(samples) < 3:
            samples.append(part.payload.decode("latin-1"))


def _key(part: Part) -> tuple[int, ...]:
    # Some loggers use one group for all messages, so it is only one part of the key.
    return (part.group, part.seq, part.channel, part.total)


def _holds(message: _OpenMessage, part: Part) -> bool:
    held = message.parts.get(part.number)
    return held is not None and held.payload == part.payload


def adjacent_pairs(
    s: Sentences, stamps: Stamps, rows: Ints, *, window_lines: int, window_ms: int, from_line: int
) -> Bools:
    """Parts that are the first half of a message of two whose second half is the next sentence.

    A pair is found only if it is beyond doubt; the `Assembler` decides on all other parts.

    Parameters
    ----------
    s, stamps : Sentences, Stamps
        All sentences of the block.
    rows : numpy.ndarray
        The sentences that are parts, in file order, shape (n,).
    window_lines, window_ms : int
        Parts further apart [lines, ms] do not belong together.
    from_line : int
        Pairs before this line of the block are left to the assembler, which may hold open parts that match.

    Returns
    -------
    numpy.ndarray
        Whether each of `rows` is a first half, shape (n,), bool; the second half is the next of `rows`.
    """
    n = len(rows)
    head = np.zeros(n, bool)
    if n < 2:
        return head
    total, part, line, ms, station = (c[rows] for c in (s.n_parts, s.part, s.line, stamps.ms, stamps.station))
    key = (s.seq[rows] + 1) * 1024 + s.channel[rows].astype(np.int64) * 4 * 4096 + total
    # Where all parts have a station, parts of different stations cannot be confused.
    if (station > 0).all():
        key = key.astype(np.uint64) * MIX + station.astype(np.uint64)
    else:
        key = key.astype(np.uint64)
    key ^= stamps.group[rows] * MIX
    order = np.argsort(key, kind="stable")
    k, t, ln = key[order], part[order], line[order]
    same = np.concatenate([[False], k[1:] == k[:-1]])
    within = same & (np.diff(ln, prepend=0) <= window_lines)
    # First and second halves with one key must alternate; where one follows its like, both are doubtful.
    repeats = within & np.concatenate([[False], t[1:] == t[:-1]])
    doubtful = np.zeros(n, bool)
    doubtful[order] = repeats | np.append(repeats[1:], False)
    next_of_key = np.full(n, -1)
    next_of_key[order[:-1]] = np.where(same[1:], order[1:], -1)
    at = np.flatnonzero(
        (next_of_key == np.arange(1, n + 1)) & (total == 2) & (part == 1) & (line >= from_line) & ~doubtful
    )
    tail = at + 1
    fits = (
        (part[tail] == 2)
        & ~doubtful[tail]
        & (rows[tail] == rows[at] + 1)
        & (line[tail] - line[at] <= window_lines)
    )
    fits &= (station[tail] == station[at]) | (station[tail] == 0) | (station[at] == 0)
    timed = (ms[tail] != NO_TIME) & (ms[at] != NO_TIME)
    fits &= ~timed | (np.abs(ms[tail] - ms[at]) <= window_ms)
    head[at[fits]] = True
    return head
