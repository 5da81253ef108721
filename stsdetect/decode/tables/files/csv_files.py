"""Read tables with separators into frames of bounded size: `csv_frames`."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import BinaryIO, cast

import polars as pl

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.lines import whole_lines
from stsdetect.decode.tables.columns import NotAisError
from stsdetect.decode.tables.files.csv_rows import (
    SEPARATORS,
    Header,
    Part,
    RowSorter,
    field_counts,
    split_row,
    unique_names,
    without_empty_lines,
)
from stsdetect.decode.tables.files.encodings import LineDecoder
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

Schema = dict[str, type[pl.DataType]]
Needed = Callable[[list[str]], Collection[str]]
"""Takes the names of all columns and gives those that are to be read."""
# A row of two bytes may take hundreds in memory, so few bytes are read at a time.
_PIECE_BYTES = 1_048_576
_FRAME_ROWS, _FRAME_BYTES = 300_000, 33_554_432
_LAYOUT_BYTES = 262_144
_SPARE = "(no name)"
_SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_MIN_NUMBERS = 2
_MAX_WHOLE_COLUMNS = 256


def csv_frames(
    stream: BinaryIO,
    report: DecodeReport,
    params: DecodeParams,
    number_schemas: Callable[[list[str]], list[Schema]],
    needed: Needed | None = None,
) -> Iterator[pl.DataFrame]:
    r"""Read a table with separators.

    A row with more or fewer fields than the header is rejected, never cut, filled or shifted. Two layouts
    are read as what they mean where most rows have them: an empty field at the end of each row, and row
    numbers without a name before it, as R writes them. A further header, as in files that were joined, is
    the header of the rows after it.

    Parameters
    ----------
    stream : binary file
        The table; text in any encoding that keeps ASCII.
    report : DecodeReport
        Rejects lines that are too long (``line_too_long``), rows of another width
        (``wrong_number_of_fields``, ``unbalanced_quote``) and the last line of a damaged file
        (``cut_last_line``); counts lines without a row.
    params : DecodeParams
        Limits.
    number_schemas : callable
        For the column names, the columns to try to read as numbers; the first schema that all rows fit is
        used. Names with two such columns or more are taken for a header.
    needed : callable, optional
        Takes the column names, and gives those to read where a table is very wide; the others come without
        values. By default all are read.

    Yields
    ------
    polars.DataFrame
        A few hundred thousand rows; the other columns are text. The columns are those of the first frame in
        the same order, but for rows below a header with other names.

    Raises
    ------
    DecodeError
        If rows cannot be read at all.

    Examples
    --------
    >>> table = io.BytesIO(b"mmsi,sog\n412000001,7.5\n412000002,SEA, LTD\n")
    >>> report = DecodeReport("a.csv")
    >>> frames = csv_frames(table, report, DecodeParams(), lambda names: [{"sog": pl.Float64}])
    >>> [frame.rows() for frame in frames], report.rejected
    ([[('412000001', 7.5)]], {'wrong_number_of_fields': 1})
    """
    sorter: RowSorter | None = None
    decoder = LineDecoder()
    source = _Watched(stream)
    pieces = whole_lines(
        cast(BinaryIO, source), block_bytes=_PIECE_BYTES, max_line_bytes=params.max_line_bytes
    )
    parts: list[Part] = []
    n_bytes = n_before = 0
    for piece, n_too_long in pieces:
        report.rows_in += n_too_long
        report.reject("line_too_long", n_too_long)
        if piece and source.is_cut:
            report.rows_in += 1
            report.reject("cut_last_line", 1, [piece.decode("utf-8", "replace")])
            break
        block = decoder.utf8(piece)
        if sorter is None:
            found = _header(block, number_schemas, params.max_title_lines)
            if found is None:
                continue
            header, block = found
            report.table["file"] = (
                f"CSV with {_SEPARATOR_NAMES.get(header.separator, repr(header.separator))}"
            )
            sorter = RowSorter(header, report, lambda names: _is_accepted(names, number_schemas))
            if most := _other_width(block, header):
                report.warnings.append(
                    f"most rows have {most} fields, but the header has {len(header.names)}; rows of "
                    "another width than the header are rejected"
                )
        parts += sorter.sort(block)
        n_bytes += len(block)
        if sorter.n_lines - n_before >= _FRAME_ROWS or n_bytes >= _FRAME_BYTES:
            yield from _frames(parts, sorter, report, number_schemas, needed)
            parts, n_bytes, n_before = [], 0, sorter.n_lines
    if sorter is not None:
        parts += sorter.finish()
        yield from _frames(parts, sorter, report, number_schemas, needed)
    if "file" in report.table:
        encoding = getattr(stream, "encoding", "") or "UTF-8"
        report.table["file"] += f", {decoder.name or encoding}"
    decoder.note(report)


class _Watched:
    """A stream of which it is known whether it ended inside of a line because it is damaged."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._last = b"\n"
        self._ended = False

    def read(self, n: int) -> bytes:
        chunk = self._stream.read(n)
        self._last = chunk[-1:] or self._last
        self._ended = not chunk
        return chunk

    @property
    def is_cut(self) -> bool:
        damaged = bool(getattr(self._stream, "damage", ""))
        return self._ended and damaged and self._last not in (b"\n", b"\r")


