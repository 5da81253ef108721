"""Read Parquet and Arrow files into frames of bounded size, whatever their types: `parquet_frames`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.streams import clear_errors, open_streams
from stsdetect.decode.tables.files.csv_rows import unique_names
from stsdetect.decode.tables.files.declared_sizes import batches_of, pages_of
from stsdetect.decode.tables.files.points import Geometry, geometry_of, points_of_arrow
from stsdetect.decode.tables.plain_types import MAX_TEXT_BYTES, is_bytes, series_of, storage_of
from stsdetect.errors import DecodeError

_FRAME_ROWS, _FRAME_BYTES = 500_000, 268_435_456
_MAX_UNPACKED_BYTES = 16 << 30
_MAX_PIECE_BYTES = 1 << 30
_MAX_VALUE_BYTES = 1 << 17
_MAX_ITEMS = 64
_MAX_ROWS_PER_BYTE = 1_000
_BUFFER_BYTES = 1 << 20
_MAX_DEPTH = 6
_PARQUET, _ARROW = b"PAR1", b"ARROW1"

Needed = Callable[[list[str]], Collection[str]]
"""Takes the names of all columns and gives those that are to be read."""


class _Leaf(NamedTuple):
    """A column that is not a struct, or the geometry."""

    names: tuple[str, ...]
    """In a frame: its own name, or longitude and latitude."""
    kind: pa.DataType
    top: int
    """The column of the file that it is, or is in."""
    stored: range
    """The columns of Parquet that hold it."""
    is_geometry: bool
    is_read: bool


class _Batch(NamedTuple):
    """Some rows: the arrays of the leaves that are read."""

    arrays: list[pa.Array]
    n_rows: int


def is_columnar(head: bytes) -> bool:
    """Whether a file is one that `parquet_frames` reads, by its first bytes.

    Examples
    --------
    >>> is_columnar(b"PAR1"), is_columnar(b"ARROW1"), is_columnar(b"mmsi,lat")
    (True, True, False)
    """
    return head.startswith((_PARQUET, _ARROW))


def parquet_frames(
    path: Path,
    report: DecodeReport,
    *,
    needed: Needed | None = None,
    member: str = "",
    max_rows: int | None = None,
) -> Iterator[pl.DataFrame]:
    """Read a Parquet or Arrow (Feather) file.

    Inner columns get dotted names. The points of a GeoParquet file, whatever its column is called and however
    it holds them, become columns ``latitude`` and ``longitude``.

    Parameters
    ----------
    path : Path
        The file. One that is compressed, or inside an archive, is unpacked to a temporary file.
    report : DecodeReport
        Its `rows_in` is the number of rows taken so far; `cut` is set where rows are left. Geometries that
        are not points are counted as lost.
    needed : callable, optional
        Takes the names of all columns, and gives those to read; the others, and lists, come without values.
        By default all are read.
    member : str
        Name of the file inside the archive; empty where it is not one.
    max_rows : int, optional
        Stop after about this many rows.

    Yields
    ------
    polars.DataFrame
        A few hundred thousand rows, fewer where they take much memory.

    Raises
    ------
    DecodeError
        If the file is damaged, its points are in a system that is not known, it is too large to unpack, or a
        part of it that can only be unpacked whole is.
    """
    try:
        # Opened here, since Arrow itself opens no file whose name is not UTF-8.
        with _unpacked(path, member) as unpacked, unpacked.open("rb") as file:
            opened = _ArrowFile(file) if file.read(8).startswith(_ARROW) else _ParquetFile(file)
            n_bytes = unpacked.stat().st_size
            if opened.n_rows > max(_FRAME_ROWS, _MAX_ROWS_PER_BYTE * n_bytes):
                raise DecodeError(
                    f"{path} is damaged: {n_bytes:,} bytes cannot hold {opened.n_rows:,} rows of positions"
                )
            geometry = geometry_of(opened.schema)
            leaves = _leaves(opened.schema, geometry, needed)
            for batch in opened.batches(leaves, path):
                yield from _bounded(_frame(batch, leaves, geometry, report))
                if max_rows is not None and report.rows_in >= max_rows:
                    report.cut = report.rows_in < opened.n_rows
                    return
            if not opened.n_rows:
                empty = [pa.array([], leaf.kind) for leaf in leaves if leaf.is_read]
                yield _frame(_Batch(empty, 0), leaves, geometry, report)
    except (
        pa.ArrowException,
        pl.exceptions.PolarsError,
        OSError,
        NotImplementedError,
        UnicodeDecodeError,
    ) as error:
        raise DecodeError(
            f"{path} is a damaged Parquet or Arrow file, or has a type that is not read: {error}"
        ) from error


@contextmanager
def _unpacked(path: Path, member: str) -> Iterator[Path]:
    """The file itself, or a temporary one with what is inside it."""
    with clear_errors(path), path.open("rb") as packed:
        is_plain = is_columnar(packed.read(8))
    if is_plain:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "unpacked"
        with open_streams(path) as members:
            for name, stream, _ in members:
                if name == member:
                    with whole.open("wb") as out:
                        _copy(stream, out, path)
                    break
        yield whole


def _copy(stream: BinaryIO, out: BinaryIO, path: Path) -> None:
    left = _MAX_UNPACKED_BYTES
    while True:
        with clear_errors(path):
            chunk = stream.read(1 << 22)
        if not chunk:
            return
        left -= len(chunk)
        if left < 0 or shutil.disk_usage(Path(out.name).parent).free < len(chunk):
            raise DecodeError(
                f"{path} is too large to unpack for reading; unpack it yourself and give the file inside"
            )
        out.write(chunk)


class _ParquetFile:
    """A Parquet file, of which only the columns that are needed are unpacked, some rows at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0)
        whole = pq.ParquetFile(file)
        self._metadata = whole.metadata
        self.schema = whole.schema_arrow
        self.n_rows = whole.metadata.num_rows

    def batches(self, leaves: Sequence[_Leaf], path: Path) -> Iterator[_Batch]:
        """The rows."""
        read = [leaf for leaf in leaves if leaf.is_read]
        stored = [k for leaf in read for k in leaf.stored]
        if not stored:
            yield _Batch([], self.n_rows)
            return
        is_geometry = {leaf.top: leaf.is_geometry for leaf in read}
        texts = [self._metadata.schema.column(leaf.stored[0]).path for leaf in read if _is_text(leaf.kind)]
        # Times of Spark and Impala (INT96) fit in microseconds where they do not in nanoseconds. Text that is
        # repeated is kept once.
        parquet = pq.ParquetFile(
            self._file, metadata=self._metadata, read_dictionary=texts, buffer_size=_BUFFER_BYTES,
            coerce_int96_timestamp_unit="us",
        )  # fmt: skip
        for groups in self._groups():
            n_rows = min(self._rows_at_once(k, read, path) for k in groups)
            # Of columns with equal names only their numbers tell which is meant.
            for batch in parquet.reader.iter_batches(n_rows, row_groups=groups, column_indices=stored):
                # Arrow trusts the offsets in a file, which may point anywhere.
                batch.validate(full=True)
                flat = (
                    [array] if is_geometry[top] else _flat(array, _MAX_DEPTH)
                    for top, array in zip(is_geometry, batch.columns, strict=True)
                )  # fmt: skip
                yield _Batch([array for arrays in flat for array in arrays], batch.num_rows)

    def _groups(self) -> Iterator[list[int]]:
        """Row groups that are read together: many small ones, or a large one."""
        groups: list[int] = []
        n_rows = 0
        for k in range(self._metadata.num_row_groups):
            n = self._metadata.row_group(k).num_rows
            if groups and n_rows + n > _FRAME_ROWS:
                yield groups
                groups, n_rows = [], 0
            groups.append(k)
            n_rows += n
        if groups:
            yield groups

    def _rows_at_once(self, group: int, leaves: Sequence[_Leaf], path: Path) -> int:
        """The number of rows of a row group that have room in memory.

        Raises
        ------
        DecodeError
            If its pages do not, or its values are not names or numbers.
        """
        row_group = self._metadata.row_group(group)
        at_once = per_row = 0.0
        for leaf in leaves:
            for k in leaf.stored:
                column = row_group.column(k)
                pages = pages_of(self._file, column)
                shown = f"{path}: column '{leaf.names[0]}'"
                at_once += pages.largest_bytes
                if pages.bytes_per_value > _MAX_VALUE_BYTES:
                    raise DecodeError(
                        f"{shown} has values of {pages.bytes_per_value:,.0f} bytes, so it holds no names or "
                        "numbers; leave it out"
                    )
                n_items = column.num_values / max(row_group.num_rows, 1)
                if n_items > _MAX_ITEMS:
                    raise DecodeError(f"{shown} has {n_items:,.0f} values a row; leave it out")
                per_row += max(pages.bytes_per_value, _width(leaf.kind)) * max(n_items, 1)
        _require_room(at_once, "pages", path)
        return int(min(max(_FRAME_BYTES / max(per_row, 1), 1), _FRAME_ROWS))


