"""The plain case of assembly: both halves of a message in neighbouring sentences, nothing else near."""

from __future__ import annotations

import numpy as np

from stsdetect.decode.instants import NO_TIME
from stsdetect.decode.payload import MIX, Bools, Ints
from stsdetect.decode.sentences import Sentences
from stsdetect.decode.times import Stamps


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
