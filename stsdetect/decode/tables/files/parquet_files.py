"""Read Parquet and Arrow files into frames of bounded size, whatever their types: `parquet_frames`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.streams import clear_errors, open_streams
from stsdetect.decode.tables.files.csv_rows import unique_names
from stsdetect.decode.tables.files.points import lonlat, points_of_wkb
from stsdetect.errors import DecodeError

_FRAME_ROWS = 500_000
_MAX_UNPACKED_BYTES = 16 << 30
_MAX_DEPTH = 6
_PARQUET, _ARROW = b"PAR1", b"ARROW1"
_GEOMETRY_NAMES = ("geometry", "geom", "the_geom", "wkb_geometry", "geog", "geography", "shape", "wkb")


class _Geometry(NamedTuple):
    """The column with the points, how it holds them, and their system of coordinates."""

    column: str
    encoding: str
    crs: object


def is_columnar(head: bytes) -> bool:
    """Whether a file is one that `parquet_frames` reads, by its first bytes.

    Examples
    --------
    >>> is_columnar(b"PAR1"), is_columnar(b"ARROW1"), is_columnar(b"mmsi,lat")
    (True, True, False)
    """
    return head.startswith((_PARQUET, _ARROW))


def parquet_frames(
    path: Path, report: DecodeReport, *, member: str = "", max_rows: int | None = None
) -> Iterator[pl.DataFrame]:
    """Read a Parquet or Arrow (Feather) file.

    Inner columns get dotted names and lists become JSON. The points of a GeoParquet file, whatever its column
    is called and however it holds them, become columns ``latitude`` and ``longitude``.

    Parameters
    ----------
    path : Path
        The file. One that is compressed, or inside an archive, is unpacked to a temporary file.
    report : DecodeReport
        Its `rows_in` is the number of rows taken so far; `cut` is set where rows are left. Geometries that
        are not points, and bytes that are not text, are counted as lost.
    member : str
        Name of the file inside the archive; empty where it is not one.
    max_rows : int, optional
        Stop after about this many rows.

    Yields
    ------
    polars.DataFrame
        A few hundred thousand rows.

    Raises
    ------
    DecodeError
        If the file is damaged, its points are in a system that is not known, or it is too large to unpack.
    """
    try:
        # Opened here, since Arrow itself opens no file whose name is not UTF-8.
        with _unpacked(path, member) as unpacked, unpacked.open("rb") as file:
            schema, batches, n_rows = _open(file)
            names = unique_names(list(schema.names))
            geometry = _geometry_of(schema)
            for batch in batches:
                yield _frame(batch, names, geometry, report)
                if max_rows is not None and report.rows_in >= max_rows:
                    report.cut = report.rows_in < n_rows
                    return
            if not n_rows:
                empty = pa.RecordBatch.from_pylist([], schema=schema)
                yield _frame(empty, names, geometry, report)
    except (
        pa.ArrowException, pl.exceptions.PolarsError, OSError, NotImplementedError, UnicodeDecodeError
    ) as error:  # fmt: skip
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


def _open(file: BinaryIO) -> tuple[pa.Schema, Iterator[pa.RecordBatch], int]:
    """The schema, the rows some at a time, and their number."""
    is_arrow = file.read(8).startswith(_ARROW)
    file.seek(0)
    if is_arrow:
        reader = pa.ipc.open_file(file)
        parts = (reader.get_batch(k) for k in range(reader.num_record_batches))
        batches = (
            part.slice(at, _FRAME_ROWS) for part in parts for at in range(0, part.num_rows, _FRAME_ROWS)
        )
        return (
            reader.schema,
            batches,
            sum(reader.get_batch(k).num_rows for k in range(reader.num_record_batches)),
        )
    # Times of Spark and Impala (INT96) fit in microseconds where they do not in nanoseconds.
    parquet = pq.ParquetFile(file, coerce_int96_timestamp_unit="us")
    return parquet.schema_arrow, parquet.iter_batches(batch_size=_FRAME_ROWS), parquet.metadata.num_rows


def _frame(
    batch: pa.RecordBatch, names: list[str], geometry: _Geometry | None, report: DecodeReport
) -> pl.DataFrame:
    # Arrow trusts the offsets in a file, which may point anywhere.
    batch.validate(full=True)
    columns: dict[str, pl.Series] = {}
    for name, field, array in zip(names, batch.schema, batch.columns, strict=True):
        if geometry is not None and field.name == geometry.column:
            lon, lat = _points(_storage(array), geometry, report)
            columns |= {
                "longitude": pl.Series(lon, nan_to_null=True),
                "latitude": pl.Series(lat, nan_to_null=True),
            }
        else:
            _add(name, array, columns, _MAX_DEPTH, report)
    return pl.DataFrame([column.alias(name) for name, column in columns.items()])


def _add(name: str, array: pa.Array, columns: dict[str, pl.Series], depth: int, report: DecodeReport) -> None:
    """A column in a type that the reader of tables knows: number, text, time, date or time of day."""
    array = _storage(array)
    kind = array.type
    if pa.types.is_struct(kind) and depth:
        inner = array.flatten()
        for field, values in zip(unique_names([f.name for f in kind]), inner, strict=True):
            _add(f"{name}.{field}", values, columns, depth - 1, report)
        return
    if pa.types.is_nested(kind):
        values = [None if v is None else json.dumps(v, default=str) for v in array.to_pylist()]
        columns.setdefault(name, pl.Series(values, dtype=pl.String))
        return
    if _is_bytes(kind):
        columns.setdefault(name, _text_of_bytes(name, array, report))
        return
    if pa.types.is_decimal(kind):
        array = array.cast(pa.string())
    if pa.types.is_float16(kind):
        array = array.cast(pa.float32())
    if pa.types.is_duration(kind) or pa.types.is_interval(kind) or pa.types.is_null(kind):
        column = pl.Series([None if v is None else str(v) for v in array.to_pylist()], dtype=pl.String)
    else:
        column = pl.Series(pl.from_arrow(array))
    columns.setdefault(name, column)


def _storage(array: pa.Array) -> pa.Array:
    """The values without extension types and dictionaries."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_run_end_encoded(array.type):
        array = pa.compute.run_end_decode(array)
    return array


