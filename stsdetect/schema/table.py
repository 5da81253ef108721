"""The declaration of a table, which validates, casts, reads, writes and documents it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from stsdetect.errors import SchemaError
from stsdetect.nearest_names import nearest_name
from stsdetect.stored_files import put_in_place


class ArrowStream(Protocol):
    """Anything with the Arrow stream protocol: a pandas, polars, GeoPandas or pyarrow table."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the rows as an Arrow stream."""


Frame = ArrowStream | pl.LazyFrame
"""Type of every argument that is a table; a lazy polars frame is collected."""

Kind = Literal["int64", "int32", "float64", "bool", "string", "timestamp"]

_INTEGERS = ("int64", "int32")
_EXACT_IN_FLOAT32 = 2**24  # larger whole numbers, such as MMSIs, were rounded

_POLARS: dict[str, Any] = {
    "int64": pl.Int64,
    "int32": pl.Int32,
    "float64": pl.Float64,
    "bool": pl.Boolean,
    "string": pl.String,
    "timestamp": pl.Datetime("ms", "UTC"),
}
_ARROW: dict[str, pa.DataType] = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "string": pa.large_string(),
    "timestamp": pa.timestamp("ms", "UTC"),
}
# With nulls, then without: pandas has no null in its plain integers and booleans.
_PANDAS: dict[str, tuple[str, str]] = {
    "int64": ("Int64", "int64"),
    "int32": ("Int32", "int32"),
    "float64": ("float64", "float64"),
    "bool": ("boolean", "bool"),
    "string": ("str", "str"),
    "timestamp": ("datetime64[ms, UTC]", "datetime64[ms, UTC]"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind, meaning, unit, whether it may be null, and what stands for a null.

    `absent` is the value that says "not known" in a column that may not be null: rows get it where a frame
    lacks the column or holds a null.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    null: bool = False
    absent: str | int | None = None

    @property
    def pandas_dtype(self) -> str:
        """The pandas dtype of this column."""
        return _PANDAS[self.kind][0 if self.null else 1]


@dataclass(frozen=True, slots=True)
class Table:
    """The declaration of a table.

    Attributes
    ----------
    name : str
        Name of the table, as in the run folder.
    meaning : str
        What one row is.
    columns : tuple of Column
        In the order in which they are written.
    sort_by : tuple of str
        Columns that order the rows of every frame handed out.
    distinct : tuple of str
        Two columns, the sides of a pair, that are equal in no row.

    Examples
    --------
    >>> t = Table("ships", "one ship", (Column("mmsi", "int64", "MMSI"),), ("mmsi",))
    >>> t.to_pandas(pl.DataFrame({"mmsi": [2, 1]}))["mmsi"].tolist()
    [1, 2]
    >>> t.validate(pl.DataFrame({"imo": [1]}))
    Traceback (most recent call last):
        ...
    stsdetect.errors.SchemaError: table 'ships' lacks the column(s) mmsi; present: imo. ...
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    sort_by: tuple[str, ...] = field(default=())
    distinct: tuple[str, ...] = field(default=())

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]

    @property
    def polars_schema(self) -> dict[str, Any]:
        """Column name to polars dtype."""
        return {c.name: _POLARS[c.kind] for c in self.columns}

    @property
    def arrow_schema(self) -> pa.Schema:
        """Arrow schema with unit and meaning of each column in its metadata."""
        return pa.schema(
            [
                pa.field(c.name, _ARROW[c.kind], c.null, {"unit": c.unit, "meaning": c.meaning})
                for c in self.columns
            ],
            metadata={"table": self.name, "meaning": self.meaning},
        )

    def validate(self, frame: Frame) -> pl.DataFrame:
        """Return the declared columns of a frame with the declared dtypes.

        Columns that may be null are added where they are absent, and so are those that declare what stands
        for "not known"; columns that are not declared are left out. Whole numbers may be text or floats, such
        as ``"412000001"`` or ``412000001.0``, where they are exact. Times must have a zone.

        Parameters
        ----------
        frame : pandas, polars, pyarrow or any other frame with the Arrow stream protocol
            Never modified.

        Returns
        -------
        polars.DataFrame

        Raises
        ------
        SchemaError
            On a missing column, a value that cannot be cast, a null where none may be, or a pair of one and
            the same.
        """
        table = self._take(frame)
        missing = [
            c.name for c in self.columns if not c.null and c.absent is None and c.name not in table.columns
        ]
        if missing:
            present = [str(c) for c in frame.columns] if isinstance(frame, pd.DataFrame) else table.columns
            raise SchemaError(
                f"table '{self.name}' lacks the column(s) {', '.join(missing)}; present: "
                f"{', '.join(present) or 'none'}. {_nearest(missing, present)}Rename yours to these names; "
                "`stsdetect schema` prints every table."
            )
        out = table.select(
            self._cast(table, c) if c.name in table.columns else pl.lit(None, _POLARS[c.kind]).alias(c.name)
            for c in self.columns
        ).with_columns(pl.col(c.name).fill_null(c.absent) for c in self.columns if c.absent is not None)
        for c in self.columns:
            if not c.null and (n := out[c.name].null_count()):
                rows = out.with_row_index("row_").filter(pl.col(c.name).is_null())["row_"].head(3).to_list()
                raise SchemaError(
                    f"table '{self.name}', column '{c.name}': {n} of {out.height} rows are null (rows "
                    f"{rows}), and this column may not be. Drop or fill these rows first."
                )
        self._check_distinct(out)
        return out

    def _check_distinct(self, out: pl.DataFrame) -> None:
        if self.distinct:
            one, two = self.distinct
            same = out.filter(pl.col(one) == pl.col(two))[one]
            if same.len():
                raise SchemaError(
                    f"table '{self.name}': {same.len()} of {out.height} rows pair a vessel with itself "
                    f"({one} equals {two}), for example {same.head(3).to_list()}. Drop these rows."
                )

    def optional(self, frame: Frame | None) -> pl.DataFrame:
        """As `validate`; without a frame, the table without rows."""
        return pl.DataFrame(schema=self.polars_schema) if frame is None else self.validate(frame)

    def ordered(self, frame: Frame) -> pl.DataFrame:
        """Validate, and sort by `sort_by`, nulls last."""
        out = self.validate(frame)
        return out.sort(self.sort_by, nulls_last=True, maintain_order=True) if self.sort_by else out

    def empty(self) -> pd.DataFrame:
        """The table without rows, all dtypes as declared."""
        return self.to_pandas(pl.DataFrame(schema=self.polars_schema))

    def to_pandas(self, frame: Frame) -> pd.DataFrame:
        """Validate, sort by `sort_by` and convert to pandas."""
        out = self.ordered(frame)
        data = {}
        for c in self.columns:
            column = out[c.name]
            if c.kind in ("int64", "int32", "bool") and c.null:
                data[c.name] = column.to_arrow().to_pandas(types_mapper=_NULLABLE.get)
            else:
                data[c.name] = column.to_pandas()
            data[c.name] = data[c.name].astype(c.pandas_dtype)
        return pd.DataFrame(data, columns=self.names)

    def to_arrow(self, frame: Frame, *, in_order: bool = False) -> pa.Table:
        """Validate, sort by `sort_by` and convert to Arrow, with units and meanings in the field metadata.

        Rows that are `in_order` already stay as they are.
        """
        out = self.validate(frame) if in_order else self.ordered(frame)
        return pa.table(
            [out[c.name].to_arrow().cast(_ARROW[c.kind]) for c in self.columns], self.arrow_schema
        )

    def write_parquet(self, frame: Frame, path: Path, metadata: dict[str, str] | None = None) -> None:
        """Write as zstd-compressed Parquet, under a temporary name first."""
        table = self.to_arrow(frame)
        if metadata:
            table = table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata})
        part = path.with_name(path.name + ".part")
        pq.write_table(table, part, compression="zstd")
        put_in_place(part, path)

    def read_parquet(self, path: Path) -> pd.DataFrame:
        """Read a Parquet file, or a folder of them, as pandas.

        Raises
        ------
        SchemaError
            If the file does not exist or is not Parquet.
        """
        return self.to_pandas(self.scan(path))

    def scan(self, path: Path) -> pl.DataFrame:
        """Read a Parquet file, or a folder of them, as polars.

        Raises
        ------
        SchemaError
            If the file does not exist, is not Parquet or does not hold the table.
        """
        try:
            if path.is_dir():
                files = sorted(path.rglob("*.parquet"))
                if not files:
                    return pl.DataFrame(schema=self.polars_schema)
                return self.validate(pl.concat([pl.read_parquet(f, columns=self.names) for f in files]))
            return self.validate(pl.read_parquet(path))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise SchemaError(f"cannot read table '{self.name}' from {path}: {error}") from error

    def markdown(self) -> str:
        """The table's part of the data dictionary."""
        head = f"### {self.name}\n\n{self.meaning}\n\n"
        head += "| column | type | unit | null | meaning |\n|---|---|---|---|---|\n"
        rows = (
            f"| `{c.name}` | {c.kind} | {c.unit} | {'yes' if c.null else 'no'} | {c.meaning} |"
            for c in self.columns
        )
        return head + "\n".join(rows) + "\n"

    def _take(self, frame: Frame) -> pl.DataFrame:
        if isinstance(frame, pl.DataFrame):
            return frame
        if isinstance(frame, pl.LazyFrame):
            return frame.collect()
        if isinstance(frame, pd.DataFrame):
            known = [n for n in self.names if n in frame.columns] or list(frame.columns)
            frame = pd.DataFrame(frame)[known]
        try:
            return pl.DataFrame(frame)
        except (TypeError, ValueError, OverflowError, pa.ArrowException, pl.exceptions.PolarsError) as error:
            raise SchemaError(
                f"table '{self.name}': cannot read a {type(frame).__name__} as a table ({error}). Pass a "
                "pandas, polars or pyarrow frame."
            ) from error

    def _cast(self, table: pl.DataFrame, column: Column) -> pl.Expr:
        have, want = table.schema[column.name], _POLARS[column.kind]
        expr = pl.col(column.name)
        if have.is_float():
            expr = expr.fill_nan(None)
        if isinstance(have, pl.Categorical | pl.Enum):
            expr, have = expr.cast(pl.String), pl.String()
        if have == want:
            return expr
        if column.kind == "timestamp" and table[column.name].null_count() < table.height:
            self._check_times(column.name, have)
        if column.kind in _INTEGERS and have == pl.String:
            # A whole number that a spreadsheet or a notebook wrote as a decimal.
            expr = expr.str.strip_chars().str.replace(r"^([+-]?\d+)\.0*$", "${1}")
        try:
            cast = table.select(expr.alias("old"), expr.cast(want, strict=False).alias("new"))
        except pl.exceptions.PolarsError as error:
            raise SchemaError(
                f"table '{self.name}', column '{column.name}': values of type {have} are not {column.kind}."
            ) from error
        lost = pl.col("new").is_null()
        if have.is_float() and column.kind in _INTEGERS:
            lost |= pl.col("old") != pl.col("new")
        if have == pl.Float32 and column.kind in _INTEGERS:
            lost |= pl.col("old").abs() > _EXACT_IN_FLOAT32
        bad = cast.filter(pl.col("old").is_not_null() & lost)["old"]
        if bad.len():
            raise SchemaError(
                f"table '{self.name}', column '{column.name}': {bad.len()} value(s) of type {have} are not "
                f"{column.kind}, for example {bad.head(3).to_list()}."
            )
        return expr.cast(want)

    def _check_times(self, name: str, have: pl.DataType) -> None:
        """Raise where a column does not say which instants it holds."""
        if not isinstance(have, pl.Datetime):
            raise SchemaError(
                f"table '{self.name}', column '{name}': values of type {have} are not times. Make them UTC "
                f"times first: text with `pd.to_datetime(df['{name}'], utc=True)`, which takes text without "
                f"a zone as UTC, seconds since 1970 with `pd.to_datetime(df['{name}'], unit='s', utc=True)`."
            )
        if have.time_zone is None:
            raise SchemaError(
                f"table '{self.name}', column '{name}': times have no zone. Make them UTC first, for "
                f"example with `df['{name}'].dt.tz_localize('UTC')`."
            )


def _nearest(missing: list[str], present: list[str]) -> str:
    """A sentence on the columns that may be those that are missing under another name; empty if none may."""
    pairs = [(near, name) for name in missing if (near := nearest_name([name], present))]
    return f"Nearest: {', '.join(f'{near!r} to {name}' for near, name in pairs)}. " if pairs else ""


_NULLABLE: dict[pa.DataType, Any] = {
    pa.int64(): pd.Int64Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