def _is_accepted(names: list[str], number_schemas: Callable[[list[str]], list[Schema]]) -> bool:
    """Whether some names are those of a table of positions: latitude and longitude are always numbers."""
    try:
        return len(number_schemas(names)[0]) >= _MIN_NUMBERS
    except DecodeError:
        return False


def _header(
    block: bytes, number_schemas: Callable[[list[str]], list[Schema]], max_title_lines: int
) -> tuple[Header, bytes] | None:
    """The header, and the rows after it.

    It is the first line whose names are those of a table of positions, or else the first one with a
    separator, or else the first with text.
    """
    first_split: tuple[Header, bytes] | None = None
    first_text: tuple[Header, bytes] | None = None
    stated = ""
    at = n_titles = 0
    while at < len(block) and n_titles < max_title_lines:
        end = block.index(b"\n", at)
        text = block[at:end].decode("utf-8", "replace").strip("\ufeff \r")
        at = end + 1
        if not text.strip():
            continue
        # Excel names the separator in a line of its own ("sep=;").
        if text.lower().startswith("sep=") and len(text) <= len("sep=;"):
            stated = text[4:] or "\t"
            continue
        n_titles += 1
        separators = [stated] if stated.isascii() and stated else sorted(SEPARATORS, key=text.count)[::-1]
        for separator in filter(text.__contains__, separators):
            names = unique_names(split_row(text, separator)[0])
            header = Header(tuple(names), separator)
            if _is_accepted(names, number_schemas):
                return _with_spare(header, block[at:])
            first_split = first_split or (header, block[at:])
        first_text = first_text or (Header(tuple(unique_names([text])), stated or ","), block[at:])
    best = first_split or first_text
    return None if best is None else _with_spare(*best)


def _with_spare(header: Header, rows: bytes) -> tuple[Header, bytes]:
    """The header with a column for fields that have no name in it."""
    names, separator = header.names, header.separator.encode()
    width = len(names)
    most = _other_width(rows, header)
    if most == width + 1:
        lines = rows[:_LAYOUT_BYTES].split(b"\n")[:-1]
        longer = [line for line in lines if line.count(separator) >= width]
        if sum(line.endswith(separator) for line in longer) * 2 > len(longer):
            header = header._replace(names=(*names, _SPARE), spare=width)
        elif _are_row_numbers([line.split(separator)[0] for line in longer]):
            header = header._replace(names=(_SPARE, *names), spare=0)
    elif most == width - 1 and not names[-1]:
        header = header._replace(names=names[:-1])
    return header, rows


def _other_width(rows: bytes, header: Header) -> int:
    """The number of fields that most of the first rows have, if it is not that of the header; else 0."""
    start = rows[:_LAYOUT_BYTES]
    start = start[: start.rfind(b"\n") + 1]
    if not start:
        return 0
    width, n = Counter(field_counts(start, header.separator)).most_common(1)[0] if start.strip() else (0, 0)
    return width if n and width not in (1, len(header.names)) else 0


def _are_row_numbers(fields: Sequence[bytes]) -> bool:
    """Whether fields count up from 1, as those of R do; a few rejects among them may leave some out."""
    numbers = [f.strip(b'"') for f in fields]
    right = sum(number == str(k).encode() for k, number in enumerate(numbers, 1))
    return right * 2 > len(numbers)


