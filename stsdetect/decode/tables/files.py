"""Read CSV, JSON and Parquet files into frames of bounded size, whatever their columns are.

`csv_frames`, `json_frames` and `parquet_frames` yield frames with the column names of the file.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.lines import whole_lines
from stsdetect.decode.tables.convert import UNITS
from stsdetect.decode.tables.profiles import JSON_PROFILES, JSON_SIGNATURES
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

Schema = dict[str, type[pl.DataType]]
SEPARATORS = ",;\t|"
# A row of two bytes may take hundreds in memory, so few bytes are read at a time.
_CSV_PIECE_BYTES = 1_048_576
_CSV_ROWS, _CSV_BYTES = 300_000, 33_554_432
_PARQUET_ROWS = 500_000
_DOCUMENT_ROWS = 50_000
# A JSON document takes some ten times its size in memory. Lists of all vessels of an ocean have 5 to 20 MiB.
_MAX_DOCUMENT_BYTES = 1 << 26


def csv_frames(
    stream: BinaryIO,
    report: DecodeReport,
    params: DecodeParams,
    number_schemas: Callable[[list[str]], list[Schema]],
) -> Iterator[pl.DataFrame]:
    """Read a table with separators.

    Parameters
    ----------
    stream : binary file
        The table.
    report : DecodeReport
        Counts lines that are too long or without a row.
    params : DecodeParams
        Limits.
    number_schemas : callable
        For the column names, the columns to try to read as numbers; the first schema that all rows fit is
        used.

    Yields
    ------
    polars.DataFrame
        A few hundred thousand rows; the other columns are text.

    Raises
    ------
    DecodeError
        If rows cannot be read at all.
    """
    header: list[str] | None = None
    separator, schemas = ",", []
    pieces = whole_lines(stream, block_bytes=_CSV_PIECE_BYTES, max_line_bytes=params.max_line_bytes)
    for parts, n_lines, n_too_long in _gathered(pieces):
        report.rows_in += n_too_long
        report.reject("line_too_long", n_too_long)
        if header is None:
            first, rest, n_before = _header_line(b"".join(parts), max_title_lines=params.max_title_lines)
            if first is None:
                continue
            parts = [rest]
            n_lines -= n_before
            separator = max(SEPARATORS, key=first.count)
            header = _split(first, separator)
            schemas = [dict.fromkeys(header, pl.String) | numbers for numbers in number_schemas(header)]
        # polars takes the number of columns from the first row, so the header goes before every piece.
        data = b"".join((separator.join(header).encode(), b"\n", *parts))
        frame = _read(data, schemas, separator)
        # A quoted field may extend over several lines; a line without a value is not a row.
        report.counts["lines_without_row"] += max(0, n_lines - frame.height)
        yield frame


def _gathered(pieces: Iterator[tuple[bytes, int]]) -> Iterator[tuple[list[bytes], int, int]]:
    """Pieces gathered until they have many rows, with the number of their lines and of lines left out."""
    parts: list[bytes] = []
    n_bytes = n_lines = n_too_long = 0
    for data, n_long in pieces:
        parts.append(data)
        n_bytes, n_lines, n_too_long = n_bytes + len(data), n_lines + data.count(b"\n"), n_too_long + n_long
        if n_lines >= _CSV_ROWS or n_bytes >= _CSV_BYTES:
            yield parts, n_lines, n_too_long
            parts, n_bytes, n_lines, n_too_long = [], 0, 0, 0
    if parts:
        yield parts, n_lines, n_too_long


def _header_line(data: bytes, *, max_title_lines: int) -> tuple[str | None, bytes, int]:
    """The line with the column names, what follows it, and the number of lines up to and including it.

    It is the first line with a separator, or else the first with text.
    """
    first: tuple[str | None, bytes, int] = None, b"", 0
    at = n = n_titles = 0
    while at < len(data) and n_titles < max_title_lines:
        end = data.find(b"\n", at) % (len(data) + 1)
        text = data[at:end].decode("utf-8-sig", "replace").strip()
        at, n = end + 1, n + 1
        if not text:
            continue
        # Excel names the separator in a line of its own ("sep=;").
        if any(s in text for s in SEPARATORS) and not text.lower().startswith("sep="):
            return text, data[at:], n
        if not n_titles:
            first = text, data[at:], n
        n_titles += 1
    return first


def _split(line: str, separator: str) -> list[str]:
    """Column names; repeated ones get a number, since names in a frame are unique."""
    names = [n.strip().strip('"') for n in line.split(separator)]
    return [n if names.index(n) == k else f"{n}.{k}" for k, n in enumerate(names)]


def _read(data: bytes, schemas: Sequence[Schema], separator: str) -> pl.DataFrame:
    text: Schema = dict.fromkeys(schemas[0], pl.String)
    attempts: list[tuple[Schema, str | None, Literal["utf8", "utf8-lossy"]]] = [
        *((schema, '"', "utf8") for schema in schemas), (text, '"', "utf8-lossy"), (text, None, "utf8-lossy"),
    ]  # fmt: skip
    for schema, quote, encoding in attempts:
        try:
            frame = pl.read_csv(
                io.BytesIO(data), separator=separator, quote_char=quote, infer_schema=False, schema=schema,
                truncate_ragged_lines=True, encoding=encoding,
            )  # fmt: skip
        except pl.exceptions.ComputeError as error:
            last = error
        else:
            empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
            return frame.filter(~empty) if empty.any() else frame
    raise DecodeError(f"rows cannot be read as CSV: {last}")


def parquet_frames(
    path: Path, report: DecodeReport, *, max_rows: int | None = None
) -> Iterator[pl.DataFrame]:
    """Read a Parquet file.

    Parameters
    ----------
    path : Path
        The file; not compressed.
    report : DecodeReport
        Its `rows_in` is the number of rows taken so far; `cut` is set where rows are left.
    max_rows : int, optional
        Stop after about this many rows.

    Yields
    ------
    polars.DataFrame
        A few hundred thousand rows.

    Raises
    ------
    DecodeError
        If the file is damaged.
    """
    with path.open("rb") as opened:  # Arrow itself opens no file whose name is not UTF-8
        if opened.read(4) != b"PAR1":
            raise DecodeError(f"{path} holds a Parquet file inside an archive; unpack it first")
        yield from _parquet_batches(path, opened, report, max_rows)


def _parquet_batches(
    path: Path, opened: BinaryIO, report: DecodeReport, max_rows: int | None
) -> Iterator[pl.DataFrame]:
    try:
        file = pq.ParquetFile(opened)
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
            yield _with_points(pl.DataFrame(pl.from_arrow(batch)))
            if max_rows is not None and report.rows_in >= max_rows:
                report.cut = report.rows_in < file.metadata.num_rows
                return
        if not file.metadata.num_rows:
            yield pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table()))
    except (pa.ArrowException, OSError) as error:
        raise DecodeError(f"{path} is a damaged Parquet file: {error}") from error


def _with_points(frame: pl.DataFrame) -> pl.DataFrame:
    """The points of a GeoParquet geometry column as columns latitude and longitude."""
    name = next(
        (c for c in frame.columns if c.lower() in ("geometry", "geom") and frame[c].dtype == pl.Binary), None
    )
    if name is None:
        return frame
    points = shapely.from_wkb(frame[name].to_numpy(), on_invalid="ignore")
    return frame.drop(name).with_columns(
        pl.Series("latitude", shapely.get_y(points), nan_to_null=True),
        pl.Series("longitude", shapely.get_x(points), nan_to_null=True),
    )


def json_frames(
    stream: BinaryIO, head: bytes, report: DecodeReport, params: DecodeParams
) -> Iterator[pl.DataFrame]:
    """Read JSON lines, or one JSON document with a list of objects.

    Parameters
    ----------
    stream : binary file
        The file.
    head : bytes
        Its first bytes, by which the kind is recognised.
    report : DecodeReport
        Counts blank and over-long lines.
    params : DecodeParams
        Limits.

    Yields
    ------
    polars.DataFrame
        Text columns, one per path of the profile or, without one, per key of the first object.

    Raises
    ------
    DecodeError
        If a document is not JSON or too large to be read in one piece.
    """
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    if first[:1] == b"{" and _is_json(first) and b"FeatureCollection" not in first[:2000]:
        pieces = whole_lines(
            stream, block_bytes=params.block_bytes, max_line_bytes=max(params.max_line_bytes, 1 << 20)
        )
        source: Iterator[tuple[pl.Series, int]] = (
            (pl.Series(data.decode("utf-8", "replace").split("\n")[:-1], dtype=pl.String), n)
            for data, n in pieces
        )
    else:
        rows = _document_rows(stream, report)
        source = (
            (pl.Series([json.dumps(row) for row in rows[k : k + _DOCUMENT_ROWS]], dtype=pl.String), 0)
            for k in range(0, len(rows), _DOCUMENT_ROWS)
        )
    kind = next((k for k, mark in JSON_SIGNATURES.items() if mark.encode() in head), None)
    paths: Mapping[str, Sequence[str]] | None = JSON_PROFILES[kind] if kind else None
    last_time: str | None = None
    for raw, n_too_long in source:
        report.rows_in += n_too_long
        report.reject("line_too_long", n_too_long)
        text = raw.str.strip_chars("\ufeff \t\r\n")
        n_blank = int((text == "").sum())
        report.rows_in += n_blank
        report.set_aside["blank_lines"] += n_blank
        text = text.filter(text != "")
        if paths is None:
            keys = json.loads(text[0]) if text.len() and _is_json(text[0].encode()) else {}
            paths = {k: (f"$['{k}']",) for k in keys if "'" not in k}
        frame = _by_paths(text, paths)
        if kind == "gpsd":
            # AIS reports have a time only where gpsd runs with -t; else the last fix of the receiver dates
            # them.
            frame = frame.with_columns(
                pl.col("timestamp").forward_fill().fill_null(pl.lit(last_time, pl.String))
            )
            last_time = frame["timestamp"][-1] if frame.height else last_time
            frame = _gpsd_rows(frame, report)
        yield frame


def _is_json(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _document_rows(stream: BinaryIO, report: DecodeReport) -> list[dict[str, Any]]:
    data = stream.read(_MAX_DOCUMENT_BYTES + 1)
    if len(data) > _MAX_DOCUMENT_BYTES:
        raise DecodeError(
            f"{report.source}: one JSON document above {_MAX_DOCUMENT_BYTES >> 20} MiB; write one object "
            "per line instead"
        )
    try:
        document = json.loads(data)
    except ValueError as error:
        raise DecodeError(f"{report.source} is not JSON: {error}") from error
    if isinstance(document, dict):
        document = document.get("features", [document])
    if not isinstance(document, list) or not all(isinstance(row, dict) for row in document):
        raise DecodeError(f"{report.source}: JSON holds no list of objects")
    return document


def _by_paths(text: pl.Series, paths: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """One column per name: the value at the first of its JSON paths that exists."""
    columns = []
    for name, candidates in paths.items():
        found = [text.str.json_path_match(path) for path in candidates]
        columns.append(pl.select(pl.coalesce(found)).to_series().alias(name))
    return pl.DataFrame(columns)


def _gpsd_rows(frame: pl.DataFrame, report: DecodeReport) -> pl.DataFrame:
    """The AIS reports among gpsd objects, with raw integers scaled."""
    is_ais = frame["class"] == "AIS"
    other = int((~is_ais.fill_null(value=False)).sum())
    report.rows_in += other
    report.set_aside["other_rows"] += other
    frame = frame.filter(is_ais.fill_null(value=False))
    raw = pl.col("scaled") == "false"

    def scaled(name: str, factor: float) -> pl.Expr:
        number = pl.col(name).cast(pl.Float64, strict=False)
        return pl.when(raw).then(number * factor).otherwise(number).alias(name)

    degree = UNITS["position"]["1e-4min"]
    return frame.with_columns(
        scaled("lat", degree),
        scaled("lon", degree),
        scaled("speed", 0.1),
        scaled("course", 0.1),
        scaled("draught", 0.1),
    ).drop("class", "scaled")