class _ArrowFile:
    """An Arrow file, of which only the columns that are needed are unpacked."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._declared = batches_of(file)
        file.seek(0)
        self.schema = pa.ipc.open_file(file).schema
        self.n_rows = self._declared.n_rows

    def batches(self, leaves: Sequence[_Leaf], path: Path) -> Iterator[_Batch]:
        """The rows.

        Raises
        ------
        DecodeError
            If one of its record batches has no room in memory.
        """
        _require_room(self._declared.largest_bytes, "record batches", path)
        tops = list(dict.fromkeys(leaf.top for leaf in leaves if leaf.is_read))
        if not tops:
            yield _Batch([], self.n_rows)
            return
        self._file.seek(0)
        reader = pa.ipc.open_file(self._file, options=pa.ipc.IpcReadOptions(included_fields=tops))
        for k in range(reader.num_record_batches):
            whole = reader.get_batch(k)
            for at in range(0, whole.num_rows, _FRAME_ROWS):
                batch = whole.slice(at, _FRAME_ROWS)
                # Arrow trusts the offsets in a file, which may point anywhere.
                batch.validate(full=True)
                arrays: list[pa.Array] = []
                for top, array in zip(tops, batch.columns, strict=True):
                    inside = [leaf for leaf in leaves if leaf.top == top]
                    flat = [array] if inside[0].is_geometry else _flat(array, _MAX_DEPTH)
                    arrays += [values for leaf, values in zip(inside, flat, strict=True) if leaf.is_read]
                yield _Batch(arrays, batch.num_rows)


def _require_room(n_bytes: float, what: str, path: Path) -> None:
    if n_bytes > _MAX_PIECE_BYTES:
        raise DecodeError(
            f"{path}: its {what} unpack to {n_bytes / (1 << 20):,.0f} MiB at once, and "
            f"{_MAX_PIECE_BYTES >> 20} MiB have room; write the table again with smaller {what}"
        )


def _leaves(schema: pa.Schema, geometry: Geometry | None, needed: Needed | None) -> list[_Leaf]:
    """The columns of a file, and which of them are read."""
    found: list[tuple[tuple[str, ...], pa.DataType, int]] = []
    for top, field in enumerate(schema):
        if geometry is not None and top == geometry.position:
            found.append((("longitude", "latitude"), field.type, top))
        else:
            found += (((name,), kind, top) for name, kind in _inside(field.name, field.type, _MAX_DEPTH))
    every = unique_names([name for names, *_ in found for name in names])
    wanted = every if needed is None else needed(every)
    unique = iter(every)
    out = []
    n_stored = 0
    for names, kind, top in found:
        own = tuple(next(unique) for _ in names)
        is_geometry = geometry is not None and top == geometry.position
        is_read = any(name in wanted for name in own) and (is_geometry or not pa.types.is_nested(kind))
        stored = range(n_stored, n_stored + _n_stored(kind))
        out.append(_Leaf(own, kind, top, stored, is_geometry, is_read))
        n_stored = stored.stop
    return out


def _inside(name: str, kind: pa.DataType, depth: int) -> Iterator[tuple[str, pa.DataType]]:
    """Name and type of all that is inside a column and no struct."""
    kind = _storage_type(kind)
    if pa.types.is_struct(kind) and depth:
        for field in kind:
            yield from _inside(f"{name}.{field.name}", field.type, depth - 1)
    else:
        yield name, kind


def _flat(array: pa.Array, depth: int) -> list[pa.Array]:
    """The arrays of what `_inside` names."""
    array = storage_of(array)
    if pa.types.is_struct(array.type) and depth:
        return [leaf for inner in array.flatten() for leaf in _flat(inner, depth - 1)]
    return [array]


def _n_stored(kind: pa.DataType) -> int:
    """The number of columns of Parquet that a type takes."""
    kind = _storage_type(kind)
    if pa.types.is_map(kind):
        return _n_stored(kind.key_type) + _n_stored(kind.item_type)
    if pa.types.is_struct(kind):
        return sum(_n_stored(field.type) for field in kind)
    if pa.types.is_nested(kind) and not pa.types.is_union(kind):
        return _n_stored(kind.value_type)
    return 1


def _storage_type(kind: pa.DataType) -> pa.DataType:
    while isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    return kind


def _is_text(kind: pa.DataType) -> bool:
    """Whether Parquet keeps values in a dictionary that Arrow can leave as it is."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    is_string = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return is_string or (is_bytes(kind) and not pa.types.is_fixed_size_binary(kind))