def _frames(
    parts: list[Part],
    sorter: RowSorter,
    report: DecodeReport,
    number_schemas: Callable[[list[str]], list[Schema]],
    needed: Needed | None,
) -> Iterator[pl.DataFrame]:
    """One frame for rows one after another that have the same header."""
    while parts:
        header = parts[0].header
        n = next((k for k, part in enumerate(parts) if part.header != header), len(parts))
        part = Part(header, b"".join(p.lines for p in parts[:n]))
        yield from _frames_of(part, sorter, report, number_schemas, needed)
        parts = parts[n:]


def _frames_of(
    part: Part,
    sorter: RowSorter,
    report: DecodeReport,
    number_schemas: Callable[[list[str]], list[Schema]],
    needed: Needed | None,
) -> Iterator[pl.DataFrame]:
    names = part.header.names
    columns: list[int] | None = None
    if needed is not None and len(names) > _MAX_WHOLE_COLUMNS:
        columns = _columns_of(part.header, needed)
        # Rows without a value look like others by the columns that are read.
        lines, n_empty = without_empty_lines(part.lines, part.header.separator)
        report.counts["lines_without_row"] += n_empty
        part = part._replace(lines=lines)
    text: Schema = dict.fromkeys(names, pl.String)
    try:
        numbers = number_schemas(list(names))
    except NotAisError:
        # Who reads the frame refuses it, and guesses from its rows what the columns are.
        numbers = []
    first, *others = [text | schema for schema in numbers] or [text]
    frame = _read(part, first, columns)
    # Where no column is a number any line can be parsed, so further headers are always looked for.
    if part.lines and (frame is None or first == text):
        parts = sorter.recheck(part)
        if parts is not None:
            yield from _frames(parts, sorter, report, number_schemas, needed)
            return
    for schema in (*others, text):
        frame = _read(part, schema, columns) if frame is None else frame
    if frame is None:
        raise DecodeError(f"{report.source}: rows cannot be read as CSV")
    whole = _with_unread(frame, names)
    yield _as_first(_rows(whole, part.header, report, skip_empty=columns is None), sorter.first)


def _columns_of(header: Header, needed: Needed) -> list[int]:
    """The columns to read of a very wide table; one of them where no others are known."""
    wanted = needed(list(header.names))
    if len(wanted) == len(header.names):
        wanted = ()
    found = {k for k, name in enumerate(header.names) if name in wanted}
    return sorted(found | ({0} if header.spare is None else {header.spare}))


def _with_unread(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """A frame with all columns; those that were not read are null."""
    if frame.width == len(names):
        return frame
    null = pl.Series([None]).new_from_index(0, frame.height)
    read = {column.name: column for column in frame.get_columns()}
    return pl.DataFrame([read[name] if name in read else null.alias(name) for name in names])


def _read(part: Part, schema: Schema, columns: list[int] | None) -> pl.DataFrame | None:
    if not part.lines:
        return pl.DataFrame(schema=schema)
    try:
        return pl.read_csv(
            io.BytesIO(part.lines), separator=part.header.separator, has_header=False, infer_schema=False,
            schema=schema, columns=columns,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None


def _rows(frame: pl.DataFrame, header: Header, report: DecodeReport, *, skip_empty: bool) -> pl.DataFrame:
    """Rows with a value, and none in a column without a name."""
    if skip_empty:
        empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
        if empty.any():
            report.counts["lines_without_row"] += int(empty.sum())
            frame = frame.filter(~empty)
    if header.spare is None:
        return frame
    name = header.names[header.spare]
    if header.spare:
        filled = frame[name].fill_null("") != ""
        if filled.any():
            samples = (
                header.separator.join(str(v) for v in row) for row in frame.filter(filled).head(3).rows()
            )
            report.rows_in += int(filled.sum())
            report.reject("wrong_number_of_fields", int(filled.sum()), samples)
            frame = frame.filter(~filled)
    return frame[[column for column in frame.columns if column != name]]


def _as_first(frame: pl.DataFrame, first: Header) -> pl.DataFrame:
    """The columns in the order of the first header, if they are the same ones."""
    names = [name for k, name in enumerate(first.names) if k != first.spare]
    return frame[names] if sorted(names) == sorted(frame.columns) else frame
