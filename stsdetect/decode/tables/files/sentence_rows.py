"""JSON documents whose rows hold AIS sentences, as a log with one row per line: `rows_as_lines`.

In a document that stands on one line, or is spread over many, the receive time beside a sentence is that of
its row only where each row has a line of its own.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files.json_files import has_lines, loads, values_of
from stsdetect.decode.tables.files.json_rows import RowFinder
from stsdetect.params import DecodeParams

_SENTENCE = re.compile(r"!..VD[MO],")
# A log may begin with a time in brackets.
_DOCUMENT = re.compile(rb"\[\s*[\[{]|\{\s*\"")
_STARTS = b"\xef\xbb\xbf \t\r\n\x1e"


def holds_rows_in_a_document(head: bytes) -> bool:
    r"""Whether a text is JSON in which several rows share a line, or a row has several lines.

    Examples
    --------
    >>> holds_rows_in_a_document(b'[{"t":1,"msg":"!AIVDM"},{"t":2,"msg":"!AIVDM"}]')
    True
    >>> holds_rows_in_a_document(b'{"t":1,"msg":"!AIVDM"}\n{"t":2,"msg":"!AIVDM"}\n')
    False
    """
    start = head.lstrip(_STARTS)
    if _DOCUMENT.match(start) is None:
        return False
    if not has_lines(head):
        return True
    try:
        first = loads(start.split(b"\n", 1)[0].strip().rstrip(b",").decode("utf-8", "replace"))
    except ValueError:
        return False
    return sum(1 for _ in RowFinder(DecodeReport("")).rows(first)) > 1


def rows_as_lines(stream: BinaryIO, head: bytes, report: DecodeReport, params: DecodeParams) -> BinaryIO:
    """A stream of the rows of a document, one per line.

    Parameters
    ----------
    stream : binary file
        The document.
    head : bytes
        Its first bytes.
    report : DecodeReport
        Rejects what is not JSON (``bad_json``) and rows without a sentence (``no_sentence``).
    params : DecodeParams
        Limits.
    """
    return io.BufferedReader(_Lines(_lines(stream, head, report, params)), params.block_bytes)


def _lines(stream: BinaryIO, head: bytes, report: DecodeReport, params: DecodeParams) -> Iterator[bytes]:
    finder = RowFinder(report)
    for values in values_of(stream, head, report, params):
        for row in (row for value in values for row in finder.rows(value)):
            line = json.dumps(row, ensure_ascii=False)
            if _SENTENCE.search(line):
                yield line.encode("utf-8", "replace") + b"\n"
            else:
                report.rows_in += 1
                report.reject("no_sentence", 1, [line])


class _Lines(io.RawIOBase):
    """A stream of lines that are made one after another."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._made = lines
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = next(self._made, b"")
        n = min(len(buffer), len(self._left))
        buffer[:n], self._left = self._left[:n], self._left[n:]
        return n