def _text_of_bytes(name: str, array: pa.Array, report: DecodeReport) -> pl.Series:
    """Bytes as text, since old writers do not mark text as such; null where they are none."""
    texts: list[str | None] = []
    lost: list[str] = []
    for value in array.to_pylist():
        try:
            texts.append(None if value is None else value.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(None)
            lost.append(value[:20].hex())
    report.lose(name, len(lost), lost[:3])
    return pl.Series(texts, dtype=pl.String)


def _geometry_of(schema: pa.Schema) -> _Geometry | None:
    """Where the points of a file are; None without them or beside columns of latitude and longitude."""
    lower = [name.lower() for name in schema.names]
    if any(n.startswith("lat") for n in lower) and any(n.startswith(("lon", "lng")) for n in lower):
        return None
    try:
        geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    except ValueError:
        geo = {}
    geo = geo if isinstance(geo, dict) else {}
    described = geo.get("columns")
    described = described if isinstance(described, dict) else {}
    candidates = [geo.get("primary_column"), *described]
    candidates += [f.name for f in schema if _extension(f)]
    candidates += [f.name for f in schema if f.name.lower() in _GEOMETRY_NAMES and _may_hold_points(f.type)]
    name = next((c for c in candidates if isinstance(c, str) and c in schema.names), None)
    if name is None:
        return None
    index = schema.get_all_field_indices(name)[0]
    return _Geometry(name, _extension(schema.field(index)), _crs(described.get(name), schema.field(index)))


def _extension(field: pa.Field) -> str:
    """Name of the GeoArrow type of a column; empty for any other."""
    metadata = field.metadata or {}
    name = metadata.get(b"ARROW:extension:name", b"").decode("utf-8", "replace")
    name = name or getattr(field.type, "extension_name", "")
    return name if name.startswith(("geoarrow.", "ogc.")) else ""


def _may_hold_points(kind: pa.DataType) -> bool:
    is_struct = pa.types.is_struct(kind) and {"x", "y"} <= {f.name for f in kind}
    return is_struct or _is_bytes(kind) or bool(pa.types.is_fixed_size_list(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(test(kind) for test in tests) or bool(kind == pa.binary_view())


def _crs(described: object, field: pa.Field) -> object:
    """The system of coordinates that a file names for a column; None for longitude and latitude."""
    if isinstance(described, dict) and "crs" in described:
        return described["crs"]
    metadata = (field.metadata or {}).get(b"ARROW:extension:metadata") or b"{}"
    if isinstance(field.type, pa.ExtensionType):
        metadata = field.type.__arrow_ext_serialize__() or metadata
    try:
        more = json.loads(metadata)
    except ValueError:
        return None
    return more.get("crs") if isinstance(more, dict) else None


def _points(array: pa.Array, geometry: _Geometry, report: DecodeReport) -> tuple[Any, Any]:
    """Longitude and latitude of each row; NaN where there is not a point."""
    kind = array.type
    if pa.types.is_struct(kind) and {"x", "y"} <= {f.name for f in kind}:
        x, y = (
            array.flatten()[kind.get_field_index(n)].cast(pa.float64()).to_numpy(zero_copy_only=False)
            for n in ("x", "y")
        )
    elif pa.types.is_fixed_size_list(kind) or pa.types.is_list(kind):
        pairs = [v if v is not None and len(v) >= 2 else (None, None) for v in array.to_pylist()]
        x, y = (np.array([p[k] for p in pairs], float) for k in (0, 1))
    elif pa.types.is_struct(kind):
        raise DecodeError(f"{report.source}: column {geometry.column} does not hold points")
    else:
        x, y = _of_wkb(array, report)
    lon, lat = lonlat(x, y, geometry.crs, report.source)
    lost = np.isfinite(x) & np.isfinite(y) & ~(np.isfinite(lon) & np.isfinite(lat))
    report.lose(
        geometry.column, int(lost.sum()), (f"{a:g} {b:g}" for a, b in zip(x[lost], y[lost], strict=True))
    )
    return lon, lat


def _of_wkb(array: pa.Array, report: DecodeReport) -> tuple[Any, Any]:
    values = np.empty(len(array), object)
    values[:] = array.to_pylist()
    x, y, other = points_of_wkb(values)
    samples = (v.hex() if isinstance(v, bytes) else str(v) for v in values[other][:3])
    report.lose("geometry", int(other.sum()), samples)
    return x, y
