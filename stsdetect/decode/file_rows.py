"""Decoded rows of one file: its members are opened, their formats recognised and the decoders called.

`rows_of_stream` does so for one stream, `batches` for all of a file, and `may_be_ais` judges what cannot be
read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import polars as pl

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import Batch
from stsdetect.decode.file_names import is_dump_name
from stsdetect.decode.nmea.reader import NmeaReader, no_time_help
from stsdetect.decode.streams import (
    Format,
    PeekedStream,
    UnknownFormatError,
    clear_errors,
    mentions_mmsi,
    open_streams,
    sniff,
)
from stsdetect.decode.tables.files import (
    csv_frames,
    holds_rows_in_a_document,
    is_columnar,
    json_frames,
    parquet_frames,
    refuse_by_magic,
    rows_as_lines,
)
from stsdetect.decode.tables.reader import NotAisError, TableReader
from stsdetect.decode.times.timestamps import latest_ms
from stsdetect.errors import DecodeError
from stsdetect.foreign_text import made_visible
from stsdetect.params import DecodeParams

_PREVIEW_ROWS = 1_000_000
_LOOK_ROWS = 100
_LONG_TITLE_BYTES = 4_194_304
_WHOLE_SENTENCE = re.compile(rb"!..VD[MO],\d,\d,\d?,[AB12]?,")
_SHIP = re.compile(rb"(?<![\d.])[2-7]\d{8}(?![\d.])")
_SHIP_LIST = re.compile(rb"length|beam|width|\bimo\b|flag|owner", re.IGNORECASE)
_ROW_END = re.compile(rb"[\n}\]]")
_DEGREES = re.compile(rb"(?<![\d.])-?\d{1,3}[.,]\d{3,}(?![\d.])")


def batches(
    path: Path,
    report: DecodeReport,
    params: DecodeParams,
    *,
    max_bytes: int | None = None,
    began: datetime | None = None,
) -> Iterator[Batch]:
    """Decoded rows of one file; those of all members of an archive as if they were one.

    Parameters
    ----------
    path : Path
        The file, compressed or not.
    report : DecodeReport
        Filled in on the way.
    params : DecodeParams
        Windows and limits.
    max_bytes : int, optional
        Read only this many unpacked bytes of each stream in the file.
    began : datetime, optional
        When the run began; later receive times are not believed. By default now.

    Yields
    ------
    Batch
        Rows in file order, times in ms since 1970 UTC.

    Raises
    ------
    DecodeError
        If it cannot be read; of an archive, if no member can be read.
    """
    errors: list[DecodeError] = []
    n_read = 0
    latest = latest_ms(began or datetime.now(UTC), params)
    with open_streams(path) as members:
        for name, stream, not_ais in members:
            if not_ais:
                report.warnings.append(f"not AIS: {name} ({not_ais})")
                continue
            try:
                with clear_errors(path):
                    peeked = PeekedStream(stream, max_bytes=max_bytes)
                yield from rows_of_stream(path, name, peeked, report, params, latest, max_bytes)
                n_read += 1
            except DecodeError as error:
                errors.append(error)
                if name:
                    report.warnings.append(f"left out: {error}")
                continue
            report.cut |= max_bytes is not None and peeked.n_read >= max_bytes
            if peeked.damage:
                report.warnings.append(damage_warning(report.source, peeked))
    if not n_read:
        raise errors[0] if errors else DecodeError(f"{path} holds no AIS dump")


def rows_of_stream(
    path: Path,
    name: str,
    stream: PeekedStream,
    report: DecodeReport,
    params: DecodeParams,
    latest: int,
    max_bytes: int | None,
) -> Iterator[Batch]:
    """Decoded rows of one stream; see `batches`.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        The member of the archive that it is; empty if the stream is the file.
    stream : PeekedStream
        Its bytes.
    report : DecodeReport
        Filled in on the way.
    params : DecodeParams
        Windows and limits.
    latest : int
        Later receive times are not believed [ms since 1970 UTC].
    max_bytes : int or None
        As for `batches`.

    Yields
    ------
    Batch

    Raises
    ------
    NotAisError
        If it is a table without the columns of positions, or a log without AIS sentences.
    DecodeError
        If it cannot be read.
    """
    kind = format_of(path, stream, f"{path}: {name}" if name else str(path), report, params)
    source = cast(BinaryIO, stream)
    if kind == "nmea":
        report.format = "nmea"
        n_sentences, n_timed = report.counts["sentences"], report.time_kinds.total()
        if holds_rows_in_a_document(stream.head):
            source = rows_as_lines(source, stream.head, report, params)
        log = NmeaReader(report, params, latest_ms=latest)
        yield from log.batches(source)
        if report.counts["sentences"] == n_sentences:
            raise NotAisError(f"{path}: no AIS sentence (!..VDM or !..VDO) found")
        if report.time_kinds.total() == n_timed and report.rejected.keys() & {"no_time", "bad_time"}:
            raise DecodeError(f"{path}: {no_time_help(log.first_sentence)}")
        return
    table = TableReader(report, params, latest_ms=latest)
    if kind == "parquet":
        max_rows = None if max_bytes is None else _PREVIEW_ROWS
        frames = parquet_frames(path, report, needed=table.needed_columns, member=name, max_rows=max_rows)
    elif kind == "json":
        frames = json_frames(source, stream.head, report, params)
    else:
        frames = csv_frames(source, report, params, table.number_schemas, table.needed_columns)
    yield from table.batches(_read_ahead(frames))


def format_of(
    path: Path, stream: PeekedStream, shown: str, report: DecodeReport, params: DecodeParams
) -> Format:
    """Format of a stream; a text that is not a table of positions may be a log after a long title.

    Raises
    ------
    DecodeError
        If it is of no known kind, or text that is neither.
    """
    if is_columnar(stream.head):
        return "parquet"
    if (other := refuse_by_magic(stream.head)) is not None:
        raise UnknownFormatError(f"{shown} {other}")
    kind = sniff(stream.head, shown, min_text_share=params.min_text_share)
    if kind == "csv":
        trial = DecodeReport(report.source)
        table = TableReader(trial, params, latest_ms=0)
        try:
            frames = csv_frames(
                io.BytesIO(stream.head), trial, params, table.number_schemas, table.needed_columns
            )
            if (first := next(frames, None)) is not None:
                table.require_columns(first)
        except NotAisError:
            if not has_sentences(stream.peek(_LONG_TITLE_BYTES)):
                raise
            return "nmea"
        except DecodeError:
            pass  # the beginning of a file may end inside a row; the reader judges the whole
    return kind


def may_be_ais(source: str, error: DecodeError, head: bytes, path: Path, begun: DecodeReport | None) -> bool:
    """Whether a file that cannot be read may hold AIS, so that it is missed."""
    if isinstance(error, NotAisError):
        return looks_like_positions(_parquet_text(path) if head[:4] == b"PAR1" else head)
    if isinstance(error, UnknownFormatError):
        return is_dump_name(source) or mentions_mmsi(head)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and not (begun and begun.rows_in):
        return looks_like_positions(head) or mentions_mmsi(head)
    return True


def head_of(path: Path) -> bytes:
    """The first unpacked bytes of a file; none where it cannot be read."""
    try:
        with open_streams(path) as members:
            for _, stream, not_ais in members:
                if not not_ais:
                    with clear_errors(path):
                        return PeekedStream(stream).head
    except DecodeError:
        pass
    return b""


def has_sentences(text: bytes) -> bool:
    """Whether there are AIS sentences in a text, as in a log after a long title.

    Examples
    --------
    >>> has_sentences(b"station 7: !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23")
    True
    """
    return _WHOLE_SENTENCE.search(text) is not None


def looks_like_positions(text: bytes) -> bool:
    """Whether a text that is not recognised holds ships with positions, judging by its digits.

    A row with two ships is of a table of events rather, and a table with vessel attributes and no ship twice
    is a list of ships.

    Examples
    --------
    >>> looks_like_positions(b"a;b;c 412000001;30.112;122.533")
    True
    >>> looks_like_positions(b"port;lat;lon Ningbo;29.934;121.853")
    False
    """
    if b";" not in text and b"\t" not in text:
        text = text.replace(b",", b" ")  # a comma is a decimal one only where there is another separator
    ships_per_row = [len(set(_SHIP.findall(row))) for row in _ROW_END.split(text)]
    n_ships, n_pairs = sum(ships_per_row), sum(n > 1 for n in ships_per_row)
    if _SHIP_LIST.search(text.split(b"\n", 1)[0]) and len(set(_SHIP.findall(text))) == n_ships:
        return False
    # Latitude and longitude are two for each ship; some rows may lack them.
    return n_ships > 2 * n_pairs and len(_DEGREES.findall(text)) >= n_ships


def _parquet_text(path: Path) -> bytes:
    """The first rows of a Parquet file as text."""
    try:
        frame = next(parquet_frames(path, DecodeReport(""), max_rows=_LOOK_ROWS), pl.DataFrame())
    except DecodeError:
        return b""
    plain = [name for name, dtype in frame.schema.items() if not dtype.is_nested() and dtype != pl.Binary]
    return frame.select(plain).head(_LOOK_ROWS).write_csv(separator=" ").encode()


def damage_warning(source: str, stream: PeekedStream) -> str:
    """The warning about a stream that ended early."""
    return f"{source} is damaged or cut short ({made_visible(stream.damage)}); rows before that are read"


def _read_ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same frames; the next one is read in a thread while the caller works on the current one."""
    pool = ThreadPoolExecutor(1)
    try:
        following = pool.submit(next, frames, None)
        while (frame := following.result()) is not None:
            following = pool.submit(next, frames, None)
            yield frame
    finally:
        # Not waited for: where a caller gave up, this runs whenever the generator is collected, perhaps in a
        # thread that is just starting, and two that wait for each other would never end.
        pool.shutdown(wait=False, cancel_futures=True)
