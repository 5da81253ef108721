"""Join the parts of messages that were sent in several sentences, never parts of two stations.

Parts belong together by the group of their tag block, else by sequence number, channel and part count, and
then only if
nothing says that two stations are mixed. What stays open longer than the window is given up.

The plain case of assembly: both halves of a message in neighbouring sentences, nothing else near.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from stsdetect.arrays import MIX, Bools, Ints
from stsdetect.decode.nmea.receive_time import Stamps
from stsdetect.decode.nmea.sentences import Sentences
from stsdetect.decode.timestamps import NO_TIME

INCOMPLETE, AMBIGUOUS, BAD_NUMBER = "incomplete_message", "ambiguous_parts", "bad_part_number"


class Part(NamedTuple):
    """One sentence of a message of several."""

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
    sound: bool = True


class Joined(NamedTuple):
    """A whole message; its time is that of the first part that has one."""

    payload: bytes
    ms: int
    kind: int
    station: int
    line: int
    sound: bool


@dataclass(slots=True)
class _Open:
    parts: dict[int, Part]
    line: int
    ms: int
    station: int
    ambiguous: bool = False
    done: bool = False


@dataclass
class Assembler:
    """Takes parts in file order and gives back whole messages.

    Parameters
    ----------
    window_lines : int
        Parts farther apart than this many lines do not belong together.
    window_ms : int
        Nor do parts farther apart in time.

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
    """Sentences that went into whole messages, less one for each message."""
    copies: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    _open: dict[tuple[int, ...], list[_Open]] = field(default_factory=dict)

    def add(self, part: Part) -> Joined | None:
        """Take one part; return the message that it completes."""
        if not 1 <= part.number <= part.total <= 9:
            self._drop(BAD_NUMBER, part)
            return None
        key = _key(part)
        here = self._fresh(key, part)
        matching = [o for o in here if o.station == part.station or not o.station or not part.station]
        same = next((o for o in matching if _holds(o, part)), None)
        if same is not None:
            self.copies += 1
            return None
        rivals = [o for o in matching if part.number in o.parts and not o.done]
        waiting = [o for o in matching if part.number not in o.parts and not o.done]
        if not waiting:
            self._begin(key, part, rivals)
            return None
        if len(waiting) > 1 or waiting[0].ambiguous:
            self._drop(AMBIGUOUS, part)
            return None
        return self._extend(waiting[0], part)

    @property
    def has_open(self) -> bool:
        """Whether parts are waiting for others, or were joined within the window."""
        return bool(self._open)

    def expire(self, line: int) -> None:
        """Give up what lies more than the window before `line`; with a line beyond the last, everything."""
        for key in list(self._open):
            self._keep(key, [o for o in self._open[key] if line - o.line <= self.window_lines])

    def _begin(self, key: tuple[int, ...], part: Part, rivals: list[_Open]) -> None:
        new = _Open({part.number: part}, part.line, part.ms, part.station)
        if part.station:
            # One station sends one message after the other: what it left unfinished is lost.
            self._keep(key, [o for o in self._open.get(key, []) if o not in rivals])
        else:
            for o in (*rivals, *([new] if rivals else [])):
                o.ambiguous = True
        self._open.setdefault(key, []).append(new)

    def _extend(self, message: _Open, part: Part) -> Joined | None:
        message.parts[part.number] = part
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
        sound = all(p.sound for p in parts)
        return Joined(payload, timed.ms, timed.kind, message.station, part.line, sound)

    def _fresh(self, key: tuple[int, ...], part: Part) -> list[_Open]:
        here = self._open.get(key)
        if not here:
            return []
        known = part.ms != NO_TIME
        keep = [
            o
            for o in here
            if part.line - o.line <= self.window_lines
            and not (known and o.ms != NO_TIME and abs(part.ms - o.ms) > self.window_ms)
        ]
        self._keep(key, keep)
        return keep

    def _keep(self, key: tuple[int, ...], keep: list[_Open]) -> None:
        for o in self._open.get(key, []):
            if not o.done and not any(o is k for k in keep):
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
    # Group numbers are not always counted up, so they only add to what the sentence itself says.
    return (part.group, part.seq, part.channel, part.total)


def _holds(message: _Open, part: Part) -> bool:
    held = message.parts.get(part.number)
    return held is not None and held.payload == part.payload


def plain_pairs(
    s: Sentences, stamps: Stamps, rows: Ints, *, window_lines: int, window_ms: int, from_line: int
) -> Bools:
    """Which of the part sentences are the head of a pair; its tail is the next of `rows`.

    Parameters
    ----------
    s, stamps : Sentences, Stamps
        Of the block.
    rows : numpy.ndarray
        Part sentences in file order, shape (n,).
    window_lines, window_ms : int
        Parts farther apart do not belong together, and so cannot be mixed up.
    from_line : int
        Heads above this line of the block are left to the assembler, which may hold open parts that fit.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.
    """
    n = len(rows)
    head = np.zeros(n, bool)
    if n < 2:
        return head
    total, part, line, ms, station = (c[rows] for c in (s.n_parts, s.part, s.line, stamps.ms, stamps.station))
    key = (s.seq[rows] + 1) * 1024 + s.channel[rows].astype(np.int64) * 4 * 4096 + total
    # Where every part names its station, parts of others cannot be taken for its own.
    if (station > 0).all():
        key = key.astype(np.uint64) * MIX + station.astype(np.uint64)
    else:
        key = key.astype(np.uint64)
    key ^= stamps.group[rows] * MIX
    order = np.argsort(key, kind="stable")
    k, t, ln = key[order], part[order], line[order]
    same = np.concatenate([[False], k[1:] == k[:-1]])
    near = same & (np.diff(ln, prepend=0) <= window_lines)
    # In the order of one key the parts must alternate: a head that follows a head, or a tail a tail,
    # leaves a doubt.
    repeats = near & np.concatenate([[False], t[1:] == t[:-1]])
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
