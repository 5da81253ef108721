"""Cut a stream of bytes into blocks of whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO


def whole_lines(stream: BinaryIO, *, block_bytes: int, max_line_bytes: int) -> Iterator[tuple[bytes, int]]:
    r"""Blocks that end with a line, all line ends replaced by ``\n``.

    Parameters
    ----------
    stream : binary file
        Read from where it is to its end.
    block_bytes : int
        Bytes read at a time; a block has about as many.
    max_line_bytes : int
        Longer lines are left out, so that memory stays bounded whatever the stream holds.

    Yields
    ------
    bytes, int
        A block, and the number of over-long lines left out of it or before it.

    Examples
    --------
    >>> import io
    >>> list(whole_lines(io.BytesIO(b"one\r\ntwo\rlong line\n3"), block_bytes=64, max_line_bytes=4))
    [(b'one\ntwo\n', 1), (b'3\n', 0)]
    """
    rest, n_skipped = b"", 0
    skipping = after_return = False
    while chunk := stream.read(block_bytes):
        if skipping:
            end = min((i for i in (chunk.find(b"\n"), chunk.find(b"\r")) if i >= 0), default=-1)
            if end < 0:
                continue
            after_return = chunk[end : end + 1] == b"\r"
            chunk, skipping = chunk[end + 1 :], False
        if after_return and chunk:
            # The line feed that belongs to the carriage return of a line left out.
            chunk, after_return = chunk.removeprefix(b"\n"), False
        data = rest + chunk
        cut = _last_line_end(data)
        rest = data[cut:]
        if len(rest) > max_line_bytes:
            after_return = rest.endswith(b"\r")
            rest, skipping, n_skipped = b"", not after_return, n_skipped + 1
        if cut:
            lines, n_too_long = _without_long_lines(_with_line_feeds(data[:cut]), max_line_bytes)
            yield lines, n_too_long + n_skipped
            n_skipped = 0
    if rest or n_skipped:
        lines, n_too_long = _without_long_lines(
            _with_line_feeds(rest + b"\n" if rest else b""), max_line_bytes
        )
        yield lines, n_too_long + n_skipped


def _without_long_lines(data: bytes, max_line_bytes: int) -> tuple[bytes, int]:
    # No line is too long as long as each line end is followed by another one within `max_line_bytes`.
    at = 0
    while at < len(data) and (end := data.rfind(b"\n", at, at + max_line_bytes + 1)) >= 0:
        at = end + 1
    if at == len(data):
        return data, 0
    lines = data.split(b"\n")[:-1]
    short = [line for line in lines if len(line) <= max_line_bytes]
    return b"".join(line + b"\n" for line in short), len(lines) - len(short)


def _last_line_end(data: bytes) -> int:
    cut = data.rfind(b"\n") + 1
    # Without a line feed the lines may end in carriage returns. A carriage return in the last byte is not
    # taken for a line end, since a line feed may follow it.
    return cut or data.rfind(b"\r", 0, len(data) - 1) + 1


def _with_line_feeds(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
