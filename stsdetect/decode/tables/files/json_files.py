"""Read JSON lines and JSON documents into frames of bounded size: `json_frames`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import polars as pl

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.lines import whole_lines
from stsdetect.decode.tables.files.encodings import LineDecoder
from stsdetect.decode.tables.files.flatten import columns_of, flat_text
from stsdetect.decode.tables.files.json_kinds import KINDS, Converter, kind_of
from stsdetect.decode.tables.files.json_rows import RowFinder
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

_FRAME_ROWS, _FRAME_BYTES = 50_000, 8_388_608
# A response of a web service with all the ships of an ocean on one line has some 5 MiB.
_MAX_LINE_BYTES = 8_388_608
# A JSON document takes some ten times its size in memory. Lists of all vessels of an ocean have 5 to 20 MiB.
_MAX_OBJECT_BYTES = 1 << 26
_READ_BYTES = 1 << 20
_SAMPLE_CHARS = 200
_STARTS = b" \t\r\n\x1e,[\xef\xbb\xbf"
_BLANK = " \t\r\n\ufeff\x1e\0"
_NEXT_OBJECT = re.compile(r"[}\n,]\s*(?=\{)")
_ROWS_ON_A_LINE = re.compile(rb"\}\s*,\s*\{")
# Of the text that is known, an error this near its end may only mean that more must be read.
_NEAR_END_CHARS = 64
_MAX_STRING_CHARS = 1 << 20
_MAX_NESTING = 100
_MAX_WITHOUT_ROWS = 1_000_000


def json_frames(
    stream: BinaryIO, head: bytes, report: DecodeReport, params: DecodeParams
) -> Iterator[pl.DataFrame]:
    r"""Read JSON lines or documents, wrapped in any of the forms that `RowFinder` knows.

    Parameters
    ----------
    stream : binary file
        The file.
    head : bytes
        Its first bytes, by which lines and documents are distinguished.
    report : DecodeReport
        Rejects what is not JSON (``bad_json``) and lines that are too long (``line_too_long``); sets aside
        blank lines, empty objects and objects that are not about a ship (``other_rows``).
    params : DecodeParams
        Limits.

    Yields
    ------
    polars.DataFrame
        Text columns, one for each key of any object so far; those of inner objects have dotted names.

    Raises
    ------
    DecodeError
        If nothing in it is JSON, or one object is too large.

    Examples
    --------
    >>> import io
    >>> text = b'{"mmsi":412000001,"imo":9074729}\n{"mmsi":412000001,"position":{"lat":30.1}}\n'
    >>> (frame,) = json_frames(io.BytesIO(text), text, DecodeReport("a.jsonl"), DecodeParams())
    >>> frame.columns, frame["position.lat"].to_list()
    (['mmsi', 'imo', 'position.lat', 'lat'], [None, '30.1'])
    """
    finder = RowFinder(report)
    report.table["file"] = "JSON, a row per line" if has_lines(head) else "JSON document"
    converter: Converter | None = None
    kind = ""
    known: dict[str, None] = {}
    n_values = 0
    for values in values_of(stream, head, report, params):
        n_values += len(values)
        filled = [value for value in values if value != {}]
        if n_empty := len(values) - len(filled):
            report.rows_in += n_empty
            report.set_aside["empty_objects"] += n_empty
        rows = [row for value in filled for row in finder.rows(value)]
        if not kind:
            kind = next(filter(None, map(kind_of, rows)), "")
            converter = KINDS[kind]() if kind else None
        if converter is not None:
            converted = [converter(row) if kind_of(row) == kind else dict(row) for row in rows]
            rows = [row for row in converted if row is not None]
            if n_other := len(converted) - len(rows):
                report.rows_in += n_other
                report.set_aside["other_rows"] += n_other
        if not rows:
            if n_values > _MAX_WITHOUT_ROWS and not known:
                break
            continue
        columns = columns_of(rows, report.lose)
        known |= dict.fromkeys(columns)
        missing = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        yield pl.DataFrame([columns.get(name, missing).alias(name) for name in known])
    if not n_values and report.rejected.get("bad_json"):
        raise DecodeError(f"{report.source} is not JSON: {_first_sample(report)}")
    if n_values and not known and not report.set_aside["other_rows"]:
        raise DecodeError(f"{report.source}: JSON holds no list of objects")


def values_of(
    stream: BinaryIO, head: bytes, report: DecodeReport, params: DecodeParams
) -> Iterator[list[Any]]:
    """The values of JSON lines or documents, some at a time, with all numbers as text."""
    return (_lines if has_lines(head) else _documents)(stream, report, params)


def _first_sample(report: DecodeReport) -> str:
    sample = report.rejects.filter(pl.col("reason") == "bad_json")["sample"].to_list()
    return str(sample[0])[:_SAMPLE_CHARS] if sample else ""


def has_lines(head: bytes) -> bool:
    """Whether each line is a value of its own, maybe within brackets and behind commas."""
    at = len(head) - len(head.lstrip(_STARTS))
    first, end, _ = head[at:].partition(b"\n")
    if first[:1] != b"{":
        return False
    try:
        loads(first.strip().rstrip(b",").decode("utf-8", "replace"))
    except ValueError:
        # One damaged line does not make a document of the others, but several rows on it do.
        is_line = first.rstrip().endswith((b"}", b"},")) and first.count(b"{") == first.count(b"}")
        return bool(end) and is_line and not _ROWS_ON_A_LINE.search(first)
    return True


def loads(text: str) -> Any:
    """A JSON value with all numbers as text, so that no digit is lost.

    Raises
    ------
    ValueError
        If it is not JSON, or nested deeper than any row is, which other programs cannot take.
    """
    try:
        value = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if _may_be_deep(text) and _is_deep(value):
        raise ValueError("nested too deep")
    return value


def _may_be_deep(text: str) -> bool:
    """Whether there are enough brackets for a value that is nested too deep."""
    return text.count("{") + text.count("[") > _MAX_NESTING


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_MAX_NESTING):
        level = [
            inner
            for v in level
            if isinstance(v, dict | list)
            for inner in (v.values() if isinstance(v, dict) else v)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _lines(stream: BinaryIO, report: DecodeReport, params: DecodeParams) -> Iterator[list[Any]]:
    """The values of some lines."""
    decoder = LineDecoder()
    values: list[Any] = []
    n_bytes = 0
    limit = max(params.max_line_bytes, _MAX_LINE_BYTES)
    for data, n_too_long in whole_lines(stream, block_bytes=params.block_bytes, max_line_bytes=limit):
        report.rows_in += n_too_long
        report.reject("line_too_long", n_too_long)
        for line in decoder.utf8(data).decode("utf-8", "replace").split("\n")[:-1]:
            text = line.strip(_BLANK)
            if not text:
                report.rows_in += 1
                report.set_aside["blank_lines"] += 1
                continue
            try:
                values.append(loads(text))
            except ValueError:
                _add_odd_line(text, values, report)
        n_bytes += len(data)
        if len(values) >= _FRAME_ROWS or n_bytes >= _FRAME_BYTES:
            yield values
            values, n_bytes = [], 0
    decoder.note(report)
    yield values


def _add_odd_line(text: str, values: list[Any], report: DecodeReport) -> None:
    """The value of a line that is part of a list, or a reject."""
    if text in ("[", "]", "],", ","):
        return
    # Rows of a list, one per line, have a bracket before the first, one behind the last, and commas.
    for inner in (text.strip(", "), text.lstrip("[, "), text.rstrip("], "), text.lstrip("[, ").rstrip("], ")):
        if inner[:1] != "{":
            continue
        try:
            values.append(loads(inner))
        except ValueError:
            continue
        return
    report.rows_in += 1
    report.reject("bad_json", 1, [text])


def _documents(stream: BinaryIO, report: DecodeReport, params: DecodeParams) -> Iterator[list[Any]]:
    """The values of a document, or of several one after another; the items of an outer list one by one."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    text = _Text(stream)
    values: list[Any] = []
    n_chars = 0
    while text.skip():
        start = text.at
        try:
            value, end = decoder.raw_decode(text.known, start)
        except RecursionError:
            text.at += 1
            _reject_until_next(text, start, report)
            continue
        except json.JSONDecodeError as error:
            if _may_be_cut(error, text):
                if len(text.known) - start > _MAX_OBJECT_BYTES:
                    raise DecodeError(
                        f"{report.source}: one JSON object above {_MAX_OBJECT_BYTES >> 20} MiB; write one "
                        "object per line instead (JSON lines, GeoJSONSeq)"
                    ) from error
                if text.read_on():
                    continue
            text.at = max(error.pos, start + 1)
            _reject_until_next(text, start, report)
            continue
        text.at = end
        if _may_be_deep(text.known[start:end]) and _is_deep(value):
            report.rows_in += 1
            report.reject("bad_json", 1, [text.known[start : start + _SAMPLE_CHARS]])
            continue
        values.append(value)
        n_chars += end - start
        if len(values) >= _FRAME_ROWS or n_chars >= _FRAME_BYTES:
            yield values
            values, n_chars = [], 0
    text.decoder.note(report)
    yield values


