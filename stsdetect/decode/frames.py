"""Streams of CSV and Parquet files of Parquet to frames of bounded size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from stsdetect.decode.books import DecodeReport
from stsdetect.decode.sentences import read_blocks
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

SEPARATORS = ",;\t|"
_CSV_BLOCK_BYTES = 16_777_216
_PARQUET_ROWS = 500_000


def csv_frames(stream: BinaryIO, report: DecodeReport, params: DecodeParams) -> Iterator[pl.DataFrame]:
    """All columns as text, some tens of thousands of rows at a time."""
    header: list[str] | None = None
    separator = ","
    blocks = read_blocks(stream, block_bytes=_CSV_BLOCK_BYTES, max_line_bytes=params.max_line_bytes)
    for block, n_too_long in blocks:
        report.rows_in += n_too_long
        report.reject("line_too_long", n_too_long)
        data, n_lines = block.data, block.n_lines
        if header is None:
            first, data, n_before = _header_line(data)
            if first is None:
                continue
            n_lines -= n_before
            separator = max(SEPARATORS, key=first.count)
            header = _split(first, separator)
        if not n_lines:
            continue
        frame = _read(data, header, separator)
        # A quoted field may run over lines; a blank line is no row.
        report.counts["lines_without_row"] += max(0, n_lines - frame.height)
        yield frame


def _header_line(data: bytes) -> tuple[str | None, bytes, int]:
    """The first line that is not blank, what follows it, and the lines up to and with it."""
    n = 0
    while data:
        line, _, data = data.partition(b"\n")
        n += 1
        text = line.decode("utf-8-sig", "replace").strip()
        if text:
            return text, data, n
    return None, b"", n


def _split(line: str, separator: str) -> list[str]:
    names = [n.strip().strip('"') for n in line.split(separator)]
    return [n if names.index(n) == k else f"{n}.{k}" for k, n in enumerate(names)]


def _read(data: bytes, header: list[str], separator: str) -> pl.DataFrame:
    for quote in ('"', None):
        try:
            return pl.read_csv(
                io.BytesIO(data), has_header=False, separator=separator, quote_char=quote, infer_schema=False,
                new_columns=header, schema=dict.fromkeys(header, pl.String), truncate_ragged_lines=True, encoding="utf8-lossy",
            )  # fmt: skip
        except pl.exceptions.NoDataError:
            return pl.DataFrame(schema=dict.fromkeys(header, pl.String))
        except pl.exceptions.ComputeError as error:
            last = error
    raise DecodeError(f"rows cannot be read as CSV: {last}")


def parquet_frames(path: Path) -> Iterator[pl.DataFrame]:
    """Some hundred thousand rows at a time.

    Raises
    ------
    DecodeError
        If the file is damaged.
    """
    try:
        file = pq.ParquetFile(path)
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
            yield pl.DataFrame(pl.from_arrow(batch))
        if not file.metadata.num_rows:
            yield pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table()))
    except (pa.ArrowException, OSError) as error:
        raise DecodeError(f"{path} is a damaged Parquet file: {error}") from error
