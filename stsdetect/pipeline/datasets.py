"""Tables as folders of Parquet files, one file per hash bucket of MMSIs and, for points, per day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from stsdetect.schema import POINTS, Frame, Table


def read_bucket(table: Table, folder: Path, bucket: int, *, in_order: bool = True) -> pl.DataFrame:
    """One hash bucket of a dataset, from all files that hold a part of it, sorted if `in_order`."""
    files = sorted(folder.rglob(f"*{bucket_file(bucket)}"))
    return read_files(table, files, pl.lit(value=True), in_order=in_order)


def read_ships(table: Table, folder: Path, mmsi: pl.Series) -> pl.DataFrame:
    """All rows of a dataset with one of these MMSIs."""
    return read_files(table, sorted(folder.rglob("*.parquet")), pl.col("mmsi").is_in(mmsi.implode()))


def read_span(folder: Path, start_ms: int, end_ms: int) -> pl.DataFrame:
    """POINTS of [start_ms, end_ms) since 1970, from the folders of the days that this span touches."""
    first, last = (f"date={utc_datetime(ms):%Y-%m-%d}" for ms in (start_ms, end_ms))
    files = [f for f in sorted(folder.rglob("*.parquet")) if first <= f.parent.name <= last]
    epoch_ms = pl.col("timestamp").dt.epoch("ms")
    return read_files(POINTS, files, (epoch_ms >= start_ms) & (epoch_ms < end_ms))


def scan_dataset(table: Table, folder: Path) -> pl.LazyFrame:
    """All files of a dataset as a lazy frame: only the columns and rows that are used get read."""
    files = sorted(folder.rglob("*.parquet"))
    if not files:
        return pl.LazyFrame(schema=table.polars_schema)
    return pl.scan_parquet(files, hive_partitioning=False)


def write_table(table: Table, frame: Frame, path: Path) -> None:
    """Write one file of a dataset, making its folder first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.write_parquet(frame, path)


def write_points(points: pl.DataFrame, folder: Path, bucket: int) -> dict[str, int]:
    """Write the POINTS of a bucket as one file per day, and return the rows per day."""
    rows_per_day: dict[str, int] = {}
    for (day,), part in points.group_by(pl.col("timestamp").dt.strftime("%Y-%m-%d"), maintain_order=True):
        write_table(POINTS, part, folder / "points" / f"date={day}" / bucket_file(bucket))
        rows_per_day[str(day)] = part.height
    return rows_per_day


def bucket_file(bucket: int) -> str:
    """Name of the file of a hash bucket.

    Examples
    --------
    >>> bucket_file(3)
    'bucket-03.parquet'
    """
    return f"bucket-{bucket:02d}.parquet"


def bucket_numbers(*folders: Path) -> list[str]:
    """Numbers of the buckets that have files in any of the folders, as written in the file names."""
    files = (f for folder in folders for f in folder.rglob("*bucket-*.parquet"))
    return sorted({f.name.rsplit("bucket-", 1)[1].removesuffix(".parquet") for f in files}, key=int)


def utc_datetime(epoch_ms: int) -> datetime:
    """Milliseconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)


def read_files(table: Table, files: list[Path], keep: pl.Expr, *, in_order: bool = True) -> pl.DataFrame:
    """The rows to keep of some files of a dataset, sorted if `in_order`."""
    if not files:
        return pl.DataFrame(schema=table.polars_schema)
    frames = pl.scan_parquet(files, hive_partitioning=False).select(table.names).filter(keep)
    rows = table.validate(frames.collect())
    return rows.sort(table.sort_by, maintain_order=True) if in_order else rows
