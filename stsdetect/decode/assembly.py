"""Join the parts of messages that were sent in several sentences, never parts of two stations.

Parts belong together by the group of their tag block, else by sequence number, channel and part count, and
then only if
nothing says that two stations are mixed. What stays open longer than the window is given up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from stsdetect.decode.instants import NO_TIME

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