class _Text:
    """The text of a stream, of which only the part not yet used is kept."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ended = False
        self._rest = b""
        self.decoder = LineDecoder()
        self.known = ""
        self.at = 0

    def skip(self) -> bool:
        """Go to the next value; false at the end."""
        while True:
            n = len(self.known)
            while self.at < n and self.known[self.at] in " \t\r\n\ufeff\x1e\0,]":
                self.at += 1
            if self.at < n and self.known[self.at] == "[" and not self._is_row(self.at):
                if self._needs_more(self.at) and self.read_on():
                    continue
                self.at += 1
                continue
            if self.at < n:
                return True
            if not self.read_on():
                return False

    def _needs_more(self, at: int) -> bool:
        return not self.known[at + 1 :].lstrip(_BLANK)

    def _is_row(self, at: int) -> bool:
        """Whether a list holds values and not objects or lists."""
        following = self.known[at + 1 : at + 1 + _SAMPLE_CHARS].lstrip(_BLANK)[:1]
        return following not in ("", "{", "[", "]")

    def read_on(self) -> bool:
        """Read as much again as is known; false at the end."""
        if self._ended:
            return False
        if self.at:
            self.known, self.at = self.known[self.at :], 0
        # Twice as much each time, so that a large object is not looked at many times over.
        data = self._rest + self._stream.read(max(_READ_BYTES, len(self.known)))
        if len(data) == len(self._rest):
            self._ended = True
            self.known += self.decoder.utf8(data).decode("utf-8", "replace")
            self._rest = b""
            return bool(data)
        # A character is not cut in two.
        cut = len(data)
        while cut and len(data) - cut < 4 and data[cut - 1] & 0xC0 == 0x80:
            cut -= 1
        if cut and data[cut - 1] >= 0xC0:
            cut -= 1
        self._rest = data[cut:]
        self.known += self.decoder.utf8(data[:cut]).decode("utf-8", "replace")
        return True


def _may_be_cut(error: json.JSONDecodeError, text: _Text) -> bool:
    """Whether an error is at the end of what was read, so that more may mend it."""
    left = len(text.known) - error.pos
    if error.msg.startswith("Unterminated string"):
        return left < _MAX_STRING_CHARS
    return left < _NEAR_END_CHARS


def _reject_until_next(text: _Text, start: int, report: DecodeReport) -> None:
    """Count a value that is not JSON, and go to the next object."""
    sample = text.known[start : start + _SAMPLE_CHARS]
    while (found := _NEXT_OBJECT.search(text.known, text.at)) is None:
        text.at = max(text.at, len(text.known) - _SAMPLE_CHARS)
        if not text.read_on():
            text.at = len(text.known)
            break
    else:
        text.at = found.end()
    report.rows_in += 1
    report.reject("bad_json", 1, [flat_text(sample) or ""])
