"""Columns of any type as what the reader of tables knows: number, text, time, date or time of day.

`flat_columns` and then `plain_columns` do so for frames of polars; `columns_of_arrow` makes such of Arrow
arrays. Nothing becomes null unseen: all other values are counted as lost, and lists and objects stay as
they are, to be refused by name where a field needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Lose = Callable[[str, int, list[str]], None]
"""Counts values that became null: takes the name of their column, their number and samples."""

MAX_TEXT_BYTES = 8_192
"""Longer text cannot be a name or code; it is counted as lost."""
_MAX_DEPTH = 6
_N_SAMPLES, _SAMPLE_CHARS = 3, 60
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""Days since 1970 of the years 1 and 9999, beyond which Python has no dates."""
_WIDE = (pl.Int128, pl.UInt128)
_PER_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def flat_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with the columns inside structs under the names of their keys with dots.

    Examples
    --------
    >>> flat_columns(pl.DataFrame({"a": [{"b": 1}, {"b": 2}], "c": ["x", "y"]})).columns
    ['a.b', 'c']
    """
    if not any(isinstance(dtype, pl.Struct) for dtype in frame.dtypes):
        return frame
    out: dict[str, pl.Series] = {}
    for column in frame.get_columns():
        _flatten(column.name, column, out, _MAX_DEPTH)
    return pl.DataFrame([column.alias(name) for name, column in out.items()])


def plain_columns(frame: pl.DataFrame, candidates: Collection[str], lose: Lose) -> pl.DataFrame:
    """A frame without categories, bytes, durations, booleans and times beyond the years 1 to 9999.

    Parameters
    ----------
    frame : polars.DataFrame
        Any, from `flat_columns`.
    candidates : collection of str
        The columns that may be used; what is lost in others is not counted.
    lose : callable
        Takes a column, a count and samples of values that are not numbers, texts or times.

    Returns
    -------
    polars.DataFrame
        Columns of lists, objects and extension types are as they were.

    Examples
    --------
    >>> frame = pl.DataFrame({"flag": [True, None], "c": pl.Series(["x", "y"], dtype=pl.Categorical)})
    >>> plain_columns(frame, ["flag"], print).rows()
    flag 1 ['true']
    [(None, 'x'), (None, 'y')]
    """
    out = []
    for column in frame.get_columns():
        if column.dtype.is_numeric() and column.dtype not in _WIDE:
            out.append(column)
        elif column.name in candidates:
            out.append(_named_plain(column, lose))
        else:
            out.append(column if column.dtype in (pl.String, pl.Null) else _named_plain(column, _not_counted))
    return pl.DataFrame(out)


def columns_of_arrow(names: Sequence[str], arrays: Sequence[pa.Array]) -> list[pl.Series]:
    """Arrow arrays as columns; those inside structs have dotted names.

    Parameters
    ----------
    names : sequence of str
        Unique.
    arrays : sequence of pyarrow.Array or pyarrow.ChunkedArray
        Of any type. Lists and maps give a column of lists without values, which cannot be a field.

    Returns
    -------
    list of polars.Series

    Examples
    --------
    >>> [column.name for column in columns_of_arrow(["p"], [pa.array([{"lat": 1.0, "lon": 2.0}])])]
    ['p.lat', 'p.lon']
    """
    out: dict[str, pl.Series] = {}
    for name, array in zip(names, arrays, strict=True):
        _add(name, array, out, _MAX_DEPTH)
    return [column.alias(name) for name, column in out.items()]


def storage_of(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The values of an array in one piece, without extension types."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array


def is_bytes(kind: pa.DataType) -> bool:
    """Whether an Arrow type holds bytes."""
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(test(kind) for test in tests) or bool(kind == pa.binary_view())


def _add(name: str, array: pa.Array | pa.ChunkedArray, out: dict[str, pl.Series], depth: int) -> None:
    array = storage_of(array)
    if pa.types.is_struct(array.type) and depth:
        for k, values in enumerate(array.flatten()):
            inner = f"{name}.{array.type[k].name}"
            _add(inner if inner not in out else f"{inner}.{k}", values, out, depth - 1)
    else:
        out.setdefault(name, series_of(array))


def series_of(array: pa.Array) -> pl.Series:
    """An Arrow array that is not a struct as a column; lists and maps without their values."""
    array = storage_of(array)
    kind = array.type
    if pa.types.is_dictionary(kind):
        # Long values that are repeated are not copied.
        values = _clipped(series_of(array.dictionary))
        return values.gather(pl.Series(pl.from_arrow(array.indices.cast(pa.int64()))))
    if pa.types.is_run_end_encoded(kind):
        runs = pa.RunEndEncodedArray.from_arrays(array.run_ends, pa.array(range(len(array.values))))
        index = pc.run_end_decode(runs.slice(array.offset, len(array)))
        return _clipped(series_of(array.values)).gather(pl.Series(pl.from_arrow(index)))
    if pa.types.is_nested(kind):
        return pl.Series([None], dtype=pl.List(pl.Null)).new_from_index(0, len(array))
    if pa.types.is_float16(kind):
        array = array.cast(pa.float32())
    if pa.types.is_decimal(kind) or pa.types.is_interval(kind):
        return pl.Series([None if v is None else str(v) for v in array.to_pylist()], dtype=pl.String)
    return pl.Series(pl.from_arrow(array))


def _clipped(values: pl.Series) -> pl.Series:
    """Values that are repeated, of which texts too long are only so long that they are lost later."""
    if values.dtype == pl.String:
        long = values.str.len_bytes() > MAX_TEXT_BYTES
        return values.set(long, "." * (MAX_TEXT_BYTES + 1)) if long.any() else values
    if values.dtype == pl.Binary:
        long = values.bin.size() > MAX_TEXT_BYTES
        return values.set(long, b"\xff") if long.any() else values
    return values


def _flatten(name: str, column: pl.Series, out: dict[str, pl.Series], depth: int) -> None:
    if isinstance(column.dtype, pl.Struct) and depth:
        for inner in column.struct.unnest().get_columns():
            _flatten(f"{name}.{inner.name}", inner, out, depth - 1)
        return
    unique, k = name, 0
    while unique in out:
        k += 1
        unique = f"{name}.{k}"
    out[unique] = column


def _not_counted(name: str, n: int, samples: list[str]) -> None:
    """For columns that are not used."""


def _named_plain(column: pl.Series, lose: Lose) -> pl.Series:
    """A column of a plain type, worked on without its name, which polars would take for a pattern."""
    name = column.name
    return _plain(column.alias(""), lambda _, n, samples: lose(name, n, samples)).alias(name)


def _plain(column: pl.Series, lose: Lose) -> pl.Series:
    dtype = column.dtype
    if isinstance(dtype, pl.Categorical | pl.Enum):
        column = column.cast(pl.String)
    elif dtype == pl.Null:
        return column.cast(pl.String)
    elif dtype == pl.Binary:
        return _decoded(column, lose)
    elif isinstance(dtype, pl.Duration):
        return _time_of_day(column)
    elif isinstance(dtype, pl.Datetime):
        days = column.to_physical() // _PER_DAY[dtype.time_unit]
        return _without(column, ~days.is_between(_FIRST_DAY, _LAST_DAY - 1), days, lose)
    elif dtype == pl.Date:
        days = column.to_physical()
        return _without(column, ~days.is_between(_FIRST_DAY, _LAST_DAY), days, lose)
    elif dtype in _WIDE:
        return column.cast(pl.String)
    elif dtype == pl.Boolean:
        known = column.drop_nulls()
        if known.len():
            samples = ["true" if value else "false" for value in known.unique(maintain_order=True)]
            lose(column.name, known.len(), samples)
        return pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, column.len())
    if column.dtype == pl.String:
        return _without(column, column.str.len_bytes() > MAX_TEXT_BYTES, column, lose)
    return column


def _time_of_day(column: pl.Series) -> pl.Series:
    """Durations as times of day, which databases give as such; as ISO text where longer than a day."""
    ms = column.dt.total_milliseconds()
    text = ms.cast(pl.Datetime("ms")).dt.strftime("%H:%M:%S%.3f")
    return text.zip_with(ms.is_between(0, _PER_DAY["ms"] - 1), column.dt.to_string("iso")).alias(column.name)


def _without(column: pl.Series, odd: pl.Series, shown: pl.Series, lose: Lose) -> pl.Series:
    """A column without odd values, which are counted and shown as those of another column."""
    odd = odd.fill_null(value=False)
    if not odd.any():
        return column
    rows = odd.arg_true()
    unit = "" if shown is column else "day "
    samples = [f"{unit}{v}"[:_SAMPLE_CHARS] for v in shown.gather(rows.head(_N_SAMPLES))]
    lose(column.name, rows.len(), samples)
    return pl.select(pl.when(~odd).then(column)).to_series().alias(column.name)


def _decoded(column: pl.Series, lose: Lose) -> pl.Series:
    """Bytes as text, since old writers do not mark text as such; null where they are none."""
    values = column.unique(maintain_order=True).drop_nulls()
    texts: list[str | None] = []
    for value in values.to_list():
        try:
            texts.append(value.decode("utf-8") if len(value) <= MAX_TEXT_BYTES else None)
        except UnicodeDecodeError:
            texts.append(None)
    text = column.replace_strict(
        values, pl.Series(texts, dtype=pl.String), default=None, return_dtype=pl.String
    )
    rows = (text.is_null() & column.is_not_null()).arg_true()
    if rows.len():
        lose(column.name, rows.len(), [v[:20].hex() for v in column.gather(rows.head(_N_SAMPLES))])
    return text
