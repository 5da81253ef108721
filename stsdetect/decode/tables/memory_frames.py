"""Take a table that is in memory already: `table_of_frame` gives pandas, polars and Arrow frames one form.

`store_frame` makes a file of it, for those who read files only.
"""

from __future__ import annotations

import decimal
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import shapely

from stsdetect.decode.tables.plain_types import columns_of_arrow
from stsdetect.errors import DecodeError

_WGS84 = 4326
_INDEX_OF_TIMES = "timestamp"
_NOT_STORED = (pl.Object, pl.Int128, pl.UInt128)


def table_of_frame(frame: object) -> pl.DataFrame:
    """A table in memory as a polars frame, with its points as columns ``latitude`` and ``longitude``.

    Parameters
    ----------
    frame : pandas, GeoPandas, polars or Arrow table
        Columns named as in a file. An index that has a name, or that holds times, becomes a column; a frame
        of GeoPandas needs points, which are transformed to WGS 84 where their system is given.

    Returns
    -------
    polars.DataFrame
        Columns of mixed types are text.

    Raises
    ------
    DecodeError
        If it is not a table, names a column twice, or its geometries are not points.

    Examples
    --------
    >>> import pandas as pd
    >>> when = pd.DatetimeIndex(["2024-05-01T08:00+08:00"], name="t")
    >>> table_of_frame(pd.DataFrame({"mmsi": [412000001]}, index=when)).columns
    ['t', 'mmsi']
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pd.DataFrame):
        return _of_pandas(frame)
    if isinstance(frame, pa.Table | pa.RecordBatch):
        _require_distinct(list(frame.schema.names))
        return _of_arrow(frame)
    if is_frame(frame):
        return table_of_frame(pa.table(frame))
    raise DecodeError(
        f"a {type(frame).__name__} is not a table; give a pandas, polars or Arrow table, or the path of a "
        "file"
    )


def is_frame(obj: object) -> bool:
    """Whether `table_of_frame` takes an object.

    Examples
    --------
    >>> is_frame(pl.DataFrame()), is_frame("positions.csv")
    (True, False)
    """
    if isinstance(obj, pl.DataFrame | pl.LazyFrame | pd.DataFrame | pa.Table | pa.RecordBatch):
        return True
    return hasattr(obj, "__arrow_c_stream__") and not isinstance(obj, pl.Series | pd.Series)


def store_frame(frame: object, path: Path) -> None:
    """Write a table in memory to a Parquet file, from which the same is read as from the table.

    Parameters
    ----------
    frame : pandas, GeoPandas, polars or Arrow table
        As for `table_of_frame`; of a lazy polars frame only a part is in memory at a time.
    path : Path
        The file.

    Raises
    ------
    DecodeError
        If it is not a table, or cannot be collected or written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store_frame(pd.DataFrame({"mmsi": [412000001]}), Path(folder) / "frame.parquet")
    ...     pl.read_parquet(Path(folder) / "frame.parquet").rows()
    [(412000001,)]
    """
    try:
        if isinstance(frame, pl.LazyFrame):
            frame.sink_parquet(path, maintain_order=True)
            return
        table = table_of_frame(frame)
        texts = [_text(s) for s in table if s.dtype in _NOT_STORED]
        table.with_columns(texts).write_parquet(path)
    except (pa.ArrowException, pl.exceptions.PolarsError, NotImplementedError) as error:
        raise DecodeError(f"the {type(frame).__name__} cannot be collected or stored: {error}") from error


def _text(column: pl.Series) -> pl.Series:
    values = [None if value is None else str(value) for value in column]
    return pl.Series(column.name, values, dtype=pl.String)


def _of_arrow(frame: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    try:
        frame.validate(full=True)
        return pl.DataFrame(columns_of_arrow(frame.schema.names, frame.columns))
    except (pa.ArrowException, pl.exceptions.PolarsError, NotImplementedError) as error:
        raise DecodeError(f"the Arrow table is damaged or has a type that is not read: {error}") from error


def _of_pandas(frame: pd.DataFrame) -> pl.DataFrame:
    frame = _without_index(_with_points(frame))
    frame.columns = pd.Index([str(name) for name in frame.columns])
    _require_distinct(list(frame.columns))
    return pl.DataFrame([_series(name, frame[name]) for name in frame.columns])


def _without_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The index as a column where it has a name or holds times; else it only counts rows."""
    index = frame.index
    if isinstance(index, pd.DatetimeIndex) and index.name is None and _INDEX_OF_TIMES not in frame.columns:
        index = index.rename(_INDEX_OF_TIMES)
    names = list(index.names)
    kept = [k for k, name in enumerate(names) if name is not None and name not in frame.columns]
    plain = frame.reset_index(drop=True)
    for position, k in enumerate(kept):
        values = index.get_level_values(k)
        plain.insert(position, names[k], pd.Series(values).reset_index(drop=True))
    return plain


def _with_points(frame: pd.DataFrame) -> pd.DataFrame:
    geopandas = sys.modules.get("geopandas")
    if geopandas is not None and isinstance(frame, geopandas.GeoDataFrame):
        name = frame.active_geometry_name
        if name is None:
            return pd.DataFrame(frame)
        points = frame.geometry
        if points.crs is not None and points.crs.to_epsg() != _WGS84:
            points = points.to_crs(_WGS84)
        geometries = points.to_numpy()
    else:
        name = next((c for c in frame.columns if _holds_points(frame[c])), None)
        if name is None:
            return frame
        geometries = frame[name].to_numpy()
    return _unpacked(pd.DataFrame(frame), name, geometries)


def _holds_points(column: Any) -> bool:
    if not isinstance(column, pd.Series) or column.dtype != object:
        return False
    known = column.dropna()
    return bool(len(known)) and isinstance(known.iloc[0], shapely.Point)


def _unpacked(frame: pd.DataFrame, name: Any, geometries: Any) -> pd.DataFrame:
    kinds = shapely.get_type_id(geometries)
    other = (kinds != -1) & (kinds != shapely.GeometryType.POINT)
    if other.any():
        kind = geometries[other.argmax()].geom_type
        raise DecodeError(f"column '{name}' must hold points, and row {other.argmax()} holds a {kind}")
    out = frame.drop(columns=[name])
    for column, values in (("latitude", shapely.get_y(geometries)), ("longitude", shapely.get_x(geometries))):
        if column not in out.columns:
            out[column] = values
    return out


def _series(name: str, column: pd.Series) -> pl.Series:
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.dt.to_timestamp()
    if column.dtype == object:
        known = column.dropna()
        if len(known) and known.map(lambda v: isinstance(v, pd.Timestamp)).all():
            # Timestamps of several zones do not fit one column of pandas.
            zoned = known.map(lambda v: v.tzinfo is not None)
            if zoned.all():
                column = pd.to_datetime(column, utc=True)
        if known.map(lambda v: isinstance(v, decimal.Decimal)).any():
            # Arrow takes more digits than polars.
            column = column.where(column.isna(), column.map(str))
    try:
        return pl.from_pandas(column).alias(name)
    except (pa.ArrowException, pl.exceptions.PolarsError, TypeError, ValueError, OverflowError):
        text = [None if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)]
        return pl.Series(name, text, dtype=pl.String)


def _require_distinct(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DecodeError(f"the table has several columns named {', '.join(twice)}; rename them")