def _width(kind: pa.DataType) -> int:
    """Bytes of a value in memory, of text those beside the characters."""
    try:
        return max(int(kind.bit_width) // 8, 1)
    except ValueError:
        return 16


def _frame(
    batch: _Batch, leaves: Sequence[_Leaf], geometry: Geometry | None, report: DecodeReport
) -> pl.DataFrame:
    arrays = iter(batch.arrays)
    columns: list[pl.Series] = []
    for leaf in leaves:
        if not leaf.is_read:
            unread = pl.List(pl.Null) if pa.types.is_nested(leaf.kind) else pl.Null()
            null = pl.Series([None], dtype=unread).new_from_index(0, batch.n_rows)
            columns += (null.alias(name) for name in leaf.names)
        elif leaf.is_geometry and geometry is not None:
            lonlat = points_of_arrow(storage_of(next(arrays)), geometry, report)
            columns += (pl.Series(n, v, nan_to_null=True) for n, v in zip(leaf.names, lonlat, strict=True))
        else:
            columns.append(series_of(next(arrays)).alias(leaf.names[0]))
    return pl.DataFrame(columns)


def _bounded(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A frame in parts whose texts, each a string of its own where it is worked on, have room in memory."""
    texts = frame.select(pl.col(pl.String).str.len_bytes().clip(upper_bound=MAX_TEXT_BYTES).fill_null(0))
    if not texts.width or not frame.height:
        yield frame
        return
    ends = texts.select(pl.sum_horizontal(pl.all().cast(pl.Int64)).cum_sum()).to_series()
    at = done = 0
    while at < frame.height:
        end = max(int(ends.search_sorted(done + _FRAME_BYTES, side="right")), at + 1)
        yield frame if end - at == frame.height else frame[at:end]
        at, done = end, int(ends[end - 1])
