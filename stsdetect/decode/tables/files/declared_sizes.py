"""How much memory the parts of a Parquet or Arrow file take, as they declare it before they are unpacked.

A page of Parquet and a record batch of Arrow can only be unpacked whole, and a few kilobytes may hold one of
many gigabytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

_USUAL_HEADER_BYTES, _MAX_HEADER_BYTES = 512, 1 << 20
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT = 0, 1, 2, 3, 7, 8, 12
_MAX_DEPTH = 8
_RECORD_BATCH, _DICTIONARY_BATCH = 3, 2
_DICTIONARY_PAGE = 2
_ARROW_MARK_BYTES, _CONTINUATION = 8, 0xFFFFFFFF


class Pages(NamedTuple):
    """The pages of a column in a row group."""

    largest_bytes: int
    """Unpacked size of the largest page."""
    bytes_per_value: float
    """Unpacked size of a value in the page where it is largest; a dictionary does not count."""


def pages_of(file: BinaryIO, column: pq.ColumnChunkMetaData) -> Pages:
    """What the headers of all pages of a column in a row group say.

    Parameters
    ----------
    file : binary file
        The Parquet file.
    column : pyarrow.parquet.ColumnChunkMetaData
        Where the pages are.

    Returns
    -------
    Pages

    Raises
    ------
    pyarrow.ArrowInvalid
        If the headers cannot be read.
    """
    at = column.data_page_offset
    if column.has_dictionary_page and column.dictionary_page_offset:
        at = min(at, column.dictionary_page_offset)
    end = at + column.total_compressed_size
    largest, per_value, n_values = 0, 0.0, 0
    while at < end and n_values < column.num_values:
        fields, size = _page_header(file, at)
        kind, unpacked, packed = (fields.get(k) for k in (1, 2, 3))
        inner = fields.get(5) or fields.get(8) or {}
        if not isinstance(unpacked, int) or not isinstance(packed, int) or min(unpacked, packed) < 0:
            raise pa.ArrowInvalid("a page has a damaged header")
        largest = max(largest, unpacked)
        n = inner.get(1) if isinstance(inner, dict) else None
        if kind != _DICTIONARY_PAGE and isinstance(n, int) and n > 0:
            per_value = max(per_value, unpacked / n)
            n_values += n
        at += size + packed
    return Pages(largest, per_value)


def _page_header(file: BinaryIO, at: int) -> tuple[dict[int, object], int]:
    """The fields of the header of a page, and its size."""
    for n_bytes in (_USUAL_HEADER_BYTES, _MAX_HEADER_BYTES):
        file.seek(at)
        header = file.read(n_bytes)
        try:
            return _struct(header, 0, _MAX_DEPTH)
        except IndexError:
            continue
    raise pa.ArrowInvalid("a page has a damaged header")


def _struct(data: bytes, at: int, depth: int) -> tuple[dict[int, object], int]:
    """The integers and structs of a Thrift struct in the compact protocol, by field, and where it ends."""
    if not depth:
        raise IndexError("too deep")
    fields: dict[int, object] = {}
    number = 0
    while True:
        byte = data[at]
        at += 1
        kind = byte & 0x0F
        if kind == _STOP:
            return fields, at
        if byte >> 4:
            number += byte >> 4
        else:
            number, at = _integer(data, at)
        fields[number], at = _value(data, at, kind, depth)


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[object, int]:
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind == _BYTE:
        return data[at], at + 1
    if kind < _DOUBLE:
        return _integer(data, at)
    if kind == _DOUBLE:
        return None, at + 8
    if kind == _BINARY:
        n, at = _varint(data, at)
        return None, at + n
    if kind == _STRUCT:
        return _struct(data, at, depth - 1)
    # No page header has lists or maps.
    raise IndexError("an unknown kind of field")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _integer(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


class Batches(NamedTuple):
    """The record batches of an Arrow file."""

    largest_bytes: int
    """Unpacked size of the largest that is compressed; 0 where none is."""
    n_rows: int


def batches_of(file: BinaryIO) -> Batches:
    """What the headers of all messages of an Arrow file say.

    Parameters
    ----------
    file : binary file
        The file.

    Returns
    -------
    Batches

    Raises
    ------
    pyarrow.ArrowInvalid
        If its messages cannot be read.
    """
    largest = n_rows = 0
    # An Arrow file is a stream of messages after a mark, and then a list of where they are.
    at = _ARROW_MARK_BYTES
    try:
        while True:
            file.seek(at)
            start = file.read(8)
            mark, size = struct.unpack("<II", start) if len(start) == 8 else (0, 0)
            if mark != _CONTINUATION or not size:
                return Batches(largest, n_rows)
            message = _Message(file.read(size))
            body = at + len(start) + size
            largest = max(largest, sum(_prefix(file, body + where) for where in message.compressed()))
            n_rows += message.n_rows
            at = body + message.body_bytes
    except (struct.error, IndexError, OverflowError) as error:
        raise pa.ArrowInvalid("a message has a damaged header") from error


def _prefix(file: BinaryIO, at: int) -> int:
    """Unpacked size of a compressed buffer, which stands before it; 0 where it is not compressed."""
    file.seek(at)
    return max(int(struct.unpack("<q", file.read(8))[0]), 0)


class _Message:
    """The header of a message of an Arrow file."""

    def __init__(self, data: bytes) -> None:
        message = _Table(data, struct.unpack_from("<I", data)[0])
        self.body_bytes = message.integer(3)
        kind, header = message.byte(1), message.table(2)
        is_batch = kind == _RECORD_BATCH and header is not None
        if kind == _DICTIONARY_BATCH and header is not None:
            header = header.table(1)
        self._batch = header if kind in (_RECORD_BATCH, _DICTIONARY_BATCH) else None
        self.n_rows = header.integer(0) if is_batch and header is not None else 0
        if self.body_bytes < 0 or self.n_rows < 0:
            raise IndexError("a negative size")

    def compressed(self) -> Iterator[int]:
        """Where its compressed buffers are in the body."""
        if self._batch is not None and self._batch.offset(3) is not None:
            yield from (at for at, size in self._batch.pairs(2) if size >= 8)


class _Table:
    """A table of a FlatBuffer."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at
        self._names = at - struct.unpack_from("<i", data, at)[0]
        self._size = struct.unpack_from("<H", data, self._names)[0]

    def offset(self, field: int) -> int | None:
        """Where a field is; None where it is not given."""
        place = 4 + 2 * field
        if place + 2 > self._size:
            return None
        relative = struct.unpack_from("<H", self._data, self._names + place)[0]
        return self._at + relative if relative else None

    def byte(self, field: int) -> int:
        at = self.offset(field)
        return 0 if at is None else self._data[at]

    def integer(self, field: int) -> int:
        at = self.offset(field)
        return 0 if at is None else int(struct.unpack_from("<q", self._data, at)[0])

    def table(self, field: int) -> _Table | None:
        at = self.offset(field)
        return None if at is None else _Table(self._data, at + struct.unpack_from("<I", self._data, at)[0])

    def pairs(self, field: int) -> Iterator[tuple[int, int]]:
        """The pairs of 64-bit integers in a vector."""
        at = self.offset(field)
        if at is None:
            return
        at += struct.unpack_from("<I", self._data, at)[0]
        for k in range(struct.unpack_from("<I", self._data, at)[0]):
            yield struct.unpack_from("<qq", self._data, at + 4 + 16 * k)
